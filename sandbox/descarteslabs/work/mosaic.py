"""Pixels of images, cut out, warped and laid over each other on one grid (section 12)."""

from __future__ import annotations

import json
import math
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy
from osgeo import gdal, ogr, osr

gdal.UseExceptions()
ogr.UseExceptions()
osr.UseExceptions()

RESAMPLERS = {"near": "near", "bilinear": "bilinear", "cubic": "cubic", "cubicsplice": "cubicspline",
              "lanczos": "lanczos", "average": "average", "mode": "mode", "max": "max", "min": "min", "med": "med",
              "q1": "q1", "q3": "q3"}
TYPES = {"Byte": "uint8", "UInt16": "uint16", "Int16": "int16", "UInt32": "uint32", "Int32": "int32",
         "Float32": "float32", "Float64": "float64"}
MOST_PIXELS = 64 * 1024 * 1024
ALPHA = "alpha"

Box = tuple[float, float, float, float]


class Unfit(ValueError):
    """The request cannot be met; its words are for the user."""


@dataclass(frozen=True)
class Source:
    """One band of one image: the file, the number of the band in it, and the value that means nothing."""

    path: Path
    band: int
    no_data: float | None


@dataclass(frozen=True)
class Wanted:
    """What was asked for: a column per band in each image of ``images``, and the members of the request."""

    names: tuple[str, ...]
    images: tuple[tuple[Source, ...], ...]
    given: dict[str, Any]


@dataclass(frozen=True)
class Grid:
    """Where the pixels of the answer lie."""

    system: osr.SpatialReference
    bounds: Box
    width: int
    height: int

    @property
    def transform(self) -> tuple[float, ...]:
        """In GDAL's order."""
        west, south, east, north = self.bounds
        return west, (east - west) / self.width, 0.0, north, 0.0, (south - north) / self.height


@dataclass
class Mosaic:
    """Pixels and mask (True where there is nothing), both bands x rows x columns."""

    grid: Grid
    pixels: numpy.ndarray[Any, Any]
    mask: numpy.ndarray[Any, Any]


def mosaic(wanted: Wanted) -> Mosaic:
    """The images one above the other, the later ones on top. An alpha band decides what of each image is used."""
    grid = _grid(wanted)
    cutline = _cutline(wanted.given.get("shape"))
    try:
        kinds = [_type_of(one) for one in wanted.images[0]]
        common = numpy.result_type(*kinds)
        pixels = numpy.zeros((len(wanted.names), grid.height, grid.width), common)
        mask = numpy.ones(pixels.shape, bool)
        for image in wanted.images:
            layers = [_warped(one, grid, wanted.given, cutline) for one in image]
            shown = numpy.ones(pixels.shape[1:], bool)
            if ALPHA in wanted.names:
                alpha, there = layers[wanted.names.index(ALPHA)]
                shown = there & (alpha > 0)
            for number, (values, there) in enumerate(layers):
                use = there & shown
                pixels[number][use] = values[use]
                mask[number][use] = False
    finally:
        if cutline is not None:
            gdal.Unlink(cutline)
    return Mosaic(grid, scaled(pixels, mask, wanted.given), mask)


# ---------------------------------------------------------------------- the grid
def _grid(wanted: Wanted) -> Grid:
    given = wanted.given
    if given.get("resolution") and given.get("outsize") is not None:
        raise Unfit("Give either resolution or outsize.")
    first = gdal.Open(str(wanted.images[0][0].path))
    system = _system(given["srs"], "srs") if given.get("srs") else first.GetSpatialRef()
    system.SetAxisMappingStrategy(osr.OAMS_TRADITIONAL_GIS_ORDER)
    bounds = _bounds(wanted, system)
    if given.get("outsize") is not None:
        if len(given["outsize"]) != 2 or min(given["outsize"]) < 1:
            raise Unfit("outsize is width and height.")
        columns, rows = given["outsize"]
        cell = max((bounds[2] - bounds[0]) / columns, (bounds[3] - bounds[1]) / rows)
    else:
        cell = float(given.get("resolution") or _own_cell(first, system))
    if cell <= 0:
        raise Unfit("The resolution must be above 0.")
    if cell > 2 * max(bounds[2] - bounds[0], bounds[3] - bounds[1]):
        raise Unfit("One pixel of that resolution is larger than the area.")
    if given.get("targetAlignedPixels"):
        bounds = (math.floor(bounds[0] / cell) * cell, math.floor(bounds[1] / cell) * cell,
                  math.ceil(bounds[2] / cell) * cell, math.ceil(bounds[3] / cell) * cell)
    width = max(1, round((bounds[2] - bounds[0]) / cell))
    height = max(1, round((bounds[3] - bounds[1]) / cell))
    if width * height * len(wanted.names) > MOST_PIXELS:
        raise Unfit(f"{width} x {height} pixels of {len(wanted.names)} bands are too many.")
    return Grid(system, (bounds[0], bounds[3] - height * cell, bounds[0] + width * cell, bounds[3]), width, height)


def _bounds(wanted: Wanted, system: osr.SpatialReference) -> Box:
    given = wanted.given
    if given.get("outputBounds"):
        box = given["outputBounds"]
        if len(box) != 4 or box[0] >= box[2] or box[1] >= box[3]:
            raise Unfit("outputBounds are minx, miny, maxx, maxy.")
        west, south, east, north = box
        other = _system(given["outputBoundsSRS"], "outputBoundsSRS") if given.get("outputBoundsSRS") else system
        return _moved((west, south, east, north), other, system)
    if given.get("shape"):
        west, east, south, north = _geometry(given["shape"]).GetEnvelope()
        return _moved((west, south, east, north), _system("EPSG:4326", "shape"), system)
    boxes = []
    for image in wanted.images:
        dataset = gdal.Open(str(image[0].path))
        boxes.append(_moved(_extent(dataset), dataset.GetSpatialRef(), system))
    return (min(one[0] for one in boxes), min(one[1] for one in boxes), max(one[2] for one in boxes),
            max(one[3] for one in boxes))


def _extent(dataset: gdal.Dataset) -> Box:
    transform, width, height = dataset.GetGeoTransform(), dataset.RasterXSize, dataset.RasterYSize
    xs = [transform[0] + c * transform[1] + r * transform[2] for c in (0, width) for r in (0, height)]
    ys = [transform[3] + c * transform[4] + r * transform[5] for c in (0, width) for r in (0, height)]
    return min(xs), min(ys), max(xs), max(ys)


def _moved(box: Box, source: osr.SpatialReference, target: osr.SpatialReference) -> Box:
    """A box in another system."""
    source.SetAxisMappingStrategy(osr.OAMS_TRADITIONAL_GIS_ORDER)
    if source.IsSame(target):
        return box
    try:
        found = osr.CoordinateTransformation(source, target).TransformBounds(*box, 21)
    except RuntimeError as error:
        raise Unfit("The bounds cannot be expressed in that coordinate system.") from error
    if any(math.isinf(one) for one in found):
        raise Unfit("The bounds cannot be expressed in that coordinate system.")
    return found[0], found[1], found[2], found[3]


def _own_cell(dataset: gdal.Dataset, system: osr.SpatialReference) -> float:
    """The size of a pixel of the image in that system."""
    own = dataset.GetSpatialRef()
    own.SetAxisMappingStrategy(osr.OAMS_TRADITIONAL_GIS_ORDER)
    transform = dataset.GetGeoTransform()
    if not own.IsSame(system):
        transform = gdal.AutoCreateWarpedVRT(dataset, None, system.ExportToWkt()).GetGeoTransform()
    return math.hypot(transform[1], transform[4])


def _system(text: str, name: str) -> osr.SpatialReference:
    found = osr.SpatialReference()
    try:
        found.SetFromUserInput(text)
    except (RuntimeError, TypeError) as error:
        raise Unfit(f"{name} is not a coordinate system.") from error
    found.SetAxisMappingStrategy(osr.OAMS_TRADITIONAL_GIS_ORDER)
    return found


def _geometry(text: str) -> ogr.Geometry:
    """The cutline: GeoJSON (also a feature) or WKT, in longitude and latitude."""
    try:
        if text.lstrip().startswith("{"):
            read = json.loads(text)
            found = ogr.CreateGeometryFromJson(json.dumps(read.get("geometry", read)))
        else:
            found = ogr.CreateGeometryFromWkt(text)
    except (RuntimeError, ValueError, TypeError, AttributeError) as error:
        raise Unfit("shape must be GeoJSON or WKT.") from error
    if found is None or found.IsEmpty():
        raise Unfit("shape must be GeoJSON or WKT.")
    return found


def _cutline(text: str | None) -> str | None:
    """The cutline as a file in memory."""
    if not text:
        return None
    name = f"/vsimem/cutline-{uuid.uuid4()}.json"
    feature = {"type": "Feature", "properties": {}, "geometry": json.loads(_geometry(text).ExportToJson())}
    gdal.FileFromMemBuffer(name, json.dumps({"type": "FeatureCollection", "features": [feature]}).encode())
    return name


# ---------------------------------------------------------------------- the pixels
def _type_of(source: Source) -> numpy.dtype[Any]:
    dataset = gdal.Open(str(source.path))
    return numpy.dtype(TYPES[gdal.GetDataTypeName(dataset.GetRasterBand(source.band).DataType)])


def _warped(source: Source, grid: Grid, given: dict[str, Any], cutline: str | None) -> tuple[Any, Any]:
    """Values of one band on the grid, and where there are any."""
    single = gdal.Translate("", str(source.path), format="VRT", bandList=[source.band], noData=source.no_data)
    dataset = gdal.Warp("", single, format="MEM", dstSRS=grid.system.ExportToWkt(), outputBounds=grid.bounds,
                        width=grid.width, height=grid.height, dstAlpha=True, cutlineDSName=cutline,
                        resampleAlg=RESAMPLERS[given.get("resampleAlg") or "near"])
    values = dataset.GetRasterBand(1).ReadAsArray()
    return values, dataset.GetRasterBand(2).ReadAsArray() > 0


def scaled(pixels: Any, mask: Any, given: dict[str, Any]) -> Any:
    """Values through ``scales``, in the type of ``ot``; masked pixels are 0."""
    scales: Sequence[Any] = given.get("scales") or []
    target = numpy.dtype(TYPES[given["ot"]]) if given.get("ot") else pixels.dtype
    found = numpy.zeros(pixels.shape, target)
    for number in range(pixels.shape[0]):
        values = pixels[number].astype("float64")
        scale = scales[number] if number < len(scales) else None
        if scale is not None:
            if not isinstance(scale, list) or len(scale) not in (2, 4) or scale[0] == scale[1]:
                raise Unfit("A scale is null, or 2 or 4 numbers.")
            low, high = (scale[2], scale[3]) if len(scale) == 4 else (0, 255)
            values = low + (values - scale[0]) * (high - low) / (scale[1] - scale[0])
        if target.kind != "f":
            limits = numpy.iinfo(target)
            values = numpy.clip(numpy.rint(values), limits.min, limits.max)
        found[number] = values.astype(target)
    found[mask] = 0
    return found
