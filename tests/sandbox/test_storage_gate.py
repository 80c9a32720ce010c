"""The storage gate through boto3 as it is, and through requests with presigned addresses."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import requests
from botocore.exceptions import ClientError
from storage_gate import RunningGate, config

PART = 5 * 1024 * 1024


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningGate]:
    gate = RunningGate(tmp_path_factory.mktemp("storage"))
    yield gate
    gate.stop()


@pytest.fixture
def client(running: RunningGate) -> Any:
    return running.client(running.issue("bucket/mine/"))


def refusal(call: Any, **arguments: Any) -> tuple[int, str]:
    """Status and S3 code of a call that must be refused."""
    with pytest.raises(ClientError) as caught:
        call(**arguments)
    answer = caught.value.response
    return answer["ResponseMetadata"]["HTTPStatusCode"], answer["Error"]["Code"]


def test_put_get_head_list_copy_and_delete(client: Any) -> None:
    content = os.urandom(300_000)
    put = client.put_object(Bucket="bucket", Key="mine/a ü+b%20.bin", Body=content, Metadata={"flight": "7"})
    assert put["ETag"].strip('"') == hashlib.md5(content).hexdigest()
    got = client.get_object(Bucket="bucket", Key="mine/a ü+b%20.bin")
    assert got["Body"].read() == content
    assert got["Metadata"] == {"flight": "7"}
    assert client.head_object(Bucket="bucket", Key="mine/a ü+b%20.bin")["ContentLength"] == len(content)
    client.copy_object(Bucket="bucket", Key="mine/copy", CopySource={"Bucket": "bucket", "Key": "mine/a ü+b%20.bin"})
    listed = client.list_objects_v2(Bucket="bucket", Prefix="mine/")
    assert {one["Key"]: one["Size"] for one in listed["Contents"]} == {
        "mine/a ü+b%20.bin": len(content),
        "mine/copy": len(content),
    }
    gone = client.delete_objects(
        Bucket="bucket", Delete={"Objects": [{"Key": "mine/copy"}, {"Key": "mine/a ü+b%20.bin"}]}
    )
    assert len(gone["Deleted"]) == 2
    assert "Contents" not in client.list_objects_v2(Bucket="bucket", Prefix="mine/")


def test_new_buckets_are_there_at_once(running: RunningGate, client: Any) -> None:
    for number in range(4):
        client.list_objects_v2(Bucket="bucket", Prefix="mine/")
        other = running.client(running.issue(f"bucket-{number}/"))
        assert "Contents" not in other.list_objects_v2(Bucket=f"bucket-{number}")
        other.put_object(Bucket=f"bucket-{number}", Key="x", Body=b"x")


def test_long_lists_are_paged(client: Any) -> None:
    for number in range(12):
        client.put_object(Bucket="bucket", Key=f"mine/many/{number:03d}", Body=b"x")
    pages = client.get_paginator("list_objects_v2").paginate(
        Bucket="bucket", Prefix="mine/many/", PaginationConfig={"PageSize": 5}
    )
    keys = [one["Key"] for page in pages for one in page["Contents"]]
    assert keys == [f"mine/many/{number:03d}" for number in range(12)]


def test_empty_object_and_missing_object(client: Any) -> None:
    client.put_object(Bucket="bucket", Key="mine/empty", Body=b"")
    assert client.get_object(Bucket="bucket", Key="mine/empty")["Body"].read() == b""
    assert refusal(client.get_object, Bucket="bucket", Key="mine/none") == (404, "NoSuchKey")


def test_ranges(client: Any) -> None:
    content = bytes(range(256)) * 4000
    client.put_object(Bucket="bucket", Key="mine/ranges", Body=content)
    for header, expected in (
        ("bytes=0-0", content[:1]),
        ("bytes=1000-700000", content[1000:700001]),
        ("bytes=-10", content[-10:]),
    ):
        answer = client.get_object(Bucket="bucket", Key="mine/ranges", Range=header)
        assert answer["ResponseMetadata"]["HTTPStatusCode"] == 206
        assert answer["Body"].read() == expected


def test_multipart_upload_with_listed_parts(client: Any) -> None:
    parts = [os.urandom(PART), os.urandom(PART), os.urandom(1234)]
    upload = client.create_multipart_upload(Bucket="bucket", Key="mine/large")["UploadId"]
    tags = [
        client.upload_part(Bucket="bucket", Key="mine/large", UploadId=upload, PartNumber=number, Body=part)["ETag"]
        for number, part in enumerate(parts, start=1)
    ]
    listed = client.list_parts(Bucket="bucket", Key="mine/large", UploadId=upload)["Parts"]
    assert [(one["PartNumber"], one["Size"]) for one in listed] == [(1, PART), (2, PART), (3, 1234)]
    client.complete_multipart_upload(
        Bucket="bucket",
        Key="mine/large",
        UploadId=upload,
        MultipartUpload={"Parts": [{"PartNumber": n, "ETag": tag} for n, tag in enumerate(tags, start=1)]},
    )
    assert client.get_object(Bucket="bucket", Key="mine/large")["Body"].read() == b"".join(parts)


def test_aborted_multipart_upload_leaves_nothing(client: Any) -> None:
    upload = client.create_multipart_upload(Bucket="bucket", Key="mine/aborted")["UploadId"]
    client.upload_part(Bucket="bucket", Key="mine/aborted", UploadId=upload, PartNumber=1, Body=b"x" * 100)
    client.abort_multipart_upload(Bucket="bucket", Key="mine/aborted", UploadId=upload)
    assert refusal(client.list_parts, Bucket="bucket", Key="mine/aborted", UploadId=upload)[0] == 404
    assert refusal(client.head_object, Bucket="bucket", Key="mine/aborted")[0] == 404


def test_parallel_transfer_of_a_file(running: RunningGate, client: Any, tmp_path: Path) -> None:
    source, target = tmp_path / "source", tmp_path / "target"
    source.write_bytes(os.urandom(40 * 1024 * 1024 + 17))
    client.upload_file(str(source), "bucket", "mine/file")
    client.download_file("bucket", "mine/file", str(target))
    assert target.read_bytes() == source.read_bytes()


@pytest.mark.parametrize("calculation", ["when_supported", "when_required"])
@pytest.mark.parametrize("signed", [True, False])
def test_checksum_and_signing_modes_of_boto3(running: RunningGate, calculation: str, signed: bool) -> None:
    settings = config(
        request_checksum_calculation=calculation,
        s3={"addressing_style": "path", "payload_signing_enabled": signed},
    )
    client = running.client(running.issue("bucket/modes/"), config=settings)
    content = os.urandom(200_000)
    client.put_object(Bucket="bucket", Key="modes/x", Body=content)
    assert client.get_object(Bucket="bucket", Key="modes/x")["Body"].read() == content


def test_wrong_secret_token_and_key(running: RunningGate) -> None:
    good = running.issue("bucket/wrong/")
    place = {"Bucket": "bucket", "Key": "wrong/x"}
    wrong_secret = running.client(good, aws_secret_access_key="x" * 40)
    assert refusal(wrong_secret.put_object, Body=b"x", **place) == (403, "SignatureDoesNotMatch")
    wrong_token = running.client(good, aws_session_token="x")
    assert refusal(wrong_token.put_object, Body=b"x", **place) == (400, "InvalidToken")
    wrong_key = running.client(good, aws_access_key_id="ASIAUNKNOWN")
    assert refusal(wrong_key.put_object, Body=b"x", **place) == (403, "InvalidAccessKeyId")
    assert requests.get(f"{running.gate.address}/bucket/wrong/x", timeout=60).status_code == 403
    assert refusal(running.client(good).get_object, **place) == (404, "NoSuchKey")


@pytest.mark.parametrize("key", ["other/x", "min", "mine/../other/x", "mine"])
def test_keys_outside_the_prefix(client: Any, key: str) -> None:
    assert refusal(client.put_object, Bucket="bucket", Key=key, Body=b"x") == (403, "AccessDenied")
    assert refusal(client.get_object, Bucket="bucket", Key=key) == (403, "AccessDenied")
    assert refusal(client.create_multipart_upload, Bucket="bucket", Key=key) == (403, "AccessDenied")


def test_other_ways_out_of_the_prefix(running: RunningGate, client: Any) -> None:
    other = running.client(running.issue("bucket/other/"))
    other.put_object(Bucket="bucket", Key="other/secret", Body=b"x")
    source = {"Bucket": "bucket", "Key": "other/secret"}
    denied = (403, "AccessDenied")
    assert refusal(client.copy_object, Bucket="bucket", Key="mine/x", CopySource=source) == denied
    keys = {"Objects": [{"Key": "mine/x"}, {"Key": "other/secret"}]}
    assert refusal(client.delete_objects, Bucket="bucket", Delete=keys) == denied
    assert refusal(client.list_objects_v2, Bucket="bucket", Prefix="other/") == denied
    assert refusal(client.list_objects_v2, Bucket="bucket") == denied
    assert refusal(client.list_objects_v2, Bucket="elsewhere", Prefix="mine/") == denied
    assert refusal(client.list_buckets) == denied
    assert refusal(client.delete_bucket, Bucket="bucket") == denied
    assert other.get_object(Bucket="bucket", Key="other/secret")["Body"].read() == b"x"


def test_read_only_credentials(running: RunningGate, client: Any) -> None:
    client.put_object(Bucket="bucket", Key="mine/read", Body=b"seen")
    reader = running.client(running.issue("bucket/mine/", read_only=True))
    assert reader.get_object(Bucket="bucket", Key="mine/read")["Body"].read() == b"seen"
    assert refusal(reader.put_object, Bucket="bucket", Key="mine/read", Body=b"x") == (403, "AccessDenied")


def test_credentials_that_expire_during_an_upload_and_their_successors(running: RunningGate) -> None:
    first = running.issue("bucket/expiry/")
    client = running.client(first)
    place = {"Bucket": "bucket", "Key": "expiry/x"}
    upload = client.create_multipart_upload(**place)["UploadId"]
    one = client.upload_part(UploadId=upload, PartNumber=1, Body=b"a" * PART, **place)["ETag"]
    running.call(running.gate.expire, first.AccessKeyId)
    arguments = {"UploadId": upload, "PartNumber": 2, "Body": b"b", **place}
    assert refusal(client.upload_part, **arguments) == (400, "ExpiredToken")
    successor = running.client(running.issue("bucket/expiry/"))
    two = successor.upload_part(**arguments)["ETag"]
    parts = {"Parts": [{"PartNumber": 1, "ETag": one}, {"PartNumber": 2, "ETag": two}]}
    successor.complete_multipart_upload(UploadId=upload, MultipartUpload=parts, **place)
    assert successor.get_object(**place)["Body"].read() == b"a" * PART + b"b"


def test_lifetime_follows_the_sandboxs_clock(running: RunningGate) -> None:
    client = running.client(running.issue("bucket/clock/", lifetime=timedelta(minutes=30)))
    client.put_object(Bucket="bucket", Key="clock/x", Body=b"x")
    address = client.generate_presigned_url("get_object", Params={"Bucket": "bucket", "Key": "clock/x"}, ExpiresIn=100)
    assert requests.get(address, timeout=60).content == b"x"
    running.clock.ahead = timedelta(minutes=3)
    try:
        late = requests.get(address, timeout=60)
        assert (late.status_code, "Request has expired" in late.text) == (403, True)
        client.put_object(Bucket="bucket", Key="clock/x", Body=b"y")
        running.clock.ahead = timedelta(minutes=31)
        assert refusal(client.get_object, Bucket="bucket", Key="clock/x") == (400, "ExpiredToken")
    finally:
        running.clock.ahead = timedelta()


def test_revoked_credentials(running: RunningGate) -> None:
    issued = running.issue("bucket/revoked/")
    running.call(running.gate.revoke, issued.AccessKeyId)
    client = running.client(issued)
    assert refusal(client.get_object, Bucket="bucket", Key="revoked/x") == (403, "InvalidAccessKeyId")


def test_presigned_addresses(running: RunningGate, client: Any) -> None:
    place = {"Bucket": "bucket", "Key": "mine/presigned ü.bin"}
    content = os.urandom(1_000_000)
    put = client.generate_presigned_url("put_object", Params=place, ExpiresIn=600)
    assert requests.put(put, data=content, timeout=60).status_code == 200
    get = client.generate_presigned_url("get_object", Params=place, ExpiresIn=600)
    assert requests.get(get, timeout=60).content == content
    part = requests.get(get, headers={"Range": "bytes=10-19"}, timeout=60)
    assert (part.status_code, part.content) == (206, content[10:20])
    assert requests.put(get, data=b"x", timeout=60).status_code == 403
    assert requests.get(get.replace("presigned", "elsewhere"), timeout=60).status_code == 403
    assert requests.get(get.replace("X-Amz-Expires=600", "X-Amz-Expires=60000"), timeout=60).status_code == 403


def test_presigned_parts(running: RunningGate, client: Any) -> None:
    place = {"Bucket": "bucket", "Key": "mine/parts"}
    upload = client.create_multipart_upload(**place)["UploadId"]
    tags = []
    for number, content in ((1, b"a" * PART), (2, b"b" * 10)):
        address = client.generate_presigned_url(
            "upload_part", Params={**place, "UploadId": upload, "PartNumber": number}, ExpiresIn=600
        )
        tags.append({"PartNumber": number, "ETag": requests.put(address, data=content, timeout=60).headers["ETag"]})
    client.complete_multipart_upload(UploadId=upload, MultipartUpload={"Parts": tags}, **place)
    assert client.head_object(**place)["ContentLength"] == PART + 10
