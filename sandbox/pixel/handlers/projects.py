"""Projects: listed, made, shown, changed, moved, deleted, restored (sections 6 and 12)."""

from __future__ import annotations

from typing import Any

from ...errors import detail, not_found
from ...located import unprocessable
from ...platform import Answer, Call
from .. import answers
from ..records import Project
from ..registry import operation
from ..world import World

ROOT = -1
"""``new_parent_id`` for a project that shall have no parent."""


@operation("listProjects")
def list_projects(world: World, call: Call) -> Answer:
    """A page of the projects, those below others included."""
    return _page(world, call, world.state.live_projects())


@operation("listDeletedProjects")
def list_deleted_projects(world: World, call: Call) -> Answer:
    """A page of those that can be restored."""
    return _page(world, call, [one for one in world.state.projects.values() if one.deleted is not None])


def _page(world: World, call: Call, found: list[Project]) -> Answer:
    extended = bool(call.query.get("extended"))
    return Answer(200, [answers.project(world, one, extended) for one in world.rows(call, found)])


@operation("createProject")
def create_project(world: World, call: Call) -> Answer:
    """A new project, at the root or below another one."""
    given, parent = call.body, call.body.get("parent_project_id")
    _check_area(given["area_of_interest"])
    if parent is not None:
        world.live_project(parent)
    one = Project(world.new_id(), given["name"], given["description"], given["area_of_interest"], parent,
                  world.clock.now(), list(dict.fromkeys(given.get("tags", ()))))
    world.state.projects[one.id] = one
    return Answer(200, answers.project(world, one))


def _check_area(area: dict[str, Any]) -> None:
    for ring in area["coordinates"]:
        if ring[0][:2] != ring[-1][:2]:
            raise unprocessable("A ring of the polygon is not closed", "area_of_interest", given=ring[-1])
        if any(not (-180 <= one[0] <= 180 and -90 <= one[1] <= 90) for one in ring):
            raise unprocessable("Coordinates must be longitude and latitude (WGS84)", "area_of_interest")


@operation("getProject")
def get_project(world: World, call: Call) -> Answer:
    """One project."""
    return Answer(200, answers.project(world, world.project(call), bool(call.query.get("extended"))))


@operation("updateProject")
def update_project(world: World, call: Call) -> Answer:
    """Change what is given."""
    one, given = world.project(call), call.body
    if "area_of_interest" in given:
        _check_area(given["area_of_interest"])
    one.name = given.get("name", one.name)
    one.description = given.get("description", one.description)
    one.area = given.get("area_of_interest", one.area)
    world.retag(one.tags, given)
    one.updated = world.clock.now()
    return Answer(200, answers.project(world, one))


@operation("deleteProject")
def delete_project(world: World, call: Call) -> Answer:
    """Softly; what is in it is hidden, not marked (A19)."""
    one = world.project(call)
    one.deleted = world.clock.now()
    return Answer(200, answers.deleted(one.id, "Deleted; can be restored for 60 days"))


@operation("restoreProject")
def restore_project(world: World, call: Call) -> Answer:
    """Take a deletion back; 409 for one that is not deleted (A19)."""
    number = int(call.path["project_id"])
    one = world.state.projects.get(number)
    above = world.state.projects.get(one.parent) if one is not None and one.parent is not None else None
    if one is None or (above is not None and world.state.hidden(above)):
        raise not_found(f"Project {number} was not found")
    if one.deleted is None:
        raise detail(409, f"Project {number} is not deleted")
    one.deleted = None
    return Answer(200, answers.project(world, one))


@operation("moveProject")
def move_project(world: World, call: Call) -> Answer:
    """Put a project below another one, or at the root; never below itself."""
    one, parent = world.project(call), call.query["new_parent_id"]
    if parent == ROOT:
        one.parent = None
    else:
        if one in world.state.above(world.live_project(parent)):
            raise detail(409, f"Project {one.id} cannot be moved below itself")
        one.parent = parent
    one.updated = world.clock.now()
    return Answer(200, answers.project(world, one))
