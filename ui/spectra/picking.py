"""Clicks on the map, and crosses where they were."""

from __future__ import annotations

from collections.abc import Iterable

from qgis.core import QgsCoordinateTransform, QgsCsException, QgsPointXY, QgsProject
from qgis.gui import QgsMapCanvas, QgsMapMouseEvent, QgsMapTool, QgsVertexMarker
from qgis.PyQt.QtCore import QObject, Qt, pyqtSignal
from qgis.PyQt.QtGui import QColor, QKeyEvent

from .profiles import Profile

SIZE, STRONG_SIZE, SHADE = 13, 19, QColor(255, 255, 255, 200)


class PickTool(QgsMapTool):
    """``picked``: the place in the map's reference system, and whether the profile is to come beside the others
    (Shift). ``left``: Escape."""

    picked = pyqtSignal(QgsPointXY, bool)
    left = pyqtSignal()

    def __init__(self, canvas: QgsMapCanvas) -> None:
        super().__init__(canvas)
        self.setCursor(Qt.CursorShape.CrossCursor)

    def canvasReleaseEvent(self, event: QgsMapMouseEvent) -> None:  # noqa: N802 - QGIS's name
        """A click of the left button."""
        if event.button() == Qt.MouseButton.LeftButton:
            add = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
            self.picked.emit(self.toMapCoordinates(event.pos()), add)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Escape goes back to the tool before."""
        if event.key() == Qt.Key.Key_Escape:
            self.left.emit()
            event.accept()
        else:
            super().keyPressEvent(event)


class Pins(QObject):
    """A cross on the map for each profile, in its colour. Follows the map's reference system."""

    def __init__(self, canvas: QgsMapCanvas, parent: QObject) -> None:
        super().__init__(parent)
        self._canvas = canvas
        self._profiles: list[Profile] = []
        self._chosen: set[int] = set()
        self._items: list[QgsVertexMarker] = []
        canvas.destinationCrsChanged.connect(self._draw)

    def show(self, profiles: Iterable[Profile], chosen: set[int]) -> None:
        """These; those whose numbers are ``chosen`` are larger."""
        self._profiles, self._chosen = list(profiles), chosen
        self._draw()

    def leave(self) -> None:
        """Draw nothing any more."""
        self.show([], set())
        self._canvas.destinationCrsChanged.disconnect(self._draw)

    def _draw(self) -> None:
        for item in self._items:
            self._canvas.scene().removeItem(item)
        self._items = []
        for one in self._profiles:
            place = moved(one.place, one.system, self._canvas.mapSettings().destinationCrs())
            if place is None:  # outside of what the map's system can show
                continue
            size = STRONG_SIZE if one.number in self._chosen else SIZE
            for color, width in ((SHADE, 5), (one.color, 3)):  # seen on every ground
                marker = QgsVertexMarker(self._canvas)
                marker.setCenter(place)
                marker.setIconType(QgsVertexMarker.IconType.ICON_CROSS)
                marker.setColor(color)
                marker.setIconSize(size)
                marker.setPenWidth(width)
                self._items.append(marker)


def moved(place: QgsPointXY, source: object, target: object) -> QgsPointXY | None:
    """A place in another reference system; None where it has none there."""
    try:
        return QgsCoordinateTransform(source, target, QgsProject.instance()).transform(place)
    except QgsCsException:
        return None
