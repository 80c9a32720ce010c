"""Which photos processing left out or could not use."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import Any

from qgis.core import QgsProcessingContext, QgsProcessingFeedback, QgsProcessingOutputNumber

from ...core.translation import tr
from ...providers.work import Work
from ..tables import declare_table, write_table
from .common import PROJECT, Pix4dAlgorithm, project_parameter

COLUMNS = [("id", "long"), ("name", "text"), ("reason", "text"), ("s3_key", "text")]


class ListUnusedPhotos(Pix4dAlgorithm):
    """The photos that the results were not made of."""

    called = "listunusedphotos"
    kind = "processing"

    def displayName(self) -> str:  # noqa: N802 - QGIS's name
        return tr("List photos that were not used")

    def shortHelpString(self) -> str:  # noqa: N802 - QGIS's name
        return tr(
            "Lists the photos of a processed project that its results were not made of: those that were left out, and"
            " those that PIX4D could not orient, mostly as they are blurred or overlap too little. It reads the OPF"
            " project among the results, which projects processed before April 2025 do not have. “Exclude photos from"
            " processing” takes the ids, to process without them."
        )

    def words(self) -> str:
        return tr("excluded,uncalibrated,oriented,opf,report,table")

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:  # noqa: N802 - QGIS's name
        super().initAlgorithm(configuration)
        self.addParameter(project_parameter(states=("DONE",)))
        declare_table(self, "PHOTO_IDS", tr("Photo ids"))
        self.addOutput(QgsProcessingOutputNumber("LEFT_OUT", tr("Number of photos that were left out")))

    def problems(self, parameters: dict[str, Any], context: QgsProcessingContext) -> Iterator[str]:
        yield from self.required(parameters, context, PROJECT)

    def operate(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback, work: Work
    ) -> dict[str, Any]:
        from ...providers.pix4d.flows.orientation import unused_photos

        project_id = self.text(parameters, PROJECT, context)
        left, failed = tr("left out"), tr("could not be oriented")
        found = list(unused_photos(self.platform.api, self.platform.engine, project_id, work))
        records = [
            {**one.photo, "name": PurePosixPath(one.photo.get("s3_key") or "").name,
             "reason": left if one.left_out else failed}
            for one in found
        ]
        outcome = write_table(self, parameters, context, work, records, COLUMNS, "PHOTO_IDS")
        out = sum(one.left_out for one in found)
        feedback.pushInfo(
            tr("Left out: {out}. Could not be oriented: {failed}.").format(out=out, failed=len(found) - out)
        )
        return {**outcome, "LEFT_OUT": out}
