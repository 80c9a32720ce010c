"""What a detection found, as files for other programs. As a layer: ``layer_downloads``; in pixels: ``pixels``."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from qgis.core import (
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProcessingOutputNumber,
    QgsProcessingOutputString,
    QgsProcessingParameterEnum,
    QgsProcessingParameterFileDestination,
)

from ...core.translation import tr
from ...providers.work import Work
from ..parameters import choice_parameter
from ..parameters.plain import advanced, helped
from . import listers
from .common import PicterraAlgorithm

COLLECTION, MERGED = 0, 1


class DownloadResultFile(PicterraAlgorithm):
    """The result as the vendor's clients write it."""

    called = "downloadresultfile"
    kind = "results"
    journaled = True

    def displayName(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Download detection result as GeoJSON")

    def shortHelpString(self) -> str:  # noqa: N802 - QGIS's name
        return tr(
            "Writes what a detection found as the vendor's own clients do. As a feature collection it has one feature"
            " for each class, with all its objects in one MultiPolygon. Merged it is one bare MultiPolygon of all"
            " classes, which the platform calls deprecated. For a layer to work with use “Download detection result”."
        )

    def words(self) -> str:
        return tr("pull,geojson,feature collection")

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:  # noqa: N802 - QGIS's name
        super().initAlgorithm(configuration)
        self.addParameter(detection_parameter())
        forms = [tr("feature collection, one feature for each class"), tr("all classes merged, a bare MultiPolygon")]
        form = QgsProcessingParameterEnum("FORM", tr("Form"), forms, False, COLLECTION)
        self.addParameter(helped(form, tr("What the file is to hold.")))
        self.addParameter(generation_parameter())
        file = QgsProcessingParameterFileDestination("OUTPUT", tr("GeoJSON file"), tr("GeoJSON files (*.geojson)"))
        self.addParameter(helped(file, tr("The file to write.")))
        self.addOutput(QgsProcessingOutputString("OPERATION_ID", tr("Operation id")))
        self.addOutput(QgsProcessingOutputString("CLASS_NAMES", tr("Class names, one to a line")))

    def problems(self, parameters: dict[str, Any], context: QgsProcessingContext) -> Iterator[str]:
        yield from self.required(parameters, context, "OPERATION")

    def operate(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback, work: Work
    ) -> dict[str, Any]:
        from ...core.jobs.folders import kept_folder
        from ...providers.picterra.flows import collection, results

        api, engine = self.platform.api, self.platform.engine
        operation_id = self.text(parameters, "OPERATION", context)
        target = Path(self.parameterAsFileOutput(parameters, "OUTPUT", context))
        if self.parameterAsEnum(parameters, "FORM", context) == MERGED:
            results.download_merged(api, engine, operation_id, target, work)
            return {"OUTPUT": str(target), "OPERATION_ID": operation_id, "CLASS_NAMES": ""}
        style = generation(self, parameters, context)
        with kept_folder(work) as folder:
            classes = results.download_results(api, engine, operation_id, folder, style, work)
            collection.write_collection(classes, target)
        names = "\n".join(one.name for one in classes)
        return {"OUTPUT": str(target), "OPERATION_ID": operation_id, "CLASS_NAMES": names}


class WriteResultAddresses(PicterraAlgorithm):
    """The signed addresses, for other programs."""

    called = "writeresultaddresses"
    kind = "results"

    def displayName(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Write addresses of a detection result")

    def shortHelpString(self) -> str:  # noqa: N802 - QGIS's name
        return tr(
            "Writes the addresses of a detection's result files into a table (CSV), one row for each class and, where"
            " the platform has one, a last row without a class name for all classes, for programs that fetch them"
            " themselves. An address of a vector layer leads to a feature collection, an older one to a bare"
            " MultiPolygon. Whoever has such an address can read the result while it is valid: keep the file to"
            " yourself and delete it afterwards. The addresses are shown nowhere else."
        )

    def words(self) -> str:
        return tr("url,link,csv")

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:  # noqa: N802 - QGIS's name
        super().initAlgorithm(configuration)
        self.addParameter(detection_parameter())
        self.addParameter(generation_parameter())
        file = QgsProcessingParameterFileDestination("OUTPUT", tr("Table of addresses"), tr("CSV files (*.csv)"))
        self.addParameter(helped(file, tr("The file to write; only you may read it.")))
        self.addOutput(QgsProcessingOutputString("OPERATION_ID", tr("Operation id")))
        self.addOutput(QgsProcessingOutputNumber("COUNT", tr("Number of addresses")))

    def problems(self, parameters: dict[str, Any], context: QgsProcessingContext) -> Iterator[str]:
        yield from self.required(parameters, context, "OPERATION")

    def operate(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback, work: Work
    ) -> dict[str, Any]:
        from ...core.private_files import private_file
        from ...providers.picterra.flows import addresses, results

        api, operation_id = self.platform.api, self.text(parameters, "OPERATION", context)
        rows = addresses.class_addresses(api, operation_id, generation(self, parameters, context), work)
        merged = results.results_of(results.finished_results(api.during(work), operation_id)).get("url")
        if merged:
            rows.append(("", merged))
        target = Path(self.parameterAsFileOutput(parameters, "OUTPUT", context))
        with private_file(target) as sink:
            table = csv.writer(sink)
            table.writerow(["class_name", "address"])
            table.writerows(rows)
        return {"OUTPUT": str(target), "OPERATION_ID": operation_id, "COUNT": len(rows)}


def detection_parameter() -> Any:
    """The operation of a detection."""
    return choice_parameter(
        "OPERATION", tr("Detection"), listers.detections, platform="picterra", depends=("CONNECTION",),
        help=tr("Id of the operation, as “Run detector” gives it. The button lists the detections that were run here."),
    )


def generation_parameter() -> Any:
    """By which of the platform's two ways the result is fetched."""
    ways = [tr("whichever the platform offers"), tr("addresses of the result (older)"), tr("vector layers (newer)")]
    words = tr("The platform has had two ways to hand out shapes. Change it only when one of them fails.")
    return advanced(helped(QgsProcessingParameterEnum("WAY", tr("Way"), ways, False, 0), words))


def generation(algorithm: PicterraAlgorithm, parameters: dict[str, Any], context: QgsProcessingContext) -> str:
    """What the flow calls it."""
    from ...providers.picterra.flows import results

    return ("", results.SEED, results.NEWEST)[algorithm.parameterAsEnum(parameters, "WAY", context)]
