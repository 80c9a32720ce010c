"""Looking for imagery: one question for all platforms, answered page by page.

A page is one call that gives the place where the next one begins. So a search can pause, be stopped and, after a
failure, be taken up at the page that failed; and several platforms can be asked side by side, each at its own pace.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol, runtime_checkable

from .capabilities import Entry
from .work import Work

#: The members of :class:`Query` that narrow a search, by their names.
AREA, CAPTURED, CLOUD, TEXT, TAG, FURTHER = "area", "captured", "max_cloud", "text", "tag", "further"
NARROWING = (AREA, CAPTURED, CLOUD, TEXT, TAG, FURTHER)


@dataclass(frozen=True)
class Query:
    """What is looked for; empty members narrow nothing.

    ``area``: GeoJSON Polygon or MultiPolygon in WGS 84, cut at longitude 180. ``captured_after`` and
    ``captured_before``: ISO 8601 in UTC, both inclusive. ``max_cloud``: percent. ``text``: part of the name. ``tag``:
    the whole tag. ``without_place``: with an area, also what is not known to lie anywhere. ``further``: the platform's
    own filters by its names.
    """

    area: Mapping[str, object] | None = None
    captured_after: str = ""
    captured_before: str = ""
    max_cloud: int | None = None
    text: str = ""
    tag: str = ""
    without_place: bool = False
    further: Mapping[str, str] = field(default_factory=dict)

    def narrowed_by(self) -> tuple[str, ...]:
        """Which of ``NARROWING`` are in use."""
        used = {
            AREA: self.area is not None,
            CAPTURED: bool(self.captured_after or self.captured_before),
            CLOUD: self.max_cloud is not None,
            TEXT: bool(self.text),
            TAG: bool(self.tag),
            FURTHER: any(self.further.values()),
        }
        return tuple(name for name in NARROWING if used[name])

    def without(self, name: str) -> Query:
        """The same question, less narrow by one member."""
        empty = Query()
        if name == CAPTURED:
            return replace(self, captured_after="", captured_before="")
        return replace(self, **{name: getattr(empty, name)})


@dataclass(frozen=True)
class Hit:
    """One image. ``captured`` is ISO 8601, empty when not known; ``cloud`` percent or None. Its place is the entry's
    ``footprint``."""

    entry: Entry
    captured: str = ""
    cloud: float | None = None
    tag: str = ""


@dataclass(frozen=True)
class Hits:
    """One page. ``total`` counts what fits over all pages as far as the platform narrows, None when not known.

    ``following`` is what to begin the next page with, in the platform's own terms; empty after the last one.
    ``withheld`` counts, with the last page, what fits too and the platform gives no way to.
    """

    hits: Sequence[Hit]
    total: int | None = None
    following: str = ""
    withheld: int = 0


@runtime_checkable
class Search(Protocol):
    """Looking for imagery by place, time and the platform's own filters."""

    @property
    def narrows(self) -> frozenset[str]:
        """The members of :class:`Query` that the platform itself applies. The others are applied to its answers."""

    def search(self, query: Query, begin: str, work: Work) -> Hits:
        """One page of what fits; ``begin`` is empty for the first one. Ends early when the work is cancelled."""
