"""Point clouds: listed, read, changed, moved, deleted. Their optimised copies are elsewhere."""

from __future__ import annotations

from typing import Any

from ...located import unprocessable
from ...platform import Answer, Call
from .. import answers
from ..records import PointCloud
from ..registry import operation
from ..removal import remove_point_cloud
from ..world import World

FILTERS = ("format", "point_record_format", "version_major", "version_minor")


def shown(world: World, one: PointCloud) -> dict[str, Any]:
    """A point cloud as the API shows it."""
    return {"id": one.id, "name": one.name, "data_collection_id": one.collection, "format": one.format,
            "point_record_format": one.point_record_format, "version_major": one.version_major,
            "version_minor": one.version_minor, "tags": list(one.tags), "json_metadata": dict(one.json_metadata),
            "created_at": world.clock.moment(one.created)}


def fits(one: PointCloud, query: dict[str, Any]) -> bool:
    """Whether a point cloud meets the filters of a list (section 4)."""
    return all(getattr(one, name) == query[name] for name in FILTERS if name in query)


@operation("listPointClouds")
def list_point_clouds(world: World, call: Call) -> Answer:
    """Those of a data collection."""
    table = world.state.clouds
    found = world.rows(call, table.of(world.collection(call).id), lambda one: fits(one, call.query), table)
    return Answer(200, [shown(world, one) for one in found])


@operation("getPointCloud")
def get_point_cloud(world: World, call: Call) -> Answer:
    """One."""
    return Answer(200, shown(world, _found(world, call)))


@operation("updatePointCloud")
def update_point_cloud(world: World, call: Call) -> Answer:
    """Change name, capture date, tags and metadata; what is absent stays."""
    one, given = _found(world, call), call.body
    fields = given.get("fields") or {}
    one.name = fields.get("name", one.name)
    one.capture_date = fields.get("capture_date", one.capture_date)
    world.retag(one.tags, given)
    world.remeta(one.json_metadata, given.get("json_metadata"))
    one.updated = world.clock.now()
    return Answer(200, shown(world, one))


@operation("deletePointCloud")
def delete_point_cloud(world: World, call: Call) -> Answer:
    """Delete for good, with its optimised copies."""
    one = _found(world, call)
    remove_point_cloud(world, one.id)
    return Answer(200, answers.deleted(one.id))


@operation("movePointCloud")
def move_point_cloud(world: World, call: Call) -> Answer:
    """Put it into another data collection for point clouds, with its optimised copies."""
    one = _found(world, call)
    target = world.live_collection(call.body["new_data_collection_id"])
    if target.type != "point_cloud":
        raise unprocessable(f"Expected a data collection of type point_cloud, found {target.type}",
                            "new_data_collection_id", given=target.id)
    copies = [each.id for each in world.state.optimized_clouds.of(one.collection) if each.cloud == one.id]
    world.state.clouds.move(one.id, target.id)
    for number in copies:
        world.state.optimized_clouds.move(number, target.id)
    one.updated = world.clock.now()
    return Answer(200, shown(world, one))


def _found(world: World, call: Call) -> PointCloud:
    return world.record(call, world.state.clouds, "point_cloud_id", "Point cloud")
