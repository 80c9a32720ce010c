"""A stop ends an API request that hangs, and what had left stays in doubt."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from imagery_hub.providers.errors import Cancelled, OpenQuestion, Refused
from imagery_hub.providers.http import interruption
from imagery_hub.providers.http.retry import RetryPolicy
from imagery_hub.providers.journal import MemoryJournal
from imagery_hub.providers.picterra.client import PicterraClient, connect_client
from imagery_hub.providers.work import Work
from raw_server import RawRequest, RawServer, answer

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
