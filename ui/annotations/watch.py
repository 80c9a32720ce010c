"""Looks at the layers of a set whenever they change: how much is drawn, and what is wrong with it.

Reading and checking happen in the background, a moment after the last change.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from qgis.core import QgsGeometry, QgsVectorLayer
from qgis.PyQt import sip
from qgis.PyQt.QtCore import QObject, QTimer, pyqtSignal

from ...core import log
from ...core.background import Errand, background
from ...core.geometry import area_km2
from ...core.geometry.reproject import wgs84
from ...core.pushes.checks import Drawn, Rules, Trouble, check
from ...core.pushes.reading import Snapshot
from ...providers.errors import Cancelled
from .plan import CLASS_FIELD, Subject

PAUSE_MILLISECONDS = 300


@dataclass(frozen=True)
class Amount:
    """How many shapes a kind has, and their area on the ellipsoid in square kilometres, overlaps counted twice."""

    count: int
    km2: float


@dataclass(frozen=True)
class Scan:
    """What was found."""

    amounts: Mapping[str, Amount] = field(default_factory=dict)
    troubles: Sequence[Trouble] = ()


def snapshots(layers: Mapping[str, QgsVectorLayer]) -> dict[str, Snapshot]:
    """What the layers hold now. Main thread."""
    return {kind: Snapshot(layer, CLASS_FIELD) for kind, layer in layers.items()}


def known_parts(subject: Subject) -> dict[str, list[str]]:
    """The classes of the kinds that have some."""
    return {kind.key: subject.parts(kind) for kind in subject.plan.kinds if kind.classes and subject.classes}


def scan(
    taken: Mapping[str, Snapshot],
    rules: Rules,
    place: QgsGeometry | None,
    parts: Mapping[str, Sequence[str]],
    cancelled: Callable[[], bool] = lambda: False,
) -> Scan:
    """Read and check. Not for the main thread. Raises :class:`Cancelled`."""
    drawn = {kind: one.drawn(cancelled) for kind, one in taken.items()}
    amounts = {kind: _amount(features) for kind, features in drawn.items()}
    return Scan(amounts, check(drawn, rules, place, parts, cancelled))


def scan_exchange(subject: Subject, taken: Mapping[str, Snapshot], cancelled: Callable[[], bool]) -> Scan:
    """Count, and read what cannot be sent. Not for the main thread. Raises :class:`Cancelled`."""
    exchange = subject.plan.exchange
    amounts = {kind: Amount(sum(1 for _ in one.features(cancelled)), 0.0) for kind, one in taken.items()}
    if exchange is None:
        return Scan(amounts)
    found = [one for kind, snapshot in taken.items() for one in exchange.troubles(subject, kind, snapshot, cancelled)]
    return Scan(amounts, found)


def _amount(features: Sequence[Drawn]) -> Amount:
    system = wgs84()
    return Amount(len(features), sum(area_km2(one.shape, system) for one in features if not one.shape.isEmpty()))


class Watch(QObject):
    """``found`` comes with a :class:`Scan` after each change; ``gone`` when one of the layers was removed."""

    found = pyqtSignal(object)
    gone = pyqtSignal()

    def __init__(self, subject: Subject, layers: Mapping[str, QgsVectorLayer], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._subject = subject
        self._layers = dict(layers)
        self._errand: Errand[Scan | None] | None = None
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(PAUSE_MILLISECONDS)
        self._timer.timeout.connect(self._look)
        for layer in layers.values():
            for signal in _changes(layer):
                signal.connect(self._timer.start)  # the slot itself: Python is not called for each feature
            layer.willBeDeleted.connect(self._left)
        self._look()

    def look(self) -> None:
        """Look now."""
        self._look()

    def _left(self) -> None:
        self.stop()
        self.gone.emit()

    def _look(self) -> None:
        self._drop()
        taken, rules = snapshots(self._layers), self._subject.plan.rules
        place, parts = self._subject.place(), known_parts(self._subject)

        subject = self._subject

        def look(errand: Errand[Scan | None]) -> Scan | None:
            try:
                if subject.plan.exchange is not None:
                    return scan_exchange(subject, taken, lambda: errand.cancelled)
                return scan(taken, rules, place, parts, lambda: errand.cancelled)
            except Cancelled:
                return None

        self._errand = background().run(look, self._looked, log.unexpected)

    def _looked(self, result: Scan | None) -> None:
        if result is not None:
            self.found.emit(result)

    def _drop(self) -> None:
        self._timer.stop()
        if self._errand is not None:
            self._errand.cancel()
            self._errand = None

    def stop(self) -> None:
        """Look no more."""
        self._drop()
        for layer in self._layers.values():
            if not sip.isdeleted(layer):
                for signal in _changes(layer):
                    signal.disconnect(self._timer.start)
                layer.willBeDeleted.disconnect(self._left)
        self._layers = {}


def _changes(layer: QgsVectorLayer) -> tuple[Any, ...]:
    """Signals that tell of a change."""
    return (
        layer.featureAdded,
        layer.featuresDeleted,
        layer.geometryChanged,
        layer.attributeValueChanged,
        layer.afterCommitChanges,
        layer.afterRollBack,
    )
