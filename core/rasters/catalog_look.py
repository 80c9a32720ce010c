"""Rasters of the Descartes Labs catalog as its bands say they are shown: default range and colour map."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from qgis.core import (
    QgsColorRampShader,
    QgsContrastEnhancement,
    QgsMultiBandColorRenderer,
    QgsPalettedRasterRenderer,
    QgsRasterLayer,
    QgsRasterShader,
    QgsSingleBandGrayRenderer,
    QgsSingleBandPseudoColorRenderer,
    QgsStyle,
)
from qgis.PyQt.QtGui import QColor

from ...providers.descarteslabs.band_looks import coloured, limits
from ..layers import opened

RAMPS = {"plasma": "Plasma", "magma": "Magma", "viridis": "Viridis", "inferno": "Inferno", "msw": "Spectral"}
"""QGIS's ramps for the catalog's names; of “msw” nothing is documented but the name."""


def dress(path: Path, bands: Sequence[Mapping[str, Any]]) -> None:
    """Keep beside a raster how the definitions of its bands, in its order, say it is shown."""
    layer = opened.raster(path, path.stem)
    show(layer, bands)
    layer.saveNamedStyle(str(path.with_suffix(".qml")))


def show(layer: QgsRasterLayer, bands: Sequence[Mapping[str, Any]]) -> None:
    """Show a layer as its bands say; as QGIS would where they say nothing."""
    provider = layer.dataProvider()
    if len(bands) >= 3:
        renderer = _colours(provider, bands)
    elif bands and bands[0].get("colormap"):
        renderer = _classes(provider, bands[0]["colormap"])
    elif bands and bands[0].get("colormap_name") in RAMPS and limits(bands[0]):
        renderer = _ramp(provider, bands[0])
    else:
        renderer = _grey(provider, bands[0]) if bands and limits(bands[0]) else None
    if renderer is not None:
        layer.setRenderer(renderer)


def _enhanced(provider: Any, number: int, band: Mapping[str, Any]) -> QgsContrastEnhancement:
    found = QgsContrastEnhancement(provider.dataType(number))
    low, high = limits(band) or (0.0, 1.0)
    found.setMinimumValue(low)
    found.setMaximumValue(high)
    found.setContrastEnhancementAlgorithm(QgsContrastEnhancement.ContrastEnhancementAlgorithm.StretchToMinimumMaximum)
    return found


def _colours(provider: Any, bands: Sequence[Mapping[str, Any]]) -> Any:
    chosen = [number + 1 for number in coloured(bands)]
    renderer = QgsMultiBandColorRenderer(provider, *chosen)
    setters = (renderer.setRedContrastEnhancement, renderer.setGreenContrastEnhancement,
               renderer.setBlueContrastEnhancement)
    for number, put in zip(chosen, setters):
        if limits(bands[number - 1]):
            put(_enhanced(provider, number, bands[number - 1]))
    return renderer


def _grey(provider: Any, band: Mapping[str, Any]) -> Any:
    renderer = QgsSingleBandGrayRenderer(provider, 1)
    renderer.setContrastEnhancement(_enhanced(provider, 1, band))
    return renderer


def _classes(provider: Any, colours: Sequence[Sequence[Any]]) -> Any:
    classes = [
        QgsPalettedRasterRenderer.Class(value, QColor(*(int(one) for one in colour)), str(value))
        for value, colour in enumerate(colours)
    ]
    return QgsPalettedRasterRenderer(provider, 1, classes)


def _ramp(provider: Any, band: Mapping[str, Any]) -> Any:
    low, high = limits(band) or (0.0, 1.0)
    ramp = QgsStyle.defaultStyle().colorRamp(RAMPS[str(band["colormap_name"])])
    if ramp is None:
        return _grey(provider, band)
    function = QgsColorRampShader(low, high, ramp)
    function.classifyColorRamp(9, 1)
    shader = QgsRasterShader(low, high)
    shader.setRasterShaderFunction(function)
    renderer = QgsSingleBandPseudoColorRenderer(provider, 1, shader)
    renderer.setClassificationMin(low)  # or what is read of the saved style has no limits
    renderer.setClassificationMax(high)
    return renderer
