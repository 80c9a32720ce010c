"""Downloads when things go wrong."""

from __future__ import annotations

import errno
import gzip
import hashlib
import os
import threading

import pytest
from imagery_hub.providers.errors import Cancelled, ConnectionFailed, InputProblem, Kind, TransferFailed
from imagery_hub.providers.journal import MemoryJournal
from imagery_hub.providers.transfer import download
from imagery_hub.providers.transfer.fetch import block_for
from imagery_hub.providers.transfer.ranges import joined, missing, total
from imagery_hub.providers.transfer.target import TargetFile
from imagery_hub.providers.work import Work
from range_server import RangeServer
from raw_server import RawServer, answer
from transfer_helpers import MIB, Switch, made_file, part_of, quick_engine

SIZE = 7 * MIB + 13


@pytest.fixture
def engine():
    with quick_engine() as made:
        yield made


@pytest.fixture
def storage(tmp_path):
    with RangeServer(tmp_path / "storage") as running:
        yield running


@pytest.fixture
def content(storage):
    return made_file(storage.folder / "x", SIZE)


def fetched_bytes(storage) -> int:
    """How much was asked for, by the ranges in the log."""
    total_asked = 0
    for _, _, headers in storage.seen:
        start, _, end = headers["range"].removeprefix("bytes=").partition("-")
        total_asked += min(int(end) + 1, SIZE) - int(start)
    return total_asked


def test_ranges_come_in_parallel_and_each_byte_once(tmp_path, engine, storage, content):
    assert download(lambda: storage.address + "/x", tmp_path / "b", Work(), engine).read_bytes() == content
    assert len(storage.seen) == 8 and fetched_bytes(storage) == SIZE
    assert all(("if-range" in headers) == (number > 0) for number, (_, _, headers) in enumerate(storage.seen))


def test_a_cut_range_goes_on_where_it_was_cut(tmp_path, engine, storage, content):
    storage.cut_after = [200_000, 0, 700_000, 65_536, 1]
    with quick_engine(parallel=1) as single:
        assert download(lambda: storage.address + "/x", tmp_path / "b", Work(), single).read_bytes() == content
    assert len(storage.seen) == 13
    assert fetched_bytes(storage) < SIZE + 5 * MIB


def test_without_ranges_it_comes_in_one_stream_and_starts_again(tmp_path, engine, storage, content):
    storage.ranges = False
    storage.cut_after = [2 * MIB + 5, 3 * MIB]
    path = download(lambda: storage.address + "/x", tmp_path / "b", Work(), engine, expected_size=SIZE)
    assert path.read_bytes() == content and len(storage.seen) == 3


def test_an_expired_address_is_replaced_in_mid_way(tmp_path, engine, storage, content):
    asked: list[str] = []

    def address() -> str:
        asked.append(f"{storage.address}/x?sig={len(asked)}")
        return asked[-1]

    def expired(handler) -> bool:
        old = "sig=0" in handler.path and len(storage.seen) > 3
        return old and handler.refuse(403, b"<Error><Code>AccessDenied</Code><Message>Expired</Message></Error>")

    storage.trouble = expired
    assert download(address, tmp_path / "b", Work(), engine).read_bytes() == content
    assert len(asked) == 2


def test_an_object_that_changes_starts_again_and_is_of_one_piece(tmp_path, engine, storage, content):
    changed: list[bytes] = []

    def change(handler) -> bool:
        if len(storage.seen) == 3:
            changed.append(made_file(storage.folder / "x", SIZE - MIB))
        return False

    with quick_engine(parallel=1) as single:
        storage.trouble = change
        path = download(lambda: storage.address + "/x", tmp_path / "b", Work(), single)
    assert path.read_bytes() == changed[0]


def test_an_object_that_always_changes_is_told(tmp_path, engine, storage, content):
    def change(handler) -> bool:
        os.utime(storage.folder / "x", ns=(len(storage.seen), len(storage.seen) * 10**9))
        return False

    storage.trouble = change
    with pytest.raises(TransferFailed) as caught:
        download(lambda: storage.address + "/x", tmp_path / "b", Work(), engine)
    assert caught.value.facts["reason"] == "keeps_changing" and not (tmp_path / "b").exists()


def stopped_run(tmp_path, storage, journal, after: int = 4):
    """A run that is cancelled once so many ranges are noted."""
    def enough() -> bool:
        entry = journal.read("transfer/state")
        return entry is not None and total(entry.value["have"]) >= after * MIB

    with quick_engine(parallel=1) as engine, pytest.raises(Cancelled):
        download(lambda: storage.address + "/x", tmp_path / "b", Work(journal, cancelled=enough), engine)
    storage.seen.clear()


def test_a_later_run_goes_on_behind_what_is_there(tmp_path, engine, storage, content):
    journal = MemoryJournal()
    storage.delay = lambda start: threading.Event().wait(0.01)
    stopped_run(tmp_path, storage, journal)
    assert part_of(tmp_path / "b") and not (tmp_path / "b").exists()
    assert download(lambda: storage.address + "/x", tmp_path / "b", Work(journal), engine).read_bytes() == content
    assert fetched_bytes(storage) <= SIZE - 4 * MIB
    assert not part_of(tmp_path / "b")


@pytest.mark.parametrize("lost", ["object", "validators", "part"])
def test_a_later_run_starts_again_when_it_cannot_be_sure(lost, tmp_path, engine, storage, content):
    journal = MemoryJournal()
    storage.validators = lost != "validators"
    storage.delay = lambda start: threading.Event().wait(0.01)
    stopped_run(tmp_path, storage, journal)
    if lost == "object":
        content = made_file(storage.folder / "x", SIZE)
    if lost == "part":
        part_of(tmp_path / "b")[0].write_bytes(b"")
    assert download(lambda: storage.address + "/x", tmp_path / "b", Work(journal), engine).read_bytes() == content
    assert fetched_bytes(storage) >= SIZE


@pytest.mark.parametrize("in_ranges", [False, True])
def test_gzip_in_spite_of_identity_is_decoded(in_ranges, tmp_path, engine):
    content = b"feature " * 500_000
    packed = gzip.compress(content)

    def respond(request):
        assert request.headers["accept-encoding"] == "identity"
        if in_ranges and "range" in request.headers:
            return answer(206, packed[:MIB], Content_Encoding="gzip", Content_Range=f"bytes 0-99/{len(packed)}")
        return answer(200, packed, Content_Encoding="gzip")

    with RawServer(respond) as server:
        path = download(lambda: server.address + "/x", tmp_path / "b", Work(), engine, expected_size=len(content))
    assert path.read_bytes() == content


def test_an_unknown_coding_is_refused(tmp_path, engine):
    with RawServer(lambda request: answer(200, b"xyz", Content_Encoding="exi")) as server, \
            pytest.raises(TransferFailed) as caught:
        download(lambda: server.address + "/x", tmp_path / "b", Work(), engine)
    assert caught.value.facts["reason"] == "content_encoding"


@pytest.mark.parametrize("given", ["bytes 5-14/100", "bytes 0-9/*", "items 0-9/10", ""])
def test_a_wrong_range_is_not_written(given, tmp_path, engine):
    with RawServer(lambda request: answer(206, b"0123456789", Content_Range=given)) as server, \
            pytest.raises(TransferFailed) as caught:
        download(lambda: server.address + "/x", tmp_path / "b", Work(), engine)
    assert caught.value.facts["reason"] == "wrong_range"


def test_a_refused_range_of_an_empty_object_gives_an_empty_file(tmp_path, engine):
    with RawServer(lambda request: answer(416, Content_Range="bytes */0")) as server:
        assert download(lambda: server.address + "/x", tmp_path / "b", Work(), engine).read_bytes() == b""


def test_size_and_checksum_are_verified(tmp_path, engine, storage, content):
    right = {"md5": hashlib.md5(content).hexdigest(), "sha1": hashlib.sha1(content).hexdigest()}
    for name, digest in right.items():
        download(lambda: storage.address + "/x", tmp_path / name, Work(), engine, SIZE, f"{name}:{digest.upper()}")
    for size, checksum, reason in ((SIZE + 1, None, "size"), (SIZE, "md5:" + "0" * 32, "checksum")):
        with pytest.raises(TransferFailed) as caught:
            download(lambda: storage.address + "/x", tmp_path / "c", Work(), engine, size, checksum)
        assert (caught.value.kind, caught.value.facts["reason"]) == (Kind.DAMAGED, reason)
        assert not (tmp_path / "c").exists()
    with pytest.raises(InputProblem):
        download(lambda: storage.address + "/x", tmp_path / "d", Work(), engine, checksum="crc7:00")


def test_a_full_disk_is_named_and_what_arrived_is_kept(tmp_path, engine, storage, content, monkeypatch):
    journal, real, room = MemoryJournal(), os.pwrite, [3 * MIB + 100]

    def little_room(file: int, data: bytes, offset: int) -> int:
        if room[0] < len(data):
            raise OSError(errno.ENOSPC, "No space left on device")
        room[0] -= len(data)
        return real(file, data, offset)

    monkeypatch.setattr(os, "pwrite", little_room)
    with quick_engine(parallel=1) as single, pytest.raises(TransferFailed) as caught:
        download(lambda: storage.address + "/x", tmp_path / "b", Work(journal), single)
    assert (caught.value.kind, caught.value.facts["reason"]) == (Kind.DISK, "full")
    assert part_of(tmp_path / "b")
    storage.seen.clear()
    room[0] = 100 * MIB
    assert download(lambda: storage.address + "/x", tmp_path / "b", Work(journal), engine).read_bytes() == content
    assert fetched_bytes(storage) == SIZE - 3 * MIB


def test_too_little_room_is_named_before_the_rest_is_fetched(tmp_path, engine):
    def respond(request):
        return answer(206, b"a" * MIB, Content_Range=f"bytes 0-{MIB - 1}/{1 << 60}")

    with RawServer(respond) as server, pytest.raises(TransferFailed) as caught:
        download(lambda: server.address + "/x", tmp_path / "b", Work(), engine)
    assert caught.value.kind is Kind.DISK and int(caught.value.facts["needed"]) > int(caught.value.facts["free"])


def test_a_folder_that_is_not_there_is_named(tmp_path, engine):
    with pytest.raises(InputProblem) as caught:
        download(lambda: "http://127.0.0.1:9/x", tmp_path / "none" / "b", Work(), engine)
    assert caught.value.facts["problem"] == "folder_missing"


@pytest.mark.parametrize("moment", ["answer", "body"])
def test_a_stop_cuts_through_a_silent_storage(moment, tmp_path):
    """The server never goes on; only the stop can end the download."""
    silent, stop = Switch(), Switch()

    def respond(request):
        if moment == "answer":
            silent.on()
            threading.Event().wait(60)
        return None

    head = f"HTTP/1.1 206 x\r\nContent-Length: {MIB}\r\nContent-Range: bytes 0-{MIB - 1}/{MIB}\r\n\r\nabc".encode()
    with RawServer(respond) as server, quick_engine(stall_seconds=60.0) as engine:
        if moment == "body":
            def half(request):
                server.half_sent = True
                silent.on()
                return head
            server.respond = half
        threading.Thread(target=lambda: silent.wait() and stop.on(), daemon=True).start()
        with pytest.raises(Cancelled):
            download(lambda: server.address + "/x", tmp_path / "b", Work(cancelled=stop), engine)


def test_a_storage_that_stalls_is_given_up(tmp_path):
    head = f"HTTP/1.1 200 x\r\nContent-Length: {MIB}\r\n\r\nabc".encode()
    with RawServer(lambda request: head) as server, \
            quick_engine(stall_seconds=0.2) as engine, pytest.raises(ConnectionFailed) as caught:
        download(lambda: server.address + "/x", tmp_path / "b", Work(), engine)
    assert caught.value.kind in (Kind.TIMED_OUT, Kind.INTERRUPTED) and len(server.requests) == 5


def test_a_write_that_comes_late_does_not_go_into_another_file(tmp_path, monkeypatch):
    """The system gives the number of a closed file to the next one that is opened."""
    at_it, go_on, write = threading.Event(), threading.Event(), os.pwrite

    def late(number, data, offset):
        at_it.set()
        assert go_on.wait(10)
        return write(number, data, offset)

    monkeypatch.setattr(os, "pwrite", late)
    target = TargetFile(tmp_path / "a.bin")
    target.open()
    writer = threading.Thread(target=target.write, args=(0, b"late"))
    writer.start()
    assert at_it.wait(10)
    target.close()
    with (tmp_path / "other").open("wb"):
        go_on.set()
        writer.join()
    assert (tmp_path / "other").read_bytes() == b""
    with pytest.raises(TransferFailed):
        target.write(0, b"after the end")


def test_arithmetic_of_ranges():
    assert joined([(5, 9), (0, 3), (3, 4), (8, 12), (20, 20)]) == [(0, 4), (5, 12)]
    assert list(missing([(0, 4), (10, 12)], 15, 4)) == [(4, 8), (8, 10), (12, 15)]
    assert list(missing([], 0, 4)) == [] and total([(0, 4), (2, 6)]) == 6


def test_what_is_read_at_once_grows_with_the_speed():
    """A cut connection loses the block that was coming, so that a slow line has small ones."""
    assert block_for(0) == block_for(100_000) == 64 * 1024
    assert block_for(16 * MIB) == MIB // 4
    assert block_for(1000 * MIB) == MIB
