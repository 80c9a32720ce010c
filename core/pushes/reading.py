"""The features of a layer as they are on the screen, with edits that are not saved yet, in longitude and latitude."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsCoordinateTransformContext,
    QgsFeature,
    QgsFeatureRequest,
    QgsFields,
    QgsGeometry,
    QgsProject,
    QgsVectorLayer,
    QgsVectorLayerFeatureSource,
)

from ...providers.errors import Cancelled
from ..geometry.reproject import reprojected, wgs84
from ..problems import Problem
from .checks import Drawn


class Snapshot:
    """What a layer holds now. Made on the main thread, which costs little; read on any other, once or more often."""

    def __init__(self, layer: QgsVectorLayer, part_field: str = "", selected: bool = False) -> None:
        self._source = QgsVectorLayerFeatureSource(layer)
        self._crs = layer.crs()
        self.fields = QgsFields(layer.fields())
        self._part = layer.fields().lookupField(part_field) if part_field else -1
        self._ids = list(layer.selectedFeatureIds()) if selected else None
        self._context: QgsCoordinateTransformContext = QgsProject.instance().transformContext()

    def drawn(self, cancelled: Callable[[], bool] = lambda: False) -> list[Drawn]:
        """The features. One that cannot be transformed has an empty shape, so that the checks tell of it."""
        return [Drawn(identity, self._placed(shape), part) for identity, shape, part in self._features(cancelled)]

    @property
    def crs(self) -> QgsCoordinateReferenceSystem:
        """The system of the shapes that :meth:`features` gives."""
        return self._crs

    @property
    def context(self) -> QgsCoordinateTransformContext:
        """How the project transforms."""
        return self._context

    def features(self, cancelled: Callable[[], bool] = lambda: False) -> Iterator[QgsFeature]:
        """The features as they are."""
        request = QgsFeatureRequest()
        request.setInvalidGeometryCheck(QgsFeatureRequest.InvalidGeometryCheck.GeometryNoCheck)
        if self._ids is not None:
            request.setFilterFids(self._ids)
        for feature in self._source.getFeatures(request):
            if cancelled():
                raise Cancelled
            yield feature

    def _features(self, cancelled: Callable[[], bool]) -> Iterator[tuple[int, QgsGeometry, str]]:
        for feature in self.features(cancelled):
            yield feature.id(), feature.geometry(), _text(feature[self._part]) if self._part >= 0 else ""

    def _placed(self, shape: QgsGeometry) -> QgsGeometry:
        try:
            return reprojected(shape, self._crs, wgs84(), self._context)
        except Problem:
            return QgsGeometry()


def single_polygons(shape: QgsGeometry) -> Iterator[QgsGeometry]:
    """The polygons of a shape, one by one; nothing for what has no area."""
    for part in shape.asGeometryCollection():
        if part.area() > 0:
            yield QgsGeometry(part)


def _text(value: Any) -> str:
    return "" if value is None or (hasattr(value, "isNull") and value.isNull()) else str(value)
