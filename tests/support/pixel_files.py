"""Real files for Geodata Pixel's rules: rasters by GDAL, photos by pillow, point clouds by laspy.

They lie east of Oslo, in ETRS89 / UTM zone 33N (EPSG:25833), inside :data:`AREA`.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import laspy
import numpy as np
from osgeo import gdal, osr
from PIL import ExifTags, Image

gdal.UseExceptions()

AREA = {"type": "Polygon", "coordinates": [[[10.6, 59.85], [10.6, 59.98], [10.9, 59.98], [10.9, 59.85], [10.6, 59.85]]]}
INSIDE = (10.7461, 59.9127)
OUTSIDE = (10.95, 59.9127)
EAST, NORTH, CELL = 262000.0, 6649000.0, 0.5
"""Top left corner in EPSG:25833, and the size of a cell in metres: about longitude 10.7446, latitude 59.9153."""
TYPES = {"uint8": gdal.GDT_Byte, "uint16": gdal.GDT_UInt16, "int16": gdal.GDT_Int16, "uint32": gdal.GDT_UInt32,
         "int32": gdal.GDT_Int32, "float32": gdal.GDT_Float32, "float64": gdal.GDT_Float64}


def system(code: int) -> osr.SpatialReference:
    """An EPSG code's system."""
    found = osr.SpatialReference()
    found.ImportFromEPSG(code)
    found.SetAxisMappingStrategy(osr.OAMS_TRADITIONAL_GIS_ORDER)
    return found


def raster(path: Path, kind: str = "GTiff", data_type: str = "uint8", bands: int = 3, srid: int | None = 25833,
           cell: tuple[float, float] = (CELL, CELL), corner: tuple[float, float] | None = (EAST, NORTH),
           size: tuple[int, int] = (40, 30), options: Sequence[str] = ()) -> Path:
    """A raster of any of the six formats; without ``srid`` it tells no system, without ``corner`` no place."""
    columns, rows = size
    memory = gdal.GetDriverByName("MEM").Create("", columns, rows, bands, TYPES[data_type])
    if corner is not None:
        memory.SetGeoTransform((corner[0], cell[0], 0, corner[1], 0, -cell[1]))
    if srid is not None:
        memory.SetSpatialRef(system(srid))
    values = np.random.default_rng(5).integers(0, 200, (rows, columns))
    for band in range(bands):
        memory.GetRasterBand(band + 1).WriteArray(values + band)
    gdal.GetDriverByName(kind).CreateCopy(str(path), memory, options=list(options)).FlushCache()
    return path


def world_file(path: Path, cell: tuple[float, float] = (CELL, CELL),
               corner: tuple[float, float] = (EAST, NORTH)) -> Path:
    """A world file: cell sizes, then the middle of the first cell."""
    values = (cell[0], 0, 0, -cell[1], corner[0] + cell[0] / 2, corner[1] - cell[1] / 2)
    path.write_text("".join(f"{value:.10f}\n" for value in values), "ascii")
    return path


def photo(path: Path, place: tuple[float, float] | None = INSIDE, size: tuple[int, int] = (80, 60),
          taken: str | None = "2026:03:04 09:15:01", heading: float | None = None, seed: int = 3) -> Path:
    """A photo in the format of its suffix with its place (longitude, latitude) in EXIF."""
    noise = np.random.default_rng(seed).integers(0, 255, (size[1], size[0], 3), dtype=np.uint8)
    exif = Image.Exif()
    exif[ExifTags.Base.Make] = "Imagery Hub"
    if taken is not None:
        exif.get_ifd(ExifTags.IFD.Exif)[ExifTags.Base.DateTimeOriginal] = taken
    if place is not None:
        gps = exif.get_ifd(ExifTags.IFD.GPSInfo)
        gps[ExifTags.GPS.GPSLongitudeRef], gps[ExifTags.GPS.GPSLongitude] = "WE"[place[0] >= 0], _angle(place[0])
        gps[ExifTags.GPS.GPSLatitudeRef], gps[ExifTags.GPS.GPSLatitude] = "SN"[place[1] >= 0], _angle(place[1])
        if heading is not None:
            gps[ExifTags.GPS.GPSImgDirection] = heading
    Image.fromarray(noise).save(path, exif=exif)
    return path


def _angle(value: float) -> tuple[float, float, float]:
    minutes, seconds = divmod(abs(value) * 3600, 60)
    degrees, minutes = divmod(minutes, 60)
    return degrees, minutes, round(seconds, 5)


def point_cloud(path: Path, point_format: int = 6, version: str = "1.4", srid: int | None = 25833, count: int = 50,
                corner: tuple[float, float] = (EAST, NORTH)) -> Path:
    """A LAS or LAZ file, by its suffix; ``srid`` as WKT in 1.4, as GeoTIFF keys before."""
    header: Any = laspy.LasHeader(point_format=point_format, version=version)
    header.offsets, header.scales = [*corner, 0], [0.01, 0.01, 0.01]
    if srid is not None and version == "1.4":
        record = laspy.VLR("LASF_Projection", 2112, "", system(srid).ExportToWkt().encode() + b"\0")
        header.vlrs.append(record)
        header.global_encoding.wkt = True
    elif srid is not None:
        keys = np.array([1, 1, 0, 2, 1024, 0, 1, 1, 3072, 0, 1, srid], "<u2")
        header.vlrs.append(laspy.VLR("LASF_Projection", 34735, "", keys.tobytes()))
    cloud = laspy.LasData(header)
    numbers = np.random.default_rng(9)
    cloud.x, cloud.y = corner[0] + numbers.uniform(0, 20, count), corner[1] - numbers.uniform(0, 20, count)
    cloud.z = numbers.uniform(0, 5, count)
    cloud.write(str(path))
    return path
