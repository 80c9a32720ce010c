"""Rasters of a data collection (section 8)."""

from __future__ import annotations

import math

from ...errors import detail
from ...platform import Answer, Call
from .. import item_answers
from ..answers import deleted
from ..records import RASTER_TYPES, Collection, Raster
from ..registry import operation
from ..removal import remove_raster
from ..world import World
from .images import take, target_of

CELL_TOLERANCE = 1e-6
"""A14."""


@operation("listRasters")
def list_rasters(world: World, call: Call) -> Answer:
    """A page of rasters, of one format if it is asked for."""
    collection = world.collection(call)
    rasters, form = world.state.rasters, call.query.get("format")
    found = world.rows(call, rasters.of(collection.id), lambda one: form in (None, one.format), rasters)
    return Answer(200, [item_answers.raster(world, one) for one in found])


@operation("getRaster")
def get_raster(world: World, call: Call) -> Answer:
    """One raster, with the address of its file (A10)."""
    return Answer(200, item_answers.raster(world, _raster(world, call), call.host))


@operation("updateRaster")
def update_raster(world: World, call: Call) -> Answer:
    """What is in the body changes, everything else stays."""
    one = _raster(world, call)
    take(world, one, call.body)
    return Answer(200, item_answers.raster(world, one, call.host))


@operation("deleteRaster")
def delete_raster(world: World, call: Call) -> Answer:
    """Gone for good, with its optimised copies."""
    one = _raster(world, call)
    remove_raster(world, one.id)
    return Answer(200, deleted(one.id))


@operation("moveRaster")
def move_raster(world: World, call: Call) -> Answer:
    """Into a collection whose rules it meets; its optimised copies go along."""
    one = _raster(world, call)
    target = target_of(world, call)
    words = misfit(one, target)
    if words:
        raise detail(409, f"Raster {one.id} does not fit data collection {target.id}: {words}")
    for copy in [each for each in world.state.optimized.of(one.collection) if each.raster == one.id]:
        world.state.optimized.move(copy.id, target.id)
    world.state.rasters.move(one.id, target.id)
    one.updated = world.clock.now()
    return Answer(200, item_answers.raster(world, one, call.host))


def misfit(one: Raster, target: Collection) -> str:
    """Which rule of a collection a raster breaks; empty when it meets them all."""
    if target.type not in RASTER_TYPES:
        return f"it is of type {target.type}"
    for name, wanted in (target.rules or {}).items():
        found = getattr(one, name, None)
        if name == "cell_size":
            if any(not math.isclose(a, b, rel_tol=CELL_TOLERANCE) for a, b in zip(wanted, one.cell_size)):
                return f"expected cell_size {wanted}, found {list(one.cell_size)}"
        elif wanted is not None and found != wanted:
            return f"expected {name} {wanted}, found {found}"
    return ""


def _raster(world: World, call: Call) -> Raster:
    return world.record(call, world.state.rasters, "raster_id", "Raster")
