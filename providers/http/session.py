"""One session per connection: every request of a platform goes through here."""

from __future__ import annotations

import copy
import json
import time
from collections.abc import Callable, Iterator, Mapping
from typing import Any
from urllib.parse import urljoin, urlsplit

import requests

from ..errors import Kind, PlatformError, ServerFault
from .authentication import Authenticator
from .failures import from_exception, from_response
from .network import CONNECT_SECONDS, READ_SECONDS, EnvironmentNetwork, Network
from .operation import Operation, Repeat
from .retry import RetryPolicy
from .routing import RoutedSession

REDIRECTS = 5


class HttpSession:
    """JSON requests below one root address, with the connection's proof on the connection's own host only.

    ``root`` ends with a slash. Redirects are followed for reading requests and only within the same origin: a token
    never leaves the host that it was issued for.
    """

    def __init__(
        self,
        root: str,
        authenticator: Authenticator,
        network: Network | None = None,
        retry: RetryPolicy | None = None,
    ) -> None:
        self.root = root if root.endswith("/") else root + "/"
        self.network: Network = network if network is not None else EnvironmentNetwork()
        self.pause: Callable[[float], None] = time.sleep
        self._authenticator = authenticator
        self._retry = retry or RetryPolicy()
        self._session = RoutedSession(self.network)

    def pausing_with(self, pause: Callable[[float], None]) -> HttpSession:
        """The same session, waiting between repeats by ``pause`` (``work.wait`` can be cancelled)."""
        view = copy.copy(self)
        view.pause = pause
        return view

    def close(self) -> None:
        """Close the pooled connections."""
        self._session.close()

    def json(
        self,
        operation: Operation,
        *,
        query: Mapping[str, str] | None = None,
        body: Any = None,
        **values: str,
    ) -> Any:
        """Send an operation and give its JSON answer, None when the answer is empty.

        ``values`` fill the path. ``body`` None sends no body at all (the platforms tell an empty one from none).
        """
        url = self.root + operation.fill(**values)
        return self._json(operation.method, url, operation.repeat, query, body)

    def pages(
        self,
        operation: Operation,
        *,
        query: Mapping[str, str] | None = None,
        **values: str,
    ) -> Iterator[Any]:
        """The answers of a list whose pages name the ``next`` one by its address, fetched as they are asked for."""
        url = self.root + operation.fill(**values)
        page = self._json(operation.method, url, operation.repeat, query, None)
        while True:
            yield page
            following = page.get("next") if isinstance(page, dict) else None
            if not following:
                return
            page = self._json("GET", self._own(str(following)), Repeat.SAFE, None, None)

    def _own(self, url: str) -> str:
        """The address, when it is on the connection's host; a page elsewhere would carry the key away."""
        if origin(url) != origin(self.root):
            raise ServerFault(Kind.BAD_ANSWER, facts={"host": host(self.root), "reason": "foreign_address"})
        return url

    def _json(self, method: str, url: str, repeat: Repeat, query: Mapping[str, str] | None, body: Any) -> Any:
        response = self._send_patiently(method, url, repeat, query, body)
        if not response.content:
            return None
        try:
            return json.loads(response.content)
        except ValueError as error:
            raise ServerFault(
                Kind.BAD_ANSWER, facts={"host": host(url), "reason": "not_json"}, status=response.status_code
            ) from error

    def _send_patiently(
        self, method: str, url: str, repeat: Repeat, query: Mapping[str, str] | None, body: Any
    ) -> requests.Response:
        attempt = 0
        while True:
            try:
                return self._send(method, url, query, body)
            except PlatformError as error:
                seconds = self._retry.pause_after(error, repeat, attempt)
                if seconds is None:
                    raise
            self.pause(seconds)
            attempt += 1

    def _send(self, method: str, url: str, query: Mapping[str, str] | None, body: Any) -> requests.Response:
        proof = self._authenticator.headers(self._session)
        response = self._exchange(method, url, query, body, proof)
        if response.status_code == 401 and self._authenticator.renew(self._session, proof):
            response = self._exchange(method, url, query, body, self._authenticator.headers(self._session))
        for _ in range(REDIRECTS):
            if not (method == "GET" and response.is_redirect):
                break
            url = self._own(urljoin(response.url, response.headers["location"]))
            response = self._exchange(method, url, None, None, self._authenticator.headers(self._session))
        if response.status_code >= 300:
            raise from_response(response, host(url))
        return response

    def _exchange(
        self, method: str, url: str, query: Mapping[str, str] | None, body: Any, proof: Mapping[str, str]
    ) -> requests.Response:
        data = None if body is None else json.dumps(body, allow_nan=False).encode()
        headers = {"Accept": "application/json", **proof}
        if data is not None:
            headers["Content-Type"] = "application/json"
        try:
            return self._session.request(
                method,
                url,
                params=dict(query or {}),
                data=data,
                headers=headers,
                timeout=(CONNECT_SECONDS, READ_SECONDS),
                allow_redirects=False,
            )
        except (requests.exceptions.RequestException, OSError) as error:
            raise from_exception(error, host(url)) from None


def origin(url: str) -> tuple[str, str, int | None]:
    """Scheme, host and port, with the scheme's usual port filled in."""
    parts = urlsplit(url)
    return parts.scheme, parts.hostname or "", parts.port or {"http": 80, "https": 443}.get(parts.scheme)


def host(url: str) -> str:
    """The host, for messages: an address itself may hold a signature."""
    return urlsplit(url).hostname or ""
