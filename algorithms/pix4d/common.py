"""What all PIX4D algorithms share: their groups, and the parameters that choose something of the drive."""

from __future__ import annotations

from typing import Any

from qgis.core import QgsProcessingContext

from ...core.translation import tr
from ..parameters import choice_parameter
from ..parameters.plain import given
from ..platform_algorithm import PlatformAlgorithm
from . import listers

PLATFORM = "pix4d"
PROJECT, SITE, FOLDER, ORGANIZATION = "PROJECT", "SITE", "FOLDER", "ORGANIZATION"
DRIVE_FOLDER = "DRIVE_FOLDER"


class Pix4dAlgorithm(PlatformAlgorithm):
    """One thing that a user would ask PIX4D cloud for. ``kind`` is one of the groups below; its icon is
    ``icons/<kind>.svg``."""

    platform_key = PLATFORM
    brands = ("pix4dcloud", "pix4dengine")

    @classmethod
    def groups(cls) -> dict[str, str]:
        return {
            "projects": tr("PIX4D: projects"),
            "photos": tr("PIX4D: photos"),
            "control_points": tr("PIX4D: control points"),
            "processing": tr("PIX4D: processing"),
            "results": tr("PIX4D: results"),
            "volumes": tr("PIX4D: volumes"),
            "annotations": tr("PIX4D: annotations"),
            "drive": tr("PIX4D: sites and drive"),
            "sharing": tr("PIX4D: sharing and access"),
        }

    # ------------------------------------------------------------------ where something new belongs
    def declare_parent(self, site: bool = True) -> None:
        """Declare ``SITE`` (for projects), ``DRIVE_FOLDER`` and ``ORGANIZATION``: where it is put. The nearest counts,
        so that menus can fill in all that is above an entry."""
        if site:
            self.addParameter(site_parameter(True, tr("Number of the site that it belongs to, if any.")))
        words = tr("Uuid of the folder of the drive to put it into. Empty: not into a folder. A site goes before it.")
        folder = folder_parameter(True, words, name=DRIVE_FOLDER)
        folder.setDescription(tr("Folder of the drive"))
        self.addParameter(folder)
        self.addParameter(organization_parameter())

    def parent_node(self, parameters: dict[str, Any], context: QgsProcessingContext) -> Any:
        """Where it is put, as the drive knows it (``flows.drive.Node``); None where the platform does not tell. Asks
        the platform."""
        from ...providers.errors import InputProblem
        from ...providers.pix4d.flows import drive

        for name, kind in ((SITE, "site"), (DRIVE_FOLDER, "folder"), (ORGANIZATION, "organization")):
            known = self.parameterDefinition(name) is not None
            identity = self.text(parameters, name, context) if known else ""
            if identity:
                return drive.node_of(self.platform.api, kind, identity)
        try:
            return drive.Node(*drive.home(self.platform.api, self.platform.organization))
        except InputProblem:
            return None

    def parent(self, parameters: dict[str, Any], context: QgsProcessingContext) -> dict[str, str]:
        """The same as the members of a request; none where the platform is to decide. Asks the platform."""
        node = self.parent_node(parameters, context)
        return {} if node is None else {"parent_type": node.type, "parent_uuid": node.uuid}

    # ------------------------------------------------------------------ values
    def chosen(self, parameters: dict[str, Any], name: str, context: QgsProcessingContext) -> str:
        """An optional choice by name; empty when it was not given, where QGIS would take the default."""
        return self.parameterAsEnumString(parameters, name, context) if given(parameters, name) else ""


def project_parameter(
    optional: bool = False, words: str = "", several: bool = False, states: tuple[str, ...] = (), name: str = PROJECT
) -> Any:
    """The choice of a project, by its number; ``several``: of some. ``states``: menus of entries offer it in these
    states of the project only (``PublicStatus``)."""
    usual = tr("Number of the project. The button lists the projects of the connection.")
    if several:
        usual = tr("Numbers of projects, separated by commas. The button lists the projects of the connection.")
    return choice_parameter(
        name,
        tr("Projects") if several else tr("Project"),
        listers.projects,
        platform=PLATFORM,
        kind="project",
        optional=optional,
        several=several,
        states=states,
        depends=(SITE,),
        help=words or usual,
    )


def site_parameter(
    optional: bool = False, words: str = "", several: bool = False, name: str = SITE, in_menus: bool = True
) -> Any:
    """The choice of a site, by its number."""
    usual = tr("Number of the site. The button lists the sites of the connection.")
    if several:
        usual = tr("Numbers of sites, separated by commas. The button lists the sites of the connection.")
    return choice_parameter(
        name,
        tr("Sites") if several else tr("Site"),
        listers.sites,
        platform=PLATFORM,
        kind="site" if in_menus else "",
        optional=optional,
        several=several,
        help=words or usual,
    )


def folder_parameter(
    optional: bool = False, words: str = "", several: bool = False, name: str = FOLDER, in_menus: bool = True
) -> Any:
    """The choice of a folder, by its uuid."""
    usual = tr("Uuid of the folder. The button lists the folders of the organisation.")
    if several:
        usual = tr("Uuids of folders, separated by commas. The button lists the folders of the organisation.")
    return choice_parameter(
        name,
        tr("Folders") if several else tr("Folder"),
        listers.folders,
        platform=PLATFORM,
        kind="folder" if in_menus else "",
        optional=optional,
        several=several,
        depends=(ORGANIZATION,),
        help=words or usual,
    )


def organization_parameter(words: str = "", name: str = ORGANIZATION, in_menus: bool = True) -> Any:
    """The choice of an organization, by its uuid; always optional: the connection or the account have one."""
    return choice_parameter(
        name,
        tr("Organisation"),
        listers.organizations,
        platform=PLATFORM,
        kind="organization" if in_menus else "",
        optional=True,
        help=words or tr("Uuid of the organisation. Empty: that of the connection, or of the account."),
    )
