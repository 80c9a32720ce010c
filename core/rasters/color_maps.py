"""Colour maps as the catalog takes them, of how layers are shown: one by its name, or a row of red, green, blue and
opacity for each value from 0 on. What has no row is black (notes, section 6)."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Any

import numpy
from qgis.core import QgsColorRampShader, QgsSingleBandPseudoColorRenderer

from ...providers.descarteslabs.properties import DTYPES

Class = tuple[float, tuple[int, int, int, int]]
"""A value and its colour."""
Row = list[int]

NAMED = {
    "plasma": "0d0887 310597 4c03a1 6600a8 7e03a8 9511a1 a92396 bc3587 cb4778 d9596a e66b5d f07f4f f89541 fcab33"
              " fdc328 f9de25 f0f921",
    "magma": "000004 0a0822 1d1047 36106a 50127b 6a1c81 822581 9b2e7f b6377a d04170 e65164 f46a5c fb8761 fea571"
             " fec387 fde0a1 fcfdbf",
    "viridis": "440154 48186a 472c7c 424086 3b528b 33638d 2c728e 26818e 21908d 1f9f88 28ae80 3ebc74 5dc963 82d34d"
               " abdc32 d5e21a fde725",
    "inferno": "000004 0b0724 210c4a 3d0a65 570f6e 71196e 89226a a22b62 bb3755 d14545 e35932 f1711f f98d0a fcaa0f"
               " f9ca32 f2e865 fcffa4",
}
"""The catalog's colour maps at equal distances, as matplotlib and QGIS have them. Of “msw” nothing is documented."""
SAMPLES = 65
LIKE = 8.0
"""Mean difference of a channel, of 255, up to which a ramp is one of the catalog's: with five colours QGIS is 5 away
from its own, of two of the catalog's the next are more than 20 apart."""
MOST_ROWS = 65536
AT_A_TIME = 1 << 22
"""Pixels that are read at once."""
BLACK = [0, 0, 0, 255]


class Ramp:
    """The colours between two values as QGIS shows them. The shader is a copy: a thread may ask it."""

    def __init__(self, shader: QgsColorRampShader, low: float, high: float) -> None:
        self._shader = QgsColorRampShader(shader)
        self.low, self.high = low, high

    def color(self, value: float) -> Row | None:
        """The colour of a value; None for one that is not shown."""
        shown, *colour = self._shader.shade(value)
        return colour if shown else None

    @property
    def name(self) -> str:
        """What the catalog calls these colours; empty where it has no name for them."""
        if self._shader.colorRampType() != QgsColorRampShader.Type.Interpolated:
            return ""
        sampled = [self.color(one) for one in numpy.linspace(self.low, self.high, SAMPLES)]
        there = [one for one in sampled if one is not None and one[3] == BLACK[3]]
        if len(there) < SAMPLES:
            return ""
        own = numpy.array(there, dtype=float)[:, :3]
        away = {name: float(numpy.abs(own - _sampled(name)).mean()) for name in NAMED}
        nearest = min(away, key=lambda name: away[name])
        return nearest if away[nearest] <= LIKE else ""


def of_renderer(renderer: QgsSingleBandPseudoColorRenderer) -> Ramp | list[Class] | None:
    """The ramp of a pseudocolour layer, or its classes where each stands for one value; None without colours."""
    shader = renderer.shader().rasterShaderFunction() if renderer.shader() is not None else None
    if not isinstance(shader, QgsColorRampShader):
        return None
    items = [(float(one.value), one.color.getRgb()) for one in shader.colorRampItemList()]
    if shader.colorRampType() == QgsColorRampShader.Type.Exact:
        return items or None
    low, high = (items[0][0], items[-1][0]) if items else (0.0, 0.0)
    if shader.colorRampType() == QgsColorRampShader.Type.Discrete:  # its items are the upper ends, the last infinity
        low, high = renderer.classificationMin(), renderer.classificationMax()
        if not (math.isfinite(low) and math.isfinite(high)):
            low, high = shader.minimumValue(), shader.maximumValue()
    return Ramp(shader, low, high) if low < high else None


def of_ramp(ramp: Ramp, band: Any, dtype: str) -> dict[str, Any]:
    """The properties that say the ramp: its name, else a row for each value that whole numbers from 0 on have. Empty
    where neither can be. Reads pixels."""
    if ramp.name:
        return {"color": "Palette", "colormap_name": ramp.name}
    if dtype.startswith("Float"):
        return {}
    low, high = _span(band) or (ramp.low, ramp.high)
    last = min(math.ceil(max(high, ramp.high)), int(DTYPES[dtype][1]))
    if low < 0 or last < 0 or last >= MOST_ROWS:
        return {}
    return {"color": "Palette", "colormap": _trimmed(ramp.color(value) or [*BLACK[:3], 0] for value in range(last + 1))}


def of_classes(classes: Sequence[Class], dtype: str) -> list[Row]:
    """Rows for classes; those of values that have no row are left out."""
    if dtype.startswith("Float"):
        return []
    most = min(MOST_ROWS - 1, DTYPES[dtype][1])
    known = {int(value): list(colour) for value, colour in classes if 0 <= value <= most and value == int(value)}
    return _trimmed(known.get(value, BLACK) for value in range(max(known, default=-1) + 1))


def of_table(band: Any, dtype: str) -> list[Row]:
    """Rows of the colour table that the file has."""
    table = band.GetColorTable()
    if table is None or dtype not in ("Byte", "UInt16"):
        return []
    return _trimmed(list(table.GetColorEntry(one)) for one in range(table.GetCount()))


def _span(band: Any) -> tuple[float, float] | None:
    """The least and the greatest pixel; None where there is none. GDAL 3.6 has no right answer of its own for 16 bits,
    and its statistics leave a file beside the raster."""
    none, rows = band.GetNoDataValue(), max(1, AT_A_TIME // band.XSize)
    ends: list[float] = []
    for top in range(0, band.YSize, rows):
        values = band.ReadAsArray(0, top, band.XSize, min(rows, band.YSize - top))
        kept = values if none is None else values[values != none]
        if kept.size:
            ends += [float(kept.min()), float(kept.max())]
    return (min(ends), max(ends)) if ends else None


def _trimmed(rows: Iterator[Row]) -> list[Row]:
    """Without the black ones at the end, which need not be said."""
    found = [list(one) for one in rows]
    while len(found) > 1 and found[-1] == BLACK:
        found.pop()
    return found


def _sampled(name: str) -> Any:
    known = numpy.array([list(bytes.fromhex(one)) for one in NAMED[name].split()], dtype=float)
    places, wanted = numpy.linspace(0, 1, len(known)), numpy.linspace(0, 1, SAMPLES)
    return numpy.stack([numpy.interp(wanted, places, known[:, channel]) for channel in range(3)], axis=1)
