"""Scenes, archive and catalog looked for: by algorithms and by the search dock (notes, sections 7 and 13)."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from ...capabilities import Entry
from ...http.answers import Page
from ...search import AREA, CAPTURED, CLOUD, FURTHER, Hit, Hits, Query
from ...work import Work
from ..client import PixxelClient
from ..records import ArchiveSearch, RangeFilter, SceneSearch
from .tree_entries import catalog_entry, item_entry, scene_entry

NARROWS = frozenset({AREA, CAPTURED, CLOUD, FURTHER})
ON, CATALOG, ARCHIVE, SCENES, SATELLITE = "on", "catalog", "archive", "scenes", "satellite"
FOUND_SCENE = "found_scene"
"""A scene of any satellite, which is in no collection of the archive."""
PAGE = 100
CLOUD_COVER = "eo:cloud_cover"
WORLD = {"type": "Polygon", "coordinates": [[[-180, -90], [180, -90], [180, 90], [-180, 90], [-180, -90]]]}
BEGINNING, END = "1970-01-01T00:00:00Z", "2100-01-01T00:00:00Z"
"""What is sent where the search for scenes, which has to have both, is not narrowed in time."""
JUST_ABOVE = 0.001
"""What makes of “less than”, which is documented, “at most”, which is not (P09)."""


def interval(after: str, before: str) -> str:
    """Two moments as the platform's ``datetime``; empty where none is given."""
    return f"{after or '..'}/{before or '..'}" if after or before else ""


def archive_search(
    area: Mapping[str, Any] | None = None, after: str = "", before: str = "", cloud: float | None = None,
    collections: Sequence[str] = (), ids: Sequence[str] = (), ranges: Sequence[RangeFilter] = (),
    newest_first: bool = True,
) -> ArchiveSearch:
    """A question to the archive. ``cloud``: per cent at most; ``ranges``: of further properties, both ends with."""
    asked: ArchiveSearch = {"datetime": interval(after, before), "collections": list(collections), "ids": list(ids)}
    if area is not None:
        asked["intersects"] = area
    query = {one["id"]: {"gt": one["min"] - JUST_ABOVE, "lt": one["max"] + JUST_ABOVE} for one in ranges}
    if cloud is not None:
        known = query.setdefault(CLOUD_COVER, {})
        known["lt"] = min(cloud + JUST_ABOVE, known.get("lt", cloud + JUST_ABOVE))
    if query:
        asked["query"] = query
    if newest_first:
        asked["sortby"] = [{"field": "properties->>'datetime'", "direction": "desc"}]
    return asked


def cloud_at_most(percent: float) -> RangeFilter:
    """Clouds as the search for scenes narrows them: by whole numbers only (section 7.2), so a fraction is left out, and
    nothing cloudier than asked for comes."""
    return {"id": CLOUD_COVER, "min": 0, "max": math.floor(percent)}


def page(api: PixxelClient, query: Query, begin: str, work: Work) -> Hits:
    """A page for the search dock: of the catalog, of the archive, or of scenes of all satellites or the one named."""
    on = query.further.get(ON) or (SCENES if query.further.get(SATELLITE) else ARCHIVE)
    asked = api.during(work)
    if on == SCENES:
        found, following = asked.scenes.search(_scenes(asked, query), begin, PAGE)
        withheld = 0 if begin or following else max(0, (found.count or 0) - len(found.records))
        return Hits([hit_of(SCENES, one) for one in found.records], found.count, following, withheld)
    offset = int(begin or "0")
    pages: Any
    search: Any = archive_search(query.area, query.captured_after, query.captured_before, query.max_cloud)
    if on == CATALOG:
        search["sort_by"] = search.pop("sortby")
        pages = asked.catalogs.search(search, offset, PAGE)
    else:
        pages = asked.archives.search(search, offset, PAGE)
    one_page: Page[Any] = next(pages)
    following = "" if one_page.last else str(offset + PAGE)
    return Hits([hit_of(on, one) for one in one_page.records], one_page.count, following)


def _scenes(api: PixxelClient, query: Query) -> SceneSearch:
    wanted = query.further.get(SATELLITE, "")
    satellites = [
        {"satellite_id": one["id"], "collection_id": str(two["id"])}
        for one in api.satellites.list() if wanted in ("", one["id"]) for two in one.get("collections") or ()
        if two.get("id")
    ]
    asked: Any = {
        "start_date": query.captured_after or BEGINNING, "end_date": query.captured_before or END,
        "satellites": satellites, "geometry": query.area if query.area is not None else WORLD,
    }
    if query.max_cloud is not None:
        asked["filters"] = [cloud_at_most(query.max_cloud)]
    found: SceneSearch = asked
    return found


def hit_of(on: str, one: Mapping[str, Any]) -> Hit:
    """A result as the dock shows it."""
    item: Any = one.get("details") if on == CATALOG else one
    given = item.get("properties") if isinstance(item, Mapping) else None
    properties: Mapping[str, Any] = given if isinstance(given, Mapping) else {}
    cloud = properties.get(CLOUD_COVER)
    known = float(cloud) if isinstance(cloud, (int, float)) and not isinstance(cloud, bool) else None
    captured = properties.get("datetime")
    return Hit(_entry(on, one), captured if isinstance(captured, str) else "", known)


def _entry(on: str, one: Mapping[str, Any]) -> Entry:
    if on == CATALOG:
        return catalog_entry(one)
    if on == ARCHIVE:
        return scene_entry(one)
    found = item_entry(FOUND_SCENE, f"{one.get('collection') or ''}/{one.get('id') or ''}", one, {})
    return replace(found, picture=quick_look(one))  # no request reads such an item alone


def quick_look(item: Mapping[str, Any]) -> str:
    """The address of a STAC item's small picture, on a host outside the API; empty where there is none."""
    assets = item.get("assets")
    found: dict[str, str] = {}
    for name, asset in (assets.items() if isinstance(assets, Mapping) else ()):
        if not isinstance(asset, Mapping) or not str(asset.get("href") or "").startswith(("https://", "http://")):
            continue
        roles = asset.get("roles") or ()
        kind = str(asset.get("type") or "")
        for wanted in ("thumbnail", "overview"):
            if (wanted in roles or name == wanted) and not kind.startswith("image/tiff"):
                found.setdefault(wanted, str(asset["href"]))
        if name in ("rendered_preview", "preview") and kind.startswith(("image/png", "image/jpeg")):
            found.setdefault("preview", str(asset["href"]))
    return next((found[one] for one in ("thumbnail", "overview", "preview") if one in found), "")
