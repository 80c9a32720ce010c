"""The drive: one level, a search, the way up, and moving (section 19)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Union

from ...errors import invalid, not_found
from ...platform import Answer, Call
from .. import answers
from ..records import Folder, Group, Place, Project
from ..registry import operation
from ..world import World

Node = Union[Folder, Group, Project]
LONGEST_PATH = 3


def _name(one: Any) -> str:
    if isinstance(one, Project):
        return one.display_name
    return str(one.email if hasattr(one, "email") else one.name)


def _record(world: World, one: Node, call: Call) -> dict[str, Any]:
    metadata = None
    if call.query.get("full_metadata"):
        metadata = (answers.simple(world, one, call.host) if isinstance(one, Project) else
                    answers.group(world, one, call.host) if isinstance(one, Group) else {})
    return {"legacy_id": one.number if isinstance(one, Folder) else one.id, "uuid": one.uuid, "type": one.place.kind,
            "date": world.clock.moment(one.created), "name": _name(one), "metadata": metadata}


def _nodes(world: World) -> Iterator[Node]:
    yield from world.state.folders.values()
    yield from world.state.groups.values()
    yield from world.state.projects.values()


def _wanted(call: Call, nodes: Iterable[Node]) -> list[Node]:
    """Those of the kinds that were asked for, in the order that was asked for: by name if none was."""
    left_out = {kind for kind, name in ((Group, "include_project_groups"), (Project, "include_projects"))
                if not call.query.get(name, True)}
    found = [one for one in nodes if type(one) not in left_out]
    order = call.query.get("ordering", "name")
    if order.endswith("name"):
        return sorted(found, key=lambda one: (_name(one).casefold(), one.uuid), reverse=order.startswith("-"))
    return sorted(found, key=lambda one: (one.created, one.uuid), reverse=order.startswith("-"))


def _parent(world: World, call: Call) -> Place:
    place = Place(call.path["parent_type"], call.path["parent_uuid"].lower())
    if world.state.find(place) is None:
        raise not_found("Not found.")
    return place


@operation("listDrive")
def list_drive(world: World, call: Call) -> Answer:
    """One level. Who does not see the root gets the places in it that are open to the caller, nested ones omitted."""
    place, state = _parent(world, call), world.state
    if world.may(call.account, place):
        def search() -> list[Node]:
            return _wanted(call, (one for one in _nodes(world) if one.parent == place))
    else:
        inside = [one for one in _nodes(world) if place in state.above(one.place)
                  and world.may(call.account, one.place) and not world.may(call.account, one.parent)]
        if place.kind == "folder" or not inside:
            world.require(call.account, place)

        def search() -> list[Node]:
            return _wanted(call, inside)

    return world.pages.answer(call, world.page_size(call), state.version, search,
                              lambda one: _record(world, one, call))


@operation("searchDrive")
def search_drive(world: World, call: Call) -> Answer:
    """At any depth, by the names shown, whatever the case."""
    place, text = _parent(world, call), call.query["q"].casefold()
    if not any(world.may(call.account, one.place) for one in _nodes(world) if place in world.state.above(one.place)):
        world.require(call.account, place)
    ungrouped = call.query.get("exclude_grouped_projects", False)

    def search() -> list[Node]:
        return _wanted(call, (
            one for one in _nodes(world)
            if text in _name(one).casefold() and not (ungrouped and one.parent.kind == "project_group")
            and place in world.state.above(one.place) and world.may(call.account, one.place)))

    return world.pages.answer(call, world.page_size(call), world.state.version, search,
                              lambda one: _record(world, one, call))


@operation("getDrivePath")
def get_path(world: World, call: Call) -> Answer:
    """From a node upwards, as far as the caller sees; the owner is told apart."""
    place = _parent(world, call)
    world.require(call.account, place)
    above = [one for one in world.state.above(place) if one.kind not in ("organization", "user")]
    seen = [one for one in above if world.may(call.account, one)]
    most = call.query.get("max_path_items", LONGEST_PATH)
    owner = list(world.state.above(place))[-1]

    def shown(one: Place) -> dict[str, str]:
        return {"uuid": one.uuid, "type": one.kind, "name": _name(world.state.find(one))}

    return Answer(200, {"path": [shown(one) for one in seen[:most]], "owner": shown(owner),
                        "more_ancestors": len(seen) > most})


@operation("moveBatch")
def move_batch(world: World, call: Call) -> Answer:
    """All or nothing (A55). A site takes projects only, and nothing goes into itself."""
    state, given = world.state, call.body
    target = Place(given["target_type"], given["target_uuid"].lower())
    sources = [Place(one["type"], one["uuid"].lower()) for one in given["source_nodes"]]
    found = [state.find(one) for one in sources]
    if state.find(target) is None or None in found:
        raise not_found("Not found.")
    for one in (target, *sources):
        world.require(call.account, one, change=True)
    if len(set(sources)) != len(sources):
        raise invalid("source_nodes", "A node is named twice.")
    if len({state.parent(one) for one in sources}) != 1:
        raise invalid("source_nodes", "The nodes have different parents.")
    if {state.owner(one) for one in (target, *sources)} != {given["owner_uuid"].lower()}:
        raise invalid("owner_uuid", "The nodes and the target belong to somebody else.")
    if target.kind == "project_group" and any(one.kind != "project" for one in sources):
        raise invalid("target_type", "A project group takes projects only.")
    if set(sources) & set(state.above(target)):
        raise invalid("target_uuid", "A folder cannot be moved into itself.")
    for node in found:
        if isinstance(node, (Folder, Group, Project)):
            node.parent = target
    return Answer(204)
