"""A pool that does nothing until the test says so, for answers that come in another order than their questions."""

from __future__ import annotations

from typing import Any

from imagery_hub.core.background import Errand


class HeldErrands:
    """Takes the place of ``core.background.background()`` in a module; ``errands`` in the order of their questions."""

    def __init__(self) -> None:
        self.errands: list[Errand[Any]] = []

    def __call__(self) -> HeldErrands:
        return self

    def run(self, do: Any, done: Any = None, failed: Any = None) -> Errand[Any]:
        """Keep it."""
        self.errands.append(Errand(do, done, failed))
        return self.errands[-1]

    def arrive(self, number: int) -> None:
        """Do the work, and tell its result as the main thread does."""
        errand = self.errands[number]
        errand.run()
        errand.ended.set()
        errand.settle()
