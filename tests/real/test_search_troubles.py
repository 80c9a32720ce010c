"""Searches that are long, stopped, or fail on the way; several connections; a narrow window."""

from __future__ import annotations

from collections.abc import Iterator

import hands
import pytest
from qgis.PyQt.QtCore import QPoint, Qt
from qgis.PyQt.QtTest import QTest
from qgis.utils import iface
from sandbox_process import SandboxProcess
from search_dock import SearchHands, connect, connections, disconnect, go_to


@pytest.fixture
def dock(sandbox: SandboxProcess) -> Iterator[SearchHands]:
    connect("Farm", sandbox.address)
    iface.newProject(False)
    hands.click(hands.tool_button(iface.actionPan()))
    sandbox.actor("docks")
    hands.failures.clear()
    found = SearchHands()
    go_to(5, 44, 10, 47)
    found.press("Clear")
    yield found
    sandbox.clear_faults()
    found.close()
    disconnect()
    assert not hands.failures


def many(sandbox: SandboxProcess, count: int) -> None:
    sandbox.control("POST", "picterra/rasters", {"count": count, "name": "Field"})


def test_more_comes_with_scrolling_and_by_button(dock: SearchHands, sandbox: SandboxProcess) -> None:
    many(sandbox, 650)
    assert len(dock.search()) == 200
    assert dock.part("Count").text() == "200 shown of 650"
    hands.keep_picture("search_more")
    dock.press("MoreRows")
    assert len(dock.ended()) == 400
    dock.click_row(dock.names()[0])
    dock.key(Qt.Key.Key_End, Qt.KeyboardModifier.ControlModifier)
    hands.wait_for(lambda: len(dock.names()) == 600, "more by scrolling")
    assert len(dock.ended()) == 600
    dock.press("AllRows")
    assert len(dock.ended()) == 650
    assert not dock.part("MoreRows").isVisible()


@pytest.mark.needs_assumed("RasterInList.cloud_coverage")
def test_twenty_thousand(dock: SearchHands, sandbox: SandboxProcess) -> None:
    many(sandbox, 20000)
    sandbox.settings(check_answers=False)
    dock.search()
    dock.press("AllRows")
    hands.wait_for(lambda: len(dock.names()) == 20000, "all of them", 90)
    header = dock.table.horizontalHeader()
    place = header.sectionViewportPosition(2) + 20
    QTest.mouseClick(header.viewport(), hands.LEFT, hands.PLAIN, header.rect().center().__class__(place, 8))
    QTest.qWait(300)
    clouds = [int(text.split()[0]) for text in dock.column(2)]
    assert clouds in (sorted(clouds), sorted(clouds, reverse=True))
    hands.keep_picture("search_20000")


def test_a_stop_keeps_what_was_found(dock: SearchHands, sandbox: SandboxProcess) -> None:
    many(sandbox, 650)
    sandbox.fault(kind="delay", operation="listRasters", seconds=2, count=0, after=3)
    dock.press("Start")
    hands.wait_for(lambda: len(dock.names()) >= 20, "the first page")
    hands.keep_picture("search_running")
    dock.stop()
    kept = len(dock.names())
    assert 20 <= kept < 200
    sandbox.clear_faults()
    QTest.qWait(500)
    assert len(dock.names()) == kept
    dock.press("MoreRows")
    assert len(dock.ended()) >= kept + 200
    assert len(set(dock.names())) == len(dock.names())


def test_enter_asks_anew_while_a_search_runs(dock: SearchHands, sandbox: SandboxProcess) -> None:
    many(sandbox, 650)
    sandbox.fault(kind="delay", operation="listRasters", seconds=3, count=1, after=2)
    hands.click(dock.part("Start"))
    hands.wait_for(lambda: len(dock.names()) >= 20, "the first page")
    hands.write(dock.part("Text"), "field 00650")
    dock.key(Qt.Key.Key_Return)
    assert dock.ended() == ["Field 00650"]
    QTest.qWait(3500)
    assert dock.names() == ["Field 00650"]


def test_a_fault_in_the_second_page_keeps_the_first(dock: SearchHands, sandbox: SandboxProcess) -> None:
    many(sandbox, 50)
    sandbox.fault(kind="status", operation="listRasters", status=403, count=1, after=1)
    hands.click(dock.part("Start"))
    again = hands.wait_for(lambda: dock.dock.findChild(object, "imageryHubSearchAgain"), "the failure")
    assert len(dock.names()) == 20
    hands.keep_picture("search_failed")
    hands.click(again)
    assert len(dock.ended()) == 50


def test_connections_beside_each_other(dock: SearchHands, sandbox: SandboxProcess) -> None:
    many(sandbox, 30)
    connect("Revoked", sandbox.address, "no-such-key")
    assert len(dock.search()) == 30
    again = hands.wait_for(lambda: dock.dock.findChild(object, "imageryHubSearchAgain"), "the failure of the other")
    hands.keep_picture("search_two_connections")
    assert again.isVisible()
    assert set(dock.column(6)) == {"Farm"}


def test_a_removed_connection_takes_its_rows_along(dock: SearchHands, sandbox: SandboxProcess) -> None:
    many(sandbox, 30)
    connect("Second", sandbox.address)
    assert len(dock.search()) == 60
    connections().remove("Second")
    hands.wait_for(lambda: set(dock.column(6)) == {"Farm"}, "the rows to go")
    assert len(dock.names()) == 30


def test_without_a_connection_it_says_how_to_make_one(dock: SearchHands) -> None:
    connections().remove("Farm")
    button = hands.wait_for(lambda: dock.dock.findChild(object, "imageryHubRelaxConnect"), "the way on")
    assert not dock.part("Start").isEnabled()
    hands.keep_picture("search_newcomer")
    seen: list[str] = []
    hands.in_dialog(lambda dialog: (seen.append(type(dialog).__name__), dialog.close()))
    hands.click(button)
    hands.wait_for(lambda: seen, "the options")
    connect("Farm", "http://127.0.0.1:9")
    assert dock.part("Start").isEnabled()


def test_a_wrong_range_of_days_is_told(dock: SearchHands) -> None:
    first, last = dock.part("From"), dock.part("To")
    hands.in_menu(lambda menu: hands.choose(menu, "Last 7 days"))
    hands.click(dock.part("Presets"))
    hands.click(last, QPoint(12, last.height() // 2))
    for _ in range(3):
        QTest.keyClick(last, Qt.Key.Key_PageDown)
    QTest.qWait(100)
    assert last.date() < first.date()
    dock.press("Start")
    assert "first day lies after the last" in dock.dock.results.refusal.text
    hands.keep_picture("search_refused")
    dock.press("Clear")


def test_it_fits_a_narrow_window(dock: SearchHands, sandbox: SandboxProcess) -> None:
    many(sandbox, 30)
    window = iface.mainWindow()
    window.resize(580, 1000)
    QTest.qWait(500)
    dock.search()
    dock.click_row(dock.names()[0])
    QTest.qWait(800)
    hands.keep_picture("search_narrow")
    needed = dock.dock.minimumSizeHint()
    window.resize(1600, 1000)
    QTest.qWait(300)
    assert needed.width() <= 400
    assert needed.height() <= 800
