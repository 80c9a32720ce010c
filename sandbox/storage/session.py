"""One client's connection to the storage gate."""

from __future__ import annotations

import asyncio
import contextlib
import secrets
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Protocol
from urllib.parse import unquote

from ..faults import Fault
from . import access, bodies, signature
from .backend import Backend
from .credentials import Grant
from .errors import StorageError
from .messages import PIECE, Answer, Head, read_answer, read_chunked, read_head
from .signature import Signed

BUFFER = 4 * PIECE
LARGEST_DELETE = 2 * 1024 * 1024
BODILESS = (204, 304)
OWN_QUERY = "X-Amz-"
NOT_PASSED_ON = {
    "authorization", "connection", "content-encoding", "content-length", "expect", "x-amz-acl", "x-amz-content-sha256",
    "x-amz-date", "x-amz-decoded-content-length", "x-amz-sdk-checksum-algorithm", "x-amz-security-token",
    "x-amz-trailer",
}  # fmt: skip

Connection = tuple[asyncio.StreamReader, asyncio.StreamWriter]


class Gate(Protocol):
    """What a session asks of its gate."""

    def authorize(self, head: Head) -> tuple[Signed, Grant]:
        """Checks a request's head. Raises StorageError."""

    def trouble(self, method: str, path: str) -> Fault | None:
        """What a request is to suffer on purpose."""

    def expire(self, access_key: str | None = None) -> int:
        """Ends credentials."""

    def note(self, method: str, path: str, status: int) -> None:
        """Takes down how a request was answered."""

    def path(self, bucket: str, key: str) -> Path:
        """The place of an object."""

    async def awake(self) -> None:
        """The storage is running from now on. Raises StorageError."""


class Session:
    """One client's connection, with a connection of its own to the storage."""

    def __init__(
        self, gate: Gate, backend: Backend, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        self._gate = gate
        self._backend = backend
        self._reader = reader
        self._writer = writer
        self._upstream: Connection | None = None
        self._fault: Fault | None = None

    def close(self) -> None:
        """End both connections."""
        self._writer.close()
        self._drop_upstream()

    async def serve_one(self) -> bool:
        """Serves the next request; False when the connection is to be closed."""
        first = await read_head(self._reader)
        if first is None:
            return False
        head, raw_query = first
        wanted_open = head.headers.get("connection", "").lower() != "close"
        self._fault = self._gate.trouble(head.method, unquote(head.path))
        try:
            await self._make_trouble(head)
            signed, grant = self._gate.authorize(head)
            length = bodies.content_length(head, signed)
            if head.headers.get("expect", "").lower() == "100-continue":
                self._writer.write(b"HTTP/1.1 100 Continue\r\n\r\n")
            body = bodies.body_of(head, signed, grant.credentials.SecretAccessKey, self._reader)
            if access.is_delete(head):
                body = await _whole(body, access.split(head.path)[0], length, grant)
            await self._gate.awake()
            await self._pass_on(head, raw_query, body, length)
        except StorageError as error:
            self._drop_upstream()
            await self._refuse(head, error)
            return False
        return wanted_open

    async def _make_trouble(self, head: Head) -> None:
        """The kinds of :mod:`sandbox.faults` that come before the work."""
        fault = self._fault
        if fault is None:
            return
        if fault.kind == "delay":
            await asyncio.sleep(fault.seconds)
        elif fault.kind == "cut":
            raise ConnectionResetError("Cut on purpose.")
        elif fault.kind == "status":
            raise StorageError("SlowDown" if fault.status in (429, 503) else "InternalError", "In trouble on purpose.")
        elif fault.kind == "expired":
            self._gate.expire(signature.read(head).access_key)

    async def _pass_on(self, head: Head, raw_query: str, body: AsyncIterator[bytes], length: int,
                       tries: int = 20) -> None:
        forward = Head(
            head.method,
            head.path,
            [pair for pair in head.query if not pair[0].startswith(OWN_QUERY)],
            {
                name: value
                for name, value in head.headers.items()
                if name not in NOT_PASSED_ON and not name.startswith("x-amz-checksum-")
            },
        )
        forward.headers["host"] = f"{self._backend.host}:{self._backend.port}"
        forward.headers["content-length"] = str(length)
        signature.sign(forward, self._backend.access_key, self._backend.secret)
        query = "&".join(part for part in raw_query.split("&") if not part.startswith(OWN_QUERY))
        reader, writer = await self._connect()
        await self._make_bucket(access.split(head.path)[0])
        writer.write(forward.encode(query))
        held, fault = b"", self._fault
        async for piece in body:
            if fault is not None and fault.kind == "slow_upload":
                await asyncio.sleep(len(piece) / fault.bytes_per_second)
            if held:
                writer.write(held)
                await writer.drain()
            held = piece
        writer.write(held)
        await writer.drain()
        answer = await read_answer(reader)
        if answer.status == 404 and head.method in access.READING and self._is_there(head) and tries:
            # Put there by the sandbox itself: the storage sees it when its list of the folder is a second old.
            self._drop_upstream()
            await asyncio.sleep(0.1)
            await self._pass_on(head, raw_query, body, length, tries - 1)
            return
        await self._answer(head, answer, reader)

    def _is_there(self, head: Head) -> bool:
        bucket, key = access.split(head.path)
        return bool(key) and self._gate.path(bucket, key).is_file()

    async def _answer(self, head: Head, answer: Answer, reader: asyncio.StreamReader) -> None:
        fault = self._fault
        if fault is not None and fault.kind == "lost_cut":
            raise ConnectionResetError("Cut on purpose.")
        if fault is not None and fault.kind == "lost":
            raise StorageError("InternalError", "Lost on purpose.")
        closes = answer.headers.pop("connection", "").lower() == "close"
        if answer.status == 200 and "content-range" in answer.headers:
            answer.status, answer.reason = 206, "Partial Content"  # rclone 1.75 sends the range but says 200
        if answer.chunked and head.method != "HEAD":
            content = await read_chunked(reader)
            del answer.headers["transfer-encoding"]
            answer.headers["content-length"] = str(len(content))
            self._writer.write(answer.encode() + content)
        else:
            self._writer.write(answer.encode())
            left = 0 if head.method == "HEAD" or answer.status in BODILESS else answer.length
            end = int(left * (1 - fault.fraction)) if fault is not None and fault.kind == "cut_answer" else 0
            while left:
                piece = await reader.read(min(PIECE, left))
                if not piece:
                    raise ConnectionResetError("The storage closed the connection.")
                left -= len(piece)
                self._writer.write(piece)
                await self._writer.drain()
                if fault is not None and fault.kind == "slow_answer":
                    await asyncio.sleep(len(piece) / fault.bytes_per_second)
                if left <= end and end:
                    raise ConnectionResetError("Cut on purpose.")
        await self._writer.drain()
        self._gate.note(head.method, unquote(head.path), answer.status)
        if closes:
            self._drop_upstream()

    async def _refuse(self, head: Head, error: StorageError) -> None:
        request_id = secrets.token_hex(8).upper()
        document = b"" if head.method == "HEAD" else error.document(head.path, request_id)
        answer = Answer(error.status, error.code, {
            "content-type": "application/xml",
            "content-length": str(len(document)),
            "x-amz-request-id": request_id,
            "connection": "close",
        })  # fmt: skip
        self._writer.write(answer.encode() + document)
        await self._writer.drain()
        self._gate.note(head.method, unquote(head.path), error.status)
        # Closing while the client still sends would reset the connection and lose the answer on its way.
        self._writer.write_eof()
        with contextlib.suppress(asyncio.TimeoutError):
            await asyncio.wait_for(self._discard(), 5)

    async def _discard(self) -> None:
        while await self._reader.read(PIECE):
            continue

    async def _make_bucket(self, bucket: str) -> None:
        """Makes sure that the storage knows a bucket, which it would otherwise notice a second late."""
        if bucket in self._backend.buckets:
            return
        reader, writer = await self._connect()
        host = f"{self._backend.host}:{self._backend.port}"
        head = Head("PUT", f"/{bucket}", [], {"host": host, "content-length": "0"})
        signature.sign(head, self._backend.access_key, self._backend.secret)
        writer.write(head.encode(""))
        answer = await read_answer(reader)
        # One that exists already is refused, which is as well.
        await (read_chunked(reader) if answer.chunked else reader.readexactly(answer.length))
        self._backend.buckets.add(bucket)

    async def _connect(self) -> Connection:
        if self._upstream is None or self._upstream[0].at_eof():
            self._drop_upstream()
            self._upstream = await asyncio.open_connection(self._backend.host, self._backend.port, limit=BUFFER)
        return self._upstream

    def _drop_upstream(self) -> None:
        if self._upstream is not None:
            self._upstream[1].transport.abort()
            self._upstream = None


async def _whole(body: AsyncIterator[bytes], bucket: str, length: int, grant: Grant) -> AsyncIterator[bytes]:
    """The body of a multi-object delete, read and checked before any of it is passed on."""
    if length > LARGEST_DELETE:
        raise StorageError("MalformedXML", "The list of keys to be deleted is too long.")
    content = b"".join([piece async for piece in body])
    access.check_delete(grant, bucket, content)

    async def once() -> AsyncIterator[bytes]:
        yield content

    return once()
