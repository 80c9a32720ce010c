"""A polygon by QGIS's own action "Add Polygon Feature" on the areas layer.

QGIS offers curves, streaming, shapes, tracing and topological editing to its own tool only, so that it is this one that
draws. What is added here is the size while it is drawn, and Escape.
"""

from __future__ import annotations

from typing import Any

from qgis.core import QgsCurvePolygon, QgsGeometry, QgsPoint, QgsPointXY, QgsProject, QgsVectorLayer
from qgis.gui import QgsMapCanvas, QgsMapTool, QgsMapToolCapture
from qgis.PyQt import sip
from qgis.PyQt.QtCore import QEvent, QObject, QPoint, Qt, pyqtSignal

from ...core.geometry.amounts import area_text, length_text
from ...core.geometry.areas import area_m2
from ...core.geometry.drawn import distance_m
from ...core.problems import Problem
from ...core.translation import tr


class PolygonCapture(QObject):
    """Watches QGIS's tool on a layer. ``added`` gives the new feature's id, ``escaped``: the user wants to leave."""

    added = pyqtSignal("qint64")
    told = pyqtSignal(str, QPoint)
    escaped = pyqtSignal()

    def __init__(self, iface: Any, layer: QgsVectorLayer) -> None:
        super().__init__()
        self._iface, self._layer = iface, layer
        self._canvas: QgsMapCanvas = iface.mapCanvas()
        iface.actionAddFeature().trigger()
        self.map_tool: QgsMapTool = self._canvas.mapTool()
        if not isinstance(self.map_tool, QgsMapToolCapture):
            raise Problem(tr("QGIS does not let polygons be drawn in the layer “{name}”.").format(name=layer.name()))
        self._canvas.xyCoordinates.connect(self._moved)
        self._canvas.installEventFilter(self)
        layer.featureAdded.connect(self.added)

    def hint(self) -> str:
        """How it goes."""
        return tr("Click the corners. A right click ends, Backspace takes back the last corner, Escape cancels.")

    def _moved(self, place: QgsPointXY) -> None:
        curve = self.map_tool.captureCurve() if self._is_active() else None
        count = 0 if curve is None else curve.numPoints()
        here = self._canvas.mapFromGlobal(self._canvas.cursor().pos())
        if not count:
            self.told.emit("", here)
            return
        cursor = self._exact(place)
        line = curve.curveToLine()
        last = line.endPoint()
        line.addVertex(QgsPoint(cursor))
        shape = QgsCurvePolygon()
        line.close()
        shape.setExteriorRing(line)
        crs, context = self._layer.crs(), QgsProject.instance().transformContext()
        try:
            side = length_text(distance_m(QgsPointXY(last), cursor, crs, context))
            area = area_text(area_m2(QgsGeometry(shape), crs, context)) if count > 1 else ""
        except Problem as problem:
            self.told.emit(str(problem), here)
            return
        self.told.emit("\n".join(one for one in (area, tr("Side {length}").format(length=side)) if one), here)

    def _exact(self, place: QgsPointXY) -> QgsPointXY:
        """Where a click would put the corner: constrained by the CAD panel, or snapped."""
        panel = self._iface.cadDockWidget()
        if panel.cadEnabled() and panel.pointsCount():
            return QgsPointXY(panel.currentPoint()[0] if isinstance(panel.currentPoint(), tuple)
                              else panel.currentPoint())
        match = self._canvas.snappingUtils().snapToMap(place)
        return match.point() if match.isValid() else place

    def _is_active(self) -> bool:
        return not sip.isdeleted(self.map_tool) and self._canvas.mapTool() is self.map_tool

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """QGIS's tool only forgets its corners with Escape and stays."""
        if event.type() == QEvent.Type.KeyPress and event.key() == Qt.Key.Key_Escape and self._is_active():
            self.escaped.emit()
        return False

    def clear_away(self) -> None:
        """Watch no more."""
        self._canvas.xyCoordinates.disconnect(self._moved)
        self._canvas.removeEventFilter(self)
        if not sip.isdeleted(self._layer):
            self._layer.featureAdded.disconnect(self.added)
