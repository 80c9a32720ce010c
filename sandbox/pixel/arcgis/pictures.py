"""Maps of rasters, drawn by GDAL: a mosaic of many files in any coordinate system, as a picture or as values."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

import numpy
from osgeo import gdal, osr

from .relief import MARGIN, drawn

gdal.UseExceptions()

LARGEST_SIDE = 4100
"""Pixels of a picture's side, as ArcGIS Server's usual limit is."""
NO_HEIGHT = -32768.0
TYPES = {"png": "image/png", "png8": "image/png", "png24": "image/png", "png32": "image/png", "jpg": "image/jpeg",
         "jpgpng": "image/png", "tiff": "image/tiff"}
"""Media types by ArcGIS Server's names of formats."""
DRIVERS = {"image/png": "PNG", "image/jpeg": "JPEG", "image/tiff": "GTiff"}


class NoPicture(ValueError):
    """What was asked for cannot be drawn; its words say why."""


@dataclass(frozen=True)
class View:
    """What a picture shows. ``bounds`` are left, bottom, right, top in units of EPSG ``srid``."""

    bounds: tuple[float, float, float, float]
    srid: int
    width: int
    height: int
    media_type: str = "image/png"
    transparent: bool = True

    def checked(self) -> View:
        """The view itself; raises :class:`NoPicture` where it cannot be drawn."""
        left, bottom, right, top = self.bounds
        if not (left < right and bottom < top):
            raise NoPicture("The bounding box is empty.")
        if not (0 < self.width <= LARGEST_SIDE and 0 < self.height <= LARGEST_SIDE):
            raise NoPicture(f"A picture has 1 to {LARGEST_SIDE} pixels on each side.")
        if self.media_type not in DRIVERS:
            raise NoPicture(f"{self.media_type} is not a format of this service.")
        return self

    def wider(self, pixels: int) -> View:
        """The same with some pixels more on each side."""
        left, bottom, right, top = self.bounds
        across, up = (right - left) / self.width * pixels, (top - bottom) / self.height * pixels
        return replace(self, bounds=(left - across, bottom - up, right + across, top + up),
                       width=self.width + 2 * pixels, height=self.height + 2 * pixels)


def system(srid: int) -> osr.SpatialReference:
    """A coordinate system with easting or longitude first; raises :class:`NoPicture` for a number that is none."""
    found = osr.SpatialReference()
    try:
        found.ImportFromEPSG(srid)
    except (RuntimeError, OverflowError, TypeError):  # TypeError: GDAL's way to say that a number is too large
        raise NoPicture(f"There is no coordinate system EPSG:{srid}.") from None
    found.SetAxisMappingStrategy(osr.OAMS_TRADITIONAL_GIS_ORDER)
    return found


def bounds_of(paths: Sequence[Path], srid: int) -> tuple[float, float, float, float]:
    """Left, bottom, right and top of all rasters together, in units of EPSG ``srid``."""
    target = system(srid)
    boxes = []
    for path in paths:
        dataset = gdal.Open(str(path))
        across, step, _, top, _, down = dataset.GetGeoTransform()
        source = dataset.GetSpatialRef().Clone()
        source.SetAxisMappingStrategy(osr.OAMS_TRADITIONAL_GIS_ORDER)
        boxes.append(osr.CoordinateTransformation(source, target).TransformBounds(
            across, top + down * dataset.RasterYSize, across + step * dataset.RasterXSize, top, 21))
    return (min(one[0] for one in boxes), min(one[1] for one in boxes),
            max(one[2] for one in boxes), max(one[3] for one in boxes))


def cell_of(paths: Sequence[Path], srid: int) -> float:
    """The smallest width of a pixel in units of EPSG ``srid``."""
    return min((box[2] - box[0]) / gdal.Open(str(path)).RasterXSize
               for path, box in ((one, bounds_of([one], srid)) for one in paths))


def picture(paths: Sequence[Path], view: View) -> bytes:
    """A picture of coloured rasters; what no raster covers, and what their masks hide, is transparent."""
    view = view.checked()
    bands = _warped(paths, view, dstAlpha=True).ReadAsArray()
    return encoded(_coloured(bands), view)


def terrain(paths: Sequence[Path], view: View, function: str | None) -> bytes:
    """A picture of heights by one of :data:`~.relief.FUNCTIONS`, stretched between lowest and highest without one; as
    TIFF the values themselves. Raises :class:`NoPicture`."""
    view = view.checked()
    wide = view.wider(MARGIN)
    dataset = _warped(paths, wide, outputType=gdal.GDT_Float32, dstNodata=NO_HEIGHT)
    if view.media_type == "image/tiff" and function is None:
        inner = gdal.Translate("", dataset, format="MEM", srcWin=[MARGIN, MARGIN, view.width, view.height])
        return _file("GTiff", inner)
    try:
        pixels = drawn(dataset, function, NO_HEIGHT, bool(system(view.srid).IsGeographic()), range_of(paths))
    except LookupError:
        raise NoPicture(f"This service has no raster function {function}.") from None
    return encoded(pixels[:, MARGIN:-MARGIN, MARGIN:-MARGIN], view)


def range_of(paths: Sequence[Path]) -> tuple[float, float]:
    """Lowest and highest value of the first band of all rasters together."""
    found = [_range(path) for path in paths]
    return min(one[0] for one in found), max(one[1] for one in found)


@lru_cache(maxsize=10_000)
def _range(path: Path) -> tuple[float, float]:
    """Of one file; files of published services are never written anew."""
    dataset = gdal.Open(str(path))
    lowest, highest = dataset.GetRasterBand(1).ComputeRasterMinMax(False)
    return lowest, highest


def value_at(paths: Sequence[Path], x: float, y: float, srid: int) -> list[float] | None:
    """The values of all bands at a place; None where no raster covers it."""
    view = View((x - 1e-6, y - 1e-6, x + 1e-6, y + 1e-6), srid, 1, 1)
    for path in reversed(list(paths)):
        values = _warped([path], view, dstAlpha=True, resampleAlg="near").ReadAsArray().reshape(-1)
        if values[-1] > 0:
            return [float(one) for one in values[:-1]]
    return None


def _warped(paths: Sequence[Path], view: View, **options: object) -> gdal.Dataset:
    reference = system(view.srid).ExportToWkt()
    return gdal.Warp("", [str(one) for one in paths], format="MEM", dstSRS=reference, outputBounds=view.bounds,
                     width=view.width, height=view.height, **{"resampleAlg": "bilinear", **options})


def _coloured(bands: numpy.ndarray) -> numpy.ndarray:
    """Red, green, blue and alpha; a fourth band of the rasters themselves is not shown."""
    colours = bands[:-1] if len(bands) < 5 else bands[:3]
    if len(colours) < 3:
        colours = numpy.repeat(colours[:1], 3, axis=0)
    return numpy.concatenate([colours, bands[-1:]]).astype(numpy.uint8)


def encoded(pixels: numpy.ndarray, view: View) -> bytes:
    """Red, green, blue and alpha as a file; without transparency on white."""
    if not view.transparent or view.media_type == "image/jpeg":
        alpha = pixels[3:].astype(numpy.uint16)
        pixels = ((pixels[:3] * alpha + 255 * (255 - alpha)) // 255).astype(numpy.uint8)
    dataset = gdal.GetDriverByName("MEM").Create("", pixels.shape[2], pixels.shape[1], len(pixels), gdal.GDT_Byte)
    for number, band in enumerate(pixels, 1):
        dataset.GetRasterBand(number).WriteArray(band)
    if len(pixels) == 4:
        dataset.GetRasterBand(4).SetColorInterpretation(gdal.GCI_AlphaBand)
    return _file(DRIVERS[view.media_type], dataset)


def _file(driver: str, dataset: gdal.Dataset) -> bytes:
    name = f"/vsimem/pixel-{uuid.uuid4()}"
    gdal.GetDriverByName(driver).CreateCopy(name, dataset)
    try:
        size = gdal.VSIStatL(name).size
        file = gdal.VSIFOpenL(name, "rb")
        try:
            return bytes(gdal.VSIFReadL(1, size, file))
        finally:
            gdal.VSIFCloseL(file)
    finally:
        for left in (name, name + ".aux.xml"):
            if gdal.VSIStatL(left) is not None:
                gdal.Unlink(left)
