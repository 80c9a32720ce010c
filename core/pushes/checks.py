"""What is wrong, or looks wrong, with several layers of polygons that belong together, before they are sent."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from qgis.core import QgsFeature, QgsGeometry, QgsSpatialIndex

from ...providers.errors import Cancelled
from ...providers.shapes.validity import Finding
from ..geometry import findings, sentence
from ..translation import tr

#: Shapes that share less than this part of the smaller one only touch.
TOUCHING = 1e-6


@dataclass(frozen=True)
class Drawn:
    """One feature: its id in the layer, its shape in longitude and latitude, the part (class) that it belongs to."""

    feature: int
    shape: QgsGeometry
    part: str = ""


@dataclass(frozen=True)
class Within:
    """Shapes of ``kind`` should reach into one of ``areas`` (kinds)."""

    kind: str
    areas: tuple[str, ...]
    words: Callable[[], str]


@dataclass(frozen=True)
class Filled:
    """Each area of ``kind`` should hold something of ``by`` (a kind)."""

    kind: str
    by: str
    words: Callable[[], str]


@dataclass(frozen=True)
class Apart:
    """Shapes of these kinds should not overlap; the same kind twice means each other."""

    kind: str
    other: str
    words: Callable[[], str]


@dataclass(frozen=True)
class Rules:
    """What holds between the kinds of a platform. ``footprint`` (longitude and latitude) is where all has to lie."""

    within: Sequence[Within] = ()
    filled: Sequence[Filled] = ()
    apart: Sequence[Apart] = ()


@dataclass(frozen=True)
class Trouble:
    """Something about one feature. ``serious``: it cannot be sent like that. ``spot``: longitude and latitude."""

    kind: str
    feature: int
    words: str
    serious: bool = False
    spot: tuple[float, float] | None = None
    problem: str = field(default="", compare=False)


Layers = Mapping[str, Sequence[Drawn]]


def check(
    layers: Layers,
    rules: Rules,
    footprint: QgsGeometry | None = None,
    parts: Mapping[str, Sequence[str]] | None = None,
    cancelled: Callable[[], bool] = lambda: False,
) -> list[Trouble]:
    """Everything found, what is serious first. ``parts`` are the known parts (classes) of the kinds that have some.

    Not for the main thread. Raises :class:`Cancelled`.
    """
    found: list[Trouble] = []
    sound: dict[str, list[Drawn]] = {}
    place = _Place(footprint) if footprint is not None and not footprint.isEmpty() else None
    for kind, features in layers.items():
        sound[kind] = []
        for one in features:
            if cancelled():
                raise Cancelled
            wrong = list(_alone(kind, one, place, (parts or {}).get(kind, ())))
            found += wrong
            if not any(trouble.problem == "invalid" for trouble in wrong):
                sound[kind].append(one)
    serious = {(one.kind, one.feature) for one in found if one.serious}
    found += [one for one in _between(sound, rules, cancelled) if (one.kind, one.feature) not in serious]
    return sorted(found, key=lambda trouble: not trouble.serious)


def _alone(kind: str, one: Drawn, place: _Place | None, parts: Sequence[str]) -> Iterator[Trouble]:
    broken = findings(one.shape)
    for finding in broken:
        yield Trouble(kind, one.feature, sentence(finding), True, finding.place, "invalid")
    if broken:
        return
    if place is not None:
        yield from place.trouble(kind, one)
    if parts and one.part not in parts:
        words = tr("It belongs to none of the classes. Choose its class in the attribute table.")
        yield Trouble(kind, one.feature, words, True, _spot(one.shape), "no_class")


class _Place:
    """The footprint, prepared for many questions."""

    def __init__(self, footprint: QgsGeometry) -> None:
        self._footprint = QgsGeometry(footprint)
        self._engine = QgsGeometry.createGeometryEngine(self._footprint.constGet())
        self._engine.prepareGeometry()

    def trouble(self, kind: str, one: Drawn) -> Iterator[Trouble]:
        """Wholly outside is serious, partly is not."""
        spot = _spot(one.shape)
        if not self._engine.intersects(one.shape.constGet()):
            yield Trouble(kind, one.feature, sentence(Finding("outside", "", spot)), True, spot, "outside")
        elif not self._engine.contains(one.shape.constGet()):
            over = one.shape.difference(self._footprint)
            if over.area() > TOUCHING * one.shape.area():
                words = tr("A part of it lies outside the raster. Cut that part off, or leave it if it is small.")
                yield Trouble(kind, one.feature, words, False, _spot(over), "partly_outside")


def _spot(shape: QgsGeometry) -> tuple[float, float]:
    inside = shape.pointOnSurface()
    place = inside.asPoint() if not inside.isNull() else shape.boundingBox().center()
    return place.x(), place.y()


class _Index:
    """The shapes of one kind, found by place."""

    def __init__(self, features: Sequence[Drawn]) -> None:
        self.features = features
        self._index = QgsSpatialIndex()
        for number, one in enumerate(features):
            entry = QgsFeature(number)
            entry.setGeometry(one.shape)
            self._index.addFeature(entry)

    def overlapping(self, shape: QgsGeometry) -> Iterator[tuple[Drawn, QgsGeometry]]:
        """Those that share an area with the shape, and the area."""
        for number in sorted(self._index.intersects(shape.boundingBox())):
            other = self.features[number]
            shared = shape.intersection(other.shape)
            if shared.area() > TOUCHING * min(shape.area(), other.shape.area()):
                yield other, shared


def _between(sound: Layers, rules: Rules, cancelled: Callable[[], bool]) -> Iterator[Trouble]:
    index = {kind: _Index(features) for kind, features in sound.items()}
    nothing = _Index(())

    def steps(kind: str) -> Iterator[Drawn]:
        for one in sound.get(kind, ()):
            if cancelled():
                raise Cancelled
            yield one

    for within in rules.within:
        for one in steps(within.kind):
            if not any(True for area in within.areas for _ in index.get(area, nothing).overlapping(one.shape)):
                yield Trouble(within.kind, one.feature, within.words(), False, _spot(one.shape), "outside_areas")
    for filled in rules.filled:
        for one in steps(filled.kind):
            if not any(True for _ in index.get(filled.by, nothing).overlapping(one.shape)):
                yield Trouble(filled.kind, one.feature, filled.words(), False, _spot(one.shape), "not_filled")
    for apart in rules.apart:
        for one in steps(apart.kind):
            for other, shared in index.get(apart.other, nothing).overlapping(one.shape):
                if apart.kind != apart.other or one.feature < other.feature:
                    yield Trouble(apart.kind, one.feature, apart.words(), False, _spot(shared), "overlap")
