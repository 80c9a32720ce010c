"""Archives that the platform makes when it is asked for them (section 17.5)."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from ...errors import Kind, ServerFault
from ...transfer import TransferEngine, download
from ...work import Work

INTERVAL = 15.0
"""Seconds between two questions whether an archive is ready. The platform only says that an e-mail follows."""


def download_archive(ask: Callable[[], str], target: Path, work: Work, engine: TransferEngine) -> None:
    """Wait until the archive is made and download it.

    ``ask`` gives a fresh signed address, empty while the archive is being made; the first question begins it.
    """
    work.check_cancelled()
    if not ask():
        work.progress(None, "archive")
        work.follow(ask, bool, INTERVAL)

    def address() -> str:
        found = ask()
        if not found:
            raise ServerFault(Kind.BAD_ANSWER, facts={"reason": "missing_member", "member": "url"})
        return found

    download(address, target, work, engine)
