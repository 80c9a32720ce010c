"""Map tiles of a raster: the address itself is the secret, no key is asked for (section 9.13)."""

from __future__ import annotations

import asyncio

from ..exchange import Exchange
from .world import World


async def answer_tile(world: World, exchange: Exchange, token: str, scheme: str, z: str, x: str, y: str) -> None:
    """One tile as PNG. Rows of ``tms`` are counted from the south, of ``xyz`` from the north."""
    from .tiles import render

    exchange.entry.operation = "getTile"
    if "x-api-key" in exchange.headers:
        exchange.entry.flag("api-key-sent-to-tiles")
    raster = next((one for one in world.state.rasters.values() if one.tile_token == token), None)
    zoom, column, row = int(z), int(x), int(y)
    if raster is None or raster.path is None or zoom > 30 or max(column, row) >= 2 ** zoom:
        await exchange.content(404, b"No such tile.", "text/plain")
        return
    if scheme == "tms":
        row = 2 ** zoom - 1 - row
    future = world.services.pool.submit(render, raster.path, zoom, column, row)
    await exchange.content(200, await asyncio.wrap_future(future), "image/png", {"Cache-Control": "max-age=3600"})
