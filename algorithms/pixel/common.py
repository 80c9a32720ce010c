"""What all Pixel algorithms share: their groups, how things are named in parameters, and what needs a role or a plugin.

Names in parameters, in outputs and in the Hub's tree:

* a project by its number, ``10`` (``PROJECT``);
* a data collection by project and collection, ``10/6`` (``COLLECTION``), since the platform finds it through both only.
  :meth:`PixelAlgorithm.place` gives it as ``providers.pixel.places.Place``, with which the client's methods are called;
* images, rasters, point clouds, optimised copies, upload jobs and harvest services by their number, beside the
  ``COLLECTION`` that they are in; several separated by commas;
* an ArcGIS service by type and number, ``Image/4``; what attachments belong to by type and number, ``project/10``,
  ``data_collection/6``, ``image/123`` (``providers.pixel.places.pair_of``).
"""

from __future__ import annotations

import json
from typing import Any, ClassVar

from qgis.core import QgsProcessingContext, QgsProcessingParameterString

from ...core.translation import tr
from ...providers.pixel.places import Place, place_of
from ...providers.pixel.records import ROLES
from ...providers.work import Work
from ..parameters import choice_parameter
from ..platform_algorithm import PlatformAlgorithm
from . import listers

PLATFORM = "pixel"
PROJECT, COLLECTION = "PROJECT", "COLLECTION"
_COLLECTIONS = {
    "": listers.collections,
    "image": listers.image_collections,
    "raster": listers.raster_collections,
    "point_cloud": listers.point_cloud_collections,
}


class PixelAlgorithm(PlatformAlgorithm):
    """One thing that a user would ask Geodata Pixel for. ``kind`` is one of the groups below; its icon is
    ``icons/<kind>.svg``.

    ``needs_role`` and ``needs_plugin`` say what the platform asks for: the help tells it by :meth:`explained`, and
    :meth:`check_needs` looks before the work begins, so that a refusal is explained.
    """

    platform_key = PLATFORM
    brands = ("geodata", "geodatapixel")
    needs_role: ClassVar[str] = ""
    needs_plugin: ClassVar[str] = ""

    @classmethod
    def groups(cls) -> dict[str, str]:
        return {
            "projects": tr("Pixel: projects"),
            "collections": tr("Pixel: data collections"),
            "uploads": tr("Pixel: uploads"),
            "items": tr("Pixel: images and rasters"),
            "searches": tr("Pixel: search"),
            "optimisation": tr("Pixel: optimisation"),
            "attachments": tr("Pixel: attachments"),
            "harvest": tr("Pixel: harvest services"),
            "services": tr("Pixel: ArcGIS services"),
            "analysis": tr("Pixel: analysis"),
            "users": tr("Pixel: users and plugins"),
        }

    # ------------------------------------------------------------------ what it needs
    def explained(self, words: str) -> str:
        """A help text, and what the platform asks for before it does that."""
        parts = [words]
        if self.needs_role:
            only = self.needs_role == ROLES[-1]
            words = tr("Only users with the role “{role}” may do it.") if only else tr(
                "It takes the role “{role}” or a higher one.")
            parts.append(words.format(role=self.needs_role))
        if self.needs_plugin:
            parts.append(
                tr("The tenant needs the plugin “{plugin}”, which the vendor switches on.").format(
                    plugin=self.needs_plugin
                )
            )
        if self.needs_role or self.needs_plugin:
            parts.append(tr("“List plugins and role” tells what this connection has."))
        return " ".join(parts)

    def check_needs(self, work: Work) -> None:
        """Ask the platform whether the role and the plugin are there. Raises what says which is not."""
        from ...providers.pixel.flows import requirements

        requirements.check(self.platform.api, work, self.needs_role, self.needs_plugin)

    # ------------------------------------------------------------------ values
    def text(self, parameters: dict[str, Any], name: str, context: QgsProcessingContext) -> str:
        """A string without the blanks around it. What is JSON as a text (rules, a filter, a mapping of fields) may be
        given as an object, of which QGIS would make an empty string."""
        value = parameters.get(name)
        return json.dumps(value) if isinstance(value, dict) else super().text(parameters, name, context)

    def place(self, parameters: dict[str, Any], context: QgsProcessingContext, name: str = COLLECTION) -> Place:
        """The data collection that a parameter names. Raises ``InputProblem`` for what is none: asked for in
        ``problems``, it is one of the parameters."""
        return place_of(self.text(parameters, name, context))


def project_parameter(
    optional: bool = False,
    words: str = "",
    several: bool = False,
    name: str = PROJECT,
    in_menus: bool = True,
    title: str = "",
) -> QgsProcessingParameterString:
    """The choice of a project, by its number; ``several``: of some."""
    usual = tr("Number of the project. The button lists the projects of the connection.")
    if several:
        usual = tr("Numbers of projects, separated by commas. The button lists the projects of the connection.")
    return choice_parameter(
        name,
        title or (tr("Projects") if several else tr("Project")),
        listers.projects,
        platform=PLATFORM,
        kind="project" if in_menus else "",
        optional=optional,
        several=several,
        help=words or usual,
    )


def collection_parameter(
    kind: str = "",
    optional: bool = False,
    words: str = "",
    several: bool = False,
    name: str = COLLECTION,
    in_menus: bool = True,
    title: str = "",
) -> QgsProcessingParameterString:
    """The choice of a data collection, as ``project/collection``. ``kind``: only those that hold ``image``, ``raster``
    (RGB, DTM and DSM too) or ``point_cloud``. Where a parameter ``PROJECT`` is beside it, that one's are listed."""
    usual = tr("Project and data collection, as in 10/6. The button lists those of the connection.")
    if several:
        usual = tr("Projects and data collections, as in 10/6,10/7. The button lists those of the connection.")
    return choice_parameter(
        name,
        title or (tr("Data collections") if several else tr("Data collection")),
        _COLLECTIONS[kind],
        platform=PLATFORM,
        kind=("collection." + kind if kind else "collection") if in_menus else "",
        optional=optional,
        several=several,
        depends=(PROJECT,),
        help=words or usual,
    )


def items_parameter(
    kind: str, name: str, optional: bool = False, several: bool = True, words: str = "", in_menus: bool = True
) -> QgsProcessingParameterString:
    """The choice of things in the data collection of ``COLLECTION``: ``kind`` is ``image``, ``raster`` or
    ``point_cloud``."""
    titles = {
        "image": (tr("Image"), tr("Images"), listers.images),
        "raster": (tr("Raster"), tr("Rasters"), listers.rasters),
        "point_cloud": (tr("Point cloud"), tr("Point clouds"), listers.point_clouds),
    }
    single, plural, lister = titles[kind]
    usual = tr("Its number. The button lists those of the data collection.")
    if several:
        usual = tr("Numbers, separated by commas. The button lists those of the data collection.")
    return choice_parameter(
        name,
        plural if several else single,
        lister,
        platform=PLATFORM,
        kind=kind if in_menus else "",
        optional=optional,
        several=several,
        depends=(COLLECTION,),
        help=words or usual,
    )
