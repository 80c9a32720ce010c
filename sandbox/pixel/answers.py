"""Records as the API shows them. Who owns a resource shows it here or in a module beside its handlers."""

from __future__ import annotations

from typing import Any

from .records import Collection, Group, Plugin, Project, Task, User
from .world import World


def moment(world: World, seconds: float | None) -> str | None:
    """A time as answers have it; None for one that has not come."""
    return world.clock.moment(seconds) if seconds is not None else None


def user(one: User) -> dict[str, Any]:
    """Somebody; never the password."""
    return {"id": one.id, "username": one.username, "email": one.username, "first_name": one.first_name,
            "last_name": one.last_name, "user_type": one.role, "enabled": one.enabled}


def plugin(one: Plugin) -> dict[str, Any]:
    """A plugin (A20)."""
    return {"name": one.name, "description": one.description, "enabled": one.enabled}


def project(world: World, one: Project, extended: bool = False) -> dict[str, Any]:
    """A project (A6); extended with its data collections and the projects below it."""
    shown = {"id": one.id, "name": one.name, "description": one.description, "area_of_interest": one.area,
             "parent_project_id": one.parent, "tags": list(one.tags), "created_at": world.clock.moment(one.created),
             "updated_at": moment(world, one.updated), "deleted_at": moment(world, one.deleted)}
    if extended:
        state = world.state
        shown["data_collections"] = [collection(world, each) for each in state.live_collections(one.id)]
        shown["child_projects"] = [project(world, each) for each in state.children(one.id) if not state.hidden(each)]
    return shown


def collection(world: World, one: Collection) -> dict[str, Any]:
    """A data collection (A6)."""
    return {"id": one.id, "data_collection_type": one.type, "name": one.name, "description": one.description,
            "project_id": one.project, "tags": list(one.tags), "raster_info": one.rules,
            "created_at": world.clock.moment(one.created), "updated_at": moment(world, one.updated),
            "deleted_at": moment(world, one.deleted)}


def job(world: World, one: Task) -> dict[str, Any]:
    """A background job."""
    words = one.job.errors["message"] if one.job is not None and one.job.errors else one.detail
    return {"job_id": one.id, "name": one.name, "status": one.state, "completed": one.completed, "detail": words,
            "created_at": world.clock.moment(one.created)}


def job_ref(one: Task) -> dict[str, Any]:
    """A background job in the answer that started it."""
    return {"job_id": one.id, "name": one.name, "status": "submitted", "completed": False}


def group(one: Group) -> dict[str, Any]:
    """A group of background jobs as it is now."""
    states = [each.state for each in one.jobs]
    good, bad = states.count("completed"), states.count("failed")
    return {"group_id": one.id, "total_jobs": len(states), "success_count": good, "failed_count": bad,
            "completed": good + bad == len(states)}


def group_ref(one: Group) -> dict[str, Any]:
    """A group as it was when it was submitted."""
    return {"group_id": one.id, "total_jobs": len(one.jobs), "success_count": 0, "failed_count": 0, "completed": False}


def deleted(number: int, words: str = "Deleted") -> dict[str, Any]:
    """The answer to a deletion (A19)."""
    return {"id": number, "detail": words}
