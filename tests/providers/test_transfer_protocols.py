"""Presigned parts, forms and S3 multipart against storage of the tests."""

from __future__ import annotations

import base64
import hashlib
import os
import re
import subprocess
import sys
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest
from imagery_hub.providers.errors import Cancelled, Kind, MissingLibrary, PlatformError, TransferFailed
from imagery_hub.providers.http.network import Route
from imagery_hub.providers.http.retry import RetryPolicy
from imagery_hub.providers.journal import MemoryJournal
from imagery_hub.providers.transfer import TransferEngine, abandon, boto, upload
from imagery_hub.providers.transfer.boto import S3Credentials
from imagery_hub.providers.transfer.presigned_parts import PartTarget, PresignedParts, announced
from imagery_hub.providers.transfer.s3_multipart import S3Multipart
from imagery_hub.providers.transfer.signed_form import FormTarget, SignedForm
from imagery_hub.providers.work import Work
from raw_server import RawServer, answer

MIB = 1 << 20


class Direct:
    user_agent = "imagery-hub-test"

    def route(self, url: str) -> Route:
        return Route()


@pytest.fixture
def engine():
    with TransferEngine(Direct(), retry=RetryPolicy(first=0.01), stall_seconds=5) as made:
        yield made


def made_file(path: Path, size: int) -> bytes:
    content = os.urandom(size)
    path.write_bytes(content)
    return content


class PartStorage:
    """Parts by number, checked as S3 checks ``Content-MD5``; ``trouble`` gives statuses to answer first."""

    def __init__(self) -> None:
        self.parts: dict[int, bytes] = {}
        self.trouble: list[int] = []
        self.slot = 0

    def respond(self, request):
        if self.trouble:
            return answer(self.trouble.pop(), b"<Error><Code>AccessDenied</Code><Message>Expired.</Message></Error>")
        if base64.b64encode(hashlib.md5(request.body).digest()).decode() != request.headers["content-md5"]:
            return answer(400, b"<Error><Code>BadDigest</Code></Error>")
        self.parts[int(re.search(r"part=(\d+)", request.target).group(1))] = request.body
        return answer(200, ETag='"e"')


def parts_protocol(server, digests, asked, identity="901"):
    def target(number: int) -> PartTarget:
        asked.append(number)
        digest = digests[number - 1]
        return PartTarget(f"{server.address}/p?part={number}&sig={len(asked)}%2f",
                          {"Content-MD5": digest.md5, "Content-Length": str(digest.length)})

    return PresignedParts(target, MIB, identity)


def test_parts_arrive_whole_with_their_signed_headers_only(tmp_path, engine):
    content, storage, asked = made_file(tmp_path / "a", 5 * MIB + 3), PartStorage(), []
    digests = announced(tmp_path / "a", MIB)
    with RawServer(storage.respond) as server:
        result = upload(tmp_path / "a", parts_protocol(server, digests, asked), Work(), engine)
        assert {request.headers.get("content-type") for request in server.requests} == {None}
    assert b"".join(storage.parts[number] for number in range(1, 7)) == content
    assert sorted(asked) == [1, 2, 3, 4, 5, 6] and list(result.marks) == ["1", "2", "3", "4", "5", "6"]


def test_an_empty_file_is_one_empty_part(tmp_path, engine):
    made_file(tmp_path / "a", 0)
    storage = PartStorage()
    with RawServer(storage.respond) as server:
        upload(tmp_path / "a", parts_protocol(server, announced(tmp_path / "a", MIB), []), Work(), engine)
    assert storage.parts == {1: b""}


def test_an_expired_part_address_is_asked_for_again(tmp_path, engine):
    made_file(tmp_path / "a", 2 * MIB)
    storage, asked = PartStorage(), []
    storage.trouble = [403]
    with RawServer(storage.respond) as server:
        upload(tmp_path / "a", parts_protocol(server, announced(tmp_path / "a", MIB), asked), Work(), engine)
    assert len(asked) == 3 and set(storage.parts) == {1, 2}


def test_addresses_that_are_always_refused_end_in_a_failure(tmp_path, engine):
    made_file(tmp_path / "a", 10)
    storage = PartStorage()
    storage.trouble = [403] * 50
    with RawServer(storage.respond) as server, pytest.raises(TransferFailed) as caught:
        upload(tmp_path / "a", parts_protocol(server, announced(tmp_path / "a", MIB), []), Work(), engine)
    assert caught.value.kind is Kind.ADDRESS_EXPIRED and "sig=" not in str(caught.value)


def test_a_second_run_sends_only_what_is_missing_and_a_new_slot_everything(tmp_path, engine):
    made_file(tmp_path / "a", 6 * MIB)
    storage, journal, digests = PartStorage(), MemoryJournal(), announced(tmp_path / "a", MIB)
    sent: list[int] = []

    def respond(request):
        number = int(re.search(r"part=(\d+)", request.target).group(1))
        if number == 5 and not storage.slot:
            return answer(400, b"<Error><Code>BadDigest</Code><Message>No.</Message></Error>")
        sent.append(number)
        return storage.respond(request)

    with RawServer(respond) as server:
        with TransferEngine(Direct(), parallel=1) as slow, pytest.raises(TransferFailed) as caught:
            upload(tmp_path / "a", parts_protocol(server, digests, []), Work(journal), slow)
        assert caught.value.facts["code"] == "BadDigest" and sent == [1, 2, 3, 4]
        storage.slot = 1
        sent.clear()
        upload(tmp_path / "a", parts_protocol(server, digests, []), Work(journal), engine)
        assert sorted(sent) == [5, 6]
        journal.forget("transfer")
        sent.clear()
        upload(tmp_path / "a", parts_protocol(server, digests, [], identity="902"), Work(journal), engine)
        assert sorted(sent) == [1, 2, 3, 4, 5, 6]


def test_a_form_has_its_members_first_and_the_file_last(tmp_path, engine):
    content = made_file(tmp_path / "a.jpg", 3 * MIB + 1)
    fields = {"key": "up/901", "policy": "e30=", "x-amz-signature": "feed"}
    with RawServer(lambda request: answer(204)) as server:
        upload(tmp_path / "a.jpg", SignedForm(lambda: FormTarget(server.address + "/f", fields)), Work(), engine)
        request = server.requests[0]
    boundary = re.fullmatch(r"multipart/form-data; boundary=(\w+)", request.headers["content-type"]).group(1).encode()
    pieces = request.body.split(b"--" + boundary)
    assert [re.search(rb'name="([^"]+)"', piece).group(1).decode() for piece in pieces[1:-1]] == [*fields, "file"]
    assert pieces[4] == (b'\r\nContent-Disposition: form-data; name="file"; filename="upload"\r\n'
                         b"Content-Type: application/octet-stream\r\n\r\n" + content + b"\r\n")
    assert pieces[5] == b"--\r\n"


def test_a_form_that_was_refused_before_its_end_is_sent_whole_the_next_time(tmp_path, engine):
    content = made_file(tmp_path / "a.jpg", 30 * MIB)
    refusal = answer(403, b"<Error><Code>AccessDenied</Code><Message>Request has expired</Message></Error>")
    with RawServer(lambda _: refusal, read_bodies=False) as first, RawServer(lambda _: answer(204)) as second:
        addresses = [first.address + "/f", second.address + "/f"]
        upload(tmp_path / "a.jpg", SignedForm(lambda: FormTarget(addresses.pop(0), {"key": "k"})), Work(), engine)
        assert first.unread < len(content)
        assert content in second.requests[0].body
        assert second.requests[0].body.endswith(b"--\r\n")


# --------------------------------------------------------------------------------------------- S3
@pytest.fixture(scope="module")
def s3_server():
    from moto.server import ThreadedMotoServer

    server = ThreadedMotoServer(port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host.replace('0.0.0.0', '127.0.0.1')}:{port}"
    server.stop()


@pytest.fixture
def s3(s3_server):
    import boto3

    client = boto3.client("s3", endpoint_url=s3_server, region_name="us-east-1", aws_access_key_id="AK",
                          aws_secret_access_key="SK")
    import requests

    requests.post(s3_server + "/moto-api/reset", timeout=10)
    client.create_bucket(Bucket="drop")
    return client


def credentials(seconds: float = 3600) -> S3Credentials:
    return S3Credentials("AK", "SK", "TOKEN", datetime.now(timezone.utc) + timedelta(seconds=seconds))


def protocol(server: str, ask=credentials) -> S3Multipart:
    return S3Multipart("drop", "user/a b+c.tif", ask, "us-east-1", server, part_bytes=5 * MIB)


@pytest.mark.parametrize("size", [0, 100, 5 * MIB, 5 * MIB + 1, 17 * MIB])
def test_s3_objects_are_what_was_sent(size, tmp_path, engine, s3, s3_server):
    content = made_file(tmp_path / "a", size)
    upload(tmp_path / "a", protocol(s3_server), Work(), engine)
    found = s3.get_object(Bucket="drop", Key="user/a b+c.tif")
    assert found["Body"].read() == content
    assert [item["Key"] for item in s3.list_objects_v2(Bucket="drop")["Contents"]] == ["user/a b+c.tif"]
    assert "Uploads" not in s3.list_multipart_uploads(Bucket="drop")


class StopAfter:
    """Cancels once so many parts are noted."""

    def __init__(self, journal, count: int) -> None:
        self.journal, self.count = journal, count

    def __call__(self) -> bool:
        return sum(name.startswith("transfer/part-") for name in self.journal.names()) >= self.count


def test_s3_is_resumed_by_what_it_lists(tmp_path, s3, s3_server):
    content, journal = made_file(tmp_path / "a", 23 * MIB), MemoryJournal()
    with TransferEngine(Direct(), parallel=1) as engine:
        with pytest.raises(Cancelled):
            upload(tmp_path / "a", protocol(s3_server), Work(journal, cancelled=StopAfter(journal, 2)), engine)
        [begun] = s3.list_multipart_uploads(Bucket="drop")["Uploads"]
        for name in journal.names():
            if name.startswith("transfer/part-"):
                journal.forget(name)  # S3's own list is believed, not the journal
        before = len(s3.list_parts(Bucket="drop", Key=begun["Key"], UploadId=begun["UploadId"])["Parts"])
        told = []
        upload(tmp_path / "a", protocol(s3_server), Work(journal, report=told.append), engine)
    assert before >= 2 and next(progress.bytes_done for progress in told if progress.bytes_done) >= before * 5 * MIB
    assert s3.get_object(Bucket="drop", Key="user/a b+c.tif")["Body"].read() == content
    assert "Uploads" not in s3.list_multipart_uploads(Bucket="drop")


def test_a_changed_file_starts_a_new_upload_and_removes_the_old_one(tmp_path, s3, s3_server):
    made_file(tmp_path / "a", 12 * MIB)
    journal = MemoryJournal()
    with TransferEngine(Direct(), parallel=1) as engine:
        with pytest.raises(Cancelled):
            upload(tmp_path / "a", protocol(s3_server), Work(journal, cancelled=StopAfter(journal, 1)), engine)
        content = made_file(tmp_path / "a", 12 * MIB)
        upload(tmp_path / "a", protocol(s3_server), Work(journal), engine)
    assert s3.get_object(Bucket="drop", Key="user/a b+c.tif")["Body"].read() == content
    assert "Uploads" not in s3.list_multipart_uploads(Bucket="drop")


def test_abandoning_removes_the_parts(tmp_path, s3, s3_server):
    made_file(tmp_path / "a", 12 * MIB)
    journal = MemoryJournal()
    with TransferEngine(Direct(), parallel=1) as engine:
        with pytest.raises(Cancelled):
            upload(tmp_path / "a", protocol(s3_server), Work(journal, cancelled=StopAfter(journal, 1)), engine)
        assert len(s3.list_multipart_uploads(Bucket="drop")["Uploads"]) == 1
        abandon(protocol(s3_server), Work(journal), engine)
    assert "Uploads" not in s3.list_multipart_uploads(Bucket="drop") and journal.names() == []


def test_an_upload_whose_completion_was_not_learnt_is_not_sent_again(tmp_path, engine, s3, s3_server):
    made_file(tmp_path / "a", 11 * MIB)
    journal = MemoryJournal()
    first = upload(tmp_path / "a", protocol(s3_server), Work(journal), engine)
    modified = s3.head_object(Bucket="drop", Key="user/a b+c.tif")["LastModified"]
    journal.forget("transfer")  # as if the program had ended before it noted the outcome
    again = upload(tmp_path / "a", protocol(s3_server), Work(journal), engine)
    assert again.size == first.size
    assert s3.head_object(Bucket="drop", Key="user/a b+c.tif")["LastModified"] == modified


def test_an_upload_that_storage_forgot_starts_again(tmp_path, s3, s3_server):
    content, journal = made_file(tmp_path / "a", 11 * MIB), MemoryJournal()
    with TransferEngine(Direct(), parallel=1) as engine:
        with pytest.raises(Cancelled):
            upload(tmp_path / "a", protocol(s3_server), Work(journal, cancelled=StopAfter(journal, 1)), engine)
        [begun] = s3.list_multipart_uploads(Bucket="drop")["Uploads"]
        s3.abort_multipart_upload(Bucket="drop", Key=begun["Key"], UploadId=begun["UploadId"])
        upload(tmp_path / "a", protocol(s3_server), Work(journal), engine)
    assert s3.get_object(Bucket="drop", Key="user/a b+c.tif")["Body"].read() == content


def test_credentials_are_renewed_ahead_of_their_end(tmp_path, engine, s3, s3_server):
    made_file(tmp_path / "a", 30 * MIB)
    asked: list[float] = []

    def ask() -> S3Credentials:
        asked.append(1)
        return credentials(50 if len(asked) == 1 else 3600)

    upload(tmp_path / "a", protocol(s3_server, ask), Work(), engine)
    assert len(asked) == 2


def test_missing_bucket_and_missing_library_are_named(tmp_path, engine, s3, s3_server, monkeypatch):
    made_file(tmp_path / "a", 6 * MIB)
    with pytest.raises(PlatformError) as caught:
        upload(tmp_path / "a", S3Multipart("none", "k", credentials, "us-east-1", s3_server, 5 * MIB), Work(), engine)
    assert (caught.value.kind, caught.value.facts["code"]) == (Kind.NOT_FOUND, "NoSuchBucket")
    real = boto.importlib.import_module

    def without(name: str, package: str | None = None):
        if "botocore" in name:
            raise ModuleNotFoundError(f"No module named {name!r}")
        return real(name, package)

    monkeypatch.setattr(boto.importlib, "import_module", without)
    with pytest.raises(MissingLibrary):
        upload(tmp_path / "a", protocol(s3_server), Work(), engine)


def test_the_users_own_aws_settings_are_left_aside():
    program = ("from imagery_hub.providers.transfer.boto import S3, S3Credentials\n"
               "s3 = S3(lambda: S3Credentials('AK', 'SK', 'T'), 'us-east-1', 'http://127.0.0.1:1')\n"
               "address = s3.address('get_object', Bucket='b', Key='k')\n"
               "assert address.startswith('http://127.0.0.1:1/b/k?'), address\n"
               "assert 'OTHER' not in address and 'X-Amz-Credential=AK%2F' in address, address\n"
               "print(S3(lambda: S3Credentials('AK', 'SK'), 'eu-west-1').address('get_object', Bucket='b.c', Key='k'))")
    environment = {**os.environ, "AWS_PROFILE": "missing", "AWS_ACCESS_KEY_ID": "OTHER", "AWS_ENDPOINT_URL":
                   "http://other.example", "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
    done = subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    assert re.match(r"https://(b\.c\.s3\.eu-west-1|s3\.eu-west-1)\.amazonaws\.com/", done.stdout)
