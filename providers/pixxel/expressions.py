"""Band arithmetic of indices, looked at before it is sent (notes, section 10)."""

from __future__ import annotations

import ast

PARTS = {"index": 1, "composite": 3, "grayscale": 1}
"""How many values an index of a type has: a composite one for each of red, green and blue."""
_SEPARATORS, _OPEN, _CLOSE = ",;", "([", ")]"


def parts_of(expression: str) -> list[str]:
    """The parts of an expression, which separators outside brackets part."""
    parts, depth = [""], 0
    for one in expression:
        depth += (one in _OPEN) - (one in _CLOSE)
        if one in _SEPARATORS and depth == 0:
            parts.append("")
        else:
            parts[-1] += one
    return [part.strip() for part in parts]


def brackets_match(expression: str) -> bool:
    """Whether each bracket that opens is closed, and none before."""
    open_ones: list[str] = []
    for one in expression:
        if one in _OPEN:
            open_ones.append(_CLOSE[_OPEN.index(one)])
        elif one in _CLOSE and (not open_ones or open_ones.pop() != one):
            return False
    return not open_ones


def is_arithmetic(part: str) -> bool:
    """Whether a part can be read as one formula; what its functions are is the platform's matter."""
    try:
        ast.parse(part.strip(), mode="eval")
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return True
