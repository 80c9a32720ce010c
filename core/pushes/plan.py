"""What sending shapes changes against those that were sent before.

Platforms that replace a whole kind at once give its shapes no ids. So a shape is the same when its corners are, it is
changed when it lies where an earlier one lay, and else it is new.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from qgis.core import QgsFeature, QgsGeometry, QgsSpatialIndex

from ...providers.errors import Cancelled

#: Decimals of a degree at which corners are compared: about 0.1 mm, which is what is sent.
DECIMALS = 9


@dataclass(frozen=True)
class Changes:
    """Numbers of shapes. ``known`` is False when nothing was sent from here before: what the platform has is not known.

    ``removes_all`` tells that nothing is left of what is there.
    """

    added: int = 0
    changed: int = 0
    removed: int = 0
    unchanged: int = 0
    known: bool = True

    @property
    def count(self) -> int:
        """How many shapes the platform has afterwards."""
        return self.added + self.changed + self.unchanged

    @property
    def any(self) -> bool:
        """Whether sending makes a difference as far as is known here."""
        return bool(self.added or self.changed or self.removed)

    @property
    def removes_all(self) -> bool:
        """Whether something is there and nothing stays."""
        return self.count == 0 and (self.removed > 0 or not self.known)


def plan(
    shapes: Sequence[QgsGeometry],
    before: Sequence[QgsGeometry] | None,
    cancelled: Callable[[], bool] = lambda: False,
) -> Changes:
    """Compare polygons in longitude and latitude with those of the last push; ``before`` None: there was none."""
    if before is None:
        return Changes(added=len(shapes), known=False)
    old = Counter(shape_key(one) for one in before)
    new = Counter(shape_key(one) for one in shapes)
    same = old & new
    fresh, gone = _others(shapes, same), _others(before, same)
    changed = _pairs(fresh, gone, cancelled)
    return Changes(len(fresh) - changed, changed, len(gone) - changed, sum(same.values()))


def shape_key(geometry: QgsGeometry) -> str:
    """The same text for the same shape, wherever its outline begins and whichever way it runs."""
    plain = QgsGeometry(geometry)
    plain.convertToMultiType()
    plain.normalize()
    return str(plain.asWkt(DECIMALS))


def _others(shapes: Sequence[QgsGeometry], same: Counter[str]) -> list[QgsGeometry]:
    left = Counter(same)
    found = []
    for one in shapes:
        key = shape_key(one)
        if left[key] > 0:
            left[key] -= 1
        else:
            found.append(one)
    return found


def _pairs(fresh: Sequence[QgsGeometry], gone: Sequence[QgsGeometry], cancelled: Callable[[], bool]) -> int:
    """How many new shapes take the place of an earlier one, each at most once, those that share most first."""
    if not fresh or not gone:
        return 0
    index = QgsSpatialIndex()
    for number, one in enumerate(gone):
        feature = QgsFeature(number)
        feature.setGeometry(one)
        index.addFeature(feature)
    shared = []
    for number, one in enumerate(fresh):
        if cancelled():
            raise Cancelled
        for other in index.intersects(one.boundingBox()):
            area = one.intersection(gone[other]).area()
            if area > 0:
                shared.append((area, number, other))
    used_fresh: set[int] = set()
    used_gone: set[int] = set()
    for _, number, other in sorted(shared, key=lambda row: (-row[0], row[1], row[2])):
        if number not in used_fresh and other not in used_gone:
            used_fresh.add(number)
            used_gone.add(other)
    return len(used_fresh)
