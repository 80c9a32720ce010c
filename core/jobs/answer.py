"""How an id that a user found on a platform stands for the outcome of a step in doubt."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Answer:
    """``output`` is the output of the algorithm that gives that id too, whose title is asked for; empty where the step
    is one of several alike.

    The outcome is the id itself; with ``member`` an object, and the id this member of it; with ``several`` a list.
    ``last``: of an id with slashes, as in ``10/6``, the step gives what follows the last. ``shape`` is a regular
    expression that the id has to match.
    """

    output: str = ""
    member: str = ""
    several: bool = False
    last: bool = False
    shape: str = ""

    def outcome(self, text: str) -> Any:
        """What the step gave, of what the user wrote: one id, or several with commas between them. Empty for none."""
        value = text.strip()
        if self.several:
            return [one.strip() for one in value.split(",") if one.strip()]
        if self.last:
            value = value.rpartition("/")[2].strip()
        if self.shape and not re.fullmatch(self.shape, value):
            return ""
        return {self.member: value} if self.member and value else value
