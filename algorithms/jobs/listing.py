"""The jobs of this profile as a table."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timezone
from typing import Any

from qgis.core import QgsProcessingContext, QgsProcessingFeedback, QgsProcessingParameterBoolean

from ...core.jobs import JobRecord, State, job_store
from ...core.jobs.record import UNFINISHED
from ...core.translation import tr
from ...providers.work import Work
from ..base import ImageryAlgorithm
from ..tables import declare_table, write_table

ALL = "ALL"
JOB_IDS = "JOB_IDS"
COLUMNS = (
    ("id", "text"),
    ("algorithm", "text"),
    ("title", "text"),
    ("state", "text"),
    ("created", "text"),
    ("started", "text"),
    ("ended", "text"),
    ("message", "text"),
    ("obstacle", "text"),
)


class ListJobs(ImageryAlgorithm):
    """Local: needs no connection."""

    def name(self) -> str:
        return "listjobs"

    def displayName(self) -> str:  # noqa: N802 - QGIS's name
        return tr("List jobs")

    def group(self) -> str:
        return tr("Jobs")

    def groupId(self) -> str:  # noqa: N802 - QGIS's name
        return "jobs"

    def tags(self) -> list[str]:
        return tr("resume,continue,paused,unfinished,history").split(",")

    def shortHelpString(self) -> str:  # noqa: N802 - QGIS's name
        return tr(
            "Lists the jobs of this QGIS profile that are not done: running, waiting, paused because their QGIS ended,"
            " stopped by the user, or failed. “Continue job” takes one up again where it stopped."
        )

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:  # noqa: N802 - QGIS's name
        super().initAlgorithm(configuration)
        done = QgsProcessingParameterBoolean(ALL, tr("Also those that are done"), defaultValue=False)
        done.setHelp(tr("Finished jobs are kept for 30 days."))
        self.addParameter(done)
        declare_table(self, JOB_IDS, tr("Job ids"))

    def operate(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback, work: Work
    ) -> dict[str, Any]:
        store = job_store()
        store.pause_abandoned()
        wanted = tuple(State) if self.parameterAsBoolean(parameters, ALL, context) else UNFINISHED
        rows: Iterator[Mapping[str, Any]] = (row(record) for record in store.all(wanted))
        return write_table(self, parameters, context, work, rows, COLUMNS, JOB_IDS)


def row(record: JobRecord) -> dict[str, Any]:
    """A job as a row of the table; times in UTC."""
    return {
        "id": record.id,
        "algorithm": record.algorithm,
        "title": record.title,
        "state": record.state.value,
        "created": moment(record.created),
        "started": moment(record.started),
        "ended": moment(record.ended),
        "message": record.message,
        "obstacle": record.obstacle,
    }


def moment(seconds: float | None) -> str | None:
    """ISO 8601 of a time in seconds since 1970."""
    return None if seconds is None else datetime.fromtimestamp(seconds, timezone.utc).isoformat(timespec="seconds")
