"""A server of somebody else: the layer of road photos that harvest services read (section 16.1).

It asks for a token of its own user, or for an API key. Its photos are attachments of its features.
"""

from __future__ import annotations

import uuid
from datetime import datetime, timezone
from functools import lru_cache
from typing import Any

import numpy
from osgeo import gdal

from ...exchange import Exchange
from ..world import World
from .feature_table import Feature, FeatureTable, Field, WrongQuery
from .server import NotThere, asked_of, info, send_error
from .tokens import TokenRefused, Tokens, caller, carried

gdal.UseExceptions()

ROOT = "/portal/"
LAYER_PATH = "rest/services/RoadPhotos/FeatureServer"
TOKEN_PATH = "sharing/rest/generateToken"  # noqa: S105 - an address
USER, PASSWORD = "harvester", "sandbox-harvest-password"  # noqa: S105 - of the sandbox
KEY, KEY_ITEM = "sandbox-harvest-api-key", "sandbox-harvest-item"
TOKENS, LAYER, ALLOWED_KEY = "portal tokens", "portal layer", "portal key"
FIELDS = (Field("photo_title"), Field("caption"), Field("compass", "esriFieldTypeDouble"),
          Field("view_angle", "esriFieldTypeDouble"), Field("shot_on", "esriFieldTypeDate"),
          Field("reviewed", "esriFieldTypeInteger"), Field("road_number"), Field("operator"), Field("camera"),
          Field("weather"))
WEST, SOUTH, STEP = 10.62, 59.86, 0.02
FAR_AWAY = (5.32, 60.39)
BROKEN, OUTSIDE, WITHOUT = 11, 12, 13
"""Features whose photo is no picture, which lie far away, and which have no photo."""
COUNT = 14
FIRST_DAY = datetime(2024, 5, 1, 9, tzinfo=timezone.utc).timestamp()
DAY = 24 * 3600.0
PIXELS = 96


def road_photos() -> FeatureTable:
    """The layer: every third photo is not reviewed."""
    features = []
    for number in range(1, COUNT + 1):
        place = FAR_AWAY if number == OUTSIDE else (WEST + STEP * (number % 7), SOUTH + STEP * (number // 7))
        values = {"photo_title": f"Road photo {number:02d}", "caption": f"Kerb at marker {number}",
                  "compass": (number * 35.0) % 360, "view_angle": 60.0 + number,
                  "shot_on": int((FIRST_DAY + number * 7 * DAY) * 1000), "reviewed": int(number % 3 != 0),
                  "road_number": f"E{number % 4 + 6}", "operator": "Nordfly", "camera": f"C{number % 2 + 1}",
                  "weather": "rain" if number % 2 else "sun"}
        features.append(Feature(number, values, {"type": "Point", "coordinates": list(place)}))
    return FeatureTable("Road photos", FIELDS, features, page=5, attachments=True)


def layer(world: World) -> FeatureTable:
    """The layer as it is now: control calls may have added photos."""
    found: FeatureTable = world.notes.setdefault(LAYER, road_photos())
    return found


def _tokens(world: World) -> Tokens:
    found: Tokens = world.notes.setdefault(TOKENS, Tokens(world.clock))
    return found


async def answer_portal(world: World, exchange: Exchange) -> None:
    """A request below :data:`ROOT`."""
    asked = await asked_of(exchange)
    path = exchange.scope["path"].removeprefix(ROOT).rstrip("/")
    try:
        if path == TOKEN_PATH and exchange.method == "POST":
            await exchange.json(200, _tokens(world).make(asked, {USER: PASSWORD}, caller(exchange)))
        elif path == "rest/info":
            await exchange.json(200, info(f"{exchange.host}{ROOT}{TOKEN_PATH}"))
        elif path == LAYER_PATH or path.startswith(LAYER_PATH + "/"):
            _require(world, exchange, asked)
            await _answer_layer(world, exchange, path.removeprefix(LAYER_PATH).strip("/"), asked)
        else:
            raise NotThere(f"{path} is not found.")
    except TokenRefused as error:
        await exchange.json(200, error.described())
    except WrongQuery as error:
        await send_error(exchange, 400, str(error))
    except NotThere as error:
        await send_error(exchange, 404, str(error))


def _require(world: World, exchange: Exchange, asked: dict[str, str]) -> None:
    """The API key stands where a token would."""
    if carried(exchange, asked) != world.notes.get(ALLOWED_KEY, KEY):
        _tokens(world).require(exchange, asked, [USER])


async def _answer_layer(world: World, exchange: Exchange, rest: str, asked: dict[str, str]) -> None:
    table = layer(world)
    number, _, action = rest.partition("/")
    if not rest:
        await exchange.json(200, {"currentVersion": 10.91, "layers": [{"id": 0, "name": table.name}], "tables": []})
    elif number != "0":
        raise NotThere(f"There is no layer {number}.")
    elif action in ("", "query"):
        await exchange.json(200, table.query(asked) if action else table.described(0))
    else:
        await _answer_attachments(exchange, table, action.split("/"))


async def _answer_attachments(exchange: Exchange, table: FeatureTable, parts: list[str]) -> None:
    known = {str(one.id) for one in table.features}
    if len(parts) not in (2, 3) or parts[1] != "attachments" or parts[0] not in known:
        raise NotThere("A layer has no such thing.")
    number = int(parts[0])
    if len(parts) == 3:
        await exchange.content(200, photo(number), "image/jpeg")
        return
    there = [] if number == WITHOUT else [{"id": 1, "contentType": "image/jpeg", "name": f"road_{number:02d}.jpg"}]
    await exchange.json(200, {"attachmentInfos": there})


@lru_cache(maxsize=64)
def photo(number: int) -> bytes:
    """The photo of a feature as JPEG, stripes in a direction of its own; of one it is text."""
    if number == BROKEN:
        return b"This was a photo once."
    rows, columns = numpy.mgrid[0:PIXELS, 0:PIXELS]
    turn = numpy.radians(number * 13.0)
    wave = 0.5 + 0.5 * numpy.sin((columns * numpy.cos(turn) + rows * numpy.sin(turn)) / 5.0)
    dataset = gdal.GetDriverByName("MEM").Create("", PIXELS, PIXELS, 3, gdal.GDT_Byte)
    for band in range(3):
        dataset.GetRasterBand(band + 1).WriteArray((wave * (80 + 50 * band)).astype(numpy.uint8))
    name = f"/vsimem/pixel-portal-{uuid.uuid4()}.jpg"
    gdal.GetDriverByName("JPEG").CreateCopy(name, dataset)
    try:
        file = gdal.VSIFOpenL(name, "rb")
        try:
            return bytes(gdal.VSIFReadL(1, gdal.VSIStatL(name).size, file))
        finally:
            gdal.VSIFCloseL(file)
    finally:
        gdal.Unlink(name)


def more_photos(world: World, count: int) -> list[int]:
    """Add photos to the layer, for a later harvest; their ids."""
    table = layer(world)
    first = table.features[-1].id + 1
    for number in range(first, first + count):
        values: dict[str, Any] = {**table.features[0].attributes, "photo_title": f"Road photo {number:02d}"}
        table.features.append(Feature(number, values, {"type": "Point", "coordinates": [WEST, SOUTH]}))
    return list(range(first, first + count))
