"""How the definitions of bands say that they are shown (notes, section 6)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

COLOURS = ("red", "green", "blue")


def limits(band: Mapping[str, Any]) -> tuple[float, float] | None:
    """The range that a band is shown in."""
    for name in ("default_range", "data_range"):
        value = band.get(name)
        if isinstance(value, list) and len(value) == 2 and value[0] < value[1]:
            return float(value[0]), float(value[1])
    return None


def in_file_order(bands: Mapping[str, Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """The bands of an image by its files; computed ones are in none."""
    own = [{"name": name, **one} for name, one in bands.items() if one.get("srcband")]
    return sorted(own, key=lambda one: (one.get("srcfile") or 0, one["srcband"]))


def coloured(bands: Sequence[Mapping[str, Any]]) -> list[int]:
    """Which of at least three bands are red, green and blue, counted from 0: by their colour or name, else the first
    three."""
    named = {str(band.get("color") or band.get("name") or "").lower(): number
             for number, band in reversed(list(enumerate(bands)))}
    return [named[one] for one in COLOURS] if all(one in named for one in COLOURS) else [0, 1, 2]
