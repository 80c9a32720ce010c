"""A polygon layer as the input of an algorithm: what is wrong with it as a whole, before its shapes are looked at."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from qgis.core import QgsFeatureRequest, QgsProcessingContext, QgsProcessingFeatureSource, QgsWkbTypes

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
