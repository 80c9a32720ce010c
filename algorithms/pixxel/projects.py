"""Projects, which are made in the vendor's console, and whether the platform is there."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from qgis.core import QgsProcessingContext, QgsProcessingFeedback, QgsProcessingOutputString

from ...core.translation import tr
from ...providers.work import Work
from ..tables import declare_table, write_table
from .common import PROJECT, PixxelAlgorithm, project_parameter

COLUMNS = [
    ("id", "text"), ("title", "text"), ("name", "text"), ("members_count", "long"), ("org_id", "text"),
    ("created_at", "text"), ("updated_at", "text"),
]


class ListProjects(PixxelAlgorithm):
    """Projects as a table."""

    called = "listprojects"
    kind = "projects"

    def displayName(self) -> str:  # noqa: N802 - QGIS's name
        return tr("List projects")

    def shortHelpString(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Lists the projects that the key can see. They are made, and keys added to them, in the console.")

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:  # noqa: N802 - QGIS's name
        super().initAlgorithm(configuration)
        declare_table(self, "PROJECT_IDS", tr("Project ids"))

    def operate(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback, work: Work
    ) -> dict[str, Any]:
        from ...providers.steps import entries

        listed = entries(self.platform.api.during(work).projects.list())
        return write_table(self, parameters, context, work, listed, COLUMNS, "PROJECT_IDS")


class GetProject(PixxelAlgorithm):
    """One project, for models."""

    called = "getproject"
    kind = "projects"
    hidden = True

    def displayName(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Get project")

    def shortHelpString(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Gives title, name and workspace of a project.")

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:  # noqa: N802 - QGIS's name
        super().initAlgorithm(configuration)
        self.addParameter(project_parameter())
        for name, title in (
            ("PROJECT_ID", tr("Project id")), ("TITLE", tr("Title")), ("NAME", tr("Name")),
            ("WORKSPACE_ID", tr("Id of the workspace")), ("CREATED_AT", tr("Created")),
        ):
            self.addOutput(QgsProcessingOutputString(name, title))

    def problems(self, parameters: dict[str, Any], context: QgsProcessingContext) -> Iterator[str]:
        yield from self.required(parameters, context, PROJECT)

    def operate(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback, work: Work
    ) -> dict[str, Any]:
        one = self.platform.api.during(work).projects.get(self.text(parameters, PROJECT, context))
        return {
            "PROJECT_ID": one["id"], "TITLE": one.get("title") or "", "NAME": one.get("name") or "",
            "WORKSPACE_ID": one.get("org_id") or "", "CREATED_AT": one.get("created_at") or "",
        }


class Ping(PixxelAlgorithm):
    """Whether the platform is there."""

    called = "ping"
    kind = "projects"
    hidden = True

    def displayName(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Ping")

    def shortHelpString(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Asks whether the platform can be reached. It does not tell whether the key is taken.")

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:  # noqa: N802 - QGIS's name
        super().initAlgorithm(configuration)
        self.addOutput(QgsProcessingOutputString("ANSWER", tr("Answer")))

    def operate(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback, work: Work
    ) -> dict[str, Any]:
        return {"ANSWER": self.platform.api.during(work).service.ping()}
