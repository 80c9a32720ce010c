"""One thing that a platform offers to choose from."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Choice:
    """``id`` is what an algorithm takes, ``label`` what is shown, ``detail`` a second line such as date or state."""

    id: str
    label: str
    detail: str = ""
