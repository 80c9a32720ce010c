"""Buttons as the docks and forms have them."""

from __future__ import annotations

from qgis.core import QgsApplication
from qgis.PyQt.QtGui import QIcon
from qgis.PyQt.QtWidgets import QPushButton, QToolButton


def tool_button(name: str, picture: QIcon | str, tip: str) -> QToolButton:
    """A small button that shows a picture only: an icon, or the path of one of QGIS's theme
    (``/mActionRefresh.svg``). ``name``: its object name."""
    button = QToolButton()
    button.setObjectName(name)
    button.setIcon(QgsApplication.getThemeIcon(picture) if isinstance(picture, str) else picture)
    button.setToolTip(tip)
    button.setAccessibleName(tip)
    button.setAutoRaise(True)
    return button


def push_button(name: str, text: str, picture: str) -> QPushButton:
    """A button with a text and a picture of QGIS's theme, which Enter in the dialog does not press."""
    button = QPushButton(QgsApplication.getThemeIcon(picture), text)
    button.setObjectName(name)
    button.setAutoDefault(False)
    return button
