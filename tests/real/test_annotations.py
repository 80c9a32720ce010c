"""Annotations in the real program, by mouse and keyboard: opened, drawn, copied, checked, pushed, and pushed again as
they were before. What arrived is read in the sandbox and compared by GDAL."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from drawn_layers import boxes_layer, utm_box
from hands import RIGHT, button, click, click_entry, keep_picture, tick, tool_button, wait_for
from imagery_hub.core import connections
from imagery_hub.core.connections import Connection
from imagery_hub.core.jobs import job_store
from osgeo import ogr
from qgis.core import QgsApplication, QgsCoordinateReferenceSystem, QgsGeometry, QgsPointXY, QgsProject, QgsVectorLayer
from qgis.PyQt.QtCore import QPoint, Qt
from qgis.PyQt.QtTest import QTest
from qgis.PyQt.QtWidgets import (
    QAction,
    QApplication,
    QCheckBox,
    QComboBox,
    QDialog,
    QDockWidget,
    QLabel,
    QListWidget,
    QPushButton,
    QToolBar,
    QToolButton,
    QTreeWidget,
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

    def __init__(self, sandbox: SandboxProcess, folder: Path, test: str) -> None:
        self.sandbox = sandbox
        calls = PicterraCalls(sandbox)
        self.detector = calls.detector("Red squares")
        self.raster = calls.upload_raster(squares_image(folder / "squares.tif", RED, BLUE), name="Orchard <b>1</b>")
        calls.post(f"detectors/{self.detector}/training_rasters/", {"raster_id": self.raster})
        sandbox.actor("docks", test)

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


@pytest.fixture
def scene(sandbox: SandboxProcess, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Scene]:
    assert QgsApplication.authManager().setMasterPassword(MASTER, True)
    connections.save(Connection(CONNECTION, "picterra", sandbox.address), {"key": PICTERRA_KEY})
    iface.newProject(False)
    made = Scene(sandbox, tmp_path, request.node.nodeid)
    yield made
    for dialog in QApplication.topLevelWidgets():
        if isinstance(dialog, QDialog) and dialog.isVisible():
            dialog.close()
    for layer in QgsProject.instance().mapLayers().values():
        if isinstance(layer, QgsVectorLayer) and layer.isEditable():
            layer.rollBack()
    iface.newProject(False)
    if annotations_dock() is not None:
        annotations_dock().setUserVisible(False)
    QgsApplication.authManager().setMasterPassword(MASTER, True)
    connections.remove(CONNECTION)


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


def annotate(scene: Scene) -> None:
    """From the dock's button to the layers."""
    open_dock()
    click(part(QPushButton, "imageryHubAnnotateFirst"))
    window = dialog("imageryHubAnnotate")
    combo = part(QComboBox, "imageryHubConnection", window)
    assert combo.currentText() == CONNECTION
    choose(part(QWidget, "imageryHubAnnotate_detector", window), "Red squares")
    choose(part(QWidget, "imageryHubAnnotate_raster", window), "Orchard <b>1</b>")
    keep_picture("annotate_dialog", window)
    click(part(QPushButton, "imageryHubAnnotateOpen", window))
    status("The layers are on the map")
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


# ---------------------------------------------------------------------- tests
def test_drawn_by_hand_pushed_changed_and_taken_back(scene: Scene) -> None:
    annotate(scene)
    assert list(layers()) and set(layers()) == {"Training areas", "Outlines", "Validation areas", "Testing areas"}
    wait_for(lambda: len(QgsProject.instance().mapLayers()) == 5, "the imagery below them")
    tree = QgsProject.instance().layerTreeRoot().children()
    wait_for(lambda: [one.name() for one in QgsProject.instance().layerTreeRoot().children()][0].startswith("Annot"),
             f"the group above the imagery in {[one.name() for one in tree]}")
    show_image()
    draw("training_area", [WINDOW])
    draw("outline", RED[:2])
    wait_for(lambda: amount("outline").startswith("2 "), "two outlines counted")
    square = 20 * 20 * PIXEL**2 * 2 / 1e6
    assert abs(float(amount("outline").split()[2]) - square) < square * 0.05
    keep_picture("annotations_drawn")
    click(part(QPushButton, "imageryHubPushAnnotations"))
    window = dialog("imageryHubPushPlan")
    assert "will be replaced by what is drawn: 2" in plan_words(window, "outline")
    assert "cannot be seen" in part(QWidget, "imageryHubPushUnseen", window).text
    assert not part(QCheckBox, "imageryHubPush_testing_area", window).isChecked()
    keep_picture("annotations_plan_first", window)
    push("Pushed: Training areas, Outlines.")
    assert close_to(scene.stored("training_area"), [WINDOW], 0.95)
    first = scene.stored("outline")
    assert close_to(first, RED[:2], 0.9)
    assert scene.stored("testing_area") is None
    drawn = [ogr.CreateGeometryFromWkt(one.geometry().asWkt()) for one in layers()["Outlines"].getFeatures()]
    assert same(first, drawn)

    draw("outline", RED[2:])
    wait_for(lambda: amount("outline").startswith("3 "), "three outlines counted")
    click(part(QPushButton, "imageryHubPushAnnotations"))
    window = dialog("imageryHubPushPlan")
    assert "Added: 1. Changed: 0. Removed: 0. Unchanged: 2." in plan_words(window, "outline")
    assert "No change since the last push" in plan_words(window, "training_area")
    keep_picture("annotations_plan_second", window)
    push("Pushed: Outlines.")
    assert close_to(scene.stored("outline"), RED, 0.9)

    click(part(QPushButton, "imageryHubPreviousPushes"))
    window = dialog("imageryHubPushes")
    pushes = part(QTreeWidget, "imageryHubPushList", window)
    wait_for(lambda: pushes.topLevelItemCount() == 3, "three pushes")
    counts = [(pushes.topLevelItem(row).text(1), pushes.topLevelItem(row).text(2)) for row in range(3)]
    assert counts[0] == ("Outlines", "3")
    earlier = next(row for row in range(1, 3) if counts[row] == ("Outlines", "2"))
    click_entry(pushes, pushes.indexFromItem(pushes.topLevelItem(earlier)))
    keep_picture("annotations_history", window)
    click(button(window, "Push This Again…"))
    window = dialog("imageryHubPushPlan")
    assert "Added: 0. Changed: 0. Removed: 1. Unchanged: 2." in plan_words(window, "outline")
    push("Pushed: Outlines.")
    back = scene.stored("outline") or []
    assert len(back) == 2
    assert same(back, first)
    layer = layers()["Outlines"]
    assert layer.featureCount() == 2
    click(tool_button(iface.mainWindow().findChild(QAction, "mActionUndo")))
    assert layer.featureCount() == 3
    jobs = [record for record in job_store().all() if record.algorithm.endswith("picterra_setannotations")]
    assert {record.title for record in jobs} == {"Set annotations"}


def test_copied_from_a_layer_in_another_system_and_problems_shown(scene: Scene, tmp_path: Path) -> None:
    annotate(scene)
    source = boxes_layer([*RED, (300, 300, 320, 320)])
    source.setName("Field book")
    crossed = QgsGeometry.fromWkt(
        f"Polygon(({EAST + 5} {NORTH - 5}, {EAST + 15} {NORTH - 15}, {EAST + 15} {NORTH - 5}, {EAST + 5} {NORTH - 15},"
        f" {EAST + 5} {NORTH - 5}))")
    feature = next(source.getFeatures())
    feature.setGeometry(crossed)
    source.dataProvider().addFeature(feature)
    QgsProject.instance().addMapLayer(source)
    show_image()
    draw("training_area", [WINDOW])
    click(part(QToolButton, "imageryHubCopy_outline"))
    window = dialog("imageryHubCopy")
    combo = part(QComboBox, "imageryHubCopyLayer", window)
    combo.setFocus()
    QTest.keyClicks(combo, "Field book")
    assert combo.currentText() == "Field book"
    keep_picture("annotations_copy", window)
    click(part(QPushButton, "imageryHubCopyNow", window))
    status("Copied: 5")
    problems = part(QListWidget, "imageryHubProblems")
    wait_for(lambda: problems.count() >= 2, "problems")
    texts = [problems.item(row).text() for row in range(problems.count())]
    assert any("crosses itself" in one for one in texts)
    outside = next(row for row, one in enumerate(texts) if "outside the raster" in one)
    keep_picture("annotations_problems")
    click_entry(problems, problems.indexFromItem(problems.item(outside)))
    there = utm_box((300, 300, 320, 320)).boundingBox()
    wait_for(lambda: iface.mapCanvas().extent().contains(there), "the problem on the map")
    outlines = layers()["Outlines"]
    assert outlines.selectedFeatureCount() == 1
    assert iface.activeLayer() == outlines
    click(part(QPushButton, "imageryHubPushAnnotations"))
    window = dialog("imageryHubPushPlan")
    assert "cannot be pushed" in plan_words(window, "outline")
    assert not part(QCheckBox, "imageryHubPush_outline", window).isEnabled()
    keep_picture("annotations_plan_refused", window)
    click(button(window, "Cancel"))

    problems.setFocus()
    crossing = next(row for row, one in enumerate(texts) if "crosses itself" in one)
    problems.setCurrentRow(crossing)
    QTest.keyClick(problems, Qt.Key.Key_Return)
    wait_for(lambda: not iface.mapCanvas().extent().contains(there), "the other problem on the map")
    for text in ("crosses itself", "outside the raster"):
        row = next(row for row in range(problems.count()) if text in problems.item(row).text())
        click_entry(problems, problems.indexFromItem(problems.item(row)))
        QTest.qWait(100)
        click(tool_button(iface.mainWindow().findChild(QAction, "mActionDeleteSelected")))
        wait_for(lambda text=text: not any(text in problems.item(row).text() for row in range(problems.count())),
                 f"no problem more that something {text}")
    click(part(QPushButton, "imageryHubPushAnnotations"))
    dialog("imageryHubPushPlan")
    push("Pushed: Training areas, Outlines.")
    assert close_to(scene.stored("outline"), RED, 0.9999)


def test_an_empty_layer_removes_all_only_when_that_is_ticked(scene: Scene) -> None:
    annotate(scene)
    show_image()
    draw("validation_area", [WINDOW])
    wait_for(lambda: amount("validation_area").startswith("1 "), "one area counted")
    click(part(QPushButton, "imageryHubPushAnnotations"))
    push("Pushed: Validation areas.")
    action = iface.mainWindow().findChild(QAction, "mActionSelectFeatures")
    click(next(one for one in iface.mainWindow().findChildren(QToolButton)
               if one.defaultAction() is action and one.isVisible()))
    view = iface.mapCanvas().viewport()
    click(view, on_canvas(50, 50))
    click(tool_button(iface.mainWindow().findChild(QAction, "mActionDeleteSelected")))
    wait_for(lambda: amount("validation_area") == "nothing drawn", "nothing drawn")
    click(part(QPushButton, "imageryHubPushAnnotations"))
    window = dialog("imageryHubPushPlan")
    assert "will be removed" in plan_words(window, "validation_area")
    box = part(QCheckBox, "imageryHubPush_validation_area", window)
    assert not box.isChecked()
    assert not part(QPushButton, "imageryHubPushNow", window).isEnabled()
    tick(box)
    keep_picture("annotations_plan_empty", window)
    push("Pushed: Validation areas.")
    assert scene.stored("validation_area") == []
