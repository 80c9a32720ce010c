"""The dock for spectral profiles in the real program: pixels clicked on the map, several compared, copied as CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path

import hands
import hyperspectral_cubes as cubes
import map_hands
import pytest
from qgis.core import QgsCoordinateTransform, QgsPointXY, QgsProject, QgsRasterLayer, QgsRectangle, QgsVectorLayer
from qgis.gui import QgsMapToolPan, QgsVertexMarker
from qgis.PyQt import sip
from qgis.PyQt.QtCore import QPoint, Qt
from qgis.PyQt.QtGui import QGuiApplication
from qgis.PyQt.QtTest import QTest
from qgis.PyQt.QtWidgets import QDockWidget, QLineEdit, QToolButton
from qgis.utils import iface, loadPlugin, startPlugin, unloadPlugin

UTM = f"EPSG:{cubes.EPSG}"
SHIFT = Qt.KeyboardModifier.ShiftModifier
WHOLE = QgsRectangle(cubes.LEFT, cubes.TOP - cubes.HEIGHT * cubes.PIXEL, cubes.LEFT + cubes.WIDTH * cubes.PIXEL,
                     cubes.TOP)
BAD = (24, 25)


@pytest.fixture
def cube(tmp_path: Path) -> Iterator[QgsRasterLayer]:
    """A bundle as it comes from the platform, opened as a layer."""
    from imagery_hub.core.layers import bundle

    map_hands.fresh_map(UTM, WHOLE.buffered(20))
    (layer,) = bundle.layers(bundle.unpack(cubes.write_bundle(tmp_path, bad=BAD), tmp_path / "out"))
    QgsProject.instance().addMapLayer(layer)
    map_hands.look_at(UTM, WHOLE.buffered(20))
    iface.setActiveLayer(layer)
    hands.failures.clear()
    yield layer
    QgsProject.instance().clear()
    QTest.qWait(100)


@pytest.fixture
def dock(cube: QgsRasterLayer) -> Iterator[QDockWidget]:
    (action,) = [one.defaultAction() for one in iface.mainWindow().findChildren(QToolButton)
                 if one.defaultAction() is not None and one.defaultAction().objectName() == "imageryHubShowSpectra"
                 and one.isVisible()]
    toggle = hands.tool_button(action)
    hands.click(toggle)
    found = hands.wait_for(lambda: iface.mainWindow().findChild(QDockWidget, "imageryHubSpectraDock"), "the dock")
    hands.wait_for(found.isVisible, "the dock to be seen")
    QTest.qWait(300)
    map_hands.look_at(UTM, WHOLE.buffered(20))
    yield found
    if not sip.isdeleted(found) and found.isVisible():
        if len(found.profiles):
            hands.click(button(found, "ClearSpectra"))
        hands.click(toggle)
        hands.wait_for(lambda: not found.isVisible(), "the dock to close")


def button(dock: QDockWidget, name: str) -> QToolButton:
    return dock.findChild(QToolButton, f"imageryHub{name}")


def begin_to_pick(dock: QDockWidget) -> None:
    pick = button(dock, "PickSpectrum")
    if not pick.isChecked():
        hands.click(pick)
    hands.wait_for(pick.isChecked, "the tool")


def pixel(column: int, row: int) -> QPoint:
    """Where the middle of a pixel is on the canvas, in whatever system the map is."""
    target = iface.mapCanvas().mapSettings().destinationCrs()
    place = QgsPointXY(*cubes.place(column, row))
    layer = next(one for one in QgsProject.instance().mapLayers().values() if isinstance(one, QgsRasterLayer))
    found = QgsCoordinateTransform(layer.crs(), target, QgsProject.instance()).transform(place)
    return map_hands.pixel(found.x(), found.y())


def pick(dock: QDockWidget, column: int, row: int, add: bool = False) -> None:
    """Click a pixel; the profile is there afterwards."""
    begin_to_pick(dock)
    map_hands.press(pixel(column, row), keys=SHIFT if add else map_hands.PLAIN)
    hands.wait_for(lambda: (column, row) in pixels(dock), "the profile")


def pixels(dock: QDockWidget) -> list[tuple[int, int]]:
    return [(one.spectrum.column, one.spectrum.row) for one in dock.profiles]


def rows(dock: QDockWidget) -> list[list[str]]:
    tree = dock.panel.list
    return [[tree.topLevelItem(place).text(column) for column in range(3)] for place in range(tree.topLevelItemCount())]


def truth(column: int, row: int) -> list[float]:
    return [cubes.truth(column, row, one) / 50000 for one in cubes.WAVELENGTHS]


def crosses() -> list[QgsPointXY]:
    """QGIS has some of its own in reserve, which are nowhere."""
    found = [one.center() for one in iface.mapCanvas().scene().items() if isinstance(one, QgsVertexMarker)]
    return [one for one in found if not one.isEmpty()]


def test_a_clicked_pixel_is_plotted_and_the_next_click_moves_it(dock: QDockWidget, cube: QgsRasterLayer) -> None:
    assert dock.panel.pages.currentIndex() == 1 and "Pick on Map" in dock.panel.plot.accessibleDescription()
    hands.wait_for(lambda: "40 bands, 450 to 1425 nm, 2 of them bad" in dock.panel.about.text(), "the bands")
    hands.keep_picture("spectra-empty", dock)
    pick(dock, 5, 7)
    (one,) = dock.profiles
    assert list(one.spectrum.values) == pytest.approx(truth(5, 7))
    assert [band.number for band in one.spectrum.bands if band.bad] == list(BAD)
    assert crosses() and crosses()[0].distance(QgsPointXY(*cubes.place(5, 7))) < cubes.PIXEL
    pick(dock, 30, 20)
    assert pixels(dock) == [(30, 20)]
    assert rows(dock) == [["Point 1", "30, 20", ""]]
    QTest.keyClick(iface.mapCanvas(), Qt.Key.Key_Escape)
    hands.wait_for(lambda: not button(dock, "PickSpectrum").isChecked(), "the end of picking")
    assert isinstance(iface.mapCanvas().mapTool(), QgsMapToolPan)


def test_several_are_compared_band_by_band_and_copied(dock: QDockWidget) -> None:
    pick(dock, 5, 7)
    pick(dock, 30, 20, add=True)
    pick(dock, 36, 3, add=True)
    plot = dock.panel.plot
    across, up = plot.axes()
    QTest.mouseMove(plot, QPoint(round(across.place(655)), 80))
    hands.wait_for(lambda: plot.pointed_at == 650, "the band")
    assert [float(row[2]) for row in rows(dock)] == pytest.approx(
        [cubes.truth(column, row, 650) / 50000 for column, row in ((5, 7), (30, 20), (36, 3))], rel=1e-4)
    hands.keep_picture("spectra-compared")
    hands.click(plot, QPoint(round(across.place(655)), 80))
    for _ in range(15):
        QTest.keyClick(plot, Qt.Key.Key_Right)
    assert plot.pointed_at == 1025
    assert all("bad" in row[2] for row in rows(dock))
    QTest.keyClick(plot, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    table = list(csv.reader(io.StringIO(QGuiApplication.clipboard().text())))
    assert table[0] == ["band", "wavelength_nm", "bad", "Point 1", "Point 2", "Point 3"]
    assert [float(row[1]) for row in table[1:]] == list(cubes.WAVELENGTHS)
    assert [float(row[4]) for row in table[1:]] == pytest.approx(truth(30, 20))
    assert [row[0] for row in table[1:] if row[2]] == ["B024", "B025"]
    assert "3 profiles" in dock.panel.status.text


def test_names_are_changed_and_profiles_removed_by_keys(dock: QDockWidget) -> None:
    pick(dock, 5, 7)
    hands.click(dock.panel.plot)
    QTest.keyClick(dock.panel.plot, Qt.Key.Key_K)
    hands.wait_for(lambda: not button(dock, "KeepSpectrum").isEnabled(), "the first to be kept")
    pick(dock, 30, 20)
    assert pixels(dock) == [(5, 7), (30, 20)]
    tree = dock.panel.list
    hands.click_entry(tree, tree.model().index(0, 0))
    QTest.keyClick(tree, Qt.Key.Key_F2)
    field = hands.wait_for(lambda: tree.findChild(QLineEdit), "the field")
    QTest.keyClick(field, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClick(field, Qt.Key.Key_Delete)
    QTest.keyClicks(field, "Plants <b>")
    QTest.keyClick(field, Qt.Key.Key_Return)
    hands.wait_for(lambda: rows(dock)[0][0] == "Plants <b>", "the name")
    assert len(dock.profiles) == 2, "the keys of the field are not those of the list"
    hands.click(button(dock, "CopySpectra"))
    assert QGuiApplication.clipboard().text().startswith("band,wavelength_nm,bad,Plants <b>\n")
    hands.click_entry(tree, tree.model().index(1, 0))
    QTest.keyClick(tree, Qt.Key.Key_Delete)
    hands.wait_for(lambda: pixels(dock) == [(5, 7)], "the second to go")


def test_the_map_may_be_in_another_system(dock: QDockWidget, cube: QgsRasterLayer) -> None:
    transform = QgsCoordinateTransform(cube.crs(), QgsProject.instance().crs().fromEpsgId(4326), QgsProject.instance())
    map_hands.look_at("EPSG:4326", transform.transformBoundingBox(WHOLE))
    pick(dock, 22, 11)
    (one,) = dock.profiles
    assert list(one.spectrum.values) == pytest.approx(truth(22, 11))
    centre = crosses()[0]
    map_hands.look_at(UTM, WHOLE.buffered(20))
    assert crosses()[0].distance(QgsPointXY(*cubes.place(22, 11))) < cubes.PIXEL < centre.distance(crosses()[0])


def test_beside_the_layer_and_without_data_is_said(dock: QDockWidget) -> None:
    begin_to_pick(dock)
    map_hands.press(map_hands.pixel(cubes.LEFT - 10, cubes.TOP - 20))
    hands.wait_for(lambda: "no pixel" in dock.panel.status.text, "the words")
    assert pixels(dock) == []
    hands.click(dock.panel.plot)
    QTest.keyClick(dock.panel.plot, Qt.Key.Key_M)
    hands.wait_for(lambda: len(dock.profiles) == 1, "the pixel in the middle, by the keyboard")
    assert dock.panel.status.text == ""


def test_layers_without_profiles_say_what_to_do(dock: QDockWidget, cube: QgsRasterLayer) -> None:
    pick(dock, 5, 7)
    plain = QgsVectorLayer("Polygon?crs=EPSG:4326", "Plain", "memory")
    QgsProject.instance().addMapLayer(plain)
    iface.setActiveLayer(plain)
    hands.wait_for(lambda: not button(dock, "PickSpectrum").isEnabled(), "the tool to be off")
    assert "Choose a raster layer" in dock.panel.about.text(), "what was read stays to be seen"
    hands.click(button(dock, "ClearSpectra"))
    hands.wait_for(lambda: dock.panel.pages.currentIndex() == 0, "the empty page")
    hands.keep_picture("spectra-no-layer", dock)


def test_profiles_go_with_their_layer(dock: QDockWidget, cube: QgsRasterLayer) -> None:
    pick(dock, 5, 7)
    QgsProject.instance().removeMapLayer(cube.id())
    hands.wait_for(lambda: len(dock.profiles) == 0, "the profile to go")
    assert crosses() == []


def test_natural_colours_for_a_layer_that_has_others(dock: QDockWidget, tmp_path: Path) -> None:
    layer = QgsRasterLayer(str(cubes.write_cube(tmp_path / "other.tif", told=True)), "Other", "gdal")
    QgsProject.instance().addMapLayer(layer)
    iface.setActiveLayer(layer)
    assert layer.renderer().redBand() == 1
    hands.click(button(dock, "SpectrumColors"))
    hands.wait_for(lambda: layer.renderer().redBand() == 9, "the colours")
    assert (layer.renderer().greenBand(), layer.renderer().blueBand()) == (5, 2)


def test_pixels_of_two_layers_are_compared(dock: QDockWidget, cube: QgsRasterLayer, tmp_path: Path) -> None:
    pick(dock, 5, 7)
    layer = QgsRasterLayer(str(cubes.write_cube(tmp_path / "other.tif", (460.0, 660.0, 1600.0), told=True)), "Other",
                           "gdal")
    QgsProject.instance().addMapLayer(layer)
    map_hands.look_at(UTM, WHOLE.buffered(20))
    iface.setActiveLayer(layer)
    hands.wait_for(lambda: "3 bands" in dock.panel.about.text(), "the other layer")
    pick(dock, 30, 20, add=True)
    assert [row[1] for row in rows(dock)] == [f"{cubes.SCENE}: 5, 7", "Other: 30, 20"]
    assert (dock.panel.plot.axes()[0].low, dock.panel.plot.axes()[0].high) == (450, 1600)
    assert dock.panel.plot.side_title() == "Value", "of one of them it is not known whether it is reflectance"
    QgsProject.instance().removeMapLayer(layer.id())
    hands.wait_for(lambda: pixels(dock) == [(5, 7)], "the profile of the other layer to go")
    iface.setActiveLayer(cube)


def test_the_dock_lets_go_of_the_map_with_the_plugin(dock: QDockWidget) -> None:
    pick(dock, 5, 7)
    assert unloadPlugin("imagery_hub")
    try:
        QTest.qWait(200)
        assert crosses() == []
        assert isinstance(iface.mapCanvas().mapTool(), QgsMapToolPan)
        map_hands.press(pixel(6, 6))
        assert crosses() == []
        assert hands.failures == []
    finally:
        assert loadPlugin("imagery_hub")
        assert startPlugin("imagery_hub")
