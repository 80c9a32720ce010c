"""Polygons that make something new: a vector layer on a raster, or a raster imported for an area."""

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

from ...core.jobs.answer import Answer
from ...core.translation import tr
from ...providers.work import Work
from ..parameters.plain import confirm, string
from .common import PicterraAlgorithm
from .folders import folder_parameter
from .polygon_input import polygon_file, polygon_parameter, polygon_problems
from .rasters import raster_parameter
from .vector_layers import color_parameter, layer_details


class UploadVectorLayer(PicterraAlgorithm):
    """Hang a layer on a raster."""

    called = "uploadvectorlayer"
    kind = "vectorlayers"
    journaled = True
    answers = {"commit": Answer("VECTOR_LAYER_ID", member="vector_layer_id")}
    starts_again = True

    def displayName(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Upload vector layer")

    def shortHelpString(self) -> str:  # noqa: N802 - QGIS's name
        return tr(
            "Sends a polygon layer that then hangs on a raster of the platform, and gives its id. The platform keeps"
            " the shapes only, no attributes."
        )

    def words(self) -> str:
        return tr("push,polygons")

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:  # noqa: N802 - QGIS's name
        super().initAlgorithm(configuration)
        self.addParameter(raster_parameter())
        words = tr("They may be in any coordinate reference system.")
        self.addParameter(polygon_parameter("INPUT", tr("Polygons"), words))
        self.addParameter(string("NAME", tr("Name"), tr("Name on the platform. Empty: the platform names it.")))
        self.addParameter(color_parameter(tr("Colour on the platform. Empty: the platform chooses one.")))
        self.addOutput(QgsProcessingOutputString("VECTOR_LAYER_ID", tr("Vector layer id")))
        self.addOutput(QgsProcessingOutputString("RASTER_ID", tr("Raster id")))
        self.addOutput(QgsProcessingOutputNumber("COUNT", tr("Number of polygons")))

    def problems(self, parameters: dict[str, Any], context: QgsProcessingContext) -> Iterator[str]:
        yield from self.required(parameters, context, "RASTER")
        yield from polygon_problems(self, parameters, "INPUT", context)

    def operate(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback, work: Work
    ) -> dict[str, Any]:
        from ...providers.picterra.flows import polygons

        raster_id = self.text(parameters, "RASTER", context)
        details = layer_details(self, parameters, context)
        with tempfile.TemporaryDirectory(prefix="imagery-hub-") as folder:
            file, count = polygon_file(self, parameters, "INPUT", context, feedback, Path(folder), work, raster_id)
            api, engine = self.platform.api, self.platform.engine
            layer_id = polygons.upload_vector_layer(api, engine, raster_id, file, details, work)
        return {"VECTOR_LAYER_ID": layer_id, "RASTER_ID": raster_id, "COUNT": count}


class ImportRaster(PicterraAlgorithm):
    """A raster from an imagery server."""

    called = "importraster"
    kind = "rasters"
    journaled = True
    answers = {"commit": Answer("RASTER_ID", member="raster_id")}

    def displayName(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Import raster from imagery server")

    def shortHelpString(self) -> str:  # noqa: N802 - QGIS's name
        return tr(
            "Makes a raster of the area of interest from an imagery server that is set up in the web application, whose"
            " id is shown there. The imagery is streamed. Servers may charge for it."
        )

    def words(self) -> str:
        return tr("remote,wms,xyz,aoi,area of interest")

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:  # noqa: N802 - QGIS's name
        super().initAlgorithm(configuration)
        words = tr("Where to take imagery, in any coordinate reference system.")
        self.addParameter(polygon_parameter("INPUT", tr("Area of interest"), words))
        words = tr("Id of an imagery server; the platform lists them in the web application only.")
        self.addParameter(string("SOURCE", tr("Imagery server"), words, optional=False))
        self.addParameter(folder_parameter())
        self.addParameter(string("NAME", tr("Name"), tr("Name of the new raster."), optional=False))
        words = tr("Imagery is taken from the server, which may charge for it.")
        self.addParameter(confirm(tr("Confirm: the imagery server may charge"), words))
        self.addOutput(QgsProcessingOutputString("RASTER_ID", tr("Raster id")))

    def problems(self, parameters: dict[str, Any], context: QgsProcessingContext) -> Iterator[str]:
        yield from self.required(parameters, context, "SOURCE", "FOLDER", "NAME")
        yield from polygon_problems(self, parameters, "INPUT", context)
        what = tr("Imagery would be taken from the server, which may charge for it.")
        yield from self.unconfirmed(parameters, context, what)

    def operate(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback, work: Work
    ) -> dict[str, Any]:
        from ...providers.picterra.flows import rasters

        source, folder_id, name = (self.text(parameters, one, context) for one in ("SOURCE", "FOLDER", "NAME"))
        with tempfile.TemporaryDirectory(prefix="imagery-hub-") as folder:
            file, _ = polygon_file(self, parameters, "INPUT", context, feedback, Path(folder), work)
            api, engine = self.platform.api, self.platform.engine
            return {"RASTER_ID": rasters.import_raster(api, engine, file, source, folder_id, name, work)}
