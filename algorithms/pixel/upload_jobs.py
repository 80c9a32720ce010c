"""Uploads that failed, sent again; and the upload jobs of a data collection."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from qgis.core import (
    QgsProcessing,
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProcessingOutputString,
    QgsProcessingParameterBoolean,
    QgsProcessingParameterFeatureSource,
)

from ...core.problems import Problem
from ...core.translation import tr
from ...providers.work import Work
from ..parameters.plain import given, helped, string
from ..tables import declare_table, write_table
from .common import COLLECTION, PixelAlgorithm, collection_parameter
from .upload_results import declare_results, files_of, is_table, written
from .uploads import declare_parts, parts_of

TABLE, NAME, UNFINISHED = "TABLE", "NAME", "FAILED_ONLY"
COLUMNS = [
    ("id", "text"), ("name", "text"), ("status", "text"), ("detail", "text"), ("resource_name", "text"),
    ("resource_id", "text"), ("created_at", "text"),
]


class RetryUploads(PixelAlgorithm):
    """The files of a table of failures."""

    called = "retryuploads"
    kind = "uploads"
    journaled = True
    starts_again = True

    def displayName(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Retry failed uploads")

    def shortHelpString(self) -> str:  # noqa: N802 - QGIS's name
        return tr(
            "Sends the files of the table that an upload wrote of its failures again, with the same metadata and side"
            " files; those that were uploaded are not in it. Correct the files first, or the paths in the table. With"
            " rows selected it sends only these. What the platform has meanwhile is not sent again. Files are sent"
            " without a check."
        )

    def words(self) -> str:
        return tr("push,send,again,repeat,failures")

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:  # noqa: N802 - QGIS's name
        super().initAlgorithm(configuration)
        self.addParameter(collection_parameter())
        table = QgsProcessingParameterFeatureSource(
            TABLE, tr("Files that failed"), [QgsProcessing.SourceType.TypeVector]
        )
        self.addParameter(helped(table, tr("The table that an upload, or an earlier retry, wrote.")))
        declare_parts(self)
        declare_results(self)

    def problems(self, parameters: dict[str, Any], context: QgsProcessingContext) -> Iterator[str]:
        yield from self.required(parameters, context, COLLECTION)
        if given(parameters, COLLECTION):
            self.place(parameters, context)
        if given(parameters, TABLE) and not is_table(self, parameters, TABLE, context):
            yield tr("This is not a table of failed uploads. Give the one that an upload wrote.")

    def operate(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback, work: Work
    ) -> dict[str, Any]:
        from ...providers.pixel.flows.upload_target import find_target, kind_of
        from ...providers.pixel.flows.uploads import earlier_outcomes, upload_files

        rows = list(files_of(self, parameters, TABLE, context))
        target = find_target(self.platform.api, self.place(parameters, context), "", work)
        other = [file for file, _ in rows if file.kind != kind_of(target.type)]
        if other:
            words = tr("{file} belongs into another type of data collection than “{name}”. Choose another one.")
            raise Problem(words.format(file=other[0].path.name, name=target.name))
        earlier = earlier_outcomes(self.platform.api, target.place, rows, work)
        if earlier:
            words = tr("{count} files are not sent again: the platform has them meanwhile, or is looking at them.")
            feedback.pushInfo(words.format(count=len(earlier)))
        files = [file for file, _ in rows if file.path not in earlier]
        outcomes = upload_files(
            self.platform.api, self.platform.engine, target.place, files, work, parts_of(self, parameters, context)
        )
        return written(self, parameters, context, feedback, [*earlier.values(), *outcomes], [], "IDS")


class ListUploadJobs(PixelAlgorithm):
    """Upload jobs as a table."""

    called = "listuploadjobs"
    kind = "uploads"

    def displayName(self) -> str:  # noqa: N802 - QGIS's name
        return tr("List upload jobs")

    def shortHelpString(self) -> str:  # noqa: N802 - QGIS's name
        return tr(
            "Lists the upload jobs of a data collection: one for each file that was announced, with its state, what"
            " became of it, or why it failed. Jobs in the state “lobby” wait for a file that perhaps never came; the"
            " platform keeps them in the list."
        )

    def words(self) -> str:
        return tr("status,state,failures")

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:  # noqa: N802 - QGIS's name
        super().initAlgorithm(configuration)
        self.addParameter(collection_parameter())
        self.addParameter(string(NAME, tr("Name holds"), tr("Only files whose name holds this text.")))
        only = QgsProcessingParameterBoolean(UNFINISHED, tr("Failed ones only"), defaultValue=False)
        self.addParameter(helped(only, tr("Leaves out what was uploaded, and what is still under way.")))
        declare_table(self, "UPLOAD_JOB_IDS", tr("Ids of the upload jobs"))
        self.addOutput(QgsProcessingOutputString(COLLECTION, tr("Data collection")))

    def problems(self, parameters: dict[str, Any], context: QgsProcessingContext) -> Iterator[str]:
        yield from self.required(parameters, context, COLLECTION)
        if given(parameters, COLLECTION):
            self.place(parameters, context)

    def operate(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback, work: Work
    ) -> dict[str, Any]:
        from ...providers.pixel.records import UPLOAD_STATES
        from ...providers.steps import entries

        name, only = self.text(parameters, NAME, context), self.parameterAsBoolean(parameters, UNFINISHED, context)
        api = self.platform.api.during(work)
        jobs = entries(api.upload_jobs.list(self.place(parameters, context), {"name": name} if name else None))
        rows = (
            {**job, **(job.get("result") or {})} for job in jobs
            if not (only and job.get("status") in UPLOAD_STATES)
        )
        outputs = write_table(self, parameters, context, work, rows, COLUMNS, "UPLOAD_JOB_IDS")
        return {**outputs, COLLECTION: self.text(parameters, COLLECTION, context)}
