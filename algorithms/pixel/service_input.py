"""The options of ArcGIS services as parameters: declared alike when one is created and when it is changed, where what
is not given stays as it is (notes, section 16.2)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from qgis.core import (
    QgsProcessingAlgorithm,
    QgsProcessingContext,
    QgsProcessingParameterBoolean,
    QgsProcessingParameterCrs,
)

from ...core.translation import tr
from ...providers.pixel.service_options import PROCESSED_TYPES, REMOVED, UNCHANGED
from ..parameters import choice_parameter, split_ids
from ..parameters.plain import advanced, choice, given, helped, string
from .common import PLATFORM, PixelAlgorithm
from .services import GDO_USERS, gdo_users

PUBLIC, SRID = "PUBLIC", "CRS"
WMS, WMS_CRS, WMS_TITLE, WMS_ABSTRACT, WMS_KEYWORDS = "WMS", "WMS_CRS", "WMS_TITLE", "WMS_ABSTRACT", "WMS_KEYWORDS"
IMAGE_FIELDS, ORIENTED, ATTACHMENTS, PROCESSED = "IMAGE_FIELDS", "ORIENTED", "ATTACHMENTS", "PROCESSED"
PROJECTS, PROJECT_FIELDS = "PROJECT_LAYER", "PROJECT_FIELDS"
YES_NO = ("yes", "no")


# ---------------------------------------------------------------------- declared
def declare_access(algorithm: PixelAlgorithm, new: bool) -> None:
    """Declare who may see the service."""
    words = tr("Names of GDO users, separated by commas: only they see the service. The button lists them.")
    if not new:
        words += " " + tr("Empty: as it is.")
    algorithm.addParameter(
        choice_parameter(
            GDO_USERS, tr("Limited to GDO users"), gdo_users, platform=PLATFORM, several=True, optional=True, help=words
        )
    )
    words = tr("Whether everybody on the internet may see the service, without any login.")
    public = QgsProcessingParameterBoolean(PUBLIC, tr("Public: open to everybody"), False)
    algorithm.addParameter(helped(public, words))


def declare_image(algorithm: PixelAlgorithm, new: bool) -> None:
    """Declare the options of an image service."""
    crs = QgsProcessingParameterCrs(SRID, tr("Default reference system"), optional=not new)
    algorithm.addParameter(helped(crs, tr("The system that the service answers in, one with an EPSG code.")))
    _yes_no(algorithm, WMS, tr("WMS"), tr("Whether the service answers as a WMS, too, with terrain functions as layers"
                                          " where it shows terrain or surface models."), new, True)
    words = tr("Codes separated by commas, as in EPSG:25833,EPSG:4326. Empty: the default system and WGS 84.")
    algorithm.addParameter(advanced(string(WMS_CRS, tr("Reference systems of the WMS"), words)))
    algorithm.addParameter(advanced(string(WMS_TITLE, tr("Title of the WMS"), tr("What the WMS calls itself."))))
    words = tr("What the WMS says of itself.")
    algorithm.addParameter(advanced(string(WMS_ABSTRACT, tr("Abstract of the WMS"), words)))
    algorithm.addParameter(advanced(string(WMS_KEYWORDS, tr("Keywords of the WMS"), tr("Separated by commas."))))


def declare_feature(algorithm: PixelAlgorithm, new: bool) -> None:
    """Declare the options of a feature service."""
    words = tr("Members of images that become fields, separated by commas, as in name,capture_date.")
    algorithm.addParameter(string(IMAGE_FIELDS, tr("Fields of the images"), words))
    _yes_no(algorithm, ORIENTED, tr("Oriented imagery"), tr("Whether the camera's direction and angles are served, so"
                                                            " that oriented imagery can be looked at."), new, False)
    _yes_no(algorithm, ATTACHMENTS, tr("Images as attachments"), tr("Whether the images themselves are served as"
                                                                    " attachments of their points."), new, False)
    words = tr("The images that are served: with faces and number plates blurred, or as they were uploaded.")
    algorithm.addParameter(
        choice(PROCESSED, tr("Served images"), words, PROCESSED_TYPES, PROCESSED_TYPES[0] if new else None)
    )
    _yes_no(algorithm, PROJECTS, tr("Layer of projects"), tr("Whether the areas of the projects are a layer, too."),
            new, False)
    words = tr("Members of projects that become fields, separated by commas, as in name,description.")
    algorithm.addParameter(string(PROJECT_FIELDS, tr("Fields of the projects"), words))


def _yes_no(algorithm: PixelAlgorithm, name: str, title: str, words: str, new: bool, usual: bool) -> None:
    """A box when it is new; when it is changed, yes, no, or nothing for as it is."""
    if new:
        algorithm.addParameter(helped(QgsProcessingParameterBoolean(name, title, usual), words))
    else:
        algorithm.addParameter(choice(name, title, words + " " + tr("Empty: as it is."), YES_NO))


# ---------------------------------------------------------------------- looked at
def access_problems(
    algorithm: QgsProcessingAlgorithm, parameters: dict[str, Any], context: QgsProcessingContext, new: bool
) -> Iterator[str]:
    """A service that is open to everybody has to be meant so."""
    users = split_ids(algorithm.parameterAsString(parameters, GDO_USERS, context))
    public = algorithm.parameterAsBoolean(parameters, PUBLIC, context)
    if users and public:
        yield tr("The service cannot be public and limited to GDO users at once. Choose one of the two.")
    if new and not users and not public:
        yield tr(
            "Without GDO users everybody on the internet can see the service. Choose users, or tick “{title}”."
        ).format(title=algorithm.parameterDefinition(PUBLIC).description())


def system_problems(
    algorithm: QgsProcessingAlgorithm, parameters: dict[str, Any], context: QgsProcessingContext
) -> Iterator[str]:
    """A default system without an EPSG code."""
    if given(parameters, SRID) and _epsg(algorithm, parameters, context) is None:
        yield tr("The default reference system has no EPSG code. Choose one that has.")


def image_problems(
    algorithm: PixelAlgorithm, parameters: dict[str, Any], context: QgsProcessingContext
) -> Iterator[str]:
    """Systems without an EPSG code."""
    yield from system_problems(algorithm, parameters, context)
    wrong = [one for one in split_ids(algorithm.text(parameters, WMS_CRS, context)) if _code(one) is None]
    if wrong:
        yield tr("“{value}” is no EPSG code. Give them as in EPSG:25833,EPSG:4326.").format(value=wrong[0])


def yes_no_problems(algorithm: PixelAlgorithm, parameters: dict[str, Any]) -> Iterator[str]:
    """Words other than yes and no."""
    found = (PROCESSED, WMS, ORIENTED, ATTACHMENTS, PROJECTS)
    there = [one for one in found if hasattr(algorithm.parameterDefinition(one), "options")]
    yield from algorithm.unknown(parameters, *there)


# ---------------------------------------------------------------------- read
def access(algorithm: PixelAlgorithm, parameters: dict[str, Any], context: QgsProcessingContext) -> Any:
    """The users; ``REMOVED`` for everybody, ``UNCHANGED`` where nothing is said."""
    users = split_ids(algorithm.text(parameters, GDO_USERS, context))
    return users or (REMOVED if algorithm.parameterAsBoolean(parameters, PUBLIC, context) else UNCHANGED)


def image_block(
    algorithm: PixelAlgorithm, parameters: dict[str, Any], context: QgsProcessingContext, new: bool
) -> dict[str, Any]:
    """The options of an image service; what is not given is ``UNCHANGED``."""
    wms = _truth(algorithm, parameters, context, WMS, new)
    srid = _epsg(algorithm, parameters, context) if given(parameters, SRID) else None
    given_wms = {
        "enable": wms,
        "supported_srids": [_code(one) for one in split_ids(algorithm.text(parameters, WMS_CRS, context))] or UNCHANGED,
        "title": algorithm.text(parameters, WMS_TITLE, context) or UNCHANGED,
        "abstract": algorithm.text(parameters, WMS_ABSTRACT, context) or UNCHANGED,
        "keywords": split_ids(algorithm.text(parameters, WMS_KEYWORDS, context)) or UNCHANGED,
    }
    return {"default_service_srid": UNCHANGED if srid is None else srid, "wms_options": given_wms}


def feature_block(
    algorithm: PixelAlgorithm, parameters: dict[str, Any], context: QgsProcessingContext, new: bool
) -> dict[str, Any]:
    """The options of a feature service; what is not given is ``UNCHANGED``."""
    projects = _truth(algorithm, parameters, context, PROJECTS, new)
    fields = split_ids(algorithm.text(parameters, PROJECT_FIELDS, context))
    project_layer: Any = {"include_fields": fields} if fields else UNCHANGED
    if projects is True and not fields:
        project_layer = {}
    if projects is False:
        project_layer = UNCHANGED if new else REMOVED
    processed = algorithm.parameterAsEnumString(parameters, PROCESSED, context) if (
        new or given(parameters, PROCESSED)) else ""
    return {
        "image_layer": {
            "include_fields": split_ids(algorithm.text(parameters, IMAGE_FIELDS, context)) or UNCHANGED,
            "enable_oriented_imagery": _truth(algorithm, parameters, context, ORIENTED, new),
            "enable_images_as_attachments": _truth(algorithm, parameters, context, ATTACHMENTS, new),
            "image_processed_type": processed or UNCHANGED,
        },
        "project_layer": project_layer,
    }


def _truth(
    algorithm: PixelAlgorithm, parameters: dict[str, Any], context: QgsProcessingContext, name: str, new: bool
) -> Any:
    if new:
        return algorithm.parameterAsBoolean(parameters, name, context)
    if not given(parameters, name):
        return UNCHANGED
    return algorithm.parameterAsEnumString(parameters, name, context) == YES_NO[0]


def _epsg(
    algorithm: QgsProcessingAlgorithm, parameters: dict[str, Any], context: QgsProcessingContext
) -> int | None:
    return _code(algorithm.parameterAsCrs(parameters, SRID, context).authid())


def _code(text: str) -> int | None:
    """The number of ``EPSG:25833`` or ``25833``."""
    authority, _, number = text.strip().rpartition(":")
    fine = authority.upper() in ("", "EPSG") and number.isascii() and number.isdigit()
    return int(number) if fine and int(number) > 0 else None
