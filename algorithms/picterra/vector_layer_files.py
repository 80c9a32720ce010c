"""Vector layers of the platform as layers of QGIS."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from qgis.core import (
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProcessingOutputString,
    QgsProcessingParameterVectorDestination,
)

from ...core.translation import tr
from ...providers.work import Work
from ..parameters.connection import CONNECTION
from .common import PicterraAlgorithm, helped
from .layer_output import layer_outputs, make_layer, target_problems
from .results import generation, generation_parameter
from .vector_layers import add_layer_choice


class DownloadVectorLayer(PicterraAlgorithm):
    """One layer of the platform as a styled layer."""

    called = "downloadvectorlayer"
    kind = "vectorlayers"
    journaled = True

    def displayName(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Download vector layer")

    def shortHelpString(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Makes a layer of the polygons of a vector layer, with its name as their class and their area.")

    def words(self) -> str:
        return tr("pull,polygons,geopackage")

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:  # noqa: N802 - QGIS's name
        super().initAlgorithm(configuration)
        add_layer_choice(self)
        self.addParameter(generation_parameter())
        self.addParameter(
            helped(
                QgsProcessingParameterVectorDestination("OUTPUT", tr("Layer")),
                tr("Where to put the layer: a GeoPackage (.gpkg) or a FlatGeobuf (.fgb)."),
            )
        )
        self.addOutput(QgsProcessingOutputString("VECTOR_LAYER_ID", tr("Vector layer id")))
        layer_outputs(self)

    def problems(self, parameters: dict[str, Any], context: QgsProcessingContext) -> Iterator[str]:
        yield from self.required(parameters, context, "VECTOR_LAYER")
        yield from target_problems(parameters.get("OUTPUT"))

    def operate(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback, work: Work
    ) -> dict[str, Any]:
        from ...core.layers import provenance
        from ...providers.picterra.flows import results

        layer_id = self.text(parameters, "VECTOR_LAYER", context)
        target = Path(self.parameterAsOutputLayer(parameters, "OUTPUT", context))
        with tempfile.TemporaryDirectory(prefix="imagery-hub-") as folder:
            layer = results.download_layer_class(
                self.platform.api, self.platform.engine, layer_id, Path(folder),
                generation(self, parameters, context), work.part("files", (0.0, 0.5)),
            )
            connection = self.text(parameters, CONNECTION, context)
            origin = provenance.made("picterra", connection, "vector_layer", {"layer": layer_id})
            title = layer.name or tr("Vector layer")
            layer_work = work.part("layer", (0.5, 1.0))
            outputs = make_layer([layer], target, origin, title, context, feedback, layer_work)
        return {**outputs, "OUTPUT": str(target), "VECTOR_LAYER_ID": layer_id}
