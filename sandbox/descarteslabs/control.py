"""Control calls below ``/_sandbox/descarteslabs/``: how jobs are, failures on demand, records of old (D05)."""

from __future__ import annotations

from typing import Any

from .accounts import ACCOUNTS
from .handlers.products import make
from .records import Band, Image
from .registry import control
from .rules import NUMBER_BITS
from .uploads import FAILURES
from .world import World


@control("GET jobs")
def jobs(world: World, query: dict[str, str], body: dict[str, Any]) -> dict[str, Any]:
    """Number of running jobs, and traces of those that a defect ended."""
    return {"running": world.jobs.running, "defects": world.jobs.defects()}


@control("POST uploads/trouble")
def upload_trouble(world: World, query: dict[str, str], body: dict[str, Any]) -> dict[str, Any]:
    """Let uploads fail or last: ``names`` (a pattern), ``failure_type``, ``seconds``, ``times`` (1)."""
    unknown = set(body) - {"names", "failure_type", "seconds", "times"}
    if unknown or body.get("failure_type") not in (None, *FAILURES):
        raise ValueError(f"Give names, failure_type (one of {', '.join(FAILURES)}), seconds, times.")
    world.troubles.append({"names": "*", "times": 1, **body})
    return {}


@control("POST products")
def seed_product(world: World, query: dict[str, str], body: dict[str, Any]) -> dict[str, Any]:
    """A product with bands as the service kept them: nothing in them is checked, so that types of old are there.

    ``{"id": "acme:old", "title": "Old", "bands": [{"name": "ndvi", "type": "derived", ...}]}``.
    """
    given = dict(body)
    bands = given.pop("bands", [])
    one = make(world, ACCOUNTS["default"], given.pop("id"), given)
    for band in bands:
        kept = {"srcfile": 0, "jpx_layer": 0, "tags": [], "dtype": "UInt16", "srcband": 1, "data_range": [0, 65535],
                "type": "spectral", **band}
        name = kept.pop("name")
        kept["nbits"] = NUMBER_BITS[kept["dtype"]]
        world.state.bands[one.id, name] = Band(one.id, name, kept, one.access.copy(), world.clock.now())
    return {"id": one.id}


@control("POST images")
def seed_images(world: World, query: dict[str, str], body: dict[str, Any]) -> dict[str, Any]:
    """Many image records of a product at once: ``{"product": id, "images": [{"id": ..., attributes}]}``."""
    product = world.state.products[body["product"]]
    for one in body["images"]:
        kept = {"storage_state": "available", **one}
        key = kept.pop("id")
        world.state.images[product.id, key] = Image(product.id, key, kept, product.access.copy(), world.clock.now())
    return {"images": len(body["images"])}
