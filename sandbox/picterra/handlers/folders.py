"""Folders and the detectors assigned to them (sections 9.4 and 9.11)."""

from __future__ import annotations

from ...errors import invalid
from ...platform import Answer, Call
from .. import answers
from ..records import Folder
from ..world import World
from .registry import operation


@operation("listFolders")
def list_folders(world: World, call: Call) -> Answer:
    """A page of folders, newest first."""
    text = call.query.get("search", "").lower()

    def search() -> list[Folder]:
        return [one for one in reversed(world.state.folders.values())
                if world.state.role(call.account, one) and text in one.name.lower()]

    return world.pages.answer(call, world.services.settings.page_size, world.state.version, search,
                              lambda one: answers.folder(world, one))


@operation("createFolder")
def create_folder(world: World, call: Call) -> Answer:
    """A new folder."""
    name = call.body["name"].strip()
    if not name:
        raise invalid("name", "This field may not be blank.")
    return Answer(201, {"id": world.state.add_folder(call.account, name).id})


@operation("getFolder")
def get_folder(world: World, call: Call) -> Answer:
    """One folder."""
    return Answer(200, answers.folder(world, world.state.find(world.state.folders, call.account,
                                                              call.path["folder_id"])))


@operation("listFolderDetectors")
def list_folder_detectors(world: World, call: Call) -> Answer:
    """A page of the detectors assigned to a folder in the web application."""
    folder = world.state.find(world.state.folders, call.account, call.path["folder_id"])
    assigned = [one for one in reversed(world.state.detectors.values()) if one.id in folder.detectors]
    return world.pages.answer(call, world.services.settings.page_size, world.state.version, lambda: assigned,
                              answers.folder_detector)
