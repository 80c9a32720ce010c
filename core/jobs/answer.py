"""How an id that a user found on a platform stands for the outcome of a step in doubt."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Answer:
    """``output`` is the output of the algorithm that gives that id too, whose title is asked for.

    The outcome is the id itself; with ``member`` an object, and the id this member of it; with ``several`` a list.
    """

    output: str
    member: str = ""
    several: bool = False

    def outcome(self, text: str) -> Any:
        """What the step gave, of what the user wrote: one id, or several with commas between them. Empty for none."""
        value = text.strip()
        if self.several:
            return [one.strip() for one in value.split(",") if one.strip()]
        return {self.member: value} if self.member and value else value
