"""The filter in QGIS's locator bar, while the plugin is there."""

from __future__ import annotations

from typing import Any

from .filter import HubFilter


class LocatorService:
    """Registers it, and takes it back."""

    def __init__(self, desk: Any) -> None:
        self._iface = desk.iface
        self._filter: HubFilter | None = HubFilter(desk)
        self._iface.registerLocatorFilter(self._filter)

    def remove(self) -> None:
        """Take it back; QGIS deletes it."""
        if self._filter is not None:
            self._iface.deregisterLocatorFilter(self._filter)
            self._filter = None
