"""The search: asked for what it can do, then for what was found, to any number (section 11)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ...errors import InputProblem
from ...work import Work
from ..client import PixelClient
from ..items import METADATA
from ..search_filter import Filter, check_fields
from ..service_records import SearchInfo, SearchQuery, SortField
from .items import LEAST_FULL, PAGE

ASCENDING, DESCENDING = "asc", "desc"


@dataclass(frozen=True)
class Question:
    """What is looked for: ``on`` is one of ``SEARCH_ON``, ``area`` WKT in WGS 84; ``tags``: all of them."""

    on: str
    text: str = ""
    given: Filter | None = None
    area: str = ""
    tags: Sequence[str] = ()
    out_fields: Sequence[str] = ()
    sort: Sequence[SortField] = ()
    distinct: bool = False

    @property
    def whole(self) -> Filter | None:
        """The filter with the tags."""
        parts: list[Filter] = [{"contains": [{"var": "tags"}, tag]} for tag in self.tags]
        parts = [*([self.given] if self.given is not None else []), *parts]
        return None if not parts else parts[0] if len(parts) == 1 else {"and": parts}


@dataclass
class Found:
    """What the platform says of the search as a whole."""

    total: int | None = None
    fields: list[tuple[str, str]] = field(default_factory=list)


def sort_of(text: str) -> list[SortField]:
    """``name, created_at desc``: the order, by fields separated by commas. Raises :class:`InputProblem`."""
    found: list[SortField] = []
    for part in filter(None, (one.strip() for one in text.split(","))):
        name, _, direction = part.rpartition(" ")
        if direction.lower() in (ASCENDING, DESCENDING) and name:
            found.append({"field": name.strip(), "direction": direction.lower()})
        else:
            found.append({"field": part, "direction": ASCENDING})
    return found


def prepare(api: PixelClient, question: Question, work: Work) -> tuple[SearchQuery, Found]:
    """The query, compared with what the platform can look for, and the fields that come with their types. Raises
    :class:`InputProblem` for what it cannot."""
    info = api.during(work).search.info(question.on)
    _check(question, info)
    query: SearchQuery = {"on": question.on, "distinct": question.distinct}
    if question.text:
        query["search"] = question.text
    if question.whole is not None:
        query["filter"] = question.whole
    if question.area:
        query["intersects"] = question.area
    if question.out_fields:
        query["out_fields"] = list(question.out_fields)
    if question.sort:
        query["sort"] = list(question.sort)
    types = {str(one.get("name") or ""): str(one.get("type") or "") for one in info.get("out_fields") or ()}
    names = question.out_fields or [name for name in types if name]
    return query, Found(fields=[(name, types.get(name, "")) for name in names])


def _check(question: Question, info: SearchInfo) -> None:
    if question.area and not info.get("supports_spatial_query", True):
        raise InputProblem("no_spatial_search", on=question.on)
    if question.text and not info.get("supports_text_search", True):
        raise InputProblem("no_text_search", on=question.on)
    filterable = [str(one) for one in info.get("filterable") or ()]
    returned = [str(one.get("name")) for one in info.get("out_fields") or ()]
    if filterable:
        check_fields(question.whole, filterable, question.on)
        _known(question.on, [one["field"] for one in question.sort], [*filterable, *returned])
    if returned:
        _known(question.on, question.out_fields, returned)


def _known(on: str, names: Sequence[str], known: Sequence[str]) -> None:
    """Keys of the metadata are known where it is."""
    free = any(one == METADATA or one.startswith(f"{METADATA}.") for one in known)
    unknown = [one for one in names if one not in known and not (free and one.startswith(f"{METADATA}."))]
    if unknown:
        raise InputProblem(
            "unknown_search_fields", on=on, fields=", ".join(unknown), known=", ".join(dict.fromkeys(known))
        )


def results(api: PixelClient, query: SearchQuery, found: Found, work: Work, most: int = 0
            ) -> Iterator[Mapping[str, Any]]:
    """What was found, page by page as it is asked for, at most so many (0: all)."""
    api = api.during(work)
    offset = 0
    while True:
        work.check_cancelled()
        size = min(PAGE, most - offset) if most else PAGE
        page = api.search.page(query, offset, size)
        rows = page["results"]
        total = page.get("total_count")
        found.total = total if isinstance(total, int) else found.total
        yield from (one for one in rows if isinstance(one, dict))
        offset += len(rows)
        known_end = offset >= found.total if found.total is not None else len(rows) < min(size, LEAST_FULL)
        if not rows or known_end or (most and offset >= most):
            return
        work.progress(offset / found.total if found.total else None, "listing", count=str(offset))
