"""Optimised copies of point clouds (COPC): registered, made, listed, deleted (outside the vendor's guide)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ...errors import not_found
from ...platform import Answer, Call
from .. import answers, optimisation
from ..records import OptimizedCloud
from ..registry import operation
from ..world import World

TYPE = "point_cloud"
MEMBERS = ("format", "point_record_format", "version_major", "version_minor")


def optimise_cloud(source: Path, target: Path) -> int:
    """In the worker process: what it needs takes part of a second, which the server would spend at its start."""
    from ..work import copc

    return copc.optimise_cloud(source, target)


def shown(one: OptimizedCloud) -> dict[str, Any]:
    """A copy."""
    return {"id": one.id, "point_cloud_id": one.cloud, "status": one.status}


@operation("listOptimizedPointClouds")
def list_optimized_point_clouds(world: World, call: Call) -> Answer:
    """A page of the copies of a data collection; the filters are about their sources."""
    collection, query = world.collection(call, TYPE), call.query

    def fits(one: OptimizedCloud) -> bool:
        source = world.state.clouds[one.cloud]
        return (query.get("status") in (None, one.status)
                and all(query.get(name) in (None, getattr(source, name)) for name in MEMBERS))

    rows = world.rows(call, world.state.optimized_clouds.of(collection.id), fits, world.state.optimized_clouds)
    return Answer(200, [shown(one) for one in rows])


@operation("createOptimizedPointClouds")
def create_optimized_point_clouds(world: World, call: Call) -> Answer:
    """Copies of those that are named, or of all; one that is there already is given as it is."""
    collection, wanted = world.collection(call, TYPE), call.body.get("point_cloud_ids")
    known = {one.id: one for one in world.state.clouds.of(collection.id)}
    unknown = [number for number in wanted or () if number not in known]
    if unknown:
        raise not_found(f"Point cloud {unknown[0]} was not found in data collection {collection.id}")
    table = world.state.optimized_clouds
    there = {one.cloud: one for one in table.of(collection.id)}
    made = [there.get(number) or table.add(OptimizedCloud(world.new_id(), collection.id, number, world.clock.now()))
            for number in dict.fromkeys(known if wanted is None else wanted)]
    return Answer(200, [shown(one) for one in made])


@operation("runOptimizedPointClouds")
def run_optimized_point_clouds(world: World, call: Call) -> Answer:
    """Make those that are named, or all that wait. What the body calls ``point_cloud_ids`` holds ids of the copies, as
    the vendor's client sends them; ids of their sources are taken, too."""
    collection, retry = world.collection(call, TYPE), call.body["retry_failed"]
    table, wanted = world.state.optimized_clouds, call.body.get("point_cloud_ids")
    of_source = {one.cloud: one.id for one in table.of(collection.id)}
    ids = None if wanted is None else [of_source.get(number, number) for number in wanted]
    copies = optimisation.chosen(table, collection.id, ids, retry)

    def work_of(copy: Any) -> optimisation.Work | None:
        source, target = world.state.clouds[copy.cloud], world.new_path(".copc.laz")
        return None if source.file is None else (optimise_cloud, (source.file, target), target)

    return Answer(200, {"group_job": answers.group_ref(optimisation.run(world, table, copies, retry, work_of))})


@operation("deleteOptimizedPointCloud")
def delete_optimized_point_cloud(world: World, call: Call) -> Answer:
    """The copy of a point cloud; 404 where it has none."""
    cloud = world.record(call, world.state.clouds, "point_cloud_id", "Point cloud")
    table = world.state.optimized_clouds
    copy = next((one for one in table.of(cloud.collection) if one.cloud == cloud.id), None)
    if copy is None:
        raise not_found(f"Point cloud {cloud.id} has no optimised copy")
    world.remove_file(table.drop(copy.id).file)
    return Answer(200, answers.deleted(copy.id))
