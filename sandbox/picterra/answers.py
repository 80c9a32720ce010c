"""Records as the API shows them (section 10 of the notes)."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any

from . import layers
from .records import Detector, Folder, Grant, Marker, Raster, VectorLayer
from .world import World


def moment(text: str | None) -> str | None:
    """A time that a client sent, in the form of the answers; without a zone it is taken as UTC."""
    if text is None:
        return None
    value = datetime.fromisoformat(text)
    if value.tzinfo is None:
        value = value.replace(tzinfo=timezone.utc)
    return value.astimezone(timezone.utc).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def raster(world: World, one: Raster, host: str) -> dict[str, Any]:
    """A raster. Tiles and footprint appear when it is ready."""
    record: dict[str, Any] = {
        "id": one.id, "name": one.name, "status": one.status, "folder_id": one.folder_id, "type": one.type,
        "captured_at": one.captured_at, "identity_key": one.identity_key, "multispectral": one.multispectral,
        "cloud_coverage": one.cloud_coverage, "user_tag": one.user_tag}
    if one.status == "ready" and one.report is not None:
        record["footprint"] = one.report.footprint
        form = world.services.settings.tile_addresses
        if one.path is not None and form != "none":
            segment = "tms/" if form == "tms" else ""
            record["tms_url"] = f"{world.blobs.host(host)}/tiles/{one.tile_token}/{segment}{{z}}/{{x}}/{{y}}"
            record["tiles_min_zoom"] = one.report.min_zoom
            record["tiles_max_zoom"] = one.report.max_zoom
    return record


def detector(one: Detector) -> dict[str, Any]:
    """A detector with its classes."""
    return {"id": one.id, "name": one.name, "is_runnable": one.runnable, "user_tag": one.user_tag,
            "classes": [{"id": each.id, "name": each.name, "color": each.color} for each in one.classes],
            "configuration": dict(one.configuration)}


def folder_detector(one: Detector) -> dict[str, Any]:
    """A detector in the list of a folder."""
    return {"id": one.id, "name": one.name, "is_runnable": one.runnable, "user_tag": one.user_tag}


def folder(world: World, one: Folder) -> dict[str, Any]:
    """A folder."""
    return {"id": one.id, "name": one.name, "created_at": world.services.clock.moment(one.created)}


def grants(some: list[Grant]) -> dict[str, Any]:
    """Who may use something."""
    return {"grants": [{"grantee": {"type": one.grantee_type, "id": one.grantee_id}, "role": one.role}
                       for one in some]}


def marker(world: World, one: Marker) -> dict[str, Any]:
    """A marker (A25)."""
    return {"id": one.id, "marker": one.point, "text": one.text, "raster_id": one.raster_id,
            "detector_id": one.detector_id, "created_at": world.services.clock.moment(one.created)}


def layer(world: World, one: VectorLayer, host: str) -> dict[str, Any]:
    """A vector layer with short-lived addresses of its parts."""
    addresses = [world.blobs.address("GET", layers.part_key(one.id, number), host) for number in range(len(one.parts))]
    return {"id": one.id, "name": one.name, "count": one.count, "color": one.color, "raster_id": one.raster_id,
            "detector_id": one.detector_id, "created_at": world.services.clock.moment(one.created),
            "geojson_urls": addresses}
