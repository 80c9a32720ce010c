"""Polygons as the outlines of volumes: open rings in a surface model's system, with the height of each corner."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsCoordinateTransform,
    QgsCoordinateTransformContext,
    QgsCsException,
    QgsGeometry,
    QgsPointXY,
)

from ..problems import Problem
from ..translation import tr

Corner = tuple[float, float, float]
"""X, y, z; z is NaN where the polygon tells no height."""


@dataclass(frozen=True)
class Systems:
    """From the layer's system to the model's. One that is not valid says nothing: coordinates stay as they are."""

    source: QgsCoordinateReferenceSystem
    target: QgsCoordinateReferenceSystem
    context: QgsCoordinateTransformContext


def rings(geometry: QgsGeometry, systems: Systems) -> list[list[Corner]]:
    """The outer ring of each part, open, without repeated corners. :class:`Problem` for what has no outline of one
    line: an empty shape, one with holes, one that crosses itself."""
    if geometry.isEmpty():
        raise Problem(tr("The polygon is empty. Draw it, or leave it out."))
    flat = QgsGeometry(geometry.constGet().segmentize())
    found = []
    for part in flat.asGeometryCollection():
        shape = part.constGet()
        if shape.numInteriorRings():
            raise Problem(
                tr("The polygon has a hole, which PIX4D cannot measure around. Fill it, or cut the polygon through it.")
            )
        ring = [(one.x(), one.y(), one.z()) for one in shape.exteriorRing().points()]
        kept = [one for number, one in enumerate(ring) if number == 0 or one[:2] != ring[number - 1][:2]]
        if len(kept) > 1 and kept[0][:2] == kept[-1][:2]:
            kept.pop()
        if len(kept) < 3:
            raise Problem(tr("A polygon has fewer than three corners. Draw it with at least three."))
        _check(kept)
        found.append(_moved(kept, systems))
    return found


def _check(ring: Sequence[Corner]) -> None:
    """Raise :class:`Problem` for a ring that crosses itself or has no area."""
    shape = QgsGeometry.fromPolygonXY([[QgsPointXY(*place[:2]) for place in (*ring, ring[0])]])
    if not shape.isGeosValid() or shape.area() <= 0:
        raise Problem(tr("The polygon crosses itself. Correct it with “Fix geometries”, then try again."))


def _moved(ring: Sequence[Corner], systems: Systems) -> list[Corner]:
    if not systems.target.isValid():
        return list(ring)
    if not systems.source.isValid():
        raise Problem(tr("The layer has no coordinate reference system. Set one under its properties."))
    if systems.source == systems.target:
        return list(ring)
    transform = QgsCoordinateTransform(systems.source, systems.target, systems.context)
    moved = []
    try:
        for x, y, z in ring:
            place = transform.transform(QgsPointXY(x, y))
            moved.append((place.x(), place.y(), z))
    except QgsCsException as error:
        raise Problem(tr("The polygon lies where the project's reference system has no coordinates.")) from error
    if not all(math.isfinite(one) for place in moved for one in place[:2]):
        raise Problem(tr("The polygon lies where the project's reference system has no coordinates."))
    return moved
