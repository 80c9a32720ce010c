"""Parameters of an algorithm as JSON and back, so that a later session can run it again.

What QGIS's own types hold is kept under a member ``@``. Layers that exist only in memory cannot be kept; neither can
sources that may hold a password. The job then says why it cannot be taken up later.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from enum import Enum
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsGeometry,
    QgsMapLayer,
    QgsPointXY,
    QgsProcessingFeatureSourceDefinition,
    QgsProcessingOutputLayerDefinition,
    QgsProject,
    QgsProperty,
    QgsRectangle,
    QgsReferencedPointXY,
    QgsReferencedRectangle,
    QgsVectorLayer,
)
from qgis.PyQt.QtCore import QDate, QDateTime, Qt, QTime, QUrl, QVariant
from qgis.PyQt.QtGui import QColor

from .. import log
from ..translation import tr
from . import selections

TYPE = "@"
#: Providers whose source is, as a rule, the path of a file.
FILE_PROVIDERS = ("ogr", "gdal", "delimitedtext", "spatialite", "mdal", "pdal")


def to_json(
    values: dict[str, Any], project: QgsProject | None = None, takes_layers: Collection[str] = ()
) -> tuple[dict[str, Any], str]:
    """The values as JSON, and a sentence about what could not be kept ("" when all could).

    The ids of layers of the project become the layers' sources; so do their names in the parameters ``takes_layers``,
    where Processing looks for them too. With a project, for the main thread only.
    """
    obstacles: list[str] = []
    by_name = False

    def convert(value: Any) -> Any:
        if isinstance(value, str):
            layer = _layer_named(value, project, by_name)
            return _text(value, obstacles) if layer is None else _layer(layer, obstacles)
        if value is None or isinstance(value, (bool, int, float)):
            return value
        if isinstance(value, (list, tuple, set)):
            return [convert(one) for one in value]
        if isinstance(value, dict):
            return {str(name): convert(one) for name, one in value.items()}
        if isinstance(value, QgsMapLayer):
            return _layer(value, obstacles)
        if isinstance(value, QgsProcessingFeatureSourceDefinition) and value.selectedFeaturesOnly:
            layer = _layer_of(value.source, project, by_name)
            if layer is not None and layer.selectedFeatureCount():
                return _selected(value, layer, obstacles)
        if isinstance(value, QVariant):
            return None if value.isNull() else convert(value.value())
        for known, keep in _KEEPERS:
            if isinstance(value, known):
                return keep(value, convert)
        obstacles.append(tr("a value of the type {name}").format(name=type(value).__name__))
        return None

    stored = {}
    for name, value in values.items():
        by_name = name in takes_layers
        stored[name] = convert(value)
    # ``convert`` refers to itself: were the project still in that circle, collecting it as garbage would clear the
    # Python slots that are connected to the project's signals.
    project = None
    if not obstacles:
        return stored, ""
    words = tr("This job cannot be continued in another session, since it was started with {things}.")
    return stored, log.scrub(words.format(things=", ".join(dict.fromkeys(obstacles))))


def _layer_named(name: str, project: QgsProject | None, by_name: bool) -> QgsMapLayer | None:
    layer = None if project is None else project.mapLayer(name)
    if layer is None and by_name and project is not None:
        layer = next(iter(project.mapLayersByName(name)), None)
    return layer


def _layer_of(source: QgsProperty, project: QgsProject | None, by_name: bool) -> QgsVectorLayer | None:
    """The layer of the window that a source names; a selection is nowhere else."""
    value = source.staticValue() if source.propertyType() == QgsProperty.Type.StaticProperty else None
    layer = _layer_named(value, project, by_name) if isinstance(value, str) else value
    return layer if isinstance(layer, QgsVectorLayer) else None


def _selected(value: QgsProcessingFeatureSourceDefinition, layer: QgsVectorLayer, obstacles: list[str]) -> Any:
    """The features that are selected now: a later session has no selection, and would run on nothing."""
    path = selections.keep(layer)
    if not path:
        obstacles.append(tr("the selection in “{name}”, which could not be kept").format(name=layer.name()))
    return _noted(value, path or layer.id(), False)


def _text(value: str, obstacles: list[str]) -> str | None:
    """A text, or a source given as text, unless something in it looks like a secret, percent-encoded or not."""
    plain = unquote(value)
    if log.scrub(plain) == plain:
        return value
    obstacles.append(tr("a text that may hold a password or a signed address"))
    return None


def _layer(layer: QgsMapLayer, obstacles: list[str]) -> str | None:
    provider = layer.dataProvider().name() if layer.dataProvider() is not None else ""
    if provider not in FILE_PROVIDERS:
        obstacles.append(tr("the layer “{name}”, which is not in a file").format(name=layer.name()))
        return str(layer.id())
    return _text(str(layer.source()), obstacles)


Convert = Callable[[Any], Any]


def _property(value: QgsProperty, convert: Convert) -> Any:
    if value.propertyType() == QgsProperty.Type.StaticProperty:
        return convert(value.staticValue())
    return {TYPE: "expression", "text": value.asExpression()}


def _source(value: QgsProcessingFeatureSourceDefinition, convert: Convert) -> Any:
    return _noted(value, convert(value.source), value.selectedFeaturesOnly)


def _noted(value: QgsProcessingFeatureSourceDefinition, source: Any, selected: bool) -> dict[str, Any]:
    """The filter came with QGIS 3.32."""
    filter_ = getattr(value, "filterExpression", "")
    return {TYPE: "source", "source": source, "selected": selected, "limit": value.featureLimit, "filter": filter_}


def _output(value: QgsProcessingOutputLayerDefinition, convert: Convert) -> Any:
    return {
        TYPE: "output",
        "sink": convert(value.sink),
        "options": convert(value.createOptions),
        "name": value.destinationName,
    }


def _crs(value: QgsCoordinateReferenceSystem, convert: Convert) -> Any:
    wkt = value.toWkt(QgsCoordinateReferenceSystem.WktVariant.WKT_PREFERRED)
    return {TYPE: "crs", "text": value.authid() or wkt}


def _rectangle(value: QgsRectangle, convert: Convert) -> str:
    corners = (value.xMinimum(), value.xMaximum(), value.yMinimum(), value.yMaximum())
    text = ",".join(repr(one) for one in corners)
    return f"{text} [{value.crs().authid()}]" if isinstance(value, QgsReferencedRectangle) else text


def _point(value: QgsPointXY, convert: Convert) -> str:
    text = f"{value.x()!r},{value.y()!r}"
    return f"{text} [{value.crs().authid()}]" if isinstance(value, QgsReferencedPointXY) else text


_KEEPERS: tuple[tuple[type, Callable[[Any, Convert], Any]], ...] = (
    (QgsProperty, _property),
    (QgsProcessingFeatureSourceDefinition, _source),
    (QgsProcessingOutputLayerDefinition, _output),
    (QgsCoordinateReferenceSystem, _crs),
    (QgsRectangle, _rectangle),
    (QgsPointXY, _point),
    (QgsGeometry, lambda value, convert: value.asWkt(17)),
    (QDateTime, lambda value, convert: {TYPE: "moment", "text": value.toString(Qt.DateFormat.ISODateWithMs)}),
    (QDate, lambda value, convert: {TYPE: "date", "text": value.toString(Qt.DateFormat.ISODate)}),
    (QTime, lambda value, convert: {TYPE: "time", "text": value.toString(Qt.DateFormat.ISODateWithMs)}),
    (QColor, lambda value, convert: value.name(QColor.NameFormat.HexArgb)),
    (QUrl, lambda value, convert: value.toString()),
    (Enum, lambda value, convert: convert(value.value)),
    (Path, lambda value, convert: str(value)),
)


def from_json(values: dict[str, Any]) -> dict[str, Any]:
    """The parameters again, as ``run`` takes them."""
    return {name: _restore(value) for name, value in values.items()}


def _restore(value: Any) -> Any:
    if isinstance(value, list):
        return [_restore(one) for one in value]
    if not isinstance(value, dict):
        return value
    restore = _RESTORERS.get(value.get(TYPE, ""))
    return restore(value) if restore is not None else {name: _restore(one) for name, one in value.items()}


def _restored_source(value: dict[str, Any]) -> QgsProcessingFeatureSourceDefinition:
    definition = QgsProcessingFeatureSourceDefinition(str(value["source"]), bool(value["selected"]))
    definition.featureLimit = int(value["limit"])
    if value.get("filter"):
        definition.filterExpression = str(value["filter"])
    return definition


def _restored_output(value: dict[str, Any]) -> QgsProcessingOutputLayerDefinition:
    definition = QgsProcessingOutputLayerDefinition(str(_restore(value["sink"])))
    definition.createOptions = _restore(value["options"])
    if value["name"]:
        definition.destinationName = str(value["name"])
    return definition


_RESTORERS: dict[str, Callable[[dict[str, Any]], Any]] = {
    "expression": lambda value: QgsProperty.fromExpression(str(value["text"])),
    "source": _restored_source,
    "output": _restored_output,
    "crs": lambda value: QgsCoordinateReferenceSystem(str(value["text"])),
    "moment": lambda value: QDateTime.fromString(value["text"], Qt.DateFormat.ISODateWithMs),
    "date": lambda value: QDate.fromString(value["text"], Qt.DateFormat.ISODate),
    "time": lambda value: QTime.fromString(value["text"], Qt.DateFormat.ISODateWithMs),
}
