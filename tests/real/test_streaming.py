"""A raster as tiles in the real program: from the toolbox to the map by the mouse, and through a project that is opened
while the master password is not known."""

from __future__ import annotations

import os
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import tile_witness
from beside import read_beside
from imagery_hub.core import connections
from imagery_hub.core.connections import Connection
from imagery_hub.core.jobs import job_store
from qgis.core import Qgis, QgsApplication, QgsProject, QgsRasterLayer
from qgis.gui import QgsFilterLineEdit, QgsMapCanvas
from qgis.PyQt.QtCore import QModelIndex, QPoint, QStandardPaths, Qt, QTimer
from qgis.PyQt.QtTest import QTest
from qgis.PyQt.QtWidgets import (
    QApplication,
    QDialog,
    QDockWidget,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QToolButton,
    QTreeView,
)
from qgis.utils import iface, plugins
from sandbox_picterra import PicterraCalls
from sandbox_process import PICTERRA_KEY, SandboxProcess

ALGORITHM = "imageryhub:picterra_streamraster"
TITLE = "Add raster as tiles to map"
MASTER = "master-of-the-test"
LEFT = Qt.MouseButton.LeftButton


def wait(for_what: Callable[[], Any], seconds: int = 40) -> Any:
    for _ in range(seconds * 20):
        found = for_what()
        if found:
            return found
        QTest.qWait(50)
    return pytest.fail(f"It did not come about in {seconds} s.")


def keep_picture(name: str) -> Path:
    """The whole screen."""
    QTest.qWait(300)
    picture = Path(os.environ["PICTURES"]) / name
    picture.unlink(missing_ok=True)
    assert QApplication.primaryScreen().grabWindow(0).save(str(picture))
    return picture


def click(widget: Any, place: QPoint | None = None) -> None:
    assert widget.isVisible() and widget.isEnabled()
    QTest.mouseClick(widget, LEFT, Qt.KeyboardModifier.NoModifier, place or widget.rect().center())


class Scene:
    """A raster on the platform and a saved connection to it."""

    def __init__(self, sandbox: SandboxProcess, folder: Path) -> None:
        self.sandbox, self.folder = sandbox, folder
        self.calls = PicterraCalls(sandbox)
        self.image = tile_witness.landmark_image(folder / "landmarks.tif")
        self.raster = self.calls.upload_raster(self.image, name="Orchard", captured_at="2024-06-02T09:41:00Z")
        self.calls.upload_raster(self.image, name="Meadow")
        self.logged: list[str] = []

    def token(self) -> str:
        return self.calls.get(f"rasters/{self.raster}/")["tms_url"].split("/")[4]


@pytest.fixture
def scene(sandbox: SandboxProcess, tmp_path: Path) -> Iterator[Scene]:
    made = Scene(sandbox, tmp_path)
    log = QgsApplication.messageLog()

    def note(message: str, tag: str, level: Qgis.MessageLevel) -> None:
        made.logged.append(message)

    log.messageReceived[str, str, Qgis.MessageLevel].connect(note)
    assert QgsApplication.authManager().setMasterPassword(MASTER, True)
    connections.save(Connection("Farm", "picterra", sandbox.address), {"key": PICTERRA_KEY})
    iface.newProject(False)
    yield made
    log.messageReceived[str, str, Qgis.MessageLevel].disconnect(note)
    iface.newProject(False)
    QgsApplication.authManager().setMasterPassword(MASTER, True)
    connections.remove("Farm")


def row_of(view: QTreeView, title: str, parent: QModelIndex | None = None) -> QModelIndex | None:
    """The visible row with this text, wherever it is in a tree."""
    model, parent = view.model(), parent or QModelIndex()
    for row in range(model.rowCount(parent)):
        index = model.index(row, 0, parent)
        if model.data(index) == title and not view.visualRect(index).isEmpty():
            return index
        found = row_of(view, title, index)
        if found is not None:
            return found
    return None


def algorithm_dialog() -> QDialog | None:
    """Newer versions of QGIS put the group before the name."""
    return next((one for one in QApplication.topLevelWidgets()
                 if isinstance(one, QDialog) and one.isVisible() and one.windowTitle().endswith(TITLE)), None)


def from_the_toolbox(steps: Callable[[QDialog], None]) -> None:
    """Open the algorithm by the toolbox's search box and a double click, and take steps in its dialog.

    The toolbox waits for the dialog to be closed, so that the steps come from a timer meanwhile.
    """
    toolbox = iface.mainWindow().findChild(QDockWidget, "ProcessingToolbox")
    toolbox.show()
    toolbox.raise_()
    QTest.qWait(300)
    search = next(one for one in toolbox.findChildren(QgsFilterLineEdit) if one.isVisible())
    search.clear()
    QTest.keyClicks(search, "add raster as tiles")
    tree = next(one for one in toolbox.findChildren(QTreeView) if one.isVisible())
    index = wait(lambda: row_of(tree, TITLE))
    place = tree.visualRect(index).center()
    click(tree.viewport(), place)
    failures: list[BaseException] = []

    def take() -> None:
        try:
            steps(wait(algorithm_dialog))
        except BaseException as error:
            failures.append(error)
        finally:
            left = algorithm_dialog()
            if left is not None:
                left.reject()

    QTimer.singleShot(500, take)
    QTest.mouseDClick(tree.viewport(), LEFT, Qt.KeyboardModifier.NoModifier, place)
    if failures:
        raise failures[0]


def choose(dialog: QDialog, title: str) -> None:
    """A raster, in the list that the dialog fetches."""
    click(next(one for one in dialog.findChildren(QToolButton, "imageryHubLook") if one.isVisible()))
    popup = QApplication.activePopupWidget()
    assert type(popup).__name__ == "ChoicePopup"  # another class of that name once the plugin was loaded anew
    item = wait(lambda: next(iter(popup.list.findItems(title, Qt.MatchFlag.MatchExactly)), None))
    keep_picture("streaming_choice.png")
    click(popup.list.viewport(), popup.list.visualItemRect(item).center())


def add_orchard(dialog: QDialog) -> None:
    """Choose the raster, run, close."""
    choose(dialog, "Orchard")
    keep_picture("streaming_dialog.png")
    click(next(one for one in dialog.findChildren(QPushButton) if one.text() == "Run" and one.isVisible()))
    wait(lambda: QgsProject.instance().mapLayersByName("Orchard"))
    click(wait(lambda: next((one for one in dialog.findChildren(QPushButton)
                             if one.text() == "Close" and one.isVisible() and one.isEnabled()), None)))


def on_the_map(scene: Scene, layer: QgsRasterLayer, shown: bool = True) -> None:
    """The canvas, as it is painted on the screen, shows the raster where GDAL puts it; else it is only asked to."""
    canvas, project = iface.mapCanvas(), QgsProject.instance()
    project.setCrs(layer.crs())
    zoom = scene.calls.get(f"rasters/{scene.raster}/")["tiles_max_zoom"]
    canvas.setExtent(tile_witness.view(layer.extent(), zoom))

    def fits() -> bool:
        QTest.qWait(200)
        return tile_witness.fits_canvas(canvas, scene.image)

    canvas.refresh()
    if shown:
        wait(fits, 5)


def is_painted(canvas: QgsMapCanvas) -> bool:
    """Whether there is anything but background in the middle of the map."""
    view = canvas.viewport()
    return view.grab().toImage().pixelColor(view.rect().center()) != canvas.canvasColor()


def new_session() -> None:
    """The plugin as it is after QGIS was started again: it knows no address."""
    plugins["imagery_hub"].unload()
    plugins["imagery_hub"].initGui()


def holding(scene: Scene, secret: str) -> list[str]:
    """Where a secret is, in what this session said and wrote, and in what QGIS keeps of the network on disk."""
    job_store()
    cache = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.CacheLocation)
    assert cache
    kept = (".ini", ".db", ".sqlite", ".sqlite-wal", ".log", ".d")
    files = [one for place in (QgsApplication.qgisSettingsDirPath(), cache) for one in Path(place).rglob("*")
             if one.is_file() and one.suffix in kept]
    assert files
    found = [one.name for one in files if secret.encode() in read_beside([one])]
    return found + ["the log" for line in scene.logged if secret in line]


def test_from_the_toolbox_to_the_map(scene: Scene) -> None:
    scene.sandbox.actor("docks")
    from_the_toolbox(add_orchard)
    (layer,) = QgsProject.instance().mapLayersByName("Orchard")
    assert layer.temporalProperties().isActive()
    keep_picture("streaming_map.png")
    on_the_map(scene, layer)
    token = scene.token()
    assert holding(scene, token) == [] and token not in layer.source()


def test_the_log_panel_is_cleaned_of_addresses(scene: Scene) -> None:
    """QGIS names the address of a tile that is no image."""
    scene.sandbox.fault(kind="status", status=200, path="tms", count=0)
    try:
        from_the_toolbox(add_orchard)
        (layer,) = QgsProject.instance().mapLayersByName("Orchard")
        on_the_map(scene, layer, False)
        wait(lambda: any(scene.token() in line for line in scene.logged))
    finally:
        scene.sandbox.clear_faults()
    panel = iface.mainWindow().findChild(QDockWidget, "MessageLog")
    token = scene.token()

    def cleaned() -> bool:
        shown = "".join(page.toPlainText() for page in panel.findChildren(QPlainTextEdit))
        return "Tile request error" in shown and "(hidden)" in shown and token not in shown

    wait(cleaned)
    panel.setUserVisible(True)
    keep_picture("streaming_log.png")
    panel.setUserVisible(False)
    wait(cleaned)  # a tile may have come late, and is cleaned a moment later
    assert token not in layer.source()


def test_a_project_waits_for_the_master_password(scene: Scene) -> None:
    """Opened while it is not known: no dialog, nothing sent; after the click on the message, the password, the map."""
    from_the_toolbox(add_orchard)
    file = scene.folder / "farm.qgz"
    assert QgsProject.instance().write(str(file))
    earlier = scene.token()
    iface.newProject(False)
    new_session()
    scene.sandbox.control("POST", f"picterra/rasters/{scene.raster}/tiles")
    QgsApplication.authManager().clearMasterPassword()
    before = scene.sandbox.last_entry()
    assert iface.addProject(str(file))
    bar = iface.messageBar()
    item = wait(lambda: next((one for one in bar.items() if "master password" in one.text()), None))
    QTest.qWait(1000)
    assert QApplication.activeModalWidget() is None
    assert not is_painted(iface.mapCanvas())
    assert not QgsApplication.authManager().masterPasswordIsSet()
    assert scene.sandbox.last_entry() == before
    (layer,) = QgsProject.instance().mapLayersByName("Orchard")
    assert layer.isValid()
    keep_picture("streaming_waits.png")
    asked: list[str] = []

    def enter() -> None:
        window = QApplication.activeModalWidget()
        if window is None:
            QTimer.singleShot(100, enter)
            return
        asked.append(window.windowTitle())
        keep_picture("streaming_password.png")
        field = next(one for one in window.findChildren(QLineEdit) if one.isVisible() and one.isEnabled())
        QTest.keyClicks(field, MASTER)
        QTest.keyClick(field, Qt.Key.Key_Return)

    QTimer.singleShot(300, enter)
    click(item.findChild(QPushButton))
    assert asked
    wait(lambda: is_painted(iface.mapCanvas()))
    keep_picture("streaming_again.png")
    on_the_map(scene, layer)
    with zipfile.ZipFile(file) as archive:
        stored = b"".join(archive.read(name) for name in archive.namelist())
    for token in (earlier, scene.token()):
        assert holding(scene, token) == [] and token.encode() not in stored
