"""Records as the API shows them: documents below the catalog's address, flat objects below the metadata's."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timezone
from typing import Any

from .records import Band, Image, Product, Removal, Result
from .world import World


def owner_type(core: bool) -> str:
    """``user``, or ``core`` for what is the vendor's own."""
    return "core" if core else "user"


# ---------------------------------------------------------------------- products
def product_attributes(world: World, one: Product) -> dict[str, Any]:
    """All of a product's attributes; the number of spectral bands is counted unless it was given."""
    shown = {**one.attributes, "owners": list(one.access.owners), "read": list(one.access.read),
             "writers": list(one.access.writers)}
    if "spectral_bands" not in shown:
        bands = world.state.bands_of(one.id)
        shown["spectral_bands"] = sum(1 for band in bands if band.attributes["type"] == "spectral")
    return shown


def product(world: World, one: Product) -> dict[str, Any]:
    """A product document."""
    return {"data": {"id": one.id, "type": "product",
                     "meta": {"modified": world.clock.moment(one.modified), "owner_type": owner_type(one.core)},
                     "attributes": product_attributes(world, one)}}


def flat_product(world: World, one: Product) -> dict[str, Any]:
    """A product for the metadata service."""
    return {"id": one.id, "modified": world.clock.moment(one.modified), "owner_type": owner_type(one.core),
            **product_attributes(world, one)}


# ---------------------------------------------------------------------- bands
def band(world: World, one: Band) -> dict[str, Any]:
    """A band document."""
    return {"data": {"id": one.id, "type": "band", "meta": {"modified": world.clock.moment(one.modified)},
                     "attributes": {"name": one.name, "product": one.product, **one.attributes}}}


def flat_band(world: World, one: Band) -> dict[str, Any]:
    """A band for the metadata service."""
    return {"id": one.id, "modified": world.clock.moment(one.modified), "name": one.name, "product": one.product,
            **one.attributes, "read": list(one.access.read), "owner_type": owner_type(one.core)}


# ---------------------------------------------------------------------- images
def _told(world: World, one: Image) -> dict[str, Any]:
    """The attributes of an image, where it has to be without those that its upload filled in by itself."""
    return {name: value for name, value in one.attributes.items() if world.tells_filled or name not in one.filled}


def image(world: World, one: Image) -> dict[str, Any]:
    """An image document."""
    return {"data": {"id": one.id, "type": "image", "meta": {"modified": world.clock.moment(one.modified)},
                     "attributes": {"product": one.product, **_told(world, one)}}}


def flat_image(world: World, one: Image) -> dict[str, Any]:
    """An image for the metadata service."""
    return {"id": one.id, "key": one.key, "modified": world.clock.moment(one.modified), "product": one.product,
            **_told(world, one)}


def feature(world: World, one: Image, fields: Sequence[str] | None) -> dict[str, Any]:
    """A found image; with ``fields`` only what was asked for (section 11)."""
    properties = flat_image(world, one)
    key, geometry = properties.pop("key"), properties.pop("geometry", None)
    del properties["id"]
    if fields is None:
        return {"type": "Feature", "id": one.id, "key": key, "geometry": geometry, "properties": properties}
    shown: dict[str, Any] = {"id": one.id}
    if not fields:
        return shown
    if "geometry" in fields:
        shown.update(type="Feature", geometry=geometry)
    if "key" in fields:
        shown["key"] = key
    shown["properties"] = {name: value for name, value in properties.items() if name in fields}
    return shown


# ---------------------------------------------------------------------- uploads, removals
def upload(world: World, one: Result, whole: bool) -> dict[str, Any]:
    """How an upload ended; labels, logs and stack trace only when it is the only one."""
    attributes: dict[str, Any] = {
        "created": world.clock.moment(one.created), "status": one.status, "failure_type": one.failure_type,
        "exception_name": one.exception_name, "runtime": one.runtime, "peak_memory_usage": one.peak_memory}
    if whole:
        attributes.update(labels=[one.product, one.id], logs=one.logs, stacktrace=one.stacktrace)
    return {"id": one.id, "type": "upload", "attributes": attributes}


def removal(world: World, one: Removal) -> dict[str, Any]:
    """How far a cascade is (section 5.4, D04)."""
    took = (one.ends if one.done else world.clock.now()) - one.started
    counters = {"batches": 1, "created": 0, "deleted": one.total if one.done else 0, "failures": [], "noops": 0,
                "requests_per_second": -1.0, "retries": {"bulk": 0, "search": 0}, "throttled_millis": 0,
                "throttled_until_millis": 0, "timed_out": False, "took": max(0, int(took * 1000)), "total": one.total,
                "updated": 0, "version_conflicts": 0}
    return {"completed": one.done, "response": counters if one.done else None, "task": None if one.done else counters}


def moment(seconds: float) -> str:
    """``2021-06-01T00:00:00Z``, with a fraction only where there is one."""
    value = datetime.fromtimestamp(seconds, timezone.utc)
    return value.strftime("%Y-%m-%dT%H:%M:%S.%fZ" if value.microsecond else "%Y-%m-%dT%H:%M:%SZ")
