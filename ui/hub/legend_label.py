"""The classes of a legend in the details: a swatch of each colour and what is said of it."""

from __future__ import annotations

from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtGui import QColor, QPixmap
from qgis.PyQt.QtWidgets import QGridLayout, QLabel, QSizePolicy, QWidget

from ..nodes.classes import ShownClass

SIDE = 12


class LegendLabel(QWidget):
    """One row for each class, from the lowest."""

    def __init__(self, classes: list[ShownClass], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("imageryHubLegend")
        self._classes = classes
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setVerticalSpacing(2)
        grid.setColumnStretch(1, 1)
        for row, one in enumerate(classes):
            grid.addWidget(_swatch(one.color), row, 0, Qt.AlignmentFlag.AlignTop)
            grid.addWidget(_words(one.words), row, 1)

    def text(self) -> str:
        """What is said of the classes, one to a line."""
        return "\n".join(one.words for one in self._classes)


def _swatch(color: str) -> QLabel:
    found = QColor(color)
    label = QLabel()
    label.setObjectName("imageryHubSwatch")
    picture = QPixmap(SIDE, SIDE)
    picture.fill(found if found.isValid() else QColor(Qt.GlobalColor.transparent))
    label.setPixmap(picture)
    label.setAccessibleName(color)
    return label


def _words(text: str) -> QLabel:
    label = QLabel(text)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
    return label
