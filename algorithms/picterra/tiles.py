"""Rasters of the platform on the map, without downloading them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from qgis.core import (
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProcessingOutputRasterLayer,
    QgsProcessingOutputString,
    QgsProcessingParameterFileDestination,
    QgsRasterLayer,
)

from ...core.translation import tr
from ...providers.work import Work
from ..parameters.connection import CONNECTION
from ..parameters.plain import advanced, helped
from .common import PicterraAlgorithm
from .rasters import raster_parameter

DEFINITION = "DEFINITION"


class StreamRaster(PicterraAlgorithm):
    """A raster as a layer of tiles."""

    called = "streamraster"
    kind = "rasters"

    def displayName(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Add raster as tiles to map")

    def shortHelpString(self) -> str:  # noqa: N802 - QGIS's name
        return tr(
            "Shows a raster of the platform on the map without downloading it, in its place and at its capture time."
            " Whoever has the address of the tiles can see the raster, so the address is kept out of projects, outputs"
            " and logs: they hold a reference that begins with “imageryhub:”, and the platform is asked for the address"
            " when the project is opened. A project with such a layer needs this plugin and the connection. In a model"
            " the layer can be given to steps that take a raster layer. Where there is no window, as with qgis_process,"
            " write a layer definition file; QGIS adds it to any project. A raster that has no tiles has to be"
            " downloaded."
        )

    def words(self) -> str:
        return tr("stream,tms,xyz,show,view")

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:  # noqa: N802 - QGIS's name
        super().initAlgorithm(configuration)
        self.addParameter(raster_parameter())
        file = QgsProcessingParameterFileDestination(
            DEFINITION, tr("Layer definition file"), tr("Layer definition files (*.qlr)"),
            optional=True, createByDefault=False,
        )
        self.addParameter(
            advanced(helped(file, tr("Where to write the layer, to be added to a project later. Without an address.")))
        )
        self.addOutput(QgsProcessingOutputRasterLayer("OUTPUT", tr("Layer of tiles")))
        self.addOutput(QgsProcessingOutputString("REFERENCE", tr("Reference that projects keep of the tiles")))
        self.addOutput(QgsProcessingOutputString("RASTER_ID", tr("Raster id")))
        self.addOutput(QgsProcessingOutputString("NAME", tr("Name")))

    def problems(self, parameters: dict[str, Any], context: QgsProcessingContext) -> Iterator[str]:
        yield from self.required(parameters, context, "RASTER")

    def operate(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback, work: Work
    ) -> dict[str, Any]:
        from ...core import live_sources
        from ...core.layers.streaming import Reference
        from ...providers.picterra.flows.tiles import tiles_of

        raster_id = self.text(parameters, "RASTER", context)
        raster = self.platform.api.during(work).rasters.get(raster_id)
        name = raster.get("name") or raster_id
        reference = Reference("picterra", self.text(parameters, CONNECTION, context), "raster", raster_id, "tiles")
        layer = live_sources.open_layer(reference, tiles_of(raster, raster_id), name)
        _describe(layer, reference.connection, raster_id, raster)
        outputs = {
            "OUTPUT": layer.id(),
            "REFERENCE": live_sources.registry().stored(layer.source()),
            "RASTER_ID": raster_id,
            "NAME": name,
        }
        target = self.parameterAsFileOutput(parameters, DEFINITION, context)
        if target:
            live_sources.write_definition(layer, target)
            outputs[DEFINITION] = target
        context.temporaryLayerStore().addMapLayer(layer)
        if context.project() is not None:
            details = QgsProcessingContext.LayerDetails(name, context.project(), "OUTPUT")
            context.addLayerToLoadOnCompletion(outputs["OUTPUT"], details)
        return outputs


def _describe(layer: QgsRasterLayer, connection: str, raster_id: str, raster: Any) -> None:
    """Origin, description and capture time, in the layer and so in projects."""
    from ...core.layers import metadata, provenance, time

    origin = provenance.made("picterra", connection, "raster", {"raster": raster_id})
    provenance.write_layer(layer, origin)
    lines = [f"{role}: {value}" for role, value in origin.ids.items()]
    words = metadata.Description(layer.name(), "\n".join(lines), ["Picterra"], [origin.created], raster_id)
    metadata.describe(layer, words)
    time.set_raster_range(layer, raster.get("captured_at"))
