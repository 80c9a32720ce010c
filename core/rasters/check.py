"""Rasters held against the rules of a collection and the area of its project, before anything is sent.

The rules are those of the type (``providers.pixel.raster_rules``), narrowed by what the collection asks for.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from qgis.core import QgsGeometry

from ...providers.pixel.raster_rules import RULES
from ..translation import tr

if TYPE_CHECKING:  # QGIS starts without GDAL's Python and the geometry of layers
    from .facts import RasterFacts

#: Relative, of cell sizes (ASSUMED A14 of Pixel's notes).
TOLERANCE = 1e-6


@dataclass(frozen=True)
class RasterRules:
    """The values that each member may have, none where all are allowed. ``srid`` and ``cell_size`` None: any.

    ``known`` False: the platform did not tell what the collection asks for; there may be more rules than these.
    """

    format: tuple[str, ...] = ()
    data_type: tuple[str, ...] = ()
    num_bands: tuple[int, ...] = ()
    srid: int | None = None
    cell_size: tuple[float, float] | None = None
    known: bool = True


def rules_of(collection_type: str, raster_info: Mapping[str, Any] | None) -> RasterRules:
    """The rules of a collection. ``raster_info`` as the platform tells it, None where it does not (A6): then those of
    the type hold. What cannot be read as a rule is left to the platform."""
    known, asked = RULES.get(collection_type), raster_info or {}

    def values(member: str, kind: type) -> tuple[Any, ...]:
        value = asked.get(member)
        if isinstance(value, kind) and not isinstance(value, bool):
            return (value,)
        listed = known is not None and (known.required or member == "format")
        return known.values(member) if known is not None and listed else ()

    srid, cell_size = asked.get("srid"), asked.get("cell_size")
    return RasterRules(
        values("format", str), values("data_type", str), values("num_bands", int),
        srid if isinstance(srid, int) else None, _size(cell_size), raster_info is not None,
    )


def _size(value: Any) -> tuple[float, float] | None:
    if not isinstance(value, (list, tuple)) or len(value) != 2:
        return None
    if not all(isinstance(one, (int, float)) and math.isfinite(one) and one > 0 for one in value):
        return None
    return float(value[0]), float(value[1])


@dataclass(frozen=True)
class Finding:
    """One thing about one file. ``rule`` is a member of the rules, ``place``, ``system``, ``area`` or ``file``.

    ``serious``: the platform would refuse the file. ``words``: a sentence for the user.
    """

    rule: str
    words: str
    serious: bool = True
    expected: str = ""
    found: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict, compare=False)


class Area:
    """The area of interest of a project (WGS 84), prepared for many questions. For one thread."""

    def __init__(self, shape: QgsGeometry) -> None:
        self.shape = QgsGeometry(shape)
        self._engine = QgsGeometry.createGeometryEngine(self.shape.constGet())
        self._engine.prepareGeometry()

    def touches(self, shape: QgsGeometry) -> bool:
        """Whether they share a point."""
        return bool(self._engine.intersects(shape.constGet()))

    def holds(self, shape: QgsGeometry) -> bool:
        """Whether all of it lies in the area or on its edge."""
        # "contains" would leave out a point that lies on the edge.
        return self.touches(shape) and QgsGeometry(shape).difference(self.shape).isEmpty()


def check(facts: RasterFacts, rules: RasterRules, area: Area | None = None) -> list[Finding]:
    """Everything about a raster that the rules or the area do not allow, and what is only worth knowing."""
    return [*_members(facts, rules), *_system(facts, rules), *_cells(facts, rules), *_place(facts, area)]


def unreadable(name: str) -> Finding:
    """The finding of a file that is no raster."""
    words = tr("{file} is damaged or is no raster: GDAL cannot read it. Use a file that opens in QGIS.")
    return Finding("file", words.format(file=name))


def _members(facts: RasterFacts, rules: RasterRules) -> Iterator[Finding]:
    sentences = {
        "format": tr("The format is {found}; the collection takes {expected}."),
        "data_type": tr("The data type is {found}; the collection takes {expected}."),
        "num_bands": tr("It has {found} bands; the collection takes {expected}."),
    }
    for member, words in sentences.items():
        allowed, found = getattr(rules, member), getattr(facts, member)
        if allowed and found not in allowed:
            expected = tr(" or ").join(str(one) for one in allowed)
            yield Finding(member, words.format(found=found, expected=expected), True, expected, str(found))
    if rules.data_type and facts.mixed:
        yield Finding("data_type", tr("Its bands have different data types. Give all of them the same."), False)


def _system(facts: RasterFacts, rules: RasterRules) -> Iterator[Finding]:
    if facts.cell_size is None:
        yield Finding("place", tr("It has no place on the map: neither the file nor a world file tells one."))
        return
    expected = "" if rules.srid is None else f"EPSG:{rules.srid}"
    if not facts.system:
        if rules.srid is None or not facts.world_file:  # with a world file the rule says the system (A14)
            words = tr("Neither the file nor a file beside it tells its coordinate reference system.")
            yield Finding("system", words, rules.known or not facts.world_file, expected)
    elif rules.srid is not None and facts.srid != rules.srid:
        found = tr("one without an EPSG code") if facts.srid is None else f"EPSG:{facts.srid}"
        words = tr("The coordinate reference system is {found}; the collection takes {expected}.")
        yield Finding("srid", words.format(found=found, expected=expected), True, expected, found)


def _cells(facts: RasterFacts, rules: RasterRules) -> Iterator[Finding]:
    if rules.cell_size is None or facts.cell_size is None:
        return
    if all(math.isclose(*pair, rel_tol=TOLERANCE) for pair in zip(facts.cell_size, rules.cell_size)):
        return
    found, expected = (" × ".join(f"{one:.10g}" for one in size) for size in (facts.cell_size, rules.cell_size))
    words = tr("The cells measure {found}; the collection takes {expected}.")
    yield Finding("cell_size", words.format(found=found, expected=expected), True, expected, found)


def _place(facts: RasterFacts, area: Area | None) -> Iterator[Finding]:
    if facts.outline.isEmpty():
        if facts.system and facts.cell_size is not None:
            yield Finding("place", tr("Its corners do not lie on the earth. Look at its coordinate reference system."))
        return
    if area is None:
        return
    if not area.touches(facts.outline):
        yield Finding("area", tr("It lies outside the area of interest of the project."))
    elif not area.holds(facts.outline):
        yield Finding("area", tr("It reaches beyond the area of interest of the project."), False)


def refusals(findings: list[Finding]) -> list[Finding]:
    """Those for which the platform would refuse the file."""
    return [one for one in findings if one.serious]
