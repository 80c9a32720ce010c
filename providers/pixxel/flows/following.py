"""Waiting for what the platform does by itself, and making what must not be made twice."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from ...errors import JobFailed, Kind, ServerFault
from ...http.failures import scrub
from ...steps import appeared, at_most_once, known_before
from ...work import Work

Result = TypeVar("Result")

PAUSE, LONGEST_PAUSE = 5.0, 30.0
"""Seconds between two looks (notes, section 13.3): the first comes after a tenth of the pause, and they grow."""
MINUTES = 120.0
"""How long is waited where the user says nothing else. What the platform's words mean is not all known: one that is
not, counts as still going on (section 18)."""


def until(
    work: Work, read: Callable[[], Result], ended: Callable[[Result], bool], minutes: float = MINUTES,
    at_once: bool = False,
) -> Result:
    """Look until ``ended``, and give what was seen last. Raises :class:`JobFailed` (``pixxel_still_working``) after
    that many minutes; the platform goes on, and the job can be taken up again. ``at_once``: it may have ended."""
    state = work.follow(read, ended, PAUSE, longest=LONGEST_PAUSE, limit=minutes * 60, at_once=at_once)
    if not ended(state):
        raise JobFailed(Kind.JOB_FAILED, facts={"reason": "pixxel_still_working", "minutes": f"{minutes:g}"})
    return state


def word_of(one: Mapping[str, Any]) -> str:
    """The state of something in lower case. Raises :class:`ServerFault` (BAD_ANSWER) for an answer that tells none:
    nobody could see its end."""
    found = one.get("status")
    if found is None:
        raise ServerFault(Kind.BAD_ANSWER, facts={"reason": "missing_member", "member": "status"})
    return str(found).lower()


def failed(what: str, words: object = "") -> JobFailed:
    """The platform's own work ended badly; ``words`` is what it says of it."""
    return JobFailed(Kind.JOB_FAILED, facts={"reason": "pixxel_failed", "what": what}, words=scrub(str(words or "")))


def told_of(work: Work, progress: object) -> None:
    """Tell how far the platform is, from per cent as number or text."""
    try:
        share = float(str(progress).rstrip("%")) / 100
    except ValueError:
        work.progress(None, "waiting")
        return
    work.progress(share, "pixxel_working", percent=f"{share * 100:.0f}")


def costly(work: Work, step: str, do: Callable[[], str], ids: Callable[[], set[str]]) -> str:
    """Do what costs tokens at most once, and give the id of what came of it.

    ``ids`` lists all that it could be confused with. Where the answer did not come, the one that was not there before
    is adopted; where none shows up, or several do since others work in the same workspace, it is asked, and never done
    again by itself.
    """
    before = known_before(work, step, ids)

    def adopt() -> Any:
        new = appeared(work, lambda: ids() - before)
        return new.pop() if len(new) == 1 else None

    return at_most_once(work, step, do, adopt)


def costly_several(
    work: Work, step: str, do: Callable[[], list[str]], ids: Callable[[], set[str]]
) -> list[str]:
    """The same for what becomes any number of things; all that were not there before are adopted."""
    before = known_before(work, step, ids)

    def adopt() -> Any:
        return sorted(appeared(work, lambda: ids() - before)) or None

    return at_most_once(work, step, do, adopt)
