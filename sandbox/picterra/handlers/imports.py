"""Import of imagery from a remote source by an area of interest (section 9.10)."""

from __future__ import annotations

import secrets
from typing import Any

from ...errors import invalid
from ...platform import Answer, Call
from ..imports import import_area
from ..records import Raster
from ..state import SOURCE_ID
from ..world import World
from .raster_uploads import accept
from .registry import operation


@operation("startRasterImport")
def start_import(world: World, call: Call) -> Answer:
    """Step 1: a slot for the area's file."""
    return world.open_upload(call, "import")


@operation("commitRasterImport")
def commit_import(world: World, call: Call) -> Answer:
    """Step 3: fetch the area. The raster, and its id in the job's metadata, appear at success (A12)."""
    state, body = world.state, call.body
    if body["method"] != "streaming":
        raise invalid("method", "Must be one of: streaming.")
    if body["source_id"] != SOURCE_ID:
        raise invalid("source_id", "There is no such imagery source.")
    folder = state.folders.get(body["folder_id"])
    if folder is None or state.role(call.account, folder) in (None, "viewer"):
        raise invalid("folder_id", "There is no such folder.")
    if not body["name"].strip():
        raise invalid("name", "This field may not be blank.")
    upload, path = world.take(call.account, call.path["upload_id"], "import")
    one = Raster(id=state.new_id(), owner=call.account.name, name=body["name"], folder_id=folder.id,
                 created=world.services.clock.now(), listed=True, type="wms", multispectral=False,
                 tile_token=secrets.token_urlsafe(18))
    place = state.place("rasters", one.id)
    metadata: dict[str, Any] = {"folder_id": folder.id}

    def finish(report: Any) -> None:
        world.release(upload)
        state.rasters[one.id] = one
        accept(world, one, place, report)
        metadata["raster_id"] = one.id

    job = world.start(call, "raster_import", metadata, finish, fail=lambda words: world.release(upload),
                      work=import_area, arguments=(path, place))
    upload.operation_id = job.id
    return world.started(job)
