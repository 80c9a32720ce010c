"""Background jobs: real work in worker processes, an end that also waits for the sandbox's clock."""

from __future__ import annotations

import multiprocessing
import multiprocessing.connection
import os
import sys
import threading
import traceback
import uuid
from collections.abc import Callable
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, field
from typing import Any

from .clock import Clock

Finish = Callable[[Any], dict[str, Any] | None]
Fail = Callable[[str], None]
Still = Callable[[], None]


class WorkFailed(Exception):
    """The work found something wrong with what the user sent; its words are shown to the user."""


@dataclass
class Job:
    """One long-running job, also after its end. ``results`` and ``errors`` stay None while it runs (A12)."""

    id: str
    kind: str
    account: str
    metadata: dict[str, Any]
    ends: float
    future: Future[Any] | None
    finish: Finish
    fail: Fail
    still: Still
    status: str = "running"
    results: dict[str, Any] | None = None
    errors: dict[str, Any] | None = None
    notes: dict[str, Any] = field(default_factory=dict)


def _watch_parent() -> None:
    """Runs in each worker: a worker never outlives the sandbox, not even a killed one."""
    parent = multiprocessing.parent_process()

    def wait() -> None:
        if parent is not None:
            multiprocessing.connection.wait([parent.sentinel])
            os._exit(0)

    threading.Thread(target=wait, daemon=True).start()


class Pool:
    """Worker processes, started when first needed."""

    def __init__(self, workers: int = 2) -> None:
        self._workers = workers
        self._executor: ProcessPoolExecutor | None = None

    def submit(self, work: Callable[..., Any], *arguments: Any) -> Future[Any]:
        """Run a module's function in a worker process."""
        try:
            return self._started().submit(work, *arguments)
        except BrokenProcessPool:
            self.stop()
            return self._started().submit(work, *arguments)

    def stop(self) -> None:
        """End the workers; queued work is dropped."""
        if self._executor is not None:
            self._executor.shutdown(wait=False, cancel_futures=True)
            self._executor = None

    def _started(self) -> ProcessPoolExecutor:
        if self._executor is None:
            self._executor = ProcessPoolExecutor(self._workers, mp_context=multiprocessing.get_context("spawn"),
                                                 initializer=_watch_parent)
        return self._executor


class Jobs:
    """All jobs of one platform. They are kept for the life of the sandbox (A43)."""

    def __init__(self, clock: Clock, pool: Pool) -> None:
        self._clock = clock
        self._pool = pool
        self._jobs: dict[str, Job] = {}
        self._running: list[Job] = []

    def start(self, kind: str, account: str, metadata: dict[str, Any], seconds: float, *, finish: Finish, fail: Fail,
              work: Callable[..., Any] | None = None, arguments: tuple[Any, ...] = (),
              still: Still = lambda: None) -> Job:
        """Start a job. ``work(*arguments)`` runs in a worker process; ``finish`` takes its outcome, changes the
        platform's state and returns the results; ``fail`` takes the words of a failure. ``still`` looks, before the
        outcome of the work counts, whether what it is about is still there: work on files that were deleted meanwhile
        fails as it likes. They may raise :class:`WorkFailed` and run in the server, when the job ends."""
        future = self._pool.submit(work, *arguments) if work is not None else None
        job = Job(str(uuid.uuid4()), kind, account, metadata, self._clock.now() + seconds, future, finish, fail, still)
        self._jobs[job.id] = job
        self._running.append(job)
        return job

    def get(self, job_id: str) -> Job | None:
        """A job by its id, ended or not."""
        return self._jobs.get(job_id)

    @property
    def running(self) -> int:
        """Number of jobs that have not ended."""
        return len(self._running)

    def defects(self) -> list[str]:
        """Traces of jobs that ended by a defect of the sandbox, not by what the user sent."""
        return [job.notes["defect"] for job in self._jobs.values() if "defect" in job.notes]

    def settle(self) -> bool:
        """End the jobs whose work is done and whose time has come. True when the state changed."""
        due = [job for job in self._running
               if self._clock.now() >= job.ends and (job.future is None or job.future.done())]
        for job in due:
            self._running.remove(job)
            self._end(job)
        return bool(due)

    def clear(self) -> None:
        """Forget all jobs; work under way ends unheard."""
        for job in self._running:
            if job.future is not None:
                job.future.cancel()
        self._jobs.clear()
        self._running.clear()

    @staticmethod
    def _end(job: Job) -> None:
        try:
            job.still()
            outcome = job.future.result() if job.future is not None else None
            job.results = job.finish(outcome)
            job.status = "success"
            return
        except WorkFailed as error:
            words = str(error)
        except Exception:  # noqa: BLE001 - the job's own defect must end the job, and be seen
            traceback.print_exc(file=sys.stderr)
            words = "The platform could not finish this job."
            job.notes["defect"] = traceback.format_exc()
        job.status = "failed"
        job.errors = {"message": words}
        job.fail(words)
