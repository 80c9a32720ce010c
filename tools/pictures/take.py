"""Does the main job with mouse and keyboard in the real QGIS, beside a sandbox, and takes the guide's pictures of it.

Started by tools/pictures/take.sh through `qgis --code`. IMAGERY_HUB_SANDBOX is the sandbox's address, IMAGERY_HUB_DATA
a folder with image and annotations, PICTURES where the pictures go.
"""

import os
import sys
import traceback
from pathlib import Path

from qgis.core import QgsApplication, QgsProject
from qgis.gui import QgsCollapsibleGroupBox
from qgis.PyQt.QtCore import Qt, QTimer
from qgis.PyQt.QtTest import QTest
from qgis.PyQt.QtWidgets import QCheckBox, QDialog, QDockWidget, QLineEdit, QPushButton, QToolButton
from qgis.utils import iface

sys.path.insert(0, os.environ["IMAGERY_HUB_ROOT"])
DATA = Path(os.environ["IMAGERY_HUB_DATA"])
DETECTOR, RASTER = "Tree crowns", "OSBS_029"


def connect() -> None:
    """The options page, the dialog for one connection, the master password."""
    from hands import button, click, failures, in_dialog, keep_picture, tick, wait_for, write
    from imagery_hub.ui.connections.factory import show_page

    def master_password(window: QDialog) -> None:
        for name in ("leMasterPass", "leMasterPassVerify"):
            write(window.findChild(QLineEdit, name), "the pictures' password")
        wallet = window.findChild(QCheckBox, "chkbxPasswordHelperEnable")
        if wallet.isVisible() and wallet.isChecked():
            tick(wallet)
        keep_picture("master-password", window)
        click(window.findChild(QPushButton, "mOkButton"))

    def page(options: QDialog) -> None:
        options.move(20, 20)
        options.resize(900, 700)
        click(button(options, "Add…"))
        dialog = wait_for(lambda: next((one for one in QgsApplication.topLevelWidgets() if one.isVisible()
                                        and one.objectName() == "imageryHubConnectionDialog"), None), "the dialog")
        write(dialog.secrets["key"], "sandbox-picterra-key")
        click(dialog.findChild(QgsCollapsibleGroupBox).findChild(QToolButton, "collapseButton"))
        write(dialog.address, os.environ["IMAGERY_HUB_SANDBOX"])
        click(dialog.test_button)
        wait_for(dialog.test_button.isEnabled, "the answer to the test")
        keep_picture("connection", dialog)
        in_dialog(master_password)
        click(button(dialog, "OK"))
        wait_for(lambda: button(options, "Test").isEnabled(), "the stored connection")
        keep_picture("connections", options)
        click(button(options, "OK"))

    in_dialog(page)
    show_page(iface)
    if failures:
        raise failures[0]


def lay_out() -> None:
    """The window as a user would have it: layers at the left, the map, the toolbox at the right."""
    from tools.pictures.toolbox import search_toolbox, toolbox

    window = iface.mainWindow()
    window.findChild(QDockWidget, "Browser").hide()
    toolbox().show()
    window.resizeDocks([toolbox(), window.findChild(QDockWidget, "Layers")], [300, 225], Qt.Orientation.Horizontal)
    search_toolbox("picterra")
    iface.messageBar().clearWidgets()


def load() -> None:
    """The image and what was drawn on it."""
    from imagery_hub.core.layers import style

    image = iface.addRasterLayer(str(DATA / f"{RASTER}.tif"), RASTER)
    drawn = (("training_areas", "Training areas", "training_area"), ("outlines", "Outlines", "outline"))
    for name, title, look in drawn:
        layer = iface.addVectorLayer(f"{DATA / 'annotations.gpkg'}|layername={name}", title, "ogr")
        style.style_kind(layer, look)
    iface.layerTreeView().layerTreeModel().rootGroup().findLayer(image).setExpanded(False)
    iface.setActiveLayer(image)
    iface.zoomToActiveLayer()


def activate(title: str) -> None:
    iface.setActiveLayer(QgsProject.instance().mapLayersByName(title)[0])


def work() -> None:
    """The main job, step by step."""
    from hands import keep_picture

    from tools.pictures.toolbox import AlgorithmWindow, search_toolbox, with_algorithm

    def upload(window: AlgorithmWindow) -> None:
        keep_picture("upload-raster", window.dialog)
        window.run()

    def create(window: AlgorithmWindow) -> None:
        window.write("NAME", DETECTOR)
        keep_picture("create-detector", window.dialog)
        window.run()

    def add(window: AlgorithmWindow) -> None:
        window.choose("DETECTOR", DETECTOR)
        window.choose("RASTERS", RASTER, several=True)
        window.run()

    def annotate(kind: str, name: str) -> None:
        def act(window: AlgorithmWindow) -> None:
            window.choose("DETECTOR", DETECTOR)
            window.choose("RASTER", RASTER)
            window.select("KIND", kind)
            window.tick("CONFIRM")
            if name:
                keep_picture(name, window.dialog)
            window.run()

        with_algorithm("Set annotations", act)

    def train(window: AlgorithmWindow) -> None:
        popup = window.look("DETECTOR")
        area = window.dialog.geometry()
        keep_picture("choose", area.united(popup.geometry()))
        popup.hide()
        window.choose("DETECTOR", DETECTOR)
        window.run()

    def detect(window: AlgorithmWindow) -> None:
        window.choose("DETECTOR", DETECTOR)
        window.choose("RASTER", RASTER)
        window.tick("CONFIRM")
        window.run()
        keep_picture("run-detector-log", window.dialog)

    def fetch(window: AlgorithmWindow) -> None:
        window.choose("OPERATION", f"{DETECTOR} on {RASTER}")
        keep_picture("download-result", window.dialog)
        window.run()

    def model(window: AlgorithmWindow) -> None:
        window.dialog.resize(760, 860)
        window.select("RASTER", RASTER)
        window.select("TRAINING_AREAS", "Training areas")
        window.select("OUTLINES", "Outlines")
        window.select("GROUND_TRUTH", "Ground truth")
        keep_picture("model", window.dialog)

    keep_picture("drawn", iface.mainWindow())
    activate(RASTER)
    with_algorithm("Upload raster", upload)
    with_algorithm("Create detector", create)
    with_algorithm("Add rasters to detector", add)
    activate("Training areas")
    annotate("training_area", "")
    activate("Outlines")
    annotate("outline", "set-annotations")
    with_algorithm("Train detector", train)
    with_algorithm("Run detector", detect)
    with_algorithm("Download detection result", fetch)
    search_toolbox("picterra")
    show_result()
    keep_picture("result", iface.mainWindow())
    add_ground_truth()
    with_algorithm("Detect objects, from image to score", model)


def add_ground_truth() -> None:
    iface.addVectorLayer(f"{DATA / 'annotations.gpkg'}|layername=ground_truth", "Ground truth", "ogr")


def show_result() -> None:
    """Only the image and what was found on it."""
    root = QgsProject.instance().layerTreeRoot()
    for title in ("Outlines", "Training areas"):
        root.findLayer(QgsProject.instance().mapLayersByName(title)[0]).setItemVisibilityChecked(False)
    iface.layerTreeView().expandAllNodes()
    root.findLayer(QgsProject.instance().mapLayersByName(RASTER)[0]).setExpanded(False)
    activate(RASTER)
    iface.messageBar().clearWidgets()
    canvas = iface.mapCanvas()
    canvas.refresh()
    QTest.qWait(300)
    canvas.waitWhileRendering()


def take() -> None:
    code = 1
    try:
        from hands import failures

        window = iface.mainWindow()
        window.move(0, 0)
        window.resize(1280, 760)
        iface.newProject(False)
        QTest.qWait(300)
        lay_out()
        connect()
        load()
        lay_out()
        iface.mapCanvas().waitWhileRendering()
        work()
        code = 1 if failures else 0
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)  # a normal exit would ask about unsaved changes


Path(os.environ["STARTED"]).touch()
QTimer.singleShot(1500, take)
