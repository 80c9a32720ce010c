"""Layers of annotations as the input of an algorithm: their rows, and the files that these are kept in."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from qgis.core import (
    QgsFeatureRequest,
    QgsProcessing,
    QgsProcessingContext,
    QgsProcessingFeatureSource,
    QgsProcessingFeatureSourceDefinition,
    QgsProcessingFeedback,
    QgsProcessingParameterFeatureSource,
    QgsProcessingUtils,
    QgsProject,
    QgsProperty,
    QgsVectorLayer,
    QgsWkbTypes,
)

from ...core.problems import Problem
from ...core.translation import tr
from ..parameters.plain import given, helped
from ..polygons import kind_problems
from .common import Pix4dAlgorithm

if TYPE_CHECKING:  # QGIS starts without what only a running algorithm needs
    from ...core.annotations import rows
    from ...core.annotations.landing import Place

_GEOMETRY = {
    "POINTS": (QgsProcessing.SourceType.TypeVectorPoint, QgsWkbTypes.GeometryType.PointGeometry),
    "LINES": (QgsProcessing.SourceType.TypeVectorLine, QgsWkbTypes.GeometryType.LineGeometry),
    "POLYGONS": (QgsProcessing.SourceType.TypeVectorPolygon, QgsWkbTypes.GeometryType.PolygonGeometry),
    "CIRCLES": (QgsProcessing.SourceType.TypeVectorPolygon, QgsWkbTypes.GeometryType.PolygonGeometry),
}
#: How many rows that cannot be sent are named.
MOST_NAMED = 10


@dataclass(frozen=True)
class Input:
    """One of the layers. ``place``: the file of ours that it shows, which is kept up to date. ``whole``: all its rows
    are read, so that one that is missing was deleted."""

    name: str
    source: QgsProcessingFeatureSource
    place: Place | None
    whole: bool

    @property
    def prefix(self) -> str:
        """What the keys of its rows begin with."""
        return f"{self.name}/"


def declare_layers(algorithm: Pix4dAlgorithm) -> None:
    """The four layers, each optional."""
    words = {
        "POINTS": tr("Points, in any coordinate reference system. A field “radius” makes circles of them."),
        "LINES": tr("Lines, in any coordinate reference system."),
        "POLYGONS": tr("Polygons, in any coordinate reference system."),
        "CIRCLES": tr("Polygons that are circles, as QGIS's circle tools draw them; other polygons stay polygons."),
    }
    titles = {"POINTS": tr("Points"), "LINES": tr("Lines"), "POLYGONS": tr("Polygons"), "CIRCLES": tr("Circles")}
    for name, (kind, _) in _GEOMETRY.items():
        made = QgsProcessingParameterFeatureSource(name, titles[name], [kind], optional=True)
        algorithm.addParameter(helped(made, words[name]))


def layer_problems(
    algorithm: Pix4dAlgorithm, parameters: dict[str, Any], context: QgsProcessingContext
) -> Iterator[str]:
    """What is wrong with the layers as such."""
    from ...core.annotations import files

    names = [name for name in _GEOMETRY if given(parameters, name)]
    if not names:
        yield tr("No layer is given. Choose at least one.")
    for name in names:
        title = algorithm.parameterDefinition(name).description()
        source = algorithm.parameterAsSource(parameters, name, context)
        yield from kind_problems(source, title, _GEOMETRY[name][1])
        layer = _layer(algorithm, parameters, name, context)
        if layer is not None and layer.isModified() and files.table_of(layer) is not None:
            yield tr("“{layer}” has edits that are not saved. Save them, then push.").format(layer=layer.name())


def layers_of(
    algorithm: Pix4dAlgorithm, parameters: dict[str, Any], context: QgsProcessingContext, project_id: str
) -> list[Input]:
    """The layers that are given. A file that holds another project's annotations is read, and left as it is."""
    found = []
    for name in _GEOMETRY:
        source = algorithm.parameterAsSource(parameters, name, context) if given(parameters, name) else None
        if source is None:
            continue
        place = place_of(algorithm, parameters, name, context, project_id)
        layer = _layer(algorithm, parameters, name, context)
        value = parameters[name]
        some = isinstance(value, QgsProcessingFeatureSourceDefinition) and (
            value.selectedFeaturesOnly or value.featureLimit >= 0 or bool(getattr(value, "filterExpression", ""))
        )
        whole = not some and (layer is None or not layer.subsetString())
        found.append(Input(name, source, place, whole))
    return found


def place_of(
    algorithm: Pix4dAlgorithm,
    parameters: dict[str, Any],
    name: str,
    context: QgsProcessingContext,
    project_id: str = "",
) -> Place | None:
    """The file of ours that a layer shows; None for any other layer, and for one of another project."""
    from ...core.annotations import files
    from ...core.annotations.landing import Place
    from ...core.layers import provenance

    layer = _layer(algorithm, parameters, name, context)
    table = None if layer is None else files.table_of(layer)
    if table is None:
        return None
    origin = provenance.read_file(table.path, table.kind)
    if project_id and (origin is None or origin.ids.get("project") != project_id):
        return None
    return Place(f"{name}/", table)


def _layer(
    algorithm: Pix4dAlgorithm, parameters: dict[str, Any], name: str, context: QgsProcessingContext
) -> QgsVectorLayer | None:
    value = parameters.get(name)
    if isinstance(value, QgsProcessingFeatureSourceDefinition):
        value = value.source
    if isinstance(value, QgsProperty):
        value = value.staticValue()
    if isinstance(value, QgsVectorLayer):
        return value
    layer = QgsProcessingUtils.mapLayerFromString(str(value), context) if value else None
    return layer if isinstance(layer, QgsVectorLayer) else None


def rows_of(inputs: Sequence[Input], target: rows.Target, feedback: QgsProcessingFeedback) -> list[rows.Local]:
    """All rows. Raises :class:`Problem` that names the rows that cannot be sent, before anything is."""
    from ...core.annotations import rows

    good: list[rows.Local] = []
    wrong: list[str] = []
    for one in inputs:
        flag = QgsProcessingFeatureSource.Flag.FlagSkipGeometryValidityChecks
        found = rows.read(
            one.source.getFeatures(QgsFeatureRequest(), flag), one.source.fields(), one.source.sourceCrs(), target,
            one.prefix, feedback.isCanceled,
        )
        good += found.good
        wrong += [
            tr("{layer}, feature {row}: {words}").format(
                layer=one.source.sourceName(), row=each.key[len(one.prefix):], words=each.words)
            for each in found.wrong
        ]
    if wrong:
        more = len(wrong) - MOST_NAMED
        lines = [*wrong[:MOST_NAMED], *([tr("And {count} more.").format(count=more)] if more > 0 else [])]
        raise Problem("\n".join(lines))
    return good


def came_with(inputs: Sequence[Input]) -> dict[str, str]:
    """The digests, by id, of what came with the layers that were read whole."""
    from ...core.annotations import files

    found: dict[str, str] = {}
    for one in inputs:
        if one.place is not None and one.whole:
            found.update(files.came(one.place.table))
    return found


def show_again(places: Iterable[Place]) -> None:
    """Let the layers of the project that show these files read them again. Main thread."""
    paths = {str(one.table.path) for one in places}
    for layer in QgsProject.instance().mapLayers().values():
        if isinstance(layer, QgsVectorLayer) and layer.source().partition("|")[0] in paths:
            layer.reload()
            layer.triggerRepaint()
