"""The processing blocks of the sandbox's Pixxel: real work on rasters, of insights and of workflow jobs."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy
from osgeo import gdal

from ...jobs import WorkFailed
from .arithmetic import Malformed, bands_of, evaluate
from .cube import Empty, Recipe, make
from .index import read

gdal.UseExceptions()
SAMPLE = 4000
Values = dict[str, Any]


def run(name: str, inputs: Values, outputs: dict[str, Path]) -> dict[str, str]:
    """Run a block: rasters of ``inputs`` are paths, other inputs texts; rasters are written to the paths of
    ``outputs``. Gives the outputs that are no rasters, as text."""
    return {"kmeans": _kmeans, "index-threshold": _threshold, "spectral-change": _change, "scene": _scene}[name](
        inputs, outputs)


def _number(inputs: Values, name: str, low: float, high: float) -> float:
    try:
        value = float(inputs[name])
    except ValueError:
        raise WorkFailed(f"{name} must be a number.") from None
    if not low <= value <= high:
        raise WorkFailed(f"{name} must be from {low:g} to {high:g}.")
    return value


def _names(path: Path) -> list[str]:
    raster = gdal.Open(str(path))
    return [raster.GetRasterBand(one).GetDescription() for one in range(1, raster.RasterCount + 1)]


def _write(model: Path, target: Path, values: Any, kind: int, empty: float, name: str) -> None:
    source = gdal.Open(str(model))
    raster = gdal.GetDriverByName("GTiff").Create(str(target), source.RasterXSize, source.RasterYSize, 1, kind,
                                                  ["COMPRESS=DEFLATE"])
    raster.SetGeoTransform(source.GetGeoTransform())
    raster.SetProjection(source.GetProjection())
    raster.GetRasterBand(1).SetDescription(name)
    raster.GetRasterBand(1).SetNoDataValue(empty)
    raster.GetRasterBand(1).WriteArray(values)
    raster.FlushCache()


def _kmeans(inputs: Values, outputs: dict[str, Path]) -> dict[str, str]:
    """Classes of similar spectra, numbered from 1 by rising brightness; 0 is no data. The length of a spectrum does not
    count, so shade does not either."""
    path, count = inputs["input_image"], int(_number(inputs, "classes", 2, 20))
    bands, seen, _ = read(path, _names(path))
    spectra = numpy.stack([one[seen] for one in bands.values()], axis=-1)
    if len(spectra) < count:
        raise WorkFailed("The image has fewer pixels than classes.")
    directions = spectra / numpy.linalg.norm(spectra, axis=1, keepdims=True)
    sample = directions[:: max(1, len(directions) // SAMPLE)]
    from scipy.cluster.vq import kmeans2, vq  # takes half a second: only worker processes that need it
    centres, _ = kmeans2(sample, count, minit="++", seed=0)
    found, _ = vq(directions, centres)
    means = [spectra[found == one].mean() if (found == one).any() else math.inf for one in range(count)]
    ranks = numpy.argsort(numpy.argsort(means)) + 1
    whole = numpy.zeros(seen.shape, dtype=numpy.uint8)
    whole[seen] = ranks[found]
    _write(path, outputs["classes_image"], whole, gdal.GDT_Byte, 0, "class")
    return {"largest_share": f"{100 * numpy.bincount(found).max() / len(found):.2f}"}


def _threshold(inputs: Values, outputs: dict[str, Path]) -> dict[str, str]:
    """1 where an index is above a threshold, 0 elsewhere, 255 without data; the area above it."""
    path, limit = inputs["input_image"], _number(inputs, "threshold", -1e6, 1e6)
    try:
        wanted = bands_of(inputs["expression"])
        missing = [one for one in wanted if one not in _names(path)]
        if missing or not wanted:
            raise WorkFailed(f"The image has no band {', '.join(missing)}." if missing else "No band is named.")
        bands, seen, _ = read(path, wanted)
        (values,) = evaluate(inputs["expression"], bands)
    except Malformed as error:
        raise WorkFailed(f"expression {error}.") from None
    except ValueError:
        raise WorkFailed("expression must have one part.") from None
    seen = seen & numpy.isfinite(values)
    above = seen & (values > limit)
    _write(path, outputs["mask_image"], numpy.where(seen, above, 255).astype(numpy.uint8), gdal.GDT_Byte, 255, "above")
    pixel = gdal.Open(str(path)).GetGeoTransform()[1] ** 2
    return {"area_in_sq_m": f"{int(above.sum()) * pixel:.1f}"}


def _change(inputs: Values, outputs: dict[str, Path]) -> dict[str, str]:
    """The angle between the spectra of two days in degrees, and the share of pixels above a threshold."""
    before, after, limit = inputs["before"], inputs["after"], _number(inputs, "threshold", 0, 90)
    first, second = gdal.Open(str(before)), gdal.Open(str(after))
    names = [one for one in _names(before) if one in _names(after)]
    same = (first.RasterXSize, first.RasterYSize) == (second.RasterXSize, second.RasterYSize)
    if not names or not same or first.GetGeoTransform() != second.GetGeoTransform():
        raise WorkFailed("Both images must have the same bands on the same grid.")
    (one, seen, _), (other, there, _) = read(before, names), read(after, names)
    a, b = (numpy.stack(list(each.values())) for each in (one, other))
    lengths = numpy.linalg.norm(a, axis=0) * numpy.linalg.norm(b, axis=0)
    with numpy.errstate(all="ignore"):
        angle = numpy.degrees(numpy.arccos(numpy.clip((a * b).sum(axis=0) / lengths, -1, 1)))
    both = seen & there
    _write(before, outputs["change_image"], numpy.where(both, angle, -1).astype(numpy.float32), gdal.GDT_Float32, -1,
           "angle")
    share = 100 * float((both & (angle > limit)).sum()) / max(1, int(both.sum()))
    return {"changed_share": f"{share:.2f}"}


def _scene(inputs: Values, outputs: dict[str, Path]) -> dict[str, str]:
    """The imagery of a scene in an area; its recipe was made from the inputs by the platform."""
    recipe: Recipe = inputs["recipe"]
    try:
        facts = make(outputs["image"], recipe)
    except Empty:
        raise WorkFailed("The scene does not show this area.") from None
    return {"cloud_cover": str(facts["cloud_cover"])}
