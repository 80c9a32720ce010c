"""The gate before the storage: checks signature, expiry and prefix, then passes the request on."""

from __future__ import annotations

import asyncio
import contextlib
import secrets
from collections.abc import AsyncIterator, Callable, Iterable
from datetime import datetime, timedelta, timezone
from pathlib import Path

from . import access, bodies, signature
from .backend import Backend
from .credentials import Credentials, CredentialStore, Grant
from .errors import StorageError
from .messages import PIECE, Answer, Head, Malformed, read_answer, read_chunked, read_head
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


def utc_now() -> datetime:
    """The time of this machine."""
    return datetime.now(timezone.utc)


class StorageGate:
    """S3 on a free port of this machine for those who hold credentials that :meth:`issue` gave.

    ``address``: for clients' ``endpoint_url``. Path-style addressing, any region. Signed by header or presigned.
    Expiry is judged by ``now``, the sandbox's clock; whether a request is fresh, by this machine's.
    """

    def __init__(self, folder: Path, now: Callable[[], datetime] = utc_now) -> None:
        self.address = ""
        self._folder = folder
        self._now = now
        self._credentials = CredentialStore(now)
        self._backend = Backend()
        self._server: asyncio.Server | None = None
        self._starting = asyncio.Lock()
        self._started = False
        self._own: dict[str, Grant] = {}
        self._clients: set[asyncio.Task[None]] = set()

    async def start(self, at_once: bool = True) -> None:
        """Starts storage and gate, or only the gate: then the storage starts with the first request that is let in.
        Raises BackendError."""
        self._folder.mkdir(parents=True, exist_ok=True)
        if at_once:
            await self.started()
        self._server = await asyncio.start_server(self._welcome, "127.0.0.1", 0, limit=BUFFER)
        self.address = f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"

    async def started(self) -> None:
        """The storage is running from now on."""
        async with self._starting:
            if not self._started:
                await self._backend.start(self._folder)
                self._started = True

    async def stop(self) -> None:
        """Ends all connections and the storage process."""
        if self._server is not None:
            self._server.close()
        for task in list(self._clients):
            task.cancel()
        await asyncio.gather(*self._clients, return_exceptions=True)
        await self._backend.stop()

    def issue(self, prefix: str | Iterable[str], lifetime: timedelta = timedelta(hours=12),
              read_only: bool = False) -> Credentials:
        """Temporary credentials for ``bucket/prefix``, one or several; a bucket is made where it is missing. End the
        prefix with a slash to grant a folder and not also its namesakes."""
        grant = self._credentials.issue([prefix] if isinstance(prefix, str) else prefix, lifetime, read_only)
        for bucket in grant.buckets:
            (self._folder / bucket).mkdir(parents=True, exist_ok=True)
        return grant.credentials

    def presign(self, bucket: str, key: str, seconds: int) -> str:
        """A signed address of an object, good for a GET during that time."""
        grant = self._own.get(bucket)
        end = self._now() + timedelta(seconds=seconds)
        if grant is None or self._credentials.find(grant.credentials.AccessKeyId).credentials.Expiration < end:
            grant = self._credentials.issue([bucket + "/"], timedelta(seconds=max(seconds, 7 * 24 * 3600)), True)
            self._own[bucket] = grant
        return signature.presign(self.address, f"/{bucket}/{key}", grant.credentials, self._now(), seconds)

    def path(self, bucket: str, key: str) -> Path:
        """The place of an object on this machine. Raises StorageError for a key that climbs out."""
        if any(part in ("", ".", "..") for part in (bucket, *key.split("/"))):
            raise StorageError("NoSuchKey", "The specified key does not exist.")
        return self._folder / bucket / key

    def expire(self, access_key: str | None = None) -> int:
        """Ends credentials now, all without an argument; their next request gets ExpiredToken."""
        return self._credentials.expire(access_key)

    def revoke(self, access_key: str) -> None:
        """Forgets credentials; their next request gets InvalidAccessKeyId."""
        self._credentials.revoke(access_key)

    async def _welcome(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        if task is not None:
            self._clients.add(task)
            task.add_done_callback(self._clients.discard)
        session = _Session(self, self._backend, reader, writer)
        try:
            while await session.serve_one():
                continue
        except (ConnectionError, Malformed, asyncio.IncompleteReadError):
            writer.transport.abort()
        except asyncio.CancelledError:
            writer.transport.abort()
        finally:
            session.close()

    def authorize(self, head: Head) -> tuple[Signed, Grant]:
        """Checks a request's head. Raises StorageError."""
        signed = signature.read(head)
        grant = self._credentials.find(signed.access_key)
        signature.verify(head, signed, grant.credentials.SecretAccessKey)
        if signed.expires is not None and self._now() >= signed.expires:
            raise StorageError("AccessDenied", "Request has expired")
        self._credentials.require_valid(grant, signed.token)
        access.check(grant, head)
        return signed, grant


class _Session:
    """One client's connection, with a connection of its own to the storage."""

    def __init__(
        self, gate: StorageGate, backend: Backend, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        self._gate = gate
        self._backend = backend
        self._reader = reader
        self._writer = writer
        self._upstream: Connection | None = None

    def close(self) -> None:
        self._writer.close()
        self._drop_upstream()

    async def serve_one(self) -> bool:
        """Serves the next request; False when the connection is to be closed."""
        first = await read_head(self._reader)
        if first is None:
            return False
        head, raw_query = first
        wanted_open = head.headers.get("connection", "").lower() != "close"
        try:
            signed, grant = self._gate.authorize(head)
            length = bodies.content_length(head, signed)
            if head.headers.get("expect", "").lower() == "100-continue":
                self._writer.write(b"HTTP/1.1 100 Continue\r\n\r\n")
            body = bodies.body_of(head, signed, grant.credentials.SecretAccessKey, self._reader)
            if access.is_delete(head):
                body = await _whole(body, access.split(head.path)[0], length, grant)
            await self._gate.started()
            await self._pass_on(head, raw_query, body, length)
        except StorageError as error:
            self._drop_upstream()
            await self._refuse(head, error)
            return False
        return wanted_open

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
        held = b""
        async for piece in body:
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
            while left:
                piece = await reader.read(min(PIECE, left))
                if not piece:
                    raise ConnectionResetError("The storage closed the connection.")
                left -= len(piece)
                self._writer.write(piece)
                await self._writer.drain()
        await self._writer.drain()
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
