"""A polygon layer as the input of an algorithm: what is wrong with it as a whole, before its shapes are looked at."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from qgis.core import (
    QgsFeatureRequest,
    QgsProcessingAlgorithm,
    QgsProcessingContext,
    QgsProcessingException,
    QgsProcessingFeatureSource,
    QgsWkbTypes,
)

from ..core.problems import Problem
from ..core.translation import tr


def source_problems(
    source: QgsProcessingFeatureSource | None,
    title: str,
    wanted: int = QgsWkbTypes.GeometryType.PolygonGeometry,
    may_be_empty: bool = False,
) -> Iterator[str]:
    """What is wrong with a layer that is to be sent; cheap. ``wanted`` is the type of geometry that it must have."""
    if source is None:
        return
    wrong_kind = list(kind_problems(source, title, wanted))
    yield from wrong_kind
    if not wrong_kind and not may_be_empty and source.featureCount() == 0:
        yield tr("“{input}” is empty. Draw something in it, or choose another layer.").format(input=title)
    if not source.sourceCrs().isValid():
        yield tr("“{input}” has no coordinate reference system. Set one under the layer's properties.").format(
            input=title
        )


def kind_problems(
    source: QgsProcessingFeatureSource | None, title: str, wanted: int = QgsWkbTypes.GeometryType.PolygonGeometry
) -> Iterator[str]:
    """The problem when a layer has another type of geometry."""
    if source is None:
        return
    kind = QgsWkbTypes.geometryType(source.wkbType())
    if kind != wanted:
        yield tr("“{input}” is of type {kind}. Choose a layer of type {wanted}.").format(
            input=title,
            kind=QgsWkbTypes.geometryDisplayString(kind),
            wanted=QgsWkbTypes.geometryDisplayString(wanted),
        )


@contextmanager
def unfiltered(context: QgsProcessingContext) -> Iterator[None]:
    """Let QGIS hand out invalid features too: we say what is wrong with them, where QGIS would only stop."""
    before = context.invalidGeometryCheck()
    context.setInvalidGeometryCheck(QgsFeatureRequest.InvalidGeometryCheck.GeometryNoCheck)
    try:
        yield
    finally:
        context.setInvalidGeometryCheck(before)


def single_problems(source: QgsProcessingFeatureSource | None, title: str) -> Iterator[str]:
    """What is wrong with a layer that is to hold one polygon; cheap."""
    yield from source_problems(source, title)
    if source is not None and source.featureCount() > 1:
        words = tr("“{input}” holds {count} features where one polygon is expected. Select or merge them.")
        yield words.format(input=title, count=source.featureCount())


def single_polygon(
    algorithm: QgsProcessingAlgorithm, parameters: dict[str, Any], name: str, context: QgsProcessingContext
) -> dict[str, Any]:
    """The only polygon of a layer in longitude and latitude, as a GeoJSON MultiPolygon: its corners as they are, and
    more where a straight side would not stay straight. Raises :class:`Problem` for what cannot be sent."""
    from ..core.geometry.reproject import reprojected, wgs84
    from ..core.geometry.validity import findings
    from ..core.geometry.words import sentences

    with unfiltered(context):
        source = algorithm.parameterAsSource(parameters, name, context)
        if source is None:
            raise QgsProcessingException(algorithm.invalidSourceError(parameters, name))
        features = list(source.getFeatures())
    if len(features) != 1:
        raise Problem(tr("There are {count} polygons where one is expected. Give one.").format(count=len(features)))
    wrong = findings(features[0].geometry(), str(features[0].id()))
    if wrong:
        raise Problem(sentences(wrong))
    made = reprojected(features[0].geometry(), source.sourceCrs(), wgs84(), context.transformContext())
    made.convertToMultiType()
    for point in made.vertices():
        if not (abs(point.x()) <= 180 and abs(point.y()) <= 90):
            raise Problem(
                tr("The polygon lies outside of the world. Check the layer's coordinate reference system.")
            )
    polygons = [[[[point.x(), point.y()] for point in ring] for ring in polygon] for polygon in made.asMultiPolygon()]
    return {"type": "MultiPolygon", "coordinates": polygons}
