"""“Send to” in the context menu of raster and vector layers, beside what QGIS and other plugins have there."""

from __future__ import annotations

from typing import Any

from qgis.PyQt.QtWidgets import QMenu

from ...core.compat import QAction, layer_type
from ...core.translation import tr
from ..icons import icon


class LayerMenuService:
    """QGIS takes one action for each type of layer; what is behind it is made when it is opened."""

    def __init__(self, desk: Any) -> None:
        self._desk = desk
        self._actions: list[QAction] = []
        self._menus: list[QMenu] = []
        for kind in ("Raster", "Vector"):
            menu = QMenu()
            menu.setToolTipsVisible(True)
            menu.aboutToShow.connect(lambda menu=menu: self._fill(menu))
            action = QAction(icon("send_to"), tr("Send to"), desk)
            action.setObjectName(f"imageryHubSend{kind}")
            action.setMenu(menu)
            desk.iface.addCustomActionForLayerType(action, "", layer_type(kind), True)
            self._menus.append(menu)
            self._actions.append(action)

    def _fill(self, menu: QMenu) -> None:
        from .entries import fill

        menu.clear()
        view = self._desk.iface.layerTreeView()
        fill(menu, view.currentLayer(), view.selectedLayers(), self._desk)

    def remove(self) -> None:
        """Take everything back."""
        for action in self._actions:
            self._desk.iface.removeCustomActionForLayerType(action)
            action.deleteLater()
        for menu in self._menus:
            menu.deleteLater()
        self._actions.clear()
        self._menus.clear()
