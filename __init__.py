"""Imagery Hub: five imagery platforms as part of the QGIS map.

Importing this package imports nothing of QGIS, so that `imagery_hub.providers` serves a notebook too.
"""

from __future__ import annotations

from typing import Any


def classFactory(iface: Any) -> Any:  # noqa: N802 - QGIS looks for this name
    """Make the plugin for QGIS; `iface` is its interface, None under `qgis_process`."""
    from .plugin import ImageryHubPlugin

    return ImageryHubPlugin(iface)
