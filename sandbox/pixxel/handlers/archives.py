"""The archive of own imagery: collections, their items, search without totals (section 7.3)."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from itertools import islice
from typing import Any

import shapely

from ...platform import Answer, Call
from .. import searching, stac
from ..refusals import bad, missing
from ..registry import operation
from ..satellites import COLLECTIONS, TD1, TD2, Collection
from ..scenes import Scene, by_id, last_day, scenes
from ..world import LARGEST_PAGE, World

WORLD = [(-180.0, -90.0, 180.0, 90.0)]
MOST_SORTED = 20_000
FARTHEST = 1_000_000
"""Items that are walked past: the archive is made while it is read."""
OWN = {one.id: one for one in COLLECTIONS.values() if one.own}


@operation("listCollections")
def list_collections(world: World, call: Call) -> Answer:
    """All, or those that are named."""
    wanted = world.ids(call.query.get("ids"))
    return Answer(200, {"collections": [stac.collection(world, one) for one in OWN.values()
                                        if wanted is None or one.id in wanted]})


@operation("getCollection")
def get_collection(world: World, call: Call) -> Answer:
    """One collection, without an envelope."""
    return Answer(200, stac.collection(world, _collection(call)))


@operation("listCollectionItems")
def list_collection_items(world: World, call: Call) -> Answer:
    """All items of a collection by pages, the newest first."""
    return _page(world, call, _found(world, {"collections": [_collection(call).id]}), call.query)


@operation("getCollectionItem")
def get_collection_item(world: World, call: Call) -> Answer:
    """One item."""
    one = by_id(call.path["id"], last_day(world.now()))
    if one is None or one.collection != _collection(call).id:
        raise missing("item")
    return Answer(200, stac.item(world, one, call.host))


@operation("searchArchive")
def search_archive(world: World, call: Call) -> Answer:
    """Items that meet all conditions."""
    return _page(world, call, _found(world, call.body), call.body)


def _collection(call: Call) -> Collection:
    found = OWN.get(call.path["cid"])
    if found is None:
        raise missing("collection")
    return found


def _page(world: World, call: Call, found: Iterator[Scene], given: dict[str, Any]) -> Answer:
    offset, limit = int(given.get("offset", 0)), int(min(given.get("limit", 10), LARGEST_PAGE))
    if offset > FARTHEST:
        raise bad("offset", f"must not be above {FARTHEST}")
    rows = list(islice(found, offset, offset + limit))
    return Answer(200, {"type": "FeatureCollection", "links": [],
                        "features": [stac.item(world, one, call.host) for one in rows]})


def _found(world: World, given: dict[str, Any]) -> Iterator[Scene]:
    first, last = searching.interval(given.get("datetime"))
    area, boxes = searching.area_of(given)
    newest = last_day(world.now())
    query = given.get("query")
    searching.check_query(query)
    wanted = [one for one in OWN if "collections" not in given or one in given["collections"]]
    if "ids" in given:
        named = (by_id(one, newest) for one in dict.fromkeys(given["ids"]))
        rows: Iterator[Scene] = iter([one for one in named if one is not None and one.collection in wanted])
    else:
        rows = scenes([(satellite, one) for one in wanted for satellite in (TD1, TD2)],
                      WORLD if boxes is None else boxes, first.date(), min(last.date(), newest))
    rows = (one for one in rows if first <= one.moment <= last)
    if query:
        rows = (one for one in rows if searching.fits(query, partial(_value, one)))
    if area is not None:
        shapely.prepare(area)
        rows = (one for one in rows if area.intersects(shapely.Polygon(one.ring)))
    keys = searching.order(given)
    if not keys or keys == [("datetime", True)] and boxes is None and "ids" not in given:
        return rows
    known = list(islice(rows, MOST_SORTED + 1))
    if len(known) > MOST_SORTED:
        raise bad("sortby", f"more than {MOST_SORTED} items cannot be sorted; narrow the search")
    return iter(searching.arrange(known, keys, _value))


def _value(one: Scene, name: str) -> Any:
    """A property of a scene, or its id or collection."""
    if name == "eo:cloud_cover":
        return one.cloud_cover
    if name in ("id", "collection"):
        return getattr(one, name)
    return stac.properties(one).get(name)
