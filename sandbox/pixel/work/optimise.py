"""A raster as services need it: cloud-optimised, its collar taken off, its overviews by the chosen resampling (A21)."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from osgeo import gdal

from ...jobs import WorkFailed
from . import nearblack

gdal.UseExceptions()

RGB, TERRAIN = "rgb", "terrain"
LOSSY_BANDS = 3
"""JPEG keeps colours of so many bands; a fourth counts as alpha and is kept without loss (A21)."""
QUALITY = 90
BLOCK = 256


@dataclass(frozen=True)
class Options:
    """``creation_options`` of a copy. ``color``: ``black``, ``white`` or a value from 0 to 255."""

    profile: str
    nearblack: bool = False
    color: str | int = "black"
    algorithm: str = "twopasses"
    resampling: str = "average"


@dataclass(frozen=True)
class Plan:
    """``source`` lies beside its support files, by their names. ``srid``: EPSG code for a file that tells none."""

    source: Path
    target: Path
    options: Options
    srid: int | None = None


def optimise(plan: Plan) -> int:
    """Write the copy and give its size in bytes. Raises :class:`WorkFailed` for what is no raster or has no system."""
    plan.target.parent.mkdir(parents=True, exist_ok=True)
    part = plan.target.with_name(plan.target.name + ".part")
    try:
        with tempfile.TemporaryDirectory(dir=plan.target.parent) as folder:
            source = _opened(plan, Path(folder) / "placed.vrt")
            ready = _cleaned(source, plan.options, Path(folder) / "cleaned.tif")
            gdal.Translate(str(part), ready, format="COG", creationOptions=_creation(ready, plan.options))
            del ready, source
    except RuntimeError as error:
        part.unlink(missing_ok=True)
        raise WorkFailed(f"The raster {plan.source.name} cannot be optimised: {error}") from error
    part.replace(plan.target)
    return plan.target.stat().st_size


def lossy(bands: int, data_type: int, profile: str) -> bool:
    """Whether the copy is compressed as JPEG."""
    return profile == RGB and bands == LOSSY_BANDS and data_type == gdal.GDT_Byte


def _opened(plan: Plan, placed: Path) -> Any:
    source = gdal.Open(str(plan.source))
    if source.GetSpatialRef() is None and plan.srid is not None:
        source = gdal.Translate(str(placed), source, format="VRT", outputSRS=f"EPSG:{plan.srid}")
    if source.GetSpatialRef() is None:
        raise WorkFailed(f"The raster {plan.source.name} has no coordinate system.")
    return source


def _cleaned(source: Any, options: Options, target: Path) -> Any:
    if options.nearblack:
        nearblack.clean(source, target, options.color, options.algorithm)
        return gdal.Open(str(target))
    data_type = source.GetRasterBand(1).DataType
    if nearblack.has_absent(source) and lossy(source.RasterCount, data_type, options.profile):
        nearblack.mask_absent(source, target)
        return gdal.Open(str(target))
    return source


def _creation(dataset: Any, options: Options) -> list[str]:
    resampling = options.resampling.replace("_", "").upper()
    general = [f"BLOCKSIZE={BLOCK}", f"OVERVIEW_RESAMPLING={resampling}", "OVERVIEWS=IGNORE_EXISTING"]
    if lossy(dataset.RasterCount, dataset.GetRasterBand(1).DataType, options.profile):
        return [*general, "COMPRESS=JPEG", f"QUALITY={QUALITY}"]
    return [*general, "COMPRESS=DEFLATE", "PREDICTOR=YES"]
