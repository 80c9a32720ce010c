"""Remote import: the sandbox's imagery source paints an area of interest."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
from osgeo import gdal, ogr
from scipy import ndimage

from .geojson import read_polygons
from .placement import crs

LARGEST_SIDE = 1000
FINEST_PIXEL = 0.1
GROUND = np.array([168.0, 148.0, 118.0])
CROWN = np.array([86.0, 128.0, 62.0])


def render_area(aoi_path: Path | str, out_path: Path | str) -> None:
    """Paints a made-up aerial picture of the area of interest: sandy ground with shaded tree crowns.

    ``aoi_path``: checked GeoJSON in longitude and latitude. ``out_path``: gets a GeoTIFF with red, green, blue and
    alpha (transparent outside the area) in the UTM zone of the area, with square pixels of at least 0.1 m and at most
    1000 of them a side. The same area gives the same picture. Raises ValueError when there is no area.
    """
    zone_crs = crs(_utm_code(aoi_path))
    area = ogr.Geometry(ogr.wkbMultiPolygon)
    for polygon in read_polygons(aoi_path, zone_crs):
        area.AddGeometry(polygon)
    if area.IsEmpty():
        raise ValueError("The area of interest holds no polygon.")
    left, right, bottom, top = area.GetEnvelope()
    pixel = max(FINEST_PIXEL, max(right - left, top - bottom) / LARGEST_SIDE)
    width = max(1, math.ceil((right - left) / pixel - 1e-6))
    height = max(1, math.ceil((top - bottom) / pixel - 1e-6))
    picture = _paint(width, height, seed=[abs(round(value)) for value in (left, bottom, right, top)])

    dataset = gdal.GetDriverByName("GTiff").Create(
        str(out_path), width, height, 4, gdal.GDT_Byte, ["COMPRESS=DEFLATE", "TILED=YES", "PHOTOMETRIC=RGB"]
    )
    dataset.SetSpatialRef(zone_crs)
    dataset.SetGeoTransform((left, pixel, 0, top, 0, -pixel))
    dataset.GetRasterBand(4).SetColorInterpretation(gdal.GCI_AlphaBand)
    for number in range(3):
        dataset.GetRasterBand(number + 1).WriteArray(picture[..., number])
    _rasterize(dataset, area, zone_crs)
    dataset.FlushCache()


def _utm_code(aoi_path: Path | str) -> int:
    """EPSG code of the WGS 84 UTM zone at the middle of the area."""
    boxes = [polygon.GetEnvelope() for polygon in read_polygons(aoi_path, crs(4326))]
    if not boxes:
        raise ValueError("The area of interest holds no polygon.")
    longitude = (min(box[0] for box in boxes) + max(box[1] for box in boxes)) / 2
    latitude = (min(box[2] for box in boxes) + max(box[3] for box in boxes)) / 2
    zone = min(60, int((longitude + 180) // 6) + 1)
    return (32600 if latitude >= 0 else 32700) + zone


def _paint(width: int, height: int, seed: list[int]) -> np.ndarray:
    generator = np.random.default_rng(seed)
    noise = generator.normal(size=(height, width))
    relief = sum(ndimage.gaussian_filter(noise, sigma) * sigma for sigma in (1.0, 4.0, 16.0))
    picture = GROUND + relief[..., None] * 22.0
    for _ in range(max(3, width * height // 6000)):
        column, row = generator.uniform(0, width), generator.uniform(0, height)
        radius = generator.uniform(8, 26)
        top, bottom = max(0, int(row - radius)), min(height, int(row + radius) + 1)
        left, right = max(0, int(column - radius)), min(width, int(column + radius) + 1)
        y, x = np.mgrid[top:bottom, left:right] + 0.5
        distance = np.hypot(x - column, y - row) / radius
        light = 1.15 - 0.45 * distance**2 - 0.2 * ((x - column) + (y - row)) / radius
        leaves = CROWN * light[..., None] + relief[top:bottom, left:right, None] * 14.0
        place = slice(top, bottom), slice(left, right)
        picture[place] = np.where((distance < 1)[..., None], leaves, picture[place])
    return np.clip(picture, 0, 255).astype(np.uint8)


def _rasterize(dataset: gdal.Dataset, area: ogr.Geometry, reference: object) -> None:
    """Makes the picture opaque inside the area."""
    memory = ogr.GetDriverByName("Memory").CreateDataSource("")
    layer = memory.CreateLayer("area", reference, ogr.wkbMultiPolygon)
    feature = ogr.Feature(layer.GetLayerDefn())
    feature.SetGeometry(area)
    layer.CreateFeature(feature)
    gdal.RasterizeLayer(dataset, [4], layer, burn_values=[255])
