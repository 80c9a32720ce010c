"""What a platform does not narrow itself is narrowed here, page by page."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from qgis.core import QgsGeometry

from ...providers.search import AREA, CAPTURED, CLOUD, TAG, TEXT, Hit, Query
from ..layers.footprints import SearchArea, shape_of
from ..layers.time import moment


@dataclass(frozen=True)
class Sifted:
    """A hit that fits. ``shape`` is null where its place is not known; ``covered`` is the share of the area that it
    covers, None without an area or a place. The hit's entry keeps no footprint beside it: coordinates are many objects,
    at all of which Python looks when it tidies up, and meanwhile the window stands still."""

    hit: Hit
    shape: QgsGeometry = field(compare=False)
    covered: float | None = None


class Sieve:
    """Keeps what fits the members of a query that the platform does not apply. For one thread.

    ``elsewhere`` counts what lies outside the area, ``unplaced`` what is not known to lie anywhere and was left out.
    """

    def __init__(self, query: Query, narrowed: frozenset[str]) -> None:
        self._query = query
        self._area = SearchArea.of(query.area) if query.area is not None else None
        self._area_applied = AREA in narrowed
        tests = {CAPTURED: self._captured, CLOUD: self._cloud, TEXT: self._text, TAG: self._tag}
        used = query.narrowed_by()
        self._tests: list[Callable[[Hit], bool]] = [
            test for name, test in tests.items() if name in used and name not in narrowed
        ]
        self.elsewhere = 0
        self.unplaced = 0

    def sift(self, hits: Sequence[Hit]) -> Iterator[Sifted]:
        """Those that fit."""
        for hit in hits:
            if not all(test(hit) for test in self._tests):
                continue
            shape = shape_of(hit.entry.footprint)
            unknown = shape.isNull() or shape.isEmpty()
            covered = None if unknown or self._area is None else self._area.covered(shape)
            slim = replace(hit, entry=replace(hit.entry, footprint=None))
            if self._area is None or self._area_applied or covered is not None:
                yield Sifted(slim, shape, covered)
            elif not unknown:
                self.elsewhere += 1
            elif self._query.without_place:
                yield Sifted(slim, shape)
            else:
                self.unplaced += 1

    def _captured(self, hit: Hit) -> bool:
        when = moment(hit.captured)
        after, before = moment(self._query.captured_after), moment(self._query.captured_before)
        return when is not None and (after is None or when >= after) and (before is None or when <= before)

    def _cloud(self, hit: Hit) -> bool:
        return hit.cloud is not None and self._query.max_cloud is not None and hit.cloud <= self._query.max_cloud

    def _text(self, hit: Hit) -> bool:
        return self._query.text.casefold() in hit.entry.name.casefold()

    def _tag(self, hit: Hit) -> bool:
        return hit.tag == self._query.tag
