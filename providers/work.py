"""What a flow is given to do its work with: steps that are taken once, following, progress, cancelling.

A flow is a plain function ``flow(api, ..., work)``. Run again with the same journal it takes up where it stopped.
"""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from typing import Any, TypeVar

from .errors import Cancelled, Kind, OpenQuestion, PlatformError
from .journal import Journal, MemoryJournal, Step

Result = TypeVar("Result")

#: What ``adopt`` answers when the platform certainly does not know the step: it may be taken again.
NOT_THERE = object()


@dataclass
class Progress:
    """What a running job tells whoever shows it. ``fraction`` is 0 to 1 or None when not known."""

    fraction: float | None = None
    message: str = ""
    facts: dict[str, str] = field(default_factory=dict)
    bytes_done: int = 0
    bytes_total: int = 0


class Work:
    """The hands of a flow.

    ``report`` receives every :class:`Progress`; messages are keys that floor 2 translates. ``cancelled`` is asked
    between steps and during waits. ``hold`` is called there too, and does not come back while the user wants the work
    to stand still and nobody asked it to stop. Inside ``idle`` there is nothing to do but to look now and then.
    ``pause`` exists for tests.
    """

    def __init__(
        self,
        journal: Journal | None = None,
        report: Callable[[Progress], None] | None = None,
        cancelled: Callable[[], bool] | None = None,
        pause: Callable[[float], None] | None = None,
        prefix: str = "",
        share: tuple[float, float] = (0.0, 1.0),
        hold: Callable[[], None] | None = None,
        idle: Callable[[], AbstractContextManager[None]] = nullcontext,
    ) -> None:
        self.journal: Journal = journal if journal is not None else MemoryJournal()
        self._report = report or (lambda progress: None)
        self._cancelled = cancelled or (lambda: False)
        self._pause = pause
        self._prefix = prefix
        self._share = share
        self._hold = hold or (lambda: None)
        self._idle = idle

    def part(self, name: str, share: tuple[float, float] = (0.0, 1.0)) -> Work:
        """A piece of this work with journal names of its own and a share (from, to) of its progress."""
        low, high = self._share
        inner = (low + (high - low) * share[0], low + (high - low) * share[1])
        prefix = f"{self._prefix}{name}/"
        return Work(self.journal, self._report, self._cancelled, self._pause, prefix, inner, self._hold, self._idle)

    def cancelled(self) -> bool:
        """Whether it was asked to stop; for any thread."""
        return self._cancelled()

    def check_cancelled(self) -> None:
        """Raise :class:`Cancelled` when asked to stop; wait while the work is held."""
        self._hold()
        if self._cancelled():
            raise Cancelled

    def progress(
        self,
        fraction: float | None,
        message: str = "",
        bytes_done: int = 0,
        bytes_total: int = 0,
        **facts: str,
    ) -> None:
        """Tell how far this part is (0 to 1, None when not known)."""
        low, high = self._share
        overall = None if fraction is None else low + (high - low) * min(1.0, max(0.0, fraction))
        self._report(Progress(overall, message, facts, bytes_done, bytes_total))

    def wait(self, seconds: float) -> None:
        """Sleep, but wake up at once when asked to stop."""
        if self._pause is not None:
            self.check_cancelled()
            self._pause(seconds)
            return
        end = time.monotonic() + seconds
        sleeper = threading.Event()
        while True:
            self.check_cancelled()
            left = end - time.monotonic()
            if left <= 0:
                return
            sleeper.wait(min(0.1, left))

    def noted(self, step: str) -> Step | None:
        """What the journal says of a step of this part."""
        return self.journal.read(self._prefix + step)

    def steps(self) -> list[str]:
        """The names of the steps of this part that were begun or noted, oldest first."""
        return [name[len(self._prefix):] for name in self.journal.names() if name.startswith(self._prefix)]

    def note(self, step: str, value: Any) -> None:
        """Keep a fact of this part that a later run needs."""
        self.journal.finish(self._prefix + step, value)

    def forget(self, step: str) -> None:
        """Let a step of this part be taken again."""
        self.journal.forget(self._prefix + step)

    def once(
        self,
        step: str,
        do: Callable[[], Result],
        adopt: Callable[[], Any] | None = None,
        facts: Any = None,
    ) -> Result:
        """Take a step at most once over all runs of the job, and give what it gave.

        When an earlier run stopped inside the step, ``adopt`` looks on the platform: it gives the outcome it found,
        or ``NOT_THERE`` when the step certainly did not take effect (then it is taken again). Without ``adopt``, or
        when it answers None, :class:`OpenQuestion` is raised: nothing is repeated silently.
        ``facts`` are kept with the beginning of the step, to recognise its outcome.
        """
        name = self._prefix + step
        earlier = self.journal.read(name)
        if earlier is not None and earlier.done:
            value: Result = earlier.value
            return value
        if earlier is not None:
            found = adopt() if adopt is not None else None
            if found is None:
                raise OpenQuestion(Kind.OPEN_QUESTION, facts={"step": name})
            if found is not NOT_THERE:
                self.journal.finish(name, found)
                adopted: Result = found
                return adopted
        self.check_cancelled()
        self.journal.begin(name, facts)
        try:
            result = do()
        except PlatformError as error:
            if certainly_not_done(error):
                self.journal.forget(name)
            raise
        self.journal.finish(name, result)
        return result

    def follow(
        self,
        read: Callable[[], Result],
        finished: Callable[[Result], bool],
        interval: float,
        patience: float = 600.0,
        longest: float | None = None,
        limit: float = math.inf,
        at_once: bool = False,
    ) -> Result:
        """Read the state of a platform's job every ``interval`` seconds until it is finished, and give that state.

        The first look comes after a tenth of the interval, as short jobs are the rule; ``at_once``, for what may be
        finished already, puts one before it. With ``longest`` the pauses grow from there, by half each time, up to that
        many seconds: for jobs of hours. Passing failures of the look itself (no connection, 5xx) are endured for
        ``patience`` seconds, and at most as many looks as its pauses fill: the job goes on over there. After ``limit``
        seconds the state that was seen last is given although it is not finished.
        """
        with self._idle():
            return self._follow(read, finished, interval, patience, longest, limit, at_once)

    def _follow(
        self, read: Callable[[], Result], finished: Callable[[Result], bool], interval: float, patience: float,
        longest: float | None, limit: float, at_once: bool,
    ) -> Result:
        begun = time.monotonic()
        failing_since: float | None = None
        paused, pause = 0.0, interval / 10
        while True:
            if not at_once:
                self.wait(pause)
                paused += pause
                pause = interval if longest is None else min(pause * 1.5, longest)
            at_once = False
            try:
                state = read()
            except PlatformError as error:
                now = time.monotonic()
                if failing_since is None:
                    failing_since, paused = now, 0.0
                too_long = max(now - failing_since, paused) > patience or now - begun > limit
                if too_long or not is_passing(error):
                    raise
                continue
            failing_since = None
            if finished(state) or time.monotonic() - begun > limit:
                return state


def is_passing(error: PlatformError) -> bool:
    """Whether a reading request that failed so may succeed later without anybody's doing."""
    return error.kind in (Kind.UNREACHABLE, Kind.TIMED_OUT, Kind.INTERRUPTED, Kind.THROTTLED, Kind.SERVER_FAULT)


def certainly_not_done(error: PlatformError) -> bool:
    """Whether a request that ended so surely took no effect: the platform refused it, or it never left.

    A 5xx answer, a time-out while waiting for the answer or a cut connection leave the outcome open. A redirect that
    is no answer of the work itself (301, 307, 308) means that the work was not done here.
    """
    if error.unsent:
        return True
    return error.status is not None and (400 <= error.status < 500 or error.status in (301, 307, 308))
