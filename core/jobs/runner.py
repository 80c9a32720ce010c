"""Runs algorithms in our own pool of threads: what a dock starts and what is continued after a stop."""

from __future__ import annotations

import time
from collections import deque
from dataclasses import replace
from typing import Any

from qgis.core import QgsApplication, QgsProcessingException, QgsProject
from qgis.PyQt.QtCore import QObject, QThread, pyqtSignal

from .. import log, messages
from ..background import Background
from ..history import add_to_history
from ..job_events import events
from ..problems import Problem
from ..translation import tr
from . import heartbeat as beats
from . import outputs
from . import parameters as parameter_values
from .heartbeat import heartbeat
from .owner import me
from .prepared import RunningJob, prepared
from .record import JobRecord, State
from .run import JOB, interrupted
from .store import job_store
from .turns import turns

#: More than work at the same time (``turns``): those that are paused or wait for their turn have a thread too.
THREADS = 64
BRIEF_KEPT = 50
#: QGIS cancels all tasks so long before it ends, at most.
QUIT_SECONDS = 10.0


class Runner(QObject):
    """Signals carry the job's id: ``started``, ``progressed`` (with percent), ``ended`` (with results, and a sentence
    that is empty when it succeeded). ``changed`` comes with each of them. ``succeeded`` comes before ``ended`` with the
    run's context, from which result layers can be taken (``takeResultLayer``); it goes with the run.

    ``brief`` holds what is known of the runs that have no journal, and so no place in the store; ``layers`` the ids of
    the layers that runs of this session put on the map; ``quiet`` the jobs whose starter tells of their end itself;
    ``stopped`` those that ended since somebody asked for it.
    """

    started = pyqtSignal(str)
    progressed = pyqtSignal(str, float)
    succeeded = pyqtSignal(str, object)
    ended = pyqtSignal(str, dict, str)
    changed = pyqtSignal()

    def __init__(self, threads: int = THREADS) -> None:
        super().__init__()
        self._pool = Background(threads)
        self._running: dict[str, RunningJob] = {}
        self.brief: dict[str, JobRecord] = {}
        self.layers: dict[str, list[str]] = {}
        self.quiet: set[str] = set()
        self.stopped: set[str] = set()
        self._not_on_map: set[str] = set()
        self._cut: list[RunningJob] = []
        self._ready: deque[RunningJob] = deque()
        self._finishing = False
        self.changed.connect(events.changed)
        QgsApplication.instance().aboutToQuit.connect(self._leave)

    @property
    def running(self) -> list[str]:
        """The jobs of this process that are under way, or wait for their turn."""
        return list(self._running)

    def title(self, job: str) -> str:
        """What a job of this runner does; empty when it is not under way."""
        return str(self._running[job].algorithm.displayName()) if job in self._running else ""

    def percent(self, job: str) -> float | None:
        """How far a job of this runner is; None when it is not under way."""
        return self._running[job].feedback.progress() if job in self._running else None

    def start(
        self, algorithm_id: str, parameters: dict[str, Any], on_map: bool = True, tell: bool = True
    ) -> str:
        """Run an algorithm as a new job; its id. :class:`Problem` when its parameters or the login are not right.

        What it makes goes to temporary places unless the parameters name others, and layers come onto the map unless
        the caller sees to that (``on_map`` False), also when the job is continued in this session. ``tell`` False: the
        caller tells the user how it ended.
        """
        run = prepared(algorithm_id, parameters, "", on_map)
        if not on_map:
            self._not_on_map.add(run.job)
        if not tell:
            self.quiet.add(run.job)
        shown = outputs.as_given(run.parameters, run.algorithm.destinationParameterDefinitions())
        shown.pop(JOB, None)
        add_to_history(run.algorithm, shown, run.context)
        return self._begin(run)

    def resume(self, job: str) -> None:
        """Continue a stopped job with its journal. :class:`Problem` when it cannot be."""
        if job in self.brief:
            record = self.brief[job]
            self._begin(prepared(record.algorithm, parameter_values.from_json(record.parameters), ""))
            del self.brief[job]
            return
        record = job_store().get(job)
        if record is None:
            raise Problem(tr("This job is no longer in the list of jobs."))
        if record.obstacle and record.owner != me():
            raise Problem(record.obstacle)
        on_map = job not in self._not_on_map
        self._begin(prepared(record.algorithm, parameter_values.from_json(record.parameters), job, on_map))

    def _begin(self, run: RunningJob) -> str:
        self._running[run.job] = run
        self.stopped.discard(run.job)
        if run.journaled:
            heartbeat.begin_waiting(job_store(), run.job)
        else:
            self.brief[run.job] = _brief_record(run)
        run.feedback.progressChanged.connect(lambda percent: self._show_progress(run, percent))
        QgsApplication.taskManager().addTask(run.task)
        run.errand = self._pool.run(
            lambda errand: self._work(run),
            lambda succeeded: self._finish(run, succeeded),
            lambda error: self._fail(run, error),
        )
        self.started.emit(run.job)
        self.changed.emit()
        return run.job

    def _work(self, run: RunningJob) -> bool:
        try:
            with turns.taken(run.feedback.isCanceled):
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
        if not succeeded:
            self._over(run, {}, run.words)
            return
        self._ready.append(run)
        self._finish_in_turn()

    def _finish_in_turn(self) -> None:
        """Take the results of one job after the other: a listener to the project that lets events through, as plugins
        do, has the next job end while the layers of this one are being added, and QGIS does not survive that."""
        if self._finishing:
            return
        self._finishing = True
        try:
            while self._ready:
                self._take_results(self._ready.popleft())
        finally:
            self._finishing = False

    def _take_results(self, run: RunningJob) -> None:
        results = run.algorithm.postProcess(run.context, run.feedback) or run.results
        self.succeeded.emit(run.job, run.context)
        if run.job not in self._not_on_map:
            self._show(run)
        self._over(run, results, run.words)

    def _show(self, run: RunningJob) -> None:
        try:
            self.layers[run.job] = outputs.show_on_map(run.algorithm, run.parameters, run.context, run.feedback)
        except Exception as error:  # the work is done, and "Add Result to Map" is there
            log.unexpected(error)

    def _fail(self, run: RunningJob, error: Exception) -> None:
        self._over(run, {}, messages.sentence(error))

    def _over(self, run: RunningJob, results: dict[str, Any], words: str) -> None:
        if self._running.get(run.job) is run:  # else it was continued here while this one still waited for its turn
            del self._running[run.job]
        heartbeat.end_waiting(run.job)
        if run.cut_at is not None:
            self._cut.append(run)
        run.task.end(not words)
        if run.feedback.isCanceled():
            self.stopped.add(run.job)
        if not run.journaled:
            self._note_brief(run, results, words)
        self.ended.emit(run.job, results, words)
        self.changed.emit()

    def _note_brief(self, run: RunningJob, results: dict[str, Any], words: str) -> None:
        record = self.brief.get(run.job)
        if record is not None:
            state = State.DONE if not words else State.STOPPED if run.job in self.stopped else State.FAILED
            stored, _ = parameter_values.to_json(results)
            self.brief[run.job] = replace(
                record, state=state, ended=time.time(), message=log.scrub(words), results=stored,
                fraction=None if words else 1.0,
            )
        over = [job for job, one in self.brief.items() if one.ended is not None]
        for job in over[:-BRIEF_KEPT]:
            del self.brief[job]

    # ------------------------------------------------------------------ Steering
    def stop(self, job: str) -> None:
        """Ask a job to stop, whoever started it, here or in another process. ``ended`` comes when one of ours has."""
        run = self._running.get(job)
        if run is not None:
            run.feedback.cancel()
        else:
            self._ask(job, beats.STOP)

    def pause(self, job: str) -> None:
        """Let a job stand still with what it has, here or in another process."""
        self._ask(job, beats.PAUSE)

    def go_on(self, job: str) -> None:
        """Let a paused job go on. :class:`Problem` when one that nobody works on cannot be continued."""
        if job in self.brief or (heartbeat.pulse(job) is None and job_store().can_claim(job)):
            self.resume(job)
        else:
            self._ask(job, beats.GO_ON)

    def _ask(self, job: str, wish: str) -> None:
        pulse = heartbeat.pulse(job)
        if pulse is not None:
            pulse.grant(wish)
            self.changed.emit()
        else:
            job_store().wish(job, wish)

    def _leave(self) -> None:
        """QGIS ends: what runs is offered again at the next start, toolbox runs included."""
        for pulse in heartbeat.pulses():
            pulse.leave()
        for run in self._running.values():
            run.feedback.cancel()
        for run in [*self._running.values(), *self._cut]:
            if run.journaled and run.cut_at is not None and time.monotonic() - run.cut_at < QUIT_SECONDS:
                job_store().cut_off(run.job, interrupted())
        self._cut.clear()

    def begin_close(self) -> None:
        """Stop everything, without waiting."""
        self._leave()
        self._pool.begin_close()

    def close(self, patience: float = 5.0) -> bool:
        """Stop everything, for unloading. Jobs that did not end in time are found as paused by the next session."""
        self.begin_close()
        ended = self._pool.close(patience)
        for run in self._running.values():
            run.task.end(False)
            heartbeat.end_waiting(run.job)
        self._running.clear()
        QgsApplication.instance().aboutToQuit.disconnect(self._leave)
        return ended


def _brief_record(run: RunningJob) -> JobRecord:
    from .about import about

    now = time.time()
    kept = {name: value for name, value in run.parameters.items() if name != JOB}
    stored, _ = parameter_values.to_json(kept, QgsProject.instance())
    return JobRecord(
        run.job, run.algorithm.id(), run.algorithm.displayName(), stored, State.RUNNING, me(), now, now, now,
        about=about(run.algorithm, kept, QgsProject.instance()),
    )


_runner: Runner | None = None


def runner() -> Runner:
    """The runner of this QGIS, made when first used. Main thread only."""
    global _runner
    if _runner is None:
        _runner = Runner()
    return _runner


def begin_close() -> None:
    """Ask what runs to stop, without waiting."""
    if _runner is not None:
        _runner.begin_close()


def close() -> None:
    """Stop what runs."""
    global _runner
    if _runner is not None:
        _runner.close()
        _runner = None
