"""Satellites, the search for scenes, and the archive (notes, section 7)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, cast

from ...errors import Kind, ServerFault
from ...http.answers import Page, record
from ...http.session import HttpSession
from ..paths import PATHS
from ..records import SCENES_AT_ONCE, ArchiveCollection, ArchiveSearch, Item, Satellite, SceneSearch
from .answers import PAGE_SIZE, listed, pages, queried, query_of, searched, told

MANY = 1000
"""Scenes on a page where all are wanted."""


class Satellites:
    """Operations on satellites."""

    def __init__(self, http: HttpSession) -> None:
        self._http = http

    def list(self) -> list[Satellite]:
        """``listSatellites``: all, with their collections and bands."""
        return listed(self._http.json(PATHS["listSatellites"]), Satellite, "satellites")


class Scenes:
    """The search over all satellites, open data too."""

    def __init__(self, http: HttpSession) -> None:
        self._http = http

    def search(self, search: SceneSearch, begin: str = "", size: int = PAGE_SIZE) -> tuple[Page[Item], str]:
        """``searchImages``: a page and what the next one begins with, empty at the end.

        Where no token comes though there is more, which the schema has none for (section 7.2), one page as large as the
        platform gives is asked for: what is still missing then, it gives no way to.
        """
        page, following = self._page(search, begin, size)
        more = page.count is not None and page.count > len(page.records)
        if more and not (begin or following) and size < SCENES_AT_ONCE:
            return self._page(search, "", page.count or 0)
        return page, following

    def _page(self, search: SceneSearch, begin: str, size: int) -> tuple[Page[Item], str]:
        """The answer is a map whose keys say nothing; a token is taken wherever it is found (section 7.2). One that
        does not change would lead round and round, and ends the list."""
        body = {**told(search), "limit": min(size, SCENES_AT_ONCE)}
        if begin:
            body["next_token"] = begin
        answer = self._http.json(PATHS["searchImages"], body=body)
        if not isinstance(answer, dict) or not isinstance(answer.get("items"), (dict, list)):
            raise ServerFault(Kind.BAD_ANSWER, facts={"reason": "missing_member", "member": "items"})
        items = answer["items"]
        rows = list(items.values()) if isinstance(items, dict) else items
        given = answer.get("pagination")
        paging: Mapping[str, Any] = given if isinstance(given, dict) else {}
        following = paging.get("next_token") or answer.get("next_token") or ""
        following = str(following) if str(following) != begin else ""
        total = paging.get("total")
        found = [cast(Item, one) for one in rows if isinstance(one, dict) and one.get("id")]
        known = total if isinstance(total, int) and not isinstance(total, bool) else None
        return Page(found, known, not following), following

    def all(self, search: SceneSearch, size: int = MANY) -> Iterator[Page[Item]]:
        """``searchImages``, page after page."""
        begin = ""
        while True:
            page, begin = self.search(search, begin, size)
            yield page
            if not begin:
                return


class Archives:
    """Operations on the archive of the platform's own imagery."""

    def __init__(self, http: HttpSession) -> None:
        self._http = http

    def collections(self, ids: Sequence[str] = ()) -> list[ArchiveCollection]:
        """``listCollections``."""
        query = query_of({"ids": list(ids)})
        return listed(self._http.json(PATHS["listCollections"], query=query), ArchiveCollection, "collections")

    def collection(self, collection_id: str) -> ArchiveCollection:
        """``getCollection``."""
        return record(self._http.json(PATHS["getCollection"], cid=collection_id), ArchiveCollection, "id")

    def items(self, collection_id: str, offset: int = 0, size: int = PAGE_SIZE) -> Iterator[Page[Item]]:
        """``listCollectionItems``; no total is told."""
        ask = queried(self._http, PATHS["listCollectionItems"], cid=collection_id)
        return pages(ask, Item, "features", offset=offset, size=size)

    def item(self, collection_id: str, item_id: str) -> Item:
        """``getCollectionItem``."""
        return record(self._http.json(PATHS["getCollectionItem"], cid=collection_id, id=item_id), Item, "id")

    def search(self, search: ArchiveSearch, offset: int = 0, size: int = PAGE_SIZE) -> Iterator[Page[Item]]:
        """``searchArchive``; no total is told."""
        ask = searched(self._http, PATHS["searchArchive"], search)
        return pages(ask, Item, "features", offset=offset, size=size)
