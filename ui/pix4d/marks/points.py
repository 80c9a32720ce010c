"""The table of points: what they are, and in how many photos they are marked."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from qgis.core import QgsApplication
from qgis.PyQt.QtCore import QAbstractTableModel, QModelIndex, Qt

from ....core.photos.marks import LEAST_PHOTOS, Marks
from ....core.translation import tr
from .project import TIE_POINT, Point

NAME, KIND, MARKED = range(3)


class PointModel(QAbstractTableModel):
    """One row per point."""

    def __init__(self) -> None:
        super().__init__()
        self._points: list[Point] = []
        self._marks = Marks()

    def show_points(self, points: Sequence[Point], marks: Marks) -> None:
        """Show these, and follow the marks."""
        self.beginResetModel()
        self._marks.changed.disconnect(self._counted) if self._points else None
        self._points, self._marks = list(points), marks
        if self._points:
            marks.changed.connect(self._counted)
        self.endResetModel()

    def point(self, row: int) -> Point | None:
        """That of a row."""
        return self._points[row] if 0 <= row < len(self._points) else None

    def row(self, name: str) -> int:
        """The row of a point, -1 when it is not there."""
        return next((row for row, one in enumerate(self._points) if one.name == name), -1)

    def _counted(self, point: str, photo: str) -> None:
        last = len(self._points) - 1
        first, last = (self.row(point), self.row(point)) if point else (0, last)
        if first >= 0:
            self.dataChanged.emit(self.index(first, 0), self.index(last, MARKED))

    # ------------------------------------------------------------------ Qt's interface
    def rowCount(self, parent: QModelIndex = QModelIndex()) -> int:  # noqa: N802, B008 - Qt's name and manner
        """As many as there are points."""
        return 0 if parent.isValid() else len(self._points)

    def columnCount(self, parent: QModelIndex = QModelIndex()) -> int:  # noqa: N802, B008 - Qt's name and manner
        """Name, kind, marks."""
        return 0 if parent.isValid() else 3

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = 0) -> Any:  # noqa: N802 - Qt's name
        """The titles."""
        if orientation != Qt.Orientation.Horizontal or role != Qt.ItemDataRole.DisplayRole:
            return None
        return (tr("Point"), tr("Kind"), tr("Marks"))[section]

    def data(self, index: QModelIndex, role: int = 0) -> Any:
        """Texts, and a warning for points with too few marks."""
        point = self.point(index.row())
        if point is None:
            return None
        count = len(self._marks.of_point(point.name))
        if role == Qt.ItemDataRole.DisplayRole:
            return (point.name, kind_words(point.kind), count)[index.column()]
        if role == Qt.ItemDataRole.DecorationRole and index.column() == MARKED:
            ready = count >= LEAST_PHOTOS
            return QgsApplication.getThemeIcon("/mIconSuccess.svg" if ready else "/mIconWarning.svg") if count else None
        if role == Qt.ItemDataRole.ToolTipRole and index.column() == MARKED:
            return self._advice(count)
        if role == Qt.ItemDataRole.TextAlignmentRole and index.column() == MARKED:
            return int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        return None

    def _advice(self, count: int) -> str:
        if count >= LEAST_PHOTOS:
            return tr("Marked in {count} photos.").format(count=count)
        return tr("A point is of use from two marked photos on.")


def kind_words(kind: str) -> str:
    """What a point is, in our words; the platform's where we have none."""
    known = {"GCP": tr("control point"), "CHECKPOINT": tr("check point"), TIE_POINT: tr("tie point")}
    return known.get(kind, kind)
