"""A Processing provider for algorithms that tests define."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from qgis.core import QgsApplication, QgsProcessingAlgorithm, QgsProcessingProvider


class TestProvider(QgsProcessingProvider):
    __test__ = False

    def __init__(self) -> None:
        super().__init__()
        self.classes: dict[str, type[QgsProcessingAlgorithm]] = {}

    def id(self) -> str:
        return "imageryhubtest"

    def name(self) -> str:
        return "Imagery Hub tests"

    def loadAlgorithms(self) -> None:  # noqa: N802 - QGIS's name
        for algorithm in self.classes.values():
            self.addAlgorithm(algorithm())


@pytest.fixture
def hub(qgis_app: QgsApplication) -> Iterator[Callable[[type[QgsProcessingAlgorithm]], QgsProcessingAlgorithm]]:
    """``hub(Class)`` registers an algorithm class and gives a new instance of it."""
    provider = TestProvider()
    registry = QgsApplication.processingRegistry()
    registry.addProvider(provider)

    def register(algorithm: type[QgsProcessingAlgorithm]) -> QgsProcessingAlgorithm:
        provider.classes[algorithm.__name__] = algorithm
        provider.refreshAlgorithms()
        return registry.createAlgorithmById(f"imageryhubtest:{algorithm().name()}")

    yield register
    registry.removeProvider(provider)
