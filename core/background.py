"""Work beside the main thread, in a bounded pool of our own; what many places are asked at once has another, in which
each has a thread of its own.

QGIS's global pool is shared with map rendering and never occupied by what waits for a network. Results arrive on the
main thread; those of an errand that was cancelled meanwhile are dropped.
"""

from __future__ import annotations

import queue
import sys
import threading
import time
from collections.abc import Callable
from typing import Any, Generic, TypeVar

from ..providers.work import Work
from . import log, main_thread, tidying

THREADS = 8
#: A request under way ends half a second after it was cancelled, if it is given ``Errand.work``.
PATIENCE_SECONDS = 3.0
Result = TypeVar("Result")


class Errand(Generic[Result]):
    """One piece of work. ``cancelled`` is for the work itself to look at; ``cancel`` also drops the result.

    What the work and its receivers hold is let go of on the main thread: a ``QgsProcessingContext`` whose last owner is
    a thread of the pool takes QObjects of the main thread with it, and QGIS crashes a moment later.
    """

    def __init__(
        self,
        do: Callable[[Errand[Result]], Result],
        done: Callable[[Result], None] | None,
        failed: Callable[[Exception], None] | None,
    ) -> None:
        self._held: list[Any] = [do, done, failed]
        self._stop: Callable[[], None] | None = None
        self._value: Any = None
        self._error: Exception | None = None
        self._succeeded = False
        self._cancelled = threading.Event()
        self.ended = threading.Event()

    @property
    def cancelled(self) -> bool:
        """Whether nobody waits for the result any more."""
        return self._cancelled.is_set()

    def cancel(self) -> None:
        """Ask the work to stop and drop its result."""
        self._cancelled.set()
        stop = self._stop
        if stop is not None:
            stop()

    def stopped_by(self, stop: Callable[[], None]) -> None:
        """What else stops the work: called by ``cancel``, from any thread. Main thread."""
        if not self.ended.is_set():
            self._stop = stop

    def work(self) -> Work:
        """For platform calls (``api.during(errand.work())``): one that hangs ends when the errand is cancelled."""
        return Work(cancelled=lambda: self.cancelled)

    def run(self) -> None:
        """Do it, in a thread of the pool; ``settle`` has to follow on the main thread."""
        try:
            if not self.cancelled:
                self._value = self._held[0](self)
                self._succeeded = True
        except Exception as error:  # handed to who asked for the work
            self._error = error

    def settle(self) -> None:
        """On the main thread: tell who waits, and let go of everything."""
        (_, done, failed), self._held = self._held, []
        self._stop = None
        value, self._value = self._value, None
        error, self._error = self._error, None
        if self.cancelled:
            return
        if error is not None:
            (failed or log.unexpected)(error)
        elif self._succeeded and done is not None:
            done(value)


class Background:
    """At most ``threads`` errands at a time; the others wait in line."""

    def __init__(self, threads: int = THREADS) -> None:
        self._limit = threads
        self._line: queue.SimpleQueue[Errand[Any] | None] = queue.SimpleQueue()
        self._lock = threading.Lock()
        self._threads: list[threading.Thread] = []
        self._open: set[Errand[Any]] = set()
        self._closed = False

    def run(
        self,
        do: Callable[[Errand[Result]], Result],
        done: Callable[[Result], None] | None = None,
        failed: Callable[[Exception], None] | None = None,
    ) -> Errand[Result]:
        """Do it in the background; then ``done`` or ``failed`` is called on the main thread."""
        errand = Errand(do, done, failed)
        with self._lock:
            if self._closed:
                errand.cancel()
                errand.ended.set()
                return errand
            self._open.add(errand)
            tidying.beside_the_main_thread.begin()
            if len(self._open) > len(self._threads) and len(self._threads) < self._limit:
                thread = threading.Thread(target=self._serve, name="Imagery Hub", daemon=True)
                self._threads.append(thread)
                thread.start()
        self._line.put(errand)
        return errand

    def _serve(self) -> None:
        while True:
            errand = self._line.get()
            if errand is None:
                return
            try:
                errand.run()
            finally:
                with self._lock:
                    self._open.discard(errand)
                main_thread.later(errand.settle)
                errand.ended.set()
                tidying.beside_the_main_thread.end()

    @property
    def closed(self) -> bool:
        """Whether nothing is taken any more."""
        return self._closed

    def begin_close(self) -> None:
        """Cancel everything, and take nothing more. The threads end when what they do has stopped."""
        with self._lock:
            if self._closed:
                return
            self._closed = True
            errands, threads = list(self._open), list(self._threads)
        for errand in errands:
            errand.cancel()
        for _ in threads:
            self._line.put(None)

    def close(self, patience: float = PATIENCE_SECONDS) -> bool:
        """Cancel everything and end the threads; True when all ended within ``patience`` seconds."""
        self.begin_close()
        end = time.monotonic() + patience
        for thread in self._threads:
            thread.join(max(0.0, end - time.monotonic()))
        return not any(thread.is_alive() for thread in self._threads)


_shared: Background | None = None
_at_once: Background | None = None


def background() -> Background:
    """The plugin's pool for short errands, made when first used."""
    global _shared
    if _shared is None:
        _shared = Background()
    return _shared


def at_once() -> Background:
    """The pool in which nothing waits in line, made when first used: for what some connections are asked together, so
    that slow ones hold up neither each other nor the short errands."""
    global _at_once
    if _at_once is None:
        _at_once = Background(sys.maxsize)
    return _at_once


def begin_close() -> None:
    """Cancel what the plugin's pools do, without waiting."""
    for pool in (_shared, _at_once):
        if pool is not None:
            pool.begin_close()


def close() -> None:
    """End the plugin's pools; the next use makes new ones."""
    global _shared, _at_once
    begin_close()
    pools, _shared, _at_once = (_shared, _at_once), None, None
    for pool in pools:
        if pool is not None:
            pool.close()
