"""How the bytes of a file go into a connection, whoever limits how long that may stand still."""

from __future__ import annotations

import socket
import struct
import threading
from collections.abc import Callable

import pytest
from imagery_hub.providers.errors import Cancelled, ConnectionFailed, Kind, TransferFailed
from imagery_hub.providers.transfer import SignedPut, source, upload
from imagery_hub.providers.transfer.control import Control, Gate
from imagery_hub.providers.transfer.source import BLOCK, HELD_BACK, PIECE, SourceBody
from imagery_hub.providers.work import Work
from range_server import RangeServer
from raw_server import answer
from transfer_helpers import MIB, made_file, quick_engine


@pytest.fixture(params=["the system", "Python"])
def limited_by(request, monkeypatch):
    """Who ends a send that stands still: Python does so under TLS and on Windows."""
    if request.param == "Python":
        monkeypatch.setattr(source, "can_block", lambda connection: False)
    return request.param


@pytest.fixture
def pair():
    """Two connected sockets; the first holds little that the second has not taken."""
    ours, theirs = socket.socketpair()
    with ours, theirs:
        ours.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4096)
        yield ours, theirs


@pytest.fixture
def taking():
    """Runs what takes bytes at the other end, and ends it with the test."""
    ended, threads = threading.Event(), []

    def start(take: Callable[[], object], pause: float = 0.0) -> threading.Thread:
        def run() -> None:
            while take() and not ended.wait(pause):
                pass

        threads.append(threading.Thread(target=run, daemon=True))
        threads[-1].start()
        return threads[-1]

    yield start
    ended.set()


@pytest.fixture
def control():
    return Control(Gate())


@pytest.fixture
def body(tmp_path, control):
    """Makes a body of a file of a mebibyte."""
    def make(moved: Callable[[int], None] = lambda count: None, stall_seconds: float = 600.0) -> SourceBody:
        return SourceBody(source.look(tmp_path / "a"), 0, MIB, control, moved, stall_seconds)

    made_file(tmp_path / "a", MIB)
    return make


@pytest.mark.parametrize("size", [1, PIECE, PIECE + 1, BLOCK - 1, HELD_BACK + 1, 3 * MIB + 5])
def test_what_arrives_is_the_file_whatever_its_size(size, limited_by, tmp_path):
    content = made_file(tmp_path / "a", size)
    with RangeServer(tmp_path / "storage") as storage, quick_engine() as engine:
        upload(tmp_path / "a", SignedPut(lambda: storage.address + "/a"), Work(), engine)
        assert (storage.folder / "a").read_bytes() == content


def test_a_storage_that_takes_no_more_bytes_is_given_up(limited_by, tmp_path):
    made_file(tmp_path / "a", 16 * MIB)
    listener = socket.create_server(("127.0.0.1", 0))
    with listener, quick_engine(stall_seconds=0.3) as engine, pytest.raises(ConnectionFailed) as caught:
        port = listener.getsockname()[1]
        upload(tmp_path / "a", SignedPut(lambda: f"http://127.0.0.1:{port}/a"), Work(), engine)
    assert caught.value.kind is Kind.TIMED_OUT


def test_what_the_system_took_before_its_limit_does_not_start_the_limit_anew():
    class Slow:
        asked = 0

        def send(self, piece: memoryview) -> int:
            self.asked += 1
            threading.Event().wait(0.02)
            return 1

    connection = Slow()
    with pytest.raises(TimeoutError):
        source.send_blocking(connection, 0.01, memoryview(b"ab"))
    assert connection.asked == 1


def test_python_limits_where_the_system_knows_no_limit_in_this_form(pair, body, taking):
    class Odd(socket.socket):
        def setsockopt(self, *option: object) -> None:
            raise OSError(22, "Invalid argument")

    ours, theirs = pair
    taker = taking(lambda: theirs.recv(MIB))
    with Odd(fileno=socket.dup(ours.fileno())) as odd, pytest.MonkeyPatch.context() as patched:
        patched.setattr(source, "can_block", lambda connection: True)
        sent = body(stall_seconds=5.0)
        sent.send_through(odd)
        assert sent.sent == MIB and odd.gettimeout() == 5.0
        odd.shutdown(socket.SHUT_WR)
        taker.join()


def test_a_slow_line_is_told_of_and_stopped_before_a_block_has_left(pair, control, body, taking):
    """16 KiB every tenth of a second: a whole block would take more than a second and a half."""
    ours, theirs = pair
    told: list[int] = []

    def stop_at_first(count: int) -> None:
        told.append(count)
        control.stop()

    taking(lambda: theirs.recv(1 << 14), pause=0.1)
    sent = body(stop_at_first)
    with pytest.raises(Cancelled):
        sent.send_through(ours)
    assert told == [sent.sent] and 0 < sent.sent < BLOCK


def test_a_line_slower_than_the_limit_goes_on_as_long_as_bytes_leave(pair, body, taking):
    """The whole takes twice the limit, a piece an eighth of it."""
    ours, theirs = pair
    told: list[int] = []
    taker = taking(lambda: theirs.recv(1 << 15, socket.MSG_WAITALL), pause=0.06)
    body(told.append, stall_seconds=1.0).send_through(ours)
    ours.shutdown(socket.SHUT_WR)
    taker.join()
    assert sum(told) == MIB


def test_a_stop_wakes_what_stands_still(limited_by, pair, control, body):
    ours, theirs = pair
    ended: list[object] = []

    def send() -> None:
        control.watch(ours)
        sent = body()
        sent.send_through(ours)
        ended.append(sent.answered_early)

    sender = threading.Thread(target=send, daemon=True)
    sender.start()
    assert theirs.recv(1)
    sender.join(0.2)
    assert sender.is_alive()
    control.stop()
    sender.join(30)
    assert ended == [True], "the answer is looked for, and the stop is found there"


def test_the_limit_of_before_stands_again_when_the_body_has_left(limited_by, pair, body, taking):
    ours, theirs = pair
    taking(lambda: theirs.recv(MIB))
    body(stall_seconds=7.0).send_through(ours)
    assert ours.gettimeout() == 7.0


def refuse(listener: socket.socket, refusal: bytes) -> None:
    """Answer when the other side stands still, and cut the connection with what it has sent unread."""
    connection, _ = listener.accept()
    with connection:
        while b"\r\n\r\n" not in connection.recv(1 << 16, socket.MSG_PEEK):
            pass
        threading.Event().wait(0.3)
        connection.sendall(refusal)
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def test_a_connection_that_is_cut_ends_the_sending_and_leaves_the_answer(limited_by, body):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        threading.Thread(target=refuse, args=(listener, b"no"), daemon=True).start()
        with socket.create_connection(listener.getsockname()) as ours:
            ours.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4096)
            ours.sendall(b"\r\n\r\n")
            sent = body()
            sent.send_through(ours)
            assert sent.answered_early and sent.sent < MIB and ours.recv(10) == b"no"


def test_a_refusal_is_heard_when_storage_cuts_the_connection(limited_by, tmp_path):
    made_file(tmp_path / "a", 64 * MIB)
    refusal = answer(413, b"<Error><Code>EntityTooLarge</Code><Message>Too big.</Message></Error>", Connection="close")
    with socket.create_server(("127.0.0.1", 0)) as listener, quick_engine() as engine:
        threading.Thread(target=refuse, args=(listener, refusal), daemon=True).start()
        port = listener.getsockname()[1]
        with pytest.raises(TransferFailed) as caught:
            upload(tmp_path / "a", SignedPut(lambda: f"http://127.0.0.1:{port}/a"), Work(), engine)
    assert (caught.value.status, caught.value.facts["code"]) == (413, "EntityTooLarge")
