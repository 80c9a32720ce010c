"""Data collections: listed, made, shown, changed, moved, deleted, restored (sections 7 and 12)."""

from __future__ import annotations

from ...errors import detail, not_found
from ...platform import Answer, Call
from .. import answers
from ..records import Collection
from ..registry import operation
from ..rules import check_rules
from ..world import World


@operation("listDataCollections")
def list_data_collections(world: World, call: Call) -> Answer:
    """A page of a project's data collections."""
    return _page(world, call, world.state.live_collections(world.project(call).id))


@operation("listDeletedDataCollections")
def list_deleted_data_collections(world: World, call: Call) -> Answer:
    """A page of those of a project that can be restored."""
    project = world.project(call)
    return _page(world, call, [one for one in world.state.collections.values()
                               if one.project == project.id and one.deleted is not None])


def _page(world: World, call: Call, found: list[Collection]) -> Answer:
    kind = call.query.get("data_collection_type")
    return Answer(200, [answers.collection(world, one)
                        for one in world.rows(call, found, lambda each: kind in (None, each.type))])


@operation("createDataCollection")
def create_data_collection(world: World, call: Call) -> Answer:
    """A new one; its rules must fit its type."""
    project, given = world.project(call), call.body
    check_rules(given["data_collection_type"], given.get("raster_info"))
    one = Collection(world.new_id(), project.id, given["name"], given["description"], given["data_collection_type"],
                     world.clock.now(), given.get("raster_info"), list(dict.fromkeys(given.get("tags", ()))))
    world.state.collections[one.id] = one
    return Answer(200, answers.collection(world, one))


@operation("getDataCollection")
def get_data_collection(world: World, call: Call) -> Answer:
    """One data collection."""
    return Answer(200, answers.collection(world, world.collection(call)))


@operation("updateDataCollection")
def update_data_collection(world: World, call: Call) -> Answer:
    """Change what is given; type and rules stay."""
    one, given = world.collection(call), call.body
    one.name = given.get("name", one.name)
    one.description = given.get("description", one.description)
    world.retag(one.tags, given)
    one.updated = world.clock.now()
    return Answer(200, answers.collection(world, one))


@operation("deleteDataCollection")
def delete_data_collection(world: World, call: Call) -> Answer:
    """Softly."""
    one = world.collection(call)
    one.deleted = world.clock.now()
    return Answer(200, answers.deleted(one.id, "Deleted; can be restored for 60 days"))


@operation("restoreDataCollection")
def restore_data_collection(world: World, call: Call) -> Answer:
    """Take a deletion back; 409 for one that is not deleted (A19)."""
    project, number = world.project(call), int(call.path["data_collection_id"])
    one = world.state.collections.get(number)
    if one is None or one.project != project.id:
        raise not_found(f"Data collection {number} was not found in project {project.id}")
    if one.deleted is None:
        raise detail(409, f"Data collection {number} is not deleted")
    one.deleted = None
    return Answer(200, answers.collection(world, one))


@operation("moveDataCollection")
def move_data_collection(world: World, call: Call) -> Answer:
    """Give it to another project."""
    one = world.collection(call)
    one.project = world.live_project(call.query["new_project_id"]).id
    one.updated = world.clock.now()
    return Answer(200, answers.collection(world, one))
