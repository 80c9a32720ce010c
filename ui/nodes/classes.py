"""Classes of a legend as a value of an entry's details, which are texts."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from ...core.translation import tr


@dataclass(frozen=True)
class ShownClass:
    """One class as it is shown: its colour (``#rrggbb``) and what is said of it."""

    color: str
    words: str


def written(classes: Iterable[ShownClass]) -> str:
    """As a value."""
    return json.dumps([[one.color, one.words] for one in classes], ensure_ascii=False)


def read(value: str) -> list[ShownClass]:
    """Of a value; none where it is damaged."""
    try:
        return [ShownClass(str(color), str(words)) for color, words in json.loads(value)]
    except (ValueError, TypeError):
        return []


def words_of(one: Any) -> str:
    """Label, bounds, share and area of a :class:`~providers.pixxel.legend_classes.LegendClass`, those that are known.
    Labels that say the bounds themselves are not said twice."""
    bounds = _bounds(one.low, one.high)
    parts = [one.label] if one.label else []
    if bounds and not all(_said(bound, one.label) for bound in (one.low, one.high) if bound is not None):
        parts.append(bounds)
    if one.percentage is not None:
        parts.append(tr("{value} %").format(value=f"{one.percentage:.4g}"))
    if one.area is not None:
        parts.append(tr("area {value}").format(value=f"{one.area:,.6g}" if one.area < 1e6 else f"{one.area:,.0f}"))
    return ", ".join(parts)


def _bounds(low: float | None, high: float | None) -> str:
    if high is None:
        return "" if low is None else tr("from {low}").format(low=f"{low:.4g}")
    if low is None:
        return tr("up to {high}").format(high=f"{high:.4g}")
    return tr("{low} to {high}").format(low=f"{low:.4g}", high=f"{high:.4g}")


def _said(bound: float, label: str) -> bool:
    return f"{bound:.2f}" in label or f"{bound:g}" in label
