"""Annotations of a training raster from a layer of QGIS."""

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
    QgsProcessingParameterBoolean,
    QgsProcessingParameterEnum,
)

from ...core.area_input import TRAINING
from ...core.translation import tr
from ...providers.picterra.records import ANNOTATION_TYPES
from ...providers.work import Work
from ..parameters import choice_parameter
from ..parameters.plain import advanced, confirm, helped
from . import listers
from .common import PicterraAlgorithm
from .detectors import detector_parameter
from .polygon_input import polygon_file, polygon_parameter, polygon_problems

KINDS = list(ANNOTATION_TYPES)
EMPTY = "EMPTY"


class SetAnnotations(PicterraAlgorithm):
    """Replace the annotations of one kind."""

    called = "setannotations"
    kind = "training"
    journaled = True
    starts_again = True

    def displayName(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Set annotations")

    def shortHelpString(self) -> str:  # noqa: N802 - QGIS's name
        return tr(
            "Sends polygons as annotations of one kind. They replace all annotations of that kind on the raster for"
            " that detector (outlines: of the class), also those that were made elsewhere: the platform does not hand"
            " annotations out, so changes made there cannot be seen here. Training areas are the windows that the"
            " detector learns from; inside them every object has to be outlined. Validation areas give the score,"
            " testing areas are only for looking. The raster has to be in the detector's training set."
        )

    def words(self) -> str:
        return tr("push,outlines,training areas,validation areas,testing areas,labels")

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:  # noqa: N802 - QGIS's name
        super().initAlgorithm(configuration)
        self.addParameter(detector_parameter())
        self.addParameter(
            choice_parameter(
                "RASTER", tr("Training raster"), listers.training_rasters, platform="picterra",
                kind="raster", depends=("DETECTOR",),
                help=tr("Id of a raster in the training set of the detector."),
            )
        )
        kind = QgsProcessingParameterEnum("KIND", tr("Kind"), KINDS, False, KINDS[0], False, True)
        self.addParameter(helped(kind, tr("What the polygons are.")))
        words = tr("They may be in any coordinate reference system.")
        self.addParameter(polygon_parameter("INPUT", tr("Polygons"), words, TRAINING))
        self.addParameter(
            advanced(
                choice_parameter(
                    "CLASS", tr("Class"), listers.classes, platform="picterra", depends=("DETECTOR",), optional=True,
                    help=tr("Id of the class that outlines belong to. Empty: the first class of the detector."),
                )
            )
        )
        empty = QgsProcessingParameterBoolean(EMPTY, tr("An empty layer removes all of the kind"), False, True)
        self.addParameter(
            advanced(helped(empty, tr("Without this a layer without polygons is refused, as it is mostly a mistake.")))
        )
        words = tr("All annotations of the kind (outlines: of the class) are replaced by the polygons of the layer.")
        self.addParameter(confirm(tr("Confirm: all annotations of the kind are replaced"), words))
        self.addOutput(QgsProcessingOutputString("DETECTOR_ID", tr("Detector id")))
        self.addOutput(QgsProcessingOutputString("RASTER_ID", tr("Raster id")))
        self.addOutput(QgsProcessingOutputNumber("COUNT", tr("Number of annotations")))

    def problems(self, parameters: dict[str, Any], context: QgsProcessingContext) -> Iterator[str]:
        yield from self.required(parameters, context, "DETECTOR", "RASTER")
        may_be_empty = self.parameterAsBoolean(parameters, EMPTY, context)
        yield from polygon_problems(self, parameters, "INPUT", context, may_be_empty)
        yield from self.unknown(parameters, "KIND")
        if self.text(parameters, "CLASS", context) and parameters.get("KIND") not in (None, KINDS[0]):
            yield tr("Only outlines belong to a class. Leave the class empty.")
        what = tr(
            "All annotations of this kind on the raster would be replaced, also those that were made elsewhere; the"
            " platform cannot give them back."
        )
        yield from self.unconfirmed(parameters, context, what)

    def operate(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback, work: Work
    ) -> dict[str, Any]:
        from ...providers.picterra.flows import polygons

        detector_id, raster_id = self.text(parameters, "DETECTOR", context), self.text(parameters, "RASTER", context)
        kind = self.parameterAsEnumString(parameters, "KIND", context)
        class_id = self.text(parameters, "CLASS", context)
        may_be_empty = self.parameterAsBoolean(parameters, EMPTY, context)
        with tempfile.TemporaryDirectory(prefix="imagery-hub-") as folder:
            file, count = polygon_file(
                self, parameters, "INPUT", context, feedback, Path(folder), work, raster_id, may_be_empty
            )
            polygons.set_annotations(
                self.platform.api, self.platform.engine, detector_id, raster_id, kind, file, class_id, work
            )
        return {"DETECTOR_ID": detector_id, "RASTER_ID": raster_id, "COUNT": count}
