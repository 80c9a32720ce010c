"""One object of a kind for the whole plugin, made when first used and closed on unload."""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, Protocol, TypeVar


class Closing(Protocol):
    """What gives back what it holds."""

    def close(self) -> None:
        """Do so; nothing is asked of it afterwards."""


Kind = TypeVar("Kind", bound=Closing)


class Shared(Generic[Kind]):
    """Called, it gives the object. Main thread only."""

    def __init__(self, make: Callable[[], Kind]) -> None:
        self._make = make
        self._made: Kind | None = None

    def __call__(self) -> Kind:
        if self._made is None:
            self._made = self._make()
        return self._made

    def close(self) -> None:
        """Close it; the next call makes another one. Who hears of it still gets the one that is closed."""
        if self._made is not None:
            self._made.close()
            self._made = None
