"""Raster inputs: which file stands behind one, and whether GDAL can read it, before anything is sent."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

from qgis.core import QgsProcessingAlgorithm, QgsProcessingContext, QgsProcessingUtils, QgsRasterLayer

from ..core.problems import Problem
from ..core.translation import tr
from ..providers.work import NOT_THERE, Work

WINDOW_BYTES = 8 << 20
"""How much of an image is unpacked at a time."""
MOST_WINDOWS = 16
"""How many such parts of an image are looked at: 128 MB, about a second of a processor."""


def raster_file(
    algorithm: QgsProcessingAlgorithm, parameters: dict[str, Any], name: str, context: QgsProcessingContext
) -> Path | None:
    """The file behind a raster parameter; None when it is no file of this computer."""
    value = parameters.get(name)
    if isinstance(value, str) and Path(value).is_file():
        return Path(value)
    return file_of(algorithm.parameterAsRasterLayer(parameters, name, context))


def file_of(layer: QgsRasterLayer | None) -> Path | None:
    """The file behind a layer; None when it is a service, a database or nothing."""
    if layer is None or layer.providerType() != "gdal":
        return None
    path = Path(layer.source().partition("|")[0])
    return path if path.is_file() else None


def named_file(name: str, context: QgsProcessingContext) -> Path | None:
    """The file that is named by its path, or by a layer of it; None for a layer without one."""
    if Path(name).is_file():
        return Path(name)
    layer = QgsProcessingUtils.mapLayerFromString(name, context)
    return Path(name) if layer is None else file_of(layer)


def raster_problems(path: Path | None, suffixes: tuple[str, ...] = ()) -> Iterator[str]:
    """What is wrong with a raster file that is to be sent, as far as its header tells (``require_readable`` reads it).

    ``suffixes``: those that the platform accepts; none: all.
    """
    if path is None:
        yield tr(
            "The input is not a file on this computer. Save it as a GeoTIFF first (Export > Save As) and use that."
        )
        return
    if not path.is_file():
        yield tr("There is no file {file}. Choose one that is there.").format(file=path.name)
        return
    if path.stat().st_size == 0:
        yield tr("The file {file} is empty.").format(file=path.name)
        return
    if suffixes and path.suffix.lower() not in suffixes:
        yield tr("The platform does not take {file}. It takes {suffixes}: convert it to a GeoTIFF first.").format(
            file=path.name, suffixes=", ".join(suffixes)
        )
        return
    if not opens(path):
        yield _damaged(path)


def require_readable(path: Path) -> None:
    """Raise :class:`Problem` for a damaged raster. Reading takes seconds for some files: not for the main thread."""
    if not readable(path):
        raise Problem(_damaged(path))


def require_undamaged(paths: Sequence[Path], work: Work) -> None:
    """Raise :class:`Problem` for the first of these rasters that GDAL cannot read, so that damage shows itself before
    anything is sent.

    A processor unpacks 100 to 140 MB of a GeoTIFF in a second (measured). So images of up to 128 MB are read from the
    first pixel to the last, of larger ones as much in parts that lie evenly over them: sending is not to wait. Damage
    that decoders pass over, of what is not packed or packed as JPEG, cannot be seen. A job reads each file once.
    """
    for number, path in enumerate(paths):
        work.progress(None, "looking", done=str(number), total=str(len(paths)))
        work.once(f"whole {number}", partial(_read, path, work), lambda: NOT_THERE)


def _read(path: Path, work: Work) -> None:
    if not (readable(path) and _readable_in_parts(path, work)):
        raise Problem(_damaged(path))


def _damaged(path: Path) -> str:
    words = tr("{file} is damaged or is no image: GDAL cannot read it. Use a file that opens in QGIS.")
    return words.format(file=path.name)


def opens(path: Path) -> bool:
    """Whether GDAL finds a raster in the file. Only its header is read."""
    with _quiet():
        return _opened(path) is not None


def readable(path: Path) -> bool:
    """Whether GDAL opens the raster and reads its first and last lines, where a damaged or cut file shows itself."""
    with _quiet():
        dataset = _opened(path)
        if dataset is None:
            return False
        width, height = dataset.RasterXSize, dataset.RasterYSize
        bands = (dataset.GetRasterBand(number + 1) for number in range(dataset.RasterCount))
        try:
            return all(band.ReadRaster(0, line, width, 1) is not None for band in bands for line in {0, height - 1})
        except RuntimeError:
            return False


def _readable_in_parts(path: Path, work: Work) -> bool:
    """Whether GDAL reads the parts of the raster that are looked at."""
    with _quiet():
        dataset = _opened(path)
        if dataset is None:
            return False
        try:
            windows = list(_windows(dataset))
            for window in windows[:: -(-len(windows) // MOST_WINDOWS)]:
                work.check_cancelled()
                if dataset.ReadRaster(*window) is None:
                    return False
        except RuntimeError:
            return False
    return True


def _windows(dataset: Any) -> Iterator[tuple[int, int, int, int]]:
    """First column, first row, columns and rows of windows of whole blocks, which cover the image."""
    from osgeo import gdal

    width, height = dataset.RasterXSize, dataset.RasterYSize
    bands = [dataset.GetRasterBand(number + 1) for number in range(dataset.RasterCount)]
    across, down = bands[0].GetBlockSize()
    pixel = sum(gdal.GetDataTypeSize(band.DataType) // 8 for band in bands)
    columns = min(width, max(1, WINDOW_BYTES // (pixel * down * across)) * across)
    rows = down if columns < width else max(1, WINDOW_BYTES // (pixel * width * down)) * down
    for top in range(0, height, rows):
        for left in range(0, width, columns):
            yield left, top, min(columns, width - left), min(rows, height - top)


def _opened(path: Path) -> Any:
    """The dataset; None for what is no raster."""
    from osgeo import gdal

    try:
        dataset = gdal.OpenEx(str(path), gdal.OF_RASTER | gdal.OF_READONLY)
    except RuntimeError:
        return None
    return dataset if dataset is not None and dataset.RasterCount > 0 else None


@contextmanager
def _quiet() -> Iterator[None]:
    """Keeps the errors that this provokes off the user's console; other threads are not concerned."""
    from osgeo import gdal

    gdal.PushErrorHandler("CPLQuietErrorHandler")
    try:
        yield
    finally:
        gdal.PopErrorHandler()
