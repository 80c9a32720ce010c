"""What was found, as rows. Sorting is done here: a proxy would ask Python for every comparison."""

from __future__ import annotations

import html
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from qgis.PyQt.QtCore import QAbstractTableModel, QMimeData, QModelIndex, QObject, Qt
from qgis.PyQt.QtGui import QIcon

from ...core.layers.time import moment
from ...core.moments import shown
from ...core.platforms import PLATFORMS
from ...core.search import Found
from ...core.translation import tr
from ..icons import icon
from ..nodes.description import MIME, Place, mime_of
from .connections import title_of

NAME, CAPTURED, CLOUD, COVERED, STATE, TAG, CONNECTION, PLATFORM = range(8)
NUMBERS = (CLOUD, COVERED)
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
RIGHT = int(getattr(_RIGHT, "value", _RIGHT))  # Qt 6 has no int() for it, Qt 5 takes nothing else in a model

FLAGS = (
    Qt.ItemFlag.ItemIsEnabled
    | Qt.ItemFlag.ItemIsSelectable
    | Qt.ItemFlag.ItemIsDragEnabled
    | Qt.ItemFlag.ItemNeverHasChildren
)


@dataclass(frozen=True)
class Row:
    """A thing found, with what is shown of it made once. ``number`` is what its footprint is known by."""

    number: int
    found: Found
    texts: tuple[str, ...]
    keys: tuple[Any, ...]

    @property
    def place(self) -> Place:
        """What it stands for."""
        return _place_of(self.found)


def _place_of(found: Found) -> Place:
    return Place(found.platform, found.connection, found.hit.entry)


def row_of(number: int, found: Found) -> Row:
    """Texts and sort keys; what is not known is sorted behind everything else."""
    hit = found.hit
    when = moment(hit.captured)
    name = " ".join(hit.entry.name.split()) or hit.entry.id
    state = _place_of(found).kind.state(hit.entry)
    texts = (
        name,
        shown(hit.captured),
        "" if hit.cloud is None else tr("{number} %").format(number=f"{hit.cloud:g}"),
        "" if found.covered is None else _percent(found.covered),
        state,
        hit.tag,
        title_of((found.platform, found.connection)),
        PLATFORMS[found.platform].title,
    )
    keys = (
        name.casefold(),
        None if when is None else when.toMSecsSinceEpoch(),
        hit.cloud,
        found.covered,
        state.casefold(),
        hit.tag.casefold() or None,
        texts[CONNECTION].casefold(),
        texts[PLATFORM].casefold(),
    )
    return Row(number, found, texts, keys)


@cache
def _icon(name: str) -> QIcon:
    return icon(name)


def _percent(share: float) -> str:
    if share < 0.01:
        return tr("under 1 %")
    return tr("{number} %").format(number=int(share * 100 + 1e-6))


class FoundModel(QAbstractTableModel):
    """Rows in the order of the column that was clicked last; as the platforms gave them until then."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._rows: list[Row] = []
        self._at: dict[int, int] = {}
        self._next = 0
        self._sorted: tuple[int, bool] | None = None

    # ------------------------------------------------------------------ what it holds
    def take(self, found: Sequence[Found]) -> list[Row]:
        """Add what arrived; the new rows."""
        fresh = [row_of(self._next + index, one) for index, one in enumerate(found)]
        self._next += len(fresh)
        if fresh:
            first = len(self._rows)
            self.beginInsertRows(QModelIndex(), first, first + len(fresh) - 1)
            self._rows += fresh
            for place, row in enumerate(fresh, first):
                self._at[row.number] = place
            self.endInsertRows()
            if self._sorted is not None:
                self._order()
        return fresh

    def clear(self) -> None:
        """Forget all."""
        self.keep(lambda row: False)

    def keep(self, wanted: Callable[[Row], bool]) -> list[Row]:
        """Forget the others; those that went."""
        gone = [row for row in self._rows if not wanted(row)]
        if gone:
            self.beginResetModel()
            self._rows = [row for row in self._rows if wanted(row)]
            self._place()
            self.endResetModel()
        return gone

    def _place(self) -> None:
        self._at = {row.number: place for place, row in enumerate(self._rows)}

    def row(self, place: int) -> Row:
        """The row at a place of the table."""
        return self._rows[place]

    def rows(self, indexes: Iterable[QModelIndex]) -> list[Row]:
        """The rows of these indexes, from top to bottom, each once."""
        return [self._rows[place] for place in sorted({index.row() for index in indexes})]

    def index_of(self, number: int) -> QModelIndex:
        """Where a row stands; invalid when it is gone."""
        place = self._at.get(number)
        return QModelIndex() if place is None else self.index(place, NAME)

    # ------------------------------------------------------------------ Qt's side
    def rowCount(self, parent: QModelIndex = QModelIndex()) -> int:  # noqa: N802, B008 - Qt's name and form
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: QModelIndex = QModelIndex()) -> int:  # noqa: N802, B008 - Qt's name and form
        return 0 if parent.isValid() else PLATFORM + 1

    def headerData(  # noqa: N802 - Qt's name
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            titles = (tr("Name"), tr("Captured"), tr("Cloud"), tr("Covers"), tr("State"), tr("Tag"), tr("Connection"),
                      tr("Platform"))
            return titles[section]
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.ToolTipRole and section == COVERED:
            return tr("How much of the area the image covers")
        return None

    def data(self, index: QModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        row, column = self._rows[index.row()], index.column()
        if role == Qt.ItemDataRole.DisplayRole:
            return row.texts[column]
        if role == Qt.ItemDataRole.ToolTipRole:  # names are data, so markup is escaped
            words = row.texts[column] if column != NAME else self._told(row)
            return f"<p>{html.escape(words)}</p>" if words else None
        if role == Qt.ItemDataRole.DecorationRole and column == NAME:
            return _icon(row.place.kind.icon)
        if role == Qt.ItemDataRole.TextAlignmentRole and column in NUMBERS:
            return RIGHT
        return None

    @staticmethod
    def _told(row: Row) -> str:
        if row.found.shape.isNull():
            return tr("{name}: the platform does not tell where it lies.").format(name=row.texts[NAME])
        return row.texts[NAME]

    def flags(self, index: QModelIndex) -> Qt.ItemFlag:
        return FLAGS if index.isValid() else Qt.ItemFlag.NoItemFlags

    def mimeTypes(self) -> list[str]:  # noqa: N802 - Qt's name
        return [MIME]

    def mimeData(self, indexes: Iterable[QModelIndex]) -> QMimeData:  # noqa: N802 - Qt's name
        return mime_of(row.place for row in self.rows(indexes))

    # ------------------------------------------------------------------ order
    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """By a column; -1 keeps the present order and sorts what arrives no more."""
        self._sorted = None if column < 0 else (column, order == Qt.SortOrder.DescendingOrder)
        if self._sorted is not None and self._rows:
            self._order()

    def _order(self) -> None:
        if self._sorted is None:
            return
        column, falling = self._sorted
        self.layoutAboutToBeChanged.emit()
        before = self.persistentIndexList()
        rows = [self._rows[index.row()] for index in before]
        known = [row for row in self._rows if row.keys[column] is not None]
        unknown = [row for row in self._rows if row.keys[column] is None]
        known.sort(key=lambda row: row.keys[column], reverse=falling)
        self._rows = known + unknown
        self._place()
        after = [self.index(self._at[row.number], index.column()) for row, index in zip(rows, before)]
        self.changePersistentIndexList(before, after)
        self.layoutChanged.emit()
