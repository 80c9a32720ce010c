"""The S3 storage beside the platforms, when it was asked for: its life and its control calls."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

from .clock import Clock
from .issued import Issued
from .storage import StorageGate
from .storage import start as start_gate


class ObjectStorage:
    """``rclone serve s3`` behind its gate, judged by the sandbox's clock."""

    def __init__(self, folder: Path, clock: Clock) -> None:
        self._folder = folder
        self._clock = clock
        self._gate: StorageGate | None = None

    async def start(self) -> str:
        """Start serving; the address for ``endpoint_url``."""
        self._gate = await start_gate(self._folder, lambda: datetime.fromtimestamp(self._clock.now(), timezone.utc))
        return self._gate.address

    async def stop(self) -> None:
        """Stop serving and delete what was stored."""
        if self._gate is not None:
            await self._gate.stop()
            self._gate = None
            self.reset()

    def reset(self) -> None:
        """Empty all buckets; credentials are at their end."""
        if self._gate is not None:
            self._gate.expire()
        for bucket in self._folder.glob("*"):
            shutil.rmtree(bucket, ignore_errors=True)

    @property
    def gate(self) -> StorageGate:
        """The running gate; raises ``LookupError`` when the sandbox was started without storage."""
        if self._gate is None:
            raise LookupError("Start the sandbox with --storage.")
        return self._gate

    def calls(self, noted: Issued) -> dict[str, Callable[[dict[str, str], dict[str, Any]], Any]]:
        """Control calls. ``noted`` takes down the secrets that are handed out."""
        return {"POST storage/credentials": lambda query, body: self._issue(body, noted),
                "POST storage/expire": self._expire}

    def _issue(self, body: dict[str, Any], noted: Issued) -> dict[str, Any]:
        """``{"prefix": "bucket/folder/", "seconds"?: 3600, "read_only"?: false}``: temporary credentials."""
        lifetime = timedelta(seconds=float(body.get("seconds", 3600)))
        issued = self.gate.issue(body["prefix"], lifetime, bool(body.get("read_only", False)))
        noted.note(issued.SecretAccessKey)
        noted.note(issued.SessionToken)
        return {"AccessKeyId": issued.AccessKeyId, "SecretAccessKey": issued.SecretAccessKey,
                "SessionToken": issued.SessionToken, "Expiration": issued.Expiration.isoformat(),
                "endpoint": self.gate.address}

    def _expire(self, query: dict[str, str], body: dict[str, Any]) -> dict[str, Any]:
        """``{"access_key"?}``: end credentials now, all without a key."""
        return {"ended": self.gate.expire(body.get("access_key"))}
