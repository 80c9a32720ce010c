"""Projects: which there are, what is known of one, and their settings. How they go and come back is in ``removal``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from qgis.core import (
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProcessingOutputNumber,
    QgsProcessingOutputString,
)

from ...core.area_input import INTEREST
from ...core.jobs.answer import Answer
from ...core.problems import Problem
from ...core.translation import tr
from ...providers.work import Work
from ..parameters import split_ids
from ..parameters.area import area_parameter
from ..parameters.plain import given, string
from ..polygons import single_polygon, single_problems
from ..tables import declare_table, polygon_of, write_table
from .common import PROJECT, PixelAlgorithm, project_parameter

AREA, PARENT = "AREA", "PARENT"
COLUMNS = [
    ("id", "long"), ("name", "text"), ("description", "text"), ("tags", "text"), ("parent_project_id", "long"),
    ("created_at", "text"), ("updated_at", "text"),
]


class _Project(PixelAlgorithm):
    kind = "projects"

    def declare_area(self, optional: bool) -> None:
        """Declare ``AREA``, drawn or from a layer."""
        words = tr(
            "One polygon, drawn on the map or from a layer in any reference system. Uploads are held against it: for"
            " no such check, draw it around all of the country."
        )
        self.addParameter(
            area_parameter(AREA, tr("Area of interest"), purpose=INTEREST, optional=optional, help=words)
        )

    def area_problems(self, parameters: dict[str, Any], context: QgsProcessingContext) -> Iterator[str]:
        """What is wrong with the area as a whole."""
        source = self.parameterAsSource(parameters, AREA, context) if given(parameters, AREA) else None
        yield from single_problems(source, self.parameterDefinition(AREA).description())

    def area(self, parameters: dict[str, Any], context: QgsProcessingContext) -> dict[str, Any]:
        """The area as a GeoJSON polygon. Raises :class:`Problem` for one of several pieces."""
        found = single_polygon(self, parameters, AREA, context)["coordinates"]
        if len(found) != 1:
            raise Problem(
                tr("The area has {count} pieces, and the platform takes one polygon. Draw one around them.").format(
                    count=len(found)
                )
            )
        return {"type": "Polygon", "coordinates": found[0]}


class ListProjects(_Project):
    """Projects as a layer of their areas."""

    called = "listprojects"

    def displayName(self) -> str:  # noqa: N802 - QGIS's name
        return tr("List projects")

    def shortHelpString(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Lists the projects that the connection can see, those in other projects too, with their areas.")

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:  # noqa: N802 - QGIS's name
        super().initAlgorithm(configuration)
        declare_filters(self)
        declare_table(self, "PROJECT_IDS", tr("Project ids"), "polygon")

    def operate(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback, work: Work
    ) -> dict[str, Any]:
        from ...providers.steps import entries

        listed = entries(self.platform.api.during(work).projects.list(filters_of(self, parameters, context)))
        rows = (with_tags(one) for one in listed)
        return write_table(
            self, parameters, context, work, rows, COLUMNS, "PROJECT_IDS", "polygon",
            lambda one: polygon_of(one.get("area_of_interest")),
        )


class GetProject(_Project):
    """One project, for models."""

    called = "getproject"
    hidden = True

    def displayName(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Get project")

    def shortHelpString(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Gives name, description, tags and parent of a project, and the data collections and projects in it.")

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:  # noqa: N802 - QGIS's name
        super().initAlgorithm(configuration)
        self.addParameter(project_parameter())
        for name, title in (
            ("PROJECT_ID", tr("Project id")),
            ("NAME", tr("Name")),
            ("DESCRIPTION", tr("Description")),
            ("TAGS", tr("Tags")),
            ("PARENT_ID", tr("Id of the project that it is in")),
            ("COLLECTIONS", tr("Data collections")),
            ("PROJECT_IDS", tr("Ids of the projects in it")),
            ("AREA_WKT", tr("Area of interest")),
        ):
            self.addOutput(QgsProcessingOutputString(name, title))
        self.addOutput(QgsProcessingOutputNumber("COUNT", tr("Number of data collections")))

    def problems(self, parameters: dict[str, Any], context: QgsProcessingContext) -> Iterator[str]:
        yield from self.required(parameters, context, PROJECT)

    def operate(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback, work: Work
    ) -> dict[str, Any]:
        project_id = self.text(parameters, PROJECT, context)
        one = self.platform.api.during(work).projects.get(project_id, extended=True)
        collections = one.get("data_collections") or []
        return {
            "PROJECT_ID": project_id,
            "NAME": one.get("name") or "",
            "DESCRIPTION": one.get("description") or "",
            "TAGS": ",".join(one.get("tags") or []),
            "PARENT_ID": str(one.get("parent_project_id") or ""),
            "COLLECTIONS": ",".join(f"{project_id}/{two['id']}" for two in collections),
            "PROJECT_IDS": ",".join(str(two["id"]) for two in one.get("child_projects") or []),
            "AREA_WKT": polygon_of(one.get("area_of_interest")).asWkt(),
            "COUNT": len(collections),
        }


class CreateProject(_Project):
    """A new project."""

    called = "createproject"
    journaled = True
    answers = {"create": Answer("PROJECT_ID")}

    def displayName(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Create project")

    def shortHelpString(self) -> str:  # noqa: N802 - QGIS's name
        return tr(
            "Creates a project with its area of interest, at the top or in another project, and gives its number. Data"
            " collections for images, rasters and point clouds are made in it afterwards."
        )

    def words(self) -> str:
        return tr("area of interest,aoi,new,draw")

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:  # noqa: N802 - QGIS's name
        super().initAlgorithm(configuration)
        self.addParameter(string("NAME", tr("Name"), tr("What it is called."), optional=False))
        self.addParameter(string("DESCRIPTION", tr("Description"), tr("What it is about.")))
        self.declare_area(optional=False)
        words = tr("Number of the project to create it in. Empty: at the top.")
        self.addParameter(project_parameter(True, words, name=PARENT, title=tr("In the project")))
        self.addParameter(string("TAGS", tr("Tags"), tr("Separated by commas.")))
        self.addOutput(QgsProcessingOutputString("PROJECT_ID", tr("Project id")))

    def about(self, values: Mapping[str, Any]) -> str:
        """What the job is told by in lists: the name, where its place would be said first."""
        return str(values.get("NAME") or "")

    def problems(self, parameters: dict[str, Any], context: QgsProcessingContext) -> Iterator[str]:
        yield from self.required(parameters, context, "NAME")
        yield from self.area_problems(parameters, context)

    def operate(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback, work: Work
    ) -> dict[str, Any]:
        from ...providers.pixel.flows import lifecycle
        from ...providers.pixel.places import number

        details: Any = {
            "name": self.text(parameters, "NAME", context),
            "description": self.text(parameters, "DESCRIPTION", context),
            "area_of_interest": self.area(parameters, context),
        }
        tags, parent = split_ids(self.text(parameters, "TAGS", context)), self.text(parameters, PARENT, context)
        if tags:
            details["tags"] = tags
        if parent:
            details["parent_project_id"] = number(parent)
        return {"PROJECT_ID": lifecycle.create_project(self.platform.api, details, work)}


class EditProject(_Project):
    """Change what can be changed of a project."""

    called = "editproject"

    def displayName(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Edit project")

    def shortHelpString(self) -> str:  # noqa: N802 - QGIS's name
        return tr(
            "Changes name, description, area of interest or tags of a project. What is left empty stays as it is. To"
            " put it into another project, use “Move projects”."
        )

    def words(self) -> str:
        return tr("rename,tags,area of interest")

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:  # noqa: N802 - QGIS's name
        super().initAlgorithm(configuration)
        self.addParameter(project_parameter())
        declare_changes(self)
        self.declare_area(optional=True)
        self.addOutput(QgsProcessingOutputString("PROJECT_ID", tr("Project id")))

    def problems(self, parameters: dict[str, Any], context: QgsProcessingContext) -> Iterator[str]:
        yield from self.required(parameters, context, PROJECT)
        yield from self.area_problems(parameters, context)
        if not changes_of(self, parameters, context) and not given(parameters, AREA):
            yield nothing_to_change()

    def operate(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback, work: Work
    ) -> dict[str, Any]:
        project_id = self.text(parameters, PROJECT, context)
        changes: Any = changes_of(self, parameters, context)
        if given(parameters, AREA):
            changes["area_of_interest"] = self.area(parameters, context)
        self.platform.api.during(work).projects.update(project_id, changes)
        return {"PROJECT_ID": project_id}


# ---------------------------------------------------------------------- shared with data collections
def declare_filters(algorithm: PixelAlgorithm) -> None:
    """Declare ``NAME`` and ``TAGS``, by which a list is narrowed."""
    algorithm.addParameter(string("NAME", tr("Name"), tr("Only those with this text in their name.")))
    words = tr("Only those with all of these tags, separated by commas.")
    algorithm.addParameter(string("TAGS", tr("Tags"), words))


def filters_of(
    algorithm: PixelAlgorithm, parameters: dict[str, Any], context: QgsProcessingContext
) -> dict[str, Any]:
    """The filters of a list as they are given."""
    return {
        "name": algorithm.text(parameters, "NAME", context),
        "tags": split_ids(algorithm.text(parameters, "TAGS", context)),
    }


def declare_changes(algorithm: PixelAlgorithm) -> None:
    """Declare what can be changed of projects and data collections alike."""
    algorithm.addParameter(string("NAME", tr("Name"), tr("The new name.")))
    algorithm.addParameter(string("DESCRIPTION", tr("Description"), tr("The new description.")))
    algorithm.addParameter(string("ADD_TAGS", tr("Add tags"), tr("Separated by commas.")))
    algorithm.addParameter(string("REMOVE_TAGS", tr("Remove tags"), tr("Separated by commas.")))


def changes_of(
    algorithm: PixelAlgorithm, parameters: dict[str, Any], context: QgsProcessingContext
) -> dict[str, Any]:
    """The members of a change that are given."""
    found: dict[str, Any] = {
        "name": algorithm.text(parameters, "NAME", context),
        "description": algorithm.text(parameters, "DESCRIPTION", context),
        "add_tags": split_ids(algorithm.text(parameters, "ADD_TAGS", context)),
        "remove_tags": split_ids(algorithm.text(parameters, "REMOVE_TAGS", context)),
    }
    return {name: value for name, value in found.items() if value}


def nothing_to_change() -> str:
    """The problem of a change without any."""
    return tr("Nothing is to be changed. Give at least one of the settings.")


def with_tags(one: Mapping[str, Any]) -> dict[str, Any]:
    """A row whose tags are a text."""
    return {**one, "tags": ",".join(one.get("tags") or [])}
