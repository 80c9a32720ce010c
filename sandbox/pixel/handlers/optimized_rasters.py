"""Optimised copies of rasters: registered, made, listed, deleted (section 14)."""

from __future__ import annotations

from typing import Any

from ...errors import not_found
from ...platform import Answer, Call
from .. import answers, optimisation
from ..records import RASTER_TYPES, Optimized
from ..registry import control, operation
from ..removal import remove_optimized
from ..work.optimise import optimise
from ..world import World


def shown(world: World, one: Optimized) -> dict[str, Any]:
    """A copy (A21)."""
    return {"id": one.id, "raster_id": one.raster, "profile": one.profile, "status": one.status,
            "creation_options": one.options, "detail": one.detail, "created_at": answers.moment(world, one.created)}


@operation("listOptimizedRasters")
def list_optimized_rasters(world: World, call: Call) -> Answer:
    """A page of the copies of a data collection."""
    collection = world.collection(call, *RASTER_TYPES)
    rows = world.rows(call, world.state.optimized.of(collection.id), by_id=world.state.optimized)
    return Answer(200, [shown(world, one) for one in rows])


@operation("createOptimizedRasters")
def create_optimized_rasters(world: World, call: Call) -> Answer:
    """Copies of the rasters that are named, or of all; one that is there already is given as it is (A21)."""
    world.require_plugin(optimisation.PLUGIN)
    collection, given = world.collection(call, *RASTER_TYPES), call.body
    options, wanted = given["creation_options"], given.get("raster_ids")
    rasters = world.state.rasters.of(collection.id)
    if wanted is not None:
        known = {one.id: one for one in rasters}
        unknown = [number for number in wanted if number not in known]
        if unknown:
            raise not_found(f"Raster {unknown[0]} was not found in data collection {collection.id}")
        rasters = [known[number] for number in dict.fromkeys(wanted)]
    profiles = {one.id: optimisation.profile_of(collection, one, given.get("profile")) for one in rasters}
    for one in rasters:
        optimisation.check_nearblack(one, profiles[one.id], options)
    there = {(one.raster, one.profile): one for one in world.state.optimized.of(collection.id)}
    made = [there.get((one.id, profiles[one.id])) or world.state.optimized.add(
        Optimized(world.new_id(), collection.id, one.id, profiles[one.id], options, world.clock.now()))
        for one in rasters]
    return Answer(200, [shown(world, one) for one in made])


@operation("runOptimizedRasters")
def run_optimized_rasters(world: World, call: Call) -> Answer:
    """Make those that are named, or all that wait."""
    world.require_plugin(optimisation.PLUGIN)
    collection, retry = world.collection(call, *RASTER_TYPES), call.body["retry_failed"]
    table = world.state.optimized
    copies = optimisation.chosen(table, collection.id, call.body.get("optimized_raster_ids"), retry)

    def work_of(copy: Any) -> optimisation.Work | None:
        source, target = world.state.rasters[copy.raster], world.new_path(".tif")
        if source.file is None:
            return None
        return optimise, (optimisation.plan_of(source, copy, target),), target

    group = optimisation.run(world, table, copies, retry, work_of)
    return Answer(200, {"group_job": answers.group_ref(group)})


@operation("deleteOptimizedRasters")
def delete_optimized_rasters(world: World, call: Call) -> Answer:
    """The copies of a raster, of one profile or of all."""
    raster = world.record(call, world.state.rasters, "raster_id", "Raster")
    profile = call.query.get("profile")
    gone = [one for one in world.state.optimized.of(raster.collection)
            if one.raster == raster.id and profile in (None, one.profile)]
    for one in gone:
        remove_optimized(world, one.id)
    return Answer(200, [shown(world, one) for one in gone])


@control("POST optimisation")
def fail(world: World, query: dict[str, str], body: dict[str, Any]) -> dict[str, Any]:
    """``{"fails": [ids of rasters or point clouds]}``: optimising them fails from now on; an empty list ends that."""
    world.notes[optimisation.TROUBLE] = set(map(int, body["fails"]))
    return {"fails": sorted(world.notes[optimisation.TROUBLE])}


@control("GET optimisation")
def files(world: World, query: dict[str, str], body: dict[str, Any]) -> dict[str, Any]:
    """Where the copies lie on this machine, by their ids."""
    tables: tuple[Any, ...] = (world.state.optimized, world.state.optimized_clouds)
    return {str(one.id): str(one.file) for table in tables for one in table.values() if one.file is not None}
