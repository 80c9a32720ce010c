"""The profiles that are compared: one that follows the clicks, and those that were kept."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from qgis.core import QgsCoordinateReferenceSystem, QgsPointXY
from qgis.PyQt.QtCore import QObject, Qt, pyqtSignal
from qgis.PyQt.QtGui import QColor, QPen

from ...core.layers.spectra import Spectrum
from ...core.translation import tr

#: Told apart also by those who do not see all colours (Okabe and Ito), on light and dark ground.
COLORS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9")
#: When all colours are taken they come again with another line.
LINES = (Qt.PenStyle.SolidLine, Qt.PenStyle.DashLine, Qt.PenStyle.DotLine)
MOST = len(COLORS) * len(LINES)


@dataclass
class Profile:
    """One clicked pixel. ``place`` is in ``system``, the layer's reference system; ``number`` counts from 0."""

    number: int
    name: str
    layer_id: str
    layer_name: str
    place: QgsPointXY
    system: QgsCoordinateReferenceSystem
    spectrum: Spectrum
    kept: bool = False

    @property
    def color(self) -> QColor:
        """Its colour in the plot, in the list and on the map."""
        return QColor(COLORS[self.number % len(COLORS)])

    def pen(self, width: float) -> QPen:
        """Its line in the plot."""
        return QPen(self.color, width, LINES[self.number // len(COLORS) % len(LINES)])


class Profiles(QObject):
    """In the order of their clicks. ``changed`` comes after each change of what there is."""

    changed = pyqtSignal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._all: list[Profile] = []
        self._counted = 0

    def __iter__(self) -> Iterator[Profile]:
        return iter(list(self._all))

    def __len__(self) -> int:
        return len(self._all)

    @property
    def is_full(self) -> bool:
        """Whether there is no further line to tell one more apart by."""
        return len(self._all) >= MOST

    @property
    def following(self) -> Profile | None:
        """The one that the next click replaces."""
        return next((one for one in reversed(self._all) if not one.kept), None)

    def show(self, make: Callable[[int, str], Profile], add: bool) -> Profile:
        """Put in the profile that ``make`` gives for its number and name: beside the others, or for the one that
        follows the clicks."""
        before = self.following
        if add:
            for one in self._all:
                one.kept = True
            before = None
        if before is not None:
            made = make(before.number, before.name)
            self._all[self._all.index(before)] = made
        else:
            taken = {one.number for one in self._all}
            number = next(one for one in range(len(taken) + 1) if one not in taken)
            self._counted = self._counted + 1 if self._all else 1
            made = make(number, tr("Point {number}").format(number=self._counted))
            self._all.append(made)
        self.changed.emit()
        return made

    def keep(self) -> None:
        """The next click adds one and replaces none."""
        for one in self._all:
            one.kept = True
        self.changed.emit()

    def remove(self, gone: Callable[[Profile], bool]) -> None:
        """Take away those for which ``gone`` is true."""
        left = [one for one in self._all if not gone(one)]
        if len(left) != len(self._all):
            self._all = left
            self.changed.emit()
