"""The gate before the storage: checks signature, expiry and prefix, then passes the request on."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta, timezone
from pathlib import Path

from ..faults import Fault
from . import access, signature
from .backend import Backend, BackendError
from .credentials import Credentials, CredentialStore, Grant
from .errors import StorageError
from .messages import Head, Malformed
from .session import BUFFER, Session
from .signature import Signed

LONGEST_LOG = 200_000
Trouble = Callable[[str, str], "Fault | None"]


def utc_now() -> datetime:
    """The time of this machine."""
    return datetime.now(timezone.utc)


class StorageGate:
    """S3 on a free port of this machine for those who hold credentials that :meth:`issue` gave.

    ``address``: for clients' ``endpoint_url``. Path-style addressing, any region. Signed by header or presigned.
    Expiry is judged by ``now``, the sandbox's clock; whether a request is fresh, by this machine's. ``trouble`` is
    asked of every request's method and path; ``log`` holds these and the statuses.
    """

    def __init__(self, folder: Path, now: Callable[[], datetime] = utc_now,
                 trouble: Trouble = lambda method, path: None) -> None:
        self.address = ""
        self._folder = folder
        self._now = now
        self._credentials = CredentialStore(now)
        self._backend = Backend()
        self._server: asyncio.Server | None = None
        self._starting = asyncio.Lock()
        self._started = False
        self._own: dict[str, Grant] = {}
        self.trouble = trouble
        self.log: deque[tuple[str, str, int]] = deque(maxlen=LONGEST_LOG)
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

    async def awake(self) -> None:
        """As :meth:`started`, for a request: raises StorageError."""
        try:
            await self.started()
        except BackendError as error:
            raise StorageError("InternalError", str(error)) from error

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
        session = Session(self, self._backend, reader, writer)
        try:
            while await session.serve_one():
                continue
        except (ConnectionError, Malformed, asyncio.IncompleteReadError):
            writer.transport.abort()
        except asyncio.CancelledError:
            writer.transport.abort()
        finally:
            session.close()

    def note(self, method: str, path: str, status: int) -> None:
        """Takes down how a request was answered."""
        self.log.append((method, path, status))

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
