"""Folders, which the web application calls projects."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from qgis.core import QgsProcessingContext, QgsProcessingFeedback, QgsProcessingOutputString

from ...core.jobs.answer import Answer
from ...core.translation import tr
from ...providers.work import Work
from ..parameters import choice_parameter
from ..parameters.plain import string
from ..tables import declare_table, write_table
from . import listers
from .common import PicterraAlgorithm


class ListFolders(PicterraAlgorithm):
    """Folders as a table."""

    called = "listfolders"
    kind = "folders"

    def displayName(self) -> str:  # noqa: N802 - QGIS's name
        return tr("List folders")

    def shortHelpString(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Lists the folders that the key of the connection can see. The web application calls them projects.")

    def words(self) -> str:
        return tr("projects")

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:  # noqa: N802 - QGIS's name
        super().initAlgorithm(configuration)
        self.addParameter(string("SEARCH", tr("Search"), tr("Only folders with this text in their name.")))
        declare_table(self, "FOLDER_IDS", tr("Folder ids"))

    def operate(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback, work: Work
    ) -> dict[str, Any]:
        from ...providers.steps import entries

        api = self.platform.api.during(work)
        records = entries(api.folders.list(self.text(parameters, "SEARCH", context)))
        columns = [("id", "text"), ("name", "text"), ("created_at", "text")]
        return write_table(self, parameters, context, work, records, columns, "FOLDER_IDS")


class CreateFolder(PicterraAlgorithm):
    """A new folder."""

    called = "createfolder"
    kind = "folders"
    journaled = True
    answers = {"create": Answer("FOLDER_ID")}

    def displayName(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Create folder")

    def shortHelpString(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Creates a folder and gives its id.")

    def words(self) -> str:
        return tr("project,new")

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:  # noqa: N802 - QGIS's name
        super().initAlgorithm(configuration)
        self.addParameter(string("NAME", tr("Name"), tr("Name of the new folder."), optional=False))
        self.addOutput(QgsProcessingOutputString("FOLDER_ID", tr("Folder id")))

    def problems(self, parameters: dict[str, Any], context: QgsProcessingContext) -> Iterator[str]:
        yield from self.required(parameters, context, "NAME")

    def operate(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback, work: Work
    ) -> dict[str, Any]:
        from ...providers.picterra.flows import detectors

        name = self.text(parameters, "NAME", context)
        return {"FOLDER_ID": detectors.create_folder(self.platform.api, name, work)}


class GetFolder(PicterraAlgorithm):
    """One folder, for models."""

    called = "getfolder"
    kind = "folders"
    hidden = True

    def displayName(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Get folder")

    def shortHelpString(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Gives name and date of creation of a folder.")

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:  # noqa: N802 - QGIS's name
        super().initAlgorithm(configuration)
        self.addParameter(folder_parameter())
        self.addOutput(QgsProcessingOutputString("FOLDER_ID", tr("Folder id")))
        self.addOutput(QgsProcessingOutputString("NAME", tr("Name")))
        self.addOutput(QgsProcessingOutputString("CREATED_AT", tr("Created at")))

    def problems(self, parameters: dict[str, Any], context: QgsProcessingContext) -> Iterator[str]:
        yield from self.required(parameters, context, "FOLDER")

    def operate(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback, work: Work
    ) -> dict[str, Any]:
        folder_id = self.text(parameters, "FOLDER", context)
        folder = self.platform.api.during(work).folders.get(folder_id)
        return {
            "FOLDER_ID": folder_id,
            "NAME": folder.get("name") or "",
            "CREATED_AT": folder.get("created_at") or "",
        }


class ListFolderDetectors(PicterraAlgorithm):
    """The detectors of a folder as a table."""

    called = "listfolderdetectors"
    kind = "folders"

    def displayName(self) -> str:  # noqa: N802 - QGIS's name
        return tr("List detectors of a folder")

    def shortHelpString(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Lists the detectors that are assigned to a folder.")

    def words(self) -> str:
        return tr("project,models")

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:  # noqa: N802 - QGIS's name
        super().initAlgorithm(configuration)
        self.addParameter(folder_parameter())
        declare_table(self, "DETECTOR_IDS", tr("Detector ids"))

    def problems(self, parameters: dict[str, Any], context: QgsProcessingContext) -> Iterator[str]:
        yield from self.required(parameters, context, "FOLDER")

    def operate(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback, work: Work
    ) -> dict[str, Any]:
        from ...providers.steps import entries

        api = self.platform.api.during(work)
        records = entries(api.folders.detectors(self.text(parameters, "FOLDER", context)))
        columns = [("id", "text"), ("name", "text"), ("is_runnable", "boolean"), ("user_tag", "text")]
        return write_table(self, parameters, context, work, records, columns, "DETECTOR_IDS")


def folder_parameter(optional: bool = False, words: str = "") -> Any:
    """The choice of a folder."""
    return choice_parameter(
        "FOLDER",
        tr("Folder"),
        listers.folders,
        platform="picterra",
        kind="folder",
        optional=optional,
        help=words or tr("Id of the folder. The button lists the folders of the connection."),
    )
