"""Harvest services: made, listed, shown, changed, deleted (section 16.1). Running them is in :mod:`.harvest_runs`."""

from __future__ import annotations

from typing import Any

from ...located import unprocessable
from ...platform import Answer, Call
from .. import answers
from ..records import CAMERA, Harvest
from ..registry import operation
from ..world import World

FIELDS = {"Image": ("name", "location", "capture_date"), "ImageMetadata": ("image_type", *CAMERA)}
GEOMETRY = "geometry"
"""The name of a feature's geometry among the external fields."""


@operation("listHarvestServices")
def list_harvest_services(world: World, call: Call) -> Answer:
    """A page of those of a data collection."""
    found = world.state.harvest.of(world.collection(call).id)
    return Answer(200, [shown(world, one) for one in world.rows(call, found)])


@operation("createHarvestService")
def create_harvest_service(world: World, call: Call) -> Answer:
    """A new one; 422 for a data collection of other things than images (A24)."""
    collection, given = world.collection(call, "image"), call.body
    mappings = given.get("field_mappings") or {}
    maps: list[dict[str, Any]] = []
    for row in mappings.get("maps", ()):
        _add(maps, row)
    one = Harvest(world.new_id(), collection.id, given["name"], given["description"], given["url"], given["auth"],
                  world.clock.now(), maps, list(dict.fromkeys(mappings.get("extra_fields", ()))),
                  given.get("where_clause", "1=1"))
    world.state.harvest.add(one)
    return Answer(200, shown(world, one))


@operation("getHarvestService")
def get_harvest_service(world: World, call: Call) -> Answer:
    """One service, without its secrets."""
    return Answer(200, shown(world, named(world, call)))


@operation("updateHarvestService")
def update_harvest_service(world: World, call: Call) -> Answer:
    """Change what is given; the mapping by operations."""
    one, given = named(world, call), call.body
    changes = given.get("field_mappings") or {}
    maps = [dict(row) for row in one.maps]
    for row in changes.get("maps", ()):
        _change(maps, row)
    extra = [name for name in one.extra_fields if name not in changes.get("remove_extra_fields", ())]
    one.maps = maps
    one.extra_fields = list(dict.fromkeys([*extra, *changes.get("add_extra_fields", ())]))
    for name in ("name", "description", "url", "auth"):
        setattr(one, name, given.get(name, getattr(one, name)))
    one.where = given.get("where_clause", one.where)
    return Answer(200, shown(world, one))


@operation("deleteHarvestService")
def delete_harvest_service(world: World, call: Call) -> Answer:
    """For good, with its tasks; images stay."""
    one = named(world, call)
    world.state.harvest.drop(one.id)
    for task in [task for task in world.state.harvest_tasks.values() if task.service == one.id]:
        del world.state.harvest_tasks[task.id]
    return Answer(200, answers.deleted(one.id))


def named(world: World, call: Call) -> Harvest:
    """The service of a path."""
    return world.record(call, world.state.harvest, "service_id", "Harvest service")


def shown(world: World, one: Harvest) -> dict[str, Any]:
    """A service as answers have it (A24)."""
    return {"id": one.id, "name": one.name, "description": one.description, "url": one.url,
            "data_collection_id": one.collection, "where_clause": one.where,
            "field_mappings": {"maps": [dict(row) for row in one.maps], "extra_fields": list(one.extra_fields)},
            "auth_type": next(iter(one.auth)), "running": one.running,
            "last_run_at": answers.moment(world, one.last_run), "created_at": world.clock.moment(one.created)}


# ---------------------------------------------------------------------- the mapping
def _place_of(maps: list[dict[str, Any]], row: dict[str, Any]) -> int | None:
    key = (row["model"], row["field_name"])
    return next((place for place, one in enumerate(maps) if (one["model"], one["field_name"]) == key), None)


def _add(maps: list[dict[str, Any]], row: dict[str, Any]) -> None:
    if row["field_name"] not in FIELDS[row["model"]]:
        raise unprocessable(f"{row['model']} has no field {row['field_name']}", "field_mappings", "maps")
    if not row.get("external_field"):
        raise unprocessable("Field required", "field_mappings", "maps", "external_field")
    if (row["field_name"] == "location") != (row["external_field"] == GEOMETRY):
        raise unprocessable("The geometry goes into the location, and nothing else does", "field_mappings", "maps")
    if _place_of(maps, row) is not None:
        raise unprocessable(f"{row['field_name']} is mapped already", "field_mappings", "maps")
    maps.append({name: row[name] for name in ("model", "field_name", "external_field")})


def _change(maps: list[dict[str, Any]], row: dict[str, Any]) -> None:
    if row["operation"] != "add":
        place = _place_of(maps, row)
        if place is None:
            raise unprocessable(f"{row['field_name']} is not mapped", "field_mappings", "maps")
        maps.pop(place)
    if row["operation"] != "remove":
        _add(maps, row)
