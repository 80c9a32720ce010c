"""Control calls for Pixxel: what the console or time would do, for tests and benchmarks.

Each takes the world, the query and the JSON body. Calls about one resource stand beside its handlers.
"""

from __future__ import annotations

from typing import Any

from .records import Project
from .registry import control
from .state import KEY
from .world import World

Query = dict[str, str]
Body = dict[str, Any]
KINDS = ("aoi", "bundle", "order", "delivery", "visualization", "insight", "job")


@control("GET ")
def overview(world: World, query: Query, body: Body) -> dict[str, Any]:
    """How many there are of everything, and tokens that are left."""
    state = world.state
    return {"tokens": state.tokens, "projects": list(state.projects), "orders": len(state.orders),
            "order_items": len(state.items), "catalogs": len(state.entries), "bundles": len(state.bundles),
            "stores": len(state.stores), "deliveries": len(state.deliveries), "aois": len(state.aois),
            "indices": len(state.indices), "visualizations": len(state.visualizations),
            "insights": len(state.insights), "workflows": len(state.workflows), "jobs": len(state.runs)}


@control("GET jobs")
def jobs(world: World, query: Query, body: Body) -> dict[str, Any]:
    """Number of running jobs, and traces of those that a defect ended."""
    return {"running": world.jobs.running, "defects": world.jobs.defects()}


@control("POST tokens")
def tokens(world: World, query: Query, body: Body) -> dict[str, Any]:
    """``{"balance": 100}``."""
    world.state.tokens = int(body["balance"])
    return {"balance": world.state.tokens}


@control("POST fail")
def fail(world: World, query: Query, body: Body) -> dict[str, Any]:
    """``{"kind": "aoi", "count"?: 1, "words"?: "..."}``: let the next background work of a kind fail."""
    if body.get("kind") not in KINDS:
        raise ValueError(f"kind must be one of {', '.join(KINDS)}.")
    planned = world.failures.setdefault(body["kind"], [])
    planned.extend([body.get("words", "The platform could not finish this.")] * int(body.get("count", 1)))
    return {kind: len(words) for kind, words in world.failures.items()}


@control("POST projects")
def many_projects(world: World, query: Query, body: Body) -> dict[str, Any]:
    """``{"count"?: 1, "name"?: "Project"}``: projects to which the first key is admitted."""
    made = []
    for number in range(int(body.get("count", 1))):
        title = f"{body.get('name', 'Project')} {number:05d}"
        one = Project(world.new_id(), title.lower().replace(" ", "-"), title, world.now())
        world.state.projects[one.id] = one
        made.append(one.id)
    key = world.state.keys[KEY]
    key.projects = frozenset(made) | (key.projects or frozenset())
    return {"projects": made}


@control("POST keys")
def change_key(world: World, query: Query, body: Body) -> dict[str, Any]:
    """``{"key": KEY, "revoked"?: true, "ends_in"?: seconds, "projects"?: [ids]}``: the key is in no address, as
    addresses are logged."""
    one = world.state.keys[body["key"]]
    one.revoked = bool(body.get("revoked", one.revoked))
    if "ends_in" in body:
        one.ends = world.now() + float(body["ends_in"])
    if "projects" in body:
        one.projects = frozenset(body["projects"])
    return {"name": one.name, "revoked": one.revoked}


@control("POST states")
def states(world: World, query: Query, body: Body) -> dict[str, Any]:
    """``{"table": "aois", "id": id, "status": "updating", "progress"?: 40}``: put something into a state that the
    sandbox itself never reaches, also an unknown one. Tables: orders, items, entries (``delivery_status``), bundles,
    deliveries, aois, assets, visualizations, insights, runs."""
    assets = {each.id: each for aoi in world.state.aois.values() for each in aoi.assets}
    one: Any = (assets if body["table"] == "assets" else getattr(world.state, body["table"]))[body["id"]]
    for name in set(body) - {"table", "id"}:
        if not hasattr(one, name):
            raise ValueError(f"There is no {name} in {body['table']}.")
        setattr(one, name, body[name])
    return {"id": one.id}
