"""Vector layers of a raster: list, read, edit, delete."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from qgis.core import (
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProcessingOutputNumber,
    QgsProcessingOutputString,
    QgsProcessingParameterColor,
)

from ...core.translation import tr
from ...providers.work import Work
from ..parameters import choice_parameter
from ..parameters.plain import advanced, confirm, given, helped, string
from ..tables import declare_table, write_table
from . import listers
from .common import PicterraAlgorithm
from .detectors import detector_parameter
from .rasters import raster_parameter


class ListVectorLayers(PicterraAlgorithm):
    """The layers of a raster as a table."""

    called = "listvectorlayers"
    kind = "vectorlayers"

    def displayName(self) -> str:  # noqa: N802 - QGIS's name
        return tr("List vector layers")

    def shortHelpString(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Lists the vector layers of a raster: those that detectors made and those that were uploaded.")

    def words(self) -> str:
        return tr("search,results")

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:  # noqa: N802 - QGIS's name
        super().initAlgorithm(configuration)
        self.addParameter(raster_parameter())
        self.addParameter(string("SEARCH", tr("Search"), tr("Only layers with this text in their name.")))
        self.addParameter(detector_parameter(optional=True, words=tr("Only layers that this detector made.")))
        declare_table(self, "VECTOR_LAYER_IDS", tr("Vector layer ids"))

    def problems(self, parameters: dict[str, Any], context: QgsProcessingContext) -> Iterator[str]:
        yield from self.required(parameters, context, "RASTER")

    def operate(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback, work: Work
    ) -> dict[str, Any]:
        from ...providers.steps import entries

        pages = self.platform.api.during(work).vector_layers.list(
            self.text(parameters, "RASTER", context),
            self.text(parameters, "SEARCH", context),
            self.text(parameters, "DETECTOR", context),
        )
        columns = [("id", "text"), ("name", "text"), ("count", "integer"), ("color", "text"), ("raster_id", "text"),
                   ("detector_id", "text"), ("created_at", "text")]
        return write_table(self, parameters, context, work, entries(pages), columns, "VECTOR_LAYER_IDS")


class GetVectorLayer(PicterraAlgorithm):
    """One layer's record, for models."""

    called = "getvectorlayer"
    kind = "vectorlayers"
    hidden = True

    def displayName(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Get vector layer")

    def shortHelpString(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Gives what the platform knows of a vector layer. What it does not tell is left empty.")

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:  # noqa: N802 - QGIS's name
        super().initAlgorithm(configuration)
        add_layer_choice(self)
        self.addOutput(QgsProcessingOutputString("VECTOR_LAYER_ID", tr("Vector layer id")))
        self.addOutput(QgsProcessingOutputString("NAME", tr("Name")))
        self.addOutput(QgsProcessingOutputNumber("SHAPES", tr("Number of shapes")))
        self.addOutput(QgsProcessingOutputString("COLOR", tr("Colour")))
        self.addOutput(QgsProcessingOutputString("RASTER_ID", tr("Raster id")))
        self.addOutput(QgsProcessingOutputString("DETECTOR_ID", tr("Detector id")))
        self.addOutput(QgsProcessingOutputString("CREATED_AT", tr("Created at")))

    def problems(self, parameters: dict[str, Any], context: QgsProcessingContext) -> Iterator[str]:
        yield from self.required(parameters, context, "VECTOR_LAYER")

    def operate(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback, work: Work
    ) -> dict[str, Any]:
        layer_id = self.text(parameters, "VECTOR_LAYER", context)
        layer = self.platform.api.during(work).vector_layers.get(layer_id)
        return {
            "VECTOR_LAYER_ID": layer_id,
            "NAME": layer.get("name") or "",
            "SHAPES": layer.get("count"),
            "COLOR": layer.get("color") or "",
            "RASTER_ID": layer.get("raster_id") or "",
            "DETECTOR_ID": layer.get("detector_id") or "",
            "CREATED_AT": layer.get("created_at") or "",
        }


class EditVectorLayer(PicterraAlgorithm):
    """Rename or recolour."""

    called = "editvectorlayer"
    kind = "vectorlayers"

    def displayName(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Edit vector layer")

    def shortHelpString(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Changes name or colour of a vector layer on the platform. What is left empty stays as it is.")

    def words(self) -> str:
        return tr("rename,color,colour")

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:  # noqa: N802 - QGIS's name
        super().initAlgorithm(configuration)
        add_layer_choice(self)
        self.addParameter(string("NAME", tr("New name"), tr("Empty: the name stays as it is.")))
        self.addParameter(color_parameter(tr("Empty: the colour stays as it is.")))
        self.addOutput(QgsProcessingOutputString("VECTOR_LAYER_ID", tr("Vector layer id")))

    def problems(self, parameters: dict[str, Any], context: QgsProcessingContext) -> Iterator[str]:
        yield from self.required(parameters, context, "VECTOR_LAYER")
        yield from self.nothing_to_change(parameters, "NAME", "COLOR")

    def operate(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback, work: Work
    ) -> dict[str, Any]:
        layer_id = self.text(parameters, "VECTOR_LAYER", context)
        details = layer_details(self, parameters, context)
        self.platform.api.during(work).vector_layers.edit(layer_id, details)
        return {"VECTOR_LAYER_ID": layer_id}


class DeleteVectorLayer(PicterraAlgorithm):
    """Remove a layer from the platform."""

    called = "deletevectorlayer"
    kind = "vectorlayers"
    journaled = True

    def displayName(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Delete vector layer")

    def shortHelpString(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Deletes a vector layer from the platform. There is no way back.")

    def words(self) -> str:
        return tr("remove")

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:  # noqa: N802 - QGIS's name
        super().initAlgorithm(configuration)
        add_layer_choice(self)
        self.addParameter(
            confirm(
                tr("Confirm: the layer is deleted for good"),
                tr("The layer is deleted on the platform for good."),
                destroys=True,
            )
        )
        self.addOutput(QgsProcessingOutputString("VECTOR_LAYER_ID", tr("Id of the deleted vector layer")))

    def problems(self, parameters: dict[str, Any], context: QgsProcessingContext) -> Iterator[str]:
        yield from self.required(parameters, context, "VECTOR_LAYER")
        what = tr("The layer would be deleted on the platform for good.")
        yield from self.unconfirmed(parameters, context, what)

    def operate(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback, work: Work
    ) -> dict[str, Any]:
        from ...providers.picterra.flows import polygons

        layer_id = self.text(parameters, "VECTOR_LAYER", context)
        polygons.delete_vector_layer(self.platform.api, layer_id, work)
        return {"VECTOR_LAYER_ID": layer_id}


def add_layer_choice(algorithm: PicterraAlgorithm) -> None:
    """Declare the choice of a vector layer and, before it, of the raster whose layers the dialog lists."""
    words = tr("Only to choose the layer by: the dialog lists the layers of this raster.")
    algorithm.addParameter(raster_parameter(optional=True, words=words))
    algorithm.addParameter(
        choice_parameter(
            "VECTOR_LAYER",
            tr("Vector layer"),
            listers.vector_layers,
            platform="picterra",
            kind="vector_layer",
            depends=("RASTER",),
            help=tr("Id of the vector layer, as “List vector layers” gives it."),
        )
    )


def color_parameter(words: str) -> Any:
    """An optional colour."""
    return advanced(helped(QgsProcessingParameterColor("COLOR", tr("Colour"), None, False, True), words))


def layer_details(
    algorithm: PicterraAlgorithm, parameters: dict[str, Any], context: QgsProcessingContext
) -> dict[str, Any]:
    """Name and colour to send, those that were given."""
    details = {"name": algorithm.text(parameters, "NAME", context)}
    if given(parameters, "COLOR"):
        details["color"] = algorithm.parameterAsColor(parameters, "COLOR", context).name()
    return {name: value for name, value in details.items() if value}
