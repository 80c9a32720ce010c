"""The dock for searching in the real program: by mouse and keyboard only."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import hands
import pytest
from placed_images import upload_placed, upload_unplaced
from qgis.core import QgsApplication, QgsProject
from qgis.PyQt.QtCore import QPoint, Qt
from qgis.PyQt.QtTest import QTest
from qgis.PyQt.QtWidgets import QComboBox, QDialog, QWidget
from qgis.utils import iface, reloadPlugin
from sandbox_picterra import PicterraCalls
from sandbox_process import SandboxProcess
from search_dock import SearchHands, click_map, connect, disconnect, go_to, on_canvas

FARM = {"Orchard": (10, 45), "Meadow": (11.5, 45), "Vineyard": (13, 46)}
AROUND = [(9.5, 44.5), (12, 44.5), (12, 46.5), (9.5, 46.5)]
COVERS = 3
TODAY = datetime.now(timezone.utc)


@pytest.fixture
def farm(sandbox: SandboxProcess, tmp_path: Path) -> Iterator[SandboxProcess]:
    """Three images in a row, one without place, and a saved connection."""
    connect("Farm", sandbox.address)
    iface.newProject(False)
    hands.click(hands.tool_button(iface.actionPan()))
    calls = PicterraCalls(sandbox)
    for month, (name, place) in enumerate(FARM.items(), 1):
        captured = TODAY.strftime("%Y-%m-%dT00:00:00Z") if month == 3 else f"2024-0{month}-15T10:00:00Z"
        upload_placed(calls, tmp_path, name, *place, captured_at=captured, cloud_coverage=20 * month,
                      user_tag="spring" if month < 3 else "summer")
    upload_unplaced(calls, tmp_path, "Lost")
    sandbox.actor("docks")
    hands.failures.clear()
    yield sandbox
    sandbox.clear_faults()
    disconnect()
    QgsProject.instance().setDirty(False)
    for layer in QgsProject.instance().mapLayers().values():
        if hasattr(layer, "rollBack"):
            layer.rollBack()
    iface.newProject(False)
    assert not hands.failures


@pytest.fixture
def dock(farm: SandboxProcess) -> Iterator[SearchHands]:
    found = SearchHands()
    go_to(8, 43, 16, 48)
    found.press("Clear")
    yield found
    if found.dock.isVisible():
        found.press("Clear")
    found.close()


def test_all_images_of_a_connection(dock: SearchHands) -> None:
    assert dock.search() == ["Lost", "Vineyard", "Meadow", "Orchard"]
    assert dock.part("Count").text() == "4 shown"
    assert on_canvas() == ["Search results"]
    hands.keep_picture("search_all")
    dock.close()
    assert on_canvas() == []


def test_a_search_is_no_part_of_the_project(dock: SearchHands) -> None:
    QgsProject.instance().setDirty(False)
    dock.search()
    assert QgsProject.instance().mapLayers() == {}
    assert not QgsProject.instance().isDirty()
    iface.newProject(False)
    QTest.qWait(200)
    assert on_canvas() == ["Search results"]


@pytest.mark.needs_assumed("RasterInList.footprint")
def test_a_drawn_area(dock: SearchHands) -> None:
    dock.draw(AROUND)
    assert dock.search() == ["Meadow", "Orchard"]
    covers = [int(text.split()[0]) for text in dock.column(COVERS)]
    assert covers[0] == pytest.approx(10, abs=1)  # half a degree of two and a half, one of two in height
    assert covers[1] == pytest.approx(20, abs=1)
    assert dock.part("LeftOut").text() == "Show 1 without known place"
    dock.click_row("Orchard")
    QTest.qWait(1500)
    hands.keep_picture("search")
    dock.press("LeftOut")
    assert dock.ended() == ["Lost", "Meadow", "Orchard"]


def test_filters_by_keyboard(dock: SearchHands) -> None:
    hands.write(dock.part("Text"), "orch")
    dock.key(Qt.Key.Key_Return)
    assert dock.ended() == ["Orchard"]
    hands.click(dock.part("Clear"))
    hands.write(dock.part("Tag"), "spring")
    dock.key(Qt.Key.Key_Return)
    assert dock.ended() == ["Meadow", "Orchard"]
    hands.click(dock.part("Clear"))
    hands.click(dock.part("Cloud"), QPoint(3, dock.part("Cloud").height() // 2))
    dock.key(Qt.Key.Key_Home)
    for _ in range(4):
        dock.key(Qt.Key.Key_PageUp)
    assert dock.search() == ["Meadow", "Orchard"]
    hands.click(dock.part("Clear"))
    hands.in_menu(lambda menu: hands.choose(menu, "Last 7 days"))
    hands.click(dock.part("Presets"))
    hands.click(dock.part("From"), QPoint(12, 8))
    dock.key(Qt.Key.Key_Return)
    assert dock.ended() == ["Vineyard"]


def test_the_platforms_own_filters(dock: SearchHands, farm: SandboxProcess, tmp_path: Path) -> None:
    calls = PicterraCalls(farm)
    folder = calls.post("folders/", {"name": "Valley"})["id"]
    upload_placed(calls, tmp_path, "Terrace", 14, 45, folder_id=folder)
    dock.show_more()
    chooser = dock.part("imageryHubFilterFolder")
    hands.click(chooser.button)
    popup = hands.wait_for(QgsApplication.activePopupWidget, "the list of folders")
    hands.wait_for(lambda: popup.list.count(), "folders")
    row = next(n for n in range(popup.list.count()) if popup.list.item(n).text() == "Valley")
    hands.click(popup.list.viewport(), popup.list.visualItemRect(popup.list.item(row)).center())
    assert dock.search() == ["Terrace"]
    hands.keep_picture("search_folder")


def test_nothing_found_says_what_would_help(dock: SearchHands) -> None:
    hands.write(dock.part("Text"), "orchard")
    hands.write(dock.part("Tag"), "summer")
    assert dock.search() == []
    button = hands.wait_for(lambda: dock.dock.findChild(object, "imageryHubRelaxTag"), "a way on")
    assert button.text() == "With any tag: 1"
    hands.keep_picture("search_nothing")
    hands.click(button)
    assert dock.ended() == ["Orchard"]
    assert dock.part("Tag").text() == ""


@pytest.mark.needs_assumed("RasterInList.footprint")
def test_nothing_in_the_area(dock: SearchHands) -> None:
    dock.draw([(8.2, 43.2), (8.4, 43.2), (8.4, 43.4)])
    assert dock.search() == []
    assert hands.wait_for(lambda: dock.dock.findChild(object, "imageryHubRelaxArea"), "a way on").text() == (
        "Anywhere: 4")
    hands.click(dock.dock.findChild(object, "imageryHubRelaxWithoutPlace"))
    assert dock.ended() == ["Lost"]


@pytest.mark.needs_assumed("RasterInList.footprint")
def test_rows_and_footprints_are_linked(dock: SearchHands) -> None:
    dock.search()
    dock.click_row("Orchard")
    hands.keep_picture("search_highlight")
    click_map(13.5, 46.5)
    assert dock.selected() == ["Vineyard"]
    go_to(8, 43, 16, 48)
    click_map(12, 45.5, Qt.KeyboardModifier.ControlModifier)
    assert sorted(dock.selected()) == ["Meadow", "Vineyard"]
    go_to(8, 43, 16, 48)
    click_map(8.5, 43.5)
    assert sorted(dock.selected()) == ["Meadow", "Vineyard"]
    dock.click_row("Orchard")
    dock.press("Zoom")
    QTest.qWait(300)
    extent = iface.mapCanvas().extent()
    assert extent.contains(10.5, 45.5)
    assert extent.width() < 3
    hands.keep_picture("search_zoomed")


@pytest.mark.needs_assumed("RasterInList.footprint")
def test_footprints_on_top_of_each_other_are_taken_in_turn(
    dock: SearchHands, farm: SandboxProcess, tmp_path: Path
) -> None:
    upload_placed(PicterraCalls(farm), tmp_path, "Inner", 10.4, 45.4, 0.2)
    dock.search()
    hands.click(hands.tool_button(iface.actionIdentify()))
    picked = []
    for _ in range(3):
        go_to(8, 43, 16, 48)
        click_map(10.5, 45.5)
        picked += dock.selected()
    assert picked == ["Inner", "Orchard", "Inner"]
    hands.click(hands.tool_button(iface.actionPan()))


@pytest.mark.needs_assumed("RasterInList.footprint")
def test_a_footprint_across_longitude_180(dock: SearchHands, farm: SandboxProcess, tmp_path: Path) -> None:
    upload_placed(PicterraCalls(farm), tmp_path, "Fiji", 100000, 100000, 200000, epsg=32601)
    go_to(-180, -30, 180, 30)
    hands.write(dock.part("Text"), "fiji")
    assert dock.search() == ["Fiji"]
    dock.click_row("Fiji")
    hands.keep_picture("search_180")
    dock.press("Zoom")
    QTest.qWait(300)
    assert iface.mapCanvas().extent().width() < 10
    go_to(17000000, -3000000, 23000000, 3000000, "EPSG:3832")
    go_to(2000000, -1000000, 5000000, 2000000, "EPSG:3832")
    dock.press("Zoom")
    QTest.qWait(300)
    canvas = iface.mapCanvas()
    assert 150000 < canvas.extent().width() < 800000
    click_map(canvas.extent().center().x(), canvas.extent().center().y())
    assert dock.selected() == ["Fiji"]
    hands.keep_picture("search_180_in_one_piece")


@pytest.mark.needs_assumed("RasterInList.footprint")
def test_the_keyboard_goes_all_the_way(dock: SearchHands) -> None:
    hands.write(dock.part("Text"), "")
    dock.key(Qt.Key.Key_Return)
    dock.ended()
    dock.click_row("Lost")
    dock.key(Qt.Key.Key_Down)
    dock.key(Qt.Key.Key_Down)
    assert dock.selected() == ["Meadow"]
    dock.key(Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    assert dock.selected() == ["Meadow", "Orchard"]
    dock.key(Qt.Key.Key_J, Qt.KeyboardModifier.ControlModifier)
    QTest.qWait(300)
    extent = iface.mapCanvas().extent()
    assert extent.contains(10.1, 45.1)
    assert extent.contains(12.4, 45.9)
    assert extent.width() < 4
    dock.key(Qt.Key.Key_Return)
    hands.wait_for(lambda: set(on_canvas()) == {"Search results", "Meadow", "Orchard"}, "both on the map")
    assert sorted(one.name() for one in QgsProject.instance().mapLayers().values()) == ["Meadow", "Orchard"]
    hands.keep_picture("search_added")


def test_rows_are_dragged_onto_the_map(dock: SearchHands) -> None:
    dock.search()
    dock.click_row("Meadow")
    start = dock.table.viewport().mapToGlobal(hands.place_of(dock.table, dock.index("Meadow")))
    canvas = iface.mapCanvas().viewport()
    hands.drag(start, canvas.mapToGlobal(canvas.rect().center()))
    hands.wait_for(lambda: on_canvas() == ["Search results", "Meadow"], "it on the map")


def test_a_quick_look_comes_and_goes(dock: SearchHands) -> None:
    dock.search()
    dock.press("Look")
    dock.click_row("Orchard")
    hands.wait_for(lambda: on_canvas() == ["Search results", "Quick look: Orchard"], "the quick look")
    dock.click_row("Meadow")
    hands.wait_for(lambda: on_canvas() == ["Search results", "Quick look: Meadow"], "the next one")
    QTest.qWait(1500)
    hands.keep_picture("search_look")
    assert QgsProject.instance().mapLayers() == {}
    dock.press("Look")
    assert on_canvas() == ["Search results"]


def test_a_detector_is_offered_the_raster(dock: SearchHands, farm: SandboxProcess) -> None:
    dock.search()
    orchard = next(one["id"] for one in PicterraCalls(farm).get("rasters/")["results"] if one["name"] == "Orchard")
    dock.click_row("Orchard")
    offered: list[str] = []

    def choose(menu: Any) -> None:
        hands.keep_picture("search_menu")
        offered.extend(action.text() for action in menu.actions())
        hands.choose(menu, "Run Detector…")

    dock.menu_of_row("Orchard", choose)
    assert offered[:7] == ["Zoom to Footprint", "", "Add to Map", "Copy ID", "Open on the Platform",
                           "Send to Another Platform", ""]
    assert "Download raster…" in offered
    form = hands.wait_for(lambda: next((one for one in QgsApplication.topLevelWidgets()
                                        if one.isVisible() and one.objectName() == "imageryHubRunForm"), None), "form")
    hands.keep_picture("search_detector")
    assert form.findChild(QWidget, "imageryHubRunItems").value() == orchard
    assert form.findChild(QComboBox, "imageryHubConnection").currentText() == "Farm"
    hands.click(hands.button(form, "Cancel"))


@pytest.mark.needs_assumed("RasterInList.footprint")
def test_what_is_found_is_saved_as_a_layer(dock: SearchHands) -> None:
    hands.write(dock.part("Text"), "o")
    dock.draw(AROUND)
    assert dock.search() == ["Meadow", "Orchard"]
    hands.in_menu(lambda menu: hands.choose(menu, "Farm"))
    hands.click(dock.part("Save"))
    dialog = hands.wait_for(lambda: next((one for one in QgsApplication.topLevelWidgets() if isinstance(one, QDialog)
                                          and one.isVisible() and "List rasters" in one.windowTitle()), None), "dialog")
    hands.keep_picture("search_save")
    hands.click(hands.button(dialog, "Run"))
    layer = hands.wait_for(lambda: next(iter(QgsProject.instance().mapLayersByName("Table")), None), "the layer")
    assert {feature["name"] for feature in layer.getFeatures()} == {"Meadow", "Orchard"}
    dialog.close()


@pytest.mark.needs_assumed("RasterInList.footprint")
def test_all_connections_are_saved_as_one_layer(dock: SearchHands, farm: SandboxProcess) -> None:
    connect("Again", farm.address)
    hands.write(dock.part("Text"), "o")
    dock.draw(AROUND)
    assert sorted(set(dock.search())) == ["Meadow", "Orchard"]
    hands.in_menu(lambda menu: hands.choose(menu, "All of Them as One Layer"))
    hands.click(dock.part("Save"))
    dialog = hands.wait_for(lambda: next((one for one in QgsApplication.topLevelWidgets() if isinstance(one, QDialog)
                                          and one.isVisible() and "everywhere" in one.windowTitle()), None), "dialog")
    hands.keep_picture("search_everywhere")
    hands.click(hands.button(dialog, "Run"))
    layer = hands.wait_for(lambda: next(iter(QgsProject.instance().mapLayersByName("Footprints")), None), "the layer")
    assert sorted((one["platform"], one["name"]) for one in layer.getFeatures()) == [
        ("Picterra", "Meadow"), ("Picterra", "Orchard")]
    dialog.close()


def test_reloading_leaves_nothing_on_the_map(dock: SearchHands) -> None:
    dock.search()
    dock.click_row("Orchard")
    items = len(iface.mapCanvas().scene().items())
    assert reloadPlugin("imagery_hub") is not False
    QTest.qWait(300)
    assert on_canvas() == []
    assert len(iface.mapCanvas().scene().items()) < items
    click_map(10.5, 45.5)
    dock.__init__()  # type: ignore[misc] - the dock of the plugin as it was loaded anew
