"""Fields for what is said of a raster: in the table's cells and for all rows at once."""

from __future__ import annotations

from typing import Any

from qgis.gui import QgsDateTimeEdit
from qgis.PyQt.QtCore import QAbstractItemModel, QDateTime, QModelIndex, Qt
from qgis.PyQt.QtWidgets import (
    QCheckBox,
    QLineEdit,
    QSpinBox,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from ...core.translation import tr
from .plan import Field
from .rows import DATE_FORMAT


def editor_for(field: Field, parent: QWidget | None = None) -> QWidget:
    """An empty editor for a field."""
    editor = _EDITORS[field.kind](field)
    editor.setParent(parent)
    editor.setToolTip(field.tip)
    editor.setAccessibleName(field.title)
    return editor


def value_of(editor: QWidget) -> Any:
    """What was given: a text, a number, a tick or a time in UTC; None for nothing."""
    if isinstance(editor, QgsDateTimeEdit):
        return None if editor.isNull() else in_utc(editor.dateTime())
    if isinstance(editor, QSpinBox):
        return None if editor.value() == editor.minimum() else editor.value()
    return editor.isChecked() if isinstance(editor, QCheckBox) else editor.text().strip()


def show_value(editor: QWidget, value: Any) -> None:
    """Put a value into an editor."""
    if isinstance(editor, QgsDateTimeEdit):
        if isinstance(value, QDateTime) and value.isValid():
            editor.setDateTime(value.toUTC())
        else:
            editor.clear()
    elif isinstance(editor, QSpinBox):
        editor.setValue(editor.minimum() if value is None else int(value))
    elif isinstance(editor, QCheckBox):
        editor.setChecked(bool(value))
    else:
        editor.setText(str(value or ""))


def in_utc(moment: QDateTime) -> QDateTime:
    """The same figures, as UTC: the field shows and takes nothing else."""
    return QDateTime(moment.date(), moment.time(), Qt.TimeSpec.UTC)


def _moment(field: Field) -> QgsDateTimeEdit:
    editor = QgsDateTimeEdit()
    editor.setTimeSpec(Qt.TimeSpec.UTC)
    editor.setDisplayFormat(DATE_FORMAT)
    editor.setCalendarPopup(True)
    editor.setAllowNull(True)
    editor.setNullRepresentation(tr("Not told"))
    editor.clear()
    return editor


def _whole(field: Field) -> QSpinBox:
    editor = QSpinBox()
    editor.setRange(field.low - 1, field.high)
    editor.setSpecialValueText(tr("Not told"))
    editor.setValue(editor.minimum())
    return editor


def _tick(field: Field) -> QCheckBox:
    editor = QCheckBox(field.title)
    editor.setChecked(bool(field.default))
    return editor


_EDITORS = {"moment": _moment, "whole": _whole, "tick": _tick, "text": lambda field: QLineEdit()}


class FieldDelegate(QStyledItemDelegate):
    """Edits the cells of one field."""

    def __init__(self, field: Field, parent: QWidget) -> None:
        super().__init__(parent)
        self._field = field

    def createEditor(  # noqa: N802 - Qt's name
        self, parent: QWidget, option: QStyleOptionViewItem, index: QModelIndex
    ) -> QWidget:
        return editor_for(self._field, parent)

    def setEditorData(self, editor: QWidget, index: QModelIndex) -> None:  # noqa: N802 - Qt's name
        show_value(editor, index.data(Qt.ItemDataRole.EditRole))

    def setModelData(  # noqa: N802 - Qt's name
        self, editor: QWidget, model: QAbstractItemModel, index: QModelIndex
    ) -> None:
        if isinstance(editor, QSpinBox):
            editor.interpretText()
        model.setData(index, value_of(editor), Qt.ItemDataRole.EditRole)
