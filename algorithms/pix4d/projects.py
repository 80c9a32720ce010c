"""Projects as such: which there are, what is known of one, its settings, and its end. Creating one is in
``project_creation``."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from qgis.core import (
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProcessingOutputNumber,
    QgsProcessingOutputString,
    QgsProcessingParameterEnum,
)

from ...core.translation import tr
from ...providers.pix4d.records import STATUSES
from ...providers.work import Work
from ..parameters.plain import advanced, choice, given, helped, moment, string, typed_name
from ..tables import declare_table, write_table
from . import listers
from .common import Pix4dAlgorithm, project_parameter, site_parameter
from .project_system import declare_system, system_members, system_problems

YES_NO = ("yes", "no")
COLUMNS = [
    ("id", "long"), ("uuid", "text"), ("display_name", "text"), ("name", "text"), ("public_status", "text"),
    ("image_count", "integer"), ("project_type", "text"), ("project_group_id", "long"), ("create_date", "text"),
    ("acquisition_date", "text"), ("is_geolocalized", "boolean"), ("is_demo", "boolean"),
    ("display_detailed_status", "text"),
]


class ListProjects(Pix4dAlgorithm):
    """Projects as a table."""

    called = "listprojects"
    kind = "projects"

    def displayName(self) -> str:  # noqa: N802 - QGIS's name
        return tr("List projects")

    def shortHelpString(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Lists the projects that the connection can see, of all or of one site, in some or in all states.")

    def words(self) -> str:
        return tr("datasets,status")

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:  # noqa: N802 - QGIS's name
        super().initAlgorithm(configuration)
        self.addParameter(site_parameter(True, tr("Number of the site. Empty: projects of all sites and of none.")))
        titles = [listers.STATES[one]() for one in STATUSES]
        states = QgsProcessingParameterEnum("STATES", tr("States"), titles, allowMultiple=True, optional=True)
        self.addParameter(helped(states, tr("Only projects in these states. None: in all.")))
        self.addParameter(string("NAME", tr("Name"), tr("Only projects that are called exactly so.")))
        demo = tr("Whether to list the platform's demonstration projects too.")
        self.addParameter(advanced(choice("DEMO", tr("Demonstration projects"), demo, YES_NO, "yes")))
        declare_table(self, "PROJECT_IDS", tr("Project ids"))

    def problems(self, parameters: dict[str, Any], context: QgsProcessingContext) -> Iterator[str]:
        yield from self.unknown(parameters, "DEMO")

    def operate(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback, work: Work
    ) -> dict[str, Any]:
        from ...providers.pix4d.flows import browse
        from ...providers.steps import entries

        api = self.platform.api.during(work)
        site, name = self.text(parameters, "SITE", context), self.text(parameters, "NAME", context)
        states = {STATUSES[one] for one in self.several(parameters, "STATES", context)}
        demo = self.chosen(parameters, "DEMO", context) != "no"
        if site:
            pages = browse.projects_of_site(api, site)
        else:
            filters = {"public_status": sorted(states), "display_name": [name] if name else []}
            pages = api.projects.list({**filters, **({} if demo else {"is_demo": False})})
        # Of a site the platform tells all, and of a filter that it does not know too.
        wanted = (one for one in entries(pages)
                  if (not states or one.get("public_status") in states)
                  and (not name or name in (one.get("display_name"), one.get("name")))
                  and (demo or not one.get("is_demo")))
        return write_table(self, parameters, context, work, wanted, COLUMNS, "PROJECT_IDS")


class GetProject(Pix4dAlgorithm):
    """One project, for models."""

    called = "getproject"
    kind = "projects"
    hidden = True

    def displayName(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Get project")

    def shortHelpString(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Gives name, state and coordinate reference system of a project, and why its processing failed.")

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:  # noqa: N802 - QGIS's name
        super().initAlgorithm(configuration)
        self.addParameter(project_parameter())
        for name, title in (
            ("PROJECT_ID", tr("Project id")),
            ("UUID", tr("Uuid")),
            ("NAME", tr("Name")),
            ("STATUS", tr("State")),
            ("SYSTEM", tr("Coordinate reference system")),
            ("SITE_ID", tr("Site id")),
            ("ERROR_CODE", tr("Error code")),
            ("ERROR_REASON", tr("Why processing failed")),
        ):
            self.addOutput(QgsProcessingOutputString(name, title))
        self.addOutput(QgsProcessingOutputNumber("PHOTOS", tr("Number of photos")))

    def problems(self, parameters: dict[str, Any], context: QgsProcessingContext) -> Iterator[str]:
        yield from self.required(parameters, context, "PROJECT")

    def operate(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback, work: Work
    ) -> dict[str, Any]:
        project_id = self.text(parameters, "PROJECT", context)
        one = self.platform.api.during(work).projects.get(project_id)
        code = one.get("error_code")
        return {
            "PROJECT_ID": project_id,
            "UUID": one.get("uuid") or "",
            "NAME": one.get("display_name") or one.get("name") or "",
            "STATUS": one.get("public_status") or "",
            "SYSTEM": one.get("coordinate_system") or (one.get("crs") or {}).get("definition") or "",
            "SITE_ID": str(one.get("project_group_id") or ""),
            "ERROR_CODE": str(code) if code else "",
            "ERROR_REASON": one.get("error_reason") or "",
            "PHOTOS": one.get("image_count") or 0,
        }


class EditProject(Pix4dAlgorithm):
    """Change what can be changed of a project."""

    called = "editproject"
    kind = "projects"

    def displayName(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Edit project")

    def shortHelpString(self) -> str:  # noqa: N802 - QGIS's name
        return tr(
            "Changes the settings of a project: its name, when its photos were taken, whether the platform may ever"
            " delete it by itself, and its coordinate reference system. What is left empty stays as it is. To put it"
            " elsewhere, use “Move in the drive”."
        )

    def words(self) -> str:
        return tr("rename,settings,never delete,dataset")

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:  # noqa: N802 - QGIS's name
        super().initAlgorithm(configuration)
        self.addParameter(project_parameter())
        self.addParameter(string("NAME", tr("Name"), tr("The new name, as it is shown. At most 100 characters.")))
        self.addParameter(moment("ACQUISITION_DATE", tr("Acquired at")))
        words = tr("“yes”: the platform keeps it, whatever its rules say. “no”: its rules hold.")
        self.addParameter(choice("NEVER_DELETE", tr("Never delete"), words, YES_NO))
        declare_system(self)
        words = tr("Whether the project is taken to have a place on earth.")
        self.addParameter(advanced(choice("GEOLOCALIZED", tr("Geolocalised"), words, YES_NO)))
        words = tr("Uuid of the user or organisation that is to own it.")
        self.addParameter(advanced(string("OWNER", tr("Owner"), words)))
        words = tr(
            "Folder of the storage that the project's files are in. The files are not moved: leave it empty unless the"
            " platform's support asks for it."
        )
        self.addParameter(advanced(string("STORAGE_FOLDER", tr("Storage folder"), words)))
        self.addOutput(QgsProcessingOutputString("PROJECT_ID", tr("Project id")))

    def problems(self, parameters: dict[str, Any], context: QgsProcessingContext) -> Iterator[str]:
        yield from self.required(parameters, context, "PROJECT")
        yield from self.unknown(parameters, "NEVER_DELETE", "GEOLOCALIZED")
        yield from self.unreadable(parameters, context, "ACQUISITION_DATE")
        yield from long_name(self.text(parameters, "NAME", context))
        yield from system_problems(self, parameters, context)
        if not self.changes(parameters, context):
            yield tr("Nothing is to be changed. Give at least one of the settings.")

    def changes(self, parameters: dict[str, Any], context: QgsProcessingContext) -> dict[str, Any]:
        """The members of the project that are given."""
        found: dict[str, Any] = {
            "display_name": self.text(parameters, "NAME", context),
            "acquisition_date": self.moment(parameters, "ACQUISITION_DATE", context),
            "owner_uuid": self.text(parameters, "OWNER", context),
            "s3_base_path": self.text(parameters, "STORAGE_FOLDER", context).strip("/"),
        }
        found = {name: value for name, value in found.items() if value}
        for parameter, member in (("NEVER_DELETE", "never_delete"), ("GEOLOCALIZED", "is_geolocalized")):
            if given(parameters, parameter):
                found[member] = self.chosen(parameters, parameter, context) == "yes"
        return {**found, **system_members(self, parameters, context)}

    def operate(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback, work: Work
    ) -> dict[str, Any]:
        project_id = self.text(parameters, "PROJECT", context)
        self.platform.api.during(work).projects.update(project_id, self.changes(parameters, context))
        return {"PROJECT_ID": project_id}


class DeleteProject(Pix4dAlgorithm):
    """A project's end."""

    called = "deleteproject"
    kind = "projects"
    journaled = True

    def displayName(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Delete project")

    def shortHelpString(self) -> str:  # noqa: N802 - QGIS's name
        return tr(
            "Deletes a project with its photos, results and annotations for good. Processing that runs is interrupted;"
            " credits that it used are not given back."
        )

    def words(self) -> str:
        return tr("remove,dataset")

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:  # noqa: N802 - QGIS's name
        super().initAlgorithm(configuration)
        self.addParameter(project_parameter())
        self.addParameter(typed_name(tr("The project, its photos and all of its results are deleted for good.")))
        self.addOutput(QgsProcessingOutputString("PROJECT_ID", tr("Project id")))

    def problems(self, parameters: dict[str, Any], context: QgsProcessingContext) -> Iterator[str]:
        yield from self.required(parameters, context, "PROJECT", "CONFIRM")

    def operate(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback, work: Work
    ) -> dict[str, Any]:
        from ...providers.pix4d.flows import removal

        project_id = self.text(parameters, "PROJECT", context)
        removal.delete_project(self.platform.api, project_id, self.text(parameters, "CONFIRM", context), work)
        return {"PROJECT_ID": project_id}


def long_name(name: str, most: int = 100) -> Iterator[str]:
    """The problem of a name that is too long."""
    if len(name) > most:
        yield tr("The name has {count} characters; at most {most} are allowed.").format(count=len(name), most=most)
