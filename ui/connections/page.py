"""The page that lists the connections."""

from __future__ import annotations

from qgis.core import QgsApplication
from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtGui import QPalette
from qgis.PyQt.QtWidgets import (
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QMessageBox,
    QPushButton,
    QStackedWidget,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from ...core import connections, messages
from ...core.platforms import PLATFORMS
from ...core.translation import tr
from ..first_steps.page import FirstStepsPage
from ..status import StatusLine
from .dialog import ConnectionDialog
from .tester import ConnectionTester

NAME = Qt.ItemDataRole.UserRole


class ConnectionsPage(QWidget):
    """Add, edit, remove and test connections; first steps while there is none."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.list = QTreeWidget()
        self.list.setObjectName("imageryHubConnections")
        self.list.setRootIsDecorated(False)
        self.list.setAlternatingRowColors(True)
        self.list.setHeaderLabels([tr("Name"), tr("Platform"), tr("Address")])
        self.list.header().setMinimumSectionSize(120)
        self.list.header().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        self.add = self._button(tr("Add…"), "symbologyAdd.svg", self._add)
        self.edit = self._button(tr("Edit…"), "symbologyEdit.svg", self._edit)
        self.remove = self._button(tr("Remove"), "symbologyRemove.svg", self._remove)
        self.test = self._button(tr("Test"), "mActionRefresh.svg", self._test)
        self.status = StatusLine()
        self.stack = QStackedWidget()
        self.stack.addWidget(self.list)
        self.first_steps = FirstStepsPage()
        self.first_steps.connect_wanted.connect(self._add)
        self.stack.addWidget(self.first_steps)
        self._tester = ConnectionTester(self._told)
        self._lay_out()
        self.list.itemSelectionChanged.connect(self._enable)
        self.list.itemDoubleClicked.connect(lambda *_: self._edit())
        connections.signals.changed.connect(self.refresh)
        self.destroyed.connect(self._tester.stop)
        self.refresh()

    @staticmethod
    def _button(text: str, icon: str, clicked: object) -> QPushButton:
        button = QPushButton(QgsApplication.getThemeIcon(f"/{icon}"), text)
        button.clicked.connect(clicked)
        return button

    def _lay_out(self) -> None:
        title = QLabel(tr("Connections"))
        bold = title.font()
        bold.setBold(True)
        title.setFont(bold)
        buttons = QVBoxLayout()
        for button in (self.add, self.edit, self.remove, self.test):
            buttons.addWidget(button)
        buttons.addStretch()
        row = QHBoxLayout()
        row.addWidget(self.stack, 1)
        row.addLayout(buttons)
        layout = QVBoxLayout(self)
        layout.addWidget(title)
        layout.addLayout(row, 1)
        layout.addWidget(self.status)

    def refresh(self) -> None:
        """Show the connections as they are stored now."""
        chosen = self._name()
        self.list.clear()
        for connection in connections.saved():
            platform = PLATFORMS[connection.platform]
            address = connection.address or platform.filled(platform.address, connection.options)
            item = QTreeWidgetItem([connection.name, platform.title, address])
            if not connection.address:
                item.setForeground(2, self.palette().brush(QPalette.ColorGroup.Disabled, QPalette.ColorRole.Text))
            item.setData(0, NAME, connection.name)
            self.list.addTopLevelItem(item)
            item.setSelected(connection.name == chosen)
        if self.list.topLevelItemCount() and not self.list.selectedItems():
            self.list.topLevelItem(0).setSelected(True)
        self.stack.setCurrentIndex(0 if self.list.topLevelItemCount() else 1)
        self._enable()

    def _name(self) -> str:
        items = self.list.selectedItems()
        return str(items[0].data(0, NAME)) if items else ""

    def _enable(self) -> None:
        for button in (self.edit, self.remove, self.test):
            button.setEnabled(bool(self._name()))

    def _add(self, sandbox: bool = False) -> None:
        self._show(ConnectionDialog(None, self, sandbox=sandbox))

    def _edit(self) -> None:
        if self._name():
            self._show(ConnectionDialog(connections.get(self._name()), self))

    def _show(self, dialog: ConnectionDialog) -> None:
        self.status.clear()
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()

    def _remove(self) -> None:
        name = self._name()
        question = tr("Remove the connection “{name}” and its stored key? Nothing on the platform is changed.")
        box = QMessageBox(self)
        box.setIcon(QMessageBox.Icon.Question)
        box.setWindowTitle(tr("Remove Connection"))
        box.setTextFormat(Qt.TextFormat.PlainText)
        box.setText(question.format(name=name))
        box.setStandardButtons(QMessageBox.StandardButton.Yes | QMessageBox.StandardButton.Cancel)
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.button(QMessageBox.StandardButton.Yes).clicked.connect(lambda: self._remove_now(name))
        box.open()

    def _remove_now(self, name: str) -> None:
        try:
            connections.remove(name)
        except Exception as error:
            self.status.failure(messages.sentence(error))
        else:
            self.status.clear()

    def _test(self) -> None:
        name = self._name()
        self.test.setEnabled(False)
        self.status.busy(tr("Testing “{name}”…").format(name=name))
        self._tester.test(lambda: connections.credentials(connections.get(name).platform, name))

    def _told(self, words: str, good: bool) -> None:
        self._enable()
        if good:
            self.status.success(words)
        else:
            self.status.failure(words)
