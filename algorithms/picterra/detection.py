"""Running a detector on a raster."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from qgis.core import (
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProcessingOutputNumber,
    QgsProcessingOutputString,
    QgsProcessingParameterBoolean,
    QgsProcessingParameterRasterLayer,
)

from ...core.area_input import DETECTION
from ...core.jobs.answer import Answer
from ...core.problems import NotBegun
from ...core.translation import tr
from ...providers.work import Work
from ..imagery import raster_file, raster_problems, require_readable
from ..parameters.area import area_parameter
from ..parameters.plain import CONFIRM, advanced, given, helped
from ..polygons import unfiltered
from .charge_consent import consent
from .common import PicterraAlgorithm
from .detectors import detector_parameter
from .polygon_input import polygon_file, polygon_problems
from .rasters import raster_parameter

if TYPE_CHECKING:  # QGIS starts without what only a running algorithm needs
    from . import charge

START = "start"
"""The step of the flow that is charged."""
CHARGE = "charge"
"""Where the journal has what it was said to cost."""


class _Charged(PicterraAlgorithm):
    """What is needed to tell the charge."""

    kind = "results"

    def add_measure(self, optional: bool = False) -> None:
        """Declare raster, local copy and detection areas, and the outputs that tell the charge. ``optional`` True: the
        local copy alone is enough."""
        words = tr("Id of the raster. Empty: what the copy on this computer would cost.") if optional else ""
        self.addParameter(raster_parameter(optional=optional, words=words))
        copy = QgsProcessingParameterRasterLayer("LOCAL_RASTER", tr("The same raster on this computer"), optional=True)
        areas = area_parameter(
            "DETECTION_AREAS", tr("Detection areas of the raster"), optional=True, purpose=DETECTION
        )
        self.addParameter(
            advanced(helped(copy, tr("Only to count its pixels exactly for the charge. Empty: they are estimated.")))
        )
        self.addParameter(
            advanced(
                helped(areas, tr("Only to count the pixels: the areas that were set, which the platform cannot tell."))
            )
        )
        self.addOutput(QgsProcessingOutputString("RASTER_ID", tr("Raster id")))
        self.addOutput(QgsProcessingOutputNumber("MEGAPIXELS", tr("Megapixels of the area")))
        self.addOutput(QgsProcessingOutputNumber("CHARGED_MEGAPIXELS", tr("Megapixels charged")))
        self.addOutput(QgsProcessingOutputNumber("LEAST_CHARGED", tr("Megapixels charged at least")))
        self.addOutput(QgsProcessingOutputNumber("MOST_CHARGED", tr("Megapixels charged at most")))
        self.addOutput(QgsProcessingOutputString("CHARGE", tr("The charge in words")))

    def problems(self, parameters: dict[str, Any], context: QgsProcessingContext) -> Iterator[str]:
        if given(parameters, "LOCAL_RASTER"):
            yield from raster_problems(raster_file(self, parameters, "LOCAL_RASTER", context))
        if given(parameters, "DETECTION_AREAS"):
            yield from polygon_problems(self, parameters, "DETECTION_AREAS", context)

    def gather(self, parameters: dict[str, Any], context: QgsProcessingContext) -> None:
        local = given(parameters, "LOCAL_RASTER")
        self._copy = raster_file(self, parameters, "LOCAL_RASTER", context) if local else None

    def measured(self, parameters: dict[str, Any], context: QgsProcessingContext, work: Work) -> charge.Charge:
        """The charge, as exactly as can be told without running anything."""
        from . import charge

        with unfiltered(context):
            areas = self.parameterAsSource(parameters, "DETECTION_AREAS", context)
        if areas is not None:
            charge.require_valid(areas)
        if self._copy is not None:
            require_readable(self._copy)
            return charge.by_file(self._copy, areas, context)
        raster = self.platform.api.during(work).rasters.get(self.text(parameters, "RASTER", context))
        return charge.by_record(raster, areas, context)


class EstimateCharge(_Charged):
    """What running would cost."""

    called = "estimatecharge"

    def displayName(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Estimate charge of a detection")

    def shortHelpString(self) -> str:  # noqa: N802 - QGIS's name
        return tr(
            "Tells how many megapixels a detection on a raster would be charged for: the pixels inside its detection"
            " areas, or all of them, and at least 10 megapixels. The pixels of a file on this computer are counted,"
            " also before it is uploaded; without it they are estimated. Nothing is run."
        )

    def words(self) -> str:
        return tr("price,cost,credit,megapixels")

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:  # noqa: N802 - QGIS's name
        super().initAlgorithm(configuration)
        self.add_measure(optional=True)

    def problems(self, parameters: dict[str, Any], context: QgsProcessingContext) -> Iterator[str]:
        if not given(parameters, "LOCAL_RASTER"):
            yield from self.required(parameters, context, "RASTER")
        yield from super().problems(parameters, context)

    def operate(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback, work: Work
    ) -> dict[str, Any]:
        found = self.measured(parameters, context, work)
        feedback.pushInfo(found.sentence())
        raster_id = self.text(parameters, "RASTER", context)
        return {"RASTER_ID": raster_id, **_outputs(found)}


class RunDetector(_Charged):
    """Detect to the end."""

    called = "rundetector"
    journaled = True
    goes_on = True
    answers = {START: Answer("OPERATION_ID", member="operation_id")}

    def displayName(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Run detector")

    def shortHelpString(self) -> str:  # noqa: N802 - QGIS's name
        return tr(
            "Detects objects on a raster, waits until that has ended and gives the id of the operation, from which"
            " “Download detection result” makes a layer. This costs credit: the pixels of the area, at least 10"
            " megapixels. It runs only when that is confirmed and is never repeated by itself. The platform cannot"
            " stop a detection: to cancel means to stop following it."
        )

    def words(self) -> str:
        return tr("detection,inference,predict,objects")

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:  # noqa: N802 - QGIS's name
        super().initAlgorithm(configuration)
        self.addParameter(detector_parameter(trained=True))
        self.add_measure()
        second = tr("Only for detectors that compare two rasters.")
        self.addParameter(advanced(raster_parameter("SECOND_RASTER", tr("Second raster"), True, second)))
        words = tr(
            "The detection areas above are set on the platform first and replace those that the raster has. Otherwise"
            " they only serve to count the pixels."
        )
        set_areas = QgsProcessingParameterBoolean("SET_AREAS", tr("Set these detection areas first"), False, True)
        self.addParameter(advanced(helped(set_areas, words)))
        self.addParameter(consent())
        self.addOutput(QgsProcessingOutputString("OPERATION_ID", tr("Operation id")))
        self.addOutput(QgsProcessingOutputString("DETECTOR_ID", tr("Detector id")))

    def problems(self, parameters: dict[str, Any], context: QgsProcessingContext) -> Iterator[str]:
        yield from self.required(parameters, context, "DETECTOR", "RASTER")
        if self.has_begun(START, parameters, context):
            return  # and followed, whatever has become of the file and of the areas
        yield from super().problems(parameters, context)
        if self._sets_areas(parameters, context) and not given(parameters, "DETECTION_AREAS"):
            yield tr("“Set these detection areas first” is ticked, but no detection areas are chosen. Choose a layer.")

    def _sets_areas(self, parameters: dict[str, Any], context: QgsProcessingContext) -> bool:
        return bool(self.parameterAsBoolean(parameters, "SET_AREAS", context))

    def _set_areas(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback, work: Work
    ) -> None:
        from ...providers.picterra.flows import polygons

        raster_id = self.text(parameters, "RASTER", context)
        with tempfile.TemporaryDirectory(prefix="imagery-hub-") as folder:
            name = "DETECTION_AREAS"
            file, _ = polygon_file(self, parameters, name, context, feedback, Path(folder), work, raster_id)
            polygons.set_detection_areas(self.platform.api, self.platform.engine, raster_id, file, work)

    def operate(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback, work: Work
    ) -> dict[str, Any]:
        from ...providers.picterra.flows import detectors

        begun = work.noted(START) is not None
        found = _told(work) if begun else self.measured(parameters, context, work)
        if not self.parameterAsBoolean(parameters, CONFIRM, context):
            title = self.parameterDefinition(CONFIRM).description()
            words = tr("Nothing was run. {charge} Tick “{title}” to run it.")
            raise NotBegun(words.format(charge=found.sentence(), title=title))
        feedback.pushInfo(found.sentence())
        detector_id, raster_id = self.text(parameters, "DETECTOR", context), self.text(parameters, "RASTER", context)
        second = self.text(parameters, "SECOND_RASTER", context)
        if not begun:
            work.note(CHARGE, asdict(found))
        if self._sets_areas(parameters, context) and not begun:
            self._set_areas(parameters, context, feedback, work.part("areas", (0.0, 0.2)))
        operation_id, _ = detectors.run(self.platform.api, detector_id, raster_id, second, work)
        return {
            "OPERATION_ID": operation_id,
            "DETECTOR_ID": detector_id,
            "RASTER_ID": raster_id,
            **_outputs(found),
        }


def _told(work: Work) -> charge.Charge:
    """What a detection that was begun was said to cost."""
    from .charge import Charge

    told = work.noted(CHARGE)
    return Charge(None) if told is None else Charge(**told.value)


def _outputs(found: charge.Charge) -> dict[str, Any]:
    """What is told of a charge."""
    return {
        "MEGAPIXELS": found.megapixels,
        "CHARGED_MEGAPIXELS": found.charged,
        "LEAST_CHARGED": found.least,
        "MOST_CHARGED": found.most,
        "CHARGE": found.sentence(),
    }
