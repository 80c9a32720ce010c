"""Images and annotations whose truth is known by construction."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
from osgeo import gdal, gdal_array, osr

PIXEL = 0.1
LEFT, TOP = 404000.0, 3285000.0
"""UTM zone 17 north, metres."""

Box = tuple[float, float, float, float]
"""Columns and rows: left, top, right, bottom, in pixels."""


def write_image(path: Path, pixels: np.ndarray, georeferenced: bool = True, **options: Any) -> Path:
    """Writes rows x columns x bands as GeoTIFF, top left at LEFT, TOP."""
    rows, columns, bands = pixels.shape
    kind = gdal_array.NumericTypeCodeToGDALTypeCode(pixels.dtype.type)
    dataset = gdal.GetDriverByName("GTiff").Create(str(path), columns, rows, bands, kind, options.get("creation", []))
    if georeferenced:
        reference = osr.SpatialReference()
        reference.ImportFromEPSG(32617)
        dataset.SetSpatialRef(reference)
        dataset.SetGeoTransform((LEFT, PIXEL, 0, TOP, 0, -PIXEL))
    for band in range(bands):
        dataset.GetRasterBand(band + 1).WriteArray(pixels[..., band])
    dataset.FlushCache()
    return path


def touching_discs(path: Path) -> list[tuple[float, float, float]]:
    """An image of 45 shaded discs on plain ground, which touch in three rows; column, row and radius of each."""
    random = np.random.default_rng(11)
    pixels = np.empty((300, 600, 3))
    pixels[:] = (120, 120, 110)
    y, x = np.mgrid[0:300, 0:600] + 0.5
    places = [(30 + 37 * column, 40 + 75 * row, 19.0) for column in range(15) for row in range(3)]
    for column, row, radius in places:
        distance = np.hypot(x - column, y - row) / radius
        shaded = np.array((60, 150, 60)) * (1.2 - 0.6 * distance[..., None] ** 2)
        pixels = np.where((distance < 1)[..., None], shaded, pixels)
    write_image(path, np.clip(pixels + random.normal(0, 8, pixels.shape), 0, 255).astype(np.uint8))
    return places


def _transformation(forward: bool) -> osr.CoordinateTransformation:
    utm, degrees = osr.SpatialReference(), osr.SpatialReference()
    utm.ImportFromEPSG(32617)
    degrees.ImportFromEPSG(4326)
    for one in (utm, degrees):
        one.SetAxisMappingStrategy(osr.OAMS_TRADITIONAL_GIS_ORDER)
    return osr.CoordinateTransformation(utm, degrees) if forward else osr.CoordinateTransformation(degrees, utm)


def ring_of(box: Box) -> list[tuple[float, float]]:
    """The corners of a pixel box, closed."""
    left, top, right, bottom = box
    return [(left, top), (left, bottom), (right, bottom), (right, top), (left, top)]


def disc(column: float, row: float, radius: float, corners: int = 48) -> list[tuple[float, float]]:
    """A closed circle in pixels."""
    angles = np.linspace(0, 2 * np.pi, corners + 1)
    points = [(column + radius * np.cos(a), row + radius * np.sin(a)) for a in angles]
    return [*points[:-1], points[0]]


def annotation(path: Path, rings: list[list[tuple[float, float]]]) -> Path:
    """Writes pixel rings as a FeatureCollection of Polygons in longitude and latitude."""
    to_degrees = _transformation(True)
    features = []
    for ring in rings:
        places = [to_degrees.TransformPoint(LEFT + x * PIXEL, TOP - y * PIXEL)[:2] for x, y in ring]
        geometry = {"type": "Polygon", "coordinates": [[list(place) for place in places]]}
        features.append({"type": "Feature", "properties": {}, "geometry": geometry})
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    return path


def found_rings(path: Path) -> list[np.ndarray]:
    """The outer rings of a result (FeatureCollection of Polygons or bare MultiPolygon) in pixels."""
    content = json.loads(path.read_text())
    if content["type"] == "FeatureCollection":
        polygons = [feature["geometry"]["coordinates"] for feature in content["features"]]
    else:
        polygons = content["coordinates"]
    to_metres = _transformation(False)
    rings = []
    for polygon in polygons:
        metres = np.array([to_metres.TransformPoint(*place)[:2] for place in polygon[0]])
        rings.append(np.column_stack([(metres[:, 0] - LEFT) / PIXEL, (TOP - metres[:, 1]) / PIXEL]))
    return rings


def box_of(ring: np.ndarray) -> Box:
    """The bounding box of a ring."""
    return (*ring.min(axis=0), *ring.max(axis=0))  # type: ignore[return-value]


def iou(one: Box, other: Box) -> float:
    """Overlap of two boxes: intersection over union."""
    width = min(one[2], other[2]) - max(one[0], other[0])
    height = min(one[3], other[3]) - max(one[1], other[1])
    if width <= 0 or height <= 0:
        return 0.0
    common = width * height
    return common / ((one[2] - one[0]) * (one[3] - one[1]) + (other[2] - other[0]) * (other[3] - other[1]) - common)


def hits(found: list[Box], truth: list[Box], least: float) -> int:
    """How many boxes of truth were found, each box used once, the best overlap first."""
    pairs = sorted(((iou(f, t), i, j) for i, f in enumerate(found) for j, t in enumerate(truth)), reverse=True)
    used_found: set[int] = set()
    used_truth: set[int] = set()
    for overlap, i, j in pairs:
        if overlap >= least and i not in used_found and j not in used_truth:
            used_found.add(i)
            used_truth.add(j)
    return len(used_truth)
