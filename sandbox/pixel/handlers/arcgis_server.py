"""Addresses of the ArcGIS Server and of the portal that is harvested, and control calls about them."""

from __future__ import annotations

from typing import Any

from ...exchange import Exchange
from ...platform import Answer, Call
from ..arcgis import portal, server
from ..arcgis.feature_table import OBJECT_ID
from ..registry import address, control, operation
from ..state import GDO_USERS
from ..world import World

LOOPBACK = "127.0.0.1"
"""Whoever asks: the sandbox listens to no other interface."""


@operation("generateArcgisToken")
def generate_token(world: World, call: Call) -> Answer:
    """A token, or ArcGIS's refusal, which is a success too."""
    answer = server.own_tokens(world).make(call.body, GDO_USERS, LOOPBACK)
    if "token" in answer:
        world.services.issued.note(answer["token"])
    return Answer(200, answer)


@address(server.REST)
async def rest(world: World, exchange: Exchange) -> None:
    """Services by REST."""
    await server.answer_rest(world, exchange)


@address(server.OGC)
async def ogc(world: World, exchange: Exchange) -> None:
    """Services by WMS."""
    await server.answer_wms(world, exchange)


@address(portal.ROOT)
async def source(world: World, exchange: Exchange) -> None:
    """The layer that is harvested."""
    await portal.answer_portal(world, exchange)


@control("GET source")
def source_facts(world: World, query: dict[str, str], body: dict[str, Any]) -> dict[str, Any]:
    """Where the source layer is below the sandbox's address, who may read it, and its rows."""
    table = portal.layer(world)
    return {"layer": f"{portal.ROOT}{portal.LAYER_PATH}/0", "token_url": portal.ROOT + portal.TOKEN_PATH,
            "username": portal.USER, "password": portal.PASSWORD,
            "api_key": world.notes.get(portal.ALLOWED_KEY, portal.KEY),
            "api_key_item_id": portal.KEY_ITEM, "fields": [one.name for one in table.columns],
            "broken": portal.BROKEN, "outside": portal.OUTSIDE, "without_photo": portal.WITHOUT,
            "rows": [{OBJECT_ID: one.id, **one.attributes, "geometry": one.geometry} for one in table.features]}


@control("POST source")
def change_source(world: World, query: dict[str, str], body: dict[str, Any]) -> dict[str, Any]:
    """``{"more"?: 3, "api_key"?: "..."}``: add photos to the source layer, change its key."""
    if "api_key" in body:
        world.notes[portal.ALLOWED_KEY] = str(body["api_key"])
    return {"added": portal.more_photos(world, int(body.get("more", 0)))}


@control("POST arcgis/tokens/expire")
def expire_tokens(world: World, query: dict[str, str], body: dict[str, Any]) -> dict[str, Any]:
    """Refuse all ArcGIS tokens from now on."""
    server.own_tokens(world).clear()
    return {}
