"""Data collections (notes, sections 7 and 12)."""

from __future__ import annotations

from collections.abc import Iterator

from ...http.answers import Page, record
from ...http.session import HttpSession
from ..paths import PATHS
from ..places import Place
from ..records import Collection, CollectionChanges, CollectionFilters, NewCollection
from .answers import PAGE_SIZE, after, pages, query_of


class Collections:
    """Operations on data collections."""

    def __init__(self, http: HttpSession) -> None:
        self._http = http

    def list(
        self, project_id: str, filters: CollectionFilters | None = None, offset: int = 0, size: int = PAGE_SIZE
    ) -> Iterator[Page[Collection]]:
        """``listDataCollections`` of a project, from an offset on."""
        operation = PATHS["listDataCollections"]
        return pages(self._http, operation, Collection, filters, offset, size, project_id=project_id)

    def deleted(
        self, project_id: str, filters: CollectionFilters | None = None, offset: int = 0, size: int = PAGE_SIZE
    ) -> Iterator[Page[Collection]]:
        """``listDeletedDataCollections`` of a project: those that can be restored."""
        operation = PATHS["listDeletedDataCollections"]
        return pages(self._http, operation, Collection, filters, offset, size, project_id=project_id)

    def get(self, place: Place) -> Collection:
        """``getDataCollection``."""
        return record(self._http.json(PATHS["getDataCollection"], **place.values), Collection, "id")

    def create(self, project_id: str, details: NewCollection) -> Collection:
        """``createDataCollection``."""
        answer = self._http.json(PATHS["createDataCollection"], body=details, project_id=project_id)
        return record(answer, Collection, "id")

    def update(self, place: Place, changes: CollectionChanges) -> Collection:
        """``updateDataCollection``: at least one change; type and rules stay."""
        return after(self._http.json(PATHS["updateDataCollection"], body=changes, **place.values), Collection)

    def delete(self, place: Place) -> None:
        """``deleteDataCollection``: can be restored for 60 days."""
        self._http.json(PATHS["deleteDataCollection"], **place.values)

    def restore(self, place: Place) -> Collection:
        """``restoreDataCollection``."""
        return after(self._http.json(PATHS["restoreDataCollection"], **place.values), Collection)

    def move(self, place: Place, project_id: str) -> Collection:
        """``moveDataCollection``: into another project."""
        query = query_of({"new_project_id": project_id})
        return after(self._http.json(PATHS["moveDataCollection"], query=query, **place.values), Collection)
