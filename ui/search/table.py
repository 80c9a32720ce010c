"""The table of what was found: keyboard, drag, and more when its end is reached."""

from __future__ import annotations

from collections.abc import Sequence

from qgis.PyQt.QtCore import QEvent, QItemSelection, QItemSelectionModel, Qt, pyqtSignal
from qgis.PyQt.QtGui import QKeyEvent
from qgis.PyQt.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

from ...core.translation import tr
from .model import CAPTURED, CLOUD, CONNECTION, COVERED, NAME, PLATFORM, STATE, TAG, FoundModel, Row

WIDTHS = {NAME: 110, CAPTURED: 142, CLOUD: 64, COVERED: 56, STATE: 80, TAG: 80, CONNECTION: 110, PLATFORM: 96}
#: How near to the end of the table more is asked for, in rows.
NEAR_END = 20
#: So many rows are seen even in a dock that shares its place with others.
LEAST_ROWS = 6


class FoundTable(QTableView):
    """``near_end`` when the user scrolls towards the last rows; ``entered`` for Enter and a double click; ``zoomed``
    for Ctrl+J, with which QGIS zooms to the selection of a layer."""

    near_end = pyqtSignal()
    entered = pyqtSignal()
    zoomed = pyqtSignal()

    def __init__(self, model: FoundModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("imageryHubSearchTable")
        self.setAccessibleName(tr("Images that were found"))
        self.setModel(model)
        self._model = model
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setDragDropMode(QAbstractItemView.DragDropMode.DragOnly)
        self.setAlternatingRowColors(True)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.verticalHeader().hide()
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.verticalHeader().setDefaultSectionSize(self.fontMetrics().height() + 8)
        header = self.horizontalHeader()
        self.setMinimumHeight(header.sizeHint().height() + LEAST_ROWS * self.verticalHeader().defaultSectionSize())
        header.setSectionsMovable(True)
        header.setHighlightSections(False)
        # It asks for the flags of every cell when it is drawn after all rows were selected.
        header.setSelectionModel(QItemSelectionModel(model, header))
        header.setSortIndicator(-1, Qt.SortOrder.AscendingOrder)
        for column, width in WIDTHS.items():
            self.setColumnWidth(column, width)
        header.moveSection(PLATFORM, NAME + 1)
        self.setSortingEnabled(True)
        self.verticalScrollBar().valueChanged.connect(self._scrolled)
        self.doubleClicked.connect(lambda _: self.entered.emit())

    def columns_for(self, connections: int, platforms: int, area: bool) -> None:
        """Show only the columns that tell something. Of several platforms which one is told beside the name."""
        self.setColumnHidden(CONNECTION, connections < 2)
        self.setColumnHidden(PLATFORM, platforms < 2)
        self.setColumnHidden(COVERED, not area)
        self.scrollToTop()
        self.horizontalScrollBar().setValue(0)

    def _scrolled(self, value: int) -> None:
        if value > 0 and value >= self.verticalScrollBar().maximum() - NEAR_END:
            self.near_end.emit()

    def event(self, event: QEvent) -> bool:
        """While the table has the focus, Ctrl+J is for it and not for QGIS."""
        if event.type() == QEvent.Type.ShortcutOverride and _zooms(event):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Enter and Ctrl+J act on what is selected; everything else is Qt's."""
        if _zooms(event):
            self.zoomed.emit()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.modifiers():
            self.entered.emit()
        elif event.key() == Qt.Key.Key_F10 and event.modifiers() == Qt.KeyboardModifier.ShiftModifier:
            self.customContextMenuRequested.emit(self.visualRect(self.currentIndex()).center())
        else:
            super().keyPressEvent(event)

    def selected(self) -> list[Row]:
        """The rows that are selected, from top to bottom."""
        # By ranges: Qt's own way asks the model for the flags of every cell.
        places = {place for span in self.selectionModel().selection() for place in range(span.top(), span.bottom() + 1)}
        return [self._model.row(place) for place in sorted(places)]

    def choose(self, numbers: Sequence[int], add: bool = False) -> None:
        """Select the rows with these numbers and scroll to the first."""
        indexes = [index for index in (self._model.index_of(number) for number in numbers) if index.isValid()]
        if not indexes:
            return
        flags = QItemSelectionModel.SelectionFlag
        selection = QItemSelection()
        for index in indexes:
            selection.select(index, index)
        how = flags.Toggle if add else flags.ClearAndSelect
        self.selectionModel().setCurrentIndex(indexes[0], flags.NoUpdate)
        self.selectionModel().select(selection, how | flags.Rows)
        self.scrollTo(indexes[0], QAbstractItemView.ScrollHint.EnsureVisible)


def _zooms(event: QKeyEvent) -> bool:
    return event.key() == Qt.Key.Key_J and event.modifiers() == Qt.KeyboardModifier.ControlModifier
