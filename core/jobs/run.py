"""One run of a job, from the inside: the algorithm's own view."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from types import TracebackType
from typing import Any

from qgis.core import (
    Qgis,
    QgsProcessingAlgorithm,
    QgsProcessingContext,
    QgsProcessingException,
    QgsProcessingFeedback,
    QgsProject,
)

from ...providers.errors import Kind, OpenQuestion, PlatformError
from ...providers.work import Progress, Work
from .. import log, main_thread, messages
from ..feedback import FeedbackReporter, NotedFeedback
from ..problems import NotBegun, Problem
from ..translation import tr
from . import parameters as parameter_values
from .about import about, layer_parameters
from .heartbeat import Pulse, heartbeat
from .hold import Hold
from .logbook import Logbook, log_path
from .questions import reopened
from .record import JobRecord, State
from .store import JobStore, job_store
from .turns import turns

JOB = "JOB"
"""The name of the hidden parameter that carries a job's id."""


def interrupted() -> str:
    """What is said of a run that ended with its QGIS."""
    return tr("QGIS ended in the middle of it.")


class JobRun:
    """A context: inside it the job is ours and its heart beats; leaving it notes how the run ended.

    Make one with ``begin`` where the run is prepared; enter what ``telling`` gives where the work is done. ``seen`` is
    the record at the beginning: a run that another one came before while it waited for its turn is refused.
    """

    def __init__(self, store: JobStore, job: str, is_new: bool, seen: JobRecord | None = None) -> None:
        self.job = job
        self.feedback = QgsProcessingFeedback()
        self._is_new = is_new
        self._seen = seen
        self._store = store
        self._pulse: Pulse | None = None
        self._hold = Hold()
        self._journal = store.journal(job)
        self._logbook = Logbook(log_path(store.path, job))
        self._report: Callable[[Progress], None] = lambda progress: None
        self._results: dict[str, Any] | None = None

    @classmethod
    def begin(
        cls,
        algorithm: QgsProcessingAlgorithm,
        values: dict[str, Any],
        context: QgsProcessingContext,
    ) -> JobRun:
        """Take up the job that ``JOB`` names, or make a new one when it is empty. :class:`Problem` when it cannot be.

        ``JOB`` is left out of the stored parameters.
        """
        store = job_store()
        job = algorithm.parameterAsString(values, JOB, context)
        if job:
            seen = store.get(job)  # before it is asked for: what is taken in between is told at the claim
            if not store.can_claim(job):
                raise cls._refusal(store, job)
            return cls(store, job, is_new=False, seen=seen)
        kept = {name: value for name, value in values.items() if name != JOB}

        def describe() -> tuple[dict[str, Any], str, str]:
            project = QgsProject.instance()
            stored, obstacle = parameter_values.to_json(kept, project, layer_parameters(algorithm))
            return stored, obstacle, about(algorithm, kept, project)

        job = store.create(algorithm.id(), algorithm.displayName(), *main_thread.call(describe))
        return cls(store, job, is_new=True, seen=store.get(job))

    @staticmethod
    def _refusal(store: JobStore, job: str) -> Problem:
        record = store.get(job)
        if record is None:
            words = tr("There is no job {job} in this profile. List the jobs to see which there are.")
            return Problem(words.format(job=job))
        if record.state is State.DONE:
            words = tr("The job “{title}” is done already. Its results are kept with it.")
        else:
            words = tr("Another run is working on the job “{title}”. Wait for it, or stop it there.")
        return Problem(words.format(title=record.title))

    def telling(self, feedback: QgsProcessingFeedback) -> JobRun:
        """The same run, shown and steered by this feedback: the one of the preparation can be another."""
        self.feedback = NotedFeedback(feedback, self._logbook.write)
        self._report = FeedbackReporter(self.feedback)
        return self

    def steer(self, platform: Any) -> None:
        """From now on a pause holds the transfers of this platform object too."""
        self._hold.steer(platform)

    def __enter__(self) -> JobRun:
        if not self._store.claim(self.job, self._seen):
            self._journal.close()
            raise self._refusal(self._store, self.job)
        self._pulse = heartbeat.start(self._store, self.job, self.feedback.cancel, self._hold)
        words = tr("Begun with QGIS {version}.") if self._is_new else tr("Continued with QGIS {version}.")
        self._logbook.write(words.format(version=Qgis.QGIS_VERSION))
        return self

    @property
    def work(self) -> Work:
        """What the flow is given."""
        return Work(self._journal, report=self._tell, cancelled=self._is_cancelled, hold=self._wait_while_held,
                    idle=lambda: turns.given_back(self._is_cancelled))

    def _wait_while_held(self) -> None:
        self._hold.wait(self._is_cancelled)

    def _tell(self, progress: Progress) -> None:
        if self._pulse is not None:
            self._pulse.progress = progress
        self._report(progress)

    def _is_cancelled(self) -> bool:
        return self.feedback.isCanceled() or (self._pulse is not None and self._pulse.lost.is_set())

    def results(self, results: dict[str, Any]) -> dict[str, Any]:
        """Note the results; they are stored when the context is left."""
        self._results = results
        return results

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with closing(self._journal):
            try:
                self._note_end(error)
            finally:
                if self._pulse is not None:
                    heartbeat.stop(self._pulse)

    def _note_end(self, error: BaseException | None) -> None:
        if error is None:
            stored, _ = parameter_values.to_json(self._results or {})
            self._end(State.DONE, "", stored)
        elif isinstance(error, NotBegun) and self._is_new:
            self._store.end(self.job, State.STOPPED)
            self._store.forget(self.job)
        elif isinstance(error, PlatformError) and error.kind is Kind.CANCELLED:
            leaving = self._pulse is not None and self._pulse.leaving
            words = interrupted() if leaving else messages.sentence(error)
            if not self._end(State.PAUSED if leaving else State.STOPPED, words):
                words = tr("Another run has taken over the job, so this one stopped. Look for it in the list of jobs.")
                raise Problem(words) from None
        else:
            qgis_said = isinstance(error, QgsProcessingException)
            question = error.facts.get("step", "") if isinstance(error, OpenQuestion) else ""
            if not question and isinstance(error, PlatformError):
                question = reopened(self._journal, error)
            words = log.scrub(str(error)) if qgis_said else messages.sentence(error)
            self._end(State.FAILED, words, question=question)

    def _end(
        self, state: State, words: str, results: dict[str, Any] | None = None, question: str = ""
    ) -> bool:
        self._logbook.write(words or tr("The job is done."))
        return self._store.end(self.job, state, words, results, question)
