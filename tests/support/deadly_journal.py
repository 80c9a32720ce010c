"""A journal that ends the program at one of its notes, so that a flow can be stopped everywhere and taken up again."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from imagery_hub.providers.journal import MemoryJournal
from imagery_hub.providers.work import Work

MOST_NOTES = 60


class Killed(BaseException):
    """The program ends here."""


class DeadlyJournal(MemoryJournal):
    """Ends at its ``left``-th note, before or ``after`` it is written."""

    def __init__(self) -> None:
        super().__init__()
        self.left: int | None = None
        self.after = False

    def _write(self, *entry: Any) -> None:
        if self.left is not None:
            self.left -= 1
        dying = self.left == 0
        if dying and not self.after:
            raise Killed
        super()._write(*entry)
        if dying:
            raise Killed


def stopped_everywhere(run: Callable[[Work], Any], again: Callable[[], None]) -> int:
    """Run a job that ends at its first note, its second and so on, before and after it, and once more to its end;
    ``again`` makes the world new. Gives how often it was stopped."""
    stops = 0
    for after in (False, True):
        for number in range(1, MOST_NOTES):
            again()
            journal = DeadlyJournal()
            journal.left, journal.after = number, after
            try:
                run(Work(journal))
            except Killed:
                stops += 1
                journal.left = None
                run(Work(journal))
                continue
            break
        else:
            raise AssertionError("The job has more notes than that.")
    return stops
