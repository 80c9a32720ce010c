"""Makes a layer of each detection that was started with that wish, also when it ends in a later session."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from qgis.core import QgsProcessingOutputLayerDefinition, QgsProject, QgsSettings
from qgis.PyQt.QtCore import QObject

from ...core import log
from ...core.job_events import events
from ...core.translation import tr

WANTED = "imagery_hub/run/collect"
SUFFIX = ".gpkg"


def want(job: str, folder: Path, name: str) -> None:
    """Make a layer of that name, kept in that folder, of what this job finds."""
    QgsSettings().setValue(f"{WANTED}/{job}", json.dumps({"folder": str(folder), "name": name}))


class Collector(QObject):
    """Listens to the runner once there is one: it is not imported while QGIS starts."""

    def __init__(self, parent: QObject, iface: Any) -> None:
        super().__init__(parent)
        self._iface = iface
        self._runner: Any = None
        events.changed.connect(self._listen)

    def _listen(self) -> None:
        from ...core.jobs.runner import runner

        events.changed.disconnect(self._listen)
        self._runner = runner()
        self._runner.ended.connect(self._ended)
        _forget_gone()

    def _ended(self, job: str, results: dict[str, Any], words: str) -> None:
        wish = str(QgsSettings().value(f"{WANTED}/{job}", ""))
        if not wish:
            return
        if words:
            _forget_gone()
            return
        QgsSettings().remove(f"{WANTED}/{job}")
        try:
            _collect(job, results, json.loads(wish))
        except Exception as error:  # as when the connection was renamed meanwhile
            self._tell(error)

    def _tell(self, error: Exception) -> None:
        from ...core import messages
        from ...core.problems import Problem

        if not isinstance(error, Problem):
            log.unexpected(error)
        words = tr("What a detector found could not be fetched: {reason} Use “Download detection result”.")
        told = Problem(words.format(reason=messages.sentence(error)))
        self._iface.messageBar().pushWarning(tr("Imagery Hub"), messages.rich_sentence(told))

    def close(self) -> None:
        """Listen no more."""
        if self._runner is None:
            events.changed.disconnect(self._listen)
        else:
            self._runner.ended.disconnect(self._ended)


def _forget_gone() -> None:
    """A job that failed can be retried as long as it is in the store; without it there is nothing to collect."""
    from ...core.jobs.store import job_store

    settings = QgsSettings()
    settings.beginGroup(WANTED)
    jobs = settings.childKeys()
    settings.endGroup()
    for job in jobs:
        if job_store().get(job) is None:
            settings.remove(f"{WANTED}/{job}")


def _collect(job: str, results: dict[str, Any], wish: dict[str, str]) -> None:
    from ...core.jobs.store import job_store
    from ..add_to_map.target import free
    from ..operations import start
    from .plan import plan_for

    record = job_store().get(job)
    plan = None if record is None else plan_for(record.algorithm)
    if record is None or plan is None:
        return
    parameters = {name: results[output] for name, output in plan.collected.items()}
    target = QgsProcessingOutputLayerDefinition(str(free(Path(wish["folder"]), wish["name"], job, SUFFIX, ())))
    target.destinationName = wish["name"]
    target.destinationProject = QgsProject.instance()
    connection = record.parameters.get("CONNECTION", "")
    start(plan.collect, {"CONNECTION": connection, plan.target: target, **parameters})
