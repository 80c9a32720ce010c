"""What a file says of itself before it is sent. Reading takes time: not for the main thread."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from osgeo import gdal
from qgis.PyQt.QtCore import QDateTime, Qt

from ...algorithms.imagery import opens, raster_problems, readable
from ...core.translation import tr
from . import dates
from .plan import PushPlan


@dataclass(frozen=True)
class Findings:
    """``problem`` keeps it from being sent; ``remarks`` are what the user should know. ``size`` in bytes.

    ``writable`` True: it is a raster, only not of a kind that the platform takes. ``shape`` tells pixels and bands.
    """

    size: int = 0
    shape: str = ""
    captured: QDateTime | None = None
    origin: str = ""
    problem: str = ""
    writable: bool = False
    remarks: list[str] = field(default_factory=list)


def inspect(path: Path, plan: PushPlan) -> Findings:
    """Look into a file. Never raises for what is in it."""
    size = path.stat().st_size if path.is_file() else 0
    problem = "\n".join(raster_problems(path, plan.suffixes()))
    if problem:
        return Findings(size, problem=problem, writable=size > 0 and opens(path))
    if 0 < plan.largest < size:
        words = tr("{platform} takes files of up to {limit}. Cut the image into parts.")
        return Findings(size, problem=words.format(platform=plan.title, limit=size_text(plan.largest)))
    gdal.PushErrorHandler("CPLQuietErrorHandler")
    try:
        found = _described(path, size, plan)
    except RuntimeError:
        found = None
    finally:
        gdal.PopErrorHandler()
    if found is None or not readable(path):
        words = tr("{file} is damaged or is no image: GDAL cannot read it. Use a file that opens in QGIS.")
        return Findings(size, problem=words.format(file=path.name))
    return found


def _described(path: Path, size: int, plan: PushPlan) -> Findings | None:
    dataset = gdal.OpenEx(str(path), gdal.OF_RASTER | gdal.OF_READONLY)
    if dataset is None:
        return None
    kinds = list(dict.fromkeys(gdal.GetDataTypeName(dataset.GetRasterBand(number + 1).DataType)
                               for number in range(dataset.RasterCount)))
    shape = tr("{width} × {height} pixels, {count} bands, {kind}").format(
        width=dataset.RasterXSize, height=dataset.RasterYSize, count=dataset.RasterCount, kind=", ".join(kinds)
    )
    remarks = []
    if not is_placed(dataset):
        remarks.append(plan.unplaced())
    if kinds != ["Byte"]:
        remarks.append(plan.deep())
    tags = {**(dataset.GetMetadata() or {}), **(dataset.GetMetadata("EXIF") or {})}
    captured = dates.from_tags(tags) or dates.from_name(path.stem)
    if captured is None:
        return Findings(size, shape, remarks=remarks)
    moment = QDateTime.fromString(captured.moment.strftime("%Y-%m-%dT%H:%M:%SZ"), Qt.DateFormat.ISODate)
    return Findings(size, shape, moment, captured.origin, remarks=remarks)


def is_placed(dataset: Any) -> bool:
    """Whether a raster lies somewhere: by a transform or by ground control points, with a reference system."""
    if dataset.GetGCPCount() and dataset.GetGCPSpatialRef() is not None:
        return True
    return dataset.GetGeoTransform(can_return_null=True) is not None and dataset.GetSpatialRef() is not None


def size_text(size: int) -> str:
    """Bytes as the user reads them."""
    amount = float(size)
    for unit in ("B", "KiB", "MiB", "GiB"):
        if amount < 1024:
            return f"{amount:.0f} {unit}" if unit == "B" else f"{amount:.1f} {unit}"
        amount /= 1024
    return f"{amount:.1f} TiB"
