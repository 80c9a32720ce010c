"""Draws the rows: name, state or date beside it in muted letters, and rows that tell something over several lines."""

from __future__ import annotations

from typing import Any

from qgis.PyQt.QtCore import QModelIndex, QRect, QSize, Qt
from qgis.PyQt.QtGui import QFont, QFontMetrics, QIcon, QPainter, QPalette
from qgis.PyQt.QtWidgets import QApplication, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QTreeView

from .appearance import ACTION, BAD, BESIDE, STATUS

GAP = 6
ROW_PADDING = 6
MUTED = 0.62


def _number(flags: Any) -> int:
    """Flags as QPainter takes them: a number in Qt 5, and in Qt 6 the value of the enum."""
    return int(getattr(flags, "value", flags))


WRAP = _number(Qt.TextFlag.TextWordWrap)
LEFT = _number(Qt.AlignmentFlag.AlignLeft)
RIGHT = _number(Qt.AlignmentFlag.AlignRight)
TOP = _number(Qt.AlignmentFlag.AlignTop)
MIDDLE = _number(Qt.AlignmentFlag.AlignVCenter)


class HubDelegate(QStyledItemDelegate):
    """For the tree that it was made for."""

    def __init__(self, tree: QTreeView) -> None:
        super().__init__(tree)
        self._tree = tree

    # ------------------------------------------------------------------ Size
    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex) -> QSize:  # noqa: N802 - Qt's name
        """One line, and as many as it takes for rows that tell something."""
        line = option.fontMetrics.height() + ROW_PADDING
        words = index.data(STATUS)
        if words is None:
            return QSize(0, max(line, option.decorationSize.height() + 4))
        text = self._room(option, index)
        height = option.fontMetrics.boundingRect(QRect(0, 0, text, 1000), WRAP, words).height()
        if index.data(ACTION) and not self._beside(option.fontMetrics, words, index.data(ACTION), text):
            height += option.fontMetrics.height() + 2
        return QSize(0, height + ROW_PADDING)

    def _room(self, option: QStyleOptionViewItem, index: QModelIndex) -> int:
        """How wide the words of a row can be: Qt gives no width when it asks for the height."""
        depth = 0
        above = index.parent()
        while above.isValid():
            depth += 1
            above = above.parent()
        icon = option.decorationSize.width() + GAP if index.data(Qt.ItemDataRole.DecorationRole) is not None else 0
        used = (depth + 1) * self._tree.indentation() + icon + 2 * GAP
        return max(80, self._tree.viewport().width() - used)

    @staticmethod
    def _beside(metrics: QFontMetrics, words: str, action: str, room: int) -> bool:
        """Whether the words and what can be done fit into one line."""
        return bool(metrics.horizontalAdvance(words) + metrics.horizontalAdvance(action) + 2 * GAP <= room)

    # ------------------------------------------------------------------ Painting
    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex) -> None:
        """Background and icon as the style draws them, then our texts."""
        self.initStyleOption(option, index)
        words, beside = index.data(STATUS), index.data(BESIDE) or ""
        text, option.text = option.text, ""
        symbol = QIcon(option.icon)  # what is read from an option changes with it
        if words is not None:
            option.icon = QIcon()
        style = option.widget.style() if option.widget is not None else QApplication.style()
        style.drawControl(QStyle.ControlElement.CE_ItemViewItem, option, painter, option.widget)
        place = style.subElementRect(QStyle.SubElement.SE_ItemViewItemText, option, option.widget)
        painter.save()
        painter.setClipRect(option.rect)
        if words is not None:
            self._draw_status(painter, option, index, words, symbol)
        else:
            self._draw_entry(painter, option, place, text, beside, bool(index.data(BAD)))
        painter.restore()

    def _draw_entry(
        self, painter: QPainter, option: QStyleOptionViewItem, place: QRect, text: str, beside: str, bad: bool
    ) -> None:
        metrics = QFontMetrics(option.font)
        place = place.adjusted(2, 0, -GAP, 0)
        left = place.width()
        if not bad and metrics.horizontalAdvance(beside) > left // 2:
            beside = ""  # half a date says nothing, and the name needs the room; the details have both
        if beside:
            font = _bold(option.font) if bad else option.font
            room = QFontMetrics(font)
            width = min(room.horizontalAdvance(beside), place.width() // 2)
            painter.setPen(self._colour(option, 1.0 if bad else MUTED))
            painter.setFont(font)
            right = QRect(place.right() - width, place.top(), width + 1, place.height())
            shown = room.elidedText(beside, Qt.TextElideMode.ElideRight, width + 1)
            painter.drawText(right, RIGHT | MIDDLE, shown)
            left -= width + 2 * GAP
        painter.setFont(option.font)
        painter.setPen(self._colour(option, 1.0))
        shown = metrics.elidedText(text, Qt.TextElideMode.ElideRight, left)
        name = QRect(place.left(), place.top(), left, place.height())
        painter.drawText(name, LEFT | MIDDLE, shown)

    def _draw_status(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex, words: str, symbol: QIcon
    ) -> None:
        metrics = QFontMetrics(option.font)
        place = option.rect.adjusted(GAP, ROW_PADDING // 2, -GAP, 0)
        if not symbol.isNull():
            size = option.decorationSize
            symbol.paint(painter, QRect(place.topLeft(), size))
            place.setLeft(place.left() + size.width() + GAP)
        action = index.data(ACTION)
        room = self._room(option, index)
        painter.setFont(option.font)
        painter.setPen(self._colour(option, MUTED if symbol.isNull() else 1.0))
        painter.drawText(place, WRAP | LEFT | TOP, words)
        if not action:
            return
        if self._beside(metrics, words, action, room):
            at = place.adjusted(metrics.horizontalAdvance(words) + GAP if words else 0, 0, 0, 0)
        else:
            at = place.adjusted(0, metrics.boundingRect(QRect(0, 0, room, 1000), WRAP, words).height() + 2, 0, 0)
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        role = QPalette.ColorRole.HighlightedText if chosen else QPalette.ColorRole.Link
        painter.setPen(option.palette.color(role))
        font = QFont(option.font)
        font.setUnderline(True)
        painter.setFont(font)
        painter.drawText(at, LEFT | TOP, action)

    @staticmethod
    def _colour(option: QStyleOptionViewItem, strength: float) -> object:
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        role = QPalette.ColorRole.HighlightedText if chosen else QPalette.ColorRole.Text
        colour = option.palette.color(role)
        if not chosen:  # what is pale already cannot be read on the colour of a selection
            colour.setAlphaF(strength)
        return colour


def _bold(font: QFont) -> QFont:
    strong = QFont(font)
    strong.setBold(True)
    return strong
