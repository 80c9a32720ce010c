"""The one way out: every request of the plugin that is not GDAL's own goes through a :class:`RoutedSession`."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import quote, urlsplit

import requests
import requests.adapters
import urllib3.exceptions

from ..errors import InputProblem, Kind, ServerFault
from .connections import TARGET, Body, Watcher, exact, exchange
from .failures import from_exception
from .network import CONNECT_SECONDS, READ_SECONDS, Network

POOL = 16

Query = Mapping[str, "str | list[str]"]
"""Parameters of an address; a list is sent as one parameter for each of its values."""

Response = requests.Response
"""An answer, for those above who do not know which library brings it."""


class RoutedSession:
    """Proxies, certificates and user agent from a :class:`Network`; pooled connections; nothing else by itself.

    It knows no cookies, no ``.netrc`` and follows no redirect. It may be used from several threads: connections are
    pooled by requests' adapters, whose pools have locks of their own, and nothing else is shared.
    """

    def __init__(self, network: Network) -> None:
        self.network = network
        self._lock = threading.Lock()
        self._adapters: dict[str, ExactAdapter] = {"": ExactAdapter()}

    def send(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str],
        query: Query | None = None,
        data: bytes | None = None,
        body: Body | None = None,
        as_given: bool = False,
        read_seconds: float = READ_SECONDS,
        watcher: Watcher | None = None,
    ) -> requests.Response:
        """Send one request and give its answer with the body unread (close it, or read it whole).

        ``as_given`` sends the address byte for byte, as signed ones need. ``body`` sends itself. ``watcher`` may
        end it. Raises :class:`PlatformError`; its ``unsent`` tells that nothing left.
        """
        try:
            request = requests.Request(method, url, params=dict(query or {}), data=data).prepare()
        except (requests.exceptions.RequestException, UnicodeError, ValueError):
            facts = {"host": host(url), "reason": "unusable_address"}
            raise ServerFault(Kind.BAD_ANSWER, facts=facts, unsent=True) from None
        request.headers.update({"User-Agent": self.network.user_agent, "Connection": "keep-alive"})
        request.headers.update(checked(headers))
        if as_given:
            request.headers[TARGET] = target_of(url)
        if body is not None:
            request.headers["Content-Length"] = str(body.length)
            request.body = body  # type: ignore[assignment]
        return self._through(request, read_seconds, watcher)

    def _through(
        self, request: requests.PreparedRequest, read_seconds: float, watcher: Watcher | None
    ) -> requests.Response:
        url = request.url or ""
        route = self.network.route(url)
        exchange.left, exchange.watcher = False, watcher
        try:
            response = self._adapter(route.fingerprint).send(
                request,
                stream=True,
                timeout=(CONNECT_SECONDS, read_seconds),
                verify=False if route.fingerprint else route.verify,
                proxies=dict(route.proxies),
            )
        except (requests.exceptions.RequestException, urllib3.exceptions.HTTPError, OSError, ValueError) as error:
            raise from_exception(error, host(url), left=exchange.left) from None
        finally:
            exchange.watcher = None
        response.raw.enforce_content_length = True
        if response.status_code == 407:
            raise from_exception(requests.exceptions.ProxyError(), host(url), left=False) from None
        return response

    def _adapter(self, fingerprint: str) -> ExactAdapter:
        with self._lock:
            if fingerprint not in self._adapters:
                self._adapters[fingerprint] = ExactAdapter(fingerprint)
            return self._adapters[fingerprint]

    def close(self) -> None:
        """Close the pooled connections."""
        with self._lock:
            for adapter in self._adapters.values():
                adapter.close()


class ExactAdapter(requests.adapters.HTTPAdapter):
    """Makes connections that send what they are given.

    With a ``fingerprint`` (SHA-256) the server may show exactly the certificate that the user accepted for it, and no
    other; its issuer is then not looked at.
    """

    def __init__(self, fingerprint: str = "") -> None:
        self._options: dict[str, Any] = {"assert_fingerprint": fingerprint} if fingerprint else {}
        self._managers = threading.Lock()
        super().__init__(pool_connections=POOL, pool_maxsize=POOL)

    def init_poolmanager(self, connections: int, maxsize: int, block: bool = False, **options: Any) -> None:
        super().init_poolmanager(connections, maxsize, block, **self._options, **options)
        exact(self.poolmanager)

    def proxy_manager_for(self, proxy: str, **options: Any) -> Any:
        with self._managers:
            known = proxy in self.proxy_manager
            manager = super().proxy_manager_for(proxy, **self._options, **options)
            if not known:
                exact(manager)
            return manager


def checked(headers: Mapping[str, str]) -> Mapping[str, str]:
    """Raise for a value that no header can carry: a key pasted with a line break, say. It is not shown."""
    for name, value in headers.items():
        if any(letter < " " or letter > "\u00ff" for letter in value):
            raise InputProblem("unusable_header", header=name)
    return headers


def read_whole(response: requests.Response, url: str, limit: int) -> bytes:
    """The body of an answer, at most ``limit`` bytes (more is a fault of the platform)."""
    pieces, size = [], 0
    for piece in chunks(response, url):
        size += len(piece)
        if size > limit:
            response.close()
            facts = {"host": host(url), "reason": "too_large"}
            raise ServerFault(Kind.BAD_ANSWER, facts=facts, status=response.status_code)
        pieces.append(piece)
    return b"".join(pieces)


def chunks(response: requests.Response, url: str, size: int = 1 << 18) -> Iterator[bytes]:
    """The body piece by piece, decoded; a cut one raises instead of ending early."""
    try:
        yield from response.iter_content(size)
    except (requests.exceptions.RequestException, urllib3.exceptions.HTTPError, OSError) as error:
        raise from_exception(error, host(url), left=True) from None
    finally:
        response.close()


def origin(url: str) -> tuple[str, str, int | None]:
    """Scheme, host and port to which a request for the address would go, with the scheme's usual port filled in.

    It is looked at as requests writes it anew: where parsers disagree (a backslash before an ``@``), what counts is the
    one that sends. Raises ValueError for what is no address.
    """
    parts = urlsplit(requests.Request("GET", url).prepare().url or "")
    return parts.scheme, parts.hostname or "", parts.port or {"http": 80, "https": 443}.get(parts.scheme)


def host(url: str) -> str:
    """The host, for messages: an address itself may hold a signature."""
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""


def target_of(url: str) -> str:
    """What stands behind the host, byte for byte; only what HTTP cannot carry at all is encoded."""
    rest = re.sub(r"^[A-Za-z][A-Za-z0-9+.-]*://[^/?#]*", "", url).partition("#")[0]
    sendable = "".join(letter if "!" <= letter <= "~" else quote(letter) for letter in rest)
    return sendable if sendable.startswith("/") else "/" + sendable
