"""Polygons that cross longitude 180 or hold a pole: cut for platforms (RFC 7946, section 3.1.9), joined for maps."""

from __future__ import annotations

import math
from typing import Any

from ..errors import InputProblem
from .engine import shapely

Ring = list[list[float]]


def unwrapped(ring: Ring) -> tuple[Ring, float]:
    """The ring with longitudes that never jump by more than half a turn, and by how much its end misses its start.

    The second value is 0, or plus or minus 360 where the ring goes round a pole.
    """
    moved = [list(ring[0])]
    for before, place in zip(ring, ring[1:]):
        far = place[0] - before[0]
        step = (far + 180) % 360 - 180
        if abs(far) in (180, 360):  # from edge to edge of the map, or just half of it: meant as it is drawn
            step = far
        turns = round((moved[-1][0] + step - place[0]) / 360)  # whole ones: the ring's end stays exactly its start
        moved.append([place[0] + 360.0 * turns, *place[1:]])
    return moved, float(round((moved[-1][0] - moved[0][0]) / 360) * 360)


def over_pole(moved: Ring, turn: float) -> Ring:
    """An unwrapped ring round a pole as the ring of a plane map: from one edge of the map to the other, over the pole.

    The pole is the one on the ring's own side of the equator.
    """
    pole = math.copysign(90.0, sum(place[1] for place in moved))
    index, border = _border(moved)
    before, after = moved[index], moved[index + 1]
    share = (border - before[0]) / (after[0] - before[0])
    start, end = -math.copysign(180.0, turn), math.copysign(180.0, turn)
    height = before[1] + share * (after[1] - before[1])
    rest = [*moved[index + 1:-1], *([place[0] + turn, *place[1:]] for place in moved[:index + 1])]
    inner = [[place[0] - border + start, place[1]] for place in rest]
    return [[start, height], *inner, [end, height], [end, pole], [start, pole], [start, height]]


def _border(moved: Ring) -> tuple[int, float]:
    """The first side that meets the map's edge, and the edge's longitude. A ring round a pole always has one."""
    for index, (before, after) in enumerate(zip(moved, moved[1:])):
        low, high = sorted((before[0], after[0]))
        border = 360.0 * math.floor((high + 180) / 360) - 180
        if low <= border and low < high:
            return index, border
    raise InputProblem("invalid", reason="pole")


def crosses(polygon: list[Ring]) -> bool:
    """Whether the outer ring, read as going the short way from corner to corner, passes longitude 180 or a pole."""
    ring, turn = unwrapped(polygon[0])
    longitudes = [place[0] for place in ring]
    return bool(turn) or math.floor((min(longitudes) + 180) / 360) != math.ceil((max(longitudes) + 180) / 360) - 1


def split(geometry: dict[str, Any]) -> dict[str, Any]:
    """A Polygon or MultiPolygon with no part across longitude 180; unchanged where nothing crosses. Needs shapely then.

    A ring round a pole is closed over that pole, the one on its side of the equator.
    """
    many = [geometry["coordinates"]] if geometry["type"] == "Polygon" else geometry["coordinates"]
    if not any(crosses(polygon) for polygon in many if polygon and polygon[0]):
        return geometry
    library = shapely()
    parts: list[Any] = []
    for polygon in many:
        parts += _cut(library, polygon) if crosses(polygon) else [polygon]
    if len(parts) == 1:
        return {"type": "Polygon", "coordinates": parts[0]}
    return {"type": "MultiPolygon", "coordinates": parts}


def joined(geometry: dict[str, Any]) -> dict[str, Any]:
    """A geometry that was cut at longitude 180, in one piece with longitudes beyond 180, to be drawn. Needs shapely."""
    if geometry["type"] != "MultiPolygon":
        return geometry
    longitudes = [place[0] for polygon in geometry["coordinates"] for place in polygon[0]]
    if not (math.isclose(max(longitudes), 180) and math.isclose(min(longitudes), -180)):
        return geometry
    library = shapely()
    east = [
        [[[place[0] + 360 if place[0] < 0 else place[0], place[1]] for place in ring] for ring in polygon]
        for polygon in geometry["coordinates"]
    ]
    union = library.union_all([library.geometry.shape({"type": "Polygon", "coordinates": one}) for one in east])
    return _plain(library.geometry.mapping(union))


def split_box(west: float, south: float, east: float, north: float) -> list[tuple[float, float, float, float]]:
    """A box as one or two boxes; ``west`` greater than ``east`` means that it crosses longitude 180."""
    if west <= east:
        return [(west, south, east, north)]
    return [(west, south, 180.0, north), (-180.0, south, east, north)]


def _cut(library: Any, polygon: list[Ring]) -> list[Any]:
    outer, turn = unwrapped(polygon[0])
    if turn:
        outer = over_pole(outer, turn)
    shape = library.geometry.Polygon([place[:2] for place in outer])
    for ring in polygon[1:]:
        hole = unwrapped(ring)[0]
        away = 360 * round((shape.envelope.centroid.x - hole[0][0]) / 360)
        inner = library.geometry.Polygon([[place[0] + away, place[1]] for place in hole])
        shape = shape.difference(inner)
    first = math.floor((shape.bounds[0] + 180) / 360)
    last = math.ceil((shape.bounds[2] + 180) / 360)
    parts: list[Any] = []
    for turn_number in range(first, last):
        world = library.geometry.box(turn_number * 360 - 180, -90, turn_number * 360 + 180, 90)
        piece = library.geometry.mapping(shape.intersection(world))
        shift = -360.0 * turn_number
        parts += [_moved(one, shift) for one in _polygons(piece)]
    return parts


def _polygons(mapped: dict[str, Any]) -> list[Any]:
    if mapped["type"] == "Polygon":
        return [mapped["coordinates"]] if mapped["coordinates"] else []
    if mapped["type"] == "MultiPolygon":
        return list(mapped["coordinates"])
    return [one for part in mapped.get("geometries", []) for one in _polygons(part)]


def _moved(polygon: Any, shift: float) -> list[Ring]:
    return [[[place[0] + shift, place[1]] for place in ring] for ring in polygon]


def _plain(mapped: dict[str, Any]) -> dict[str, Any]:
    """shapely's tuples as GeoJSON's lists."""
    parts = [_moved(polygon, 0.0) for polygon in _polygons(mapped)]
    return {"type": mapped["type"], "coordinates": parts[0] if mapped["type"] == "Polygon" else parts}
