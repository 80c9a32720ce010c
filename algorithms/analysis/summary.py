"""The summary of a detection as a JSON file."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

from qgis.core import (
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProcessingParameterFileDestination,
    QgsProcessingParameterString,
)

from ...core.translation import tr
from ...providers.work import Work
from ..base import ImageryAlgorithm
from ..parameters.plain import number

TEXTS = ("PLATFORM", "RASTER_ID", "DETECTOR_ID")
PLACES = 4
MOST = 1e12
SHARES = ("PRECISION", "RECALL", "F1")
NUMBERS = ("DETECTIONS", "PRECISION", "RECALL", "F1", "SECONDS")


class WriteSummary(ImageryAlgorithm):
    """What was run and how well it went, for people and programs."""

    def name(self) -> str:
        return "writesummary"

    def displayName(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Write summary of a detection")

    def group(self) -> str:
        return tr("Analysis")

    def groupId(self) -> str:  # noqa: N802 - QGIS's name
        return "analysis"

    def tags(self) -> list[str]:
        return tr("json,report,protocol,score").split(",")

    def shortHelpString(self) -> str:  # noqa: N802 - QGIS's name
        return tr(
            "Writes a JSON file with what was detected and how well: platform, raster_id, detector_id, detections,"
            " precision, recall, f1, seconds. Numbers that are not given are null. It usually ends a model."
        )

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:  # noqa: N802 - QGIS's name
        super().initAlgorithm(configuration)
        titles = {
            "PLATFORM": (tr("Platform"), tr("Name of the platform.")),
            "RASTER_ID": (tr("Raster id"), tr("Id of the raster on the platform.")),
            "DETECTOR_ID": (tr("Detector id"), tr("Id of the detector on the platform.")),
            "DETECTIONS": (tr("Number of detections"), tr("How many objects were detected.")),
            "PRECISION": (tr("Precision"), tr("Share of the detections that are right, 0 to 1.")),
            "RECALL": (tr("Recall"), tr("Share of the real objects that were found, 0 to 1.")),
            "F1": (tr("F1"), tr("Harmonic mean of precision and recall, 0 to 1.")),
            "SECONDS": (tr("Seconds"), tr("How long it took.")),
        }
        for name in TEXTS:
            parameter = QgsProcessingParameterString(name, titles[name][0], optional=True)
            parameter.setHelp(titles[name][1])
            self.addParameter(parameter)
        for name in NUMBERS:
            self.addParameter(number(name, *titles[name], 0, 1 if name in SHARES else MOST))
        file = QgsProcessingParameterFileDestination("OUTPUT", tr("Summary"), tr("JSON files (*.json)"))
        file.setHelp(tr("The file to write."))
        self.addParameter(file)

    def operate(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback, work: Work
    ) -> dict[str, Any]:
        summary: dict[str, Any] = {
            name.lower(): self.parameterAsString(parameters, name, context) for name in TEXTS
        }
        for name in NUMBERS:
            present = parameters.get(name) not in (None, "")
            value = self.parameterAsDouble(parameters, name, context) if present else math.nan
            summary[name.lower()] = rounded(value, 0 if name == "DETECTIONS" else PLACES)
        target = Path(self.parameterAsFileOutput(parameters, "OUTPUT", context))
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(json.dumps(summary, indent=2, ensure_ascii=False) + "\n", "utf-8")
        feedback.pushInfo(json.dumps(summary, ensure_ascii=False))
        return {"OUTPUT": str(target)}


def rounded(value: float, places: int) -> float | int | None:
    """The number with so many places, None for no number."""
    if not math.isfinite(value):
        return None
    return round(value, places) if places else round(value)
