"""What the locator bar asks of connections: the lists at the top of each, and what it finds deeper, side by side, by
name."""

from __future__ import annotations

import queue
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from enum import Enum
from typing import Any

from ...core import log, messages
from ...core.problems import Problem
from ...providers.capabilities import Branch, Browse, Entry, Finds
from ...providers.errors import Kind, PlatformError
from ...providers.work import Work

MOST = 10
"""So many of one list are shown."""
PAGES = 5
"""So many pages of a list are looked through, some 500 entries where the platform does not narrow them itself."""
SLOW_SECONDS = 8.0
"""After so long a connection is named as one that has not answered yet; what it finds is listed all the same."""
LOOK_SECONDS = 0.1


@dataclass(frozen=True)
class Asked:
    """A connection that may be asked; ``open`` gives its platform, not on the main thread."""

    platform: str
    connection: str
    open: Callable[[], Any]


class Notice(Enum):
    """What is told of a connection beside its entries. ``MORE``: not all of the named lists was looked through, or is
    shown."""

    FAILED = "failed"
    SLOW = "slow"
    MORE = "more"


@dataclass(frozen=True)
class Found:
    """An entry of the list ``above``; or, with ``notice``, what is to be told of a connection: why it could not be
    asked (``problem``), or of which lists (``above``) there is more."""

    asked: Asked
    entry: Entry | None = None
    above: tuple[Entry, ...] = ()
    notice: Notice | None = None
    problem: str = ""


def find(asked: Sequence[Asked], text: str, cancelled: Callable[[], bool]) -> Iterator[Found]:
    """What has the text in its name, as it comes: a slow connection holds nobody up. Not for the main thread."""
    coming: queue.Queue[Found | Asked] = queue.Queue()
    if not asked:
        return
    begun, slow_told = time.monotonic(), False
    with ThreadPoolExecutor(len(asked), "locator") as pool:
        for one in asked:
            pool.submit(_ask, one, text, Work(cancelled=cancelled), coming.put)
        left = list(asked)
        while left and not cancelled():
            if not slow_told and time.monotonic() - begun > SLOW_SECONDS:
                slow_told = True
                yield from (Found(one, notice=Notice.SLOW) for one in left)
            try:
                found = coming.get(timeout=LOOK_SECONDS)
            except queue.Empty:
                continue
            if isinstance(found, Asked):
                left.remove(found)
            else:
                yield found


def _ask(asked: Asked, text: str, work: Work, tell: Callable[[Found | Asked], None]) -> None:
    """``asked`` itself is told at the end."""
    try:
        platform = asked.open()
        if isinstance(platform, Browse):
            _Question(asked, platform, text, work, tell).put()
    except (PlatformError, Problem) as error:
        if not work.cancelled():
            tell(Found(asked, notice=Notice.FAILED, problem=messages.sentence(error)))
    except Exception as error:
        log.unexpected(error)
    finally:
        tell(asked)


class _Question:
    """One connection that is asked: each list at the top, then what the platform finds deeper. What this user may not
    read is left out; when nothing can be read the failure is told."""

    def __init__(
        self, asked: Asked, platform: Browse, text: str, work: Work, tell: Callable[[Found | Asked], None]
    ) -> None:
        self._asked, self._platform, self._text, self._work, self._tell = asked, platform, text, work, tell
        self._more: list[Entry] = []
        self._told: set[tuple[str, str]] = set()
        self._read = False
        self._failure: PlatformError | None = None

    def put(self) -> None:
        """Ask, and tell what comes."""
        for top in self._platform.roots():
            self._work.check_cancelled()
            self._attempt(lambda top=top: self._list(top))  # type: ignore[misc]
        if isinstance(self._platform, Finds):
            self._attempt(self._deeper)
        if self._failure is not None and not self._read:
            raise self._failure
        if self._more:
            self._tell(Found(self._asked, above=tuple(self._more), notice=Notice.MORE))

    def _attempt(self, do: Callable[[], None]) -> None:
        try:
            do()
        except PlatformError as error:
            if error.kind is Kind.CANCELLED:
                raise
            self._failure = error

    def _list(self, top: Entry) -> None:
        """Narrowed by the platform where it does that, else looked through here."""
        search = self._text if self._platform.searches(top) else ""
        begin, shown = "", 0
        for _ in range(PAGES):
            self._work.check_cancelled()
            page = self._platform.children(Branch(top, (), search), begin, self._work)
            self._read = True
            for one in page.entries:
                if not one.id or self._text.casefold() not in one.name.casefold():
                    continue
                if shown == MOST:
                    self._more.append(top)
                    return
                self._found(one, (top,))
                shown += 1
            begin = page.following
            if not begin:
                return
        self._more.append(top)

    def _deeper(self) -> None:
        platform: Any = self._platform
        for way in platform.find(self._text, MOST, self._work):
            self._work.check_cancelled()
            if way.entry is None:
                self._more.append(way.above[-1])
            else:
                self._read = True
                self._found(way.entry, tuple(way.above))

    def _found(self, entry: Entry, above: tuple[Entry, ...]) -> None:
        """Tell of it once, also where it stands in a list at the top and is found deeper down."""
        if (entry.kind, entry.id) not in self._told:
            self._told.add((entry.kind, entry.id))
            self._tell(Found(self._asked, entry, above))
