"""Paints the progress bar of a row and its small buttons, and takes the clicks on them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from qgis.PyQt.QtCore import QAbstractItemModel, QEvent, QModelIndex, QPoint, QRect, QSize, Qt
from qgis.PyQt.QtGui import QHelpEvent, QIcon, QPainter
from qgis.PyQt.QtWidgets import (
    QAbstractItemView,
    QApplication,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionProgressBar,
    QStyleOptionViewItem,
    QToolTip,
    QWidget,
)

from ...core.jobs import JobRecord, State
from . import words
from .actions import ADD, ANSWER, CANCEL, DEEDS, FOLLOW_NO_MORE, GO_ON, PAUSE, REMOVE, RETRY
from .model import DEEDS as DEEDS_ROLE
from .model import RECORD, SHOWN

SIDE = 16
GAP = 8
STEPS = 1000
#: Those that a row has buttons for; the others are in the details.
IN_ROW = (PAUSE, GO_ON, RETRY, ANSWER, ADD, CANCEL, FOLLOW_NO_MORE, REMOVE)


class ProgressDelegate(QStyledItemDelegate):
    """A bar for what runs; plain cells for the rest."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex) -> None:
        record: JobRecord = index.data(RECORD)
        super().paint(painter, option, index)
        if record is None or record.state is not State.RUNNING:
            return
        shown = index.data(SHOWN)
        bar = QStyleOptionProgressBar()
        bar.rect = option.rect.adjusted(2, 3, -2, -3)
        bar.palette = option.palette
        bar.state = option.state | QStyle.StateFlag.State_Enabled | QStyle.StateFlag.State_Horizontal
        bar.fontMetrics = option.fontMetrics
        bar.minimum, bar.maximum = 0, STEPS
        bar.progress = 0 if shown.fraction is None else int(STEPS * shown.fraction)
        bar.text = words.progress(shown, short=True)
        bar.textVisible = True
        bar.textAlignment = Qt.AlignmentFlag.AlignCenter
        style = option.widget.style() if option.widget is not None else QApplication.style()
        style.drawControl(QStyle.ControlElement.CE_ProgressBar, bar, painter, option.widget)

    def displayText(self, value: Any, locale: Any) -> str:  # noqa: N802 - Qt's name
        """The words stand in the bar."""
        return ""

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex) -> QSize:  # noqa: N802
        return QSize(190, option.fontMetrics.height() + 10)


class ButtonsDelegate(QStyledItemDelegate):
    """One picture for each deed that fits; ``act`` is called with the job and the deed."""

    def __init__(self, act: Callable[[JobRecord, str], None], parent: QWidget) -> None:
        super().__init__(parent)
        self._act = act

    @staticmethod
    def places(rect: QRect, index: QModelIndex) -> list[tuple[str, QRect]]:
        """Where the buttons of a row are."""
        keys = [key for key in index.data(DEEDS_ROLE) or () if key in IN_ROW]
        top = rect.center().y() - SIDE // 2
        return [
            (key, QRect(rect.left() + GAP + number * (SIDE + GAP), top, SIDE, SIDE)) for number, key in enumerate(keys)
        ]

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex) -> None:
        super().paint(painter, option, index)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for key, place in self.places(option.rect, index):
            if option.state & QStyle.StateFlag.State_Selected:  # the pictures are made for the colour of the list
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(option.palette.base())
                painter.drawRoundedRect(place.adjusted(-2, -2, 2, 2), 3, 3)
            DEEDS[key].icon().paint(painter, place, Qt.AlignmentFlag.AlignCenter, QIcon.Mode.Normal)
        painter.restore()

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex) -> QSize:  # noqa: N802
        return QSize(3 * (SIDE + GAP) + GAP, option.fontMetrics.height() + 10)

    def editorEvent(  # noqa: N802
        self, event: QEvent, model: QAbstractItemModel, option: QStyleOptionViewItem, index: QModelIndex
    ) -> bool:
        if event.type() != QEvent.Type.MouseButtonRelease or event.button() != Qt.MouseButton.LeftButton:
            return False
        key = self._at(event.pos(), option.rect, index)
        if key:
            self._act(index.data(RECORD), key)
        return bool(key)

    def helpEvent(  # noqa: N802
        self, event: QHelpEvent, view: QAbstractItemView, option: QStyleOptionViewItem, index: QModelIndex
    ) -> bool:
        key = self._at(event.pos(), option.rect, index)
        QToolTip.showText(event.globalPos(), f"{DEEDS[key].title()}: {DEEDS[key].tip()}" if key else "", view)
        return True

    def _at(self, place: QPoint, rect: QRect, index: QModelIndex) -> str:
        reach = GAP // 2
        return next(
            (
                key
                for key, one in self.places(rect, index)
                if one.adjusted(-reach, -reach, reach, reach).contains(place)
            ),
            "",
        )
