"""Makes a layer of each detection that was started with that wish, also when it ends in a later session."""

from __future__ import annotations

from typing import Any

from qgis.core import QgsSettings
from qgis.PyQt.QtCore import QObject

from ...core import log
from ...core.job_events import events

WANTED = "imagery_hub/run/collect"


def want(job: str) -> None:
    """Make a layer of what this job finds."""
    QgsSettings().setValue(f"{WANTED}/{job}", True)


class Collector(QObject):
    """Listens to the runner once there is one: it is not imported while QGIS starts."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._runner: Any = None
        events.changed.connect(self._listen)

    def _listen(self) -> None:
        from ...core.jobs.runner import runner

        events.changed.disconnect(self._listen)
        self._runner = runner()
        self._runner.ended.connect(self._ended)

    def _ended(self, job: str, results: dict[str, Any], words: str) -> None:
        if words or not QgsSettings().value(f"{WANTED}/{job}", False, type=bool):
            return
        QgsSettings().remove(f"{WANTED}/{job}")
        try:
            _collect(job, results)
        except Exception as error:  # a receiver of a signal; the result can be fetched from the Jobs dock
            log.unexpected(error)

    def close(self) -> None:
        """Listen no more."""
        if self._runner is None:
            events.changed.disconnect(self._listen)
        else:
            self._runner.ended.disconnect(self._ended)


def _collect(job: str, results: dict[str, Any]) -> None:
    from ...core.jobs.store import job_store
    from ..operations import start
    from .plan import plan_for

    record = job_store().get(job)
    plan = None if record is None else plan_for(record.algorithm)
    if record is None or plan is None:
        return
    parameters = {name: results[output] for name, output in plan.collected.items()}
    start(plan.collect, {"CONNECTION": record.parameters.get("CONNECTION", ""), **parameters})
