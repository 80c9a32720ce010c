"""The bands of a raster as a catalog describes them: derived from the file and from how its layer is shown."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy
from osgeo import gdal
from qgis.core import (
    QgsMultiBandColorRenderer,
    QgsPalettedRasterRenderer,
    QgsRasterLayer,
    QgsSingleBandGrayRenderer,
    QgsSingleBandPseudoColorRenderer,
)

from ...providers.descarteslabs.properties import DTYPES
from ..layers.gdal_calls import gdal_errors
from ..layers.hyperspectral import cube_of
from ..problems import Problem
from ..translation import tr
from . import color_maps

COLORS = {
    gdal.GCI_RedBand: "Red", gdal.GCI_GreenBand: "Green", gdal.GCI_BlueBand: "Blue", gdal.GCI_AlphaBand: "Alpha",
    gdal.GCI_PaletteIndex: "Palette", gdal.GCI_GrayIndex: "Gray",
}
SEEN = ("Red", "Green", "Blue")
SAMPLE = 512
CUT = (2, 98)


@dataclass(frozen=True)
class Shown:
    """How a layer is shown, by numbers of bands: ranges, and the classes or the ramp of the one that has them."""

    ranges: Mapping[int, tuple[float, float]] = field(default_factory=dict)
    classes: Mapping[int, Sequence[color_maps.Class]] = field(default_factory=dict)
    ramps: Mapping[int, color_maps.Ramp] = field(default_factory=dict)


def shown(layer: QgsRasterLayer) -> Shown:
    """What the layer's style tells. Main thread."""
    renderer = layer.renderer()
    if isinstance(renderer, QgsPalettedRasterRenderer):
        classes = [(one.value, one.color.getRgb()) for one in renderer.classes()]
        return Shown(classes={renderer.band(): classes})
    if isinstance(renderer, QgsSingleBandPseudoColorRenderer):
        return _pseudocolour(renderer)
    pairs: list[tuple[int, Any]] = []
    if isinstance(renderer, QgsSingleBandGrayRenderer):
        pairs = [(renderer.grayBand(), renderer.contrastEnhancement())]
    if isinstance(renderer, QgsMultiBandColorRenderer):
        pairs = [(renderer.redBand(), renderer.redContrastEnhancement()),
                 (renderer.greenBand(), renderer.greenContrastEnhancement()),
                 (renderer.blueBand(), renderer.blueContrastEnhancement())]
    return Shown({
        number: (one.minimumValue(), one.maximumValue()) for number, one in pairs
        if number > 0 and one is not None and one.minimumValue() < one.maximumValue()
    })


def _pseudocolour(renderer: QgsSingleBandPseudoColorRenderer) -> Shown:
    """A colour for each exact value means classes; other ramps have a range, which a style need not tell itself."""
    number = renderer.band()
    found = color_maps.of_renderer(renderer)
    if isinstance(found, color_maps.Ramp):
        return Shown({number: (found.low, found.high)}, ramps={number: found})
    return Shown(classes={number: found}) if found else Shown()


def types(path: Path) -> list[str]:
    """The data types of a file's bands, in GDAL's names, which are the catalog's. Only the header is read."""
    with gdal_errors():
        dataset = gdal.OpenEx(str(path), gdal.OF_RASTER | gdal.OF_READONLY)
        bands = [dataset.GetRasterBand(one + 1) for one in range(dataset.RasterCount)]
        return [_type(one) for one in bands]


def derive(path: Path, style: Shown) -> list[dict[str, Any]]:
    """The bands of a file as the catalog takes them. Reads pixels: not for the main thread.

    Raises :class:`..problems.Problem` for what the catalog has no data type for.
    """
    with gdal_errors():
        dataset = gdal.OpenEx(str(path), gdal.OF_RASTER | gdal.OF_READONLY)
        place, waves = _resolution(dataset), cube_of(dataset).bands
        found: list[dict[str, Any]] = []
        for number in range(1, dataset.RasterCount + 1):
            band = dataset.GetRasterBand(number)
            wave = waves[number - 1] if number <= len(waves) else None
            found.append({**_band(band, number, style, wave), **place})
    _name(found)
    return found


def _band(band: Any, number: int, style: Shown, wave: Any) -> dict[str, Any]:
    dtype = _type(band)
    if dtype not in DTYPES:
        raise Problem(
            tr("Band {number} is of the type {kind}, which the catalog does not have. Convert it to one of {allowed}.")
            .format(number=number, kind=dtype, allowed=", ".join(DTYPES))
        )
    colour = COLORS.get(band.GetColorInterpretation(), "")
    made: dict[str, Any] = {
        "name": band.GetDescription() or "", "srcband": number, "dtype": dtype, "data_range": _range(band, dtype)}
    classes, ramp = style.classes.get(number), style.ramps.get(number)
    colours = color_maps.of_classes(classes, dtype) if classes else [] if ramp else color_maps.of_table(band, dtype)
    if colours or (classes and not dtype.startswith("Float")):
        made["type"] = "class"
    elif colour == "Alpha":
        made.update(type="mask", color="Alpha")
    else:
        length = getattr(wave, "wavelength", None)
        made["type"] = "spectral" if length is not None or colour in SEEN else "other"
        if colour in (*SEEN, "Gray"):
            made["color"] = colour
        if length is not None:
            made.update(wavelength_center=float(length), wavelength_unit="nm")
            if getattr(wave, "width", None):
                made["wavelength_fwhm"] = float(wave.width)
        limits = style.ranges.get(number) or _usual(band)
        if limits:
            made["default_range"] = _held(limits, made["data_range"], dtype)
    if colours:
        made.update(color="Palette", colormap=colours)
    elif ramp is not None and made["type"] != "mask":
        made.update(color_maps.of_ramp(ramp, band, dtype))
    none = band.GetNoDataValue()
    if none is not None and numpy.isfinite(none) and DTYPES[dtype][0] <= none <= DTYPES[dtype][1]:
        made["nodata"] = _plain(none)
    return made


def _type(band: Any) -> str:
    """GDAL's name; signed bytes, which GDAL before 3.7 has no name for, by that of later ones."""
    name = str(gdal.GetDataTypeName(band.DataType))
    signed = band.GetMetadataItem("PIXELTYPE", "IMAGE_STRUCTURE") == "SIGNEDBYTE"
    return "Int8" if name == "Byte" and signed else name


def _range(band: Any, dtype: str) -> list[float]:
    """What an integer type holds; for floating point what is there."""
    if not dtype.startswith("Float"):
        return [_plain(one) for one in DTYPES[dtype]]
    try:
        low, high = band.ComputeRasterMinMax(0)
    except RuntimeError:  # nothing but no-data
        low, high = 0.0, 1.0
    return [_plain(low), _plain(high)] if low < high else [_plain(low), _plain(low) + 1]


def _usual(band: Any) -> tuple[float, float] | None:
    """The range of nearly all pixels; None where there are none."""
    values = band.ReadAsArray(buf_xsize=min(SAMPLE, band.XSize), buf_ysize=min(SAMPLE, band.YSize)).astype("float64")
    none = band.GetNoDataValue()
    kept = values[numpy.isfinite(values) & (values != none if none is not None else True)]
    if not kept.size:
        return None
    low, high = numpy.percentile(kept, CUT)
    return (float(low), float(high)) if low < high else None


def _held(limits: tuple[float, float], within: list[float], dtype: str) -> list[float]:
    low, high = (min(max(one, within[0]), within[1]) for one in limits)
    return [_plain(low), _plain(high)] if dtype.startswith("Float") else [int(low), int(numpy.ceil(high))]


def _resolution(dataset: Any) -> dict[str, Any]:
    transform, system = dataset.GetGeoTransform(can_return_null=True), dataset.GetSpatialRef()
    if transform is None or system is None:
        return {}
    size = float(numpy.hypot(transform[1], transform[4]))
    if system.IsGeographic():
        return {"resolution": size, "resolution_unit": "degrees"}
    return {"resolution": round(size * system.GetLinearUnits(), 9), "resolution_unit": "meters"}


def _name(bands: list[dict[str, Any]]) -> None:
    """Names that the catalog takes, each once."""
    taken: set[str] = set()
    for one in bands:
        usual = str(one.get("color", "")).lower() if one.get("color") in (*SEEN, "Alpha") else ""
        plain = re.sub(r"[^A-Za-z0-9_.-]+", "_", one["name"]).strip("_").lower()
        name = plain or usual or f"band_{one['srcband']}"
        one["name"] = name if name not in taken else f"{name}_{one['srcband']}"
        taken.add(one["name"])


def _plain(value: float) -> float:
    return int(value) if float(value).is_integer() and abs(value) < 2**53 else float(value)
