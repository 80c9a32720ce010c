"""Object storage of the sandbox: ``rclone serve s3`` behind a gate that checks who may do what, and until when."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from .credentials import Credentials
from .gate import StorageGate, Trouble, utc_now

__all__ = ["Credentials", "StorageGate", "start"]


async def start(folder: Path, now: Callable[[], datetime] = utc_now, at_once: bool = True,
                trouble: Trouble = lambda method, path: None) -> StorageGate:
    """Serves ``folder`` (its subfolders are the buckets) and answers the running gate; end it with ``stop()``."""
    gate = StorageGate(folder, now, trouble)
    await gate.start(at_once)
    return gate
