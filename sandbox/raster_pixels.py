"""Reading the pixels of an uploaded raster, all of them, so that damage anywhere in it is noticed."""

from __future__ import annotations

import math
from collections.abc import Iterator
from pathlib import Path

from osgeo import gdal

gdal.UseExceptions()

Window = tuple[int, int, int, int]
"""Column, row, width and height in pixels."""


def words_of(error: Exception, path: Path) -> str:
    """GDAL's words without the place of the file on this machine."""
    return str(error).replace(str(path), "the file").replace(path.name, "the file").strip() or "unknown format."


def damage_in(dataset: gdal.Dataset, path: Path) -> str:
    """Decodes every pixel; answers what went wrong, or an empty text. Memory stays at one window."""
    gdal.SetThreadLocalConfigOption("GDAL_ERROR_ON_LIBJPEG_WARNING", "YES")
    try:
        for window in windows(dataset, 1024):
            # GDAL 3.10 answers None and raises nothing for a PNG that ends too early.
            if dataset.ReadRaster(*window) is None:
                return "its pixels cannot be decoded."
    except RuntimeError as error:
        return words_of(error, path)
    finally:
        gdal.SetThreadLocalConfigOption("GDAL_ERROR_ON_LIBJPEG_WARNING", None)
    return ""


def windows(dataset: gdal.Dataset, size: int) -> Iterator[Window]:
    """Windows of about ``size`` pixels a side that cover the raster, aligned to the blocks of the file so that no
    block is decoded twice. Images stored in lines are walked in full-width strips of the same area."""
    width, height = dataset.RasterXSize, dataset.RasterYSize
    block_width, block_height = dataset.GetRasterBand(1).GetBlockSize()
    step_x = min(width, block_width * math.ceil(size / block_width))
    rows = max(1, size * size // step_x) if block_width >= width else size
    step_y = min(height, block_height * math.ceil(rows / block_height))
    for top in range(0, height, step_y):
        for left in range(0, width, step_x):
            yield left, top, min(step_x, width - left), min(step_y, height - top)
