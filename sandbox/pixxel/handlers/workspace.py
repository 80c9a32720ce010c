"""Liveness, projects, satellites, bandsets (sections 1, 6, 7.1, 12.1)."""

from __future__ import annotations

from typing import Any

from ...platform import Answer, Call
from ..records import Project
from ..refusals import missing
from ..registry import operation
from ..satellites import BANDSETS, SATELLITES, bandset_answer, satellite_answer
from ..state import WORKSPACE
from ..world import World


@operation("ping")
def ping(world: World, call: Call) -> Answer:
    """P01."""
    return Answer(200, "pong")


@operation("listProjects")
def list_projects(world: World, call: Call) -> Answer:
    """Those to which the key was admitted; pages count from 1 (P03)."""
    found = [one for one in world.state.projects.values() if world.may(call, one.id)]
    size = min(call.query.get("page_size", 10), 100)
    start = (call.query.get("page_num", 1) - 1) * size
    return Answer(200, {"count": len(found), "projects": [
        {**_project(world, one), "members_count": one.members} for one in found[start:start + size]]})


@operation("getProject")
def get_project(world: World, call: Call) -> Answer:
    """One project; 404 for one that is not there, 403 for one that the key has not got."""
    if world.check_id(call.path["id"], "id") not in world.state.projects:
        raise missing("project")
    number = world.admitted(call, call.path["id"])
    return Answer(200, {"project": _project(world, world.state.projects[number])})


@operation("listSatellites")
def list_satellites(world: World, call: Call) -> Answer:
    """All in one answer."""
    return Answer(200, {"satellites": [satellite_answer(one) for one in SATELLITES.values()]})


@operation("listBandsets")
def list_bandsets(world: World, call: Call) -> Answer:
    """All in one answer."""
    return Answer(200, {"bandsets": [bandset_answer(one) for one in BANDSETS.values()]})


def _project(world: World, one: Project) -> dict[str, Any]:
    moment = world.moment(one.created)
    return {"id": one.id, "name": one.name, "title": one.title, "org_id": WORKSPACE, "created_at": moment,
            "updated_at": moment, "metadata": {}}
