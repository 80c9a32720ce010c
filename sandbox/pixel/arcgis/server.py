"""From a request to an ArcGIS Server to its answer: REST below ``/arcgis/rest/``, WMS below ``/arcgis/services/`` [K].

Refusals of REST come with HTTP status 200 and an ``error`` object, as from the original.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

from ...exchange import Exchange
from ...payload import read_form
from ..records import Service
from ..world import World
from . import image_service, published, wms
from .feature_table import FeatureTable, WrongQuery
from .image_layers import attached
from .pictures import NoPicture
from .tokens import TokenRefused, Tokens

OWN_TOKENS, WMS_ENDING = "arcgis tokens", "/WMSServer"
REST, OGC, INFO = "/arcgis/rest/", "/arcgis/services/", "/arcgis/rest/info"


FRESH = {"Cache-Control": "private, must-revalidate, max-age=0"}
"""ArcGIS Server sends this with its JSON; without it QGIS goes on with a page, or a refusal, that it once got."""


class NotThere(LookupError):
    """An address below a service that there is not; its words say what."""


def own_tokens(world: World) -> Tokens:
    """The tokens of the server that publishes the services; a reset forgets them."""
    found: Tokens = world.notes.setdefault(OWN_TOKENS, Tokens(world.clock))
    return found


async def asked_of(exchange: Exchange) -> dict[str, str]:
    """Query and form together."""
    given = exchange.query
    if exchange.method == "POST":
        given.update(read_form(exchange.headers, await exchange.body()))
    return given


async def send_error(exchange: Exchange, code: int, words: str) -> None:
    """A refusal as ArcGIS Server says it."""
    await exchange.json(200, {"error": {"code": code, "message": words, "details": []}}, FRESH)


# ---------------------------------------------------------------------- REST
async def answer_rest(world: World, exchange: Exchange) -> None:
    """A request below ``/arcgis/rest/``."""
    asked = await asked_of(exchange)
    path = exchange.scope["path"].rstrip("/")
    try:
        if path == INFO:
            await exchange.json(200, info(f"{exchange.host}/arcgis/tokens/generateToken"), FRESH)
        elif path.startswith(published.ROOT) and "Server" in path:
            await _answer_service(world, exchange, path.removeprefix(published.ROOT), asked)
        else:
            await exchange.json(200, _listed(world, path), FRESH)
    except TokenRefused as error:
        await exchange.json(200, error.described(), FRESH)
    except (NoPicture, WrongQuery) as error:
        await send_error(exchange, 400, str(error))
    except NotThere as error:
        await send_error(exchange, 404, str(error))


def info(tokens: str) -> dict[str, Any]:
    """What a server says of itself, with the address where tokens are made."""
    return {"currentVersion": 10.91, "fullVersion": "10.9.1",
            "authInfo": {"isTokenBasedSecurity": True, "tokenServicesUrl": tokens, "shortLivedTokenValidity": 60}}


def _listed(world: World, path: str) -> dict[str, Any]:
    """The list of services: the folder, and what runs in it."""
    below = path.removeprefix(published.ROOT.rstrip("/")).strip("/")
    if not path.startswith(published.ROOT.rstrip("/")) or below not in ("", published.FOLDER):
        raise NotThere(f"{path} is not found.")
    rows = [{"name": f"{published.FOLDER}/{published.short_name(one)}", "type": published.ENDINGS[one.type]}
            for one in published.running(world)] if below else []
    return {"currentVersion": 10.91, "folders": [] if below else [published.FOLDER], "services": rows}


def _opened(world: World, exchange: Exchange, path: str, asked: Mapping[str, str]) -> tuple[Service, str]:
    """A running service that the caller may ask, and the rest of the path."""
    found = published.found(world, path)
    if found is None:
        raise NotThere(f"Service {path} not found")
    service, rest = found
    own_tokens(world).require(exchange, asked, published.allowed(service))
    if service.status not in published.RUNNING or service.data is None:
        raise NotThere(f"Service {path} not started")
    return service, rest


async def _answer_service(world: World, exchange: Exchange, path: str, asked: Mapping[str, str]) -> None:
    service, rest = _opened(world, exchange, path, asked)
    if service.type == "Image":
        await _answer_image(exchange, service, rest, asked)
        return
    tables = published.tables(service)
    number, _, action = rest.partition("/")
    if not rest:
        await exchange.json(200, _feature_server(service, tables), FRESH)
        return
    if not number.isdigit() or int(number) >= len(tables):
        raise NotThere(f"There is no layer {number}.")
    await answer_layer(exchange, tables[int(number)], int(number), action, asked, service)


async def _answer_image(exchange: Exchange, service: Service, rest: str, asked: Mapping[str, str]) -> None:
    data = service.data
    if rest == "exportImage":
        content, media = await asyncio.to_thread(image_service.exported, service, data, asked)
        await exchange.content(200, content, media)
    elif rest == "identify":
        await exchange.json(200, await asyncio.to_thread(image_service.identified, service, data, asked), FRESH)
    elif rest in ("", "legend"):
        made = image_service.legend(service) if rest else image_service.described(service, data)
        await exchange.json(200, made, FRESH)
    else:
        raise NotThere(f"An image service has no {rest}.")


def _feature_server(service: Service, tables: list[FeatureTable]) -> dict[str, Any]:
    layers = [{"id": number, "name": one.name, "type": "Feature Layer", "parentLayerId": -1,
               "geometryType": one.described(number)["geometryType"], "defaultVisibility": True}
              for number, one in enumerate(tables)]
    return {"currentVersion": 10.91, "serviceDescription": service.description, "description": service.description,
            "capabilities": "Query", "spatialReference": {"wkid": 4326, "latestWkid": 4326}, "layers": layers,
            "tables": [], "maxRecordCount": 1000, "supportedQueryFormats": "JSON"}


async def answer_layer(exchange: Exchange, table: FeatureTable, number: int, action: str, asked: Mapping[str, str],
                       service: Service) -> None:
    """A layer's page, a query, the attachments of a feature, or one of them."""
    if action in ("", "query"):
        await exchange.json(200, table.query(asked) if action else table.described(number), FRESH)
        return
    parts = action.split("/")
    if len(parts) not in (2, 3) or parts[1] != "attachments" or not parts[0].isdigit() or not table.attachments:
        raise NotThere(f"A layer has no {action}.")
    feature, data = int(parts[0]), service.data
    if len(parts) == 3:
        await exchange.content(200, await asyncio.to_thread(attached, data, feature), "image/jpeg")
        return
    there = [{"id": feature, "contentType": "image/jpeg", "name": f"{feature}.jpg"}] if feature in data.images else []
    await exchange.json(200, {"attachmentInfos": there}, FRESH)


# ---------------------------------------------------------------------- WMS
async def answer_wms(world: World, exchange: Exchange) -> None:
    """A request below ``/arcgis/services/``."""
    asked = {name.upper(): value for name, value in exchange.query.items()}
    path = exchange.scope["path"].rstrip("/")
    version = wms.version_of(asked)
    try:
        if not path.endswith(WMS_ENDING):
            raise NotThere(f"{path} is not found.")
        inner = path.removeprefix(OGC).removesuffix(WMS_ENDING)
        service, rest = _opened(world, exchange, inner, {"token": asked.get("TOKEN", "")})
        if rest or service.type != "Image" or published.wms_options(service) is None:
            raise NotThere(f"{path} is not found.")
        request = asked.get("REQUEST", "").lower()
        if request == "getcapabilities":
            text = await asyncio.to_thread(wms.capabilities, service, service.data, asked, exchange.host + path)
            await exchange.content(200, text.encode("utf-8"), "text/xml; charset=utf-8")
        elif request == "getmap":
            content, media = await asyncio.to_thread(wms.drawn_map, service, service.data, asked)
            await exchange.content(200, content, media)
        else:
            raise wms.WmsRefused("The sandbox answers GetCapabilities and GetMap.", "OperationNotSupported")
    except wms.WmsRefused as error:
        await exchange.content(200, error.described(version).encode("utf-8"), "text/xml; charset=utf-8")
    except TokenRefused as error:
        await exchange.content(401, str(error).encode("utf-8"), "text/plain; charset=utf-8")
    except NotThere as error:
        await exchange.content(404, str(error).encode("utf-8"), "text/plain; charset=utf-8")
