"""From JSON to records: what is not what the contract says becomes a failure with a name, never a KeyError later."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar, cast

from ...errors import Kind, ServerFault
from ...http.operation import Operation
from ...http.session import HttpSession
from ..records import Started

Record = TypeVar("Record")


@dataclass(frozen=True)
class Page(Generic[Record]):
    """One page of a list. ``count`` is the total over all pages, None when the platform does not say."""

    records: list[Record]
    count: int | None
    last: bool


def record(answer: Any, kind: type[Record], *required: str) -> Record:
    """The answer as a record of that kind.

    Raises :class:`ServerFault` (BAD_ANSWER) when it is no object or one of ``required``, which the work cannot go on
    without, is missing or empty.
    """
    if not isinstance(answer, dict):
        raise ServerFault(Kind.BAD_ANSWER, facts={"reason": "not_an_object"})
    for name in required:
        if not isinstance(answer.get(name), str) or not answer[name]:
            raise ServerFault(Kind.BAD_ANSWER, facts={"reason": "missing_member", "member": name})
    return cast(Record, answer)


def started(answer: Any) -> Started:
    """A job that was accepted, without further members: flows keep it in their journal, on disk."""
    given = record(answer, dict, "operation_id")
    return cast(Started, {name: given[name] for name in Started.__annotations__ if name in given})


def pages(
    http: HttpSession,
    operation: Operation,
    kind: type[Record],
    filters: Mapping[str, object] | None = None,
    **values: str,
) -> Iterator[Page[Record]]:
    """The pages of a list, fetched as they are asked for (section 4). Entries without an id are passed over."""
    for answer in http.pages(operation, query={"page_number": "1", **query(filters or {})}, **values):
        results = answer.get("results") if isinstance(answer, dict) else None
        if not isinstance(results, list):
            raise ServerFault(Kind.BAD_ANSWER, facts={"reason": "missing_member", "member": "results"})
        count = answer.get("count")
        entries = [cast(Record, entry) for entry in results if isinstance(entry, dict) and entry.get("id")]
        yield Page(entries, count if isinstance(count, int) else None, not answer.get("next"))


def query(filters: Mapping[str, object]) -> dict[str, str]:
    """Filters as the platform reads them: booleans as Python words (section 3), empty ones left out."""
    return {name: str(value).strip() for name, value in filters.items() if value is not None and str(value).strip()}
