"""A registry of live sources of its own that stands between QGIS and its project files."""

from __future__ import annotations

from imagery_hub.core.layers.streaming import SourceRegistry
from imagery_hub.core.source_hooks import SourceHooks


class HookedRegistry(SourceRegistry):
    """What the plugin has once, for tests that want several, one after the other."""

    def install(self) -> None:
        """From now on QGIS asks it."""
        self._hooks = SourceHooks(self.written, self.loaded, self.send_on)
        self._hooks.install()

    def uninstall(self) -> None:
        """Leave."""
        self._hooks.remove()
