"""Uploaded arrays: a .npy file becomes a GeoTIFF (section 8.3)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy
from osgeo import gdal, osr

gdal.UseExceptions()
osr.UseExceptions()

GDAL_NAMES = {"uint8": "Byte", "int8": "Int16", "uint16": "UInt16", "int16": "Int16", "uint32": "UInt32",
              "int32": "Int32", "float32": "Float32", "float64": "Float64"}
"""Data types of arrays and of the files that they become; int8 is widened, for many readers know no signed bytes."""


def to_geotiff(source: Path, target: Path, controls: dict[str, Any], no_data: float | None, log: list[str]) -> Path:
    """Write the array as a GeoTIFF. Raises ``ValueError`` for what is no array, or has no georeference."""
    try:
        array = numpy.load(source, allow_pickle=False)
    except (ValueError, EOFError, OSError) as error:
        raise ValueError("the payload is not a .npy file without pickled objects") from error
    if not isinstance(array, numpy.ndarray) or array.dtype.name not in GDAL_NAMES:
        raise ValueError(f"the array must be of one of the types {', '.join(GDAL_NAMES)}")
    if array.ndim not in (2, 3) or 0 in array.shape:
        raise ValueError(f"the array must have 2 dimensions, or 3 with the bands last; its shape is {array.shape}")
    log.append(f"read array of {array.dtype.name}, shape {array.shape}")
    cube = array if array.ndim == 3 else array[:, :, numpy.newaxis]
    rows, columns, bands = cube.shape
    system = _system(controls.get("system"))
    if controls.get("geotrans") is None or system is None:
        raise ValueError("an array needs geotrans and proj4 or wkt_srs")
    kind = gdal.GetDataTypeByName(GDAL_NAMES[array.dtype.name])
    dataset = gdal.GetDriverByName("GTiff").Create(str(target), columns, rows, bands, kind,
                                                   ["TILED=YES", "COMPRESS=DEFLATE", "BIGTIFF=IF_SAFER"])
    dataset.SetGeoTransform(controls["geotrans"])
    dataset.SetSpatialRef(system)
    for number in range(bands):
        band = dataset.GetRasterBand(number + 1)
        if no_data is not None:
            band.SetNoDataValue(no_data)
        pixels = cube[:, :, number]
        band.WriteArray(pixels.astype("int16") if array.dtype.name == "int8" else pixels)
    dataset.FlushCache()
    log.append(f"wrote {target.name}")
    return target


def _system(text: str | None) -> osr.SpatialReference | None:
    """The coordinate system of PROJ or WKT text."""
    if not text:
        return None
    system = osr.SpatialReference()
    try:
        system.SetFromUserInput(text)
    except RuntimeError as error:
        raise ValueError("proj4 or wkt_srs is not a coordinate system") from error
    return system
