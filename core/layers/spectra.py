"""The profile of one pixel through all bands of a raster: read beside the main thread, and as a table."""

from __future__ import annotations

import csv
import io
import math
from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from osgeo import gdal

from ..problems import Problem
from ..translation import tr
from .gdal_calls import GdalFailed, must
from .hyperspectral import cube_of
from .wavelengths import Band

#: What GDAL and QGIS take for a raster without a place: a unit for each pixel, downwards from the origin.
UNPLACED = (0.0, 1.0, 0.0, 0.0, 0.0, -1.0)


@dataclass(frozen=True)
class Spectrum:
    """``values``: one for each band; reflectance where its scale is known, else as QGIS has them; None where the pixel
    has none. ``x``, ``y``: where was asked, in the raster's reference system. ``column``, ``row``: the pixel, counted
    from 0 at the upper left."""

    bands: tuple[Band, ...]
    values: tuple[float | None, ...]
    x: float
    y: float
    column: int
    row: int
    is_reflectance: bool = False

    @property
    def is_empty(self) -> bool:
        """Whether no band has a value there."""
        return all(one is None for one in self.values)


def read(source: str, x: float, y: float) -> Spectrum:
    """The pixel at a place of the raster's own reference system; ``source`` is what GDAL opens.

    From any thread: it reads one block of each band. :class:`Problem` beside the raster, and for what cannot be read.
    """
    try:
        dataset = must(lambda: gdal.OpenEx(source, gdal.OF_RASTER | gdal.OF_READONLY), "open")
        column, row = _pixel(dataset, x, y)
        if not (0 <= column < dataset.RasterXSize and 0 <= row < dataset.RasterYSize):
            raise Problem(tr("There is no pixel of this layer."))
        data = must(
            lambda: dataset.ReadRaster(column, row, 1, 1, buf_type=gdal.GDT_Float64, buf_pixel_space=8), "read"
        )
    except GdalFailed:
        raise Problem(tr("The pixel cannot be read: the file is damaged, or it is no longer there.")) from None
    cube = cube_of(dataset)
    values = tuple(
        _value(dataset.GetRasterBand(number + 1), value, cube.scale or 1.0)
        for number, value in enumerate(array("d", bytes(data)))
    )
    return Spectrum(cube.bands, values, x, y, column, row, cube.scale is not None)


def _pixel(dataset: Any, x: float, y: float) -> tuple[int, int]:
    transform = dataset.GetGeoTransform(can_return_null=True)
    if transform is None and dataset.GetGCPCount():
        raise Problem(tr("This raster is placed by control points only. Warp it first, then read its pixels."))
    back = gdal.InvGeoTransform(transform or UNPLACED)
    if back is None:
        raise Problem(tr("The place of this raster is damaged: its pixels have no size."))
    column, row = gdal.ApplyGeoTransform(back, x, y)
    return math.floor(column), math.floor(row)


def _value(band: Any, value: float, divisor: float) -> float | None:
    """What a stored number means; a scale that the band itself has is that of its values, whatever a header says."""
    none = band.GetNoDataValue()
    if not math.isfinite(value) or (none is not None and value == none):
        return None
    scale, offset = band.GetScale(), band.GetOffset()
    if scale in (None, 1.0) and not offset:
        return value / divisor
    return float(value * (1.0 if scale is None else scale) + (offset or 0.0))


def table(spectra: Sequence[tuple[str, Spectrum]]) -> str:
    """Profiles by their names as CSV: a row for each band, a column for each profile; what is missing is empty.

    Bands of different rasters share a row when name and wavelength are the same.
    """
    rows: dict[tuple[float, float, str], list[str]] = {}
    for place, (_, spectrum) in enumerate(spectra):
        for band, value in zip(spectrum.bands, spectrum.values):
            wavelength = math.inf if band.wavelength is None else band.wavelength
            key = (wavelength, 0 if band.wavelength is not None else band.number, band.name)
            if key not in rows:
                told = "" if band.wavelength is None else f"{band.wavelength:.10g}"
                rows[key] = [band.name or str(band.number), told, "", *[""] * len(spectra)]
            if band.bad:
                rows[key][2] = "1"
            if value is not None:
                rows[key][3 + place] = f"{value:.10g}"
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["band", "wavelength_nm", "bad", *(_plain(name) for name, _ in spectra)])
    writer.writerows([_plain(row[0]), *row[1:]] for _, row in sorted(rows.items()))
    return text.getvalue()


def _plain(text: str) -> str:
    """Names are data: a spreadsheet must not take one for a formula."""
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text
