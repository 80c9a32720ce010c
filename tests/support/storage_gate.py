"""The storage gate in a thread with an event loop of its own, and boto3 clients for it."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Coroutine
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import boto3
from botocore.config import Config

from sandbox.storage import Credentials, StorageGate, start


def arrived_files(folder: Path) -> dict[str, Path]:
    """The objects below ``folder`` by name. Those on their way have a name of rclone's, and are left out."""
    return {path.relative_to(folder).as_posix(): path
            for path in folder.rglob("*") if not path.name.startswith(".rclone") and path.is_file()}


class Clock:
    """A clock that can be hurried."""

    def __init__(self) -> None:
        self.ahead = timedelta()

    def __call__(self) -> datetime:
        return datetime.now(timezone.utc) + self.ahead


class RunningGate:
    """A gate that serves ``folder`` until ``stop``, from the first request on unless ``at_once``."""

    def __init__(self, folder: Path, at_once: bool = True) -> None:
        self.clock = Clock()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self.gate: StorageGate = self._run(start(folder, self.clock, at_once))

    def stop(self) -> None:
        self._run(self.gate.stop())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def _run(self, work: Coroutine[Any, Any, Any]) -> Any:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(60)

    def call(self, function: Callable[..., Any], *arguments: Any, **named: Any) -> Any:
        """Calls one of the gate's methods in its own thread."""

        async def once() -> Any:
            return function(*arguments, **named)

        return self._run(once())

    def issue(self, prefix: str, **named: Any) -> Credentials:
        return self.call(self.gate.issue, prefix, **named)

    def client(self, credentials: Credentials, **changes: Any) -> Any:
        """boto3's S3 client with these credentials; ``changes`` replace single arguments or the ``config``."""
        arguments = {
            "endpoint_url": self.gate.address,
            "region_name": "us-east-1",
            "aws_access_key_id": credentials.AccessKeyId,
            "aws_secret_access_key": credentials.SecretAccessKey,
            "aws_session_token": credentials.SessionToken,
            "config": config(),
        }
        return boto3.Session().client("s3", **(arguments | changes))


def config(**changes: Any) -> Config:
    """boto3's configuration for the gate: no repeats, no proxy."""
    arguments = {
        "signature_version": "s3v4",
        "retries": {"max_attempts": 1, "mode": "standard"},
        "s3": {"addressing_style": "path"},
        "proxies": {},
    }
    return Config(**(arguments | changes))
