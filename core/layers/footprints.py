"""Where images lie: footprints as shapes in WGS 84, cut at longitude 180, and how they lie to an area.

A footprint that jumps from one side of longitude 180 to the other is read as going the short way, one beyond 180
degrees is moved back, and a damaged one is repaired. What cannot be read as a place counts as not known.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from qgis.core import QgsGeometry, QgsPointXY, QgsWkbTypes

from ...providers.shapes.antimeridian import Ring, crosses, over_pole, unwrapped
from ..geometry import from_platform, repaired, to_platform
from ..geometry.areas import area_m2
from ..geometry.reproject import wgs84
from ..problems import Problem


def shape_of(footprint: Any) -> QgsGeometry:
    """A GeoJSON Polygon or MultiPolygon as a MultiPolygon; a null geometry for anything else."""
    polygons = _polygons(footprint)
    try:
        if not polygons or not all(polygon and len(polygon[0]) > 3 for polygon in polygons):
            return QgsGeometry()
        plain = [[[[float(place[0]), float(place[1])] for place in ring] for ring in one] for one in polygons]
        if not all(math.isfinite(number) for one in plain for ring in one for place in ring for number in place):
            return QgsGeometry()
        if not any(crosses(polygon) for polygon in plain):
            return _multipolygon(plain)
        return cut(_multipolygon([_in_one_piece(polygon) for polygon in plain]))
    except (TypeError, ValueError, IndexError, OverflowError):
        return QgsGeometry()


def _multipolygon(polygons: list[list[Ring]]) -> QgsGeometry:
    return QgsGeometry.fromMultiPolygonXY(
        [[[QgsPointXY(*place) for place in ring] for ring in polygon] for polygon in polygons]
    )


def _in_one_piece(polygon: list[Ring]) -> list[Ring]:
    """With longitudes that go on beyond 180 degrees instead of jumping to the other side."""
    outer, turn = unwrapped(polygon[0])
    if turn:
        outer = over_pole(outer, turn)
    middle = (min(place[0] for place in outer) + max(place[0] for place in outer)) / 2
    rings = [outer]
    for ring in polygon[1:]:
        hole = unwrapped(ring)[0]
        away = 360.0 * round((middle - hole[0][0]) / 360)
        rings.append([[place[0] + away, place[1]] for place in hole])
    return rings


def _polygons(footprint: Any) -> list[Any]:
    if not isinstance(footprint, Mapping):
        return []
    coordinates = footprint.get("coordinates")
    if not isinstance(coordinates, list):
        return []
    return {"Polygon": [coordinates], "MultiPolygon": coordinates}.get(str(footprint.get("type")), [])


def cut(shape: QgsGeometry) -> QgsGeometry:
    """A shape in WGS 84 with longitudes within 180 degrees, cut where it crosses; null where that cannot be done."""
    try:
        made = from_platform(to_platform(shape, wgs84()))
    except Problem:
        return QgsGeometry()
    if not made.isGeosValid():
        made = repaired(made)
    made.convertToMultiType()
    return made


class SearchArea:
    """An area in WGS 84 that footprints are compared with. For one thread."""

    def __init__(self, area: QgsGeometry) -> None:
        self.shape = cut(area)
        self._size = area_m2(self.shape, wgs84())
        self._engine = QgsGeometry.createGeometryEngine(self.shape.constGet())
        self._engine.prepareGeometry()
        self._box = self.shape.boundingBox()

    @classmethod
    def of(cls, area: Mapping[str, object]) -> SearchArea:
        """From GeoJSON; :class:`Problem` when it is no polygon."""
        return cls(from_platform(dict(area)))

    def covered(self, footprint: QgsGeometry) -> float | None:
        """The share of the area that a footprint covers, 0 to 1; None when they share no more than an edge."""
        if not self._box.intersects(footprint.boundingBox()):
            return None
        if not self._engine.intersects(footprint.constGet()):
            return None
        common = self.shape.intersection(footprint)
        if common.isNull():  # it is damaged
            common = self.shape.intersection(repaired(footprint))
        if common.type() != QgsWkbTypes.GeometryType.PolygonGeometry:
            common.convertGeometryCollectionToSubclass(QgsWkbTypes.GeometryType.PolygonGeometry)
        size = 0.0 if common.isEmpty() else area_m2(common, wgs84())
        return min(1.0, size / self._size) if size and self._size else None
