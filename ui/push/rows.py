"""The rasters that are about to be sent, each with what is said of it, as a table."""

from __future__ import annotations

import html
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from qgis.core import QgsApplication
from qgis.PyQt.QtCore import QAbstractTableModel, QDateTime, QModelIndex, Qt, pyqtSignal

from ...core.translation import tr
from .inspection import Findings, size_text
from .plan import PushPlan
from .sources import Source

NOWHERE = QModelIndex()
CHECKED, UNCHECKED = Qt.CheckState.Checked, Qt.CheckState.Unchecked
DATE_FORMAT = "yyyy-MM-dd HH:mm"


@dataclass(eq=False)
class Row:
    """One raster. ``values`` by the algorithm's parameters; ``findings`` is None while its file is looked into.

    ``refusal`` is what the algorithm said when it was to start. ``origin`` tells where the time of capture comes from.
    """

    source: Source
    name: str
    values: dict[str, Any] = field(default_factory=dict)
    included: bool = True
    findings: Findings | None = None
    origin: str = ""
    refusal: str = ""

    @property
    def problem(self) -> str:
        """Why it cannot be sent; empty when it can."""
        if self.source.problem:
            return self.source.problem
        if self.findings is not None and self.findings.problem:
            return self.findings.problem
        return "" if self.name.strip() else tr("It has no name. Give it one.")

    @property
    def pending(self) -> bool:
        """Whether its file is still looked into."""
        return self.findings is None and not self.source.problem

    @property
    def writable(self) -> bool:
        """Whether writing it to a GeoTIFF would help."""
        return self.source.writable or (self.findings is not None and self.findings.writable)

    @property
    def ready(self) -> bool:
        """Whether it goes when “Push” is pressed."""
        return self.included and not self.pending and not self.problem

    def state(self) -> tuple[str, str]:
        """An icon of QGIS and whole sentences."""
        if self.pending:
            return "mActionRefresh.svg", tr("The file is looked into.")
        trouble = self.problem or self.refusal
        if trouble:
            return "mIconWarning.svg", trouble
        remarks = [] if self.findings is None else self.findings.remarks
        if remarks:
            return "mIconInfo.svg", " ".join(remarks)
        return "mIconSuccess.svg", tr("Ready.")


class Rows(QAbstractTableModel):
    """Columns: name with the tick, the plan's fields, size, state. ``changed`` after each change of any kind."""

    changed = pyqtSignal()

    def __init__(self, plan: PushPlan, parent: Any = None) -> None:
        super().__init__(parent)
        self.fields = plan.fields()
        self._captured = plan.captured
        self._rows: list[Row] = []
        for signal in (self.dataChanged, self.rowsInserted, self.rowsRemoved):
            signal.connect(lambda *_: self.changed.emit())

    # ------------------------------------------------------------------ rows
    @property
    def rows(self) -> list[Row]:
        """All of them, in order."""
        return list(self._rows)

    def add(self, sources: Iterable[Source], values: dict[str, Any]) -> list[Row]:
        """New rows at the end, without those that are there already."""
        known = {row.source.key for row in self._rows}
        new: dict[str, Source] = {}
        for source in sources:
            if source.key not in known:
                new.setdefault(source.key, source)
        rows = [self._row(source, values) for source in new.values()]
        if rows:
            self.beginInsertRows(NOWHERE, len(self._rows), len(self._rows) + len(rows) - 1)
            self._rows += rows
            self.endInsertRows()
        return rows

    def _row(self, source: Source, values: dict[str, Any]) -> Row:
        row = Row(source, source.title, dict(values), included=not source.problem)
        if source.captured is not None:
            row.values[self._captured] = source.captured
            row.origin = tr("From the temporal properties of the layer.")
        return row

    def found(self, row: Row, findings: Findings) -> None:
        """Note what a file says of itself; a time that was given before stays."""
        if row not in self._rows:
            return
        row.findings = findings
        row.included = row.included and not findings.problem
        if findings.captured is not None and row.values.get(self._captured) is None:
            row.values[self._captured] = findings.captured
            row.origin = findings.origin
        self.tell(row)

    def replace(self, row: Row, source: Source) -> None:
        """Send another file in its place, such as the GeoTIFF that was written of a layer."""
        row.source, row.findings, row.included, row.refusal = source, None, True, ""
        self.tell(row)

    def remove(self, rows: list[Row]) -> None:
        """Take rows out, those that are there."""
        for row in [one for one in rows if one in self._rows]:
            position = self._rows.index(row)
            self.beginRemoveRows(NOWHERE, position, position)
            del self._rows[position]
            self.endRemoveRows()

    def apply(self, values: dict[str, Any]) -> None:
        """The same values for all rows."""
        for row in self._rows:
            row.values.update(values)
            if self._captured in values:
                row.origin = ""
        if self._rows:
            last = self.index(len(self._rows) - 1, self.columnCount() - 1)
            self.dataChanged.emit(self.index(0, 0), last)

    def tell(self, row: Row) -> None:
        """A row was changed."""
        position = self._rows.index(row)
        self.dataChanged.emit(self.index(position, 0), self.index(position, self.columnCount() - 1))

    # ------------------------------------------------------------------ Qt
    def rowCount(self, parent: QModelIndex = NOWHERE) -> int:  # noqa: N802 - Qt's name
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: QModelIndex = NOWHERE) -> int:  # noqa: N802 - Qt's name
        return 0 if parent.isValid() else len(self.fields) + 3

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = 0) -> Any:  # noqa: N802 - Qt's name
        if orientation != Qt.Orientation.Horizontal:
            return None
        titles = [tr("Name"), *(self._title(one) for one in self.fields), tr("Size"), tr("State")]
        tips = [tr("Name on the platform. Only what is ticked is sent."), *(one.tip for one in self.fields), "", ""]
        if role == Qt.ItemDataRole.DisplayRole:
            return titles[section]
        return tips[section] if role == Qt.ItemDataRole.ToolTipRole else None

    def _title(self, one: Any) -> str:
        return tr("{title} (UTC)").format(title=one.title) if one.kind == "moment" else one.title

    def flags(self, index: QModelIndex) -> Qt.ItemFlag:
        known = Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsEnabled
        column, row = index.column(), self._rows[index.row()]
        if column == 0:
            known |= Qt.ItemFlag.ItemIsEditable
            hopeless = row.problem and row.name.strip()
            return known if hopeless else known | Qt.ItemFlag.ItemIsUserCheckable
        if column > len(self.fields):
            return known
        ticks = self.fields[column - 1].kind == "tick"
        return known | (Qt.ItemFlag.ItemIsUserCheckable if ticks else Qt.ItemFlag.ItemIsEditable)

    def data(self, index: QModelIndex, role: int = 0) -> Any:
        row, column = self._rows[index.row()], index.column()
        if column == 0:
            return self._of_name(row, role)
        if column <= len(self.fields):
            return self._of_field(row, column - 1, role)
        if column == len(self.fields) + 1:
            return self._of_size(row, role)
        icon, words = row.state()
        if role == Qt.ItemDataRole.DecorationRole:
            return QgsApplication.getThemeIcon(f"/{icon}")
        if role == Qt.ItemDataRole.DisplayRole:
            return " ".join(words.split())
        return plain(words) if role == Qt.ItemDataRole.ToolTipRole else None

    def _of_name(self, row: Row, role: int) -> Any:
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.EditRole):
            return row.name
        if role == Qt.ItemDataRole.DecorationRole:
            return QgsApplication.getThemeIcon(f"/{row.state()[0]}")
        if role == Qt.ItemDataRole.CheckStateRole:
            return check_state(row.included and not row.problem)
        if role == Qt.ItemDataRole.ToolTipRole:
            return plain("\n".join([row.name, str(row.source.path or ""), row.state()[1]]))
        return None

    def _of_field(self, row: Row, number: int, role: int) -> Any:
        one = self.fields[number]
        value = row.values.get(one.name, one.default)
        if one.kind == "tick":
            return check_state(bool(value)) if role == Qt.ItemDataRole.CheckStateRole else None
        if role == Qt.ItemDataRole.EditRole:
            return value
        if role == Qt.ItemDataRole.DisplayRole:
            return shown(value)
        if role == Qt.ItemDataRole.ToolTipRole:
            return plain(row.origin if one.name == self._captured and row.origin else one.tip)
        return None

    def _of_size(self, row: Row, role: int) -> Any:
        if row.findings is None or not row.findings.size:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return size_text(row.findings.size)
        return plain(row.findings.shape) if role == Qt.ItemDataRole.ToolTipRole else None

    def setData(self, index: QModelIndex, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:  # noqa: N802
        row, column = self._rows[index.row()], index.column()
        if column == 0 and role == Qt.ItemDataRole.CheckStateRole:
            row.included = Qt.CheckState(value) == CHECKED
        elif column == 0:
            row.name = str(value)
        else:
            one = self.fields[column - 1]
            row.values[one.name] = Qt.CheckState(value) == CHECKED if one.kind == "tick" else value
            if one.name == self._captured:
                row.origin = ""
        row.refusal = ""
        self.tell(row)
        return True


def check_state(ticked: bool) -> int:
    """A tick as a number: Qt 6 would not read its own enum out of a variant."""
    state = CHECKED if ticked else UNCHECKED
    return int(getattr(state, "value", state))


def shown(value: Any) -> str:
    """A value as the table shows it."""
    if isinstance(value, QDateTime):
        return str(value.toUTC().toString(DATE_FORMAT)) if value.isValid() else ""
    return "" if value is None else str(value)


def plain(words: str) -> str:
    """A tooltip whose words nobody reads as markup."""
    return f"<p>{html.escape(words.strip())}</p>".replace("\n", "<br>") if words.strip() else ""
