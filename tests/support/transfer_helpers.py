"""What the tests of transfers share."""

from __future__ import annotations

import os
import threading
from pathlib import Path

from imagery_hub.providers.http.network import Route
from imagery_hub.providers.http.retry import RetryPolicy
from imagery_hub.providers.transfer import TransferEngine

MIB = 1 << 20


class Direct:
    """No proxy, the usual authorities."""

    user_agent = "imagery-hub-test"

    def route(self, url: str) -> Route:
        return Route()


def quick_engine(**options: object) -> TransferEngine:
    """An engine that is not patient, fetches in small ranges and notes each of them."""
    quick = {"retry": RetryPolicy(first=0.01), "stall_seconds": 30.0, "range_bytes": MIB, "flush_seconds": 0.0}
    given = {**quick, **options}
    return TransferEngine(Direct(), **given)


def part_of(path: Path) -> list[Path]:
    """The unfinished files of downloads to a place."""
    return list(path.parent.glob(f"{path.name}.*.part"))


def made_file(path: Path, size: int) -> bytes:
    """A file of random bytes."""
    content = os.urandom(size)
    path.write_bytes(content)
    return content


class Switch:
    """Something that another thread turns on; callable, to be asked whether to stop."""

    def __init__(self) -> None:
        self._event = threading.Event()

    def __call__(self) -> bool:
        return self._event.is_set()

    def on(self) -> None:
        self._event.set()

    def wait(self, seconds: float = 30) -> bool:
        return self._event.wait(seconds)
