"""QGIS's Browser panel as a user has it: opened, expanded, clicked, by events on what is visible."""

from __future__ import annotations

import hands
from qgis.core import QgsApplication
from qgis.PyQt.QtCore import QModelIndex, QPoint, Qt
from qgis.PyQt.QtTest import QTest
from qgis.PyQt.QtWidgets import QDockWidget, QMenu, QTreeView, QWidget
from qgis.utils import iface

ROOT = "Imagery Hub"


class BrowserPanel:
    """The panel, shown. Rows are named by the texts from the top: ``row("Imagery Hub", "Farm", "All rasters")``."""

    def __init__(self, window: QWidget | None = None) -> None:
        """``window``: another one that has a Browser."""
        self.dock: QWidget = window or iface.mainWindow().findChild(QDockWidget, "Browser")
        if window is None:
            self.dock.setUserVisible(True)
        self.tree: QTreeView = hands.wait_for(
            lambda: next((one for one in self.dock.findChildren(QTreeView) if one.isVisible()), None), "the tree"
        )

    def below(self, parent: QModelIndex | None = None) -> list[str]:
        """The texts of the rows below one."""
        model = self.tree.model()
        parent = parent or QModelIndex()
        return [str(model.index(row, 0, parent).data()) for row in range(model.rowCount(parent))]

    def find(self, *texts: str) -> QModelIndex | None:
        """A row, None when it is not there (yet)."""
        index = QModelIndex()
        for text in texts:
            names = self.below(index) if index.isValid() else self.below()
            if text not in names:
                return None
            index = self.tree.model().index(names.index(text), 0, index)
        return index

    def row(self, *texts: str) -> QModelIndex:
        """A row, once it is there."""
        return hands.wait_for(lambda: self.find(*texts), f"the row {' > '.join(texts)}")

    def rows(self, *texts: str) -> list[str]:
        """The texts below a row."""
        return self.below(self.row(*texts))

    def expand(self, *texts: str, seconds: float = 60) -> list[str]:
        """Open a row by the keyboard, wait until it is no longer loading; what is below it."""
        index = self.row(*texts)
        if not self.tree.isExpanded(index):
            hands.click_entry(self.tree, index)
            QTest.keyClick(self.tree, Qt.Key.Key_Right)

        def loaded() -> list[str]:
            names = self.below(self.row(*texts))
            return [] if "Loading…" in names else names

        return hands.wait_for(loaded, f"what is below {' > '.join(texts)}", seconds)

    def collapse(self, *texts: str) -> None:
        """Close a row by the keyboard."""
        hands.click_entry(self.tree, self.row(*texts))
        QTest.keyClick(self.tree, Qt.Key.Key_Left)

    def place(self, *texts: str) -> QPoint:
        """Where the text of a row is on the screen."""
        hands.place_of(self.tree, self.row(*texts))
        self.tree.horizontalScrollBar().setValue(0)
        rect = self.tree.visualRect(self.row(*texts))
        return self.tree.viewport().mapToGlobal(QPoint(rect.left() + 30, rect.center().y()))

    def double_click(self, *texts: str) -> None:
        """Double-click the beginning of a row's text; long rows end where nothing is seen of them."""
        index = self.row(*texts)
        hands.place_of(self.tree, index)
        self.tree.horizontalScrollBar().setValue(0)
        rect = self.tree.visualRect(index)
        place = QPoint(rect.left() + 30, rect.center().y())
        QTest.mouseClick(self.tree.viewport(), hands.LEFT, hands.PLAIN, place)
        QTest.mouseDClick(self.tree.viewport(), hands.LEFT, hands.PLAIN, place)
        QTest.qWait(50)

    def menu(self, *texts: str) -> QMenu:
        """The menu of a row, opened by a real right click; those that are selected with it stay selected."""
        hands.real_right_click(self.place(*texts))
        menu: QMenu = hands.wait_for(QgsApplication.activePopupWidget, "the menu")
        QTest.qWait(100)
        return menu
