"""Floor 4: gives the plugin's parts to QGIS and takes them back. Nothing is built here before it is needed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from qgis.core import QgsApplication

if TYPE_CHECKING:
    from .algorithms.provider import ImageryHubProvider


class ImageryHubPlugin:
    """What QGIS loads. ``iface`` is None under ``qgis_process``."""

    def __init__(self, iface: Any) -> None:
        self._iface = iface
        self._provider: ImageryHubProvider | None = None

    def initProcessing(self) -> None:  # noqa: N802 - QGIS's name
        """Register the Processing provider; all there is without a window."""
        from .algorithms.provider import ImageryHubProvider

        if self._provider is None:
            self._provider = ImageryHubProvider()
            QgsApplication.processingRegistry().addProvider(self._provider)

    def initGui(self) -> None:  # noqa: N802 - QGIS's name
        """Register everything."""
        self.initProcessing()

    def unload(self) -> None:
        """Take everything back."""
        if self._provider is not None:
            QgsApplication.processingRegistry().removeProvider(self._provider)
            self._provider = None
