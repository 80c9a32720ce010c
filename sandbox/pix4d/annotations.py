"""What the annotation service keeps and refuses (section 20 of the PIX4D notes); it knows nothing of HTTP.

Coordinates are in the project's reference system (A58): x east-like, y north-like, z height. Longitude and latitude
are looked at only where the sandbox is set to take those.
"""

from __future__ import annotations

import math
import re
import uuid
from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any

ENTITY = "Project"
ID = re.compile(r"([A-Za-z]+)_(\d+)_([0-9a-fA-F-]{36})")
COLOR = re.compile(r"#[0-9A-Fa-f]{6}(?:[0-9A-Fa-f]{2})?")
KEPT = ("entity_type", "entity_id", "geometry", "properties", "extension", "attachments", "tags", "version")
Record = dict[str, Any]


class Store:
    """The annotations of all projects, each project's in the order of their creation."""

    def __init__(self) -> None:
        self._projects: dict[int, dict[str, Record]] = {}
        self._numbers: dict[str, int] = {}

    # ------------------------------------------------------------------ reading
    def of(self, project: int) -> list[Record]:
        """All of a project."""
        return list(self._projects.get(project, {}).values())

    def page(self, project: int, size: int, last_key: str = "") -> tuple[list[Record], str]:
        """Some of them after a key, and the key of the last one when there are more. ``KeyError`` for a key that was
        never given out; one of an annotation that was removed meanwhile still tells where to go on."""
        there = self._projects.get(project, {})
        if last_key and project_of(last_key) != project:
            raise KeyError(last_key)
        before = self._numbers[last_key] if last_key else 0
        found = list(islice((one for one in there.values() if self._numbers[one["id"]] > before), size + 1))
        return found[:size], found[size - 1]["id"] if len(found) > size else ""

    def find(self, identity: str) -> Record | None:
        """One of them by its id."""
        return self._projects.get(project_of(identity), {}).get(identity)

    # ------------------------------------------------------------------ writing
    def add(self, item: Mapping[str, Any], moment: str) -> Record:
        """Keep a new one; its id names the project."""
        project = int(item["entity_id"])
        identity = f"{ENTITY}_{project}_{uuid.uuid4()}"
        record = {**_whole(item), "id": identity, "created": moment, "modified": moment}
        self._projects.setdefault(project, {})[identity] = record
        self._numbers[identity] = len(self._numbers) + 1
        return record

    def overwrite(self, identity: str, item: Mapping[str, Any], moment: str) -> Record:
        """Put another in its place: what ``item`` leaves out is lost. ``KeyError`` when it is not there."""
        project = self._projects[project_of(identity)]
        record = {**_whole(item), "id": identity, "created": project[identity]["created"], "modified": moment}
        project[identity] = record
        return record

    def remove(self, identity: str) -> bool:
        """Whether it was there."""
        return self._projects.get(project_of(identity), {}).pop(identity, None) is not None

    def clear(self, project: int) -> int:
        """Remove all of a project; how many there were."""
        return len(self._projects.pop(project, {}))

    def reset(self) -> None:
        """Remove everything."""
        self._projects.clear()
        self._numbers.clear()


def _whole(item: Mapping[str, Any]) -> Record:
    """As the service shows it: with the members that have a default."""
    record = {name: item[name] for name in KEPT if name in item}
    return {"properties": {}, "extension": {}, "attachments": [], "tags": [], "version": "1.0", **record}


def project_of(identity: str) -> int:
    """The project that an id names; -1 for what is no id of a project."""
    match = ID.fullmatch(identity)
    return int(match.group(2)) if match is not None and match.group(1) == ENTITY else -1


def wrong_id(identity: str) -> str:
    """Why it is no id; empty for one. The words about the type are documented."""
    match = ID.fullmatch(identity)
    if match is None:
        return f"'{identity[:60]}' is not a valid annotation id"
    return "" if match.group(1) == ENTITY else f"'{match.group(1)}' is not a valid EntityType"


def wrong_item(item: Mapping[str, Any], degrees: bool = False) -> str:
    """Why one annotation cannot be kept although its form is right; empty for a good one."""
    geometry = item["geometry"]
    properties = item.get("properties") or {}
    for name in ("color", "color_fill"):
        color = properties.get(name)
        if color is not None and (not isinstance(color, str) or not COLOR.fullmatch(color)):
            return f"{name} must be #RRGGBBAA"
    return _wrong_shape(geometry, degrees)


def _wrong_shape(geometry: Mapping[str, Any], degrees: bool) -> str:
    kind, coordinates = geometry.get("type"), geometry.get("coordinates")
    try:
        places = list(_places(coordinates))
    except (TypeError, ValueError):
        return "coordinates are no positions"
    if not places:
        return "the geometry is empty"
    if not all(math.isfinite(one) for place in places for one in place):
        return "a coordinate is not finite"
    if degrees and not all(abs(place[0]) <= 180 and abs(place[1]) <= 90 for place in places):
        return "longitude or latitude out of range"
    if kind == "LineString" and len(places) < 2:
        return "a line needs at least two positions"
    if kind == "Polygon":
        return _wrong_rings(coordinates)
    if kind == "Circle":
        radius = geometry.get("radius")
        fine = isinstance(radius, (int, float)) and not isinstance(radius, bool) and radius > 0
        return "" if fine else "a circle needs a positive radius"
    return ""


def _wrong_rings(rings: Any) -> str:
    for ring in rings:
        if len(ring) < 4:
            return "a ring needs at least four positions"
        if list(ring[0]) != list(ring[-1]):
            return "a ring is not closed"
    return ""


def _places(coordinates: Any) -> Iterator[list[float]]:
    if not coordinates:
        return
    if isinstance(coordinates[0], (int, float)):
        if len(coordinates) not in (2, 3):
            raise ValueError("a position has two or three numbers")
        yield [float(one) for one in coordinates]
        return
    for one in coordinates:
        yield from _places(one)
