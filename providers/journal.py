"""The memory of a job: which steps were begun, which are done and what they gave.

A step that was begun and never finished stays an open question after a crash (see ``work.Work.once``).
Values are JSON; a journal never holds a secret or a signed address, because it is kept on disk.
"""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from .errors import Kind, PlatformError


@dataclass(frozen=True)
class Step:
    """One entry. ``done`` False means begun, outcome unknown."""

    name: str
    done: bool
    value: Any = None


class Journal(Protocol):
    """What ``Work`` needs from a store of steps. All methods may be called from any thread."""

    def read(self, name: str) -> Step | None:
        """The entry of that name, or None when the step was never begun."""

    def begin(self, name: str, value: Any = None) -> None:
        """Note, durably, that the step is about to be taken. ``value`` helps to recognise its outcome later."""

    def finish(self, name: str, value: Any = None) -> None:
        """Note, durably, that the step is done and what it gave."""

    def forget(self, name: str) -> None:
        """Remove the entry: the step certainly did not take effect, or has to be taken again."""

    def names(self) -> list[str]:
        """The names of all entries, oldest first."""


class MemoryJournal:
    """A journal for notebooks and tests: gone with the process. Values come back as JSON would bring them back."""

    def __init__(self) -> None:
        self._steps: dict[str, tuple[bool, str]] = {}
        self._lock = threading.Lock()

    def read(self, name: str) -> Step | None:
        with self._lock:
            found = self._steps.get(name)
        return None if found is None else Step(name, found[0], json.loads(found[1]))

    def begin(self, name: str, value: Any = None) -> None:
        self._write(name, False, value)

    def finish(self, name: str, value: Any = None) -> None:
        self._write(name, True, value)

    def _write(self, name: str, done: bool, value: Any) -> None:
        text = json.dumps(value)
        with self._lock:
            self._steps[name] = (done, text)

    def forget(self, name: str) -> None:
        with self._lock:
            self._steps.pop(name, None)

    def names(self) -> list[str]:
        with self._lock:
            return list(self._steps)


class SqliteJournal:
    """The journal of one job in an SQLite file; several jobs and several processes share the file.

    Each note is committed before the method returns (``synchronous=FULL``), so a crash loses at most the answer of
    the step under way, never the fact that it was begun.
    """

    def __init__(self, path: Path, job: str) -> None:
        self._job = job
        self._lock = threading.Lock()
        with kept_on_disk():
            self._connection = sqlite3.connect(path, timeout=30, isolation_level=None, check_same_thread=False)
        self._run("PRAGMA journal_mode=WAL")
        self._run("PRAGMA synchronous=FULL")
        self._run(
            "CREATE TABLE IF NOT EXISTS step (job TEXT NOT NULL, name TEXT NOT NULL, done INTEGER NOT NULL,"
            " value TEXT, PRIMARY KEY (job, name))"
        )

    def _run(self, statement: str, *values: object) -> list[tuple[Any, ...]]:
        with self._lock, kept_on_disk():
            return self._connection.execute(statement, values).fetchall()

    def _change(self, statement: str, *values: object) -> int:
        """Run a statement that changes rows, and give how many it changed."""
        with self._lock, kept_on_disk():
            return self._connection.execute(statement, values).rowcount

    def read(self, name: str) -> Step | None:
        rows = self._run("SELECT done, value FROM step WHERE job = ? AND name = ?", self._job, name)
        return Step(name, bool(rows[0][0]), json.loads(rows[0][1])) if rows else None

    def begin(self, name: str, value: Any = None) -> None:
        self._write(name, False, value)

    def finish(self, name: str, value: Any = None) -> None:
        self._write(name, True, value)

    def _write(self, name: str, done: bool, value: Any) -> None:
        self._run(
            "INSERT INTO step (job, name, done, value) VALUES (?, ?, ?, ?)"
            " ON CONFLICT (job, name) DO UPDATE SET done = excluded.done, value = excluded.value",
            self._job, name, int(done), json.dumps(value),
        )

    def forget(self, name: str) -> None:
        self._run("DELETE FROM step WHERE job = ? AND name = ?", self._job, name)

    def names(self) -> list[str]:
        return [row[0] for row in self._run("SELECT name FROM step WHERE job = ? ORDER BY rowid", self._job)]

    def close(self) -> None:
        """Give the file back."""
        with self._lock:
            self._connection.close()


@contextmanager
def kept_on_disk() -> Iterator[None]:
    """Raise the refusals of SQLite and the system (full disk, not writable) as failures of this floor."""
    try:
        yield
    except (sqlite3.Error, OSError) as error:
        # SQLite's own name of the error is there from Python 3.11 on.
        code = getattr(error, "sqlite_errorname", type(error).__name__)
        raise PlatformError(Kind.DISK, facts={"reason": "journal", "code": code}) from None
