"""The parameters of a project's or a site's coordinate reference system, and what PIX4D would not take of them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from qgis.core import QgsProcessingContext, QgsProcessingParameterCrs, QgsProcessingParameterEnum

from ...core.problems import Problem
from ...core.translation import tr
from ..parameters.plain import advanced, given, helped, number, string

CRS, VERTICAL, GEOID_HEIGHT, PLAIN = "CRS", "VERTICAL_CRS", "GEOID_HEIGHT", "ARBITRARY_CRS"
EXTENSIONS = "CRS_EXTENSIONS"


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
    words = tr("What else the system is to carry, as JSON: the extensions of a system in OPF.")
    algorithm.addParameter(advanced(string(EXTENSIONS, tr("Extensions of the system"), words)))


def system_members(algorithm: Any, parameters: dict[str, Any], context: QgsProcessingContext) -> dict[str, Any]:
    """The members of the system that are given, as they are sent (notes, section 12)."""
    text = system_of(algorithm, parameters, context)
    found: dict[str, Any] = {"coordinate_system": text} if text else {}
    if given(parameters, GEOID_HEIGHT):
        found["coordinate_system_geoid_height"] = algorithm.real(parameters, GEOID_HEIGHT, context)
    if given(parameters, EXTENSIONS):
        found["coordinate_system_extensions"] = json.loads(algorithm.text(parameters, EXTENSIONS, context))
    return found


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

    if given(parameters, EXTENSIONS):
        try:
            json.loads(algorithm.text(parameters, EXTENSIONS, context))
        except ValueError as error:
            yield tr("The extensions of the system are not JSON: {error}.").format(error=error)
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
