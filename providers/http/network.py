"""What HTTP needs to know of the network around it. QGIS's answer is in ``core/network``; here is the notebook's."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from typing import Protocol

import requests.utils

CONNECT_SECONDS = 30.0
READ_SECONDS = 60.0


@dataclass(frozen=True)
class Route:
    """How one address is reached.

    ``proxies`` as requests takes them, ``verify`` True or the path of a PEM bundle, ``fingerprint`` the SHA-256 of the
    one server certificate that the user accepted for this host although it does not verify, or empty.
    """

    proxies: dict[str, str] = field(default_factory=dict, repr=False)
    verify: bool | str = True
    fingerprint: str = ""


class Network(Protocol):
    """Proxies, certificates and user agent. May be asked from any thread except the main one, and may block.

    One that also has ``cancelled`` (a callable, or None) ends requests under way when that answers True.
    """

    user_agent: str

    def route(self, url: str) -> Route:
        """How to reach this address."""


class EnvironmentNetwork:
    """The network as the process environment describes it (``HTTPS_PROXY``, ``REQUESTS_CA_BUNDLE`` ...)."""

    user_agent = "imagery-hub"

    def route(self, url: str) -> Route:
        bundle = os.environ.get("REQUESTS_CA_BUNDLE") or os.environ.get("CURL_CA_BUNDLE")
        return Route(dict(requests.utils.get_environ_proxies(url)), bundle or True)
