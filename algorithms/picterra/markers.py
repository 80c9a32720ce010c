"""Markers: comments pinned to points of a raster."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsFeatureRequest,
    QgsProcessing,
    QgsProcessingContext,
    QgsProcessingException,
    QgsProcessingFeedback,
    QgsProcessingOutputNumber,
    QgsProcessingOutputString,
    QgsProcessingParameterFeatureSource,
    QgsProcessingParameterField,
    QgsWkbTypes,
)

from ...core.jobs.answer import Answer
from ...core.problems import Problem
from ...core.translation import tr
from ...providers.work import Work
from ..parameters.plain import absent, helped
from ..polygons import source_problems
from ..tables import WGS84, declare_table, point_of, write_table
from .common import PicterraAlgorithm, captured_at
from .detectors import detector_parameter
from .rasters import raster_parameter

COLUMNS = [("id", "text"), ("text", "text"), ("raster_id", "text"), ("detector_id", "text"), ("created_at", "text")]
Place = tuple[float, float, str]


class ListMarkers(PicterraAlgorithm):
    """The markers of a raster as points."""

    called = "listmarkers"
    kind = "markers"

    def displayName(self) -> str:  # noqa: N802 - QGIS's name
        return tr("List markers")

    def shortHelpString(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Lists the markers of a raster as points with their texts, as far as the platform tells them.")

    def words(self) -> str:
        return tr("comments,notes,points")

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:  # noqa: N802 - QGIS's name
        super().initAlgorithm(configuration)
        self.addParameter(raster_parameter())
        declare_table(self, "MARKER_IDS", tr("Marker ids"), "point")

    def problems(self, parameters: dict[str, Any], context: QgsProcessingContext) -> Iterator[str]:
        yield from self.required(parameters, context, "RASTER")

    def operate(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback, work: Work
    ) -> dict[str, Any]:
        from ...providers.steps import entries

        raster_id = self.text(parameters, "RASTER", context)
        records = entries(self.platform.api.during(work).markers.list(raster_id))
        return write_table(
            self, parameters, context, work, records, COLUMNS, "MARKER_IDS", "point",
            lambda record: point_of(record.get("marker")), captured=captured_at(self.platform, raster_id, work),
        )


class CreateMarkers(PicterraAlgorithm):
    """Pin the points of a layer."""

    called = "createmarkers"
    kind = "markers"
    journaled = True
    answers = {"marker *": Answer()}

    def displayName(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Create markers")

    def shortHelpString(self) -> str:  # noqa: N802 - QGIS's name
        return tr(
            "Pins a comment to a raster at each point of a layer, or to the raster within a detector when one is"
            " chosen. The platform offers no way to change or delete markers from outside."
        )

    def words(self) -> str:
        return tr("comments,notes,points,push")

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:  # noqa: N802 - QGIS's name
        super().initAlgorithm(configuration)
        self.addParameter(raster_parameter())
        words = tr("Only when the comments belong to the training of a detector: the raster is in its training set.")
        self.addParameter(detector_parameter(optional=True, words=words))
        kinds = [QgsProcessing.SourceType.TypeVectorPoint]
        points = QgsProcessingParameterFeatureSource("INPUT", tr("Points"), kinds)
        self.addParameter(helped(points, tr("Where to pin, in any coordinate reference system.")))
        field = QgsProcessingParameterField("TEXT_FIELD", tr("Field with the text"), parentLayerParameterName="INPUT")
        self.addParameter(helped(field, tr("The field of the layer that holds the comments.")))
        self.addOutput(QgsProcessingOutputString("RASTER_ID", tr("Raster id")))
        self.addOutput(QgsProcessingOutputString("MARKER_IDS", tr("Marker ids")))
        self.addOutput(QgsProcessingOutputNumber("COUNT", tr("Number of markers")))

    def problems(self, parameters: dict[str, Any], context: QgsProcessingContext) -> Iterator[str]:
        yield from self.required(parameters, context, "RASTER")
        source = self.parameterAsSource(parameters, "INPUT", context)
        yield from source_problems(source, tr("Points"), QgsWkbTypes.GeometryType.PointGeometry)
        field = self.text(parameters, "TEXT_FIELD", context)
        if source is not None and source.fields().lookupField(field) < 0:
            yield tr("The layer has no field “{field}”. Choose a field of the layer.").format(field=field)

    def operate(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback, work: Work
    ) -> dict[str, Any]:
        from ...providers.picterra.flows import markers

        raster_id, detector_id = self.text(parameters, "RASTER", context), self.text(parameters, "DETECTOR", context)
        places = self.places(parameters, context, work)
        created = markers.create_markers(self.platform.api, raster_id, detector_id, places, work)
        return {"RASTER_ID": raster_id, "MARKER_IDS": ",".join(created), "COUNT": len(created)}

    def places(self, parameters: dict[str, Any], context: QgsProcessingContext, work: Work) -> list[Place]:
        """The points in longitude and latitude with their texts. Raises :class:`Problem` for what is no place on the
        raster: a marker elsewhere could be neither moved nor deleted."""
        from ...core.geometry.footprint import Footprint
        from ...core.geometry.words import sentences
        from ...providers.shapes.geojson import coordinate_findings
        from ...providers.shapes.validity import Finding

        source = self.parameterAsSource(parameters, "INPUT", context)
        if source is None:
            raise QgsProcessingException(self.invalidSourceError(parameters, "INPUT"))
        raster = self.platform.api.during(work).rasters.get(self.text(parameters, "RASTER", context))
        footprint, field = Footprint(raster.get("footprint")), self.text(parameters, "TEXT_FIELD", context)
        crs = QgsCoordinateReferenceSystem(WGS84)
        places: list[Place] = []
        found: list[Finding] = []
        for feature in source.getFeatures(QgsFeatureRequest().setDestinationCrs(crs, context.transformContext())):
            work.check_cancelled()
            name, text = str(feature.id()), feature[field]
            for point in feature.geometry().vertices():
                spot = [point.x(), point.y()]
                problem = next(coordinate_findings("Point", spot, name), None) or footprint.finding(
                    {"type": "Point", "coordinates": spot}, name
                )
                if problem is None and not (abs(point.x()) <= 180 and abs(point.y()) <= 90):
                    problem = Finding("metres", name, (point.x(), point.y()))
                if problem is not None:
                    found.append(problem)
                places.append((point.x(), point.y(), "" if absent(text) else str(text)))
        if found:
            raise Problem(sentences(found))
        if not places:
            raise Problem(tr("The layer holds no points. Draw at least one."))
        return places
