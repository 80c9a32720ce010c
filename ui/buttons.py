"""Small buttons that show a picture only."""

from __future__ import annotations

from qgis.core import QgsApplication
from qgis.PyQt.QtGui import QIcon
from qgis.PyQt.QtWidgets import QToolButton


def tool_button(name: str, picture: QIcon | str, tip: str) -> QToolButton:
    """``picture``: an icon, or the path of one of QGIS's theme (``/mActionRefresh.svg``). ``name``: its object name."""
    button = QToolButton()
    button.setObjectName(name)
    button.setIcon(QgsApplication.getThemeIcon(picture) if isinstance(picture, str) else picture)
    button.setToolTip(tip)
    button.setAccessibleName(tip)
    button.setAutoRaise(True)
    return button
