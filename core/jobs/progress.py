"""How far a run is, as it is kept for other processes and shown in lists."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any

from ...providers.work import Progress

PAUSED, STARTS_AGAIN = "paused", "starts_again"
COUNTS = ("count", "done", "total", "files_done", "files_total")
"""Facts of a message that are shown in lists: numbers only."""


@dataclass(frozen=True)
class Shown:
    """``message`` is a key that ``messages.progress_text`` knows; bytes belong to the transfer under way, if any.
    ``counts``: the numbers in the message's text."""

    fraction: float | None = None
    message: str = ""
    done: int = 0
    total: int = 0
    speed: float = 0.0
    paused: bool = False
    counts: dict[str, str] = field(default_factory=dict)

    @property
    def seconds_left(self) -> float | None:
        """For the transfer under way; None when it cannot be told."""
        if self.paused or self.speed <= 0 or self.total <= self.done:
            return None
        return (self.total - self.done) / self.speed


def shown(progress: Progress, paused: bool) -> Shown:
    """What a run told last."""
    speed = progress.facts.get("bytes_per_second", "")
    moving = float(speed) if speed.isdigit() and not paused else 0.0
    counts = {name: value for name, value in progress.facts.items() if name in COUNTS and value.isdigit()}
    return Shown(progress.fraction, progress.message, progress.bytes_done, progress.bytes_total, moving, paused, counts)


def as_kept(one: Shown) -> dict[str, Any]:
    """As the store keeps it."""
    return {name: value for name, value in asdict(one).items() if value}


def from_kept(values: dict[str, Any]) -> Shown:
    """As ``as_kept`` gave it, perhaps in another version of the plugin."""
    return Shown(**{name: value for name, value in values.items() if name in Shown.__dataclass_fields__})
