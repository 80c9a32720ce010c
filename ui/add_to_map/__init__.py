"""The one home of “add this entry to the map”, for the docks, the Browser panel and what is dropped.

    add([place, ...], desk)          # whether any of them can be added; what becomes of it is told in the message bar
    can_add(place)                   # whether a kind can be on the map at all
    can_open(place)                  # whether it is a file that is opened beside the map, which ``add`` does then

Which algorithm brings an entry onto the map, and how, stands in a table for each platform:
``ui/<platform key>/add_to_map.py`` (``ways``). The work is done by algorithms, as jobs.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from .ways import ways_of

if TYPE_CHECKING:
    from ..desk import Desk
    from ..nodes.description import Place
    from .placing import Spot

__all__ = ["add", "can_add", "can_open"]


def can_add(place: Place) -> bool:
    """Whether there is a way onto the map for this kind of entry."""
    return any(not way.elsewhere for way in ways_of(place))


def can_open(place: Place) -> bool:
    """Whether this kind of entry is a file for another program."""
    return any(way.elsewhere for way in ways_of(place))


def add(places: Sequence[Place], desk: Desk, spot: Spot | None = None) -> bool:
    """Add the entries, those above that come first, on top of the project's layers or at the spot in the layer tree.
    False when none of them is of a kind that can be on the map.

    What is there already is selected instead, with the offer to add it again. Nothing waits: layers come when their
    jobs are done. Main thread.
    """
    from .adder import adder

    return adder(desk).add(places, spot=spot)
