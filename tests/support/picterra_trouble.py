"""Trouble on the way to Picterra, and jobs that are run again until they end."""

from __future__ import annotations

import time
from collections.abc import Callable
from types import TracebackType

from imagery_hub.providers.errors import OpenQuestion, PlatformError
from imagery_hub.providers.http.retry import RetryPolicy
from imagery_hub.providers.journal import MemoryJournal
from imagery_hub.providers.picterra.client import PicterraClient, connect_client
from imagery_hub.providers.transfer import TransferEngine
from imagery_hub.providers.work import Work
from sandbox_process import PICTERRA_KEY, SandboxProcess

QUICK = RetryPolicy(attempts=4, first=0.01, longest=0.05)
TROUBLE = {
    "throttled": {"kind": "status", "status": 429, "retry_after": 0},
    "500": {"kind": "status", "status": 500},
    "502": {"kind": "status", "status": 502},
    "503": {"kind": "status", "status": 503},
    "500 after the work": {"kind": "lost", "status": 500},
    "503 after the work": {"kind": "lost", "status": 503},
    "cut": {"kind": "cut"},
    "cut after the work": {"kind": "lost_cut"},
    "answer cut": {"kind": "cut_answer"},
    "truncated": {"kind": "truncate"},
    "malformed": {"kind": "malformed"},
    "slow": {"kind": "delay", "seconds": 0.3},
}
NOT_TAKEN = ("500", "502", "503", "cut")
"""Those after which the platform has done nothing, though nobody can tell."""


def quick_work(journal: MemoryJournal | None = None, longest: float = 0.05) -> Work:
    """A work whose waits are short. Those that end a row of looks are less so: what is looked for is still made."""
    return Work(journal, pause=lambda seconds: time.sleep(min(seconds, longest if seconds < 4 else 10 * longest)))


class Hands:
    """A client, an engine, and jobs that are run until they end."""

    def __init__(self, sandbox: SandboxProcess) -> None:
        self.api: PicterraClient = connect_client(PICTERRA_KEY, sandbox.address, retry=QUICK)
        self.engine = TransferEngine(retry=QUICK)
        self.failures: list[PlatformError] = []

    def __enter__(self) -> Hands:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.engine.close()
        self.api.http.close()

    def persist(self, flow: Callable[[Work], str | None], runs: int = 3) -> str:
        """Run the job, and again with the same journal after each failure, as "Continue" does."""
        journal = MemoryJournal()
        for _ in range(runs):
            try:
                return flow(quick_work(journal)) or ""
            except PlatformError as error:
                assert not isinstance(error, OpenQuestion)
                self.failures.append(error)
        raise AssertionError(f"It did not end: {self.failures}")
