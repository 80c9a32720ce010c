"""The store of all jobs in the profile: one SQLite file that every QGIS and ``qgis_process`` shares.

The journals of the jobs are in the same file (``OwnedJournal``). Nothing secret is ever in it:
parameters name a connection, they do not hold its key.
"""

from __future__ import annotations

import json
import sqlite3
import threading
import time
import uuid
from collections.abc import Iterable, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

from qgis.core import QgsApplication

from ...providers.journal import kept_on_disk
from . import folders, owner, selections
from .journal import OwnedJournal
from .logbook import remove_log
from .record import OPEN, UNFINISHED, JobRecord, State

KEPT_DAYS = 30
#: For so long a job that was taken off the list can come back.
REMOVED_SECONDS = 600
#: Columns that came after the first version, with what they are in older rows.
LATER = {
    "about": "TEXT NOT NULL DEFAULT ''",
    "progress": "TEXT NOT NULL DEFAULT '{}'",
    "wish": "TEXT NOT NULL DEFAULT ''",
    "question": "TEXT NOT NULL DEFAULT ''",
    "removed": "REAL",
}


class JobStore:
    """Every method may be called from any thread, and by any number of processes."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock = threading.Lock()
        self._changes = 0
        with kept_on_disk():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.parent.chmod(0o700)
            self._database = sqlite3.connect(path, timeout=30, isolation_level=None, check_same_thread=False)
            self._database.row_factory = sqlite3.Row
            self._database.execute("PRAGMA journal_mode=WAL")
            self._database.execute("PRAGMA synchronous=FULL")
            self._database.execute(
                "CREATE TABLE IF NOT EXISTS job (id TEXT PRIMARY KEY, algorithm TEXT NOT NULL, title TEXT NOT NULL,"
                " parameters TEXT NOT NULL, state TEXT NOT NULL, owner TEXT NOT NULL, beat REAL NOT NULL,"
                " created REAL NOT NULL, started REAL, ended REAL, fraction REAL, message TEXT NOT NULL DEFAULT '',"
                " obstacle TEXT NOT NULL DEFAULT '', results TEXT NOT NULL DEFAULT '{}')"
            )
            self._add_later_columns()
        self.journal("").close()  # makes its table, so that jobs and journals can be forgotten together

    def _add_later_columns(self) -> None:
        """Two processes may find a store of an older version at the same moment, hence the lock."""
        self._database.execute("BEGIN IMMEDIATE")
        there = {row["name"] for row in self._database.execute("PRAGMA table_info(job)")}
        for name, kind in LATER.items():
            if name not in there:
                self._database.execute(f"ALTER TABLE job ADD COLUMN {name} {kind}")
        self._database.execute("COMMIT")

    def close(self) -> None:
        """Give the file back."""
        with self._lock:
            self._database.close()

    def _do(self, statement: str, values: Iterable[Any] = ()) -> int:
        """Run a statement that changes rows, and give how many it changed."""
        with self._lock, kept_on_disk():
            changed = self._database.execute(statement, tuple(values)).rowcount
            self._changes += changed > 0
            return changed

    def _rows(self, query: str, values: Iterable[Any] = ()) -> list[JobRecord]:
        with self._lock, kept_on_disk():
            return [_record(row) for row in self._database.execute(query, tuple(values)).fetchall()]

    # ------------------------------------------------------------------ Reading
    def get(self, job: str) -> JobRecord | None:
        """The record, or None."""
        found = self._rows("SELECT * FROM job WHERE id = ?", (job,))
        return found[0] if found else None

    def all(self, states: Iterable[State] = tuple(State)) -> list[JobRecord]:
        """The records in these states, newest first, without those that were taken off the list."""
        wanted = json.dumps([state.value for state in states])
        return self._rows(
            "SELECT * FROM job WHERE state IN (SELECT value FROM json_each(?)) AND removed IS NULL"
            " ORDER BY created DESC, rowid DESC",
            (wanted,),
        )

    def refreshed(self, known: Mapping[str, JobRecord]) -> list[JobRecord]:
        """As ``all``, but what ended and is known already is not read again: lists of thousands stay quick."""
        with self._lock, kept_on_disk():
            rows = self._database.execute(
                "SELECT id, state, ended FROM job WHERE removed IS NULL ORDER BY created DESC, rowid DESC"
            ).fetchall()

        def is_new(row: sqlite3.Row) -> bool:
            one = known.get(row["id"])
            return one is None or one.ended is None or (one.ended, one.state.value) != (row["ended"], row["state"])

        wanted = json.dumps([row["id"] for row in rows if is_new(row)])
        fresh = self._rows("SELECT * FROM job WHERE id IN (SELECT value FROM json_each(?))", (wanted,))
        found = {**known, **{record.id: record for record in fresh}}
        return [found[row["id"]] for row in rows if row["id"] in found]

    def unfinished(self) -> list[JobRecord]:
        """What is not done, newest first; jobs whose process is gone are shown as paused."""
        self.pause_abandoned()
        return self.all(UNFINISHED)

    def version(self) -> tuple[int, int]:
        """Another one after this or any other process changed the file."""
        with self._lock:
            return int(self._database.execute("PRAGMA data_version").fetchone()[0]), self._changes

    def journal(self, job: str) -> OwnedJournal:
        """The journal of a job. Close it after use."""
        return OwnedJournal(self.path, job)

    # ------------------------------------------------------------------ Owning
    def create(
        self, algorithm: str, title: str, parameters: dict[str, Any], obstacle: str = "", about: str = ""
    ) -> str:
        """A new waiting job of this process; its id."""
        job = uuid.uuid4().hex
        now = time.time()
        self._do(
            "INSERT INTO job (id, algorithm, title, parameters, state, owner, beat, created, obstacle, about)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (job, algorithm, title, json.dumps(parameters), State.WAITING.value, owner.me(), now, now, obstacle, about),
        )
        return job

    def can_claim(self, job: str) -> bool:
        """Whether nobody works on the job and it is not done."""
        record = self.get(job)
        return record is not None and _may_be_taken(record)

    def claim(self, job: str, seen: JobRecord | None = None) -> bool:
        """Take a job up: True for exactly one of all who try. Jobs whose process is gone can be taken up too.

        ``seen`` is the record as it was when the run was prepared, which may have waited for its turn since: a job that
        another run has taken up meanwhile is left alone, even if that one has stopped by now.
        """
        record = self.get(job)
        if record is None or not _may_be_taken(record) or (seen is not None and _was_taken_since(record, seen)):
            return False
        now = time.time()
        # The row must still be as it was read: two that saw the same dead owner cannot both change it. What nobody has
        # taken up so far has a beat of its process while it waits, and is told by its start.
        changed = self._do(
            "UPDATE job SET state = ?, owner = ?, beat = ?, started = COALESCE(started, ?), ended = NULL, message = '',"
            " wish = '', question = '', progress = '{}'"
            " WHERE id = ? AND state = ? AND owner = ? AND (beat = ? OR started IS NULL) AND removed IS NULL",
            (State.RUNNING.value, owner.me(), now, now, job, record.state.value, record.owner, record.beat),
        )
        return changed == 1

    def beat(self, job: str, fraction: float | None, progress: dict[str, Any] | None = None) -> bool:
        """Say that this process still works on it. False when another process has taken it over meanwhile."""
        changed = self._do(
            "UPDATE job SET beat = ?, fraction = ?, progress = ? WHERE id = ? AND owner = ? AND state IN (?, ?)",
            (
                time.time(),
                fraction,
                json.dumps(progress or {}),
                job,
                owner.me(),
                State.RUNNING.value,
                State.WAITING.value,
            ),
        )
        return changed == 1

    def beat_waiting(self, jobs: Iterable[str]) -> None:
        """Say that this process still lives, which is to work on these jobs when their turn comes."""
        self._do(
            "UPDATE job SET beat = ? WHERE id IN (SELECT value FROM json_each(?)) AND owner = ? AND state = ?",
            (time.time(), json.dumps(list(jobs)), owner.me(), State.WAITING.value),
        )

    def wish(self, job: str, wish: str) -> bool:
        """Ask the process that works on the job for something (``heartbeat.WISHES``); its next beat hears it."""
        return self._do("UPDATE job SET wish = ? WHERE id = ? AND state = ?", (wish, job, State.RUNNING.value)) == 1

    def take_wish(self, job: str) -> str:
        """What another process asks for, once; empty when nothing."""
        record = self.get(job)
        if record is None or not record.wish:
            return ""
        taken = self._do("UPDATE job SET wish = '' WHERE id = ? AND owner = ?", (job, owner.me()))
        return record.wish if taken else ""

    def end(
        self, job: str, state: State, message: str = "", results: dict[str, Any] | None = None, question: str = ""
    ) -> bool:
        """Note how the job ended. False when it is not this process's any more."""
        changed = self._do(
            "UPDATE job SET state = ?, message = ?, results = ?, ended = ?, fraction = ?, progress = '{}', question = ?"
            " WHERE id = ? AND owner = ?",
            (
                state.value,
                message,
                json.dumps(results or {}),
                time.time(),
                1.0 if state is State.DONE else None,
                question,
                job,
                owner.me(),
            ),
        )
        return changed == 1

    def cut_off(self, job: str, message: str) -> None:
        """What seemed to be stopped by the user was stopped since the program ends."""
        self._do(
            "UPDATE job SET state = ?, message = ? WHERE id = ? AND owner = ? AND state = ?",
            (State.PAUSED.value, message, job, owner.me(), State.STOPPED.value),
        )

    def pause_abandoned(self) -> list[str]:
        """Mark the running and waiting jobs of processes that are gone as paused; their ids."""
        paused = []
        for record in self.all((State.RUNNING, State.WAITING)):
            if owner.is_gone(record.owner, record.beat) and self._do(
                "UPDATE job SET state = ? WHERE id = ? AND owner = ? AND beat = ? AND state = ?",
                (State.PAUSED.value, record.id, record.owner, record.beat, record.state.value),
            ):
                paused.append(record.id)
        return paused

    # ------------------------------------------------------------------ Forgetting
    def remove(self, jobs: Iterable[str]) -> list[str]:
        """Take jobs that nobody works on off the list; those that went. ``bring_back`` undoes it for a while."""
        states = json.dumps([state.value for state in (*OPEN, State.DONE)])
        now = time.time()
        return [
            job
            for job in jobs
            if self._do(
                "UPDATE job SET removed = ? WHERE id = ? AND removed IS NULL"
                " AND state IN (SELECT value FROM json_each(?))",
                (now, job, states),
            )
        ]

    def bring_back(self, jobs: Iterable[str]) -> None:
        """Put jobs back on the list."""
        for job in jobs:
            self._do("UPDATE job SET removed = NULL WHERE id = ?", (job,))

    def forget(self, job: str) -> bool:
        """Remove a job that nobody works on for good, with its journal, its log and its folders."""
        states = [state.value for state in (*OPEN, State.DONE)]
        with closing(self.journal(job)) as journal:
            left = folders.folders(journal)
        if not self._do(
            "DELETE FROM job WHERE id = ? AND state IN (SELECT value FROM json_each(?))", (job, json.dumps(states))
        ):
            return False
        folders.remove(left)
        self._do("DELETE FROM step WHERE job = ?", (job,))
        remove_log(self.path, job)
        return True

    def forget_old(self, days: float = KEPT_DAYS) -> None:
        """Remove for good what finished long ago and what was taken off the list."""
        now = time.time()
        old = self._rows(
            "SELECT * FROM job WHERE (state = ? AND ended < ?) OR removed < ?",
            (State.DONE.value, now - days * 86400, now - REMOVED_SECONDS),
        )
        for record in old:
            self.forget(record.id)
        selections.remove_unused(
            self.path.parent / selections.NAME,
            lambda name: bool(self._rows("SELECT * FROM job WHERE instr(parameters, ?) LIMIT 1", (name,))),
        )


def _may_be_taken(record: JobRecord) -> bool:
    if record.state is State.DONE or record.removed is not None:
        return False
    if record.state is State.WAITING:
        return record.owner == owner.me() or owner.is_gone(record.owner, record.beat)
    return record.state is not State.RUNNING or owner.is_gone(record.owner, record.beat)


def _was_taken_since(record: JobRecord, seen: JobRecord) -> bool:
    """Who takes a job up writes its owner and beat, and the first one its start; to stop or to pause writes neither."""
    return record.started is not None and (record.owner, record.beat) != (seen.owner, seen.beat)


def _record(row: sqlite3.Row) -> JobRecord:
    values = dict(row)
    values["state"] = State(values["state"])
    for name in ("parameters", "results", "progress"):
        values[name] = json.loads(values[name])
    # A newer version of the plugin, in the same profile, may have added columns.
    return JobRecord(**{name: value for name, value in values.items() if name in JobRecord.__dataclass_fields__})


_stores: dict[Path, JobStore] = {}
_stores_lock = threading.Lock()


def job_store() -> JobStore:
    """The store of this profile, opened when first used."""
    path = store_path()
    with _stores_lock:
        if path not in _stores:
            _stores[path] = JobStore(path)
        return _stores[path]


def store_path() -> Path:
    """Where the store of this profile is, or will be."""
    return Path(QgsApplication.qgisSettingsDirPath()) / "imagery_hub" / "jobs.sqlite"


def close_stores() -> None:
    """Give all files back; the next use opens them again."""
    with _stores_lock:
        for store in _stores.values():
            store.close()
        _stores.clear()
