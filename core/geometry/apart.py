"""How far the parts of an area lie from each other on the ground."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsCoordinateTransform,
    QgsCoordinateTransformContext,
    QgsCsException,
    QgsGeometry,
)

from .reproject import from_platform, wgs84


def widest_gap_m(shapes: Sequence[Mapping[str, Any]]) -> float:
    """The widest gap, in metres, on the way over all parts of GeoJSON polygons in WGS 84, where each is reached from
    the nearest of the others; 0 for one part. Measured between the nearest boundaries, across longitude 180 too."""
    parts = [part for one in shapes for part in from_platform(dict(one)).asGeometryCollection()]
    away = dict.fromkeys(range(1, len(parts)), math.inf)
    widest, last = 0.0, 0
    while away:
        for number, metres in zip(away, _metres(parts[last], [parts[one] for one in away])):
            away[number] = min(away[number], metres)
        last = min(away, key=lambda number: away[number])
        widest = max(widest, away.pop(last))
    return widest


def _metres(one: QgsGeometry, others: Sequence[QgsGeometry]) -> Iterator[float]:
    """On a plane round the one, which is true near by; half round the globe for what it does not show."""
    middle = one.boundingBox().center()
    plane = QgsCoordinateReferenceSystem.fromProj(
        f"+proj=aeqd +lat_0={middle.y():.9f} +lon_0={middle.x():.9f} +datum=WGS84 +units=m +no_defs"
    )
    onto = QgsCoordinateTransform(wgs84(), plane, QgsCoordinateTransformContext())
    here = QgsGeometry(one)
    here.transform(onto)
    for other in others:
        there = QgsGeometry(other)
        try:
            there.transform(onto)
            yield float(here.distance(there))
        except QgsCsException:
            yield math.pi * 6.4e6
