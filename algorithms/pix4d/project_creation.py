"""A new project, with or without its photos."""

from __future__ import annotations

from collections.abc import Iterator
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
from . import new_project, photo_input
from .common import Pix4dAlgorithm
from .photo_upload import sent_outputs


class CreateProject(Pix4dAlgorithm):
    """Create a project, and put photos into it where they are given."""

    called = "createproject"
    kind = "projects"
    journaled = True
    answers = {"project/create": Answer("PROJECT_ID")}

    def displayName(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Create project")

    def shortHelpString(self) -> str:  # noqa: N802 - QGIS's name
        return tr(
            "Creates a project and, when photos are given, sends and registers them. What is left empty is decided by"
            " the platform. The coordinate reference system has to be projected, with the same unit for all axes; one"
            " that PIX4D refuses is explained before anything is sent. Processing is not started. Taken up again after"
            " a stop, it goes on with the photos that are missing; the project is created once."
        )

    def words(self) -> str:
        return tr("dataset,new,photos,upload,drone,orthomosaic")

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:  # noqa: N802 - QGIS's name
        super().initAlgorithm(configuration)
        new_project.declare(self)
        photo_input.declare_photos(self)
        photo_input.declare_sending(self)
        self.addOutput(QgsProcessingOutputString("PROJECT_ID", tr("Project id")))
        self.addOutput(QgsProcessingOutputString("PHOTO_IDS", tr("Photo ids")))
        self.addOutput(QgsProcessingOutputNumber("COUNT", tr("Number of photos that were registered")))

    def problems(self, parameters: dict[str, Any], context: QgsProcessingContext) -> Iterator[str]:
        yield from new_project.problems(self, parameters, context)
        yield from photo_input.photo_problems(self, parameters, context, optional=True, sending=True)

    def operate(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback, work: Work
    ) -> dict[str, Any]:
        from ...providers.pix4d.flows import photo_upload

        files = photo_input.chosen(self, parameters, context).below(
            photo_input.storage_folder(self, parameters, context)
        )
        if files:
            photo_input.tell_counts(files, work.part("reading", (0.0, 0.05)), feedback)
        details = new_project.details(self, parameters, context)
        project_id = photo_upload.create_project(self.platform.api, details, work.part("project", (0.05, 0.1)))
        found = {"PROJECT_ID": project_id, "PHOTO_IDS": "", "COUNT": 0}
        if not files:
            return found
        beyond = self.parameterAsBoolean(parameters, photo_input.BEYOND_LIMIT, context)
        sent = photo_upload.upload_photos(
            self.platform.api, self.platform.engine, project_id, files, work.part("photos", (0.1, 1.0)),
            beyond_limit=beyond,
        )
        return {**found, **sent_outputs(sent, feedback)}
