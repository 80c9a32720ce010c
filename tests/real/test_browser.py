"""The platforms in QGIS's Browser panel, in the real program, by mouse and keyboard."""

from __future__ import annotations

import gc
import sys
from collections.abc import Iterator
from pathlib import Path

import hands
import pytest
from browser_panel import ROOT, BrowserPanel
from connected import FARM, MASTER, farm, names, told
from qgis.core import QgsApplication
from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtTest import QTest
from qgis.PyQt.QtWidgets import QAction, QDialog, QLineEdit
from qgis.utils import iface, reloadPlugin
from sandbox_images import squares_image
from sandbox_picterra import PicterraCalls
from sandbox_process import SandboxProcess

RASTERS = (ROOT, FARM, "All rasters")
BAD_NAME = "<b>bold</b> ../../x"
LOCKED = "Enter master password…"


@pytest.fixture
def platform(sandbox: SandboxProcess) -> Iterator[SandboxProcess]:
    with farm(sandbox) as ready:
        ready.actor("docks")
        yield ready


@pytest.fixture
def calls(platform: SandboxProcess) -> PicterraCalls:
    return PicterraCalls(platform)


@pytest.fixture
def image(tmp_path: Path) -> Path:
    return squares_image(tmp_path / "a.tif", [], [])


def opened(*texts: str) -> BrowserPanel:
    """The Browser with this row open."""
    panel = BrowserPanel()
    for depth in range(len(texts)):
        panel.expand(*texts[: depth + 1])
    return panel


def test_a_tree_that_is_fetched_as_it_is_opened(platform: SandboxProcess, calls: PicterraCalls, image: Path) -> None:
    for name in (BAD_NAME, "South field"):
        calls.upload_raster(image, name=name)
    calls.post("folders/", {"name": "Orchards"})
    panel = BrowserPanel()
    before = platform.last_entry()
    assert panel.expand(ROOT) == [FARM]
    assert panel.expand(ROOT, FARM) == ["Folders", "All rasters", "Detectors"]
    assert platform.last_entry() == before  # nothing is sent for what is not opened
    assert panel.expand(*RASTERS) == ["South field", BAD_NAME]
    assert panel.expand(*RASTERS, BAD_NAME) == ["Markers"]
    assert panel.expand(*RASTERS, BAD_NAME, "Markers") == ["No marker on this raster."]
    assert "Orchards" in panel.expand(ROOT, FARM, "Folders")
    tip = panel.row(*RASTERS, BAD_NAME).data(Qt.ItemDataRole.ToolTipRole)
    assert "&lt;b&gt;bold" in tip and "<b>" not in tip
    hands.keep_picture("browser_tree")


@pytest.mark.needs_assumed("DetectorInList.is_runnable")
def test_a_detector_tells_whether_it_is_trained(platform: SandboxProcess, calls: PicterraCalls) -> None:
    calls.detector("Trees")
    assert opened(ROOT, FARM).expand(ROOT, FARM, "Detectors") == ["Trees (not trained)"]


def next_page(panel: BrowserPanel, shown: list[str]) -> list[str]:
    """The folders once there are more than those."""

    def found() -> list[str]:
        rows = panel.rows(ROOT, FARM, "Folders")
        return rows if shown[-1] not in rows and len(rows) >= len(shown) else []

    return hands.wait_for(found, "the next page")


def test_more_is_loaded_when_asked_for(platform: SandboxProcess, calls: PicterraCalls) -> None:
    platform.settings(page_size=3)
    for number in range(7):
        calls.post("folders/", {"name": f"Folder {number}"})
    panel = opened(ROOT, FARM, "Folders")
    shown = panel.rows(ROOT, FARM, "Folders")
    total = len(calls.get("folders/")["results"]) and calls.get("folders/")["count"]
    assert shown[3:] == [f"Load more (3 of {total} shown)"]
    hands.keep_picture("browser_more")
    while shown[-1].startswith("Load more"):
        panel.double_click(ROOT, FARM, "Folders", shown[-1])
        before, shown = shown, next_page(panel, shown)
        assert shown[: len(before) - 1] == before[:-1]
    assert len(shown) == len(set(shown)) == total


def test_trouble_is_told_and_tried_again(platform: SandboxProcess, calls: PicterraCalls, image: Path) -> None:
    calls.upload_raster(image, name="Orchard")
    panel = opened(ROOT, FARM)
    platform.fault(kind="status", status=403, path="rasters/$", count=1)
    sentence, again = panel.expand(*RASTERS)
    assert again == "Try again" and len(sentence) <= 70
    assert len(panel.row(*RASTERS, sentence).data(Qt.ItemDataRole.ToolTipRole)) > 60
    hands.keep_picture("browser_trouble")
    panel.double_click(*RASTERS, again)
    hands.wait_for(lambda: panel.rows(*RASTERS) == ["Orchard"], "the raster")


@pytest.mark.parametrize("trouble", [{"kind": "status", "status": 429, "retry_after": 1}, {"kind": "cut"}])
def test_passing_trouble_is_overcome(
    platform: SandboxProcess, calls: PicterraCalls, image: Path, trouble: dict[str, object]
) -> None:
    calls.upload_raster(image, name="Orchard")
    panel = opened(ROOT, FARM)
    platform.fault(path="rasters/$", count=1, **trouble)
    assert panel.expand(*RASTERS) == ["Orchard"]


def test_an_unreachable_platform(sandbox: SandboxProcess) -> None:
    with farm(sandbox, "http://127.0.0.1:9/"):
        panel = opened(ROOT, FARM, "Folders")
        sentence, again = panel.rows(ROOT, FARM, "Folders")
        assert again == "Try again" and "127.0.0.1" in sentence


def test_nobody_is_asked_for_the_master_password(platform: SandboxProcess, calls: PicterraCalls, image: Path) -> None:
    """Not before a double click: a tree can open by itself when QGIS starts."""
    calls.upload_raster(image, name="Orchard")
    QgsApplication.authManager().clearMasterPassword()
    panel = opened(ROOT)
    assert panel.expand(ROOT, FARM) == [LOCKED]
    assert QgsApplication.activeModalWidget() is None
    hands.keep_picture("browser_locked")

    def enter(dialog: QDialog) -> None:
        field = next(one for one in dialog.findChildren(QLineEdit) if one.isVisible() and one.isEnabled())
        QTest.keyClicks(field, MASTER)
        QTest.keyClick(field, Qt.Key.Key_Return)

    hands.in_dialog(enter)
    panel.double_click(ROOT, FARM, LOCKED)
    hands.wait_for(lambda: "All rasters" in panel.rows(ROOT, FARM), "the branches")
    assert panel.expand(*RASTERS) == ["Orchard"]


def test_the_menu_adds_and_offers_algorithms(calls: PicterraCalls, image: Path) -> None:
    for name in ("Orchard", "Meadow"):
        calls.upload_raster(image, name=name)
    panel = opened(*RASTERS)
    hands.click_entry(panel.tree, panel.row(*RASTERS, "Meadow"))
    place = hands.place_of(panel.tree, panel.row(*RASTERS, "Orchard"))
    QTest.mouseClick(panel.tree.viewport(), hands.LEFT, Qt.KeyboardModifier.ControlModifier, place)
    menu = panel.menu(*RASTERS, "Orchard")
    hands.keep_picture("browser_menu")
    hands.choose(menu, "Add to Map")
    told("2 layers are on the map.")
    assert names() == ["Meadow", "Orchard"]
    texts = [one.text() for one in panel.menu(*RASTERS).actions()]
    assert "Refresh" in texts
    QTest.keyClick(QgsApplication.activePopupWidget(), Qt.Key.Key_Escape)


def test_refreshing_keeps_open_what_is_open(calls: PicterraCalls, image: Path) -> None:
    orchard = calls.upload_raster(image, name="Orchard")
    gone = calls.upload_raster(image, name="Gone")
    panel = opened(*RASTERS)
    panel.expand(*RASTERS, "Orchard")
    calls.upload_raster(image, name="New")
    calls.change("DELETE", f"rasters/{gone}/")
    hands.choose(panel.menu(*RASTERS), "Refresh")
    hands.wait_for(lambda: panel.rows(*RASTERS) == ["New", "Orchard"], "what is there now")
    assert panel.tree.isExpanded(panel.row(*RASTERS, "Orchard"))
    calls.change("PUT", f"rasters/{orchard}/", {"name": "Vineyard"})
    hands.choose(panel.menu(*RASTERS), "Refresh")
    hands.wait_for(lambda: panel.rows(*RASTERS) == ["New", "Vineyard"], "its new name")


def test_logging_out_clears_the_list(calls: PicterraCalls, image: Path) -> None:
    calls.upload_raster(image, name="Orchard")
    panel = opened(*RASTERS)
    hands.choose(panel.menu(ROOT, FARM), "Log Out")
    logged_out = "Log in…"
    hands.wait_for(lambda: panel.rows(ROOT, FARM) == [logged_out], "the lists to go")
    panel.double_click(ROOT, FARM, logged_out)
    hands.wait_for(lambda: "All rasters" in panel.rows(ROOT, FARM), "the branches")
    assert panel.expand(*RASTERS) == ["Orchard"]


def own_modules() -> dict[str, object]:
    """The plugin's modules in Python's memory."""
    return {name: module for name, module in sys.modules.items() if name.startswith("imagery_hub.")}


def test_reloading_ten_times_with_the_tree_open(calls: PicterraCalls, image: Path) -> None:
    calls.upload_raster(image, name="North field")
    for _ in range(10):
        panel = opened(*RASTERS, "North field")
        loaded = own_modules()
        assert reloadPlugin("imagery_hub") is not False
        QTest.qWait(200)
        stayed = [name for name, module in own_modules().items() if loaded.get(name) is module]
        assert stayed == []  # code of before beside that of now
    assert panel.below().count(ROOT) == 1
    opened(*RASTERS)
    gc.collect()
    kinds = {type(one) for one in gc.get_objects() if type(one).__name__ in ("RootItem", "ConnectionItem", "EntryItem")}
    assert len(kinds) == 3  # those of now, none of before
    hands.keep_picture("browser_reloaded")


def test_reloading_while_an_answer_is_on_its_way(
    platform: SandboxProcess, calls: PicterraCalls, image: Path
) -> None:
    calls.upload_raster(image, name="North field")
    panel = opened(ROOT, FARM)
    for _ in range(3):
        platform.fault(kind="delay", seconds=3, path="rasters/$", count=1)
        hands.click_entry(panel.tree, panel.row(*RASTERS))
        QTest.keyClick(panel.tree, Qt.Key.Key_Right)
        hands.wait_for(lambda view=panel: view.rows(*RASTERS) == ["Loading…"], "the request to leave")
        assert reloadPlugin("imagery_hub") is not False
        QTest.qWait(300)
        panel = opened(ROOT, FARM)
    platform.clear_faults()
    QTest.qWait(3000)  # the late answers
    assert panel.expand(*RASTERS) == ["North field"]


def test_in_the_data_source_manager_too(calls: PicterraCalls, image: Path) -> None:
    calls.upload_raster(image, name="Orchard")
    shown: list[str] = []

    def use(dialog: QDialog) -> None:
        panel = BrowserPanel(dialog)
        for depth in (1, 2, 3):
            panel.expand(*RASTERS[:depth])
        panel.double_click(*RASTERS, "Orchard")
        hands.wait_for(names, "the layer")
        hands.keep_picture("browser_manager")
        shown.extend(names())
        dialog.close()

    hands.in_window("QgsDataSourceManagerDialog", use)
    action = iface.mainWindow().findChild(QAction, "mActionDataSourceManager")
    hands.click(hands.tool_button(action))
    hands.wait_for(lambda: shown, "the end of what is done there")
    assert shown == ["Orchard"]
