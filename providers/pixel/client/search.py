"""Search (notes, section 11)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import cast

from ...errors import Kind, ServerFault
from ...http.answers import Page, record
from ...http.session import HttpSession
from ..paths import PATHS
from ..service_records import SearchInfo, SearchQuery, SearchResults
from .answers import PAGE_SIZE, query_of


class Search:
    """Operations of the search."""

    def __init__(self, http: HttpSession) -> None:
        self._http = http

    def info(self, on: str) -> SearchInfo:
        """``searchInfo``: what can be filtered by and given out; ``on`` is one of ``SEARCH_ON``."""
        return record(self._http.json(PATHS["searchInfo"], query=query_of({"on": on})), SearchInfo)

    def page(self, query: SearchQuery, offset: int = 0, limit: int = PAGE_SIZE) -> SearchResults:
        """``search``: one page."""
        answer = record(self._http.json(PATHS["search"], body={**query, "offset": offset, "limit": limit}), dict)
        if not isinstance(answer.get("results"), list):
            raise ServerFault(Kind.BAD_ANSWER, facts={"reason": "missing_member", "member": "results"})
        return cast(SearchResults, answer)

    def pages(self, query: SearchQuery, offset: int = 0, size: int = PAGE_SIZE) -> Iterator[Page[dict[str, object]]]:
        """The pages from an offset on, fetched as they are asked for; the first that is not full is the last."""
        while True:
            answer = self.page(query, offset, size)
            results = answer["results"]
            count, last = answer.get("total_count"), len(results) < size
            yield Page([one for one in results if isinstance(one, dict)], count, last)
            if last:
                return
            offset += size
