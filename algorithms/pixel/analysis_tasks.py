"""Tasks of analysis services: made, run and followed, revoked, deleted, listed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from qgis.core import (
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProcessingOutputString,
    QgsProcessingParameterBoolean,
    QgsProcessingParameterEnum,
)

from ...core.choices import Choice
from ...core.jobs.answer import Answer
from ...core.translation import tr
from ...providers.pixel.service_records import TASK_STATES
from ...providers.work import Work
from ..parameters import choice_parameter
from ..parameters.plain import CONFIRM, helped, string, typed_name
from ..tables import declare_table, write_table
from .analysis import NAME, SERVICE, AnalysisAlgorithm, service_parameter
from .common import COLLECTION, PLATFORM, collection_parameter
from .named_values import nested, shown, told, values_parameter, values_problems

TASK, PARAMS, RUN, WAIT, STATES = "TASK", "PARAMETERS", "RUN", "WAIT", "STATES"
ON = "data_collection_id"
"""The one parameter of tasks that the notes show."""
COLUMNS = [
    ("id", "long"), ("name", "text"), ("status", "text"), ("params", "text"), ("detail", "text"), ("result", "text"),
]


def tasks(platform: Any, search: str, values: Mapping[str, str]) -> Iterator[Choice]:
    """Tasks of the service chosen beside it, by name; none while none is."""
    if values.get(SERVICE):
        for page in platform.api.analysis.tasks(values[SERVICE], {"name": search}):
            for one in page.records:
                yield Choice(str(one["id"]), str(one.get("name") or one["id"]), str(one.get("status") or ""))


class _Task(AnalysisAlgorithm):
    """What is done with one task."""

    journaled = True
    needs_role = "creator"

    def declare_task(self) -> None:
        """Declare the service and the task, and what comes out."""
        self.addParameter(service_parameter())
        words = tr("Number of the task. The button lists those of the service.")
        self.addParameter(choice_parameter(TASK, tr("Task"), tasks, platform=PLATFORM, kind="analysis_task",
                                           depends=(SERVICE,), help=words))
        self.declare_state()

    def declare_state(self) -> None:
        """Declare the ids and the state."""
        self.addOutput(QgsProcessingOutputString("SERVICE_ID", tr("Service id")))
        self.addOutput(QgsProcessingOutputString("TASK_ID", tr("Task id")))
        self.addOutput(QgsProcessingOutputString("STATUS", tr("State of the task")))

    def declare_wait(self) -> None:
        """Declare whether the end is waited for."""
        wait = QgsProcessingParameterBoolean(WAIT, tr("Wait for the end"), True)
        words = tr("Otherwise it is only started. “Run analysis task” waits for one that is under way.")
        self.addParameter(helped(wait, words))

    def problems(self, parameters: dict[str, Any], context: QgsProcessingContext) -> Iterator[str]:
        yield from self.required(parameters, context, SERVICE, TASK)

    def carried_out(
        self, service: str, task: str, parameters: dict[str, Any], context: QgsProcessingContext,
        feedback: QgsProcessingFeedback, work: Work,
    ) -> dict[str, Any]:
        """Run a task, wait for its end where that is wished, and give the declared outputs."""
        from ...providers.pixel.flows import analysis

        state = analysis.run(self.platform.api, service, task, work)
        if self.parameterAsBoolean(parameters, WAIT, context):
            ended = analysis.follow(self.platform.api, service, task, work)
            state = str(ended.get("status") or "")
            if ended.get("result"):
                feedback.pushInfo(tr("Result: {result}.").format(result=told(ended["result"])))
        return {"SERVICE_ID": service, "TASK_ID": task, "STATUS": state}


class ListAnalysisTasks(AnalysisAlgorithm):
    """Tasks as a table."""

    called = "listanalysistasks"

    def displayName(self) -> str:  # noqa: N802 - QGIS's name
        return tr("List analysis tasks")

    def shortHelpString(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Lists the tasks of an analysis service with their states, parameters and results.")

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:  # noqa: N802 - QGIS's name
        super().initAlgorithm(configuration)
        self.addParameter(service_parameter())
        self.addParameter(string(NAME, tr("Name"), tr("Only tasks whose name holds this.")))
        states = QgsProcessingParameterEnum(STATES, tr("States"), list(TASK_STATES), True, optional=True)
        self.addParameter(helped(states, tr("Only tasks in these states. None: in all.")))
        declare_table(self, "TASK_IDS", tr("Task ids"))
        self.addOutput(QgsProcessingOutputString("SERVICE_ID", tr("Service id")))

    def problems(self, parameters: dict[str, Any], context: QgsProcessingContext) -> Iterator[str]:
        yield from self.required(parameters, context, SERVICE)

    def operate(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback, work: Work
    ) -> dict[str, Any]:
        from ...providers.steps import entries

        service = self.text(parameters, SERVICE, context)
        states = [TASK_STATES[one] for one in self.several(parameters, STATES, context)]
        filters = {"name": self.text(parameters, NAME, context), "status": states[0] if len(states) == 1 else ""}
        pages = self.platform.api.during(work).analysis.tasks(service, filters)
        rows = ({**one, "params": shown(one.get("params")), "result": shown(one.get("result"))}
                for one in entries(pages) if not states or one.get("status") in states)
        return {**write_table(self, parameters, context, work, rows, COLUMNS, "TASK_IDS"), "SERVICE_ID": service}


class CreateAnalysisTask(_Task):
    """A task, run at once where that is wished."""

    called = "createanalysistask"
    goes_on = True
    answers = {"create": Answer("TASK_ID")}

    def displayName(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Create analysis task")

    def shortHelpString(self) -> str:  # noqa: N802 - QGIS's name
        return self.explained(tr(
            "Makes a task of an analysis service, for a data collection or with parameters of its own, runs it, and"
            " waits for its end. To cancel means to stop following it: “Revoke analysis task” stops the task itself."
        ))

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:  # noqa: N802 - QGIS's name
        super().initAlgorithm(configuration)
        self.addParameter(service_parameter())
        self.addParameter(string(NAME, tr("Name"), tr("What the task is called.")))
        words = tr("What is analysed, as in 10/6, where the module takes a data collection.")
        self.addParameter(collection_parameter("", True, words))
        self.addParameter(values_parameter(PARAMS, tr("Parameters"), tr("Further parameters of the module.")))
        run = QgsProcessingParameterBoolean(RUN, tr("Run it"), True)
        self.addParameter(helped(run, tr("Otherwise it waits for “Run analysis task”.")))
        self.declare_wait()
        self.declare_state()

    def params(self, parameters: dict[str, Any], context: QgsProcessingContext) -> dict[str, Any]:
        """The parameters of the task. Raises ``InputProblem`` for what is no data collection."""
        found = nested(self.cells(parameters, PARAMS, context))
        if self.text(parameters, COLLECTION, context):
            found[ON] = int(self.place(parameters, context).collection)
        return found

    def problems(self, parameters: dict[str, Any], context: QgsProcessingContext) -> Iterator[str]:
        yield from self.required(parameters, context, SERVICE)
        wrong = list(values_problems(self.cells(parameters, PARAMS, context)))
        yield from wrong
        if not wrong and not self.params(parameters, context):
            yield tr("It is not said what is to be analysed. Give a data collection or parameters.")

    def operate(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback, work: Work
    ) -> dict[str, Any]:
        from ...providers.pixel.flows import analysis

        self.check_needs(work)
        service, name = self.text(parameters, SERVICE, context), self.text(parameters, NAME, context)
        task = analysis.create_task(self.platform.api, service, self.params(parameters, context), name, work)
        if not self.parameterAsBoolean(parameters, RUN, context):
            return {"SERVICE_ID": service, "TASK_ID": task, "STATUS": analysis.WAITING}
        return self.carried_out(service, task, parameters, context, feedback, work.part("run"))


class RunAnalysisTask(_Task):
    """A task that is there."""

    called = "runanalysistask"
    goes_on = True

    def displayName(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Run analysis task")

    def shortHelpString(self) -> str:  # noqa: N802 - QGIS's name
        return self.explained(tr(
            "Runs a task of an analysis service and waits for its end. One that is under way is not started again, but"
            " followed. To cancel means to stop following it: “Revoke analysis task” stops the task itself."
        ))

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:  # noqa: N802 - QGIS's name
        super().initAlgorithm(configuration)
        self.declare_task()
        self.declare_wait()

    def operate(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback, work: Work
    ) -> dict[str, Any]:
        self.check_needs(work)
        service, task = self.text(parameters, SERVICE, context), self.text(parameters, TASK, context)
        return self.carried_out(service, task, parameters, context, feedback, work)


class RevokeAnalysisTask(_Task):
    """A task stopped."""

    called = "revokeanalysistask"

    def displayName(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Revoke analysis task")

    def shortHelpString(self) -> str:  # noqa: N802 - QGIS's name
        return self.explained(tr("Stops a task of an analysis service. It stays in the list and can be run again."))

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:  # noqa: N802 - QGIS's name
        super().initAlgorithm(configuration)
        self.declare_task()

    def operate(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback, work: Work
    ) -> dict[str, Any]:
        from ...providers.pixel.flows import analysis

        self.check_needs(work)
        service, task = self.text(parameters, SERVICE, context), self.text(parameters, TASK, context)
        return {"SERVICE_ID": service, "TASK_ID": task,
                "STATUS": analysis.revoke(self.platform.api, service, task, work)}


class DeleteAnalysisTask(_Task):
    """A task's end."""

    called = "deleteanalysistask"

    def displayName(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Delete analysis task")

    def shortHelpString(self) -> str:  # noqa: N802 - QGIS's name
        return self.explained(tr("Deletes a task of an analysis service for good. One under way is stopped by that."))

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:  # noqa: N802 - QGIS's name
        super().initAlgorithm(configuration)
        self.declare_task()
        words = tr(
            "The task is deleted for good; what it has written into images and rasters stays. Type the name of its"
            " service, since a task may have none."
        )
        self.addParameter(typed_name(words))

    def problems(self, parameters: dict[str, Any], context: QgsProcessingContext) -> Iterator[str]:
        yield from super().problems(parameters, context)
        yield from self.required(parameters, context, CONFIRM)

    def operate(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback, work: Work
    ) -> dict[str, Any]:
        from ...providers.pixel.flows import analysis

        self.check_needs(work)
        service, task = self.text(parameters, SERVICE, context), self.text(parameters, TASK, context)
        analysis.delete_task(self.platform.api, service, task, self.text(parameters, CONFIRM, context), work)
        return {"SERVICE_ID": service, "TASK_ID": task, "STATUS": "deleted"}
