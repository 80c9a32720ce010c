"""Bringing one entry into view, whose list may have to be fetched first."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..nodes.description import Place
from . import rows
from .items import NodeItem, Phase, key_of

if TYPE_CHECKING:
    from .panel import HubPanel


class Reveal:
    """One at a time: a later one takes the place of this. Where the entry is not on the first page of its list, the
    Hub's own search is filled in with its name."""

    def __init__(self, panel: HubPanel) -> None:
        self._panel = panel
        self._place: Place | None = None
        panel.model.arrived.connect(lambda _: self._look())

    def show(self, place: Place) -> None:
        """Look for it now, and again when something has arrived."""
        self._place = place
        self._look()

    def _look(self) -> None:
        place = self._place
        if place is None:
            return
        item: Any = self._panel.model.connection_item(place.platform, place.connection)
        for entry in (*place.above, place.entry):
            if item is None or not self._opened(item):
                return
            found = next((one for one in rows.node_items(item) if key_of(one.place.entry) == key_of(entry)), None)
            if found is None:
                self._search(place)
                return
            item = found
        self._place = None
        index = item.index()
        self._panel.tree.setCurrentIndex(index)
        self._panel.tree.scrollTo(index)

    def _opened(self, item: NodeItem) -> bool:
        """Whether what is below has come."""
        self._panel.tree.unfold(item, True)
        self._panel.model.open(item)
        phase = None if item.branch is None else item.branch.phase
        if phase is Phase.FAILED:  # what arrives later is looked at for another reason
            self._place = None
        return phase is Phase.READY

    def _search(self, place: Place) -> None:
        """Once; then it is not there any more."""
        if self._panel.model.search == place.entry.name:
            self._place = None
        else:
            self._panel.bar.search_for(place.entry.name)
