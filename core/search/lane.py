"""One connection's part of a search: pages in the background, what was found on the main thread."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import Any

from qgis.core import QgsGeometry

from ...providers.search import Hit, Hits, Query, Search
from ...providers.work import Work
from .. import main_thread
from ..background import Errand
from ..platforms import PLATFORMS
from ..problems import Problem
from ..translation import tr
from .sieve import Sieve, Sifted

#: How many that fit are fetched before the next are waited for.
BATCH = 200
#: How many are looked through at most for that, where a platform does not narrow the search itself and little fits.
MOST_LOOKED = 2000
#: Pause between deliveries, so that a fast platform does not drown the window in small changes.
DELIVERY_SECONDS = 0.15

#: A connection that gave nothing for so long, in seconds, is slow: it is named, and the others go on without it.
SLOW_SECONDS = 10.0

#: As ``core.sessions.Sessions.run_at_once``.
Runner = Callable[..., Errand[Any]]


class LaneState(Enum):
    """Where a connection stands. ``PAUSED``: there is more. ``STOPPED``: by the user, and there is more."""

    ASKING = "asking"
    PAUSED = "paused"
    STOPPED = "stopped"
    ENDED = "ended"
    FAILED = "failed"


@dataclass(frozen=True, eq=False)
class Found:
    """One image that fits, of one connection. ``shape`` and ``covered`` as in :class:`Sifted`."""

    platform: str
    connection: str
    hit: Hit
    shape: QgsGeometry
    covered: float | None


@dataclass(frozen=True)
class _Part:
    """What a background run delivers: those that fit, and where it stands."""

    kept: list[Sifted]
    looked: int
    elsewhere: int
    unplaced: int
    withheld: int
    total: int | None
    following: str


class _Pile:
    """What was found and not delivered yet."""

    def __init__(self, sieve: Sieve, begin: str, deliver: Callable[[_Part], None]) -> None:
        self.following = begin
        self.found = self.seen = self._withheld = 0
        self._sieve = sieve
        self._deliver = deliver
        self._kept: list[Sifted] = []
        self._looked = 0
        self._total: int | None = None
        self._last = time.monotonic()

    def add(self, page: Hits) -> None:
        """A page came."""
        kept = list(self._sieve.sift(page.hits))
        self._kept += kept
        self.found += len(kept)
        self._looked += len(page.hits)
        self.seen += len(page.hits)
        self._total, self.following, self._withheld = page.total, page.following, page.withheld

    def deliver_now_and_then(self) -> None:
        """Deliver when the last delivery is a while ago."""
        if time.monotonic() - self._last >= DELIVERY_SECONDS:
            self.deliver()

    def deliver(self) -> None:
        """Deliver, unless no page came."""
        if self._looked or not self.following:
            sieve = self._sieve
            self._deliver(
                _Part(self._kept, self._looked, sieve.elsewhere, sieve.unplaced, self._withheld, self._total,
                      self.following)
            )
            self._kept, self._looked, sieve.elsewhere, sieve.unplaced = [], 0, 0, 0
        self._last = time.monotonic()


class Lane:
    """Main thread only. ``told(lane, found)`` is called after each change; ``found`` is empty when only the state
    changed. ``looked`` counts what the platform gave, ``total`` what it says to have; ``elsewhere`` and ``unplaced`` as
    in :class:`Sieve`, ``withheld`` as in :class:`Hits`. ``given_up``: the user did not want to wait for this one any
    longer."""

    def __init__(
        self, platform: str, connection: str, query: Query, run: Runner, told: Callable[[Lane, list[Found]], None]
    ) -> None:
        self.platform = platform
        self.connection = connection
        self.query = query
        self.state = LaneState.PAUSED
        self.error: Exception | None = None
        self.total: int | None = None
        self.looked = self.kept = self.elsewhere = self.unplaced = self.withheld = 0
        self.given_up = False
        self._heard = time.monotonic()
        self._run = run
        self._told = told
        self._following: str | None = ""
        self._seen: set[tuple[str, str]] = set()
        self._errand: Errand[None] | None = None
        self._asking: object | None = None

    @property
    def key(self) -> tuple[str, str]:
        """Platform key and name of the connection."""
        return self.platform, self.connection

    @property
    def more(self) -> bool:
        """Whether there is more to be had."""
        return self.state in (LaneState.PAUSED, LaneState.STOPPED)

    @property
    def slow(self) -> bool:
        """Whether it is being asked and gave nothing for a while."""
        return self.state is LaneState.ASKING and time.monotonic() - self._heard >= SLOW_SECONDS

    def give_up(self) -> None:
        """Wait for it no longer; what was found stays, and it can be asked again."""
        self.given_up = True
        self.stop()

    def proceed(self, batch: int | None = BATCH) -> None:
        """Go on where it stands, also after a stop or a failure, for ``batch`` that fit, as far as they are among the
        next :data:`MOST_LOOKED`, or to the end."""
        if self.state in (LaneState.ASKING, LaneState.ENDED):
            return
        begin, asking = self._following or "", object()
        self._asking = asking
        self.given_up, self._heard = False, time.monotonic()
        self._set(LaneState.ASKING)
        self._errand = self._run(
            self.platform, self.connection,
            lambda platform, work: self._ask(platform, work, asking, begin, batch), self._finished, self._failed,
        )

    def stop(self) -> None:
        """Drop what is under way; what was found stays."""
        if self._errand is not None:
            self._errand.cancel()
            self._errand = None
        self._asking = None
        if self.state is LaneState.ASKING:
            self._set(LaneState.STOPPED)

    # ------------------------------------------------------------------ in the background
    def _ask(self, platform: Any, work: Work, asking: object, begin: str, batch: int | None) -> None:
        if not isinstance(platform, Search):
            title = PLATFORMS[self.platform].title
            raise Problem(tr("{platform} cannot be searched.").format(platform=title))
        sieve = Sieve(self.query, platform.narrows)
        pile = _Pile(sieve, begin, lambda part: main_thread.later(lambda: self._take(asking, part)))
        try:
            while True:
                page = platform.search(self.query, pile.following, work)
                pile.add(page)
                enough = batch is not None and (pile.found >= batch or pile.seen >= MOST_LOOKED)
                if enough or not pile.following:
                    return
                pile.deliver_now_and_then()
                work.check_cancelled()
        finally:  # also what came before a failure
            pile.deliver()

    # ------------------------------------------------------------------ on the main thread
    def _take(self, asking: object, part: _Part) -> None:
        if self._asking is not asking:  # it was stopped meanwhile
            return
        self._heard = time.monotonic()
        found = []
        for one in part.kept:
            key = (one.hit.entry.kind, one.hit.entry.id)
            if key not in self._seen:  # what is added meanwhile moves the others to the next page
                self._seen.add(key)
                found.append(Found(self.platform, self.connection, one.hit, one.shape, one.covered))
        self.looked += part.looked
        self.kept += len(found)
        self.elsewhere += part.elsewhere
        self.unplaced += part.unplaced
        self.total, self.withheld = part.total, part.withheld
        self._following = part.following or None
        self._told(self, found)

    def _finished(self, _: None) -> None:
        self._errand = None
        self._set(LaneState.PAUSED if self._following else LaneState.ENDED)

    def _failed(self, error: Exception) -> None:
        self._errand = None
        self._set(LaneState.FAILED, error)

    def _set(self, state: LaneState, error: Exception | None = None) -> None:
        self.state, self.error = state, error
        self._told(self, [])
