"""The region of interest of a project: set from a polygon, brought back as a layer, taken away."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsFeature,
    QgsFeatureSink,
    QgsFields,
    QgsGeometry,
    QgsLineString,
    QgsPoint,
    QgsPolygon,
    QgsProcessing,
    QgsProcessingContext,
    QgsProcessingException,
    QgsProcessingFeedback,
    QgsProcessingOutputBoolean,
    QgsProcessingOutputNumber,
    QgsProcessingOutputString,
    QgsProcessingParameterFeatureSink,
    QgsWkbTypes,
)

from ...core import compat
from ...core.area_input import INTEREST
from ...core.translation import tr
from ...providers.work import Work
from ..parameters.area import area_parameter
from ..parameters.plain import given, helped, number
from ..polygons import single_polygon, single_problems
from ..tables import OUTPUT, WGS84
from .common import PROJECT, Pix4dAlgorithm, project_parameter

INPUT, THICKNESS = "INPUT", "THICKNESS"
FAR = 1e6


class SetRegion(Pix4dAlgorithm):
    """Process one polygon only."""

    called = "setregion"
    kind = "processing"

    def displayName(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Set region of interest")

    def shortHelpString(self) -> str:  # noqa: N802 - QGIS's name
        return tr(
            "Lets PIX4D process only what lies in a polygon, which may have holes. It replaces the region that the"
            " project has; all other processing options stay. The platform takes one polygon: merge several, or process"
            " them as projects of their own. Heights are ignored; the thickness limits what is above and below."
        )

    def words(self) -> str:
        return tr("roi,area,clip,opf,plane,thickness,draw")

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:  # noqa: N802 - QGIS's name
        super().initAlgorithm(configuration)
        self.addParameter(project_parameter())
        words = tr("One polygon, in any coordinate reference system.")
        self.addParameter(area_parameter(INPUT, tr("Region"), purpose=INTEREST, help=words))
        words = tr("Metres along the plane's normal. Empty: unlimited.")
        self.addParameter(number(THICKNESS, tr("Thickness (metres)"), words, 0, FAR))
        self.addOutput(QgsProcessingOutputString("PROJECT_ID", tr("Project id")))
        self.addOutput(QgsProcessingOutputNumber("CORNERS", tr("Number of corners")))

    def problems(self, parameters: dict[str, Any], context: QgsProcessingContext) -> Iterator[str]:
        yield from self.required(parameters, context, PROJECT)
        title = self.parameterDefinition(INPUT).description()
        source = self.parameterAsSource(parameters, INPUT, context)
        yield from single_problems(source, title)
        if given(parameters, THICKNESS) and (self.real(parameters, THICKNESS, context) or 0) <= 0:
            yield tr("The thickness has to be greater than 0. Leave it empty for an unlimited one.")

    def operate(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback, work: Work
    ) -> dict[str, Any]:
        from ...providers.pix4d.flows import regions

        project_id = self.text(parameters, PROJECT, context)
        geometry = single_polygon(self, parameters, INPUT, context)
        regions.set_region(
            self.platform.api, project_id, geometry, self.real(parameters, THICKNESS, context), work
        )
        corners = sum(len(ring) - 1 for polygon in geometry["coordinates"] for ring in polygon)
        return {"PROJECT_ID": project_id, "CORNERS": corners}


class GetRegion(Pix4dAlgorithm):
    """The region as a layer."""

    called = "getregion"
    kind = "processing"

    def displayName(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Get region of interest")

    def shortHelpString(self) -> str:  # noqa: N802 - QGIS's name
        return tr(
            "Brings the region of interest of a project as a polygon layer with its thickness, as it can be set again."
            " The layer is empty when all of the project is processed."
        )

    def words(self) -> str:
        return tr("roi,area,opf,plane,layer,pull")

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:  # noqa: N802 - QGIS's name
        super().initAlgorithm(configuration)
        self.addParameter(project_parameter())
        sink = QgsProcessingParameterFeatureSink(
            OUTPUT, tr("Region of interest"), QgsProcessing.SourceType.TypeVectorPolygon
        )
        self.addParameter(helped(sink, tr("One polygon in longitude and latitude (WGS 84), or none.")))
        self.addOutput(QgsProcessingOutputString("PROJECT_ID", tr("Project id")))
        self.addOutput(QgsProcessingOutputBoolean("HAS_REGION", tr("Whether there is a region")))
        self.addOutput(QgsProcessingOutputNumber(THICKNESS, tr("Thickness (metres); none when unlimited")))

    def problems(self, parameters: dict[str, Any], context: QgsProcessingContext) -> Iterator[str]:
        yield from self.required(parameters, context, PROJECT)

    def operate(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback, work: Work
    ) -> dict[str, Any]:
        from ...providers.pix4d.flows import regions

        project_id = self.text(parameters, PROJECT, context)
        found = regions.get_region(self.platform.api, project_id, work)
        fields = QgsFields()
        fields.append(compat.make_field("project_id", "text"))
        fields.append(compat.make_field("thickness", "real"))
        kind, crs = QgsWkbTypes.Type.Polygon, QgsCoordinateReferenceSystem(WGS84)
        sink, destination = self.parameterAsSink(parameters, OUTPUT, context, fields, kind, crs)
        if sink is None:
            raise QgsProcessingException(self.invalidSinkError(parameters, OUTPUT))
        if found is None:
            feedback.pushInfo(tr("The project has no region of interest: all of it is processed."))
        else:
            feature = QgsFeature(fields)
            feature.setAttributes([project_id, found[1]])
            feature.setGeometry(polygon_of(found[0]["coordinates"]))
            if not sink.addFeature(feature, QgsFeatureSink.Flag.FastInsert):
                raise QgsProcessingException(self.writeFeatureError(sink, parameters, OUTPUT))
        return {
            OUTPUT: destination,
            "PROJECT_ID": project_id,
            "HAS_REGION": found is not None,
            THICKNESS: None if found is None else found[1],
        }


class ResetRegion(Pix4dAlgorithm):
    """Process all of it again."""

    called = "resetregion"
    kind = "processing"

    def displayName(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Remove region of interest")

    def shortHelpString(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Lets PIX4D process all of a project again. The other processing options stay.")

    def words(self) -> str:
        return tr("roi,area,reset,clear")

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:  # noqa: N802 - QGIS's name
        super().initAlgorithm(configuration)
        self.addParameter(project_parameter())
        self.addOutput(QgsProcessingOutputString("PROJECT_ID", tr("Project id")))
        self.addOutput(QgsProcessingOutputBoolean("REMOVED", tr("Whether there was a region")))

    def problems(self, parameters: dict[str, Any], context: QgsProcessingContext) -> Iterator[str]:
        yield from self.required(parameters, context, PROJECT)

    def operate(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback, work: Work
    ) -> dict[str, Any]:
        from ...providers.pix4d.flows import regions

        project_id = self.text(parameters, PROJECT, context)
        removed = regions.reset_region(self.platform.api, project_id, work)
        if not removed:
            feedback.pushInfo(tr("The project has no region of interest: all of it is processed."))
        return {"PROJECT_ID": project_id, "REMOVED": removed}


def polygon_of(rings: list[Any]) -> QgsGeometry:
    """A polygon with these rings as they are; QGIS's own reader of GeoJSON would round them."""
    lines = [QgsLineString([QgsPoint(float(x), float(y)) for x, y, *_ in ring]) for ring in rings]
    polygon = QgsPolygon(lines[0])
    for line in lines[1:]:
        polygon.addInteriorRing(line)
    return QgsGeometry(polygon)
