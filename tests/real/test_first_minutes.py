"""The first minutes: a fresh profile, the plugin switched on, an account, the master password, a second account."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import hands
import pytest
from qgis.core import QgsApplication, QgsSettings
from qgis.PyQt.QtCore import QObject, Qt, QUrl, pyqtSlot
from qgis.PyQt.QtGui import QDesktopServices
from qgis.PyQt.QtTest import QTest
from qgis.PyQt.QtWidgets import QDialog, QDockWidget, QLineEdit, QPushButton, QTreeView, QWidget
from qgis.utils import iface, loadPlugin, startPlugin, unloadPlugin
from sandbox_process import PICTERRA_KEY, SandboxProcess

PLUGIN = "imagery_hub"
MASTER = "master-of-the-first-minutes"


@pytest.fixture
def fresh() -> Iterator[None]:
    """The plugin is switched off, and nobody has seen its first steps."""
    assert unloadPlugin(PLUGIN)
    QgsSettings().setValue("imagery_hub/first_steps_seen", False)
    hands.failures.clear()
    yield
    QTest.qWait(200)


def switch_on() -> QDockWidget:
    """As the plugin manager does."""
    assert loadPlugin(PLUGIN)
    assert startPlugin(PLUGIN)
    return hands.wait_for(lambda: shown_dock(), "the Hub dock")


def shown_dock() -> QDockWidget | None:
    dock = iface.mainWindow().findChild(QDockWidget, "imageryHubHubDock")
    return dock if dock is not None and dock.isVisible() else None


def dialog() -> QDialog | None:
    windows = QgsApplication.topLevelWidgets()
    return next((one for one in windows if one.objectName() == "imageryHubConnectionDialog" and one.isVisible()), None)


def master_password(words: str) -> Any:
    """Fill in QGIS's own dialog; an empty one is refused by Cancel."""

    def act(window: QDialog) -> None:
        if not words:
            hands.click(window.findChild(QPushButton, "mCancelButton") or hands.button(window, "Cancel"))
            return
        for name in ("leMasterPass", "leMasterPassVerify"):
            field = window.findChild(QLineEdit, name)
            if field is not None and field.isVisible():
                hands.write(field, words)
        hands.click(window.findChild(QPushButton, "mOkButton") or hands.button(window, "OK"))

    return act


def test_from_nothing_to_two_accounts(fresh: None, sandbox: SandboxProcess) -> None:
    dock = switch_on()
    page = hands.wait_for(lambda: dock.findChild(QWidget, "imageryHubFirstSteps"), "the first steps")
    assert page.isVisible()
    hands.keep_picture("first-steps")

    hands.click(page.findChild(QPushButton, "imageryHubConnectSandbox"))
    window = hands.wait_for(dialog, "the dialog")
    hands.write(window.address, sandbox.address)
    hands.write(window.secrets["key"], "not-the-key-of-anybody")
    hands.click(window.test_button)
    hands.wait_for(lambda: "did not accept the key" in window.status.text, "the refusal")
    hands.write(window.secrets["key"], PICTERRA_KEY)
    hands.click(window.test_button)
    hands.wait_for(lambda: window.status.text.startswith("Connected to Picterra"), "the acceptance")
    hands.keep_picture("first-connection", window)

    hands.in_dialog(master_password(""))  # refused
    hands.click(hands.button(window, "OK"))
    hands.wait_for(lambda: "master password" in window.status.text, "why it was not stored")
    assert window.isVisible()
    hands.keep_picture("first-master-password-refused", window)
    hands.in_dialog(master_password(MASTER))
    hands.click(hands.button(window, "OK"))
    hands.wait_for(lambda: dialog() is None, "the end of the dialog")
    assert hands.failures == []

    tree = hands.wait_for(lambda: next(iter(dock.findChildren(QTreeView)), None), "the tree")
    hands.wait_for(lambda: tree.isVisible() and names(tree) == ["Sandbox"], "the account in the tree")

    hands.click(dock.findChild(QWidget, "imageryHubConnect"))
    window = hands.wait_for(dialog, "the dialog for another account")
    hands.write(window.name, "Second account")
    hands.write(window.secrets["key"], PICTERRA_KEY)
    hands.click(hands.button(window, "OK"))
    hands.wait_for(lambda: names(tree) == ["Sandbox", "Second account"], "the second account")
    hands.keep_picture("first-accounts")
    assert hands.failures == []


def names(tree: QTreeView) -> list[str]:
    model = tree.model()
    return [str(model.index(row, 0).data()) for row in range(model.rowCount())]


class Opened(QObject):
    """What the program would have shown in the browser."""

    def __init__(self) -> None:
        super().__init__()
        self.addresses: list[QUrl] = []

    @pyqtSlot(QUrl)
    def take(self, address: QUrl) -> None:
        self.addresses.append(address)


def test_f1_opens_the_guide_at_the_page_about_the_window() -> None:
    dock = hands.wait_for(shown_dock, "the Hub dock of the test before")
    opened = Opened()
    QDesktopServices.setUrlHandler("file", opened, "take")
    try:
        tree = next(iter(dock.findChildren(QTreeView)))
        hands.click(tree.viewport())
        QTest.keyClick(tree, Qt.Key.Key_F1)
        hands.wait_for(lambda: opened.addresses, "the page")
        assert [one.fileName() for one in opened.addresses] == ["hub.html"]
    finally:
        QDesktopServices.unsetUrlHandler("file")


def test_who_has_seen_the_first_steps_is_left_alone() -> None:
    assert unloadPlugin(PLUGIN)
    assert loadPlugin(PLUGIN)
    assert startPlugin(PLUGIN)
    QTest.qWait(1500)
    assert shown_dock() is None
