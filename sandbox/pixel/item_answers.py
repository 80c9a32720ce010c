"""Images and rasters as the API shows them (A6, A9, A10)."""

from __future__ import annotations

from typing import Any

from .answers import moment
from .records import CAMERA, Image, Raster
from .world import World


def image(world: World, one: Image, host: str = "", extended: bool = False) -> dict[str, Any]:
    """An image; with ``host`` and the address of its file, extended with its camera members."""
    place = {"location": {"type": "Point", "coordinates": list(one.location)}} if one.location is not None else {}
    camera = {"metadata": camera_of(one)} if extended else {}
    return {**_common(world, one, host), **place, "image_type": one.image_type, **camera}


def camera_of(one: Image) -> dict[str, Any]:
    """The camera members of an image."""
    return {"image_id": one.id, **{name: one.camera.get(name) for name in CAMERA}}


def raster(world: World, one: Raster, host: str = "") -> dict[str, Any]:
    """A raster; with ``host`` and the address of its file."""
    footprint = {"footprint": one.footprint} if one.footprint else {}
    code = {"srid": one.srid} if one.srid is not None else {}
    return {**_common(world, one, host), "format": one.format, "data_type": one.data_type, "num_bands": one.num_bands,
            "cell_size": list(one.cell_size), "width": one.width, "height": one.height, **footprint, **code}


def _common(world: World, one: Image | Raster, host: str) -> dict[str, Any]:
    return {"id": one.id, "name": one.name, "data_collection_id": one.collection,
            "project_id": world.state.collections[one.collection].project, "capture_date": one.capture_date,
            "tags": list(one.tags), "json_metadata": dict(one.json_metadata), "file_name": one.file_name,
            "file_size": one.file_size, "download_url": world.address(one.file, host) if host else None,
            "created_at": world.clock.moment(one.created), "updated_at": moment(world, one.updated)}
