"""Storage that answers oddly while a file passes through: what it does is told as its own, and nothing gets mixed."""

from __future__ import annotations

import random
from types import SimpleNamespace
from urllib.parse import urlsplit

import pytest
import range_server
from imagery_hub.providers.errors import Kind, PlatformError, ServerFault, TransferFailed
from imagery_hub.providers.http.retry import RetryPolicy
from imagery_hub.providers.pix4d.flows.storage import ProjectStorage
from imagery_hub.providers.transfer import SignedPut, download, known_remote, remote, upload
from imagery_hub.providers.transfer.presigned_parts import PartTarget, PresignedParts
from imagery_hub.providers.work import Work
from range_server import RangeServer
from raw_server import RawServer, answer
from transfer_helpers import MIB, made_file, quick_engine

SIZE = 3 * MIB + 7


@pytest.fixture
def engines():
    with quick_engine() as ours, quick_engine() as theirs:
        yield ours, theirs


@pytest.fixture
def origin(tmp_path):
    with RangeServer(tmp_path / "origin") as running:
        made_file(running.folder / "x", SIZE)
        yield running


@pytest.fixture
def storage(tmp_path):
    with RangeServer(tmp_path / "storage") as running:
        yield running


def whole(handler) -> bool:
    """The object in one piece, as from a server that knows no ranges."""
    del handler.headers["Range"]
    return False


def looked(origin: RangeServer, engine):
    found = remote("x.tif", lambda: f"{origin.address}/x", Work(), engine)
    assert found is not None
    return found


def put(storage: RangeServer) -> SignedPut:
    return SignedPut(lambda: f"{storage.address}/a")


def test_a_single_whole_answer_is_asked_for_again(engines, origin, storage):
    found = looked(origin, engines[1])
    origin.trouble = lambda handler: len(origin.seen) == 3 and whole(handler)
    upload(found, put(storage), Work(), engines[0])
    assert (storage.folder / "a").read_bytes() == (origin.folder / "x").read_bytes()


def test_whole_answers_only_end_it(engines, origin, storage):
    found = looked(origin, engines[1])
    origin.trouble = whole
    with pytest.raises(TransferFailed) as caught:
        upload(found, put(storage), Work(), engines[0])
    assert caught.value.facts["reason"] == "file_changed" and storage.written == []


def test_storage_that_knows_no_condition_is_left_to_a_file(engines, origin):
    origin.trouble = lambda handler: "If-Range" in handler.headers and whole(handler)
    assert remote("x.tif", lambda: f"{origin.address}/x", Work(), engines[1]) is None


def test_a_date_alone_is_no_mark(engines, origin, monkeypatch):
    """Within a second it is that of two contents."""
    plain = range_server.Handler.send_header
    monkeypatch.setattr(range_server.Handler, "send_header",
                        lambda self, name, value: None if name == "ETag" else plain(self, name, value))
    assert remote("x.tif", lambda: f"{origin.address}/x", Work(), engines[1]) is None


def test_a_look_that_is_answered_as_beyond_the_end_is_left_to_a_file(engines):
    refusal = answer(416, Content_Range="bytes */100")
    with RawServer(lambda request: refusal) as server:
        assert remote("x.tif", lambda: f"{server.address}/x", Work(), engines[1]) is None


@pytest.mark.parametrize("how", ["remote", "download"])
def test_an_empty_range_is_not_asked_for_without_end(how, engines, storage, tmp_path):
    def respond(request):
        first = int(request.headers["range"].removeprefix("bytes=").partition("-")[0])
        body = b"x" if request.headers["range"] == "bytes=0-0" else b""
        return answer(206, body, Content_Range=f"bytes {first}-{first}/1000", ETag='"e"')

    with RawServer(respond) as server:
        with pytest.raises(TransferFailed) as caught:
            if how == "download":
                download(lambda: f"{server.address}/x", tmp_path / "b", Work(), engines[0])
            else:
                found = remote("x.tif", lambda: f"{server.address}/x", Work(), engines[1])
                upload(found, put(storage), Work(), engines[0])
        assert caught.value.facts["reason"] == "wrong_range" and len(server.requests) < 10


def test_a_redirect_to_nowhere_is_told_of_its_own_storage(engines, origin, storage):
    found = looked(origin, engines[1])
    origin.trouble = lambda handler: handler.refuse(302, Location="http://[bad")
    with pytest.raises(ServerFault) as caught:
        upload(found, put(storage), Work(), engines[0])
    assert caught.value.facts["reason"] == "unusable_address" and caught.value.facts["side"] == "source"
    assert len(storage.seen) <= 1


def test_what_nobody_expects_is_raised_as_it_is_and_once(engines, origin, storage):
    asked = []

    def address() -> str:
        asked.append(1)
        if len(asked) > 1:
            raise ValueError("an odd answer of the platform")
        return f"{origin.address}/x"

    found = remote("x.tif", address, Work(), engines[1])
    origin.trouble = lambda handler: handler.refuse(403, b"<Error><Code>AccessDenied</Code></Error>")
    with pytest.raises(ValueError, match="odd answer"):
        upload(found, put(storage), Work(), engines[0])
    assert len(asked) == 2 and len(storage.seen) <= 1


def test_what_the_origin_denies_is_not_told_of_the_project_that_takes_it(engines, origin, storage):
    """Storage of PIX4D that denies a write says that the project can only be read."""
    found = looked(origin, engines[1])
    origin.trouble = lambda handler: handler.refuse(403, b"<Error><Code>AccessDenied</Code></Error>")
    told = {"bucket": "drop", "key": "project", "region": "us-east-1", "access_key": "AK", "secret_key": "SK",
            "session_token": "T"}
    api = SimpleNamespace(hosts=SimpleNamespace(s3_endpoint=storage.address),
                          storage=SimpleNamespace(of_project=lambda project: told))
    with pytest.raises(PlatformError) as caught:
        ProjectStorage(api, "7").send({"x.tif": found}, Work(), engines[0])
    assert caught.value.kind is Kind.ADDRESS_EXPIRED and "reason" not in caught.value.facts


def test_what_was_known_is_not_asked_for_until_bytes_are_wanted(engines, origin, storage):
    known = looked(origin, engines[1]).known
    asked = []

    def address() -> str:
        asked.append(1)
        return f"{origin.address}/x"

    again = known_remote("x.tif", known, address, engines[1])
    assert (again.size, again.stamp) == (SIZE, known["etag"]) and asked == []
    upload(again, put(storage), Work(), engines[0])
    assert (storage.folder / "a").read_bytes() == (origin.folder / "x").read_bytes() and asked == [1]


@pytest.mark.parametrize("seed", range(8))
def test_in_any_mixture_of_troubles_what_arrives_is_whole(seed, tmp_path):
    chance, patient = random.Random(seed), RetryPolicy(first=0.01, longest=0.02, attempts=12)
    with RangeServer(tmp_path / "o") as origin, RangeServer(tmp_path / "s") as storage, \
            quick_engine(retry=patient) as ours, quick_engine(retry=patient) as theirs:
        content = made_file(origin.folder / "x", chance.randrange(1, 4 * MIB))
        found = remote("x.tif", lambda: f"{origin.address}/x?s={chance.random()}", Work(), theirs)
        origin.cut_after = [chance.randrange(700_000) for _ in range(chance.randrange(12))]
        origin.trouble = lambda handler: chance.random() < 0.15 and handler.refuse(
            chance.choice([500, 503]), Connection="close")
        storage.trouble = lambda handler: chance.random() < 0.15 and handler.refuse(
            chance.choice([500, 429]), Connection="close")
        told = []
        part = chance.choice([65_536, 300_001, MIB])
        target = PresignedParts(lambda number: PartTarget(f"{storage.address}/p{number:04d}"), part, "1")
        upload(found, target, Work(report=told.append), ours)
        names = sorted(path for path in storage.folder.iterdir() if path.name.startswith("p"))
        assert b"".join(path.read_bytes() for path in names) == content
        assert max(one.bytes_done for one in told) == told[-1].bytes_done == len(content)
        assert all(urlsplit(path).path == "/x" for _, path, _ in origin.seen)
