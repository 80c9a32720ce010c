"""What is drawn over a photo: marks, and where a point is expected. Always of one size on the screen."""

from __future__ import annotations

from qgis.PyQt.QtCore import QPointF, QRectF, Qt
from qgis.PyQt.QtGui import QColor, QFont, QPainter, QPen
from qgis.PyQt.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

ARM, GAP, AROUND = 11.0, 3.0, 22.0
#: Over photos, not over the program's own surfaces: they do not follow the theme.
PLAIN, STANDING_OUT, EXPECTED = QColor("#ffd400"), QColor("#ff3ea5"), QColor("#ffffff")
SHADE = QColor(0, 0, 0, 170)


class _OverPhoto(QGraphicsItem):
    def __init__(self) -> None:
        super().__init__()
        self.setFlag(QGraphicsItem.GraphicsItemFlag.ItemIgnoresTransformations)


class Marker(_OverPhoto):
    """A cross that leaves its middle open, with the point's name."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self._name = name
        self._stands_out = False
        self.setZValue(2)

    def stand_out(self, yes: bool) -> None:
        """The point that is worked on."""
        self._stands_out = yes
        self.setZValue(3 if yes else 2)
        self.update()

    @property
    def stands_out(self) -> bool:
        """Whether it is that of the point that is worked on."""
        return self._stands_out

    def boundingRect(self) -> QRectF:  # noqa: N802 - Qt's name
        """Around the cross and the name."""
        return QRectF(-ARM - 2, -ARM - 20, 260, 2 * ARM + 24)

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        """A dark line below a light one is seen on every ground."""
        colour = STANDING_OUT if self._stands_out else PLAIN
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for pen in (QPen(SHADE, 4), QPen(colour, 2 if self._stands_out else 1.5)):
            painter.setPen(pen)
            for across, down in ((1, 0), (-1, 0), (0, 1), (0, -1)):
                painter.drawLine(QPointF(across * GAP, down * GAP), QPointF(across * ARM, down * ARM))
        font = QFont(painter.font())
        font.setBold(self._stands_out)
        painter.setFont(font)
        for pen, shift in ((QPen(SHADE), 1.0), (QPen(colour), 0.0)):
            painter.setPen(pen)
            painter.drawText(QPointF(ARM + shift, -ARM + 4 + shift), self._name)


class Hint(_OverPhoto):
    """A dashed circle: the point is expected about here."""

    def __init__(self) -> None:
        super().__init__()
        self.setZValue(1)
        self.setVisible(False)

    def boundingRect(self) -> QRectF:  # noqa: N802 - Qt's name
        """Around the circle."""
        return QRectF(-AROUND - 3, -AROUND - 3, 2 * AROUND + 6, 2 * AROUND + 6)

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        """As for marks."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for pen in (QPen(SHADE, 4), QPen(EXPECTED, 1.5, Qt.PenStyle.DashLine)):
            painter.setPen(pen)
            painter.drawEllipse(QPointF(0, 0), AROUND, AROUND)
