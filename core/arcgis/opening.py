"""From a running service to its layers: which way fits, and with which token. Not for the main thread: it asks the
server, and so does QGIS when it opens a layer."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from qgis.core import QgsMapLayer
from qgis.PyQt.QtCore import QEventLoop

from ...providers.errors import InputProblem, Kind, PlatformError
from ...providers.pixel.flows.service_layers import RunningService
from ...providers.pixel.service_options import srid_of, users_of, wms_address, wms_of
from ...providers.work import Work
from .. import main_thread
from ..foreign_logins import ForeignLogin
from . import capabilities, layers, tokens
from .tokens import Fetch

AUTOMATIC, REST, WMS = "automatic", "ArcGIS REST", "WMS"
WAYS = (AUTOMATIC, REST, WMS)
USUAL_SECONDS = 3600.0


@dataclass(frozen=True)
class Wanted:
    """How a service is to be shown. ``login``: an authentication configuration; empty for public services, and for the
    login that was used before for one of a service's users."""

    login: str = ""
    way: str = AUTOMATIC
    functions: Sequence[str] = ()


def fetch_by(ask: Callable[[ForeignLogin], Mapping[str, Any]]) -> Fetch:
    """How a token is asked for: bound to this computer's address, since no provider of QGIS 3.22 sends a referer with
    an authentication configuration to a WMS. A refusal is none of the connection's login."""

    def fetch(login: ForeignLogin) -> tuple[str, float]:
        try:
            answer = ask(login)
        except PlatformError as error:
            if error.kind is not Kind.NOT_LOGGED_IN:
                raise
            host = str(error.facts.get("host") or "")
            raise InputProblem("pixel_service_password", host=host, words=error.words or error.kind.value) from None
        return answer["token"], ending(answer)

    return fetch


def ending(answer: Mapping[str, Any]) -> float:
    """When a token ends; an hour from now where the server does not say."""
    ends = answer.get("expires")
    fine = isinstance(ends, (int, float)) and not isinstance(ends, bool)
    return float(ends) / 1000 if ends is not None and fine else time.time() + USUAL_SECONDS


def open_layers(api: Any, kind: str, service: Any, wanted: Wanted, work: Work) -> list[QgsMapLayer]:
    """The layers of a service, the uppermost first. Raises :class:`InputProblem` and ``core.problems.Problem``."""
    name, stored = str(service.get("name") or service["id"]), service.get("options") or {}
    url, users = service.get("url") or "", users_of(stored)
    if not url or service.get("status") not in (None, "started", "refreshing"):
        raise InputProblem("pixel_service_not_started", name=name)
    server = api.hosts.services
    login = wanted.login or (main_thread.call(lambda: tokens.login_of(users, server)) if users is not None else "")
    if users is not None and not login:
        raise InputProblem("pixel_service_login", name=name, users=", ".join(users))
    work.progress(None, "pixel_service_reading")
    fetch = fetch_by(lambda one: api.arcgis.token(one.username, one.password, minutes=tokens.LIFE_MINUTES))
    opened = tokens.opened(login, server, fetch)
    running = RunningService(api.http.network, server, url, opened.token, work)
    timers = QEventLoop()  # a thread of Python's has none before, and QGIS's requests could not time out in it
    try:
        if kind == "Feature":
            return [layers.feature_layer(one.url, f"{name}: {one.name}", opened.authcfg)
                    for one in running.feature_layers()]
        return _of_images(running, name, stored, wanted, opened.authcfg)
    finally:
        timers.quit()
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
