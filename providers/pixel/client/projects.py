"""Projects (notes, sections 6 and 12)."""

from __future__ import annotations

from collections.abc import Iterator

from ...http.answers import Page, record
from ...http.session import HttpSession
from ..paths import PATHS
from ..records import ROOT, ListFilters, NewProject, Project, ProjectChanges
from .answers import PAGE_SIZE, after, pages, query_of


class Projects:
    """Operations on projects."""

    def __init__(self, http: HttpSession) -> None:
        self._http = http

    def list(
        self, filters: ListFilters | None = None, offset: int = 0, size: int = PAGE_SIZE
    ) -> Iterator[Page[Project]]:
        """``listProjects``, from an offset on; those in other projects, too."""
        return pages(self._http, PATHS["listProjects"], Project, filters, offset, size)

    def deleted(
        self, filters: ListFilters | None = None, offset: int = 0, size: int = PAGE_SIZE
    ) -> Iterator[Page[Project]]:
        """``listDeletedProjects``: those that can be restored."""
        return pages(self._http, PATHS["listDeletedProjects"], Project, filters, offset, size)

    def get(self, project_id: str, extended: bool = False) -> Project:
        """``getProject``; ``extended``: with its data collections and the projects in it."""
        query = query_of({"extended": extended})
        return record(self._http.json(PATHS["getProject"], query=query, project_id=project_id), Project, "id")

    def create(self, details: NewProject) -> Project:
        """``createProject``."""
        return record(self._http.json(PATHS["createProject"], body=details), Project, "id")

    def update(self, project_id: str, changes: ProjectChanges) -> Project:
        """``updateProject``: at least one change."""
        return after(self._http.json(PATHS["updateProject"], body=changes, project_id=project_id), Project)

    def delete(self, project_id: str) -> None:
        """``deleteProject``: can be restored for 60 days."""
        self._http.json(PATHS["deleteProject"], project_id=project_id)

    def restore(self, project_id: str) -> Project:
        """``restoreProject``."""
        return after(self._http.json(PATHS["restoreProject"], project_id=project_id), Project)

    def move(self, project_id: str, parent_id: str = ROOT) -> Project:
        """``moveProject``: into another one, or out of all."""
        query = query_of({"new_parent_id": parent_id})
        return after(self._http.json(PATHS["moveProject"], query=query, project_id=project_id), Project)
