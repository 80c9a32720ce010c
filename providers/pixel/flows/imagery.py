"""Rasters and images found for the search dock: by area, text, tag and time, of one sort at a time (section 11)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ...capabilities import Entry
from ...search import AREA, CAPTURED, FURTHER, TAG, TEXT, Hit, Hits, Query
from ...shapes.wkt import to_wkt
from ...work import Work
from ..client import PixelClient
from ..places import Place
from ..service_records import SearchQuery
from .streaming import identity

NARROWS = frozenset({AREA, CAPTURED, TEXT, TAG, FURTHER})
ON, IMAGES, RASTERS = "on", "images", "rasters"
KINDS = {RASTERS: "found.raster", IMAGES: "found.image"}
"""What an entry is called: its id holds the data collection too, through which alone it is found."""
PLACES = {RASTERS: "footprint", IMAGES: "location"}
PAGE = 100
METADATA, CLOUD_COVER = "json_metadata", "cloud_cover"
"""Where “Send item to platform” writes the clouds, in per cent: the platform itself has no such member."""
POINT_DEGREES = 0.0001
"""Half the side of the square that stands for the place of an image, some ten metres."""


def query_of(query: Query) -> SearchQuery:
    """The question as the platform takes it, what came last first."""
    on = query.further.get(ON) or RASTERS
    tests: list[dict[str, Any]] = []
    for operator, moment in ((">=", query.captured_after), ("<=", query.captured_before)):
        if moment:
            tests.append({operator: [{"var": "capture_date"}, moment]})
    if query.tag:
        tests.append({"contains": [{"var": "tags"}, query.tag]})
    asked: SearchQuery = {"on": on, "sort": [{"field": "created_at", "direction": "desc"}]}
    if query.text:
        asked["search"] = query.text
    if tests:
        asked["filter"] = tests[0] if len(tests) == 1 else {"and": tests}
    if query.area is not None:
        asked["intersects"] = to_wkt(dict(query.area))
    return asked


def page(api: PixelClient, query: Query, begin: str, work: Work) -> Hits:
    """The page from the offset ``begin`` on (empty: the first)."""
    offset = int(begin or "0")
    asked = query_of(query)
    answer = api.during(work).search.page(asked, offset, PAGE)
    rows = [one for one in answer["results"] if isinstance(one, Mapping)]
    total = answer.get("total_count")
    reached = offset + len(rows)
    more = bool(rows) and (reached < total if isinstance(total, int) else len(rows) == PAGE)
    on = str(asked["on"])
    hits = [hit_of(on, one) for one in rows if one.get("id") is not None]
    return Hits(hits, total if isinstance(total, int) else None, str(reached) if more else "")


def hit_of(on: str, one: Mapping[str, Any]) -> Hit:
    """A result as the dock shows it."""
    place = Place(str(one.get("project_id") or ""), str(one.get("data_collection_id") or ""))
    captured = one.get("capture_date")
    shown = {name: str(one[name]) for name in ("project_name", "data_collection_name", "file_name", "format", "srid")
             if one.get(name) is not None}
    entry = Entry(KINDS[on], identity(place, str(one["id"])), str(one.get("name") or one["id"]), "", shown,
                  _footprint(one.get(PLACES[on])))
    tags = one.get("tags")
    return Hit(entry, captured if isinstance(captured, str) else "", _cloud(one.get(METADATA)),
               ", ".join(map(str, tags)) if isinstance(tags, Sequence) and not isinstance(tags, str) else "")


def _cloud(metadata: Any) -> float | None:
    """Per cent, where the free metadata tell it."""
    found = metadata.get(CLOUD_COVER) if isinstance(metadata, Mapping) else None
    if not isinstance(found, (int, float)) or isinstance(found, bool) or not 0 <= found <= 100:
        return None
    return float(found)


def _footprint(shape: Any) -> Mapping[str, object] | None:
    """A polygon; of a point the square around it."""
    if not isinstance(shape, Mapping):
        return None
    if shape.get("type") != "Point":
        return shape
    try:
        x, y = (float(one) for one in shape["coordinates"][:2])
    except (KeyError, TypeError, ValueError):
        return None
    west, east, south, north = x - POINT_DEGREES, x + POINT_DEGREES, y - POINT_DEGREES, y + POINT_DEGREES
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return {"type": "Polygon", "coordinates": [ring]}
