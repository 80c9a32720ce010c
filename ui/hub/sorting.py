"""Sorting long lists anew in slices: the window lives on meanwhile, and the rows move once, at the end."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import TYPE_CHECKING

from qgis.PyQt.QtCore import QObject, QTimer

from . import rows
from .items import ConnectionItem, NodeItem
from .order import Order, sort_key

if TYPE_CHECKING:
    from .model import HubModel

#: Lists with fewer rows altogether are sorted at once.
AT_ONCE = 1000
#: Entries between two looks at the clock, and seconds of a slice.
KEYS = 500
SLICE = 0.012


class Sorting(QObject):
    """Brings branches into the model's order. ``waits_for`` tells of which the rows still stand in the order before:
    what comes in meanwhile joins them there, and the branch is begun again."""

    def __init__(self, model: HubModel) -> None:
        super().__init__(model)
        self._model = model
        self._line: list[NodeItem] = []
        self._work: Iterator[None] | None = None
        self._timer = QTimer(self)
        self._timer.setInterval(0)
        self._timer.timeout.connect(self._go_on)

    def begin(self, items: list[NodeItem]) -> None:
        """Sort these, and nothing else any more."""
        self.stop()
        self._line = [item for item in items if item.branch is not None and not isinstance(item, ConnectionItem)]
        if sum(len(item.branch.rows) for item in self._line if item.branch is not None) <= AT_ONCE:
            items, self._line = self._line, []
            for item in items:
                self._model.show_rows(item)
        elif self._line:
            self._timer.start()

    def waits_for(self, item: NodeItem) -> bool:
        """Whether its rows are not in the model's order yet."""
        return item in self._line

    def stop(self) -> None:
        """Sort nothing more."""
        self._timer.stop()
        self._line = []
        self._work = None

    def _go_on(self) -> None:
        end = time.monotonic() + SLICE
        while time.monotonic() < end:
            if not self._line:
                self.stop()
                return
            if self._work is None:
                self._work = self._sorted(self._line[0])
            if next(self._work, self) is self:
                self._work = None

    def _sorted(self, item: NodeItem) -> Iterator[None]:
        """The steps for the first of the line; it leaves the line when it is done, else it is begun again. Who drops a
        branch, as when its row goes, gives it other entries: the row is not looked at any more then."""
        branch, order = item.branch, self._model.order
        if branch is None or not branch.entries:
            self._line.remove(item)
            return
        entries, present = branch.entries, list(branch.entries.items())
        keys = {}
        if order is not Order.PLATFORM:
            platform = item.place.platform
            for number, (key, entry) in enumerate(present):
                keys[key] = sort_key(platform, order, entry)
                if number % KEYS == 0:
                    yield
        shown = set(branch.rows)
        wanted = [key for key, _ in present if key in shown]
        yield
        if keys:
            wanted.sort(key=keys.__getitem__)
            yield
        before = branch.rows[:]
        if branch.entries is not entries or len(wanted) != len(before):
            return
        for _ in rows.rank(self._model, item, branch, wanted):
            yield
            if branch.entries is not entries or branch.rows != before:
                return
        if list(entries.items()) != present:
            return
        self._line.remove(item)
        self._model.take_order(item, order, keys, wanted)
