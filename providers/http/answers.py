"""From JSON to records: what is not what the contract says becomes a failure with a name, never a KeyError later."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar, cast

from ..errors import Kind, ServerFault
from .operation import Operation
from .routing import Query
from .session import HttpSession

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
    without, is missing or empty. Required are texts or whole numbers.
    """
    if not isinstance(answer, dict):
        raise ServerFault(Kind.BAD_ANSWER, facts={"reason": "not_an_object"})
    for name in required:
        if not is_identity(answer.get(name)):
            raise ServerFault(Kind.BAD_ANSWER, facts={"reason": "missing_member", "member": name})
    return cast(Record, answer)


def is_identity(value: Any) -> bool:
    """Whether a member can name something: a text that is not empty, or a whole number."""
    return bool(value) if isinstance(value, str) else isinstance(value, int) and not isinstance(value, bool)


def pages(
    http: HttpSession,
    operation: Operation,
    kind: type[Record],
    query: Query | None = None,
    identity: str = "id",
    rebuilt: bool = False,
    **values: str,
) -> Iterator[Page[Record]]:
    """The pages of a list that answers ``count``, ``next``, ``results``, fetched as they are asked for.

    Entries without the member ``identity`` are passed over. ``rebuilt``: as in :meth:`HttpSession.pages`.
    """
    for answer in http.pages(operation, query=query, rebuilt=rebuilt, **values):
        results = answer.get("results") if isinstance(answer, dict) else None
        if not isinstance(results, list):
            raise ServerFault(Kind.BAD_ANSWER, facts={"reason": "missing_member", "member": "results"})
        count = answer.get("count")
        entries = [cast(Record, entry) for entry in results if isinstance(entry, dict) and entry.get(identity)]
        yield Page(entries, count if isinstance(count, int) else None, not answer.get("next"))


def query_of(filters: Mapping[str, object], words: tuple[str, str] = ("true", "false")) -> dict[str, str | list[str]]:
    """Filters as a platform reads them: empty ones left out, lists as repeated parameters, booleans as ``words``."""

    def text(value: object) -> str:
        return words[0 if value else 1] if isinstance(value, bool) else str(value).strip()

    found: dict[str, str | list[str]] = {}
    for name, value in filters.items():
        if isinstance(value, (list, tuple)):
            found[name] = [text(one) for one in value]
        elif value is not None:
            found[name] = text(value)
    return {name: value for name, value in found.items() if value}
