"""One row of a platform's path table."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from urllib.parse import quote

from ..errors import InputProblem


class Repeat(Enum):
    """When a failed request may be sent again without asking."""

    SAFE = "safe"
    """Sending it twice changes nothing more than sending it once: connection loss, 429, 502, 503, 504 are repeated."""
    WHEN_THROTTLED = "when_throttled"
    """Only when the platform said that it did not take it: 429, or 503 with Retry-After, or no connection was made."""
    ONLY_RATE_LIMITED = "only_rate_limited"
    """Only when the platform said that there were too many requests: 429. It costs money, and whatever else was
    answered may have taken effect."""
    NEVER = "never"
    """It costs money or destroys: the user decides."""


@dataclass(frozen=True)
class Operation:
    """A documented request: method, path template below the connection's root, and when it may be repeated.

    ``assumed`` names the numbered assumption of the platform's notes when the path is not documented. ``literal``:
    letters of values that stay as they are, where the platform wants them so; between slashes no value leaves the path.
    """

    method: str
    path: str
    repeat: Repeat
    assumed: str = ""
    literal: str = ""

    def fill(self, **values: str) -> str:
        """The path with its values percent-encoded, so that no value can leave its segment.

        Raises :class:`InputProblem` (``unusable_id``) for the ones that would be another path whatever their encoding.
        """
        return self.path.format(**{name: _segment(value, self.literal) for name, value in values.items()})


def _segment(value: str, literal: str) -> str:
    pieces = value.split("/") if "/" in literal else [value]
    if any(one in ("", ".", "..") for one in pieces):
        raise InputProblem("unusable_id", id=value)
    return quote(value, safe=literal)


def get(path: str, assumed: str = "") -> Operation:
    """A reading operation."""
    return Operation("GET", path, Repeat.SAFE, assumed)


def put(path: str, assumed: str = "") -> Operation:
    """A write that says the whole new state of its fields: sending it twice is sending it once."""
    return Operation("PUT", path, Repeat.SAFE, assumed)


def patch(path: str, assumed: str = "") -> Operation:
    """A write that says the new state of some fields: sending it twice is sending it once."""
    return Operation("PATCH", path, Repeat.SAFE, assumed)


def delete(path: str, assumed: str = "") -> Operation:
    """A removal. Destroys, so it is never repeated by itself."""
    return Operation("DELETE", path, Repeat.NEVER, assumed)


def post(path: str, repeat: Repeat = Repeat.WHEN_THROTTLED, assumed: str = "") -> Operation:
    """A request that creates or starts something."""
    return Operation("POST", path, repeat, assumed)
