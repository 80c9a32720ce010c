"""The table itself: a row for each band, its cells edited by keyboard or chosen from lists."""

from __future__ import annotations

import html
from collections.abc import Iterable, Sequence
from typing import Any

from qgis.core import QgsApplication
from qgis.PyQt.QtCore import QAbstractItemModel, QModelIndex, QRect, QSize, Qt, pyqtSignal
from qgis.PyQt.QtGui import QColor, QIcon, QPainter, QPixmap
from qgis.PyQt.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableWidget,
    QTableWidgetItem,
    QWidget,
)

from ....core.translation import tr
from ....providers.descarteslabs import properties
from ....providers.errors import InputProblem
from .columns import COLORMAP, COLUMNS, PLACES, kept_of, read, written

KEPT = Qt.ItemDataRole.UserRole
ALONE = ("name", "srcband")
"""What cannot be the same for several bands."""
SWATCH = QSize(36, 12)
LEAST_ROWS, MOST_ROWS = 3, 9
ENDING = 25


class BandTable(QTableWidget):
    """``altered`` after each change by the user."""

    altered = pyqtSignal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(0, len(COLUMNS), parent)
        self.setObjectName("imageryHubBands")
        self.setAccessibleName(tr("Bands"))
        self.setAlternatingRowColors(True)
        self.setWordWrap(False)
        self.setIconSize(SWATCH)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setItemDelegate(BandDelegate(self))
        self.setEditTriggers(
            QAbstractItemView.EditTrigger.DoubleClicked | QAbstractItemView.EditTrigger.AnyKeyPressed
            | QAbstractItemView.EditTrigger.EditKeyPressed | QAbstractItemView.EditTrigger.SelectedClicked
        )
        self.setTabKeyNavigation(False)
        self._wrong: dict[tuple[int, int], list[str]] = {}
        self.verticalHeader().hide()
        self.horizontalHeader().setHighlightSections(False)
        for place, column in enumerate(COLUMNS):
            head = QTableWidgetItem(column.title())
            words = tr("{tip} “{name}” of the catalog.").format(tip=column.tip(), name=column.member)
            head.setToolTip(_tip(words))
            self.setHorizontalHeaderItem(place, head)
        self.itemChanged.connect(self._changed)
        self._fit()

    def show_bands(self, bands: Iterable[dict[str, Any]]) -> None:
        """Show these, and nothing else."""
        self.blockSignals(True)
        self._wrong = {}
        self.setRowCount(0)
        for band in bands:
            self._append(band)
        self.blockSignals(False)
        self.resizeColumnsToContents()
        self._fit()

    def append(self, band: dict[str, Any]) -> None:
        """Add a row and go there."""
        self.blockSignals(True)
        self._append(band)
        self.blockSignals(False)
        self._fit()
        self.setCurrentCell(self.rowCount() - 1, 0)
        self.altered.emit()

    def leave_out(self) -> None:
        """Take away the rows in which something is selected."""
        self.mark([])  # by rows, which are other ones afterwards
        for row in sorted({one.row() for one in self.selectedIndexes()}, reverse=True):
            self.removeRow(row)
        self._fit()
        self.altered.emit()

    def bands(self) -> list[dict[str, Any]]:
        """What the rows say."""
        return [self._band(row) for row in range(self.rowCount())]

    def mark(self, findings: Sequence[tuple[int, str, str]]) -> None:
        """Mark the cells with which something is wrong: row, property and sentence of each; the others are unmarked."""
        wrong: dict[tuple[int, int], list[str]] = {}
        for row, member, words in findings:
            wrong.setdefault((row, PLACES.get(member, 0)), []).append(words)
        self.blockSignals(True)
        for row, place in {*wrong, *self._wrong}:
            if wrong.get((row, place)) != self._wrong.get((row, place)) and row < self.rowCount():
                self._show_state(self.item(row, place), place, wrong.get((row, place), []))
        for place in {place for _, place in wrong}:  # the sign takes room
            if self.columnWidth(place) < self.sizeHintForColumn(place):
                self.resizeColumnToContents(place)
        self.blockSignals(False)
        self._wrong = wrong

    def put(self, places: Iterable[tuple[int, int]], text: str) -> None:
        """Write the same into cells, as one change."""
        self.blockSignals(True)
        for row, place in places:
            self.item(row, place).setText(text)
            if (row, place) not in self._wrong:
                self._show_state(self.item(row, place), place, [])
        self.blockSignals(False)
        self.viewport().update()
        self.altered.emit()

    def _append(self, band: dict[str, Any]) -> None:
        row = self.rowCount()
        self.insertRow(row)
        for place, column in enumerate(COLUMNS):
            item = QTableWidgetItem(written(column, band))
            if column.numeric:
                item.setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            self.setItem(row, place, item)
            self._show_state(item, place, [])
        self.item(row, 0).setData(KEPT, kept_of(band))

    def _band(self, row: int) -> dict[str, Any]:
        texts = {column.member: self.item(row, place).text() for place, column in enumerate(COLUMNS)}
        return read(texts, dict(self.item(row, 0).data(KEPT) or {}))

    def _show_state(self, item: QTableWidgetItem, place: int, wrong: Sequence[str]) -> None:
        column = COLUMNS[place]
        if wrong:
            item.setIcon(QgsApplication.getThemeIcon("/mIconWarning.svg"))
        else:
            item.setIcon(swatch(item.text()) if column.member == COLORMAP else QIcon())
        item.setToolTip(_tip(" ".join(wrong) if wrong else column.tip()))

    def _changed(self, item: QTableWidgetItem) -> None:
        self.put([(item.row(), item.column())], item.text())

    def _fit(self) -> None:
        """As high as its rows, within bounds."""
        rows = min(max(self.rowCount(), LEAST_ROWS), MOST_ROWS)
        height = self.rowHeight(0) if self.rowCount() else self.verticalHeader().defaultSectionSize()
        bar = self.horizontalScrollBar().sizeHint().height()
        self.setFixedHeight(self.horizontalHeader().sizeHint().height() + rows * height + bar + 4)


class BandDelegate(QStyledItemDelegate):
    """Lists for what is chosen. What is given to one of several selected cells of a column is given to all of them."""

    def createEditor(  # noqa: N802 - Qt's name
        self, parent: QWidget, option: QStyleOptionViewItem, index: QModelIndex
    ) -> QWidget:
        column = COLUMNS[index.column()]
        if not column.choices:
            editor: QWidget = super().createEditor(parent, option, index)
            return editor
        combo = QComboBox(parent)
        combo.addItems(column.choices)
        combo.setEditable(column.free)
        if not column.free:
            combo.activated.connect(lambda _: self._chosen(combo))
        return combo

    def _chosen(self, combo: QComboBox) -> None:
        self.commitData.emit(combo)
        self.closeEditor.emit(combo)

    def setEditorData(self, editor: QWidget, index: QModelIndex) -> None:  # noqa: N802 - Qt's name
        if isinstance(editor, QComboBox):
            text = str(index.data(Qt.ItemDataRole.EditRole) or "")
            editor.setCurrentIndex(editor.findText(text))
            if editor.isEditable():
                editor.setEditText(text)
        else:
            super().setEditorData(editor, index)

    def setModelData(  # noqa: N802 - Qt's name
        self, editor: QWidget, model: QAbstractItemModel, index: QModelIndex
    ) -> None:
        text = editor.currentText() if isinstance(editor, QComboBox) else editor.property("text")
        places = {(index.row(), index.column())}
        if COLUMNS[index.column()].member not in ALONE:
            places |= {(one.row(), one.column()) for one in self.parent().selectedIndexes()
                       if one.column() == index.column()}
        self.parent().put(places, text)

    def displayText(self, value: Any, locale: Any) -> str:  # noqa: N802 - Qt's name
        text = str(value or "")
        return text if len(text) <= ENDING or ";" not in text else tr("{count} colours").format(
            count=text.count(";") + 1)

    def updateEditorGeometry(  # noqa: N802 - Qt's name
        self, editor: QWidget, option: QStyleOptionViewItem, index: QModelIndex
    ) -> None:
        place = QRect(option.rect)
        place.setWidth(max(place.width(), editor.sizeHint().width() if isinstance(editor, QComboBox) else 0))
        editor.setGeometry(place)


def swatch(text: str) -> QIcon:
    """The colours of a colour map, side by side; nothing for one that is named or cannot be read."""
    if ";" not in text:
        return QIcon()
    try:
        rows = properties.value_of(properties.BAND[COLORMAP], COLORMAP, text)
    except InputProblem:
        return QIcon()
    while len(rows) > 1 and rows[-1] == rows[-2]:  # a palette of a file ends with what is not used
        rows.pop()
    picture = QPixmap(SWATCH)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    for x in range(SWATCH.width()):
        painter.fillRect(x, 0, 1, SWATCH.height(), QColor(*rows[x * len(rows) // SWATCH.width()]))
    painter.end()
    return QIcon(picture)


def _tip(words: str) -> str:
    """Nothing in a tip is read as markup."""
    return f"<qt>{html.escape(words)}</qt>"
