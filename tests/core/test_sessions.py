"""One session per connection: opened once, shared, closed on log out, on a change and at the end."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from imagery_hub.core import background, connections, sessions
from imagery_hub.core.connections import Connection
from imagery_hub.core.problems import Problem
from imagery_hub.core.sessions import LoggedOut
from imagery_hub.providers.errors import Cancelled
from pretended_platform import PretendedPlatform
from qgis.core import QgsSettings

pytestmark = pytest.mark.usefixtures("qgis_app")


class Opened:
    """Notes what was opened. ``platforms`` in the order of their opening."""

    def __init__(self) -> None:
        self.platforms: list[PretendedPlatform] = []
        self.gathered: list[tuple[str, str]] = []
        self.known = {"A": Connection("A", "picterra"), "B": Connection("B", "picterra")}
        self.problem: Exception | None = None

    def credentials(self, platform: str, name: str) -> Any:
        self.gathered.append((platform, name))
        if self.problem is not None:
            raise self.problem
        return SimpleNamespace(connect=self.connect)

    def connect(self) -> PretendedPlatform:
        self.platforms.append(PretendedPlatform({}))
        return self.platforms[-1]


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> Iterator[Opened]:
    opened = Opened()
    monkeypatch.setattr(connections, "saved", lambda: list(opened.known.values()))
    monkeypatch.setattr(connections, "get", lambda name: opened.known[name])
    monkeypatch.setattr(connections, "credentials", opened.credentials)
    yield opened
    sessions.close()
    background.close()


class Heard:
    """What came back."""

    def __init__(self) -> None:
        self.done: list[Any] = []
        self.failed: list[Exception] = []

    def run(self, name: str, do: Any = lambda platform, work: platform) -> Any:
        return sessions.sessions().run("picterra", name, do, self.done.append, self.failed.append)


def test_a_connection_is_opened_once(opened: Opened, qtbot: Any) -> None:
    heard = Heard()
    for name in ("A", "A", "B", "A"):
        heard.run(name)
    qtbot.waitUntil(lambda: len(heard.done) == 4)
    assert opened.gathered == [("picterra", "A"), ("picterra", "B")]
    assert len(opened.platforms) == 2
    assert sessions.sessions().is_open("picterra", "A")


def test_what_cannot_be_opened_is_told_later_and_can_be_tried_again(opened: Opened, qtbot: Any) -> None:
    heard = Heard()
    opened.problem = Problem("The master password was not given.")
    heard.run("A")
    assert heard.failed == []
    qtbot.waitUntil(lambda: bool(heard.failed))
    assert str(heard.failed[0]) == "The master password was not given."
    assert not sessions.sessions().is_open("picterra", "A")
    opened.problem = None
    heard.run("A")
    qtbot.waitUntil(lambda: bool(heard.done))


def test_a_question_for_the_password_is_asked_once(opened: Opened, qtbot: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    heard = Heard()

    def ask(platform: str, name: str) -> Any:
        heard.run("B")  # a timer that fires while the question is open
        return opened.credentials(platform, name)

    monkeypatch.setattr(connections, "credentials", ask)
    heard.run("A")
    qtbot.waitUntil(lambda: bool(heard.done) and bool(heard.failed))
    assert opened.gathered == [("picterra", "A")]
    assert "master password" in str(heard.failed[0])


def test_log_out_closes_and_nothing_is_opened_until_log_in(opened: Opened, qtbot: Any) -> None:
    heard, closed = Heard(), []
    sessions.sessions().closed.connect(lambda *key: closed.append(key))
    heard.run("A")
    qtbot.waitUntil(lambda: bool(heard.done))
    sessions.sessions().log_out("picterra", "A")
    assert closed == [("picterra", "A")]
    qtbot.waitUntil(lambda: opened.platforms[0].closed)
    heard.run("A")
    qtbot.waitUntil(lambda: bool(heard.failed))
    assert isinstance(heard.failed[0], LoggedOut)
    assert len(opened.platforms) == 1
    heard.run("B")
    qtbot.waitUntil(lambda: len(heard.done) == 2)
    sessions.sessions().log_in("picterra", "A")
    heard.run("A")
    qtbot.waitUntil(lambda: len(heard.done) == 3)
    assert len(opened.platforms) == 3


def test_late_answers_of_a_closed_session_are_dropped_and_its_work_is_stopped(opened: Opened, qtbot: Any) -> None:
    heard, begun, stopped, gate = Heard(), threading.Event(), threading.Event(), threading.Event()

    def work_long(platform: Any, work: Any) -> str:
        begun.set()
        gate.wait(10)
        try:
            work.check_cancelled()
        except Cancelled:
            stopped.set()
            raise
        return "late"

    heard.run("A", work_long)
    qtbot.waitUntil(begun.is_set)
    sessions.sessions().log_out("picterra", "A")
    gate.set()
    qtbot.waitUntil(stopped.is_set)
    qtbot.wait(50)
    assert (heard.done, heard.failed) == ([], [])


def test_a_changed_connection_is_opened_anew(opened: Opened, qtbot: Any) -> None:
    heard = Heard()
    for name in ("A", "B"):
        heard.run(name)
    qtbot.waitUntil(lambda: len(heard.done) == 2)
    opened.known["A"] = Connection("A", "picterra", "http://127.0.0.1:1/")
    connections.signals.changed.emit()
    assert not sessions.sessions().is_open("picterra", "A")
    assert sessions.sessions().is_open("picterra", "B")
    del opened.known["B"]
    connections.signals.changed.emit()
    assert not sessions.sessions().is_open("picterra", "B")
    qtbot.waitUntil(lambda: all(one.closed for one in opened.platforms))


def test_all_are_closed_at_the_end(opened: Opened, qtbot: Any) -> None:
    heard = Heard()
    heard.run("A")
    qtbot.waitUntil(lambda: bool(heard.done))
    sessions.close()
    assert opened.platforms[0].closed


def test_another_key_in_the_same_place_closes_the_session(
    opened: Opened, qtbot: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connections.secrets, "save", lambda title, values, authcfg: "stored")
    opened.known["A"] = Connection("A", "picterra", authcfg="stored")
    heard = Heard()
    heard.run("A")
    heard.run("B")
    qtbot.waitUntil(lambda: len(heard.done) == 2)
    try:
        connections.save(opened.known["A"], {"key": "another"}, "A")
    finally:
        QgsSettings().remove(f"{connections.GROUP}/A")
    assert not sessions.sessions().is_open("picterra", "A")
    assert sessions.sessions().is_open("picterra", "B")
    heard.run("A")
    qtbot.waitUntil(lambda: len(heard.done) == 3)
    assert len(opened.platforms) == 3
