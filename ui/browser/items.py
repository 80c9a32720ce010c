"""The items of QGIS's Browser.

QGIS asks an item for its children in a thread of the pool that map rendering shares. Nothing is waited for there: the
item says what it knows, and what it lacks is fetched by the connection's session, which delivers on the main thread.
QGIS owns and deletes the items; what comes too late for one is dropped. ``children()`` is never called: up to 3.22 at
least it makes new Python objects that own what QGIS owns too, so that items are deleted twice.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote
from zlib import crc32

from qgis.core import Qgis, QgsApplication, QgsDataCollectionItem, QgsDataItem, QgsMimeDataUtils
from qgis.PyQt import sip
from qgis.PyQt.QtCore import QTimer
from qgis.PyQt.QtGui import QIcon

from ...core import connections, main_thread, messages, secrets, tidying
from ...core.background import Errand
from ...core.platforms import PLATFORMS
from ...core.sessions import LoggedOut, sessions
from ...core.translation import tr
from ...providers.capabilities import Branch, Entries, Entry
from ...providers.work import Work
from ..add_to_map import can_add
from ..icons import icon
from ..nodes.description import Place, kind_of
from . import words

PROVIDER = "Imagery Hub"
ROOT = "imageryhub:"
LAST = 1 << 30
PAUSE_MILLISECONDS = 20

NotPopulated, Populating, Populated = (
    Qgis.BrowserItemState.NotPopulated, Qgis.BrowserItemState.Populating, Qgis.BrowserItemState.Populated
)
Capability = Qgis.BrowserItemCapability


@dataclass(frozen=True)
class Notice:
    """A row that is no entry. ``act``: what a double click does."""

    key: str
    text: str
    picture: str
    act: Callable[[], None] | None = None
    tip: str = ""


def _loading() -> Notice:
    return Notice("loading", tr("Loading…"), "mActionRefresh.svg")


def is_shown(item: QgsDataItem) -> bool:
    """Whether an item is still part of the tree: of two for the same thing QGIS drops the newer one."""
    return not sip.isdeleted(item) and item.parent() is not None


class NoticeItem(QgsDataItem):
    """Loading, load more, empty, trouble with a way on."""

    def __init__(self, parent: QgsDataItem, notice: Notice, position: int) -> None:
        path = f"{parent.path()}/{notice.key}~{crc32(notice.text.encode())}"
        super().__init__(Qgis.BrowserItemType.Custom, parent, notice.text, path, PROVIDER)
        self.notice = notice
        self.setIcon(QgsApplication.getThemeIcon(f"/{notice.picture}"))
        self.setToolTip(words.plain_tip(notice.tip or notice.text))
        self.setSortKey(LAST + position)
        self.setState(Populated)


class BranchItem(QgsDataItem):
    """What has rows below it, fetched when it is opened, page by page."""

    def __init__(self, parent: QgsDataItem, name: str, path: str, platform: str, connection: str) -> None:
        super().__init__(Qgis.BrowserItemType.Custom, parent, name, path, PROVIDER)
        self.platform, self.connection = platform, connection
        self._entries: list[Entry] = []
        self._total: int | None = None
        self._following = ""
        self._notices: list[NoticeItem] = []
        self._errand: Errand[Entries] | None = None

    # ------------------------------------------------------------------ what is shown
    def child(self, entry: Entry, position: int) -> QgsDataItem:
        """The item of an entry below this one."""
        raise NotImplementedError

    def fetch(self, platform: Any, begin: str, work: Work) -> Entries:
        """One page of what is below, from the platform; in the background."""
        raise NotImplementedError

    def empty(self) -> str:
        """What to say when there is nothing below."""
        return tr("Nothing here.")

    def createChildren(self) -> list[QgsDataItem]:  # noqa: N802 - QGIS's name; in a thread of QGIS's
        with tidying.beside_the_main_thread:
            main_thread.later(self.begin)
            return self._rows(self._entries, [_loading()])

    def _rows(self, entries: Sequence[Entry], notices: Sequence[Notice], first: int = 0) -> list[QgsDataItem]:
        rows = [self.child(entry, first + number) for number, entry in enumerate(entries)]
        below = [NoticeItem(self, notice, number) for number, notice in enumerate(notices)]
        self._notices = [*filter(is_shown, self._notices), *below]
        return rows + below

    # ------------------------------------------------------------------ fetching, on the main thread
    def begin(self) -> None:
        """Fetch the first page anew, once QGIS has put down what it was given."""
        if sip.isdeleted(self) or self._is_fetching():
            return
        if self.state() == Populating:
            QTimer.singleShot(PAUSE_MILLISECONDS, self.begin)
        elif _would_ask(self.platform, self.connection):
            self._show([], [self._locked()])
        else:
            self._ask("", self._arrived)

    def more(self) -> None:
        """Fetch the next page."""
        if not sip.isdeleted(self) and not self._is_fetching() and self.state() != Populating:
            self._ask(self._following, self._continued)

    def forget(self) -> None:
        """Drop what came from the platform: the session was closed. What is open says so, or is fetched anew."""
        if self._errand is not None:
            self._errand.cancel()
            self._errand = None
        self._entries, self._following, self._total = [], "", None
        if self.state() == NotPopulated:
            return
        if sessions().is_logged_out(self.platform, self.connection):
            self._show([], self._trouble(LoggedOut(), self.begin))
        else:
            self._show([], [_loading()])
            self.begin()

    def _is_fetching(self) -> bool:
        return self._errand is not None

    def _ask(self, begin: str, done: Callable[[Entries], None]) -> None:
        def here(take: Callable[[Any], None]) -> Callable[[Any], None]:
            def delivered(value: Any) -> None:
                if not sip.isdeleted(self):
                    self._errand = None
                    take(value)

            return delivered

        def failed(error: Exception) -> None:
            again = self.begin if not begin else self.more
            self._replace_notices([], self._trouble(error, again))

        self.setState(Populating)  # the item's icon turns meanwhile, and QGIS asks for nothing
        self._errand = sessions().run(
            self.platform, self.connection, lambda platform, work: self.fetch(platform, begin, work),
            here(done), here(failed),
        )

    def _arrived(self, page: Entries) -> None:
        self._note(page)
        self._show(list(page.entries), self._ending(page.entries))

    def _continued(self, page: Entries) -> None:
        self._note(page)
        known = {(one.kind, one.id) for one in self._entries}
        new = [one for one in page.entries if (one.kind, one.id) not in known]
        self._replace_notices(new, self._ending([*self._entries, *new]))

    def _note(self, page: Entries) -> None:
        self._following, self._total = page.following, page.total

    def _ending(self, shown: Sequence[Entry]) -> list[Notice]:
        """What stands below the entries."""
        if self._following:
            text = tr("Load more ({shown} of {total} shown)") if self._total else tr("Load more ({shown} shown)")
            count = sum(not kind_of(self.platform, one.kind).group for one in shown)
            text = text.format(shown=count, total=self._total)
            return [Notice("more", text, "mActionAdd.svg", self.more, tr("Double-click to load more."))]
        return []

    def _show(self, entries: list[Entry], notices: list[Notice]) -> None:
        """These rows instead of those; what is in both stays open."""
        self._entries = entries
        if not entries and not notices:
            notices = [Notice("empty", self.empty(), "mActionPropertiesWidget.svg")]
        self.refresh(self._rows(entries, notices))

    def _replace_notices(self, new: list[Entry], notices: list[Notice]) -> None:
        """More entries, and other rows below them. QGIS compares names at each insertion, but no more than that."""
        for item in filter(is_shown, self._notices):
            self.deleteChildItem(item)
        first = len(self._entries)
        self._entries = self._entries + new
        for item in self._rows(new, notices, first):
            self.addChildItem(item, True)
        self.setState(Populated)

    # ------------------------------------------------------------------ trouble
    def _trouble(self, error: Exception, again: Callable[[], None]) -> list[Notice]:
        """The sentence, and a way on."""
        if isinstance(error, LoggedOut):
            tip = tr("You are logged out of this connection. Double-click to log in.")
            return [Notice("logged_out", tr("Log in…"), "mActionLink.svg", self._log_in, tip)]
        if isinstance(error, secrets.SecretsLocked):
            return [self._locked()]
        sentence = messages.sentence(error)
        return [
            Notice("error", words.shortened(sentence), "mIconWarning.svg", again, sentence),
            Notice("again", tr("Try again"), "mActionRefresh.svg", again, tr("Double-click to try again.")),
        ]

    def _locked(self) -> Notice:
        tip = tr("The key is stored encrypted. Double-click to enter QGIS's master password.")
        return Notice("locked", tr("Enter master password…"), "locked.svg", self._unlock, tip)

    def _unlock(self) -> None:
        try:
            secrets.unlock()
        except secrets.SecretsLocked as error:
            self._replace_notices([], self._trouble_of_lock(error))
            return
        self.begin()

    def _trouble_of_lock(self, error: Exception) -> list[Notice]:
        sentence = messages.sentence(error)
        return [Notice("error", words.shortened(sentence), "mIconWarning.svg", self._unlock, sentence), self._locked()]

    def _log_in(self) -> None:
        sessions().log_in(self.platform, self.connection)
        if not sip.isdeleted(self) and not self._is_fetching():
            self.begin()


class ConnectionItem(BranchItem):
    """A connection; below it the platform's branches."""

    def __init__(self, parent: QgsDataItem, platform: str, connection: str) -> None:
        name = connection or words.environment(platform)
        super().__init__(parent, name, f"{ROOT}/{platform}:{quote(connection, safe='')}", platform, connection)
        self.setCapabilitiesV2(Capability.Fertile)
        self.setIcon(icon("connection"))
        self.setToolTip(words.plain_tip(f"{name}\n{PLATFORMS[platform].title}"))

    def child(self, entry: Entry, position: int) -> QgsDataItem:
        return EntryItem(self, Place(self.platform, self.connection, entry), position)

    def fetch(self, platform: Any, begin: str, work: Work) -> Entries:
        return Entries(platform.roots())


class EntryItem(BranchItem):
    """One entry of a platform."""

    def __init__(self, parent: QgsDataItem, place: Place, position: int) -> None:
        entry, kind = place.entry, place.kind
        told = crc32(f"{entry.name}\n{entry.state}".encode())  # renamed entries are other rows to QGIS
        path = f"{parent.path()}/{entry.kind}:{quote(entry.id, safe='')}~{told}"
        super().__init__(parent, words.name_of(place), path, place.platform, place.connection)
        self.place = place
        self._can_add = can_add(place)
        self.setIcon(icon(kind.icon))
        self.setToolTip(words.tip(place))
        self.setSortKey(position)
        if kind.leaf:
            self.setState(Populated)
        else:
            self.setCapabilitiesV2(Capability.Fertile)

    def child(self, entry: Entry, position: int) -> QgsDataItem:
        place = Place(self.platform, self.connection, entry, (*self.place.above, self.place.entry))
        return EntryItem(self, place, position)

    def fetch(self, platform: Any, begin: str, work: Work) -> Entries:
        found: Entries = platform.children(Branch(self.place.entry, self.place.above), begin, work)
        return found

    def empty(self) -> str:
        return self.place.kind.empty()

    def hasDragEnabled(self) -> bool:  # noqa: N802 - QGIS's name
        return self._can_add

    def mimeUris(self) -> list[QgsMimeDataUtils.Uri]:  # noqa: N802 - QGIS's name
        return [self.place.uri()] if self._can_add else []


class RootItem(QgsDataCollectionItem):
    """Imagery Hub: the connections."""

    def __init__(self, make_connection: Callable[[], None]) -> None:
        super().__init__(None, tr("Imagery Hub"), ROOT, PROVIDER)
        self._make_connection = make_connection
        self._connections: list[ConnectionItem] = []
        self.setCapabilitiesV2(Qgis.BrowserItemCapabilities(Capability.Fertile | Capability.Fast))
        self.setIcon(_picture())
        self.setToolTip(words.plain_tip(tr("Your imagery platforms")))

    def createChildren(self) -> list[QgsDataItem]:  # noqa: N802 - QGIS's name; on the main thread, sends nothing
        rows = [ConnectionItem(self, *one) for one in words.connections_shown()]
        self._connections = [*self.connections(), *rows]
        if rows:
            return [*rows]
        text = tr("No connection yet. Double-click to make one.")
        return [NoticeItem(self, Notice("none", text, "mActionAdd.svg", self._make_connection), 0)]

    def connections(self) -> list[ConnectionItem]:
        """Those that are shown."""
        return [*filter(is_shown, self._connections)]


def _picture() -> QIcon:
    return icon("imagery_hub")


def _would_ask(platform: str, connection: str) -> bool:
    """Whether QGIS would ask for its master password. Items open by themselves, as when QGIS starts with the Browser as
    it was left: nobody is asked then."""
    if not connection or sessions().is_open(platform, connection) or secrets.is_unlocked():
        return False
    return next((bool(one.authcfg) for one in connections.saved() if one.name == connection), True)
