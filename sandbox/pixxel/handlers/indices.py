"""Indices: presets and own ones (section 10)."""

from __future__ import annotations

from ...platform import Answer, Call
from ..records import Index, Json
from ..refusals import bad, taken
from ..registry import operation
from ..satellites import SATELLITES
from ..work.arithmetic import Malformed, bands_of, parse
from ..work.index import COLORMAPS
from ..world import World


@operation("listIndices")
def list_indices(world: World, call: Call) -> Answer:
    """Presets first."""
    names = {"satellite_id": "satellite", "type": "type", "expression_type": "expression_type", "index_id": "id"}
    found = [one for one in world.state.indices.values()
             if all(call.query.get(name) in (None, getattr(one, own)) for name, own in names.items())]
    rows, pages = world.page(call.query, found)
    return Answer(200, {"indices": [answer(world, one) for one in rows], "pagination": pages})


@operation("createIndex")
def create_index(world: World, call: Call) -> Answer:
    """A custom index; its expression may hold bands of its satellite only."""
    given = call.body
    satellite = SATELLITES.get(given["satellite_id"])
    if satellite is None:
        raise bad("satellite_id", "there is no such satellite")
    if not given["name"].strip():
        raise bad("name", "must not be empty")
    if any(one.name == given["name"] and one.satellite == satellite.id for one in world.state.indices.values()):
        raise taken("index", given["name"])
    try:
        parts, bands = parse(given["expression"]), bands_of(given["expression"])
    except Malformed as error:
        raise bad("expression", str(error)) from None
    unknown = [name for name in bands if satellite.band(name) is None]
    if unknown or not bands:
        raise bad("expression", f"{satellite.name} has no band {', '.join(unknown)}" if unknown else "names no band")
    if len(parts) != (3 if given["expression_type"] == "composite" else 1):
        raise bad("expression", "a composite has three parts with commas between, other types have one")
    if len(given["rescale"]) != 2 or given["rescale"][0] >= given["rescale"][1]:
        raise bad("rescale", "must be minimum and maximum")
    if given["colormap"] not in COLORMAPS:
        raise bad("colormap", f"must be one of {', '.join(COLORMAPS)}")
    one = Index(world.new_id(), given["name"], given["description"], given["expression"], given["expression_type"],
                given["colormap"], given["rescale"], satellite.id, bands, "custom", world.now())
    world.state.indices[one.id] = one
    return Answer(201, answer(world, one))


def answer(world: World, one: Index) -> Json:
    """An index."""
    moment = world.moment(one.created)
    return {"id": one.id, "name": one.name, "description": one.description, "expression": one.expression,
            "expression_type": one.expression_type, "colormap": one.colormap, "rescale": one.rescale,
            "satellite_id": one.satellite, "bands": one.bands, "type": one.type, "created_at": moment,
            "updated_at": moment}
