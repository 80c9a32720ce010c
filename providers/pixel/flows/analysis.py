"""Analysis services and their tasks: made once, run once, followed to their end, revoked (notes, section 17)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ... import steps
from ...errors import InputProblem, JobFailed, Kind
from ...http.failures import scrub
from ...work import NOT_THERE, Work
from ..client import PixelClient
from ..service_records import AnalysisDetails, AnalysisTask

WAITING, FAILED, REVOKED = "PENDING", "FAILED", "REVOKED"
UNDER_WAY = ("SCHEDULED", "RUNNING")
ENDED = ("SUCCESS", FAILED, REVOKED)
PAUSE, LONGEST_PAUSE = 3.0, 30.0
"""Seconds between two looks; the pauses grow from a tenth of the first."""


def create_service(api: PixelClient, details: AnalysisDetails, work: Work) -> str:
    """Set up a module and give the id of the service."""
    api = api.during(work)
    return steps.create(
        work, "create", lambda: str(api.analysis.create(details)["id"]),
        lambda: steps.ids_of(api.analysis.services({"name": details.get("name", "")}), name=details.get("name")),
    )


def delete_service(api: PixelClient, service_id: str, typed: str, work: Work) -> None:
    """Delete a service with its tasks for good; ``typed`` has to be its name."""
    api = api.during(work)
    steps.require_name(work, lambda: _service_name(api, service_id), typed)
    steps.settle(
        work, "delete", lambda: api.analysis.delete(service_id),
        lambda: NOT_THERE if _services(api, service_id) else "gone",
    )


def _services(api: PixelClient, service_id: str) -> list[Any]:
    """The service of this number in a list, or none; there is no call that reads one."""
    return list(steps.entries(api.analysis.services({"ids": [service_id]})))


def _service_name(api: PixelClient, service_id: str) -> str:
    found = _services(api, service_id)
    if not found:
        raise InputProblem("pixel_no_analysis", id=service_id)
    return str(found[0].get("name") or "")


def create_task(api: PixelClient, service_id: str, params: Mapping[str, object], name: str, work: Work) -> str:
    """Make a task that waits to be run, and give its id."""
    api = api.during(work)
    return steps.create(
        work, "create", lambda: str(api.analysis.create_task(service_id, params, name)["id"]),
        lambda: steps.ids_of(api.analysis.tasks(service_id)),
    )


def delete_task(api: PixelClient, service_id: str, task_id: str, typed: str, work: Work) -> None:
    """Delete a task for good; one under way is stopped by that. ``typed`` has to be the name of its service, since a
    task may have none."""
    api = api.during(work)
    steps.require_name(work, lambda: _service_name(api, service_id), typed)

    def adopt() -> Any:
        there = steps.ids_of(api.analysis.tasks(service_id, {"ids": [task_id]}))
        return NOT_THERE if task_id in there else "gone"

    steps.settle(work, "delete", lambda: api.analysis.delete_task(service_id, task_id), adopt)


def run(api: PixelClient, service_id: str, task_id: str, work: Work) -> str:
    """Start a task, once over all runs of the job, and give its state. One that is under way is not started again."""
    api = api.during(work)
    before = str(work.once("state", lambda: _state(task_of(api, service_id, task_id)), lambda: NOT_THERE))
    if before in UNDER_WAY:
        return before
    doubt = steps.Doubt()

    def send() -> str:
        return _state(doubt.known(lambda: api.analysis.run_task(service_id, task_id))) or UNDER_WAY[0]

    def adopt() -> Any:
        found: list[str] = []

        def look() -> set[str]:
            found.append(_state(task_of(api, service_id, task_id)))
            return {found[-1]} - {before}

        return found[-1] if doubt.appeared(work, look) else NOT_THERE

    return steps.settle(work, "run", send, adopt)


def follow(api: PixelClient, service_id: str, task_id: str, work: Work) -> AnalysisTask:
    """Wait until a task has ended well, and give it. Raises :class:`JobFailed` for one that failed or was revoked.

    When the work is cancelled the task goes on: only revoking stops it.
    """
    api = api.during(work)

    def read() -> AnalysisTask:
        task = task_of(api, service_id, task_id)
        work.progress(None, "pixel_analysing", status=_state(task))
        return task

    task = work.follow(read, lambda one: _state(one) in ENDED, PAUSE, longest=LONGEST_PAUSE)
    if _state(task) == REVOKED:
        raise JobFailed(Kind.JOB_FAILED, facts={"reason": "pixel_task_revoked"})
    if _state(task) == FAILED:
        words = scrub(str(task.get("detail") or ""))
        raise JobFailed(Kind.JOB_FAILED, facts={"reason": "pixel_task"}, words=words)
    work.progress(1.0, "done")
    return task


def revoke(api: PixelClient, service_id: str, task_id: str, work: Work) -> str:
    """Stop a task, and give its state. Raises :class:`InputProblem` for one that has ended already."""
    api = api.during(work)
    state = _state(task_of(api, service_id, task_id))
    if state in ENDED and work.noted("revoke") is None:
        raise InputProblem("pixel_task_ended", id=task_id, status=state)

    def adopt() -> Any:
        now = _state(task_of(api, service_id, task_id))
        return now if now in ENDED else NOT_THERE

    def send() -> str:
        return _state(api.analysis.revoke_task(service_id, task_id)) or REVOKED

    return steps.settle(work, "revoke", send, adopt)


def task_of(api: PixelClient, service_id: str, task_id: str) -> AnalysisTask:
    """One task; the platform only lists them. Raises :class:`InputProblem` where there is none."""
    found = next(steps.entries(api.analysis.tasks(service_id, {"ids": [task_id]})), None)
    if found is None or str(found["id"]) != task_id:
        raise InputProblem("pixel_no_task", id=task_id)
    return found


def _state(task: AnalysisTask) -> str:
    return str(task.get("status") or "")
