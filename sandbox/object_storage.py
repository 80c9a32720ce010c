"""The S3 storage beside the platforms: its life and its control calls."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

from .clock import Clock
from .faults import STORAGE, Fault, Faults
from .issued import Issued
from .storage import Credentials, StorageGate
from .storage import start as start_gate
from .storage.errors import StorageError


class ObjectStorage:
    """``rclone serve s3`` behind its gate, judged by the sandbox's clock."""

    def __init__(self, folder: Path, clock: Clock, faults: Faults | None = None) -> None:
        self._faults = faults or Faults()
        self._folder = folder
        self._clock = clock
        self._gate: StorageGate | None = None

    async def start(self, at_once: bool = False) -> str:
        """Start serving, or do so with the first request; the address for ``endpoint_url``."""
        self._gate = await start_gate(self._folder, lambda: datetime.fromtimestamp(self._clock.now(), timezone.utc),
                                      at_once, self._trouble)
        return self._gate.address

    def _trouble(self, method: str, path: str) -> Fault | None:
        """``path`` is ``/bucket/key``."""
        return self._faults.take(STORAGE, method, path)

    async def stop(self) -> None:
        """Stop serving and delete what was stored."""
        if self._gate is not None:
            await self._gate.stop()
            self._gate = None
            shutil.rmtree(self._folder, ignore_errors=True)

    def reset(self) -> None:
        """Empty all buckets; credentials are at their end. Buckets stay: the storage would miss them for a second."""
        if self._gate is not None:
            self._gate.expire()
            self._gate.log.clear()
        for one in self._folder.glob("*/*"):
            if one.is_dir():
                shutil.rmtree(one, ignore_errors=True)
            else:
                one.unlink(missing_ok=True)

    @property
    def gate(self) -> StorageGate:
        """The running gate; raises ``LookupError`` before its start."""
        if self._gate is None:
            raise LookupError("The storage is not running.")
        return self._gate

    # ------------------------------------------------------------------ for platforms
    @property
    def service(self) -> str:
        """The address for ``endpoint_url``; empty before the start."""
        return self._gate.address if self._gate is not None else ""

    def issue(self, prefixes: Iterable[str], seconds: float, read_only: bool = False) -> Credentials:
        """Temporary credentials for ``bucket/prefix``, one or several."""
        return self.gate.issue(prefixes, timedelta(seconds=seconds), read_only)

    def path(self, bucket: str, key: str) -> Path:
        """The place of an object on this machine, there or not; ``LookupError`` for a key that names none."""
        try:
            return self.gate.path(bucket, key)
        except StorageError as error:
            raise LookupError(key) from error

    def address(self, bucket: str, key: str, seconds: float) -> str:
        """A signed address of an object, good for a GET during that time."""
        return self.gate.presign(bucket, key, int(seconds))

    def calls(self, noted: Issued) -> dict[str, Callable[[dict[str, str], dict[str, Any]], Any]]:
        """Control calls. ``noted`` takes down the secrets that are handed out."""
        return {"POST storage/credentials": lambda query, body: self._issue(body, noted),
                "POST storage/expire": self._expire, "GET storage/requests": self._requests}

    def _issue(self, body: dict[str, Any], noted: Issued) -> dict[str, Any]:
        """``{"prefix": "bucket/folder/", "seconds"?: 3600, "read_only"?: false}``: temporary credentials."""
        lifetime = timedelta(seconds=float(body.get("seconds", 3600)))
        issued = self.gate.issue(body["prefix"], lifetime, bool(body.get("read_only", False)))
        noted.note(issued.SecretAccessKey)
        noted.note(issued.SessionToken)
        return {"AccessKeyId": issued.AccessKeyId, "SecretAccessKey": issued.SecretAccessKey,
                "SessionToken": issued.SessionToken, "Expiration": issued.Expiration.isoformat(),
                "endpoint": self.gate.address}

    def _requests(self, query: dict[str, str], body: dict[str, Any]) -> list[dict[str, Any]]:
        """``?method=PUT``: what was asked and answered since the last reset."""
        return [{"method": method, "path": path, "status": status} for method, path, status in self.gate.log
                if query.get("method", method) == method]

    def _expire(self, query: dict[str, str], body: dict[str, Any]) -> dict[str, Any]:
        """``{"access_key"?}``: end credentials now, all without a key."""
        return {"ended": self.gate.expire(body.get("access_key"))}
