"""In which reference system the coordinates of annotations are (notes, section 20; ASSUMED A58).

The vendor says: in the project's. His example looks like degrees, so it can be switched. What comes, and what is sent,
is read in the system chosen.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from qgis.core import QgsCoordinateReferenceSystem

from ..crs_rules import ARBITRARY, map_crs
from ..problems import Problem
from ..translation import tr

PROJECT, DEGREES = "project", "degrees"
CHOICES = (PROJECT, DEGREES)


def titles() -> dict[str, str]:
    """The choices in words."""
    return {
        PROJECT: tr("Coordinate system of the project"),
        DEGREES: tr("Longitude and latitude (WGS 84)"),
    }


def definition_of(project: Mapping[str, Any]) -> str:
    """The system of a project as its record tells it; empty where it tells none."""
    crs = project.get("crs")
    found = project.get("coordinate_system") or (crs.get("definition") if isinstance(crs, Mapping) else crs)
    return found.strip() if isinstance(found, str) else ""


def annotation_crs(project: Mapping[str, Any], choice: str) -> QgsCoordinateReferenceSystem:
    """The system of the annotations' coordinates; not valid for an arbitrary one, and where the project tells none.

    Raises :class:`Problem` for a text that QGIS cannot read.
    """
    if choice == DEGREES:
        from ..geometry.reproject import wgs84  # what declares the choice does not need all of the geometry

        return wgs84()
    text = definition_of(project)
    found = map_crs(text)
    if text and text not in ARBITRARY and not found.isValid():
        raise Problem(
            tr("QGIS does not know the coordinate system of the project ({name}).").format(name=text[:80])
        )
    return found
