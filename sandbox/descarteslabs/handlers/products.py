"""Products (section 5)."""

from __future__ import annotations

from typing import Any

from ...errors import detail, invalid, not_found
from ...platform import Answer, Call
from .. import answers
from ..accounts import Account
from ..records import Product
from ..registry import operation
from ..removal import cascade, forget_product
from ..rules import ACCESS, check_access, check_id, read_moment
from ..world import World

DEFAULTS: dict[str, Any] = {"start_date": None, "end_date": None, "native_bands": [], "notes": "", "orbit": "",
                            "processing_level": "", "resolution": "", "revisit": "", "sensor": "", "swath": "",
                            "tags": []}
RENAMED = {"start_datetime": "start_date", "end_datetime": "end_date"}
"""Names in requests and in answers."""


@operation("addProduct")
def add_product(world: World, call: Call) -> Answer:
    """A new product; the service puts the namespace in front (D14)."""
    full = world.full_id(call.account, check_id("id", call.body["id"]))
    return Answer(201, answers.product(world, make(world, call.account, full, call.body)))


def make(world: World, account: Account, full: str, given: dict[str, Any], core: bool = False) -> Product:
    """Keep a new product."""
    check_access(given)
    if full in world.state.products:
        raise detail(409, f"Product {full} exists already.")
    one = Product(full, {**DEFAULTS, **attributes(given)}, world.new_access(account, given), world.clock.now(), core)
    _check_dates(one.attributes)
    world.state.products[full] = one
    return one


def attributes(given: dict[str, Any]) -> dict[str, Any]:
    """The attributes in a body, as answers name them."""
    found: dict[str, Any] = {}
    for name, value in given.items():
        if name in RENAMED:
            found[RENAMED[name]] = answers.moment(read_moment(name, value))
        elif name not in (*ACCESS, "id"):
            found[name] = value
    if found.get("title") == "":
        raise invalid("title", "Must not be empty.")
    if found.get("spectral_bands", 0) < 0:
        raise invalid("spectral_bands", "Must not be below 0.")
    return found


def _check_dates(found: dict[str, Any]) -> None:
    start, end = found.get("start_date"), found.get("end_date")
    if start and end and read_moment("start_datetime", start) > read_moment("end_datetime", end):
        raise invalid("end_datetime", "Must not be before start_datetime.")


@operation("getProduct")
def get_product(world: World, call: Call) -> Answer:
    """One product."""
    return Answer(200, answers.product(world, world.product(call)))


@operation("replaceProduct")
def replace_product(world: World, call: Call) -> Answer:
    """A whole new document; owners stay unless given (D03)."""
    one = world.product(call, change=True)
    check_access(call.body)
    fresh = {**DEFAULTS, **attributes(call.body)}
    _check_dates(fresh)
    one.attributes = fresh
    _take_access(one, {"read": [], "writers": [], **call.body})
    return _changed(world, call, one)


@operation("changeProduct")
def change_product(world: World, call: Call) -> Answer:
    """Only what is given."""
    one = world.product(call, change=True)
    check_access(call.body)
    changed = {**one.attributes, **attributes(call.body)}
    _check_dates(changed)
    one.attributes = changed
    _take_access(one, call.body)
    return _changed(world, call, one)


def _take_access(one: Product, given: dict[str, Any]) -> None:
    for name in ACCESS:
        if name in given and (given[name] or name != "owners"):
            setattr(one.access, name, list(given[name]))


def _changed(world: World, call: Call, one: Product) -> Answer:
    one.modified = world.clock.now()
    if call.query.get("set_global_permissions"):
        for record in (*world.state.bands_of(one.id), *world.state.images_of(one.id)):
            record.access = one.access.copy()
    return Answer(200, answers.product(world, one))


@operation("removeProduct")
def remove_product(world: World, call: Call) -> Answer:
    """Gone, and with ``cascade`` its bands and images after it (section 5.3)."""
    one = world.product(call, change=True)
    with_all = call.query.get("cascade", "False").lower()
    if with_all not in ("true", "false"):
        raise invalid("cascade", "Must be True or False.")
    if with_all == "true":
        return Answer(200, {"deletion_task": cascade(world, one).handle})
    if world.state.bands_of(one.id) or world.state.images_of(one.id):
        raise detail(400, f"Product {one.id} has bands or images. Remove them first, or ask for a cascade.")
    forget_product(world, one)
    return gone()


def gone() -> Answer:
    """An empty answer. The vendor's client looks for a content type in every answer (section 5.3, D02)."""
    return Answer(204, None, {"Content-Type": "text/plain"})


@operation("productDeletionStatus")
def product_deletion_status(world: World, call: Call) -> Answer:
    """How far a cascade is."""
    found = world.state.removals.get(call.path["task"])
    if found is None or not found.access.may_read(call.account):
        raise not_found(f"Deletion task {call.path['task']} was not found.")
    return Answer(200, answers.removal(world, found))
