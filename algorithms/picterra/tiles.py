"""Rasters of the platform on the map, without downloading them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from qgis.core import (
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProcessingOutputRasterLayer,
    QgsProcessingOutputString,
    QgsRasterLayer,
)

from ...core.problems import Problem
from ...core.translation import tr
from ...providers.work import Work
from ..parameters.connection import CONNECTION
from .common import PicterraAlgorithm
from .rasters import raster_parameter


class AddRasterTiles(PicterraAlgorithm):
    """A raster as a layer of tiles."""

    called = "addrastertiles"
    kind = "rasters"

    def displayName(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Add raster to map as tiles")

    def shortHelpString(self) -> str:  # noqa: N802 - QGIS's name
        return tr(
            "Shows a raster of the platform on the map without downloading it. The address of the tiles is a secret:"
            " projects keep only which raster it is, and ask the platform anew when they are opened."
        )

    def words(self) -> str:
        return "stream,tms,xyz,show,view"

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:  # noqa: N802 - QGIS's name
        super().initAlgorithm(configuration)
        self.addParameter(raster_parameter())
        self.addOutput(QgsProcessingOutputRasterLayer("OUTPUT", tr("Layer of tiles")))
        self.addOutput(QgsProcessingOutputString("RASTER_ID", tr("Raster id")))

    def problems(self, parameters: dict[str, Any], context: QgsProcessingContext) -> Iterator[str]:
        yield from self.required(parameters, context, "RASTER")

    def operate(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback, work: Work
    ) -> dict[str, Any]:
        from ...core import live_sources
        from ...core.layers import provenance, time
        from ...core.layers.streaming import Reference
        from ...providers.picterra.provider import stream

        raster_id = self.text(parameters, "RASTER", context)
        connection = self.text(parameters, CONNECTION, context)
        offered = stream(self.platform, "raster", raster_id, "tiles")
        zoom = offered["zoom"]
        facts = {"zmin": str(zoom[0]), "zmax": str(zoom[1])} if zoom else {}
        live = live_sources.MAKERS["tiles"](**offered)
        live_sources.registry().note(Reference("picterra", connection, "raster", raster_id, "tiles", facts), live)
        raster = self.platform.api.during(work).rasters.get(raster_id)
        name = raster.get("name") or raster_id
        layer = QgsRasterLayer(live.source, name, "wms")
        if not layer.isValid():
            raise Problem(tr("QGIS cannot show the tiles of {name}. Download the raster instead.").format(name=name))
        provenance.write_layer(layer, provenance.made("picterra", connection, "raster", {"raster": raster_id}))
        time.set_raster_range(layer, raster.get("captured_at"))
        identity = layer.id()
        context.temporaryLayerStore().addMapLayer(layer)
        details = QgsProcessingContext.LayerDetails(name, context.project(), "OUTPUT")
        context.addLayerToLoadOnCompletion(identity, details)
        return {"OUTPUT": identity, "RASTER_ID": raster_id}
