"""Bodies of uploads: read in pieces, unwrapped where they come in signed chunks, and checked."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import secrets
import zlib
from collections.abc import AsyncIterator
from typing import Protocol

from . import signature
from .errors import StorageError
from .messages import PIECE, Head
from .signature import Signed

STREAMED = "STREAMING-"
LONGEST_LINE = 4096


class _Digest(Protocol):
    def update(self, data: bytes, /) -> None: ...

    def digest(self) -> bytes: ...


class _Crc32:
    def __init__(self) -> None:
        self._value = 0

    def update(self, data: bytes, /) -> None:
        self._value = zlib.crc32(data, self._value)

    def digest(self) -> bytes:
        return self._value.to_bytes(4, "big")


def body_of(head: Head, signed: Signed, secret: str, reader: asyncio.StreamReader) -> AsyncIterator[bytes]:
    """The body's content, piece by piece. The iteration ends with a StorageError when the content is not what was
    signed or promised, so a consumer that holds back the last piece never passes on a wrong body as a whole one."""
    length = head.length or 0
    if signed.payload.startswith(STREAMED):
        return _Chunks(head, signed, secret, reader).pieces()
    return _plain(head, signed.payload, length, reader)


def content_length(head: Head, signed: Signed) -> int:
    """Bytes of the content without its wrapping. Raises StorageError when not announced."""
    if signed.payload.startswith(STREAMED):
        value = head.headers.get("x-amz-decoded-content-length", "")
        if not value.isdigit():
            raise StorageError("MissingContentLength", "The length of the content is missing.")
        return int(value)
    if head.length is None:
        if head.method in ("PUT", "POST") and "transfer-encoding" in head.headers:
            raise StorageError("MissingContentLength", "The length of the content is missing.")
        return 0
    return head.length


async def _plain(head: Head, payload: str, length: int, reader: asyncio.StreamReader) -> AsyncIterator[bytes]:
    hashed = hashlib.sha256() if payload != signature.UNSIGNED else None
    checksums = _checksums(head.headers)
    async for piece in _exactly(reader, length):
        if hashed is not None:
            hashed.update(piece)
        for digest in checksums.values():
            digest.update(piece)
        yield piece
    if hashed is not None and not secrets.compare_digest(hashed.hexdigest(), payload):
        raise StorageError("XAmzContentSHA256Mismatch", "The content is not the one that was signed.")
    _compare(checksums, head.headers)


async def _exactly(reader: asyncio.StreamReader, length: int) -> AsyncIterator[bytes]:
    while length:
        piece = await reader.read(min(PIECE, length))
        if not piece:
            raise StorageError("IncompleteBody", "The connection ended before the body did.")
        length -= len(piece)
        yield piece


class _Chunks:
    """The ``aws-chunked`` wrapping: sizes in hexadecimal, each chunk signed or not, perhaps checksums at the end."""

    def __init__(self, head: Head, signed: Signed, secret: str, reader: asyncio.StreamReader) -> None:
        self._reader = reader
        self._signed = signed
        self._length = content_length(head, signed)
        self._has_trailer = signed.payload.endswith("-TRAILER")
        self._key = signature.signing_key(secret, signed.scope) if "UNSIGNED" not in signed.payload else None
        self._previous = signed.signature
        announced = head.headers.get("x-amz-trailer", "").lower()
        self._checksums = _checksums({name.strip(): "" for name in announced.split(",")})

    async def pieces(self) -> AsyncIterator[bytes]:
        received = 0
        while True:
            size, chunk_signature = self._header(await self._line())
            hashed = hashlib.sha256()
            async for piece in _exactly(self._reader, size):
                received += len(piece)
                if self._key is not None:
                    hashed.update(piece)
                for digest in self._checksums.values():
                    digest.update(piece)
                if size and received > self._length:
                    raise StorageError("InvalidRequest", "The content is longer than announced.")
                yield piece
            self._check(chunk_signature, hashed.hexdigest())
            if not size:
                break
            await self._line()
        trailer = await self._trailer()
        if received != self._length:
            raise StorageError("IncompleteBody", "The content is shorter than announced.")
        _compare(self._checksums, trailer)

    async def _line(self) -> bytes:
        try:
            line = await self._reader.readuntil(b"\r\n")
        except asyncio.IncompleteReadError as error:
            raise StorageError("IncompleteBody", "The connection ended before the body did.") from error
        if len(line) > LONGEST_LINE:
            raise StorageError("InvalidRequest", "A chunk of the body is malformed.")
        return line[:-2]

    @staticmethod
    def _header(line: bytes) -> tuple[int, str]:
        size, _, extension = line.decode("latin-1").partition(";")
        try:
            return int(size, 16), extension.removeprefix("chunk-signature=")
        except ValueError as error:
            raise StorageError("InvalidRequest", "A chunk of the body is malformed.") from error

    def _check(self, claimed: str, content_hash: str) -> None:
        if self._key is None:
            return
        parts = [f"{signature.ALGORITHM}-PAYLOAD", self._signed.date, self._signed.scope, self._previous]
        text = "\n".join([*parts, signature.EMPTY_HASH, content_hash])
        self._compare_signature(claimed, text)

    def _compare_signature(self, claimed: str, text: str) -> None:
        expected = hmac.new(self._key or b"", text.encode(), hashlib.sha256).hexdigest()
        if not secrets.compare_digest(expected, claimed):
            raise StorageError("SignatureDoesNotMatch", "The signature of a chunk does not match its content.")
        self._previous = expected

    async def _trailer(self) -> dict[str, str]:
        fields: dict[str, str] = {}
        while line := await self._line():
            name, _, value = line.decode("latin-1").partition(":")
            fields[name.strip().lower()] = value.strip()
        claimed = fields.pop("x-amz-trailer-signature", "")
        if self._has_trailer and self._key is not None:
            content = "".join(f"{name}:{value}\n" for name, value in fields.items())
            parts = [f"{signature.ALGORITHM}-TRAILER", self._signed.date, self._signed.scope, self._previous]
            self._compare_signature(claimed, "\n".join([*parts, hashlib.sha256(content.encode()).hexdigest()]))
        return fields


def _checksums(names: dict[str, str]) -> dict[str, _Digest]:
    """Digests for the announced checksums that Python's library can compute; the others are taken as they are."""
    known = {
        "x-amz-checksum-crc32": _Crc32,
        "x-amz-checksum-sha1": lambda: hashlib.sha1(usedforsecurity=False),
        "x-amz-checksum-sha256": hashlib.sha256,
    }
    return {name: known[name]() for name in names if name in known}


def _compare(checksums: dict[str, _Digest], claimed: dict[str, str]) -> None:
    for name, digest in checksums.items():
        if base64.b64encode(digest.digest()).decode() != claimed.get(name):
            raise StorageError("BadDigest", f"The content does not have the checksum that {name} promised.")
