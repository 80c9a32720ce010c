"""Bringing the rows below an item into line with what was fetched, without touching rows that stay: what is selected,
expanded and in view remains so."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import TYPE_CHECKING

from qgis.PyQt.QtCore import QLocale, Qt

from ...core.translation import tr
from ..nodes.description import kind_of
from .items import Branch, ConnectionItem, Key, NodeItem, Phase, Status, StatusItem
from .order import Order, sort_key

if TYPE_CHECKING:
    from qgis.PyQt.QtGui import QStandardItemModel

Told = tuple[Status, str, str]
#: Headings are among the first entries of a branch.
HEADINGS = 8
#: Where a row comes when the rows below an item are sorted anew.
RANK = Qt.ItemDataRole.UserRole + 10
#: Rows that are ranked in one go.
RANKED = 500


def node_items(item: NodeItem) -> Iterator[NodeItem]:
    """The entries below."""
    for row in range(item.rowCount()):
        child = item.child(row)
        if isinstance(child, NodeItem):
            yield child


def loaded_below(item: NodeItem) -> list[NodeItem]:
    """The item and what is below at any depth, as far as something was fetched below them."""
    if item.branch is None or item.branch.phase is Phase.NEW:
        return []
    return [item, *(deeper for child in list(item.branch.opened.values()) for deeper in loaded_below(child))]


def shown_keys(item: NodeItem, branch: Branch, order: Order) -> list[Key]:
    """What is to be seen, in order."""
    if branch.search and not branch.narrowed:
        wanted = branch.search.casefold()
        keys = [key for key, entry in branch.entries.items() if wanted in entry.name.casefold()]
    else:
        keys = list(branch.entries)
    if order is Order.PLATFORM or isinstance(item, ConnectionItem):
        return keys
    if branch.order is not order:
        branch.order, branch.sort_keys = order, {}
    known = branch.sort_keys
    for key in keys:
        if key not in known:
            known[key] = sort_key(item.place.platform, order, branch.entries[key])
    return sorted(keys, key=known.__getitem__)


def show(model: QStandardItemModel, item: NodeItem, order: Order) -> None:
    """Make the rows those of the branch."""
    branch = item.branch
    if branch is None:
        return
    wanted = shown_keys(item, branch, order)
    present = len(branch.rows)
    if wanted[:present] != branch.rows:
        _remove(item, branch, set(wanted))
    shown, entries = branch.shown, branch.entries
    for row in [row for row, key in enumerate(branch.rows) if shown.get(key) is not entries[key]]:
        child = item.child(row)
        if isinstance(child, NodeItem) and child.entry != entries[branch.rows[row]]:
            child.renew(entries[branch.rows[row]])
    if wanted[:len(branch.rows)] == branch.rows:
        _put(model, item, branch, len(branch.rows), wanted[len(branch.rows):])
    elif len(wanted) > len(branch.rows):
        _insert(model, item, branch, wanted)
    if branch.rows != wanted:
        for _ in rank(model, item, branch, wanted):
            pass
        reorder(model, item, branch, wanted)
    branch.order = order
    branch.shown = dict(entries)


def _remove(item: NodeItem, branch: Branch, wanted: set[Key]) -> None:
    """Take away what is not there any more, neighbours together."""
    gone = [row for row, key in enumerate(branch.rows) if key not in wanted]
    for key in [branch.rows[row] for row in gone]:
        child = branch.opened.pop(key, None)
        for deeper in loaded_below(child) if child is not None else ():
            if deeper.branch is not None:
                deeper.branch.drop()
    for first, count in reversed(_runs(gone)):
        item.removeRows(first, count)
        del branch.rows[first:first + count]


def _runs(numbers: list[int]) -> list[tuple[int, int]]:
    """Rising numbers as runs of neighbours: the first of each, and how many."""
    runs: list[tuple[int, int]] = []
    for number in numbers:
        if runs and sum(runs[-1]) == number:
            runs[-1] = (runs[-1][0], runs[-1][1] + 1)
        else:
            runs.append((number, 1))
    return runs


def _insert(model: QStandardItemModel, item: NodeItem, branch: Branch, wanted: list[Key]) -> None:
    """Add what is new: where it belongs when the rest is in order, else at the end."""
    present = set(branch.rows)
    in_order = [key for key in wanted if key in present] == branch.rows
    row = 0
    new: list[Key] = []
    for key in [*wanted, None]:
        if key is not None and key not in present:
            new.append(key)
            continue
        if new and (in_order or key is None):
            at = row if in_order else len(branch.rows)
            _put(model, item, branch, at, new)
            row = at + len(new)
            new = []
        row += 1


def _put(model: QStandardItemModel, item: NodeItem, branch: Branch, at: int, keys: list[Key]) -> None:
    """Put new rows in, all at once."""
    if not keys:
        return
    place = item.place
    origin = (place.platform, place.connection, () if isinstance(item, ConnectionItem) else place.way)
    made = [NodeItem(origin, branch.entries[key]) for key in keys]
    item.insertRows(at, made)
    model.blockSignals(True)  # a view looks at new rows anew anyway
    for child in made:
        child.promise()
    model.blockSignals(False)
    branch.rows[at:at] = keys


def rank(model: QStandardItemModel, item: NodeItem, branch: Branch, wanted: list[Key]) -> Iterator[None]:
    """Note on each row where it comes, some at a time; ``reorder`` follows. The rows stay where they are."""
    places = {key: number for number, key in enumerate(wanted)}
    for first in range(0, len(branch.rows), RANKED):
        model.blockSignals(True)
        for row, key in enumerate(branch.rows[first:first + RANKED], first):
            item.child(row).setData(places[key], RANK)
        model.blockSignals(False)
        yield
    last = item.child(len(branch.rows)) if item.rowCount() > len(branch.rows) else None
    if last is not None:
        model.blockSignals(True)
        last.setData(len(places), RANK)
        model.blockSignals(False)


def reorder(model: QStandardItemModel, item: NodeItem, branch: Branch, wanted: list[Key]) -> None:
    """Sort the rows by their ranks, which keeps QGIS's own notes of them: a row taken out and put in again would lose
    its place in the selection."""
    model.setSortRole(RANK)
    item.sortChildren(0)
    branch.rows = wanted


def status_of(item: NodeItem, order: Order) -> Told | None:
    """What the row behind the others says; None when there is nothing to say."""
    branch = item.branch
    if branch is None:
        return None
    if isinstance(item, ConnectionItem) and item.logged_out:
        return (Status.LOGGED_OUT, tr("You are logged out."), tr("Log In"))
    if branch.phase in (Phase.NEW, Phase.LOADING):
        return (Status.LOADING, tr("Loading…"), "")
    if branch.phase is Phase.FAILED:
        return (Status.FAILED, branch.problem, tr("Try Again"))
    if branch.following:
        return (Status.MORE, _more_words(item, branch, order), tr("Load More"))
    if any(not kind_of(item.place.platform, kind).group for kind, _ in branch.rows) or isinstance(item, ConnectionItem):
        return None
    if branch.search:
        return (Status.EMPTY, tr("Nothing found for “{search}”.").format(search=branch.search), "")
    words = item.place.kind.empty()
    return (Status.EMPTY, words, "") if words else None


def _more_words(item: NodeItem, branch: Branch, order: Order) -> str:
    headings = sum(kind_of(item.place.platform, kind).group for kind, _ in islice(branch.entries, HEADINGS))
    loaded = len(branch.entries) - headings
    locale = QLocale()
    facts = {
        "loaded": locale.toString(loaded),
        "total": tr("more") if branch.total is None else locale.toString(branch.total),
    }
    if branch.search and not branch.narrowed:
        return tr("Looked through {loaded} of {total}.").format(**facts)
    if order is not Order.PLATFORM:
        return tr("{loaded} of {total}, sorted among these.").format(**facts)
    return tr("{loaded} of {total}.").format(**facts)


def set_status(item: NodeItem, told: Told | None) -> None:
    """Have exactly this row behind the others, or none. The empty row that promises something has no item, or a plain
    one: Qt makes one as soon as somebody asks what is written there."""
    last = item.child(item.rowCount() - 1) if item.rowCount() else None
    present = last if isinstance(last, StatusItem) else None
    promise = bool(item.rowCount()) and not isinstance(last, (NodeItem, StatusItem))
    if told is None:
        if present is not None or promise:
            item.removeRow(item.rowCount() - 1)
    elif present is not None:
        present.say(*told)
    elif promise:
        item.setChild(item.rowCount() - 1, StatusItem(*told))
    else:
        item.appendRow(StatusItem(*told))
