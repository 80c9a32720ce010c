"""Mouse and keyboard inside the real QGIS: only visible widgets are touched, and only by events."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import pytest
from qgis.core import QgsApplication
from qgis.PyQt.QtCore import QDate, QModelIndex, QPoint, QRect, Qt, QTimer
from qgis.PyQt.QtTest import QTest
from qgis.PyQt.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAction,
    QComboBox,
    QDateTimeEdit,
    QDialog,
    QMenu,
    QToolBar,
    QToolButton,
    QWidget,
)
from qgis.utils import iface

LEFT, RIGHT = Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton
DATE_PARTS = QDateTimeEdit.Section
PLAIN = Qt.KeyboardModifier.NoModifier
Found = TypeVar("Found")


def wait_for(ready: Callable[[], Found], what: str, seconds: float = 20) -> Found:
    """What ``ready`` gives once that is true; the test fails when it takes too long."""
    for _ in range(int(seconds * 20)):
        found = ready()
        if found:
            return found
        QTest.qWait(50)
    picture = keep_picture("failed")
    pytest.fail(f"{what} did not come about in {seconds} s ({picture})")


def keep_picture(name: str, part: QWidget | QRect | None = None) -> Path:
    """The screen, or the place of a widget on it, as ``<name>.png`` in ``build/pictures`` or where PICTURES says."""
    QTest.qWait(300)
    screen = QgsApplication.primaryScreen().grabWindow(0)
    if isinstance(part, QWidget):
        part = QRect(part.mapToGlobal(QPoint(0, 0)), part.size())
    if part is not None:
        ratio = screen.devicePixelRatio()
        screen = screen.copy(QRect(part.topLeft() * ratio, part.size() * ratio))
    path = Path(os.environ["PICTURES"]) / f"{name}.png"
    path.unlink(missing_ok=True)
    if not screen.save(str(path)):
        pytest.fail(f"{path} could not be written")
    return path


def click(widget: QWidget, place: QPoint | None = None, button: Qt.MouseButton = LEFT) -> None:
    """Click a widget once it can be seen and used."""
    wait_for(lambda: widget.isVisible() and widget.isEnabled(), f"{widget.objectName() or widget} to be clicked")
    activate(widget)
    QTest.mouseClick(widget, button, PLAIN, place or widget.rect().center())
    QTest.qWait(50)


def activate(widget: QWidget) -> None:
    """What a window manager does at a click, and there is none here: the window gets the keyboard."""
    window = widget.window()
    if not window.isActiveWindow() and QgsApplication.activePopupWidget() is None:
        window.activateWindow()
        QTest.qWait(50)


def tick(box: QWidget) -> None:
    """Click the square of a check box; the middle of a wide one is beside its text."""
    click(box, QPoint(8, box.height() // 2))


def write(field: QWidget, text: str) -> None:
    """Replace what a field holds by typing."""
    click(field)
    QTest.keyClick(field, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClicks(field, text)
    QTest.qWait(50)


def write_date(field: QDateTimeEdit, day: QDate) -> None:
    """Type the year first, so that the day is allowed in its month meanwhile."""
    month = "MMM" if "MMM" in field.displayFormat() else "MM"
    click(field)
    for part, form in ((DATE_PARTS.YearSection, "yyyy"), (DATE_PARTS.MonthSection, month),
                       (DATE_PARTS.DaySection, "dd")):
        write_part(field, part, field.locale().toString(day, form))


def write_part(field: QDateTimeEdit, part: QDateTimeEdit.Section, text: str) -> None:
    """Type a part of a moment, which is selected as by a double click on it."""
    field.setSelectedSection(part)
    QTest.keyClicks(field, text)


def button(window: QWidget, text: str) -> QAbstractButton:
    """The visible button with this text."""
    for one in window.findChildren(QAbstractButton):
        if one.isVisible() and one.text().replace("&", "") == text:
            return one
    pytest.fail(f"there is no button {text}")


def tool_button(action: QAction) -> QWidget:
    """The visible toolbar button of an action."""
    for bar in iface.mainWindow().findChildren(QToolBar):
        found = bar.widgetForAction(action)
        if found is not None and found.isVisible():
            return found
    for button in iface.mainWindow().findChildren(QToolButton):  # those with a menu of their own
        if button.defaultAction() == action and button.isVisible():
            return button
    pytest.fail(f"{action.text()} is in no visible toolbar")


def place_of(view: QAbstractItemView, index: QModelIndex) -> QPoint:
    """Where an entry of a list or tree is, scrolled into view."""
    if not index.isValid():  # a click would hit whatever is at the top
        pytest.fail(f"the entry is not in {view.objectName() or view}")
    view.scrollTo(index)
    QTest.qWait(50)
    return view.visualRect(index).center()


def click_entry(view: QAbstractItemView, index: QModelIndex, button: Qt.MouseButton = LEFT) -> None:
    """Click an entry."""
    click(view.viewport(), place_of(view, index), button)


def double_click_entry(view: QAbstractItemView, index: QModelIndex) -> None:
    """Double-click an entry."""
    place = place_of(view, index)
    QTest.mouseClick(view.viewport(), LEFT, PLAIN, place)
    QTest.mouseDClick(view.viewport(), LEFT, PLAIN, place)
    QTest.qWait(50)


def choose(menu: QMenu, text: str) -> None:
    """Click an entry of a menu that is open."""
    for action in menu.actions():
        if action.text().replace("&", "") == text:
            QTest.mouseClick(menu, LEFT, PLAIN, menu.actionGeometry(action).center())
            QTest.qWait(50)
            return
    pytest.fail(f"the menu has {[one.text() for one in menu.actions()]}, not {text}")


def choose_in_list(combo: QComboBox, text: str) -> None:
    """Choose the entry of this text, or else the first with it inside, by the keyboard in the list that opens: on a
    busy machine a click into the list misses it."""
    index = combo.findText(text)
    if index < 0:
        index = combo.findText(text, Qt.MatchFlag.MatchContains | Qt.MatchFlag.MatchCaseSensitive)
    assert index >= 0, [combo.itemText(row) for row in range(combo.count())]
    combo.showPopup()
    view = combo.view()
    wait_for(view.isVisible, "the list")
    QTest.keyClick(view, Qt.Key.Key_Home)
    for _ in range(index):
        QTest.keyClick(view, Qt.Key.Key_Down)
    QTest.keyClick(view, Qt.Key.Key_Return)
    wait_for(lambda: combo.currentIndex() == index, f"“{text}” to be chosen")


def choose_of_plugin(text: str) -> None:
    """Click an entry of the plugin's menu in the window's menu bar."""
    bar, plugins = iface.mainWindow().menuBar(), iface.pluginMenu()
    click(bar, bar.actionGeometry(plugins.menuAction()).center())
    wait_for(plugins.isVisible, "the menu")
    choose(plugins, "Imagery Hub")
    below = next(one.menu() for one in plugins.actions() if one.text() == "Imagery Hub")
    wait_for(below.isVisible, "the menu below")
    choose(below, text)


def in_menu(act: Callable[[QMenu], None]) -> Callable[[], bool]:
    """Act in the menu that opens next. Call it before the click that opens the menu, since that click may wait. What it
    gives tells whether that has been done, or has failed."""
    done: list[QMenu] = []

    def act_and_tell(menu: QMenu) -> None:
        act(menu)
        done.append(menu)

    _once(QgsApplication.activePopupWidget, lambda menu: isinstance(menu, QMenu), act_and_tell)
    return lambda: bool(done or failures)


def in_submenu(menu: QMenu, act: Callable[[QMenu], None]) -> None:
    """Act in this menu, which is part of another one, once it is open. Call it before what opens it."""
    _once(lambda: menu if menu.isVisible() else None, bool, act)


def modal_dialogs() -> list[QDialog]:
    """QGIS does not count those as active that it shows first and makes modal then."""
    dialogs = (one for one in QgsApplication.topLevelWidgets() if isinstance(one, QDialog))
    return [one for one in dialogs if one.isVisible() and one.isModal()]


def in_dialog(act: Callable[[QDialog], None]) -> None:
    """Act in the next modal dialog. Call it before what opens the dialog."""
    before = modal_dialogs()
    _once(lambda: next((one for one in modal_dialogs() if one not in before), None), bool, act)


def in_window(kind: str, act: Callable[[QWidget], None]) -> None:
    """Act in QGIS's window of this class, modal or not, once it is open. Call it before what opens it."""
    def look() -> QWidget | None:
        windows = (one for one in QgsApplication.topLevelWidgets() if one.metaObject().className() == kind)
        return next((one for one in windows if one.isVisible()), None)

    _once(look, bool, act)


failures: list[BaseException] = []


def _once(look: Callable[[], Any], fits: Callable[[Any], bool], act: Callable[[Any], None], tries: int = 100) -> None:
    """By timer, never waiting: who waits while QGIS builds a window keeps it from being shown. A failure is kept in
    ``failures`` (a test looks at the end) and closes the window."""

    def again(left: int) -> None:
        window = look()
        if window is not None and fits(window):
            QTimer.singleShot(200, lambda: guarded(window))
        elif left:
            QTimer.singleShot(100, lambda: again(left - 1))
        else:
            failures.append(TimeoutError("nothing opened"))

    def guarded(window: Any) -> None:
        try:
            act(window)
        except BaseException as error:  # an exception inside Qt's loop reaches nobody
            failures.append(error)
            window.close()

    QTimer.singleShot(100, lambda: again(tries))


def physical(place: QPoint) -> QPoint:
    """A place of the screen in its own pixels, as xdotool counts them."""
    return place * QgsApplication.primaryScreen().devicePixelRatio()


def real_mouse(*steps: str) -> None:
    """What xdotool does with the mouse; the caller's event loop goes on meanwhile."""
    process = subprocess.Popen(["xdotool", *steps])
    while process.poll() is None:
        QTest.qWait(20)
    if process.returncode:
        pytest.fail("xdotool could not move the mouse")
    QTest.qWait(200)


def real_right_click(place: QPoint) -> None:
    """A right click on a place of the screen, of which Qt makes a context menu, as it does not of QTest's."""
    spot = physical(place)
    real_mouse("mousemove", str(spot.x()), str(spot.y()), "sleep", "0.2", "click", "3")


def drag(start: QPoint, end: QPoint) -> None:
    """A real drag between two places of the screen."""
    start, end = physical(start), physical(end)
    steps = ["mousemove", str(start.x()), str(start.y()), "sleep", "0.2", "mousedown", "1", "sleep", "0.2"]
    for part in range(1, 11):
        x = start.x() + (end.x() - start.x()) * part // 10
        y = start.y() + (end.y() - start.y()) * part // 10
        steps += ["mousemove", str(x), str(y), "sleep", "0.05"]
    steps += ["sleep", "0.3", "mouseup", "1"]
    real_mouse(*steps)
