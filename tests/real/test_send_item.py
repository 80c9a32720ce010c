"""Items sent from one platform to another by mouse: from the Hub's tree, from a search, and from a footprint."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import hands
import pixel_files
import pytest
from algorithm_hands import AlgorithmHands
from five_platforms import NAMES, remove_connections, save_connections
from hub_dock import HubDockHands
from pix4d_results import orthomosaic
from pix4d_stored_results import Results
from qgis.PyQt.QtCore import QPoint
from qgis.PyQt.QtTest import QTest
from qgis.PyQt.QtWidgets import QApplication, QComboBox, QDialog, QMenu
from qgis.utils import iface
from sandbox_picterra import PicterraCalls
from sandbox_pix4d import Pix4dCalls
from sandbox_pixel import PixelCalls
from sandbox_pixxel import PixxelCalls
from sandbox_process import SandboxProcess
from search_dock import SearchHands, go_to

SHEET = "Sheet_000000"
EAST, NORTH = 10.7447, 59.9153


@pytest.fixture
def sheets(sandbox: SandboxProcess, tmp_path: Path) -> Iterator[SandboxProcess]:
    """A data collection with one raster, and connections to all platforms."""
    tenant = PixelCalls(sandbox)
    place = tenant.collection(tenant.project("Ring road"), "RGB", name="Sheets",
                              raster_info={"srid": 25833, "cell_size": [0.5, 0.5]})
    sandbox.control("POST", "pixel/rasters", {
        "collection": place.split("/")[1], "file": str(pixel_files.raster(tmp_path / "sheet.tif")), "name": "Sheet"})
    save_connections(sandbox)
    iface.newProject(False)
    hands.click(hands.tool_button(iface.actionPan()))
    iface.messageBar().clearWidgets()
    sandbox.actor("docks")
    hands.failures.clear()
    yield sandbox
    remove_connections()
    iface.messageBar().clearWidgets()
    assert not hands.failures


def target(menu: QMenu, text: str) -> None:
    """Open the menu of those who take it by a click, and click one."""
    part = menu.findChild(QMenu, "imageryHubSendItem")
    hands.in_submenu(part, lambda below: hands.choose(below, text))
    hands.choose(menu, part.title())
    QTest.qWait(600)


def dialog() -> QDialog:
    return hands.wait_for(lambda: next(
        (one for one in QApplication.topLevelWidgets() if isinstance(one, QDialog) and one.isVisible()
         and "Send to another platform" in one.windowTitle()), None), "the dialog")


@pytest.mark.needs_assumed("pixel Raster.download_url")
def test_a_raster_of_the_tree_becomes_one_of_another_platform(sheets: SandboxProcess) -> None:
    hub = HubDockHands()
    way = (NAMES["pixel"], "Ring road")
    hub.unfold(NAMES["pixel"])
    hands.wait_for(lambda: hub.texts(NAMES["pixel"]) not in ([], ["Loading…"]), "the projects")
    top = hub.texts(NAMES["pixel"])
    way = (NAMES["pixel"], "Ring road") if "Ring road" in top else (NAMES["pixel"], top[0], "Ring road")
    if len(way) == 3:
        hub.unfold(*way[:2])
    hub.unfold(*way)
    below = hands.wait_for(lambda: [one for one in hub.texts(*way) if one.startswith("Sheets")], "the collection")
    way = (*way, below[0])
    hub.unfold(*way)
    hands.wait_for(lambda: hub.texts(*way) not in ([], ["Loading…"]), "what is in it")
    if "Rasters" in hub.texts(*way):
        hub.unfold(*way, "Rasters")
        way = (*way, "Rasters")
    hands.wait_for(lambda: hub.index(*way, SHEET).isValid(), "the raster")

    def choose(menu: QMenu) -> None:
        hands.keep_picture("send_menu")
        target(menu, "Farm (Picterra)…")

    hands.in_menu(choose)
    hub.right_click(*way, SHEET)
    window = dialog()
    combos = [one.currentText() for one in window.findChildren(QComboBox, "imageryHubConnection")]
    assert combos == [NAMES["pixel"], NAMES["picterra"]]
    hands.keep_picture("send_dialog")
    hands.click(hands.button(window, "Run"))
    calls = PicterraCalls(sheets)
    found = hands.wait_for(lambda: [one for one in calls.get("rasters/")["results"] if one["name"] == SHEET
                                    and one["status"] == "ready"], "the raster at Picterra", 60)
    assert found[0]["captured_at"].startswith("2025-05-01")
    hands.wait_for(lambda: hands.button(window, "Close").isEnabled(), "the end")
    QTest.qWait(500)
    hands.keep_picture("send_done")
    hands.click(hands.button(window, "Close"))


def sent(way: tuple[str, ...], who: str, **choices: str) -> AlgorithmHands:
    """Send a row of the tree to one of those who take it, by its menu; the dialog, at its end."""
    hub = HubDockHands()
    for depth in range(1, len(way)):
        hub.unfold(*way[:depth])
    hands.wait_for(lambda: hub.index(*way).isValid(), f"{way}")
    hands.in_menu(lambda menu: target(menu, who))
    hub.right_click(*way)
    form = AlgorithmHands("Send to another platform")
    for name, text in choices.items():
        form.look_up(name, text)
    form.run()
    assert "Execution completed" in form.log(), form.log()
    return form


def picterra_rasters(sandbox: SandboxProcess) -> list[dict[str, Any]]:
    return [one for one in PicterraCalls(sandbox).get("rasters/")["results"] if one["status"] == "ready"]


def test_a_scene_of_pixxel_goes_to_picterra(sheets: SandboxProcess) -> None:
    (entry,) = sheets.control("POST", "pixxel/catalogs", {"count": 1})["catalogs"]
    scene = PixxelCalls(sheets).get(f"v0/catalogs/{entry}")["details"]
    hub = HubDockHands()
    hub.unfold(NAMES["pixxel"])
    (row,) = hub.below(1, NAMES["pixxel"], "Catalog")
    sent((NAMES["pixxel"], "Catalog", row), "Farm (Picterra)…").close()
    (made,) = picterra_rasters(sheets)
    assert made["name"] == scene["id"]
    assert made["captured_at"][:19] == scene["properties"]["datetime"][:19].replace(" ", "T")


def test_an_orthomosaic_of_pix4d_goes_to_picterra_and_back(sheets: SandboxProcess, tmp_path: Path) -> None:
    calls = Pix4dCalls(sheets)
    project = calls.project("Pit", acquisition_date="2026-03-15T10:00:00Z")
    made = Results(sheets, calls, project["id"])
    made.give(orthomosaic(tmp_path / "ortho.tif", (90, 120, 60)), "ortho")
    way = (NAMES["pix4d"], "All projects", "Pit", "Outputs", "Orthomosaic (transparent outside)")
    sent(way, "Farm (Picterra)…").close()
    (raster,) = picterra_rasters(sheets)
    assert raster["captured_at"].startswith("2026-03-15T10:00:00")
    other = calls.project("Pit again")
    back = (NAMES["picterra"], "All rasters", raster["name"])
    sent(back, "Surveys (PIX4D cloud)…", PLACE="Pit again").close()
    assert "ortho" in Results(sheets, calls, other["id"]).outputs()


def test_a_footprint_on_the_map_offers_it(sheets: SandboxProcess) -> None:
    dock = SearchHands()
    try:
        go_to(10.5, 59.8, 11.0, 60.0)
        dock.press("Clear")
        hands.write(dock.part("Text"), "Sheet")
        assert SHEET in dock.search()
        seen: list[str] = []

        def choose(menu: QMenu) -> None:
            part = menu.findChild(QMenu, "imageryHubFootprintMenu")
            seen.append(part.title())

            def below(opened: QMenu) -> None:
                hands.keep_picture("send_footprint")
                target(opened, "Surveys (PIX4D cloud)…")

            hands.in_submenu(part, below)
            hands.choose(menu, part.title())
            QTest.qWait(800)

        hands.in_menu(choose)
        hands.real_right_click(iface.mapCanvas().viewport().mapToGlobal(_middle()))
        QTest.qWait(800)
        window = dialog()
        assert seen == [SHEET]
        combos: list[Any] = [one.currentText() for one in window.findChildren(QComboBox, "imageryHubConnection")]
        assert combos == [NAMES["pixel"], NAMES["pix4d"]]
        hands.click(hands.button(window, "Close"))
        dock.press("Clear")
    finally:
        dock.close()


def _middle() -> QPoint:
    from qgis.core import QgsPointXY

    place = iface.mapCanvas().getCoordinateTransform().transform(QgsPointXY(10.75, 59.915))
    return QPoint(round(place.x()), round(place.y()))
