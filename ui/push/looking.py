"""Looking into many files, a few at a time: the pool is shared with all that docks ask of platforms."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable
from pathlib import Path

from ...core import messages
from ...core.background import Errand, background
from .inspection import Findings, inspect
from .plan import PushPlan
from .rows import Row

AT_ONCE = 2


class Looker:
    """``found`` is called on the main thread with each row and what its file says; never after ``close``."""

    def __init__(self, plan: PushPlan, found: Callable[[Row, Findings], None]) -> None:
        self._plan = plan
        self._found = found
        self._line: deque[Row] = deque()
        self._under_way: set[Errand[Findings]] = set()

    def look(self, rows: Iterable[Row]) -> None:
        """Put rows into the line; those without a file are left out."""
        self._line.extend(row for row in rows if row.pending and row.source.path is not None)
        self._next()

    def _next(self) -> None:
        while self._line and len(self._under_way) < AT_ONCE:
            row = self._line.popleft()
            if row.source.path is not None:
                self._begin(row, row.source.path)

    def _begin(self, row: Row, path: Path) -> None:
        plan = self._plan

        def ended(findings: Findings) -> None:
            self._under_way.discard(errand)
            if row.source.path == path:  # another file may have taken its place meanwhile
                self._found(row, findings)
            self._next()

        errand = background().run(
            lambda _: inspect(path, plan), ended, lambda error: ended(Findings(problem=messages.sentence(error)))
        )
        self._under_way.add(errand)

    def close(self) -> None:
        """Look no further."""
        self._line.clear()
        for errand in self._under_way:
            errand.cancel()
        self._under_way.clear()
