"""Journals of the plugin's ways, as in QGIS: their file is the profile's, made before a job and open until the end."""

from __future__ import annotations

import atexit
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from imagery_hub.providers.journal import SqliteJournal


def job_journals(folder: Path) -> Callable[[], SqliteJournal]:
    """What opens the journal of a job. The file is made now, before the clock starts, below ``folder``, so that it lies
    on the disk that is measured, and goes with this process."""
    from imagery_hub.providers.journal import SqliteJournal

    place = tempfile.TemporaryDirectory(dir=folder, prefix="profile-")
    path = Path(place.name) / "jobs.sqlite"
    kept = SqliteJournal(path, "kept open")

    def leave() -> None:
        kept.close()
        place.cleanup()

    atexit.register(leave)
    return lambda: SqliteJournal(path, "benchmark")
