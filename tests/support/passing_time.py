"""Time that passes on the platforms while something works here."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from sandbox_process import SandboxProcess


@contextmanager
def passed_once(sandbox: SandboxProcess, seconds: float, operation: str, patience: float = 120) -> Iterator[None]:
    """Let so many seconds pass on the platforms once somebody has asked for ``operation`` inside this context."""
    before, ended = sandbox.last_entry(), threading.Event()

    def watch() -> None:
        until = time.monotonic() + patience
        while not ended.is_set() and time.monotonic() < until:
            if sandbox.log(operation=operation, after=before):
                sandbox.advance(seconds)
                return
            time.sleep(0.05)

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        yield
    finally:
        ended.set()
        watcher.join()
