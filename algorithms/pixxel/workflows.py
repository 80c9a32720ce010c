"""Workflows of a project: priced, run as jobs, followed, and their results fetched."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from qgis.core import QgsProcessingContext, QgsProcessingFeedback, QgsProcessingOutputNumber, QgsProcessingOutputString

from ...core.jobs.answer import Answer
from ...core.translation import tr
from ...providers.pixxel.results import described, logs_of, notes_of, numbers_of, values_of
from ...providers.pixxel.work_records import Job, JobTask
from ...providers.work import Work
from ..parameters.plain import advanced, confirm, number, string
from ..tables import declare_table, write_table
from . import listers
from .common import JOB, PROJECT, WORKFLOW, PixxelAlgorithm, picked, project_parameter, workflow_parameter
from .insights import MOST, agreed
from .waiting import declare_bundle, declare_waiting, take_bundle, waits

TASK = "TASK"
COLUMNS = [
    ("id", "text"), ("name", "text"), ("description", "text"), ("project_id", "text"), ("created_by", "text"),
    ("created_at", "text"), ("updated_at", "text"),
]
JOB_COLUMNS = [
    ("id", "text"), ("status", "text"), ("progress", "text"), ("cost", "real"), ("estimated_duration", "real"),
    ("time_taken", "text"), ("created_by", "text"), ("created_at", "text"), ("finished_at", "text"),
]
TASK_COLUMNS = [
    ("id", "text"), ("name", "text"), ("status", "text"), ("state_msg", "text"), ("progress", "real"),
    ("results", "text"), ("disclaimer", "text"), ("logs", "text"), ("err_msg", "text"), ("failure_type", "text"),
    ("time_taken", "text"), ("created_at", "text"), ("finished_at", "text"),
]


class _Workflows(PixxelAlgorithm):
    kind = "jobs"


def _declare_results(algorithm: PixxelAlgorithm) -> None:
    words = tr("Results of the tasks that are no raster, as JSON by the names of the tasks")
    algorithm.addOutput(QgsProcessingOutputString("RESULTS", words))


def job_parameter() -> Any:
    """The choice of a job of the workflow."""
    words = tr("Id of the job. The button lists those of the workflow.")
    return picked(JOB, tr("Job"), listers.jobs, words, "job", depends=(WORKFLOW,))


class ListWorkflows(_Workflows):
    """Workflows of a project."""

    called = "listworkflows"

    def displayName(self) -> str:  # noqa: N802 - QGIS's name
        return tr("List workflows")

    def shortHelpString(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Lists the workflows of a project. They are made in the console.")

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:  # noqa: N802 - QGIS's name
        super().initAlgorithm(configuration)
        self.addParameter(project_parameter())
        for name, title, words in (
            ("NAME", tr("Name"), tr("Only workflows of this name.")),
            ("ID", tr("Workflow"), tr("Only this one, by its id.")),
            ("CREATED_BY", tr("Created by"), tr("Id of who made it. Empty: all.")),
            ("CREATED", tr("Created"), tr("The moment as the platform writes it, as in 2025-02-11T08:14:09Z.")),
            ("UPDATED", tr("Changed"), tr("The moment as the platform writes it, as in 2025-02-11T08:14:09Z.")),
        ):
            self.addParameter(advanced(string(name, title, words)))
        declare_table(self, "WORKFLOW_IDS", tr("Workflow ids"))

    def problems(self, parameters: dict[str, Any], context: QgsProcessingContext) -> Iterator[str]:
        yield from self.required(parameters, context, PROJECT)

    def operate(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback, work: Work
    ) -> dict[str, Any]:
        from ...providers.steps import entries

        members = {"project_id": PROJECT, "name": "NAME", "id": "ID", "created_by": "CREATED_BY",
                   "created_on": "CREATED", "updated_at": "UPDATED"}
        filters: Any = {member: self.text(parameters, name, context) for member, name in members.items()}
        listed = entries(self.platform.api.during(work).workflows.list(filters))
        return write_table(self, parameters, context, work, listed, COLUMNS, "WORKFLOW_IDS")


class GetWorkflow(_Workflows):
    """One workflow with its price."""

    called = "getworkflow"

    def displayName(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Price of a workflow")

    def shortHelpString(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Gives name and description of a workflow, what a run would cost, and why it cannot be run.")

    def words(self) -> str:
        return tr("estimate,tokens,cost")

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:  # noqa: N802 - QGIS's name
        super().initAlgorithm(configuration)
        self.addParameter(project_parameter())
        self.addParameter(workflow_parameter())
        for name, title in (
            ("WORKFLOW_ID", tr("Workflow id")), ("NAME", tr("Name")), ("DESCRIPTION", tr("Description")),
            ("FAULTS", tr("Why it cannot be run")),
        ):
            self.addOutput(QgsProcessingOutputString(name, title))
        self.addOutput(QgsProcessingOutputNumber("TOKENS", tr("Price (tokens)")))

    def problems(self, parameters: dict[str, Any], context: QgsProcessingContext) -> Iterator[str]:
        yield from self.required(parameters, context, PROJECT, WORKFLOW)

    def operate(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback, work: Work
    ) -> dict[str, Any]:
        from ...providers.pixxel.flows.areas import faults_of

        api, workflow_id = self.platform.api.during(work), self.text(parameters, WORKFLOW, context)
        one = api.workflows.get(workflow_id, self.text(parameters, PROJECT, context))
        price = api.workflows.price(workflow_id)
        feedback.pushInfo(tr("The price is {tokens} tokens.").format(tokens=f"{price:g}"))
        return {
            "WORKFLOW_ID": one["id"], "NAME": one.get("name") or "", "DESCRIPTION": one.get("description") or "",
            "FAULTS": faults_of(one), "TOKENS": price,
        }


class RunWorkflow(_Workflows):
    """A job, priced first."""

    called = "runworkflow"
    journaled = True
    goes_on = True
    answers = {"job": Answer("JOB_ID")}

    def displayName(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Run workflow")

    def shortHelpString(self) -> str:  # noqa: N802 - QGIS's name
        return tr(
            "Runs a workflow as a job. The platform tells the price in tokens first; nothing is started until that is"
            " ticked. A job cannot be stopped on the platform."
        )

    def words(self) -> str:
        return tr("job,process,price")

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:  # noqa: N802 - QGIS's name
        super().initAlgorithm(configuration)
        self.addParameter(project_parameter())
        self.addParameter(workflow_parameter())
        words = tr("Nothing is started where the price is higher. Empty: any price.")
        self.addParameter(number(MOST, tr("Greatest price (tokens)"), words, 0, 1e12))
        words = tr("Spends tokens. Not ticked: the platform only tells the price, and nothing is started.")
        self.addParameter(confirm(tr("Run it for the price that the platform tells"), words))
        declare_waiting(self)
        self.addOutput(QgsProcessingOutputString("JOB_ID", tr("Job id")))
        self.addOutput(QgsProcessingOutputString("STATUS", tr("State")))
        self.addOutput(QgsProcessingOutputString("TASK_IDS", tr("Task ids")))
        self.addOutput(QgsProcessingOutputNumber("TOKENS", tr("Price (tokens)")))
        _declare_results(self)

    def problems(self, parameters: dict[str, Any], context: QgsProcessingContext) -> Iterator[str]:
        yield from self.required(parameters, context, PROJECT, WORKFLOW)

    def operate(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback, work: Work
    ) -> dict[str, Any]:
        from ...providers.pixxel.flows import areas

        api, workflow_id = self.platform.api, self.text(parameters, WORKFLOW, context)
        told: dict[str, Any] = {"JOB_ID": "", "STATUS": "", "TASK_IDS": "", "TOKENS": 0, "RESULTS": "{}"}
        if work.noted("job") is None:
            told["TOKENS"] = api.during(work).workflows.price(workflow_id)
            if not agreed(self, parameters, context, feedback, told["TOKENS"]):
                return told
        identity = areas.start_job(api, workflow_id, self.text(parameters, PROJECT, context), work)
        minutes = waits(self, parameters, context)
        if not minutes:
            return {**told, "JOB_ID": identity, "STATUS": "running"}
        job = areas.follow_job(api, workflow_id, identity, work, minutes)
        tasks = ",".join(str(one["id"]) for one in job.get("tasks") or () if one.get("id"))
        results = told_results(feedback, job)
        return {**told, "JOB_ID": identity, "STATUS": job.get("status") or "", "TASK_IDS": tasks, "RESULTS": results}


def task_row(one: JobTask) -> dict[str, Any]:
    """A task with what it says beside its rasters, each as lines."""
    lines = {"results": described(one.get("result")), "disclaimer": notes_of(one.get("disclaimer")),
             "logs": logs_of(one.get("info_logs"))}
    return {**one, **{name: "\n".join(found) for name, found in lines.items()}}


def told_results(feedback: QgsProcessingFeedback, job: Job) -> str:
    """Tell what the tasks of a job found beside rasters, and give it as JSON by their names."""
    found: dict[str, Any] = {}
    for one in job.get("tasks") or ():
        values = values_of(one.get("result"))
        for line in (*described(one.get("result")), *notes_of(one.get("disclaimer"))):
            feedback.pushInfo(f"{one.get('name') or ''}: {line}")
        if values:
            found[str(one.get("name") or one.get("id") or "")] = numbers_of(values)
    return json.dumps(found, ensure_ascii=False)


class ListJobs(_Workflows):
    """Jobs of a workflow."""

    called = "listjobs"

    def displayName(self) -> str:  # noqa: N802 - QGIS's name
        return tr("List jobs of a workflow")

    def shortHelpString(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Lists the jobs of a workflow with their state and cost in tokens.")

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:  # noqa: N802 - QGIS's name
        super().initAlgorithm(configuration)
        self.addParameter(project_parameter(optional=True))
        self.addParameter(workflow_parameter())
        for name, title, words in (
            ("STATUS", tr("State"), tr("Only jobs in this state, such as completed.")),
            ("ID", tr("Job"), tr("Only this one, by its id.")),
            ("CREATED_BY", tr("Created by"), tr("Id of who made it. Empty: all.")),
            ("CREATED", tr("Created"), tr("The moment as the platform writes it, as in 2025-02-11T08:14:09Z.")),
        ):
            self.addParameter(advanced(string(name, title, words)))
        declare_table(self, "JOB_IDS", tr("Job ids"))

    def problems(self, parameters: dict[str, Any], context: QgsProcessingContext) -> Iterator[str]:
        yield from self.required(parameters, context, WORKFLOW)

    def operate(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback, work: Work
    ) -> dict[str, Any]:
        members = {"status": "STATUS", "id": "ID", "created_by": "CREATED_BY", "created_on": "CREATED"}
        filters: Any = {member: self.text(parameters, name, context) for member, name in members.items()}
        found = self.platform.api.during(work).jobs.list(self.text(parameters, WORKFLOW, context), filters)
        return write_table(self, parameters, context, work, found, JOB_COLUMNS, "JOB_IDS")


class GetJob(_Workflows):
    """One job with its tasks."""

    called = "getjob"

    def displayName(self) -> str:  # noqa: N802 - QGIS's name
        return tr("List tasks of a job")

    def shortHelpString(self) -> str:  # noqa: N802 - QGIS's name
        return tr(
            "Gives state and cost of a job, and lists its tasks with what they found beside rasters and what the"
            " platform says of them."
        )

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:  # noqa: N802 - QGIS's name
        super().initAlgorithm(configuration)
        self.addParameter(project_parameter(optional=True))
        self.addParameter(workflow_parameter())
        self.addParameter(job_parameter())
        declare_table(self, "TASK_IDS", tr("Task ids"))
        for name, title in (
            ("STATUS", tr("State")), ("PROGRESS", tr("Progress")), ("FINISHED_AT", tr("Finished")),
            ("FAULTS", tr("What went wrong")),
        ):
            self.addOutput(QgsProcessingOutputString(name, title))
        self.addOutput(QgsProcessingOutputNumber("TOKENS", tr("Cost (tokens)")))
        _declare_results(self)

    def problems(self, parameters: dict[str, Any], context: QgsProcessingContext) -> Iterator[str]:
        yield from self.required(parameters, context, WORKFLOW, JOB)

    def operate(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback, work: Work
    ) -> dict[str, Any]:
        from ...providers.pixxel.flows.areas import faults_of

        workflow_id, identity = (self.text(parameters, name, context) for name in (WORKFLOW, JOB))
        job = self.platform.api.during(work).jobs.get(workflow_id, identity)
        return {
            **write_table(self, parameters, context, work, map(task_row, job.get("tasks") or ()), TASK_COLUMNS,
                          "TASK_IDS"),
            "RESULTS": told_results(feedback, job),
            "STATUS": job.get("status") or "", "PROGRESS": str(job.get("progress") or ""),
            "FINISHED_AT": job.get("finished_at") or "", "FAULTS": faults_of(job), "TOKENS": job.get("cost") or 0,
        }


class DownloadJob(_Workflows):
    """A job's bundle, or that of one task."""

    called = "downloadjob"
    journaled = True

    def displayName(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Download job")

    def shortHelpString(self) -> str:  # noqa: N802 - QGIS's name
        return tr(
            "Has the platform pack the results of a job, or of one of its tasks, waits for the bundle and downloads it."
            " Its images come onto the map."
        )

    def words(self) -> str:
        return tr("pull,fetch,zip,result,task")

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:  # noqa: N802 - QGIS's name
        super().initAlgorithm(configuration)
        self.addParameter(project_parameter(optional=True))
        self.addParameter(workflow_parameter())
        self.addParameter(job_parameter())
        words = tr("Id of a task. Empty: the whole job.")
        self.addParameter(picked(
            TASK, tr("Task"), listers.job_tasks, words, "job_task", optional=True, depends=(WORKFLOW, JOB)
        ))
        declare_bundle(self)

    def problems(self, parameters: dict[str, Any], context: QgsProcessingContext) -> Iterator[str]:
        yield from self.required(parameters, context, WORKFLOW, JOB)

    def operate(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback, work: Work
    ) -> dict[str, Any]:
        from ...providers.pixxel.flows import bundles, captures

        workflow_id, identity, task = (self.text(parameters, name, context) for name in (WORKFLOW, JOB, TASK))
        resource = bundles.of_job(self.platform.api, workflow_id, identity, task, work)
        ids = {"workflow": workflow_id, "job": identity, "task": task}
        return take_bundle(self, parameters, context, feedback, work, resource, "job", ids,
                           lambda: captures.of_job(self.platform.api, workflow_id, identity, work))
