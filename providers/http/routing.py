"""The requests session below everything: it asks the network for the way to each address."""

from __future__ import annotations

from http.cookiejar import DefaultCookiePolicy
from typing import Any
from urllib.parse import urlsplit

import requests
import requests.adapters

from .network import Network, Route

POOL = 16


class RoutedSession(requests.Session):
    """Proxies, certificates and user agent from a :class:`Network`; no cookies, no ``.netrc``, nothing by itself."""

    def __init__(self, network: Network) -> None:
        super().__init__()
        self._network = network
        self.trust_env = False
        self.headers["User-Agent"] = network.user_agent
        self.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
        for scheme in ("http://", "https://"):
            self.mount(scheme, requests.adapters.HTTPAdapter(pool_connections=POOL, pool_maxsize=POOL))

    def send(self, request: requests.PreparedRequest, **options: Any) -> requests.Response:
        route = self._network.route(request.url or "")
        options["proxies"] = route.proxies
        options["verify"] = route.verify
        if route.fingerprint:
            self._accept_pinned(request.url or "", route)
            options["verify"] = False
        return super().send(request, **options)

    def _accept_pinned(self, url: str, route: Route) -> None:
        """Let this one host show exactly the certificate that the user accepted, and no other."""
        parts = urlsplit(url)
        prefix = f"{parts.scheme}://{parts.netloc}/"
        if prefix not in self.adapters:
            self.mount(prefix, PinnedAdapter(route.fingerprint))


class PinnedAdapter(requests.adapters.HTTPAdapter):
    """Accepts one certificate by its SHA-256 instead of by its issuer."""

    def __init__(self, fingerprint: str) -> None:
        self._fingerprint = fingerprint
        super().__init__(pool_connections=1, pool_maxsize=POOL)

    def init_poolmanager(self, *positions: Any, **options: Any) -> None:
        super().init_poolmanager(*positions, assert_fingerprint=self._fingerprint, **options)

    def proxy_manager_for(self, *positions: Any, **options: Any) -> Any:
        return super().proxy_manager_for(*positions, assert_fingerprint=self._fingerprint, **options)
