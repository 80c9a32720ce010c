"""The Processing provider "Imagery Hub"."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

from qgis.core import QgsProcessingProvider
from qgis.PyQt.QtGui import QIcon

ICON = Path(__file__).resolve().parents[1] / "icons" / "imagery_hub.svg"
#: Packages below this one; each gives ``algorithms()``, the list of its algorithm classes.
PACKAGES = ("picterra", "layers", "jobs", "connections", "analysis")


class ImageryHubProvider(QgsProcessingProvider):
    """Gives each package's algorithms to QGIS."""

    def id(self) -> str:
        return "imageryhub"

    def name(self) -> str:
        return "Imagery Hub"

    def longName(self) -> str:  # noqa: N802 - QGIS's name
        return self.name()

    def icon(self) -> QIcon:
        return QIcon(str(ICON))

    def loadAlgorithms(self) -> None:  # noqa: N802 - QGIS's name
        here = Path(__file__).parent
        for package in PACKAGES:
            if (here / package / "__init__.py").exists():
                for algorithm in import_module(f".{package}", __package__).algorithms():
                    self.addAlgorithm(algorithm())
