"""Control calls for Geodata Pixel: what cannot be seen or done through its API, for tests and benchmarks.

Each takes the world, the query and the JSON body. Calls about one resource stand beside its handlers.
"""

from __future__ import annotations

from typing import Any

from .records import ROLES, Collection, Project
from .registry import control
from .world import World

Query = dict[str, str]
Body = dict[str, Any]
WHOLE_COUNTRY = {"type": "Polygon", "coordinates": [[[4.0, 57.5], [32.0, 57.5], [32.0, 71.5], [4.0, 71.5],
                                                     [4.0, 57.5]]]}
"""A polygon around Norway."""


@control("GET ")
def overview(world: World, query: Query, body: Body) -> dict[str, Any]:
    """How many there are of everything; users and plugins by name."""
    state = world.state
    return {"users": {one.username: {"id": one.id, "role": one.role, "enabled": one.enabled}
                      for one in state.users.values()},
            "plugins": {one.name: one.enabled for one in state.plugins.values()},
            "projects": len(state.projects), "collections": len(state.collections), "images": len(state.images),
            "rasters": len(state.rasters), "point_clouds": len(state.clouds), "optimized": len(state.optimized),
            "upload_jobs": len(state.upload_jobs), "attachments": len(state.attachments),
            "harvest": len(state.harvest), "services": len(state.services), "bearers": len(state.bearers),
            "deposits": len(world.presigned.deposits), "jobs_running": world.jobs.running}


@control("GET jobs")
def jobs(world: World, query: Query, body: Body) -> dict[str, Any]:
    """What runs, and what broke in the sandbox itself."""
    return {"running": world.jobs.running, "defects": world.jobs.defects()}


@control("POST tokens/expire")
def expire(world: World, query: Query, body: Body) -> dict[str, Any]:
    """``{"refresh"?: true}``: end all access tokens now, and with ``refresh`` all refresh tokens too."""
    ended = [one for one in world.state.bearers.values() if body.get("refresh") or not one.refresh]
    for one in ended:
        one.ends = min(one.ends, world.clock.now())
    return {"ended": len(ended)}


@control("POST users/{name}")
def user(world: World, query: Query, body: Body) -> dict[str, Any]:
    """``{"role"?: "viewer", "enabled"?: false, "password"?: ...}``; the name before the @ is enough."""
    one = world.state.user_named(query["name"]) or world.state.user_named(query["name"] + "@fjord.example")
    if one is None or set(body) - {"role", "enabled", "password"} or body.get("role", ROLES[0]) not in ROLES:
        raise ValueError("Give a user, and some of role, enabled, password.")
    for name, value in body.items():
        setattr(one, name, value)
    return {"id": one.id, "role": one.role, "enabled": one.enabled}


@control("POST plugins")
def plugins(world: World, query: Query, body: Body) -> dict[str, Any]:
    """``{"optimized_raster": false}``: switch plugins; null takes one out of the list."""
    for name, value in body.items():
        one = world.state.plugins[name]
        if value is None:
            del world.state.plugins[name]
        else:
            one.enabled = bool(value)
    return {one.name: one.enabled for one in world.state.plugins.values()}


@control("POST projects")
def many_projects(world: World, query: Query, body: Body) -> dict[str, Any]:
    """``{"count"?: 1, "name"?: "Project", "parent"?: id, "area"?: GeoJSON polygon, "tags"?: [...]}``."""
    made = []
    for number in range(int(body.get("count", 1))):
        one = Project(world.new_id(), f"{body.get('name', 'Project')} {number:05d}", "",
                      body.get("area", WHOLE_COUNTRY), body.get("parent"), world.clock.now(),
                      list(body.get("tags", ())))
        world.state.projects[one.id] = one
        made.append(one.id)
    world.state.changed()
    return {"projects": made}


@control("POST collections")
def many_collections(world: World, query: Query, body: Body) -> dict[str, Any]:
    """``{"project": id, "count"?: 1, "name"?: "Collection", "type"?: "image", "rules"?: {...}, "tags"?: [...]}``."""
    made = []
    for number in range(int(body.get("count", 1))):
        one = Collection(world.new_id(), world.state.projects[int(body["project"])].id,
                         f"{body.get('name', 'Collection')} {number:05d}", "", body.get("type", "image"),
                         world.clock.now(), body.get("rules"), list(body.get("tags", ())))
        world.state.collections[one.id] = one
        made.append(one.id)
    world.state.changed()
    return {"collections": made}
