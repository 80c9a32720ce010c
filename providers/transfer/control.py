"""How a running transfer is stopped, paused and measured."""

from __future__ import annotations

import socket
import threading
import time
from collections import deque
from collections.abc import Callable
from typing import TypeVar

from ..errors import Cancelled, ConnectionFailed, Kind, PlatformError
from ..http.connections import shut
from ..http.retry import RetryPolicy

Result = TypeVar("Result")

REPEATED_BY_STORAGE = (408, 429, 500, 502, 503, 504)
SPEED_SECONDS = 5.0


class NotRepeated(Exception):
    """What ended a transfer and is no passing failure of the storage that it goes to, whatever its kind. ``error`` is
    what is told."""

    def __init__(self, error: Exception) -> None:
        self.error = error
        super().__init__()


class Gate:
    """Open while transfers may run; shared by all transfers of an engine."""

    def __init__(self) -> None:
        self._open = threading.Event()
        self._open.set()
        self.times_closed = 0

    @property
    def closed(self) -> bool:
        return not self._open.is_set()

    def close(self) -> None:
        if self._open.is_set():
            self.times_closed += 1
            self._open.clear()

    def open(self) -> None:
        self._open.set()

    def wait(self, seconds: float) -> bool:
        return self._open.wait(seconds)


class Control:
    """One transfer under way, as its threads see it.

    Stopping shuts the sockets that are in use, so that a thread that waits for storage wakes up at once.
    """

    def __init__(self, gate: Gate) -> None:
        self.gate = gate
        self._stopped = threading.Event()
        self._lock = threading.Lock()
        self._sockets: dict[int, socket.socket] = {}

    def check(self) -> None:
        """Wait while paused. Raises :class:`Cancelled` once stopped."""
        while not self._stopped.is_set():
            if self.gate.wait(0.05):
                if self._stopped.is_set():
                    break
                return
        raise Cancelled

    def sleep(self, seconds: float) -> None:
        """Wait; a stop ends it."""
        self._stopped.wait(seconds)
        self.check()

    def stop(self) -> None:
        """Let every thread of this transfer come to an end."""
        self._stopped.set()
        with self._lock:
            for connection in self._sockets.values():
                shut(connection)

    @property
    def stopped(self) -> bool:
        return self._stopped.is_set()

    def watch(self, connection: socket.socket) -> None:
        """Take note of the socket that this thread uses from now on."""
        with self._lock:
            self._sockets[threading.get_ident()] = connection
        self.check()

    def unwatch(self) -> None:
        """This thread uses no socket any more."""
        with self._lock:
            self._sockets.pop(threading.get_ident(), None)

    def patiently(
        self, attempt: Callable[[], Result], policy: RetryPolicy, advanced: Callable[[], int] = lambda: 0
    ) -> Result:
        """Repeat what failed in passing. An attempt that got further, or that a pause cut, starts the count anew.

        ``advanced`` gives a number that grows when something stayed done (bytes on disk, say).
        """
        failures = 0
        while True:
            before, closings = advanced(), self.gate.times_closed
            try:
                self.check()
                return attempt()
            except PlatformError as error:
                if self.stopped:
                    raise Cancelled from None
                if advanced() > before or self.gate.times_closed > closings:
                    failures = 0
                seconds = policy.pause(error, failures) if is_passing(error) else None
                if seconds is None:
                    raise
            failures += 1
            self.sleep(seconds)


def is_passing(error: PlatformError) -> bool:
    """Whether a request to storage that failed so may succeed when it is sent again."""
    passing_connection = error.kind in (Kind.UNREACHABLE, Kind.INTERRUPTED, Kind.TIMED_OUT)
    return passing_connection if isinstance(error, ConnectionFailed) else error.status in REPEATED_BY_STORAGE


class Meter:
    """Bytes that have been moved, and how fast they move. ``facts`` are told along with them."""

    def __init__(self, total: int) -> None:
        self.total = total
        self.facts: dict[str, str] = {}
        self._done = 0
        self._lock = threading.Lock()
        self._samples: deque[tuple[float, int]] = deque([(time.monotonic(), 0)])

    def add(self, count: int) -> None:
        """More bytes were moved; fewer (a negative count) when an attempt is taken back."""
        with self._lock:
            self._done += count

    def start_at(self, done: int, total: int | None = None) -> None:
        """Bytes that an earlier run moved, and what is to be moved in all."""
        with self._lock:
            self._done = done
            self.total = self.total if total is None else total
            self._samples = deque([(time.monotonic(), done)])

    @property
    def done(self) -> int:
        return self._done

    @property
    def fraction(self) -> float | None:
        return min(1.0, self._done / self.total) if self.total > 0 else None

    def speed(self) -> float:
        """Bytes per second over the last few seconds."""
        now = time.monotonic()
        with self._lock:
            self._samples.append((now, self._done))
            while len(self._samples) > 2 and now - self._samples[0][0] > SPEED_SECONDS:
                self._samples.popleft()
            (start, first), (end, last) = self._samples[0], self._samples[-1]
        return max(0.0, (last - first) / (end - start)) if end > start else 0.0
