"""The rules that archive and catalog search share (section 7.3): interval, box, geometry, query, order."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timezone
from operator import itemgetter
from typing import Any

import shapely
from shapely.geometry import shape
from shapely.geometry.base import BaseGeometry

from .refusals import bad
from .scenes import Box

EARLIEST = datetime(1900, 1, 1, tzinfo=timezone.utc)
LATEST = datetime(9999, 1, 1, tzinfo=timezone.utc)
_FIELD = re.compile(r"properties\s*->>?\s*'([^']+)'")
Json = Mapping[str, Any]


def instant(text: str, field: str) -> datetime:
    """A moment as RFC 3339 or one of the looser spellings (section 3.4); a day alone is its midnight, UTC."""
    try:
        found = datetime.fromisoformat(text.strip().replace("Z", "+00:00").replace("z", "+00:00"))
    except ValueError:
        raise bad(field, "must be a date and time such as 2024-01-17T05:21:44Z") from None
    return found if found.tzinfo is not None else found.replace(tzinfo=timezone.utc)


def interval(text: str | None, field: str = "datetime") -> tuple[datetime, datetime]:
    """First and last moment of ``a``, ``a/b``, ``a/..`` or ``../b``."""
    if not text:
        return EARLIEST, LATEST
    start, slash, end = text.partition("/")
    if not slash:
        return instant(start, field), instant(start, field)
    first = EARLIEST if start.strip() in ("..", "") else instant(start, field)
    last = LATEST if end.strip() in ("..", "") else instant(end, field)
    if first > last:
        raise bad(field, "must not end before it begins")
    return first, last


def boxes(bbox: Sequence[float] | None) -> list[Box] | None:
    """West, south, east, north; two boxes for one that crosses the antimeridian (P08). None for no box."""
    if bbox is None:
        return None
    if len(bbox) != 4:
        raise bad("bbox", "must have four numbers")
    west, south, east, north = bbox
    if not (-180 <= west <= 180 and -180 <= east <= 180 and -90 <= south <= north <= 90):
        raise bad("bbox", "must be west, south, east, north in degrees")
    return [(west, south, east, north)] if west <= east else [(west, south, 180.0, north), (-180.0, south, east, north)]


def geometry(given: Json | None, field: str = "intersects") -> BaseGeometry | None:
    """A GeoJSON geometry; 400 for what is none."""
    if given is None:
        return None
    try:
        found = shape(given)
        sound = not found.is_empty and found.is_valid
        west, south, east, north = found.bounds if sound else (0, 0, 0, 0)
    except Exception:  # noqa: BLE001 - shapely raises whatever the odd coordinates lead to
        raise bad(field, "must be a GeoJSON geometry") from None
    if not sound:
        raise bad(field, "must be a geometry that is not empty and does not cross itself")
    if west < -180 or south < -90 or east > 180 or north > 90:
        raise bad(field, "must be in degrees, longitude first")
    return found


def area_of(given: Json) -> tuple[BaseGeometry | None, list[Box] | None]:
    """What ``bbox`` and ``intersects`` of a search leave (they are combined by AND): a shape, and the boxes around it.
    None and None where neither was given."""
    around, wanted = boxes(given.get("bbox")), geometry(given.get("intersects"))
    whole = shapely.union_all([shapely.box(*one) for one in around]) if around is not None else None
    if wanted is None or whole is None:
        found = wanted if wanted is not None else whole
    else:
        found = wanted.intersection(whole)
        if found.is_empty:
            return found, []
    if found is None:
        return None, None
    return found, around if around is not None and wanted is None else boxes_of(found)


def boxes_of(area: BaseGeometry) -> list[Box]:
    """The boxes around the parts of a shape; one of two sides of the antimeridian has two."""
    return [one.bounds for one in getattr(area, "geoms", [area])]


def fits(query: Json | None, value_of: Callable[[str], Any]) -> bool:
    """Whether a record meets all conditions: a bare value, or operators (P09)."""
    return all(_meets(value_of(name), wanted, name) for name, wanted in (query or {}).items())


def check_query(query: Json | None) -> None:
    """400 for operators that are not known."""
    fits(query, lambda name: None)


def _meets(value: Any, wanted: Any, name: str) -> bool:
    if not isinstance(wanted, Mapping):
        wanted = {"eq": wanted}
    good = True
    for operator, operand in wanted.items():
        if operator not in ("eq", "neq", "gt", "gte", "lt", "lte", "in"):
            raise bad(f"query.{name}", f"has no operator {operator}")
        if operator in ("eq", "in", "neq"):
            among = value in operand if isinstance(operand, list) else value == operand
            good = good and among != (operator == "neq")
        else:
            good = good and _compared(operator, value, operand)
    return good


def _compared(operator: str, value: Any, operand: Any) -> bool:
    try:
        return bool({"gt": value > operand, "gte": value >= operand, "lt": value < operand,
                     "lte": value <= operand}[operator])
    except TypeError:
        return False


def order(given: Json) -> list[tuple[str, bool]]:
    """Fields and whether they descend, of ``sortby`` or ``sort_by`` in either shape (P09)."""
    found = []
    for one in given.get("sort_by") or given.get("sortby") or ():
        pairs = [(one["field"], one.get("direction", "asc"))] if "field" in one else list(one.items())
        for name, direction in pairs:
            if str(direction).lower() not in ("asc", "desc"):
                raise bad("sort_by", "directions are ASC and DESC")
            match = _FIELD.fullmatch(str(name).strip())
            field = match[1] if match else str(name).removeprefix("properties.")
            found.append((field, str(direction).lower() == "desc"))
    return found


def arrange(rows: list[Any], keys: Sequence[tuple[str, bool]], value_of: Callable[[Any, str], Any]) -> list[Any]:
    """The rows in that order; what lacks a value comes last."""
    for name, descending in reversed(keys):
        valued = [(value_of(one, name), one) for one in rows]
        known = [one for one in valued if one[0] is not None]
        try:
            known.sort(key=itemgetter(0), reverse=descending)
        except TypeError:
            raise bad("sort_by", f"{name} cannot be sorted by") from None
        rows = [one for _, one in known] + [one for value, one in valued if value is None]
    return rows


def geojson(area: BaseGeometry) -> dict[str, Any]:
    """A shape as GeoJSON, in lists."""
    found: dict[str, Any] = json.loads(shapely.to_geojson(area))
    return found
