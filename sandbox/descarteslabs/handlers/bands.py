"""Bands (section 6)."""

from __future__ import annotations

from typing import Any

from ...errors import detail
from ...platform import Answer, Call
from .. import answers
from ..records import Band, Product
from ..registry import operation
from ..rules import NUMBER_BITS, check_band, check_id
from ..world import World
from .products import gone


@operation("addBand")
def add_band(world: World, call: Call) -> Answer:
    """A new band."""
    return Answer(201, answers.band(world, make(world, world.product(call, change=True), call.body)))


def make(world: World, product: Product, given: dict[str, Any]) -> Band:
    """Keep a new band; it is for whom the product is for."""
    name = check_id("name", given["name"])
    if (product.id, name) in world.state.bands:
        raise detail(409, f"Band {name} of product {product.id} exists already.")
    one = Band(product.id, name, whole(given), product.access.copy(), world.clock.now(), product.core)
    world.state.bands[product.id, name] = one
    return one


def whole(given: dict[str, Any]) -> dict[str, Any]:
    """The attributes of a band as they are kept."""
    found = {"srcfile": 0, "jpx_layer": 0, "tags": [], **given}
    found.pop("name", None)
    check_band(found)
    found["nbits"] = NUMBER_BITS[found["dtype"]]
    return found


@operation("getBand")
def get_band(world: World, call: Call) -> Answer:
    """One band."""
    return Answer(200, answers.band(world, world.band(call)))


@operation("replaceBand")
def replace_band(world: World, call: Call) -> Answer:
    """A whole new definition (D03)."""
    one = world.band(call, change=True)
    return _become(world, one, whole(call.body))


@operation("changeBand")
def change_band(world: World, call: Call) -> Answer:
    """Only what is given."""
    one = world.band(call, change=True)
    return _become(world, one, whole({**one.attributes, **call.body}))


def _become(world: World, one: Band, attributes: dict[str, Any]) -> Answer:
    one.attributes, one.modified = attributes, world.clock.now()
    return Answer(200, answers.band(world, one))


@operation("removeBand")
def remove_band(world: World, call: Call) -> Answer:
    """Gone, also while there are images (D28)."""
    one = world.band(call, change=True)
    del world.state.bands[one.product, one.name]
    return gone()
