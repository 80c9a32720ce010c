"""Layers that an algorithm writes beside its main list: a sink with columns, features of plain values."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsFeature,
    QgsFeatureSink,
    QgsFields,
    QgsGeometry,
    QgsProcessingAlgorithm,
    QgsProcessingContext,
    QgsProcessingException,
    QgsWkbTypes,
)

from ..core import compat
from .tables import WGS84, Columns


class RowSink:
    """A sink with these columns, in WGS 84 where it has shapes; nothing is written where it is not wanted.

    ``destination`` is empty then. The file is whole once :meth:`close` was called.
    """

    def __init__(
        self,
        algorithm: QgsProcessingAlgorithm,
        parameters: dict[str, Any],
        name: str,
        context: QgsProcessingContext,
        columns: Columns,
        kind: QgsWkbTypes.Type = QgsWkbTypes.Type.NoGeometry,
    ) -> None:
        self._algorithm = algorithm
        self._name = name
        self._fields = QgsFields()
        for title, sort in columns:
            self._fields.append(compat.make_field(title, sort))
        place = QgsCoordinateReferenceSystem(WGS84 if kind != QgsWkbTypes.Type.NoGeometry else "")
        self._sink: Any
        self._sink, self.destination = algorithm.parameterAsSink(parameters, name, context, self._fields, kind, place)
        if self._sink is None and parameters.get(name):
            raise QgsProcessingException(algorithm.invalidSinkError(parameters, name))

    def add(self, values: Sequence[Any], shape: QgsGeometry | None = None) -> None:
        """One feature."""
        if self._sink is None:
            return
        feature = QgsFeature(self._fields)
        feature.setAttributes(list(values))
        if shape is not None:
            feature.setGeometry(shape)
        if not self._sink.addFeature(feature, QgsFeatureSink.Flag.FastInsert):
            raise QgsProcessingException(self._algorithm.writeFeatureError(self._sink, {}, self._name))

    def close(self) -> None:
        """Let go of the file."""
        self._sink = None
