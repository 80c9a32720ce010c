"""When nothing was found: what would be found with one filter less."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ...providers.search import AREA, Query
from ...providers.work import Work


@dataclass(frozen=True)
class Relaxation:
    """``total`` images would be found without the filter ``name`` (of ``providers.search.NARROWING``).

    ``anywhere``: the platform does not narrow by area, so that they may lie outside of it.
    """

    name: str
    total: int
    anywhere: bool


def less_narrow(platform: Any, query: Query, work: Work) -> list[Relaxation]:
    """Ask for the first page without each filter in turn; those that would help. In the background.

    A filter that the platform does not apply cannot be judged so and is left out; so is one that changes nothing. At
    most one request for each of the six filters, one after the other: they are asked for in an empty window only, end
    with the next search, and a platform that counts requests is not given six at a time for a hint.
    """
    narrows = platform.narrows
    helpful = []
    for name in query.narrowed_by():
        if name in narrows:
            total = platform.search(query.without(name), "", work).total
            if total:
                helpful.append(Relaxation(name, total, query.area is not None and AREA not in narrows))
        work.check_cancelled()
    return helpful
