"""Legends of visualizations as a flat list of classes (notes, section 11)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from .records import MODES, Index


@dataclass(frozen=True)
class LegendClass:
    """One class of the legend of a day (``2024_01_17``) and mode. ``area`` as the platform tells it, whose
    unit no source says, and ``percentage`` of what has data; None where it tells none, as with bounds."""

    day: str
    mode: str
    label: str
    color: str
    low: float | None = None
    high: float | None = None
    area: float | None = None
    percentage: float | None = None


def modes_of(index: Index) -> tuple[str, ...]:
    """The legends that an index has: presets both, one's own the dynamic one, pictures none."""
    if index.get("expression_type") != "index":
        return ()
    return MODES if index.get("type") == "preset" else MODES[:1]


def classes_of(legend: object) -> list[LegendClass]:
    """The classes of a ``legend`` as it is answered, by day and mode, in their order; what is damaged is left out."""
    return [_class(day, mode, one) for day, mode, one in _entries(legend)]


def _entries(legend: object) -> Iterator[tuple[str, str, Mapping[str, Any]]]:
    for day, by_mode in sorted(legend.items()) if isinstance(legend, Mapping) else ():
        for mode in MODES:
            listed = by_mode.get(mode) if isinstance(by_mode, Mapping) else None
            for one in listed if isinstance(listed, list) else ():
                if isinstance(one, Mapping):
                    yield str(day), mode, one


def _class(day: str, mode: str, one: Mapping[str, Any]) -> LegendClass:
    numbers = (_number(one.get(name)) for name in ("min", "max", "area", "area_percentage"))
    return LegendClass(day, mode, str(one.get("label") or ""), str(one.get("color") or ""), *numbers)


def _number(value: object) -> float | None:
    return float(value) if isinstance(value, (int, float)) and not isinstance(value, bool) else None
