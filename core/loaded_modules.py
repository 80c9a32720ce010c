"""The plugin's modules in the memory of Python, which QGIS drops when it unloads a plugin."""

from __future__ import annotations

import sys


def let_go(package: str) -> None:
    """Tell QGIS of the modules that were imported by their name (``importlib``): it sees import statements only.

    Those would stay, and a plugin that is loaded anew, as after an upgrade, would run old and new code side by side,
    whose classes and errors do not know each other. Nothing happens outside of QGIS's own loading of plugins.
    """
    from qgis import utils

    seen = getattr(utils, "_plugin_modules", {}).get(package)
    if seen is not None:
        seen.update(name for name in sys.modules if name.startswith(f"{package}."))
