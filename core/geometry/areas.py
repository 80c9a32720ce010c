"""Areas on the ellipsoid, and what they are in pixels of a raster."""

from __future__ import annotations

from collections.abc import Iterator

from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsCoordinateTransformContext,
    QgsDistanceArea,
    QgsGeometry,
    QgsRectangle,
)

from .reproject import on_globe, wgs84

#: Picterra charges a detection for at least this many megapixels (notes, section 12).
LEAST_MEGAPIXELS = 10.0
#: Degrees of longitude up to which a shape is measured in one piece.
LARGEST_TURN = 170.0
#: Degrees: sides up to this length are measured as they are.
LONGEST_SIDE, MOST_PIECES = 0.1, 1000


def area_m2(
    geometry: QgsGeometry,
    crs: QgsCoordinateReferenceSystem,
    context: QgsCoordinateTransformContext | None = None,
) -> float:
    """Square metres on WGS 84's ellipsoid of the shape as the map shows it, also across longitude 180 or round a pole.

    Raises :class:`Problem` for what cannot be transformed.
    """
    if geometry.isEmpty():
        return 0.0
    plain = on_globe(geometry, crs, context)
    measure = QgsDistanceArea()
    measure.setSourceCrs(wgs84(), QgsCoordinateTransformContext())
    measure.setEllipsoid("EPSG:7030")
    parts = [plain]
    if plain.boundingBox().width() > LARGEST_TURN:
        parts = [plain.intersection(QgsGeometry.fromRect(quarter)) for quarter in _quarters()]
    return float(sum(measure.measureArea(_in_degrees(one)) for one in parts if not one.isEmpty()))


def _in_degrees(shape: QgsGeometry) -> QgsGeometry:
    """QGIS measures along geodesics; a side of a shape in degrees is straight in degrees."""
    return shape.densifyByDistance(max(LONGEST_SIDE, shape.boundingBox().width() / MOST_PIECES))


def _quarters() -> Iterator[QgsRectangle]:
    """Parts of the globe. Of anything greater than its half QGIS measures the rest."""
    for west in (-180, 0):
        for south in (-90, 0):
            yield QgsRectangle(west, south, west + 180, south + 90)


def area_km2(
    geometry: QgsGeometry,
    crs: QgsCoordinateReferenceSystem,
    context: QgsCoordinateTransformContext | None = None,
) -> float:
    """Square kilometres on WGS 84's ellipsoid."""
    return area_m2(geometry, crs, context) / 1e6


def pixel_area_m2(extent: QgsRectangle, width: int, height: int, crs: QgsCoordinateReferenceSystem) -> float:
    """Square metres of a raster's pixel on the ground, on the average; also for degrees and for Web Mercator."""
    if width < 1 or height < 1:
        raise ValueError("a raster has at least one pixel")
    outline = QgsGeometry.fromRect(extent).densifyByCount(20)
    return area_m2(outline, crs) / (width * height)


def megapixels(square_metres: float, pixel_square_metres: float) -> float:
    """Millions of pixels in an area."""
    return square_metres / pixel_square_metres / 1e6


def charged_megapixels(covered: float, least: float = LEAST_MEGAPIXELS) -> float:
    """What a detection over ``covered`` megapixels is charged for."""
    return max(covered, least)
