"""Small pictures of rasters that lie somewhere else, from their overviews. In the background."""

from __future__ import annotations

from typing import Any

from osgeo import gdal
from qgis.PyQt.QtGui import QImage

from ..layers.gdal_calls import GdalFailed, gdal_errors, thread_options

#: The most that is read for a picture, in pixels of one band: what has no overviews would come whole.
MOST = 2048 * 2048
#: The share of pixels beyond each end of the range that is shown.
CUT = 2.0
#: Nobody waits long for a picture, and what lies beside a raster is not part of it. Seconds.
OPTIONS = {
    "GDAL_DISABLE_READDIR_ON_OPEN": "EMPTY_DIR", "GDAL_PAM_ENABLED": "NO", "GDAL_HTTP_CONNECTTIMEOUT": "10",
    "GDAL_HTTP_TIMEOUT": "30",
}
COLOURS = (gdal.GCI_RedBand, gdal.GCI_GreenBand, gdal.GCI_BlueBand)


def of(source: str, side: int) -> QImage:
    """What GDAL reads of a source, with ``side`` pixels on the longer side. A null image where it cannot be read, or
    has no overviews and is large. What has more than 8 bits is stretched to what can be seen."""
    try:
        with thread_options(OPTIONS), gdal_errors():
            dataset = gdal.OpenEx(source, gdal.OF_RASTER)
            return QImage() if dataset is None or _least(dataset) > MOST else _drawn(dataset, side)
    except GdalFailed:
        return QImage()


def _least(dataset: gdal.Dataset) -> int:
    """The pixels of its smallest level."""
    band = dataset.GetRasterBand(1)
    levels = [band, *(band.GetOverview(number) for number in range(band.GetOverviewCount()))]
    return int(min(one.XSize * one.YSize for one in levels))


def _drawn(dataset: gdal.Dataset, side: int) -> QImage:
    import numpy as np

    share = min(1.0, side / max(dataset.RasterXSize, dataset.RasterYSize))
    size = (max(1, round(dataset.RasterXSize * share)), max(1, round(dataset.RasterYSize * share)))
    shown = _shown(dataset)
    table = shown[0].GetRasterColorTable()
    read = [_read(one, size, gdal.GRIORA_NearestNeighbour if table else gdal.GRIORA_Average) for one in shown]
    mask = _read(shown[0].GetMaskBand(), size, gdal.GRIORA_NearestNeighbour)
    if mask is None or any(one is None for one in read):
        return QImage()
    there = mask > 0
    if table:
        entries = np.array([table.GetColorEntry(value) for value in range(table.GetCount())], "uint8")
        colours = entries[np.clip(read[0], 0, len(entries) - 1)][:, :, :3]
    else:
        colours = np.dstack([_eight_bits(one, there) for one in (read if len(read) == 3 else read * 3)])
    picture = np.ascontiguousarray(np.dstack([colours, np.where(there, 255, 0).astype("uint8")]))
    return QImage(picture.tobytes(), *size, 4 * size[0], QImage.Format.Format_RGBA8888).copy()  # its own pixels


def _shown(dataset: gdal.Dataset) -> list[gdal.Band]:
    """Red, green and blue where they are named, else the first three; of fewer the first."""
    bands = [dataset.GetRasterBand(number + 1) for number in range(dataset.RasterCount)]
    named = {one.GetColorInterpretation(): one for one in reversed(bands)}
    if all(colour in named for colour in COLOURS):
        return [named[colour] for colour in COLOURS]
    return bands[:3] if len(bands) >= 3 else bands[:1]


def _read(band: gdal.Band, size: tuple[int, int], how: int) -> Any:
    return band.ReadAsArray(buf_xsize=size[0], buf_ysize=size[1], resample_alg=how)


def _eight_bits(values: Any, there: Any) -> Any:
    import numpy as np

    if values.dtype == np.uint8:
        return values
    known = values[there & np.isfinite(values)]
    low, high = np.percentile(known, (CUT, 100 - CUT)) if known.size else (0.0, 1.0)
    stretched = (values.astype("float64") - low) / ((high - low) or 1.0) * 255
    return np.nan_to_num(np.clip(stretched, 0, 255)).astype("uint8")
