"""``imagery_hub_km2``: the area of a shape for expressions, by which a drawn area's field follows its geometry.

Cheap to import, since it is registered when QGIS starts.
"""

from __future__ import annotations

from typing import Any

from qgis.core import QgsCoordinateReferenceSystem, QgsExpression, QgsGeometry, qgsfunction

from .problems import Problem

NAME = "imagery_hub_km2"


@qgsfunction(args="auto", group="Imagery Hub", register=False, usesgeometry=True)
def imagery_hub_km2(geometry: Any, crs: Any, feature: Any, parent: Any) -> Any:
    """Square kilometres on WGS 84's ellipsoid of a shape in the system with that name, as the map shows it."""
    from .geometry.areas import area_km2

    try:
        if not isinstance(geometry, QgsGeometry) or geometry.isNull():
            return None
        return area_km2(geometry, QgsCoordinateReferenceSystem(str(crs)))
    except Problem as problem:
        parent.setEvalErrorString(str(problem))
        return None


def install() -> None:
    """Let expressions use it. Without the plugin the field keeps what it has."""
    QgsExpression.registerFunction(imagery_hub_km2)


def remove() -> None:
    """Take it back."""
    QgsExpression.unregisterFunction(NAME)
