"""The forms in which the raster service sends pixels: streams of blosc frames, files, NumPy archives (section 12)."""

from __future__ import annotations

import io
import json
import struct
import uuid
from collections.abc import Iterator
from typing import Any

import numpy
from osgeo import gdal, osr

from .mosaic import TYPES, Grid, Mosaic, Unfit

TILE = 512
"""Rows and columns of a chunk: the client's writer of GeoTIFF takes chunks for the blocks of the file."""
ENDINGS = {"GTiff": ".tif", "PNG": ".png", "JPEG": ".jpeg"}
GDAL_TYPES = {name: kind for kind, name in TYPES.items()}
WORLD = 4326


def frame(content: bytes, size: int) -> bytes:
    """A blosc frame that holds its content as it is (flag 2); ``size`` is that of one element."""
    length = len(content)
    return struct.pack("<BBBBIII", 2, 1, 0x02, size, length, length, length + 16) + content


def line(value: Any) -> bytes:
    """One line of JSON."""
    return json.dumps(value, separators=(",", ":")).encode("utf-8") + b"\n"


def chunks(made: Mosaic) -> Iterator[bytes]:
    """The tiles row by row, all bands of each together, with their masks."""
    bands, rows, columns = made.pixels.shape
    for top in range(0, rows, TILE):
        for left in range(0, columns, TILE):
            pixels = numpy.ascontiguousarray(made.pixels[:, top:top + TILE, left:left + TILE])
            mask = numpy.ascontiguousarray(made.mask[:, top:top + TILE, left:left + TILE])
            yield line({"offset": [0, top, left], "shape": list(pixels.shape)})
            yield frame(pixels.tobytes(), pixels.itemsize)
            yield frame(mask.astype("uint8").tobytes(), 1)


def stream(made: Mosaic, about: dict[str, Any]) -> bytes:
    """The answer of the second version: metadata, shape, chunks."""
    _, rows, columns = made.pixels.shape
    count = -(-rows // TILE) * -(-columns // TILE)
    head = {"shape": list(made.pixels.shape), "dtype": made.pixels.dtype.name, "chunks": count}
    return b"".join([line(about), line(head), *chunks(made)])


def old_stream(made: Mosaic, about: dict[str, Any]) -> bytes:
    """The answer of the first version: one frame per band, laid end to end, no mask."""
    bands, rows, columns = made.pixels.shape
    head = {"shape": [bands, rows, columns], "dtype": made.pixels.dtype.name, "chunks": [[1, rows, columns]] * bands}
    frames = [frame(numpy.ascontiguousarray(made.pixels[number]).tobytes(), made.pixels.itemsize)
              for number in range(bands)]
    return b"".join([line(about), line(head), *frames])


def archive(made: Mosaic, about: dict[str, Any]) -> bytes:
    """A NumPy archive with ``data`` and ``metadata``."""
    target = io.BytesIO()
    numpy.savez(target, data=made.pixels, metadata=numpy.frombuffer(json.dumps(about).encode("utf-8"), "uint8"))
    return target.getvalue()


def files(made: Mosaic, about: dict[str, Any], driver: str) -> bytes:
    """The answer with files: metadata, then a line with name and length before each file."""
    content = file(made, about, driver)
    return b"".join([line({"files": 1, "metadata": about}),
                     line({"name": about["id"] + ENDINGS[driver], "length": len(content)}), content])


def file(made: Mosaic, about: dict[str, Any], driver: str) -> bytes:
    """One GeoTIFF, PNG or JPEG."""
    bands, rows, columns = made.pixels.shape
    kind = gdal.GetDataTypeByName(GDAL_TYPES[made.pixels.dtype.name])
    dataset = gdal.GetDriverByName("MEM").Create("", columns, rows, bands, kind)
    dataset.SetGeoTransform(made.grid.transform)
    dataset.SetSpatialRef(made.grid.system)
    for number, band in enumerate(about["bands"]):
        target = dataset.GetRasterBand(number + 1)
        target.SetDescription(band["description"]["name"])
        no_data = band["noDataValue"] if driver == "GTiff" else None
        if no_data is not None:
            target.SetNoDataValue(no_data)
        target.WriteArray(numpy.where(made.mask[number], no_data or 0, made.pixels[number]).astype(made.pixels.dtype))
    if driver == "GTiff" and made.mask.any() and any(band["noDataValue"] is None for band in about["bands"]):
        dataset.CreateMaskBand(gdal.GMF_PER_DATASET)
        shown = numpy.where(made.mask.all(axis=0), 0, 255).astype("uint8")
        dataset.GetRasterBand(1).GetMaskBand().WriteArray(shown)
    name = f"/vsimem/{uuid.uuid4()}{ENDINGS[driver]}"
    options = ["COMPRESS=DEFLATE", "TILED=YES"] if driver == "GTiff" else []
    gdal.SetThreadLocalConfigOption("GDAL_TIFF_INTERNAL_MASK", "YES")
    try:
        gdal.Translate(name, dataset, format=driver, creationOptions=options)
        handle = gdal.VSIFOpenL(name, "rb")
        try:
            return bytes(gdal.VSIFReadL(1, gdal.VSIStatL(name).size, handle))
        finally:
            gdal.VSIFCloseL(handle)
    except RuntimeError as error:
        raise Unfit(f"{driver} cannot hold {bands} bands of {made.pixels.dtype.name}.") from error
    finally:
        gdal.SetThreadLocalConfigOption("GDAL_TIFF_INTERNAL_MASK", None)
        gdal.Unlink(name)


def describe(grid: Grid) -> dict[str, Any]:
    """Where the pixels lie, as GDAL tells it."""
    west, south, east, north = grid.bounds
    system = grid.system.Clone()
    code = system.GetAuthorityCode(None)
    about: dict[str, Any] = {"wkt": system.ExportToWkt(), "proj4": system.ExportToProj4().strip()}
    if code is not None and code.isdigit():
        about["epsg"] = int(code)
    world = osr.SpatialReference()
    world.ImportFromEPSG(WORLD)
    world.SetAxisMappingStrategy(osr.OAMS_TRADITIONAL_GIS_ORDER)
    change = osr.CoordinateTransformation(grid.system, world)
    try:
        ring = [list(change.TransformPoint(x, y)[:2])
                for x, y in ((west, north), (west, south), (east, south), (east, north), (west, north))]
    except RuntimeError as error:
        raise Unfit("The area lies where its coordinate system is not defined.") from error
    corners = {"upperLeft": [west, north], "lowerLeft": [west, south], "lowerRight": [east, south],
               "upperRight": [east, north], "center": [(west + east) / 2, (south + north) / 2]}
    names = {name: value for name, value in (("PROJCS", system.GetAttrValue("PROJCS")),
                                             ("GEOGCS", system.GetAttrValue("GEOGCS"))) if value}
    return {"geoTransform": list(grid.transform), "coordinateSystem": about, "size": [grid.width, grid.height],
            "cornerCoordinates": corners, "wgs84Extent": {"type": "Polygon", "coordinates": [ring]},
            "driverShortName": "MEM", "files": [], "metadata": names}
