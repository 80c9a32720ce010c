"""Run inside QGIS by ``qgis --code`` a week after saved_project_session.py: opens the project, looks, draws, pushes.

What it saw is left in ``facts.json``. With ``OPENED`` the project was opened by the command line already.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import hands
import tile_witness
from annotation_hands import MASTER, RED, amount, dialog, draw, open_dock, part, plan_words, push, show_image
from connected import told
from program_session import DialogWatch, act, exit_by_menu, give_master_password
from project_facts import LANDMARKS, RESULT
from qgis.core import QgsApplication, QgsCoordinateReferenceSystem, QgsProject, QgsRasterLayer
from qgis.PyQt.QtTest import QTest
from qgis.PyQt.QtWidgets import QDialog, QDockWidget, QListView, QPushButton
from qgis.utils import iface

WORK = Path(os.environ["WORK"])
facts: dict[str, Any] = {}


def layer_named(name: str) -> Any:
    (layer,) = QgsProject.instance().mapLayersByName(name)
    return layer


def open_by_the_list() -> None:
    """The list of recent projects on the page that QGIS begins with."""

    def entry() -> Any:
        for view in iface.mainWindow().findChildren(QListView):
            model = view.model()
            for row in range(model.rowCount() if view.isVisible() and model is not None else 0):
                if str(model.index(row, 0).data()).startswith("farm"):
                    return view, model.index(row, 0)
        return None

    view, index = hands.wait_for(entry, "the project in the list")
    hands.keep_picture("project-in-the-list")
    hands.double_click_entry(view, index)


def unlock(window: QDialog) -> None:
    hands.keep_picture("project-master-password")
    give_master_password(window, MASTER)


def origins() -> dict[str, Any]:
    """What the layers know of where they came from."""
    from imagery_hub.core.layers import provenance

    found = {}
    for layer in QgsProject.instance().mapLayers().values():
        origin = provenance.read(layer)
        found[layer.name()] = None if origin is None else [
            origin.platform, origin.connection, origin.kind, dict(origin.ids)]
    return found


def show_landmarks() -> None:
    layer = layer_named(LANDMARKS)
    QgsProject.instance().setCrs(QgsCoordinateReferenceSystem("EPSG:3857"))
    iface.mapCanvas().setExtent(tile_witness.view(layer.extent(), int(os.environ["ZOOM"])))
    iface.mapCanvas().refresh()


def steps() -> None:
    watch = DialogWatch("imageryHubPushPlan")
    if not os.environ.get("OPENED"):
        open_by_the_list()
    project = QgsProject.instance()
    hands.wait_for(lambda: project.fileName().endswith("farm.qgz"), "the project")
    item = told("master password")
    QTest.qWait(1000)
    facts["message"] = item.text()
    facts["dialogs_at_opening"] = list(watch.seen)
    facts["unlocked_by_itself"] = QgsApplication.authManager().masterPasswordIsSet()
    facts["invalid"] = [one.name() for one in project.mapLayers().values() if not one.isValid()]
    facts["origins"] = origins()
    facts["objects"] = layer_named(RESULT).featureCount()
    facts["changed_by_opening"] = project.isDirty()
    facts["docks"] = sorted(one.objectName() for one in iface.mainWindow().findChildren(QDockWidget)
                            if one.objectName().startswith("imageryHub") and one.isVisible())
    hands.keep_picture("project-waits")
    show_landmarks()
    image = WORK / "landmarks.tif"

    watch.expected = True
    hands.in_dialog(unlock)
    hands.click(item.findChild(QPushButton))
    hands.wait_for(lambda: tile_witness.fits_canvas(iface.mapCanvas(), image), "the landmarks on the map")
    watch.expected = False
    facts["live"] = [one.name() for one in project.mapLayers().values()
                     if isinstance(one, QgsRasterLayer) and one.isValid()]
    hands.keep_picture("project-renewed")

    project.setCrs(QgsCoordinateReferenceSystem("EPSG:32632"))
    show_image()
    open_dock()
    hands.wait_for(lambda: amount("outline").startswith("2 "), "the two outlines")
    draw("outline", RED[2:])
    hands.wait_for(lambda: amount("outline").startswith("3 "), "three outlines")
    hands.click(part(QPushButton, "imageryHubPushAnnotations"))
    window = dialog("imageryHubPushPlan")
    facts["plan"] = plan_words(window, "outline")
    facts["plan_of_areas"] = plan_words(window, "training_area")
    push("Pushed: Outlines.")
    hands.keep_picture("project-pushed")
    facts["dialogs_later"] = list(watch.seen)
    if hands.failures:
        raise hands.failures[0]
    (WORK / "facts.json").write_text(json.dumps(facts), "utf-8")
    layer_named("Outlines").commitChanges()
    QgsProject.instance().setDirty(False)
    exit_by_menu()


act(steps)
