"""Entries dropped on QGIS's canvas and layer tree, from the Hub dock and from QGIS's Browser."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qgis.core import QgsMimeDataUtils
from qgis.gui import QgsCustomDropHandler, QgsMapCanvas
from qgis.PyQt.QtCore import QTimer
from qgis.PyQt.QtGui import QCursor

from ..nodes.description import URI_KEY, Place
from . import add, can_add

if TYPE_CHECKING:
    from ..desk import Desk
    from .placing import Spot


class DropHandler(QgsCustomDropHandler):
    """QGIS hands over one URI after the other; those of one drop are added together."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._dropped: list[Place] = []
        self._spot: Spot | None = None
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._add)

    def customUriProviderKey(self) -> str:  # noqa: N802 - QGIS's name
        return URI_KEY

    def canHandleCustomUriCanvasDrop(self, uri: QgsMimeDataUtils.Uri, canvas: QgsMapCanvas) -> bool:  # noqa: N802
        place = Place.from_uri(uri)
        return place is not None and can_add(place) and canvas == self._desk.iface.mapCanvas()

    def handleCustomUriCanvasDrop(self, uri: QgsMimeDataUtils.Uri, canvas: QgsMapCanvas) -> bool:  # noqa: N802
        return canvas == self._desk.iface.mapCanvas() and self._take(uri)

    def handleCustomUriDrop(self, uri: QgsMimeDataUtils.Uri) -> None:  # noqa: N802
        """On the layer tree, or anywhere else in the window. QGIS 3.22 does not say where."""
        from .placing import spot_at

        if self._take(uri):
            self._spot = spot_at(self._desk.iface.layerTreeView(), QCursor.pos())

    def _take(self, uri: QgsMimeDataUtils.Uri) -> bool:
        place = Place.from_uri(uri)
        if place is None or not can_add(place):
            return False
        self._dropped.append(place)
        self._timer.start(0)
        return True

    def _add(self) -> None:
        dropped, self._dropped = self._dropped, []
        spot, self._spot = self._spot, None
        add(dropped, self._desk, spot)
