"""Records as the API shows them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from .records import Group, Project
from .state import REGION
from .work.progress import progress_of
from .world import World

ROOT = "/project/api/v3/"


def simple(world: World, one: Project, host: str) -> dict[str, Any]:
    """A project in its short form (A28)."""
    creator = world.state.users[one.creator]
    group = world.state.find(one.parent) if one.parent.kind == "project_group" else None
    return {
        "public_status": one.status, "detail_url": f"{host}{ROOT}projects/{one.id}/",
        "image_count": len(one.inputs.photos()), "public_url": "",
        **({"acquisition_date": one.acquired} if one.acquired else {}), "is_geolocalized": one.geolocalized,
        "s3_base_path": one.base, "display_name": one.display_name, "id": one.id, "uuid": one.uuid,
        "project_type": one.type,
        "user_display_name": "" if one.owner in world.state.organizations else
        f"{creator.first_name} {creator.last_name}",
        "project_group_id": group.id if isinstance(group, Group) else None,
        "create_date": world.clock.moment(one.created), "name": one.name, "bucket_name": one.bucket,
        "project_thumb": "", "front_end_public_group_url": "", "front_end_public_url": "", "is_demo": one.demo,
        "display_detailed_status": _status_in_words(one)}


def _status_in_words(one: Project) -> str:
    """For people; while it is processed, what is being done."""
    run = one.notes.get("run") if one.status == "PROCESSING" else None
    found = progress_of(Path(run)) if run else None
    return f"{found[1]} ({found[0]} %)" if found is not None else one.detailed_status


def detailed(world: World, one: Project, host: str) -> dict[str, Any]:
    """A project with everything (section 9)."""
    def moment(seconds: float | None) -> str | None:
        return world.clock.moment(seconds) if seconds is not None else None

    return {
        **simple(world, one, host), "embed_urls": {}, "error_reason": one.error_reason, "error_code": one.error_code,
        "last_datetime_processing_started": moment(one.started), "last_datetime_processing_ended": moment(one.ended),
        "s3_bucket_region": REGION, "never_delete": one.never_delete, "under_trial": False, "source": "API",
        "owner_uuid": one.owner, "credits": one.credits,
        "crs": one.crs.as_json() or (one.notes.get("processing") or {}).get("crs"),
        "public_share_token": one.public_share_token, "coordinate_system": one.crs.definition,
        "outputs": _tree(one, host), "min_zoom": one.zoom[0], "max_zoom": one.zoom[1], "proj_pipeline": ""}


def _tree(one: Project, host: str) -> dict[str, Any]:
    west, south, east, north = one.bounds or (0.0, 0.0, 0.0, 0.0)
    root = f"{host}{ROOT}projects/{one.id}/"
    images = {output.output_type: {"status": "processed", "name": output.key.rsplit("/", 1)[-1], "s3_key": output.key,
                                   "s3_bucket": one.bucket}
              for output in one.outputs if output.key is not None and output.output_type == "project_thumb"}
    return {
        "mesh": {"texture_res": {}}, "images": {**images, "reflectance": {}},
        "map": {"layers": {}, "bounds": {"sw": [south, west], "ne": [north, east]}},
        "bundles": {"inputs": {"status": "requestable", "request_url": f"{root}inputs/zip/"}}, "reports": {}}


def group(world: World, one: Group, host: str) -> dict[str, Any]:
    """A site (section 18)."""
    inside = [each for each in world.state.projects.values() if each.parent == one.place]
    latest = max(inside, key=lambda each: each.acquired, default=None)
    counts: dict[str, int] = {}
    for each in inside:
        counts[each.status] = counts.get(each.status, 0) + 1
    root = f"{host}{ROOT}projects/"
    return {
        "id": one.id, "uuid": one.uuid, "name": one.name, "project_group_type": one.type, "is_aligned": False,
        "is_demo": False, "project_list_url": f"{root}?project_group_id={one.id}",
        "latest_project_date": latest.acquired or None if latest else None,
        "latest_project_url": f"{root}{latest.id}/" if latest else None,
        "latest_project_id": latest.id if latest else None, "latitude": None, "longitude": None,
        "project_group_thumb": None, "project_count": len(inside), "public_share_token": None,
        "project_status_count": counts, "owner_uuid": one.owner,
        "owner_type": "ORG_GRP" if one.owner in world.state.organizations else None, "parent_id": None,
        "parent_uuid": one.parent.uuid, "parent_type": one.parent.kind, "coordinate_system": one.crs.definition,
        "crs": one.crs.as_json()}
