"""Asking by an algorithm without making a job of it: for what only reads and is shown at once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from qgis.core import QgsProcessingException

from ..core.background import Errand, background
from ..core.jobs.prepared import prepared
from ..core.problems import Problem
from .operations import algorithm

Outputs = dict[str, Any]


def ask(
    algorithm_id: str,
    parameters: dict[str, Any],
    done: Callable[[Outputs], None],
    failed: Callable[[Exception], None],
) -> Errand[Outputs]:
    """Run it in the background; its outputs or what went wrong arrive on the main thread. Cancelled, it
    asks the platform for nothing more.

    :class:`Problem` when parameters or login are not right. Main thread: QGIS may ask for the master password.
    """
    run = prepared(algorithm(algorithm_id).id(), parameters, "", False)

    def work(errand: Errand[Outputs]) -> Outputs:
        try:
            return dict(run.algorithm.runPrepared(run.parameters, run.context, run.feedback))
        except QgsProcessingException as error:
            raise Problem(str(error)) from None

    errand = background().run(work, done, failed)
    errand.stopped_by(run.feedback.cancel)
    return errand
