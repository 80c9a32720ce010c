"""Detectors: create, edit, list, read, delete."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from qgis.core import (
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProcessingOutputBoolean,
    QgsProcessingOutputNumber,
    QgsProcessingOutputString,
    QgsProcessingParameterEnum,
)

from ...core.jobs.answer import Answer
from ...core.translation import tr
from ...providers.work import Work
from ..parameters import choice_parameter
from ..parameters.plain import confirm, helped, string
from ..tables import declare_table, write_table
from . import detector_settings, listers
from .common import PicterraAlgorithm

SETTINGS = [
    ("detection_type", "text"),
    ("output_type", "text"),
    ("training_steps", "integer"),
    ("backbone", "text"),
    ("tile_size", "integer"),
    ("background_sample_ratio", "real"),
]


class CreateDetector(PicterraAlgorithm):
    """A new detector."""

    called = "createdetector"
    kind = "detectors"
    journaled = True
    answers = {"create": Answer("DETECTOR_ID")}

    def displayName(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Create detector")

    def shortHelpString(self) -> str:  # noqa: N802 - QGIS's name
        return tr(
            "Creates a detector and gives its id. It has one class; more can be added in the web application. With some"
            " plans of the platform some settings have to keep their defaults."
        )

    def words(self) -> str:
        return tr("model,machine learning,new")

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:  # noqa: N802 - QGIS's name
        super().initAlgorithm(configuration)
        self.addParameter(string("NAME", tr("Name"), tr("Name of the new detector."), optional=False))
        detector_settings.declare(self, editing=False)
        self.addOutput(QgsProcessingOutputString("DETECTOR_ID", tr("Detector id")))

    def problems(self, parameters: dict[str, Any], context: QgsProcessingContext) -> Iterator[str]:
        yield from self.required(parameters, context, "NAME")
        yield from detector_settings.problems(self, parameters, context)

    def operate(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback, work: Work
    ) -> dict[str, Any]:
        from ...providers.picterra.flows import detectors

        settings = detector_settings.configuration(self, parameters, context, editing=False)
        name = self.text(parameters, "NAME", context)
        return {"DETECTOR_ID": detectors.create_detector(self.platform.api, name, settings, work)}


class EditDetector(PicterraAlgorithm):
    """Change name or settings."""

    called = "editdetector"
    kind = "detectors"

    def displayName(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Edit detector")

    def shortHelpString(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Changes the name or settings of a detector. What is left empty stays as it is.")

    def words(self) -> str:
        return tr("model,rename,settings")

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:  # noqa: N802 - QGIS's name
        super().initAlgorithm(configuration)
        self.addParameter(detector_parameter())
        self.addParameter(string("NAME", tr("New name"), tr("Empty: the name stays as it is.")))
        detector_settings.declare(self, editing=True)
        self.addOutput(QgsProcessingOutputString("DETECTOR_ID", tr("Detector id")))

    def problems(self, parameters: dict[str, Any], context: QgsProcessingContext) -> Iterator[str]:
        yield from self.required(parameters, context, "DETECTOR")
        yield from detector_settings.problems(self, parameters, context)
        yield from self.nothing_to_change(parameters, "NAME", *(name.upper() for name, _ in SETTINGS))

    def operate(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback, work: Work
    ) -> dict[str, Any]:
        detector_id = self.text(parameters, "DETECTOR", context)
        changes = detector_settings.configuration(self, parameters, context, editing=True)
        name = self.text(parameters, "NAME", context)
        self.platform.api.during(work).detectors.edit(detector_id, name, changes)
        return {"DETECTOR_ID": detector_id}


class ListDetectors(PicterraAlgorithm):
    """Detectors as a table."""

    called = "listdetectors"
    kind = "detectors"

    def displayName(self) -> str:  # noqa: N802 - QGIS's name
        return tr("List detectors")

    def shortHelpString(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Lists the detectors that the key of the connection can see, with their settings.")

    def words(self) -> str:
        return tr("models,search,find")

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:  # noqa: N802 - QGIS's name
        super().initAlgorithm(configuration)
        self.addParameter(string("SEARCH", tr("Search"), tr("Only detectors with this text in their name.")))
        self.addParameter(string("USER_TAG", tr("Tag"), tr("Only detectors with exactly this tag.")))
        shared = [tr("all"), tr("shared"), tr("not shared")]
        self.addParameter(
            helped(
                QgsProcessingParameterEnum("IS_SHARED", tr("Shared"), shared, False, 0),
                tr("Only detectors that are, or only those that are not, shared."),
            )
        )
        trained = [tr("all"), tr("trained"), tr("not trained")]
        self.addParameter(
            helped(
                QgsProcessingParameterEnum("IS_RUNNABLE", tr("Trained"), trained, False, 0),
                tr("Only detectors that can run, or only those that cannot yet."),
            )
        )
        declare_table(self, "DETECTOR_IDS", tr("Detector ids"))

    def operate(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback, work: Work
    ) -> dict[str, Any]:
        from ...providers.steps import entries

        pages = self.platform.api.during(work).detectors.list(
            self.text(parameters, "SEARCH", context),
            self.text(parameters, "USER_TAG", context),
            (None, True, False)[self.parameterAsEnum(parameters, "IS_SHARED", context)],
            (None, True, False)[self.parameterAsEnum(parameters, "IS_RUNNABLE", context)],
        )
        columns = [("id", "text"), ("name", "text"), ("is_runnable", "boolean"), ("user_tag", "text"), *SETTINGS]
        records = ({**one, **(one.get("configuration") or {})} for one in entries(pages))
        return write_table(self, parameters, context, work, records, columns, "DETECTOR_IDS")


class GetDetector(PicterraAlgorithm):
    """One detector with its classes, for models."""

    called = "getdetector"
    kind = "detectors"
    hidden = True

    def displayName(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Get detector")

    def shortHelpString(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Gives name, state, settings and classes of a detector. What is not known is left empty.")

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:  # noqa: N802 - QGIS's name
        super().initAlgorithm(configuration)
        self.addParameter(detector_parameter())
        self.addOutput(QgsProcessingOutputString("DETECTOR_ID", tr("Detector id")))
        self.addOutput(QgsProcessingOutputString("NAME", tr("Name")))
        self.addOutput(QgsProcessingOutputBoolean("IS_RUNNABLE", tr("Trained")))
        self.addOutput(QgsProcessingOutputString("USER_TAG", tr("Tag")))
        self.addOutput(QgsProcessingOutputString("CLASS_IDS", tr("Class ids")))
        self.addOutput(QgsProcessingOutputString("CLASS_NAMES", tr("Class names, one to a line")))
        self.addOutput(QgsProcessingOutputString("CLASS_COLORS", tr("Class colours")))
        self.addOutput(QgsProcessingOutputString("DETECTION_TYPE", tr("What it detects")))
        self.addOutput(QgsProcessingOutputString("OUTPUT_TYPE", tr("Shape of the results")))
        self.addOutput(QgsProcessingOutputNumber("TRAINING_STEPS", tr("Training steps")))
        self.addOutput(QgsProcessingOutputString("BACKBONE", tr("Backbone")))
        self.addOutput(QgsProcessingOutputNumber("TILE_SIZE", tr("Tile size (pixels)")))
        self.addOutput(QgsProcessingOutputNumber("BACKGROUND_SAMPLE_RATIO", tr("Share of background")))

    def problems(self, parameters: dict[str, Any], context: QgsProcessingContext) -> Iterator[str]:
        yield from self.required(parameters, context, "DETECTOR")

    def operate(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback, work: Work
    ) -> dict[str, Any]:
        detector_id = self.text(parameters, "DETECTOR", context)
        detector = self.platform.api.during(work).detectors.get(detector_id)
        settings = detector.get("configuration") or {}
        classes = detector.get("classes") or []
        return {
            "DETECTOR_ID": detector_id,
            "NAME": detector.get("name") or "",
            "IS_RUNNABLE": detector.get("is_runnable"),
            "USER_TAG": detector.get("user_tag") or "",
            "CLASS_IDS": ",".join(one.get("id") or "" for one in classes),
            "CLASS_NAMES": "\n".join(one.get("name") or "" for one in classes),
            "CLASS_COLORS": ",".join(one.get("color") or "" for one in classes),
            **{name.upper(): settings.get(name) for name, _ in SETTINGS},
        }


class DeleteDetector(PicterraAlgorithm):
    """Remove a detector from the platform."""

    called = "deletedetector"
    kind = "detectors"
    journaled = True

    def displayName(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Delete detector")

    def shortHelpString(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Deletes a detector with its training from the platform. There is no way back.")

    def words(self) -> str:
        return tr("model,remove")

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:  # noqa: N802 - QGIS's name
        super().initAlgorithm(configuration)
        self.addParameter(detector_parameter())
        words = tr("The detector and its training are deleted on the platform for good.")
        self.addParameter(confirm(tr("Confirm: the detector is deleted for good"), words, destroys=True))
        self.addOutput(QgsProcessingOutputString("DETECTOR_ID", tr("Id of the deleted detector")))

    def problems(self, parameters: dict[str, Any], context: QgsProcessingContext) -> Iterator[str]:
        yield from self.required(parameters, context, "DETECTOR")
        yield from self.unconfirmed(
            parameters, context, tr("The detector and its training would be deleted on the platform for good.")
        )

    def operate(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback, work: Work
    ) -> dict[str, Any]:
        from ...providers.picterra.flows import detectors

        detector_id = self.text(parameters, "DETECTOR", context)
        detectors.delete_detector(self.platform.api, detector_id, work)
        return {"DETECTOR_ID": detector_id}


def detector_parameter(trained: bool = False, optional: bool = False, words: str = "") -> Any:
    """The choice of a detector of the platform."""
    return choice_parameter(
        "DETECTOR",
        tr("Detector"),
        listers.trained_detectors if trained else listers.detectors,
        platform="picterra",
        kind="detector",
        states=("trained",) if trained else (),
        optional=optional,
        help=words or tr("Id of the detector. The button lists the detectors of the connection."),
    )
