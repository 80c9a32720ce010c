"""What came of an upload: ids, and a table of the files that failed, from which these alone are sent again."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from qgis.core import (
    QgsFeatureRequest,
    QgsProcessing,
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProcessingOutputNumber,
    QgsProcessingOutputString,
    QgsProcessingParameterFeatureSink,
)

from ...core.messages import clean, sentence
from ...core.problems import Problem
from ...core.translation import tr
from ..parameters.plain import absent, helped
from ..sinks import RowSink
from .common import COLLECTION, PixelAlgorithm

if TYPE_CHECKING:  # QGIS starts without what only a running algorithm needs
    from ...providers.pixel.flows.upload_plan import UploadFile
    from ...providers.pixel.flows.uploads import Outcome

FAILED, UPLOAD_JOB = "FAILED", "upload_job"
COLUMNS = [
    ("name", "text"), ("file", "text"), ("reason", "text"), ("status", "text"), (UPLOAD_JOB, "text"),
    ("kind", "text"), ("support_files", "text"), ("fields", "text"), ("json_metadata", "text"),
]
"""The last three are JSON: what a new attempt sends again."""
NEEDED = ("file", "kind", "support_files", "fields", "json_metadata")
IDS = {"image": "IMAGE_IDS", "raster": "RASTER_IDS", "point_cloud": "POINT_CLOUD_IDS"}
TOLD = 10
"""So many failures are told one by one."""


def declare_results(algorithm: PixelAlgorithm, kind: str = "") -> None:
    """Declare the table of failures and the outputs; ``kind`` empty: the ids of any kind."""
    failed = QgsProcessingParameterFeatureSink(
        FAILED, tr("Files that failed"), QgsProcessing.SourceType.TypeVector, optional=True, createByDefault=True
    )
    words = tr("A table of the files of which nothing came, each with the reason. “Retry failed uploads” takes it.")
    algorithm.addParameter(helped(failed, words))
    algorithm.addOutput(QgsProcessingOutputString(COLLECTION, tr("Data collection")))
    titles = {"image": tr("Image ids"), "raster": tr("Raster ids"), "point_cloud": tr("Point cloud ids")}
    name, title = (IDS[kind], titles[kind]) if kind else ("IDS", tr("Ids of what was made"))
    algorithm.addOutput(QgsProcessingOutputString(name, title))
    algorithm.addOutput(QgsProcessingOutputNumber("COUNT", tr("Number of files that were uploaded")))
    algorithm.addOutput(QgsProcessingOutputNumber("FAILED_COUNT", tr("Number of files that failed")))


def written(
    algorithm: PixelAlgorithm,
    parameters: dict[str, Any],
    context: QgsProcessingContext,
    feedback: QgsProcessingFeedback,
    outcomes: Sequence[Outcome],
    left_out: Sequence[tuple[UploadFile, str]],
    ids: str,
) -> dict[str, Any]:
    """Write the failures and give the outputs. ``left_out``: files that were not sent, each with the reason; ``ids``:
    the name of that output. Without a table, raises :class:`Problem` when nothing at all was uploaded."""
    failures = [(one.file, reason_of(one), one.status or tr("not sent"), one.job) for one in outcomes if one.failed]
    failures += [(file, reason, tr("left out"), "") for file, reason in left_out]
    table = RowSink(algorithm, parameters, FAILED, context, COLUMNS)
    for number, (file, reason, status, job) in enumerate(failures):
        if number < TOLD:
            feedback.pushWarning(f"{file.path.name}: {reason}")
        table.add([file.path.name, str(file.path), reason, status, job, file.kind, *_again(file)])
    table.close()
    made = [one.made for one in outcomes if not one.failed]
    if failures:
        words = tr("{count} of {all} files failed. The table says why.")
        words = words.format(count=len(failures), all=len(failures) + len(made))
        feedback.pushWarning(words)
    if failures and not made and not table.destination:
        raise Problem(tr("None of the files was uploaded. {file}: {reason}").format(
            file=failures[0][0].path.name, reason=failures[0][1]
        ))
    outputs = {
        COLLECTION: algorithm.text(parameters, COLLECTION, context), ids: ",".join(made), "COUNT": len(made),
        "FAILED_COUNT": len(failures),
    }
    return {**outputs, FAILED: table.destination} if table.destination else outputs


def reason_of(outcome: Outcome) -> str:
    """Why nothing came of a file, as a sentence."""
    if outcome.error is not None:
        return sentence(outcome.error)
    if outcome.detail:
        return tr("The platform says: “{words}”").format(words=clean(outcome.detail))
    if outcome.under_way:
        return tr("The platform had not finished looking at it (“{status}”). “Retry failed uploads” asks what became of"
                  " it before anything is sent again.").format(status=clean(outcome.status))
    if outcome.status:
        return tr("The platform left it in the state “{status}”.").format(status=clean(outcome.status))
    return tr("The platform does not know the upload any more.")


def _again(file: UploadFile) -> list[str]:
    return [
        json.dumps([str(one) for one in file.support]), json.dumps(dict(file.fields)), json.dumps(dict(file.further))
    ]


def files_of(
    algorithm: PixelAlgorithm, parameters: dict[str, Any], name: str, context: QgsProcessingContext
) -> Iterator[tuple[UploadFile, str]]:
    """The files of a table of failures, each with its upload job, empty for none. Raises :class:`Problem` for a row
    that is none."""
    from ...providers.pixel.flows.upload_plan import UploadFile

    source = algorithm.parameterAsSource(parameters, name, context)
    columns = [*NEEDED, *(one for one in (UPLOAD_JOB,) if source.fields().lookupField(one) >= 0)]
    rows = [
        {column: feature[column] for column in columns} for feature in source.getFeatures(QgsFeatureRequest())
    ]
    for row in rows:
        text = {column: "" if absent(value) else str(value) for column, value in row.items()}
        try:
            support, fields, further = (
                json.loads(text[column]) if text[column] else empty
                for column, empty in (("support_files", []), ("fields", {}), ("json_metadata", {}))
            )
            kinds = isinstance(support, list), isinstance(fields, dict), isinstance(further, dict)
            if not all(kinds) or text["kind"] not in IDS:
                raise ValueError
        except (ValueError, RecursionError):
            words = tr("The row about {file} cannot be read any more. Give a table as an upload wrote it.")
            raise Problem(words.format(file=Path(text["file"]).name)) from None
        beside = tuple(Path(str(one)) for one in support)
        yield UploadFile(Path(text["file"]), text["kind"], beside, fields, further), text.get(UPLOAD_JOB, "")


def is_table(algorithm: PixelAlgorithm, parameters: dict[str, Any], name: str, context: QgsProcessingContext) -> bool:
    """Whether the table has the columns that an upload writes."""
    source = algorithm.parameterAsSource(parameters, name, context)
    return source is not None and all(source.fields().lookupField(column) >= 0 for column in NEEDED)
