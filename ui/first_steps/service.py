"""Shows a newcomer where to begin: once, in a profile that has no connection."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qgis.core import QgsSettings
from qgis.PyQt.QtCore import QObject, QTimer

if TYPE_CHECKING:
    from ..desk import Desk

SEEN = "imagery_hub/first_steps_seen"
#: After QGIS has restored its window, which would hide the dock again.
PAUSE_MILLISECONDS = 500


class FirstStepsService(QObject):
    """Opens the Hub dock, which holds the first steps while there is no connection."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._desk = desk
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(PAUSE_MILLISECONDS)
        self._timer.timeout.connect(self._show)
        if not QgsSettings().value(SEEN, False, type=bool):
            if desk.iface.mainWindow().isVisible():
                self._timer.start()
            else:
                desk.iface.initializationCompleted.connect(self._timer.start)

    def _show(self) -> None:
        from ...core import connections

        QgsSettings().setValue(SEEN, True)
        if not connections.saved():
            self._desk.show_dock("hub")

    def remove(self) -> None:
        """Show nothing any more."""
        self._timer.stop()
