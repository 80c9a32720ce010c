"""Map tiles of a raster: the address itself is the secret, no key is asked for (section 9.13)."""

from __future__ import annotations

import asyncio

from ..exchange import Exchange
from .records import Raster
from .tiles import build_overviews, render
from .world import World

_preparing: dict[str, asyncio.Task[None]] = {}


async def answer_tile(world: World, exchange: Exchange, token: str, scheme: str, z: str, x: str, y: str) -> None:
    """One tile as PNG. Rows of ``tms`` are counted from the south, of ``xyz`` from the north."""
    exchange.entry.operation = "getTile"
    if "x-api-key" in exchange.headers:
        exchange.entry.flag("api-key-sent-to-tiles")
    raster = next((one for one in world.state.rasters.values() if one.tile_token == token), None)
    zoom, column, row = int(z), int(x), int(y)
    picture: bytes | None = None
    if raster is not None and raster.path is not None and zoom <= 30:
        await _prepared(world, raster)
        if scheme == "tms":
            row = 2 ** zoom - 1 - row
        picture = await asyncio.wrap_future(world.services.pool.submit(render, raster.path, zoom, column, row))
    if picture is None:
        await exchange.content(404, b"No such tile.", "text/plain")
    else:
        await exchange.content(200, picture, "image/png", {"Cache-Control": "max-age=3600"})


async def _prepared(world: World, raster: Raster) -> None:
    """Wait for the reduced copies of a large raster, made once, when its first tile is asked for."""
    if raster.id not in _preparing:
        _preparing[raster.id] = asyncio.ensure_future(_build(world, raster))
    await asyncio.shield(_preparing[raster.id])


async def _build(world: World, raster: Raster) -> None:
    await asyncio.wrap_future(world.services.pool.submit(build_overviews, raster.path))
