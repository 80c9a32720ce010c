"""PIX4D's annotations in the real program, by mouse and keyboard: opened over the orthomosaic, drawn, compared, pushed,
and pushed again as they were before. What arrived is read in the sandbox."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from annotation_hands import (
    MASTER,
    amount,
    annotations_dock,
    choose,
    dialog,
    draw,
    layers,
    on_canvas,
    open_dock,
    part,
    push,
    show_image,
    status,
)
from hands import LEFT, RIGHT, button, click, click_entry, failures, keep_picture, wait_for
from osgeo import gdal
from pix4d_annotations import AnnotationCalls
from pix4d_stored_results import Results
from qgis.core import QgsApplication, QgsProject
from qgis.PyQt.QtTest import QTest
from qgis.PyQt.QtWidgets import (
    QApplication,
    QCheckBox,
    QComboBox,
    QDialog,
    QLabel,
    QPushButton,
    QToolButton,
    QTreeWidget,
    QWidget,
)
from qgis.utils import iface
from quarry import connections, save_connection
from sandbox_images import EAST, NORTH, PIXEL, squares_image
from sandbox_pix4d import Pix4dCalls
from sandbox_process import SandboxProcess

NAME = "Surveys"
PILES = [(20, 20, 60, 60), (100, 40, 140, 80)]
ROCK = [(180, 120, 200, 140)]


def place(column: float, row: float, height: float = 500.0) -> list[float]:
    return [EAST + column * PIXEL, NORTH - row * PIXEL, height]


def ring(left: int, top: int, right: int, bottom: int) -> list[list[float]]:
    return [place(left, top), place(right, top), place(right, bottom), place(left, bottom), place(left, top)]


THERE: list[dict[str, Any]] = [
    {"geometry": {"type": "Polygon", "coordinates": [ring(*PILES[0])]}, "tags": ["toe"],
     "properties": {"name": "Stockpile A", "color": "#FF8800FF", "color_fill": "#FF880055"},
     "extension": {"survey": 7}},
    {"geometry": {"type": "Circle", "coordinates": place(190, 40), "radius": 8.0},
     "properties": {"name": "Tank", "color": "#00AAFFFF", "color_fill": "#00AAFF40"}},
    {"geometry": {"type": "Point", "coordinates": place(80, 150)},
     "properties": {"name": "Bench mark", "color": "#FFFFFFFF"}},
    {"geometry": {"type": "LineString", "coordinates": [place(20, 180), place(90, 120), place(160, 180)]},
     "properties": {"name": "Haul road", "color": "#CC00CCFF"}},
]


class Scene:
    """A project with an orthomosaic and some annotations, on a platform that is reached through a connection."""

    def __init__(self, sandbox: SandboxProcess, folder: Path) -> None:
        self.sandbox = sandbox
        platform = Pix4dCalls(sandbox)
        self.project = int(platform.project("Quarry north", coordinate_system="EPSG:32632")["id"])
        self.calls = AnnotationCalls(sandbox)
        image = squares_image(folder / "squares.tif", PILES, ROCK)
        gdal.Translate(str(folder / "ortho.tif"), str(image), format="COG")
        Results(sandbox, platform, self.project).give(folder / "ortho.tif", "ortho_cloud_optimized")
        self.made = self.calls.made(self.project, *THERE)

    def there(self) -> dict[str, dict[str, Any]]:
        """What the platform has, by name."""
        return {one["properties"].get("name", ""): one for one in self.calls.all(self.project).values()}


@pytest.fixture
def scene(sandbox: SandboxProcess, tmp_path: Path) -> Iterator[Scene]:
    assert QgsApplication.authManager().setMasterPassword(MASTER, True)
    save_connection(sandbox, NAME)
    iface.newProject(False)
    failures.clear()
    found = Scene(sandbox, tmp_path)
    sandbox.actor("docks")
    yield found
    sandbox.clear_faults()
    for one in QApplication.topLevelWidgets():
        if isinstance(one, QDialog) and one.isVisible():
            one.close()
    for layer in layers().values():
        if layer.isEditable():
            layer.rollBack()
    iface.newProject(False)
    if annotations_dock() is not None:
        annotations_dock().setUserVisible(False)
    QgsApplication.authManager().setMasterPassword(MASTER, True)
    connections().remove(NAME)
    assert not failures


def annotate() -> None:
    """From the dock's button to the layers of the project."""
    open_dock()
    click(part(QPushButton, "imageryHubAnnotateFirst"))
    window = dialog("imageryHubAnnotate")
    assert part(QComboBox, "imageryHubAnnotatePlatform", window).currentText() == "PIX4D cloud"
    assert part(QComboBox, "imageryHubConnection", window).currentText() == NAME
    choose(part(QWidget, "imageryHubAnnotate_project", window), "Quarry north")
    keep_picture("pix4d_annotations_begin", window)
    click(part(QPushButton, "imageryHubAnnotateOpen", window))
    status("The layers are on the map")


def plan() -> Any:
    """The plan of a push, once it was compared."""
    click(part(QPushButton, "imageryHubPushAnnotations"))
    window = dialog("imageryHubPushPlan")
    wait_for(lambda: window.findChild(QLabel, "imageryHubPushHere").isVisible(), "the plan")
    return window


def said(window: QDialog, name: str) -> str:
    return str(part(QLabel, name, window).text())


def draw_circle(center: tuple[float, float], edge: tuple[float, float]) -> None:
    click(part(QToolButton, "imageryHubDraw_circle"))
    view = iface.mapCanvas().viewport()
    for corner, mouse in ((center, LEFT), (edge, RIGHT)):
        QTest.mouseMove(view, on_canvas(*corner))
        QTest.qWait(50)
        click(view, on_canvas(*corner), mouse)


@pytest.mark.needs_assumed("pix4d Circle.coordinates")
def test_opened_drawn_pushed_and_taken_back(scene: Scene) -> None:
    annotate()
    assert set(layers()) == {"Points", "Lines", "Polygons", "Circles"}
    wait_for(lambda: len(QgsProject.instance().mapLayers()) == 5, "the orthomosaic below them", 40)
    wait_for(lambda: QgsProject.instance().layerTreeRoot().children()[0].name() == "Annotations: Quarry north",
             "the group above the orthomosaic")
    assert QgsProject.instance().crs().authid() == "EPSG:32632"
    show_image()
    wait_for(lambda: amount("polygon") == amount("circle") == amount("point") == amount("line") == "1", "one of each")
    QTest.qWait(1500)
    keep_picture("pix4d-annotations")

    before = scene.there()
    draw("polygon", PILES[1:])
    draw_circle((190, 130), (190, 145))
    wait_for(lambda: (amount("polygon"), amount("circle")) == ("2", "2"), "what was drawn")
    assert scene.there() == before
    window = plan()
    assert said(window, "imageryHubPushHere") == "Added: 2. Changed: 0. Removed: 0. Unchanged: 4."
    keep_picture("pix4d-annotations-plan", window)
    push("Pushed. Added: 2, changed: 0, removed: 0.")
    after = scene.calls.all(scene.project)
    assert len(after) == 6
    assert {identity: after[identity] for identity in scene.made} == {one["id"]: one for one in before.values()}
    circle, = (one["geometry"] for identity, one in after.items()
               if identity not in scene.made and one["geometry"]["type"] == "Circle")
    assert circle["coordinates"] == pytest.approx(place(190, 130)[:2], abs=PIXEL)
    assert circle["radius"] == pytest.approx(15 * PIXEL, rel=0.1)
    keep_picture("pix4d_annotations_pushed")

    stockpile = before["Stockpile A"]
    scene.calls.put(stockpile["id"], scene.project, {**stockpile, "tags": ["toe", "checked"]})
    scene.calls.made(scene.project, {"geometry": {"type": "Point", "coordinates": place(10, 10)},
                                     "properties": {"name": "Elsewhere"}})
    draw("polygon", ROCK)
    wait_for(lambda: amount("polygon") == "3", "one more")
    window = plan()
    assert said(window, "imageryHubPushHere") == "Added: 1. Changed: 0. Removed: 0. Unchanged: 5."
    assert "added 1, changed 1, removed 0" in said(window, "imageryHubPushElsewhere")
    assert part(QCheckBox, "imageryHubPushUpdate", window).isChecked()
    keep_picture("pix4d-annotations-elsewhere", window)
    push("Brought in from elsewhere: 2.")
    assert scene.there()["Stockpile A"]["tags"] == ["toe", "checked"]
    wait_for(lambda: (amount("point"), amount("polygon")) == ("2", "3"), "what was added elsewhere")

    click(part(QPushButton, "imageryHubPreviousPushes"))
    window = dialog("imageryHubPushes")
    pushes = part(QTreeWidget, "imageryHubPushList", window)
    wait_for(lambda: pushes.topLevelItemCount() == 3, "two pushes and the beginning")
    found = [(pushes.topLevelItem(row).text(1), pushes.topLevelItem(row).text(2)) for row in range(3)]
    assert found == [("Pushed", "8"), ("Pushed", "6"), ("As it came from the platform", "4")]
    click_entry(pushes, pushes.indexFromItem(pushes.topLevelItem(1)))
    keep_picture("pix4d_annotations_history", window)
    click(button(window, "Push This Again…"))
    window = dialog("imageryHubPushPlan")
    wait_for(lambda: window.findChild(QLabel, "imageryHubPushHere").isVisible(), "the plan")
    assert said(window, "imageryHubPushHere") == "Added: 0. Changed: 1. Removed: 2. Unchanged: 5."
    assert part(QCheckBox, "imageryHubPushRemove", window).isChecked()
    push("Pushed. Added: 0, changed: 1, removed: 2.")
    back = scene.calls.all(scene.project)
    assert set(back) == set(after)
    assert back[stockpile["id"]]["tags"] == ["toe"]
    assert back[stockpile["id"]]["extension"] == {"survey": 7}
