"""Trouble on demand in the sandbox's S3 storage, and its list of requests."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError, ConnectionClosedError, ResponseStreamingError
from sandbox_process import SandboxProcess
from storage_gate import RunningGate

PLACE = {"Bucket": "bucket", "Key": "mine/a b.bin"}


@pytest.fixture
def client(sandbox: SandboxProcess) -> Iterator[Any]:
    given = sandbox.control("POST", "storage/credentials", {"prefix": "bucket/mine/"})
    made = boto3.client("s3", endpoint_url=given["endpoint"], region_name="us-east-1",
                        aws_access_key_id=given["AccessKeyId"], aws_session_token=given["SessionToken"],
                        aws_secret_access_key=given["SecretAccessKey"],
                        config=Config(retries={"total_max_attempts": 1}))
    yield made
    made.close()


def stored(sandbox: SandboxProcess) -> bool:
    return Path(sandbox.ready["folder"], "storage/bucket/mine/a b.bin").exists()


def refused(call: Any, **arguments: Any) -> str:
    with pytest.raises(ClientError) as found:
        call(**arguments)
    return str(found.value.response["Error"]["Code"])


@pytest.mark.parametrize(("status", "code"), [(503, "SlowDown"), (500, "InternalError")])
def test_a_refusal_leaves_nothing(sandbox: SandboxProcess, client: Any, status: int, code: str) -> None:
    sandbox.fault(kind="status", operation="storage", method="PUT", status=status)
    assert refused(client.put_object, Body=b"x", **PLACE) == code
    assert not stored(sandbox)
    client.put_object(Body=b"x", **PLACE)
    assert stored(sandbox)


@pytest.mark.parametrize(("kind", "there"), [("cut", False), ("lost_cut", True)])
def test_a_cut_connection(sandbox: SandboxProcess, client: Any, kind: str, there: bool) -> None:
    sandbox.fault(kind=kind, operation="storage", path="/bucket/mine/a b.bin")
    with pytest.raises(ConnectionClosedError):
        client.put_object(Body=b"x", **PLACE)
    assert stored(sandbox) is there


def test_a_slow_upload_arrives_whole_in_its_time(sandbox: SandboxProcess, client: Any) -> None:
    sandbox.fault(kind="slow_upload", operation="storage", bytes_per_second=1_000_000)
    begun = time.monotonic()
    client.put_object(Body=b"x" * 1_500_000, **PLACE)
    assert stored(sandbox) and time.monotonic() - begun > 1.4
    client.put_object(Body=b"y" * 1_500_000, **PLACE)
    assert sandbox.control("GET", "faults")["faults"][0]["hits"] == 1


def test_a_lost_answer(sandbox: SandboxProcess, client: Any) -> None:
    sandbox.fault(kind="lost", operation="storage")
    assert refused(client.put_object, Body=b"x", **PLACE) == "InternalError"
    assert stored(sandbox)


def test_an_answer_that_breaks_off(sandbox: SandboxProcess, client: Any) -> None:
    client.put_object(Body=b"x" * 3_000_000, **PLACE)
    sandbox.fault(kind="cut_answer", operation="storage", method="GET", fraction=0.5)
    with pytest.raises((ResponseStreamingError, ConnectionError)):
        client.get_object(**PLACE)["Body"].read()
    assert len(client.get_object(**PLACE)["Body"].read()) == 3_000_000


def test_credentials_end_in_the_middle(sandbox: SandboxProcess, client: Any) -> None:
    sandbox.fault(kind="expired", operation="storage", method="PUT", after=2)
    for number in range(2):
        client.put_object(Bucket="bucket", Key=f"mine/{number}.jpg", Body=b"x")
    for _ in range(2):
        assert refused(client.put_object, Body=b"x", **PLACE) == "ExpiredToken"
    asked = sandbox.control("GET", "storage/requests?method=PUT")
    assert [(one["path"], one["status"]) for one in asked] == [
        ("/bucket/mine/0.jpg", 200), ("/bucket/mine/1.jpg", 200), ("/bucket/mine/a b.bin", 400),
        ("/bucket/mine/a b.bin", 400)]


def test_a_storage_that_does_not_start_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sandbox.storage.backend.program", lambda: "/usr/bin/false")
    running = RunningGate(tmp_path / "storage", at_once=False)
    client = running.client(running.issue("bucket/"))
    try:
        with pytest.raises(ClientError, match="The storage did not start"):
            client.put_object(Bucket="bucket", Key="a", Body=b"x")
        monkeypatch.undo()
        client.put_object(Bucket="bucket", Key="a", Body=b"x")
    finally:
        client.close()
        running.stop()


def test_trouble_for_everybody_spares_the_storage(sandbox: SandboxProcess, client: Any) -> None:
    sandbox.fault(kind="status", status=500)
    client.put_object(Body=b"x", **PLACE)
    assert stored(sandbox)
    sandbox.reset()
    assert sandbox.control("GET", "storage/requests") == []
