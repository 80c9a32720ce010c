"""Shapes as a user draws them on the map: rectangle, circle, and what the map shows."""

from __future__ import annotations

import math
from collections.abc import Sequence

from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsCoordinateTransform,
    QgsCoordinateTransformContext,
    QgsCsException,
    QgsDistanceArea,
    QgsGeometry,
    QgsPointXY,
    QgsRectangle,
)

from ...providers.shapes.antimeridian import over_pole
from ..problems import Problem
from ..translation import tr
from .reproject import in_steps, wgs84, world_width

#: Corners of a circle. Its polygon lacks 0.02 % of the circle's area; each corner has the true distance.
CORNERS = 180
ELLIPSOID = "EPSG:7030"
WHOLE_TURN = 360.0


def rectangle(first: QgsPointXY, second: QgsPointXY, angle: float = 0.0, square: bool = False) -> QgsGeometry:
    """The rectangle between two opposite corners.

    ``angle`` is the direction of the screen's horizontal axis on the map, in radians against the clock: sides are
    upright on the screen, also where the map is turned. ``square``: the longer side counts.
    """
    across, up = _turned(second.x() - first.x(), second.y() - first.y(), -angle)
    if square:
        side = max(abs(across), abs(up))
        across, up = math.copysign(side, across), math.copysign(side, up)
    ring = []
    for dx, dy in ((0.0, 0.0), (across, 0.0), (across, up), (0.0, up)):
        x, y = _turned(dx, dy, angle)
        ring.append(QgsPointXY(first.x() + x, first.y() + y))
    return QgsGeometry.fromPolygonXY([[*ring, ring[0]]])


def _turned(x: float, y: float, angle: float) -> tuple[float, float]:
    return x * math.cos(angle) - y * math.sin(angle), x * math.sin(angle) + y * math.cos(angle)


def distance_m(
    first: QgsPointXY,
    second: QgsPointXY,
    crs: QgsCoordinateReferenceSystem,
    context: QgsCoordinateTransformContext | None = None,
) -> float:
    """Metres between two places, on WGS 84's ellipsoid; :class:`Problem` where the system has no such place."""
    to_globe = QgsCoordinateTransform(crs, wgs84(), context or QgsCoordinateTransformContext())
    try:
        ends = [to_globe.transform(first), to_globe.transform(second)]
    except QgsCsException as error:
        raise _nowhere() from error
    return float(_measure().measureLine(*ends))


def circle(
    centre: QgsPointXY,
    radius: float,
    crs: QgsCoordinateReferenceSystem,
    context: QgsCoordinateTransformContext | None = None,
) -> QgsGeometry:
    """All places at ``radius`` metres on the ground from ``centre``, which is in ``crs``; the shape is in ``crs`` too.

    A circle across longitude 180 goes on beyond the edge of the map, as a user sees it. Raises :class:`Problem` where
    the system cannot show it, for instance a pole in Mercator.
    """
    context = context or QgsCoordinateTransformContext()
    to_globe = QgsCoordinateTransform(crs, wgs84(), context)
    to_map = QgsCoordinateTransform(wgs84(), crs, context)
    measure = _measure()
    try:
        middle = to_globe.transform(centre)
        turns = (2 * math.pi * number / CORNERS for number in range(CORNERS))
        ring = [to_map.transform(measure.computeSpheroidProject(middle, radius, turn)) for turn in turns]
    except QgsCsException as error:
        raise _nowhere() from error
    if not all(math.isfinite(place.x()) and math.isfinite(place.y()) for place in [middle, *ring]):
        raise _nowhere()
    width = world_width(crs, context)
    ring = _continued(centre, [*ring, ring[0]], width)
    turn = round((ring[-1].x() - ring[0].x()) / width) if width else 0
    if not turn:
        return QgsGeometry.fromPolygonXY([ring])
    if not crs.isGeographic():
        raise _nowhere()
    around = over_pole([[place.x(), place.y()] for place in ring], turn * WHOLE_TURN)
    return QgsGeometry.fromPolygonXY([[QgsPointXY(x, y) for x, y in around]])


def _measure() -> QgsDistanceArea:
    measure = QgsDistanceArea()
    measure.setSourceCrs(wgs84(), QgsCoordinateTransformContext())
    measure.setEllipsoid(ELLIPSOID)
    return measure


def _nowhere() -> Problem:
    return Problem(
        tr("The map's coordinate reference system cannot show this shape. Choose one that is made for this place.")
    )


def _continued(start: QgsPointXY, places: Sequence[QgsPointXY], width: float) -> list[QgsPointXY]:
    """The places without jumps from one edge of the map to the other."""
    made, before = [], start.x()
    for place in places:
        away = width * round((before - place.x()) / width) if width else 0.0
        made.append(QgsPointXY(place.x() + away, place.y()))
        before = made[-1].x()
    return made


def seen(
    corners: Sequence[QgsPointXY],
    crs: QgsCoordinateReferenceSystem,
    context: QgsCoordinateTransformContext | None = None,
) -> QgsGeometry:
    """What a map window with these corners shows of the earth: within the poles, and at most once round it.

    Wide ones get corners in between (:func:`as_seen`).
    """
    window = QgsGeometry.fromPolygonXY([[*corners, corners[0]]])
    box = window.boundingBox()
    width = world_width(crs, context)
    if not width:
        return window
    west, east, south, north = box.xMinimum(), box.xMaximum(), box.yMinimum(), box.yMaximum()
    if east - west > width:
        middle = (west + east) / 2
        west, east = (-width / 2, width / 2) if abs(middle) < width / 2 else (middle - width / 2, middle + width / 2)
    if crs.isGeographic():
        south, north = max(south, -90.0), min(north, 90.0)
    limits = QgsRectangle(west, south, east, north)
    shown = window if limits.contains(box) else window.intersection(QgsGeometry.fromRect(limits))
    return in_steps(shown, width)


def as_seen(
    geometry: QgsGeometry,
    crs: QgsCoordinateReferenceSystem,
    context: QgsCoordinateTransformContext | None = None,
) -> QgsGeometry:
    """A drawn shape with corners in its very long sides: nobody takes them for the short way round the globe then."""
    return in_steps(geometry, world_width(crs, context))
