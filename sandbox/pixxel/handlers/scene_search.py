"""Scenes of own and other satellites over an area, page by page with a cursor (section 7.2, P07)."""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
from typing import Any

import shapely

from ...platform import Answer, Call
from .. import searching, stac
from ..refusals import bad
from ..registry import operation
from ..satellites import QUERYABLES, SATELLITES
from ..scenes import Scene, last_day, scenes
from ..world import World

USUAL_LIMIT = 10
KEPT = 16


@operation("searchImages")
def search_images(world: World, call: Call) -> Answer:
    """A page of scenes, the newest first."""
    given = call.body
    rest = {name: value for name, value in given.items() if name not in ("next_token", "limit")}
    digest = hashlib.sha256(json.dumps(rest, sort_keys=True).encode()).hexdigest()[:16]
    found = world.searches.get(digest)
    if found is None:
        found = _search(world, given)
        world.searches[digest] = found
        while len(world.searches) > KEPT:
            del world.searches[next(iter(world.searches))]
    skip, limit = _skip(given.get("next_token"), digest), int(given.get("limit", USUAL_LIMIT))
    pages: dict[str, Any] = {"limit": limit, "skip": skip, "total": len(found)}
    if skip + limit < len(found):
        pages["next_token"] = _token(skip + limit, digest)
    return Answer(200, {"items": {one.id: stac.item(world, one, call.host) for one in found[skip:skip + limit]},
                        "pagination": pages})


def _search(world: World, given: dict[str, Any]) -> list[Scene]:
    first, last = (searching.instant(given[name], name) for name in ("start_date", "end_date"))
    if first > last:
        raise bad("end_date", "must not be before start_date")
    area = searching.geometry(given["geometry"], "geometry")
    limits = {one["id"]: (one["min"], one["max"]) for one in given.get("filters", ())}
    for name in limits:
        if name not in QUERYABLES:
            raise bad("filters", f"{name} is not a queryable of these collections")
    around = searching.boxes_of(area) if area is not None else []
    rows = list(scenes(_sources(given["satellites"]), around, first.date(), min(last.date(), last_day(world.now()))))
    low, high = limits.get("eo:cloud_cover", (0, 100))
    rows = [one for one in rows if low <= one.cloud_cover <= high and first <= one.moment <= last]
    low, high = limits.get("view:off_nadir", (0, 90))
    rows = [one for one in rows if low <= one.off_nadir <= high]
    if not rows:
        return []
    touch = shapely.intersects(shapely.polygons([one.ring for one in rows]), area)
    return [one for one, good in zip(rows, touch) if good]


def _sources(given: list[dict[str, str]]) -> list[tuple[str, str]]:
    found = []
    for one in given:
        satellite = SATELLITES.get(one["satellite_id"])
        if satellite is None:
            raise bad("satellites", f"there is no satellite {one['satellite_id']}")
        if one["collection_id"] not in satellite.collections:
            raise bad("satellites", f"{satellite.name} has no collection {one['collection_id']}")
        if (one["satellite_id"], one["collection_id"]) not in found:
            found.append((one["satellite_id"], one["collection_id"]))
    if not found:
        raise bad("satellites", "name at least one")
    return found


def _token(skip: int, digest: str) -> str:
    return base64.urlsafe_b64encode(f"{digest}/{skip}".encode()).decode().rstrip("=")


def _skip(token: str | None, digest: str) -> int:
    """How many were shown before; 400 for a cursor of another search."""
    if not token:
        return 0
    try:
        text = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4)).decode()
    except (binascii.Error, ValueError):
        text = ""
    owner, _, number = text.partition("/")
    if owner != digest or not number.isdigit():
        raise bad("next_token", "does not belong to this search")
    return int(number)
