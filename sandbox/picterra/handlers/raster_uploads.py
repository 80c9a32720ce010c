"""Upload of a raster: slot and commit (section 9.1)."""

from __future__ import annotations

import secrets
from typing import Any

from ...errors import detail, invalid
from ...jobs import WorkFailed
from ...platform import Answer, Call
from ...segments import Content
from .. import answers
from ..records import Raster
from ..work import rasters as work
from ..world import World
from .registry import operation

MEDIA_TYPE = "image/tiff"


@operation("startRasterUpload")
def start_upload(world: World, call: Call) -> Answer:
    """Step 1: the record and the slot."""
    state, body = world.state, call.body
    if "folder_id" in body:
        folder = state.folders.get(body["folder_id"])
        if folder is None or state.role(call.account, folder) in (None, "viewer"):
            raise invalid("folder_id", "There is no such folder.")
    else:
        folder = state.default_folder(call.account)
    slot = world.blobs.open_slot("rasters")
    one = Raster(
        id=state.new_id(), owner=call.account.name, name=body.get("name") or "Untitled", folder_id=folder.id,
        created=world.services.clock.now(), multispectral=body.get("multispectral", True),
        captured_at=answers.moment(body.get("captured_at")), identity_key=body.get("identity_key"),
        cloud_coverage=body.get("cloud_coverage"), user_tag=body.get("user_tag"), slot=slot.key,
        tile_token=secrets.token_urlsafe(18))
    state.rasters[one.id] = one
    return Answer(201, {"raster_id": one.id, "upload_url": world.blobs.address("PUT", slot.key, call.host)})


@operation("commitRaster")
def commit(world: World, call: Call) -> Answer:
    """Step 3: read the file. Without a PUT, or with an unreadable file, the operation fails (A15)."""
    one = world.state.raster(call.account, call.path["raster_id"], change=True)
    if one.listed or one.slot is None:
        raise detail(400, "This raster was committed before.")
    one.listed = True
    slot = world.blobs.slot(one.slot)
    if slot is None:
        raise detail(400, "This raster was committed before.")
    place = world.state.place("rasters", one.id)
    if slot.stored:
        slot.path.rename(place)

    def finish(report: Any) -> None:
        if not report.valid:
            raise WorkFailed(report.message)
        accept(world, one, place, report)

    def fail(words: str) -> None:
        one.status = "failed"
        place.unlink(missing_ok=True)

    job = world.start(call, "raster_upload", {"raster_id": one.id, "folder_id": one.folder_id}, finish, fail=fail,
                      work=work.inspect, arguments=(place,), needs=(one,))
    world.blobs.close_slot(slot)
    one.operation_id = job.id
    return world.started(job)


def accept(world: World, one: Raster, place: Any, report: Any) -> None:
    """A raster's file was read and found good: it is ready, with tiles and a download."""
    one.path, one.report, one.status = place, report, "ready"
    world.blobs.offer(f"rasters/{one.id}.tif", Content.of_file(place, MEDIA_TYPE))
