"""How the lists of PIX4D cloud are asked for, and the tolerance that its answers need (notes, sections 3 and 4)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, cast

from ...errors import Kind, ServerFault
from ...http import answers
from ...http.answers import Page, Record
from ...http.operation import Operation
from ...http.session import HttpSession

PAGE_SIZE = 100
"""Default and maximum of the platform are ASSUMED (A06): 20 and 500."""


def pages(
    http: HttpSession,
    operation: Operation,
    kind: type[Record],
    filters: Mapping[str, object] | None = None,
    page: int = 1,
    identity: str = "id",
    **values: str,
) -> Iterator[Page[Record]]:
    """The pages of a list, from a page on. ``next`` names the production's address, so its query is taken only."""
    query = answers.query_of({"page": page, "page_size": PAGE_SIZE, **(filters or {})})
    return answers.pages(http, operation, kind, query, identity, True, **values)


def listed(answer: Any, key: str, kind: type[Record]) -> list[Record]:
    """A list without pages, in each of the shapes that are to be expected: ``{key: [...]}``, ``{"results": [...]}``, a
    bare list, or a single object. An empty answer is an empty list."""
    found = answer
    if isinstance(answer, dict):
        found = next((answer[name] for name in (key, "results") if isinstance(answer.get(name), list)), None)
        if found is None:
            found = [answer] if answer else []
    if found is None:
        found = []
    if not isinstance(found, list):
        raise ServerFault(Kind.BAD_ANSWER, facts={"reason": "missing_member", "member": key})
    return [cast(Record, one) for one in found if isinstance(one, dict)]


def after(answer: Any, kind: type[Record]) -> Record:
    """What a change answers; an empty record where it says nothing (section 5.2: any 2xx is success)."""
    return cast(Record, answer if isinstance(answer, dict) else {})
