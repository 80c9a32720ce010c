"""The options page and its dialog, used as a person uses them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from held_errands import HeldErrands
from imagery_hub.core import connections
from imagery_hub.core.connections import Connection
from imagery_hub.ui.connections import tester
from imagery_hub.ui.connections.dialog import ConnectionDialog
from imagery_hub.ui.connections.factory import OptionsFactory
from imagery_hub.ui.connections.page import ConnectionsPage
from qgis.core import QgsApplication
from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtGui import QIcon
from qgis.PyQt.QtTest import QTest
from qgis.PyQt.QtWidgets import QDialogButtonBox, QLineEdit, QMessageBox, QPushButton


@pytest.fixture
def page(qgis_app: QgsApplication, qtbot: Any) -> Iterator[ConnectionsPage]:
    assert QgsApplication.authManager().setMasterPassword("test-master", True)
    page = OptionsFactory(QIcon()).createWidget(None)
    qtbot.addWidget(page)
    page.resize(760, 420)
    page.show()
    yield page.connections
    QgsApplication.authManager().setMasterPassword("test-master", True)
    for name in connections.names():
        connections.remove(name)


def click(button: Any) -> None:
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def opened(qtbot: Any, page: ConnectionsPage) -> ConnectionDialog:
    qtbot.waitUntil(lambda: any(dialog.isVisible() for dialog in page.findChildren(ConnectionDialog)))
    return next(dialog for dialog in page.findChildren(ConnectionDialog) if dialog.isVisible())


def ok(dialog: ConnectionDialog) -> Any:
    return dialog.buttons.button(QDialogButtonBox.StandardButton.Ok)


def test_an_empty_page_says_the_first_steps(page: ConnectionsPage, qtbot: Any) -> None:
    assert page.stack.currentIndex() == 1
    assert not page.test.isEnabled()
    click(page.first_steps.findChild(QPushButton, "imageryHubConnectSandbox"))
    dialog = opened(qtbot, page)
    assert dialog.address.isVisible()
    assert (dialog.name.text(), dialog.address.text()) == ("Sandbox", "http://127.0.0.1:8765")
    dialog.reject()
    click(page.first_steps.findChild(QPushButton, "imageryHubConnectAccount"))
    dialog = opened(qtbot, page)
    assert (dialog.name.text(), dialog.address.text()) == ("Picterra", "")
    dialog.reject()


def test_adding_testing_editing_and_removing(page: ConnectionsPage, qtbot: Any, sandbox: Any) -> None:
    click(page.add)
    dialog = opened(qtbot, page)
    assert dialog.name.text() == "Picterra"
    field = dialog.secrets["key"]
    assert field.echoMode() == QLineEdit.EchoMode.Password
    dialog.address.setText(sandbox.address)
    click(ok(dialog))
    assert dialog.status.text == "Enter the API key."
    QTest.keyClicks(field, "wrong-key-00")
    click(dialog.test_button)
    qtbot.waitUntil(lambda: "did not accept the key" in dialog.status.text, timeout=10000)
    field.clear()
    QTest.keyClicks(field, "sandbox-picterra-key")
    click(dialog.test_button)
    qtbot.waitUntil(lambda: dialog.status.text.startswith("Connected to Picterra"), timeout=10000)
    click(ok(dialog))
    assert [one.name for one in connections.saved()] == ["Picterra"]
    assert page.list.topLevelItem(0).text(2) == sandbox.address

    click(page.test)
    qtbot.waitUntil(lambda: page.status.text.startswith("Connected to Picterra"), timeout=10000)

    click(page.edit)
    dialog = opened(qtbot, page)
    assert dialog.secrets["key"].text() == ""
    dialog.name.setText("Sandbox")
    click(ok(dialog))
    assert connections.names() == ["Sandbox"]
    assert connections.credentials("picterra", "Sandbox").secrets == {"key": "sandbox-picterra-key"}

    click(page.remove)
    box = next(one for one in page.findChildren(QMessageBox) if one.isVisible())
    click(box.button(QMessageBox.StandardButton.Yes))
    assert connections.names() == []
    assert page.stack.currentIndex() == 1


def test_what_was_tried_is_forgotten_when_a_field_is_changed(
    page: ConnectionsPage, qtbot: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = HeldErrands()
    monkeypatch.setattr(tester, "background", held)
    monkeypatch.setattr(connections.Credentials, "check", lambda *_: "Ann")
    click(page.add)
    dialog = opened(qtbot, page)
    QTest.keyClicks(dialog.secrets["key"], "some-key-456")
    changes = [
        lambda: QTest.keyClicks(dialog.secrets["key"], "7"),
        lambda: QTest.keyClicks(dialog.address, "http://127.0.0.1:9"),
        lambda: dialog.platform.setCurrentIndex(dialog.platform.findData("pix4d")),
        lambda: QTest.keyClicks(dialog.options["s3_endpoint"], "http://127.0.0.1:3"),
    ]
    for number, change in enumerate(changes):
        for name in ("client_id", "client_secret"):
            if name in dialog.secrets:
                dialog.secrets[name].setText("x")
        click(dialog.test_button)
        assert not dialog.test_button.isEnabled()
        change()
        assert (dialog.status.text, dialog.test_button.isEnabled()) == ("", True), number
        held.arrive(number)
        assert dialog.status.text == "", number
    click(dialog.test_button)
    held.arrive(len(changes))
    assert dialog.status.text == "Connected to PIX4D cloud as “Ann”."
    dialog.reject()


def test_a_platform_with_two_secrets_and_several_addresses(page: ConnectionsPage, qtbot: Any) -> None:
    click(page.add)
    dialog = opened(qtbot, page)
    assert not dialog.options
    dialog.platform.setFocus()
    QTest.keyClicks(dialog.platform, "PIX")
    assert dialog.name.text() == "PIX4D cloud"
    assert [one.echoMode() for one in dialog.secrets.values()] == [
        QLineEdit.EchoMode.Normal, QLineEdit.EchoMode.Password]
    QTest.keyClicks(dialog.secrets["client_id"], "an-id")
    click(ok(dialog))
    assert dialog.status.text == "Enter the client secret."
    QTest.keyClicks(dialog.secrets["client_secret"], "marker-secret-9")
    assert dialog.options["webgis"].placeholderText() == "https://api.webgis.pix4d.com/"
    dialog.address.setText("https://maps.example/")
    assert dialog.options["webgis"].placeholderText() == "https://maps.example/"
    assert dialog.options["s3_endpoint"].placeholderText() == "https://s3.amazonaws.com/"
    dialog.address.clear()
    QTest.keyClicks(dialog.options["s3_endpoint"], "http://127.0.0.1:3")
    click(ok(dialog))
    stored = connections.get("PIX4D cloud")
    assert stored.options == {"s3_endpoint": "http://127.0.0.1:3"}

    click(page.edit)
    dialog = opened(qtbot, page)
    assert dialog.options["s3_endpoint"].isVisible()
    assert dialog.options["s3_endpoint"].text() == "http://127.0.0.1:3"
    dialog.options["s3_endpoint"].clear()
    click(ok(dialog))
    assert connections.get("PIX4D cloud").options == {}
    assert connections.credentials("pix4d", "PIX4D cloud").secrets["client_secret"] == "marker-secret-9"


def test_a_refused_master_password_keeps_the_dialog_open(page: ConnectionsPage, qtbot: Any) -> None:
    connections.save(Connection("First", "picterra"), {"key": "marker-secret-123"})
    QgsApplication.authManager().clearMasterPassword()
    click(page.add)
    dialog = opened(qtbot, page)
    QTest.keyClicks(dialog.secrets["key"], "some-key-456")
    click(ok(dialog))
    assert dialog.isVisible()
    assert "master password" in dialog.status.text
    assert QgsApplication.authManager().setMasterPassword("test-master", True)
    click(ok(dialog))
    assert connections.names() == ["First", "Picterra"]


def test_an_unreachable_address_is_a_sentence(page: ConnectionsPage, qtbot: Any) -> None:
    connections.save(Connection("Far", "picterra", "http://127.0.0.1:9/"), {"key": "marker-secret-123"})
    click(page.test)
    qtbot.waitUntil(lambda: "Nothing answers at 127.0.0.1" in page.status.text, timeout=20000)


def test_escape_leaves_everything_as_it_was(page: ConnectionsPage, qtbot: Any) -> None:
    click(page.add)
    dialog = opened(qtbot, page)
    QTest.keyClicks(dialog.secrets["key"], "some-key-456")
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    assert connections.names() == []


def test_a_pixel_connection_asks_for_its_tenant(page: ConnectionsPage, qtbot: Any, sandbox: Any) -> None:
    ready = sandbox.ready["pixel"]
    click(page.add)
    dialog = opened(qtbot, page)
    dialog.platform.setCurrentIndex(dialog.platform.findData("pixel"))
    QTest.keyClicks(dialog.secrets["username"], ready["username"])
    QTest.keyClicks(dialog.secrets["password"], ready["password"])
    assert dialog.secrets["password"].echoMode() == QLineEdit.EchoMode.Password
    click(ok(dialog))
    assert dialog.status.text == "Enter the tenant."
    QTest.keyClicks(dialog.options["tenant"], "Fjord")
    assert dialog.address.placeholderText() == "https://prod.api.geodatapixel.no/fjord"
    dialog.options["environment"].setText("test")
    assert dialog.options["login"].placeholderText() == "https://test.keycloak.geodatapixel.no"
    dialog.address.setText(ready["root"])
    assert dialog.options["login"].placeholderText() == ready["login"] + "/"
    click(dialog.test_button)
    qtbot.waitUntil(lambda: dialog.status.text.startswith("Connected to Geodata Pixel"), timeout=10000)
    dialog.platform.setCurrentIndex(dialog.platform.findData("pix4d"))
    assert "tenant" not in dialog.options
    dialog.platform.setCurrentIndex(dialog.platform.findData("pixel"))
    dialog.reject()


def test_the_sandbox_of_pixel_is_below_its_tenant(page: ConnectionsPage, qtbot: Any) -> None:
    click(page.first_steps.findChild(QPushButton, "imageryHubConnectSandbox"))
    dialog = opened(qtbot, page)
    dialog.platform.setCurrentIndex(dialog.platform.findData("pixel"))
    assert dialog.address.text() == "http://127.0.0.1:8765/fjord"
    dialog.platform.setCurrentIndex(dialog.platform.findData("picterra"))
    assert dialog.address.text() == "http://127.0.0.1:8765"
    dialog.reject()


def test_the_list_shows_the_address_of_the_tenant(page: ConnectionsPage) -> None:
    secrets = {"username": "a@b.example", "password": "x"}
    connections.save(Connection("Fjord", "pixel", "", {"tenant": "Fjord"}), secrets)
    assert page.list.topLevelItem(0).text(2) == "https://prod.api.geodatapixel.no/fjord"
