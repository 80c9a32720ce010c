"""Several areas as one shape on the globe."""

from __future__ import annotations

from collections.abc import Sequence

from qgis.core import QgsGeometry, QgsProject

from .kept import Area
from .reproject import on_globe


def together(areas: Sequence[Area]) -> QgsGeometry | None:
    """What the areas cover, in EPSG:4326 within -180..180 and cut at longitude 180; None when there are none.

    Raises :class:`Problem` for what cannot be transformed.
    """
    context = QgsProject.instance().transformContext()
    shapes = [on_globe(one.geometry, one.crs, context) for one in areas]
    if not shapes:
        return None
    return shapes[0] if len(shapes) == 1 else QgsGeometry.unaryUnion(shapes)
