"""The dock for the platforms as a tree."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qgis.gui import QgsDockWidget

if TYPE_CHECKING:
    from ..desk import Desk


class HubDock(QgsDockWidget):
    """Empty yet."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk.iface.mainWindow())
        self.desk = desk
