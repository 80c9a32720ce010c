"""Orthomosaics, surface models and other rasters of a project on the map, without downloading them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from qgis.core import (
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProcessingOutputRasterLayer,
    QgsProcessingOutputString,
    QgsProcessingParameterEnum,
    QgsRasterLayer,
)

from ...core.messages.pix4d_outputs import title
from ...core.translation import tr
from ...providers.work import Work
from ..parameters.connection import CONNECTION
from ..parameters.definition import DEFINITION, definition_parameter
from ..parameters.plain import advanced, helped
from .common import PLATFORM, PROJECT, Pix4dAlgorithm, project_parameter
from .output_choice import RESULT, output_parameter

LOOK = "LOOK"
LOOKS = ("", "heights", "hillshade", "plain")


def look_parameter() -> Any:
    """How a raster is shown."""
    choices = [tr("as fits what it is"), tr("heights in colours"), tr("hillshade"), tr("as QGIS shows it")]
    words = tr("Surface and terrain models are shown as heights in colours, an index from low to high.")
    return advanced(helped(QgsProcessingParameterEnum(LOOK, tr("Shown"), choices, False, 0), words))


class AddOutput(Pix4dAlgorithm):
    """A raster output as a streamed layer."""

    called = "addoutput"
    kind = "results"

    def displayName(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Add output to map")

    def shortHelpString(self) -> str:  # noqa: N802 - QGIS's name
        return tr(
            "Shows an orthomosaic, a surface model or another raster of a project on the map without downloading it,"
            " with the time at which the project was captured. Of an orthomosaic or surface model the cloud-optimised"
            " form is taken; where the platform has none yet, it has to be downloaded. The raster is read from the"
            " platform's storage with credentials that last some hours. They are renewed by themselves and kept out of"
            " projects, outputs and logs: those hold a reference that begins with “imageryhub:”, so that a project with"
            " such a layer needs this plugin and the connection. Where there is no window, as with qgis_process, write"
            " a layer definition file; QGIS adds it to any project."
        )

    def words(self) -> str:
        return tr("stream,cog,orthomosaic,orthophoto,dsm,surface model,show,view")

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:  # noqa: N802 - QGIS's name
        super().initAlgorithm(configuration)
        self.addParameter(project_parameter())
        self.addParameter(output_parameter(kind="output.streamed"))
        self.addParameter(look_parameter())
        self.addParameter(definition_parameter())
        self.addOutput(QgsProcessingOutputRasterLayer("OUTPUT", tr("Layer")))
        self.addOutput(QgsProcessingOutputString("REFERENCE", tr("Reference that projects keep of the raster")))
        self.addOutput(QgsProcessingOutputString("PROJECT_ID", tr("Project id")))
        self.addOutput(QgsProcessingOutputString("OUTPUT_TYPE", tr("Type of the output")))
        self.addOutput(QgsProcessingOutputString("NAME", tr("Name")))

    def problems(self, parameters: dict[str, Any], context: QgsProcessingContext) -> Iterator[str]:
        yield from self.required(parameters, context, PROJECT, RESULT)

    def operate(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback, work: Work
    ) -> dict[str, Any]:
        from ...core import live_sources
        from ...providers.pix4d.flows.outputs import results
        from ...providers.pix4d.flows.streaming import streamed

        project_id = self.text(parameters, PROJECT, context)
        api = self.platform.api.during(work)
        result = streamed(results(api, project_id), self.text(parameters, RESULT, context))
        project = api.projects.get(project_id)
        look = LOOKS[self.parameterAsEnum(parameters, LOOK, context)] or result.type.look
        layer = streamed_layer(api, self.text(parameters, CONNECTION, context), project, result, look, feedback)
        outputs = {
            "OUTPUT": layer.id(),
            "REFERENCE": live_sources.registry().stored(layer.source()),
            "PROJECT_ID": project_id,
            "OUTPUT_TYPE": result.type.name,
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


def streamed_layer(
    api: Any, connection: str, project: Any, result: Any, look: str, feedback: QgsProcessingFeedback
) -> QgsRasterLayer:
    """The layer of an output (``flows.outputs.Result``), with its look, origin, description and time. Not for the main
    thread: it reads pixels."""
    from ...core import live_sources
    from ...core.layers import raster_look
    from ...core.layers.streaming import Reference
    from ...providers.pix4d.flows.streaming import FORM, WHAT, bucket_of

    reference = Reference(PLATFORM, connection, WHAT, result.lasting, FORM)
    layer = live_sources.open_layer(reference, bucket_of(api, result), layer_name(project, result))
    if not layer.dataProvider().hasPyramids() and max(layer.width(), layer.height()) > LARGE:
        feedback.pushWarning(
            tr("{name} has no overviews, so that it is slow to look at. Download it instead.").format(name=layer.name())
        )
    raster_look.show(layer, look)
    describe(layer, connection, project, result)
    return layer


LARGE = 4096
"""Pixels along a side from which a raster needs overviews to be looked at as a whole."""


def layer_name(project: Any, result: Any) -> str:
    """What the layer of an output is called: as the project, and what it is."""
    name = project.get("display_name") or project.get("name") or result.project_id
    return f"{name}: {title(result.type.name)}"


def captured_at(project: Any) -> str:
    """When a project was captured: its acquisition date (notes, section 9), and never the moment it was made at."""
    return str(project.get("acquisition_date") or "")


def describe(layer: Any, connection: str, project: Any, result: Any) -> None:
    """Origin, description and capture time, in the layer and so in projects."""
    from ...core.layers import metadata, provenance, time
    from ...providers.pix4d.flows.outputs import identity

    ids = {"project": result.project_id, "type": result.type.name,
           "output": identity(result.project_id, result.output_id or result.type.name)}
    origin = provenance.made(PLATFORM, connection, "output", ids)
    provenance.write_layer(layer, origin)
    lines = [title(result.type.name), *(f"{role}: {value}" for role, value in ids.items())]
    words = metadata.Description(layer.name(), "\n".join(lines), ["PIX4D cloud"], [origin.created], ids["output"])
    metadata.describe(layer, words)
    time.set_capture(layer, captured_at(project))
