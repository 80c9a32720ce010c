"""Raster functions of elevation services (section 16.2), computed by GDAL's own terrain tools."""

from __future__ import annotations

import numpy
from osgeo import gdal

gdal.UseExceptions()

FUNCTIONS = ("Hillshade", "Slope", "Aspect", "MultidirectionalHillshade", "MultiShadeRelief", "ShadeRelief")
"""What the user guide names."""
MARGIN = 1
"""Pixels around a picture that its edges are computed from."""
METRES_A_DEGREE = 111120.0
STEEPEST = 90.0
LADDER = ((0.0, (50, 110, 60)), (0.35, (200, 200, 110)), (0.7, (150, 100, 60)), (1.0, (250, 250, 250)))
"""Colours from the lowest to the highest place."""


def drawn(heights: gdal.Dataset, function: str | None, no_height: float, geographic: bool,
          span: tuple[float, float]) -> numpy.ndarray:
    """Red, green, blue and alpha of heights in one band. ``span`` is the lowest and the highest value of the service,
    so that neighbouring pictures agree. Raises LookupError for a function that is not one of :data:`FUNCTIONS`."""
    values = heights.ReadAsArray()
    covered = values != no_height
    height = numpy.clip((values - span[0]) / max(span[1] - span[0], 1e-9), 0, 1)
    scale = METRES_A_DEGREE if geographic else 1.0
    if function in (None, "None"):
        colours = _grey(height)
    elif function in ("Hillshade", "MultidirectionalHillshade"):
        colours = _grey(_shade(heights, scale, function != "Hillshade"))
    elif function in ("MultiShadeRelief", "ShadeRelief"):
        shade = _shade(heights, scale, function == "MultiShadeRelief")
        colours = _ramp(height) * (0.35 + 0.65 * shade)
    elif function == "Slope":
        colours = _grey(_filled(_terrain(heights, "slope", scale=scale), 0.0) / STEEPEST)
    elif function == "Aspect":
        colours = _directions(_terrain(heights, "aspect"))
    else:
        raise LookupError(function)
    alpha = numpy.where(covered, 255, 0)[numpy.newaxis]
    return numpy.concatenate([numpy.clip(colours * 255 + 0.5, 0, 255), alpha]).astype(numpy.uint8)


def _terrain(heights: gdal.Dataset, kind: str, **options: object) -> numpy.ndarray:
    return gdal.DEMProcessing("", heights, kind, format="MEM", computeEdges=True, **options).ReadAsArray()


def _shade(heights: gdal.Dataset, scale: float, many: bool) -> numpy.ndarray:
    return _terrain(heights, "hillshade", scale=scale, multiDirectional=many).astype(numpy.float64) / 255


def _filled(values: numpy.ndarray, flat: float) -> numpy.ndarray:
    return numpy.where(values == -9999.0, flat, values)


def _grey(share: numpy.ndarray) -> numpy.ndarray:
    return numpy.repeat(share[numpy.newaxis], 3, axis=0)


def _ramp(share: numpy.ndarray) -> numpy.ndarray:
    steps = [one for one, _ in LADDER]
    return numpy.stack([numpy.interp(share, steps, [colour[band] / 255 for _, colour in LADDER]) for band in range(3)])


def _directions(degrees: numpy.ndarray) -> numpy.ndarray:
    """Opposite directions have opposite colours; what is flat is grey."""
    turn = numpy.radians(degrees)
    colours = numpy.stack([0.5 + 0.5 * numpy.cos(turn - shift) for shift in (0.0, 2.0944, 4.1888)])
    return numpy.where(degrees == -9999.0, 0.5, colours)
