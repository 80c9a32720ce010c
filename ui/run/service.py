"""The entry in the plugin's menu, and the collector of results."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qgis.PyQt.QtCore import QObject

from ...core.compat import QAction
from ...core.translation import tr
from ..icons import icon
from .collector import Collector

if TYPE_CHECKING:
    from ..desk import Desk


class RunService(QObject):
    """“Run Detector on Rasters…”; forms are imported when one is opened."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._desk = desk
        self._collector = Collector(self)
        self.action = QAction(icon("detector"), tr("Run Detector on Rasters…"), self)
        self.action.setObjectName("imageryHubRunDetector")
        self.action.setToolTip(tr("See what it costs, run a detector on several rasters, and get layers"))
        self.action.triggered.connect(lambda: self._open())
        desk.menu.addAction(self.action)

    def _open(self) -> None:
        from .entry import open_form

        open_form(self._desk, "picterra")

    def remove(self) -> None:
        """Listen no more."""
        self._collector.close()
        self._desk.menu.removeAction(self.action)
