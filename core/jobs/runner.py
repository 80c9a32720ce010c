"""Runs algorithms in our own pool of threads: what a dock starts and what is continued after a stop."""

from __future__ import annotations

import uuid
from typing import Any

from qgis.core import (
    QgsApplication,
    QgsProcessingAlgorithm,
    QgsProcessingContext,
    QgsProcessingException,
    QgsProcessingFeedback,
    QgsProject,
)
from qgis.PyQt.QtCore import QObject, QThread, pyqtSignal

from .. import messages
from ..background import Background, Errand
from ..history import add_to_history
from ..problems import Problem
from ..shown_task import ShownTask
from ..translation import tr
from . import parameters as parameter_values
from .heartbeat import heartbeat
from .owner import me
from .run import JOB
from .store import job_store

JOBS_AT_ONCE = 4


class RunningJob:
    """One run under way. All members belong to the main thread, except ``feedback``."""

    def __init__(
        self, job: str, algorithm: QgsProcessingAlgorithm, parameters: dict[str, Any], context: QgsProcessingContext
    ) -> None:
        self.job = job
        self.algorithm = algorithm
        self.parameters = parameters
        self.context = context
        self.feedback = QgsProcessingFeedback()
        self.task = ShownTask(algorithm.displayName(), self.feedback.cancel)
        self.errand: Errand[bool] | None = None
        self.results: dict[str, Any] = {}
        self.words = ""


class Runner(QObject):
    """Signals carry the job's id: ``started``, ``progressed`` (with percent), ``ended`` (with results, and a sentence
    that is empty when it succeeded). ``changed`` comes with each of them. ``succeeded`` comes before ``ended`` with the
    run's context, from which result layers can be taken (``takeResultLayer``); it goes with the run."""

    started = pyqtSignal(str)
    progressed = pyqtSignal(str, float)
    succeeded = pyqtSignal(str, object)
    ended = pyqtSignal(str, dict, str)
    changed = pyqtSignal()

    def __init__(self, threads: int = JOBS_AT_ONCE) -> None:
        super().__init__()
        self._pool = Background(threads)
        self._running: dict[str, RunningJob] = {}

    @property
    def running(self) -> list[str]:
        """The jobs of this process that are under way."""
        return list(self._running)

    def start(self, algorithm_id: str, parameters: dict[str, Any]) -> str:
        """Run an algorithm as a new job; its id. :class:`Problem` when its parameters or the login are not right."""
        return self._run(algorithm_id, parameters, "")

    def resume(self, job: str) -> None:
        """Continue a stopped job with its journal. :class:`Problem` when it cannot be."""
        record = job_store().get(job)
        if record is None:
            raise Problem(tr("This job is no longer in the list of jobs."))
        if record.obstacle and record.owner != me():
            raise Problem(record.obstacle)
        self._run(record.algorithm, parameter_values.from_json(record.parameters), job)

    def _run(self, algorithm_id: str, parameters: dict[str, Any], job: str) -> str:
        algorithm = QgsApplication.processingRegistry().createAlgorithmById(algorithm_id)
        if algorithm is None:
            raise Problem(tr("There is no algorithm {id} in this QGIS.").format(id=algorithm_id))
        context = QgsProcessingContext()
        context.setProject(QgsProject.instance())
        values = {**parameters, JOB: job}
        fine, words = algorithm.checkParameterValues(values, context)
        if not fine:
            raise Problem(words)
        feedback = _Listening()
        if not algorithm.prepare(values, context, feedback):
            raise Problem("\n".join(feedback.errors) or tr("The algorithm could not be prepared."))
        job = job or getattr(algorithm, "job", "") or uuid.uuid4().hex  # not all algorithms have a journal
        run = RunningJob(job, algorithm, values, context)
        self._running[job] = run
        run.feedback.progressChanged.connect(lambda percent: self._show_progress(run, percent))
        QgsApplication.taskManager().addTask(run.task)
        run.errand = self._pool.run(
            lambda errand: self._work(run),
            lambda succeeded: self._finish(run, succeeded),
            lambda error: self._fail(run, error),
        )
        self.started.emit(job)
        self.changed.emit()
        return job

    def _work(self, run: RunningJob) -> bool:
        try:
            run.results = run.algorithm.runPrepared(run.parameters, run.context, run.feedback)
        except QgsProcessingException as error:
            run.words = str(error)
            return False
        for layer in run.context.temporaryLayerStore().mapLayers().values():
            if layer.thread() == QThread.currentThread():  # who takes it lives on the main thread
                layer.moveToThread(self.thread())
        return True

    def _show_progress(self, run: RunningJob, percent: float) -> None:
        run.task.setProgress(percent)
        self.progressed.emit(run.job, percent)

    def _finish(self, run: RunningJob, succeeded: bool) -> None:
        results: dict[str, Any] = {}
        if succeeded:
            results = run.algorithm.postProcess(run.context, run.feedback) or run.results
            shown = {name: value for name, value in run.parameters.items() if name != JOB}
            add_to_history(run.algorithm, shown, run.context)
            self.succeeded.emit(run.job, run.context)
        self._over(run, results, run.words)

    def _fail(self, run: RunningJob, error: Exception) -> None:
        self._over(run, {}, messages.sentence(error))

    def _over(self, run: RunningJob, results: dict[str, Any], words: str) -> None:
        self._running.pop(run.job, None)
        run.task.end(not words)
        self.ended.emit(run.job, results, words)
        self.changed.emit()

    def stop(self, job: str) -> None:
        """Ask a job of this process to stop, whoever started it. ``ended`` comes when one of ours has."""
        run = self._running.get(job)
        pulse = heartbeat.pulse(job)
        if run is not None:
            run.feedback.cancel()
        elif pulse is not None:
            pulse.cancel()

    def close(self, patience: float = 5.0) -> bool:
        """Stop everything, for unloading. Jobs that did not end in time are found as paused by the next session."""
        for run in self._running.values():
            run.feedback.cancel()
        ended = self._pool.close(patience)
        for run in self._running.values():
            run.task.end(False)
        self._running.clear()
        return ended


class _Listening(QgsProcessingFeedback):
    """Keeps what the preparation complains about."""

    def __init__(self) -> None:
        super().__init__(False)
        self.errors: list[str] = []

    def reportError(self, error: str, fatalError: bool = False) -> None:  # noqa: N802, N803 - QGIS's names
        self.errors.append(error)


_runner: Runner | None = None


def runner() -> Runner:
    """The runner of this QGIS, made when first used. Main thread only."""
    global _runner
    if _runner is None:
        _runner = Runner()
    return _runner


def close() -> None:
    """Stop what runs."""
    global _runner
    if _runner is not None:
        _runner.close()
        _runner = None
