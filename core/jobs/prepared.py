"""A run of the desk before it begins: checked, logged in, with its places for outputs."""

from __future__ import annotations

import time
import uuid
from typing import Any

from qgis.core import (
    QgsProcessingAlgorithm,
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProject,
)

from ..background import Errand
from ..own_algorithms import registered
from ..problems import Problem
from ..secrets import SecretsLocked
from ..shown_task import ShownTask
from ..translation import tr
from .outputs import with_destinations
from .run import JOB
from .store import job_store


class RunningJob:
    """One run under way. All members belong to the main thread, except ``feedback``.

    ``journaled`` False: it has no record in the store. ``cut_at``: when its task was cancelled, which the user does in
    the task manager, and QGIS for all tasks when it is about to quit.
    """

    def __init__(
        self,
        job: str,
        algorithm: QgsProcessingAlgorithm,
        parameters: dict[str, Any],
        context: QgsProcessingContext,
        journaled: bool,
    ) -> None:
        self.job = job
        self.algorithm = algorithm
        self.parameters = parameters
        self.context = context
        self.journaled = journaled
        self.feedback = QgsProcessingFeedback()
        self.cut_at: float | None = None
        self.task = ShownTask(algorithm.displayName(), self._cut)
        self.errand: Errand[bool] | None = None
        self.results: dict[str, Any] = {}
        self.words = ""

    def _cut(self) -> None:
        self.cut_at = time.monotonic()
        self.feedback.cancel()


class _Listening(QgsProcessingFeedback):
    """Keeps what the preparation complains about."""

    def __init__(self) -> None:
        super().__init__(False)
        self.errors: list[str] = []

    def reportError(self, error: str, fatalError: bool = False) -> None:  # noqa: N802, N803 - QGIS's names
        self.errors.append(error)


def prepared(algorithm_id: str, parameters: dict[str, Any], job: str, on_map: bool = True) -> RunningJob:
    """Check and prepare a run, new when ``job`` is empty. :class:`Problem` when parameters or login are not right,
    :class:`SecretsLocked` when the master password was refused.

    Main thread: QGIS may ask for the master password.
    """
    found = registered(algorithm_id)
    algorithm = None if found is None else found.create()
    if algorithm is None:
        raise Problem(tr("There is no algorithm {id} in this QGIS.").format(id=algorithm_id))
    context = QgsProcessingContext()
    context.setProject(QgsProject.instance())
    values = {**with_destinations(algorithm, parameters, QgsProject.instance() if on_map else None), JOB: job}
    fine, words = algorithm.checkParameterValues(values, context)
    if not fine:
        raise Problem(words)
    listening = _Listening()
    fine = algorithm.prepare(values, context, listening)
    known = getattr(algorithm, "job", "")  # not all algorithms have a journal
    if not fine:
        if known and not job:
            job_store().forget(known)
        refusal = getattr(algorithm, "refusal", None)
        if isinstance(refusal, SecretsLocked):  # who starts several does not ask for each
            raise refusal
        raise Problem("\n".join(listening.errors) or tr("The algorithm could not be prepared."))
    return RunningJob(known or job or uuid.uuid4().hex, algorithm, values, context, bool(known))
