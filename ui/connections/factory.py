"""Puts the page "Imagery Hub" into QGIS's Settings > Options."""

from __future__ import annotations

from typing import Any

from qgis.gui import QgsOptionsPageWidget, QgsOptionsWidgetFactory
from qgis.PyQt.QtGui import QIcon
from qgis.PyQt.QtWidgets import QVBoxLayout, QWidget

TITLE = "Imagery Hub"
PAGE_KEY = "imageryHubOptions"


class OptionsFactory(QgsOptionsWidgetFactory):
    """Makes the page when the options dialog is opened; before that nothing of it is imported."""

    def __init__(self, icon: QIcon) -> None:
        super().__init__(TITLE, icon)
        self._icon = icon

    def icon(self) -> QIcon:
        return self._icon

    def createWidget(self, parent: QWidget | None) -> QgsOptionsPageWidget:  # noqa: N802 - QGIS's name
        return OptionsPage(parent)


class OptionsPage(QgsOptionsPageWidget):
    """The frame that QGIS asks for; connections are stored as soon as their dialog is accepted."""

    def __init__(self, parent: QWidget | None) -> None:
        super().__init__(parent)
        from .page import ConnectionsPage

        self.setObjectName(PAGE_KEY)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        self.connections = ConnectionsPage(self)
        layout.addWidget(self.connections)

    def apply(self) -> None:
        """Nothing is left to do when the options dialog is accepted."""


def show_page(iface: Any) -> None:
    """Open QGIS's options at this page."""
    iface.showOptionsDialog(iface.mainWindow(), PAGE_KEY)
