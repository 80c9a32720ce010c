"""Searching images and products as the metadata service does (section 11)."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Callable, Mapping
from datetime import datetime, timezone
from typing import Any

from osgeo import ogr

from ..errors import detail, invalid
from .accounts import Account
from .records import Image
from .rules import read_moment
from .world import World, visible

ogr.UseExceptions()

FILTERS = ("products", "sat_ids", "date", "geom", "start_datetime", "end_datetime", "cloud_fraction",
           "cloud_fraction_0", "fill_fraction", "storage_state", "query_expr", "sort_field", "sort_order",
           "random_seed", "fields")
"""Members that may not change from page to page."""
DATES = ("acquired", "archived", "processed", "published", "modified")
COMPARED: dict[str, Callable[[Any, Any], bool]] = {
    "gt": lambda a, b: a > b, "gte": lambda a, b: a >= b, "lt": lambda a, b: a < b, "lte": lambda a, b: a <= b}
INTERVALS = {"y": "year", "year": "year", "quarter": "quarter", "M": "month", "month": "month", "week": "week",
             "d": "day", "day": "day", "h": "hour", "hour": "hour", "m": "minute", "minute": "minute",
             "product": "product"}


def find(world: World, account: Account, given: Mapping[str, Any]) -> list[Image]:
    """All images that a search means, in its order."""
    products = given.get("products") or []
    if not products:
        raise detail(400, "products: Name at least one product.")
    tests = [*_limits(given), *_time(world, given)]
    area = _area(given["geom"]) if given.get("geom") else None
    if given.get("query_expr"):
        tests.append(expression(given["query_expr"]))
    found = [one for one in world.state.images.values() if one.product in products and visible(one, account)
             and all(test(values(world, one)) for test in tests) and (area is None or _touches(one, area))]
    return ordered(world, found, given)


def ordered(world: World, found: list[Image], given: Mapping[str, Any]) -> list[Image]:
    """By a field, at random but always the same for a seed, or by time and id."""
    found = sorted(found, key=lambda one: one.id)
    seed = given.get("random_seed")
    if seed not in (None, False):
        random.Random(str(seed)).shuffle(found)  # noqa: S311 - the order of a list  # nosec B311
        return found
    name = given.get("sort_field") or given.get("date") or "acquired"
    found.sort(key=lambda one: _rank(values(world, one).get(name)), reverse=given.get("sort_order") == "desc")
    return found


def _rank(value: Any) -> tuple[int, float, str]:
    """Numbers before texts before nothing."""
    if isinstance(value, (int, float)):
        return 0, float(value), ""
    return (1, 0.0, value) if isinstance(value, str) else (2, 0.0, "")


def values(world: World, one: Image) -> dict[str, Any]:
    """What expressions and sorting see of an image; extra properties by their names."""
    return {**one.attributes.get("extra_properties", {}), **one.attributes, "id": one.id, "key": one.key,
            "product": one.product, "modified": world.clock.moment(one.modified)}


# ---------------------------------------------------------------------- tests
Test = Callable[[Mapping[str, Any]], bool]


def _limits(given: Mapping[str, Any]) -> list[Test]:
    """Bounds of the shares, satellites and the state; what an image does not tell does not keep it out."""
    tests: list[Test] = []
    for name in ("cloud_fraction", "cloud_fraction_0"):
        if given.get(name) is not None:
            tests.append(lambda one, name=name: one.get(name, 0) <= given[name])  # type: ignore[misc]
    if given.get("fill_fraction") is not None:
        tests.append(lambda one: one.get("fill_fraction", 1) >= given["fill_fraction"])
    if given.get("sat_ids"):
        tests.append(lambda one: one.get("sat_id") in given["sat_ids"])
    if given.get("storage_state"):
        tests.append(lambda one: one.get("storage_state") == given["storage_state"])
    return tests


def _time(world: World, given: Mapping[str, Any]) -> list[Test]:
    name = given.get("date") or "acquired"
    if name not in DATES:
        raise invalid("date", f"Must be one of: {', '.join(DATES)}.")
    tests: list[Test] = []
    if given.get("start_datetime"):
        start = read_moment("start_datetime", given["start_datetime"])
        tests.append(lambda one: name in one and read_moment(name, one[name]) >= start)
    if given.get("end_datetime"):
        end = read_moment("end_datetime", given["end_datetime"])
        tests.append(lambda one: name in one and read_moment(name, one[name]) < end)
    return tests


def _area(text: str) -> ogr.Geometry:
    """The area of a search: GeoJSON (also a feature) or WKT, as text."""
    try:
        if text.lstrip().startswith("{"):
            read = json.loads(text)
            read = read.get("geometry", read) if read.get("type") == "Feature" else read
            found = ogr.CreateGeometryFromJson(json.dumps(read))
        else:
            found = ogr.CreateGeometryFromWkt(text)
    except (RuntimeError, ValueError, TypeError, AttributeError) as error:
        raise invalid("geom", "Must be GeoJSON or WKT.") from error
    if found is None or found.IsEmpty():
        raise invalid("geom", "Must be GeoJSON or WKT.")
    return found


def _touches(one: Image, area: ogr.Geometry) -> bool:
    geometry = one.attributes.get("geometry")
    if geometry is None:
        return False
    return bool(ogr.CreateGeometryFromJson(json.dumps(geometry)).Intersects(area))


def expression(tree: Any) -> Test:
    """``query_expr``: and, or, range, eq, ne, like."""
    if not isinstance(tree, dict) or len(tree) != 1:
        raise invalid("query_expr", "Every node has one operator.")
    name, inner = next(iter(tree.items()))
    if name in ("and", "or") and isinstance(inner, list):
        parts = [expression(one) for one in inner]
        return (lambda one: all(part(one) for part in parts)) if name == "and" else (
            lambda one: any(part(one) for part in parts))
    if not isinstance(inner, dict) or len(inner) != 1:
        raise invalid("query_expr", f"{name} is not an operator that can be used so.")
    member, wanted = next(iter(inner.items()))
    if name == "eq":
        return lambda one: bool(one.get(member) == wanted)
    if name == "ne":
        return lambda one: bool(one.get(member) != wanted)
    if name == "like" and isinstance(wanted, str):
        pattern = re.compile(re.escape(wanted).replace("%", ".*").replace("_", "."), re.DOTALL)
        return lambda one: pattern.fullmatch(str(one.get(member, ""))) is not None
    if name == "range" and isinstance(wanted, dict) and wanted and set(wanted) <= set(COMPARED):
        return lambda one: _in_range(one.get(member), wanted)
    raise invalid("query_expr", f"{name} is not an operator that can be used so.")


def _in_range(value: Any, wanted: Mapping[str, Any]) -> bool:
    for name, bound in wanted.items():
        a, b = value, bound
        if isinstance(a, str) and isinstance(b, str):
            a, b = _comparable(a), _comparable(b)
        if isinstance(a, bool) or type(a) is str and type(b) is not str or a is None or (
                isinstance(a, (int, float)) is not isinstance(b, (int, float))):
            return False
        if not COMPARED[name](a, b):
            return False
    return True


def _comparable(text: str) -> Any:
    """A moment as a number, any other text as it is."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return text
    return (found if found.tzinfo else found.replace(tzinfo=timezone.utc)).timestamp()


# ---------------------------------------------------------------------- summary
def summary(found: list[Image], given: Mapping[str, Any]) -> dict[str, Any]:
    """Numbers of images, bytes and pixels, and with ``interval`` those of each."""
    pixels = bool(given.get("pixels"))
    shown = {**_counted(found, pixels), "products": sorted({one.product for one in found})}
    interval = given.get("interval")
    if not interval:
        return shown
    if interval not in INTERVALS:
        raise invalid("interval", f"Must be one of: {', '.join(INTERVALS)}.")
    groups: dict[Any, list[Image]] = {}
    name = given.get("date") or "acquired"
    for one in found:
        if INTERVALS[interval] == "product":
            groups.setdefault(one.product, []).append(one)
        elif name in one.attributes:
            moment = datetime.fromtimestamp(read_moment(name, one.attributes[name]), timezone.utc)
            groups.setdefault(_begin(moment, INTERVALS[interval]), []).append(one)
    items = []
    for key in sorted(groups):
        item = _counted(groups[key], pixels)
        if isinstance(key, datetime):
            item = {"date": key.strftime("%Y-%m-%dT%H:%M:%S.000Z"), "timestamp": int(key.timestamp()), **item}
        items.append(item)
    return {**shown, "items": items}


def _counted(found: list[Image], pixels: bool) -> dict[str, Any]:
    shown = {"count": len(found), "bytes": sum(sum(one.attributes.get("file_sizes", ())) for one in found)}
    if pixels:
        sizes = [one.attributes.get("raster_size", (0, 0)) for one in found]
        shown["pixels"] = sum(width * height for width, height in sizes)
    return shown


def _begin(moment: datetime, interval: str) -> datetime:
    """The begin of the interval in which a moment lies; weeks begin on Monday."""
    day = moment.replace(hour=0, minute=0, second=0, microsecond=0)
    if interval == "minute":
        return moment.replace(second=0, microsecond=0)
    if interval == "hour":
        return moment.replace(minute=0, second=0, microsecond=0)
    if interval == "day":
        return day
    if interval == "week":
        return datetime.fromtimestamp(day.timestamp() - day.weekday() * 86400, timezone.utc)
    month = {"month": day.month, "quarter": (day.month - 1) // 3 * 3 + 1, "year": 1}[interval]
    return day.replace(month=month, day=1)
