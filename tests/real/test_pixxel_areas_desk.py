"""Areas of interest of Pixxel in the real program: drawn by clicks, taken from features, listed as a layer, shown."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import hands
import map_hands
import pixxel_desk as desk
import pytest
from algorithm_hands import AlgorithmHands
from hub_dock import HubDockHands
from pixxel_desk import LATER, NAME, PROJECT
from pixxel_hands import draw_area, hub_open_at, take_area
from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsCoordinateTransform,
    QgsFeature,
    QgsGeometry,
    QgsPointXY,
    QgsProject,
    QgsRectangle,
    QgsVectorLayer,
)
from qgis.PyQt.QtTest import QTest
from qgis.PyQt.QtWidgets import QLineEdit
from qgis.utils import iface
from sandbox_pixxel import CROPS, ITEM, TD2, PixxelCalls
from sandbox_process import SandboxProcess
from shapely.geometry import Polygon, shape

HERE = QgsRectangle(75.60, 14.41, 75.68, 14.47)
CORNERS = [(75.61, 14.42), (75.65, 14.42), (75.66, 14.45), (75.61, 14.45)]
WAY = (NAME, "Projects", PROJECT, "Areas of interest")


@pytest.fixture
def calls(sandbox: SandboxProcess) -> PixxelCalls:
    return PixxelCalls(sandbox)


@pytest.fixture
def hub(sandbox: SandboxProcess) -> Iterator[HubDockHands]:
    """A connection, the tree open down to a project's areas, and the map over fields near Davanagere."""
    with hub_open_at(sandbox, HERE, WAY, "No area of interest yet.") as found:
        yield found


def same(found: Any, expected: Polygon, share: float = 1e-3) -> bool:
    return bool(shape(found).symmetric_difference(expected).area < share * expected.area)


def test_an_area_drawn_by_clicks_comes_onto_the_platform(hub: HubDockHands, calls: PixxelCalls) -> None:
    hub.menu("Create area of interest…", *WAY)
    dialog = AlgorithmHands("Create area of interest")
    assert dialog.value("PROJECT") == CROPS, "the project is the one that the menu was opened in"
    dialog.write("NAME", "Davanagere north")
    dialog.look_up("SATELLITE", "Pixxel-TD2", "pixxel_satellites")
    dialog.write("ITEMS", f"{ITEM}, {LATER}")
    places = [map_hands.pixel(*corner) for corner in CORNERS]
    clicked = Polygon([(map_hands.ground(one).x(), map_hands.ground(one).y()) for one in places])
    draw_area(dialog, CORNERS)
    assert dialog.field("AREA").findChild(QLineEdit, "imageryHubChosenArea").isVisible()
    dialog.keep_picture("pixxel_create_aoi")
    dialog.run()
    hub.wait(["Davanagere north"], *WAY)
    dialog.keep_picture("pixxel_create_aoi_done")
    dialog.close()
    (told,) = calls.get("v0/aois")["aois"]
    assert (told["name"], told["project_id"], told["satellite_id"]) == ("Davanagere north", CROPS, TD2)
    assert told["status"] == "success" and same(told["geometry"], clicked)
    assert set(told["images"]) == {ITEM, LATER}
    hub.unfold(*WAY, "Davanagere north")
    hub.unfold(*WAY, "Davanagere north", "Assets")
    hub.wait(["mosaic_2024_01_05", "mosaic_2024_01_17"], *WAY, "Davanagere north", "Assets")
    hands.keep_picture("pixxel_aoi_drawn")


def test_a_name_that_is_taken_is_said(hub: HubDockHands, calls: PixxelCalls) -> None:
    desk.make_aoi(calls, "Taken")
    hub.menu("Create area of interest…", *WAY)
    dialog = AlgorithmHands("Create area of interest")
    dialog.write("NAME", "Taken")
    dialog.look_up("SATELLITE", "Pixxel-TD2")
    dialog.write("ITEMS", ITEM)
    take_area(dialog, "Canvas Extent")
    dialog.run()
    assert "The platform says: “aoi with the name Taken exists already”" in dialog.log()
    dialog.keep_picture("pixxel_name_taken")
    dialog.close()
    assert len(calls.get("v0/aois")["aois"]) == 1


@pytest.fixture
def plots(hub: HubDockHands) -> QgsVectorLayer:
    """Two fields in UTM."""
    layer = QgsVectorLayer("Polygon?crs=EPSG:32643&field=plot:string", "Plots", "memory")
    to_utm = QgsCoordinateTransform(QgsCoordinateReferenceSystem("EPSG:4326"), layer.crs(), QgsProject.instance())
    for number, west in enumerate((75.62, 75.64)):
        corners = [QgsPointXY(west + x, 14.43 + y) for x, y in ((0, 0), (0.012, 0), (0.012, 0.01), (0, 0.01))]
        feature = QgsFeature(layer.fields())
        feature.setAttributes([f"Field {number + 1}"])
        outline = QgsGeometry.fromPolygonXY([corners])
        assert outline.transform(to_utm) == 0
        feature.setGeometry(outline)
        assert layer.dataProvider().addFeature(feature)
    QgsProject.instance().addMapLayer(layer)
    iface.setActiveLayer(layer)
    QTest.qWait(500)  # QGIS takes the system of the first layer
    map_hands.look_at("EPSG:4326", HERE)
    return layer


def field(number: int) -> Polygon:
    west = (75.62, 75.64)[number]
    return Polygon([(west, 14.43), (west + 0.012, 14.43), (west + 0.012, 14.44), (west, 14.44)])


def test_a_selected_feature_becomes_an_area(hub: HubDockHands, plots: QgsVectorLayer, calls: PixxelCalls) -> None:
    hands.click(hands.tool_button(iface.actionSelect()))
    map_hands.real_click(map_hands.pixel(75.646, 14.435))
    hands.wait_for(lambda: plots.selectedFeatureCount() == 1, "the feature to be selected")
    hub.menu("Create area of interest…", *WAY)
    dialog = AlgorithmHands("Create area of interest")
    dialog.write("NAME", "Second field")
    dialog.look_up("SATELLITE", "Pixxel-TD2")
    dialog.write("ITEMS", ITEM)
    take_area(dialog, "Selected Features of “Plots” (1)")
    dialog.run()
    hub.wait(["Second field"], *WAY)
    dialog.close()
    (told,) = calls.get("v0/aois")["aois"]
    assert same(told["geometry"], field(1))
    hands.click(hands.tool_button(iface.actionPan()))


def test_each_feature_becomes_an_area_and_all_are_listed_as_a_layer(
    hub: HubDockHands, plots: QgsVectorLayer, calls: PixxelCalls
) -> None:
    hub.menu("Create areas from features…", *WAY)
    dialog = AlgorithmHands("Create areas from features")
    dialog.look_up("SATELLITE", "Pixxel-TD2")
    dialog.write("ITEMS", ITEM)
    dialog.choose("NAME_FIELD", "plot")
    dialog.keep_picture("pixxel_create_aois")
    dialog.run()
    hands.wait_for(lambda: set(hub.texts(*WAY)) == {"Field 1", "Field 2"}, "both in the tree")
    dialog.close()
    hub.menu("List areas of interest…", *WAY)
    dialog = AlgorithmHands("List areas of interest")
    dialog.run()
    layer = hands.wait_for(lambda: next((one for one in QgsProject.instance().mapLayers().values()
                                         if one is not plots and isinstance(one, QgsVectorLayer)), None), "the layer")
    dialog.close()
    found = {one["name"]: one for one in layer.getFeatures()}
    assert set(found) == {"Field 1", "Field 2"} and {one["status"] for one in found.values()} == {"success"}
    for number in (0, 1):
        outline = found[f"Field {number + 1}"].geometry().asMultiPolygon()[0][0]
        assert Polygon([(one.x(), one.y()) for one in outline]).symmetric_difference(field(number)).area < 1e-7
    map_hands.look_at("EPSG:4326", HERE)
    hands.keep_picture("pixxel_aois_listed")
