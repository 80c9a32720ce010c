"""The parameters of a new project: all that can be said of it, and what PIX4D would not take of that."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from qgis.core import (
    QgsProcessingContext,
    QgsProcessingParameterBoolean,
    QgsProcessingParameterCrs,
    QgsProcessingParameterEnum,
)

from ...core.problems import Problem
from ...core.translation import tr
from ...providers.pix4d.records import BILLING_MODELS, PROJECT_TYPES, NewProject
from ..parameters.plain import advanced, given, helped, moment, number, string

NAME, TYPE, BILLING, ACQUIRED, EMAIL = "NAME", "PROJECT_TYPE", "BILLING_MODEL", "ACQUISITION_DATE", "EMAIL"
CRS, VERTICAL, GEOID_HEIGHT, PLAIN = "CRS", "VERTICAL_CRS", "GEOID_HEIGHT", "ARBITRARY_CRS"
LONGEST_NAME = 100


def declare(algorithm: Any) -> None:
    """Declare the parameters of a new project, the name first."""
    words = tr("At most 100 characters, without a slash.")
    algorithm.addParameter(string(NAME, tr("Name"), words, optional=False))
    declare_system(algorithm)
    algorithm.declare_parent()
    types = QgsProcessingParameterEnum(
        TYPE, tr("Type of project"), list(PROJECT_TYPES), usesStaticStrings=True, optional=True
    )
    algorithm.addParameter(advanced(helped(types, tr("Empty: that of your preferred product."))))
    billing = QgsProcessingParameterEnum(
        BILLING, tr("Billing model"), list(BILLING_MODELS), usesStaticStrings=True, optional=True
    )
    words = tr("By which licence the processing is paid. Empty: the platform chooses. One that the account lacks is"
               " refused.")
    algorithm.addParameter(advanced(helped(billing, words)))
    algorithm.addParameter(advanced(moment(ACQUIRED, tr("Acquired at"))))
    mail = QgsProcessingParameterBoolean(EMAIL, tr("E-mail when processing ends"), defaultValue=False)
    algorithm.addParameter(advanced(helped(mail, tr("The platform itself would send one."))))


def problems(algorithm: Any, parameters: dict[str, Any], context: QgsProcessingContext) -> Iterator[str]:
    """What PIX4D would not take, as sentences."""
    yield from name_problems(algorithm.text(parameters, NAME, context))
    yield from system_problems(algorithm, parameters, context)
    yield from algorithm.unknown(parameters, TYPE, BILLING)
    yield from algorithm.unreadable(parameters, context, ACQUIRED)


def details(algorithm: Any, parameters: dict[str, Any], context: QgsProcessingContext) -> NewProject:
    """What is sent. Asks the platform for the uuid of the site, or for the organization."""
    from ...providers.pix4d.flows.photo_upload import details_of

    return details_of(
        algorithm.text(parameters, NAME, context),
        project_type=algorithm.chosen(parameters, TYPE, context),
        billing_model=algorithm.chosen(parameters, BILLING, context),
        acquisition_date=algorithm.moment(parameters, ACQUIRED, context),
        processing_email_notification=algorithm.parameterAsBoolean(parameters, EMAIL, context),
        coordinate_system=system_of(algorithm, parameters, context),
        coordinate_system_geoid_height=algorithm.real(parameters, GEOID_HEIGHT, context),
        **algorithm.parent(parameters, context),
    )


def declare_system(algorithm: Any) -> None:
    """Declare the coordinate reference system of the results: from QGIS's selector, with a vertical part, or plain."""
    words = tr(
        "The system of the results, and of the control points: a projected one. Empty: the UTM zone of the photos, or"
        " that of the site."
    )
    algorithm.addParameter(
        helped(QgsProcessingParameterCrs(CRS, tr("Coordinate reference system"), optional=True), words)
    )
    words = tr("EPSG code of the heights, such as 5773 for EGM96. Its unit has to be that of the plane.")
    algorithm.addParameter(advanced(string(VERTICAL, tr("Vertical coordinate reference system"), words)))
    words = tr("Height of the geoid above the ellipsoid, in the unit of the heights, in place of a geoid model.")
    algorithm.addParameter(advanced(number(GEOID_HEIGHT, tr("Geoid height"), words, -1e6, 1e6)))
    choices = [tr("no"), tr("metres"), tr("feet"), tr("US survey feet")]
    plain = QgsProcessingParameterEnum(PLAIN, tr("Arbitrary system in place of a real one"), choices, False, 0)
    words = tr("For photos without positions: a system without a place on earth.")
    algorithm.addParameter(advanced(helped(plain, words)))


def system_of(algorithm: Any, parameters: dict[str, Any], context: QgsProcessingContext) -> str:
    """The text that tells the platform the system; empty for none. Raises :class:`Problem` for a vertical part that is
    none."""
    from ...core.crs_rules import ARBITRARY, definition_of

    plain = algorithm.parameterAsEnum(parameters, PLAIN, context)
    if plain:
        return ARBITRARY[plain - 1]
    vertical = algorithm.text(parameters, VERTICAL, context)
    return definition_of(algorithm.parameterAsCrs(parameters, CRS, context), vertical)


def system_problems(algorithm: Any, parameters: dict[str, Any], context: QgsProcessingContext) -> Iterator[str]:
    """What PIX4D would not take of the system, as sentences."""
    from ...core.crs_rules import geoid_problems, refusal

    crs = algorithm.parameterAsCrs(parameters, CRS, context)
    vertical, plain = given(parameters, VERTICAL), algorithm.parameterAsEnum(parameters, PLAIN, context)
    if given(parameters, CRS) and not crs.isValid():
        yield tr("The coordinate reference system cannot be read. Choose one from the list.")
        return
    if plain and (crs.isValid() or vertical):
        yield tr("An arbitrary system and a real one are given. Give one of them only.")
        return
    if vertical and not crs.isValid():
        yield tr("A vertical system is given without a horizontal one. Choose one.")
        return
    try:
        definition = system_of(algorithm, parameters, context)
    except Problem as problem:
        yield str(problem)
        return
    refused = refusal(definition) if definition else ""
    if refused:
        yield refused
    yield from geoid_problems(definition, algorithm.real(parameters, GEOID_HEIGHT, context))


def name_problems(name: str) -> Iterator[str]:
    """What PIX4D would not take of a project's name (notes, section 9)."""
    if not name:
        yield tr("The project has no name. Give one.")
    elif len(name) > LONGEST_NAME:
        yield tr("The name has {count} characters; at most {most} are allowed.").format(
            count=len(name), most=LONGEST_NAME
        )
    if "/" in name or name.startswith("-"):
        yield tr("The name of a project has no slash and does not begin with a dash.")
