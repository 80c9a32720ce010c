"""The region of interest: a part of the processing options (notes, section 14)."""

from __future__ import annotations

from typing import Any, cast

from ...errors import InputProblem
from ...shapes import opf
from ...work import Work
from ..client import Pix4dClient
from ..project_records import Area, ProcessingOptions

Region = tuple[dict[str, Any], "float | None"]
"""A GeoJSON polygon (WGS 84, longitude first) and its thickness in metres, None when unlimited."""


def get_region(api: Pix4dClient, project_id: str, work: Work) -> Region | None:
    """The region of a project; None when all of it is processed."""
    area = api.during(work).options.get(project_id).get("area")
    if not area:
        return None
    if not isinstance(area, dict):
        raise InputProblem("plane_broken")
    return opf.from_region(dict(area))


def set_region(
    api: Pix4dClient, project_id: str, geometry: dict[str, Any], thickness: float | None, work: Work
) -> None:
    """Process this polygon only; the other options stay. Corners are sent as they are, in their order."""
    area = cast(Area, opf.region_of_interest(geometry, thickness))
    api.during(work).options.change(project_id, {"area": area})


def reset_region(api: Pix4dClient, project_id: str, work: Work) -> bool:
    """Process all of it again; whether there was a region. The options are sent whole without it, which is how the
    platform documents that a member returns to its default."""
    options = api.during(work).options
    stored = options.get(project_id)
    if not stored.get("area"):
        return False
    kept = {name: value for name, value in stored.items() if name != "area" and value is not None}
    options.set(project_id, cast(ProcessingOptions, kept))
    return True
