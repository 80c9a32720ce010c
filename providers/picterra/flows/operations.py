"""The steps that the flows of Picterra share besides those of all platforms: commits and operations."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ...errors import JobFailed, Kind, Refused
from ...http.failures import scrub, words_of
from ...steps import Doubt, appeared
from ...work import Work
from ..client import PicterraClient
from ..records import OperationState, Started

POLL_SECONDS = 30.0
"""Pause between polls when the platform names none (section 7: about 30 in production)."""


def commit_again(
    work: Work, look: Callable[[], set[str]], commit: Callable[[], Started], member: str, doubt: Doubt
) -> Any:
    """What became of a commit in doubt that costs nothing and is bound to its slot, so that it makes no second one, as
    far as is assumed (A16).

    What ``look`` finds is it; else it is sent again, and when that is refused, the first one was taken and is waited
    for. As ``adopt`` of :meth:`Work.once`; gives ``{member: id}`` for what is there already.
    """
    found = doubt.appeared(work, look)
    if not found:
        try:
            return commit()
        except Refused as error:
            if error.kind not in (Kind.REFUSED, Kind.CONFLICT):
                raise
        found = appeared(work, look)
    return {member: found.pop()} if len(found) == 1 else None


def follow(api: PicterraClient, started: Started, work: Work) -> OperationState:
    """Poll the operation until it ends (section 7) and give its last state. Raises :class:`JobFailed`.

    When this work is cancelled the platform goes on: there is no call to cancel a job.
    """
    operation_id = started["operation_id"]
    state = work.follow(
        lambda: api.operations.get(operation_id),
        lambda state: state.get("status") in ("success", "failed"),
        interval_of(started),
    )
    raise_if_failed(state, operation_id)
    return state


def interval_of(started: Started) -> float:
    """Seconds between polls."""
    interval = started.get("poll_interval")
    return float(interval) if isinstance(interval, (int, float)) and interval > 0 else POLL_SECONDS


def raise_if_failed(state: OperationState, operation_id: str = "") -> None:
    """Raise :class:`JobFailed` with the platform's words when the operation ended in failure."""
    if state.get("status") == "failed":
        facts = {"job": state.get("type") or "", "operation": operation_id}
        raise JobFailed(Kind.JOB_FAILED, facts=facts, words=words_of_failure(state))


def words_of_failure(state: OperationState) -> str:
    """What the platform says of the failure of an operation; without addresses that it may name."""
    return scrub(words_of(state.get("errors") or {}))
