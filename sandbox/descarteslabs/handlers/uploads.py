"""Uploads announced, listed and shown (section 8)."""

from __future__ import annotations

from typing import Any

from ...errors import invalid, not_found
from ...platform import Answer, Call
from .. import answers
from ..paging import Pages
from ..records import Result
from ..registry import operation
from ..rules import read_moment
from ..uploads import open_upload
from ..world import World

LARGEST_PAGE = 1000
_pages = Pages("status", "updated", "created", "limit")


@operation("createUpload")
def create_upload(world: World, call: Call) -> Answer:
    """The signed address to which the bytes go."""
    address = open_upload(world, call, world.product(call, change=True))
    return Answer(200, address, media_type="text/plain")


@operation("listUploads")
def list_uploads(world: World, call: Call) -> Answer:
    """Finished uploads, the newest first (D11, D19)."""
    product, given = world.product(call), call.body
    after = {name: _seconds(name, given[name]) for name in ("updated", "created") if name in given}
    found = sorted((one for one in world.state.results.values()
                    if one.product == product.id and given.get("status") in (None, one.status)
                    and all(getattr(one, name) > seconds for name, seconds in after.items())), key=_newest)
    limit = given.get("limit", 100)
    if limit > LARGEST_PAGE:
        raise invalid("limit", f"Must not be above {LARGEST_PAGE}.")
    shown, token = _pages.page(found, given, limit, _newest)
    return Answer(200, {"data": [answers.upload(world, one, whole=False) for one in shown],
                        "meta": {"continuation_token": token}})


def _newest(one: Result) -> int:
    return -one.number


def _seconds(name: str, value: Any) -> float:
    """A moment as text or in seconds since 1970."""
    if isinstance(value, str):
        return float(value) if value.replace(".", "", 1).isdigit() else read_moment(name, value)
    return float(value)


@operation("getUpload")
def get_upload(world: World, call: Call) -> Answer:
    """One result, with logs and stack trace; 404 until it is there (D11)."""
    product, name = world.product(call), call.path["upload_id"]
    found = world.state.results.get((product.id, name))
    if found is None:
        raise not_found(f"Upload {name} of product {product.id} has no result.")
    return Answer(200, answers.upload(world, found, whole=True))
