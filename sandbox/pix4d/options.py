"""Processing options and the region of interest in them (sections 10 and 14); it knows nothing of HTTP.

Members of the retired engine (templates) are kept as they come and mean nothing.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

Options = dict[str, Any]
DEFAULTS: Options = {
    "tags": None, "output_cs_horizontal": None, "output_cs_vertical": None, "output_cs_geoid": None,
    "output_cs_geoid_height": None, "outputs": None, "formats": None, "area": None, "custom_template_s3_key": None,
    "custom_template_s3_bucket": None, "standard_template": None}
PIPELINES = {"nadir": "nadir", "3d-maps": "nadir", "oblique": "oblique", "building": "building"}
"""Tags that choose a pipeline; two names mean the same one."""
FORMATS = {"point_cloud": ("las", "laz", "slpk"), "mesh": ("obj", "fbx", "slpk"), "ortho": ("tif",), "dsm": ("tif",)}
"""A31."""


def overwritten(given: Mapping[str, Any]) -> Options:
    """What is left out returns to its default."""
    return {**DEFAULTS, **{name: given[name] for name in DEFAULTS if name in given}}


def merged(stored: Mapping[str, Any], given: Mapping[str, Any]) -> Options:
    """What is left out stays."""
    return overwritten({**stored, **given})


def wrong(options: Mapping[str, Any]) -> dict[str, list[str]]:
    """What is wrong with whole options, by member, beyond the form of each; empty for good ones.

    An output system that cannot be used is not refused here: processing fails with it (10611 to 10615).
    """
    found = {"tags": _wrong_tags(options.get("tags") or []), "formats": _wrong_formats(options.get("formats") or {}),
             "area": wrong_area(options.get("area"))}
    return {member: words for member, words in found.items() if words}


def _wrong_tags(tags: list[str]) -> list[str]:
    """A32. ``nadir`` and ``3d-maps`` are one pipeline, and yet exclude each other, as all four do."""
    chosen = [tag for tag in tags if tag in PIPELINES]
    if len(set(chosen)) > 1:
        return ["Only one of " + ", ".join(sorted(set(chosen))) + " can be given."]
    if "flat" in tags and not {"nadir", "3d-maps"} & set(tags):
        return ["flat needs nadir or 3d-maps."]
    return []


def _wrong_formats(formats: Mapping[str, list[str]]) -> list[str]:
    words = []
    for output, extensions in formats.items():
        if output not in FORMATS:
            words.append(f"\"{output}\" has no formats.")
        else:
            words += [f"\"{one}\" is not a format of {output}." for one in extensions if one not in FORMATS[output]]
    return words


def wrong_area(area: Mapping[str, Any] | None) -> list[str]:
    """A44. Open and closed rings and either winding are fine, and holes wherever they lie."""
    if area is None:
        return []
    plane = area["plane"]
    vertices = plane["vertices3d"]
    for vertex in vertices:
        if not all(math.isfinite(one) for one in vertex):
            return ["A vertex is not finite."]
        if not (abs(vertex[0]) <= 180 and abs(vertex[1]) <= 90):
            return ["A vertex is outside of longitude -180..180, latitude -90..90."]
    for ring in [plane["outer_boundary"], *(plane.get("inner_boundaries") or [])]:
        if any(not 0 <= index < len(vertices) for index in ring):
            return ["A boundary names a vertex that does not exist."]
        if len(set(ring)) < 3:
            return ["A boundary has fewer than three vertices."]
    thickness = area.get("thickness")
    if thickness is not None and not (math.isfinite(thickness) and thickness > 0):
        return ["The thickness must be above zero."]
    return []
