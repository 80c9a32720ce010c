"""The metadata service: flat products, bands and images, search and summary (section 11)."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import Any

from ...errors import not_found
from ...platform import Answer, Call
from .. import answers
from ..accounts import Account
from ..paging import Pages
from ..records import Band, Image, Product
from ..registry import operation
from ..search import FILTERS, find, summary
from ..world import World, visible

DERIVED: dict[str, dict[str, Any]] = {one["id"]: one for one in (
    {"id": "derived:ndvi", "name": "ndvi", "bands": ["nir", "red"], "data_range": [0, 65535],
     "physical_range": [-1.0, 1.0], "dtype": "UInt16", "type": "derived", "description": "Vegetation index"},
    {"id": "derived:ndwi", "name": "ndwi", "bands": ["green", "nir"], "data_range": [0, 65535],
     "physical_range": [-1.0, 1.0], "dtype": "UInt16", "type": "derived", "description": "Water index"})}
"""Bands that the service computes from others."""
KEPT_SEARCHES = 16
_products = Pages("limit", "bands", "owner", "text")
_images = Pages(*FILTERS)


# ---------------------------------------------------------------------- products
@operation("searchProducts")
def search_products(world: World, call: Call) -> Answer:
    """Products by id (D27). ``owner`` is the subject of a token, not its digest (section 9)."""
    given = call.body
    found = [one for one in _readable(world, call.account) if _fits(world, one, given)]
    shown, token = _products.page(found, given, given.get("limit") or 1000, lambda one: one.id)
    headers = {"X-Continuation-Token": token} if token else {}
    return Answer(200, [answers.flat_product(world, one) for one in shown], headers)


def _fits(world: World, one: Product, given: dict[str, Any]) -> bool:
    if given.get("owner"):
        digest = hashlib.sha1(given["owner"].encode("utf-8"), usedforsecurity=False).hexdigest()
        if f"user:{digest}" not in one.access.owners:
            return False
    text = (given.get("text") or "").lower()
    told = " ".join((one.id, one.attributes["title"], one.attributes["description"])).lower()
    names = {band.name for band in world.state.bands_of(one.id)}
    return text in told and set(given.get("bands") or ()) <= names


@operation("listProductIds")
def list_product_ids(world: World, call: Call) -> Answer:
    """The ids of all products that can be read."""
    return Answer(200, [one.id for one in _readable(world, call.account)])


def _readable(world: World, account: Account) -> list[Product]:
    return sorted((one for one in world.state.products.values() if visible(one, account)), key=lambda one: one.id)


@operation("getFlatProduct")
def get_flat_product(world: World, call: Call) -> Answer:
    """One product."""
    return Answer(200, answers.flat_product(world, world.product(call)))


# ---------------------------------------------------------------------- bands
@operation("searchBands")
def search_bands(world: World, call: Call) -> Answer:
    """Bands of some products, of an owner, or all that can be read (D27)."""
    given = call.body
    wanted = set(given.get("products") or ())
    found = []
    for one in sorted(world.state.bands.values(), key=lambda band: band.id):
        product = world.state.products.get(one.product)
        owned = product is not None and _fits(world, product, {"owner": given.get("owner")})
        if visible(one, call.account) and (not wanted or one.product in wanted) and _has(one, given) and (
                owned or not given.get("owner")):
            found.append(one)
    offset, limit = given.get("offset") or 0, given.get("limit") or len(found)
    return Answer(200, [answers.flat_band(world, one) for one in found[offset:offset + limit]])


def _has(one: Band, given: dict[str, Any]) -> bool:
    """Whether a band is of that wavelength (between its bounds), resolution and tags."""
    attributes, wavelength = one.attributes, given.get("wavelength")
    if wavelength is not None:
        low, high = attributes.get("wavelength_min"), attributes.get("wavelength_max")
        if low is None or high is None:
            centre, half = attributes.get("wavelength_center"), attributes.get("wavelength_fwhm", 0) / 2
            low, high = (None, None) if centre is None else (centre - half, centre + half)
        if low is None or high is None or not low <= wavelength <= high:
            return False
    if given.get("resolution") is not None and attributes.get("resolution") != given["resolution"]:
        return False
    return set(given.get("tags") or ()) <= set(attributes.get("tags", ()))


@operation("getFlatBand")
def get_flat_band(world: World, call: Call) -> Answer:
    """One band by its full id."""
    full = call.path["band_id"]
    return Answer(200, answers.flat_band(world, world.allowed(call.account, world.state.find_band(full),
                                                              f"Band {full}")))


@operation("bandsOfProduct")
def bands_of_product(world: World, call: Call) -> Answer:
    """Bands by full id, and the derived ones that can be computed; none for an unknown product."""
    bands = _bands(world, call.account, call.path["product_id"])
    shown = {one.id: answers.flat_band(world, one) for one in bands}
    shown.update({one["id"]: _as_band(one, call.path["product_id"]) for one in _derived({one.name for one in bands})})
    return Answer(200, shown)


@operation("bandsOfImage")
def bands_of_image(world: World, call: Call) -> Answer:
    """Bands by name, and the derived ones."""
    full = call.path["image_id"]
    image: Image = world.allowed(call.account, world.state.find_image(full), f"Image {full}")
    bands = _bands(world, call.account, image.product)
    shown = {one.name: answers.flat_band(world, one) for one in bands}
    shown.update({one["id"]: _as_band(one, image.product) for one in _derived({one.name for one in bands})})
    return Answer(200, shown)


def _bands(world: World, account: Account, product: str) -> list[Band]:
    return [one for one in world.state.bands_of(product) if visible(one, account)]


def _derived(names: set[str]) -> Iterable[dict[str, Any]]:
    return (one for one in DERIVED.values() if set(one["bands"]) <= names)


def _as_band(one: dict[str, Any], product: str) -> dict[str, Any]:
    """A derived band as a band of a product."""
    return {"product": product, **{name: value for name, value in one.items() if name != "bands"}}


@operation("searchDerivedBands")
def search_derived_bands(world: World, call: Call) -> Answer:
    """Derived bands that need one of the bands named, or with ``require_bands`` no others than those."""
    given = call.body
    names = set(given.get("bands") or ())
    found = [one for one in DERIVED.values() if not names or (
        set(one["bands"]) <= names if given.get("require_bands") else names & set(one["bands"]))]
    offset, limit = given.get("offset") or 0, given.get("limit") or len(found)
    return Answer(200, found[offset:offset + limit])


@operation("getDerivedBand")
def get_derived_band(world: World, call: Call) -> Answer:
    """One derived band."""
    found = DERIVED.get(call.path["band_id"])
    if found is None:
        raise not_found(f"Derived band {call.path['band_id']} was not found.")
    return Answer(200, found)


# ---------------------------------------------------------------------- images
@operation("getFlatImage")
def get_flat_image(world: World, call: Call) -> Answer:
    """One image by its full id."""
    full = call.path["image_id"]
    return Answer(200, answers.flat_image(world, world.allowed(call.account, world.state.find_image(full),
                                                               f"Image {full}")))


@operation("batchImages")
def batch_images(world: World, call: Call) -> Answer:
    """Several images in the order asked for; 404 when one is missing and that is not to be ignored."""
    fields, found = call.body.get("fields"), []
    for full in call.body["ids"]:
        one = world.state.find_image(full)
        if one is not None and visible(one, call.account):
            shown = answers.flat_image(world, one)
            found.append(shown if fields is None else {name: value for name, value in shown.items()
                                                       if name in ("id", *fields)})
        elif not call.body.get("ignore_not_found"):
            raise not_found(f"Image {full} was not found.")
    return Answer(200, found)


@operation("searchImages")
def search_images(world: World, call: Call) -> Answer:
    """A page of features; the header of the next page is always there, empty on the last (section 11)."""
    given, limit = call.body, call.body.get("limit", 100)
    places = list(enumerate(_found(world, call), 1))
    shown, token = _images.page(places, given, limit, lambda one: one[0])
    features = [answers.feature(world, one, given.get("fields")) for _, one in shown
                if world.state.images.get((one.product, one.key)) is one]
    return Answer(200, features, {"x-continuation-token": token or ""})


def _found(world: World, call: Call) -> list[Image]:
    """What a search finds. Its further pages are cut from what the first one found, and cost no search each."""
    name = (call.account.name, _images.mark(call.body))
    if not call.body.get("continuation_token") or name not in world.searches:
        world.searches.pop(name, None)
        if len(world.searches) >= KEPT_SEARCHES:
            del world.searches[next(iter(world.searches))]
        world.searches[name] = find(world, call.account, call.body)
    return world.searches[name]


@operation("summarizeImages")
def summarize_images(world: World, call: Call) -> Answer:
    """Numbers of what a search would find."""
    return Answer(200, summary(find(world, call.account, call.body), call.body))
