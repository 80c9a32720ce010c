"""Images of a data collection (section 8)."""

from __future__ import annotations

import math
from typing import Any

from ...errors import detail
from ...located import unprocessable
from ...platform import Answer, Call
from .. import item_answers
from ..answers import deleted
from ..records import CAMERA, Collection, Image
from ..registry import operation
from ..removal import remove_image
from ..world import World

TYPE = "image"


@operation("listImages")
def list_images(world: World, call: Call) -> Answer:
    """A page of images; extended ones tell their camera members."""
    collection = world.collection(call)
    images = world.state.images
    found = world.rows(call, images.of(collection.id), by_id=images)
    extended = bool(call.query.get("extended"))
    return Answer(200, [item_answers.image(world, one, extended=extended) for one in found])


@operation("getImage")
def get_image(world: World, call: Call) -> Answer:
    """One image, with the address of its file (A10)."""
    return Answer(200, item_answers.image(world, _image(world, call), call.host))


@operation("getImageMetadata")
def get_metadata(world: World, call: Call) -> Answer:
    """The camera members and the EXIF of the file (A9)."""
    one = _image(world, call)
    return Answer(200, {**item_answers.camera_of(one), "exif": one.exif})


@operation("updateImage")
def update_image(world: World, call: Call) -> Answer:
    """What is in the body changes, everything else stays."""
    one = _image(world, call)
    fields = call.body.get("fields", {})
    location = place_of(fields["location"]) if "location" in fields else one.location
    take(world, one, call.body)
    one.location = location
    one.camera.update({name: value for name, value in fields.items() if name in CAMERA})
    one.image_type = fields.get("image_type", one.image_type)
    return Answer(200, item_answers.image(world, one, call.host))


@operation("deleteImage")
def delete_image(world: World, call: Call) -> Answer:
    """Gone for good, with its attachments."""
    one = _image(world, call)
    remove_image(world, one.id)
    return Answer(200, deleted(one.id))


@operation("moveImage")
def move_image(world: World, call: Call) -> Answer:
    """Into another collection of images."""
    one = _image(world, call)
    target = target_of(world, call)
    if target.type != TYPE:
        raise detail(409, f"An image cannot be moved into a data collection of type {target.type}")
    world.state.images.move(one.id, target.id)
    one.updated = world.clock.now()
    return Answer(200, item_answers.image(world, one, call.host))


def _image(world: World, call: Call) -> Image:
    return world.record(call, world.state.images, "image_id", "Image")


def place_of(location: dict[str, Any]) -> tuple[float, ...]:
    """The position of a GeoJSON point; 422 for one that is not on the earth."""
    coordinates = tuple(float(one) for one in location["coordinates"])
    fine = all(map(math.isfinite, coordinates)) and abs(coordinates[0]) <= 180 and abs(coordinates[1]) <= 90
    if not fine:
        raise unprocessable("Expected longitude and latitude", "fields", "location", given=list(coordinates))
    return coordinates


def take(world: World, one: Any, body: dict[str, Any]) -> None:
    """What images and rasters have in common: tags, metadata (A8), name and capture date; 422 for nothing at all."""
    if not body:
        raise unprocessable("Expected at least one of add_tags, remove_tags, json_metadata, fields")
    world.retag(one.tags, body)
    world.remeta(one.json_metadata, body.get("json_metadata"))
    fields = body.get("fields", {})
    one.name = fields.get("name", one.name)
    one.capture_date = fields.get("capture_date", one.capture_date)
    one.updated = world.clock.now()


def target_of(world: World, call: Call) -> Collection:
    """Where something is to be moved; 404 for what is not there or in another project."""
    target = world.live_collection(call.query["new_data_collection_id"])
    if target.project != world.live_project(call.query["new_project_id"]).id:
        raise detail(404, f"Data collection {target.id} was not found in project {call.query['new_project_id']}")
    return target
