"""The filter of the locator bar: ``hub`` and a part of a name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from qgis.core import QgsFeedback, QgsLocatorContext, QgsLocatorFilter, QgsLocatorResult

from ...core import connections, secrets
from ...core.compat import kept_in
from ...core.messages import clean
from ...core.platforms import PLATFORMS
from ...core.problems import Problem
from ...core.sessions import sessions
from ...core.translation import tr
from ...providers.capabilities import Entry
from ..icons import icon
from ..nodes.description import Place
from .asking import Asked, Found, Notice, find

if TYPE_CHECKING:
    from ..desk import Desk

PREFIX = "hub"
PAUSE_MILLISECONDS = 300
LEAST = 3


class HubFilter(QgsLocatorFilter):
    """QGIS asks a copy of it in a thread of its own, which ends when something else is typed.

    Connections whose secret would have to be asked for are left out: nobody is asked for a password while typing.
    """

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._asked: list[Asked] = []
        self.setFetchResultsDelay(PAUSE_MILLISECONDS)
        self.setUseWithoutPrefix(False)

    def name(self) -> str:
        return "imageryhub"

    def displayName(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Imagery Hub: entries of connections")

    def prefix(self) -> str:
        return PREFIX

    def clone(self) -> HubFilter:
        return HubFilter(self._desk)

    def prepare(self, text: str, context: QgsLocatorContext) -> list[str]:
        """On the main thread: which connections may be asked."""
        self._asked = ready_connections() if len(text.strip()) >= LEAST else []
        return []

    def fetchResults(self, text: str, context: QgsLocatorContext, feedback: QgsFeedback) -> None:  # noqa: N802
        """In the filter's own thread."""
        for found in find(self._asked, text.strip(), feedback.isCanceled):
            self.resultFetched.emit(self._result(found))

    def _result(self, found: Found) -> QgsLocatorResult:
        asked, entry = found.asked, found.entry
        account = asked.connection or PLATFORMS[asked.platform].title
        if entry is None:
            title, description = _notice(found)
            result = QgsLocatorResult(self, title.format(connection=account), None)
            result.description = description
            return result
        kept = [[one.kind, one.id, one.name] for one in (*found.above, entry)]
        place = Place(asked.platform, asked.connection, entry, found.above)
        result = QgsLocatorResult(self, clean(place.name), [asked.platform, asked.connection, kept])
        result.description = place.kind.title()
        result.group = account
        result.icon = icon(place.kind.icon)
        return result

    def triggerResult(self, result: QgsLocatorResult) -> None:  # noqa: N802
        """Show the entry in the Hub."""
        place = place_of(kept_in(result))
        dock = self._desk.show_dock("hub")
        if place is not None:
            dock.panel.reveal(place)


def _notice(found: Found) -> tuple[str, str]:
    """Title and description of what is told of a connection."""
    if found.notice is Notice.SLOW:
        return tr("{connection} has not answered yet"), tr("What it finds is listed when it comes.")
    if found.notice is Notice.MORE:
        lists = (Place(found.asked.platform, found.asked.connection, one).kind.plural() for one in found.above)
        words = tr("Not all is shown or was looked through: {lists}. Type more of the name, or search in the Hub.")
        return tr("{connection} may hold more"), words.format(lists=", ".join(lists))
    return tr("{connection} could not be asked"), found.problem


def place_of(kept: Any) -> Place | None:
    """The entry that a result stands for; None for one that only tells something."""
    if not kept:
        return None
    platform, connection, way = kept
    entries = tuple(Entry(*one) for one in way)
    return Place(platform, connection, entries[-1], entries[:-1])


def ready_connections() -> list[Asked]:
    """Those that can be asked without asking the user for anything. Main thread."""
    found = []
    for one in connections.available():
        quiet = sessions().is_open(one.platform, one.name) or not one.authcfg or secrets.is_unlocked()
        if quiet and not sessions().is_logged_out(one.platform, one.name):
            try:
                found.append(Asked(one.platform, one.name, sessions().opener(one.platform, one.name)))
            except Problem:
                continue  # a secret that is gone; the Hub's row of the connection tells it
    return found
