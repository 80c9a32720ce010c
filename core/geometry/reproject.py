"""From the map's reference system to longitude and latitude on WGS 84, as platforms want it, and back."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from typing import Any

from osgeo import ogr
from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsCoordinateTransform,
    QgsCoordinateTransformContext,
    QgsCsException,
    QgsGeometry,
    QgsLineString,
    QgsPoint,
    QgsPolygon,
    QgsRectangle,
    QgsWkbTypes,
)

from ...providers.shapes.antimeridian import crosses, over_pole, unwrapped
from ..problems import Problem
from ..translation import tr

#: How far a line may lie from where it was drawn: about 0.1 m, in degrees and in metres.
TOLERANCE_DEGREES, TOLERANCE_METRES = 1e-6, 0.1
MOST_PIECES = 256
#: Decimals of a degree that are sent: about 0.1 mm.
DECIMALS = 9
#: Degrees from which the parts of a shape meet on the other side of the globe.
ALL_ROUND = 360 - 1e-6
#: Degrees: larger ones are no longitudes of a map that was moved on.
MOST_TURNED = 4 * 360
#: PROJ's names of projections in which a map may repeat itself to the left and right.
CYLINDRICAL = ("merc", "webmerc", "eqc", "cea", "mill", "gall")

Ring = list[list[float]]


def wgs84() -> QgsCoordinateReferenceSystem:
    """Longitude and latitude on WGS 84."""
    return QgsCoordinateReferenceSystem("EPSG:4326")


def reprojected(
    geometry: QgsGeometry,
    source: QgsCoordinateReferenceSystem,
    target: QgsCoordinateReferenceSystem,
    context: QgsCoordinateTransformContext | None = None,
) -> QgsGeometry:
    """The shape in another system, with corners added where a straight side would not stay straight.

    Curves become lines; heights are left out. Raises :class:`Problem` where the shape lies outside what can be
    transformed, or the source system is not known.
    """
    if not source.isValid():
        raise Problem(tr("The shape has no coordinate reference system. Set one for its layer first."))
    made = QgsGeometry(geometry.constGet().segmentize()) if geometry.constGet() is not None else QgsGeometry()
    if made.isEmpty():
        return made
    made.get().dropZValue()
    made.get().dropMValue()
    if source == target:
        return made
    transform = QgsCoordinateTransform(source, target, context or QgsCoordinateTransformContext())
    try:
        if source.isGeographic() != target.isGeographic() or not source.isGeographic():
            made = _densified(made, transform, TOLERANCE_DEGREES if target.isGeographic() else TOLERANCE_METRES)
        made.transform(transform)
    except QgsCsException as error:
        raise Problem(
            tr("The shape lies outside the area in which {name} can be used. Draw it again, or choose another system.")
            .format(name=source.userFriendlyIdentifier())
        ) from error
    if not all(math.isfinite(one.x()) and math.isfinite(one.y()) for one in made.vertices()):
        raise Problem(tr("The shape reaches to where its coordinate reference system has no coordinates."))
    return made


def to_platform(
    geometry: QgsGeometry,
    source: QgsCoordinateReferenceSystem,
    context: QgsCoordinateTransformContext | None = None,
) -> dict[str, Any]:
    """The shape as GeoJSON geometry, longitude first, cut at longitude 180; polygons hold their pole."""
    value: dict[str, Any] = json.loads(on_globe(geometry, source, context).asJson(DECIMALS))
    return value


def on_globe(
    geometry: QgsGeometry,
    source: QgsCoordinateReferenceSystem,
    context: QgsCoordinateTransformContext | None = None,
) -> QgsGeometry:
    """The shape in EPSG:4326 within -180..180 as :func:`to_platform` gives it, still as a shape of QGIS."""
    # Longitudes that jump by more than half a turn are read as the short way round, as data in degrees is written.
    stepped = geometry if source.isGeographic() else in_steps(geometry, world_width(source, context))
    made = reprojected(stepped, source, wgs84(), context)
    if made.type() == QgsWkbTypes.GeometryType.PolygonGeometry and not made.isEmpty():
        made = _cut(made)
    return made


def world_width(
    crs: QgsCoordinateReferenceSystem, context: QgsCoordinateTransformContext | None = None
) -> float:
    """How far it is once round the globe where a map repeats itself there: 360 degrees, or Mercator's width. Else 0."""
    if not crs.isValid():
        return 0.0
    if crs.isGeographic():
        return 360.0
    if crs.projectionAcronym() not in CYLINDRICAL:
        return 0.0
    transform = QgsCoordinateTransform(wgs84(), crs, context or QgsCoordinateTransformContext())
    try:
        ends = [
            (transform.transform(longitude, latitude), transform.transform(longitude + 1, latitude))
            for longitude in (1.5, 100.5)
            for latitude in (5.0, 40.0)
        ]
    except QgsCsException:
        return 0.0
    steps = [end.x() - start.x() for start, end in ends]
    level = all(abs(end.y() - start.y()) < 1e-3 for start, end in ends)
    same = all(math.isclose(step, steps[0], rel_tol=1e-6) for step in steps)
    return 360 * steps[0] if level and same and steps[0] > 0 else 0.0


def from_platform(
    value: dict[str, Any],
    target: QgsCoordinateReferenceSystem | None = None,
    context: QgsCoordinateTransformContext | None = None,
) -> QgsGeometry:
    """A GeoJSON geometry as a shape in ``target`` (WGS 84 when it is None); :class:`Problem` for what is none."""
    made = QgsGeometry()
    try:
        parsed = ogr.CreateGeometryFromJson(json.dumps(value))
    except RuntimeError:
        parsed = None
    if parsed is None:
        raise Problem(tr("The platform gave a shape that cannot be read."))
    made.fromWkb(bytes(parsed.ExportToWkb()))
    return reprojected(made, wgs84(), target, context) if target is not None else made


def in_steps(geometry: QgsGeometry, width: float) -> QgsGeometry:
    """Sides of at most a quarter of the globe, which is ``width`` round: longer ones are taken for the short way."""
    if not width or geometry.isEmpty() or geometry.boundingBox().width() <= width / 4:
        return geometry
    flat = QgsGeometry(geometry.constGet().segmentize())
    sides = ((line, index) for line in _lines(flat) for index in range(1, len(line)))
    longest = max((abs(line[index][0] - line[index - 1][0]) for line, index in sides), default=0.0)
    pieces = math.ceil(longest / (width / 4) - 1e-9)
    return flat.densifyByCount(pieces - 1) if pieces > 1 else geometry


def _densified(geometry: QgsGeometry, transform: QgsCoordinateTransform, tolerance: float) -> QgsGeometry:
    """Corners added to each side until the middle of every piece is within the tolerance of where it belongs."""
    turn = 360.0 if transform.destinationCrs().isGeographic() else 0.0
    most = 1
    for line in _lines(geometry):
        for (x0, y0), (x1, y1) in zip(line, line[1:]):
            ends = transform.transform(x0, y0), transform.transform(x1, y1)
            middle = transform.transform((x0 + x1) / 2, (y0 + y1) / 2)
            halves = [_short(middle.x() - ends[0].x(), turn), _short(ends[1].x() - middle.x(), turn)]
            aside = (halves[0] - halves[1]) / 2
            away = math.hypot(aside, middle.y() - (ends[0].y() + ends[1].y()) / 2)
            if math.isfinite(away) and away > tolerance:
                most = max(most, math.ceil(math.sqrt(away / tolerance)))
    return geometry.densifyByCount(min(most, MOST_PIECES) - 1) if most > 1 else geometry


def _short(difference: float, turn: float) -> float:
    """A difference of longitudes, the short way round."""
    return (difference + turn / 2) % turn - turn / 2 if turn and math.isfinite(difference) else difference


def _lines(geometry: QgsGeometry) -> Iterator[list[tuple[float, float]]]:
    """Every outline and line by itself."""
    for part in geometry.asGeometryCollection():
        if part.type() == QgsWkbTypes.GeometryType.PolygonGeometry:
            lines = part.asPolygon()
        elif part.type() == QgsWkbTypes.GeometryType.LineGeometry:
            lines = [part.asPolyline()]
        else:
            lines = []
        for line in lines:
            yield [(one.x(), one.y()) for one in line]


def _cut(geometry: QgsGeometry) -> QgsGeometry:
    polygons = geometry.asMultiPolygon() if geometry.isMultipart() else [geometry.asPolygon()]
    plain = [[[[place.x(), place.y()] for place in ring] for ring in polygon] for polygon in polygons if polygon]
    cut = [crosses(polygon) or _beyond(polygon) for polygon in plain]
    if not any(cut):
        return geometry
    parts: list[QgsGeometry] = []
    for polygon, wanted in zip(plain, cut):
        parts += _worlds(polygon) if wanted else [_shape(polygon)]
    if not parts:
        return QgsGeometry()  # it was but a line
    return QgsGeometry.collectGeometry(parts) if len(parts) > 1 else parts[0]


def _beyond(polygon: list[Ring]) -> bool:
    """Whether it lies to the left or right of the globe, as a map shows it that was moved on. Metres do not."""
    away = [abs(place[0]) for place in polygon[0]]
    return 180 < max(away) < MOST_TURNED and all(abs(place[1]) <= 90 for place in polygon[0])


def _worlds(polygon: list[Ring]) -> list[QgsGeometry]:
    """The parts of a polygon that crosses longitude 180, each in its own turn of the globe, moved to -180..180."""
    outer, turn = unwrapped(polygon[0])
    if turn:
        outer = over_pole(outer, turn)
    whole = _shape([outer])
    middle = whole.boundingBox().center().x()
    for ring in polygon[1:]:
        hole = unwrapped(ring)[0]
        away = 360.0 * round((middle - hole[0][0]) / 360)
        whole = whole.difference(_shape([[[place[0] + away, place[1]] for place in hole]]))
    box = whole.boundingBox()
    parts: list[QgsGeometry] = []
    for number in range(math.floor((box.xMinimum() + 180) / 360), math.ceil((box.xMaximum() + 180) / 360)):
        world = QgsGeometry.fromRect(QgsRectangle(number * 360 - 180, -90, number * 360 + 180, 90))
        piece = whole.intersection(world)
        piece.convertGeometryCollectionToSubclass(QgsWkbTypes.GeometryType.PolygonGeometry)
        piece.translate(-360.0 * number, 0)
        parts += [one for one in piece.asGeometryCollection() if not one.isEmpty()]
    return QgsGeometry.unaryUnion(parts).asGeometryCollection() if box.width() > ALL_ROUND else parts


def _shape(polygon: list[Ring]) -> QgsGeometry:
    made = QgsPolygon()
    for index, ring in enumerate(polygon):
        line = QgsLineString([QgsPoint(place[0], place[1]) for place in ring])
        if index:
            made.addInteriorRing(line)
        else:
            made.setExteriorRing(line)
    return QgsGeometry(made)
