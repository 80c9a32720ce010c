"""Which coordinate systems PIX4D takes (section 12 of the notes), read by PROJ through GDAL; it knows nothing of HTTP.

GDAL reads files and addresses too, so the form of a text is looked at before.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from osgeo import osr

ARBITRARY = ("ARBITRARY_METERS", "ARBITRARY_FEET", "ARBITRARY_US_FEET")
CODES = re.compile(r"[A-Za-z_]+:\d+(\+([A-Za-z_]+:)?\d+)?")
FLAT = ("ProjectedCRS", "DerivedProjectedCRS", "EngineeringCRS")
INVALID, NOT_ISOMETRIC, NOT_FLAT = (
    "The coordinate system is not valid.",
    "The coordinate system is not isometric.",
    "The coordinate system must be projected or arbitrary.",
)

osr.UseExceptions()


def refusal(definition: str) -> str:
    """Why a project cannot have that system; empty when it can."""
    text = definition.strip()
    if text in ARBITRARY:
        return ""
    found = _read(text)
    if found is None:
        return INVALID
    if not any(part["type"] in FLAT for part in _parts(found)):
        return NOT_FLAT
    return "" if is_isometric(found) else NOT_ISOMETRIC


def wkt_refusal(text: str) -> str:
    """Why the retired engine could not have used a text (A35): it has to be well-known text of a projected or local
    system that can be said in its first version, without a vertical part."""
    if "[" not in text:
        return "Invalid WKT."
    words = refusal(text)
    if words:
        return "Invalid WKT." if words == INVALID else words
    found = _read(text.strip())
    if found is None or any(part["type"] == "VerticalCRS" for part in _parts(found)):
        return "A vertical component is not supported."
    try:
        first = found.ExportToWkt(["FORMAT=WKT1_GDAL"])
    except RuntimeError:
        first = ""
    return "" if first else "The system cannot be expressed in WKT 1."


def output_definition(definition: str | None, horizontal: int | None, vertical: int | None) -> str | None:
    """The system of the results: that of the options where they name one (a vertical code alone is for processing to
    refuse), else the project's."""
    codes = [str(one) for one in (horizontal, vertical) if one is not None]
    return f"EPSG:{'+'.join(codes)}" if codes else definition or None


def system_of(project: Any) -> str:
    """The system that a project was given, else the one that its results are in; empty before there are any."""
    processed = project.notes.get("processing") or {}
    return str(project.crs.definition or (processed.get("crs") or {}).get("definition") or "")


def is_isometric(found: osr.SpatialReference) -> bool:
    """Whether all axes have one unit."""
    units = [_unit(axis) for part in _parts(found) for axis in part.get("coordinate_system", {}).get("axis", [])]
    return not units or max(units) - min(units) < 1e-9


def _read(text: str) -> osr.SpatialReference | None:
    found = osr.SpatialReference()
    try:
        if "[" in text:
            found.ImportFromWkt(text)
        elif CODES.fullmatch(text):
            found.SetFromUserInput(text)
        else:
            return None
        return found if found.ExportToPROJJSON() else None
    except RuntimeError:
        return None


def _parts(found: osr.SpatialReference) -> Iterator[dict[str, Any]]:
    yield from _parts_of(json.loads(found.ExportToPROJJSON()))


def _parts_of(tree: dict[str, Any]) -> Iterator[dict[str, Any]]:
    if "components" in tree:
        for part in tree["components"]:
            yield from _parts_of(part)
    elif "source_crs" in tree:
        yield from _parts_of(tree["source_crs"])
    else:
        yield tree


def _unit(axis: dict[str, Any]) -> float:
    unit = axis.get("unit")
    return float(unit.get("conversion_factor", 1.0)) if isinstance(unit, dict) else 1.0 if unit == "metre" else 0.0
