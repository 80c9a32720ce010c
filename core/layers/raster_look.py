"""How rasters of known meaning are shown: heights, vegetation index, reflectance."""

from __future__ import annotations

import math
from collections.abc import Sequence

from qgis.core import (
    QgsColorRampShader,
    QgsContrastEnhancement,
    QgsGradientColorRamp,
    QgsGradientStop,
    QgsHillshadeRenderer,
    QgsRasterLayer,
    QgsRasterMinMaxOrigin,
    QgsRasterShader,
    QgsSingleBandGrayRenderer,
    QgsSingleBandPseudoColorRenderer,
)
from qgis.PyQt.QtGui import QColor

#: Pixels that are looked at for a range of values; of a streamed raster its overviews answer.
SAMPLE = 250_000
#: The share of pixels beyond each end of the range.
CUT = 0.02
#: From low to high: readable beside each other also for those who do not see red and green apart.
HEIGHTS = ("#30437c", "#2f8f8b", "#8fbf62", "#e7d67a", "#b5763c", "#f4f0ea")
#: Bare ground to dense vegetation. An index below 0.1 is soil, water or something built.
INDEX = ("#8c510a", "#dfc27d", "#f6f3c8", "#80b85a", "#1a6b2f")
INDEX_RANGE = (-0.1, 0.9)
LOOKS = ("heights", "hillshade", "index", "reflectance")


def show(layer: QgsRasterLayer, look: str) -> None:
    """Give a raster one of :data:`LOOKS`; others leave it as QGIS shows it. Reads pixels: not for the main thread."""
    if look == "heights":
        _colours(layer, HEIGHTS, _range(layer))
    elif look == "hillshade":
        _hillshade(layer)
    elif look == "index":
        _colours(layer, INDEX, INDEX_RANGE)
    elif look == "reflectance":
        _grey(layer)
    layer.triggerRepaint()


def _range(layer: QgsRasterLayer) -> tuple[float, float]:
    """The values between which nearly all pixels are; 0 to 1 where there are none."""
    low, high = layer.dataProvider().cumulativeCut(1, CUT, 1 - CUT, layer.extent(), SAMPLE)
    if not (math.isfinite(low) and math.isfinite(high)):
        return 0.0, 1.0
    return (low, high) if low < high else (low, low + 1.0)


def _colours(layer: QgsRasterLayer, colours: Sequence[str], limits: tuple[float, float]) -> None:
    low, high = limits
    last = len(colours) - 1
    stops = [QgsGradientStop(number / last, QColor(colours[number])) for number in range(1, last)]
    ramp = QgsGradientColorRamp(QColor(colours[0]), QColor(colours[-1]), False, stops)
    function = QgsColorRampShader(low, high, ramp)
    function.setColorRampItemList(
        [
            QgsColorRampShader.ColorRampItem(value, QColor(colour), f"{value:.2f}")
            for number, colour in enumerate(colours)
            for value in [low + (high - low) * number / last]
        ]
    )
    shader = QgsRasterShader(low, high)
    shader.setRasterShaderFunction(function)
    renderer = QgsSingleBandPseudoColorRenderer(layer.dataProvider(), 1, shader)
    renderer.setClassificationMin(low)
    renderer.setClassificationMax(high)
    renderer.setMinMaxOrigin(QgsRasterMinMaxOrigin())  # as given: not computed anew, through the network
    layer.setRenderer(renderer)


def _hillshade(layer: QgsRasterLayer) -> None:
    """Light from the north-west, as maps have it."""
    layer.setRenderer(QgsHillshadeRenderer(layer.dataProvider(), 1, 315.0, 45.0))


def _grey(layer: QgsRasterLayer) -> None:
    low, high = _range(layer)
    stretch = QgsContrastEnhancement(layer.dataProvider().dataType(1))
    stretch.setMinimumValue(low)
    stretch.setMaximumValue(high)
    stretch.setContrastEnhancementAlgorithm(
        QgsContrastEnhancement.ContrastEnhancementAlgorithm.StretchToMinimumMaximum
    )
    renderer = QgsSingleBandGrayRenderer(layer.dataProvider(), 1)
    renderer.setContrastEnhancement(stretch)
    renderer.setMinMaxOrigin(QgsRasterMinMaxOrigin())  # as given: not computed anew, through the network
    layer.setRenderer(renderer)
