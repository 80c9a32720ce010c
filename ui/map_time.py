"""Undoes a range of time that QGIS's own temporal controller leaves on the map while its navigation is off.

Where a project had layers of a long span up to today, its slider moves when the next project is made or read, and the
map is told of that frame: the last full hour, in which no layer of another time is drawn (seen on QGIS 3.22 and 3.40;
``QgsTemporalNavigationObject.setCurrentFrameNumber`` tells it in any mode). What other plugins tell the map of time
does not come from the controller, and is left.
"""

from __future__ import annotations

from typing import Any

from qgis.core import QgsDateTimeRange, QgsTemporalNavigationObject
from qgis.PyQt.QtCore import QDateTime, QObject


class MapTime(QObject):
    """Listens to the controller, after the map."""

    def __init__(self, desk: Any) -> None:
        super().__init__(desk)
        self._canvas = desk.iface.mapCanvas()
        self._controller = self._canvas.temporalController()
        if isinstance(self._controller, QgsTemporalNavigationObject):
            self._controller.updateTemporalRange.connect(self._told)

    def _told(self, told: QgsDateTimeRange) -> None:
        off = self._controller.navigationMode() == QgsTemporalNavigationObject.NavigationMode.NavigationOff
        if off and not told.isInfinite():
            self._canvas.setTemporalRange(QgsDateTimeRange(QDateTime(), QDateTime()))

    def remove(self) -> None:
        """Listen no more."""
        if isinstance(self._controller, QgsTemporalNavigationObject):
            self._controller.updateTemporalRange.disconnect(self._told)
