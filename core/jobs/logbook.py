"""The log of a job: a text file in the profile, bounded, without secrets, kept as long as the job."""

from __future__ import annotations

import threading
import time
from pathlib import Path

from .. import log

LONGEST_BYTES = 200_000
FOLDER = "logs"


def log_path(store: Path, job: str) -> Path:
    """Where the log of a job is, beside the store's file."""
    return store.parent / FOLDER / f"{job}.txt"


class Logbook:
    """Lines with the time in front, in the computer's own time zone. A refusal of the disk is no failure of the job."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()
        self._broken = False

    def write(self, text: str) -> None:
        """Add a text, from any thread. When the file is full its older half goes."""
        moment = time.strftime("%Y-%m-%d %H:%M:%S")
        lines = "".join(f"{moment}  {line}\n" for line in log.scrub(text.strip()).splitlines())
        with self._lock:
            if not lines or self._broken:
                return
            try:
                self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
                with self._path.open("ab") as file:
                    file.write(lines.encode())
                    size = file.tell()
                if size > LONGEST_BYTES:
                    self._halve()
            except OSError as error:
                self._broken = True
                log.warning(f"The log of a job could not be written: {error.strerror}")

    def _halve(self) -> None:
        newer = self._path.read_bytes()[-LONGEST_BYTES // 2:]
        self._path.write_bytes(newer[newer.find(b"\n") + 1:])


def read_log(store: Path, job: str) -> str:
    """The log of a job; empty when there is none."""
    try:
        return log_path(store, job).read_bytes().decode(errors="replace")
    except OSError:
        return ""


def remove_log(store: Path, job: str) -> None:
    """Remove the log of a job."""
    try:
        log_path(store, job).unlink(missing_ok=True)
    except OSError as error:
        log.warning(f"The log of a job could not be removed: {error.strerror}")
