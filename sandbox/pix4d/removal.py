"""What goes with a project, a site or a folder that is deleted."""

from __future__ import annotations

from .records import Folder, Group, Project
from .state import GROUP_BUCKET
from .world import World


def remove_project(world: World, one: Project) -> None:
    """A project with its files."""
    world.state.forget(one)
    world.remove(one.bucket, one.base)


def remove_group(world: World, one: Group) -> None:
    """A site; its projects move to where it was (A53)."""
    for project in world.state.projects.values():
        if project.parent == one.place:
            project.parent = one.parent
    world.state.forget(one)
    world.remove(GROUP_BUCKET, f"user-{one.owner}/project_group-{one.id}")


def remove_folder(world: World, one: Folder) -> None:
    """A folder with everything below it."""
    state = world.state
    for project in list(state.projects.values()):
        if one.place in state.above(project.place):
            remove_project(world, project)
    for group in list(state.groups.values()):
        if one.place in state.above(group.place):
            remove_group(world, group)
    inside = [each for each in state.folders.values() if one.place in state.above(each.place)]
    for each in inside:
        state.forget_access(each.place)
        del state.folders[each.uuid]
    state.changed()
