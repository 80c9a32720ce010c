"""A stop ends an API request that hangs, and what had left stays in doubt."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from imagery_hub.providers.errors import Cancelled, OpenQuestion, Refused
from imagery_hub.providers.http import interruption
from imagery_hub.providers.http.retry import RetryPolicy
from imagery_hub.providers.journal import MemoryJournal
from imagery_hub.providers.picterra.client import PicterraClient, connect_client
from imagery_hub.providers.transfer import download
from imagery_hub.providers.work import Work
from raw_server import RawRequest, RawServer, answer
from transfer_helpers import quick_engine

Call = Callable[[PicterraClient], Any]


class Hanging:
    """Answers nothing before ``release``; ``arrived`` is set by the first request."""

    def __init__(self, then: bytes | None = None) -> None:
        self.arrived, self.release, self.then = threading.Event(), threading.Event(), then

    def __call__(self, request: RawRequest) -> bytes | None:
        self.arrived.set()
        self.release.wait(60)
        return self.then


@pytest.fixture
def hanging() -> Iterator[Hanging]:
    respond = Hanging()
    yield respond
    respond.release.set()


def client(server: RawServer) -> PicterraClient:
    return connect_client("marker-secret-key", server.address, retry=RetryPolicy(first=0.01))


def stopped(call: Callable[[Work], Any], arrived: threading.Event, journal: MemoryJournal | None = None) -> Exception:
    """What a call ends with whose work is stopped as soon as the request has arrived. A hanging one never ends."""
    ended: list[Exception] = []
    work = Work(journal, cancelled=arrived.is_set)

    def run() -> None:
        try:
            call(work)
        except Exception as error:
            ended.append(error)

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    thread.join(20)
    assert not thread.is_alive(), "the request goes on although it was stopped"
    return ended[0]


@pytest.mark.parametrize("call", [
    lambda api: api.rasters.get("a"),
    lambda api: list(api.rasters.list()),
    lambda api: api.rasters.edit("a", {"name": "b"}),
    lambda api: api.rasters.commit("a"),
])
def test_a_stop_ends_a_request_that_hangs(hanging: Hanging, call: Call) -> None:
    with RawServer(hanging) as server:
        api = client(server)
        error = stopped(lambda work: call(api.during(work)), hanging.arrived)
        assert isinstance(error, Cancelled)
        assert not error.unsent
        assert len(server.requests) == 1


def test_what_had_left_stays_begun_and_is_asked(hanging: Hanging) -> None:
    journal = MemoryJournal()
    with RawServer(hanging) as server:
        api = client(server)
        error = stopped(
            lambda work: work.once("commit", lambda: api.during(work).rasters.commit("a")), hanging.arrived, journal)
        assert isinstance(error, Cancelled)
    noted = journal.read("commit")
    assert noted is not None
    assert not noted.done
    with pytest.raises(OpenQuestion):
        Work(journal).once("commit", lambda: pytest.fail("repeated although it may have been done"))


def test_a_body_that_stops_coming_is_left_too(hanging: Hanging) -> None:
    """Also one that does not tell its length, which looks whole when the connection is shut."""
    class Server(RawServer):
        def _serve(self, connection: Any, number: int) -> None:
            with connection:
                connection.recv(1 << 16)
                connection.sendall(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n")
                connection.sendall(b'{"name": "half"}')
                hanging.arrived.set()
                hanging.release.wait(60)

    with Server(hanging) as server:
        api = client(server)
        assert isinstance(stopped(lambda work: api.during(work).rasters.get("a"), hanging.arrived), Cancelled)


class Silent:
    """Takes connections and says nothing, not even what TLS wants to hear first. ``closed`` when one was closed."""

    def __enter__(self) -> Silent:
        self.arrived, self.closed = threading.Event(), threading.Event()
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.place = f"127.0.0.1:{self._socket.getsockname()[1]}"
        threading.Thread(target=self._serve, daemon=True).start()
        return self

    def _serve(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                threading.Thread(target=self._hear, args=self._socket.accept()[:1], daemon=True).start()

    def _hear(self, connection: socket.socket) -> None:
        with connection, contextlib.suppress(OSError):
            self.arrived.set()
            while connection.recv(1 << 16):
                pass
            self.closed.set()

    def __exit__(self, *problem: object) -> None:
        self._socket.close()


def test_a_stop_ends_a_handshake_that_hangs() -> None:
    with Silent() as server:
        api = connect_client("marker-secret-key", f"https://{server.place}", retry=RetryPolicy(first=0.01))
        error = stopped(lambda work: api.during(work).rasters.commit("a"), server.arrived)
        assert isinstance(error, Cancelled)
        assert error.unsent


def test_a_stop_ends_a_connecting_that_hangs_and_nothing_stays_open(monkeypatch: pytest.MonkeyPatch) -> None:
    """As where a name server does not answer. When it does in the end, what was opened then is closed."""
    look_up, asked, go_on = socket.getaddrinfo, threading.Event(), threading.Event()

    def slow(*given: Any) -> Any:
        asked.set()
        assert go_on.wait(60)
        return look_up(*given)

    with Silent() as server:
        monkeypatch.setattr(socket, "getaddrinfo", slow)
        api = connect_client("marker-secret-key", f"http://{server.place}", retry=RetryPolicy(first=0.01))
        assert isinstance(stopped(lambda work: api.during(work).rasters.commit("a"), asked), Cancelled)
        go_on.set()
        assert server.closed.wait(20)


def test_an_engine_closes_though_storage_does_not_shake_hands(tmp_path: Path) -> None:
    with Silent() as server:
        engine = quick_engine()

        def fetch(work: Work) -> None:
            try:
                download(lambda: f"https://{server.place}/x?s=1", tmp_path / "x", work, engine)
            finally:
                engine.close()

        assert isinstance(stopped(fetch, server.arrived), Cancelled)


def test_an_answer_that_comes_right_after_the_stop_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(interruption, "GRACE_SECONDS", 60)
    asked = threading.Event()

    def respond(request: RawRequest) -> bytes:
        stop.set()
        assert asked.wait(60)
        return answer(200, b'{"operation_id": "o"}')

    stop = threading.Event()

    def cancelled() -> bool:
        if stop.is_set():
            asked.set()
        return stop.is_set()

    with RawServer(respond) as server:
        work = Work(cancelled=cancelled)
        assert client(server).during(work).rasters.commit("a")["operation_id"] == "o"
        assert asked.is_set()


def test_after_the_stop_nothing_is_begun(hanging: Hanging) -> None:
    with RawServer(hanging) as server:
        api = client(server).during(Work(cancelled=lambda: True))
        with pytest.raises(Cancelled) as caught:
            api.rasters.commit("a")
        assert caught.value.unsent
        assert server.requests == []


def test_a_refusal_stays_a_refusal_and_no_thread_is_left() -> None:
    with RawServer(lambda request: answer(400, b"{}")) as server, pytest.raises(Refused):
        client(server).during(Work()).rasters.commit("a")
    assert [one for one in threading.enumerate() if one.name == "Imagery Hub request"] == []
