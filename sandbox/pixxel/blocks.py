"""The catalogue of blocks, and their inputs and outputs as data types (sections 15 and 16)."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any

from .records import Json
from .refusals import bad, missing
from .workspace import LONG_AGO, own_id
from .world import World


def raster(name: str, words: str) -> Json:
    """A raster."""
    return {"name": name, "format": "raster", "type": "url", "description": words, "properties": {}}


def plain(name: str, kind: str, words: str) -> Json:
    """A number or a text."""
    return {"name": name, "format": kind, "type": kind, "description": words, "properties": {}}


@dataclass(frozen=True)
class Block:
    """A version of a block. ``price``: tokens for every 10 km² that were begun; ``disclaimer``: what tasks say with its
    results."""

    name: str
    version: str
    title: str
    description: str
    modes: tuple[str, ...]
    price: int
    inputs: tuple[Json, ...]
    outputs: tuple[Json, ...]
    disclaimer: tuple[str, ...] = ()

    @property
    def id(self) -> str:
        """The same in every sandbox, and for all versions."""
        return own_id(f"block {self.name}")


_IMAGE = raster("input_image", "Scene to look at")
_CLASSES = (_IMAGE, plain("classes", "number", "How many classes, 2 to 20"))
_CLASSED = (raster("classes_image", "Class of each pixel, from 1"),
            plain("largest_share", "number", "Percent of pixels in the largest class"))
_NUMBERED = ("Classes are numbered by brightness. The same number may mean something else on another day.",)
BOTH = ("insight", "workflow")
BLOCKS = (
    Block("kmeans", "1.0.0", "Unsupervised classes", "Sorts pixels by the shape of their spectra", BOTH, 2, _CLASSES,
          _CLASSED, _NUMBERED),
    Block("kmeans", "1.1.0", "Unsupervised classes", "Sorts pixels by the shape of their spectra", BOTH, 3, _CLASSES,
          _CLASSED, _NUMBERED),
    Block("index-threshold", "1.0.0", "Above a threshold", "Marks where an index is above a number", BOTH, 1,
          (_IMAGE, plain("expression", "string", "Band arithmetic"), plain("threshold", "number", "Limit")),
          (raster("mask_image", "1 above, 0 below"), plain("area_in_sq_m", "number", "Area above the limit"))),
    Block("spectral-change", "2.0.0", "Change between two days", "The angle between spectra", ("insight",), 4,
          (raster("before", "Earlier scene"), raster("after", "Later scene"),
           plain("threshold", "number", "Degrees that count as change")),
          (raster("change_image", "Angle in degrees"), plain("changed_share", "number", "Percent that changed"))),
    Block("scene", "1.0.0", "Scene", "Brings a scene of the archive in", ("workflow",), 1,
          (plain("item_id", "string", "STAC item"), plain("geometry", "string", "GeoJSON polygon")),
          (raster("image", "Imagery of the area"), plain("cloud_cover", "number", "Percent"))))


def block(name: str, version: str, mode: str = "") -> Block:
    """A version of a block by its name, or its id; 404 when it is not there."""
    for one in BLOCKS:
        if name in (one.name, one.id) and one.version == version and (not mode or mode in one.modes):
            return one
    raise missing("block")


def answer(world: World, one: Block, mode: str) -> Json:
    """A block as it is listed; inputs and outputs come without values."""
    return {"id": one.id, "block_status": "released", "created_at": world.moment(LONG_AGO), "err": "",
            "price": one.price, "info": [], "spec": {
                "kind": "block", "status": 1, "type": mode, "id": one.id,
                "version_id": str(uuid.uuid5(uuid.UUID(one.id), one.version)), "name": one.name, "title": one.title,
                "version": one.version, "description": one.description, "inputs": list(one.inputs),
                "outputs": list(one.outputs), "catalog_content_url": "",
                "supported_collections_id": ["pixxel-td-l2a", "sentinel-2-l2a"]}}


def check_inputs(one: Block, given: list[Json]) -> dict[str, Json]:
    """The inputs by name; 400 for one that is unknown, missing or without a value."""
    found = {each.get("name", ""): each for each in given}
    known = {each["name"]: each for each in one.inputs}
    for name in found:
        if name not in known:
            raise bad("input", f"{one.name} has no input {name}")
    for name, kind in known.items():
        here: Any = found.get(name)
        filled = here is not None and (here.get("value") or kind["format"] == "raster" and (
            here.get("stac_url") or here.get("asset_source")))
        if not filled:
            raise bad("input", f"{name} needs a value")
    return found
