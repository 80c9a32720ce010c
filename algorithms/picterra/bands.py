"""The band specification of a multispectral raster as ordinary parameters (notes 9.2)."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

from qgis.core import (
    QgsProcessingContext,
    QgsProcessingParameterEnum,
    QgsProcessingParameterMatrix,
    QgsProcessingParameterString,
)

from ...core.translation import tr
from ..parameters.plain import advanced, helped
from .common import PicterraAlgorithm

RANGES = "BAND_RANGES"
SHOWN = "DISPLAY_BANDS"
FORM = "BAND_FORM"
NEWER, OLDER = 0, 1


def declare(algorithm: PicterraAlgorithm) -> None:
    """Add the parameters."""
    ranges = QgsProcessingParameterMatrix(
        RANGES, tr("Value ranges of the bands"), headers=[tr("Minimum"), tr("Maximum")], optional=True
    )
    shown = QgsProcessingParameterString(SHOWN, tr("Bands to show"), optional=True)
    form = QgsProcessingParameterEnum(
        FORM, tr("Form of the band specification"), [tr("display bands (newer)"), tr("vizbands (older)")], False, NEWER
    )
    algorithm.addParameter(
        advanced(helped(ranges, tr("One row for each band of the raster: the values to show as black and as white.")))
    )
    algorithm.addParameter(
        advanced(helped(shown, tr("Numbers of the bands for red, green and blue, from 1, with commas: 3,2,1.")))
    )
    algorithm.addParameter(
        advanced(helped(form, tr("The platform has had two ways to name the bands to show. Prefer the newer one.")))
    )


def problems(
    algorithm: PicterraAlgorithm, parameters: dict[str, Any], context: QgsProcessingContext
) -> Iterator[str]:
    """What is wrong with them."""
    rows = _rows(algorithm, parameters, context)
    for number, row in enumerate(rows, start=1):
        if not all(row):
            yield tr("Row {row} of the value ranges of the bands lacks its minimum or its maximum.").format(row=number)
            return
    try:
        ranges = _ranges(algorithm, parameters, context)
        shown = _shown(algorithm, parameters, context)
    except ValueError:
        yield tr("The band specification takes numbers: a minimum and a maximum for each band, and bands like 3,2,1.")
        return
    if any(low >= high for low, high in ranges):
        yield tr("In the value ranges of the bands each minimum has to be below its maximum.")
    if shown and not ranges:
        yield tr("Bands to show are given without value ranges. Give one range for each band of the raster.")
    elif any(not 0 <= band < len(ranges) for band in shown):
        yield tr("Bands to show go from 1 to the number of value ranges.")


def specification(
    algorithm: PicterraAlgorithm, parameters: dict[str, Any], context: QgsProcessingContext
) -> dict[str, Any]:
    """What to send; empty when nothing was given."""
    ranges = _ranges(algorithm, parameters, context)
    shown = _shown(algorithm, parameters, context)
    if not ranges:
        return {}
    if not shown:
        return {"ranges": ranges}
    if algorithm.parameterAsEnum(parameters, FORM, context) == OLDER:
        return {"ranges": ranges, "vizbands": shown}
    return {"ranges": ranges, "display_bands": [{"type": "multiband", "name": "default", "bands": shown}]}


def _rows(
    algorithm: PicterraAlgorithm, parameters: dict[str, Any], context: QgsProcessingContext
) -> list[list[str]]:
    """The rows of the table; empty ones at its end are none. A row belongs to the band of its number."""
    cells = algorithm.cells(parameters, RANGES, context)
    rows = [[*cells[index:index + 2], ""][:2] for index in range(0, len(cells), 2)]
    while rows and not any(rows[-1]):
        rows.pop()
    return rows


def _ranges(
    algorithm: PicterraAlgorithm, parameters: dict[str, Any], context: QgsProcessingContext
) -> list[list[float]]:
    ranges = [[float(cell) for cell in row] for row in _rows(algorithm, parameters, context)]
    if not all(math.isfinite(value) for row in ranges for value in row):
        raise ValueError("not finite")
    return ranges


def _shown(
    algorithm: PicterraAlgorithm, parameters: dict[str, Any], context: QgsProcessingContext
) -> list[int]:
    text = algorithm.parameterAsString(parameters, SHOWN, context)
    return [int(part) - 1 for part in text.split(",") if part.strip()]
