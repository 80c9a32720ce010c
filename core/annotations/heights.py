"""Heights for what was drawn without any, from a surface model."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsCoordinateTransform,
    QgsCoordinateTransformContext,
    QgsCsException,
    QgsPointXY,
    QgsRasterLayer,
)

Height = Callable[[float, float], "float | None"]
BAND = 1


def heights_of(
    surface: QgsRasterLayer, crs: QgsCoordinateReferenceSystem, context: QgsCoordinateTransformContext
) -> Height:
    """The height of the surface at a place in ``crs``, as the surface counts it; None outside of it. Not for the main
    thread: the surface may be streamed."""
    provider = surface.dataProvider().clone()
    moves = crs.isValid() and surface.crs().isValid() and crs != surface.crs()
    way = QgsCoordinateTransform(crs, surface.crs(), context) if moves else None

    def height(x: float, y: float) -> float | None:
        try:
            place = QgsPointXY(x, y) if way is None else way.transform(x, y)
        except QgsCsException:
            return None
        value, fine = provider.sample(place, BAND)
        return float(value) if fine and math.isfinite(value) else None

    return height


def raised(coordinates: Any, height: Height) -> Any:
    """Positions of two numbers with their height as a third; where one is not known none of them gets one."""
    found = _raised(coordinates, height)
    return coordinates if found is None else found


def _raised(coordinates: Any, height: Height) -> Any:
    if coordinates and isinstance(coordinates[0], (int, float)):
        if len(coordinates) != 2:
            return coordinates
        value = height(*coordinates)
        return None if value is None else [*coordinates, value]
    inner = [_raised(one, height) for one in coordinates]
    return None if any(one is None for one in inner) else inner
