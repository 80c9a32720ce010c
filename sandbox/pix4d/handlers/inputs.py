"""Inputs, extra files and depth data of a project (sections 7.3 to 7.5 and 16)."""

from __future__ import annotations

from typing import Any

from ...errors import Refusal, detail, invalid, not_found
from ...platform import Answer, Call
from .. import photo_answers
from ..archives import archive
from ..inputs import Foreign, Photo, Registered
from ..records import Project
from ..registry import operation
from ..world import World, empty

FROZEN = "Inputs cannot be registered once processing has started."


@operation("bulkRegisterInputs")
def register(world: World, call: Call) -> Answer:
    """Register what was uploaded: all of it, or nothing. The project is uploaded with its first image or ZIP (A23)."""
    project = world.project(call, change=True)
    if project.triggered:
        raise detail(400, FROZEN)
    keys, inputs = call.body.get("input_file_keys") or [], call.body.get("inputs") or []
    if not keys and not inputs:
        raise invalid("non_field_errors", "Give input_file_keys or inputs.")
    try:
        found = project.inputs.register(keys, inputs)
    except Foreign as error:
        raise _foreign("input_file_keys", error) from None
    _uploaded(world, project, found)
    _note(project)
    return Answer(200, {
        "nb_images_registered": len(found.images), "nb_image_signatures_registered": 0,
        "nb_depth_data_registered": found.depth_files, "p4d_registered": found.mapper_project,
        "extra_files_registered": found.extras, "images": [_image(world, project, one) for one in found.listed]})


def _note(project: Project) -> None:
    """Leave for the control interface how often each file was registered."""
    project.notes["registered"] = {key.removeprefix(project.base + "/"): n for key, n in project.inputs.times.items()}


def _uploaded(world: World, project: Project, found: Registered) -> None:
    if project.status == "CREATED" and (found.images or project.inputs.archives()):
        project.status, project.detailed_status = "UPLOADED", "Waiting for processing"
    if found.images and not project.geolocalized:
        project.geolocalized = photo_answers.located(world.path(project.bucket, found.images[0].key))


def _image(world: World, project: Project, one: Photo) -> dict[str, Any]:
    """As the documented answer: what takes time is not there yet."""
    return {"id": one.id, "temp_url": world.address(project.bucket, one.key), "s3_key": one.key, "file_size": None,
            "thumb_s3_key": None, "thumb_url": None, "exif": {}, "s3_bucket": project.bucket}


def _foreign(member: str, error: Foreign) -> Refusal:
    return invalid(member, f"Not in the folder of the project: {', '.join(error.keys[:10])}.")


@operation("deleteInput")
def delete_input(world: World, call: Call) -> Answer:
    """Take a photo out, with the marks in it, and delete its object."""
    project = world.project(call, change=True)
    photo = project.inputs.photo(int(call.path["input_id"]))
    if photo is None:
        raise not_found("Not found.")
    project.control.forget_photo(photo.key)
    for key in project.inputs.remove(photo.id):
        world.remove(project.bucket, key)
    return empty()


@operation("getInputsArchive")
def inputs_archive(world: World, call: Call) -> Answer:
    """All inputs as a ZIP."""
    project = world.project(call)
    depth = [key for one in project.inputs.depth() for key in (one.depth_map, one.confidence)]
    keys = [*(one.key for one in project.inputs.photos()), *depth, *project.inputs.extras]
    return archive(world, call, project, "inputs", {key.removeprefix(project.base + "/"): key for key in keys})


@operation("listExtras")
def list_extras(world: World, call: Call) -> Answer:
    """Files that are not photos."""
    project = world.project(call)
    return listed(world, "extras", [{"file_key": key} for key in project.inputs.extras])


@operation("registerExtra")
def register_extra(world: World, call: Call) -> Answer:
    """Register a file that is not a photo."""
    project, key = world.project(call, change=True), call.body["file_key"]
    try:
        project.inputs.register_extra(key)
    except Foreign as error:
        raise _foreign("file_key", error) from None
    except LookupError:
        raise invalid("file_key", "There is no such file in the storage.") from None
    _note(project)
    return Answer(201, {"file_key": key})


@operation("listDepthData")
def list_depth(world: World, call: Call) -> Answer:
    """Depth maps of photos."""
    return listed(world, "depth_data", [
        {"id": one.id, "photo": one.photo, "depth_map": one.depth_map, "depth_map_confidence": one.confidence}
        for one in world.project(call).inputs.depth()])


@operation("deleteDepthData")
def delete_depth(world: World, call: Call) -> Answer:
    """Delete the depth data of a photo with its objects."""
    project = world.project(call, change=True)
    try:
        keys = project.inputs.remove_depth(int(call.path["photo_id"]))
    except KeyError:
        raise not_found("Not found.") from None
    for key in keys:
        world.remove(project.bucket, key)
    return empty()


def listed(world: World, name: str, found: list[dict[str, Any]]) -> Answer:
    """A list without pages in the envelope that is set (A05)."""
    form = world.settings.pix4d_lists
    if form == "bare":
        return Answer(200, found)
    if form == "single" and len(found) == 1:
        return Answer(200, found[0])
    return Answer(200, {"results" if form == "results" else name: found})
