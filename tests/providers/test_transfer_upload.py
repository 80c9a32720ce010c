"""Uploads by one signed PUT when things go wrong, and the engine that carries them."""

from __future__ import annotations

import os
import socket
import threading
from pathlib import Path

import pytest
from imagery_hub.providers.errors import Cancelled, Kind, ServerFault, TransferFailed
from imagery_hub.providers.journal import MemoryJournal
from imagery_hub.providers.transfer import SignedPut, download, safe_name, upload
from imagery_hub.providers.transfer.control import Meter
from imagery_hub.providers.work import Work
from range_server import RangeServer
from raw_server import RawServer, answer
from transfer_helpers import MIB, Switch, made_file, quick_engine


@pytest.fixture
def engine():
    with quick_engine() as made:
        yield made


@pytest.fixture
def storage(tmp_path):
    with RangeServer(tmp_path / "storage") as running:
        yield running


def deaf_server(wake: Switch) -> socket.socket:
    """Takes connections and reads nothing: an upload to it fills the buffers and stands still."""
    listener = socket.create_server(("127.0.0.1", 0))

    def accept() -> None:
        connection, _ = listener.accept()
        connection.recv(1)
        wake.on()
        threading.Event().wait(60)
        connection.close()

    threading.Thread(target=accept, daemon=True).start()
    return listener


@pytest.mark.parametrize("status", [500, 502, 503, 408, 429])
def test_passing_refusals_are_sent_again_whole(status, tmp_path, engine, storage):
    content = made_file(tmp_path / "a", 2 * MIB)
    storage.trouble = lambda handler: len(storage.seen) < 3 and handler.refuse(status, Connection="close")
    upload(tmp_path / "a", SignedPut(lambda: storage.address + "/a"), Work(), engine)
    assert (storage.folder / "a").read_bytes() == content and storage.written == ["a"]


def test_a_cut_connection_starts_again_and_one_object_remains(tmp_path, engine, storage):
    content = made_file(tmp_path / "a", 3 * MIB)
    told = []

    def cut(handler) -> bool:
        if len(storage.seen) < 3:
            handler.rfile.read(MIB)
            handler.close_connection = True
            handler.connection.shutdown(socket.SHUT_RDWR)
            return True
        return False

    storage.trouble = cut
    upload(tmp_path / "a", SignedPut(lambda: storage.address + "/a"), Work(report=told.append), engine)
    assert (storage.folder / "a").read_bytes() == content
    assert os.listdir(storage.folder) == ["a"] and told[-1].bytes_done == 3 * MIB


def test_a_refusal_while_bytes_are_sent_is_heard_and_ends_the_sending(tmp_path, engine):
    made_file(tmp_path / "a", 200 * MIB)
    refusal = answer(413, b"<Error><Code>EntityTooLarge</Code><Message>Too big.</Message></Error>", Connection="close")
    with RawServer(lambda request: refusal, read_bodies=False) as server:
        with pytest.raises(TransferFailed) as caught:
            upload(tmp_path / "a", SignedPut(lambda: server.address + "/a"), Work(), engine)
        assert server.unread < 100 * MIB
    assert (caught.value.status, caught.value.facts["code"]) == (413, "EntityTooLarge")
    assert len(server.requests) == 1


def test_an_address_that_was_used_up_or_has_expired_is_replaced(tmp_path, engine, storage):
    made_file(tmp_path / "a", MIB)
    asked = []

    def address() -> str:
        asked.append(f"{storage.address}/a{len(asked)}")
        return asked[-1]

    storage.trouble = lambda handler: handler.path == "/a0" and handler.refuse(403, b"<x>expired</x>")
    upload(tmp_path / "a", SignedPut(address), Work(), engine)
    assert storage.written == ["a1"] and len(asked) == 2


def test_asking_for_an_address_is_not_repeated_by_the_transfer(tmp_path, engine, storage):
    """Asking may create something on the platform; whether to ask again is the platform's client's business."""
    made_file(tmp_path / "a", 10)
    asked = []

    def address() -> str:
        asked.append(1)
        raise ServerFault(Kind.SERVER_FAULT, status=503)

    for transfer in (lambda: upload(tmp_path / "a", SignedPut(address), Work(), engine),
                     lambda: download(address, tmp_path / "b", Work(), engine)):
        with pytest.raises(ServerFault):
            transfer()
    assert len(asked) == 2


@pytest.mark.parametrize("change", ["grown", "shrunk", "touched", "gone"])
def test_a_file_that_changes_meanwhile_never_becomes_an_object(change, tmp_path, engine, storage):
    path = tmp_path / "a"
    made_file(path, 8 * MIB)

    def meddle(handler) -> bool:
        if change == "grown":
            with path.open("ab") as file:
                file.write(b"more")
        elif change == "shrunk":
            os.truncate(path, MIB)
        elif change == "touched":
            os.utime(path, ns=(1, 1))
        else:
            path.unlink()
        return False

    storage.trouble = meddle
    storage.block = 1
    with pytest.raises(TransferFailed) as caught:
        upload(path, SignedPut(lambda: storage.address + "/a", {"X-Slow": "1"}), Work(), engine)
    assert caught.value.facts["reason"] == "file_changed" and storage.written == []


@pytest.mark.parametrize("moment", ["sending", "answer"])
def test_a_stop_cuts_through_a_storage_that_does_not_go_on(moment, tmp_path):
    """Nothing but the stop can end this upload."""
    made_file(tmp_path / "a", 64 * MIB if moment == "sending" else 10)
    reached, stop, journal = Switch(), Switch(), MemoryJournal()
    threading.Thread(target=lambda: reached.wait() and stop.on(), daemon=True).start()

    def silent(request):
        reached.on()
        threading.Event().wait(60)

    with quick_engine(stall_seconds=600.0) as engine, RawServer(silent) as server, deaf_server(reached) as deaf:
        port = deaf.getsockname()[1] if moment == "sending" else server.port
        work = Work(journal, cancelled=stop)
        with pytest.raises(Cancelled) as caught:
            upload(tmp_path / "a", SignedPut(lambda: f"http://127.0.0.1:{port}/a"), work, engine)
    assert caught.value.kind is Kind.CANCELLED and journal.read("transfer") is None


def test_pause_holds_the_bytes_back_until_resume(tmp_path, engine, storage):
    content = made_file(tmp_path / "a", 2 * MIB)
    shown = Switch()

    def report(progress) -> None:
        if progress.message == "paused":
            shown.on()

    engine.pause()
    done: list[object] = []
    thread = threading.Thread(target=lambda: done.append(
        upload(tmp_path / "a", SignedPut(lambda: storage.address + "/a"), Work(report=report), engine)))
    thread.start()
    assert shown.wait() and engine.paused and storage.seen == [] and done == []
    engine.resume()
    thread.join()
    assert (storage.folder / "a").read_bytes() == content and len(done) == 1


def test_a_pause_does_not_use_up_the_attempts(tmp_path, storage):
    """Storage cuts connections that stand still; each cut by a pause is taken up without counting as a failure."""
    content = made_file(tmp_path / "a", 4 * MIB)
    with quick_engine() as engine:
        def cut(handler) -> bool:
            if len(storage.seen) > 9:
                return False
            handler.rfile.read(MIB // 2)
            engine.pause()
            threading.Timer(0.02, engine.resume).start()
            handler.connection.shutdown(socket.SHUT_RDWR)
            handler.close_connection = True
            return True

        storage.trouble = cut
        upload(tmp_path / "a", SignedPut(lambda: storage.address + "/a"), Work(), engine)
    assert (storage.folder / "a").read_bytes() == content and len(storage.seen) == 10


def test_closing_the_engine_stops_its_jobs_and_ends_its_threads(tmp_path, storage):
    made_file(tmp_path / "a", 64 * MIB)
    reached = Switch()
    outcome: list[BaseException] = []
    engine = quick_engine(stall_seconds=600.0)

    def run(address: str) -> None:
        try:
            upload(tmp_path / "a", SignedPut(lambda: address), Work(), engine)
        except Cancelled as stopped:
            outcome.append(stopped)

    with deaf_server(reached) as deaf:
        thread = threading.Thread(target=run, args=(f"http://127.0.0.1:{deaf.getsockname()[1]}/a",))
        thread.start()
        assert reached.wait()
        engine.close()
        thread.join()
    assert len(outcome) == 1
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("imagery-hub-transfer")]
    with pytest.raises(Cancelled):
        upload(tmp_path / "a", SignedPut(lambda: storage.address + "/a"), Work(), engine)


def test_jobs_share_one_bounded_pool(tmp_path, storage):
    content = made_file(storage.folder / "x", 6 * MIB)
    under_way, most = [0], [0]
    lock = threading.Lock()

    def count(handler) -> bool:
        with lock:
            under_way[0] += 1
            most[0] = max(most[0], under_way[0])
        threading.Event().wait(0.01)
        with lock:
            under_way[0] -= 1
        return False

    storage.trouble = count
    with quick_engine(parallel=3) as engine:
        threads = [threading.Thread(target=download, args=(lambda: storage.address + "/x", tmp_path / f"b{number}",
                                                           Work(), engine)) for number in range(6)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert all((tmp_path / f"b{number}").read_bytes() == content for number in range(6))
    assert 1 < most[0] <= 3


def test_progress_is_told_in_the_calling_thread_and_adds_up(tmp_path, engine, storage):
    made_file(tmp_path / "a", 3 * MIB)
    told, threads = [], set()

    def report(progress) -> None:
        told.append(progress)
        threads.add(threading.get_ident())

    upload(tmp_path / "a", SignedPut(lambda: storage.address + "/a"), Work(report=report).part("p", (0.5, 1.0)), engine)
    assert threads == {threading.get_ident()}
    assert told[-1].fraction == 1.0 and told[-1].bytes_total == 3 * MIB
    assert all(first.bytes_done <= second.bytes_done for first, second in zip(told, told[1:]))


def test_speed_is_of_the_last_seconds_only(monkeypatch):
    now = [100.0]
    monkeypatch.setattr("imagery_hub.providers.transfer.control.time.monotonic", lambda: now[0])
    meter = Meter(10_000)
    speeds = []
    for count in (1000, 1000, 1000, 0, 0, 0, 0, 0, 0, 0):
        now[0] += 1
        meter.add(count)
        speeds.append(meter.speed())
    assert speeds[:3] == [1000, 1000, 1000] and speeds[4] == 600 and speeds[-1] == 0
    meter.start_at(0, 0)
    assert meter.fraction is None and meter.speed() == 0


@pytest.mark.parametrize(("text", "expected"), [
    ("../../x", "x"), ("..", "fallback"), ("", "fallback"), ("a/b\\c:d*e?f\"g<h>i|j.tif", "a_b_c_d_e_f_g_h_i_j.tif"),
    ("<b>bold</b>.tif", "b_bold_b_.tif"), ("CON", "_CON"), ("nul.tif", "_nul.tif"), ("com1 .txt", "_com1 .txt"),
    ("Ünïcødé 面積 مساحة.tif", "Ünïcødé 面積 مساحة.tif"), ("a\x00b\nc\u202egpj.exe", "abcgpj.exe"), ("  . a . ", "a"),
    ("-rf", "rf"), ("~root", "root"), ("\u200b\u200b", "fallback"), ("___", "fallback"), ("a" * 10, "a" * 10)])
def test_names_that_are_safe_everywhere(text, expected):
    assert safe_name(text, "fallback") == expected


def test_long_names_are_cut_before_their_extension(tmp_path):
    for letter in ("a", "面"):
        name = safe_name(letter * 5000 + ".tif", "fallback")
        assert name.endswith(letter + ".tif") and len(name.encode()) <= 180
        (tmp_path / (name + ".part")).write_bytes(b"")
    assert Path(safe_name("/etc/passwd", "x")).name == "etc_passwd"
