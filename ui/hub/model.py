"""The tree's model: connections, and below each what its platform holds, fetched page by page as it is looked at.

At most one request per branch is under way at a time. Answers that come after a branch was dropped (another search,
log out, unload) are dropped too. Main thread only.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from qgis.PyQt.QtCore import QMimeData, QModelIndex, QObject, Qt, pyqtSignal
from qgis.PyQt.QtGui import QStandardItem, QStandardItemModel

from ...core import connections, messages
from ...core.sessions import sessions
from ...providers.capabilities import Entries, Entry
from ..nodes.description import MIME, Place, changed_by, mime_of
from . import fetching, rows
from .appearance import appearance
from .items import ConnectionItem, Key, NodeItem, Phase, StatusItem, key_of
from .order import Order, SortKey
from .sorting import Sorting

#: Layers of QGIS's layer tree and of its Browser panel, as they are dragged.
LAYERS = "application/x-vnd.qgis.qgis.uri"
#: One refresh fetches at most so many pages of a branch again; what is below stays as it is.
REFRESHED_PAGES = 10


class HubModel(QStandardItemModel):
    """``changing`` and ``changed`` surround every change of the rows below an item; ``arrived`` tells that a page or a
    failure has come in for it."""

    changing = pyqtSignal()
    changed = pyqtSignal()
    arrived = pyqtSignal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.order = Order.PLATFORM
        self.search = ""
        self.drops: Any = None
        self._sorting = Sorting(self)
        sessions().closed.connect(self._session_closed)
        sessions().opened.connect(self._session_opened)
        connections.signals.changed.connect(self.show_connections)
        self.show_connections()

    def close(self) -> None:
        """Drop everything that is under way."""
        self._sorting.stop()
        connections.signals.changed.disconnect(self.show_connections)
        sessions().closed.disconnect(self._session_closed)
        sessions().opened.disconnect(self._session_opened)
        for item in self.connection_items():
            fetching.forget(item)

    # ------------------------------------------------------------------ Connections
    def connection_items(self) -> list[ConnectionItem]:
        """The rows at the top."""
        return [item for item in map(self.item, range(self.rowCount())) if isinstance(item, ConnectionItem)]

    def connection_item(self, platform: str, connection: str) -> ConnectionItem | None:
        """The row of a connection."""
        for item in self.connection_items():
            if (item.place.platform, item.place.connection) == (platform, connection):
                return item
        return None

    def show_connections(self) -> None:
        """Have a row for each connection that there is now. What was fetched of the others stays."""
        wanted = [(one.platform, one.name) for one in connections.available()]
        for item in reversed(self.connection_items()):
            if (item.place.platform, item.place.connection) not in wanted:
                fetching.forget(item)
                self.removeRow(item.row())
        for row, (platform, name) in enumerate(wanted):
            if self.connection_item(platform, name) is None:
                item = ConnectionItem(platform, name)
                item.logged_out = sessions().is_logged_out(platform, name)
                self.insertRow(row, item)
                self._tell(item)

    def _session_closed(self, platform: str, connection: str) -> None:
        item = self.connection_item(platform, connection)
        if item is not None:
            item.logged_out = sessions().is_logged_out(platform, connection)
            self.reset_branch(item)

    def _session_opened(self, platform: str, connection: str) -> None:
        item = self.connection_item(platform, connection)
        if item is not None and item.logged_out:
            item.logged_out = False
            self.reset_branch(item)
            self.arrived.emit(item)

    # ------------------------------------------------------------------ Fetching
    def open(self, item: QStandardItem | None) -> None:
        """Fetch the first page below a row, unless that was done already."""
        if isinstance(item, NodeItem) and item.branch is not None and item.branch.phase is Phase.NEW:
            self._fetch(item)

    def more(self, item: NodeItem) -> None:
        """Fetch the next page."""
        if item.branch is not None and item.branch.phase is Phase.READY and item.branch.following:
            self._fetch(item)

    def again(self, item: NodeItem) -> None:
        """Fetch once more what failed; log in where the user had logged out."""
        if isinstance(item, ConnectionItem) and item.logged_out:
            sessions().log_in(item.place.platform, item.place.connection)
        elif item.branch is not None and item.branch.phase is Phase.FAILED:
            self._fetch(item)

    def _fetch(self, item: NodeItem) -> None:
        branch = item.branch
        if branch is None or (isinstance(item, ConnectionItem) and item.logged_out):
            return
        branch.phase = Phase.LOADING
        parent = item.parent()
        if isinstance(parent, NodeItem) and parent.branch is not None:
            parent.branch.opened[key_of(item.place.entry)] = item
        self._tell(item)
        place, begin = item.place, branch.following
        if isinstance(item, ConnectionItem):
            branch.errand = sessions().run(
                place.platform, place.connection, fetching.roots,
                lambda found: self._roots_arrived(item, found), lambda error: self._failed(item, error),
            )
            return
        asked = fetching.question(item)
        branch.errand = sessions().run(
            place.platform, place.connection,
            lambda platform, work: fetching.page(platform, asked, begin, work),
            lambda found: self._page_arrived(item, found), lambda error: self._failed(item, error),
        )

    def _roots_arrived(self, item: NodeItem, found: Sequence[tuple[Entry, bool]]) -> None:
        branch = item.branch
        if branch is not None:
            narrowed = {key_of(entry): searched for entry, searched in found}
            fetching.take(branch, Entries([entry for entry, _ in found]))
            self.show_rows(item)
            for child in rows.node_items(item):
                if child.branch is not None:
                    child.branch.narrowed = narrowed[key_of(child.place.entry)]
                    child.branch.search = self.search
            self.arrived.emit(item)

    def _page_arrived(self, item: NodeItem, page: Entries) -> None:
        if item.branch is not None:
            fetching.take(item.branch, page)
            self._arrived(item)

    def _failed(self, item: NodeItem, error: Exception) -> None:
        if item.branch is not None:
            item.branch.errand = None
            item.branch.phase = Phase.FAILED
            item.branch.problem = messages.sentence(error)
            self._tell(item)
            self.arrived.emit(item)

    # ------------------------------------------------------------------ Refreshing
    def refresh(self, item: NodeItem, keep_tail: bool = False) -> None:
        """Fetch the loaded pages again (the first ten at most) and show the difference. ``keep_tail``: what was loaded
        beyond them stays; else it is taken away and can be loaded again."""
        branch = item.branch
        if branch is None or branch.phase in (Phase.NEW, Phase.LOADING) or isinstance(item, ConnectionItem):
            return
        if branch.phase is Phase.FAILED:
            self._fetch(item)
            return
        branch.phase = Phase.LOADING
        asked, pages = fetching.question(item), min(branch.pages, REFRESHED_PAGES)
        branch.errand = sessions().run(
            item.place.platform, item.place.connection,
            lambda platform, work: fetching.pages(platform, asked, pages, work),
            lambda found: self._refreshed(item, found, keep_tail), lambda error: self._failed(item, error),
        )

    def _refreshed(self, item: NodeItem, pages: list[Entries], keep_tail: bool) -> None:
        if item.branch is not None:
            fetching.merge(item.branch, pages, keep_tail)
            self._arrived(item)

    def _arrived(self, item: NodeItem) -> None:
        """Show what came; ask again where it was changed meanwhile."""
        branch = item.branch
        self.show_rows(item)
        self.arrived.emit(item)
        if branch is not None and branch.stale:
            branch.stale = False
            self.refresh(item, keep_tail=True)

    def refresh_below(self, item: NodeItem) -> None:
        """Refresh everything that is loaded at and below a row."""
        for one in rows.loaded_below(item):
            self.refresh(one)

    def refresh_changed(self, platform: str, connection: str, algorithm: str) -> None:
        """Refresh the branches that this algorithm may have changed."""
        top, kinds = self.connection_item(platform, connection), changed_by(platform, algorithm)
        for item in rows.loaded_below(top) if top is not None and kinds else ():
            if item.branch is not None and item.place.entry.kind in kinds:
                item.branch.stale = item.branch.phase is not Phase.READY
                self.refresh(item, keep_tail=True)

    def reset_branch(self, item: NodeItem) -> None:
        """Forget what is below; it is fetched again when it is looked at."""
        fetching.forget(item)
        self.show_rows(item)

    # ------------------------------------------------------------------ Searching and sorting
    def set_search(self, text: str) -> None:
        """Narrow the lists of the opened connections by name: by the platform where it can, else what is loaded."""
        self.search = text
        for top in self.connection_items():
            for item in rows.node_items(top):
                if item.branch is None or item.branch.search == text:
                    continue
                item.branch.search = text
                if item.branch.narrowed:
                    self.reset_branch(item)
                else:
                    self.show_rows(item)

    def set_order(self, order: Order) -> None:
        """Sort what is loaded, and what comes; long lists a little at a time."""
        self.order = order
        self._sorting.begin([item for top in self.connection_items() for item in rows.loaded_below(top)])

    def take_order(self, item: NodeItem, order: Order, keys: dict[Key, SortKey], wanted: list[Key]) -> None:
        """Bring ranked rows into this order."""
        if item.branch is not None:
            self.changing.emit()
            item.branch.order, item.branch.sort_keys = order, keys
            rows.reorder(self, item, item.branch, wanted)
            self._tell(item)
            self.changed.emit()

    # ------------------------------------------------------------------ Rows
    def show_rows(self, item: NodeItem) -> None:
        """Bring the rows below into line with what was fetched, the search and the order."""
        self.changing.emit()
        waits = item.branch is not None and self._sorting.waits_for(item)
        rows.show(self, item, item.branch.order if waits and item.branch is not None else self.order)
        self._tell(item)
        self.changed.emit()

    def _tell(self, item: NodeItem) -> None:
        rows.set_status(item, rows.status_of(item, self.order))

    def data(self, index: QModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """What a row looks like; asked for visible rows only."""
        item = self.itemFromIndex(index)
        return appearance(item, role) if isinstance(item, (NodeItem, StatusItem)) else super().data(index, role)

    def place(self, index: QModelIndex) -> Place | None:
        """The entry of a row; None for connections and rows that are no entry."""
        item = self.itemFromIndex(index)
        return item.place if isinstance(item, NodeItem) and not isinstance(item, ConnectionItem) else None

    # ------------------------------------------------------------------ Dragging and dropping
    def mimeTypes(self) -> list[str]:  # noqa: N802 - Qt's name
        return [MIME, "text/plain", "text/uri-list", LAYERS]

    def mimeData(self, indexes: Iterable[QModelIndex]) -> QMimeData | None:  # noqa: N802
        places = [place for place in map(self.place, indexes) if place is not None and not place.kind.group]
        return mime_of(places) if places else None

    def supportedDragActions(self) -> Any:  # noqa: N802
        return Qt.DropAction.CopyAction

    def supportedDropActions(self) -> Any:  # noqa: N802
        return Qt.DropAction.CopyAction

    def canDropMimeData(  # noqa: N802
        self, mime: QMimeData, action: Any, row: int, column: int, parent: QModelIndex
    ) -> bool:
        item = self.itemFromIndex(parent)
        fits = isinstance(item, NodeItem) and self.drops is not None
        return fits and bool(self.drops.can_drop(mime, item.place))

    def dropMimeData(  # noqa: N802
        self, mime: QMimeData, action: Any, row: int, column: int, parent: QModelIndex
    ) -> bool:
        item = self.itemFromIndex(parent)
        fits = isinstance(item, NodeItem) and self.drops is not None
        return fits and bool(self.drops.drop(mime, item.place))
