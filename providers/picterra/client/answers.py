"""How Picterra's lists are asked for, and the jobs that it accepts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, cast

from ...http import answers
from ...http.answers import Page, Record, record
from ...http.operation import Operation
from ...http.session import HttpSession
from ..records import Started


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
    """The pages of a list (section 4); booleans go as Python words (section 3)."""
    query = {"page_number": "1", **answers.query_of(filters or {}, ("True", "False"))}
    return answers.pages(http, operation, kind, query, "id", False, **values)
