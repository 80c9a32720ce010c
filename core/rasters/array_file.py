"""Rasters as arrays in NumPy's ``.npy`` form, bands last, written block by block."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy
from numpy.lib import format as npy
from osgeo import gdal

from ..layers.gdal_calls import GdalFailed, gdal_errors
from ..translation import tr

TYPES = ("uint8", "int8", "uint16", "int16", "uint32", "int32", "float32", "float64")
ROWS = 256


@dataclass(frozen=True)
class Placed:
    """Where an array lies: GDAL's six numbers, and the system as WKT; empty where the raster does not tell."""

    geotransform: tuple[float, ...]
    system: str = field(repr=False)


def array_problem(path: Path) -> str:
    """Why a raster cannot be sent as an array, by its header; empty where it can."""
    try:
        with gdal_errors():
            dataset = gdal.OpenEx(str(path), gdal.OF_RASTER | gdal.OF_READONLY)
    except GdalFailed:
        dataset = None
    if dataset is None or not dataset.RasterCount:
        return tr("{file} cannot be read as a raster. Choose another one.").format(file=path.name)
    if _type_of(dataset) not in TYPES:
        return tr("{file} has a data type that is not taken. Convert it to one of {allowed}.").format(
            file=path.name, allowed=", ".join(TYPES))
    return ""


def write_array(path: Path, target: Path, cancelled: Callable[[], None]) -> Placed:
    """Write a raster as an array of rows, columns and bands, and give its place. ``cancelled`` raises to stop."""
    with gdal_errors():
        dataset = gdal.OpenEx(str(path), gdal.OF_RASTER | gdal.OF_READONLY)
        transform, system = dataset.GetGeoTransform(can_return_null=True), dataset.GetSpatialRef()
        rows, columns, count = dataset.RasterYSize, dataset.RasterXSize, dataset.RasterCount
        shape = (rows, columns, count) if count > 1 else (rows, columns)
        array = npy.open_memmap(str(target), "w+", numpy.dtype(_type_of(dataset)), shape, version=(1, 0))
        for first in range(0, rows, ROWS):
            cancelled()
            height = min(ROWS, rows - first)
            block: Any = dataset.ReadAsArray(0, first, columns, height)
            array[first:first + height] = block if count == 1 else numpy.moveaxis(block, 0, 2)
        array.flush()
    return Placed(tuple(transform or ()), "" if system is None else system.ExportToWkt())


def _type_of(dataset: Any) -> str:
    names = {"Byte": "uint8", "Int8": "int8"}
    kinds = [str(gdal.GetDataTypeName(dataset.GetRasterBand(one + 1).DataType)) for one in range(dataset.RasterCount)]
    found = {names.get(one, one.lower()) for one in kinds}
    return found.pop() if len(found) == 1 else str(numpy.result_type(*found)) if found <= set(TYPES) else ""
