"""Algorithms of the registry; those of the plugin to the last one, while in the window they come in by and by."""

from __future__ import annotations

from typing import Any, cast

from qgis.core import QgsApplication, QgsProcessingAlgorithm

PROVIDER = "imageryhub"


def own_algorithms() -> list[QgsProcessingAlgorithm]:
    """All of the plugin; none while its provider is not registered."""
    provider = _provider()
    return [] if provider is None else cast("list[QgsProcessingAlgorithm]", provider.algorithms())


def registered(algorithm_id: str) -> QgsProcessingAlgorithm | None:
    """The algorithm with this full id, of any provider; None when this QGIS does not have it."""
    if algorithm_id.startswith(f"{PROVIDER}:"):
        _provider()
    return QgsApplication.processingRegistry().algorithmById(algorithm_id)


def _provider() -> Any:
    provider = QgsApplication.processingRegistry().providerById(PROVIDER)
    load_the_rest = getattr(provider, "load_the_rest", None)
    if load_the_rest is not None:
        load_the_rest()
    return provider
