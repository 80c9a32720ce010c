"""Areas from what is there already: selected features, whole layers, the map's extent."""

from __future__ import annotations

from collections.abc import Iterable

from qgis.core import QgsFeature, QgsGeometry, QgsProject, QgsVectorLayer, QgsWkbTypes

from ...core.geometry.kept import Area
from ...core.problems import Problem
from ...core.translation import tr

#: So many shapes are taken at most; a layer with more is better used itself.
MOST = 1000


def polygon_layers() -> list[QgsVectorLayer]:
    """The polygon layers of the project, by name."""
    layers = (one for one in QgsProject.instance().mapLayers().values() if isinstance(one, QgsVectorLayer))
    kind = QgsWkbTypes.GeometryType.PolygonGeometry
    return sorted((one for one in layers if one.isValid() and one.geometryType() == kind), key=QgsVectorLayer.name)


def with_selection() -> list[QgsVectorLayer]:
    """Those of them in which something is selected."""
    return [one for one in polygon_layers() if one.selectedFeatureCount()]


def selected(layer: QgsVectorLayer) -> list[Area]:
    """The selected features; :class:`Problem` where they are no polygons, or too many."""
    if layer.geometryType() != QgsWkbTypes.GeometryType.PolygonGeometry:
        raise Problem(tr("“{name}” holds no polygons. Select features of a polygon layer.").format(name=layer.name()))
    if not layer.selectedFeatureCount():
        raise Problem(tr("Nothing is selected in “{name}”. Select the areas first.").format(name=layer.name()))
    return _areas(layer, layer.selectedFeatureCount(), layer.getSelectedFeatures())


def whole(layer: QgsVectorLayer) -> list[Area]:
    """All features of a layer."""
    return _areas(layer, layer.featureCount(), layer.getFeatures())


def _areas(layer: QgsVectorLayer, count: int, features: Iterable[QgsFeature]) -> list[Area]:
    if count > MOST:
        words = tr("{count} features are too many to be drawn as areas. Choose the layer itself, or at most {most}.")
        raise Problem(words.format(count=count, most=MOST))
    found = [
        Area(QgsGeometry(one.geometry()), layer.crs(), str(layer_name(layer, one)))
        for one in features
        if not one.geometry().isEmpty()
    ]
    if not found:
        raise Problem(tr("“{name}” has no shape to take.").format(name=layer.name()))
    return found


def layer_name(layer: QgsVectorLayer, feature: QgsFeature) -> str:
    """What an area taken from a layer is called."""
    return tr("{layer} {feature}").format(layer=layer.name(), feature=feature.id())
