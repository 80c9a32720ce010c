"""The toolbox and the dialogs of its algorithms, by mouse and keyboard, for the guide's pictures.

The hands themselves are those of the tests (tests/support/hands.py).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from hands import button, click, double_click_entry, failures, in_dialog, tick, wait_for, write
from qgis.core import QgsApplication
from qgis.PyQt.QtCore import QModelIndex, QPoint
from qgis.PyQt.QtTest import QTest
from qgis.PyQt.QtWidgets import (
    QAbstractButton,
    QCheckBox,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QDockWidget,
    QLineEdit,
    QListWidget,
    QTabWidget,
    QTextEdit,
    QTreeView,
    QWidget,
)
from qgis.utils import iface

#: A detector is trained and run meanwhile.
LIMIT_SECONDS = 60


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

    def inside(dialog: QDialog) -> None:
        dialog.move(20, 20)
        dialog.resize(760, 560)
        act(AlgorithmWindow(dialog))
        click(button(dialog, "Close"))

    in_dialog(inside)
    double_click_entry(tree, entry)
    QTest.qWait(200)
    if failures:
        raise failures[0]


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
        """Tick a box, that of a charge once the charge stands below it."""
        box = self.inner(parameter, QCheckBox)
        wait_for(box.isEnabled, f"{parameter} to be free")
        tick(box)

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
        wait_for(lambda: tabs.currentIndex() == 1 and "Execution" in self.log(), "the end of the run", LIMIT_SECONDS)
        QTest.qWait(300)
        if "Execution completed" not in self.log():
            raise RuntimeError(self.log())

    def log(self) -> str:
        return "\n".join(one.toPlainText() for one in self.dialog.findChildren(QTextEdit))
