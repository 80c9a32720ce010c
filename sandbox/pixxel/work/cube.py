"""Hyperspectral cubes over any area: GeoTIFFs whose every pixel follows from its place, day and band.

16-bit numbers; reflectance is number divided by the full scale (50000 for the demonstrators, section 7.5); 0 is no
data. Bands are named (B001 ...) and carry ``wavelength`` and ``fwhm`` in nanometres.
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy
from osgeo import gdal, ogr, osr

from . import ground

gdal.UseExceptions()
ogr.UseExceptions()
osr.UseExceptions()
NO_DATA = 0
OXYGEN = 760.0
Json = dict[str, Any]


@dataclass(frozen=True)
class Recipe:
    """What a cube shows: GeoJSON areas in WGS84 of which it holds what all of them share, the size of a pixel in
    metres, bands as (name, nanometres, width), the day (proleptic ordinal), level and cloud cover in percent."""

    areas: tuple[str, ...]
    resolution: float
    bands: tuple[tuple[str, float, float], ...]
    day: int
    full_scale: int = 50000
    level: str = "L2A"
    cloud_cover: float = 0.0
    most_pixels: int = 65536
    notes: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Grid:
    """Where the pixels lie: west and north edge in metres of the UTM zone."""

    epsg: int
    west: float
    north: float
    resolution: float
    width: int
    height: int

    @property
    def transform(self) -> tuple[float, float, float, float, float, float]:
        """As GDAL has it."""
        return self.west, self.resolution, 0.0, self.north, 0.0, -self.resolution

    def centres(self) -> tuple[Any, Any]:
        """Coordinates of the pixels' centres, two matrices."""
        across = self.west + (numpy.arange(self.width) + 0.5) * self.resolution
        up = self.north - (numpy.arange(self.height) + 0.5) * self.resolution
        x, y = numpy.meshgrid(across, up)
        return x, y


class Empty(Exception):
    """The areas share nothing that could be seen."""


def zone(longitude: float, latitude: float) -> int:
    """EPSG code of the UTM zone of a place."""
    number = min(60, int((longitude + 180) // 6) + 1)
    return (32600 if latitude >= 0 else 32700) + number


def reference(epsg: int) -> osr.SpatialReference:
    """A reference system, longitude or easting first."""
    system = osr.SpatialReference()
    system.ImportFromEPSG(epsg)
    system.SetAxisMappingStrategy(osr.OAMS_TRADITIONAL_GIS_ORDER)
    return system


@lru_cache(maxsize=128)
def to_zone(epsg: int) -> osr.CoordinateTransformation:
    """From longitude and latitude to a UTM zone. Kept: to make one takes a millisecond."""
    return osr.CoordinateTransformation(reference(4326), reference(epsg))


def shared(areas: tuple[str, ...]) -> tuple[ogr.Geometry, int]:
    """What the areas share, in the UTM zone of its centre; raises :class:`Empty`."""
    shape = ogr.CreateGeometryFromJson(areas[0])
    for one in areas[1:]:
        shape = shape.Intersection(ogr.CreateGeometryFromJson(one))
    if shape is None or shape.IsEmpty() or shape.Area() == 0:
        raise Empty
    centre = shape.Centroid()
    epsg = zone(centre.GetX(), centre.GetY())
    shape.Segmentize(0.01)
    shape.Transform(to_zone(epsg))
    return shape, epsg


def square_metres(area: Json) -> tuple[float, list[float]]:
    """Size of a GeoJSON area in its UTM zone (P26), and the longitude and latitude of its centre."""
    text = json.dumps(area)
    shape, _ = shared((text,))
    centre = ogr.CreateGeometryFromJson(text).Centroid()
    return shape.Area(), [round(centre.GetX(), 6), round(centre.GetY(), 6)]


def grid_of(shape: ogr.Geometry, epsg: int, resolution: float, most_pixels: int) -> Grid:
    """The grid around a shape. Its pixels are made larger, in whole steps, until there are no more than allowed."""
    west, east, south, north = shape.GetEnvelope()
    size = resolution
    while (math.ceil(east / size) - math.floor(west / size)) * (
            math.ceil(north / size) - math.floor(south / size)) > most_pixels:
        size += resolution
    left, top = math.floor(west / size) * size, math.ceil(north / size) * size
    return Grid(epsg, left, top, size, max(1, round((math.ceil(east / size) * size - left) / size)),
                max(1, round((top - math.floor(south / size) * size) / size)))


def inside(shape: ogr.Geometry, grid: Grid) -> Any:
    """Which pixels have their centre in the shape."""
    system = reference(grid.epsg)
    raster = gdal.GetDriverByName("MEM").Create("", grid.width, grid.height, 1, gdal.GDT_Byte)
    raster.SetGeoTransform(grid.transform)
    raster.SetProjection(system.ExportToWkt())
    source = ogr.GetDriverByName("Memory").CreateDataSource("")
    layer = source.CreateLayer("area", system, ogr.wkbUnknown)
    feature = ogr.Feature(layer.GetLayerDefn())
    feature.SetGeometry(shape)
    layer.CreateFeature(feature)
    gdal.RasterizeLayer(raster, [1], layer, burn_values=[1])
    return raster.ReadAsArray().astype(bool)


def layout(recipe: Recipe) -> tuple[Grid, Any, Any, Any, Any]:
    """Grid, pixels inside, materials with clouds, brightness, and where clouds are."""
    shape, epsg = shared(recipe.areas)
    grid = grid_of(shape, epsg, recipe.resolution, recipe.most_pixels)
    within = inside(shape, grid)
    if not within.any():
        raise Empty
    x, y = grid.centres()
    hidden = ground.clouds(epsg, x, y, recipe.day, recipe.cloud_cover) & within
    lying = numpy.where(hidden, ground.MATERIALS.index("cloud"), ground.materials(epsg, x, y, recipe.day))
    return grid, within, lying, ground.brightness(epsg, x, y), hidden


def is_bad(wavelength: float) -> bool:
    """Whether files mark a band as bad: the one in which oxygen swallows the light (760 nm)."""
    return abs(wavelength - OXYGEN) < 7.5


def numbers(recipe: Recipe, wavelength: float, lying: Any, factor: Any, within: Any) -> Any:
    """Digital numbers of one band."""
    table = numpy.array([ground.reflectance(one, wavelength, recipe.level) for one in ground.MATERIALS])
    values = numpy.rint(table[lying] * factor * recipe.full_scale)
    return numpy.where(within, numpy.clip(values, 1, 65535), NO_DATA).astype(numpy.uint16)


def create(path: Path, grid: Grid, bands: int, kind: int, interleave: str = "BAND") -> gdal.Dataset:
    """An empty GeoTIFF on a grid."""
    tiled = ["TILED=YES"] if min(grid.width, grid.height) >= 64 else []
    raster = gdal.GetDriverByName("GTiff").Create(
        str(path), grid.width, grid.height, bands, kind,
        ["COMPRESS=DEFLATE", f"INTERLEAVE={interleave}", *tiled])
    raster.SetGeoTransform(grid.transform)
    raster.SetProjection(reference(grid.epsg).ExportToWkt())
    return raster


def make(path: Path, recipe: Recipe, mask: Path | None = None) -> Json:
    """Write a cube, and its quality mask (0 clear, 1 cloud, 255 no data) where a path is given. Tells grid and cloud
    cover as they came out."""
    grid, within, lying, factor, hidden = layout(recipe)
    raster = create(path, grid, len(recipe.bands), gdal.GDT_UInt16)
    raster.SetMetadata({"full_scale": str(recipe.full_scale), "level": recipe.level, **recipe.notes})
    for position, (name, wavelength, width) in enumerate(recipe.bands, 1):
        band = raster.GetRasterBand(position)
        band.SetDescription(name)
        band.SetNoDataValue(NO_DATA)
        band.SetScale(1 / recipe.full_scale)
        band.SetMetadata({"wavelength": f"{wavelength:g}", "wavelength_units": "Nanometers", "fwhm": f"{width:g}",
                          "bbl": "0" if is_bad(wavelength) else "1"})
        band.WriteArray(numbers(recipe, wavelength, lying, factor, within))
    raster.FlushCache()
    del raster
    if mask is not None:
        quality = create(mask, grid, 1, gdal.GDT_Byte)
        quality.GetRasterBand(1).SetDescription("quality")
        quality.GetRasterBand(1).SetNoDataValue(255)
        quality.GetRasterBand(1).WriteArray(numpy.where(within, hidden, 255).astype(numpy.uint8))
        quality.FlushCache()
    return {"epsg": grid.epsg, "transform": list(grid.transform), "width": grid.width, "height": grid.height,
            "resolution": grid.resolution, "pixels": int(within.sum()),
            "cloud_cover": round(100 * float(hidden.sum()) / float(within.sum()), 2)}
