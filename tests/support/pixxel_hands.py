"""What tests of Pixxel in the real program do with mouse and keyboard: the Hub open at a place, areas on the map."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import hands
import map_hands
import pixxel_desk as desk
from algorithm_hands import AlgorithmHands, close_dialogs
from hub_dock import HubDockHands
from qgis.core import QgsApplication, QgsRectangle
from qgis.PyQt.QtCore import QPoint, Qt
from qgis.PyQt.QtTest import QTest
from qgis.PyQt.QtWidgets import QCalendarWidget, QComboBox, QToolButton
from qgis.utils import iface
from sandbox_process import SandboxProcess
from search_dock import SearchHands


@contextmanager
def program(sandbox: SandboxProcess, extent: QgsRectangle) -> Iterator[None]:
    """The map over a place, and a connection; all of it goes at the end."""
    assert QgsApplication.authManager().setMasterPassword(desk.MASTER, True)
    map_hands.fresh_map("EPSG:4326", extent)
    iface.messageBar().clearWidgets()
    sandbox.actor("docks")
    hands.failures.clear()
    desk.save_connection(sandbox)
    yield
    close_dialogs()
    desk.connections().remove(desk.NAME)
    map_hands.forget_edits()
    iface.newProject(False)
    QTest.qWait(200)
    assert not hands.failures


@contextmanager
def hub_open_at(
    sandbox: SandboxProcess, extent: QgsRectangle, way: Sequence[str], empty: str
) -> Iterator[HubDockHands]:
    """The tree open down a way, below which there is nothing yet, and the map over a place."""
    with program(sandbox, extent):
        found = HubDockHands()
        found.unfold(desk.NAME)
        found.wait(desk.ROOTS, desk.NAME)
        for depth in range(2, len(way) + 1):
            found.unfold(*way[:depth])
        found.wait([empty], *way)
        map_hands.look_at("EPSG:4326", extent)
        yield found


def take_area(dialog: AlgorithmHands, entry: str) -> None:
    """An entry of the button beside the field of the area."""
    button = dialog.field("AREA").findChild(QToolButton, "imageryHubDraw")
    hands.in_menu(lambda menu: hands.choose(menu, entry))
    hands.click(button)
    QTest.qWait(700)


def draw_area(dialog: AlgorithmHands, corners: Sequence[tuple[float, float]]) -> None:
    """Draw an area on the map, while the dialog steps aside."""
    take_area(dialog, "Draw on the Map")
    hands.wait_for(lambda: not dialog.dialog.isVisible(), "the dialog to step aside")
    for corner in corners:
        map_hands.press(map_hands.pixel(*corner))
    map_hands.press(map_hands.pixel(*corners[-1]), hands.RIGHT)
    hands.wait_for(dialog.dialog.isVisible, "the dialog")


def look_in(dock: SearchHands, where: str) -> None:
    """Choose in the dock for searches where Pixxel is searched."""
    hands.click(dock.part("Clear"))
    dock.show_more()
    field: QComboBox = dock.dock.findChild(QComboBox, "imageryHubFilterOn")
    field.setFocus()
    QTest.keyClicks(field, where.split()[0])  # a space would open the list, which takes the next click


def choose_day(field: Any, months: int) -> None:
    """By the calendar that opens: today, or some months later."""
    edit = field.findChild(QComboBox) or field
    hands.click(edit, QPoint(edit.width() - 10, edit.height() // 2))
    calendar = hands.wait_for(lambda: next((one for one in QgsApplication.allWidgets()
                                            if isinstance(one, QCalendarWidget) and one.isVisible()), None), "calendar")
    view = calendar.findChild(object, "qt_calendar_calendarview")
    for _ in range(months):
        QTest.keyClick(view, Qt.Key.Key_PageDown)
    QTest.keyClick(view, Qt.Key.Key_Return)
    QTest.qWait(200)
