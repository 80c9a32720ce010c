"""From a running service to its layers: which way fits, and with which token. Not for the main thread: it asks the
server, and so does QGIS when it opens a layer."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from qgis.core import QgsMapLayer

from ...providers.errors import InputProblem
from ...providers.pixel.client.arcgis import ArcgisServices
from ...providers.pixel.flows.service_layers import RunningService
from ...providers.pixel.service_options import srid_of, users_of, wms_address, wms_of
from ...providers.work import Work
from ..foreign_logins import ForeignLogin
from . import capabilities, layers, tokens

AUTOMATIC, REST, WMS = "automatic", "ArcGIS REST", "WMS"
WAYS = (AUTOMATIC, REST, WMS)


@dataclass(frozen=True)
class Wanted:
    """How a service is to be shown. ``login``: an authentication configuration, empty for public services."""

    login: str = ""
    way: str = AUTOMATIC
    functions: Sequence[str] = ()


def fetch_by(arcgis: ArcgisServices) -> Callable[[ForeignLogin], tuple[str, float]]:
    """How a token is asked for: bound to this computer's address, since no provider of QGIS 3.22 sends a referer with
    an authentication configuration to a WMS."""

    def fetch(login: ForeignLogin) -> tuple[str, float]:
        answer = arcgis.token(login.username, login.password, minutes=tokens.LIFE_MINUTES)
        ends = answer.get("expires")
        fine = isinstance(ends, (int, float)) and not isinstance(ends, bool)
        return answer["token"], ends / 1000 if fine else time.time() + 3600.0

    return fetch


def open_layers(api: Any, kind: str, service: Any, wanted: Wanted, work: Work) -> list[QgsMapLayer]:
    """The layers of a service, the uppermost first. Raises :class:`InputProblem` and ``core.problems.Problem``."""
    name, stored = str(service.get("name") or service["id"]), service.get("options") or {}
    url, users = service.get("url") or "", users_of(stored)
    if not url or service.get("status") not in (None, "started", "refreshing"):
        raise InputProblem("pixel_service_not_started", name=name)
    if users is not None and not wanted.login:
        raise InputProblem("pixel_service_login", name=name, users=", ".join(users))
    work.progress(None, "pixel_service_reading")
    server = api.hosts.services
    opened = tokens.opened(wanted.login, server, fetch_by(api.arcgis))
    running = RunningService(api.http.network, server, url, opened.token, work)
    try:
        if kind == "Feature":
            return [layers.feature_layer(one.url, f"{name}: {one.name}", opened.authcfg)
                    for one in running.feature_layers()]
        return _of_images(running, name, stored, wanted, opened.authcfg)
    finally:
        running.close()


def _of_images(running: RunningService, name: str, stored: Any, wanted: Wanted, authcfg: str) -> list[QgsMapLayer]:
    if not wanted.functions and wanted.way != WMS:
        return [layers.image_layer(running.url, running.image_page(), name, authcfg)]
    if wms_of(stored) is None:
        raise InputProblem("pixel_no_wms", name=name)
    there = capabilities.layers_of(running.capabilities())
    chosen, missing = layers.chosen(there, wanted.functions)
    if missing:
        names = ", ".join(one.name for one in there)
        raise InputProblem("pixel_no_function", name=name, missing=", ".join(missing), there=names)
    address, preferred = wms_address(running.url), f"EPSG:{srid_of(stored)}"
    if not wanted.functions:
        return [layers.wms_layer(address, there[0], preferred, name, authcfg)] if there else []
    return [layers.wms_layer(address, one, preferred, f"{name}: {one.title}", authcfg) for one in chosen]
