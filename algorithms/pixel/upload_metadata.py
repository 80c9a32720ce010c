"""What is said of files at upload: of all the same, and of each by a table that names the files."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from qgis.core import (
    NULL,
    QgsCoordinateReferenceSystem,
    QgsCoordinateTransform,
    QgsFeatureRequest,
    QgsProcessing,
    QgsProcessingAlgorithm,
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProcessingParameterFeatureSource,
    QgsProcessingParameterField,
    QgsProcessingParameterMatrix,
    QgsWkbTypes,
)

from ...core.translation import tr
from ...core.uploads.metadata import MEMBERS, Row, Said, joined, merged, unmatched
from ..parameters.plain import advanced, given, helped, moment
from ..tables import WGS84

CAPTURE_DATE, METADATA = "CAPTURE_DATE", "METADATA"
NUMBER = re.compile(r"-?(0|[1-9][0-9]{0,14})(\.[0-9]{1,15})?")
TABLE, FILE_FIELD, COLUMNS = "TABLE", "FILE_FIELD", "COLUMNS"


def declare_metadata(algorithm: QgsProcessingAlgorithm, kind: str) -> None:
    """Declare what can be said of files of a kind: ``image``, ``raster`` or ``point_cloud``."""
    algorithm.addParameter(moment(CAPTURE_DATE, tr("Captured at")))
    pairs = QgsProcessingParameterMatrix(
        METADATA, tr("Further metadata of all"), hasFixedNumberRows=False, headers=[tr("Name"), tr("Value")],
        optional=True,
    )
    algorithm.addParameter(helped(pairs, tr("Names and values of your own, the same for all files.")))
    table = QgsProcessingParameterFeatureSource(
        TABLE, tr("Table about the files"), [QgsProcessing.SourceType.TypeVector], optional=True
    )
    words = tr(
        "One row for each file. Its columns {members} become what the platform has of those names, all others further"
        " metadata."
    ).format(members=", ".join(MEMBERS[kind]))
    if kind == "image":
        words += " " + tr("The points of a layer are the positions of images that have none of their own.")
    algorithm.addParameter(helped(table, words))
    names = QgsProcessingParameterField(
        FILE_FIELD, tr("Column with the names of the files"), parentLayerParameterName=TABLE, optional=True
    )
    words = tr("Names with or without ending, or with as many folders as tell them apart.")
    algorithm.addParameter(helped(names, words))
    columns = QgsProcessingParameterField(
        COLUMNS, tr("Columns that are sent"), parentLayerParameterName=TABLE, allowMultiple=True, optional=True
    )
    algorithm.addParameter(advanced(helped(columns, tr("Empty: all."))))


def metadata_problems(
    algorithm: Any, parameters: dict[str, Any], context: QgsProcessingContext
) -> Iterator[str]:
    """What is wrong with it, as sentences."""
    yield from algorithm.unreadable(parameters, context, CAPTURE_DATE)
    if given(parameters, TABLE) and not algorithm.text(parameters, FILE_FIELD, context):
        yield tr("Choose the column of the table that holds the names of the files.")
    names = algorithm.cells(parameters, METADATA, context)[::2]
    if any(not name for name in names):
        yield tr("A row of the further metadata has no name. Give one, or remove the row.")
    doubled = sorted({name for name in names if name and names.count(name) > 1})
    if doubled:
        yield tr("These names stand twice in the further metadata: {names}.").format(names=", ".join(doubled))


def said_of(
    algorithm: Any,
    parameters: dict[str, Any],
    context: QgsProcessingContext,
    feedback: QgsProcessingFeedback,
    paths: Sequence[Path],
    kind: str,
) -> dict[Path, Said]:
    """What is said of each file. Raises :class:`Problem` where it is not clear which file a row means."""
    captured = algorithm.moment(parameters, CAPTURE_DATE, context)
    cells = algorithm.cells(parameters, METADATA, context)
    common = Said({"capture_date": captured} if captured else {}, dict(zip(cells[::2], map(_value, cells[1::2]))))
    found: dict[Path, Said] = {}
    if given(parameters, TABLE):
        found = joined(paths, _rows(algorithm, parameters, context), kind)
        missing = unmatched(paths, found)
        if missing:
            feedback.pushWarning(missing)
    return {path: merged(common, found.get(path)) for path in paths}


def _value(text: str) -> str | int | float:
    """A number where it is written as one; ``007`` stays a text."""
    if not NUMBER.fullmatch(text):
        return text
    return float(text) if "." in text else int(text)


def _rows(algorithm: Any, parameters: dict[str, Any], context: QgsProcessingContext) -> list[Row]:
    source = algorithm.parameterAsSource(parameters, TABLE, context)
    key = algorithm.text(parameters, FILE_FIELD, context)
    chosen = algorithm.parameterAsFields(parameters, COLUMNS, context)
    names = [field.name() for field in source.fields()]
    sent = [name for name in (chosen or names) if name != key and (chosen or name.lower() != "fid")]
    points = QgsWkbTypes.geometryType(source.wkbType()) == QgsWkbTypes.GeometryType.PointGeometry
    to_degrees = QgsCoordinateTransform(
        source.sourceCrs(), QgsCoordinateReferenceSystem(WGS84), context.transformContext()
    )
    found = []
    for feature in source.getFeatures(QgsFeatureRequest()):
        place = None
        if points and not feature.geometry().isEmpty():
            point = to_degrees.transform(feature.geometry().centroid().asPoint())
            place = point.x(), point.y()
        file = feature[key]
        text = "" if file is None or file == NULL else str(file)
        found.append(Row(text, {name: feature[name] for name in sent}, place))
    return found
