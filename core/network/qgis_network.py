"""``providers.http.network.Network`` for QGIS. Importing it brings requests along: not on the main thread."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlsplit

from ...providers.http.network import Route
from .settings import NetworkSettings


class QgisNetwork:
    """Answers from a snapshot of QGIS's settings, in any thread. ``cancelled`` ends requests that hang."""

    def __init__(self, settings: NetworkSettings, cancelled: Callable[[], bool] | None = None) -> None:
        self._settings = settings
        self.cancelled = cancelled
        self.user_agent = settings.user_agent

    def route(self, url: str) -> Route:
        """How to reach this address. May block where the system looks for its proxy."""
        parts = urlsplit(url)
        proxy = self._settings.proxies.for_url(url)
        port = parts.port or {"http": 80, "https": 443}.get(parts.scheme)
        place = f"{(parts.hostname or '').lower()}:{port}"
        return Route(
            {parts.scheme: proxy} if proxy else {},
            True if self._settings.bundle is None else str(self._settings.bundle),
            self._settings.accepted.get(place, "") if parts.scheme == "https" else "",
        )
