"""Names of control points: PIX4D can register any, but change and delete only plain ones (its notes, section 13.1)."""

from __future__ import annotations

import re
from collections.abc import Sequence

#: What an address of the platform takes as a name.
PLAIN = re.compile(r"\w+")
LONGEST = 200


def is_plain(name: str) -> bool:
    """Whether a point of that name can be changed and deleted later."""
    return len(name) <= LONGEST and PLAIN.fullmatch(name) is not None


def rewritten(names: Sequence[str], taken: Sequence[str] = ()) -> list[str]:
    """The names in order, made plain: ``P-1.a`` becomes ``P_1_a``. A name that would stand twice, or is ``taken``
    already, gets a number. Plain names stay as they are."""
    used = {*taken, *(name for name in names if is_plain(name))}
    made: list[str] = []
    for name in names:
        if is_plain(name):
            made.append(name)
            continue
        plain = re.sub(r"\W+", "_", name.strip()).strip("_")[: LONGEST - 5] or "point"
        candidate, number = plain, 2
        while candidate in used:
            candidate, number = f"{plain}_{number}", number + 1
        used.add(candidate)
        made.append(candidate)
    return made
