"""Coordinate systems, outlines and the project's area of interest."""

from __future__ import annotations

import math

from osgeo import osr
from shapely import make_valid
from shapely.geometry import MultiPoint, Point, Polygon
from shapely.geometry.base import BaseGeometry

from .records import Area, Rejected, Ring

osr.UseExceptions()

SURE = 90
"""From this confidence on GDAL's tools, too, name a system that came without its code."""


def srid_of(system: osr.SpatialReference) -> int | None:
    """The EPSG code of a system, of its horizontal part where the whole has none; None when it has none."""
    for part in (None, "PROJCS", "GEOGCS" if not system.IsProjected() else None):
        if system.GetAuthorityName(part) == "EPSG":
            return int(system.GetAuthorityCode(part))
    for match, confidence in system.FindMatches():
        if confidence >= SURE and match.GetAuthorityName(None) == "EPSG":
            return int(match.GetAuthorityCode(None))
    return None


def from_code(code: int) -> osr.SpatialReference:
    """The system of an EPSG code; RuntimeError for one that there is not."""
    system = osr.SpatialReference()
    system.ImportFromEPSG(code)
    return system


def from_wkt(text: str) -> osr.SpatialReference:
    """The system that a text in any dialect of WKT tells, up to its first zero byte; RuntimeError for another text."""
    system = osr.SpatialReference()
    system.ImportFromWkt(text.partition("\0")[0])
    return system


def ring_of(corners: list[tuple[float, float]], system: osr.SpatialReference) -> Ring:
    """The outline in WGS 84 of corners in a system (x east-like, y north-like), closed. Raises :class:`Rejected`."""
    source = system.Clone()
    if source.IsCompound():
        source.StripVertical()
    target = from_code(4326)
    for one in (source, target):
        one.SetAxisMappingStrategy(osr.OAMS_TRADITIONAL_GIS_ORDER)
    ring: Ring = []
    try:
        transformation = osr.CoordinateTransformation(source, target)
        for corner in corners:
            x, y, _ = transformation.TransformPoint(*corner)
            if not (math.isfinite(x) and math.isfinite(y) and abs(x) <= 180 and abs(y) <= 90):
                raise Rejected("Expected corners that lie on the earth, found some that do not")
            ring.append([x, y])
    except RuntimeError as error:
        raise Rejected(f"Expected a coordinate system that can be used, found: {error}") from error
    return [*ring, ring[0]]


def check_point(area: Area, location: tuple[float, float]) -> None:
    """Raise :class:`Rejected` unless a position (longitude, latitude) lies in the area or on its edge."""
    if not _polygon(area).covers(Point(location)):
        raise Rejected("Expected a location inside the project's area of interest, "
                       f"found longitude {location[0]:.6f}, latitude {location[1]:.6f}")


def check_outline(area: Area, ring: Ring) -> None:
    """Raise :class:`Rejected` unless an outline touches the area, or lies in it when the area says so (A14)."""
    polygon, outline = _polygon(area), MultiPoint(ring).convex_hull
    inside = polygon.covers(outline) if area.within else polygon.intersects(outline)
    if not inside:
        west, south, east, north = outline.bounds
        wanted = "a footprint inside" if area.within else "a footprint that touches"
        raise Rejected(f"Expected {wanted} the project's area of interest, found longitudes {west:.6f} to {east:.6f}, "
                       f"latitudes {south:.6f} to {north:.6f}")


def _polygon(area: Area) -> BaseGeometry:
    """The area, without what it crosses itself with."""
    return make_valid(Polygon(area.polygon[0], area.polygon[1:]))
