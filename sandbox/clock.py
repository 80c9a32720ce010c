"""The sandbox's time: the machine's time, shifted or hurried on demand."""

from __future__ import annotations

import time
from datetime import datetime, timezone


class Clock:
    """Seconds since 1970 that can be moved forward and made to run faster. It never runs backwards."""

    def __init__(self) -> None:
        self._start_real = time.time()
        self._start = self._start_real
        self.factor = 1.0

    def now(self) -> float:
        """The sandbox's present, in seconds since 1970 (UTC), to the microsecond that answers tell: whoever asks for
        what was made since a told moment finds what was made at it."""
        return round(self._start + (time.time() - self._start_real) * self.factor, 6)

    def advance(self, seconds: float) -> None:
        """Jump forward."""
        if seconds < 0:
            raise ValueError("The clock cannot be turned back.")
        self._rebase(self.now() + seconds)

    def hurry(self, factor: float) -> None:
        """Let time pass ``factor`` times as fast from now on."""
        if factor <= 0:
            raise ValueError("The factor must be above zero.")
        self._rebase(self.now())
        self.factor = factor

    def reset(self) -> None:
        """Back to the machine's time."""
        self.__init__()  # type: ignore[misc]

    def _rebase(self, now: float) -> None:
        self._start_real = time.time()
        self._start = now

    def moment(self, seconds: float | None = None) -> str:
        """``2024-06-02T09:41:00.000000Z`` for the present or for the given second (section 3 of the Picterra notes)."""
        value = self.now() if seconds is None else seconds
        return datetime.fromtimestamp(value, timezone.utc).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
