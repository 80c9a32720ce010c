"""Upload by signed PUT and download, the plain ways."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import pytest
from imagery_hub.providers.errors import InputProblem, Kind, PlatformError, TransferFailed
from imagery_hub.providers.http.network import Route
from imagery_hub.providers.http.retry import RetryPolicy
from imagery_hub.providers.transfer import SignedPut, TransferEngine, download, upload
from imagery_hub.providers.work import Progress, Work
from range_server import RangeServer
from raw_server import RawServer, answer

RAW_TARGETS = ["/b/a%2fb%2FC?X=%7e%7E~|^`{}&sig=a%2Bb+c/d==%zz", "/%41b//c/../d/./e?", "?x=1", "/\u00e9 z?q=\u2603"]


class Direct:
    user_agent = "imagery-hub-test"

    def route(self, url: str) -> Route:
        return Route()


@pytest.fixture
def engine():
    with TransferEngine(Direct(), retry=RetryPolicy(first=0.01), stall_seconds=5, range_bytes=1 << 20) as made:
        yield made


@pytest.fixture
def storage(tmp_path):
    with RangeServer(tmp_path / "storage") as running:
        yield running


def made_file(path: Path, size: int) -> bytes:
    content = os.urandom(size)
    path.write_bytes(content)
    return content


@pytest.mark.parametrize("target", RAW_TARGETS)
def test_signed_addresses_are_sent_byte_for_byte(target, tmp_path, engine):
    expected = {"?x=1": "/?x=1", RAW_TARGETS[3]: "/%C3%A9%20z?q=%E2%98%83"}.get(target, target)

    def respond(request):
        return answer(200, b"abc") if request.method == "GET" else answer(200)

    made_file(tmp_path / "a", 10)
    with RawServer(respond) as server:
        upload(tmp_path / "a", SignedPut(lambda: server.address + target + "#part"), Work(), engine)
        download(lambda: server.address + target, tmp_path / "b", Work(), engine)
        put, got = server.requests
        assert put.target == expected and got.target == expected
        assert set(put.headers) == {"host", "user-agent", "accept-encoding", "accept", "connection", "content-length"}
        assert put.headers["host"] == server.address[len("http://"):]
        assert put.headers["accept-encoding"] == "identity"


@pytest.mark.parametrize("size", [0, 1, (1 << 20) - 1, 1 << 20, (3 << 20) + 17])
def test_what_arrives_is_what_was_sent(size, tmp_path, engine, storage):
    content = made_file(tmp_path / "a.tif", size)
    told: list[Progress] = []
    work = Work(report=told.append)
    sent = upload(tmp_path / "a.tif", SignedPut(lambda: storage.address + "/a?sig=1"), work.part("up"), engine)
    assert sent.size == size and sent.marks["1"].strip('"') == hashlib.md5(content).hexdigest()
    path = download(lambda: storage.address + "/a?sig=2", tmp_path / "b.tif", work.part("down"), engine,
                    expected_size=size, checksum="sha256:" + hashlib.sha256(content).hexdigest())
    assert path.read_bytes() == content
    assert not list(tmp_path.glob("*.part"))
    assert told[-1].bytes_done == size
    assert not any("storage" in str(value) or "sig" in str(value) for value in work.journal.__dict__.values())


def test_a_finished_transfer_is_not_made_again(tmp_path, engine, storage):
    made_file(tmp_path / "a", 100)
    work = Work()
    first = upload(tmp_path / "a", SignedPut(lambda: storage.address + "/a"), work.part("u"), engine)
    assert upload(tmp_path / "a", SignedPut(lambda: storage.address + "/a"), work.part("u"), engine) == first
    for _ in range(2):
        download(lambda: storage.address + "/a", tmp_path / "b", work.part("d"), engine)
    assert [command for command, _, _ in storage.seen] == ["PUT", "GET"]


def test_redirects_of_storage_are_followed_without_anything_secret(tmp_path, engine, storage):
    content = made_file(storage.folder / "x", 2_500_000)
    with RawServer(lambda request: answer(302, Location=storage.address + "/x?sig=%2f")) as server:
        path = download(lambda: server.address + "/start", tmp_path / "b", Work(), engine)
    assert path.read_bytes() == content
    assert {path for _, path, _ in storage.seen} == {"/x?sig=%2f"}
    assert all("authorization" not in headers and "cookie" not in headers for _, _, headers in storage.seen)


@pytest.mark.parametrize(("given", "problem"), [("missing", "file_missing"), (".", "not_a_file")])
def test_a_source_that_cannot_be_sent_is_named(given, problem, tmp_path, engine):
    with pytest.raises(InputProblem) as caught:
        upload(tmp_path / given, SignedPut(lambda: "http://127.0.0.1:9/"), Work(), engine)
    assert caught.value.facts["problem"] == problem


def test_words_of_storage_without_its_signatures(tmp_path, engine):
    body = (b"<?xml version='1.0'?><Error><Code>SignatureDoesNotMatch</Code><Message>It does not match.</Message>"
            b"<StringToSign>secret-string</StringToSign></Error>")
    refused = answer(403, body, X_Amz_Request_Id="R1")
    with RawServer(lambda request: refused) as server, pytest.raises(TransferFailed) as caught:
        download(lambda: server.address + "/a?X-Amz-Signature=deadbeef", tmp_path / "b", Work(), engine)
    error: PlatformError = caught.value
    assert (error.kind, error.status, error.request_id) == (Kind.STORAGE_REFUSED, 403, "R1")
    assert "It does not match." in str(error) and "deadbeef" not in str(error) and "secret-string" not in str(error)
