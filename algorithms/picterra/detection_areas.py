"""Detection areas: where a detector runs on a raster."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from qgis.core import (
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProcessingOutputNumber,
    QgsProcessingOutputString,
)

from ...core.area_input import DETECTION
from ...core.translation import tr
from ...providers.work import Work
from ..parameters.plain import confirm, string
from .common import PicterraAlgorithm
from .polygon_input import polygon_file, polygon_parameter, polygon_problems
from .rasters import raster_parameter


class SetDetectionAreas(PicterraAlgorithm):
    """Replace the detection areas of a raster."""

    called = "setdetectionareas"
    kind = "results"
    journaled = True
    starts_again = True

    def displayName(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Set detection areas")

    def shortHelpString(self) -> str:  # noqa: N802 - QGIS's name
        return tr(
            "Restricts detections on a raster to the given polygons, and with it what they are charged for. They"
            " replace the detection areas that the raster had. The platform simplifies them: they are a rough"
            " restriction and no exact clip."
        )

    def words(self) -> str:
        return tr("push,restrict,area of interest,aoi")

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:  # noqa: N802 - QGIS's name
        super().initAlgorithm(configuration)
        self.addParameter(raster_parameter())
        words = tr("Where to detect, in any coordinate reference system.")
        self.addParameter(polygon_parameter("INPUT", tr("Detection areas"), words, DETECTION))
        words = tr("The detection areas that the raster has are replaced by the polygons of the layer.")
        self.addParameter(confirm(tr("Confirm: all present detection areas are replaced"), words))
        self.addOutput(QgsProcessingOutputString("RASTER_ID", tr("Raster id")))
        self.addOutput(QgsProcessingOutputString("UPLOAD_ID", tr("Upload id")))
        self.addOutput(QgsProcessingOutputNumber("COUNT", tr("Number of areas")))

    def problems(self, parameters: dict[str, Any], context: QgsProcessingContext) -> Iterator[str]:
        yield from self.required(parameters, context, "RASTER")
        yield from polygon_problems(self, parameters, "INPUT", context)
        what = tr("The present detection areas of the raster would be replaced; the platform cannot give them back.")
        yield from self.unconfirmed(parameters, context, what)

    def operate(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback, work: Work
    ) -> dict[str, Any]:
        from ...providers.picterra.flows import polygons

        raster_id = self.text(parameters, "RASTER", context)
        with tempfile.TemporaryDirectory(prefix="imagery-hub-") as folder:
            file, count = polygon_file(self, parameters, "INPUT", context, feedback, Path(folder), work, raster_id)
            api, engine = self.platform.api, self.platform.engine
            upload_id, _ = polygons.set_detection_areas(api, engine, raster_id, file, work)
        return {"RASTER_ID": raster_id, "UPLOAD_ID": upload_id, "COUNT": count}


class RemoveDetectionAreas(PicterraAlgorithm):
    """Detect on the whole raster again."""

    called = "removedetectionareas"
    kind = "results"
    journaled = True

    def displayName(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Remove detection areas")

    def shortHelpString(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Removes all detection areas of a raster, so that the whole of it is used, and charged, again.")

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:  # noqa: N802 - QGIS's name
        super().initAlgorithm(configuration)
        self.addParameter(raster_parameter())
        words = tr("All detection areas of the raster are removed; detections then use all of it.")
        self.addParameter(confirm(tr("Confirm: all detection areas are removed"), words, destroys=True))
        self.addOutput(QgsProcessingOutputString("RASTER_ID", tr("Raster id")))

    def problems(self, parameters: dict[str, Any], context: QgsProcessingContext) -> Iterator[str]:
        yield from self.required(parameters, context, "RASTER")
        what = tr("All detection areas of the raster would be removed; the platform cannot give them back.")
        yield from self.unconfirmed(parameters, context, what)

    def operate(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback, work: Work
    ) -> dict[str, Any]:
        from ...providers.picterra.flows import polygons

        raster_id = self.text(parameters, "RASTER", context)
        polygons.remove_detection_areas(self.platform.api, raster_id, work)
        return {"RASTER_ID": raster_id}


class GetDetectionAreasUpload(PicterraAlgorithm):
    """The older way to see whether detection areas are in place."""

    called = "getdetectionareasupload"
    kind = "results"
    hidden = True

    def displayName(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Get state of detection areas")

    def shortHelpString(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Gives the state of detection areas that were sent: processing, ready or failed.")

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:  # noqa: N802 - QGIS's name
        super().initAlgorithm(configuration)
        self.addParameter(raster_parameter())
        words = tr("Upload id, as “Set detection areas” gives it.")
        self.addParameter(string("UPLOAD", tr("Upload"), words, optional=False))
        self.addOutput(QgsProcessingOutputString("RASTER_ID", tr("Raster id")))
        self.addOutput(QgsProcessingOutputString("UPLOAD_ID", tr("Upload id")))
        self.addOutput(QgsProcessingOutputString("STATUS", tr("State")))

    def problems(self, parameters: dict[str, Any], context: QgsProcessingContext) -> Iterator[str]:
        yield from self.required(parameters, context, "RASTER", "UPLOAD")

    def operate(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback, work: Work
    ) -> dict[str, Any]:
        raster_id, upload_id = self.text(parameters, "RASTER", context), self.text(parameters, "UPLOAD", context)
        status = self.platform.api.during(work).detection_areas.upload_status(raster_id, upload_id)
        return {"RASTER_ID": raster_id, "UPLOAD_ID": upload_id, "STATUS": status.get("status") or ""}
