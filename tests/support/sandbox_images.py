"""Small images and polygons for tests, made on the spot."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
from osgeo import gdal, osr

gdal.UseExceptions()

EAST, NORTH, PIXEL = 500000.0, 5200000.0, 0.5
"""Top left corner in UTM 32N (EPSG:32632) and pixel size in metres of the images made here."""

Box = tuple[int, int, int, int]
"""First column, first row, column and row after the last."""


def write_image(path: Path, pixels: np.ndarray, placed: bool = True) -> Path:
    """A GeoTIFF of bytes, ``pixels`` in the order band, row, column."""
    bands, rows, columns = pixels.shape
    image = gdal.GetDriverByName("GTiff").Create(str(path), columns, rows, bands)
    if placed:
        image.SetGeoTransform([EAST, PIXEL, 0, NORTH, 0, -PIXEL])
        reference = osr.SpatialReference()
        reference.ImportFromEPSG(32632)
        image.SetProjection(reference.ExportToWkt())
    for band in range(bands):
        image.GetRasterBand(band + 1).WriteArray(pixels[band])
    image.FlushCache()
    return path


def plain_image(path: Path, columns: int = 64, rows: int = 48) -> Path:
    """A grey image with three bands."""
    return write_image(path, np.full((3, rows, columns), 120, np.uint8))


def squares_image(
    path: Path, red: Sequence[Box], blue: Sequence[Box], columns: int = 240, rows: int = 200, placed: bool = True
) -> Path:
    """Red and blue boxes on green ground, with a little noise that is always the same."""
    noise = np.random.default_rng(7).integers(-12, 13, (3, rows, columns))
    pixels = np.zeros((3, rows, columns), int) + np.array([60, 140, 70])[:, None, None]
    for boxes, color in ((red, (200, 50, 40)), (blue, (40, 60, 200))):
        for left, top, right, bottom in boxes:
            pixels[:, top:bottom, left:right] = np.array(color)[:, None, None]
    return write_image(path, np.clip(pixels + noise, 0, 255).astype(np.uint8), placed)


def lonlat(column: float, row: float) -> tuple[float, float]:
    """Longitude and latitude of a pixel corner of these images, by GDAL."""
    source, target = osr.SpatialReference(), osr.SpatialReference()
    source.ImportFromEPSG(32632)
    target.ImportFromEPSG(4326)
    target.SetAxisMappingStrategy(osr.OAMS_TRADITIONAL_GIS_ORDER)
    x, y, _ = osr.CoordinateTransformation(source, target).TransformPoint(EAST + column * PIXEL, NORTH - row * PIXEL)
    return x, y


def tile_megapixels(columns: int, rows: int, zoom: int) -> float:
    """Millions of pixels that Web Mercator tiles of a zoom level have of the first columns and rows of these images."""
    source, target = osr.SpatialReference(), osr.SpatialReference()
    source.ImportFromEPSG(32632)
    target.ImportFromEPSG(3857)
    bring = osr.CoordinateTransformation(source, target)
    corners = [bring.TransformPoint(EAST + column * PIXEL, NORTH - row * PIXEL)[:2]
               for column, row in ((0, 0), (0, rows), (columns, rows), (columns, 0))]
    area = abs(sum(x * v - u * y for (x, y), (u, v) in zip(corners, [*corners[1:], corners[0]]))) / 2
    return area / (2 * math.pi * 6378137 / 256 / 2**zoom) ** 2 / 1e6


def box_polygon(box: Box) -> dict[str, object]:
    """A GeoJSON Polygon of a box of pixels."""
    left, top, right, bottom = box
    corners = [(left, top), (left, bottom), (right, bottom), (right, top), (left, top)]
    return {"type": "Polygon", "coordinates": [[list(lonlat(*corner)) for corner in corners]]}


def collection(geometries: Iterable[dict[str, object]]) -> bytes:
    """A FeatureCollection as bytes."""
    return json.dumps({"type": "FeatureCollection", "features": [
        {"type": "Feature", "properties": {}, "geometry": one} for one in geometries]}).encode("utf-8")


def boxes(some: Iterable[Box]) -> bytes:
    """A FeatureCollection of boxes."""
    return collection(box_polygon(one) for one in some)
