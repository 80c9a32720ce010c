"""Whether PIX4D takes a coordinate reference system: by its rules, before anything is sent, and by asking it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from qgis.core import (
    QgsProcessingContext,
    QgsProcessingException,
    QgsProcessingFeedback,
    QgsProcessingOutputBoolean,
    QgsProcessingOutputString,
    QgsProcessingParameterCrs,
)

from ...core.control_points import axes
from ...core.problems import Problem
from ...core.translation import tr
from ...providers.errors import Kind, PlatformError
from ...providers.work import Work
from ..parameters.plain import advanced, given, helped, number, string
from .common import Pix4dAlgorithm

CRS, VERTICAL, TEXT, GEOID, GEOID_HEIGHT = "CRS", "VERTICAL_CRS", "DEFINITION_TEXT", "GEOID", "GEOID_HEIGHT"
DEFINITION, ACCEPTED, REASON = "DEFINITION", "ACCEPTED", "REASON"


class _System(Pix4dAlgorithm):
    """What is told of a system, by QGIS's selector or as a text."""

    kind = "processing"

    def declare_system(self) -> None:
        """Declare selector, vertical part and text, and the outputs."""
        crs = QgsProcessingParameterCrs(CRS, tr("Coordinate reference system"), optional=True)
        self.addParameter(helped(crs, tr("A projected one, such as the UTM zone of the place.")))
        words = tr("EPSG code of the heights, such as 5773 for EGM96. Its unit has to be that of the plane.")
        self.addParameter(string(VERTICAL, tr("Vertical coordinate reference system"), words))
        words = tr("In place of the selector: EPSG:2056+5728, ARBITRARY_METERS or well-known text.")
        self.addParameter(advanced(string(TEXT, tr("System as a text"), words)))
        self.addOutput(QgsProcessingOutputString(DEFINITION, tr("Text that tells PIX4D the system")))
        self.addOutput(QgsProcessingOutputBoolean(ACCEPTED, tr("Whether it is accepted")))
        self.addOutput(QgsProcessingOutputString(REASON, tr("Why it is refused")))

    def problems(self, parameters: dict[str, Any], context: QgsProcessingContext) -> Iterator[str]:
        if given(parameters, CRS) == given(parameters, TEXT):
            yield tr("Choose a coordinate reference system, or give one as a text: one of the two.")
            return
        crs = self.parameterAsCrs(parameters, CRS, context)
        if given(parameters, CRS) and not crs.isValid():
            yield tr("The coordinate reference system cannot be read. Choose one from the list.")
        elif given(parameters, TEXT) and given(parameters, VERTICAL):
            yield tr("The text tells the whole system. Leave the vertical one empty, or join both as EPSG:2056+5728.")

    def definition(self, parameters: dict[str, Any], context: QgsProcessingContext) -> str:
        """The text for the platform. Raises :class:`Problem` for a vertical system that is none."""
        from ...core import crs_rules

        if given(parameters, TEXT):
            return self.text(parameters, TEXT, context)
        vertical = self.text(parameters, VERTICAL, context)
        return crs_rules.definition_of(self.parameterAsCrs(parameters, CRS, context), vertical)


class CheckCrs(_System):
    """By the platform's rules; nothing is sent."""

    connected = False
    called = "checkcrs"

    def displayName(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Check coordinate reference system for PIX4D")

    def shortHelpString(self) -> str:  # noqa: N802 - QGIS's name
        return tr(
            "Tells whether PIX4D takes a coordinate reference system for results and control points, and why not."
            " It has to be projected or arbitrary, and all axes, that of the heights included, have to have one unit."
            " A geoid needs a vertical system. It also tells which published coordinates have to be exchanged: PIX4D"
            " takes x as the east-like value. No request is sent."
        )

    def words(self) -> str:
        return tr("crs,epsg,wkt,isometric,vertical,geoid,axis order,validate")

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:  # noqa: N802 - QGIS's name
        super().initAlgorithm(configuration)
        self.declare_system()
        words = tr("Name of a geoid model, such as EGM96.")
        self.addParameter(advanced(string(GEOID, tr("Geoid model"), words)))
        words = tr("Height of the geoid above the ellipsoid, in the unit of the heights, in place of a geoid model.")
        self.addParameter(advanced(number(GEOID_HEIGHT, tr("Geoid height"), words, -1e6, 1e6)))
        self.addOutput(QgsProcessingOutputBoolean("AXES_EXCHANGED", tr("Whether its axis X runs north or south")))

    def operate(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback, work: Work
    ) -> dict[str, Any]:
        from ...core import crs_rules

        try:
            definition = self.definition(parameters, context)
        except Problem as problem:
            return self._told(feedback, "", [str(problem)], False)
        refused = crs_rules.refusal(definition)
        height, geoid = self.real(parameters, GEOID_HEIGHT, context), self.text(parameters, GEOID, context)
        reasons = [refused] if refused else list(crs_rules.geoid_problems(definition, height, geoid))
        return self._told(feedback, definition, reasons, not refused and axes.x_runs_north(definition))

    def _told(
        self, feedback: QgsProcessingFeedback, definition: str, reasons: list[str], exchanged: bool
    ) -> dict[str, Any]:
        if reasons:
            feedback.pushWarning(" ".join(reasons))
        else:
            feedback.pushInfo(tr("PIX4D takes this system. It is told as: {definition}").format(definition=definition))
        if exchanged:
            feedback.pushWarning(
                tr("Its axis X runs north or south: published pairs have to be exchanged, as “Register control points”"
                   " does when the table gives them as the system names its axes.")
            )
        return {DEFINITION: definition, ACCEPTED: not reasons, REASON: " ".join(reasons), "AXES_EXCHANGED": exchanged}


class ValidateWkt(_System):
    """By asking the platform."""

    called = "validatewkt"

    def displayName(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Validate well-known text at PIX4D")

    def shortHelpString(self) -> str:  # noqa: N802 - QGIS's name
        return tr(
            "Lets PIX4D itself check the well-known text of a coordinate reference system. Its check is that of the"
            " retired desktop engine and stricter than what projects take today: it refuses vertical systems. “Check"
            " coordinate reference system for PIX4D” tells what projects take."
        )

    def words(self) -> str:
        return tr("wkt,crs,check,validate")

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:  # noqa: N802 - QGIS's name
        super().initAlgorithm(configuration)
        self.declare_system()

    def operate(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback, work: Work
    ) -> dict[str, Any]:
        text = self._well_known(self.definition(parameters, context))
        try:
            self.platform.api.during(work).processing.validate_wkt(text)
            reason = ""
            feedback.pushInfo(tr("PIX4D accepts this text."))
        except PlatformError as error:
            if error.kind is not Kind.REFUSED:
                raise
            reason = error.words or tr("PIX4D refuses this text and does not say why.")
            feedback.pushWarning(tr("PIX4D refuses this text: {reason}").format(reason=reason))
        return {DEFINITION: text, ACCEPTED: not reason, REASON: reason}

    def _well_known(self, definition: str) -> str:
        """The well-known text of a definition; it says itself what cannot be written as such."""
        from ...core import crs_rules

        if "[" in definition:
            return definition
        text = crs_rules.well_known_text(definition)
        if not text:
            raise QgsProcessingException(crs_rules.refusal(definition) or tr(
                "“{name}” has no well-known text. PIX4D takes it as it is, without this check."
            ).format(name=definition))
        return text
