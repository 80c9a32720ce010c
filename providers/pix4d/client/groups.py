"""Project groups, which the product calls sites (notes, section 18)."""

from __future__ import annotations

from collections.abc import Iterator

from ...http.answers import Page, record
from ...http.session import HttpSession
from ..paths import PATHS
from ..records import Site, SiteDetails
from .answers import after, pages


class Groups:
    """Operations on sites."""

    def __init__(self, http: HttpSession) -> None:
        self._http = http

    def list(self, search: str = "", ordering: str = "", page: int = 1) -> Iterator[Page[Site]]:
        """``listProjectGroups``, from a page on."""
        filters = {"search": search, "ordering": ordering}
        return pages(self._http, PATHS["listProjectGroups"], Site, filters, page)

    def get(self, group_id: str) -> Site:
        """``getProjectGroup``."""
        return record(self._http.json(PATHS["getProjectGroup"], group_id=group_id), Site, "id")

    def create(self, details: SiteDetails) -> Site:
        """``createProjectGroup``: ``name`` and ``project_group_type`` are mandatory."""
        return record(self._http.json(PATHS["createProjectGroup"], body=details), Site, "id")

    def update(self, group_id: str, changes: SiteDetails) -> Site:
        """``updateProjectGroup``: change only the members given."""
        return after(self._http.json(PATHS["updateProjectGroup"], body=changes, group_id=group_id), Site)

    def delete(self, group_id: str) -> None:
        """``deleteProjectGroup``; that its projects stay and move to its parent is ASSUMED (A53)."""
        self._http.json(PATHS["deleteProjectGroup"], group_id=group_id)
