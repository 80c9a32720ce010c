"""What Pixxel tells of one entry only when it is asked about that one; background threads only."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ...providers.pixxel.records import MODES
from ...providers.work import Work
from ..nodes import classes
from ..nodes.description import Place

if TYPE_CHECKING:
    from ...core.pixxel.legends import Present

DAY = "legend_day"
LEGENDS = tuple(f"legend_{mode}" for mode in MODES)
_RENDERED = ("", "success", "partial_success")


def of_visualization(platform: Any, place: Place, work: Work) -> Mapping[str, str]:
    """The legends of its newest day."""
    found = legends_of(platform, place, work).classes
    if not found:
        return {}
    day = max(one.day for one in found)
    more = {DAY: day.replace("_", "-")}
    for mode, member in zip(MODES, LEGENDS):
        shown = [classes.ShownClass(one.color, classes.words_of(one)) for one in found
                 if (one.day, one.mode) == (day, mode)]
        if shown:
            more[member] = classes.written(shown)
    return more


def legends_of(platform: Any, place: Place, work: Work) -> Present:
    """The classes of all legends of a visualization; none while it is not rendered, and none of a picture."""
    from ...core.pixxel import legends
    from ...providers.pixxel.flows import areas

    aoi = place.nearest("aoi")
    if aoi is None or place.entry.state not in _RENDERED:
        return legends.Present([])
    days = areas.dates_of(platform.api, aoi.id, place.entry.id, work)
    return legends.present(platform.api, aoi.id, place.entry.id, days, work)


def of_order_item(platform: Any, place: Place, work: Work) -> Mapping[str, str]:
    """What is wrong with it, which lists do not tell."""
    from ...providers.pixxel.flows import orders

    found = orders.faults(platform.api.during(work).order_items.get(place.entry.id))
    return {"faults": "\n".join(found)} if found else {}
