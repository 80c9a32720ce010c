"""The widgets of the push form and how they are laid out."""

from __future__ import annotations

from qgis.core import QgsApplication
from qgis.PyQt.QtCore import QItemSelectionModel, Qt
from qgis.PyQt.QtGui import QKeySequence
from qgis.PyQt.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QMenu,
    QPushButton,
    QStackedWidget,
    QTableView,
    QToolButton,
    QVBoxLayout,
)

from ...core.compat import QAction
from ...core.translation import tr
from ..icons import icon
from ..status import StatusLine
from .common import CommonValues, Destination
from .editors import FieldDelegate
from .plan import PushPlan
from .rows import Row, Rows

TABLE, EMPTY = 0, 1
WIDTHS = {"moment": 135, "whole": 110, "tick": 105, "text": 90}


class FormParts:
    """``status`` tells of the chosen row, ``summary`` of all."""

    def __init__(self, form: QDialog, plan: PushPlan, model: Rows) -> None:
        self._model = model
        self.destination = Destination(plan)
        self.common = CommonValues(plan)
        self.table = _table(model)
        self.add_files = _button(tr("Add &Files…"), "mActionAddRasterLayer.svg", "imageryHubPushAddFiles")
        self.add_layer = QToolButton()
        self.add_layer.setObjectName("imageryHubPushAddLayer")
        self.add_layer.setText(tr("Add &Layer"))
        self.add_layer.setToolTip(tr("Add a raster layer of the project"))
        self.add_layer.setIcon(QgsApplication.getThemeIcon("/mIconRaster.svg"))
        self.add_layer.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.add_layer.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.layers = QMenu(self.add_layer)
        self.add_layer.setMenu(self.layers)
        self.remove = QAction(QgsApplication.getThemeIcon("/symbologyRemove.svg"), tr("Remove from List"), form)
        self.remove.setShortcut(QKeySequence(QKeySequence.StandardKey.Delete))
        self.remove.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        self.table.addAction(self.remove)
        self.write = _button(tr("&Write to GeoTIFF…"), "mActionFileSave.svg", "imageryHubPushWrite")
        self.write.setToolTip(tr("Write the chosen layer to a GeoTIFF, which is sent instead"))
        self.status = StatusLine()
        self.status.setObjectName("imageryHubPushStatus")
        self.summary = QLabel()
        self.summary.setTextFormat(Qt.TextFormat.PlainText)
        self.summary.setWordWrap(True)
        self.box = QDialogButtonBox()
        self.push = QPushButton(icon("push"), "")
        self.push.setObjectName("imageryHubPushStart")
        self.push.setAutoDefault(False)
        self.box.addButton(self.push, QDialogButtonBox.ButtonRole.ActionRole)
        self.close = self.box.addButton(QDialogButtonBox.StandardButton.Close)
        self.close.setAutoDefault(False)
        self.pages = QStackedWidget()
        self._lay_out(form)

    def _lay_out(self, form: QDialog) -> None:
        nothing = QLabel(
            tr("Drop raster layers, rasters of the Browser panel or files here.\n\nOr add files or a layer below.")
        )
        nothing.setObjectName("imageryHubPushDropZone")
        nothing.setAlignment(Qt.AlignmentFlag.AlignCenter)
        nothing.setWordWrap(True)
        nothing.setFrameShape(QLabel.Shape.StyledPanel)
        self.pages.addWidget(self.table)
        self.pages.addWidget(nothing)
        tools = QHBoxLayout()
        remove = QToolButton()
        remove.setDefaultAction(self.remove)
        for widget in (self.add_files, self.add_layer, remove, self.write):
            tools.addWidget(widget)
        tools.addStretch()
        bottom = QHBoxLayout()
        bottom.addWidget(self.summary, 1)
        bottom.addWidget(self.box)
        layout = QVBoxLayout(form)
        layout.addWidget(self.destination)
        layout.addWidget(self.common)
        layout.addWidget(self.pages, 1)
        layout.addLayout(tools)
        layout.addWidget(self.status)
        layout.addLayout(bottom)
        form.resize(780, 620)

    def show_state(self, summary: str, can_push: bool, count: int) -> None:
        """What all rows come to."""
        self.pages.setCurrentIndex(TABLE if self._model.rowCount() else EMPTY)
        self.summary.setText(summary)
        self.push.setEnabled(can_push)
        self.push.setText(tr("&Push {count} Rasters").format(count=count) if count > 1 else tr("&Push"))

    def tell_of(self, row: Row | None) -> None:
        """What is to be said of the chosen row."""
        if row is None:
            self.status.clear()
            return
        words = " ".join(part for part in (row.state()[1], row.origin) if part)
        if row.pending:
            self.status.busy(words)
        elif row.problem or row.refusal:
            self.status.failure(words)
        else:
            self.status.success(words)

    def chosen(self) -> list[Row]:
        """The rows that are selected, in order."""
        rows = self._model.rows
        positions = sorted({index.row() for index in self.table.selectionModel().selectedIndexes()})
        return [rows[position] for position in positions if position < len(rows)]

    def choose(self, row: Row) -> None:
        """Select a row."""
        index = self._model.index(self._model.rows.index(row), 0)
        flags = QItemSelectionModel.SelectionFlag
        self.table.selectionModel().setCurrentIndex(index, flags.ClearAndSelect | flags.Rows)


def _table(model: Rows) -> QTableView:
    table = QTableView()
    table.setObjectName("imageryHubPushTable")
    table.setAccessibleName(tr("Rasters to send"))
    table.setModel(model)
    table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
    table.setAlternatingRowColors(True)
    table.setWordWrap(False)
    table.setTextElideMode(Qt.TextElideMode.ElideRight)
    table.verticalHeader().hide()
    header = table.horizontalHeader()
    header.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
    header.setStretchLastSection(True)
    header.setHighlightSections(False)
    header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
    table.setColumnWidth(0, 190)
    for number, one in enumerate(model.fields, 1):
        delegate = FieldDelegate(one, table)
        if one.kind != "tick":
            table.setItemDelegateForColumn(number, delegate)
        table.setColumnWidth(number, WIDTHS[one.kind])
    table.setColumnWidth(len(model.fields) + 1, 70)
    return table


def _button(text: str, picture: str, name: str) -> QPushButton:
    button = QPushButton(QgsApplication.getThemeIcon(f"/{picture}"), text)
    button.setObjectName(name)
    button.setAutoDefault(False)
    return button
