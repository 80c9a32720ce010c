"""Pausing a run that goes on living: its transfers stand still with what they have, and no further step is taken."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

from .turns import turns

LOOK_SECONDS = 0.1


class Hold:
    """One for each run. ``pause`` and ``go_on`` are for any thread, ``wait`` for the run's own ones."""

    def __init__(self) -> None:
        self._free = threading.Event()
        self._free.set()
        self._lock = threading.Lock()
        self._engine: Any = None

    @property
    def paused(self) -> bool:
        """Whether the run stands still by the user's wish."""
        return not self._free.is_set()

    def steer(self, platform: Any) -> None:
        """The run's transfers are those of this platform object's ``engine``, where it has one."""
        with self._lock:
            self._engine = getattr(platform, "engine", None)
            if self.paused and self._engine is not None:
                self._engine.pause()

    def pause(self) -> None:
        """Stand still: after the block under way, before the next step."""
        with self._lock:
            self._free.clear()
            if self._engine is not None:
                self._engine.pause()

    def go_on(self) -> None:
        """Go on from there."""
        with self._lock:
            self._free.set()
            if self._engine is not None:
                self._engine.resume()

    def wait(self, cancelled: Callable[[], bool]) -> None:
        """Come back when the run may go on or is to stop. Meanwhile its turn is another one's."""
        if self._free.is_set():
            return
        with turns.given_back(cancelled):
            while not self._free.wait(LOOK_SECONDS):
                if cancelled():
                    return
