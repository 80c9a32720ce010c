"""How an entry is drawn: its name, and below it, smaller and paler, what tells it from others."""

from __future__ import annotations

from qgis.PyQt.QtCore import QModelIndex, QRect, QRectF, QSize, Qt
from qgis.PyQt.QtGui import QFont, QFontMetrics, QPainter, QPalette, QTextOption
from qgis.PyQt.QtWidgets import QApplication, QStyle, QStyledItemDelegate, QStyleOptionViewItem

DETAIL = Qt.ItemDataRole.UserRole + 1
PADDING = 3
PALENESS = 0.65


class ChoiceDelegate(QStyledItemDelegate):
    """The style draws selection and tick box; the two lines are drawn here, as plain text and shortened to fit."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex) -> None:
        shown = QStyleOptionViewItem(option)
        self.initStyleOption(shown, index)
        text, shown.text = shown.text, ""
        style = QApplication.style() if shown.widget is None else shown.widget.style()
        style.drawControl(QStyle.ControlElement.CE_ItemViewItem, shown, painter, shown.widget)
        shown.text = text
        place = style.subElementRect(QStyle.SubElement.SE_ItemViewItemText, shown, shown.widget)
        place = QRect(place.left() + PADDING, option.rect.top() + PADDING, place.width(), option.rect.height())
        chosen = bool(shown.state & QStyle.StateFlag.State_Selected)
        role = QPalette.ColorRole.HighlightedText if chosen else QPalette.ColorRole.Text
        painter.save()
        painter.setPen(shown.palette.color(role))
        below = self._line(painter, shown.font, place, place.top(), text)
        painter.setOpacity(PALENESS)
        self._line(painter, smaller(shown.font), place, below, str(index.data(DETAIL) or ""))
        painter.restore()

    @staticmethod
    def _line(painter: QPainter, font: QFont, place: QRect, top: int, text: str) -> int:
        """Draw one line and give where the next begins."""
        metrics = QFontMetrics(font)
        line = QRect(place.left(), top, place.width(), metrics.height())
        painter.setFont(font)
        plain = metrics.elidedText(" ".join(text.split()), Qt.TextElideMode.ElideRight, place.width())
        painter.drawText(QRectF(line), plain, QTextOption(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter))
        return line.bottom() + 1

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex) -> QSize:  # noqa: N802 - Qt's name
        height = QFontMetrics(option.font).height() + 2 * PADDING
        if index.data(DETAIL):
            height += QFontMetrics(smaller(option.font)).height()
        return QSize(super().sizeHint(option, index).width(), height)


def smaller(font: QFont) -> QFont:
    """The font of the second line."""
    other = QFont(font)
    if font.pointSizeF() > 0:
        other.setPointSizeF(font.pointSizeF() * 0.88)
    return other
