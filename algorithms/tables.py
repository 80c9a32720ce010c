"""Lists of a platform as a table: a sink of features and the ids as a joined string."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import chain, islice
from typing import Any

from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsFeature,
    QgsFeatureSink,
    QgsFields,
    QgsGeometry,
    QgsPointXY,
    QgsProcessing,
    QgsProcessingAlgorithm,
    QgsProcessingContext,
    QgsProcessingException,
    QgsProcessingOutputNumber,
    QgsProcessingOutputString,
    QgsProcessingParameterFeatureSink,
    QgsProcessingParameterNumber,
    QgsWkbTypes,
)
from qgis.PyQt.QtCore import QDateTime

from ..core import compat
from ..core.translation import tr
from ..providers.work import Work
from .capture_time import capture_time

OUTPUT = "OUTPUT"
MAXIMUM = "MAXIMUM"
WGS84 = "EPSG:4326"
KINDS = {
    "none": (QgsProcessing.SourceType.TypeVector, QgsWkbTypes.Type.NoGeometry),
    "point": (QgsProcessing.SourceType.TypeVectorPoint, QgsWkbTypes.Type.Point),
    "point_z": (QgsProcessing.SourceType.TypeVectorPoint, QgsWkbTypes.Type.PointZ),
    "polygon": (QgsProcessing.SourceType.TypeVectorPolygon, QgsWkbTypes.Type.MultiPolygon),
}
REPORT_EVERY = 100

Columns = Sequence[tuple[str, str]]
"""Name of a member and the kind of field that ``core.compat.make_field`` takes."""


def declare_table(
    algorithm: QgsProcessingAlgorithm, ids: str, ids_title: str, geometry: str = "none", listed: bool = True
) -> None:
    """Declare the sink, the greatest number of entries, and the outputs of a list. ``ids`` names the joined string.
    ``listed`` False: the table only tells what came of a change, so it is whole, and written where it is wanted."""
    if listed:
        most = QgsProcessingParameterNumber(
            MAXIMUM, tr("Greatest number of entries"), defaultValue=0, optional=True, minValue=0
        )
        most.setHelp(tr("Long lists take one request for each page. 0 fetches all."))
        compat.make_advanced(most)
        algorithm.addParameter(most)
    sink = QgsProcessingParameterFeatureSink(
        OUTPUT, tr("Table"), KINDS[geometry][0], optional=True, createByDefault=listed
    )
    sink.setHelp(tr("Where to write the list, one row for each entry."))
    algorithm.addParameter(sink)
    algorithm.addOutput(QgsProcessingOutputString(ids, ids_title))
    algorithm.addOutput(QgsProcessingOutputNumber("COUNT", tr("Number of entries")))


def write_table(
    algorithm: QgsProcessingAlgorithm,
    parameters: dict[str, Any],
    context: QgsProcessingContext,
    work: Work,
    records: Iterable[Mapping[str, Any]],
    columns: Columns,
    ids: str,
    geometry: str = "none",
    shape: Callable[[Mapping[str, Any]], QgsGeometry] | None = None,
    crs: QgsCoordinateReferenceSystem | None = None,
    identity: str = "id",
    captured: str = "",
) -> dict[str, Any]:
    """Write the records as they come and give the outputs that :func:`declare_table` declared.

    A member that is missing gives an empty cell. ``shape`` makes the geometry of a record, in ``crs``, WGS 84 without
    one. ``identity`` is the member that the joined string is made of. ``captured``: the moment of the imagery that all
    of it belongs to; columns that tell of each record come first.
    """
    fields = QgsFields()
    for name, kind in columns:
        fields.append(compat.make_field(name, kind))
    if crs is None:
        crs = QgsCoordinateReferenceSystem(WGS84) if geometry != "none" else QgsCoordinateReferenceSystem()
    asked = algorithm.parameterDefinition(MAXIMUM) is not None
    if asked:  # a platform that gives no list leaves no empty one behind
        coming = iter(records)
        records = chain(list(islice(coming, 1)), coming)
    sink, destination = algorithm.parameterAsSink(parameters, OUTPUT, context, fields, KINDS[geometry][1], crs)
    if sink is None and parameters.get(OUTPUT):
        raise QgsProcessingException(algorithm.invalidSinkError(parameters, OUTPUT))
    most = algorithm.parameterAsInt(parameters, MAXIMUM, context) if asked else 0
    found: list[str] = []
    for record in records:
        work.check_cancelled()
        found.append(str(record.get(identity) or ""))
        if sink is not None:
            feature = QgsFeature(fields)
            feature.setAttributes([cell(record.get(name), kind) for name, kind in columns])
            if shape is not None:
                feature.setGeometry(shape(record))
            if not sink.addFeature(feature, QgsFeatureSink.Flag.FastInsert):
                raise QgsProcessingException(algorithm.writeFeatureError(sink, parameters, OUTPUT))
        if len(found) % REPORT_EVERY == 0:
            work.progress(None, "listing", count=str(len(found)))
        if most and len(found) >= most:
            break
    outputs: dict[str, Any] = {ids: ",".join(found), "COUNT": len(found)}
    del sink  # the file is whole only then
    if destination and geometry != "none":
        capture_time(context, destination, captured)
    if destination:
        outputs[OUTPUT] = destination
    return outputs


def cell(value: Any, kind: str) -> Any:
    """A member as the value of a field of that kind; what does not fit is left empty."""
    if value is None or isinstance(value, (list, dict)):
        return None
    if kind in ("integer", "long", "real"):
        return value if isinstance(value, (int, float)) and not isinstance(value, bool) else None
    if kind == "moment":
        return value if isinstance(value, QDateTime) else None
    if kind == "boolean":
        return value if isinstance(value, bool) else None
    return str(value)


def polygon_of(geojson: Any) -> QgsGeometry:
    """A GeoJSON Polygon or MultiPolygon as geometry; empty when it is missing or is not one."""
    if not isinstance(geojson, Mapping):
        return QgsGeometry()
    coordinates = geojson.get("coordinates")
    try:
        if geojson.get("type") == "Polygon":
            return QgsGeometry.fromMultiPolygonXY([_rings(coordinates)])
        if geojson.get("type") == "MultiPolygon":
            return QgsGeometry.fromMultiPolygonXY([_rings(polygon) for polygon in coordinates])
    except (TypeError, ValueError, IndexError):
        return QgsGeometry()
    return QgsGeometry()


def _rings(rings: Any) -> list[list[QgsPointXY]]:
    return [[QgsPointXY(float(point[0]), float(point[1])) for point in ring] for ring in rings]


def point_of(geojson: Any) -> QgsGeometry:
    """A GeoJSON Point as geometry; empty when it is missing or is not one."""
    try:
        longitude, latitude = geojson["coordinates"][:2]
        return QgsGeometry.fromPointXY(QgsPointXY(float(longitude), float(latitude)))
    except (TypeError, ValueError, KeyError):
        return QgsGeometry()
