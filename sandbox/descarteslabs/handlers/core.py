"""Products, bands and images of the vendor itself: 403 for everybody but its staff (section 17)."""

from __future__ import annotations

from ...errors import detail, not_found
from ...platform import Answer, Call
from .. import answers
from ..accounts import STAFF
from ..records import Product
from ..registry import operation
from ..rules import check_id
from ..world import World
from . import bands, images, products


@operation("addCoreProduct")
def add_core_product(world: World, call: Call) -> Answer:
    """A product whose id is taken as it is."""
    _require_staff(call)
    full = check_id("id", call.body["id"])
    return Answer(201, answers.product(world, products.make(world, call.account, full, call.body, core=True)))


@operation("addCoreBand")
def add_core_band(world: World, call: Call) -> Answer:
    """A band of a core product."""
    return Answer(201, answers.band(world, bands.make(world, _core(world, call), call.body)))


@operation("addCoreImage")
def add_core_image(world: World, call: Call) -> Answer:
    """A record of a core product."""
    return Answer(201, answers.image(world, images.make(world, _core(world, call), call.body)))


def _core(world: World, call: Call) -> Product:
    _require_staff(call)
    found = world.state.products.get(call.path["product_id"])
    if found is None or not found.core:
        raise not_found(f"Core product {call.path['product_id']} was not found.")
    return found


def _require_staff(call: Call) -> None:
    if STAFF not in call.account.groups:
        raise detail(403, "Only the vendor's staff may do this.")
