"""Areas on the ellipsoid, and what they are in pixels of a raster."""

from __future__ import annotations

from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsCoordinateTransformContext,
    QgsDistanceArea,
    QgsGeometry,
    QgsRectangle,
)

#: Picterra charges a detection for at least this many megapixels (notes, section 12).
LEAST_MEGAPIXELS = 10.0


def area_m2(
    geometry: QgsGeometry,
    crs: QgsCoordinateReferenceSystem,
    context: QgsCoordinateTransformContext | None = None,
) -> float:
    """Square metres on WGS 84's ellipsoid."""
    measure = QgsDistanceArea()
    measure.setSourceCrs(crs, context or QgsCoordinateTransformContext())
    measure.setEllipsoid("EPSG:7030")
    return float(measure.measureArea(geometry))


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
