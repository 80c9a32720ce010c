"""The service itself and its projects (notes, sections 1 and 6)."""

from __future__ import annotations

from collections.abc import Iterator

from ...errors import Kind, ServerFault
from ...http.answers import Page, record
from ...http.session import HttpSession
from ..paths import PATHS
from ..records import Project
from .answers import PAGE_SIZE, array, known_rows, query_of


class Service:
    """Whether the platform is there."""

    def __init__(self, http: HttpSession) -> None:
        self._http = http

    def ping(self) -> str:
        """``ping``: what it says (ASSUMED P01). Does not tell whether the key is taken."""
        return str(self._http.json(PATHS["ping"]) or "")


class Projects:
    """Operations on projects, which are made in the vendor's console."""

    def __init__(self, http: HttpSession) -> None:
        self._http = http

    def list(self, page: int = 1, size: int = PAGE_SIZE) -> Iterator[Page[Project]]:
        """``listProjects``, from a page on (the first is 1, ASSUMED P03)."""
        seen = (page - 1) * size
        while True:
            answer = self._http.json(PATHS["listProjects"], query=query_of({"page_num": page, "page_size": size}))
            rows = array(answer, "projects")
            count = answer.get("count")
            total = count if isinstance(count, int) and not isinstance(count, bool) else None
            seen += len(rows)
            last = not rows or (len(rows) < size if total is None else seen >= total)
            yield Page(known_rows(rows, Project), total, last)
            if last:
                return
            page += 1

    def get(self, project_id: str) -> Project:
        """``getProject``, without ``members_count``."""
        answer = self._http.json(PATHS["getProject"], id=project_id)
        if not isinstance(answer, dict) or "project" not in answer:
            raise ServerFault(Kind.BAD_ANSWER, facts={"reason": "missing_member", "member": "project"})
        return record(answer["project"], Project, "id")
