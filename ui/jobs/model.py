"""The rows of the list: the jobs that pass the filter, newest first."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from qgis.PyQt.QtCore import QAbstractTableModel, QModelIndex, QObject, Qt

from ...core.jobs import JobRecord, State
from ...core.jobs.progress import Shown
from ...core.moments import shown_seconds
from ...core.translation import tr
from . import words
from .actions import deeds

JOB, CONNECTION, STATE, PROGRESS, STARTED, ACTIONS = range(6)
RECORD = Qt.ItemDataRole.UserRole
SHOWN = Qt.ItemDataRole.UserRole + 1
DEEDS = Qt.ItemDataRole.UserRole + 2

ALL, RUNNING, UNFINISHED, FINISHED = "all", "running", "unfinished", "finished"
STATES: dict[str, tuple[State, ...]] = {
    ALL: tuple(State),
    RUNNING: (State.RUNNING, State.WAITING),
    UNFINISHED: (State.RUNNING, State.WAITING, State.PAUSED, State.STOPPED, State.FAILED),
    FINISHED: (State.DONE,),
}


class JobsModel(QAbstractTableModel):
    """``show`` takes the records; rows keep their place, so that a selection survives."""

    def __init__(self, progress: Callable[[JobRecord], Shown], parent: QObject) -> None:
        super().__init__(parent)
        self._progress = progress
        self._all: list[JobRecord] = []
        self._rows: list[JobRecord] = []
        self._wanted = ALL
        self._text = ""

    # ------------------------------------------------------------------ filling
    def show(self, records: list[JobRecord]) -> None:
        """The jobs of now."""
        words.chosen_names.cache_clear()
        self._all = records
        self._arrange()

    def filter(self, wanted: str, text: str) -> None:
        """Only those in these states with all of these words somewhere in their row."""
        self._wanted, self._text = wanted, text.casefold()
        self._arrange()

    def _arrange(self) -> None:
        rows = [record for record in self._all if self._passes(record)]
        old, new = [record.id for record in self._rows], [record.id for record in rows]
        if old == new:
            self._rows = rows
            self._tell()
        elif old and len(new) > len(old) and new[-len(old):] == old:
            self.beginInsertRows(QModelIndex(), 0, len(new) - len(old) - 1)
            self._rows = rows
            self.endInsertRows()
            self._tell()
        else:
            self._rearrange(rows)

    def _rearrange(self, rows: list[JobRecord]) -> None:
        """Persistent indexes, and so the selection, stay with their jobs."""
        self.layoutAboutToBeChanged.emit()
        held = self.persistentIndexList()
        ids = [self._rows[index.row()].id for index in held]
        self._rows = rows
        place = {record.id: row for row, record in enumerate(rows)}
        moved = [
            self.index(place[job], index.column()) if job in place else QModelIndex() for job, index in zip(ids, held)
        ]
        self.changePersistentIndexList(held, moved)
        self.layoutChanged.emit()

    def _passes(self, record: JobRecord) -> bool:
        if record.state not in STATES[self._wanted]:
            return False
        if not self._text:
            return True
        row = f"{record.title} {words.about(record)} {words.connection(record)} {record.message}".casefold()
        return all(part in row for part in self._text.split())

    def _tell(self) -> None:
        if self._rows:
            self.dataChanged.emit(self.index(0, 0), self.index(len(self._rows) - 1, ACTIONS))

    def moved(self) -> None:
        """The progress of running jobs is another one."""
        for row, record in enumerate(self._rows):
            if record.state is State.RUNNING:
                self.dataChanged.emit(self.index(row, JOB), self.index(row, ACTIONS))

    # ------------------------------------------------------------------ asking
    def record(self, index: QModelIndex) -> JobRecord | None:
        """The job of a row."""
        return self._rows[index.row()] if 0 <= index.row() < len(self._rows) else None

    def find(self, job: str) -> QModelIndex:
        """The row of a job; not valid when it is not shown."""
        row = next((row for row, record in enumerate(self._rows) if record.id == job), -1)
        return self.index(row, JOB) if row >= 0 else QModelIndex()

    @property
    def total(self) -> int:
        """How many jobs there are, shown or not."""
        return len(self._all)

    def finished(self) -> list[str]:
        """All jobs that are done, shown or not."""
        return [record.id for record in self._all if record.state is State.DONE]

    def rowCount(self, parent: QModelIndex = QModelIndex()) -> int:  # noqa: B008, N802 - QGIS's form and name
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: QModelIndex = QModelIndex()) -> int:  # noqa: B008, N802
        return 0 if parent.isValid() else ACTIONS + 1

    def headerData(  # noqa: N802
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return (tr("Job"), tr("Connection"), tr("State"), tr("Progress"), tr("Started"), "")[section]
        return None

    def data(self, index: QModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        record = self.record(index)
        if record is None:
            return None
        if role == RECORD:
            return record
        if role == SHOWN:
            return self._progress(record)
        if role == DEEDS:
            return deeds(record, self._progress(record))
        if role == Qt.ItemDataRole.DecorationRole and index.column() == JOB:
            return words.picture(record)
        if role == Qt.ItemDataRole.ToolTipRole and index.column() != ACTIONS:
            return self._tip(record)
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return self._text_of(record, index.column())
        return None

    def _text_of(self, record: JobRecord, column: int) -> str:
        if column == JOB:
            return words.name(record)
        if column == CONNECTION:
            return words.connection(record)
        if column == STATE:
            return words.state(record, self._progress(record))
        if column == PROGRESS:
            return words.progress(self._progress(record)) if record.state is State.RUNNING else ""
        if column == STARTED:
            return shown_seconds(record.started or record.created)
        return ""

    def _tip(self, record: JobRecord) -> str:
        """Plain text, whatever a server's name looks like."""
        lines = (self._text_of(record, JOB), record.message, record.obstacle)
        return "\n".join(line for line in lines if line).replace("<", "‹")
