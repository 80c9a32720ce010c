"""What came of Pixxel's work, looked at beside the plugin: rows of tables, files of bundles, numbers of rasters."""

from __future__ import annotations

import zipfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy
from osgeo import gdal
from qgis.core import QgsVectorLayer

gdal.UseExceptions()
EARLIER = "TD2_000812_20230615_L2A_20240402_01002031"
"""A scene of another season over the same area as that of the notes."""


def rows(layer: QgsVectorLayer) -> list[dict[str, Any]]:
    return [dict(zip(one.fields().names(), one.attributes())) for one in layer.getFeatures()]


def numbers(raster: str | Path) -> tuple[Any, float]:
    """The first band with what has data, and the area of a pixel."""
    opened = gdal.Open(str(raster))
    band = opened.GetRasterBand(1)
    values = band.ReadAsArray().astype(float)
    values[values == band.GetNoDataValue()] = numpy.nan
    return values, abs(opened.GetGeoTransform()[1] * opened.GetGeoTransform()[5])


def rounded_up(clouds: Iterable[float]) -> tuple[float, float]:
    """The clouds of a scene, and a little less, which rounded to a whole number would let that scene in."""
    found = sorted(clouds)
    cloud = next(one for one in found if one % 1 > 0.6 and one > found[0] + 1)
    return cloud, cloud - 0.05


def unpacked(bundle: str, folder: Path) -> dict[str, Path]:
    with zipfile.ZipFile(bundle) as archive:
        archive.extractall(folder)
        return {name: folder / name for name in archive.namelist()}
