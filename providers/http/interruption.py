"""Ending a request under way when nobody waits for its answer any more."""

from __future__ import annotations

import threading
from collections.abc import Callable
from socket import socket
from types import TracebackType

from ..errors import Cancelled, ConnectionFailed
from .connections import TICK_SECONDS, shut

GRACE_SECONDS = 0.3
"""An answer that comes this soon after the stop is still taken: it spares the question whether the request was done."""


class Interruption:
    """A context around one request of a thread: a :class:`.connections.Watcher`. A stop shuts the socket in use.

    The thread that waits for the answer wakes up at once, and :class:`Cancelled` is raised. Its ``unsent`` tells
    whether anything had left: what had may have been done.
    """

    def __init__(self, cancelled: Callable[[], bool]) -> None:
        self._cancelled = cancelled
        self._ended = threading.Event()
        self._lock = threading.Lock()
        self._connection: socket | None = None
        self._thread: threading.Thread | None = None
        self._cut = False

    @property
    def stopped(self) -> bool:
        return self._cancelled()

    def watch(self, connection: socket) -> None:
        """Take note of the socket that is used from now on. Raises when the stop came before."""
        if self._cancelled():
            raise Cancelled
        with self._lock:
            self._connection = connection
        if self._thread is None:
            self._thread = threading.Thread(target=self._wait, name="Imagery Hub request", daemon=True)
            self._thread.start()

    def _wait(self) -> None:
        while not self._ended.wait(TICK_SECONDS):
            if self._cancelled():
                break
        if self._ended.wait(GRACE_SECONDS):
            return
        with self._lock:
            if self._connection is not None and not self._ended.is_set():
                self._cut = True
                shut(self._connection)

    def __enter__(self) -> Interruption:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with self._lock:
            self._ended.set()
        if self._thread is not None:
            self._thread.join()
        # Without its length, an answer that was cut looks whole.
        if self._cut and (error is None or isinstance(error, ConnectionFailed)):
            raise Cancelled(unsent=isinstance(error, ConnectionFailed) and error.unsent) from None
