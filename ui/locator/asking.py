"""What the locator bar asks of connections: the lists at the top of each, side by side, by name."""

from __future__ import annotations

import queue
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from ...core import log, messages
from ...core.problems import Problem
from ...providers.capabilities import Branch, Browse, Entry
from ...providers.errors import Kind, PlatformError
from ...providers.work import Work

MOST = 10
"""So many of one list are shown."""
LOOK_SECONDS = 0.1


@dataclass(frozen=True)
class Asked:
    """A connection that may be asked; ``open`` gives its platform, not on the main thread."""

    platform: str
    connection: str
    open: Callable[[], Any]


@dataclass(frozen=True)
class Found:
    """An entry of the list ``above``; or, with ``problem``, that a connection could not be asked, and why."""

    asked: Asked
    entry: Entry | None = None
    above: tuple[Entry, ...] = ()
    problem: str = ""


def find(asked: Sequence[Asked], text: str, cancelled: Callable[[], bool]) -> Iterator[Found]:
    """What has the text in its name, as it comes: a slow connection holds nobody up. Not for the main thread."""
    coming: queue.Queue[Found | None] = queue.Queue()
    if not asked:
        return
    with ThreadPoolExecutor(len(asked), "locator") as pool:
        for one in asked:
            pool.submit(_ask, one, text, Work(cancelled=cancelled), coming.put)
        left = len(asked)
        while left and not cancelled():
            try:
                found = coming.get(timeout=LOOK_SECONDS)
            except queue.Empty:
                continue
            if found is None:
                left -= 1
            else:
                yield found


def _ask(asked: Asked, text: str, work: Work, tell: Callable[[Found | None], None]) -> None:
    try:
        platform = asked.open()
        if isinstance(platform, Browse):
            _lists(asked, platform, text, work, tell)
    except (PlatformError, Problem) as error:
        if not work.cancelled():
            tell(Found(asked, problem=messages.sentence(error)))
    except Exception as error:
        log.unexpected(error)
    finally:
        tell(None)


def _lists(
    asked: Asked, platform: Browse, text: str, work: Work, tell: Callable[[Found | None], None]
) -> None:
    """Each list's first page: narrowed by the platform where it does that, else looked through here. One that this
    user may not read is left out; when nothing can be read the failure is told."""
    failure: PlatformError | None = None
    read = False
    for top in platform.roots():
        work.check_cancelled()
        try:
            page = platform.children(Branch(top, (), text if platform.searches(top) else ""), "", work)
        except PlatformError as error:
            if error.kind is Kind.CANCELLED:
                raise
            failure = error
            continue
        read = True
        fitting = [one for one in page.entries if one.id and text.casefold() in one.name.casefold()]
        for one in fitting[:MOST]:
            tell(Found(asked, one, (top,)))
    if failure is not None and not read:
        raise failure
