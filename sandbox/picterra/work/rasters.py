"""Validates an uploaded image and says where it lies."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

from osgeo import gdal, osr

from ...raster_pixels import damage_in, words_of
from .placement import crs, is_georeferenced, open_placed, pixel_to_world, to_lonlat
from .records import RasterReport

WORLD = 2 * math.pi * 6378137.0
"""Metres around the equator in EPSG:3857."""

HIGHEST_ZOOM = 26


def inspect(path: Path | str) -> RasterReport:
    """Reads the whole image, so that damage anywhere in it is noticed, and reports on it.

    ``path``: an uploaded file of any content. Never raises for what is in the file: an unusable one answers
    ``valid=False`` with a sentence. Unreferenced images are placed as notes 9.12 say.
    """
    path = Path(path)
    if not path.is_file():
        return RasterReport(False, "No file was uploaded.")
    if path.stat().st_size == 0:
        return RasterReport(False, "The file is empty.")
    try:
        dataset = open_placed(path)
    except RuntimeError as error:
        if "not recognized" in str(error):
            return RasterReport(False, "The file is not an image of a kind that can be read (GeoTIFF, PNG or JPEG).")
        return RasterReport(False, f"The image is damaged or incomplete: {words_of(error, path)}")
    damage = damage_in(dataset, path)
    if damage:
        return RasterReport(False, f"The image is damaged or incomplete: {damage}")
    try:
        footprint = _footprint(dataset)
        low, high = _zoom_levels(dataset)
    except (RuntimeError, ValueError) as error:
        return RasterReport(False, f"The image's coordinate system cannot be used: {words_of(error, path)}")
    band = dataset.GetRasterBand(1)
    return RasterReport(
        valid=True,
        width=dataset.RasterXSize,
        height=dataset.RasterYSize,
        bands=dataset.RasterCount,
        data_type=gdal.GetDataTypeName(band.DataType),
        georeferenced=is_georeferenced(gdal.Open(str(path))),
        footprint=footprint,
        min_zoom=low,
        max_zoom=high,
    )


def _corners(dataset: gdal.Dataset, transformation: osr.CoordinateTransformation) -> list[list[float]]:
    transform = dataset.GetGeoTransform()
    right, bottom = dataset.RasterXSize, dataset.RasterYSize
    corners = []
    for column, row in ((0, 0), (0, bottom), (right, bottom), (right, 0)):
        x, y, _ = transformation.TransformPoint(*pixel_to_world(transform, column, row))
        if not (math.isfinite(x) and math.isfinite(y)):
            raise ValueError("a corner of the image does not lie on the earth.")
        corners.append([x, y])
    return corners


def _footprint(dataset: gdal.Dataset) -> dict[str, Any]:
    """The image's outline as a GeoJSON Polygon, wound counter-clockwise for north-up images."""
    ring = _corners(dataset, to_lonlat(dataset))
    longitudes, latitudes = [p[0] for p in ring], [p[1] for p in ring]
    if min(longitudes) < -180 or max(longitudes) > 180 or min(latitudes) < -90 or max(latitudes) > 90:
        raise ValueError("a corner of the image does not lie on the earth.")
    return {
        "type": "Polygon",
        "bbox": [min(longitudes), min(latitudes), max(longitudes), max(latitudes)],
        "coordinates": [[*ring, ring[0]]],
    }


def _zoom_levels(dataset: gdal.Dataset) -> tuple[int, int]:
    """From the level at which the image fits into about one tile to the level that shows its own resolution."""
    source = dataset.GetSpatialRef().Clone()
    source.SetAxisMappingStrategy(osr.OAMS_TRADITIONAL_GIS_ORDER)
    ring = _corners(dataset, osr.CoordinateTransformation(source, crs(3857)))
    width = math.dist(ring[0], ring[3])
    height = math.dist(ring[0], ring[1])
    pixel = min(width / dataset.RasterXSize, height / dataset.RasterYSize)
    high = math.ceil(math.log2(WORLD / 256 / pixel) - 0.01)
    low = math.floor(math.log2(WORLD / max(width, height)))
    high = min(max(high, 0), HIGHEST_ZOOM)
    return min(max(low, 0), high), high
