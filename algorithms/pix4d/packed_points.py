"""Control points and their marks, from layers into an archive of photos."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from qgis.core import (
    QgsProcessing,
    QgsProcessingContext,
    QgsProcessingParameterBoolean,
    QgsProcessingParameterCrs,
    QgsProcessingParameterFeatureSource,
)

from ...core.problems import Problem
from ...core.translation import tr
from ..parameters.plain import advanced, given, helped, number, string

GCPS, MARKS, CRS, VERTICAL = "GCPS", "MARKS", "GCP_CRS", "GCP_VERTICAL_CRS"
GEOID_HEIGHT, XY_ACCURACY, Z_ACCURACY, TIE_POINTS = "GCP_GEOID_HEIGHT", "XY_ACCURACY", "Z_ACCURACY", "TIE_POINTS"
USUAL_ACCURACY = 0.02, 0.03
"""Of points that tell none, horizontal and vertical: those of the platform's documented example."""


def declare(algorithm: Any) -> None:
    """Declare layers, system and accuracies."""
    kinds = [QgsProcessing.SourceType.TypeVector]
    gcps = QgsProcessingParameterFeatureSource(GCPS, tr("Control points (layer)"), kinds, optional=True)
    words = tr(
        "Points with their names (name), heights (z, or those of the points) and, if there are any, types (point_type:"
        " GCP or CHECKPOINT) and accuracies (xy_accuracy, z_accuracy). A table with x and y will do."
    )
    algorithm.addParameter(helped(gcps, words))
    marks = QgsProcessingParameterFeatureSource(MARKS, tr("Marks (table)"), kinds, optional=True)
    words = tr(
        "Where the points are in the photos: the point's name (point), the photo's path or name (photo), and pixels"
        " from the top left corner (x, y)."
    )
    algorithm.addParameter(helped(marks, words))
    crs = QgsProcessingParameterCrs(CRS, tr("Coordinate reference system of the control points"), optional=True)
    words = tr("One of the EPSG authority. Empty: that of the layer. It becomes the system of the results.")
    algorithm.addParameter(advanced(helped(crs, words)))
    words = tr("EPSG code of their heights, such as 5773 for EGM96.")
    algorithm.addParameter(advanced(string(VERTICAL, tr("Vertical system of the control points"), words)))
    words = tr("Height of the geoid above the ellipsoid, in the unit of the heights.")
    algorithm.addParameter(advanced(number(GEOID_HEIGHT, tr("Geoid height"), words, -1e6, 1e6)))
    words = tr("In the unit of the system, for points that tell none.")
    for name, title, usual in (
        (XY_ACCURACY, tr("Usual horizontal accuracy"), USUAL_ACCURACY[0]),
        (Z_ACCURACY, tr("Usual vertical accuracy"), USUAL_ACCURACY[1]),
    ):
        algorithm.addParameter(advanced(number(name, title, words, 1e-6, 1e6, usual)))
    ties = QgsProcessingParameterBoolean(TIE_POINTS, tr("Marked points without coordinates are tie points"), False)
    words = tr("Points that the table of marks names and that are not among the control points.")
    algorithm.addParameter(advanced(helped(ties, words)))


def problems(algorithm: Any, parameters: dict[str, Any], context: QgsProcessingContext) -> Iterator[str]:
    """What is wrong with the layers as a whole, and what PIX4D would not take of the system."""
    from ...core.control_points import rows
    from ...core.crs_rules import refusal

    source = algorithm.parameterAsSource(parameters, GCPS, context) if given(parameters, GCPS) else None
    if source is None:
        if given(parameters, MARKS):
            yield tr("Marks are given without control points. Give the layer with the points.")
        return
    yield from rows.column_problems(rows.completed(rows.Columns(), source), source)
    try:
        definition = _definition(algorithm, parameters, context, source)
    except Problem as problem:
        yield str(problem)
        return
    if not definition.startswith("EPSG:"):
        yield tr("The coordinate reference system of the control points has to be of the EPSG authority. Choose one.")
        return
    refused = refusal(definition)
    if refused:
        yield refused


def points(
    algorithm: Any, parameters: dict[str, Any], context: QgsProcessingContext, photos: Mapping[str, Path]
) -> dict[str, Any] | None:
    """The content of ``input_control_points.json``; None without a layer. Raises :class:`Problem` that names rows."""
    from ...core.control_points import rows
    from ...core.control_points.axes import north_first
    from ...providers.shapes.opf_control_points import control_points_file

    source = algorithm.parameterAsSource(parameters, GCPS, context) if given(parameters, GCPS) else None
    if source is None:
        return None
    definition = _definition(algorithm, parameters, context, source)
    wanted = rows.Wanted(definition, context=context.transformContext())
    found = rows.read_points(source, rows.completed(rows.Columns(), source), wanted).points
    marks = _marks(algorithm, parameters, context, photos)
    known: set[str] = {one["name"] for one in found}
    ties: list[str] = []
    if algorithm.parameterAsBoolean(parameters, TIE_POINTS, context):
        ties = [name for name in dict.fromkeys(one["gcp"] for one in marks) if name not in known]
    accuracies = tuple(algorithm.parameterAsDouble(parameters, name, context) for name in (XY_ACCURACY, Z_ACCURACY))
    return control_points_file(
        found, marks, definition, photos, north_first=north_first(definition),
        accuracies=(accuracies[0], accuracies[1]),
        geoid_height=algorithm.real(parameters, GEOID_HEIGHT, context),
        mtps=[{"name": name} for name in ties],
    )


def _definition(algorithm: Any, parameters: dict[str, Any], context: QgsProcessingContext, source: Any) -> str:
    from ...core.crs_rules import definition_of

    crs = algorithm.parameterAsCrs(parameters, CRS, context) if given(parameters, CRS) else source.sourceCrs()
    return definition_of(crs, algorithm.text(parameters, VERTICAL, context))


def _marks(
    algorithm: Any, parameters: dict[str, Any], context: QgsProcessingContext, photos: Mapping[str, Path]
) -> list[dict[str, Any]]:
    """The marks, each inside its photo."""
    from ...core.control_points import mark_rows, rows
    from ...core.photos.reading import read

    source = algorithm.parameterAsSource(parameters, MARKS, context) if given(parameters, MARKS) else None
    if source is None:
        return []
    columns = mark_rows.completed(mark_rows.MarkColumns(), source)
    sizes: dict[str, mark_rows.Size] = dict.fromkeys(photos, (None, None))
    found = mark_rows.look_at_marks(source, columns, sizes)
    for name in {mark["photo"] for mark in found.marks}:
        photo = read(photos[name])
        sizes[name] = (photo.width, photo.height_pixels) if photo is not None else (None, None)
    found = mark_rows.look_at_marks(source, columns, sizes)
    if found.problems:
        raise Problem(rows.told([one.words for one in found.problems]))
    return found.marks
