"""One thread that says for all jobs of this process, running or waiting for their turn, that somebody has them."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable

from ...providers.errors import PlatformError
from ...providers.work import Progress
from .. import log
from ..job_events import events
from .hold import Hold
from .owner import BEAT_SECONDS
from .progress import Shown, as_kept, shown
from .store import JobStore

PAUSE, GO_ON, STOP = "pause", "go on", "stop"
WISHES = (PAUSE, GO_ON, STOP)


class Pulse:
    """One running job. Its progress is written with each beat; ``lost`` is set when another process took it over.

    ``cancel`` asks the run to stop, whoever started it; after ``leave`` the job waits for the next session then.
    """

    def __init__(self, store: JobStore, job: str, cancel: Callable[[], None], hold: Hold | None = None) -> None:
        self.store = store
        self.job = job
        self.cancel = cancel
        self.hold = hold or Hold()
        self.progress = Progress()
        self.lost = threading.Event()
        self.leaving = False

    def leave(self) -> None:
        """The program ends, or the plugin is unloaded: stop, and be offered again at the next start."""
        self.leaving = True
        self.cancel()

    @property
    def shown(self) -> Shown:
        """What a list shows now."""
        return shown(self.progress, self.hold.paused)

    def grant(self, wish: str) -> None:
        """Do what another process, or the dock, asks for."""
        {PAUSE: self.hold.pause, GO_ON: self.hold.go_on, STOP: self.cancel}.get(wish, lambda: None)()


class Heartbeat:
    """Beats while there is something to beat for; its thread ends with the last job."""

    def __init__(self, interval: float = BEAT_SECONDS) -> None:
        self._interval = interval
        self._lock = threading.Lock()
        self._pulses: set[Pulse] = set()
        self._waiting: dict[str, JobStore] = {}
        self._wake = threading.Event()
        self._thread: threading.Thread | None = None

    def start(
        self, store: JobStore, job: str, cancel: Callable[[], None] = lambda: None, hold: Hold | None = None
    ) -> Pulse:
        """Begin to beat for a job, which waits no longer."""
        pulse = Pulse(store, job, cancel, hold)
        with self._lock:
            self._waiting.pop(job, None)
            self._pulses.add(pulse)
            self._need_thread()
        events.changed.emit()
        return pulse

    def stop(self, pulse: Pulse) -> None:
        """Stop beating for a job."""
        with self._lock:
            self._pulses.discard(pulse)
            self._rest()
        events.changed.emit()

    def begin_waiting(self, store: JobStore, job: str) -> None:
        """Beat for a job that waits for its turn, lest other processes take it for abandoned. It has no pulse yet."""
        with self._lock:
            self._waiting[job] = store
            self._need_thread()

    def end_waiting(self, job: str) -> None:
        """Stop beating for a job that waited; one that has started is not touched."""
        with self._lock:
            self._waiting.pop(job, None)
            self._rest()

    def pulses(self) -> list[Pulse]:
        """All jobs that run in this process now."""
        with self._lock:
            return list(self._pulses)

    def pulse(self, job: str) -> Pulse | None:
        """A job that runs in this process now, in the toolbox or anywhere else."""
        with self._lock:
            return next((pulse for pulse in self._pulses if pulse.job == job), None)

    def _need_thread(self) -> None:
        if self._thread is None:
            self._wake.clear()
            self._thread = threading.Thread(target=self._beat, name="Imagery Hub heartbeat", daemon=True)
            self._thread.start()

    def _rest(self) -> None:
        if not self._pulses and not self._waiting:
            self._wake.set()

    def _beat(self) -> None:
        while True:
            self._wake.wait(self._interval)
            with self._lock:
                if not self._pulses and not self._waiting:
                    self._thread = None
                    return
                self._wake.clear()
                pulses, waiting = list(self._pulses), dict(self._waiting)
            for pulse in pulses:
                try:
                    told = pulse.shown
                    if not pulse.store.beat(pulse.job, told.fraction, as_kept(told)) and pulse in self._pulses:
                        pulse.lost.set()
                    pulse.grant(pulse.store.take_wish(pulse.job))
                except (PlatformError, sqlite3.Error) as error:
                    log.warning(f"The job store did not take a heartbeat: {error}")
            for store in set(waiting.values()):  # all at once: hundreds may wait
                try:
                    store.beat_waiting(job for job, its in waiting.items() if its is store)
                except (PlatformError, sqlite3.Error) as error:
                    log.warning(f"The job store did not take a heartbeat: {error}")


heartbeat = Heartbeat()
