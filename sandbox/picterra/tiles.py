"""Pictures of rasters as Web Mercator tiles of 256 pixels."""

from __future__ import annotations

import math
import uuid
from functools import lru_cache
from pathlib import Path

from osgeo import gdal

from .work.placement import open_placed

HALF_WORLD = math.pi * 6378137.0
TILE = 256


def build_overviews(raster_path: Path | str) -> None:
    """Writes reduced copies beside a large raster, so that tiles of low zoom levels stay quick. To be called once
    after the raster was validated; small rasters and those that carry overviews are left as they are."""
    dataset = gdal.Open(str(raster_path))
    side = max(dataset.RasterXSize, dataset.RasterYSize)
    if side <= 4 * TILE or dataset.GetRasterBand(1).GetOverviewCount():
        return
    levels = [2**power for power in range(1, math.ceil(math.log2(side / TILE)) + 1)]
    gdal.SetThreadLocalConfigOption("COMPRESS_OVERVIEW", "DEFLATE")
    try:
        dataset.BuildOverviews("AVERAGE", levels)
    finally:
        gdal.SetThreadLocalConfigOption("COMPRESS_OVERVIEW", None)


def render(raster_path: Path | str, z: int, x: int, y: int) -> bytes | None:
    """One tile of a raster as PNG with transparency; None where the tile does not exist or misses the raster.

    ``z``, ``x``, ``y``: the XYZ scheme, rows counted from the north (a caller that serves ``tms`` addresses, whose
    rows count from the south, turns them: ``2**z - 1 - y``). Other than 8-bit data is stretched between its 2nd and
    98th percentile. Raises RuntimeError when the raster cannot be read.
    """
    if not (0 <= z <= 30 and 0 <= x < 2**z and 0 <= y < 2**z):
        return None
    size = 2 * HALF_WORLD / 2**z
    left, top = x * size - HALF_WORLD, HALF_WORLD - y * size
    source = open_placed(Path(raster_path))
    source = _three_bands(source, str(raster_path))
    tile = gdal.Warp(
        "",
        source,
        format="MEM",
        dstSRS="EPSG:3857",
        outputBounds=[left, top - size, left + size, top],
        width=TILE,
        height=TILE,
        resampleAlg="bilinear",
        dstAlpha=True,
        warpOptions=["UNIFIED_SRC_NODATA=YES"],
    )
    alpha = tile.GetRasterBand(tile.RasterCount)
    if alpha.ComputeRasterMinMax(False)[1] == 0:
        return None
    return _png(tile)


def _three_bands(source: gdal.Dataset, path: str) -> gdal.Dataset:
    """The bands to be shown, as 8 bit: red, green, blue (and alpha), or grey."""
    colours = 3 if source.RasterCount >= 3 else 1
    bands = list(range(1, colours + 1))
    alpha = [
        number
        for number in range(1, source.RasterCount + 1)
        if source.GetRasterBand(number).GetColorInterpretation() == gdal.GCI_AlphaBand
    ]
    eight_bit = source.GetRasterBand(1).DataType == gdal.GDT_Byte
    if eight_bit and source.RasterCount == colours + len(alpha) and source.GetRasterBand(1).GetColorTable() is None:
        return source
    options: dict[str, object] = {"format": "VRT", "bandList": bands + alpha[:1]}
    if source.GetRasterBand(1).GetColorTable() is not None:
        options = {"format": "VRT", "rgbExpand": "rgb"}
    elif not eight_bit:
        stretch = [list(pair) for pair in _stretch(path, Path(path).stat().st_mtime_ns, colours)]
        options |= {"outputType": gdal.GDT_Byte, "scaleParams": stretch}
    return gdal.Translate("", source, **options)


@lru_cache(maxsize=256)
def _stretch(path: str, changed: int, colours: int) -> tuple[tuple[float, float, int, int], ...]:
    """Per band the range that is shown from black to white. ``changed`` makes the memory forget replaced files."""
    source = open_placed(Path(path))
    result = []
    for number in range(1, colours + 1):
        band = source.GetRasterBand(number)
        low, high = band.ComputeRasterMinMax(True)
        if high <= low:
            result.append((low, low + 1.0, 0, 255))
            continue
        counts = band.GetHistogram(low, high, 512, approx_ok=True, include_out_of_range=True)
        result.append((*_percentiles(counts, low, high), 0, 255))
    return tuple(result)


def _percentiles(counts: list[int], low: float, high: float) -> tuple[float, float]:
    total, step = sum(counts) or 1, (high - low) / len(counts)
    running, first, last = 0, None, high
    for index, count in enumerate(counts):
        running += count
        if first is None and running >= 0.02 * total:
            first = low + index * step
        if running >= 0.98 * total:
            last = low + (index + 1) * step
            break
    return (low if first is None else first), last


def _png(tile: gdal.Dataset) -> bytes:
    name = f"/vsimem/tile-{uuid.uuid4().hex}.png"
    gdal.GetDriverByName("PNG").CreateCopy(name, tile, options=["ZLEVEL=3"])
    try:
        handle = gdal.VSIFOpenL(name, "rb")
        size = gdal.VSIStatL(name).size
        content = bytes(gdal.VSIFReadL(1, size, handle))
        gdal.VSIFCloseL(handle)
    finally:
        gdal.Unlink(name)
    return content
