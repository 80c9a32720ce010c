"""The point and the photo that are worked on, shown on the map."""

from __future__ import annotations

from qgis.core import (
    QgsCoordinateTransform,
    QgsCsException,
    QgsGeometry,
    QgsPointXY,
    QgsProject,
    QgsRectangle,
    QgsWkbTypes,
)
from qgis.gui import QgsMapCanvas, QgsRubberBand, QgsVertexMarker
from qgis.PyQt.QtGui import QColor

from ....core.geometry.reproject import wgs84
from ....core.photos.footprint import footprint
from ....core.photos.reading import Photo
from ...photos.markers import PLAIN, STANDING_OUT

#: Half the side of what the map shows around a point, about a hundred metres.
AROUND_DEGREES = 0.001


class OnCanvas:
    """Drawn over the map, gone with :meth:`clear`; follows the map's reference system."""

    def __init__(self, canvas: QgsMapCanvas) -> None:
        self._canvas = canvas
        self._point: tuple[float, float] | None = None
        self._photo: Photo | None = None
        self._ground: float | None = None
        self._items: list[QgsRubberBand | QgsVertexMarker] = []
        canvas.destinationCrsChanged.connect(self._draw)

    def show(self, point: tuple[float, float] | None, photo: Photo | None, ground: float | None) -> None:
        """``point``: longitude, latitude. ``ground``: height of the point, for photos that know only their altitude."""
        self._point, self._photo, self._ground = point, photo, ground
        self._draw()

    def clear(self) -> None:
        """Draw nothing."""
        self.show(None, None, None)

    def leave(self) -> None:
        """Draw nothing any more."""
        self.clear()
        self._canvas.destinationCrsChanged.disconnect(self._draw)

    def go_to(self) -> None:
        """Bring the point, or the photo, into the middle of the map."""
        place = self._point
        if place is None and self._photo is not None and self._photo.located:
            place = (self._photo.longitude or 0.0, self._photo.latitude or 0.0)
        if place is None:
            return
        around = QgsRectangle(place[0] - AROUND_DEGREES, place[1] - AROUND_DEGREES,
                              place[0] + AROUND_DEGREES, place[1] + AROUND_DEGREES)  # fmt: skip
        try:
            self._canvas.setExtent(self._transform().transformBoundingBox(around))
        except QgsCsException:
            return
        self._canvas.refresh()

    def _transform(self) -> QgsCoordinateTransform:
        return QgsCoordinateTransform(wgs84(), self._canvas.mapSettings().destinationCrs(), QgsProject.instance())

    def _draw(self) -> None:
        for item in self._items:
            self._canvas.scene().removeItem(item)
        self._items = []
        transform = self._transform()
        try:
            if self._photo is not None:
                self._draw_photo(self._photo, transform)
            if self._point is not None:
                marker = QgsVertexMarker(self._canvas)
                self._items.append(marker)
                marker.setCenter(transform.transform(QgsPointXY(*self._point)))
                marker.setIconType(QgsVertexMarker.IconType.ICON_CROSS)
                marker.setColor(STANDING_OUT)
                marker.setIconSize(18)
                marker.setPenWidth(3)
        except QgsCsException:  # outside of what the map's system can show
            return

    def _draw_photo(self, photo: Photo, transform: QgsCoordinateTransform) -> None:
        ground = footprint(photo, None if photo.height is not None else self._ground)
        if not ground.isEmpty():
            band = QgsRubberBand(self._canvas, QgsWkbTypes.GeometryType.PolygonGeometry)
            self._items.append(band)
            outline = QgsGeometry(ground)
            outline.transform(transform)
            band.setToGeometry(outline, None)
            band.setColor(PLAIN)
            band.setFillColor(QColor(0, 0, 0, 0))
            band.setWidth(2)
        if photo.longitude is not None and photo.latitude is not None:
            station = QgsVertexMarker(self._canvas)
            self._items.append(station)
            station.setCenter(transform.transform(QgsPointXY(photo.longitude, photo.latitude)))
            station.setIconType(QgsVertexMarker.IconType.ICON_CIRCLE)
            station.setColor(PLAIN)
            station.setIconSize(9)
            station.setPenWidth(2)
