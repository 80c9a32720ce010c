"""Folders of the drive."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from qgis.core import QgsProcessingContext, QgsProcessingFeedback, QgsProcessingOutputString

from ...core.jobs.answer import Answer
from ...core.translation import tr
from ...providers.work import Work
from ..parameters.plain import string, typed_name
from .common import Pix4dAlgorithm, folder_parameter
from .projects import long_name

LONGEST = 255


class CreateFolder(Pix4dAlgorithm):
    """A new folder."""

    called = "createfolder"
    kind = "drive"
    journaled = True
    answers = {"create": Answer("FOLDER_ID")}

    def displayName(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Create folder in the drive")

    def shortHelpString(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Creates a folder at the top of the drive or in another folder, and gives its uuid.")

    def words(self) -> str:
        return tr("new,directory")

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:  # noqa: N802 - QGIS's name
        super().initAlgorithm(configuration)
        self.addParameter(string("NAME", tr("Name"), tr("At most 255 characters."), optional=False))
        self.declare_parent(site=False)
        self.addOutput(QgsProcessingOutputString("FOLDER_ID", tr("Folder uuid")))

    def about(self, values: Mapping[str, Any]) -> str:
        """What the job is told by in lists: the name, where its place would be said first."""
        return str(values.get("NAME") or "")

    def problems(self, parameters: dict[str, Any], context: QgsProcessingContext) -> Iterator[str]:
        yield from self.required(parameters, context, "NAME")
        yield from long_name(self.text(parameters, "NAME", context), LONGEST)

    def operate(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback, work: Work
    ) -> dict[str, Any]:
        from ...providers.errors import InputProblem
        from ...providers.pix4d.flows import drive

        parent = self.parent_node(parameters, context)
        if parent is None:
            raise InputProblem("no_organization")
        name = self.text(parameters, "NAME", context)
        return {"FOLDER_ID": drive.create_folder(self.platform.api, name, parent, work)}


class RenameFolder(Pix4dAlgorithm):
    """Another name for a folder."""

    called = "renamefolder"
    kind = "drive"

    def displayName(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Rename folder of the drive")

    def shortHelpString(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Gives a folder of the drive another name. What is in it stays.")

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:  # noqa: N802 - QGIS's name
        super().initAlgorithm(configuration)
        self.addParameter(folder_parameter())
        self.addParameter(string("NAME", tr("Name"), tr("The new name. At most 255 characters."), optional=False))
        self.addOutput(QgsProcessingOutputString("FOLDER_ID", tr("Folder uuid")))

    def problems(self, parameters: dict[str, Any], context: QgsProcessingContext) -> Iterator[str]:
        yield from self.required(parameters, context, "FOLDER", "NAME")
        yield from long_name(self.text(parameters, "NAME", context), LONGEST)

    def operate(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback, work: Work
    ) -> dict[str, Any]:
        folder = self.text(parameters, "FOLDER", context)
        self.platform.api.during(work).folders.rename(folder, self.text(parameters, "NAME", context))
        return {"FOLDER_ID": folder}


class DeleteFolder(Pix4dAlgorithm):
    """A folder's end, with everything below it."""

    called = "deletefolder"
    kind = "drive"
    journaled = True

    def displayName(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Delete folder of the drive")

    def shortHelpString(self) -> str:  # noqa: N802 - QGIS's name
        return tr(
            "Deletes a folder with everything below it for good: folders, sites and projects with their photos and"
            " results."
        )

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:  # noqa: N802 - QGIS's name
        super().initAlgorithm(configuration)
        self.addParameter(folder_parameter())
        words = tr("The folder and all folders, sites and projects below it are deleted for good.")
        self.addParameter(typed_name(words))
        self.addOutput(QgsProcessingOutputString("FOLDER_ID", tr("Folder uuid")))

    def problems(self, parameters: dict[str, Any], context: QgsProcessingContext) -> Iterator[str]:
        yield from self.required(parameters, context, "FOLDER", "CONFIRM")

    def operate(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback, work: Work
    ) -> dict[str, Any]:
        from ...providers.pix4d.flows import removal

        folder = self.text(parameters, "FOLDER", context)
        removal.delete_folder(self.platform.api, folder, self.text(parameters, "CONFIRM", context), work)
        return {"FOLDER_ID": folder}
