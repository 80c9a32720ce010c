"""Sentences for what is wrong with shapes and files of shapes: what, where, and what would be right."""

from __future__ import annotations

from collections.abc import Sequence

from ...providers.shapes.validity import Finding
from ..messages.inputs import inputs
from ..translation import tr

MOST = 5


def templates() -> dict[str, str]:
    """By ``Finding.problem``, which is also ``InputProblem.facts["problem"]``; places for the facts."""
    valid = tr("Repair it with “Fix geometries” or the vertex tool.")
    return {
        **inputs(),
        "no_features": tr("There is no shape in it. Draw at least one polygon."),
        "no_geometry": tr("It has no geometry. Draw one or delete the feature."),
        "other_crs": tr("The file is in {crs}. Save it in EPSG:4326, longitude and latitude on WGS 84."),
        "metres": tr(
            "{place} is no longitude and latitude; it looks like metres. Give the layer the coordinate"
            " reference system in which it was drawn, or save the file in EPSG:4326."
        ),
        "swapped_axes": tr("At {place} longitude and latitude look swapped. GeoJSON has longitude first."),
        "outside": tr("It lies outside the raster, at {place}. Move it onto the raster or delete it."),
        "self_crossing": tr("Its outline crosses itself at {place}.") + " " + valid,
        "ring_touches_itself": tr("Its outline touches itself at {place}.") + " " + valid,
        "ring_open": tr("Its outline is not closed: the last corner is not the first, {place}.") + " " + valid,
        "hole_outside": tr("A hole lies outside the shape, at {place}.") + " " + valid,
        "holes_nested": tr("A hole lies inside another hole, at {place}.") + " " + valid,
        "parts_nested": tr("One part lies inside another, at {place}.") + " " + valid,
        "interior_disconnected": tr("Holes cut the shape into pieces at {place}.") + " " + valid,
        "duplicate_rings": tr("Two outlines are the same, at {place}.") + " " + valid,
        "no_area": tr("It has no area. Draw it again or delete it."),
        "invalid": tr("It is not valid at {place}: {reason}.") + " " + valid,
    }


class _Facts(dict[str, str]):
    def __missing__(self, name: str) -> str:
        return "?"


def sentence(finding: Finding) -> str:
    """One finding, beginning with the feature where there is one."""
    facts = _Facts(finding.facts)
    if finding.place is not None:
        decimals = 6 if max(map(abs, finding.place)) <= 360 else 1  # degrees, or metres and the like
        facts["place"] = ", ".join(f"{one:.{decimals}f}" for one in finding.place)
    text = templates().get(finding.problem, finding.problem).format_map(facts)
    return tr("Feature {feature}: {text}").format(feature=finding.feature, text=text) if finding.feature else text


def sentences(findings: Sequence[Finding], most: int = MOST) -> str:
    """Several findings, the first ones in full and the number of the others."""
    lines = [sentence(one) for one in findings[:most]]
    if len(findings) > most:
        lines.append(tr("There are further problems of this kind: {count}.").format(count=len(findings) - most))
    return "\n".join(lines)
