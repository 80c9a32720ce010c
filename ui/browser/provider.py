"""What QGIS asks: the root of the items, their menus, and what a double click does."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from qgis.core import Qgis, QgsApplication, QgsDataItem, QgsDataItemProvider, QgsDataProvider
from qgis.gui import QgsDataItemGuiContext, QgsDataItemGuiProvider
from qgis.PyQt import sip
from qgis.PyQt.QtWidgets import QMenu

from ...core.sessions import sessions
from ...core.translation import tr
from ..add_to_map import add
from ..icons import icon
from .items import PROVIDER, BranchItem, ConnectionItem, EntryItem, NoticeItem, RootItem

if TYPE_CHECKING:
    from ..desk import Desk


#: By its name before and since 3.36.
_NETWORK = (
    Qgis.DataItemProviderCapabilities(Qgis.DataItemProviderCapability.NetworkSources)
    if hasattr(Qgis, "DataItemProviderCapability")
    else int(QgsDataProvider.DataCapability.Net)
)


class BrowserProvider(QgsDataItemProvider):
    """Gives each Browser of QGIS its root item. ``roots`` are those that are still there."""

    def __init__(self, make_connection: Callable[[], None]) -> None:
        super().__init__()
        self._make_connection = make_connection
        self._roots: list[RootItem] = []

    def name(self) -> str:
        return PROVIDER

    def dataProviderKey(self) -> str:  # noqa: N802 - QGIS's name
        return PROVIDER

    def capabilities(self) -> Any:
        known = getattr(Qgis, "DataItemProviderCapability", None)  # since 3.36; a number before
        return int(QgsDataProvider.DataCapability.Net) if known is None else known.NetworkSources

    def createDataItem(self, path: str, parentItem: QgsDataItem | None) -> QgsDataItem | None:  # noqa: N802, N803
        if path:
            return None
        root = RootItem(self._make_connection)
        self._roots = [*self.roots, root]
        return root

    @property
    def roots(self) -> list[RootItem]:
        """The root items of all Browsers."""
        return [one for one in self._roots if not sip.isdeleted(one)]

    def forget_roots(self) -> None:
        """Name none of them any more; QGIS deletes them when the provider is removed."""
        self._roots.clear()

    def connections(self, platform: str, name: str) -> list[ConnectionItem]:
        """The items of one connection."""
        found = (one for root in self.roots for one in root.connections())
        return [one for one in found if (one.platform, one.connection) == (platform, name)]

    def refresh(self) -> None:
        """The connections have changed."""
        for root in self.roots:
            root.refresh()


class BrowserGuiProvider(QgsDataItemGuiProvider):
    """Menus and double clicks."""

    def __init__(self, desk: Desk, make_connection: Callable[[], None]) -> None:
        super().__init__()
        self._desk = desk
        self._make_connection = make_connection
        self._own = QMenu()

    def name(self) -> str:
        return PROVIDER

    def handleDoubleClick(self, item: QgsDataItem, context: QgsDataItemGuiContext) -> bool:  # noqa: N802
        if isinstance(item, NoticeItem):
            if item.notice.act is not None:
                item.notice.act()
            return True
        return isinstance(item, EntryItem) and add([item.place], self._desk)

    def populateContextMenu(  # noqa: N802 - QGIS's name
        self, item: QgsDataItem, menu: QMenu, selectedItems: Iterable[QgsDataItem],  # noqa: N803
        context: QgsDataItemGuiContext,
    ) -> None:
        self.forget_menu()
        self._own = QMenu()
        self._fill(item, self._own, selectedItems)
        menu.addActions(self._own.actions())

    def forget_menu(self) -> None:
        """QGIS keeps its closed menus, and with them all that their actions name; those of ours are in one of ours."""
        self._own.deleteLater()

    def _fill(self, item: QgsDataItem, menu: QMenu, selected: Iterable[QgsDataItem]) -> None:
        from ..hub.entry_actions import fill

        if isinstance(item, EntryItem):
            chosen = [one for one in selected if isinstance(one, EntryItem)]
            fill(menu, [one.place for one in chosen] if item in chosen else [item.place], self._desk)
        elif isinstance(item, NoticeItem) and item.notice.act is not None:
            act = item.notice.act
            menu.addAction(item.icon(), item.name().replace("&", "&&")).triggered.connect(lambda _: act())
        elif isinstance(item, RootItem):
            menu.addAction(icon("connect"), tr("New Connection…")).triggered.connect(lambda _: self._make_connection())
        if isinstance(item, ConnectionItem):
            self._of_connection(menu, item)
        if isinstance(item, (RootItem, BranchItem)) and not (isinstance(item, EntryItem) and item.place.kind.leaf):
            if menu.actions():
                menu.addSeparator()
            refresh = menu.addAction(QgsApplication.getThemeIcon("/mActionRefresh.svg"), tr("Refresh"))
            refresh.triggered.connect(lambda _: None if sip.isdeleted(item) else item.refresh())

    @staticmethod
    def _of_connection(menu: QMenu, item: ConnectionItem) -> None:
        if sessions().is_logged_out(item.platform, item.connection):
            title, do = tr("Log In"), sessions().log_in
        else:
            title, do = tr("Log Out"), sessions().log_out
        menu.addAction(icon("log_out"), title).triggered.connect(lambda _: do(item.platform, item.connection))
