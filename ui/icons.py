"""Icons of our own, by name: files in ``icons/``, and the plugin's own picture where there is none."""

from __future__ import annotations

from pathlib import Path

from qgis.PyQt.QtGui import QIcon

ICONS = Path(__file__).resolve().parents[1] / "icons"


def icon(name: str) -> QIcon:
    """The icon ``icons/<name>.svg``."""
    picture = ICONS / f"{name}.svg"
    return QIcon(str(picture if picture.exists() else ICONS / "imagery_hub.svg"))
