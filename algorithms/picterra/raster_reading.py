"""Rasters: list, read, download."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from qgis.core import (
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProcessingOutputBoolean,
    QgsProcessingOutputNumber,
    QgsProcessingOutputString,
    QgsProcessingParameterBoolean,
    QgsProcessingParameterEnum,
    QgsProcessingParameterRasterDestination,
    QgsWkbTypes,
)

from ...core.translation import tr
from ...providers.work import Work
from ..capture_time import capture_time
from ..parameters.area import polygon_parameter
from ..parameters.plain import given, helped, integer, moment, string
from ..tables import declare_table, polygon_of, write_table
from .common import PicterraAlgorithm, captured_at
from .folders import folder_parameter
from .rasters import raster_parameter

AREA, WITHOUT_PLACE = "AREA", "WITHOUT_PLACE"
COLUMNS = [
    ("id", "text"),
    ("name", "text"),
    ("status", "text"),
    ("folder_id", "text"),
    ("captured_at", "text"),
    ("identity_key", "text"),
    ("type", "text"),
    ("multispectral", "boolean"),
    ("cloud_coverage", "integer"),
    ("user_tag", "text"),
]


class ListRasters(PicterraAlgorithm):
    """Rasters as a table with their footprints."""

    called = "listrasters"
    kind = "rasters"

    def displayName(self) -> str:  # noqa: N802 - QGIS's name
        return tr("List rasters")

    def shortHelpString(self) -> str:  # noqa: N802 - QGIS's name
        return tr(
            "Lists rasters, newest first, with their footprints where the platform tells them. A date or cloud filter"
            " leaves out the rasters whose date or cloud coverage is not known. The platform does not look for an area,"
            " so with an area all other rasters are fetched too and compared here."
        )

    def words(self) -> str:
        return tr("search,find,footprint,images")

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:  # noqa: N802 - QGIS's name
        super().initAlgorithm(configuration)
        self.addParameter(folder_parameter(True, tr("Only rasters of this folder.")))
        self.addParameter(string("SEARCH", tr("Search"), tr("Only rasters with this text in their name.")))
        self.addParameter(string("USER_TAG", tr("Tag"), tr("Only rasters with exactly this tag.")))
        self.addParameter(
            integer("MAX_CLOUD_COVERAGE", tr("Greatest cloud coverage (percent)"),
                    tr("Only rasters known to have no more."), 0, 100)
        )
        self.addParameter(moment("CAPTURED_AFTER", tr("Captured at or after")))
        self.addParameter(moment("CAPTURED_BEFORE", tr("Captured at or before")))
        self.addParameter(
            helped(
                polygon_parameter(AREA, tr("Area"), optional=True),
                tr("Only rasters that cover some of this area. Longitude and latitude unless it says otherwise."),
            )
        )
        self.addParameter(
            helped(
                QgsProcessingParameterBoolean(WITHOUT_PLACE, tr("Also rasters without known place"), False),
                tr("With an area: also the rasters of which the platform does not tell where they lie."),
            )
        )
        choices = [tr("all"), tr("with vector layers"), tr("without vector layers")]
        self.addParameter(
            helped(
                QgsProcessingParameterEnum("HAS_VECTOR_LAYERS", tr("Vector layers"), choices, False, 0),
                tr("Only rasters with, or only those without, vector layers."),
            )
        )
        declare_table(self, "RASTER_IDS", tr("Raster ids"), "polygon")

    def problems(self, parameters: dict[str, Any], context: QgsProcessingContext) -> Iterator[str]:
        yield from self.unreadable(parameters, context, "CAPTURED_AFTER", "CAPTURED_BEFORE")
        after = self.moment(parameters, "CAPTURED_AFTER", context)
        before = self.moment(parameters, "CAPTURED_BEFORE", context)
        if after and before and after > before:
            yield tr("The first moment of capture lies behind the last one. Exchange them.")
        if given(parameters, AREA):
            area = self.parameterAsGeometry(parameters, AREA, context)
            box = area.boundingBox()
            if area.isEmpty() or area.type() != QgsWkbTypes.GeometryType.PolygonGeometry:
                yield tr("The area is no polygon. Draw one, or leave it empty.")
            elif not self.parameterAsGeometryCrs(parameters, AREA, context).isValid() and (
                max(abs(box.xMinimum()), abs(box.xMaximum())) > 360 or max(-box.yMinimum(), box.yMaximum()) > 90
            ):
                yield tr("The area is not in degrees. Tell its reference system, as in CRS=EPSG:32632;Polygon (...).")

    def operate(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback, work: Work
    ) -> dict[str, Any]:
        from ...core.layers.footprints import shape_of
        from ...core.search.sieve import Sieve
        from ...providers.picterra.flows import search
        from ...providers.picterra.provider import hit_of
        from ...providers.steps import entries

        query = self._query(parameters, context)
        sieve = Sieve(query, search.NARROWS)
        records = entries(search.rasters(self.platform.api, query, work))
        outputs = write_table(
            self, parameters, context, work, (one for one in records if list(sieve.sift([hit_of(one)]))),
            COLUMNS, "RASTER_IDS", "polygon", lambda record: shape_of(record.get("footprint")),
        )
        if sieve.unplaced:
            feedback.pushInfo(
                tr("Left out because their place is not known: {count}.").format(count=sieve.unplaced)
            )
        return outputs

    def _query(self, parameters: dict[str, Any], context: QgsProcessingContext) -> Any:
        from ...core.geometry import to_platform
        from ...core.geometry.reproject import wgs84
        from ...providers.picterra.flows.search import FOLDER, HAS_VECTOR_LAYERS
        from ...providers.search import Query

        area = None
        if given(parameters, AREA):
            crs = self.parameterAsGeometryCrs(parameters, AREA, context)
            shape = self.parameterAsGeometry(parameters, AREA, context)
            area = to_platform(shape, crs if crs.isValid() else wgs84())
        layers = ("", "true", "false")[self.parameterAsEnum(parameters, "HAS_VECTOR_LAYERS", context)]
        return Query(
            area=area,
            captured_after=self.moment(parameters, "CAPTURED_AFTER", context),
            captured_before=self.moment(parameters, "CAPTURED_BEFORE", context),
            max_cloud=self.whole(parameters, "MAX_CLOUD_COVERAGE", context),
            text=self.text(parameters, "SEARCH", context),
            tag=self.text(parameters, "USER_TAG", context),
            without_place=self.parameterAsBoolean(parameters, WITHOUT_PLACE, context),
            further={FOLDER: self.text(parameters, "FOLDER", context), HAS_VECTOR_LAYERS: layers},
        )


class GetRaster(PicterraAlgorithm):
    """One raster, for models."""

    called = "getraster"
    kind = "rasters"
    hidden = True

    def displayName(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Get raster")

    def shortHelpString(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Gives what the platform knows of a raster. What it does not tell is left empty.")

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:  # noqa: N802 - QGIS's name
        super().initAlgorithm(configuration)
        self.addParameter(raster_parameter())
        self.addOutput(QgsProcessingOutputString("RASTER_ID", tr("Raster id")))
        self.addOutput(QgsProcessingOutputString("NAME", tr("Name")))
        self.addOutput(QgsProcessingOutputString("STATUS", tr("State")))
        self.addOutput(QgsProcessingOutputString("FOLDER_ID", tr("Folder id")))
        self.addOutput(QgsProcessingOutputString("CAPTURED_AT", tr("Captured at")))
        self.addOutput(QgsProcessingOutputString("IDENTITY_KEY", tr("Identity key")))
        self.addOutput(QgsProcessingOutputString("TYPE", tr("Kind of source")))
        self.addOutput(QgsProcessingOutputBoolean("MULTISPECTRAL", tr("All bands kept")))
        self.addOutput(QgsProcessingOutputNumber("CLOUD_COVERAGE", tr("Cloud coverage (percent)")))
        self.addOutput(QgsProcessingOutputString("USER_TAG", tr("Tag")))
        self.addOutput(QgsProcessingOutputBoolean("HAS_TILES", tr("Can be shown as tiles")))
        self.addOutput(QgsProcessingOutputString("FOOTPRINT", tr("Footprint (WKT, EPSG:4326)")))

    def problems(self, parameters: dict[str, Any], context: QgsProcessingContext) -> Iterator[str]:
        yield from self.required(parameters, context, "RASTER")

    def operate(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback, work: Work
    ) -> dict[str, Any]:
        raster_id = self.text(parameters, "RASTER", context)
        raster = self.platform.api.during(work).rasters.get(raster_id)
        footprint = polygon_of(raster.get("footprint"))
        return {
            "RASTER_ID": raster_id,
            "NAME": raster.get("name") or "",
            "STATUS": raster.get("status") or "",
            "FOLDER_ID": raster.get("folder_id") or "",
            "CAPTURED_AT": raster.get("captured_at") or "",
            "IDENTITY_KEY": raster.get("identity_key") or "",
            "TYPE": raster.get("type") or "",
            "MULTISPECTRAL": raster.get("multispectral"),
            "CLOUD_COVERAGE": raster.get("cloud_coverage"),
            "USER_TAG": raster.get("user_tag") or "",
            "HAS_TILES": bool(raster.get("tms_url")),
            "FOOTPRINT": "" if footprint.isNull() else footprint.asWkt(8),
        }


class DownloadRaster(PicterraAlgorithm):
    """The raster's file."""

    called = "downloadraster"
    kind = "rasters"
    journaled = True

    def displayName(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Download raster")

    def shortHelpString(self) -> str:  # noqa: N802 - QGIS's name
        return tr(
            "Downloads the file of a raster. It appears under its name when it is whole. A download that was cut goes"
            " on where it stopped if the storage allows it."
        )

    def words(self) -> str:
        return tr("pull,fetch,image,geotiff")

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:  # noqa: N802 - QGIS's name
        super().initAlgorithm(configuration)
        self.addParameter(raster_parameter())
        self.addParameter(
            helped(QgsProcessingParameterRasterDestination("OUTPUT", tr("Raster file")), tr("Where to put the file."))
        )
        self.addOutput(QgsProcessingOutputString("RASTER_ID", tr("Raster id")))

    def problems(self, parameters: dict[str, Any], context: QgsProcessingContext) -> Iterator[str]:
        yield from self.required(parameters, context, "RASTER")

    def operate(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback, work: Work
    ) -> dict[str, Any]:
        from ...providers.picterra.flows import rasters

        raster_id = self.text(parameters, "RASTER", context)
        target = self.parameterAsOutputLayer(parameters, "OUTPUT", context)
        rasters.download_raster(self.platform.api, self.platform.engine, raster_id, Path(target), work)
        capture_time(context, target, captured_at(self.platform, raster_id, work))
        return {"OUTPUT": target, "RASTER_ID": raster_id}
