"""Five platforms searched at once in the dock: by mouse and keyboard, one of them slow and one that refuses."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import hands
import pytest
from algorithm_hands import AlgorithmHands
from five_platforms import NAMES, connections, fill, remove_connections, save_connections
from qgis.core import QgsProject, QgsSettings
from qgis.PyQt.QtCore import QDate, Qt
from qgis.PyQt.QtTest import QTest
from qgis.PyQt.QtWidgets import QLabel, QPushButton
from qgis.utils import iface
from sandbox_descarteslabs import CatalogCalls
from sandbox_pixxel import PixxelCalls
from sandbox_process import SandboxProcess
from search_dock import SearchHands, click_map, go_to, on_canvas

AROUND = [(75.60, 14.41), (75.75, 14.41), (75.75, 14.54), (75.60, 14.54)]
PLATFORM, CONNECTION = 7, 6
TITLES = {"Picterra", "PIX4D cloud", "Geodata Pixel", "Pixxel", "Descartes Labs catalog"}


@pytest.fixture
def five(sandbox: SandboxProcess, tmp_path: Path) -> Iterator[dict[str, str]]:
    QgsSettings().remove("imagery_hub/search")
    found = fill(sandbox, tmp_path)
    iface.newProject(False)
    hands.click(hands.tool_button(iface.actionPan()))
    sandbox.actor("docks")
    hands.failures.clear()
    yield found
    sandbox.clear_faults()
    remove_connections()
    for layer in QgsProject.instance().mapLayers().values():
        if hasattr(layer, "rollBack"):
            layer.rollBack()
    QgsProject.instance().setDirty(False)
    iface.newProject(False)
    assert not hands.failures


@pytest.fixture
def dock(five: dict[str, str], sandbox: SandboxProcess) -> Iterator[SearchHands]:
    save_connections(sandbox)
    found = SearchHands()
    go_to(75.5, 14.3, 75.9, 14.6)
    found.press("Clear")
    yield found
    if found.dock.isVisible():
        found.press("Clear")
    found.close()


def troubles(dock: SearchHands) -> list[str]:
    """What is said of connections, one line each."""
    box = dock.part("Troubles")
    found = [one.text() for one in box.findChildren(QLabel) if one.text()] if box.isVisible() else []
    return sorted(found)


def platforms(dock: SearchHands) -> set[str]:
    return set(dock.column(PLATFORM))


@pytest.mark.needs_assumed("RasterInList.footprint")
def test_five_platforms_give_one_list_and_one_layer(dock: SearchHands, five: dict[str, str]) -> None:
    dock.draw(AROUND)
    names = dock.search()
    assert platforms(dock) == TITLES
    assert set(dock.column(CONNECTION)) == set(NAMES.values())
    assert {five[key] for key in ("picterra", "pix4d", "pixel")} <= set(names)
    assert troubles(dock) == []
    assert on_canvas()[0] == "Search results"
    layer = iface.mapCanvas().layers()[0]
    told = {one["platform"]: one for one in layer.getFeatures()}
    assert set(told) == TITLES and layer.featureCount() == len(names)
    assert told["Picterra"]["cloud"] == "5 %" and told["Picterra"]["captured"]
    assert told["PIX4D cloud"]["name"] == "Field survey" and told["PIX4D cloud"]["captured"]
    assert layer.id() not in QgsProject.instance().mapLayers()
    dock.click_row(five["pix4d"])
    hands.keep_picture("everywhere_dock")
    scene = names[dock.column(PLATFORM).index("Pixxel")]
    dock.click_row(scene)
    hands.wait_for(lambda: dock.part("Picture").pixmap().width() > 40, "the quick look of the scene")
    hands.keep_picture("everywhere_dock_scene")
    dock.click_row(five["picterra"])
    hands.wait_for(lambda: dock.part("Picture").pixmap().width() > 40, "the quick look of the raster")
    # A footprint that is clicked selects its row.
    click_map(75.695, 14.495)
    assert dock.selected() == [five["pix4d"]]
    dock.click_row(names[2])
    dock.key(Qt.Key.Key_Up)
    assert dock.selected() == [names[1]]


@pytest.mark.needs_assumed("RasterInList.footprint")
def test_a_slow_and_a_refused_platform_hold_nobody_up(
    five: dict[str, str], sandbox: SandboxProcess
) -> None:
    save_connections(sandbox, pixxel="no-such-key")
    sandbox.fault(kind="delay", operation="search", seconds=90, count=0)
    dock = SearchHands()
    try:
        go_to(75.5, 14.3, 75.9, 14.6)
        dock.press("Clear")
        dock.draw(AROUND)
        dock.press("Start")
        others = {"Picterra", "PIX4D cloud", "Descartes Labs catalog"}
        hands.wait_for(lambda: others <= platforms(dock), "the others", 60)
        assert dock.part("Start").text() == "Stop"
        hands.wait_for(lambda: len(troubles(dock)) == 2, "both to be named", 30)
        refused, slow = troubles(dock)
        assert refused.startswith("Crops (Pixxel): ") and "key" in refused
        assert slow.startswith("Mapping tenant (Geodata Pixel) is slow to answer.")
        hands.keep_picture("everywhere_dock_trouble")
        dock.click_row(five["picterra"])  # what is there can be used meanwhile
        assert dock.part("Add").isEnabled()
        hands.click(dock.dock.findChild(QPushButton, "imageryHubSearchNoLonger"))
        dock.ended()
        assert "Mapping tenant (Geodata Pixel) was not waited for." in troubles(dock)
        hands.keep_picture("everywhere_dock_not_waited")
        sandbox.clear_faults()
        line = next(one for one in dock.part("Troubles").findChildren(QLabel) if one.text().startswith("Mapping"))
        hands.click(line.parentWidget().findChild(QPushButton, "imageryHubSearchAgain"))
        dock.ended()
        assert five["pixel"] in dock.names()
        assert [one[:5] for one in troubles(dock)] == ["Crops"]
        # With the right key, asked by the keyboard: now all five.
        remove_connections()
        save_connections(sandbox)
        QTest.qWait(300)
        hands.click(dock.part("Text"))
        dock.key(Qt.Key.Key_Return)
        dock.ended()
        assert platforms(dock) == TITLES and troubles(dock) == []
    finally:
        dock.close()


@pytest.mark.needs_assumed("RasterInList.footprint")
def test_one_range_of_days_narrows_all_five(
    dock: SearchHands, five: dict[str, str], sandbox: SandboxProcess
) -> None:
    sandbox.control("POST", "pixel/rasters", {
        "collection": five["collection"].split("/")[1], "count": 1, "name": "In february",
        "capture_date": "2024-02-15T10:00:00"})
    CatalogCalls(sandbox).sent("POST", f"metadata/v1/catalog/products/{five['product']}/images", json={
        "id": "february", "storage_state": "remote", "acquired": "2024-02-16T10:00:00Z",
        "geometry": {"type": "Polygon", "coordinates": [[*AROUND, AROUND[0]]]}})
    scenes = PixxelCalls(sandbox)

    def told(days: str) -> set[str]:
        found = scenes.post("v0/archives/search", {
            "intersects": {"type": "Polygon", "coordinates": [[*AROUND, AROUND[0]]]}, "limit": 1000, "offset": 0,
            "datetime": days})
        return {one["id"] for one in found["features"]}

    dock.draw(AROUND)
    everything = dock.search()
    dock.type_days(QDate(2024, 2, 1), QDate(2024, 2, 29))
    february = dock.search()
    hands.keep_picture("everywhere_dock_february")
    assert platforms(dock) == TITLES and len(february) < len(everything) and five["descarteslabs"] not in february
    pixxel = {name for name, title in zip(february, dock.column(PLATFORM)) if title == "Pixxel"}
    assert pixxel and len(pixxel) == len(told("2024-02-01T00:00:00Z/2024-02-29T23:59:59Z"))
    days = {name.partition("_")[0] for name in february} - {name.partition("_")[0] for name in pixxel}
    assert days == {five["picterra"], five["pix4d"], "In february", "february"}
    dock.type_days(QDate(2024, 1, 10), QDate(2024, 1, 20))
    assert five["descarteslabs"] in dock.search()
    assert platforms(dock) == {"Pixxel", "Descartes Labs catalog"}


def test_eight_slow_connections_hold_a_ninth_not_up(five: dict[str, str], sandbox: SandboxProcess) -> None:
    """Nor the quick look of what the ninth found. The plugin's pool for short errands has eight threads."""
    save_connections(sandbox)
    module, ready = connections(), sandbox.ready["pixel"]
    for key in ("pix4d", "pixel", "pixxel", "descarteslabs"):
        module.remove(NAMES[key])
    secrets = {"username": ready["username"], "password": ready["password"]}
    for number in range(8):
        options = {"tenant": ready["tenant"], "login": ready["login"]}
        module.save(module.Connection(f"Slow {number}", "pixel", ready["root"], options), secrets)
    sandbox.fault(kind="delay", operation="search", seconds=90, count=0)
    dock = SearchHands()
    try:
        go_to(75.5, 14.3, 75.9, 14.6)
        dock.press("Clear")
        dock.press("Start")
        hands.wait_for(lambda: len(troubles(dock)) == 8, "the slow ones to be named", 40)
        assert all(one.startswith("Slow ") and "is slow to answer" in one for one in troubles(dock))
        assert five["picterra"] in dock.names() and platforms(dock) == {"Picterra"}
        dock.click_row(five["picterra"])
        hands.wait_for(lambda: dock.part("Picture").pixmap().width() > 40, "its quick look")
        hands.keep_picture("everywhere_dock_eight_slow")
        dock.stop()
    finally:
        dock.close()


def test_a_stop_stops_all_and_choices_are_remembered(
    dock: SearchHands, five: dict[str, str], sandbox: SandboxProcess
) -> None:
    sandbox.fault(kind="delay", operation="searchArchives", seconds=60, count=0)
    dock.draw(AROUND)
    combo = dock.part("Connections")
    model = combo.model()
    row = next(row for row in range(model.rowCount()) if NAMES["picterra"] in model.index(row, 0).data())
    combo.setItemCheckState(row, Qt.CheckState.Unchecked)
    hands.write(dock.part("Text"), "")
    dock.press("Start")
    hands.wait_for(lambda: "PIX4D cloud" in platforms(dock), "some of them")
    dock.stop()
    kept = dock.names()
    assert five["picterra"] not in kept and kept
    sandbox.clear_faults()
    dock.close()
    again = SearchHands()
    assert set(again.names()) == set(kept)
    ticked = json.loads(QgsSettings().value("imagery_hub/search/connections"))
    assert sorted(key for key, _ in ticked) == ["descarteslabs", "pix4d", "pixel", "pixxel"]


def test_nothing_found_says_what_would_help(dock: SearchHands) -> None:
    go_to(-20.2, -0.2, -19.8, 0.2)
    dock.draw([(-20.1, -0.1), (-19.9, -0.1), (-19.9, 0.1), (-20.1, 0.1)])
    hands.write(dock.part("Text"), "nothing is called so")
    assert dock.search() == []
    words = hands.wait_for(lambda: dock.part("Nothing").text(), "the words")
    hands.wait_for(lambda: "Looking" not in dock.part("Nothing").text(), "the probes to end", 120)
    words = dock.part("Nothing").text()
    assert words.startswith("Nothing fit")
    hands.keep_picture("everywhere_dock_nothing")


def test_all_are_saved_as_one_layer(dock: SearchHands) -> None:
    dock.draw(AROUND)
    names = dock.search()
    listed = set(zip(dock.column(PLATFORM), names))
    hands.in_menu(lambda menu: hands.choose(menu, "All of Them as One Layer"))
    hands.click(dock.part("Save"))
    dialog = AlgorithmHands("Search imagery everywhere")
    dialog.keep_picture("everywhere_dock_save")
    dialog.run(180)
    dialog.close()
    (layer,) = QgsProject.instance().mapLayersByName("Footprints")
    saved = [(one["platform"], one["name"]) for one in layer.getFeatures()]
    assert listed < set(saved), "the pages that the list has not come to, too"
    assert {platform for platform, _ in saved} == {platform for platform, _ in listed}
    assert layer.isSpatial() and not layer.extent().isEmpty()
