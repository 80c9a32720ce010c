"""Areas drawn from the dialogs of algorithms, until they arrived on the platform; by mouse and keys."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import hands
import map_hands
import pytest
from hands import RIGHT
from map_hands import drawn, from_draw_menu, ground, key, move, pixel, press
from osgeo import gdal
from picterra_scenes import BLUE, RED
from qgis.core import QgsApplication, QgsFeature, QgsGeometry, QgsProject, QgsRasterLayer, QgsRectangle, QgsVectorLayer
from qgis.gui import QgsFilterLineEdit, QgsProcessingModelerParameterWidget
from qgis.PyQt.QtCore import QPoint, Qt
from qgis.PyQt.QtTest import QTest
from qgis.PyQt.QtWidgets import (
    QCheckBox,
    QDialog,
    QDockWidget,
    QLabel,
    QLineEdit,
    QScrollArea,
    QTableWidget,
    QToolButton,
    QTreeView,
    QWidget,
)
from qgis.utils import iface
from sandbox_images import EAST, NORTH, squares_image
from sandbox_picterra import PicterraCalls
from sandbox_process import PICTERRA_KEY, SandboxProcess
from shapely.geometry import shape

ALGORITHM = "imageryhub:picterra_setdetectionareas"
TITLE = "Set detection areas"
LISTER = "imageryhub:picterra_listrasters"
HERE = QgsRectangle(EAST - 30, NORTH - 120, EAST + 150, NORTH + 20)
BOX = ((EAST + 10, NORTH - 80), (EAST + 60, NORTH - 30))


@pytest.fixture(autouse=True)
def on_the_map() -> Iterator[None]:
    hands.failures.clear()
    with map_hands.no_python_errors():
        map_hands.fresh_map("EPSG:32632", HERE)
        yield
        for dialog in dialogs():
            dialog.close()
        map_hands.forget_edits()
        iface.newProject(False)
        QTest.qWait(200)
    assert not hands.failures


@pytest.fixture
def raster(sandbox: SandboxProcess, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("PICTERRA_API_KEY", PICTERRA_KEY)
    monkeypatch.setenv("PICTERRA_BASE_URL", sandbox.address)
    return PicterraCalls(sandbox).upload_raster(squares_image(tmp_path / "a.tif", [], []), name="North field")


def dialogs() -> list[QDialog]:
    found = (one for one in QgsApplication.topLevelWidgets() if isinstance(one, QDialog))
    return [one for one in found if type(one).__name__ in ("AlgorithmDialog", "BatchAlgorithmDialog")]


def dialog() -> QDialog:
    return hands.wait_for(lambda: [one for one in dialogs() if one.isVisible()], "the dialog")[0]


def open_dialog(name: str = ALGORITHM, **parameters: Any) -> QDialog:
    import processing

    made = processing.createAlgorithmDialog(name, parameters)
    made.show()
    made.move(60, 40)
    QTest.qWait(400)
    return made


def text_of(window: QWidget, name: str) -> str:
    (found,) = window.findChildren(QLabel, name)
    return found.text() if found.isVisible() else ""


def draw_from(window: QDialog, title: str) -> None:
    """Take an entry of the button beside the list of layers."""
    (button,) = window.findChildren(QToolButton, "imageryHubDraw")
    hands.in_menu(lambda menu: hands.choose(menu, title))
    hands.click(button)
    QTest.qWait(700)


def fill_and_run(window: QDialog, raster: str) -> None:
    """Name the raster, consent, run, and wait for the end."""
    chooser = window.mainWidget().wrappers["RASTER"].chooser
    hands.write(chooser.field.lineEdit(), raster)
    (consent,) = (one for one in window.findChildren(QCheckBox) if one.text().startswith("Confirm"))
    hands.tick(consent)
    hands.click(hands.button(window, "Run"))
    hands.wait_for(lambda: "UPLOAD_ID" in (window.results() or {}), "the end", 60)


def arrived(sandbox: SandboxProcess, raster: str) -> list[Any]:
    state = sandbox.control("GET", f"picterra/rasters/{raster}")["detection_areas"]
    return [shape(one["geometry"]) for one in state["geojson"]["features"]]


def lonlat(geometry: QgsGeometry) -> Any:
    from pyproj import Transformer

    back = Transformer.from_crs("EPSG:32632", 4326, always_xy=True)
    value = json.loads(geometry.asJson(9))
    polygons = value["coordinates"] if value["type"] == "MultiPolygon" else [value["coordinates"]]
    rings = [[back.transform(*place) for place in ring] for polygon in polygons for ring in polygon]
    return shape({"type": "Polygon", "coordinates": rings})


def same(found: Any, expected: Any) -> bool:
    return found.symmetric_difference(expected).area < 1e-4 * expected.area


def test_an_area_is_drawn_from_the_dialog_and_arrives_on_the_platform(sandbox: SandboxProcess, raster: str) -> None:
    window = open_dialog()
    (field,) = window.findChildren(QLineEdit, "imageryHubChosenArea")
    assert not field.isVisible()
    tool = iface.mapCanvas().mapTool()
    draw_from(window, "Draw on the Map")
    assert not window.isVisible() and iface.mapCanvas().mapTool() is not tool
    places = [pixel(BOX[0][0], BOX[0][1]), pixel(BOX[1][0], BOX[0][1]), pixel(*BOX[1]), pixel(BOX[0][0], BOX[1][1])]
    for place in places:
        press(place)
    press(places[3], RIGHT)
    hands.wait_for(window.isVisible, "the dialog")
    assert iface.mapCanvas().mapTool() is tool
    assert field.isVisible() and field.text() == "Area 1"
    assert "0.0025" in text_of(window, "imageryHubAreaFacts") and "km²" in text_of(window, "imageryHubAreaFacts")
    (purpose,) = (one["purpose"] for one in map_hands.areas_layers()[0].getFeatures())
    assert purpose == "detection area"
    hands.keep_picture("draw-dialog", window)
    fill_and_run(window, raster)
    (found,) = arrived(sandbox, raster)
    truth = QgsGeometry.fromPolygonXY([[ground(one) for one in [*places, places[0]]]])
    assert same(found, lonlat(truth))


def test_what_is_sent_is_the_area_after_the_last_edit(sandbox: SandboxProcess, raster: str) -> None:
    window = open_dialog()
    draw_from(window, "Rectangle")
    press(pixel(*BOX[0]))
    press(pixel(*BOX[1]))
    hands.wait_for(window.isVisible, "the dialog")
    before = text_of(window, "imageryHubAreaFacts")
    window.move(900, 500)
    from_draw_menu("Edit Areas")
    map_hands.real_click(pixel(*BOX[1]))
    map_hands.real_click(pixel(EAST + 90, NORTH - 20))
    hands.wait_for(lambda: text_of(window, "imageryHubAreaFacts") != before, "the new size")
    fill_and_run(window, raster)
    (shown,) = drawn()
    (found,) = arrived(sandbox, raster)
    assert same(found, lonlat(shown)) and shown.area() > 2600


def test_escape_brings_the_dialog_back_as_it_was() -> None:
    window = open_dialog()
    for title in ("Draw on the Map", "Circle"):
        draw_from(window, title)
        press(pixel(*BOX[0]))
        key(Qt.Key.Key_Escape)
        hands.wait_for(window.isVisible, "the dialog")
        assert window.findChild(QLineEdit, "imageryHubChosenArea").isVisible() is False and drawn() == []
    draw_from(window, "Circle")
    hands.click(hands.tool_button(iface.actionPan()))  # another tool ends it too
    hands.wait_for(window.isVisible, "the dialog")


def test_a_crossing_outline_is_named_and_zoomed_to() -> None:
    window = open_dialog()
    draw_from(window, "Draw on the Map")
    for x, y in ((0, -100), (60, -20), (60, -100), (0, -20)):
        press(pixel(EAST + x, NORTH + y))
    press(pixel(EAST, NORTH - 20), RIGHT)
    hands.wait_for(window.isVisible, "the dialog")
    words = text_of(window, "imageryHubAreaFacts")
    assert words.startswith("Area 1: Its outline crosses itself at 5000") and "vertex tool" in words
    hands.keep_picture("draw_crossing")
    (button,) = window.findChildren(QToolButton, "imageryHubShowProblem")
    hands.click(button)
    QTest.qWait(300)
    middle = iface.mapCanvas().extent().center()
    assert abs(middle.x() - (EAST + 30)) < 2 and abs(middle.y() - (NORTH - 60)) < 2


def test_an_area_beside_the_raster_is_told_where_the_map_shows_the_raster(tmp_path: Path) -> None:
    image = QgsRasterLayer(str(squares_image(tmp_path / "a.tif", RED, BLUE)), "North field")
    origin = {"platform": "picterra", "connection": "", "kind": "raster", "ids": {"raster": "r-1"}}
    image.setCustomProperty("imageryhub/provenance", json.dumps(origin))
    QgsProject.instance().addMapLayer(image)
    QTest.qWait(300)
    map_hands.look_at("EPSG:32632", HERE)
    window = open_dialog(RASTER="r-1")
    for corners, said in ((((-25, -100), (-5, -40)), True), (((10, -80), (60, -30)), False)):
        draw_from(window, "Rectangle")
        first, second = (pixel(EAST + x, NORTH + y) for x, y in corners)
        press(first)
        move(second)
        hands.keep_picture("draw-map")
        press(second)
        hands.wait_for(window.isVisible, "the dialog")
        words = text_of(window, "imageryHubAreaFacts")
        assert ("lies outside the raster “North field”" in words) is said and ("km²" in words) is not said


def test_selected_features_and_the_extent_are_taken() -> None:
    layer = QgsVectorLayer("Polygon?crs=EPSG:32632", "Parcels", "memory")
    one = QgsFeature()
    one.setGeometry(QgsGeometry.fromRect(QgsRectangle(*BOX[0], *BOX[1])))
    two = QgsFeature()
    two.setGeometry(QgsGeometry.fromRect(QgsRectangle(EAST, NORTH, EAST + 1000, NORTH + 1000)))
    layer.dataProvider().addFeatures([one, two])
    QgsProject.instance().addMapLayer(layer)
    layer.selectByIds([1])
    QTest.qWait(300)
    window = open_dialog()
    hands.wait_for(lambda: "2 areas, 1.00" in text_of(window, "imageryHubAreaFacts"), "the facts of the layer")
    draw_from(window, "Selected Features of “Parcels” (1)")
    hands.wait_for(lambda: "0.0025 km²" in text_of(window, "imageryHubAreaFacts"), "the facts of the selection")
    kept = window.mainWidget().wrappers["INPUT"].parameterValue()
    (found,) = QgsVectorLayer(kept, "kept", "ogr").getFeatures()
    assert found.geometry().isGeosEqual(one.geometry())
    (back,) = window.findChildren(QToolButton, "imageryHubAreaBack")
    hands.click(back)
    assert window.mainWidget().wrappers["INPUT"].parameterValue() == layer.id()
    map_hands.look_at("EPSG:32632", HERE)
    draw_from(window, "Canvas Extent")
    extent = iface.mapCanvas().extent()
    assert drawn()[0].boundingBox().width() == pytest.approx(extent.width())


def test_areas_are_used_in_an_algorithm_from_the_menu(sandbox: SandboxProcess, raster: str) -> None:
    from_draw_menu("Draw Rectangle")
    press(pixel(*BOX[0]))
    press(pixel(*BOX[1]))
    press(pixel(EAST + 70, NORTH - 80))
    press(pixel(EAST + 90, NORTH - 60))
    key(Qt.Key.Key_Escape)
    from_draw_menu("Use in", f"{TITLE}…")
    window = dialog()
    assert window.findChild(QLineEdit, "imageryHubChosenArea").text() == "Area 1, Area 2"
    assert "2 areas" in text_of(window, "imageryHubAreaFacts")
    fill_and_run(window, raster)
    found = arrived(sandbox, raster)
    assert len(found) == 2 and all(any(same(one, lonlat(other)) for one in found) for other in drawn())


def test_the_areas_layer_offers_its_uses_in_its_own_menu() -> None:
    from_draw_menu("Draw Rectangle")
    press(pixel(*BOX[0]))
    press(pixel(*BOX[1]))
    key(Qt.Key.Key_Escape)
    view = iface.layerTreeView()
    index = view.model().index(0, 0)
    seen: list[str] = []

    def act(menu: Any) -> None:
        seen.extend(one.text() for one in menu.actions())
        hands.choose(menu, "Use in")
        inner = next(one.menu() for one in menu.actions() if one.text() == "Use in")
        hands.wait_for(inner.isVisible, "the menu below")
        hands.keep_picture("draw_use_in")
        hands.choose(inner, f"{TITLE}…")

    hands.in_menu(act)
    place = view.visualRect(index).center()
    hands.click(view.viewport(), place)
    QTest.mouseClick(view.viewport(), RIGHT, Qt.KeyboardModifier.NoModifier, place)
    event_at(view, place)
    assert dialog().findChild(QLineEdit, "imageryHubChosenArea").text() == "Area 1"


def event_at(view: QTreeView, place: QPoint) -> None:
    """QTest's right click makes no context menu event; the window system would."""
    from qgis.PyQt.QtGui import QContextMenuEvent

    event = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, place, view.viewport().mapToGlobal(place))
    QgsApplication.sendEvent(view.viewport(), event)


def test_the_dialog_that_the_toolbox_opened_comes_back_too() -> None:
    toolbox = iface.mainWindow().findChild(QDockWidget, "ProcessingToolbox")
    toolbox.setUserVisible(True)
    (search,) = toolbox.findChildren(QgsFilterLineEdit, "searchBox")
    hands.write(search, TITLE)
    tree = toolbox.findChild(QTreeView)
    group = hands.wait_for(lambda: leaf(tree), "the entry")
    results: list[str] = []

    def drive() -> None:
        window = dialog()
        results.append(str(window.isModal()))
        window.move(60, 40)
        draw_from(window, "Rectangle")
        press(pixel(*BOX[0]))
        move(pixel(*BOX[1]))
        press(pixel(*BOX[1]))
        hands.wait_for(window.isVisible, "the dialog")
        hands.wait_for(lambda: window.findChild(QLineEdit, "imageryHubChosenArea").text(), "the area")
        results.append(window.findChild(QLineEdit, "imageryHubChosenArea").text())
        results.append(str(window.isVisible()))
        hands.click(hands.button(window, "Close"))

    from qgis.PyQt.QtCore import QTimer

    QTimer.singleShot(1500, drive)
    hands.double_click_entry(tree, group)
    hands.wait_for(lambda: len(results) == 3, "the end")
    toolbox.setUserVisible(False)
    assert results == ["True", "Area 1", "True"]


def leaf(tree: QTreeView) -> Any:
    model = tree.model()
    groups = [model.index(row, 0) for row in range(model.rowCount())]
    while groups:
        index = groups.pop(0)
        if model.data(index) == TITLE:
            return index
        groups += [model.index(row, 0, index) for row in range(model.rowCount(index))]
    return None


@pytest.mark.needs_assumed("RasterInList.footprint")
def test_a_polygon_that_is_compared_with_is_drawn_too(sandbox: SandboxProcess, raster: str, tmp_path: Path) -> None:
    far = squares_image(tmp_path / "far.tif", [], [])
    dataset = gdal.Open(str(far), gdal.GA_Update)
    dataset.SetGeoTransform([EAST + 5000, 0.5, 0, NORTH, 0, -0.5])
    dataset.FlushCache()
    del dataset
    PicterraCalls(sandbox).upload_raster(far, name="Far field")
    window = open_dialog(LISTER)
    (field,) = window.findChildren(QLineEdit, "imageryHubGeometry")
    hands.write(field, "Polygon ((")
    assert text_of(window, "imageryHubAreaFacts") == "This is no polygon in WKT."
    draw_from(window, "Rectangle")
    press(pixel(*BOX[0]))
    move(pixel(*BOX[1]))
    press(pixel(*BOX[1]))
    hands.wait_for(window.isVisible, "the dialog")
    hands.wait_for(lambda: text_of(window, "imageryHubAreaFacts").startswith("0.0025 km²"), "the facts")
    assert field.text().startswith("CRS=EPSG:4326;Polygon ((")
    for area in window.findChildren(QScrollArea):
        area.verticalScrollBar().setValue(area.verticalScrollBar().maximum() // 2)
    hands.keep_picture("draw_polygon_parameter", window)
    hands.click(hands.button(window, "Run"))
    hands.wait_for(lambda: "RASTER_IDS" in (window.results() or {}), "the end", 60)
    assert window.results()["RASTER_IDS"] == raster


def test_batch_and_modeler_keep_the_widgets_of_qgis() -> None:
    from processing.gui.BatchAlgorithmDialog import BatchAlgorithmDialog
    from processing.modeler.ModelerParametersDialog import ModelerParametersDialog
    from qgis.core import QgsProcessingModelAlgorithm

    algorithm = QgsApplication.processingRegistry().createAlgorithmById(ALGORITHM)
    batch = BatchAlgorithmDialog(algorithm)
    batch.show()
    QTest.qWait(300)
    assert batch.findChild(QTableWidget) is not None and not batch.findChildren(QToolButton, "imageryHubDraw")
    batch.close()
    model = QgsProcessingModelAlgorithm()
    model.initAlgorithm({})
    step = ModelerParametersDialog(QgsApplication.processingRegistry().createAlgorithmById(ALGORITHM), model)
    step.show()
    QTest.qWait(300)
    assert isinstance(step.widget.widget.wrappers["INPUT"], QgsProcessingModelerParameterWidget)
    step.close()
