"""The page of the Hub dock with the tree; joins its parts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from qgis.core import QgsSettings
from qgis.PyQt.QtCore import QMimeData, QModelIndex, QPoint, Qt
from qgis.PyQt.QtGui import QHideEvent, QShowEvent
from qgis.PyQt.QtWidgets import QMenu, QSplitter, QVBoxLayout, QWidget

from ...core import connections
from ...core.changes import changes
from ...core.platforms import PLATFORMS
from ..nodes.description import Place
from ..status import StatusLine
from . import entry_actions, rows
from .bar import HubBar
from .connection_actions import ConnectionActions
from .details import DetailsPane
from .elsewhere import Elsewhere
from .items import ConnectionItem, NodeItem, Phase, StatusItem
from .model import HubModel
from .reveal import Reveal
from .tree import HubTree

if TYPE_CHECKING:
    from ..desk import Desk

SPLITTER = "imagery_hub/hub/splitter"


class HubPanel(QWidget):
    """Bar, tree and details."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk
        self.bar = HubBar()
        self.model = HubModel(self)
        self.model.drops = _Drops(desk)
        self.model.set_order(self.bar.order)
        self.tree = HubTree(self.model)
        self.details = DetailsPane()
        self.status = StatusLine()
        self.status.setObjectName("imageryHubStatus")
        self.status.hide()
        self.connections = ConnectionActions(self, self.status)
        self._elsewhere = Elsewhere(self)
        self._lay_out()
        self._connect_parts()
        self._reveal = Reveal(self)
        if self.model.rowCount() and not self.tree.currentIndex().isValid():
            self.tree.setCurrentIndex(self.model.index(0, 0))

    def _lay_out(self) -> None:
        self.splitter = QSplitter(Qt.Orientation.Vertical)
        self.splitter.setObjectName("imageryHubSplitter")
        self.splitter.addWidget(self.tree)
        self.splitter.addWidget(self.details)
        self.splitter.setStretchFactor(0, 3)
        self.splitter.setStretchFactor(1, 2)
        self.splitter.setCollapsible(0, False)
        stored = QgsSettings().value(SPLITTER)
        if stored:
            self.splitter.restoreState(stored)
        else:
            self.splitter.setSizes([440, 260])
        layout = QVBoxLayout(self)
        layout.setContentsMargins(4, 4, 4, 4)
        layout.setSpacing(4)
        layout.addWidget(self.bar)
        layout.addWidget(self.status)
        layout.addWidget(self.splitter, 1)

    def _connect_parts(self) -> None:
        self.splitter.splitterMoved.connect(lambda *_: QgsSettings().setValue(SPLITTER, self.splitter.saveState()))
        self.bar.connect_wanted.connect(self.connections.connect_account)
        self.bar.refresh_wanted.connect(self.refresh)
        self.bar.collapse_wanted.connect(self.tree.collapseAll)
        self.bar.searched.connect(self._search)
        self.bar.ordered.connect(self.model.set_order)
        self.bar.down.connect(self.tree.setFocus)
        self.tree.activated_item.connect(self._activate)
        self.tree.wanted.connect(self._do)
        self.tree.menu_wanted.connect(self._open_menu)
        self.tree.selectionModel().selectionChanged.connect(lambda *_: self._show_details())
        self.model.dataChanged.connect(self._data_changed)
        self.model.rowsRemoved.connect(lambda *_: self._show_details())
        self.model.arrived.connect(self._arrived)
        self.details.asked.connect(self._do)
        changes.made.connect(self._made)
        self._elsewhere.made.connect(self._made)

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 - Qt's name
        """What other processes did is looked for while it can be seen."""
        super().showEvent(event)
        self._elsewhere.watch(True)

    def hideEvent(self, event: QHideEvent) -> None:  # noqa: N802
        super().hideEvent(event)
        self._elsewhere.watch(False)

    # ------------------------------------------------------------------ Details
    def _show_details(self) -> None:
        items = [self.model.itemFromIndex(index) for index in self.tree.selectedIndexes()]
        places = self.tree.places()
        if len(items) > 1 and places:
            self.details.show_several(len(items))
        elif not items:
            self.details.show_nothing()
        elif isinstance(items[0], StatusItem):
            self.details.show_status(items[0])
        elif isinstance(items[0], ConnectionItem):
            self.details.show_connection(items[0], _address(items[0]))
        elif places:
            branch = items[0].branch if isinstance(items[0], NodeItem) else None
            self.details.show_place(places[0], branch.total if branch is not None else None)

    def _data_changed(self, first: QModelIndex, last: QModelIndex, roles: Sequence[int] = ()) -> None:
        if self.tree.selectionModel().isSelected(first):
            self._show_details()

    # ------------------------------------------------------------------ Searching
    def _search(self, text: str) -> None:
        self.model.set_search(text)
        if text:
            opened = [item for item in self.model.connection_items() if _is_open(item)]
            if opened:
                for item in opened:
                    self._unfold_lists(item)
            else:
                self._open_one()

    def _open_one(self) -> None:
        """No connection was looked into yet: take the one of the current row, else the first that is not logged out."""
        item: Any = self.tree.current_item()
        while item is not None and item.parent() is not None:
            item = item.parent()
        candidates = [one for one in (item, *self.model.connection_items()) if isinstance(one, ConnectionItem)]
        for one in candidates:
            if not one.logged_out:
                self.tree.unfold(one, True)
                return

    def _unfold_lists(self, item: ConnectionItem) -> None:
        self.tree.unfold(item, True)
        for child in rows.node_items(item):
            self.tree.unfold(child, True)

    def _arrived(self, item: NodeItem) -> None:
        if self.tree.selectionModel().isSelected(item.index()):
            self._show_details()
        if isinstance(item, ConnectionItem) and _is_open(item):
            lists = [child.branch for top in self.model.connection_items() for child in rows.node_items(top)]
            self.bar.say_search(any(branch is not None and not branch.narrowed for branch in lists))
            if self.model.search:
                self._unfold_lists(item)

    # ------------------------------------------------------------------ Doing
    def reveal(self, place: Place) -> None:
        """Bring an entry into view and select it; its list is fetched where that was not done yet."""
        self._reveal.show(place)

    def refresh(self) -> None:
        """Fetch again what is selected and the list that it is in; everything when a connection or nothing is."""
        items = [item for item in self.tree.items() if not isinstance(item, ConnectionItem)]
        tops = [item for item in self.tree.items() if isinstance(item, ConnectionItem)]
        if not items:
            for top in tops or self.model.connection_items():
                self.model.refresh_below(top)
            return
        wanted: list[NodeItem] = []
        for item in items:
            above = item.parent()
            wanted += [one for one in (above, item) if isinstance(one, NodeItem) and one not in wanted]
        for one in wanted:
            self.model.refresh(one)

    def _made(self, platform: str, connection: str, algorithm: str) -> None:
        self.model.refresh_changed(platform, connection, algorithm)

    def _activate(self, item: NodeItem) -> None:
        if isinstance(item, ConnectionItem) or not entry_actions.activate(item.place, self.desk):
            self.tree.unfold(item)

    def _do(self, what: str) -> None:
        places = self.tree.places()
        if what == "refresh":
            self.refresh()
        elif what == "again":
            self.tree.act(self.tree.currentIndex())
        elif what == "copy":
            entry_actions.copy_ids(places)
        elif what == "page" and places:
            entry_actions.open_page(places[0], self.desk)
        elif what in ("edit", "delete"):
            self._change(what, places)

    def _change(self, what: str, places: Sequence[Place]) -> None:
        item = self.tree.current_item()
        if isinstance(item, ConnectionItem) and item.place.connection:
            (self.connections.edit if what == "edit" else self.connections.remove)(item.place.connection)
        elif len({place.entry.kind for place in places}) == 1:
            self.status.clear()
            self.status.hide()
            words = entry_actions.change(what, places, self)
            if words:
                self.status.failure(words)
                self.status.show()

    def _open_menu(self, place: QPoint) -> None:
        menu = QMenu(self)
        menu.setToolTipsVisible(True)
        menu.aboutToHide.connect(menu.deleteLater)
        item = self.tree.current_item()
        if isinstance(item, ConnectionItem):
            self.connections.fill(menu, item)
        elif self.tree.places():
            entry_actions.fill(menu, self.tree.places(), self.desk)
        else:
            menu.addAction(self.bar.connect_button.icon(), self.bar.connect_button.toolTip(),
                           lambda: self.connections.connect_account())
        if menu.actions():
            menu.popup(place)


class _Drops:
    """What is dropped on an entry is for the upload forms to take."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def can_drop(self, mime: QMimeData, place: Place) -> bool:
        """Whether it can be dropped there."""
        from ..push import drops

        return bool(drops.can_drop(mime, place))

    def drop(self, mime: QMimeData, place: Place) -> bool:
        """Take it."""
        from ..push import drops

        return bool(drops.drop(mime, place, self._desk))


def _is_open(item: ConnectionItem) -> bool:
    return item.branch is not None and item.branch.phase is Phase.READY


def _address(item: ConnectionItem) -> str:
    platform = PLATFORMS[item.place.platform]
    if not item.place.connection:
        import os

        said = {one.name: os.environ.get(one.variable, "") for one in platform.options}
        return os.environ.get(platform.address_variable, "") or platform.filled(platform.address, said)
    saved = next((one for one in connections.saved() if one.name == item.place.connection), None)
    if saved is None:
        return platform.address
    return saved.address or platform.filled(platform.address, saved.options)
