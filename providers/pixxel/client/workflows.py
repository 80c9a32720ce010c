"""Workflows, their jobs and tasks (notes, section 17)."""

from __future__ import annotations

from collections.abc import Iterator

from ...errors import Kind, ServerFault
from ...http.answers import Page, record
from ...http.session import HttpSession
from ..paths import PATHS
from ..work_records import Bundle, InsightFilters, Job, Workflow, WorkflowFilters
from .answers import PAGE_SIZE, listed, pages, queried, query_of


class Workflows:
    """Operations on workflows, which are made in the vendor's console."""

    def __init__(self, http: HttpSession) -> None:
        self._http = http

    def list(
        self, filters: WorkflowFilters | None = None, offset: int = 0, size: int = PAGE_SIZE
    ) -> Iterator[Page[Workflow]]:
        """``listWorkflows``, from an offset on. ``project_id`` should always be among the filters."""
        ask = queried(self._http, PATHS["listWorkflows"], filters)
        return pages(ask, Workflow, "workflows", offset=offset, size=size)

    def get(self, workflow_id: str, project_id: str) -> Workflow:
        """``getWorkflow``."""
        query = query_of({"project_id": project_id})
        return record(self._http.json(PATHS["getWorkflow"], query=query, workflow_id=workflow_id), Workflow, "id")

    def price(self, workflow_id: str) -> float:
        """``estimateWorkflow``: tokens."""
        answer = self._http.json(PATHS["estimateWorkflow"], workflow_id=workflow_id)
        price = answer.get("estimated_cost") if isinstance(answer, dict) else None
        if not isinstance(price, (int, float)) or isinstance(price, bool):
            raise ServerFault(Kind.BAD_ANSWER, facts={"reason": "missing_member", "member": "estimated_cost"})
        return float(price)


class Jobs:
    """Operations on jobs of a workflow, which cannot be stopped."""

    def __init__(self, http: HttpSession) -> None:
        self._http = http

    def create(self, workflow_id: str, project_id: str) -> Job:
        """``createJob``: spends tokens. Takes no body."""
        query = query_of({"project_id": project_id})
        return record(self._http.json(PATHS["createJob"], query=query, workflow_id=workflow_id), Job)

    def list(self, workflow_id: str, filters: InsightFilters | None = None) -> list[Job]:
        """``listJobs``: all at once."""
        answer = self._http.json(PATHS["listJobs"], query=query_of(filters or {}), workflow_id=workflow_id)
        return listed(answer, Job, "jobs")

    def get(self, workflow_id: str, job_id: str) -> Job:
        """``getJob``: with its tasks."""
        return record(self._http.json(PATHS["getJob"], workflow_id=workflow_id, job_id=job_id), Job, "id")

    def bundle(self, workflow_id: str, job_id: str) -> Bundle:
        """``downloadJob``: asked for again until its address is filled (ASSUMED P21)."""
        return record(self._http.json(PATHS["downloadJob"], workflow_id=workflow_id, job_id=job_id), Bundle)

    def task_bundle(self, workflow_id: str, job_id: str, task_id: str) -> Bundle:
        """``downloadTask``: the same of one task."""
        answer = self._http.json(PATHS["downloadTask"], workflow_id=workflow_id, job_id=job_id, task_id=task_id)
        return record(answer, Bundle)
