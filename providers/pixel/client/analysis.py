"""Analysis modules, services and tasks, outside the vendor's guide (notes, section 17)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import cast

from ...http.answers import Page, record
from ...http.session import HttpSession
from ..paths import PATHS
from ..service_records import AnalysisDetails, AnalysisModule, AnalysisService, AnalysisTask
from .answers import PAGE_SIZE, after, array, pages


class Analysis:
    """Operations on analysis."""

    def __init__(self, http: HttpSession) -> None:
        self._http = http

    def modules(self) -> list[AnalysisModule]:
        """``listAnalysisModules``."""
        rows = array(self._http.json(PATHS["listAnalysisModules"]))
        return [cast(AnalysisModule, one) for one in rows if isinstance(one, dict)]

    def services(
        self, filters: Mapping[str, object] | None = None, offset: int = 0, size: int = PAGE_SIZE
    ) -> Iterator[Page[AnalysisService]]:
        """``listAnalysisServices``; filters ``name``, ``ids``, ``enabled``."""
        return pages(self._http, PATHS["listAnalysisServices"], AnalysisService, filters, offset, size)

    def create(self, details: AnalysisDetails) -> AnalysisService:
        """``createAnalysisService``."""
        return record(self._http.json(PATHS["createAnalysisService"], body=details), AnalysisService, "id")

    def update(self, service_id: str, changes: AnalysisDetails) -> AnalysisService:
        """``patchAnalysisService``: ``config`` is merged deeply."""
        answer = self._http.json(PATHS["patchAnalysisService"], body=changes, service_id=service_id)
        return after(answer, AnalysisService)

    def delete(self, service_id: str) -> None:
        """``deleteAnalysisService``, for good."""
        self._http.json(PATHS["deleteAnalysisService"], service_id=service_id)

    def tasks(
        self, service_id: str, filters: Mapping[str, object] | None = None, offset: int = 0, size: int = PAGE_SIZE
    ) -> Iterator[Page[AnalysisTask]]:
        """``listAnalysisTasks``; filters ``name``, ``ids``, ``status``."""
        operation = PATHS["listAnalysisTasks"]
        return pages(self._http, operation, AnalysisTask, filters, offset, size, service_id=service_id)

    def create_task(self, service_id: str, params: Mapping[str, object], name: str = "") -> AnalysisTask:
        """``createAnalysisTask``."""
        body = {"params": params, **({"name": name} if name else {})}
        answer = self._http.json(PATHS["createAnalysisTask"], body=body, service_id=service_id)
        return record(answer, AnalysisTask, "id")

    def delete_task(self, service_id: str, task_id: str) -> None:
        """``deleteAnalysisTask``, for good."""
        self._http.json(PATHS["deleteAnalysisTask"], service_id=service_id, task_id=task_id)

    def run_task(self, service_id: str, task_id: str) -> AnalysisTask:
        """``runAnalysisTask``."""
        answer = self._http.json(PATHS["runAnalysisTask"], service_id=service_id, task_id=task_id)
        return after(answer, AnalysisTask)

    def revoke_task(self, service_id: str, task_id: str) -> AnalysisTask:
        """``revokeAnalysisTask``."""
        answer = self._http.json(PATHS["revokeAnalysisTask"], service_id=service_id, task_id=task_id)
        return after(answer, AnalysisTask)
