"""What an order item is, whether it keeps the rules, and what it costs (sections 12.2 and 22: P12, P13, P26, P30).

5 tokens for a square kilometre of at least 100, times the captures of the bandset for tasking and the number of
occurrences for recurring tasking, plus the uplifts for short notice.
"""

from __future__ import annotations

import math
from datetime import date, datetime, timedelta, timezone
from typing import Any

import shapely
from shapely.geometry.base import BaseGeometry

from .satellites import BANDSETS
from .scenes import by_id, last_day
from .searching import geojson, geometry, instant
from .work.cube import square_metres
from .world import World

TOKENS_PER_KM2 = 5
LEAST_KM2 = 100
FARTHEST_KM = 200.0
MONTHS = {"MONTHLY": 1, "BIMONTHLY": 2, "QUARTERLY": 3}
Json = dict[str, Any]


class Mistakes(Exception):
    """What is wrong with an item, as ``{field, issue}``."""

    def __init__(self, found: list[Json]) -> None:
        super().__init__(str(found))
        self.found = found


def kind_of(given: Json) -> str:
    """P12."""
    if given.get("item_ids"):
        return "ARCHIVE"
    return "RECURRING" if given.get("recurrence", "ONCE") not in ("ONCE", "NOT_APPLICABLE") else "TASKING"


def priced(world: World, given: Json) -> Json:
    """Area, shape, occurrences and price of an item; raises :class:`Mistakes` for one that breaks a rule."""
    found: list[Json] = []
    kind = kind_of(given)
    whole = _area(given, found)
    images = _images(world, given, whole, found) if kind == "ARCHIVE" else []
    occurrences = _occurrences(world, given, kind, found) if kind != "ARCHIVE" else []
    captures = _captures(given, found) if kind != "ARCHIVE" else 1
    if given.get("cloud_delivery") and given["cloud_delivery"]["config"] not in world.state.stores:
        found.append({"field": "cloud_delivery", "issue": "there is no such store"})
    if found or whole is None:
        raise Mistakes(found)
    return _price(world, given, whole, images, occurrences, captures)


def _price(world: World, given: Json, whole: BaseGeometry, images: list[Json], occurrences: list[Json],
           captures: int) -> Json:
    square_km = square_metres(geojson(whole))[0] / 1e6
    billed = sum(max(LEAST_KM2, math.ceil(one["square_km"])) for one in images) or max(LEAST_KM2, math.ceil(square_km))
    base = TOKENS_PER_KM2 * billed * captures * max(1, len(occurrences))
    uplifts: list[Json] = []
    if occurrences and len(occurrences) == 1 and kind_of(given) == "TASKING":
        percentage, title, subtitle = _uplift(occurrences[0])
        if percentage:
            uplifts.append({"title": title, "subtitle": subtitle, "percentage": percentage,
                            "amount": round(base * percentage / 100)})
    return {"area": max(1, round(square_km)), "square_km": square_km, "billed": billed, "base": base,
            "final": base + sum(one["amount"] for one in uplifts), "uplifts": uplifts, "images": images,
            "occurrences": occurrences, "shape": geojson(whole)}


def _uplift(one: Json) -> tuple[int, str, str]:
    days = (date.fromisoformat(one["end"][:10]) - date.fromisoformat(one["start"][:10])).days
    if days <= 2:
        return 40, "Critical", "Window of two days or less"
    return (25, "Expedited", "Window of six days or less") if days <= 6 else (0, "", "")


def _area(given: Json, found: list[Json]) -> BaseGeometry | None:
    features = given["geometry"]["features"]
    if not features:
        found.append({"field": "geometry", "issue": "has no features"})
        return None
    parts = []
    for one in features:
        part = geometry(one["geometry"], "geometry")
        if part is not None:
            parts += list(getattr(part, "geoms", [part]))
    for place, one in enumerate(parts[1:], 1):
        nearest = min(_kilometres(one, other) for other in parts[:place])
        if nearest > FARTHEST_KM:
            found.append({"field": "geometry", "issue": f"parts must not be more than {FARTHEST_KM:g} km apart"})
            break
    return shapely.union_all(parts)


def _kilometres(one: BaseGeometry, other: BaseGeometry) -> float:
    """Distance of the nearest boundaries, on a sphere."""
    a, b = shapely.get_coordinates(shapely.shortest_line(one, other))[:2]
    (west, south), (east, north) = [(math.radians(x), math.radians(y)) for x, y in (a, b)]
    half = math.sin((north - south) / 2) ** 2 + math.cos(south) * math.cos(north) * math.sin((east - west) / 2) ** 2
    return 2 * 6371.0 * math.asin(math.sqrt(min(1.0, half)))


def _images(world: World, given: Json, whole: BaseGeometry | None, found: list[Json]) -> list[Json]:
    images = []
    for name in dict.fromkeys(given["item_ids"]):
        scene = by_id(name, last_day(world.now()))
        part = shapely.Polygon(scene.ring).intersection(whole) if scene is not None and whole is not None else None
        if part is None:
            found.append({"field": "item_ids", "issue": f"{name} is not in the archive"})
        elif part.area == 0:
            found.append({"field": "item_ids", "issue": f"{name} does not cover the geometry"})
        else:
            area = geojson(shapely.union_all([one for one in getattr(part, "geoms", [part])
                                              if one.geom_type in ("Polygon", "MultiPolygon")]))
            images.append({"item_id": name, "geometry": area, "square_km": square_metres(area)[0] / 1e6})
    return images


def _captures(given: Json, found: list[Json]) -> int:
    number = (given.get("bandset") or {}).get("bandset_id")
    if number is None:
        found.append({"field": "bandset", "issue": "is required for tasking"})
    elif number not in BANDSETS:
        found.append({"field": "bandset", "issue": "there is no such bandset"})
    else:
        return BANDSETS[number].captures
    return 1


def _occurrences(world: World, given: Json, kind: str, found: list[Json]) -> list[Json]:
    """Windows of a tasking item: one, or one for each period of a recurring item."""
    for name, most in (("cloud_cover", 100), ("off_nadir", 90)):
        if not 0 <= given.get(name, 20) <= most:
            found.append({"field": name, "issue": f"must be from 0 to {most}"})
    if not given.get("start_date"):
        found.append({"field": "start_date", "issue": "is required for tasking"})
        return []
    start = instant(given["start_date"], "start_date").astimezone(timezone.utc).date()
    if start < datetime.fromtimestamp(world.now(), timezone.utc).date():
        found.append({"field": "start_date", "issue": "must not be in the past"})
    end = instant(given["end_date"], "end_date").astimezone(timezone.utc).date() if given.get("end_date") else None
    if end is not None and end <= start:
        found.append({"field": "end_date", "issue": "must be after start_date"})
        return []
    if kind == "TASKING":
        if end is None:
            found.append({"field": "end_date", "issue": "is required for tasking"})
            return []
        return [{"start": start.isoformat(), "end": end.isoformat()}]
    return _recurring(given, start, end, found)


def _recurring(given: Json, start: date, end: date | None, found: list[Json]) -> list[Json]:
    number = given.get("no_of_occurrences")
    if (end is None) == (number is None):
        found.append({"field": "no_of_occurrences", "issue": "give this or end_date"})
        return []
    limit, step = _later(start, 24), MONTHS[given["recurrence"]]
    if number is not None and number < 1:
        found.append({"field": "no_of_occurrences", "issue": "must be at least 1"})
        return []
    stop = end if end is not None else _later(start, step * min(number or 1, 1000))
    if stop > limit:
        found.append({"field": "end_date", "issue": "a recurring order lasts at most two years"})
        return []
    made: list[Json] = []
    begin = start
    while begin < stop:
        following = _later(start, step * (len(made) + 1))
        made.append({"start": begin.isoformat(), "end": min(following, stop).isoformat()})
        begin = following
    return made


def _later(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    last = (date(year + month // 11, (month + 1) % 12 + 1, 1) - timedelta(days=1)).day
    return date(year, month + 1, min(day.day, last))
