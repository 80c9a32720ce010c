"""Hyperspectral rasters as layers: bands named by their wavelengths, a picture that looks natural, the origin.

A GeoTIFF of the platform is made ours by :func:`adopt`: what a header beside it tells of bands, of values that mean
nothing, and of the scale of reflectance is written into the file, where QGIS, GDAL and others find it. Values stay as
they are: their scale is a note, since ranges of styles and indices are in the file's own numbers (notes, section 7.5).
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from osgeo import gdal
from qgis.core import Qgis, QgsPalettedRasterRenderer, QgsRasterLayer
from qgis.PyQt.QtGui import QColor

from . import opened, raster_look, style
from .gdal_calls import closed, must
from .wavelengths import NANOMETRES, Band, bands_of, named, nearest, of_header

#: Red, green and blue as eyes have them, in nanometres.
NATURAL = (650.0, 550.0, 465.0)
#: For sensors that see only the short-wave infrared: minerals, dry and green plants, and soil part in these.
INFRARED = (2200.0, 1650.0, 1250.0)
#: How far a band may be from the wavelength that it stands for.
NEAR = 60.0
#: From so many bands on a raster is worth its profile.
LEAST_BANDS = 3
#: Told apart also by those who do not see red and green apart (Okabe and Ito), then lighter and darker ones.
CLASSES = ("#e69f00", "#56b4e9", "#009e73", "#f0e442", "#0072b2", "#d55e00", "#cc79a7", "#999999", "#7a5200", "#a6dcf5",
           "#66d9b8", "#8a7f00", "#66b3e0", "#ffb380", "#8a3d68", "#444444")
SCALE = "reflectance_scale_factor"
_DAY = re.compile(r"(?<!\d)((?:19|20)\d\d)[-_]?(\d\d)[-_]?(\d\d)(?!\d)")
#: Pixxel's products store reflectance as 0 to 50000 (notes, section 7.5); radiance (L1B) is as it is.
REFLECTANCE_LEVELS, PIXXEL_SCALE = ("L2A", "L1C"), 50000.0


@dataclass(frozen=True)
class Cube:
    """What a raster's header tells. ``scale``: what stored numbers are divided by to be reflectance; None where they
    are not, or where it is not known."""

    bands: tuple[Band, ...]
    scale: float | None = None
    no_data: float | None = None

    @property
    def has_wavelengths(self) -> bool:
        """Whether all bands have a wavelength, so that a profile has a scale."""
        return bool(self.bands) and all(one.wavelength is not None for one in self.bands)


def cube_of(dataset: Any) -> Cube:
    """What an open GDAL dataset tells of itself."""
    envi = {name.lower(): value for name, value in (dataset.GetMetadata("ENVI") or {}).items()}
    scale = _positive(envi.get(SCALE, "") or dataset.GetMetadataItem(SCALE) or "")
    return Cube(bands_of(dataset), scale, dataset.GetRasterBand(1).GetNoDataValue() if dataset.RasterCount else None)


def read_cube(path: Path | str) -> Cube:
    """Of a file, or of whatever GDAL opens by that name; raises :class:`.gdal_calls.GdalFailed`. From any thread."""
    return cube_of(must(lambda: gdal.OpenEx(str(path), gdal.OF_RASTER | gdal.OF_READONLY), "open"))


def level_of(name: str) -> str:
    """The product level in a Pixxel name such as ``TD2_000812_20240117_L2A_20240402_01002031``; empty for others."""
    parts = name.upper().replace("-", "_").split("_")
    return next((one for one in parts if one in (*REFLECTANCE_LEVELS, "L1B", "L1A")), "")


def adopt(path: Path, items: Mapping[str, str] | None = None, told: Sequence[Band] = ()) -> Cube:
    """Write into a GeoTIFF what is known of its bands beside it, and give what it tells then.

    ``items``: those of an ENVI header (:func:`.wavelengths.header`). ``told``: bands as a platform lists them, taken by
    name, else by their order. For a file of ours: it is changed, its pixels are not. Raises ``GdalFailed``.
    """
    items = items or {}
    dataset = must(
        lambda: gdal.OpenEx(
            str(path), gdal.OF_RASTER | gdal.OF_UPDATE, ["GTiff"], ["IGNORE_COG_LAYOUT_BREAK=YES"]
        ),
        "open",
    )
    before = cube_of(dataset)
    bands = named(before.bands, of_header(items, len(before.bands)))
    bands = named(bands, _by_name(bands, told))
    scale = before.scale or _positive(items.get(SCALE, ""))
    if scale is None and level_of(path.stem) in REFLECTANCE_LEVELS:
        scale = PIXXEL_SCALE
    no_data = before.no_data if before.no_data is not None else _number(items.get("data_ignore_value", ""))
    if (bands, scale, no_data) != (before.bands, before.scale, before.no_data) or _untitled(dataset, bands):
        _write(dataset, bands, scale, no_data)
    must(lambda: closed(dataset), "write")
    return Cube(bands, scale, no_data)


def _write(dataset: Any, bands: Sequence[Band], scale: float | None, no_data: float | None) -> None:
    if scale is not None:
        dataset.SetMetadataItem(SCALE, f"{scale:g}")
    for one in bands:
        band = dataset.GetRasterBand(one.number)
        if _told(one):
            band.SetDescription(one.title)
        if one.wavelength is not None:
            band.SetMetadataItem("wavelength", f"{one.wavelength:.10g}")
            band.SetMetadataItem("wavelength_units", NANOMETRES)
        if one.width is not None:
            band.SetMetadataItem("fwhm", f"{one.width:.10g}")
        if one.bad:
            band.SetMetadataItem("bbl", "0")
    if no_data is not None and dataset.GetRasterBand(1).GetNoDataValue() is None:
        dataset.GetRasterBand(1).SetNoDataValue(no_data)  # a GeoTIFF has one for all its bands


def _untitled(dataset: Any, bands: Sequence[Band]) -> bool:
    return any(dataset.GetRasterBand(one.number).GetDescription() != one.title for one in bands if _told(one))


def _told(band: Band) -> bool:
    return bool(band.name) or band.wavelength is not None


def _by_name(bands: Sequence[Band], told: Sequence[Band]) -> list[Band]:
    """What is told of these bands, in their order."""
    known = {one.name: one for one in told if one.name}
    if bands and all(one.name in known for one in bands):
        return [known[one.name] for one in bands]
    return list(told)


def default_bands(bands: Sequence[Band]) -> tuple[int, int, int]:
    """Numbers of the bands to be shown as red, green and blue.

    Natural colours where the sensor sees them, else three of the short-wave infrared, else three good bands well apart,
    from long waves to short ones. What has three or four bands and tells no wavelengths is a picture already.
    """
    if is_picture(bands):
        return 1, 2, 3
    for wanted in (NATURAL, INFRARED):
        found = [nearest(bands, one, NEAR) for one in wanted]
        numbers = [one.number for one in found if one is not None]
        if len(set(numbers)) == len(wanted):
            return numbers[0], numbers[1], numbers[2]
    good = [one.number for one in bands if not one.bad] or [one.number for one in bands] or [1]
    last = len(good) - 1
    return good[round(last * 5 / 6)], good[round(last / 2)], good[round(last / 6)]


def is_picture(bands: Sequence[Band]) -> bool:
    """Whether the bands are those of a picture: red, green, blue, perhaps what is seen through."""
    return len(bands) in (3, 4) and all(one.wavelength is None for one in bands)


def captured(name: str) -> str:
    """The first day (ISO 8601) that a name tells, as scenes and renderings have theirs; empty for none."""
    for found in _DAY.finditer(name):
        try:
            return date(*map(int, found.groups())).isoformat()
        except ValueError:
            continue
    return ""


def open_layer(path: Path, name: str) -> QgsRasterLayer:
    """The raster as a layer in its picture, which is saved beside it for whoever opens it later.

    Reads pixels: not for the main thread. Raises :class:`..problems.Problem`.
    """
    layer = opened.raster(path, name)
    show(layer, read_cube(path).bands)
    layer.saveNamedStyle(str(path.with_suffix(".qml")))
    return layer


def show(layer: QgsRasterLayer, bands: Sequence[Band]) -> None:
    """Give a raster its picture: :func:`default_bands`, each between the values of nearly all pixels; classes, a colour
    each."""
    if layer.bandCount() == 1:
        _show_classes(layer)
    if layer.bandCount() < LEAST_BANDS or is_picture(bands):
        return
    chosen = default_bands(bands)
    ranges: list[tuple[float, float] | tuple[()]] = [()] * layer.bandCount()
    for number in chosen:
        ranges[number - 1] = stretch(layer, number)
    style.style_bands(layer, [number - 1 for number in chosen], ranges)


def _show_classes(layer: QgsRasterLayer) -> None:
    """One band of bytes with few values is one of classes; what has more is a shade, and stays as QGIS shows it."""
    is_bytes = layer.dataProvider().dataType(1) == Qgis.DataType.Byte
    if not is_bytes or isinstance(layer.renderer(), QgsPalettedRasterRenderer):
        return
    found = QgsPalettedRasterRenderer.classDataFromRaster(layer.dataProvider(), 1)
    if 2 <= len(found) <= len(CLASSES):
        for one, color in zip(found, CLASSES):
            one.color = QColor(color)
        layer.setRenderer(QgsPalettedRasterRenderer(layer.dataProvider(), 1, found))


def stretch(layer: QgsRasterLayer, number: int) -> tuple[float, float]:
    """The values between which nearly all pixels of a band are; 0 to 1 where there are none. Reads pixels."""
    low, high = layer.dataProvider().cumulativeCut(
        number, raster_look.CUT, 1 - raster_look.CUT, layer.extent(), raster_look.SAMPLE
    )
    if not (math.isfinite(low) and math.isfinite(high)):
        return 0.0, 1.0
    return (low, high) if low < high else (low, low + 1.0)


def _number(text: str) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return value if math.isfinite(value) else None


def _positive(text: str) -> float | None:
    value = _number(text)
    return value if value is not None and value > 0 else None
