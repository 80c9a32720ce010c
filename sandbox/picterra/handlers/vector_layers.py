"""Vector layers: list, upload, read, edit, delete, download (sections 9.7 and 9.8)."""

from __future__ import annotations

import re
from typing import Any

from ...errors import invalid
from ...jobs import WorkFailed
from ...platform import Answer, Call
from .. import answers, layers, removal
from ..layer_files import LayerFile
from ..records import VectorLayer
from ..uploads import read_layer
from ..world import World
from .registry import operation

DEFAULT_NAME = "Vector layer"
COLOR = re.compile("#[0-9A-Fa-f]{6}")


@operation("listRasterVectorLayers")
def list_layers(world: World, call: Call) -> Answer:
    """A page of the layers on a raster, newest first."""
    raster = world.state.raster(call.account, call.path["raster_id"])
    text, detector_id = call.query.get("search", "").lower(), call.query.get("detector")
    found = [one for one in reversed(world.state.layers.values()) if one.raster_id == raster.id
             and text in one.name.lower() and detector_id in (None, one.detector_id)]
    return world.pages.answer(call, world.services.settings.page_size, world.state.version, lambda: found,
                              lambda one: answers.layer(world, one, call.host))


@operation("startVectorLayerUpload")
def start_upload(world: World, call: Call) -> Answer:
    """Step 1: a slot. The id in the path is the raster's (quirk 2)."""
    raster = world.state.raster(call.account, call.path["raster_id"], change=True)
    return world.open_upload(call, "vector_layer", raster.id)


@operation("commitVectorLayerUpload")
def commit_upload(world: World, call: Call) -> Answer:
    """Step 3: turn the file into a layer."""
    raster = world.state.raster(call.account, call.path["raster_id"], change=True)
    _check_edit(call)
    upload, path = world.take(call.account, call.path["upload_id"], "vector_layer", raster.id)
    name = call.body.get("name", DEFAULT_NAME)
    color = call.body.get("color") or world.state.color(len(world.state.layers))

    def finish(file: LayerFile) -> dict[str, Any]:
        world.release(upload)
        layer = layers.add(world, file, owner=call.account.name, name=name, color=color, raster_id=raster.id)
        return {"vector_layer_id": layer.id}

    def fail(words: str) -> None:
        world.release(upload)
        target.unlink(missing_ok=True)

    target = layers.new_file(world)
    job = world.start(call, "vector_layer_upload", {"raster_id": raster.id, "folder_id": raster.folder_id}, finish,
                      fail=fail, work=read_layer, needs=(raster,),
                      arguments=(path, target, world.services.settings.features_per_part))
    upload.operation_id = job.id
    return world.started(job)


def _find(world: World, call: Call, change: bool = False) -> VectorLayer:
    return world.state.find(world.state.layers, call.account, call.path["vector_layer_id"], change)


@operation("getVectorLayer")
def get_layer(world: World, call: Call) -> Answer:
    """A layer with the addresses of its parts."""
    return Answer(200, answers.layer(world, _find(world, call), call.host))


@operation("editVectorLayer")
def edit_layer(world: World, call: Call) -> Answer:
    """Rename or recolour a layer."""
    layer = _find(world, call, change=True)
    _check_edit(call)
    layer.name = call.body.get("name", layer.name)
    layer.color = call.body.get("color", layer.color)
    return Answer(204)


def _check_edit(call: Call) -> None:
    if "name" in call.body and not call.body["name"].strip():
        raise invalid("name", "This field may not be blank.")
    if "color" in call.body and not COLOR.fullmatch(call.body["color"]):
        raise invalid("color", "Must be a colour such as #aabbcc.")


@operation("deleteVectorLayer")
def delete_layer(world: World, call: Call) -> Answer:
    """Delete a layer."""
    removal.remove_layer(world, _find(world, call, change=True))
    return Answer(204)


@operation("startVectorLayerDownload")
def start_download(world: World, call: Call) -> Answer:
    """Prepare a layer's file. Its address is signed once, at the end of the job, and holds until ``expiration``."""
    layer = _find(world, call)
    services = world.services

    def finish(outcome: None) -> dict[str, Any]:
        if layer.id not in world.state.layers:
            raise WorkFailed("The layer was deleted.")
        return {"download_url": world.blobs.address("GET", layers.whole_key(layer.id), call.host),
                "expiration": services.clock.moment(services.clock.now() + services.settings.address_seconds)}

    raster = world.state.rasters[layer.raster_id]
    metadata = {"raster_id": raster.id, "folder_id": raster.folder_id}
    return world.started(world.start(call, "vector_layer_download", metadata, finish))
