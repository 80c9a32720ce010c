"""One question to many connections at once, without a window: each is asked in a thread of its own, with a time limit
of its own. Who is slow or fails holds nobody up, and what came before stays."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import Enum
from typing import Any

from ...providers.errors import Cancelled, PlatformError
from ...providers.search import Query, Search
from ...providers.work import Work
from .. import log
from ..connections import Credentials
from ..network import NetworkSettings
from ..problems import Problem
from ..quick_looks import quick_look
from ..tidying import beside_the_main_thread
from .lane import Found
from .sieve import Sieve

#: How long a thread may take to notice that its time is over, before nobody waits for it any more.
GRACE_SECONDS = 3.0
LOOK_SECONDS = 0.05


class State(Enum):
    """How a connection answered. ``MORE``: there is more than was wanted. ``UNABLE``: it cannot be searched."""

    ANSWERED = "answered"
    MORE = "more"
    SLOW = "too slow"
    FAILED = "failed"
    UNABLE = "cannot be searched"


@dataclass(frozen=True)
class Addressee:
    """A connection that is to be asked; an empty ``connection`` is the environment. Without ``credentials`` it cannot
    be opened, and ``error`` says why."""

    platform: str
    connection: str
    credentials: Credentials | None = None
    error: Exception | None = None

    @property
    def home(self) -> object:
        """The same for connections to the same place, where ids mean the same."""
        if self.credentials is None:
            return (self.platform, self.connection)
        options = {name: value for name, value in self.credentials.options.items() if name != "variable"}
        return (self.platform, self.credentials.address.rstrip("/"), tuple(sorted(options.items())))


@dataclass(frozen=True)
class Limits:
    """For each connection: how long it may take, how many images are wanted (0: all)."""

    seconds: float
    most: int = 0


@dataclass(frozen=True)
class Outcome:
    """What one connection gave. ``elsewhere`` and ``unplaced`` as in :class:`Sieve`, ``withheld`` as in :class:`Hits`;
    ``pictures`` by kind and id."""

    addressee: Addressee
    state: State
    found: list[Found] = field(default_factory=list)
    error: Exception | None = None
    elsewhere: int = 0
    unplaced: int = 0
    withheld: int = 0
    pictures: dict[tuple[str, str], bytes] = field(default_factory=dict)


class _Question:
    """One connection that is being asked."""

    def __init__(
        self, addressee: Addressee, query: Query, limits: Limits, pictures: bool, cancelled: Callable[[], bool]
    ) -> None:
        self.addressee = addressee
        self.until = time.monotonic() + limits.seconds
        self.ended = threading.Event()
        self._query, self._most, self._wants_pictures = query, limits.most, pictures
        self._cancelled = cancelled
        self._given_up = threading.Event()
        self._lock = threading.Lock()
        self._state = State.SLOW
        self._error: Exception | None = None
        self._found: dict[tuple[str, str], Found] = {}
        self._pictures: dict[tuple[str, str], bytes] = {}
        self._elsewhere = self._unplaced = self._withheld = 0

    @property
    def _late(self) -> bool:
        return time.monotonic() >= self.until

    def _stopped(self) -> bool:
        return self._given_up.is_set() or self._late or self._cancelled()

    def start(self) -> None:
        """Ask, in the background."""
        beside_the_main_thread.begin()
        threading.Thread(target=self._run, name=f"Search {self.addressee.platform}", daemon=True).start()

    def give_up(self) -> None:
        """Take nothing more."""
        self._given_up.set()

    def outcome(self) -> Outcome:
        """What it gave until now."""
        with self._lock:
            return Outcome(self.addressee, self._state, list(self._found.values()), self._error, self._elsewhere,
                           self._unplaced, self._withheld, dict(self._pictures))

    # ------------------------------------------------------------------ in the thread
    def _run(self) -> None:
        try:
            self._ask()
        except Exception as error:
            self._failed(error)
        finally:
            self.ended.set()
            beside_the_main_thread.end()

    def _failed(self, error: Exception) -> None:
        if isinstance(error, Cancelled) or self._late:
            return  # it is too slow, as it was from the beginning
        if not isinstance(error, (PlatformError, Problem)):
            log.unexpected(error)
        with self._lock:
            self._state, self._error = State.FAILED, error

    def _ask(self) -> None:
        credentials = self.addressee.credentials
        if credentials is None:
            raise self.addressee.error or ValueError(self.addressee.connection)
        platform = credentials.connect(self._stopped)
        try:
            work = Work(cancelled=self._stopped)
            if not isinstance(platform, Search):
                self._state = State.UNABLE
                return
            state = self._search(platform, work)
            with self._lock:
                self._state = state
            if self._wants_pictures:
                self._fetch_pictures(platform, credentials.network, work)
        finally:
            platform.close()

    def _search(self, platform: Search, work: Work) -> State:
        sieve, following = Sieve(self._query, platform.narrows), ""
        while True:
            work.check_cancelled()
            page = platform.search(self._query, following, work)
            kept = list(sieve.sift(page.hits))
            following = page.following
            with self._lock:
                if self._given_up.is_set():
                    raise Cancelled
                for one in kept:
                    found = Found(self.addressee.platform, self.addressee.connection, one.hit, one.shape, one.covered)
                    self._found.setdefault((one.hit.entry.kind, one.hit.entry.id), found)
                self._elsewhere, self._unplaced, self._withheld = sieve.elsewhere, sieve.unplaced, page.withheld
                over = bool(self._most) and len(self._found) > self._most
                enough = bool(self._most) and len(self._found) >= self._most
                for key in list(self._found)[self._most:] if over else ():
                    del self._found[key]
            if over or (enough and following):
                return State.MORE
            if not following:
                return State.ANSWERED

    def _fetch_pictures(self, platform: Any, network: NetworkSettings, work: Work) -> None:
        """As many as there is time for; nothing depends on them."""
        for key, found in list(self._found.items()):
            try:
                picture = quick_look(platform, found.hit.entry, (), network, work)
            except Cancelled:
                return
            except PlatformError:
                continue
            if picture:
                with self._lock:
                    self._pictures[key] = picture


def ask_all(
    addressees: Sequence[Addressee], query: Query, limits: Limits, pictures: bool = False,
    cancelled: Callable[[], bool] = lambda: False, told: Callable[[Outcome, int], None] = lambda outcome, left: None,
    further: Mapping[str, Mapping[str, str]] | None = None,
) -> list[Outcome]:
    """Ask all at once; their outcomes in the order of the addressees. ``further``: the platforms' own filters, by the
    platforms' keys.

    Takes no longer than the time limit and :data:`GRACE_SECONDS`. ``told`` hears in the caller's thread of each
    that is through, and how many are left. Raises :class:`Cancelled` when asked to stop.
    """
    own = further or {}
    questions = [
        _Question(one, replace(query, further=own.get(one.platform, {})), limits, pictures, cancelled)
        for one in addressees
    ]
    for one in questions:
        one.start()
    outcomes: dict[_Question, Outcome] = {}
    pause = threading.Event()
    try:
        while len(outcomes) < len(questions):
            if cancelled():
                raise Cancelled
            for one in questions:
                through = one.ended.is_set() or time.monotonic() > one.until + GRACE_SECONDS
                if one not in outcomes and through:
                    one.give_up()
                    outcomes[one] = one.outcome()
                    told(outcomes[one], len(questions) - len(outcomes))
            pause.wait(LOOK_SECONDS)
    finally:
        for one in questions:
            one.give_up()
    return [outcomes[one] for one in questions]
