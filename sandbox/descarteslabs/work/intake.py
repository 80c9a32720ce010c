"""Taking in an upload: files are opened and decoded whole, arrays become GeoTIFF, facts and statistics are computed.

Runs in a worker process. What is wrong with a file is told as the service does: name of the exception, stack trace, and
the log up to there (section 8.4; D09, D23, D24).
"""

from __future__ import annotations

import hashlib
import resource
import time
import traceback
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy
from osgeo import gdal, osr

from ...raster_pixels import damage_in, windows, words_of
from .arrays import to_geotiff

gdal.UseExceptions()
osr.UseExceptions()

DRIVERS = ["GTiff", "JP2OpenJPEG", "JP2KAK", "JP2ECW"]
RESAMPLERS = {"nearest": "NEAREST", "average": "AVERAGE", "gauss": "GAUSS", "cubic": "CUBIC",
              "cubicspline": "CUBICSPLINE", "lanczos": "LANCZOS", "average_mp": "AVERAGE",
              "average_magphase": "AVERAGE_MAGPHASE", "mode": "MODE"}
"""GDAL's names; average_mp is its short name for average_magphase of old, which real numbers do not need."""


@dataclass(frozen=True)
class BandRule:
    """What a band of the product says of the files: number of the file, of the band in it, and its data type."""

    name: str
    source_file: int
    source_band: int
    data_type: str
    no_data: float | None


@dataclass(frozen=True)
class Task:
    """What arrived for one image, beside the product's bands."""

    product: str
    image: str
    names: tuple[str, ...]
    paths: tuple[Path, ...]
    controls: dict[str, Any]
    bands: tuple[BandRule, ...]


@dataclass
class Outcome:
    """What came of it: attributes of the record and files, or the exception."""

    facts: dict[str, Any] = field(default_factory=dict)
    paths: tuple[Path, ...] = ()
    logs: str = ""
    runtime: float = 0.0
    peak_memory: int = 0
    exception_name: str | None = None
    stacktrace: str | None = None

    @property
    def failed(self) -> bool:
        """Whether there is no image."""
        return self.exception_name is not None


def take_in(task: Task) -> Outcome:
    """Read what was uploaded."""
    started = time.monotonic()
    log: list[str] = [f"upload of {', '.join(task.names)} to {task.product} as image {task.image}"]
    outcome = Outcome()
    try:
        outcome.facts, outcome.paths = _taken(task, log)
        log.append("wrote image record")
    except (ValueError, RuntimeError, OSError) as error:
        outcome.exception_name, outcome.stacktrace = type(error).__name__, _trace(error, task)
        log.append(f"failed: {_words(error, task)}")
    outcome.logs = "\n".join(log) + "\n"
    outcome.runtime = round(time.monotonic() - started, 3)
    outcome.peak_memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    return outcome


def _trace(error: Exception, task: Task) -> str:
    """The stack trace without places of this machine."""
    lines = ["Traceback (most recent call last):"]
    for frame in traceback.extract_tb(error.__traceback__):
        lines.append(f'  File "ingest/{Path(frame.filename).name}", line {frame.lineno}, in {frame.name}')
    return "\n".join([*lines, f"{type(error).__name__}: {_words(error, task)}"])


def _words(error: Exception, task: Task) -> str:
    return str(error).replace(str(task.paths[0].parent), "ingest")


def _taken(task: Task, log: list[str]) -> tuple[dict[str, Any], tuple[Path, ...]]:
    if not task.bands:
        raise ValueError("the product has no bands")
    if task.controls["upload_type"] == "ndarray":
        no_data = next((one.no_data for one in task.bands), None)
        paths: tuple[Path, ...] = (to_geotiff(task.paths[0], task.paths[0].with_name(f"{task.image}.tif"),
                                              task.controls, no_data, log),)
    else:
        paths = tuple(_opened(path, name, task, log) for path, name in zip(task.paths, task.names))
    for path in paths:
        _build_overviews(path, task.controls, log)
    datasets = [gdal.Open(str(path)) for path in paths]
    _check_bands(datasets, task.bands)
    facts = _placed(datasets[0])
    shares = []
    for number, (path, dataset) in enumerate(zip(paths, datasets)):
        problem = damage_in(dataset, path)
        if problem:
            raise ValueError(f"file {number} is damaged: {problem}")
        shares.append(_statistics(dataset, [one for one in task.bands if one.source_file == number], log))
    facts["fill_fraction"] = round(min((one for one in shares if one is not None), default=1.0), 6)
    facts["file_sizes"] = [path.stat().st_size for path in paths]
    facts["file_md5s"] = [_digest(path) for path in paths]
    facts["bits_per_pixel"] = [round(path.stat().st_size * 8 / (one.RasterXSize * one.RasterYSize), 3)
                               for path, one in zip(paths, datasets)]
    return facts, paths


def _opened(path: Path, name: str, task: Task, log: list[str]) -> Path:
    """The file under the name that it is kept by."""
    try:
        dataset = gdal.OpenEx(str(path), gdal.OF_RASTER, allowed_drivers=DRIVERS)
    except RuntimeError as error:
        raise ValueError(f"{name} is neither a GeoTIFF nor a JPEG 2000 file: {words_of(error, path)}") from error
    driver = dataset.GetDriver().ShortName
    types = {gdal.GetDataTypeName(dataset.GetRasterBand(number + 1).DataType) for number in range(dataset.RasterCount)}
    log.append(f"opened {name}: {driver}, {dataset.RasterCount} bands of {', '.join(sorted(types))}, "
               f"{dataset.RasterXSize} x {dataset.RasterYSize} pixels")
    dataset = None
    several = "multi_file" in task.controls
    kept = path.with_name(name if several else task.image + (".tif" if driver == "GTiff" else ".jp2"))
    path.replace(kept)
    return kept


def _build_overviews(path: Path, controls: dict[str, Any], log: list[str]) -> None:
    factors = [one for one in controls.get("overviews") or () if one > 1]
    if not factors:
        return
    resampler = controls.get("overview_resampler", "nearest")
    dataset = gdal.Open(str(path), gdal.GA_Update)
    dataset.BuildOverviews(RESAMPLERS[resampler], factors)
    log.append(f"built overviews {factors} by {resampler}")


def _check_bands(datasets: Sequence[gdal.Dataset], bands: Sequence[BandRule]) -> None:
    """Files against band definitions (D24)."""
    for one in bands:
        if one.source_file >= len(datasets):
            raise ValueError(f"band {one.name} is in file {one.source_file}, there are {len(datasets)} files")
        dataset = datasets[one.source_file]
        if one.source_band > dataset.RasterCount:
            raise ValueError(f"file has {dataset.RasterCount} bands, band {one.name} of the product is number "
                             f"{one.source_band}")
        found = gdal.GetDataTypeName(dataset.GetRasterBand(one.source_band).DataType)
        if found != one.data_type:
            raise ValueError(f"band {one.name} of the product has the data type {one.data_type}, the file's {found}")


def _placed(dataset: gdal.Dataset) -> dict[str, Any]:
    """Where the image lies (D23)."""
    transform, system = dataset.GetGeoTransform(can_return_null=True), dataset.GetSpatialRef()
    if transform is None or system is None:
        raise ValueError("the file has no georeference")
    system.SetAxisMappingStrategy(osr.OAMS_TRADITIONAL_GIS_ORDER)
    code = system.GetAuthorityCode(None)
    name = system.GetAttrValue("PROJCS") or system.GetAttrValue("GEOGCS") or ""
    world = osr.SpatialReference()
    world.ImportFromEPSG(4326)
    world.SetAxisMappingStrategy(osr.OAMS_TRADITIONAL_GIS_ORDER)
    change = osr.CoordinateTransformation(system, world)
    width, height = dataset.RasterXSize, dataset.RasterYSize
    ring = []
    for column, row in ((0, height), (width, height), (width, 0), (0, 0), (0, height)):
        x = transform[0] + column * transform[1] + row * transform[2]
        y = transform[3] + column * transform[4] + row * transform[5]
        longitude, latitude, _ = change.TransformPoint(x, y)
        ring.append([round(longitude, 9), round(latitude, 9)])
    facts: dict[str, Any] = {"geometry": {"type": "Polygon", "coordinates": [ring]}, "geotrans": list(transform),
                             "proj4": system.ExportToProj4().strip(), "projcs": name, "raster_size": [width, height]}
    if code is not None and system.GetAuthorityName(None) == "EPSG":
        facts["cs_code"] = f"EPSG:{code}"
    return facts


def _statistics(dataset: gdal.Dataset, bands: Sequence[BandRule], log: list[str]) -> float | None:
    """Writes minimum, maximum and mean of the bands into the log; the share of valid pixels of the first."""
    shares = []
    for one in bands:
        source = dataset.GetRasterBand(one.source_band)
        no_data = source.GetNoDataValue() if one.no_data is None else one.no_data
        count, total, lowest, highest = 0, 0.0, float("inf"), float("-inf")
        for window in windows(dataset, 1024):
            pixels = source.ReadAsArray(*window)
            valid = source.GetMaskBand().ReadAsArray(*window) > 0
            if no_data is not None:
                valid &= pixels != no_data
            if pixels.dtype.kind == "f":
                valid &= numpy.isfinite(pixels)
            chosen = pixels[valid]
            if chosen.size:
                count += int(chosen.size)
                total += float(chosen.sum(dtype="float64"))
                lowest, highest = min(lowest, float(chosen.min())), max(highest, float(chosen.max()))
        share = count / (dataset.RasterXSize * dataset.RasterYSize)
        shares.append(share)
        values = f"minimum {lowest:g}, maximum {highest:g}, mean {total / count:.6g}" if count else "no valid pixel"
        log.append(f"band {one.name}: {values}, {share:.2%} valid")
    return shares[0] if shares else None


def _digest(path: Path) -> str:
    digest: Any = hashlib.md5(usedforsecurity=False)
    with path.open("rb") as source:
        while piece := source.read(1024 * 1024):
            digest.update(piece)
    return str(digest.hexdigest())


