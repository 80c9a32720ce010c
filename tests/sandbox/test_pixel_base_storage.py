"""Presigned forms and parts of the sandbox's object storage: digests, policies, expiry, order, what is not sent."""

from __future__ import annotations

import base64
import hashlib
import os
from pathlib import Path
from typing import Any

import pytest
import requests
from sandbox_pixel import PixelCalls, path_of
from sandbox_process import SandboxProcess

MIB = 1024 * 1024


def md5(content: bytes) -> str:
    return base64.b64encode(hashlib.md5(content).digest()).decode()


class Storage:
    """Upload jobs of one data collection, and what is sent to their targets."""

    def __init__(self, sandbox: SandboxProcess) -> None:
        self.sandbox, self.calls = sandbox, PixelCalls(sandbox, "creator")
        self.place = path_of(self.calls.collection(self.calls.project(), "image"), "upload_jobs/")

    def form(self, content: bytes) -> dict[str, Any]:
        (job,) = self.calls.post(self.place, {"files": [{"name": "a.jpg", "md5": md5(content)}]})
        return job

    def parts(self, contents: list[bytes]) -> list[dict[str, Any]]:
        parts = [{"part_number": number, "md5": md5(one), "content_length": len(one)}
                 for number, one in enumerate(contents, 1)]
        (job,) = self.calls.post(self.place + "multipart", {"files": [{"name": "a.jpg", "parts": parts}]})
        return job["upload_parts"]

    def send(self, job: dict[str, Any], content: bytes, **change: str) -> requests.Response:
        return requests.post(job["url"], data={**job["upload_fields"], **change},
                             files={"file": ("upload", content, "application/octet-stream")}, timeout=60)

    def stored(self) -> list[Path]:
        return [one for one in (Path(self.sandbox.ready["folder"]) / "blobs").glob("*") if one.is_file()]


@pytest.fixture
def storage(sandbox: SandboxProcess) -> Storage:
    return Storage(sandbox)


@pytest.mark.parametrize("size", [0, 1, 70_000, 3 * MIB + 17])
def test_a_form_is_stored_byte_by_byte(storage: Storage, size: int) -> None:
    content = os.urandom(size)
    answer = storage.send(storage.form(content), content)
    assert (answer.status_code, answer.content) == (204, b"")
    assert answer.headers["ETag"] == f'"{hashlib.md5(content).hexdigest()}"'
    assert [one.read_bytes() for one in storage.stored()] == [content]
    assert storage.sandbox.log(flag="api-key-sent-to-storage") == []


def test_a_file_that_looks_like_the_end_of_its_form(storage: Storage) -> None:
    content = b"\r\n--mark\r\n--mar\r\n-----mark--"
    job = storage.form(content)
    lines = [f'--mark\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
             for name, value in job["upload_fields"].items()]
    body = ("".join(lines) + '--mark2\r\nContent-Disposition: form-data; name="file"; filename="upload"\r\n'
            "Content-Type: application/octet-stream\r\n\r\n").replace("--mark\r", "--mark2\r").encode()
    answer = requests.post(job["url"], data=body + content + b"\r\n--mark2--\r\n", timeout=60,
                           headers={"Content-Type": "multipart/form-data; boundary=mark2"})
    assert answer.status_code == 204, answer.text
    assert [one.read_bytes() for one in storage.stored()] == [content]


@pytest.mark.parametrize(("change", "code", "words"), [
    ({"key": "incoming/another"}, 403, "Policy Condition failed: key"),
    ({"Content-MD5": "AAAAAAAAAAAAAAAAAAAAAA=="}, 403, "Policy Condition failed: Content-MD5"),
    ({"x-amz-signature": "0" * 64}, 403, "altered"),
    ({"policy": base64.b64encode(b'{"expiration": "9999", "conditions": []}').decode()}, 403, "altered")])
def test_a_form_that_was_altered_is_refused(storage: Storage, change: dict[str, str], code: int, words: str) -> None:
    answer = storage.send(storage.form(b"bridge"), b"bridge", **change)
    assert (answer.status_code, words in answer.text) == (code, True)
    assert answer.headers["Content-Type"] == "application/xml"
    assert storage.stored() == []


def test_a_wrong_digest_is_refused_and_the_right_file_still_taken(storage: Storage) -> None:
    job = storage.form(b"bridge")
    answer = storage.send(job, b"tunnel")
    assert (answer.status_code, "<Code>BadDigest</Code>" in answer.text) == (400, True)
    assert storage.stored() == []
    assert storage.send(job, b"bridge").status_code == 204


def test_targets_live_an_hour(storage: Storage) -> None:
    job, (part,) = storage.form(b"bridge"), storage.parts([b"bridge"])
    storage.sandbox.advance(3599)
    assert storage.send(job, b"bridge").status_code == 204
    storage.sandbox.advance(2)
    assert storage.send(job, b"bridge").status_code == 403
    assert requests.put(part["url"], b"bridge", headers=part["headers"], timeout=60).status_code == 403


def test_parts_are_stored_in_any_order_and_one_again(storage: Storage) -> None:
    contents = [os.urandom(5 * MIB), os.urandom(5 * MIB), os.urandom(123)]
    parts = storage.parts(contents)
    assert [one["part_number"] for one in parts] == [1, 2, 3]
    assert all(isinstance(value, str) for one in parts for value in one["headers"].values())
    for number in (2, 0, 1, 0):
        answer = requests.put(parts[number]["url"], contents[number], headers=parts[number]["headers"], timeout=60)
        assert (answer.status_code, answer.headers["ETag"]) == (
            200, f'"{hashlib.md5(contents[number]).hexdigest()}"')
    assert [one.read_bytes() for one in storage.stored()] == [b"".join(contents)]


def test_parts_that_are_refused(storage: Storage) -> None:
    first, second = storage.parts([b"bridge", b"tunnel"])
    wrong = requests.put(first["url"], b"tunnel", headers=first["headers"], timeout=60)
    assert (wrong.status_code, "BadDigest" in wrong.text) == (400, True)
    short = requests.put(first["url"], b"brid", headers={"Content-MD5": first["headers"]["Content-MD5"]}, timeout=60)
    assert (short.status_code, "IncompleteBody" in short.text) == (400, True)
    mixed = requests.put(first["url"], b"tunnel", headers=second["headers"], timeout=60)
    assert (mixed.status_code, "SignatureDoesNotMatch" in mixed.text) == (403, True)
    other = second["url"].replace("/2?", "/1?")
    assert requests.put(other, b"bridge", headers=first["headers"], timeout=60).status_code == 403


@pytest.mark.parametrize("body", [b"", b"--mark\r\n", b'--mark\r\nContent-Disposition: form-data; name="key"\r\n\r\n'])
def test_a_form_that_breaks_off(storage: Storage, body: bytes) -> None:
    answer = requests.post(storage.form(b"x")["url"], data=body, timeout=60,
                           headers={"Content-Type": "multipart/form-data; boundary=mark"})
    assert (answer.status_code, "MalformedPOSTRequest" in answer.text) == (400, True)
    assert storage.stored() == []


def test_trouble_at_storage_and_a_token_sent_to_it(storage: Storage) -> None:
    job = storage.form(b"bridge")
    storage.sandbox.fault(kind="status", operation="postPresignedForm", status=503)
    assert storage.send(job, b"bridge").status_code == 503
    storage.sandbox.fault(kind="expired", operation="postPresignedForm")
    assert storage.send(job, b"bridge").status_code == 403
    requests.post(job["url"], data=job["upload_fields"], files={"file": b"bridge"}, timeout=60,
                  headers={"Authorization": "Bearer x"})
    assert len(storage.sandbox.log(flag="api-key-sent-to-storage")) == 1
    (entry, *_) = storage.sandbox.log(operation="postPresignedForm", status=503)
    assert entry["platform"] == "pixel"


def test_secrets_of_targets_are_known_and_kept_out_of_the_log(storage: Storage) -> None:
    job, (part,) = storage.form(b"bridge"), storage.parts([b"bridge"])
    issued = storage.sandbox.control("GET", "issued")["secrets"]
    assert job["upload_fields"]["x-amz-signature"] in issued
    signature = part["url"].partition("X-Signature=")[2].partition("&")[0]
    assert signature in issued
    requests.put(part["url"], b"bridge", headers=part["headers"], timeout=60)
    entry = storage.sandbox.log(operation="putPresignedPart", status=200)[-1]
    assert signature not in entry["path"]
