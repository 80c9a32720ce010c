"""Volumes between the surface model of a project and a base, for each polygon of a layer."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from qgis.core import (
    QgsFeature,
    QgsFeatureSink,
    QgsFields,
    QgsProcessing,
    QgsProcessingContext,
    QgsProcessingException,
    QgsProcessingFeedback,
    QgsProcessingOutputNumber,
    QgsProcessingOutputString,
    QgsProcessingParameterBoolean,
    QgsProcessingParameterEnum,
    QgsProcessingParameterFeatureSink,
    QgsProcessingParameterField,
    QgsProcessingUtils,
)

from ...core import compat
from ...core.problems import Problem
from ...core.translation import tr
from ...providers.errors import PlatformError
from ...providers.pix4d.project_records import BASE_SURFACES
from ...providers.work import Work
from ..capture_time import capture_time
from ..parameters.area import area_parameter
from ..parameters.connection import CONNECTION
from ..parameters.plain import advanced, given, helped, integer, number
from ..polygons import source_problems, unfiltered
from .common import PLATFORM, PROJECT, Pix4dAlgorithm, project_parameter
from .results_map import captured_at

INPUT, OUTPUT, BASE, ELEVATION, ELEVATION_FIELD = "INPUT", "OUTPUT", "BASE", "ELEVATION", "ELEVATION_FIELD"
UNITS, HEIGHTS, SIMPLIFY, MOST_CORNERS, PATIENCE = "UNITS", "HEIGHTS", "SIMPLIFY", "MOST_CORNERS", "PATIENCE"
UNIT_NAMES = ("", "m", "yd", "ydUS")
CUBIC = {"m": "m³", "yd": "yd³", "ydUS": "yd³ (US)"}
OWN_UNIT = {1.0: "m", 0.3048: "yd", 1200 / 3937: "ydUS"}
"""The unit of volume that goes with a unit of length, in metres (A46)."""
USUAL_CORNERS = 1000
FIELDS = (
    ("base", "text"), ("elevation", "real"), ("unit", "text"), ("cut", "real"), ("cut_error", "real"), ("fill", "real"),
    ("fill_error", "real"), ("total", "real"), ("total_error", "real"), ("corners", "integer"), ("moved", "real"),
    ("problem", "text"),
)


@dataclass
class Row:
    """A polygon on its way: its outlines, what came of them, or why nothing did."""

    feature: QgsFeature
    outlines: list[Any] = field(default_factory=list)
    elevation: float | None = None
    moved: float = 0.0
    problem: str = ""
    values: dict[str, float] = field(default_factory=dict)


class MeasureVolumes(Pix4dAlgorithm):
    """Cut and fill of polygons."""

    called = "measurevolumes"
    kind = "volumes"
    journaled = True

    def displayName(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Measure volumes")

    def shortHelpString(self) -> str:  # noqa: N802 - QGIS's name
        return tr(
            "Has PIX4D measure the volume between the surface model of a project and a base, for each polygon of a"
            " layer, and adds it to the polygon's attributes: “cut” lies above the base, “fill” below it, “total” is"
            " cut less fill. The base goes through the heights of the polygon's corners (a plane that fits them best, a"
            " network of triangles, their average, highest or lowest), or lies at a height of your own. Heights of"
            " corners are read from the surface model, or taken from the polygons. A polygon that could not be measured"
            " keeps its row, with the reason in the field “problem”. PIX4D gives up after 29 seconds, which polygons"
            " with many corners reach: with your consent they are simplified, and the field “moved” says how far the"
            " outline moved at most. Parts of a polygon are measured one by one and added up."
        )

    def words(self) -> str:
        return tr("cut,fill,stockpile,earthworks,dsm,surface")

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:  # noqa: N802 - QGIS's name
        super().initAlgorithm(configuration)
        self.addParameter(project_parameter(states=("DONE",)))
        self.addParameter(area_parameter(INPUT, tr("Polygons"), help=tr("What to measure, in any reference system.")))
        bases = [tr("average height of the corners"), tr("height of your own"), tr("plane that fits the corners best"),
                 tr("triangles between the corners"), tr("highest corner"), tr("lowest corner")]
        base = QgsProcessingParameterEnum(BASE, tr("Base"), bases, False, BASE_SURFACES.index("triangulated"))
        self.addParameter(helped(base, tr("The surface from which is measured.")))
        words = tr("For a base of your own: its height, in the unit and the vertical system of the surface model.")
        self.addParameter(number(ELEVATION, tr("Height of the base"), words, -1e6, 1e6))
        column = QgsProcessingParameterField(
            ELEVATION_FIELD, tr("Field with the height of the base"), None, INPUT,
            QgsProcessingParameterField.DataType.Numeric, False, True,
        )
        self.addParameter(advanced(helped(column, tr("In place of one height for all polygons."))))
        units = [tr("that of the surface model"), tr("cubic metres"), tr("cubic yards"), tr("cubic US survey yards")]
        self.addParameter(
            helped(QgsProcessingParameterEnum(UNITS, tr("Unit"), units, False, 0), tr("Of the volumes."))
        )
        heights = [tr("surface model"), tr("polygons")]
        from_where = QgsProcessingParameterEnum(HEIGHTS, tr("Heights of the corners from"), heights, False, 0)
        words = tr("Polygons have to have heights (Z) for that, in the vertical system of the surface model.")
        self.addParameter(advanced(helped(from_where, words)))
        agreed = QgsProcessingParameterBoolean(SIMPLIFY, tr("Simplify polygons with too many corners"), False)
        words = tr("Leaves out the corners that matter least. Else nothing is sent when a polygon has too many.")
        self.addParameter(helped(agreed, words))
        words = tr("Polygons with more corners are simplified to this number, if that is agreed to.")
        self.addParameter(advanced(integer(MOST_CORNERS, tr("Most corners"), words, 12, 1e6, USUAL_CORNERS)))
        words = tr("How long to wait for the cloud-optimised surface model, which comes some time after the plain one.")
        self.addParameter(advanced(integer(PATIENCE, tr("Longest wait (minutes)"), words, 0, 1440, 15)))
        sink = QgsProcessingParameterFeatureSink(
            OUTPUT, tr("Volumes"), QgsProcessing.SourceType.TypeVectorPolygon
        )
        self.addParameter(helped(sink, tr("The polygons with their volumes.")))
        self.addOutput(QgsProcessingOutputString("PROJECT_ID", tr("Project id")))
        self.addOutput(QgsProcessingOutputNumber("CUT", tr("Cut of all polygons")))
        self.addOutput(QgsProcessingOutputNumber("FILL", tr("Fill of all polygons")))
        self.addOutput(QgsProcessingOutputNumber("TOTAL", tr("Cut less fill of all polygons")))
        self.addOutput(QgsProcessingOutputString("UNIT", tr("Unit of the volumes")))
        self.addOutput(QgsProcessingOutputNumber("COUNT", tr("Number of polygons that were measured")))
        self.addOutput(QgsProcessingOutputNumber("PROBLEMS", tr("Number of polygons that could not be measured")))

    def problems(self, parameters: dict[str, Any], context: QgsProcessingContext) -> Iterator[str]:
        yield from self.required(parameters, context, PROJECT)
        source = self.parameterAsSource(parameters, INPUT, context)
        yield from source_problems(source, tr("Polygons"))
        has_height = given(parameters, ELEVATION) or given(parameters, ELEVATION_FIELD)
        if self._base(parameters, context) == "custom" and not has_height:
            yield tr("The base lies at a height of your own, which is not given. Give it, or choose another base.")

    def _base(self, parameters: dict[str, Any], context: QgsProcessingContext) -> str:
        return BASE_SURFACES[self.parameterAsEnum(parameters, BASE, context)]

    def operate(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback, work: Work
    ) -> dict[str, Any]:
        from ...core import live_sources
        from ...core.layers.streaming import Reference
        from ...core.layers.surface import Surface
        from ...providers.pix4d.flows import streaming, volumes

        project_id = self.text(parameters, PROJECT, context)
        patience = 60.0 * self.parameterAsInt(parameters, PATIENCE, context)
        model = volumes.surface(self.platform.api, project_id, work.part("surface", (0.0, 0.1)), patience)
        connection = self.text(parameters, CONNECTION, context)
        reference = Reference(PLATFORM, connection, streaming.WHAT, model.lasting, streaming.FORM)
        live = live_sources.live_of(streaming.FORM, streaming.bucket_of(self.platform.api.during(work), model))
        surface = Surface(live_sources.registry(), reference, live)
        units = UNIT_NAMES[self.parameterAsEnum(parameters, UNITS, context)] or own_unit(surface.metres)
        rows = list(self._rows(surface, parameters, context))
        self._simplify(rows, parameters, context)
        captured = captured_at(self.platform.api.during(work).projects.get(project_id))
        self._measure(project_id, rows, units, parameters, context, work)
        destination = self._write(rows, units, parameters, context)
        capture_time(context, destination, captured)
        for row in rows:
            if row.problem:
                feedback.pushWarning(f"{row.feature.id()}: {row.problem}")
        measured = [row for row in rows if not row.problem]
        if rows and not measured:
            feedback.reportError(tr("None of the polygons could be measured; each row says why."))
        cut, fill = (math.fsum(row.values[name] for row in measured) for name in ("cut", "fill"))
        return {
            OUTPUT: destination, "PROJECT_ID": project_id, "CUT": cut, "FILL": fill, "TOTAL": cut - fill,
            "UNIT": CUBIC.get(units, units), "COUNT": len(measured), "PROBLEMS": len(rows) - len(measured),
        }

    def _rows(
        self, surface: Any, parameters: dict[str, Any], context: QgsProcessingContext
    ) -> Iterator[Row]:
        """The polygons with their outlines and heights; what is wrong with one stands in its row."""
        from ...core.geometry.outlines import Systems, rings

        with unfiltered(context):
            source = self.parameterAsSource(parameters, INPUT, context)
            features = list(source.getFeatures())
        systems = Systems(source.sourceCrs(), surface.crs, context.transformContext())
        needs_heights = self._base(parameters, context) != "custom"
        from_model = self.parameterAsEnum(parameters, HEIGHTS, context) == 0
        for feature in features:
            row = Row(feature)
            try:
                row.elevation = None if needs_heights else self._elevation(feature, parameters, context)
                for ring in rings(feature.geometry(), systems):
                    row.outlines.append(_with_heights(ring, surface, from_model) if needs_heights else ring)
            except Problem as problem:
                row.problem = str(problem)
            yield row

    def _elevation(
        self, feature: QgsFeature, parameters: dict[str, Any], context: QgsProcessingContext
    ) -> float | None:
        column = self.parameterAsString(parameters, ELEVATION_FIELD, context)
        value = feature[column] if column else self.real(parameters, ELEVATION, context)
        try:
            found = float(value)
        except (TypeError, ValueError):
            found = math.nan
        if not math.isfinite(found):
            raise Problem(tr("The field “{field}” holds no height of the base. Give one.").format(field=column))
        return found

    def _simplify(self, rows: Sequence[Row], parameters: dict[str, Any], context: QgsProcessingContext) -> None:
        """Thin out what has too many corners, or say so before anything is sent."""
        most = self.parameterAsInt(parameters, MOST_CORNERS, context)
        large = [row for row in rows if any(len(ring) > most for ring in row.outlines)]
        if large and not self.parameterAsBoolean(parameters, SIMPLIFY, context):
            longest = max(len(ring) for row in large for ring in row.outlines)
            raise Problem(
                tr("{count} polygons have more than {most} corners, one of them {longest}. PIX4D gives up after 29"
                   " seconds with such ones. Tick “{title}”, or allow more corners.").format(
                    count=len(large), most=most, longest=longest, title=self.parameterDefinition(SIMPLIFY).description()
                )
            )
        for row in large:
            try:
                row.outlines = [_thinner(row, ring)(most) for ring in row.outlines]
            except Problem as problem:
                row.problem = str(problem)

    def _measure(
        self, project_id: str, rows: Sequence[Row], units: str, parameters: dict[str, Any],
        context: QgsProcessingContext, work: Work,
    ) -> None:
        """Ask for each outline. What is wrong with one polygon stands in its row; what concerns all is raised."""
        from ...core.messages import sentence
        from ...providers.pix4d.flows.volumes import TITLES, Base, Outline, measure

        base = self._base(parameters, context)
        agreed = self.parameterAsBoolean(parameters, SIMPLIFY, context)
        waiting = [row for row in rows if not row.problem]
        for done, row in enumerate(waiting):
            work.progress(0.1 + 0.9 * done / len(waiting), "measuring", done=str(done), total=str(len(waiting)))
            try:
                found = [
                    measure(self.platform.api, project_id, Outline(ring, _thinner(row, ring) if agreed else None),
                            Base(base, row.elevation, units), work)
                    for ring in row.outlines
                ]
            except PlatformError as error:
                if error.facts.get("reason") not in TITLES.values() and error.status != REFUSED:
                    raise
                row.problem = sentence(error)
                continue
            except Problem as problem:
                row.problem = str(problem)
                continue
            row.values = {name: math.fsum(getattr(one, name) for one in found)
                          for name in ("cut", "cut_error", "fill", "fill_error", "corners")}

    def _write(
        self, rows: Sequence[Row], units: str, parameters: dict[str, Any], context: QgsProcessingContext
    ) -> str:
        source = self.parameterAsSource(parameters, INPUT, context)
        own = QgsFields()
        for name, kind in FIELDS:
            own.append(compat.make_field(name, kind))
        fields = QgsProcessingUtils.combineFields(source.fields(), own)
        sink, destination = self.parameterAsSink(
            parameters, OUTPUT, context, fields, source.wkbType(), source.sourceCrs()
        )
        if sink is None:
            raise QgsProcessingException(self.invalidSinkError(parameters, OUTPUT))
        base = self._base(parameters, context)
        for row in rows:
            feature = QgsFeature(fields)
            feature.setGeometry(row.feature.geometry())
            feature.setAttributes([*row.feature.attributes(), *attributes(row, base, units)])
            if not sink.addFeature(feature, QgsFeatureSink.Flag.FastInsert):
                raise QgsProcessingException(self.writeFeatureError(sink, parameters, OUTPUT))
        return str(destination)


REFUSED = 400


def own_unit(metres: float) -> str:
    """The unit of volume of a model whose coordinates have this unit, in metres; empty: the platform decides."""
    return next((name for unit, name in OWN_UNIT.items() if math.isclose(metres, unit, rel_tol=1e-8)), "")


def attributes(row: Row, base: str, units: str) -> list[Any]:
    """The values of :data:`FIELDS`."""
    if row.problem:
        return [base, row.elevation, *[None] * (len(FIELDS) - 3), row.problem]
    cut, fill = row.values["cut"], row.values["fill"]
    errors = row.values["cut_error"], row.values["fill_error"]
    return [base, row.elevation, CUBIC.get(units, units), cut, errors[0], fill, errors[1], cut - fill, sum(errors),
            int(row.values["corners"]), row.moved, None]


def _with_heights(ring: Sequence[Any], surface: Any, from_model: bool) -> list[Any]:
    """The corners with heights. :class:`Problem` where there is none."""
    if not from_model:
        if any(not math.isfinite(place[2]) for place in ring):
            raise Problem(tr("The polygon has no heights (Z). Take the heights of the corners from the surface model."))
        return list(ring)
    heights = surface.heights([place[:2] for place in ring])
    missing = sum(one is None for one in heights)
    if missing:
        raise Problem(
            tr("{count} of the polygon's {all} corners lie where the surface model has no height. Draw it where the"
               " project has heights, or choose a base at a height of your own.").format(count=missing, all=len(ring))
        )
    return [(x, y, height) for (x, y, _), height in zip(ring, heights)]


def _thinner(row: Row, ring: Sequence[Any]) -> Callable[[int], Sequence[Any]]:
    """Fewer corners on demand, noted in the row."""
    from ...core.geometry.corners import fewer

    def thin(most: int) -> Sequence[Any]:
        found = fewer(ring, most)
        row.moved = max(row.moved, found.tolerance)
        return [ring[one] for one in found.corners]

    return thin
