"""Scales of a plot: from values to places, and where the marks of an axis are."""

from __future__ import annotations

import math
from dataclasses import dataclass

_STEPS = (1.0, 2.0, 5.0, 10.0)


@dataclass(frozen=True)
class Axis:
    """Values from ``low`` to ``high`` (more than ``low``) along pixels from ``start`` to ``end``."""

    low: float
    high: float
    start: float
    end: float

    def place(self, value: float) -> float:
        """Where a value is."""
        return self.start + (value - self.low) / (self.high - self.low) * (self.end - self.start)

    def value(self, place: float) -> float:
        """What is at a place."""
        return self.low + (place - self.start) / (self.end - self.start) * (self.high - self.low)

    def marks(self, apart: float) -> list[float]:
        """Round values on the axis, at least so many pixels apart."""
        count = max(1.0, abs(self.end - self.start) / apart)
        step = round_step((self.high - self.low) / count)
        first = math.ceil(self.low / step - 1e-9)
        last = math.floor(self.high / step + 1e-9)
        return [number * step for number in range(first, last + 1)]


def round_step(least: float) -> float:
    """The smallest of 1, 2, 5 times a power of ten that is not below ``least``."""
    power = 10.0 ** math.floor(math.log10(least))
    return next((one * power for one in _STEPS if one * power >= least * (1 - 1e-9)), 10.0 * power)


def widened(low: float, high: float, share: float = 0.05) -> tuple[float, float]:
    """A range with some air around it; one of a single value gets a width."""
    if high <= low:
        half = abs(low) * 0.1 or 0.5
        return low - half, high + half
    air = (high - low) * share
    return low - air, high + air


def words(value: float, step: float) -> str:
    """A mark's text, with the decimals that its step needs."""
    decimals = max(0, -math.floor(math.log10(step) + 1e-9)) if step > 0 else 0
    return f"{value:.{min(decimals, 12)}f}" if abs(value) < 1e7 and decimals <= 6 else f"{value:.3g}"
