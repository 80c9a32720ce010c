"""The collar of a picture: what is nearly black (or white, or any grey) from its edges inwards (section 14).

``twopasses`` is GDAL's own: one pass downwards and one upwards, so that a bay which turns back behind the picture is
not found. ``floodfill`` takes off all that hangs together with an edge. Either way what was found is set to exactly
that colour and masked out, so that lossy compression cannot bring it back.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from osgeo import gdal
from scipy import ndimage

gdal.UseExceptions()

NEAR = 15
"""How far a band may be from the colour, as in GDAL's nearblack."""
COLORS = {"black": 0, "white": 255}
FLOODFILL = "floodfill"


def level(color: str | int) -> int:
    """The value of a colour in every band."""
    return COLORS[color] if isinstance(color, str) else color


def clean(source: Any, target: Path, color: str | int, algorithm: str) -> None:
    """Write a dataset anew with its collar masked. What a no-data value says is not there is masked, too."""
    value = level(color)
    if algorithm == FLOODFILL:
        _flooded(source, target, value)
    else:
        colors = [tuple([value] * source.RasterCount)]
        cleaned = gdal.Nearblack(str(target), source, colors=colors, nearDist=NEAR, setMask=True)
        del cleaned
    _without_absent(source, target)


def mask_absent(source: Any, target: Path) -> None:
    """Write a dataset anew with the pixels of its no-data value masked instead: lossy compression changes values."""
    copied = gdal.GetDriverByName("GTiff").CreateCopy(str(target), source)
    copied.CreateMaskBand(gdal.GMF_PER_DATASET)
    copied.GetRasterBand(1).GetMaskBand().Fill(255)
    del copied
    _without_absent(source, target)


def has_absent(source: Any) -> bool:
    """Whether a no-data value says that something is not there."""
    return any(source.GetRasterBand(number).GetNoDataValue() is not None
               for number in range(1, source.RasterCount + 1))


def collar(bands: np.ndarray, value: int) -> np.ndarray:
    """Which pixels of ``bands`` (bands x rows x columns) are near the colour and hang together with an edge."""
    near = np.all(np.abs(bands.astype(np.int16) - value) <= NEAR, axis=0)
    pieces, _ = ndimage.label(near)
    rims = np.concatenate([pieces[0], pieces[-1], pieces[:, 0], pieces[:, -1]])
    at_edge: np.ndarray = np.isin(pieces, np.unique(rims[rims > 0]))
    return at_edge


def _flooded(source: Any, target: Path, value: int) -> None:
    bands = np.atleast_3d(source.ReadAsArray())
    found = collar(bands, value)
    copied = gdal.GetDriverByName("GTiff").CreateCopy(str(target), source)
    copied.CreateMaskBand(gdal.GMF_PER_DATASET)
    copied.GetRasterBand(1).GetMaskBand().WriteArray(np.where(found, 0, 255).astype(np.uint8))
    for number in range(source.RasterCount):
        copied.GetRasterBand(number + 1).WriteArray(np.where(found, value, bands[number]).astype(np.uint8))
    del copied


def _without_absent(source: Any, target: Path) -> None:
    """Join the mask of a copy with what the no-data values of its source say, and take those from the copy."""
    if not has_absent(source):
        return
    there = np.zeros((source.RasterYSize, source.RasterXSize), dtype=bool)
    for number in range(1, source.RasterCount + 1):
        there |= source.GetRasterBand(number).GetMaskBand().ReadAsArray() > 0
    copied = gdal.Open(str(target), gdal.GA_Update)
    mask = copied.GetRasterBand(1).GetMaskBand()
    mask.WriteArray(np.where(there, mask.ReadAsArray(), 0).astype(np.uint8))
    for number in range(1, copied.RasterCount + 1):
        copied.GetRasterBand(number).DeleteNoDataValue()
    del mask, copied
