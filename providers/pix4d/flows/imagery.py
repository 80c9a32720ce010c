"""Processed projects looked for, as other platforms are searched (notes, section 9).

The platform narrows projects by state and by whole names only; everything else is applied to its answers. Where a
project lies is told by ``outputs.map.bounds`` of the detailed form (``sw`` and ``ne``, latitude first). That is not
documented further: what does not look like it counts as not known.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from ...search import Hit, Hits, Query
from ...work import Work
from ..client import Pix4dClient
from ..records import Project
from .browse import project_entry

NARROWS: frozenset[str] = frozenset()
PROCESSED = "DONE"


def page(api: Pix4dClient, query: Query, begin: str, work: Work) -> Hits:
    """A page of the processed projects that the connection can see, of which the caller keeps what fits. ``total`` is
    not known where the platform does not filter by state."""
    number = int(begin or "1")
    found = next(api.during(work).projects.list({"serializer": "detailed", "public_status": [PROCESSED]}, number))
    done = [one for one in found.records if one.get("public_status") in (None, PROCESSED)]
    total = found.count if len(done) == len(found.records) else None
    return Hits([hit_of(one) for one in done], total, "" if found.last else str(number + 1))


def hit_of(one: Project) -> Hit:
    """A found project: the day of its photos, and where its map lies."""
    return Hit(replace(project_entry(one), footprint=footprint(one.get("outputs"))), one.get("acquisition_date") or "")


def footprint(outputs: Any) -> Mapping[str, object] | None:
    """GeoJSON of the bounds in the tree of outputs; None where they are not told, or all zero, as before processing."""
    bounds = outputs
    for name in ("map", "bounds"):
        bounds = bounds.get(name) if isinstance(bounds, Mapping) else None
    if not isinstance(bounds, Mapping):
        return None
    corners = [_corner(bounds.get(name)) for name in ("sw", "ne")]
    if corners[0] is None or corners[1] is None:
        return None
    (south, west), (north, east) = corners[0], corners[1]
    if not (-90 <= south < north <= 90 and -180 <= west < east <= 180):
        return None
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return {"type": "Polygon", "coordinates": [ring]}


def _corner(value: Any) -> tuple[float, float] | None:
    """Latitude and longitude."""
    if not isinstance(value, Sequence) or isinstance(value, str) or len(value) != 2:
        return None
    if not all(isinstance(one, (int, float)) and not isinstance(one, bool) and math.isfinite(one) for one in value):
        return None
    return float(value[0]), float(value[1])
