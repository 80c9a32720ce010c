"""The map tools for rectangle and circle, with the snapping and the CAD panel of QGIS."""

from __future__ import annotations

import math

from qgis.core import QgsGeometry, QgsPointXY, QgsProject, QgsWkbTypes
from qgis.gui import (
    QgsAdvancedDigitizingDockWidget,
    QgsMapCanvas,
    QgsMapMouseEvent,
    QgsMapToolAdvancedDigitizing,
    QgsRubberBand,
    QgsSnapIndicator,
)
from qgis.PyQt.QtCore import QPoint, Qt, pyqtSignal
from qgis.PyQt.QtGui import QColor, QKeyEvent
from qgis.PyQt.QtWidgets import QApplication

from ...core.geometry.amounts import area_text, length_text
from ...core.geometry.areas import area_m2
from ...core.geometry.drawn import circle, distance_m, rectangle
from ...core.problems import Problem
from ...core.translation import tr

LEFT, RIGHT = Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton


class TwoPointTool(QgsMapToolAdvancedDigitizing):
    """Two clicks, or one drag. Snaps, and takes constraints from the CAD panel."""

    drawn = pyqtSignal(object)
    told = pyqtSignal(str, QPoint)
    escaped = pyqtSignal()

    def __init__(self, canvas: QgsMapCanvas, cad: QgsAdvancedDigitizingDockWidget, outline: str) -> None:
        super().__init__(canvas, cad)
        self.first: QgsPointXY | None = None
        self._pressed: tuple[QPoint, QgsPointXY] | None = None
        self._band = QgsRubberBand(canvas, QgsWkbTypes.GeometryType.PolygonGeometry)
        colour = QColor(outline)
        self._band.setStrokeColor(colour)
        self._band.setWidth(2)
        colour.setAlpha(40)
        self._band.setFillColor(colour)
        self._snap = QgsSnapIndicator(canvas)
        self.map_tool = self
        self.setCursor(Qt.CursorShape.CrossCursor)

    def shape(self, second: QgsPointXY, exact: bool) -> QgsGeometry:
        """What is drawn with the second point there; ``exact`` with Shift held."""
        raise NotImplementedError

    def size_text(self, second: QgsPointXY, shape: QgsGeometry) -> str:
        """Its size in words."""
        raise NotImplementedError

    def context(self) -> tuple[object, object]:
        """The map's system and how to transform from it."""
        return self.canvas().mapSettings().destinationCrs(), QgsProject.instance().transformContext()

    def cadCanvasPressEvent(self, event: QgsMapMouseEvent) -> None:  # noqa: N802 - QGIS's name
        if event.button() == LEFT and self.first is None:
            self._pressed = (event.pos(), event.mapPoint())

    def cadCanvasMoveEvent(self, event: QgsMapMouseEvent) -> None:  # noqa: N802
        self._snap.setMatch(event.mapPointMatch())
        if self.first is None and self._pressed is not None and self._dragged(event):
            self.first = self._pressed[1]
        if self.first is None:
            return
        try:
            shape = self.shape(event.mapPoint(), _exact(event))
            crs, context = self.context()
            text = f"{area_text(area_m2(shape, crs, context))}\n{self.size_text(event.mapPoint(), shape)}"
        except Problem as problem:
            self._band.reset(QgsWkbTypes.GeometryType.PolygonGeometry)
            self.told.emit(str(problem), event.pos())
            return
        self._band.setToGeometry(shape, None)
        self.told.emit(text, event.pos())

    def cadCanvasReleaseEvent(self, event: QgsMapMouseEvent) -> None:  # noqa: N802
        pressed, self._pressed = self._pressed, None
        if event.button() == RIGHT:
            self._again()
        elif event.button() == LEFT and self.first is None and pressed is not None:
            dragged = self._is_away(event.pos(), pressed[0])
            self.first = pressed[1] if dragged else event.mapPoint()
            if dragged:
                self._end(event)
        elif event.button() == LEFT and self.first is not None:
            self._end(event)

    def _dragged(self, event: QgsMapMouseEvent) -> bool:
        held = self._pressed is not None and bool(event.buttons() & LEFT)
        return held and self._is_away(event.pos(), self._pressed[0] if self._pressed is not None else QPoint())

    def _is_away(self, place: QPoint, start: QPoint) -> bool:
        """Whether the mouse was dragged; the CAD panel knows clicks only."""
        far = (place - start).manhattanLength() > QApplication.startDragDistance()
        return far and not self.cadDockWidget().cadEnabled()

    def _end(self, event: QgsMapMouseEvent) -> None:
        if event.mapPoint() == self.first:
            return
        try:
            shape = self.shape(event.mapPoint(), _exact(event))
        except Problem as problem:
            self.told.emit(str(problem), event.pos())
            return
        if shape.isEmpty() or shape.area() <= 0:
            return
        self._again()
        self.drawn.emit(shape)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        if event.key() == Qt.Key.Key_Escape:
            self._again()
            event.accept()
            self.escaped.emit()
        elif event.key() in (Qt.Key.Key_Backspace, Qt.Key.Key_Delete):
            self._again()
            event.accept()

    def _again(self) -> None:
        """Wait for the first point once more."""
        self.first = self._pressed = None
        self._band.reset(QgsWkbTypes.GeometryType.PolygonGeometry)
        self.cadDockWidget().clearPoints()
        self.told.emit("", QPoint())

    def deactivate(self) -> None:
        self._again()
        self._snap.setVisible(False)
        super().deactivate()

    def clear_away(self) -> None:
        """Take what it drew off the canvas for good."""
        self.canvas().scene().removeItem(self._band)
        self.deleteLater()


def _exact(event: QgsMapMouseEvent) -> bool:
    return bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)


class RectangleTool(TwoPointTool):
    """Upright on the screen, also on a map that is turned."""

    def hint(self) -> str:
        """How it goes."""
        return tr("Click two opposite corners, or drag. Shift makes a square, Backspace begins again, Escape cancels.")

    def shape(self, second: QgsPointXY, exact: bool) -> QgsGeometry:
        if self.first is None:
            return QgsGeometry()
        place = self.canvas().getCoordinateTransform()
        left, right = place.toMapCoordinates(0, 0), place.toMapCoordinates(100, 0)
        angle = math.atan2(right.y() - left.y(), right.x() - left.x())
        return rectangle(self.first, second, angle, exact)

    def size_text(self, second: QgsPointXY, shape: QgsGeometry) -> str:
        crs, context = self.context()
        corners = shape.asPolygon()[0]
        middle = [QgsPointXY((a.x() + b.x()) / 2, (a.y() + b.y()) / 2) for a, b in zip(corners, corners[1:])]
        width, height = (distance_m(middle[index], middle[index + 2], crs, context) for index in (1, 0))
        return tr("{width} × {height}").format(width=length_text(width), height=length_text(height))


class CircleTool(TwoPointTool):
    """All that is within a distance on the ground."""

    def hint(self) -> str:
        """How it goes."""
        return tr("Click the centre and then the edge, or drag. Backspace begins again, Escape cancels.")

    def _radius(self, second: QgsPointXY) -> float:
        crs, context = self.context()
        return 0.0 if self.first is None else distance_m(self.first, second, crs, context)

    def shape(self, second: QgsPointXY, exact: bool) -> QgsGeometry:
        crs, context = self.context()
        return QgsGeometry() if self.first is None else circle(self.first, self._radius(second), crs, context)

    def size_text(self, second: QgsPointXY, shape: QgsGeometry) -> str:
        return tr("Radius {radius}").format(radius=length_text(self._radius(second)))
