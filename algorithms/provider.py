"""The Processing provider "Imagery Hub"."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

from qgis.core import QgsApplication, QgsProcessingProvider
from qgis.PyQt.QtGui import QIcon

from .models import shipped_models

ICON = Path(__file__).resolve().parents[1] / "icons" / "imagery_hub.svg"
#: Packages below this one; each gives ``algorithms()``, the list of its algorithm classes.
PACKAGES = ("picterra", "pix4d", "jobs", "connections", "analysis")


class ImageryHubProvider(QgsProcessingProvider):
    """Gives each package's algorithms to QGIS."""

    def __init__(self) -> None:
        super().__init__()
        QgsApplication.processingRegistry().providerAdded.connect(self._registered)

    def id(self) -> str:
        return "imageryhub"

    def name(self) -> str:
        return "Imagery Hub"

    def longName(self) -> str:  # noqa: N802 - QGIS's name
        return self.name()

    def icon(self) -> QIcon:
        return QIcon(str(ICON))

    def load(self) -> bool:
        """Nothing yet: models find their steps in the registry, so all are loaded once this provider is in it."""
        return True

    def loadAlgorithms(self) -> None:  # noqa: N802 - QGIS's name
        for package in PACKAGES:
            for algorithm in import_module(f".{package}", __package__).algorithms():
                self.addAlgorithm(algorithm())
        if QgsApplication.processingRegistry().providerById(self.id()) is self:
            for model in shipped_models():
                self.addAlgorithm(model)

    def _registered(self, provider_id: str) -> None:
        """Load now, and once only."""
        if provider_id == self.id():
            QgsApplication.processingRegistry().providerAdded.disconnect(self._registered)
            self.refreshAlgorithms()
