"""How many of the runs that the desk started work at the same time. One that is paused lets another one work."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

AT_ONCE = 4
LOOK_SECONDS = 0.1


class _Mine(threading.local):
    """Whether this thread has a turn: runs of the toolbox never do."""

    turn = False


class Turns:
    """A counter that can be waited for, and given up when the waiting makes no sense any more."""

    def __init__(self, count: int = AT_ONCE) -> None:
        self._free = threading.Semaphore(count)
        self._mine = _Mine()

    def _take(self, cancelled: Callable[[], bool]) -> None:
        while not self._free.acquire(timeout=LOOK_SECONDS):
            if cancelled():
                return
        self._mine.turn = True

    def _give(self) -> None:
        if self._mine.turn:
            self._mine.turn = False
            self._free.release()

    @contextmanager
    def taken(self, cancelled: Callable[[], bool]) -> Iterator[None]:
        """Inside it is this thread's turn, or the work was cancelled while it waited."""
        self._take(cancelled)
        try:
            yield
        finally:
            self._give()

    @contextmanager
    def given_back(self, cancelled: Callable[[], bool]) -> Iterator[None]:
        """Inside, the turn of this thread, if it has one, is another one's. What fails there waits for no other."""
        had = self._mine.turn
        self._give()
        yield
        if had:
            self._take(cancelled)


turns = Turns()
