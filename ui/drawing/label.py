"""The small label beside the cursor that tells area and size while something is drawn."""

from __future__ import annotations

from qgis.gui import QgsMapCanvas
from qgis.PyQt.QtCore import QPoint, Qt
from qgis.PyQt.QtGui import QPalette
from qgis.PyQt.QtWidgets import QLabel

AWAY = 18


class CursorLabel(QLabel):
    """Floats over the canvas; the mouse goes through it."""

    def __init__(self, canvas: QgsMapCanvas) -> None:
        super().__init__(canvas)
        self.setObjectName("imageryHubDrawnSize")
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setForegroundRole(QPalette.ColorRole.ToolTipText)
        self.setBackgroundRole(QPalette.ColorRole.ToolTipBase)
        self.setAutoFillBackground(True)
        self.setMargin(4)
        self.hide()

    def tell(self, text: str, place: QPoint) -> None:
        """Show the text beside a place of the canvas, always within it."""
        self.setText(text)
        self.adjustSize()
        room = self.parentWidget().rect()
        x, y = place.x() + AWAY, place.y() + AWAY
        if x + self.width() > room.width():
            x = place.x() - AWAY - self.width()
        if y + self.height() > room.height():
            y = place.y() - AWAY - self.height()
        self.move(max(0, x), max(0, y))
        self.show()
        self.raise_()
