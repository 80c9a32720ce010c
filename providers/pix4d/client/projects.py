"""Projects, which the web application calls datasets (notes, sections 7.1 and 9)."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

from ...errors import Kind, ServerFault
from ...http.answers import Page, record
from ...http.operation import get
from ...http.session import HttpSession
from ..paths import PATHS
from ..records import NewProject, Project, ProjectChanges, ProjectFilters
from .answers import after, pages

ROOT = "/project/api/"


class Projects:
    """Operations on projects."""

    def __init__(self, http: HttpSession) -> None:
        self._http = http

    def list(self, filters: ProjectFilters | None = None, page: int = 1) -> Iterator[Page[Project]]:
        """``listProjects``, from a page on; in the simple form unless ``serializer`` says ``detailed``."""
        return pages(self._http, PATHS["listProjects"], Project, filters, page)

    def of_list(self, project_list_url: str, page: int = 1) -> Iterator[Page[Project]]:
        """``listProjects`` as a site's ``project_list_url`` says it: its path and query, on the configured host."""
        try:
            parts = urlsplit(project_list_url)
        except ValueError:
            parts = urlsplit("")
        start = parts.path.find(ROOT)
        if start < 0:
            raise ServerFault(Kind.BAD_ANSWER, facts={"reason": "foreign_address"})
        path = parts.path[start + 1:].replace("{", "%7B").replace("}", "%7D")
        filters: dict[str, object] = dict(parse_qs(parts.query))
        return pages(self._http, get(path), Project, filters, page)

    def get(self, project_id: str, share_token: str | None = None) -> Project:
        """``getProject``, detailed."""
        query = {"shareToken": share_token} if share_token else None
        return record(self._http.json(PATHS["getProject"], query=query, project_id=project_id), Project, "id")

    def create(self, details: NewProject) -> Project:
        """``createProject``: gives at least ``id``."""
        return record(self._http.json(PATHS["createProject"], body=details), Project, "id")

    def update(self, project_id: str, changes: ProjectChanges) -> Project:
        """``updateProject``: change only the members given."""
        return after(self._http.json(PATHS["updateProject"], body=changes, project_id=project_id), Project)

    def delete(self, project_id: str) -> None:
        """``deleteProject``: interrupts processing and deletes all files, for good."""
        self._http.json(PATHS["deleteProject"], project_id=project_id)
