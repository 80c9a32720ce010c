"""What STAC items point to, on the storage's host, outside the API (section 1): quick looks for everybody; imagery and
the item itself only through the API, so they are refused here.

An ``Authorization`` header that arrives here is noted as a client's fault.
"""

from __future__ import annotations

import asyncio
import json
import re
from datetime import date

from ..exchange import Exchange
from . import scenes
from .work import cube, pictures
from .world import World

ROOT = "/_stac/pixxel/"
_LOOK = re.compile(re.escape(ROOT) + r"([A-Za-z0-9_]+)/thumbnail\.jpg")
QUICK_LOOK_PIXELS = 40_000


def address(world: World, host: str, item: str, name: str) -> str:
    """Address of a file of an item."""
    return f"{world.services.blobs.host(host)}{ROOT}{item}/{name}"


async def answer(world: World, exchange: Exchange) -> None:
    """One request outside the API."""
    if "authorization" in exchange.headers:
        exchange.entry.flag("api-key-sent-to-storage")
    found = _LOOK.fullmatch(exchange.scope["path"])
    scene = scenes.by_id(found[1], date.max) if found is not None else None
    if scene is None or exchange.method not in ("GET", "HEAD"):
        await exchange.content(403, b"Order this imagery.", "text/plain")
        return
    recipe = cube.Recipe((json.dumps({"type": "Polygon", "coordinates": [scene.ring]}),), 50.0, (),
                         scene.day.toordinal(), cloud_cover=scene.cloud_cover, most_pixels=QUICK_LOOK_PIXELS)
    picture = await asyncio.wrap_future(world.services.pool.submit(pictures.jpeg, recipe))
    await exchange.content(200, picture, "image/jpeg", {"Cache-Control": "max-age=3600"})
