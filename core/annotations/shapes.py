"""Shapes of annotations as geometries, and back: a circle stays a circle.

Coordinates are those of the platform, in whatever system they are; nothing is transformed here. A position without a
height has NaN as its height in the layers, which all have heights.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Any

from qgis.core import (
    QgsAbstractGeometry,
    QgsCircularString,
    QgsCompoundCurve,
    QgsCurve,
    QgsCurvePolygon,
    QgsGeometry,
    QgsLineString,
    QgsPoint,
    QgsPolygon,
    QgsWkbTypes,
)

from ...providers.pix4d.project_records import AnnotationGeometry

POINT, LINE, POLYGON, CIRCLE = "point", "line", "polygon", "circle"
KINDS = (POINT, LINE, POLYGON, CIRCLE)
TYPES = {"Point": POINT, "LineString": LINE, "Polygon": POLYGON, "Circle": CIRCLE}
#: By how much of its radius a circle's points may miss it, and what coordinates in the millions cannot express.
MISS, GRAIN = 1e-6, 1e-8
DECIMALS = 9

Position = Sequence[float]


def kind_of(geometry: AnnotationGeometry | None) -> str:
    """The kind of a shape of the platform; empty for one that layers cannot hold."""
    return TYPES.get(str(geometry.get("type")), "") if isinstance(geometry, dict) else ""


def shape_of(geometry: AnnotationGeometry) -> QgsGeometry | None:
    """A shape of the platform as a geometry; None for one that cannot be read."""
    try:
        return _read(kind_of(geometry), geometry)
    except (TypeError, ValueError, LookupError):
        return None


def _read(kind: str, geometry: Any) -> QgsGeometry | None:
    coordinates = geometry["coordinates"]
    if kind == POINT:
        return QgsGeometry(_point(coordinates))
    if kind == LINE:
        return QgsGeometry(_line(coordinates)) if len(coordinates) > 1 else None
    if kind == POLYGON:
        made = QgsPolygon()
        for number, ring in enumerate(coordinates):
            (made.addInteriorRing if number else made.setExteriorRing)(_line(ring))
        return QgsGeometry(made) if coordinates else None
    if kind == CIRCLE and float(geometry["radius"]) > 0:
        return circle(_point(coordinates), float(geometry["radius"]))
    return None


def _point(position: Any) -> QgsPoint:
    x, y, *height = (float(one) for one in position)
    if not all(map(math.isfinite, (x, y, *height))) or len(height) > 1:
        raise ValueError(position)
    return QgsPoint(x, y, height[0] if height else math.nan)


def _line(positions: Any) -> QgsLineString:
    return QgsLineString([_point(one) for one in positions])


def circle(center: QgsPoint, radius: float) -> QgsGeometry:
    """A circle as QGIS draws them: one circular string through four quadrants."""
    x, y, z = center.x(), center.y(), center.z()
    around = ((0.0, radius), (radius, 0.0), (0.0, -radius), (-radius, 0.0), (0.0, radius))
    ring = QgsCircularString()
    ring.setPoints([QgsPoint(x + east, y + north, z) for east, north in around])
    made = QgsCurvePolygon()
    made.setExteriorRing(ring)
    return QgsGeometry(made)


def geometries_of(shape: QgsGeometry) -> Iterator[AnnotationGeometry]:
    """The shapes of the platform that a geometry is, one for each of its parts; nothing for an empty one."""
    for part in shape.constParts():
        if not part.isEmpty():
            yield _written(part)


def _written(part: QgsAbstractGeometry) -> AnnotationGeometry:
    """Curves other than circles become lines of short pieces."""
    dimension = QgsWkbTypes.geometryType(part.wkbType())
    if dimension == QgsWkbTypes.GeometryType.PointGeometry:
        return {"type": "Point", "coordinates": list(_position(part))}
    if dimension == QgsWkbTypes.GeometryType.LineGeometry:
        return {"type": "LineString", "coordinates": _positions(part)}
    found = circle_of(part)
    if found is not None:
        center, radius = found
        return {"type": "Circle", "coordinates": list(center), "radius": radius}
    straight = part.segmentize()
    rings = [straight.exteriorRing(), *(straight.interiorRing(one) for one in range(straight.numInteriorRings()))]
    return {"type": "Polygon", "coordinates": [_positions(ring) for ring in rings]}


def _positions(line: QgsCurve) -> list[object]:
    return [list(_position(one)) for one in line.segmentize().points()]


def _position(point: QgsPoint) -> Iterator[float]:
    yield point.x()
    yield point.y()
    if point.is3D() and math.isfinite(point.z()):
        yield point.z()


def circle_of(part: QgsAbstractGeometry) -> tuple[list[float], float] | None:
    """Centre and radius of a polygon that is one whole circle; None for any other."""
    if not isinstance(part, QgsCurvePolygon) or part.numInteriorRings():
        return None
    points = _arcs(part.exteriorRing())
    if len(points) < 3:
        return None
    first, through = points[0], points[1]
    if len(points) == 3:  # out and back: the second point is opposite
        x, y = (first.x() + through.x()) / 2, (first.y() + through.y()) / 2
    else:
        found = _middle(points[0], points[1], points[2])
        if found is None:
            return None
        x, y = found
    radius = math.hypot(first.x() - x, first.y() - y)
    allowed = MISS * radius + GRAIN
    if not radius or any(abs(math.hypot(one.x() - x, one.y() - y) - radius) > allowed for one in points):
        return None
    if len(points) > 3 and abs(abs(_turn(points, x, y)) - math.tau) > MISS:
        return None
    center = [round(x, DECIMALS), round(y, DECIMALS)]
    if first.is3D() and math.isfinite(first.z()):
        center.append(first.z())
    return center, float(f"{radius:.12g}")


def _arcs(ring: QgsCurve | None) -> list[QgsPoint]:
    """The points of a closed ring that consists of arcs only: ends and points between in turn."""
    several = isinstance(ring, QgsCompoundCurve)
    pieces = [ring.curveAt(number) for number in range(ring.nCurves())] if several else [ring]
    if ring is None or not ring.isClosed() or not all(isinstance(one, QgsCircularString) for one in pieces):
        return []
    found: list[QgsPoint] = []
    for piece in pieces:
        found += piece.points()[1 if found else 0:]
    return found


def _middle(one: QgsPoint, two: QgsPoint, three: QgsPoint) -> tuple[float, float] | None:
    """The centre of the circle through three points."""
    ax, ay, bx, by = two.x() - one.x(), two.y() - one.y(), three.x() - one.x(), three.y() - one.y()
    twice = 2 * (ax * by - ay * bx)
    if not twice:
        return None
    a, b = ax * ax + ay * ay, bx * bx + by * by
    return one.x() + (by * a - ay * b) / twice, one.y() + (ax * b - bx * a) / twice


def _turn(points: Sequence[QgsPoint], x: float, y: float) -> float:
    """The angle that the points turn around a place."""
    angles = [math.atan2(one.y() - y, one.x() - x) for one in points]
    return math.fsum(math.remainder(after - before, math.tau) for before, after in zip(angles, angles[1:]))
