"""How the lists of Pixel are asked for, and the tolerance that its answers need (notes, sections 3 and 4)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, cast

from ...errors import Kind, ServerFault
from ...http import answers
from ...http.answers import Page, Record
from ...http.operation import Operation
from ...http.session import HttpSession

PAGE_SIZE = 100
"""What the platform gives by itself is ASSUMED (A2): 100, at most 1000."""
IDS_AT_ONCE = 50
"""As many as the vendor's client asks for by identity in one request."""


def query_of(filters: Mapping[str, object]) -> dict[str, str | list[str]]:
    """Filters as a query: what is empty left out, lists joined by commas, booleans as ``true`` and ``false``."""
    joined = {
        name: ",".join(str(one).strip() for one in value) if isinstance(value, (list, tuple)) else value
        for name, value in filters.items()
    }
    return answers.query_of(joined)


def pages(
    http: HttpSession,
    operation: Operation,
    kind: type[Record],
    filters: Mapping[str, object] | None = None,
    offset: int = 0,
    size: int = PAGE_SIZE,
    **values: str,
) -> Iterator[Page[Record]]:
    """The pages of a list from an offset on: bare arrays, of which the first that is not full is the last.

    With ``ids`` among the filters they are asked for in blocks; no identities are no rows, where an empty parameter
    would be all rows.
    """
    asked = dict(filters or {})
    ids = asked.pop("ids", None)
    if ids is not None:
        yield from _blocks(http, operation, kind, asked, [str(one) for one in cast("Sequence[object]", ids)], values)
        return
    while True:
        answer = http.json(operation, query=query_of({**asked, "offset": offset, "limit": size}), **values)
        rows = array(answer)
        last = len(rows) < size
        yield Page(cast("list[Record]", _known(rows)), None, last)
        if last:
            return
        offset += size


def _blocks(
    http: HttpSession,
    operation: Operation,
    kind: type[Record],
    filters: Mapping[str, object],
    ids: Sequence[str],
    values: Mapping[str, str],
) -> Iterator[Page[Record]]:
    if not ids:
        yield Page([], 0, True)
    for start in range(0, len(ids), IDS_AT_ONCE):
        block = list(ids[start:start + IDS_AT_ONCE])
        answer = http.json(operation, query=query_of({**filters, "ids": block, "limit": len(block)}), **values)
        yield Page(cast("list[Record]", _known(array(answer))), len(ids), start + IDS_AT_ONCE >= len(ids))


def array(answer: Any) -> list[Any]:
    """An answer that is an array. Raises :class:`ServerFault` (BAD_ANSWER) for anything else."""
    if not isinstance(answer, list):
        raise ServerFault(Kind.BAD_ANSWER, facts={"reason": "not_a_list"})
    return answer


def listed(answer: Any, kind: type[Record]) -> list[Record]:
    """The objects with an identity in an answer that is an array."""
    return cast("list[Record]", _known(array(answer)))


def after(answer: Any, kind: type[Record]) -> Record:
    """What a change or a removal answers; an empty record where it says nothing of use."""
    return cast(Record, answer if isinstance(answer, dict) else {})


def _known(rows: Sequence[Any]) -> list[Any]:
    return [one for one in rows if isinstance(one, dict) and answers.is_identity(one.get("id"))]
