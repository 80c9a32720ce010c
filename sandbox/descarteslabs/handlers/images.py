"""Image records (section 7)."""

from __future__ import annotations

from typing import Any

from ...errors import detail
from ...platform import Answer, Call
from .. import answers
from ..records import Image, Product
from ..registry import operation
from ..removal import remove_image as remove_with_files
from ..rules import check_id, check_image, clean_image
from ..world import World
from .products import gone


@operation("addImage")
def add_image(world: World, call: Call) -> Answer:
    """A new record, without a file of its own."""
    return Answer(201, answers.image(world, make(world, world.product(call, change=True), call.body)))


def make(world: World, product: Product, given: dict[str, Any]) -> Image:
    """Keep a new record; it is for whom the product is for."""
    key = check_id("id", given["id"])
    if (product.id, key) in world.state.images:
        raise detail(409, f"Image {key} of product {product.id} exists already.")
    one = Image(product.id, key, whole(given), product.access.copy(), world.clock.now(),
                core=product.core)
    world.state.images[product.id, key] = one
    return one


def whole(given: dict[str, Any]) -> dict[str, Any]:
    """The attributes of a record as they are kept."""
    found = clean_image({"storage_state": "available", **given})
    found.pop("id", None)
    check_image(found)
    return found


@operation("getImage")
def get_image(world: World, call: Call) -> Answer:
    """One record."""
    return Answer(200, answers.image(world, world.image(call)))


@operation("replaceImage")
def replace_image(world: World, call: Call) -> Answer:
    """A whole new record (D03)."""
    one = world.image(call, change=True)
    attributes = whole(call.body)
    one.filled = frozenset()
    return _become(world, one, attributes)


@operation("changeImage")
def change_image(world: World, call: Call) -> Answer:
    """Only what is given."""
    one = world.image(call, change=True)
    attributes = whole({**one.attributes, **call.body})
    one.filled -= set(call.body)
    return _become(world, one, attributes)


def _become(world: World, one: Image, attributes: dict[str, Any]) -> Answer:
    one.attributes, one.modified = attributes, world.clock.now()
    return Answer(200, answers.image(world, one))


@operation("removeImage")
def remove_image(world: World, call: Call) -> Answer:
    """Gone, with its stored files."""
    remove_with_files(world, world.image(call, change=True))
    return gone()
