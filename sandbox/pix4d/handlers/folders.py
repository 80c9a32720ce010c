"""Folders of the drive (section 19)."""

from __future__ import annotations

from ...errors import detail, invalid, not_found
from ...platform import Answer, Call
from .. import members
from ..records import Folder
from ..registry import operation
from ..removal import remove_folder
from ..world import World


def _name(call: Call) -> str:
    name: str = call.body["name"].strip()
    if not name:
        raise invalid("name", "This field may not be blank.")
    return name


def _folder(world: World, call: Call) -> Folder | None:
    """403 for a folder that may not be changed."""
    folder = world.state.folders.get(call.path["uuid"])
    if folder is not None:
        world.require(call.account, folder.place, change=True)
    return folder


@operation("createFolder")
def create_folder(world: World, call: Call) -> Answer:
    """A new folder."""
    name = _name(call)
    one = world.state.add_folder(name, members.parent(world, call.account, call.body))
    return Answer(201, {"uuid": one.uuid, "name": one.name})


@operation("renameFolder")
def rename_folder(world: World, call: Call) -> Answer:
    """Another name. There is no 404 (section 5.2)."""
    name, one = _name(call), _folder(world, call)
    if one is None:
        raise detail(403, "You do not have permission to perform this action.")
    one.name = name
    return Answer(200, {"name": name})


@operation("deleteFolder")
def delete_folder(world: World, call: Call) -> Answer:
    """For good, with everything below it."""
    one = _folder(world, call)
    if one is None:
        raise not_found("Not found.")
    remove_folder(world, one)
    return Answer(204)
