"""What can be done with a connection: test, edit, log out and in, remove."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from qgis.core import QgsApplication
from qgis.PyQt.QtCore import QObject, Qt
from qgis.PyQt.QtWidgets import QMenu, QMessageBox, QWidget

from ...core import connections, messages
from ...core.sessions import sessions
from ...core.translation import tr
from ..connections.dialog import ConnectionDialog
from ..connections.tester import ConnectionTester
from ..icons import icon
from ..status import StatusLine
from .items import ConnectionItem


class ConnectionActions(QObject):
    """``status`` is where the outcome of a test is said."""

    def __init__(self, window: QWidget, status: StatusLine) -> None:
        super().__init__(window)
        self._window = window
        self._status = status
        self._tester = ConnectionTester(self._told)

    def connect_account(self, sandbox: bool = False) -> None:
        """Open the dialog for a new connection."""
        self._open(ConnectionDialog(None, self._window, sandbox=sandbox))

    def fill(self, menu: QMenu, item: ConnectionItem) -> None:
        """Add the actions to a menu."""
        name = item.place.connection
        menu.addAction(QgsApplication.getThemeIcon("/mActionRefresh.svg"), tr("Test"), lambda: self.test(item))
        if name:
            edit = QgsApplication.getThemeIcon("/symbologyEdit.svg")
            menu.addAction(edit, tr("Edit…"), lambda: self.edit(name))
        if item.logged_out:
            menu.addAction(icon("connect"), tr("Log In"), lambda: self.log_in(item))
        else:
            menu.addAction(icon("log_out"), tr("Log Out"), lambda: self.log_out(item))
        if name:
            menu.addSeparator()
            remove = QgsApplication.getThemeIcon("/symbologyRemove.svg")
            menu.addAction(remove, tr("Remove…"), lambda: self.remove(name))

    def test(self, item: ConnectionItem) -> None:
        """Ask the platform whether it takes the key."""
        platform, name = item.place.platform, item.place.connection
        self._say(lambda: self._status.busy(tr("Testing “{name}”…").format(name=item.title)))
        self._tester.test(lambda: connections.credentials(platform, name))

    def edit(self, name: str) -> None:
        """Open its dialog."""
        self._open(ConnectionDialog(connections.get(name), self._window))

    def log_out(self, item: ConnectionItem) -> None:
        """Close its session and forget its secrets, lists and pictures."""
        self.quiet()
        sessions().log_out(item.place.platform, item.place.connection)

    def log_in(self, item: ConnectionItem) -> None:
        """Let it be read again."""
        self.quiet()
        sessions().log_in(item.place.platform, item.place.connection)

    def remove(self, name: str) -> None:
        """Ask, then forget it and its key."""
        box = QMessageBox(self._window)
        box.setIcon(QMessageBox.Icon.Question)
        box.setWindowTitle(tr("Remove Connection"))
        box.setTextFormat(Qt.TextFormat.PlainText)
        question = tr("Remove the connection “{name}” and its stored key? Nothing on the platform is changed.")
        box.setText(question.format(name=name))
        box.setStandardButtons(QMessageBox.StandardButton.Yes | QMessageBox.StandardButton.Cancel)
        box.setDefaultButton(QMessageBox.StandardButton.Cancel)
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.button(QMessageBox.StandardButton.Yes).clicked.connect(lambda: self._remove_now(name))
        box.open()

    def _remove_now(self, name: str) -> None:
        self.quiet()
        try:
            connections.remove(name)
        except Exception as error:
            sentence = messages.sentence(error)
            self._say(lambda: self._status.failure(sentence))

    @staticmethod
    def _open(dialog: ConnectionDialog) -> None:
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()

    def _told(self, words: str, good: bool) -> None:
        self._say(lambda: self._status.success(words) if good else self._status.failure(words))

    def _say(self, say: Callable[[], Any]) -> None:
        say()
        self._status.show()

    def quiet(self) -> None:
        """Say nothing, and wait for no test any more."""
        self._tester.stop()
        self._status.clear()
        self._status.hide()
