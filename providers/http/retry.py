"""When to send a request again, and after how long."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timezone
from email.utils import parsedate_to_datetime
from random import SystemRandom

from ..errors import ConnectionFailed, Kind, PlatformError
from .operation import Repeat

PASSING = (429, 502, 503, 504)
PASSING_KINDS = (Kind.UNREACHABLE, Kind.INTERRUPTED, Kind.TIMED_OUT)


@dataclass(frozen=True)
class RetryPolicy:
    """Back-off that doubles from ``first`` to ``longest`` seconds with some jitter; the platform's word goes first.

    A 429 that names no time is waited for four times as long, a minute in all: Picterra counts about 30 requests a
    minute (notes, section 12 and A3), and its client waits as long. ``patience`` bounds a ``Retry-After``: a longer one
    is told to the user instead of waited for.
    """

    attempts: int = 5
    first: float = 1.0
    longest: float = 30.0
    patience: float = 300.0
    jitter: Callable[[], float] = SystemRandom().random

    def pause_after(self, error: PlatformError, repeat: Repeat, attempt: int) -> float | None:
        """Seconds to wait before attempt number ``attempt + 2``, or None when the failure stands."""
        return self.pause(error, attempt) if may_repeat(error, repeat) else None

    def pause(self, error: PlatformError, attempt: int) -> float | None:
        """The same for a failure that is known to be passing. Never shorter than the platform asked for.

        Some jitter is put on top of ``Retry-After``, as several threads that were throttled at once wait for it.
        """
        if attempt + 1 >= self.attempts:
            return None
        asked = retry_after(error.facts.get("retry_after", ""))
        if asked is not None:
            return asked + self.first * self.jitter() if asked <= self.patience else None
        if error.status == 429:
            return float(4 * self.first * 2**attempt * (1 + self.jitter() / 4))
        return float(min(self.longest, self.first * 2**attempt) * (0.5 + self.jitter() / 2))


def may_repeat(error: PlatformError, repeat: Repeat) -> bool:
    """Whether the failure is passing and repeating the request is allowed.

    A request that never left (nothing listened, the token server was busy) may be repeated unless it costs money
    or destroys.
    """
    if repeat is Repeat.NEVER:
        return False
    if repeat is Repeat.ONLY_RATE_LIMITED:
        return error.status == 429
    if isinstance(error, ConnectionFailed):
        return error.kind in PASSING_KINDS and (error.unsent or repeat is Repeat.SAFE)
    if error.status not in PASSING:
        return False
    throttled = error.status == 429 or (error.status == 503 and "retry_after" in error.facts)
    return throttled or error.unsent or repeat is Repeat.SAFE


def retry_after(value: str) -> float | None:
    """Seconds of a ``Retry-After`` header: a number or an HTTP date; None when absent or unreadable."""
    if not value:
        return None
    if re.fullmatch(r"\d+(\.\d*)?", value.strip()):
        return float(value)
    try:
        moment = parsedate_to_datetime(value)
    except (TypeError, ValueError):
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=timezone.utc)
    return max(0.0, (moment - datetime.now(timezone.utc)).total_seconds())
