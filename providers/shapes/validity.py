"""What is wrong with a polygon, and where. Rings are looked at here; crossings by shapely where it is installed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from .engine import has_shapely, shapely

_PLACE = re.compile(r"\[?(-?[\d.eE+-]+) (-?[\d.eE+-]+)")
_KEYS = {
    "Self-intersection": "self_crossing",
    "Ring Self-intersection": "ring_touches_itself",
    "Hole lies outside shell": "hole_outside",
    "Holes are nested": "holes_nested",
    "Nested shells": "parts_nested",
    "Interior is disconnected": "interior_disconnected",
    "Duplicate Rings": "duplicate_rings",
}


@dataclass(frozen=True)
class Finding:
    """A problem by its key, the feature's id or number, the place as longitude and latitude, and further facts."""

    problem: str
    feature: str = ""
    place: tuple[float, float] | None = None
    facts: dict[str, str] = field(default_factory=dict)


def polygon_findings(polygon: Any, feature: str = "") -> Iterator[Finding]:
    """Findings: ``ring_open``, ``ring_short``, ``self_crossing`` and the other values of ``_KEYS``, ``invalid``."""
    sound = True
    for ring in polygon:
        place = (float(ring[0][0]), float(ring[0][1])) if ring else None
        if not ring or len({(one[0], one[1]) for one in ring}) < 3:
            sound = False
            yield Finding("ring_short", feature, place)
        elif list(ring[0][:2]) != list(ring[-1][:2]):
            sound = False
            yield Finding("ring_open", feature, place)
    if sound and has_shapely():
        library = shapely()
        shape = library.geometry.shape({"type": "Polygon", "coordinates": polygon})
        if not shape.is_valid:
            yield crossing(library.validation.explain_validity(shape), feature)


def crossing(words: str, feature: str = "") -> Finding:
    """The geometry engine's sentence ("Self-intersection[7.1 46.2]") as a finding."""
    found = _PLACE.search(words)
    reason = words.partition("[")[0].strip()
    place = (float(found.group(1)), float(found.group(2))) if found else None
    return Finding(_KEYS.get(reason, "invalid"), feature, place, {"reason": reason})
