"""What the platform drew, as layers of QGIS: results of detections, and vector layers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from qgis.core import (
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProcessingOutputString,
    QgsProcessingParameterVectorDestination,
)

from ...core.translation import tr
from ...providers.work import Work
from ..parameters.connection import CONNECTION
from ..parameters.plain import helped
from .common import PicterraAlgorithm, captured_at
from .layer_output import layer_outputs, make_layer, target_problems
from .results import detection_parameter, generation, generation_parameter
from .vector_layers import add_layer_choice

if TYPE_CHECKING:  # QGIS starts without requests, which comes with the flows
    from ...providers.picterra.flows.results import ClassFiles


class _LayerDownload(PicterraAlgorithm):
    """Files of the platform to one styled layer. ``chosen`` is the parameter that says of what, ``origin`` what the
    layer remembers it as: kind and role of the id."""

    journaled = True
    chosen: ClassVar[str]
    origin: ClassVar[tuple[str, str]]

    def add_target(self, title: str) -> None:
        """Declare how it is fetched and where it goes."""
        self.addParameter(generation_parameter())
        words = tr("Where to put the layer: a GeoPackage (.gpkg) or a FlatGeobuf (.fgb).")
        self.addParameter(helped(QgsProcessingParameterVectorDestination("OUTPUT", title), words))

    def problems(self, parameters: dict[str, Any], context: QgsProcessingContext) -> Iterator[str]:
        yield from self.required(parameters, context, self.chosen)
        yield from target_problems(parameters.get("OUTPUT"))

    def fetch(self, chosen: str, folder: Path, way: str, work: Work) -> tuple[list[ClassFiles], str]:
        """The classes and their files, and the title of the layer."""
        raise NotImplementedError

    def belongs_to(self, chosen: str, work: Work) -> dict[str, str]:
        """Further ids that the layer remembers, by role, so that it can be sent back."""
        return {}

    def raster_of(self, chosen: str, ids: Mapping[str, str], work: Work) -> str:
        """The raster that it was drawn on, of whose day the layer is; empty where that is not known."""
        return ids.get("raster", "")

    def operate(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback, work: Work
    ) -> dict[str, Any]:
        from ...core.jobs.folders import kept_folder
        from ...core.layers import provenance

        chosen = self.text(parameters, self.chosen, context)
        target = Path(self.parameterAsOutputLayer(parameters, "OUTPUT", context))
        way = generation(self, parameters, context)
        with kept_folder(work) as folder:
            classes, title = self.fetch(chosen, folder, way, work.part("files", (0.0, 0.5)))
            kind, role = self.origin
            ids = {role: chosen, **self.belongs_to(chosen, work)}
            origin = provenance.made("picterra", self.text(parameters, CONNECTION, context), kind, ids)
            captured = captured_at(self.platform, self.raster_of(chosen, ids, work), work)
            outputs = make_layer(
                classes, target, origin, title, context, feedback, work.part("layer", (0.5, 1.0)), captured
            )
        return {**outputs, "OUTPUT": str(target), f"{self.chosen}_ID": chosen}


class DownloadResult(_LayerDownload):
    """A styled layer of all classes."""

    called = "downloadresult"
    kind = "results"
    chosen = "OPERATION"
    origin = ("detections", "operation")

    def displayName(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Download detection result")

    def shortHelpString(self) -> str:  # noqa: N802 - QGIS's name
        return tr(
            "Makes one layer of what a detection found: a polygon for each object with its class and its area. The"
            " layer is coloured by class; in a GeoPackage the colours are kept with it. Results of any size are read."
        )

    def words(self) -> str:
        return tr("pull,objects,layer,geopackage,style")

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:  # noqa: N802 - QGIS's name
        super().initAlgorithm(configuration)
        self.addParameter(detection_parameter())
        self.add_target(tr("Detections"))
        self.addOutput(QgsProcessingOutputString("OPERATION_ID", tr("Operation id")))
        layer_outputs(self)

    def fetch(self, chosen: str, folder: Path, way: str, work: Work) -> tuple[list[ClassFiles], str]:
        from ...providers.picterra.flows import results

        api, engine = self.platform.api, self.platform.engine
        return results.download_results(api, engine, chosen, folder, way, work), tr("Detections")

    def belongs_to(self, chosen: str, work: Work) -> dict[str, str]:
        metadata = self.platform.api.during(work).operations.get(chosen).get("metadata") or {}
        return {"raster": metadata.get("raster_id") or "", "detector": metadata.get("detector_id") or ""}


class DownloadVectorLayer(_LayerDownload):
    """One layer of the platform as a styled layer."""

    called = "downloadvectorlayer"
    kind = "vectorlayers"
    chosen = "VECTOR_LAYER"
    origin = ("vector_layer", "layer")

    def displayName(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Download vector layer")

    def shortHelpString(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Makes a layer of the polygons of a vector layer, with its name as their class and their area.")

    def words(self) -> str:
        return tr("pull,polygons,geopackage")

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:  # noqa: N802 - QGIS's name
        super().initAlgorithm(configuration)
        add_layer_choice(self)
        self.add_target(tr("Layer"))
        self.addOutput(QgsProcessingOutputString("VECTOR_LAYER_ID", tr("Vector layer id")))
        layer_outputs(self)

    def fetch(self, chosen: str, folder: Path, way: str, work: Work) -> tuple[list[ClassFiles], str]:
        from ...providers.picterra.flows import results

        layer = results.download_layer_class(self.platform.api, self.platform.engine, chosen, folder, way, work)
        return [layer], layer.name or tr("Vector layer")

    def raster_of(self, chosen: str, ids: Mapping[str, str], work: Work) -> str:
        return self.platform.api.during(work).vector_layers.get(chosen).get("raster_id") or ""
