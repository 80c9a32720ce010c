"""How far a run has come: told by a file beside its folder. Read by the server, which needs nothing of the work itself.

The last line reads ``<percent> <words>``; the file is there while the run is at work.
"""

from __future__ import annotations

from pathlib import Path


def place_of_progress(folder: Path) -> Path:
    """The file of the run into this folder."""
    return folder.with_name(folder.name + ".progress")


def progress_of(folder: Path) -> tuple[int, str] | None:
    """How far a run into this folder has come, in percent, and what it does; None before it begins and after it."""
    try:
        percent, _, words = place_of_progress(folder).read_text(encoding="utf-8").splitlines()[-1].partition(" ")
        return int(percent), words
    except (OSError, IndexError, ValueError):
        return None
