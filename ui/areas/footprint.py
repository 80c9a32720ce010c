"""Whether an area lies on the raster that a dialog names, where the map shows that raster."""

from __future__ import annotations

from collections.abc import Sequence

from qgis.core import (
    QgsGeometry,
    QgsMapLayer,
    QgsProcessingParameterDefinition,
    QgsProcessingParameterRasterLayer,
    QgsProject,
    QgsRasterLayer,
)
from qgis.gui import QgsAbstractProcessingParameterWidgetWrapper

from ...core.geometry.kept import Area
from ...core.geometry.reproject import on_globe
from ...core.layers import provenance
from ...core.problems import Problem
from ...core.translation import tr


def tells_raster(parameter: QgsProcessingParameterDefinition) -> bool:
    """Whether a parameter names a raster: a layer, or one of the platform by its id."""
    entry = parameter.metadata().get("entry") or {}
    return isinstance(parameter, QgsProcessingParameterRasterLayer) or entry.get("kind") == "raster"


def shown_raster(wrappers: Sequence[QgsAbstractProcessingParameterWidgetWrapper]) -> QgsRasterLayer | None:
    """The layer of the raster that the other parameters name, if the project has it."""
    for wrapper in wrappers:
        value = wrapper.parameterValue()
        if not isinstance(value, str) or not value:
            continue
        layer = QgsProject.instance().mapLayer(value)
        if isinstance(layer, QgsRasterLayer):
            return layer
        for one in QgsProject.instance().mapLayers().values():
            if isinstance(one, QgsRasterLayer) and _raster_id(one) == value:
                return one
    return None


def _raster_id(layer: QgsMapLayer) -> str:
    """From the layer itself only: its file may be far away."""
    origin = provenance.parse(str(layer.customProperty(provenance.PROPERTY, "")))
    return "" if origin is None else origin.ids.get("raster", "")


def outside(areas: Sequence[Area], raster: QgsRasterLayer) -> str:
    """A sentence about the first area that has no part on the raster; empty when all have, or nobody can tell."""
    if not raster.crs().isValid() or raster.extent().isEmpty():
        return ""
    try:
        place = on_globe(QgsGeometry.fromRect(raster.extent()), raster.crs())
        for one in areas:
            if not on_globe(one.geometry, one.crs).intersects(place):
                words = tr("{area} lies outside the raster “{raster}”. Move it onto the raster.")
                return words.format(area=one.name or tr("The area"), raster=raster.name())
    except Problem as problem:
        return str(problem)
    return ""
