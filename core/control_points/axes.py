"""Which of two published coordinates is the east-like one (PIX4D's notes, section 13.1).

PIX4D takes ``x`` east-like and ``y`` north-like, whatever the system declares. So does QGIS: a layer's x is east (or
west, in the systems of southern Africa). Tables of surveyors differ: in Japan's plane rectangular systems X runs north
and Y east; in Cape and Lo systems X runs south and Y west.
"""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # QGIS starts without GDAL's Python half
    from ..crs_rules import Axis

_EAST = ("east", "west")
_NORTH = ("north", "south")


class AxisOrder(Enum):
    """How a table gives the two coordinates of a point."""

    EAST_FIRST = "east_first"
    """The first column runs east or west, as in QGIS."""
    NAMED = "named"
    """The columns are called as the system calls its axes: X is the axis X."""
    DECLARED = "declared"
    """In the order in which the system declares its axes."""


def north_first(definition: str) -> bool:
    """Whether the system declares the north-like axis first, as OPF and standards give coordinates."""
    axes = _flat(definition)
    return len(axes) == 2 and _runs(axes[0], _NORTH, "N") and _runs(axes[1], _EAST, "E")


def x_runs_north(definition: str) -> bool:
    """Whether the axis that the system calls X is the north-like one. A system with other names of axes has none:
    there x is understood as east-like."""
    for axis in _flat(definition):
        if str(axis.get("abbreviation", "")).upper() == "X":
            return _runs(axis, _NORTH, "N")
    return False


def flipped(definition: str, order: AxisOrder) -> bool:
    """Whether a pair given in that order has to be exchanged to be east-like first."""
    if order is AxisOrder.NAMED:
        return x_runs_north(definition)
    return order is AxisOrder.DECLARED and north_first(definition)


def _flat(definition: str) -> list[Axis]:
    from ..crs_rules import axes_of

    return [axis for axis in axes_of(definition) if axis.get("direction") not in ("up", "down")]


def _runs(axis: Axis, directions: tuple[str, str], letter: str) -> bool:
    """By direction; round a pole all axes run north or south, and the abbreviation tells."""
    name = str(axis.get("abbreviation", "")).upper()
    return name == letter if name in ("E", "N") else axis.get("direction") in directions
