"""What a running service offers to the map, asked of the ArcGIS server itself (notes, section 16.2; requests are [K]).

A token goes to the connection's own ArcGIS server only, in a header: an address would stand in logs.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from ...errors import InputProblem, Kind, PlatformError, Refused
from ...http.answers import query_of
from ...http.authentication import Anonymous, KeyHeader
from ...http.network import Network
from ...http.operation import Operation, Repeat
from ...http.routing import origin
from ...http.session import HttpSession
from ...work import Work
from ..client.esri import HEADER
from ..service_options import wms_address

TOKEN_CODES = (401, 403, 498, 499)


@dataclass(frozen=True)
class LayerOfService:
    """A layer of a feature service: its number, name and address. ``geometry`` is ArcGIS's name of the kind."""

    number: int
    name: str
    url: str
    geometry: str = ""


class RunningService:
    """A service at an address. ``services`` is the root of the connection's ArcGIS server, to which alone the token
    goes; an empty token is for public services."""

    def __init__(self, network: Network, services: str, url: str, token: str, work: Work) -> None:
        _check(services, url, bool(token))
        parts = urlsplit(url)
        self.url = url.rstrip("/")
        self._root = f"{parts.scheme}://{parts.netloc}/"
        proof = KeyHeader(HEADER, f"Bearer {token}") if token else Anonymous()
        self._session = HttpSession(self._root, proof, network).pausing_with(work.wait, work.cancelled)

    def close(self) -> None:
        """Close the connections."""
        self._session.close()

    def image_page(self) -> dict[str, Any]:
        """The page of an image service, with ``extent`` and ``spatialReference``."""
        return self._page(self.url)

    def feature_layers(self) -> list[LayerOfService]:
        """The layers of a feature service."""
        rows = self._page(self.url).get("layers")
        return [LayerOfService(one["id"], str(one.get("name") or one["id"]), f"{self.url}/{one['id']}",
                               str(one.get("geometryType") or ""))
                for one in rows if isinstance(one, dict) and isinstance(one.get("id"), int)
                ] if isinstance(rows, list) else []

    def capabilities(self) -> str:
        """The capabilities of the WMS, as XML."""
        path = wms_address(self.url).removeprefix(self._root)
        try:
            return self._session.text(_get(path), query=query_of({"SERVICE": "WMS", "REQUEST": "GetCapabilities"}))
        except PlatformError as error:
            raise self._explained(error) from None

    def _page(self, url: str) -> dict[str, Any]:
        try:
            told = self._session.json(_get(url.removeprefix(self._root)), query=query_of({"f": "json"}))
        except PlatformError as error:
            raise self._explained(error) from None
        problem = told.get("error") if isinstance(told, dict) else None
        if isinstance(problem, dict):
            words = str(problem.get("message") or "")
            kind = Kind.NOT_LOGGED_IN if problem.get("code") in TOKEN_CODES else Kind.REFUSED
            raise self._explained(Refused(kind, words=words))
        return told if isinstance(told, dict) else {}

    def _explained(self, error: PlatformError) -> PlatformError:
        """A refusal of the ArcGIS server, which is none of the connection's login."""
        host = urlsplit(self._root).hostname or ""
        if error.kind in (Kind.NOT_LOGGED_IN, Kind.FORBIDDEN):
            return InputProblem("pixel_service_refused", host=host, words=error.words or _status(error))
        if error.kind in (Kind.REFUSED, Kind.NOT_FOUND):
            return InputProblem("pixel_service_silent", host=host, words=error.words or _status(error))
        return error


def _status(error: PlatformError) -> str:
    """What a server that says nothing has answered."""
    return str(error.status or error.kind.value)


def _get(path: str) -> Operation:
    return Operation("GET", path.replace("{", "{{").replace("}", "}}"), Repeat.SAFE)


def _check(services: str, url: str, with_token: bool) -> None:
    """Raise :class:`InputProblem` for an address that is none, or that a token must not go to."""
    try:
        parts = urlsplit(url)
        fine = parts.scheme in ("http", "https") and bool(parts.hostname) and "@" not in parts.netloc
        own = fine and origin(url) == origin(services)
    except ValueError:
        fine = own = False
    if not fine or parts.query or parts.fragment:
        raise InputProblem("pixel_service_address")
    if with_token and not own:
        raise InputProblem("pixel_service_elsewhere", host=parts.hostname or "", own=urlsplit(services).hostname or "")
