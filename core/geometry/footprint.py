"""Whether shapes that are to be sent lie on the raster that they belong to."""

from __future__ import annotations

from typing import Any

from qgis.core import QgsCoordinateTransformContext, QgsFeatureSource, QgsGeometry

from ...providers.shapes import geojson
from ...providers.shapes.validity import Finding
from .reproject import from_platform, to_platform
from .validity import findings

#: Degrees, about 1 mm: a polygon that reaches no further into the footprint only touches it.
TOUCH = 1e-8


class Footprint:
    """The outline of a raster (GeoJSON, WGS 84); None: nobody knows where it lies, so that every place is right."""

    def __init__(self, value: dict[str, Any] | None) -> None:
        self._place = from_platform(value) if value else QgsGeometry()
        box = self._place.boundingBox()
        self._within = (box.xMinimum(), box.yMinimum(), box.xMaximum(), box.yMaximum())
        inner = self._place.buffer(-TOUCH, 8)
        self._inner = self._place if inner.isEmpty() else inner
        self._engines = [_prepared(one) for one in (self._place, self._inner)]

    @property
    def known(self) -> bool:
        """Whether there is an outline."""
        return not self._place.isEmpty()

    def finding(self, value: dict[str, Any], name: str) -> Finding | None:
        """Why a shape in longitude and latitude does not lie on the raster: metres taken for degrees, swapped axes, or
        simply somewhere else. None when a part of it does."""
        if not self.known:
            return None
        placed = from_platform(value)
        if self._engines[value["type"] in geojson.POLYGONS].intersects(placed.constGet()):
            return None
        for finding in geojson.coordinate_findings(value["type"], value["coordinates"], name, self._within):
            if finding.problem in ("metres", "swapped_axes"):
                return finding
        spot = placed.boundingBox().center()
        return Finding("outside", name, (spot.x(), spot.y()))


def none_on_raster(
    source: QgsFeatureSource, outline: dict[str, Any] | None, context: QgsCoordinateTransformContext
) -> list[Finding]:
    """Why no shape of a layer lies on a raster, for each of them; nothing when at least a part of one does, or when
    nobody knows where the raster lies."""
    footprint = Footprint(outline)
    found: list[Finding] = []
    for feature in source.getFeatures() if footprint.known else ():
        name = str(feature.id())
        problems = findings(feature.geometry(), name, polygons=False)
        if not problems:
            beside = footprint.finding(to_platform(feature.geometry(), source.sourceCrs(), context), name)
            if beside is None:
                return []
            problems = [beside]
        found += problems
    return found


def _prepared(place: QgsGeometry) -> Any:
    if place.isEmpty():
        return None
    engine = QgsGeometry.createGeometryEngine(place.constGet())  # does not keep the geometry alive itself
    engine.prepareGeometry()
    return engine
