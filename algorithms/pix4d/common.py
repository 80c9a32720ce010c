"""What all PIX4D algorithms share: their groups, and the parameters that choose something of the drive."""

from __future__ import annotations

from typing import Any

from ...core.translation import tr
from ..parameters import choice_parameter
from ..platform_algorithm import PlatformAlgorithm
from . import listers

PLATFORM = "pix4d"
PROJECT, SITE, FOLDER, ORGANIZATION = "PROJECT", "SITE", "FOLDER", "ORGANIZATION"


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
