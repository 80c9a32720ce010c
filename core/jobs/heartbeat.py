"""One thread that says for all running jobs of this process that somebody still works on them."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable

from ...providers.errors import PlatformError
from ...providers.work import Progress
from .. import log
from .owner import BEAT_SECONDS
from .store import JobStore


class Pulse:
    """One running job. Its progress is written with each beat; ``lost`` is set when another process took it over.

    ``cancel`` asks the run to stop, whoever started it.
    """

    def __init__(self, store: JobStore, job: str, cancel: Callable[[], None]) -> None:
        self.store = store
        self.job = job
        self.cancel = cancel
        self.progress = Progress()
        self.lost = threading.Event()


class Heartbeat:
    """Beats while there is something to beat for; its thread ends with the last job."""

    def __init__(self, interval: float = BEAT_SECONDS) -> None:
        self._interval = interval
        self._lock = threading.Lock()
        self._pulses: set[Pulse] = set()
        self._wake = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self, store: JobStore, job: str, cancel: Callable[[], None] = lambda: None) -> Pulse:
        """Begin to beat for a job."""
        pulse = Pulse(store, job, cancel)
        with self._lock:
            self._pulses.add(pulse)
            if self._thread is None:
                self._wake.clear()
                self._thread = threading.Thread(target=self._beat, name="Imagery Hub heartbeat", daemon=True)
                self._thread.start()
        return pulse

    def stop(self, pulse: Pulse) -> None:
        """Stop beating for a job."""
        with self._lock:
            self._pulses.discard(pulse)
            if not self._pulses:
                self._wake.set()

    def pulse(self, job: str) -> Pulse | None:
        """A job that runs in this process now, in the toolbox or anywhere else."""
        with self._lock:
            return next((pulse for pulse in self._pulses if pulse.job == job), None)

    def _beat(self) -> None:
        while True:
            self._wake.wait(self._interval)
            with self._lock:
                if not self._pulses:
                    self._thread = None
                    return
                self._wake.clear()
                pulses = list(self._pulses)
            for pulse in pulses:
                try:
                    if not pulse.store.beat(pulse.job, pulse.progress.fraction) and pulse in self._pulses:
                        pulse.lost.set()
                except (PlatformError, sqlite3.Error) as error:
                    log.warning(f"The job store did not take a heartbeat: {error}")


heartbeat = Heartbeat()
