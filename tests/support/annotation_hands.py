"""The dock for annotations in the real QGIS, by mouse and keyboard, and a scene on the platform for it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from drawn_layers import utm_box
from hands import RIGHT, click, click_entry, failures, keep_picture, tool_button, wait_for, write
from imagery_hub.core import connections
from imagery_hub.core.connections import Connection
from osgeo import ogr
from qgis.core import QgsApplication, QgsCoordinateReferenceSystem, QgsPointXY, QgsProject, QgsVectorLayer
from qgis.PyQt.QtCore import QPoint, Qt
from qgis.PyQt.QtTest import QTest
from qgis.PyQt.QtWidgets import (
    QApplication,
    QComboBox,
    QDialog,
    QDockWidget,
    QLabel,
    QPushButton,
    QToolBar,
    QToolButton,
    QWidget,
)
from qgis.utils import iface
from sandbox_images import EAST, NORTH, PIXEL, Box, box_polygon, squares_image
from sandbox_picterra import PicterraCalls
from sandbox_process import PICTERRA_KEY, SandboxProcess

MASTER = "master-of-the-test"
CONNECTION = "Farm"
RED = [(20, 20, 40, 40), (60, 30, 80, 50), (30, 80, 50, 100)]
BLUE = [(120, 40, 140, 60)]
WINDOW: Box = (10, 10, 100, 110)


class Scene:
    """A detector with a training raster, on a platform that is reached through a saved connection."""

    def __init__(self, sandbox: SandboxProcess, folder: Path, raster_name: str) -> None:
        self.sandbox = sandbox
        self.raster_name = raster_name
        self.calls = calls = PicterraCalls(sandbox)
        self.detector = calls.detector("Red squares")
        self.image = squares_image(folder / "squares.tif", RED, BLUE)
        self.raster = calls.upload_raster(self.image, name=raster_name)
        calls.post(f"detectors/{self.detector}/training_rasters/", {"raster_id": self.raster})
        sandbox.actor("docks")

    def stored(self, kind: str) -> list[ogr.Geometry] | None:
        """What the platform has of a kind; None when nothing was ever sent."""
        training = self.sandbox.control("GET", f"picterra/detectors/{self.detector}")["training"][self.raster]
        content = training.get(kind)
        if kind == "outline":
            content = next(iter(content.values()), None) if content else None
        if content is None:
            return None
        return [ogr.CreateGeometryFromJson(json.dumps(one["geometry"])) for one in content["geojson"]["features"]]

    def operations(self, name: str) -> int:
        return sum(entry["operation"] == name for entry in self.sandbox.log())


@contextmanager
def annotation_scene(sandbox: SandboxProcess, folder: Path, raster_name: str = "Orchard 1") -> Iterator[Scene]:
    """A platform with a scene, a connection to it, an empty project; afterwards all of it is taken back."""
    assert QgsApplication.authManager().setMasterPassword(MASTER, True)
    connections.save(Connection(CONNECTION, "picterra", sandbox.address), {"key": PICTERRA_KEY})
    iface.newProject(False)
    failures.clear()
    yield Scene(sandbox, folder, raster_name)
    sandbox.clear_faults()
    for one in QApplication.topLevelWidgets():
        if isinstance(one, QDialog) and one.isVisible():
            one.close()
    for layer in QgsProject.instance().mapLayers().values():
        if isinstance(layer, QgsVectorLayer) and layer.isEditable():
            layer.rollBack()
    iface.newProject(False)
    if annotations_dock() is not None:
        annotations_dock().setUserVisible(False)
    QgsApplication.authManager().setMasterPassword(MASTER, True)
    connections.remove(CONNECTION)
    assert not failures


def close_to(found: Sequence[ogr.Geometry] | None, boxes: Sequence[Box], least: float = 0.999) -> bool:
    """Whether the shapes are these boxes of pixels, in WGS 84."""
    truths = [ogr.CreateGeometryFromJson(json.dumps(box_polygon(one))) for one in boxes]
    return found is not None and len(found) == len(truths) and all(
        any(one.Intersection(truth).Area() / one.Union(truth).Area() > least for one in found) for truth in truths)


def same(found: Sequence[ogr.Geometry] | None, truths: Sequence[ogr.Geometry] | None) -> bool:
    """Whether these are the same shapes, to what is sent of their corners (a tenth of a millimetre)."""
    return found is not None and truths is not None and len(found) == len(truths) and all(
        any(one.SymDifference(truth).Area() < 1e-4 * truth.Area() for one in found) for truth in truths)


# ---------------------------------------------------------------------- widgets
def annotations_dock() -> Any:
    return iface.mainWindow().findChild(QDockWidget, "imageryHubAnnotationsDock")


def part(kind: type, name: str, window: QWidget | None = None) -> Any:
    """The visible widget of that name."""
    def look() -> Any:
        found = (window or iface.mainWindow()).findChildren(kind, name)
        return next((one for one in found if one.isVisible()), None)

    return wait_for(look, name)


def dialog(name: str) -> Any:
    """The open dialog of that name."""
    return wait_for(
        lambda: next((one for one in QApplication.topLevelWidgets()
                      if isinstance(one, QDialog) and one.objectName() == name and one.isVisible()), None), name)


def open_dock() -> Any:
    (bar,) = iface.mainWindow().findChildren(QToolBar, "imageryHubToolbar")
    (action,) = [one for one in bar.actions() if one.objectName() == "imageryHubShowAnnotations"]
    if annotations_dock() is None or not annotations_dock().isVisible():
        click(tool_button(action))
    return wait_for(annotations_dock, "the dock")


def choose(chooser: QWidget, text: str) -> None:
    click(part(QToolButton, "imageryHubLook", chooser))
    popup = wait_for(QApplication.activePopupWidget, "the list of choices")
    found = wait_for(lambda: popup.list.findItems(text, Qt.MatchFlag.MatchExactly), text)
    click_entry(popup.list, popup.list.indexFromItem(found[0]))


def status(words: str, seconds: float = 30) -> str:
    """What the dock says, once these words are in it."""
    line = part(QWidget, "imageryHubAnnotationsStatus")
    wait_for(lambda: words in line.text, words, seconds)
    return str(line.text)


def annotate(name: str, raster: str = "", wanted: str = "The layers are on the map") -> None:
    """From the dock's button (or the dialog that is open already) to the layers, for the raster of this name, or for
    another one, of which the id is typed."""
    if not any(one.objectName() == "imageryHubAnnotate" and one.isVisible() for one in QApplication.topLevelWidgets()):
        open_dock()
        click(part(QPushButton, "imageryHubAnnotateFirst"))
    window = dialog("imageryHubAnnotate")
    combo = part(QComboBox, "imageryHubConnection", window)
    assert combo.currentText() == CONNECTION
    choose(part(QWidget, "imageryHubAnnotate_detector", window), "Red squares")
    field = part(QWidget, "imageryHubAnnotate_raster", window)
    if raster:
        write(field.field.lineEdit(), raster)
    else:
        choose(field, name)
    keep_picture("annotate_dialog", window)
    click(part(QPushButton, "imageryHubAnnotateOpen", window))
    status(wanted)
    QgsProject.instance().setCrs(QgsCoordinateReferenceSystem("EPSG:32632"))


def layers() -> dict[str, QgsVectorLayer]:
    return {layer.name(): layer for layer in QgsProject.instance().mapLayers().values()
            if isinstance(layer, QgsVectorLayer)}


def on_canvas(column: float, row: float) -> QPoint:
    place = iface.mapCanvas().getCoordinateTransform().transform(QgsPointXY(EAST + column * PIXEL, NORTH - row * PIXEL))
    return QPoint(round(place.x()), round(place.y()))


def show_image() -> None:
    """The whole image on the canvas, by the test's own setting up."""
    iface.mapCanvas().setExtent(utm_box((-10, -10, 250, 210)).boundingBox())
    iface.mapCanvas().refresh()
    QTest.qWait(300)


def draw(kind: str, boxes: Sequence[Box]) -> None:
    """Outline boxes of pixels by clicks on the canvas; a right click ends each."""
    click(part(QToolButton, f"imageryHubDraw_{kind}"))
    view = iface.mapCanvas().viewport()
    for left, top, right, bottom in boxes:
        for corner in ((left, top), (right, top), (right, bottom), (left, bottom)):
            QTest.mouseMove(view, on_canvas(*corner))
            click(view, on_canvas(*corner))
        click(view, on_canvas(left, bottom), RIGHT)


def amount(kind: str) -> str:
    return str(part(QLabel, f"imageryHubAmount_{kind}").text())


def plan_words(window: QDialog, kind: str) -> str:
    return str(part(QLabel, f"imageryHubPushWords_{kind}", window).text())


def push(expected: str) -> None:
    """Accept the plan that is open."""
    click(part(QPushButton, "imageryHubPushNow", dialog("imageryHubPushPlan")))
    status(expected, 60)
