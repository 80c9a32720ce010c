"""The classes of a result: shown or not, how many objects, how large, which share."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from qgis.core import QgsCategorizedSymbolRenderer, QgsSymbolLayerUtils, QgsUnitTypes, QgsVectorLayer
from qgis.PyQt.QtCore import QLocale, QSize, Qt, pyqtSignal
from qgis.PyQt.QtGui import QIcon
from qgis.PyQt.QtWidgets import QHeaderView, QTreeWidget, QTreeWidgetItem, QWidget

from ...core.layers.class_counts import ClassCount
from ...core.translation import tr

NAME = Qt.ItemDataRole.UserRole
SORTED = Qt.ItemDataRole.UserRole + 1
ICON_SIZE = QSize(14, 14)
#: So that the names of classes are seen beside three columns of numbers.
LEAST_WIDTH = 360


class _Row(QTreeWidgetItem):
    """Sorts numbers as numbers."""

    def __lt__(self, other: QTreeWidgetItem) -> bool:
        tree = self.treeWidget()
        column = 0 if tree is None else tree.sortColumn()
        mine, theirs = self.data(column, SORTED), other.data(column, SORTED)
        return bool(mine < theirs) if mine is not None and theirs is not None else super().__lt__(other)


class ClassTable(QTreeWidget):
    """``hidden_changed`` comes when the user ticks or unticks a class."""

    hidden_changed = pyqtSignal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("imageryHubClasses")
        self.setAccessibleName(tr("Classes"))
        self.setRootIsDecorated(False)
        self.setAlternatingRowColors(True)
        self.setUniformRowHeights(True)
        self.setIconSize(ICON_SIZE)
        self.setHeaderLabels([tr("Class"), tr("Objects"), tr("Area"), tr("Share")])
        self.headerItem().setToolTip(3, tr("Share of all objects"))
        header = self.header()
        header.setStretchLastSection(False)
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        self.setMinimumWidth(LEAST_WIDTH)
        self.setSortingEnabled(True)
        self.sortByColumn(1, Qt.SortOrder.DescendingOrder)
        self.itemChanged.connect(self._changed)

    def _changed(self, item: QTreeWidgetItem, column: int) -> None:
        if column == 0:
            self.hidden_changed.emit()

    def hidden(self) -> list[str]:
        """The names of the classes that are not ticked."""
        rows = (self.topLevelItem(number) for number in range(self.topLevelItemCount()))
        return [str(row.data(0, NAME)) for row in rows if row.checkState(0) == Qt.CheckState.Unchecked]

    def show_classes(self, classes: Sequence[ClassCount], hidden: Sequence[str], layer: QgsVectorLayer) -> None:
        """Fill the table, with the colours that the layer has on the map."""
        icons = _icons(layer)
        whole = sum(one.count for one in classes)
        self.blockSignals(True)
        self.setSortingEnabled(False)
        self.clear()
        for one in classes:
            self.addTopLevelItem(self._row(one, whole, hidden, icons))
        self.setSortingEnabled(True)
        self.blockSignals(False)

    @staticmethod
    def _row(one: ClassCount, whole: int, hidden: Sequence[str], icons: Mapping[str, QIcon]) -> _Row:
        locale = QLocale()
        share = one.count / whole if whole else 0.0
        title = one.name or tr("Without class")
        row = _Row([title, locale.toString(one.count), area_text(one.area_m2), f"{share * 100:.0f} %"])
        row.setData(0, NAME, one.name)
        for column, value in ((1, one.count), (2, one.area_m2), (3, share)):
            row.setData(column, SORTED, value)
            row.setTextAlignment(column, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        row.setFlags(row.flags() | Qt.ItemFlag.ItemIsUserCheckable)
        row.setCheckState(0, Qt.CheckState.Unchecked if one.name in hidden else Qt.CheckState.Checked)
        if one.name in icons:
            row.setIcon(0, icons[one.name])
        return row


def area_text(square_metres: float) -> str:
    """An area in the metric unit that reads best."""
    return str(QgsUnitTypes.formatArea(square_metres, 2, QgsUnitTypes.AreaUnit.AreaSquareMeters))


def _icons(layer: QgsVectorLayer) -> dict[str, QIcon]:
    """The symbols of the layer's categories by class name."""
    renderer = layer.renderer()
    if not isinstance(renderer, QgsCategorizedSymbolRenderer):
        return {}
    return {
        str(category.value()): QgsSymbolLayerUtils.symbolPreviewIcon(category.symbol(), ICON_SIZE)
        for category in renderer.categories()
        if category.symbol() is not None and isinstance(category.value(), str)
    }
