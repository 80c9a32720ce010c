"""Taking a stopped job up again, in the toolbox, in scripts and without a window."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from qgis.core import (
    QgsProcessingAlgorithm,
    QgsProcessingContext,
    QgsProcessingException,
    QgsProcessingFeedback,
    QgsProcessingOutputString,
    QgsProcessingParameterString,
)

from ...core.jobs import JobRecord, State, job_store
from ...core.jobs import parameters as parameter_values
from ...core.jobs.run import JOB
from ...core.own_algorithms import registered
from ...core.translation import tr
from ...providers.work import Work
from ..base import ImageryAlgorithm
from ..failures import words_only

JOB_ID = "JOB_ID"
RESULTS = "RESULTS"


class ResumeJob(ImageryAlgorithm):
    """Runs the job's own algorithm with the job's journal, in the phases in which QGIS runs this one."""

    def __init__(self) -> None:
        super().__init__()
        self._child: QgsProcessingAlgorithm | None = None
        self._values: dict[str, Any] = {}
        self._results: dict[str, Any] = {}

    def name(self) -> str:
        return "resumejob"

    def displayName(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Continue job")

    def group(self) -> str:
        return tr("Jobs")

    def groupId(self) -> str:  # noqa: N802 - QGIS's name
        return "jobs"

    def tags(self) -> list[str]:
        return tr("resume,retry,paused,unfinished").split(",")

    def shortHelpString(self) -> str:  # noqa: N802 - QGIS's name
        return tr(
            "Continues a job that was paused, stopped or failed. What it had done is not done again. Where it is not"
            " known whether the platform took a step, the platform is looked at first. “List jobs” gives the ids."
        )

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:  # noqa: N802 - QGIS's name
        super().initAlgorithm(configuration)
        job = QgsProcessingParameterString(JOB, tr("Job id"))
        job.setHelp(tr("As “List jobs” gives it."))
        self.addParameter(job)
        self.addOutput(QgsProcessingOutputString(JOB_ID, tr("Job id")))
        self.addOutput(QgsProcessingOutputString(RESULTS, tr("Results of the job, as JSON")))

    def problems(self, parameters: dict[str, Any], context: QgsProcessingContext) -> Iterator[str]:
        job = self.parameterAsString(parameters, JOB, context).strip()
        record = job_store().get(job)
        if record is None:
            yield tr("There is no job {job} in this profile. List the jobs to see which there are.").format(job=job)
        elif record.state is State.DONE:
            yield tr("The job “{title}” is done already. Its results are kept with it.").format(title=record.title)
        elif record.obstacle:
            yield record.obstacle

    @words_only
    def prepareAlgorithm(  # noqa: N802 - QGIS's name
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> bool:
        if not super().prepareAlgorithm(parameters, context, feedback):
            return False
        record = job_store().get(self.parameterAsString(parameters, JOB, context).strip())
        if record is None:
            return False
        self._child = self._algorithm_of(record)
        self._values = {**parameter_values.from_json(record.parameters), JOB: record.id}
        return self._child.prepare(self._values, context, feedback)

    @staticmethod
    def _algorithm_of(record: JobRecord) -> QgsProcessingAlgorithm:
        found = registered(record.algorithm)
        algorithm = None if found is None else found.create()
        if algorithm is None:
            words = tr("This job needs the algorithm {id}, which is not in this QGIS.")
            raise QgsProcessingException(words.format(id=record.algorithm))
        return algorithm

    def operate(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback, work: Work
    ) -> dict[str, Any]:
        if self._child is None:
            raise QgsProcessingException(tr("The job was not prepared."))
        self._results = self._child.runPrepared(self._values, context, feedback)
        return {JOB_ID: self._values[JOB], RESULTS: self._as_text()}

    @words_only
    def postProcessAlgorithm(  # noqa: N802 - QGIS's name
        self, context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> dict[str, Any]:
        if self._child is not None:
            self._results = self._child.postProcess(context, feedback) or self._results
        return {JOB_ID: self._values[JOB], RESULTS: self._as_text()}

    def _as_text(self) -> str:
        return json.dumps(parameter_values.to_json(self._results)[0], sort_keys=True)
