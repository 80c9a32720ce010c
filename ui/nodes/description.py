"""What is to be known of a kind of entry (raster, detector ...) to show it, and of one entry to take it along.

Each platform has a table ``KINDS`` in ``ui/<platform key>/nodes.py``. ``Place`` is one entry of one connection: what
is dragged, sent and shown. Its mime data hold names and ids only, never addresses or keys.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from importlib import import_module
from typing import Any

from qgis.core import QgsMimeDataUtils
from qgis.PyQt.QtCore import QMimeData

from ...core import moments
from ...core.platforms import PLATFORMS
from ...core.translation import tr
from ...providers.capabilities import Entry
from ...providers.work import Work
from . import classes

MIME = "application/x-imageryhub-places"
MIME_LIMIT = 1 << 22
URI_KEY = "imageryhub"


@dataclass(frozen=True)
class Fact:
    """One line of the details. ``member`` is the platform's name of it; ``form`` is text, moment, day (in UTC, without
    a time), percent, id, or classes (of a legend, see ``ui.nodes.classes``); ``words`` makes of the value what is read,
    where it is none of them."""

    member: str
    title: Callable[[], str]
    form: str = "text"
    words: Callable[[str], str] | None = None

    def told(self, value: str) -> str:
        """A value as the user reads it."""
        if self.form == "moment":
            return moments.shown(value)
        if self.form == "day":
            return moments.shown_day(value)
        if self.form == "classes":
            return "\n".join(one.words for one in classes.read(value))
        said = value if self.words is None else self.words(value)
        return tr("{value} %").format(value=said) if self.form == "percent" else said


@dataclass(frozen=True)
class Takes:
    """The algorithm that takes files which are dropped onto an entry, by its parameters FOLDER and FILES. ``suffixes``
    are those of its files, in lower case with their dot, none for files of any kind, but no folder; ``layers``: it
    takes raster layers too."""

    algorithm: str
    suffixes: tuple[str, ...]
    layers: bool = False


@dataclass(frozen=True)
class NodeKind:
    """One kind of entry, as ``Entry.kind`` names it.

    ``group``: a heading without an id of its own. ``leaf``: nothing is ever below. ``activate``: the algorithm of a
    double click, empty for none; its parameters are filled in by ``ui.menus.filled``. ``edit``, ``delete``: those of F2
    and Del. ``page``: it has a page in the platform's web application (``providers.capabilities.Pages``). ``states``:
    the platform's words for its state and ours; ``bad`` are those that call for attention, ``usual`` those that need
    not be said in a list. ``date``: the member that it is sorted by in time. ``empty``: what to say when nothing is
    below, no text for what only ever holds headings. ``named``: what an entry is called where its name is a word of the
    platform. ``imagery``: it can be shown on the map as raster. ``offers``: algorithms that its menu has besides those
    that take such an entry. ``photos``: the algorithm that takes photos which are dropped onto it. ``pictured``:
    the platform makes small pictures of it (``providers.capabilities.Pictures``). ``first``: the algorithms that its
    menu begins with, the others are under "More". ``further``: asks the platform for more to show of one entry that is
    looked at, members like those of ``Entry.details``; in the background.
    """

    kind: str
    title: Callable[[], str]
    plural: Callable[[], str]
    icon: str
    group: bool = False
    leaf: bool = False
    activate: str = ""
    edit: str = ""
    delete: str = ""
    page: bool = False
    imagery: bool = False
    date: str = ""
    states: Mapping[str, Callable[[], str]] = field(default_factory=dict)
    bad: tuple[str, ...] = ()
    usual: tuple[str, ...] = ()
    offers: tuple[str, ...] = ()
    photos: str = ""
    takes: Takes | None = None
    pictured: bool = False
    first: tuple[str, ...] = ()
    facts: tuple[Fact, ...] = ()
    further: Callable[[Any, Place, Work], Mapping[str, str]] | None = None
    empty: Callable[[], str] = lambda: tr("Nothing here.")
    named: Callable[[Entry], str] = lambda entry: entry.name

    def state(self, entry: Entry) -> str:
        """The state of an entry in our words; the platform's own where we have none."""
        words = self.states.get(entry.state)
        return words() if words is not None else entry.state


@cache
def kinds(platform_key: str) -> Mapping[str, NodeKind]:
    """The kinds of a platform, by ``Entry.kind``."""
    return {one.kind: one for one in _table(platform_key).KINDS}


def changed_by(platform_key: str, algorithm: str) -> frozenset[str]:
    """The kinds of entries below which this algorithm (name without provider) changes something. ``CHANGES`` of the
    platform's table; nothing for what it does not name, which only reads."""
    return frozenset(_table(platform_key).CHANGES.get(algorithm, ()))


def _table(platform_key: str) -> Any:
    return import_module(f"..{platform_key}.nodes", __package__)


def kind_of(platform_key: str, kind: str) -> NodeKind:
    """The description of a kind; a plain one for what the table does not know."""
    found = kinds(platform_key).get(kind)
    return found or NodeKind(kind, lambda: kind, lambda: kind, "imagery_hub", leaf=True)


def is_of(entry: Entry, kind: str) -> bool:
    """Whether an entry is of a kind, or of one of its sorts: “output.raster” is an “output”."""
    return entry.kind == kind or bool(kind) and entry.kind.startswith(f"{kind}.")


@dataclass(frozen=True, eq=False)
class Place:
    """One entry of one connection (empty name: the environment). ``above`` is the way to it, the nearest last: the
    raster of a vector layer, the detector whose training raster it is. Two places are equal when they name the same
    thing, wherever it is shown."""

    platform: str
    connection: str
    entry: Entry
    above: tuple[Entry, ...] = ()

    def _key(self) -> tuple[str, str, str, str]:
        return (self.platform, self.connection, self.entry.kind, self.entry.id)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Place) and self._key() == other._key()

    def __hash__(self) -> int:
        return hash(self._key())

    @property
    def kind(self) -> NodeKind:
        """What is known of its kind."""
        return kind_of(self.platform, self.entry.kind)

    @property
    def name(self) -> str:
        """What it is called; the kind's title where the platform has no name for it."""
        return self.kind.named(self.entry) or (self.kind.plural() if self.kind.group else self.entry.id)

    @property
    def way(self) -> tuple[Entry, ...]:
        """What is above of things that are below this one."""
        return (*self.above, self.entry)

    def nearest(self, kind: str) -> Entry | None:
        """The entry itself or the nearest one above it of that kind."""
        for entry in (self.entry, *reversed(self.above)):
            if is_of(entry, kind):
                return entry
        return None

    def uri(self) -> QgsMimeDataUtils.Uri:
        """As QGIS's own views drag it: a custom one, which only ``ui.add_to_map.drop`` takes."""
        uri = QgsMimeDataUtils.Uri()
        uri.layerType, uri.providerKey = "custom", URI_KEY
        uri.name, uri.uri = self.entry.name, json.dumps(_written(self))
        return uri

    @staticmethod
    def from_uri(uri: QgsMimeDataUtils.Uri) -> Place | None:
        """The place that a URI holds; None when it holds none of ours or was damaged."""
        return _place(uri.uri) if uri.providerKey == URI_KEY else None

    def mime(self) -> QMimeData:
        """What is dragged."""
        return mime_of([self])

    @staticmethod
    def from_mime(mime: QMimeData) -> list[Place]:
        """The places that mime data hold; none when they hold none of ours or were damaged."""
        return places_in(mime)


def mime_of(places: Iterable[Place]) -> QMimeData:
    """Several places as what is dragged; as text their ids, one a line. QGIS's canvas and layer tree look at its own
    URIs only."""
    carried = list(places)
    mime = QgsMimeDataUtils.encodeUriList([place.uri() for place in carried])
    mime.setData(MIME, json.dumps([_written(place) for place in carried]).encode())
    mime.setText("\n".join(place.entry.id for place in carried))
    return mime


def places_in(mime: QMimeData) -> list[Place]:
    """See :meth:`Place.from_mime`."""
    if not mime.hasFormat(MIME):
        return []
    data = bytes(mime.data(MIME))
    try:
        return [_read(one) for one in json.loads(data)] if len(data) <= MIME_LIMIT else []
    except (ValueError, TypeError, KeyError):
        return []


def _written(place: Place) -> dict[str, object]:
    """Names, ids and when it was captured: what its layer is called and when it is shown."""
    entries = [{"kind": one.kind, "id": one.id, "name": one.name, "state": one.state}
               for one in (*place.above, place.entry)]
    date = place.entry.details.get(place.kind.date, "")
    return {"platform": place.platform, "connection": place.connection, "entries": entries, "date": date}


def _place(text: str) -> Place | None:
    try:
        return _read(json.loads(text)) if len(text) <= MIME_LIMIT else None
    except (ValueError, TypeError, KeyError):
        return None


def _read(written: Mapping[str, object]) -> Place:
    listed = written["entries"]
    if not isinstance(listed, list) or not listed:
        raise ValueError("entries")
    entries = [Entry(*(str(one[name]) for name in ("kind", "id", "name", "state"))) for one in listed]
    platform, date = str(written["platform"]), str(written.get("date") or "")
    if platform not in PLATFORMS:
        raise ValueError("platform")
    if date:
        entries[-1] = replace(entries[-1], details={kind_of(platform, entries[-1].kind).date: date})
    return Place(platform, str(written["connection"]), entries[-1], tuple(entries[:-1]))
