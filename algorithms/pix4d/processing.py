"""Processing a project: started, which is paid for, and followed to its end."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from qgis.core import (
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProcessingOutputBoolean,
    QgsProcessingOutputNumber,
    QgsProcessingOutputString,
    QgsProcessingParameterBoolean,
)

from ...core.problems import NotBegun
from ...core.translation import tr
from ...providers.work import Work
from ..parameters.plain import advanced, confirm, helped
from .common import PROJECT, Pix4dAlgorithm, project_parameter
from .options_input import WithOptions

SEND_EMAIL, WAIT, AUTO_GCP = "SEND_EMAIL", "WAIT", "AUTO_GCP"
FEWEST_TARGETS = 3
"""Section 13.4: AutoGCP has to find so many."""
GCP_REPORT = "gcp_quality_report"
MINUTE, HOUR = 60, 3600


class _Processed(Pix4dAlgorithm):
    """What ends with a processed project."""

    kind = "processing"

    def declare_end(self) -> None:
        """Declare what is known at the end."""
        self.addOutput(QgsProcessingOutputString("PROJECT_ID", tr("Project id")))
        self.addOutput(QgsProcessingOutputString("STATUS", tr("State of the project")))
        words = tr("Id of the quality report of the control points, where there is one")
        self.addOutput(QgsProcessingOutputString("GCP_REPORT_ID", words))

    def end(self, project_id: str, status: str, feedback: QgsProcessingFeedback, work: Work) -> dict[str, Any]:
        """The declared outputs. AutoGCP tells what it found in a report of its own."""
        report = ""
        if status == "DONE":
            outputs = self.platform.api.during(work).outputs.list(project_id)
            report = next((str(one["output_id"]) for one in outputs
                           if one.get("output_type") == GCP_REPORT and one.get("output_id") is not None), "")
            if report:
                feedback.pushInfo(
                    tr("PIX4D made a quality report of the control points. “Download output” fetches it by its id"
                       " {id}.").format(id=report)
                )
        return {"PROJECT_ID": project_id, "STATUS": status, "GCP_REPORT_ID": report}


class StartProcessing(_Processed, WithOptions):
    """Start, once, and follow to the end."""

    called = "startprocessing"
    journaled = True
    goes_on = True

    def displayName(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Start processing")

    def shortHelpString(self) -> str:  # noqa: N802 - QGIS's name
        return tr(
            "Lets PIX4D make orthomosaic, surface model, point cloud and the rest of a project's photos, and waits for"
            " the end. Photos, control points, marks, region of interest and options have to be there before: photos"
            " cannot be added afterwards. Options given here are stored with the others of the project.\n\nProcessing"
            " is paid by the licence or with credits. It runs only when that is confirmed and is never repeated by"
            " itself. PIX4D cannot stop it: to cancel means to stop following it. When it fails, the reason is told,"
            " and what helps.\n\nAutoGCP: when the project has control points and no marks at all, PIX4D looks for the"
            " targets in the photos itself (pipelines “nadir” and “oblique”) and makes a quality report.\n\nThe"
            " templates of PIX4Dmapper are not offered: PIX4D retired them in January 2026."
        )

    def words(self) -> str:
        return tr("process,orthomosaic,dsm,point cloud,mesh,autogcp,credits,run")

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:  # noqa: N802 - QGIS's name
        super().initAlgorithm(configuration)
        self.addParameter(project_parameter(states=("UPLOADED", "DONE", "ERROR")))
        self.declare_options(later=True)
        auto = QgsProcessingParameterBoolean(AUTO_GCP, tr("Require AutoGCP"), False)
        words = tr(
            "Start only when PIX4D would look for the targets of the control points itself: at least three control"
            " points, no marks, a system, and the pipeline “nadir” or “oblique”."
        )
        self.addParameter(advanced(helped(auto, words)))
        mail = QgsProcessingParameterBoolean(SEND_EMAIL, tr("PIX4D sends e-mails about this processing"), True)
        self.addParameter(advanced(helped(mail, tr("To the users whom it usually tells."))))
        wait = QgsProcessingParameterBoolean(WAIT, tr("Wait for the end"), True)
        self.addParameter(advanced(helped(wait, tr("Otherwise it is only started; “Follow processing” waits for it."))))
        words = tr("Processing is paid by the licence or with credits, and photos cannot be added afterwards.")
        self.addParameter(confirm(tr("Confirm: processing is paid for"), words))
        self.declare_end()
        self.addOutput(QgsProcessingOutputNumber("ESTIMATED_SECONDS", tr("Estimated duration (seconds)")))
        self.addOutput(QgsProcessingOutputBoolean("LOOKS_FOR_TARGETS", tr("Whether AutoGCP applies")))

    def problems(self, parameters: dict[str, Any], context: QgsProcessingContext) -> Iterator[str]:
        yield from self.required(parameters, context, PROJECT)
        yield from self.option_problems(parameters, context)
        yield from self.unconfirmed(parameters, context, tr("The project would be processed, which is paid for."))

    def operate(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback, work: Work
    ) -> dict[str, Any]:
        from ...providers.pix4d.flows import processing

        project_id, api = self.text(parameters, PROJECT, context), self.platform.api
        given = self.options(parameters, context)
        targets = processing.targets_of(api, project_id, given, work)
        looks = targets.looked_for
        if self.parameterAsBoolean(parameters, AUTO_GCP, context) and work.noted("start") is None:
            _require(targets)
        elif looks:
            feedback.pushInfo(
                tr("No control point is marked: PIX4D looks for the {count} targets itself (AutoGCP).").format(
                    count=targets.points
                )
            )
        options = processing.joined(api, project_id, given, work)
        mail = self.parameterAsBoolean(parameters, SEND_EMAIL, context)
        begun = processing.start(api, project_id, options, mail, work)
        if begun.estimated is not None:
            feedback.pushInfo(tr("PIX4D expects it to take {time}.").format(time=duration(begun.estimated)))
        else:
            feedback.pushInfo(tr("Processing has begun. PIX4D gives no estimate, as for projects paid with credits."))
        status = "PROCESSING"
        if self.parameterAsBoolean(parameters, WAIT, context):
            status = str(processing.follow(api, project_id, begun, work).get("public_status"))
        outcome = self.end(project_id, status, feedback, work)
        return {**outcome, "ESTIMATED_SECONDS": begun.estimated, "LOOKS_FOR_TARGETS": looks}


class FollowProcessing(_Processed):
    """Wait for the end of what somebody started."""

    called = "followprocessing"

    def displayName(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Follow processing")

    def shortHelpString(self) -> str:  # noqa: N802 - QGIS's name
        return tr(
            "Waits until the processing of a project has ended, whoever started it. When it failed, the reason is told,"
            " and what helps. To cancel means to stop following: PIX4D goes on."
        )

    def words(self) -> str:
        return tr("wait,status,error,done")

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:  # noqa: N802 - QGIS's name
        super().initAlgorithm(configuration)
        self.addParameter(project_parameter(states=("PROCESSING", "ERROR")))
        self.declare_end()

    def problems(self, parameters: dict[str, Any], context: QgsProcessingContext) -> Iterator[str]:
        yield from self.required(parameters, context, PROJECT)

    def operate(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback, work: Work
    ) -> dict[str, Any]:
        from ...providers.pix4d.flows import processing

        project_id, api = self.text(parameters, PROJECT, context), self.platform.api
        processing.require_started(api.during(work).projects.get(project_id))
        status = str(processing.follow(api, project_id, None, work).get("public_status"))
        return self.end(project_id, status, feedback, work)


def _require(targets: Any) -> None:
    """Raise :class:`NotBegun` when AutoGCP would not run, saying why."""
    if targets.points < FEWEST_TARGETS:
        raise NotBegun(
            tr("AutoGCP needs at least {least} control points; the project has {count}. Register them first.").format(
                least=FEWEST_TARGETS, count=targets.points
            )
        )
    if targets.marks:
        raise NotBegun(
            tr("AutoGCP runs only when no point is marked; the project has {count} marks. Delete them, or start"
               " without AutoGCP.").format(count=targets.marks)
        )
    if not targets.system:
        raise NotBegun(tr("AutoGCP needs the coordinate reference system of the control points. Set it first."))
    if not targets.pipeline:
        raise NotBegun(tr("AutoGCP works with the tags “nadir” and “oblique” only. Choose one of these."))


def duration(seconds: float) -> str:
    """A length of time in words."""
    if seconds < 2 * MINUTE:
        return tr("{seconds} seconds").format(seconds=round(seconds))
    if seconds < 2 * HOUR:
        return tr("{minutes} minutes").format(minutes=round(seconds / MINUTE))
    return tr("{hours} hours").format(hours=f"{seconds / HOUR:.1f}")
