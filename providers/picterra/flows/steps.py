"""The steps that all flows share: taken once, settled after a doubtful failure, followed to the end."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any, TypeVar

from ...errors import JobFailed, Kind, PlatformError
from ...http.failures import scrub, words_of
from ...work import NOT_THERE, Work, is_passing
from ..client import PicterraClient
from ..client.answers import Page
from ..records import OperationState, Started

Result = TypeVar("Result")

POLL_SECONDS = 30.0
"""Pause between polls when the platform names none (section 7: about 30 in production)."""
ATTEMPTS = 4


def settle(work: Work, step: str, do: Callable[[], Result], adopt: Callable[[], Any]) -> Result:
    """``work.once``, and when a failure leaves the outcome open, look on the platform now instead of in a later run.

    For steps whose outcome can be seen there, or that may be taken twice. ``adopt`` as in :meth:`Work.once`.
    """
    for attempt in range(1, ATTEMPTS):
        try:
            return work.once(step, do, adopt)
        except PlatformError as error:
            open_outcome = is_passing(error) or cut_short(error)
            begun = work.noted(step)
            if not open_outcome or begun is None or begun.done:
                raise
        work.wait(float(2**attempt) / 2)
    return work.once(step, do, adopt)


def cut_short(error: PlatformError) -> bool:
    """Whether the answer was spoilt on its way. One that came whole and lacks a member will lack it again."""
    return error.kind is Kind.BAD_ANSWER and error.facts.get("reason") != "missing_member"


def create(work: Work, step: str, do: Callable[[], str], ids: Callable[[], set[str]]) -> str:
    """Create something whose kind can be listed, and give its id. ``ids`` lists those that it could be confused with.

    After a crash the one that was not there before is adopted; when it cannot be told apart, it is asked.
    """
    before = set(_noted_ids(work, step + " before", ids))

    def adopt() -> Any:
        new = ids() - before
        return NOT_THERE if not new else new.pop() if len(new) == 1 else None

    return settle(work, step, do, adopt)


def _noted_ids(work: Work, step: str, ids: Callable[[], set[str]]) -> list[str]:
    return work.once(step, lambda: sorted(ids()), lambda: NOT_THERE)


def entries(pages: Iterable[Page[Result]]) -> Iterator[Result]:
    """The records of all pages, one after the other, fetched as they are asked for."""
    for page in pages:
        yield from page.records


def ids_of(pages: Iterable[Page[Any]], **members: object) -> set[str]:
    """The ids of the records whose members have these values."""
    return {
        str(entry["id"])
        for entry in entries(pages)
        if all(entry.get(name) == value for name, value in members.items())
    }


def delete_once(work: Work, delete: Callable[[], None], read: Callable[[], object]) -> None:
    """Delete something. When an earlier attempt is in doubt and it is gone, it was that attempt's doing."""

    def adopt() -> Any:
        return NOT_THERE if exists(read) else "gone"

    settle(work, "delete", delete, adopt)


def exists(read: Callable[[], object]) -> bool:
    """Whether the platform still knows it."""
    try:
        read()
    except PlatformError as error:
        if error.kind is Kind.NOT_FOUND:
            return False
        raise
    return True


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
