"""The network as QGIS sees it, for ``providers/http``."""

from __future__ import annotations

from ..providers.http.network import EnvironmentNetwork, Network


def network() -> Network:
    """The network of this QGIS."""
    return EnvironmentNetwork()
