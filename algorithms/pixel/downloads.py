"""Stored files of images, rasters and point clouds, where the platform gives their addresses."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from qgis.core import (
    QgsProcessing,
    QgsProcessingContext,
    QgsProcessingException,
    QgsProcessingFeedback,
    QgsProcessingOutputNumber,
    QgsProcessingOutputString,
    QgsProcessingParameterFeatureSink,
    QgsProcessingParameterFolderDestination,
)

from ...core.translation import tr
from ...providers.work import Work
from ..parameters import split_ids
from ..parameters.plain import given, helped
from ..tables import OUTPUT, write_table
from .common import COLLECTION, PixelAlgorithm, collection_parameter, items_parameter
from .item_common import NAMES, wrong_ids

FOLDER = "FOLDER"
COLUMNS = [("id", "text"), ("file", "text"), ("outcome", "text")]


class DownloadFiles(PixelAlgorithm):
    """Files into a folder."""

    called = "downloadfiles"
    kind = "items"
    journaled = True

    def displayName(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Download files")

    def shortHelpString(self) -> str:  # noqa: N802 - QGIS's name
        return tr(
            "Downloads the stored files of images, rasters or point clouds, where the platform gives an address for"
            " them. That is not documented: those for which it gives none are told, and can be shown through a"
            " published ArcGIS service instead. Stopped, it goes on from the list of jobs."
        )

    def words(self) -> str:
        return tr("export,fetch,original,photos,save")

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:  # noqa: N802 - QGIS's name
        super().initAlgorithm(configuration)
        self.addParameter(collection_parameter())
        for kind, name in NAMES.items():
            words = tr("Numbers, separated by commas. All three empty: everything in the data collection.")
            self.addParameter(items_parameter(kind, name, optional=True, words=words))
        folder = QgsProcessingParameterFolderDestination(FOLDER, tr("Folder"))
        self.addParameter(helped(folder, tr("Where to put the files, under their own names.")))
        table = QgsProcessingParameterFeatureSink(
            OUTPUT, tr("Files"), QgsProcessing.SourceType.TypeVector, optional=True, createByDefault=False
        )
        self.addParameter(helped(table, tr("One row for each, with its file or why there is none.")))
        self.addOutput(QgsProcessingOutputString("IDS", tr("Ids of what was downloaded")))
        self.addOutput(QgsProcessingOutputString("FILES", tr("Files, one in each line")))
        self.addOutput(QgsProcessingOutputNumber("COUNT", tr("Number of files")))
        self.addOutput(QgsProcessingOutputNumber("WITHOUT_ADDRESS", tr("Number of those without an address")))

    def problems(self, parameters: dict[str, Any], context: QgsProcessingContext) -> Iterator[str]:
        yield from self.required(parameters, context, COLLECTION)
        if given(parameters, COLLECTION):
            self.place(parameters, context)
        chosen = [name for name in NAMES.values() if given(parameters, name)]
        if len(chosen) > 1:
            yield tr("A data collection holds one sort of things. Choose images, rasters or point clouds.")
        for name in chosen:
            yield from wrong_ids(split_ids(self.text(parameters, name, context)))

    def operate(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback, work: Work
    ) -> dict[str, Any]:
        from ...core.layers import time
        from ...providers.pixel.flows import files
        from ...providers.pixel.items import RASTER

        api, place = self.platform.api, self.place(parameters, context)
        kind, ids = self.chosen(parameters, context)
        if not kind:
            kind = files.kind_in(api, place, work)
        ids = ids or files.all_ids(api, kind, place, work)
        folder = Path(self.parameterAsFileOutput(parameters, FOLDER, context))
        folder.mkdir(parents=True, exist_ok=True)
        brought = files.download_items(api, self.platform.engine, kind, place, ids, folder, work)
        if kind == RASTER:  # photos say it themselves, and QGIS knows no time for point clouds
            for identity, path in brought.files.items():
                work.check_cancelled()
                time.keep(str(path), brought.captured.get(identity))
        if ids and len(brought.missing) == len(ids):
            raise QgsProcessingException(
                tr("They are not there any more: {ids}. Choose from the list.").format(
                    ids=", ".join(brought.missing[:20])
                )
            )
        if brought.without:
            feedback.pushWarning(
                tr(
                    "For {count} of {total} the platform gives no address, so their files cannot be downloaded. They"
                    " can be shown through a published ArcGIS service. Their ids: {ids}."
                ).format(count=len(brought.without), total=len(ids), ids=", ".join(brought.without[:20]))
            )
        if brought.missing:
            words = tr("Not there any more: {ids}.").format(ids=", ".join(brought.missing[:20]))
            feedback.pushWarning(words)
        rows = [
            *({"id": one, "file": str(path), "outcome": "downloaded"} for one, path in brought.files.items()),
            *({"id": one, "outcome": "no address"} for one in brought.without),
            *({"id": one, "outcome": "missing"} for one in brought.missing),
        ]
        table: dict[str, Any] = {}
        if given(parameters, OUTPUT):
            table = {OUTPUT: write_table(self, parameters, context, work, rows, COLUMNS, "IDS")[OUTPUT]}
        return {
            **table, FOLDER: str(folder), "IDS": ",".join(brought.files), "COUNT": len(brought.files),
            "FILES": "\n".join(str(path) for path in brought.files.values()), "WITHOUT_ADDRESS": len(brought.without),
        }

    def chosen(self, parameters: dict[str, Any], context: QgsProcessingContext) -> tuple[str, list[str]]:
        """The sort of things and their ids; none where everything is meant."""
        for kind, name in NAMES.items():
            ids = split_ids(self.text(parameters, name, context))
            if ids:
                return kind, ids
        return "", []
