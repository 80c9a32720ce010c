"""What is asked of a platform for a branch, and what its answers become. ``roots``, ``page`` and ``pages`` run in the
background."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ...core.problems import Problem
from ...core.translation import tr
from ...providers.capabilities import Branch as Question
from ...providers.capabilities import Browse, Entries, Entry
from ...providers.work import Work
from .items import Branch, Key, NodeItem, Phase, key_of


def roots(platform: Any, work: Work) -> list[tuple[Entry, bool]]:
    """The branches at the top, and whether the platform narrows them by name. Sends nothing."""
    if not isinstance(platform, Browse):
        raise Problem(tr("There is nothing to browse on this platform."))
    return [(entry, platform.searches(entry)) for entry in platform.roots()]


def question(item: NodeItem) -> Question:
    """What is listed below a row."""
    branch = item.branch or Branch()
    return Question(item.place.entry, item.place.above, branch.search if branch.narrowed else "")


def page(platform: Any, asked: Question, begin: str, work: Work) -> Entries:
    """One page."""
    found: Entries = platform.children(asked, begin, work)
    return found


def pages(platform: Any, asked: Question, count: int, work: Work) -> list[Entries]:
    """The first pages, at most ``count``."""
    found = [page(platform, asked, "", work)]
    while found[-1].following and len(found) < count:
        work.check_cancelled()
        found.append(page(platform, asked, found[-1].following, work))
    return found


def take(branch: Branch, found: Entries) -> None:
    """Add a page to what was fetched. What an earlier page held already is brought up to date: entries move to the next
    page while others come in before them."""
    for entry in found.entries:
        branch.entries[key_of(entry)] = entry
    branch.total = found.total
    branch.following = found.following
    branch.pages += 1
    branch.phase = Phase.READY
    branch.errand = None


def merge(branch: Branch, found: Sequence[Entries], keep_tail: bool) -> None:
    """Put the first pages, fetched anew, in the place of those from before. ``keep_tail``: what came behind them stays
    when there is more than was fetched."""
    head = {key_of(entry): entry for one in found for entry in one.entries}
    tail: dict[Key, Entry] = {}
    if keep_tail and found[-1].following and branch.pages > len(found):
        old = list(branch.entries)
        last = max((place for place, key in enumerate(old) if key in head), default=-1)
        tail = {key: branch.entries[key] for key in old[last + 1:]}
    if not tail:
        branch.following = found[-1].following
        branch.pages = len(found)
    branch.sort_keys.clear()
    branch.entries = {**head, **tail}
    branch.total = found[-1].total
    branch.phase = Phase.READY
    branch.errand = None


def forget(item: NodeItem) -> None:
    """Drop what was fetched below a row, and what is on its way at any depth."""
    from .rows import loaded_below

    for one in loaded_below(item):
        if one.branch is not None:
            one.branch.drop()
