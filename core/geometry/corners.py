"""Fewer corners for an outline, where a platform takes only so many or needs too long for more."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from qgis.core import QgsGeometry, QgsPointXY

from ..problems import Problem
from ..translation import tr

STEPS = 40
"""Halvings of the tolerance: from the size of a country to less than a millimetre."""
ENOUGH = 0.9
"""The share of the corners allowed with which the search ends."""


@dataclass(frozen=True)
class Simplified:
    """``corners`` are the places, in the ring's order, of those that stay. ``tolerance``: how far the outline moved at
    most, in its own unit. ``changed``: the area that is in one of the outlines only, as a share of the first one's."""

    corners: list[int]
    tolerance: float
    changed: float


def fewer(ring: Sequence[Sequence[float]], most: int) -> Simplified:
    """Which corners of an open ring to keep, at most ``most``, so that its shape changes as little as it can.

    No corner is moved, so that heights of corners stay true, and sides do not cross that did not cross before. Raises
    :class:`Problem` where the ring crosses itself, and where its shape needs more.
    """
    places = [(float(one[0]), float(one[1])) for one in ring]
    if len(places) <= most:
        return Simplified(list(range(len(places))), 0.0, 0.0)
    whole = QgsGeometry.fromPolygonXY([[QgsPointXY(*place) for place in (*places, places[0])]])
    if not whole.isGeosValid():
        raise Problem(tr("The polygon crosses itself. Correct it with “Fix geometries”, then try again."))
    box = whole.boundingBox()
    low, high = 0.0, max(box.width(), box.height())
    best = None
    for _ in range(STEPS):
        middle = (low + high) / 2
        simpler = whole.simplify(middle)
        count = 0 if simpler.isEmpty() else len(_corners(simpler))
        if count > most:
            low = middle
            continue
        best, high = ((simpler, middle) if count else best), middle
        if count >= most * ENOUGH:
            break
    if best is None:
        words = tr("The polygon has {count} corners, and its shape cannot be kept with {most}. Divide it.")
        raise Problem(words.format(count=len(places), most=most))
    simpler, tolerance = best
    changed = whole.symDifference(simpler).area() / whole.area()
    return Simplified(_in_order(places, _corners(simpler)), tolerance, changed)


def _corners(polygon: QgsGeometry) -> list[tuple[float, float]]:
    return [(one.x(), one.y()) for one in polygon.asPolygon()[0][:-1]]


def _in_order(places: list[tuple[float, float]], kept: list[tuple[float, float]]) -> list[int]:
    """Where the kept corners stand in the ring, each place once, in the ring's order."""
    where: dict[tuple[float, float], list[int]] = {}
    for number, place in enumerate(places):
        where.setdefault(place, []).append(number)
    return sorted(where[place].pop(0) for place in kept)
