"""Where the entries of a choice come from: a lister, asked page by page in the background."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from itertools import islice
from typing import Any

from ...core import connections
from ...core.background import Errand, background
from ...core.choices import Choice
from ..password_refusal import PasswordRefusal
from . import memory

PAGE = 50
Lister = Callable[[Any, str, Mapping[str, str]], Iterator[Choice]]


class Page:
    """Some entries, and whether there are more."""

    def __init__(self, entries: list[Choice], more: bool) -> None:
        self.entries = entries
        self.more = more


class Entries:
    """One listing; a later one has an object of its own, so that late answers of this one cannot mix with it."""

    def __init__(self) -> None:
        self.iterator: Iterator[Choice] = iter(())
        self._lock = threading.Lock()

    def take(self) -> Page:
        """The next entries."""
        with self._lock:
            taken = list(islice(self.iterator, PAGE))
        return Page(taken, len(taken) == PAGE)


class ChoiceSource:
    """One listing at a time: ``begin`` starts anew and drops the earlier one, ``proceed`` fetches the next page.

    ``find_lister`` imports the lister and is called in the background, since it brings the platform's modules along.
    """

    def __init__(
        self,
        platform: str,
        find_lister: Callable[[], Lister],
        key: str,
        connection: Callable[[], str],
        values: Callable[[], Mapping[str, str]],
    ) -> None:
        self._platform = platform
        self._find_lister = find_lister
        self._key = key
        self._connection = connection
        self._values = values
        self._errand: Errand[Page] | None = None
        self._entries: Entries = Entries()
        self._refusal = PasswordRefusal()

    def memory_key(self) -> str:
        """What to remember choices under: they differ from connection to connection."""
        return memory.key(self._platform, self._connection(), self._key)

    def begin(
        self, search: str, done: Callable[[Page], None], failed: Callable[[Exception], None], by_itself: bool = False
    ) -> None:
        """List what matches; the first page goes to ``done`` on the main thread. ``by_itself``: nobody asked for it
        just now, so a master password that was refused is not asked for again."""
        self.stop()
        connection = self._connection()
        refused = self._refusal.of(connection) if by_itself else None
        if refused is not None:
            failed(refused)
            return
        try:
            opening = connections.credentials(self._platform, connection)
        except Exception as error:
            self._refusal.note(connection, error)
            failed(error)
            return
        values = dict(self._values())

        entries = self._entries = Entries()
        pool = background()

        def first(errand: Errand[Page]) -> Page:
            platform = opening.connect(lambda: pool.closed or self._entries is not entries)
            entries.iterator = iter(self._find_lister()(platform, search, values))
            return entries.take()

        self._errand = background().run(first, done, failed)

    def proceed(self, done: Callable[[Page], None], failed: Callable[[Exception], None]) -> None:
        """Fetch the next page of the same listing."""
        self.stop()
        entries = self._entries
        self._errand = background().run(lambda errand: entries.take(), done, failed)

    def stop(self) -> None:
        """Drop what is under way."""
        if self._errand is not None:
            self._errand.cancel()
            self._errand = None


class SwitchedSource(ChoiceSource):
    """The entries of one of several sources, whichever is meant when a listing begins."""

    def __init__(self, meant: Callable[[], ChoiceSource]) -> None:
        self._meant = meant
        self._now = meant()

    def memory_key(self) -> str:
        return self._meant().memory_key()

    def begin(
        self, search: str, done: Callable[[Page], None], failed: Callable[[Exception], None], by_itself: bool = False
    ) -> None:
        self._now.stop()
        self._now = self._meant()
        self._now.begin(search, done, failed, by_itself)

    def proceed(self, done: Callable[[Page], None], failed: Callable[[Exception], None]) -> None:
        self._now.proceed(done, failed)

    def stop(self) -> None:
        self._now.stop()
