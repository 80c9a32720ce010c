"""Rasters as arrays in NumPy's ``.npy`` form, bands last, written block by block; and what such files hold."""

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
            dataset = _opened(path)
    except GdalFailed:
        dataset = None
    if dataset is None or not dataset.RasterCount:
        return tr("{file} cannot be read as a raster. Choose another one.").format(file=path.name)
    if _type_of(dataset) not in TYPES:
        return _wrong_type(path)
    return ""


def array_file_problem(path: Path, like: Path | None) -> str:
    """Why a file cannot be sent as an array of rows and columns, and of bands where it has any, by its header; empty
    where it can. ``like``: a raster that has to have as many rows and columns."""
    if not path.is_file():
        return tr("There is no file {file}. Choose one that is there.").format(file=path.name)
    try:
        shape, kind = _header(path)
    except Exception:
        # Headers are Python's own notation, and damaged ones fail in as many ways as Python's parser does.
        return tr("{file} is no whole array as NumPy saves one (.npy). Save it by numpy.save, without objects in it,"
                  " and choose that file.").format(file=path.name)
    if len(shape) not in (2, 3) or 0 in shape:
        return tr("{file} has the shape {shape}. Save it with rows and columns, and with bands behind them where there"
                  " are several.").format(file=path.name, shape=shape)
    if kind not in TYPES:
        return _wrong_type(path)
    size = None if like is None else _size_of(like)
    if size is None or shape[:2] == size:
        return ""
    if shape[1:] == size:
        return tr("{file} has its bands first. Save it with the bands last, by numpy.moveaxis(array, 0, 2), and choose"
                  " that file.").format(file=path.name)
    return tr("{file} has {rows} rows and {columns} columns, but the layer has {layer_rows} and {layer_columns}. Choose"
              " the layer whose place the array has.").format(
        file=path.name, rows=shape[0], columns=shape[1], layer_rows=size[0], layer_columns=size[1])


def _header(path: Path) -> tuple[tuple[int, ...], str]:
    """Shape and type of a file that is as long as it says. Raises anything for others."""
    array = npy.open_memmap(str(path), "r")
    return tuple(array.shape), array.dtype.name


def _size_of(path: Path) -> tuple[int, int]:
    with gdal_errors():
        dataset = _opened(path)
        return dataset.RasterYSize, dataset.RasterXSize


def place_of(path: Path) -> Placed:
    """Where a raster lies."""
    with gdal_errors():
        return _place(_opened(path))


def write_array(path: Path, target: Path, cancelled: Callable[[], None]) -> Placed:
    """Write a raster as an array of rows, columns and bands, and give its place. ``cancelled`` raises to stop."""
    with gdal_errors():
        dataset = _opened(path)
        rows, columns, count = dataset.RasterYSize, dataset.RasterXSize, dataset.RasterCount
        shape = (rows, columns, count) if count > 1 else (rows, columns)
        array = npy.open_memmap(str(target), "w+", numpy.dtype(_type_of(dataset)), shape, version=(1, 0))
        for first in range(0, rows, ROWS):
            cancelled()
            height = min(ROWS, rows - first)
            block: Any = dataset.ReadAsArray(0, first, columns, height)
            array[first:first + height] = block if count == 1 else numpy.moveaxis(block, 0, 2)
        array.flush()
        return _place(dataset)


def _opened(path: Path) -> Any:
    return gdal.OpenEx(str(path), gdal.OF_RASTER | gdal.OF_READONLY)


def _place(dataset: Any) -> Placed:
    transform, system = dataset.GetGeoTransform(can_return_null=True), dataset.GetSpatialRef()
    return Placed(tuple(transform or ()), "" if system is None else system.ExportToWkt())


def _wrong_type(path: Path) -> str:
    return tr("{file} has a data type that is not taken. Convert it to one of {allowed}.").format(
        file=path.name, allowed=", ".join(TYPES))


def _type_of(dataset: Any) -> str:
    names = {"Byte": "uint8", "Int8": "int8"}
    kinds = [str(gdal.GetDataTypeName(dataset.GetRasterBand(one + 1).DataType)) for one in range(dataset.RasterCount)]
    found = {names.get(one, one.lower()) for one in kinds}
    return found.pop() if len(found) == 1 else str(numpy.result_type(*found)) if found <= set(TYPES) else ""
