"""The Processing provider "Imagery Hub"."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from functools import partial
from importlib import import_module
from pathlib import Path

from qgis.core import QgsApplication, QgsProcessingAlgorithm, QgsProcessingModelAlgorithm, QgsProcessingProvider
from qgis.PyQt.QtCore import QThread, QTimer
from qgis.PyQt.QtGui import QIcon

from ..core.own_algorithms import PROVIDER

ICON = Path(__file__).resolve().parents[1] / "icons" / "imagery_hub.svg"
#: Packages below this one; each has ``ALGORITHMS``, ``module:Class`` of its algorithms.
PACKAGES = ("picterra", "pix4d", "pixel", "pixxel", "descarteslabs", "everywhere", "jobs", "connections", "analysis")
#: How long the window may be held at a time by loading, in seconds.
TURN = 0.01

Step = Callable[[], QgsProcessingAlgorithm | None]


class ImageryHubProvider(QgsProcessingProvider):
    """Gives each package's algorithms to QGIS: all at once, or by and by when a window is about to be used, which waits
    for a hundred modules otherwise. Who looks for one of them meanwhile goes by ``core.own_algorithms``."""

    def __init__(self, by_and_by: bool = False) -> None:
        super().__init__()
        self._steps: Iterator[Step] = iter(())
        self._by_and_by = by_and_by
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._next_turn)
        QgsApplication.processingRegistry().providerAdded.connect(self._registered)

    def id(self) -> str:
        return PROVIDER

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
        self._timer.stop()
        self._steps = self._all_steps()
        if not self._by_and_by:
            self._load(None)

    def begin(self) -> None:
        """Go on by and by from now, when the window is idle."""
        self._timer.start(0)

    def load_the_rest(self) -> None:
        """All at once, since one of them is wanted. Elsewhere than in the main thread what is there has to do."""
        if self._by_and_by and QThread.currentThread() == self.thread():
            self._by_and_by = False
            self._load(None)
            self._tell()

    def _all_steps(self) -> Iterator[Step]:
        for package in PACKAGES:
            for home in import_module(f".{package}", __package__).ALGORITHMS:
                yield partial(_algorithm, package, home)
        if QgsApplication.processingRegistry().providerById(self.id()) is self:
            from .models import model_files, shipped_model  # not for the start of QGIS, which waits for it

            for path in model_files():
                yield partial(shipped_model, path)

    def _load(self, seconds: float | None) -> bool:
        """For so long, or to the end; whether that was reached."""
        begun = time.perf_counter()
        for step in self._steps:
            algorithm = step()
            if algorithm is not None:
                self.addAlgorithm(algorithm)
            if seconds is not None and time.perf_counter() - begun > seconds:
                return False
        return True

    def _next_turn(self) -> None:
        if self._by_and_by and self._load(TURN):
            self._by_and_by = False
            self._tell()

    def _tell(self) -> None:
        """Let the toolbox, and models that were read before their steps were here, look again."""
        self._timer.stop()
        self.algorithmsLoaded.emit()
        for provider in QgsApplication.processingRegistry().providers():
            if provider.id() != self.id() and any(_has_own_steps(one) for one in provider.algorithms()):
                provider.refreshAlgorithms()

    def _registered(self, provider_id: str) -> None:
        """Load now, and once only."""
        if provider_id == self.id():
            QgsApplication.processingRegistry().providerAdded.disconnect(self._registered)
            self.refreshAlgorithms()


def _algorithm(package: str, home: str) -> QgsProcessingAlgorithm:
    module, _, name = home.partition(":")
    made: QgsProcessingAlgorithm = getattr(import_module(f".{package}.{module}", __package__), name)()
    return made


def _has_own_steps(algorithm: QgsProcessingAlgorithm) -> bool:
    return isinstance(algorithm, QgsProcessingModelAlgorithm) and any(
        step.algorithmId().startswith(f"{PROVIDER}:") for step in algorithm.childAlgorithms().values()
    )
