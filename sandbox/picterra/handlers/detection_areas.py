"""Detection areas of a raster (section 9.3)."""

from __future__ import annotations

from ...platform import Answer, Call
from ..records import Polygons
from ..uploads import check_polygons
from ..world import World
from .registry import operation

LEGACY_STATUS = {"running": "processing", "success": "ready", "failed": "failed"}


@operation("deleteDetectionAreas")
def delete(world: World, call: Call) -> Answer:
    """Remove all areas: the whole footprint counts again."""
    raster = world.state.raster(call.account, call.path["raster_id"], change=True)
    if raster.detection_areas is not None:
        world.replaced(raster.detection_areas.path)
        raster.detection_areas = None
    return Answer(204)


@operation("startDetectionAreasUpload")
def start_upload(world: World, call: Call) -> Answer:
    """Step 1: a slot."""
    raster = world.state.raster(call.account, call.path["raster_id"], change=True)
    return world.open_upload(call, "detection_areas", raster.id)


@operation("getDetectionAreasUpload")
def legacy_status(world: World, call: Call) -> Answer:
    """The status as API v1 told it."""
    upload = world.upload(call.account, call.path["upload_id"], "detection_areas", call.path["raster_id"])
    job = world.jobs.get(upload.operation_id) if upload.operation_id is not None else None
    return Answer(200, {"status": LEGACY_STATUS[job.status] if job is not None else "processing"})


@operation("commitDetectionAreasUpload")
def commit(world: World, call: Call) -> Answer:
    """Step 3: replace the raster's areas."""
    raster = world.state.raster(call.account, call.path["raster_id"], change=True)
    upload, path = world.take(call.account, call.path["upload_id"], "detection_areas", raster.id)

    def finish(polygons: Polygons) -> None:
        world.release(upload)
        if raster.detection_areas is not None:
            world.replaced(raster.detection_areas.path)
        raster.detection_areas = polygons

    target = world.state.place("detection_areas", upload.id + ".geojson")
    job = world.start(call, "detection_areas_upload", {"raster_id": raster.id, "folder_id": raster.folder_id}, finish,
                      fail=lambda words: world.release(upload), work=check_polygons,
                      arguments=(path, target, "file of detection areas"), needs=(raster,))
    upload.operation_id = job.id
    return world.started(job)
