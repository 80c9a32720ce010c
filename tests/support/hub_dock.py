"""The Hub dock as a user has it before the eyes: rows by their names, keys and clicks."""

from __future__ import annotations

from typing import Any

import hands
import pytest
from qgis.PyQt.QtCore import QModelIndex, QPoint, Qt
from qgis.PyQt.QtTest import QTest
from qgis.PyQt.QtWidgets import (
    QDockWidget,
    QLabel,
    QLineEdit,
    QToolButton,
    QTreeView,
    QWidget,
)
from qgis.utils import iface


def toggle() -> QToolButton:
    """The button of the dock in the toolbar."""
    return next(one for one in iface.mainWindow().findChildren(QToolButton)
                if one.isVisible() and one.defaultAction() is not None
                and one.defaultAction().objectName() == "imageryHubShowHub")


class HubDockHands:
    """Opens the dock by its button when it is not open."""

    def __init__(self) -> None:
        dock = iface.mainWindow().findChild(QDockWidget, "imageryHubHubDock")
        if dock is None or not dock.isVisible():
            hands.click(toggle())
        self.dock: Any = hands.wait_for(
            lambda: iface.mainWindow().findChild(QDockWidget, "imageryHubHubDock"), "the dock"
        )
        hands.wait_for(self.dock.isVisible, "the dock to be seen")
        self.tree: QTreeView = self.dock.findChild(QTreeView, "imageryHubTree")
        self.search: QLineEdit = self.dock.findChild(QLineEdit, "imageryHubSearch")

    # ------------------------------------------------------------------ Looking
    def index(self, *way: str) -> QModelIndex:
        """The row with these names from the top; invalid when there is none."""
        model, index = self.tree.model(), QModelIndex()
        for name in way:
            found = [model.index(row, 0, index) for row in range(model.rowCount(index))]
            index = next((one for one in found if one.data() == name), QModelIndex())
            if not index.isValid():
                return index
        return index

    def texts(self, *way: str) -> list[str]:
        """What is written in the rows below."""
        model, index = self.tree.model(), self.index(*way)
        return [model.index(row, 0, index).data() for row in range(model.rowCount(index))]

    def wait(self, texts: list[str], *way: str) -> None:
        """Wait until exactly this is written below."""
        for _ in range(400):
            if self.tree.isExpanded(self.index(*way)):  # what is not in view is not fetched; scrolling would expand
                self.tree.scrollTo(self.tree.model().index(0, 0, self.index(*way)))
            if self.texts(*way) == texts:
                return
            QTest.qWait(50)
        hands.keep_picture("failed")
        pytest.fail(f"{texts} instead of {self.texts(*way)} below {way}")

    def current(self) -> str:
        """The row that has the keyboard."""
        return self.tree.currentIndex().data()

    def label(self, name: str) -> str:
        """The text of a label of the dock."""
        return self.dock.findChild(QLabel, name).text()

    def status(self) -> str:
        """What is said above the tree."""
        line = self.dock.findChild(QWidget, "imageryHubStatus")
        return line.label.text() if line.isVisible() else ""

    def facts(self) -> dict[str, str]:
        """The table of the details."""
        grid = self.dock.findChild(QWidget, "imageryHubDetailsTable").layout()
        rows = range(grid.count() // 2)
        return {grid.itemAt(2 * row).widget().text(): grid.itemAt(2 * row + 1).widget().text() for row in rows}

    def thumbnail(self) -> Any:
        """The picture of what is selected."""
        return self.dock.findChild(QLabel, "imageryHubThumbnail").pixmap()

    def button(self, name: str) -> Any:
        """A button of the dock by its object name."""
        return self.dock.findChild(QToolButton, name)

    # ------------------------------------------------------------------ Doing
    def unfold(self, *way: str) -> None:
        """Select a row and expand it with the keyboard, as far as it is not."""
        hands.click_entry(self.tree, self._appear(*way))
        if not self.tree.isExpanded(self.index(*way)):
            self.key(Qt.Key.Key_Right)

    def below(self, count: int, *way: str) -> list[str]:
        """Unfold a row, and what is written in the rows below once so many have come."""
        self.unfold(*way)
        hands.wait_for(lambda: len(self.texts(*way)) == count and "Loading…" not in self.texts(*way),
                       f"{count} below {way}")
        return self.texts(*way)

    def _appear(self, *way: str) -> QModelIndex:
        hands.wait_for(lambda: self.index(*way).isValid(), f"{way}")
        return self.index(*way)

    def click(self, *way: str, button: Qt.MouseButton = hands.LEFT) -> None:
        """Click a row once it is there."""
        hands.click_entry(self.tree, self._appear(*way), button)

    def double_click(self, *way: str) -> None:
        """Double-click a row once it is there."""
        hands.double_click_entry(self.tree, self._appear(*way))

    def place(self, *way: str) -> QPoint:
        """Where a row is once it is there, in the tree's viewport."""
        return hands.place_of(self.tree, self._appear(*way))

    def menu(self, text: str, *way: str) -> None:
        """Right-click a row and click this entry of its menu."""
        chosen = hands.in_menu(lambda menu: hands.choose(menu, text))
        self.right_click(*way)
        hands.wait_for(chosen, f"“{text}” to be chosen")

    def right_click(self, *way: str) -> None:
        """Right-click a row, which also selects it; only a real click makes a menu come."""
        place = hands.place_of(self.tree, self._appear(*way))
        hands.real_right_click(self.tree.viewport().mapToGlobal(place))
        QTest.qWait(400)

    def key(self, key: Qt.Key, modifiers: Any = hands.PLAIN) -> None:
        """Press a key in the tree."""
        QTest.keyClick(self.tree, key, modifiers)
        QTest.qWait(80)

    def write_search(self, text: str) -> None:
        """Replace what the search box holds."""
        hands.write(self.search, text)
        if not text:
            QTest.keyClick(self.search, Qt.Key.Key_Backspace)
