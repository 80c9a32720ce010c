"""Connections: what is stored where, the environment, and the secret that is nowhere else."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from imagery_hub.core import connections, main_thread, secrets
from imagery_hub.core.connections import Connection
from imagery_hub.core.messages import sentence
from imagery_hub.core.problems import Problem
from imagery_hub.providers.errors import InputProblem
from qgis.core import QgsApplication, QgsSettings

KEY = "marker-secret-4711"


@pytest.fixture(autouse=True)
def unlocked(qgis_app: QgsApplication) -> Iterator[None]:
    """The authentication database is open, and everything is removed afterwards."""
    manager = QgsApplication.authManager()
    assert manager.setMasterPassword("test-master", True)
    yield
    manager.setMasterPassword("test-master", True)
    for name in connections.names():
        connections.remove(name)


def make(name: str = "Orchard / “north”", **more: Any) -> Connection:
    return connections.save(Connection(name, "picterra", **more), {"key": KEY})


def test_a_connection_comes_back_as_it_was_stored() -> None:
    stored = make(address="http://127.0.0.1:1/", options={"folder": "f1"})
    assert connections.get("Orchard / “north”") == stored
    assert (stored.platform, stored.address, stored.options) == ("picterra", "http://127.0.0.1:1/", {"folder": "f1"})
    gathered = connections.credentials("picterra", stored.name)
    assert gathered.secrets == {"key": KEY}
    assert gathered.address == "http://127.0.0.1:1/"
    assert connections.names("picterra") == [stored.name]
    assert connections.names("another") == []


@pytest.mark.parametrize("more", [
    {"address": f"https://me:{KEY}@a.example/"}, {"options": {"services": f"https://{KEY}@a.example/"}},
])
def test_an_address_with_a_login_is_not_stored(more: dict[str, Any]) -> None:
    with pytest.raises(InputProblem, match="address_with_login") as caught:
        make(**more)
    assert sentence(caught.value).startswith("The address holds a user name or a password.")
    assert connections.names() == []
    assert KEY not in Path(QgsSettings().fileName()).read_text()


def test_the_secret_is_in_no_file_of_the_profile(qgis_app: QgsApplication) -> None:
    make()
    settings = QgsSettings()
    settings.sync()
    looked_at = 0
    folders = {Path(settings.fileName()).parent, Path(QgsApplication.authManager().authenticationDatabasePath()).parent}
    for folder in folders:
        for path in (path for path in folder.rglob("*") if path.is_file()):
            assert KEY.encode() not in path.read_bytes(), path
            looked_at += 1
    assert looked_at >= 2
    assert KEY not in repr(connections.credentials("picterra", "Orchard / “north”"))


def test_the_stored_key_stays_when_none_is_given() -> None:
    first = make()
    again = connections.save(Connection(first.name, "picterra", "http://new/", {}, first.authcfg), None, first.name)
    assert again.authcfg == first.authcfg
    assert connections.credentials("picterra", first.name).secrets == {"key": KEY}


def test_renaming_keeps_key_and_leaves_nothing_behind() -> None:
    first = make()
    connections.save(Connection("New name", "picterra", "", {}, first.authcfg), {"key": "other-key-22"}, first.name)
    assert connections.names() == ["New name"]
    assert connections.credentials("picterra", "New name").secrets == {"key": "other-key-22"}
    assert len(QgsApplication.authManager().configIds()) == 1


def test_removing_forgets_the_key_too() -> None:
    made = make()
    connections.remove(made.name)
    assert connections.saved() == []
    assert made.authcfg not in QgsApplication.authManager().configIds()


def test_changes_are_told(qtbot: Any) -> None:
    with qtbot.waitSignal(connections.signals.changed):
        make()
    with qtbot.waitSignal(connections.signals.changed):
        connections.remove("Orchard / “north”")


@pytest.mark.parametrize("name", ["", "   "])
def test_a_connection_needs_a_name(name: str) -> None:
    with pytest.raises(Problem, match="Give the connection a name"):
        make(name)


def test_a_name_is_taken_once() -> None:
    make("One")
    with pytest.raises(Problem, match="already"):
        make("One")


def test_an_unknown_name_is_said() -> None:
    with pytest.raises(Problem, match="no connection named “Nowhere”"):
        connections.credentials("picterra", "Nowhere")


def test_the_environment_is_read_when_no_name_is_given(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PICTERRA_API_KEY", KEY)
    monkeypatch.delenv("PICTERRA_BASE_URL", raising=False)
    assert connections.credentials("picterra", "").address == "https://app.picterra.ch/public/api/v2/"
    assert connections.credentials("picterra", " ").secrets == {"key": KEY}


@pytest.mark.parametrize(
    "given", ["http://127.0.0.1:8123/", "http://127.0.0.1:8123", "http://127.0.0.1:8123/public/api/v2/"]
)
def test_both_forms_of_the_address_lead_to_the_same_place(monkeypatch: pytest.MonkeyPatch, given: str) -> None:
    monkeypatch.setenv("PICTERRA_API_KEY", KEY)
    monkeypatch.setenv("PICTERRA_BASE_URL", given)
    gathered = connections.credentials("picterra", "")
    module = gathered.platform.module
    assert module.normalise_address(gathered.address) == "http://127.0.0.1:8123/public/api/v2/"


def test_a_missing_variable_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PICTERRA_API_KEY", raising=False)
    with pytest.raises(Problem, match="PICTERRA_API_KEY"):
        connections.credentials("picterra", "")


def test_a_platform_of_two_secrets_and_several_addresses() -> None:
    given = {"client_id": "an-id", "client_secret": KEY}
    options = {"webgis": "http://127.0.0.1:2/", "s3_endpoint": "http://127.0.0.1:3"}
    connections.save(Connection("Quarry", "pix4d", "http://127.0.0.1:1/", options), given)
    gathered = connections.credentials("pix4d", "Quarry")
    assert gathered.secrets == given
    assert gathered.options == options
    platform = gathered.connect()
    assert (platform.api.hosts.webgis, platform.api.hosts.s3_endpoint) == ("http://127.0.0.1:2/", "http://127.0.0.1:3")
    platform.close()


def test_its_environment_has_addresses_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PIX4D_CLIENT_ID", "an-id")
    monkeypatch.delenv("PIX4D_CLIENT_SECRET", raising=False)
    with pytest.raises(Problem, match="PIX4D_CLIENT_SECRET"):
        connections.credentials("pix4d", "")
    monkeypatch.setenv("PIX4D_CLIENT_SECRET", KEY)
    monkeypatch.setenv("PIX4D_S3_ENDPOINT", "http://127.0.0.1:3/")
    monkeypatch.setenv("PIX4D_EMBED_URL", "")
    gathered = connections.credentials("pix4d", "")
    assert gathered.address == "https://cloud.pix4d.com/"
    assert gathered.options == {"s3_endpoint": "http://127.0.0.1:3/", "variable": "PIX4D_CLIENT_SECRET"}
    assert KEY not in repr(gathered)


def test_a_lost_key_is_said() -> None:
    made = make()
    assert QgsApplication.authManager().removeAuthenticationConfig(made.authcfg)
    with pytest.raises(Problem, match="enter the key again"):
        connections.credentials("picterra", made.name)


def test_a_refused_master_password_is_said_and_offered_again(monkeypatch: pytest.MonkeyPatch) -> None:
    made = make()
    manager = QgsApplication.authManager()
    manager.clearMasterPassword()
    assert not secrets.is_unlocked()
    with pytest.raises(secrets.SecretsLocked, match="QGIS_AUTH_PASSWORD_FILE"):
        connections.credentials("picterra", made.name)
    assert manager.setMasterPassword("test-master", True)
    assert connections.credentials("picterra", made.name).secrets == {"key": KEY}


def test_a_worker_thread_gets_its_secret_from_the_main_thread(qtbot: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """In a model QGIS prepares children in a worker thread; asking for the password there would hang for good."""
    made = make()
    threads: list[bool] = []
    load = secrets.load
    monkeypatch.setattr(secrets, "load", lambda cfg: (threads.append(main_thread.is_main_thread()), load(cfg))[1])
    found: list[Any] = []
    worker = threading.Thread(target=lambda: found.append(connections.credentials("picterra", made.name)))
    worker.start()
    qtbot.waitUntil(lambda: bool(found))
    worker.join()
    assert found[0].secrets == {"key": KEY}
    assert threads == [True]


def test_a_worker_thread_hears_why_it_did_not_go(qtbot: Any) -> None:
    caught: list[Exception] = []

    def ask() -> None:
        try:
            connections.credentials("picterra", "Nowhere")
        except Problem as problem:
            caught.append(problem)

    worker = threading.Thread(target=ask)
    worker.start()
    qtbot.waitUntil(lambda: bool(caught))
    worker.join()
    assert "Nowhere" in str(caught[0])
