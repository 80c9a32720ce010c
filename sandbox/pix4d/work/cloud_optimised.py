"""A raster in its cloud-optimised form: tiled, with overviews."""

from __future__ import annotations

import time
from pathlib import Path

from osgeo import gdal

from ...jobs import WorkFailed

gdal.UseExceptions()

SEEN_AFTER = 1.1
"""Seconds until the storage, which remembers its folders for one second, shows a file that it did not write itself."""
HEIGHTS, PICTURE = "BILINEAR", "AVERAGE"


def make(source: Path, target: Path) -> int:
    """Write ``source`` anew as a cloud-optimised GeoTIFF and give its size. Raises :class:`WorkFailed` for a file that
    is no raster."""
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_name(target.name + ".part")
    try:
        dataset = gdal.Open(str(source))
        floating = dataset.GetRasterBand(1).DataType in (gdal.GDT_Float32, gdal.GDT_Float64)
        options = ["COMPRESS=DEFLATE", "BLOCKSIZE=256", f"OVERVIEW_RESAMPLING={HEIGHTS if floating else PICTURE}"]
        gdal.Translate(str(part), dataset, format="COG", creationOptions=options)
    except RuntimeError as error:
        part.unlink(missing_ok=True)
        raise WorkFailed(f"The file {source.name} is no raster.") from error
    part.replace(target)
    time.sleep(SEEN_AFTER)
    return target.stat().st_size
