"""Bodies of uploads against the published examples of AWS and against what botocore wraps and signs."""

from __future__ import annotations

import asyncio
import io
import os
import socket
from collections.abc import Iterator
from typing import Any

import pytest
import requests
from botocore.auth import S3SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials as BotocoreCredentials
from botocore.exceptions import ClientError
from botocore.httpchecksum import AwsChunkedWrapper, Crc32Checksum
from storage_gate import RunningGate

from sandbox.storage import Credentials, bodies, signature
from sandbox.storage.errors import StorageError
from sandbox.storage.messages import Head

# Published by AWS: "Signature calculations for the authorization header: transferring a payload in multiple chunks".
SECRET = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"  # pragma: allowlist secret
SEED = "4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9"
CHUNKS = (
    (65536, "ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648"),
    (1024, "0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497"),
    (0, "b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9"),
)
HEADERS = {
    "host": "s3.amazonaws.com",
    "x-amz-date": "20130524T000000Z",
    "x-amz-storage-class": "REDUCED_REDUNDANCY",
    "x-amz-content-sha256": "STREAMING-AWS4-HMAC-SHA256-PAYLOAD",
    "content-encoding": "aws-chunked",
    "x-amz-decoded-content-length": "66560",
    "content-length": "66824",
}


def published() -> tuple[Head, signature.Signed]:
    head = Head("PUT", "/examplebucket/chunkObject.txt", [], dict(HEADERS))
    signed = signature.Signed(
        "AKIAIOSFODNN7EXAMPLE", "20130524/us-east-1/s3/aws4_request", HEADERS["x-amz-date"], tuple(sorted(HEADERS)),
        SEED, "", HEADERS["x-amz-content-sha256"], None,
    )  # fmt: skip
    return head, signed


def wrapped(letter: bytes = b"a") -> bytes:
    first, rest = CHUNKS[0], CHUNKS[1:]
    body = b"%x;chunk-signature=%s\r\n%s\r\n" % (first[0], first[1].encode(), b"a" * first[0])
    for size, claimed in rest:
        body += b"%x;chunk-signature=%s\r\n%s\r\n" % (size, claimed.encode(), letter * size)
    return body


def unwrap(body: bytes) -> bytes:
    async def work() -> bytes:
        reader = asyncio.StreamReader()
        reader.feed_data(body)
        reader.feed_eof()
        head, signed = published()
        return b"".join([piece async for piece in bodies.body_of(head, signed, SECRET, reader)])

    return asyncio.run(work())


def test_published_seed_signature() -> None:
    head, signed = published()
    signature.verify(head, signed, SECRET)
    head.headers["x-amz-storage-class"] = "STANDARD"
    with pytest.raises(StorageError) as caught:
        signature.verify(head, signed, SECRET)
    assert caught.value.code == "SignatureDoesNotMatch"


def test_published_signed_chunks() -> None:
    assert len(wrapped()) == int(HEADERS["content-length"])
    assert unwrap(wrapped()) == b"a" * 66560


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (wrapped(b"b"), "SignatureDoesNotMatch"),
        (wrapped()[:-100], "IncompleteBody"),
        (wrapped()[:1000], "IncompleteBody"),
        (b"zz;chunk-signature=0\r\n", "InvalidRequest"),
    ],
)
def test_signed_chunks_that_are_wrong(body: bytes, code: str) -> None:
    with pytest.raises(StorageError) as caught:
        unwrap(body)
    assert caught.value.code == code


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningGate]:
    gate = RunningGate(tmp_path_factory.mktemp("storage"))
    yield gate
    gate.stop()


@pytest.fixture(scope="module")
def issued(running: RunningGate) -> Credentials:
    return running.issue("bucket/")


def signed_headers(running: RunningGate, issued: Credentials, key: str, **request: Any) -> dict[str, str]:
    """The headers with which botocore would send a PUT."""
    context = request.pop("context", {})
    made = AWSRequest("PUT", f"{running.gate.address}/bucket/{key}", **request)
    made.context.update(context)
    holder = BotocoreCredentials(issued.AccessKeyId, issued.SecretAccessKey, issued.SessionToken)
    S3SigV4Auth(holder, "s3", "us-east-1").add_auth(made)
    return dict(made.headers.items())


def test_content_that_is_not_the_signed_one_never_becomes_an_object(running: RunningGate, issued: Credentials) -> None:
    content = os.urandom(1_000_000)
    headers = signed_headers(running, issued, "forged", data=content)
    forged = content[:-1] + bytes([content[-1] ^ 1])
    answer = requests.put(f"{running.gate.address}/bucket/forged", data=forged, headers=headers, timeout=30)
    assert (answer.status_code, "XAmzContentSHA256Mismatch" in answer.text) == (400, True)
    with pytest.raises(ClientError) as caught:
        running.client(issued).head_object(Bucket="bucket", Key="forged")
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 404


@pytest.mark.parametrize("whole", [True, False])
def test_unsigned_payload_with_checksum_at_its_end(running: RunningGate, issued: Credentials, whole: bool) -> None:
    content = os.urandom(700_000)
    key = f"trailer-{whole}"
    body = AwsChunkedWrapper(
        io.BytesIO(content), checksum_cls=Crc32Checksum, checksum_name="x-amz-checksum-crc32", chunk_size=100_000
    ).read()
    headers = signed_headers(
        running,
        issued,
        key,
        headers={
            "Content-Encoding": "aws-chunked",
            "X-Amz-Trailer": "x-amz-checksum-crc32",
            "X-Amz-Decoded-Content-Length": str(len(content)),
        },
        context={"checksum": {"request_algorithm": {"in": "trailer"}}},
    )
    assert headers["X-Amz-Content-SHA256"] == "STREAMING-UNSIGNED-PAYLOAD-TRAILER"
    if not whole:
        middle = len(body) // 2
        body = body[:middle] + bytes([body[middle] ^ 1]) + body[middle + 1 :]
    answer = requests.put(f"{running.gate.address}/bucket/{key}", data=body, headers=headers, timeout=30)
    client = running.client(issued)
    if whole:
        assert answer.status_code == 200
        assert client.get_object(Bucket="bucket", Key=key)["Body"].read() == content
    else:
        assert (answer.status_code, "BadDigest" in answer.text) == (400, True)
        with pytest.raises(ClientError):
            client.head_object(Bucket="bucket", Key=key)


@pytest.mark.parametrize("hidden", ['<a:Key xmlns:a="x">other/x</a:Key >', "<Key ><![CDATA[other/x]]></Key>"])
def test_keys_written_in_another_way_are_not_deleted(running: RunningGate, hidden: str) -> None:
    other = running.client(running.issue("bucket/other/"))
    other.put_object(Bucket="bucket", Key="other/x", Body=b"kept")
    mine = running.issue("bucket/mine/")
    body = f"<Delete><Object><Key>mine/x</Key></Object><Object>{hidden}</Object></Delete>".encode()
    address = f"{running.gate.address}/bucket?delete="
    made = AWSRequest("POST", address, data=body)
    holder = BotocoreCredentials(mine.AccessKeyId, mine.SecretAccessKey, mine.SessionToken)
    S3SigV4Auth(holder, "s3", "us-east-1").add_auth(made)
    answer = requests.post(address, data=body, headers=dict(made.headers.items()), timeout=30)
    assert (answer.status_code, "MalformedXML" in answer.text) == (400, True)
    assert other.get_object(Bucket="bucket", Key="other/x")["Body"].read() == b"kept"


def test_body_without_length(running: RunningGate, issued: Credentials) -> None:
    headers = signed_headers(running, issued, "endless", data=b"")
    answer = requests.put(
        f"{running.gate.address}/bucket/endless", data=iter([b"x"] * 3), headers=headers, timeout=30
    )
    assert (answer.status_code, "MissingContentLength" in answer.text) == (411, True)


def test_malformed_request_lines_only_cost_their_connection(running: RunningGate, issued: Credentials) -> None:
    host, port = running.gate.address.removeprefix("http://").split(":")
    for nonsense in (b"\x16\x03\x01nonsense", b"GET nowhere HTTP/1.1", b"GET / HTTP/1.1\r\nbad"):
        with socket.create_connection((host, int(port)), timeout=10) as connection:
            connection.sendall(nonsense + b"\r\n\r\n")
            try:
                assert connection.recv(1000) == b""
            except ConnectionResetError:
                continue
    running.client(issued).put_object(Bucket="bucket", Key="after", Body=b"x")
