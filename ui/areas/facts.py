"""What is known of the areas that were chosen: how many, how large, and what is wrong with them and where.

Features are looked at in small slices of time on the main thread, so that a large layer does not hold the window.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from qgis.core import QgsCoordinateReferenceSystem, QgsGeometry, QgsPointXY, QgsVectorLayer
from qgis.PyQt.QtCore import QObject, QTimer, pyqtSignal

from ...core.geometry.amounts import area_text
from ...core.geometry.areas import area_m2
from ...core.geometry.kept import Area
from ...core.geometry.validity import findings
from ...core.geometry.words import sentence
from ...core.problems import Problem
from ...core.translation import tr

SLICE_SECONDS = 0.015
#: Layers with more features are only counted.
MOST = 20_000
#: Providers that answer at once; others may wait for a network.
AT_HAND = ("ogr", "memory", "spatialite", "delimitedtext")


@dataclass
class Facts:
    """``problem`` is a sentence; ``place`` is where to look at it, in ``crs``."""

    count: int = 0
    square_metres: float = 0.0
    problem: str = ""
    place: QgsGeometry | None = None
    crs: QgsCoordinateReferenceSystem | None = None

    def look_at(self, area: Area) -> None:
        """Take one more area into account."""
        self.count += 1
        found = findings(area.geometry)
        try:
            self.square_metres += 0.0 if area.geometry.isEmpty() else area_m2(area.geometry, area.crs)
            words = sentence(found[0]) if found else ""
        except Problem as problem:
            words = str(problem)
        if words and not self.problem:
            self.problem = tr("{name}: {problem}").format(name=area.name, problem=words) if area.name else words
            self.crs = area.crs
            spot = found[0].place if found and found[0].place else None
            self.place = QgsGeometry.fromPointXY(QgsPointXY(*spot)) if spot else QgsGeometry(area.geometry)

    def words(self) -> str:
        """Number and size."""
        if not self.count:
            return tr("There is no area in it. Draw one, or choose another layer.")
        size = area_text(self.square_metres)
        return size if self.count == 1 else tr("{count} areas, {size}").format(count=self.count, size=size)


def of(areas: Sequence[Area]) -> Facts:
    """Those of a few areas."""
    facts = Facts()
    for one in areas:
        facts.look_at(one)
    return facts


class LayerFacts(QObject):
    """Looks at a layer bit by bit; ``told`` gives :class:`Facts` at the end, or a text where it only counts."""

    told = pyqtSignal(object)

    def __init__(self, layer: QgsVectorLayer, selected: bool, parent: QObject) -> None:
        super().__init__(parent)
        self._facts = Facts()
        self._layer: QgsVectorLayer | None = layer
        self._selected = selected
        self._count = layer.selectedFeatureCount() if selected else layer.featureCount()
        self._features: Iterator[tuple[int, QgsGeometry | None]] | None = None
        self._timer = QTimer(self)
        self._timer.setInterval(0)
        self._timer.timeout.connect(self._slice)
        layer.willBeDeleted.connect(self.stop)
        self._timer.start()

    def _opened(self) -> Iterator[tuple[int, QgsGeometry | None]] | None:
        """The features. Not earlier: the edit mode, which may just begin, opens the file of a layer anew."""
        layer = self._layer
        if layer is None or self._count > MOST or layer.dataProvider().name() not in AT_HAND:
            return None
        found = layer.getSelectedFeatures() if self._selected else layer.getFeatures()
        return ((one.id(), one.geometry()) for one in found)

    def stop(self) -> None:
        """Look no further."""
        self._timer.stop()
        self._features = self._layer = None

    def _slice(self) -> None:
        if self._layer is None:
            return
        self._features = self._features or self._opened()
        if self._features is None:
            self._timer.stop()
            self.told.emit(tr("{count} areas").format(count=self._count) if self._count >= 0 else "")
            return
        crs, until = self._layer.crs(), time.monotonic() + SLICE_SECONDS
        while time.monotonic() < until:
            number, geometry = next(self._features, (0, None))
            if geometry is None:
                self.stop()
                self.told.emit(self._facts)
                return
            name = tr("Feature {number}").format(number=number) if self._count > 1 else ""
            self._facts.look_at(Area(QgsGeometry(geometry), crs, name))
