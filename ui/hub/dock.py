"""The Hub dock: connections and what their platforms hold, as a tree with search, menus and details."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qgis.gui import QgsDockWidget
from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtWidgets import QStackedWidget

from ...core import connections, tidying
from ..connections.dialog import ConnectionDialog
from ..first_steps.page import FirstStepsPage
from .panel import HubPanel

if TYPE_CHECKING:
    from ..desk import Desk


class HubDock(QgsDockWidget):
    """The tree, or the first steps while there is no connection."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk.iface.mainWindow())
        self.desk = desk
        tidying.leave_out_what_is_there()
        self.panel = HubPanel(desk)
        desk.leaving.connect(self.panel.model.close)
        self.first_steps = FirstStepsPage()
        self.first_steps.connect_wanted.connect(self._connect)
        self.stack = QStackedWidget()
        self.stack.addWidget(self.first_steps)
        self.stack.addWidget(self.panel)
        self.setWidget(self.stack)
        connections.signals.changed.connect(self._choose_page)
        self._choose_page()

    def _choose_page(self) -> None:
        self.stack.setCurrentWidget(self.panel if connections.available() else self.first_steps)

    def _connect(self, sandbox: bool) -> None:
        dialog = ConnectionDialog(None, self, sandbox=sandbox)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()
