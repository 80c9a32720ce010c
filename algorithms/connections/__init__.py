"""Connections without a window: adding one and removing one."""

from __future__ import annotations

from qgis.core import QgsProcessingAlgorithm

from .manage import AddConnection, RemoveConnection


def algorithms() -> list[type[QgsProcessingAlgorithm]]:
    """The algorithm classes of this package."""
    return [AddConnection, RemoveConnection]
