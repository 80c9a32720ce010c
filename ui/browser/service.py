"""Registers the plugin's items with QGIS's Browser."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qgis.core import QgsApplication
from qgis.gui import QgsGui
from qgis.PyQt.QtCore import QObject

from ...core import connections
from ...core.sessions import sessions
from ..connections.factory import show_page
from .provider import BrowserGuiProvider, BrowserProvider

if TYPE_CHECKING:
    from ..desk import Desk


class BrowserService(QObject):
    """The two providers, and what happens to items when connections or sessions change."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        make_connection = lambda: show_page(desk.iface)  # noqa: E731 - one deed for two askers
        self._provider = BrowserProvider(make_connection)
        self._menus = BrowserGuiProvider(desk, make_connection)
        QgsGui.dataItemGuiProviderRegistry().addProvider(self._menus)
        QgsApplication.dataItemProviderRegistry().addProvider(self._provider)
        connections.signals.changed.connect(self._provider.refresh)
        self._sessions = sessions()
        self._sessions.closed.connect(self._forget)

    def _forget(self, platform: str, name: str) -> None:
        for item in self._provider.connections(platform, name):
            item.forget()

    def remove(self) -> None:
        """Take everything back. The registries delete what they own, and the Browsers their items."""
        connections.signals.changed.disconnect(self._provider.refresh)
        self._sessions.closed.disconnect(self._forget)
        self._menus.forget_menu()
        self._provider.forget_roots()
        QgsApplication.dataItemProviderRegistry().removeProvider(self._provider)
        QgsGui.dataItemGuiProviderRegistry().removeProvider(self._menus)
