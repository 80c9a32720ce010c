"""The drive of an organization: what lies where, and moving. Folders are in ``folders``."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from qgis.core import (
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProcessingOutputNumber,
    QgsProcessingOutputString,
    QgsProcessingParameterBoolean,
)

from ...core.translation import tr
from ...providers.pix4d.records import ORDERINGS
from ...providers.work import Work
from ..parameters import split_ids
from ..parameters.plain import advanced, choice, helped, string
from ..tables import declare_table, write_table
from .common import (
    Pix4dAlgorithm,
    folder_parameter,
    organization_parameter,
    project_parameter,
    site_parameter,
)


class ListDrive(Pix4dAlgorithm):
    """What lies in a folder or at the top of the drive, as a table."""

    called = "listdrive"
    kind = "drive"

    def displayName(self) -> str:  # noqa: N802 - QGIS's name
        return tr("List drive")

    def shortHelpString(self) -> str:  # noqa: N802 - QGIS's name
        return tr(
            "Lists folders, sites and projects: those in a folder, those at the top of an organisation's drive, or,"
            " with a text to search for, those at any depth of the organisation whose name holds it. Projects in sites"
            " are listed by “List projects”."
        )

    def words(self) -> str:
        return tr("search,find,folders,tree")

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:  # noqa: N802 - QGIS's name
        super().initAlgorithm(configuration)
        words = tr("Uuid of the folder. Empty: the top of the drive. Not used when something is searched for.")
        self.addParameter(folder_parameter(True, words))
        self.addParameter(organization_parameter())
        self.addParameter(string("SEARCH", tr("Search"), tr("Find this text in names, at any depth.")))
        for name, title in (("PROJECTS", tr("Projects")), ("SITES", tr("Sites"))):
            box = QgsProcessingParameterBoolean(name, title, defaultValue=True)
            self.addParameter(advanced(helped(box, tr("Whether to list them. Folders always are."))))
        grouped = QgsProcessingParameterBoolean("IN_SITES", tr("Projects in sites too"), defaultValue=True)
        self.addParameter(advanced(helped(grouped, tr("Counts when something is searched for."))))
        words = tr("In which order the platform gives them. A dash before it turns it round.")
        self.addParameter(advanced(choice("ORDERING", tr("Order"), words, ORDERINGS)))
        states = QgsProcessingParameterBoolean("DETAILS", tr("State and number of photos"), defaultValue=False)
        self.addParameter(advanced(helped(states, tr("Asks the platform for more about each project; slower."))))
        declare_table(self, "UUIDS", tr("Uuids"))

    def problems(self, parameters: dict[str, Any], context: QgsProcessingContext) -> Iterator[str]:
        yield from self.unknown(parameters, "ORDERING")

    def operate(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback, work: Work
    ) -> dict[str, Any]:
        from ...providers.pix4d.flows import drive
        from ...providers.steps import entries

        api = self.platform.api.during(work)
        organization, search = self.text(parameters, "ORGANIZATION", context), self.text(parameters, "SEARCH", context)
        folder = self.text(parameters, "FOLDER", context)
        top = ("organization", organization) if organization else ("folder", folder) if folder and not search else None
        asked: dict[str, Any] = {
            "ordering": self.chosen(parameters, "ORDERING", context),
            "projects": self.parameterAsBoolean(parameters, "PROJECTS", context),
            "sites": self.parameterAsBoolean(parameters, "SITES", context),
            "full_metadata": self.parameterAsBoolean(parameters, "DETAILS", context),
        }
        if folder and not search:
            pages = api.drive.list("folder", folder, **asked)
        elif search:
            alone = not self.parameterAsBoolean(parameters, "IN_SITES", context)
            parent = top or drive.home(api, self.platform.organization)
            pages = api.drive.search(*parent, search, exclude_grouped_projects=alone, **asked)
        else:
            pages = api.drive.list(*(top or drive.home(api, self.platform.organization)), **asked)
        records = (_row(one) for one in entries(pages))
        columns = [("uuid", "text"), ("type", "text"), ("legacy_id", "long"), ("name", "text"), ("date", "text"),
                   ("public_status", "text"), ("image_count", "integer")]
        return write_table(self, parameters, context, work, records, columns, "UUIDS")


def _row(one: Any) -> dict[str, Any]:
    """A node as a row of the table, whose id is the uuid."""
    more = one.get("metadata") or {}
    return {**one, "id": one["uuid"], "public_status": more.get("public_status"),
            "image_count": more.get("image_count")}


class GetDrivePath(Pix4dAlgorithm):
    """Where something lies, for models."""

    called = "getdrivepath"
    kind = "drive"
    hidden = True

    def displayName(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Get place in the drive")

    def shortHelpString(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Gives the way to a project, site or folder from the top of the drive, and whose drive it is.")

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:  # noqa: N802 - QGIS's name
        super().initAlgorithm(configuration)
        self.addParameter(project_parameter(True))
        self.addParameter(site_parameter(True))
        self.addParameter(folder_parameter(True))
        for name, title in (
            ("WAY", tr("Way")),
            ("PARENT_TYPE", tr("Type of what it lies in")),
            ("PARENT_UUID", tr("Uuid of what it lies in")),
            ("OWNER_TYPE", tr("Type of the owner")),
            ("OWNER_UUID", tr("Uuid of the owner")),
        ):
            self.addOutput(QgsProcessingOutputString(name, title))

    def problems(self, parameters: dict[str, Any], context: QgsProcessingContext) -> Iterator[str]:
        if not any(self.text(parameters, name, context) for name in ("PROJECT", "SITE", "FOLDER")):
            yield tr("Give a project, a site or a folder.")

    def operate(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback, work: Work
    ) -> dict[str, Any]:
        from ...providers.pix4d.flows import drive

        api = self.platform.api.during(work)
        name = next(one for one in ("PROJECT", "SITE", "FOLDER") if self.text(parameters, one, context))
        node = drive.node_of(api, name.lower(), self.text(parameters, name, context))
        path = api.drive.path(node.type, node.uuid)
        parent, owner = drive.parent_of(path), path.get("owner") or {}
        names = [str(one.get("name") or one.get("uuid") or "") for one in (*(path.get("path") or []), owner)]
        return {
            "WAY": " / ".join(reversed(names)),
            "PARENT_TYPE": parent.type,
            "PARENT_UUID": parent.uuid,
            "OWNER_TYPE": str(owner.get("type") or ""),
            "OWNER_UUID": str(owner.get("uuid") or ""),
        }


class MoveInDrive(Pix4dAlgorithm):
    """Put things elsewhere in the drive."""

    called = "moveindrive"
    kind = "drive"
    journaled = True

    def displayName(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Move in the drive")

    def shortHelpString(self) -> str:  # noqa: N802 - QGIS's name
        return tr(
            "Moves projects, sites and folders: into a site (projects only), into a folder, or to the top of the drive"
            " when neither is given. What is there already stays where it is."
        )

    def words(self) -> str:
        return tr("folder,site,put,organise")

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:  # noqa: N802 - QGIS's name
        super().initAlgorithm(configuration)
        self.addParameter(project_parameter(True, several=True, name="PROJECTS"))
        self.addParameter(site_parameter(True, several=True, name="SITES"))
        self.addParameter(folder_parameter(True, several=True, name="FOLDERS"))
        to_site = site_parameter(True, tr("Number of the site to move projects into."), name="TO_SITE", in_menus=False)
        to_site.setDescription(tr("Into the site"))
        self.addParameter(to_site)
        to_folder = folder_parameter(True, tr("Uuid of the folder to move into."), name="TO_FOLDER", in_menus=False)
        to_folder.setDescription(tr("Into the folder"))
        self.addParameter(to_folder)
        words = tr("Uuid of the organisation to whose top it is moved when no site and folder are given. Empty: yours.")
        top = organization_parameter(words, "TO_ORGANIZATION", in_menus=False)
        top.setDescription(tr("To the top of the organisation"))
        self.addParameter(advanced(top))
        self.addOutput(QgsProcessingOutputNumber("COUNT", tr("Number of things that were moved")))

    def problems(self, parameters: dict[str, Any], context: QgsProcessingContext) -> Iterator[str]:
        if not any(self.text(parameters, name, context) for name in ("PROJECTS", "SITES", "FOLDERS")):
            yield tr("Give projects, sites or folders to move.")
        if self.text(parameters, "TO_SITE", context):
            if self.text(parameters, "TO_FOLDER", context):
                yield tr("A site and a folder are given to move into. Give one of them only.")
            if self.text(parameters, "SITES", context) or self.text(parameters, "FOLDERS", context):
                yield tr("Only projects can be in a site. Leave sites and folders out, or move into a folder.")
        if self.text(parameters, "TO_FOLDER", context) in split_ids(self.text(parameters, "FOLDERS", context)):
            yield tr("A folder cannot be moved into itself. Choose another one.")

    def operate(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback, work: Work
    ) -> dict[str, Any]:
        from ...providers.pix4d.flows import drive

        api = self.platform.api.during(work)
        nodes = [
            drive.node_of(api, kind, identity)
            for name, kind in (("PROJECTS", "project"), ("SITES", "site"), ("FOLDERS", "folder"))
            for identity in split_ids(self.text(parameters, name, context))
        ]
        target = next(
            (drive.node_of(api, kind, self.text(parameters, name, context))
             for name, kind in (("TO_SITE", "site"), ("TO_FOLDER", "folder"), ("TO_ORGANIZATION", "organization"))
             if self.text(parameters, name, context)),
            None,
        )
        target = target or drive.Node(*drive.home(api, self.platform.organization))
        return {"COUNT": drive.move(self.platform.api, nodes, target, work)}
