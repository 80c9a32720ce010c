"""Areas drawn on the map of the real program, by mouse and keys. Witnesses are pyproj's geodesics."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from pathlib import Path

import hands
import map_hands
import pytest
from hands import RIGHT
from imagery_hub.core.geometry import to_platform
from map_hands import drawn, from_draw_menu, ground, key, move, pixel, press, told
from pyproj import Geod, Transformer
from qgis.core import (
    QgsFeature,
    QgsGeometry,
    QgsPointXY,
    QgsProject,
    QgsRectangle,
    QgsSnappingConfig,
    QgsTolerance,
    QgsVectorLayer,
)
from qgis.PyQt.QtCore import QPoint, Qt
from qgis.PyQt.QtTest import QTest
from qgis.PyQt.QtWidgets import QAction, QLineEdit, QToolButton
from qgis.utils import iface
from shapely.geometry import Point, shape

GEOD = Geod(ellps="WGS84")
UTM = QgsRectangle(499_000, 5_149_000, 503_000, 5_152_000)
CORNERS = ((500_000, 5_150_000), (501_000, 5_150_000), (501_000, 5_151_000), (500_000, 5_151_000))
CONTROL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


@pytest.fixture(autouse=True)
def map_in_utm() -> Iterator[None]:
    hands.failures.clear()
    with map_hands.no_python_errors():
        map_hands.fresh_map("EPSG:32632", UTM)
        yield
        map_hands.forget_edits()
        iface.newProject(False)
        QTest.qWait(100)
    assert not hands.failures


def geodesic_km2(crs: str, corners: list[QgsPointXY]) -> float:
    back = Transformer.from_crs(crs, 4326, always_xy=True)
    places = [back.transform(one.x(), one.y()) for one in corners]
    return abs(GEOD.polygon_area_perimeter(*zip(*places, strict=True))[0]) / 1e6


def told_km2() -> float:
    return float(re.match(r"([\d.,]+) km²", told()).group(1).replace(",", ""))


def test_a_polygon_with_its_area_at_the_cursor_backspace_and_undo() -> None:
    tool = iface.mapCanvas().mapTool()
    hands.click(map_hands.draw_button(), QPoint(8, 8))
    assert iface.mapCanvas().mapTool() is not tool
    assert "Escape" in iface.mainWindow().statusBar().currentMessage() or told() == ""
    places = [pixel(*one) for one in CORNERS]
    for place in places[:3]:
        press(place)
    press(pixel(502_500, 5_151_800))
    key(Qt.Key.Key_Backspace)
    move(places[3])
    assert "Side" in told()
    assert told_km2() == pytest.approx(geodesic_km2("EPSG:32632", [ground(one) for one in places]), rel=1e-3)
    hands.keep_picture("draw_polygon")
    press(places[3])
    press(places[3], RIGHT)
    (found,) = drawn()
    assert len(found.asMultiPolygon()[0][0]) == 5
    for place, corner in zip(places, found.asMultiPolygon()[0][0], strict=False):
        assert corner.distance(ground(place)) < 0.01
    (feature,) = map_hands.areas_layers()[0].getFeatures()
    expected = geodesic_km2("EPSG:32632", [ground(one) for one in places])
    assert feature["area_km2"] == pytest.approx(expected, rel=1e-5) and feature["name"] == "Area 1"
    key(Qt.Key.Key_Escape)
    assert iface.mapCanvas().mapTool() is tool and told() == ""
    key(Qt.Key.Key_Z, CONTROL)
    assert drawn() == []
    key(Qt.Key.Key_Z, CONTROL | SHIFT)
    assert len(drawn()) == 1
    hands.keep_picture("draw_area")


def test_escape_in_the_middle_leaves_nothing_and_gives_the_tool_back() -> None:
    tool = iface.mapCanvas().mapTool()
    for title in ("Draw Area", "Draw Rectangle", "Draw Circle"):
        from_draw_menu(title)
        press(pixel(*CORNERS[0]))
        move(pixel(*CORNERS[2]))
        if title != "Draw Area":
            assert told()
        key(Qt.Key.Key_Escape)
        assert iface.mapCanvas().mapTool() is tool and told() == "" and drawn() == []


def take_way(action: QAction, title: str) -> None:
    """Take an entry of the button of QGIS's own toolbar in whose menu the action is."""
    buttons = (one for one in iface.mainWindow().findChildren(QToolButton) if one.menu() is not None)
    (button,) = (one for one in buttons if action in one.menu().actions() and one.isVisible())
    hands.in_menu(lambda menu: hands.choose(menu, title))
    hands.click(button, QPoint(button.width() - 3, button.height() // 2))
    QTest.qWait(600)


def test_curves_are_drawn_as_qgis_draws_them() -> None:
    from_draw_menu("Draw Area")
    (curves,) = iface.mainWindow().findChildren(QAction, "mActionDigitizeWithCurve")
    assert curves.isEnabled()
    iface.advancedDigitizeToolBar().setVisible(True)
    take_way(curves, "Digitize with Curve")
    assert curves.isChecked()
    try:
        for corner in ((500_500, 5_150_500), (501_000, 5_151_000), (501_500, 5_150_500)):
            press(pixel(*corner))
        press(pixel(501_500, 5_150_500), RIGHT)
        (found,) = drawn()
        assert found.area() == pytest.approx(math.pi * 500**2 / 2, rel=0.02)
    finally:
        straight = iface.mainWindow().findChildren(QAction, "mActionDigitizeWithSegment")  # since 3.26
        take_way(curves, "Digitize with Segment" if straight else "Digitize with Curve")
        assert not curves.isChecked()
        iface.advancedDigitizeToolBar().setVisible(False)
        key(Qt.Key.Key_Escape)


def test_what_was_drawn_is_saved_with_the_project(tmp_path: Path) -> None:
    from_draw_menu("Draw Circle")
    map_hands.drag(pixel(501_000, 5_150_500), pixel(501_700, 5_150_500))
    key(Qt.Key.Key_Escape)
    (before,) = drawn()
    project = tmp_path / "site.qgz"
    QgsProject.instance().setFileName(str(project))
    key(Qt.Key.Key_S, CONTROL)
    hands.wait_for(project.exists, "the project")
    iface.newProject(False)
    assert iface.addProject(str(project))
    QTest.qWait(300)
    (layer,) = map_hands.areas_layers()
    assert not layer.isEditable()
    (after,) = drawn()
    assert after.isGeosEqual(before)
    hands.click(map_hands.draw_button(), QPoint(8, 8))
    assert layer.isEditable() and map_hands.areas_layers() == [layer]


def test_corners_snap_to_another_layer() -> None:
    other = QgsVectorLayer("Polygon?crs=EPSG:32632", "Parcels", "memory")
    parcel = QgsFeature()
    parcel.setGeometry(QgsGeometry.fromRect(QgsRectangle(500_123.25, 5_150_321.5, 501_777.75, 5_151_234.125)))
    other.dataProvider().addFeatures([parcel])
    QgsProject.instance().addMapLayer(other)
    snapping = QgsSnappingConfig(QgsProject.instance())
    snapping.setEnabled(True)
    snapping.setMode(QgsSnappingConfig.SnappingMode.AllLayers)
    snapping.setTypeFlag(QgsSnappingConfig.SnappingTypes.VertexFlag)
    snapping.setTolerance(12)
    snapping.setUnits(QgsTolerance.UnitType.Pixels)
    QgsProject.instance().setSnappingConfig(snapping)
    QTest.qWait(500)
    from_draw_menu("Draw Area")
    true = [(500_123.25, 5_150_321.5), (501_777.75, 5_150_321.5), (501_777.75, 5_151_234.125)]
    for corner in true:
        press(pixel(*corner) + QPoint(5, -4))
    press(pixel(*true[2]), RIGHT)
    (found,) = drawn()
    assert {(one.x(), one.y()) for one in found.asMultiPolygon()[0][0]} == set(true)
    key(Qt.Key.Key_Escape)
    from_draw_menu("Draw Rectangle")
    press(pixel(*true[0]) + QPoint(-4, 3))
    press(pixel(*true[2]) + QPoint(3, 5))
    key(Qt.Key.Key_Escape)
    box = drawn()[-1].boundingBox()
    assert (box.xMinimum(), box.yMinimum(), box.xMaximum(), box.yMaximum()) == (*true[0], *true[2])


def test_rectangles_by_clicks_by_dragging_and_as_squares() -> None:
    from_draw_menu("Draw Rectangle")
    first, second = pixel(500_000, 5_150_000), pixel(502_000, 5_151_000)
    press(first)
    move(second)
    size = re.search(r"\n([\d.]+) (k?m) × ([\d.]+) (k?m)", told())
    width, height = (float(size.group(one)) * (1000 if size.group(one + 1) == "km" else 1) for one in (1, 3))
    assert (width, height) == (pytest.approx(2000, rel=0.05), pytest.approx(1000, rel=0.06))
    hands.keep_picture("draw_rectangle")
    press(second)
    assert len(drawn()) == 1  # and the tool stays for the next one
    map_hands.drag(second, pixel(502_500, 5_151_500))
    press(first)
    press(second, keys=SHIFT)
    by_clicks, by_drag, square = (one.boundingBox() for one in drawn())
    assert by_clicks.contains(ground((first + second) / 2))
    assert (by_clicks.width(), by_clicks.height()) == (pytest.approx(2000, abs=10), pytest.approx(1000, abs=10))
    assert by_drag.width() == pytest.approx(500, abs=10) and by_drag.height() == pytest.approx(500, abs=10)
    assert square.width() == pytest.approx(square.height()) and square.width() == pytest.approx(2000, abs=10)


def test_a_circle_has_its_radius_on_the_ground() -> None:
    from_draw_menu("Draw Circle")
    centre, edge = pixel(501_000, 5_150_500), pixel(501_700, 5_150_500)
    press(centre)
    move(edge)
    assert "Radius" in told()
    hands.keep_picture("draw_circle")
    press(edge)
    (found,) = drawn()
    back = Transformer.from_crs("EPSG:32632", 4326, always_xy=True)
    middle, rim = (back.transform(one.x(), one.y()) for one in (ground(centre), ground(edge)))
    radius = GEOD.inv(*middle, *rim)[2]
    for corner in found.asMultiPolygon()[0][0]:
        assert GEOD.inv(*middle, *back.transform(corner.x(), corner.y()))[2] == pytest.approx(radius, rel=1e-6)
    (feature,) = map_hands.areas_layers()[0].getFeatures()
    assert feature["area_km2"] == pytest.approx(math.pi * radius**2 / 1e6, rel=1e-3)


def test_the_advanced_digitizing_panel_constrains_polygon_and_circle() -> None:
    panel = iface.cadDockWidget()
    from_draw_menu("Draw Circle")
    iface.advancedDigitizeToolBar().setVisible(True)
    hands.click(hands.tool_button(panel.enableAction()))
    panel.setUserVisible(True)
    try:
        press(pixel(501_000, 5_150_500))
        move(pixel(501_300, 5_150_500))
        (field,) = panel.findChildren(QLineEdit, "mDistanceLineEdit")
        key(Qt.Key.Key_D)
        assert field.hasFocus()
        QTest.keyClicks(field, "640")
        QTest.keyClick(field, Qt.Key.Key_Return)
        hands.keep_picture("draw_cad")
        press(pixel(501_300, 5_150_900))
        (found,) = drawn()
        assert found.boundingBox().width() == pytest.approx(1280, rel=1e-4)
    finally:
        hands.click(hands.tool_button(panel.enableAction()))
        panel.close()
        iface.advancedDigitizeToolBar().setVisible(False)
        key(Qt.Key.Key_Escape)


def test_the_vertex_tool_edits_an_area() -> None:
    from_draw_menu("Draw Rectangle")
    press(pixel(*CORNERS[0]))
    press(pixel(*CORNERS[2]))
    key(Qt.Key.Key_Escape)
    (before,) = map_hands.areas_layers()[0].getFeatures()
    from_draw_menu("Edit Areas")
    corner, target = pixel(*CORNERS[2]), pixel(502_000, 5_151_500)
    map_hands.real_click(corner)
    map_hands.real_click(target)
    (after,) = map_hands.areas_layers()[0].getFeatures()
    assert any(one.distance(ground(target)) < 1 for one in after.geometry().asMultiPolygon()[0][0])
    corners = [QgsPointXY(one) for one in after.geometry().asMultiPolygon()[0][0][:-1]]
    assert after["area_km2"] == pytest.approx(geodesic_km2("EPSG:32632", corners), rel=1e-5)
    assert after["area_km2"] > before["area_km2"] * 1.3
    hands.keep_picture("draw_vertex_tool")


def test_a_rectangle_on_a_turned_map_is_upright_on_the_screen() -> None:
    iface.mapCanvas().setRotation(30)
    iface.mapCanvas().refresh()
    QTest.qWait(300)
    from_draw_menu("Draw Rectangle")
    middle = iface.mapCanvas().viewport().rect().center()
    first, second = middle - QPoint(150, 100), middle + QPoint(150, 100)
    press(first)
    press(second)
    (found,) = drawn()
    (ring,) = found.asMultiPolygon()[0]
    screen = [pixel(one.x(), one.y()) for one in ring]
    assert {(one.x(), one.y()) for one in screen} == {
        (x, y) for x in (first.x(), second.x()) for y in (first.y(), second.y())
    }
    hands.keep_picture("draw_rotated")


@pytest.mark.parametrize(
    ("crs", "extent", "inside"),
    [
        ("EPSG:4326", QgsRectangle(165, -20, 195, 5), (-179.9, None)),
        ("EPSG:3857", QgsRectangle(18_800_000, -2_000_000, 21_300_000, 500_000), (-179.9, None)),
        ("EPSG:3995", QgsRectangle(-1_500_000, -1_000_000, 1_500_000, 1_000_000), (77, 89.99)),
        ("EPSG:3031", QgsRectangle(-1_500_000, -1_000_000, 1_500_000, 1_000_000), (77, -89.99)),
    ],
)
def test_areas_at_the_edges_of_the_earth(crs: str, extent: QgsRectangle, inside: tuple[float, float | None]) -> None:
    map_hands.fresh_map(crs, extent)
    middle = ground(iface.mapCanvas().viewport().rect().center())
    span = extent.width() / 5
    from_draw_menu("Draw Area")
    corners = [(middle.x() + dx * span, middle.y() + dy * span) for dx, dy in ((-1, -1), (1, -1), (1, 1), (-1, 1))]
    places = [pixel(*one) for one in corners]
    for place in places:
        press(place)
    press(places[0], RIGHT)
    key(Qt.Key.Key_Escape)
    from_draw_menu("Draw Circle")
    press(pixel(middle.x(), middle.y()))
    press(pixel(middle.x() + span / 2, middle.y()))
    key(Qt.Key.Key_Escape)
    hands.keep_picture(f"draw_{crs.replace(':', '_')}")
    layer = map_hands.areas_layers()[0]
    polygon, circle = layer.getFeatures()
    assert circle.geometry().boundingBox().center().distance(middle) < span / 5
    for one in (polygon, circle):
        value = shape(to_platform(one.geometry(), layer.crs()))
        latitude = inside[1] if inside[1] is not None else value.envelope.centroid.y
        assert value.is_valid and value.contains(Point(inside[0], latitude))
        assert value.bounds[0] >= -180 and value.bounds[2] <= 180 and value.geom_type in ("MultiPolygon", "Polygon")
        if inside[1] is None:
            assert value.geom_type == "MultiPolygon" and value.contains(Point(179.9, latitude))
    # The circle: its own radius. The polygon: cells of the map, whose sides geodesics follow closely.
    back = Transformer.from_crs(crs, 4326, always_xy=True)
    seen = [ground(pixel(middle.x(), middle.y())), ground(pixel(middle.x() + span / 2, middle.y()))]
    radius = GEOD.inv(*back.transform(seen[0].x(), seen[0].y()), *back.transform(seen[1].x(), seen[1].y()))[2]
    assert circle["area_km2"] == pytest.approx(math.pi * radius**2 / 1e6, rel=2e-2)
    ring = [ground(one) for one in places]
    assert polygon["area_km2"] == pytest.approx(_cells_km2(crs, ring[0], ring[2]), rel=1e-4)


def _cells_km2(crs: str, low: QgsPointXY, high: QgsPointXY, count: int = 40) -> float:
    back = Transformer.from_crs(crs, 4326, always_xy=True)
    width, height = (high.x() - low.x()) / count, (high.y() - low.y()) / count
    total = 0.0
    for row in range(count):
        for column in range(count):
            x, y = low.x() + column * width, low.y() + row * height
            cell = [(x, y), (x + width, y), (x + width, y + height), (x, y + height)]
            ring = [back.transform(*one) for one in cell]
            total += abs(GEOD.polygon_area_perimeter(*zip(*ring, strict=True))[0]) / 1e6
    return total


def test_selected_features_a_layer_and_the_extent_become_areas() -> None:
    other = QgsVectorLayer("Polygon?crs=EPSG:4326", "Fields", "memory")
    features = []
    for west in (9.0, 9.01, 9.02):
        one = QgsFeature()
        one.setGeometry(QgsGeometry.fromRect(QgsRectangle(west, 46.5, west + 0.005, 46.505)))
        features.append(one)
    other.dataProvider().addFeatures(features)
    QgsProject.instance().addMapLayer(other)  # by which QGIS takes the layer's system for the project
    QTest.qWait(500)
    map_hands.look_at("EPSG:32632", UTM)
    iface.setActiveLayer(other)
    other.selectByIds([2])
    from_draw_menu("Area from Selected Features")
    (found,) = drawn()
    (layer,) = map_hands.areas_layers()
    assert layer.crs().authid() == "EPSG:32632"
    assert shape(to_platform(found, layer.crs())).bounds == pytest.approx((9.01, 46.5, 9.015, 46.505), abs=1e-7)
    from_draw_menu("Area from Layer", "Fields")
    assert len(drawn()) == 4
    from_draw_menu("Area from Canvas Extent")
    extent = iface.mapCanvas().extent()
    assert drawn()[-1].boundingBox().width() == pytest.approx(extent.width(), rel=1e-6)
    from_draw_menu("Clear Areas")
    assert drawn() == []
    key(Qt.Key.Key_Z, CONTROL)
    assert len(drawn()) == 5
