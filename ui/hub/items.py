"""The rows of the tree: entries, connections, and the rows that tell how a branch stands.

They are ``QStandardItem``: QTreeView asks for the index and the children of every row of an expanded branch again
whenever rows come in, which the smallest model in Python answers ten times slower: 117 ms for 100,000 rows.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtGui import QStandardItem

from ...core.background import Errand
from ...core.platforms import PLATFORMS
from ...core.translation import tr
from ...providers.capabilities import Entry
from ..nodes.description import Place, kind_of
from .order import Order, SortKey

Key = tuple[str, str]
#: Platform key, name of the connection, and what is above.
Origin = tuple[str, str, tuple[Entry, ...]]
CONNECTION = "connection"
ENABLED = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable


class Phase(Enum):
    """How a branch stands. NEW: nothing was fetched yet."""

    NEW = "new"
    LOADING = "loading"
    READY = "ready"
    FAILED = "failed"


class Status(Enum):
    """What a row that is no entry says."""

    LOADING = "loading"
    EMPTY = "empty"
    MORE = "more"
    FAILED = "failed"
    LOGGED_OUT = "logged out"


def key_of(entry: Entry) -> Key:
    """By what an entry is known among its siblings."""
    return (entry.kind, entry.id)


@dataclass(eq=False)
class Branch:
    """What was fetched below a row. ``entries`` are in the platform's order, ``rows`` in ``order``, that of the tree,
    which was shown ``shown``; ``sort_keys`` are those of this order.

    ``narrowed``: the platform itself applies ``search``; else it is applied to what is loaded. ``following`` is where
    the next page begins, ``pages`` how many were fetched. ``opened`` are the rows below which something was fetched.
    ``stale``: it was changed while an answer was on its way, which may tell of before.
    """

    phase: Phase = Phase.NEW
    search: str = ""
    narrowed: bool = True
    entries: dict[Key, Entry] = field(default_factory=dict)
    rows: list[Key] = field(default_factory=list)
    shown: dict[Key, Entry] = field(default_factory=dict)
    order: Order = Order.PLATFORM
    sort_keys: dict[Key, SortKey] = field(default_factory=dict)
    total: int | None = None
    following: str = ""
    pages: int = 0
    problem: str = ""
    errand: Errand[Any] | None = None
    stale: bool = False
    opened: dict[Key, NodeItem] = field(default_factory=dict)

    def drop(self) -> None:
        """Forget what was fetched and what is on its way."""
        if self.errand is not None:
            self.errand.cancel()
        fresh = Branch(search=self.search, narrowed=self.narrowed, rows=self.rows, shown=self.shown)
        self.__dict__.update(fresh.__dict__)


class NodeItem(QStandardItem):
    """An entry. ``branch`` is None where nothing can ever be below. ``origin`` is shared by siblings: there may be a
    hundred thousand, and each object more is one more for Python to look at when it tidies up."""

    __slots__ = ("_branch", "_origin", "entry")
    __hash__ = object.__hash__

    def __init__(self, origin: Origin, entry: Entry) -> None:
        super().__init__()
        self._origin = origin
        self._branch: Branch | None = None
        self.entry = entry

    @property
    def place(self) -> Place:
        """What it stands for."""
        platform, connection, above = self._origin
        return Place(platform, connection, self.entry, above)

    @property
    def branch(self) -> Branch | None:
        """What was fetched below."""
        if self._branch is None and not self.is_leaf():
            self._branch = Branch()
        return self._branch

    def promise(self) -> None:
        """Have an empty row below, so that it can be expanded. Once it is in its model: several rows put in together
        leave theirs without a model, and what is said there later reaches no view."""
        if not self.is_leaf():
            self.setColumnCount(1)
            self.setRowCount(1)

    def is_leaf(self) -> bool:
        """Whether nothing can ever be below."""
        return kind_of(self._origin[0], self.entry.kind).leaf

    def renew(self, entry: Entry) -> None:
        """Show what the platform says of it now."""
        self.entry = entry
        self.emitDataChanged()

    def __eq__(self, other: object) -> bool:
        return self is other


class ConnectionItem(NodeItem):
    """A connection, or the environment with an empty name. ``logged_out``: it says so, and nothing is fetched."""

    def __init__(self, platform: str, connection: str) -> None:
        name = connection or tr("From the environment")
        super().__init__((platform, connection, ()), Entry(CONNECTION, connection, name))
        self.setFlags(ENABLED | Qt.ItemFlag.ItemIsDropEnabled)
        self.logged_out = False

    def is_leaf(self) -> bool:
        return False

    @property
    def title(self) -> str:
        """Its name."""
        return self.place.entry.name

    @property
    def platform_title(self) -> str:
        """The platform's name."""
        return PLATFORMS[self.place.platform].title


class StatusItem(QStandardItem):
    """The last row of a branch: loading, nothing there, more to load, or what went wrong."""

    def __init__(self, status: Status, words: str, action: str = "") -> None:
        super().__init__()
        self.say(status, words, action)

    def say(self, status: Status, words: str, action: str = "") -> None:
        """Say something else."""
        self.status = status
        self.words = words
        self.action = action
        self.setFlags(ENABLED)
        self.emitDataChanged()
