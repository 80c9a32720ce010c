"""GeoJSON (RFC 7946): put together, written as a stream, read when small, checked before it is sent."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, BinaryIO

from ..errors import InputProblem
from .scan import Piece, Scanner
from .validity import Finding, polygon_findings

POLYGONS = ("Polygon", "MultiPolygon")
KINDS = ("Point", "MultiPoint", "LineString", "MultiLineString", *POLYGONS, "GeometryCollection")
#: Names of WGS 84 that an old ``crs`` member may carry; anything else is another reference system.
_WGS84 = ("crs84", "epsg::4326", "epsg:4326", "epsg/0/4326")
#: Files above this are not read whole, and single geometries above it are not looked at for crossings.
SMALL = 16 << 20

Geometry = dict[str, Any]
Feature = dict[str, Any]


def feature(geometry: Geometry | None, properties: dict[str, Any] | None = None, identity: Any = None) -> Feature:
    """A geometry as a feature."""
    made: Feature = {"type": "Feature", "properties": properties or {}, "geometry": geometry}
    return made if identity is None else {**made, "id": identity}


def collection(features: Iterable[Feature]) -> dict[str, Any]:
    """Features as a collection, in memory."""
    return {"type": "FeatureCollection", "features": list(features)}


def as_collection(value: dict[str, Any]) -> dict[str, Any]:
    """A geometry, feature or collection as a collection. Raises :class:`InputProblem` for anything else."""
    kind = value.get("type")
    if kind == "FeatureCollection":
        return value
    if kind == "Feature":
        return collection([value])
    if kind in KINDS:
        return collection([feature(value)])
    raise InputProblem("geojson_kind", kind=str(kind))


def write_features(target: BinaryIO, features: Iterable[Feature]) -> int:
    """Write a collection feature by feature; gives their number. Raises :class:`InputProblem` for NaN and infinity."""
    count = 0
    target.write(b'{"type":"FeatureCollection","features":[')
    for one in features:
        try:
            line = json.dumps(one, separators=(",", ":"), allow_nan=False, ensure_ascii=False)
        except ValueError as error:
            raise InputProblem("geojson_number", text="NaN", feature=str(one.get("id", count))) from error
        target.write((",\n" if count else "\n").encode() + line.encode())
        count += 1
    target.write(b"\n]}\n")
    return count


def read_small(path: Path, most: int = SMALL) -> dict[str, Any]:
    """A file as a collection. Raises :class:`InputProblem` when it is larger than ``most`` bytes or no GeoJSON."""
    if path.stat().st_size > most:
        raise InputProblem("geojson_large", file=path.name)
    try:
        value = json.loads(path.read_text("utf-8-sig"))
    except ValueError as error:
        raise InputProblem("geojson_broken", byte=str(getattr(error, "pos", 0))) from error
    if not isinstance(value, dict):
        raise InputProblem("geojson_kind", kind=type(value).__name__)
    return as_collection(value)


def check(
    path: Path,
    kinds: Sequence[str] = POLYGONS,
    within: Sequence[float] | None = None,
    most: int = 20,
) -> list[Finding]:
    """What is wrong with a file that is to be sent; at most ``most`` findings, feature by feature, nothing kept.

    ``within`` is the west, south, east, north of the raster that the shapes belong to. Findings: ``geojson_cut``,
    ``geojson_broken``, ``geojson_number``, ``geojson_kind``, ``no_features``, ``wrong_kind``, ``no_geometry``,
    ``empty_geometry``, ``other_crs``, ``metres``, ``swapped_axes``, ``outside``, and those of ``validity``.
    """
    found: list[Finding] = []
    try:
        for finding in _findings(path, kinds, within):
            found.append(finding)
            if len(found) >= most:
                break
    except InputProblem as error:
        found.append(_told(error))
    return found


def frame_findings(path: Path) -> list[Finding]:
    """What is wrong around the coordinates of a file, without a look at them: ``geojson_cut``, ``geojson_broken``,
    ``geojson_kind``, ``no_features``, ``other_crs``. For what other readers pass over in silence."""
    try:
        with open(path, "rb") as file:
            scanner = Scanner(file)
            count = sum(1 for _ in scanner.pieces())
    except InputProblem as error:
        return [_told(error)]
    return [*_crs_findings(scanner), *([] if count else [Finding("no_features", "")])]


def _told(error: InputProblem) -> Finding:
    facts = dict(error.facts)
    return Finding(facts.pop("problem"), facts.pop("feature", ""), None, facts)


def _crs_findings(scanner: Scanner) -> Iterator[Finding]:
    if scanner.crs is not None and not _is_wgs84(scanner.crs):
        yield Finding("other_crs", "", None, {"crs": _crs_name(scanner.crs)})


def _findings(path: Path, kinds: Sequence[str], within: Sequence[float] | None) -> Iterator[Finding]:
    count = 0
    with open(path, "rb") as skeleton, open(path, "rb") as file:
        scanner = Scanner(skeleton)
        for index, piece in enumerate(scanner.pieces()):
            count += 1
            name = str(index + 1 if piece.id is None else piece.id)
            if not piece.kind:
                yield Finding("no_geometry", name)
            elif piece.kind not in kinds:
                yield Finding("wrong_kind", name, None, {"kind": piece.kind, "wanted": ", ".join(kinds)})
            else:
                yield from _geometry_findings(file, piece, name, within)
        yield from _crs_findings(scanner)
    if not count:
        yield Finding("no_features", "")


def _geometry_findings(
    file: BinaryIO, piece: Piece, name: str, within: Sequence[float] | None
) -> Iterator[Finding]:
    if piece.end - piece.start > SMALL:
        return
    file.seek(piece.start)
    try:
        coordinates = json.loads(file.read(piece.end - piece.start))
    except ValueError as error:
        raise InputProblem("geojson_broken", byte=str(piece.start), feature=name) from error
    yield from coordinate_findings(piece.kind, coordinates, name, within)


def coordinate_findings(
    kind: str, coordinates: Any, name: str = "", within: Sequence[float] | None = None
) -> Iterator[Finding]:
    """What is wrong with one geometry's coordinates: numbers, place, axes, and for polygons their rings."""
    places = list(positions(coordinates))
    if not places:
        yield Finding("empty_geometry", name)
        return
    for place in places:
        if not _is_position(place):
            yield Finding("geojson_number", name, None, {"text": str(place)[:60]})
            return
    placed = _place_finding(places, name, within)
    if placed is not None:
        yield placed
    elif kind in POLYGONS:
        for polygon in [coordinates] if kind == "Polygon" else coordinates:
            yield from polygon_findings(polygon, name)


def positions(coordinates: Any) -> Iterator[Any]:
    """Every position, at whatever depth."""
    if isinstance(coordinates, list) and coordinates and not isinstance(coordinates[0], list):
        yield coordinates
    elif isinstance(coordinates, list):
        for one in coordinates:
            yield from positions(one)
    else:
        yield [coordinates]


def _is_position(place: Any) -> bool:
    return len(place) >= 2 and all(
        isinstance(one, (int, float)) and not isinstance(one, bool) and math.isfinite(one) for one in place
    )


def _place_finding(places: list[Any], name: str, within: Sequence[float] | None) -> Finding | None:
    worst = max(places, key=lambda place: max(abs(place[0]) / 180, abs(place[1]) / 90))
    spot = (float(worst[0]), float(worst[1]))
    if abs(worst[0]) > 360 or abs(worst[1]) > 180:
        return Finding("metres", name, spot)
    if abs(worst[1]) > 90:
        return Finding("swapped_axes" if all(abs(place[0]) <= 90 for place in places) else "metres", name, spot)
    if within is None or any(_inside(place[0], place[1], within) for place in places) or _spans(places, within):
        return None
    swapped = any(_inside(place[1], place[0], within) for place in places)
    first = (float(places[0][0]), float(places[0][1]))
    return Finding("swapped_axes" if swapped else "outside", name, first)


def _inside(x: float, y: float, box: Sequence[float]) -> bool:
    return box[0] <= x <= box[2] and box[1] <= y <= box[3]


def _spans(places: list[Any], box: Sequence[float]) -> bool:
    """Whether the shape's own box meets the other: no corner inside is needed for that."""
    west, east = min(place[0] for place in places), max(place[0] for place in places)
    south, north = min(place[1] for place in places), max(place[1] for place in places)
    return bool(west <= box[2] and east >= box[0] and south <= box[3] and north >= box[1])


def _crs_name(crs: Any) -> str:
    properties = crs.get("properties") if isinstance(crs, dict) else None
    return str(properties.get("name", crs) if isinstance(properties, dict) else crs)[:100]


def _is_wgs84(crs: Any) -> bool:
    return _crs_name(crs).lower().endswith(_WGS84)
