"""The list of profiles: colour, name, where the pixel is, and its value at what the plot points at."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from html import escape

from qgis.PyQt.QtCore import QSize, Qt, pyqtSignal
from qgis.PyQt.QtGui import QIcon, QPainter, QPixmap
from qgis.PyQt.QtWidgets import QAbstractItemView, QHeaderView, QTreeWidget, QTreeWidgetItem, QWidget

from ...core.translation import tr
from .profiles import Profile

NAME, PLACE, VALUE = range(3)
NUMBER = Qt.ItemDataRole.UserRole
SWATCH = QSize(26, 12)
LEAST_ROWS = 3


class ProfileList(QTreeWidget):
    """``chosen_changed``: the selection; ``renamed``: number and name; a name is changed by F2 or a double click."""

    chosen_changed = pyqtSignal()
    renamed = pyqtSignal(int, str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("imageryHubSpectrumList")
        self.setAccessibleName(tr("Profiles"))
        self.setHeaderLabels([tr("Point"), tr("Pixel"), tr("Value")])
        self.headerItem().setToolTip(PLACE, tr("Column and row of the pixel, counted from the upper left corner"))
        self.setRootIsDecorated(False)
        self.setUniformRowHeights(True)
        self.setIconSize(SWATCH)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        triggers = QAbstractItemView.EditTrigger
        self.setEditTriggers(triggers.EditKeyPressed | triggers.DoubleClicked)
        header = self.header()
        header.setStretchLastSection(False)
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(NAME, QHeaderView.ResizeMode.Stretch)
        rows = self.fontMetrics().height() + 8
        self.setMinimumHeight(header.sizeHint().height() + LEAST_ROWS * rows)
        self._filling = False
        self.itemSelectionChanged.connect(self._chosen)
        self.itemChanged.connect(self._changed)

    @property
    def chosen(self) -> set[int]:
        """The numbers of the selected profiles."""
        return {int(one.data(NAME, NUMBER)) for one in self.selectedItems()}

    def show_profiles(self, profiles: Iterable[Profile], several_layers: bool) -> None:
        """Fill the list anew; what was selected and is still there stays so. Of several layers each is named."""
        before = self.chosen
        self._filling = True
        self.clear()
        for one in profiles:
            spectrum = one.spectrum
            place = f"{spectrum.column}, {spectrum.row}"
            row = QTreeWidgetItem([one.name, f"{one.layer_name}: {place}" if several_layers else place, ""])
            row.setToolTip(PLACE, escape(f"{one.layer_name}, {spectrum.x:.10g}, {spectrum.y:.10g}"))
            row.setData(NAME, NUMBER, one.number)
            row.setIcon(NAME, _swatch(one))
            row.setFlags(row.flags() | Qt.ItemFlag.ItemIsEditable)
            row.setTextAlignment(VALUE, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            font = row.font(NAME)
            font.setItalic(not one.kept)
            row.setFont(NAME, font)
            self.addTopLevelItem(row)
            row.setSelected(one.number in before)
        self._filling = False
        self.chosen_changed.emit()

    def show_values(self, text: Callable[[int], str], title: str) -> None:
        """Fill the column of values by the profiles' numbers."""
        self._filling = True
        self.headerItem().setText(VALUE, title)
        for place in range(self.topLevelItemCount()):
            row = self.topLevelItem(place)
            row.setText(VALUE, text(int(row.data(NAME, NUMBER))))
        self._filling = False

    def _chosen(self) -> None:
        if not self._filling:
            self.chosen_changed.emit()

    def _changed(self, item: QTreeWidgetItem, column: int) -> None:
        if not self._filling and column == NAME:
            self.renamed.emit(int(item.data(NAME, NUMBER)), item.text(NAME))


def _swatch(profile: Profile) -> QIcon:
    """The profile's line, as in the plot."""
    picture = QPixmap(SWATCH)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    painter.setPen(profile.pen(3))
    middle = SWATCH.height() // 2
    painter.drawLine(1, middle, SWATCH.width() - 1, middle)
    painter.end()
    return QIcon(picture)
