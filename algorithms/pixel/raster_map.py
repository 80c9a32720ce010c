"""Rasters on the map without downloading them, where the platform gives an address."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from qgis.core import (
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProcessingOutputRasterLayer,
    QgsProcessingOutputString,
    QgsRasterLayer,
)

from ...core.translation import tr
from ...providers.work import Work
from ..parameters.connection import CONNECTION
from ..parameters.definition import DEFINITION, definition_parameter
from .common import PLATFORM
from .item_common import OfItems

LARGE = 4096
"""Pixels along a side from which a raster needs overviews to be looked at as a whole."""
HEIGHTS = ("DTM", "DSM")


class AddRaster(OfItems):
    """A raster as a streamed layer."""

    called = "addraster"
    item = "raster"

    def displayName(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Add raster to map")

    def shortHelpString(self) -> str:  # noqa: N802 - QGIS's name
        return tr(
            "Shows a raster on the map without downloading it, where the platform gives an address for its file. That"
            " is not documented; where there is none, a published ArcGIS service shows it. The address lasts a short"
            " time and is renewed by itself; projects, outputs and logs hold a reference that begins with"
            " “imageryhub:” instead, so that a project with such a layer needs this plugin and the connection. Where"
            " there is no window, as with qgis_process, write a layer definition file; QGIS adds it to any project."
        )

    def words(self) -> str:
        return tr("stream,cog,orthophoto,terrain model,show,view")

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:  # noqa: N802 - QGIS's name
        super().initAlgorithm(configuration)
        self.declare_items(several=False)
        self.addParameter(definition_parameter())
        self.addOutput(QgsProcessingOutputRasterLayer("OUTPUT", tr("Layer")))
        self.addOutput(QgsProcessingOutputString("REFERENCE", tr("Reference that projects keep of the raster")))
        self.addOutput(QgsProcessingOutputString("RASTER_ID", tr("Raster id")))
        self.addOutput(QgsProcessingOutputString("NAME", tr("Name")))

    def operate(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback, work: Work
    ) -> dict[str, Any]:
        from ...core import live_sources
        from ...core.layers import raster_look
        from ...core.layers.streaming import Reference
        from ...providers.pixel.flows import streaming

        place, identity = self.place(parameters, context), self.ids(parameters, context)[0]
        api = self.platform.api.during(work)
        raster = api.rasters.get(place, identity)
        offered = streaming.signed_of(raster)
        collection = api.collections.get(place)
        connection = self.text(parameters, CONNECTION, context)
        reference = Reference(
            PLATFORM, connection, streaming.WHAT, streaming.identity(place, identity), streaming.FORM
        )
        layer = live_sources.open_layer(reference, offered, str(raster.get("name") or identity))
        if not layer.dataProvider().hasPyramids() and max(layer.width(), layer.height()) > LARGE:
            words = tr("{name} has no overviews, so that it is slow to look at. Download it instead.")
            feedback.pushWarning(words.format(name=layer.name()))
        raster_look.show(layer, "heights" if collection.get("data_collection_type") in HEIGHTS else "")
        describe(layer, connection, reference.id, raster)
        outputs = {
            "OUTPUT": layer.id(), "REFERENCE": live_sources.registry().stored(layer.source()), "RASTER_ID": identity,
            "NAME": layer.name(),
        }
        target = self.parameterAsFileOutput(parameters, DEFINITION, context)
        if target:
            live_sources.write_definition(layer, target)
            outputs[DEFINITION] = target
        context.temporaryLayerStore().addMapLayer(layer)
        if context.project() is not None:
            details = QgsProcessingContext.LayerDetails(layer.name(), context.project(), "OUTPUT")
            details.forceName = True  # else QGIS calls it after its place in GDAL's memory
            context.addLayerToLoadOnCompletion(layer.id(), details)
        return outputs


def describe(layer: QgsRasterLayer, connection: str, identity: str, raster: Mapping[str, Any]) -> None:
    """Origin, description and capture time, in the layer and so in projects."""
    from ...core.layers import metadata, provenance, time

    origin = provenance.made(PLATFORM, connection, "raster", {"raster": identity})
    provenance.write_layer(layer, origin)
    words = metadata.Description(layer.name(), tr("Raster {id}").format(id=identity), ["Geodata Pixel"],
                                 [origin.created], identity)
    metadata.describe(layer, words)
    time.set_raster_range(layer, raster.get("capture_date") or "")
