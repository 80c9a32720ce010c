"""Mouse and keyboard inside QGIS, and pictures of what is on the screen."""

from __future__ import annotations

import os
import sys
import time
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from qgis.core import QgsApplication
from qgis.PyQt.QtCore import QModelIndex, QPoint, QRect, Qt, QTimer
from qgis.PyQt.QtTest import QTest
from qgis.PyQt.QtWidgets import (
    QAbstractButton,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QDockWidget,
    QLineEdit,
    QListWidget,
    QTabWidget,
    QTreeView,
    QWidget,
)
from qgis.utils import iface

LEFT = Qt.MouseButton.LeftButton
PICTURES = Path(os.environ["PICTURES"])
LIMIT_SECONDS = 60
failures: list[str] = []


def wait_for(ready: Callable[[], Any], what: str) -> Any:
    """What ``ready`` gives once it gives something; RuntimeError when that takes too long."""
    end = time.monotonic() + LIMIT_SECONDS
    while time.monotonic() < end:
        found = ready()
        if found:
            return found
        QTest.qWait(50)
    raise RuntimeError(f"{what} did not come about")


def picture(name: str, part: QWidget | QRect) -> None:
    """Keep what the screen shows of a window."""
    QTest.qWait(400)
    if isinstance(part, QWidget):
        part = QRect(part.mapToGlobal(QPoint(0, 0)), part.size())
    if not QgsApplication.primaryScreen().grabWindow(0).copy(part).save(str(PICTURES / f"{name}.png")):
        raise RuntimeError(f"{name} could not be saved")


def click(widget: QWidget, place: QPoint | None = None) -> None:
    wait_for(lambda: widget.isVisible() and widget.isEnabled(), f"{widget.objectName()} to be clicked")
    QTest.mouseClick(widget, LEFT, Qt.KeyboardModifier.NoModifier, place or widget.rect().center())
    QTest.qWait(100)


def tick(box: QWidget) -> None:
    """Click the square of a check box; the middle of a wide one is beside its text."""
    click(box, QPoint(8, box.height() // 2))


def write(field: QWidget, text: str) -> None:
    click(field)
    QTest.keyClick(field, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClicks(field, text)
    QTest.qWait(100)


def button(window: QWidget, text: str) -> QAbstractButton:
    """The visible button with this text."""
    for one in window.findChildren(QAbstractButton):
        if one.isVisible() and one.text().replace("&", "") == text:
            return one
    raise RuntimeError(f"there is no button {text}")


def modal_dialogs() -> list[QDialog]:
    """QGIS does not count those as active that it shows first and makes modal then."""
    dialogs = (one for one in QgsApplication.topLevelWidgets() if isinstance(one, QDialog))
    return [one for one in dialogs if one.isVisible() and one.isModal()]


def when_asked(act: Callable[[QDialog], None], tries: int = 300) -> None:
    """Act once a new modal dialog waits; a failure is kept for the end and closes the dialog.

    It looks by timer and never waits: waiting while QGIS still builds the dialog would keep it from being shown.
    """
    before = modal_dialogs()

    def look(left: int) -> None:
        window = next((one for one in modal_dialogs() if one not in before), None)
        if window is not None:
            QTimer.singleShot(300, lambda: guarded(window))
        elif left:
            QTimer.singleShot(200, lambda: look(left - 1))
        else:
            failures.append("no dialog came")

    def guarded(window: QDialog) -> None:
        try:
            act(window)
        except Exception:
            failures.append(traceback.format_exc())
            print(failures[-1], file=sys.stderr, flush=True)
            window.close()

    QTimer.singleShot(200, lambda: look(tries))


def leaves(model: Any, parent: QModelIndex) -> Iterator[QModelIndex]:
    for number in range(model.rowCount(parent)):
        child = model.index(number, 0, parent)
        if model.rowCount(child):
            yield from leaves(model, child)
        else:
            yield child


def toolbox() -> QDockWidget:
    return iface.mainWindow().findChild(QDockWidget, "ProcessingToolbox")


def search_toolbox(text: str) -> QTreeView:
    write(next(one for one in toolbox().findChildren(QLineEdit) if one.isVisible()), text)
    QTest.qWait(500)
    return toolbox().findChild(QTreeView, "algorithmTree")


def with_algorithm(title: str, act: Callable[[AlgorithmWindow], None]) -> None:
    """Open an algorithm from the toolbox by a double click, and act in its dialog."""
    tree = search_toolbox(title)
    entry = next(one for one in leaves(tree.model(), QModelIndex()) if one.data() == title)
    tree.scrollTo(entry)
    place = tree.visualRect(entry).center()

    def inside(dialog: QDialog) -> None:
        dialog.move(20, 20)
        dialog.resize(760, 560)
        act(AlgorithmWindow(dialog))
        click(button(dialog, "Close"))

    when_asked(inside)
    QTest.mouseClick(tree.viewport(), LEFT, Qt.KeyboardModifier.NoModifier, place)
    QTest.mouseDClick(tree.viewport(), LEFT, Qt.KeyboardModifier.NoModifier, place)
    QTest.qWait(200)
    if failures:
        raise RuntimeError(f"in “{title}”")


class AlgorithmWindow:
    """The dialog of an algorithm."""

    def __init__(self, dialog: QDialog) -> None:
        self.dialog = dialog

    def widget(self, parameter: str) -> QWidget:
        return self.dialog.mainWidget().wrappers[parameter].wrappedWidget()

    def inner(self, parameter: str, kind: type[QWidget]) -> Any:
        own = self.widget(parameter)
        return own if isinstance(own, kind) else own.findChild(kind)

    def write(self, parameter: str, text: str) -> None:
        write(self.inner(parameter, QLineEdit), text)

    def tick(self, parameter: str) -> None:
        tick(self.widget(parameter))

    def select(self, parameter: str, text: str) -> None:
        """Choose an entry of a combo box by the keyboard."""
        box = self.inner(parameter, QComboBox)
        box.setFocus()
        QTest.keyClicks(box, text.partition(" ")[0])  # a blank would open the list
        wait_for(lambda: box.currentText().startswith(text), f"{text} in {parameter}")

    def look(self, parameter: str) -> QWidget:
        """Open the list of what the platform has, and wait for its entries."""
        click(self.inner(parameter, QAbstractButton))
        popup = wait_for(QgsApplication.activePopupWidget, "the list")
        entries = popup.findChild(QListWidget)
        wait_for(entries.count, f"entries for {parameter}")
        return popup

    def choose(self, parameter: str, label: str, several: bool = False) -> None:
        popup = self.look(parameter)
        entries = popup.findChild(QListWidget)
        entry = next(entries.item(row) for row in range(entries.count()) if entries.item(row).text() == label)
        where = entries.visualItemRect(entry)
        click(entries.viewport(), QPoint(14, where.center().y()) if several else where.center())
        if several:
            click(button(popup, "Use Ticked"))
        wait_for(lambda: not popup.isVisible(), "the end of the list")

    def run(self) -> None:
        """Press Run and wait; RuntimeError, with the log, when the algorithm fails."""
        click(self.dialog.findChild(QDialogButtonBox).button(QDialogButtonBox.StandardButton.Ok)
              or button(self.dialog, "Run"))
        tabs = self.dialog.findChild(QTabWidget)
        wait_for(lambda: tabs.currentIndex() == 1 and "Execution" in self.log(), "the end of the run")
        QTest.qWait(300)
        if "Execution completed" not in self.log():
            raise RuntimeError(self.log())

    def log(self) -> str:
        from qgis.PyQt.QtWidgets import QTextEdit

        return "\n".join(one.toPlainText() for one in self.dialog.findChildren(QTextEdit))
