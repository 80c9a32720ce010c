"""Sites (section 18)."""

from __future__ import annotations

from typing import Any

from ...errors import detail
from ...platform import Answer, Call
from .. import answers, members
from ..records import Crs, Group
from ..registry import operation
from ..removal import remove_group
from ..world import World


def _order(one: Group, name: str) -> Any:
    return {"name": one.name.casefold(), "id": one.id}.get(name, one.created)


@operation("listProjectGroups")
def list_groups(world: World, call: Call) -> Answer:
    """A page of sites, newest first unless ordered otherwise (name, id, anything else by date; a minus turns round)."""
    text, order = call.query.get("search", "").casefold(), call.query.get("ordering", "-date")

    def search() -> list[Group]:
        found = [one for one in world.state.groups.values()
                 if text in one.name.casefold() and world.may(call.account, one.place)]
        return sorted(found, key=lambda one: _order(one, order.lstrip("-")), reverse=order.startswith("-"))

    return world.pages.answer(call, world.page_size(call), world.state.version, search,
                              lambda one: answers.group(world, one, call.host))


@operation("createProjectGroup")
def create_group(world: World, call: Call) -> Answer:
    """A new site."""
    given = call.body
    system, place = members.crs(given, Crs()), members.parent(world, call.account, given)
    one = world.state.add_group(given["name"], given["project_group_type"], place, system)
    return Answer(201, answers.group(world, one, call.host))


@operation("getProjectGroup")
def get_group(world: World, call: Call) -> Answer:
    """One site."""
    return Answer(200, answers.group(world, world.group(call), call.host))


@operation("updateProjectGroup")
def update_group(world: World, call: Call) -> Answer:
    """Change some members."""
    one, given = world.group(call, change=True), call.body
    system = members.crs(given, one.crs)
    if given.get("owner_uuid") not in (None, one.owner):
        raise detail(403, "The site cannot be given to somebody else.")
    if "parent_type" in given or "parent_uuid" in given:
        one.parent = members.parent(world, call.account, given)
    one.crs, one.name = system, given.get("name", one.name)
    one.type = given.get("project_group_type", one.type)
    return Answer(200, answers.group(world, one, call.host))


@operation("deleteProjectGroup")
def delete_group(world: World, call: Call) -> Answer:
    """Its projects stay (A53)."""
    remove_group(world, world.group(call, change=True))
    return Answer(204)
