"""Which layers have profiles, and what is read of them beside the main thread."""

from __future__ import annotations

from typing import Any

from qgis.core import QgsRasterLayer

from ...core.layers import hyperspectral
from ...core.layers.gdal_calls import GdalFailed
from ...core.layers.hyperspectral import Cube
from ...core.problems import Problem
from ...core.translation import tr

LEAST_BANDS = 2


def has_profiles(layer: Any) -> bool:
    """Whether its pixels go through several bands that GDAL reads."""
    return (
        isinstance(layer, QgsRasterLayer)
        and layer.isValid()
        and layer.providerType() == "gdal"
        and layer.bandCount() >= LEAST_BANDS
    )


def why_not(layer: Any) -> str:
    """Why a layer has none, and which would."""
    if isinstance(layer, QgsRasterLayer) and layer.isValid() and layer.providerType() != "gdal":
        words = tr("“{layer}” is a service, which gives pictures and no values. Download the image to read its pixels.")
        return words.format(layer=layer.name())
    if isinstance(layer, QgsRasterLayer) and layer.isValid():
        return tr("“{layer}” has one band only. Choose a raster layer of several bands in the layer tree.").format(
            layer=layer.name()
        )
    return tr(
        "Choose a raster layer of several bands in the layer tree, such as a downloaded hyperspectral image. Then click"
        " its pixels on the map."
    )


def source_of(layer: QgsRasterLayer) -> str:
    """What GDAL opens; QGIS appends options of its own."""
    return str(layer.source().partition("|")[0])


def read_cube(source: str) -> Cube:
    """The header; :class:`Problem` for what cannot be opened. From any thread."""
    try:
        return hyperspectral.read_cube(source)
    except GdalFailed:
        raise Problem(tr("The file of this layer cannot be read.")) from None


def picture(source: str) -> tuple[tuple[int, int, int], list[tuple[float, ...]]]:
    """Which bands, counted from 0, show a raster best, and the ranges of all; reads pixels. From any thread."""
    cube = read_cube(source)
    layer = QgsRasterLayer(source, "", "gdal")
    if not layer.isValid():
        raise Problem(tr("The file of this layer cannot be read."))
    red, green, blue = (number - 1 for number in hyperspectral.default_bands(cube.bands))
    ranges: list[tuple[float, ...]] = [()] * layer.bandCount()
    for one in (red, green, blue):
        ranges[one] = hyperspectral.stretch(layer, one + 1)
    return (red, green, blue), ranges


def about(cube: Cube) -> str:
    """One line on a raster's bands."""
    waves = [one.wavelength for one in cube.bands if one.wavelength is not None]
    bad = sum(one.bad for one in cube.bands)
    if waves and cube.has_wavelengths:
        words = tr("{count} bands, {low:g} to {high:g} nm").format(
            count=len(cube.bands), low=round(min(waves), 1), high=round(max(waves), 1)
        )
    else:
        words = tr("{count} bands; the file tells no wavelengths").format(count=len(cube.bands))
    return f"{words}, {tr('{count} of them bad').format(count=bad)}" if bad else words
