"""Areas as the input of an algorithm: a polygon layer, which the dialog's widget lets the user draw too."""

from __future__ import annotations

from typing import Any

from qgis.core import (
    QgsProcessing,
    QgsProcessingParameterFeatureSource,
    QgsProcessingParameterGeometry,
    QgsWkbTypes,
)

from ...core.area_input import INTEREST, TAKES_AREA

#: Named, not imported: without a window nothing of it is loaded.
WIDGETS = f"{__name__.split('.algorithms.')[0]}.ui.areas"
WIDGET, GEOMETRY_WIDGET = f"{WIDGETS}.wrapper.AreaWidget", f"{WIDGETS}.geometry.GeometryWidget"


def area_parameter(
    name: str,
    description: str,
    *,
    optional: bool = False,
    purpose: str = INTEREST,
    help: str = "",  # noqa: A002 - QGIS's own word
) -> QgsProcessingParameterFeatureSource:
    """A polygon layer; in the dialog it can be drawn on the map, and its square kilometres are shown.

    ``purpose`` is what a drawn area is noted to be for (``core.area_input``). In the modeler, in batch and without
    a window this is QGIS's own parameter of a vector layer.
    """
    kinds = [QgsProcessing.SourceType.TypeVectorPolygon]
    parameter = QgsProcessingParameterFeatureSource(name, description, kinds, optional=optional)
    if help:
        parameter.setHelp(help)
    return drawable(parameter, purpose)


def drawable(
    parameter: QgsProcessingParameterFeatureSource, purpose: str = INTEREST, offered: bool = True
) -> QgsProcessingParameterFeatureSource:
    """Let the areas of a parameter that is there already be drawn; ``offered`` puts it among the uses of areas."""
    widget = {"class": WIDGET, "purpose": purpose}
    parameter.setMetadata({**parameter.metadata(), "widget_wrapper": widget, TAKES_AREA: offered})
    return parameter


def polygon_parameter(name: str, description: str, optional: bool = False, purpose: str = INTEREST) -> Any:
    """One polygon as a text (WKT, with its reference system), for what an area is compared with and not sent. In the
    dialog it can be drawn on the map too."""
    kinds = [QgsWkbTypes.GeometryType.PolygonGeometry]
    parameter = QgsProcessingParameterGeometry(name, description, optional=optional, geometryTypes=kinds)
    parameter.setMetadata({"widget_wrapper": {"class": GEOMETRY_WIDGET, "purpose": purpose}})
    return parameter
