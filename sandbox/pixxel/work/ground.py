"""The ground truth of the sandbox's Pixxel: what lies where, and how it reflects.

Coordinates are metres in a UTM zone (EPSG code). Fields are cells of 300 m, lakes cells of 1500 m; farmland changes
between crop and bare soil over the year; every 10 m have a brightness of their own, from 0.95 to 1.05, the same in all
bands, so that a normalised index of a pixel is that of its material.
"""

from __future__ import annotations

from typing import Any

import numpy
from numpy.typing import NDArray

MATERIALS = ("water", "crop", "grass", "soil", "concrete", "cloud")
_CURVES: dict[str, list[tuple[float, float]]] = {
    "water": [(400, 0.045), (500, 0.055), (560, 0.060), (620, 0.030), (700, 0.015), (750, 0.010), (950, 0.005)],
    "crop": [(400, 0.035), (500, 0.050), (555, 0.100), (660, 0.040), (690, 0.050), (705, 0.120), (740, 0.380),
             (780, 0.450), (950, 0.480)],
    "grass": [(400, 0.050), (500, 0.080), (555, 0.120), (660, 0.110), (705, 0.170), (740, 0.250), (780, 0.290),
              (950, 0.330)],
    "soil": [(400, 0.080), (555, 0.160), (660, 0.220), (780, 0.280), (950, 0.340)],
    "concrete": [(400, 0.200), (555, 0.270), (660, 0.300), (780, 0.320), (950, 0.330)],
    "cloud": [(400, 0.780), (660, 0.760), (950, 0.720)]}
FIELD, LAKE, GRAIN, CLOUD = 300.0, 1500.0, 10.0, 800.0
Array = NDArray[Any]


def reflectance(material: str, wavelength: float, level: str = "L2A") -> float:
    """Reflectance of a material at a wavelength in nanometres: of the surface (L2A), or at the top of the atmosphere
    (L1C), which scatters blue light and swallows some of all."""
    curve = _CURVES[material]
    surface = float(numpy.interp(wavelength, [one[0] for one in curve], [one[1] for one in curve]))
    if level == "L2A":
        return surface
    ratio = 450.0 / wavelength
    return 0.08 * ratio ** 4 + (1 - 0.25 * ratio ** 2) * surface


def spectrum(material: str, wavelengths: list[float], level: str = "L2A") -> list[float]:
    """Reflectance of a material at several wavelengths."""
    return [reflectance(material, one, level) for one in wavelengths]


def chance(seed: int, column: Array, row: Array) -> Array:
    """Numbers from 0 to below 1 by cell."""
    with numpy.errstate(over="ignore"):
        state = (column.astype(numpy.int64).view(numpy.uint64) * numpy.uint64(0x9E3779B97F4A7C15)
                 ^ row.astype(numpy.int64).view(numpy.uint64) * numpy.uint64(0xC2B2AE3D27D4EB4F)
                 ^ numpy.uint64(seed * 0x165667B19E3779F9 % 2 ** 64))
        state = (state ^ state >> numpy.uint64(30)) * numpy.uint64(0xBF58476D1CE4E5B9)
        state = (state ^ state >> numpy.uint64(27)) * numpy.uint64(0x94D049BB133111EB)
    found: Array = (state >> numpy.uint64(11)).astype(numpy.float64) / 2.0 ** 53
    return found


def cells(values: Array, size: float) -> Array:
    """Numbers of the cells in which coordinates lie."""
    found: Array = numpy.floor(values / size).astype(numpy.int64)
    return found


def materials(epsg: int, x: Array, y: Array, day: int) -> Array:
    """Positions in :data:`MATERIALS` at the coordinates on a day (proleptic ordinal), without clouds."""
    across, up = cells(x, FIELD), cells(y, FIELD)
    kind, season = chance(epsg, across, up), chance(epsg + 1, across, up)
    growing = (day / 365.25 + season) % 1.0 < 0.5
    found = numpy.select([kind < 0.5, kind < 0.7, kind < 0.85], [numpy.where(growing, 1, 3), 2, 3], 4)
    lakes = chance(epsg + 2, cells(x, LAKE), cells(y, LAKE)) < 0.15
    return numpy.where(lakes, 0, found).astype(numpy.uint8)


def brightness(epsg: int, x: Array, y: Array) -> Array:
    """A factor from 0.95 to 1.05 for every 10 m."""
    found: Array = 0.95 + 0.1 * chance(epsg + 3, cells(x, GRAIN), cells(y, GRAIN))
    return found


def clouds(epsg: int, x: Array, y: Array, day: int, cover: float) -> Array:
    """Whether clouds hide the ground; ``cover`` in percent of the whole."""
    found: Array = chance(epsg + 5 + day, cells(x, CLOUD), cells(y, CLOUD)) < cover / 100
    return found
