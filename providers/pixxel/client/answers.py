"""How the lists of Pixxel are asked for, and the tolerance that its answers need (notes, section 3)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, cast

from ...errors import Kind, ServerFault
from ...http import answers
from ...http.answers import Page, Record
from ...http.operation import Operation
from ...http.session import HttpSession

PAGE_SIZE = 100
"""Always said, as what holds otherwise is 10, 50 or 2; more than 100 is cut to it (ASSUMED P03)."""

Ask = Callable[[int, int], Any]
"""Offset and limit to an answer."""


def query_of(filters: Mapping[str, object]) -> dict[str, str | list[str]]:
    """Filters as a query: what is empty left out, lists joined by commas (ASSUMED P14)."""
    joined = {
        name: ",".join(str(one).strip() for one in value) if isinstance(value, (list, tuple)) else value
        for name, value in filters.items()
    }
    return answers.query_of(joined)


def told(body: Mapping[str, object]) -> dict[str, object]:
    """A body without what is empty: the platform tells an empty list from none."""
    return {name: value for name, value in body.items() if value is not None and value != "" and value != []}


def queried(
    http: HttpSession, operation: Operation, filters: Mapping[str, object] | None = None, **values: str
) -> Ask:
    """A list whose offset and limit are in the query."""

    def ask(offset: int, limit: int) -> Any:
        query = query_of({**(filters or {}), "offset": offset, "limit": limit})
        return http.json(operation, query=query, **values)

    return ask


def searched(http: HttpSession, operation: Operation, body: Mapping[str, object]) -> Ask:
    """A search whose offset and limit are in the body."""
    return lambda offset, limit: http.json(operation, body={**told(body), "offset": offset, "limit": limit})


def pages(
    ask: Ask, kind: type[Record], member: str, identity: str = "id", offset: int = 0, size: int = PAGE_SIZE
) -> Iterator[Page[Record]]:
    """The pages of a list from an offset on. The last is the one at which the total is reached, or, where no total is
    told, the first that is not full; an empty one always. Raises :class:`ServerFault` (BAD_ANSWER) for a list that
    gives the same page again, whatever the offset: it would have no end."""
    before: list[Any] = []
    while True:
        answer = ask(offset, size)
        rows = array(answer, member)
        if rows and rows == before:
            raise ServerFault(Kind.BAD_ANSWER, facts={"reason": "page_repeated"})
        before = rows
        paging = answer.get("pagination")
        total = paging.get("total") if isinstance(paging, dict) else None
        known = total if isinstance(total, int) and not isinstance(total, bool) else None
        offset += len(rows)
        last = not rows or (len(rows) < size if known is None else offset >= known)
        yield Page(known_rows(rows, kind, identity), known, last)
        if last:
            return


def array(answer: Any, member: str) -> list[Any]:
    """The list in an answer; null is an empty one. Raises :class:`ServerFault` (BAD_ANSWER) where there is none."""
    if not isinstance(answer, dict):
        raise ServerFault(Kind.BAD_ANSWER, facts={"reason": "not_an_object"})
    found = answer.get(member)
    if found is None and member in answer:
        return []
    if not isinstance(found, list):
        raise ServerFault(Kind.BAD_ANSWER, facts={"reason": "missing_member", "member": member})
    return found


def known_rows(rows: list[Any], kind: type[Record], identity: str = "id") -> list[Record]:
    """The objects with an identity."""
    return [cast(Record, one) for one in rows if isinstance(one, dict) and answers.is_identity(one.get(identity))]


def listed(answer: Any, kind: type[Record], member: str, identity: str = "id") -> list[Record]:
    """The objects of a list that comes as a whole."""
    return known_rows(array(answer, member), kind, identity)


def after(answer: Any, kind: type[Record]) -> Record:
    """What a change answers; an empty record where it says nothing of use."""
    return cast(Record, answer if isinstance(answer, dict) else {})
