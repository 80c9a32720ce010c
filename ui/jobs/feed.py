"""The jobs of the profile as they stand now: read in the background, at most once a second."""

from __future__ import annotations

import time
from collections.abc import Mapping

from qgis.PyQt.QtCore import QObject, pyqtSignal

from ...core import log
from ...core.background import Background, Errand
from ...core.job_events import events
from ...core.jobs import JobRecord, State, job_store
from ...core.jobs.heartbeat import heartbeat
from ...core.jobs.progress import Shown, from_kept
from ...core.jobs.runner import runner
from ...core.poller import poller

SECONDS = 1.0
#: How often it is looked whether the process of a running job is gone.
ABANDONED_SECONDS = 10.0
Version = tuple[int, int]


class JobsFeed(QObject):
    """``changed`` comes when records changed, ``moved`` when only the progress of running jobs did.

    A thread of its own reads, so that hanging requests of others do not hold it up. Main thread only.
    """

    changed = pyqtSignal()
    moved = pyqtSignal()
    failed = pyqtSignal(Exception)

    def __init__(self) -> None:
        super().__init__()
        self.records: list[JobRecord] = []
        self.loaded = False
        self._kept: list[JobRecord] = []
        self._pool = Background(1)
        self._reading: Errand[tuple[Version, list[JobRecord]] | None] | None = None
        self._version: Version = (0, 0)
        self._again = False
        self._abandoned_at = 0.0
        self._look_due = self.look
        poller().add(self._look_due, SECONDS)
        events.changed.connect(self.look)

    def look(self) -> None:
        """Read again when something changed."""
        if self._reading is not None:
            self._again = True
            return
        known = {record.id: record for record in self._kept}
        version = self._version
        self._reading = self._pool.run(lambda errand: self._read(version, known), self._take, self._could_not)

    def _read(
        self, version: Version, known: Mapping[str, JobRecord]
    ) -> tuple[Version, list[JobRecord]] | None:
        store = job_store()
        if time.monotonic() - self._abandoned_at > ABANDONED_SECONDS:
            self._abandoned_at = time.monotonic()
            store.pause_abandoned()
        now = store.version()
        return None if now == version else (now, store.refreshed(known))

    def _take(self, found: tuple[Version, list[JobRecord]] | None) -> None:
        self._reading = None
        if found is not None:
            self._version, self._kept = found
        records = sorted([*runner().brief.values(), *self._kept], key=lambda one: -one.created)
        if records != self.records or not self.loaded:
            self.records, self.loaded = records, True
            self.changed.emit()
        elif any(record.state is State.RUNNING for record in records):
            self.moved.emit()
        if self._again:
            self._again = False
            self.look()

    def _could_not(self, error: Exception) -> None:
        self._reading = None
        self._again = False
        log.unexpected(error)
        self.failed.emit(error)

    @staticmethod
    def progress(record: JobRecord) -> Shown:
        """How far a job is: of one of this process as it is now, of others as they told last."""
        if record.state is not State.RUNNING:
            return Shown(record.fraction)
        pulse = heartbeat.pulse(record.id)
        if pulse is not None:
            return pulse.shown
        percent = runner().percent(record.id)
        if percent is not None:
            return Shown(percent / 100 if percent > 0 else None)
        return from_kept(record.progress)

    def close(self) -> None:
        """Read no more."""
        poller().remove(self._look_due)
        events.changed.disconnect(self.look)
        self._pool.close()
