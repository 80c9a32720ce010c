"""Steps of flows that all platforms share: taken once, and settled after a doubtful failure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from typing import Any, TypeVar

from .errors import Cancelled, InputProblem, Kind, OpenQuestion, PlatformError
from .http.answers import Page
from .work import NOT_THERE, Work, is_passing

Result = TypeVar("Result")

ATTEMPTS = 4
LOOKS = (1.0, 2.0, 4.0, 8.0, 15.0, 30.0)
"""Pauses between looks for what may still be on its way. A platform, or the gateway before it, that did not answer in
time can finish the work a good while later."""
GATEWAY = (502, 503, 504)


def settle(
    work: Work, step: str, do: Callable[[], Result], adopt: Callable[[], Any], facts: Any = None
) -> Result:
    """``work.once``, and when a failure leaves the outcome open, look on the platform now instead of in a later run.

    For steps whose outcome can be seen there, or that may be taken twice. ``adopt`` and ``facts`` as in
    :meth:`Work.once`.
    """
    for attempt in range(1, ATTEMPTS):
        try:
            return work.once(step, do, adopt, facts)
        except PlatformError as error:
            open_outcome = is_passing(error) or cut_short(error)
            begun = work.noted(step)
            if not open_outcome or begun is None or begun.done:
                raise
        work.wait(float(2**attempt) / 2)
    return work.once(step, do, adopt, facts)


def cut_short(error: PlatformError) -> bool:
    """Whether the answer was spoilt on its way. One that came whole and lacks a member will lack it again."""
    return error.kind is Kind.BAD_ANSWER and error.facts.get("reason") != "missing_member"


def at_most_once(work: Work, step: str, do: Callable[[], Result], adopt: Callable[[], Any]) -> Result:
    """``work.once`` for what costs money or moves data: it is never done again by itself.

    When a failure leaves the outcome open, ``adopt`` looks on the platform now; where it gives None, it is asked, with
    what the platform said of the failure.
    """
    try:
        return work.once(step, do, adopt)
    except (OpenQuestion, Cancelled):
        raise
    except PlatformError as error:
        begun = work.noted(step)
        if begun is None or begun.done:
            raise
        told = error.words, error.status, error.request_id
    try:
        return work.once(step, do, adopt)
    except OpenQuestion as question:
        question.words, question.status, question.request_id = told
        raise


def create(work: Work, step: str, do: Callable[[], str], ids: Callable[[], set[str]]) -> str:
    """Create something whose kind can be listed, and give its id. ``ids`` lists those that it could be confused with.

    When the answer did not come, the one that was not there before is adopted; when it cannot be told apart, it is
    asked. It is created again only after it has not shown up for a minute.
    """
    before = known_before(work, step, ids)
    doubt = Doubt()

    def adopt() -> Any:
        new = doubt.appeared(work, lambda: ids() - before)
        return NOT_THERE if not new else new.pop() if len(new) == 1 else None

    return settle(work, step, lambda: doubt.known(do), adopt)


def known_before(work: Work, step: str, ids: Callable[[], set[str]]) -> set[str]:
    """The ids that are there before a step is begun, noted for the runs that find it begun. As long as it is not, each
    run looks anew: what others made after a step that was refused is not what it makes the next time."""
    note = step + " before"
    if work.noted(step) is None:
        work.forget(note)
    return set(work.once(note, lambda: sorted(ids()), lambda: NOT_THERE))


class Doubt:
    """Whether a step that failed may still take effect. It cannot when the platform itself said that it failed."""

    def __init__(self) -> None:
        self._answered = False

    def known(self, do: Callable[[], Result]) -> Result:
        """``do``, taking note of how it fails."""
        self._answered = False
        try:
            return do()
        except PlatformError as error:
            self._answered = error.status is not None and error.status not in GATEWAY
            raise

    def appeared(self, work: Work, look: Callable[[], set[str]]) -> set[str]:
        """What ``look`` finds; where the answer did not come, looked for several times before it finds nothing."""
        return look() if self._answered else appeared(work, look)


def appeared(work: Work, look: Callable[[], set[str]]) -> set[str]:
    """What shows up on the platform within a minute; empty when nothing does."""
    found = look()
    for pause in LOOKS:
        if found:
            break
        work.progress(None, "waiting")
        work.wait(pause)
        found = look()
    return found


def entries(pages: Iterable[Page[Result]]) -> Iterator[Result]:
    """The records of all pages, one after the other, fetched as they are asked for."""
    for page in pages:
        yield from page.records


def one_ahead(things: Iterator[Result]) -> Iterator[Result]:
    """The same things; while one is worked on, another thread gets the next."""
    with ThreadPoolExecutor(1, "ahead") as pool:
        coming = pool.submit(_step, things)
        while True:
            found = coming.result()
            if not found:
                return
            coming = pool.submit(_step, things)
            yield found[0]


def _step(things: Iterator[Result]) -> list[Result]:
    """The next thing; none at the end."""
    return list(islice(things, 1))


def ids_of(pages: Iterable[Page[Any]], **members: object) -> set[str]:
    """The ids of the records whose members have these values."""
    return {
        str(entry["id"])
        for entry in entries(pages)
        if all(entry.get(name) == value for name, value in members.items())
    }


def delete_once(work: Work, delete: Callable[[], None], read: Callable[[], object]) -> None:
    """Delete something. When an earlier attempt is in doubt and it is gone, it was that attempt's doing."""
    doubtful = False

    def adopt() -> Any:
        nonlocal doubtful
        doubtful = True
        return NOT_THERE if exists(read) else "gone"

    def remove() -> None:
        try:
            delete()
        except PlatformError as error:
            if not (doubtful and error.kind is Kind.NOT_FOUND):
                raise

    settle(work, "delete", remove, adopt)


def require_name(work: Work, name: Callable[[], Any], typed: str) -> None:
    """Look that the name of what is to be deleted is the one that was typed; once, since afterwards it may be gone.

    Raises :class:`InputProblem` (``other_name``; ``no_name`` where the platform does not tell one).
    """
    found = str(work.once("name", name, lambda: NOT_THERE))
    if " ".join(found.split()) != " ".join(typed.split()):
        work.forget("name")
        raise InputProblem("other_name", name=found, given=typed) if found.strip() else InputProblem("no_name")


def exists(read: Callable[[], object]) -> bool:
    """Whether the platform still knows it."""
    try:
        read()
    except PlatformError as error:
        if error.kind is Kind.NOT_FOUND:
            return False
        raise
    return True
