"""A platform in memory for tests of what shows platforms: pages, searches, failures and answers that wait."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import Any

from imagery_hub.providers.capabilities import Branch, Entries, Entry
from imagery_hub.providers.errors import ConnectionFailed, Kind
from imagery_hub.providers.work import Work

ROOTS = (Entry("folders", "", ""), Entry("rasters", "", ""), Entry("detectors", "", ""))


def raster(number: int, **changes: Any) -> Entry:
    """A raster by its number."""
    values = {"kind": "raster", "id": f"r{number}", "name": f"raster {number}", "state": "ready",
              "details": {"captured_at": f"2024-01-{number % 28 + 1:02}T00:00:00Z"}}
    return Entry(**{**values, **changes})


class PretendedPlatform:
    """``held`` by (kind, id) of what it hangs below. ``asked`` notes each page: (kind, search, begin)."""

    def __init__(self, held: dict[tuple[str, str], Sequence[Entry]], page: int = 20) -> None:
        self.held = {key: list(entries) for key, entries in held.items()}
        self.page_size = page
        self.asked: list[tuple[str, str, str]] = []
        self.refuse = False
        self.searching = {"folders", "rasters", "detectors"}
        self.gate = threading.Event()
        self.gate.set()
        self.under_way = 0
        self.most_under_way = 0
        self.closed = False

    def close(self) -> None:
        self.closed = True

    def roots(self) -> Sequence[Entry]:
        return ROOTS

    def searches(self, entry: Entry) -> bool:
        return entry.kind in self.searching

    def children(self, branch: Branch, begin: str, work: Work) -> Entries:
        found = [one for one in self.held.get((branch.entry.kind, branch.entry.id), ())
                 if branch.search.casefold() in one.name.casefold()]
        self.under_way += 1
        self.most_under_way = max(self.most_under_way, self.under_way)
        try:
            self.asked.append((branch.entry.kind, branch.search, begin))
            self.gate.wait(10)
            if self.refuse:
                raise ConnectionFailed(Kind.UNREACHABLE, facts={"host": "example.test"})
            first = int(begin or "0")
            last = first + self.page_size
            return Entries(found[first:last], len(found), str(last) if last < len(found) else "")
        finally:
            self.under_way -= 1
