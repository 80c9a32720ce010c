"""Sites: projects of one place over time. The platform's programs call them project groups."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from qgis.core import QgsProcessingContext, QgsProcessingFeedback, QgsProcessingOutputNumber, QgsProcessingOutputString

from ...core.jobs.answer import Answer
from ...core.translation import tr
from ...providers.pix4d.records import PROJECT_TYPES
from ...providers.work import Work
from ..parameters.plain import advanced, choice, string, typed_name
from ..tables import declare_table, write_table
from .common import Pix4dAlgorithm, site_parameter
from .project_system import declare_system, system_members, system_problems
from .projects import long_name

SITE_TYPE = "bim"
ORDERINGS = ("name", "-name", "date", "-date")


class _Site(Pix4dAlgorithm):
    kind = "drive"

    def words(self) -> str:
        return tr("project group,time series")


class ListSites(_Site):
    """Sites as a table."""

    called = "listsites"

    def displayName(self) -> str:  # noqa: N802 - QGIS's name
        return tr("List sites")

    def shortHelpString(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Lists the sites that the connection can see. A site holds projects of one place at different times.")

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:  # noqa: N802 - QGIS's name
        super().initAlgorithm(configuration)
        self.addParameter(string("SEARCH", tr("Search"), tr("Only sites with this text in their name.")))
        words = tr("In which order the platform gives them. A dash before it turns it round.")
        self.addParameter(advanced(choice("ORDERING", tr("Order"), words, ORDERINGS)))
        declare_table(self, "SITE_IDS", tr("Site ids"))

    def problems(self, parameters: dict[str, Any], context: QgsProcessingContext) -> Iterator[str]:
        yield from self.unknown(parameters, "ORDERING")

    def operate(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback, work: Work
    ) -> dict[str, Any]:
        from ...providers.steps import entries

        api = self.platform.api.during(work)
        search, order = self.text(parameters, "SEARCH", context), self.chosen(parameters, "ORDERING", context)
        records = entries(api.groups.list(search, order))
        columns = [
            ("id", "long"), ("uuid", "text"), ("name", "text"), ("project_group_type", "text"),
            ("project_count", "integer"), ("latest_project_date", "text"), ("latest_project_id", "long"),
            ("latitude", "real"), ("longitude", "real"), ("is_aligned", "boolean"), ("is_demo", "boolean"),
            ("coordinate_system", "text"), ("parent_type", "text"), ("parent_uuid", "text"),
        ]
        return write_table(self, parameters, context, work, records, columns, "SITE_IDS")


class GetSite(_Site):
    """One site, for models."""

    called = "getsite"
    hidden = True

    def displayName(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Get site")

    def shortHelpString(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Gives name, place and coordinate reference system of a site, and its projects, the oldest first.")

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:  # noqa: N802 - QGIS's name
        super().initAlgorithm(configuration)
        self.addParameter(site_parameter())
        for name, title in (
            ("SITE_ID", tr("Site id")),
            ("UUID", tr("Uuid")),
            ("NAME", tr("Name")),
            ("SYSTEM", tr("Coordinate reference system")),
            ("PROJECT_IDS", tr("Project ids")),
        ):
            self.addOutput(QgsProcessingOutputString(name, title))
        self.addOutput(QgsProcessingOutputNumber("COUNT", tr("Number of projects")))

    def problems(self, parameters: dict[str, Any], context: QgsProcessingContext) -> Iterator[str]:
        yield from self.required(parameters, context, "SITE")

    def operate(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback, work: Work
    ) -> dict[str, Any]:
        from ...providers.pix4d.flows import browse
        from ...providers.steps import entries

        api = self.platform.api.during(work)
        site_id = self.text(parameters, "SITE", context)
        one = api.groups.get(site_id)
        listed = entries(browse.projects_of_site(api, site_id))
        projects = sorted(listed, key=lambda two: two.get("acquisition_date") or "")
        return {
            "SITE_ID": site_id,
            "UUID": one.get("uuid") or "",
            "NAME": one.get("name") or "",
            "SYSTEM": one.get("coordinate_system") or "",
            "PROJECT_IDS": ",".join(str(two["id"]) for two in projects),
            "COUNT": len(projects),
        }


class CreateSite(_Site):
    """A new site."""

    called = "createsite"
    journaled = True
    answers = {"create": Answer("SITE_ID")}

    def displayName(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Create site")

    def shortHelpString(self) -> str:  # noqa: N802 - QGIS's name
        return tr(
            "Creates a site, which holds projects of one place at different times, and gives its number. New projects"
            " in it have its coordinate reference system unless they are given their own."
        )

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:  # noqa: N802 - QGIS's name
        super().initAlgorithm(configuration)
        self.addParameter(string("NAME", tr("Name"), tr("At most 100 characters."), optional=False))
        declare_system(self)
        self.declare_parent(site=False)
        words = tr("The platform's programs make sites of the type “bim”.")
        self.addParameter(advanced(choice("SITE_TYPE", tr("Type of site"), words, PROJECT_TYPES, SITE_TYPE)))
        self.addOutput(QgsProcessingOutputString("SITE_ID", tr("Site id")))

    def about(self, values: Mapping[str, Any]) -> str:
        """What the job is told by in lists: the name, where its place would be said first."""
        return str(values.get("NAME") or "")

    def problems(self, parameters: dict[str, Any], context: QgsProcessingContext) -> Iterator[str]:
        yield from self.required(parameters, context, "NAME")
        yield from long_name(self.text(parameters, "NAME", context))
        yield from self.unknown(parameters, "SITE_TYPE")
        yield from system_problems(self, parameters, context)

    def operate(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback, work: Work
    ) -> dict[str, Any]:
        from ...providers.pix4d.flows import drive

        details: Any = {
            "name": self.text(parameters, "NAME", context),
            "project_group_type": self.chosen(parameters, "SITE_TYPE", context) or SITE_TYPE,
            **system_members(self, parameters, context),
            **self.parent(parameters, context),
        }
        return {"SITE_ID": drive.create_site(self.platform.api, details, work)}


class EditSite(_Site):
    """Change a site."""

    called = "editsite"

    def displayName(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Edit site")

    def shortHelpString(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Changes name or coordinate reference system of a site. What is left empty stays as it is.")

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:  # noqa: N802 - QGIS's name
        super().initAlgorithm(configuration)
        self.addParameter(site_parameter())
        self.addParameter(string("NAME", tr("Name"), tr("The new name. At most 100 characters.")))
        declare_system(self)
        self.addOutput(QgsProcessingOutputString("SITE_ID", tr("Site id")))

    def problems(self, parameters: dict[str, Any], context: QgsProcessingContext) -> Iterator[str]:
        yield from self.required(parameters, context, "SITE")
        yield from long_name(self.text(parameters, "NAME", context))
        yield from system_problems(self, parameters, context)
        if not self.changes(parameters, context):
            yield tr("Nothing is to be changed. Give at least one of the settings.")

    def changes(self, parameters: dict[str, Any], context: QgsProcessingContext) -> dict[str, Any]:
        """The members of the site that are given."""
        name = self.text(parameters, "NAME", context)
        return {**({"name": name} if name else {}), **system_members(self, parameters, context)}

    def operate(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback, work: Work
    ) -> dict[str, Any]:
        site_id = self.text(parameters, "SITE", context)
        self.platform.api.during(work).groups.update(site_id, self.changes(parameters, context))
        return {"SITE_ID": site_id}


class DeleteSite(_Site):
    """A site's end."""

    called = "deletesite"
    journaled = True

    def displayName(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Delete site")

    def shortHelpString(self) -> str:  # noqa: N802 - QGIS's name
        return tr(
            "Deletes a site for good. The platform's documents do not say what becomes of the projects in it: move"
            " those that matter out of it first, by “Move in the drive”."
        )

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:  # noqa: N802 - QGIS's name
        super().initAlgorithm(configuration)
        self.addParameter(site_parameter())
        self.addParameter(typed_name(tr("The site is deleted for good, and perhaps the projects in it.")))
        self.addOutput(QgsProcessingOutputString("SITE_ID", tr("Site id")))

    def problems(self, parameters: dict[str, Any], context: QgsProcessingContext) -> Iterator[str]:
        yield from self.required(parameters, context, "SITE", "CONFIRM")

    def operate(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback, work: Work
    ) -> dict[str, Any]:
        from ...providers.pix4d.flows import removal

        site_id = self.text(parameters, "SITE", context)
        removal.delete_site(self.platform.api, site_id, self.text(parameters, "CONFIRM", context), work)
        return {"SITE_ID": site_id}
