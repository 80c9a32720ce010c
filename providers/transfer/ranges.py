"""Arithmetic of spans: from the first byte to behind the last."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

Span = tuple[int, int]
"""From the first byte to behind the last."""


def joined(spans: Iterable[Span]) -> list[Span]:
    """The same bytes in as few spans as possible, in order."""
    result: list[Span] = []
    for start, end in sorted(spans):
        if result and start <= result[-1][1]:
            result[-1] = (result[-1][0], max(end, result[-1][1]))
        elif end > start:
            result.append((start, end))
    return result


def missing(have: Iterable[Span], size: int, step: int) -> Iterator[Span]:
    """What is still to be had of ``size`` bytes, in spans of at most ``step``."""
    position = 0
    for start, end in [*joined(have), (size, size)]:
        while position < start:
            yield position, min(position + step, start)
            position = min(position + step, start)
        position = max(position, end)


def total(spans: Iterable[Span]) -> int:
    """How many bytes."""
    return sum(end - start for start, end in joined(spans))
