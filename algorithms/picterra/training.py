"""The training set of a detector, training, and the platform's advice where to annotate next."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from qgis.core import (
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProcessingOutputNumber,
    QgsProcessingOutputString,
)

from ...core.jobs.answer import Answer
from ...core.translation import tr
from ...providers.work import Work
from ..parameters import choice_parameter, split_ids
from ..tables import declare_table, polygon_of, write_table
from . import listers
from .common import PicterraAlgorithm
from .detectors import detector_parameter
from .raster_reading import COLUMNS

STATISTICS = (
    "rasters_count",
    "training_areas_count",
    "assessment_areas_count",
    "validation_areas_count",
    "total_annotations_count",
    "training_annotations_count",
    "validation_annotations_count",
)


def statistics_titles() -> dict[str, str]:
    """What the statistics of a training count."""
    return {
        "rasters_count": tr("Number of rasters"),
        "training_areas_count": tr("Number of training areas"),
        "assessment_areas_count": tr("Number of testing areas"),
        "validation_areas_count": tr("Number of validation areas"),
        "total_annotations_count": tr("Number of outlines"),
        "training_annotations_count": tr("Number of outlines in training areas"),
        "validation_annotations_count": tr("Number of outlines in validation areas"),
    }


def statistics_of(outcome: Mapping[str, Any]) -> dict[str, Any]:
    """The outputs that tell the statistics of a training's results; None for what is not told."""
    told = outcome.get("stats") or {}
    return {name.upper(): told.get(name) for name in STATISTICS}


class AddRastersToDetector(PicterraAlgorithm):
    """Put rasters into the training set."""

    called = "addrasterstodetector"
    kind = "training"
    journaled = True

    def displayName(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Add rasters to detector")

    def shortHelpString(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Puts rasters into the training set of a detector. A raster that is in it already stays in it.")

    def words(self) -> str:
        return tr("associate,training set,annotate")

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:  # noqa: N802 - QGIS's name
        super().initAlgorithm(configuration)
        self.addParameter(detector_parameter())
        self.addParameter(
            choice_parameter(
                "RASTERS", tr("Rasters"), listers.rasters, platform="picterra", kind="raster", several=True,
                help=tr("Ids of the rasters, separated by commas."),
            )
        )
        self.addOutput(QgsProcessingOutputString("DETECTOR_ID", tr("Detector id")))
        self.addOutput(QgsProcessingOutputString("RASTER_IDS", tr("Raster ids")))
        self.addOutput(QgsProcessingOutputNumber("COUNT", tr("Number of rasters")))

    def problems(self, parameters: dict[str, Any], context: QgsProcessingContext) -> Iterator[str]:
        yield from self.required(parameters, context, "DETECTOR", "RASTERS")

    def operate(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback, work: Work
    ) -> dict[str, Any]:
        from ...providers.picterra.flows import detectors

        detector_id = self.text(parameters, "DETECTOR", context)
        raster_ids = split_ids(self.text(parameters, "RASTERS", context))
        detectors.add_rasters(self.platform.api, detector_id, raster_ids, work)
        return {"DETECTOR_ID": detector_id, "RASTER_IDS": ",".join(raster_ids), "COUNT": len(raster_ids)}


class ListTrainingRasters(PicterraAlgorithm):
    """The training set as a table."""

    called = "listtrainingrasters"
    kind = "training"

    def displayName(self) -> str:  # noqa: N802 - QGIS's name
        return tr("List training rasters")

    def shortHelpString(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Lists the rasters in the training set of a detector, with their footprints where they are told.")

    def words(self) -> str:
        return tr("training set,images")

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:  # noqa: N802 - QGIS's name
        super().initAlgorithm(configuration)
        self.addParameter(detector_parameter())
        declare_table(self, "RASTER_IDS", tr("Raster ids"), "polygon")

    def problems(self, parameters: dict[str, Any], context: QgsProcessingContext) -> Iterator[str]:
        yield from self.required(parameters, context, "DETECTOR")

    def operate(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback, work: Work
    ) -> dict[str, Any]:
        from ...providers.steps import entries

        records = entries(self.platform.api.during(work).detectors.rasters(self.text(parameters, "DETECTOR", context)))
        return write_table(
            self, parameters, context, work, records, COLUMNS, "RASTER_IDS", "polygon",
            lambda record: polygon_of(record.get("footprint")),
        )


class TrainDetector(PicterraAlgorithm):
    """Train to the end."""

    called = "traindetector"
    kind = "training"
    journaled = True
    goes_on = True
    answers = {"start": Answer("OPERATION_ID", member="operation_id")}

    def displayName(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Train detector")

    def shortHelpString(self) -> str:  # noqa: N802 - QGIS's name
        return tr(
            "Trains a detector with the annotations of its training set, waits until that has ended and gives score and"
            " statistics. At least one training area with outlines is needed; a score needs validation areas. The"
            " platform cannot stop a training: to cancel means to stop following it."
        )

    def words(self) -> str:
        return tr("learn,machine learning,score")

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:  # noqa: N802 - QGIS's name
        super().initAlgorithm(configuration)
        self.addParameter(detector_parameter())
        self.addOutput(QgsProcessingOutputString("DETECTOR_ID", tr("Detector id")))
        self.addOutput(QgsProcessingOutputString("OPERATION_ID", tr("Operation id")))
        self.addOutput(QgsProcessingOutputNumber("SCORE", tr("Score (percent)")))
        for name, title in statistics_titles().items():
            self.addOutput(QgsProcessingOutputNumber(name.upper(), title))

    def problems(self, parameters: dict[str, Any], context: QgsProcessingContext) -> Iterator[str]:
        yield from self.required(parameters, context, "DETECTOR")

    def operate(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback, work: Work
    ) -> dict[str, Any]:
        from ...providers.picterra.flows import detectors, results

        detector_id = self.text(parameters, "DETECTOR", context)
        operation_id, state = detectors.train(self.platform.api, detector_id, work)
        outcome = results.results_of(state)
        score = outcome.get("score")
        if score is None:
            feedback.pushInfo(tr("The platform gives no score. Validation areas are needed for one."))
        else:
            feedback.pushInfo(tr("Score: {score} percent.").format(score=score))
        return {
            "DETECTOR_ID": detector_id,
            "OPERATION_ID": operation_id,
            "SCORE": score,
            **statistics_of(outcome),
        }


class RecommendDataset(PicterraAlgorithm):
    """Advice where to annotate next."""

    called = "recommenddataset"
    kind = "training"
    journaled = True
    goes_on = True
    answers = {"start": Answer("OPERATION_ID", member="operation_id")}

    def displayName(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Recommend training data")

    def shortHelpString(self) -> str:  # noqa: N802 - QGIS's name
        return tr(
            "Asks the platform where it would help a trained detector to annotate more, and waits until that is ready."
            " The recommendation shows only in the web application: the log and the output LINK say where."
        )

    def words(self) -> str:
        return tr("dataset recommendation,annotate")

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:  # noqa: N802 - QGIS's name
        super().initAlgorithm(configuration)
        self.addParameter(detector_parameter(trained=True))
        self.addOutput(QgsProcessingOutputString("DETECTOR_ID", tr("Detector id")))
        self.addOutput(QgsProcessingOutputString("OPERATION_ID", tr("Operation id")))
        self.addOutput(QgsProcessingOutputString("LINK", tr("Where to see it")))

    def problems(self, parameters: dict[str, Any], context: QgsProcessingContext) -> Iterator[str]:
        yield from self.required(parameters, context, "DETECTOR")

    def operate(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback, work: Work
    ) -> dict[str, Any]:
        from ...providers.picterra.flows import detectors
        from ...providers.picterra.web import detector_page

        detector_id = self.text(parameters, "DETECTOR", context)
        operation_id, _ = detectors.recommend(self.platform.api, detector_id, work)
        link = detector_page(self.platform.api.http.root, detector_id)
        feedback.pushInfo(tr("The recommendation is in the web application: {link}").format(link=link))
        return {"DETECTOR_ID": detector_id, "OPERATION_ID": operation_id, "LINK": link}
