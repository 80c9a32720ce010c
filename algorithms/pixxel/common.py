"""What all Pixxel algorithms share: their groups, and the choices of what the platform holds.

Everything is named by the platform's own id, but a block by name and version (``kmeans/1.0.2``) and a scene of the
archive by its item id. What belongs to an area of interest (assets, visualizations, insights) or to a workflow (jobs,
tasks) stands beside the parameter ``AOI`` or ``WORKFLOW``, through which alone the platform finds it.
"""

from __future__ import annotations

from typing import Any

from qgis.core import QgsProcessingContext

from ...core.translation import tr
from ..parameters import choice_parameter, split_ids
from ..platform_algorithm import PlatformAlgorithm
from . import listers

PLATFORM = "pixxel"
#: The kind of a hit of the search of all satellites, as ``providers.pixxel.flows.imagery`` names it.
FOUND_SCENE = "found_scene"
PROJECT, AOI, WORKFLOW, JOB = "PROJECT", "AOI", "WORKFLOW", "JOB_ID"


class PixxelAlgorithm(PlatformAlgorithm):
    """One thing that a user would ask Pixxel for. ``kind`` is one of the groups below; its icon is
    ``icons/<kind>.svg``, or the one that :meth:`icon` says."""

    platform_key = PLATFORM
    brands = ("aurora", "hyperspectral")

    @classmethod
    def groups(cls) -> dict[str, str]:
        return {
            "projects": tr("Pixxel: projects"),
            "searches": tr("Pixxel: satellites and archive"),
            "collections": tr("Pixxel: catalog"),
            "uploads": tr("Pixxel: deliveries and stores"),
            "processing": tr("Pixxel: orders"),
            "area": tr("Pixxel: areas of interest"),
            "results": tr("Pixxel: indices and visualizations"),
            "analysis": tr("Pixxel: insights"),
            "jobs": tr("Pixxel: workflows"),
        }

    def ids(self, parameters: dict[str, Any], name: str, context: QgsProcessingContext) -> list[str]:
        """The ids of a parameter that takes several."""
        return split_ids(self.text(parameters, name, context))

    def scenes(self, parameters: dict[str, Any], name: str, context: QgsProcessingContext) -> list[str]:
        """The item ids of scenes, which in the tree, in choices and among hits are named with their collection."""
        return [one.rpartition("/")[2] for one in self.ids(parameters, name, context)]


def project_parameter(
    optional: bool = False, words: str = "", several: bool = False, name: str = PROJECT, in_menus: bool = True
) -> Any:
    """The choice of a project; ``several``: of some."""
    usual = tr("Id of the project. The button lists the projects that the key can see.")
    if several:
        usual = tr("Ids of projects, separated by commas. The button lists them. Empty: all.")
    return choice_parameter(
        name, tr("Projects") if several else tr("Project"), listers.projects, platform=PLATFORM,
        kind="project" if in_menus else "", optional=optional, several=several, help=words or usual,
    )


def aoi_parameter(optional: bool = False, words: str = "", in_menus: bool = True) -> Any:
    """The choice of an area of interest of the platform."""
    return choice_parameter(
        AOI, tr("Area of interest"), listers.aois, platform=PLATFORM, kind="aoi" if in_menus else "",
        depends=(PROJECT,), optional=optional,
        help=words or tr("Id of the area on the platform. The button lists them."),
    )


def workflow_parameter(in_menus: bool = True) -> Any:
    """The choice of a workflow of the project in ``PROJECT``."""
    return choice_parameter(
        WORKFLOW, tr("Workflow"), listers.workflows, platform=PLATFORM, kind="workflow" if in_menus else "",
        depends=(PROJECT,), help=tr("Id of the workflow. The button lists those of the project."),
    )


def satellite_parameter(optional: bool = False, words: str = "") -> Any:
    """The choice of a satellite."""
    return choice_parameter(
        "SATELLITE", tr("Satellite"), listers.satellites, platform=PLATFORM, kind="satellite", optional=optional,
        help=words or tr("Id of the satellite. The button lists them."),
    )


def scenes_parameter(name: str, words: str, optional: bool = False) -> Any:
    """The choice of scenes of the archive; ids of those that a search of all satellites found are taken too."""
    return choice_parameter(
        name, tr("Scenes"), listers.scenes, platform=PLATFORM, kind="scene", also=(FOUND_SCENE,), optional=optional,
        several=True, help=words,
    )


def picked(
    name: str, title: str, lister: Any, words: str, kind: str = "", optional: bool = False, several: bool = False,
    depends: tuple[str, ...] = (), states: tuple[str, ...] = (),
) -> Any:
    """The choice of anything else."""
    return choice_parameter(
        name, title, lister, platform=PLATFORM, kind=kind, optional=optional, several=several, depends=depends,
        states=states, help=words,
    )
