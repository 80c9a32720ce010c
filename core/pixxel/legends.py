"""The legend of a visualization as it is now.

The platform tells classes with their areas only where a legend is changed: lists have none, and there is no call for
one visualization (notes, section 11). So the present classes are read from its style (SLD), and their areas are those
that were told before in this session, where the classes are still the same: what is rendered does not change.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, NamedTuple

from ...providers.pixxel.flows import areas
from ...providers.pixxel.legend_classes import LegendClass, modes_of
from ...providers.work import Work
from ..layers import sld
from ..problems import Problem

KEPT = 200
_told: OrderedDict[str, tuple[LegendClass, ...]] = OrderedDict()


def keep(visualization_id: str, classes: Sequence[LegendClass]) -> None:
    """Note what the platform told of a visualization when its legend was changed."""
    _told[visualization_id] = tuple(classes)
    _told.move_to_end(visualization_id)
    while len(_told) > KEPT:
        _told.popitem(last=False)


class Present(NamedTuple):
    """``classes`` by day and mode. Where the first class of a style begins is known only where it was told; ``lowest``
    is where the colours of the index begin, None where that is not known either."""

    classes: list[LegendClass]
    lowest: float | None = None


def present(api: Any, aoi_id: str, visualization_id: str, days: Sequence[str], work: Work) -> Present:
    """The classes of these days in all modes that the index has; none for a picture."""
    visualization = areas.visualization(api, aoi_id, visualization_id, work)
    index = areas.index_named(api, str(visualization.get("index_id") or ""), work)
    modes = modes_of(index)
    if not modes or not days:
        return Present([])
    styles = api.during(work).visualizations.sld(aoi_id, visualization_id, days, modes)
    found = [
        one for day in days for mode in modes for one in _classes(day, mode, styles.get(mode, {}).get(day, ""))
    ]
    known = {_key(one): one for one in _told.get(visualization_id, ())}
    classes = [_with_told(one, known.get(_key(one))) for one in found]
    return Present(classes, next((float(one) for one in index.get("rescale") or ()), None))


def _classes(day: str, mode: str, text: str) -> list[LegendClass]:
    """What a style says."""
    try:
        style = sld.read(text)
    except Problem:
        return []
    low: float | None = None
    made = []
    for one in style.entries:
        high = one.quantity if style.kind == "intervals" else None
        made.append(LegendClass(day, mode, one.label, one.color.lower(), low, high))
        low = high
    return made


def _key(one: LegendClass) -> tuple[object, ...]:
    bound = None if one.high is None else f"{one.high:.6g}"
    return one.day, one.mode, one.label, one.color.lower(), bound


def _with_told(one: LegendClass, told: LegendClass | None) -> LegendClass:
    if told is None:
        return one
    low = one.low if told.low is None else told.low
    return replace(one, low=low, area=told.area, percentage=told.percentage)
