"""The catalog: searched, shown, downloaded as bundles (section 13)."""

from __future__ import annotations

from datetime import date
from functools import partial
from itertools import islice
from typing import Any

from shapely.geometry import shape

from ...platform import Answer, Call
from .. import searching, stac
from ..bundles import begin, look
from ..recipes import product_of
from ..records import Entry, Json
from ..refusals import bad, missing, refusal
from ..registry import control, operation
from ..satellites import ALL_BANDS, TD1, TD2
from ..scenes import FIRST_DAY, last_day, scenes
from ..state import CROPS, USER, WORKSPACE
from ..work.cube import square_metres
from ..work.product import filler, products
from ..world import World

OWN_MEMBERS = {"project_id": "project", "usecase": "usecase", "task_id": "task", "order_id": "order",
               "order_item_id": "item", "bandset_id": "bandset", "delivery_status": "delivery_status",
               "area": "square_km", "id": "id"}


@operation("searchCatalogs")
def search_catalogs(world: World, call: Call) -> Answer:
    """Entries that meet all conditions, the newest first unless sorted; two of them unless ``limit`` says more."""
    given = call.body
    first, last = searching.interval(given.get("datetime"))
    area, around = searching.area_of(given)
    searching.check_query(given.get("query"))
    lists = {name: {str(one).lower() for one in given[name]} for name in
             ("ids", "item_ids", "order_ids", "order_item_ids", "collections") if name in given}
    found = []
    for one in reversed(world.state.entries.values()):
        own = {"ids": one.id, "item_ids": one.scene.id.lower(), "order_ids": one.order, "order_item_ids": one.item,
               "collections": one.scene.collection}
        if not world.may(call, one.project) or any(own[name] not in wanted for name, wanted in lists.items()):
            continue
        if not first <= one.scene.moment <= last or around == []:
            continue
        if area is not None and not area.intersects(one.shape):
            continue
        if given.get("query") and not searching.fits(given["query"], partial(value_of, one)):
            continue
        found.append(one)
    found = searching.arrange(found, searching.order(given), value_of)
    rows, pages = world.page(given, found, usual=2)
    return Answer(200, {"catalogs": [answer(world, one, call.host) for one in rows], "pagination": pages})


@operation("getCatalog")
def get_catalog(world: World, call: Call) -> Answer:
    """One entry."""
    one = world.found(world.state.entries, call.path["id"], "catalog")
    world.admitted(call, one.project)
    return Answer(200, answer(world, one, call.host))


@operation("createCatalogDownload")
def create_catalog_download(world: World, call: Call) -> Answer:
    """Begin to put a bundle together."""
    entries = entries_of(world, call, call.body)
    wanted = [product_of(world, one, details(world, one, call.host)) for one in entries]
    name = entries[0].scene.id if len(entries) == 1 else "catalogs"
    one = begin(world, "catalog", world.key(call).user, f"{name}.zip", products, (wanted,))
    return Answer(201, {"id": one.id, "status": "created", "signed_url": ""})


@operation("getCatalogDownload")
def get_catalog_download(world: World, call: Call) -> Answer:
    """How far a bundle is, and its signed address once it is there."""
    one = world.found(world.state.bundles, call.path["download_id"], "download")
    if one.kind != "catalog":
        raise missing("download")
    return Answer(200, {"id": one.id, "status": look(one), "signed_url": world.address(one.path, call.host)})


def entries_of(world: World, call: Call, given: Json) -> list[Entry]:
    """The entries that ``catalog_ids`` or ``order_item_ids`` name; 400 unless exactly one of them is filled."""
    by_entry, by_item = given.get("catalog_ids") or [], given.get("order_item_ids") or []
    if bool(by_entry) == bool(by_item):
        raise bad("catalog_ids", "give either catalog_ids or order_item_ids")
    found: list[Entry] = []
    for number in by_entry:
        found.append(world.found(world.state.entries, number, "catalog"))
    for number in by_item:
        item = world.found(world.state.items, number, "order item")
        own = [one for one in world.state.entries.values() if one.item == item.id]
        if not own:
            raise refusal(409, f"nothing was delivered for order item {item.id} yet")
        found += own
    for one in found:
        world.admitted(call, one.project)
    return list({one.id: one for one in found}.values())


def value_of(one: Entry, name: str) -> Any:
    """What a query or an order means by a name: a member of the entry, or a property of its item."""
    if name in OWN_MEMBERS:
        return getattr(one, OWN_MEMBERS[name])
    if name == "created_at":
        return one.created
    if name == "eo:cloud_cover":
        return one.scene.cloud_cover
    if name == "datetime":
        return stac.taken(one.scene)
    return stac.properties(one.scene, catalog=True).get(name)


def details(world: World, one: Entry, host: str) -> Json:
    """The STAC item of an entry; its footprint is what was ordered of the scene."""
    item = stac.item(world, one.scene, host, catalog=True)
    return {**item, "geometry": one.area, "bbox": [round(each, 6) for each in one.shape.bounds]}


def answer(world: World, one: Entry, host: str) -> Json:
    """An entry (section 13.1)."""
    moment = world.moment(one.created)
    delivered = world.settings.pixxel_success_word if one.delivery_status == "SUCCESS" else one.delivery_status
    return {"id": one.id, "org_id": WORKSPACE, "task_id": one.task, "bandset_id": one.bandset, "area": one.square_km,
            "delivery_status": delivered, "details": details(world, one, host), "created_at": moment,
            "created_by": one.user, "updated_at": moment, "updated_by": one.user}


# ---------------------------------------------------------------------- control calls
LAST_DAY = date(2026, 11, 19)
"""Scenes differ in size, clouds and place: a test that makes entries gets the same ones on every day."""


@control("POST catalogs")
def many(world: World, query: dict[str, str], body: dict[str, Any]) -> dict[str, Any]:
    """``{"count"?: 1, "area"?: GeoJSON, "project"?: id, "usecase"?: "agriculture", "collection"?: "pixxel-td-l2a"}``:
    entries without orders, of the newest scenes until :data:`LAST_DAY` that touch the area (without one, of a land of
    10 by 10 degrees)."""
    count, area = int(body.get("count", 1)), body.get("area")
    around = shape(area).bounds if area else (70.0, 10.0, 80.0, 20.0)
    wanted = scenes([(TD2, body.get("collection", "pixxel-td-l2a")), (TD1, body.get("collection", "pixxel-td-l2a"))],
                    [around], FIRST_DAY, min(LAST_DAY, last_day(world.now())))
    whole = shape(area) if area else None
    made: list[str] = []
    for scene in islice(wanted, 100 * count):
        if len(made) == count:
            break
        ring = shape({"type": "Polygon", "coordinates": [scene.ring]})
        part = ring if whole is None else ring.intersection(whole)
        if part.area == 0:
            continue
        own = searching.geojson(part)
        one = Entry(world.new_id(), world.new_id(), world.new_id(), world.new_id(), body.get("project", CROPS),
                    body.get("usecase", "agriculture"), ALL_BANDS, own,
                    round(square_metres(own)[0] / 1e6, 3), scene, world.now(), USER)
        world.state.entries[one.id] = one
        made.append(one.id)
    return {"count": len(made), "catalogs": made[:1000]}


@control("POST bundles")
def large(world: World, query: dict[str, str], body: dict[str, Any]) -> dict[str, Any]:
    """``{"bytes": 2147483648}``: a catalog download of that size, of noise; follow it as any other."""
    one = begin(world, "catalog", USER, "noise.zip", filler, (int(body["bytes"]),))
    return {"id": one.id}
