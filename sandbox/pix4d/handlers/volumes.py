"""Volumes on a project's surface model (section 15). The arithmetic is in :mod:`..work.volumes`."""

from __future__ import annotations

from typing import Any

from ...errors import Refusal, detail, not_found
from ...platform import Answer, Call
from ..records import Project
from ..registry import operation
from ..work.volumes import VolumeRefused, measure
from ..world import World

SURFACE = "dsm_cloud_optimized"


@operation("computeVolume")
def compute(world: World, call: Call) -> Answer:
    """Cut and fill inside an outline, or one of the documented refusals."""
    project = _project(world, call)
    base, places = call.body.get("base_surface"), call.body.get("coordinates")
    _check(call.body, base, places)
    key = next((one.key for one in project.outputs
                if one.output_type == SURFACE and one.key is not None and one.availability == "done"), None)
    if key is None:
        raise Refusal(400, {"title": "No COG DSM found for this project"})
    if len(places or []) > world.settings.pix4d_most_corners:
        raise detail(504, "Endpoint request timed out")
    try:
        found = measure(world.path(project.bucket, key), places or [], str(base), call.body.get("custom_elevation"),
                        call.body.get("units"))
    except VolumeRefused as refused:
        raise Refusal(400, {"title": str(refused)}) from None
    return Answer(200, {"cut": found.cut, "cut_error": found.cut_error, "fill": found.fill,
                        "fill_error": found.fill_error})


def _project(world: World, call: Call) -> Project:
    """404 in the words of these services, also for a project that the caller does not see."""
    try:
        return world.project(call)
    except Refusal as refused:
        if refused.status != 404:
            raise
        raise not_found("404 Not Found") from None


def _check(body: dict[str, Any], base: Any, places: Any) -> None:
    """What the contract does not say (A48)."""
    errors: dict[str, list[str]] = {}
    if base is None:
        errors["base_surface"] = ["Missing data for required field."]
    if not places:
        errors["coordinates"] = ["Missing data for required field."]
    if base == "custom" and body.get("custom_elevation") is None:
        errors["custom_elevation"] = ["Missing data for required field."]
    if base is not None and base != "custom" and any(len(one) < 3 for one in places or []):
        errors["coordinates"] = ["Vertices need a height unless the base is custom."]
    if errors:
        raise Refusal(400, {"title": "Validation Error", "errors": errors})
