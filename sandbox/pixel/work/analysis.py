"""The analysis modules of the sandbox: what they measure in images and rasters, and what they can be set to."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from osgeo import gdal

from ...jobs import WorkFailed

gdal.UseExceptions()

LONGEST_SIDE = 1024
"""Images are looked at in this size at most."""
MODULES: dict[str, dict[str, Any]] = {
    "image_quality": {"description": "Measures how sharp images are and tags those that are blurred",
                      "types": ("image",), "config": {"threshold": 100.0, "tag": "blurred"}},
    "raster_statistics": {"description": "Measures smallest, largest and mean value and deviation of every band",
                          "types": ("raster", "RGB", "DTM", "DSM"), "config": {"digits": 3}},
}
"""Modules by name, with the types of data collection that they take and the settings that they know."""

Found = dict[int, tuple[dict[str, Any], list[str]]]
"""Metadata and tags to be added, by the id of an image or raster."""


def analyse(module: str, config: dict[str, Any], files: list[tuple[int, str]]) -> Found:
    """Run a module over files by id. A file that cannot be read ends it with :class:`WorkFailed`."""
    settings = {**MODULES[module]["config"], **config}
    measure = {"image_quality": _sharpness, "raster_statistics": _statistics}[module]
    found: Found = {}
    for number, path in files:
        try:
            dataset = gdal.Open(path)
        except RuntimeError as error:
            raise WorkFailed(f"{Path(path).name} of {number} cannot be read: {error}") from error
        found[number] = measure(dataset, settings)
    return found


def _sharpness(dataset: gdal.Dataset, settings: dict[str, Any]) -> tuple[dict[str, Any], list[str]]:
    """The variance of the Laplacian of the grey image, in squared grey levels."""
    scale = max(1.0, max(dataset.RasterXSize, dataset.RasterYSize) / LONGEST_SIDE)
    size = (max(3, int(dataset.RasterXSize / scale)), max(3, int(dataset.RasterYSize / scale)))
    pixels = dataset.ReadAsArray(buf_xsize=size[0], buf_ysize=size[1], buf_type=gdal.GDT_Float32)
    grey = np.atleast_3d(pixels.T).mean(axis=2)
    laplacian = (grey[:-2, 1:-1] + grey[2:, 1:-1] + grey[1:-1, :-2] + grey[1:-1, 2:] - 4 * grey[1:-1, 1:-1])
    sharpness = round(float(laplacian.var()), 2)
    return {"sharpness": sharpness}, [settings["tag"]] if sharpness < settings["threshold"] else []


def _statistics(dataset: gdal.Dataset, settings: dict[str, Any]) -> tuple[dict[str, Any], list[str]]:
    found: dict[str, Any] = {}
    for number in range(1, dataset.RasterCount + 1):
        values = dataset.GetRasterBand(number).ComputeStatistics(False)
        for name, value in zip(("min", "max", "mean", "deviation"), values):
            found[f"band_{number}_{name}"] = round(value, int(settings["digits"]))
    return found, []
