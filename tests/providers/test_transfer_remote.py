"""A file of one storage sent to another in passing: nothing of it lies here, and troubles of either side are borne."""

from __future__ import annotations

import resource
import threading
from pathlib import Path

import pytest
from imagery_hub.providers.errors import Cancelled, InputProblem, Kind, PlatformError, Refused, TransferFailed
from imagery_hub.providers.journal import MemoryJournal
from imagery_hub.providers.transfer import SignedPut, TransferEngine, remote, upload
from imagery_hub.providers.transfer.presigned_parts import PartTarget, PresignedParts
from imagery_hub.providers.transfer.source import check_sendable
from imagery_hub.providers.work import Work
from range_server import RangeServer
from transfer_helpers import MIB, Switch, made_file, quick_engine

SIZE = 9 * MIB + 5


@pytest.fixture
def engines():
    with quick_engine() as ours, quick_engine() as theirs:
        yield ours, theirs


@pytest.fixture
def origin(tmp_path):
    with RangeServer(tmp_path / "origin") as running:
        yield running


@pytest.fixture
def storage(tmp_path):
    with RangeServer(tmp_path / "storage") as running:
        yield running


@pytest.fixture
def content(origin):
    return made_file(origin.folder / "x", SIZE)


def looked(origin: RangeServer, engine: TransferEngine):
    found = remote("x.tif", lambda: f"{origin.address}/x", Work(), engine)
    assert found is not None
    return found


def parts(storage: RangeServer, slot: str = "1") -> PresignedParts:
    return PresignedParts(lambda number: PartTarget(f"{storage.address}/p{number:02d}"), MIB, slot)


def arrived(storage: RangeServer) -> bytes:
    return b"".join(path.read_bytes() for path in sorted(storage.folder.iterdir()))


def asked_bytes(origin: RangeServer) -> int:
    """How much of it was asked for, the two looks aside."""
    spans = [headers["range"].removeprefix("bytes=").split("-") for _, _, headers in origin.seen[2:]]
    return sum(int(end) + 1 - int(start) for start, end in spans)


def test_it_passes_through_in_one_request(engines, origin, storage, content, tmp_path):
    ours, theirs = engines
    told = []
    found = looked(origin, theirs)
    upload(found, SignedPut(lambda: f"{storage.address}/a"), Work(report=told.append), ours)
    assert arrived(storage) == content and storage.written == ["a"]
    assert asked_bytes(origin) == SIZE and told[-1].bytes_done == told[-1].bytes_total == SIZE
    assert {path.name for path in tmp_path.iterdir()} == {"origin", "storage"}, "nothing lies in between"


def test_parts_pass_through_side_by_side(engines, origin, storage, content):
    ours, theirs = engines
    result = upload(looked(origin, theirs), parts(storage), Work(), ours)
    assert arrived(storage) == content and asked_bytes(origin) == SIZE
    assert len(result.marks) == 10 and len(storage.written) == 10


@pytest.mark.parametrize("what", ["ranges", "validators"])
def test_what_cannot_be_known_again_is_left_to_a_file(what, engines, origin, content):
    setattr(origin, what, False)
    assert remote("x.tif", lambda: f"{origin.address}/x", Work(), engines[1]) is None


def test_an_empty_file_is_left_to_a_file_too(engines, origin):
    made_file(origin.folder / "x", 0)
    assert remote("x.tif", lambda: f"{origin.address}/x", Work(), engines[1]) is None


def test_what_is_not_there_is_said_at_the_look(engines, origin):
    with pytest.raises(TransferFailed) as caught:
        remote("x.tif", lambda: f"{origin.address}/x", Work(), engines[1])
    assert caught.value.kind is Kind.NOT_FOUND


def test_a_look_that_fails_in_passing_is_repeated(engines, origin, content):
    origin.trouble = lambda handler: len(origin.seen) < 3 and handler.refuse(503, Connection="close")
    assert looked(origin, engines[1]).size == SIZE


def test_a_cut_origin_goes_on_where_it_was_cut_within_the_same_request(engines, origin, storage, content):
    ours, theirs = engines
    found = looked(origin, theirs)
    origin.cut_after = [200_000, 0, 3 * MIB, 65_536, 1]
    upload(found, SignedPut(lambda: f"{storage.address}/a"), Work(), ours)
    assert arrived(storage) == content
    assert [method for method, _, _ in storage.seen] == ["PUT"]


def test_a_part_that_storage_refuses_in_passing_is_fetched_and_sent_again(engines, origin, storage, content):
    ours, theirs = engines
    storage.trouble = lambda handler: len(storage.seen) in (2, 4) and handler.refuse(500, Connection="close")
    upload(looked(origin, theirs), parts(storage), Work(), ours)
    assert arrived(storage) == content and len(storage.seen) <= 12
    assert SIZE <= asked_bytes(origin) <= SIZE + 2 * MIB


def test_an_origin_that_becomes_another_file_ends_it_and_no_object_remains(engines, origin, storage, content):
    ours, theirs = engines
    found = looked(origin, theirs)
    origin.cut_after = [3 * MIB]

    def replace(handler) -> bool:
        if len(origin.seen) == 4:
            made_file(origin.folder / "x", SIZE)
        return False

    origin.trouble = replace
    with pytest.raises(TransferFailed) as caught:
        upload(found, SignedPut(lambda: f"{storage.address}/a"), Work(), ours)
    assert caught.value.kind is Kind.DAMAGED and caught.value.facts["reason"] == "file_changed"
    assert storage.written == [] and len(storage.seen) <= 1


def test_an_expired_address_of_the_origin_is_replaced_in_mid_way(engines, origin, storage, content):
    ours, theirs = engines
    given: list[str] = []

    def address() -> str:
        given.append(f"{origin.address}/x?sig={len(given)}")
        return given[-1]

    def expired(handler) -> bool:
        old = "sig=0" in handler.path and len(origin.seen) > 3
        return old and handler.refuse(403, b"<Error><Code>AccessDenied</Code><Message>Expired</Message></Error>")

    origin.trouble = expired
    found = remote("x.tif", address, Work(), theirs)
    assert found is not None
    upload(found, parts(storage), Work(), ours)
    assert arrived(storage) == content and len(given) == 2
    assert "sig=" not in repr(found)


def test_an_origin_that_is_gone_ends_it_and_storage_is_not_tried_in_vain(engines, origin, storage, content):
    ours, theirs = engines
    found = looked(origin, theirs)
    origin.trouble = lambda handler: handler.refuse(500, Connection="close")
    with pytest.raises(TransferFailed) as caught:
        upload(found, SignedPut(lambda: f"{storage.address}/a"), Work(), ours)
    assert caught.value.kind is Kind.SERVER_FAULT and len(storage.seen) <= 1
    assert storage.written == []


def test_a_platform_that_gives_no_fresh_address_is_heard(engines, origin, storage, content):
    ours, theirs = engines
    asked = []

    def address() -> str:
        asked.append(1)
        if len(asked) > 1:
            raise Refused(Kind.FORBIDDEN, words="Your plan has ended.")
        return f"{origin.address}/x"

    found = remote("x.tif", address, Work(), theirs)
    origin.trouble = lambda handler: handler.refuse(403, b"<Error><Code>AccessDenied</Code></Error>")
    with pytest.raises(PlatformError) as caught:
        upload(found, parts(storage), Work(), ours)
    assert caught.value.words == "Your plan has ended."


@pytest.mark.parametrize("changed", [False, True])
def test_a_later_run_sends_the_rest_unless_it_is_another_file(changed, engines, origin, storage, content):
    ours, theirs = engines
    journal = MemoryJournal()
    storage.trouble = lambda handler: handler.path == "/p07" and handler.refuse(400, b"<Error><Code>No</Code></Error>")
    with quick_engine(parallel=1) as single, pytest.raises(TransferFailed):
        upload(looked(origin, theirs), parts(storage), Work(journal), single)
    storage.trouble = lambda handler: False
    if changed:
        content = made_file(origin.folder / "x", SIZE)
    origin.seen.clear()
    storage.written.clear()
    upload(looked(origin, theirs), parts(storage), Work(journal), ours)
    assert arrived(storage) == content
    assert len(storage.written) == (10 if changed else 4)
    assert asked_bytes(origin) == (SIZE if changed else SIZE - 6 * MIB)


def test_cancelled_it_ends_at_once_and_both_sides_are_let_go(engines, origin, storage, content):
    ours, theirs = engines
    found, stopped = looked(origin, theirs), Switch()
    origin.delay = lambda start: start > 4 * MIB and (stopped.on(), threading.Event().wait(5))
    before = set(threading.enumerate())
    with pytest.raises(Cancelled):
        upload(found, SignedPut(lambda: f"{storage.address}/a"), Work(cancelled=stopped), ours)
    for thread in set(threading.enumerate()) - before:
        if thread.name == "imagery-hub-source":
            thread.join(5)
            assert not thread.is_alive()
    assert storage.written == []


def test_paused_nothing_is_fetched_until_it_goes_on(engines, origin, storage, content):
    ours, theirs = engines
    found, begun = looked(origin, theirs), Switch()
    storage.delay = lambda left: (begun.on(), threading.Event().wait(0.02))
    done = threading.Thread(target=lambda: upload(found, parts(storage), Work(), ours))
    done.start()
    begun.wait()
    ours.pause()
    fetched, sent = -1, -1
    for _ in range(40):  # what is under way comes to its end
        if (fetched, sent) == (len(origin.seen), len(storage.written)):
            break
        fetched, sent = len(origin.seen), len(storage.written)
        threading.Event().wait(0.5)
    threading.Event().wait(0.5)
    assert (len(origin.seen), len(storage.written)) == (fetched, sent) and sent < 10
    ours.resume()
    done.join(30)
    assert arrived(storage) == content


def test_memory_does_not_grow_with_the_file(engines, origin, storage):
    ours, theirs = engines
    with (origin.folder / "x").open("wb") as file:
        file.truncate(400 * MIB)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    upload(looked(origin, theirs), SignedPut(lambda: f"{storage.address}/a"), Work(), ours)
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    assert (storage.folder / "a").stat().st_size == 400 * MIB
    assert grown < 60, f"{grown:.0f} MiB"


def test_a_check_says_what_is_missing_or_empty(engines, origin, content, tmp_path: Path):
    check_sendable(looked(origin, engines[1]))
    made_file(tmp_path / "empty.tif", 0)
    for name, code in (("none.tif", "missing_file"), ("empty.tif", "empty_file")):
        with pytest.raises(InputProblem) as caught:
            check_sendable(tmp_path / name)
        assert caught.value.facts == {"problem": code, "file": name}
