"""Logins of the Descartes Labs catalog: a token file that is chosen, the environment of the vendor's client, and that
nothing is read or asked for before."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from imagery_hub.core import connections, secrets
from imagery_hub.core.connections import Connection
from imagery_hub.core.problems import Problem
from imagery_hub.providers.errors import Refused
from imagery_hub.ui.connections.dialog import ConnectionDialog
from qgis.core import QgsApplication
from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtTest import QTest
from qgis.PyQt.QtWidgets import QDialogButtonBox, QFileDialog, QPushButton
from sandbox_descarteslabs import CatalogCalls
from sandbox_process import SandboxProcess

KEY = "descarteslabs"
VARIABLES = ("DESCARTESLABS_URL", "DESCARTESLABS_CLIENT_ID", "DESCARTESLABS_CLIENT_SECRET",
             "DESCARTESLABS_REFRESH_TOKEN", "DESCARTESLABS_TOKEN", "DESCARTESLABS_TOKEN_INFO_PATH")


@pytest.fixture(autouse=True)
def bare(qgis_app: QgsApplication, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)
    yield
    QgsApplication.authManager().setMasterPassword("test-master", True)
    for name in connections.names():
        connections.remove(name)


@pytest.fixture
def login(sandbox: SandboxProcess, tmp_path: Path) -> Path:
    ready = sandbox.ready[KEY]
    path = tmp_path / "token_info.json"
    path.write_text(json.dumps({"client_id": ready["client_id"], "refresh_token": ready["refresh_token"]}))
    return path


@pytest.fixture
def opened(qtbot: Any, sandbox: SandboxProcess) -> Any:
    def opened(name: str = "") -> ConnectionDialog:
        dialog = ConnectionDialog(connections.get(name) if name else None)
        qtbot.addWidget(dialog)
        if not name:
            dialog.platform.setCurrentIndex(dialog.platform.findData(KEY))
            dialog.name.setText("Fields")
            dialog.address.setText(sandbox.ready[KEY]["root"])
        dialog.show()
        return dialog

    return opened


def choose(dialog: ConnectionDialog, path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """Press the button; where the chooser began."""
    begun = []

    def answer(parent: Any, title: str, begin: str, *_: Any) -> tuple[str, str]:
        begun.append(begin)
        return str(path), ""

    monkeypatch.setattr(QFileDialog, "getOpenFileName", answer)
    QTest.mouseClick(dialog.findChild(QPushButton, "imageryHubLoginFile"), Qt.MouseButton.LeftButton)
    return begun[0]


def click(dialog: ConnectionDialog) -> None:
    QTest.mouseClick(dialog.buttons.button(QDialogButtonBox.StandardButton.Ok), Qt.MouseButton.LeftButton)


def test_a_token_file_is_taken_and_neither_copied_nor_asked_for(
    opened: Any, login: Path, qtbot: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    QgsApplication.authManager().clearMasterPassword()
    dialog = opened()
    click(dialog)
    assert dialog.status.text == "Enter the client id."
    choose(dialog, login, monkeypatch)
    assert dialog.options["login_file"].text() == str(login)
    assert "token_info.json holds the login of the client “sandbox-dl-client”" in dialog.status.text
    assert dialog.secrets["refresh_token"].placeholderText() == "In the token file"
    QTest.mouseClick(dialog.test_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: dialog.status.text.startswith("Connected to Descartes Labs catalog"), timeout=20000)
    click(dialog)
    kept = connections.get("Fields")
    assert (kept.options, kept.authcfg) == ({"login_file": str(login)}, "")
    assert not secrets.is_unlocked(), "nobody was asked for the master password"
    assert connections.credentials(KEY, "Fields").secrets == {"client_id": "", "refresh_token": ""}


def test_the_chooser_begins_where_the_vendor_keeps_it_and_reads_nothing_there(
    opened: Any, login: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    home = tmp_path / "home"
    monkeypatch.setenv("HOME", str(home))
    folder = home / ".descarteslabs"
    folder.mkdir(parents=True)
    usual = folder / "token_info.json"
    usual.write_text(login.read_text())
    before = usual.stat().st_atime_ns
    dialog = opened()
    other = tmp_path / "notes.json"
    other.write_text('{"client_id": "x"}')
    assert choose(dialog, other, monkeypatch) == str(usual)
    assert "notes.json is not a token file" in dialog.status.text
    assert dialog.options["login_file"].text() == ""
    assert usual.stat().st_atime_ns == before
    with pytest.raises(Problem, match="No connection is chosen"):
        connections.credentials(KEY, "")


def test_the_line_of_the_log_in_page_says_the_client_too(
    opened: Any, sandbox: SandboxProcess, qtbot: Any, qgis_app: QgsApplication
) -> None:
    assert QgsApplication.authManager().setMasterPassword("test-master", True)
    ready = sandbox.ready[KEY]
    words = json.dumps({"client_id": ready["client_id"], "refresh_token": ready["refresh_token"]})
    line = base64.urlsafe_b64encode(words.encode()).decode().rstrip("=")
    dialog = opened()
    dialog.secrets["refresh_token"].setFocus()
    qgis_app.clipboard().setText(line)
    QTest.keyClick(dialog.secrets["refresh_token"], Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    qgis_app.clipboard().clear()
    assert dialog.secrets["refresh_token"].text() == ready["refresh_token"]
    assert dialog.secrets["client_id"].text() == ready["client_id"]
    QTest.mouseClick(dialog.test_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: dialog.status.text.startswith("Connected to Descartes Labs catalog"), timeout=20000)
    click(dialog)
    kept = connections.credentials(KEY, "Fields").secrets
    assert kept == {"client_id": ready["client_id"], "refresh_token": ready["refresh_token"]}


def test_a_line_with_a_scope_stays_whole(opened: Any) -> None:
    words = {"client_id": "an-id", "refresh_token": "marker-secret-refresh", "scope": "openid offline_access"}
    line = base64.urlsafe_b64encode(json.dumps(words).encode()).decode()
    dialog = opened()
    dialog.secrets["refresh_token"].setText(line)
    assert {name: field.text() for name, field in dialog.secrets.items()} == {
        "client_id": "an-id", "refresh_token": line}


def test_a_bare_refresh_token_leaves_the_client_as_it_was_typed(opened: Any) -> None:
    dialog = opened()
    QTest.keyClicks(dialog.secrets["client_id"], "an-id")
    QTest.keyClicks(dialog.secrets["refresh_token"], "marker-secret-refresh")
    assert dialog.secrets["client_id"].text() == "an-id"


def test_a_file_takes_the_place_of_what_is_stored_and_back(
    opened: Any, login: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert QgsApplication.authManager().setMasterPassword("test-master", True)
    connections.save(Connection("Fields", KEY), {"client_id": "an-id", "refresh_token": "marker-secret-refresh-1"})
    stored = connections.get("Fields").authcfg
    dialog = opened("Fields")
    assert dialog.secrets["client_id"].placeholderText().startswith("Stored")
    choose(dialog, login, monkeypatch)
    QTest.keyClicks(dialog.secrets["client_id"], "an-id")
    click(dialog)
    assert "as it is in the token file" in dialog.status.text
    dialog.secrets["client_id"].clear()
    click(dialog)
    assert connections.get("Fields").authcfg == ""
    assert stored not in QgsApplication.authManager().configIds()
    dialog = opened("Fields")
    dialog.options["login_file"].clear()
    click(dialog)
    assert dialog.status.text == "Enter the client id."
    QTest.keyClicks(dialog.secrets["client_id"], "an-id")
    QTest.keyClicks(dialog.secrets["refresh_token"], "marker-secret-refresh-2")
    click(dialog)
    assert connections.credentials(KEY, "Fields").secrets["refresh_token"] == "marker-secret-refresh-2"


def test_the_vendors_own_names_are_read_of_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DESCARTESLABS_CLIENT_ID", "cid-0042")
    assert connections.available() == []
    monkeypatch.setenv("DESCARTESLABS_CLIENT_SECRET", "marker-secret-3")
    assert connections.available() == [Connection("", KEY)]
    found = connections.credentials(KEY, "")
    assert (found.secrets["refresh_token"], found.options["variable"]) == (
        "marker-secret-3", "DESCARTESLABS_CLIENT_SECRET")
    monkeypatch.setenv("DESCARTESLABS_REFRESH_TOKEN", "marker-secret-refresh-3")
    found = connections.credentials(KEY, "")
    assert (found.secrets["refresh_token"], found.options["variable"]) == (
        "marker-secret-refresh-3", "DESCARTESLABS_REFRESH_TOKEN")
    monkeypatch.setenv("DESCARTESLABS_TOKEN", "marker-secret-token-3")
    assert connections.credentials(KEY, "").options["variable"] == "DESCARTESLABS_TOKEN"


def test_a_refused_token_file_is_named_by_its_variable(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("DESCARTESLABS_TOKEN_INFO_PATH", str(tmp_path / "token_info.json"))
    assert connections.credentials(KEY, "").options["variable"] == "DESCARTESLABS_TOKEN_INFO_PATH"


def test_a_token_of_the_environment_is_used_while_it_is_good(
    sandbox: SandboxProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    ready = CatalogCalls(sandbox).session.headers["Authorization"].removeprefix("Bearer ")
    monkeypatch.setenv("DESCARTESLABS_URL", sandbox.ready[KEY]["root"])
    monkeypatch.setenv("DESCARTESLABS_TOKEN", ready)
    assert connections.available() == [Connection("", KEY)]
    given = connections.credentials(KEY, "")
    assert ready not in repr(given)
    before = sandbox.last_entry()
    assert given.check() == "Asha Grower"
    asked = [one["path"] for one in sandbox.log(after=before)]
    assert asked and not any(path.endswith("/token") for path in asked), "no other token was bought"
    sandbox.advance(7200)
    with pytest.raises(Refused):
        given.check()


@pytest.mark.parametrize("member", ["jwt_token", "JWT_TOKEN"])
def test_a_token_of_the_token_file_is_used_while_it_is_good(
    sandbox: SandboxProcess, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, member: str
) -> None:
    ready, file = sandbox.ready[KEY], tmp_path / "token_info.json"
    token = CatalogCalls(sandbox).session.headers["Authorization"].removeprefix("Bearer ")
    file.write_text(json.dumps({"client_id": ready["client_id"], "refresh_token": ready["refresh_token"],
                                member: token}))
    monkeypatch.setenv("DESCARTESLABS_URL", ready["root"])
    monkeypatch.setenv("DESCARTESLABS_TOKEN_INFO_PATH", str(file))
    before = sandbox.last_entry()
    assert connections.credentials(KEY, "").check() == "Asha Grower"
    asked = [one["path"] for one in sandbox.log(after=before)]
    assert asked and not any(path.endswith("/token") for path in asked), "no other token was bought"
