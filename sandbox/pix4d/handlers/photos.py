"""Photos of a project: the list, one, left out or not, EXIF and XMP (section 16)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ...errors import not_found
from ...platform import Answer, Call
from .. import photo_answers
from ..inputs import Photo
from ..records import Project
from ..registry import operation
from ..world import World


@operation("listPhotos")
def list_photos(world: World, call: Call) -> Answer:
    """A page of photos, by their keys unless it is said otherwise."""
    project = world.project(call)

    def search() -> list[Photo]:
        found = project.inputs.photos()
        if call.query.get("photo_ids"):
            wanted = {int(one) for one in call.query["photo_ids"].split(",")}
            found = [one for one in found if one.id in wanted]
        ordering = call.query.get("ordering", "image")
        by_id = ordering.endswith("id")
        return sorted(found, key=lambda one: (one.id, "") if by_id else (0, one.key), reverse=ordering[0] == "-")

    return world.pages.answer(call, world.page_size(call), world.state.version, search,
                              lambda one: _record(world, project, one))


@operation("getPhoto")
def get_photo(world: World, call: Call) -> Answer:
    """One photo. Its small picture, which the platform makes some time after the registration, is made here when the
    photo is asked for."""
    project = world.project(call)
    photo = _photo(project, call)
    if photo.picture is None:
        target = f"{project.base}/photo_thumbnails/{photo.id}.png"
        made = photo_answers.make_picture(world.path(project.bucket, photo.key), world.path(project.bucket, target))
        photo.picture = target if made else ""
    return Answer(200, _record(world, project, photo))


@operation("updatePhoto")
def update_photo(world: World, call: Call) -> Answer:
    """Leave a photo out of processing, or not."""
    project = world.project(call, change=True)
    photo = _photo(project, call)
    if "excluded_from_mapper" in call.body:
        photo.excluded = call.body["excluded_from_mapper"]
    return Answer(200, _record(world, project, photo))


@operation("getPhotoExif")
def get_exif(world: World, call: Call) -> Answer:
    """EXIF of the file itself; empty without any (A49)."""
    return Answer(200, {"exif": photo_answers.exif(_file(world, call))})


@operation("getPhotoXmp")
def get_xmp(world: World, call: Call) -> Answer:
    """The camera's angles from the XMP of the file itself; empty without any (A49)."""
    return Answer(200, {"xmp": photo_answers.xmp(_file(world, call))})


def _photo(project: Project, call: Call) -> Photo:
    number = call.path["photo_id"]
    photo = project.inputs.photo(int(number)) if number.isdigit() else None
    if photo is None:
        raise not_found("Not found.")
    return photo


def _file(world: World, call: Call) -> Path:
    project = world.project(call)
    return world.path(project.bucket, _photo(project, call).key)


def _record(world: World, project: Project, one: Photo) -> dict[str, Any]:
    if one.size is None:
        one.size = photo_answers.size(world.path(project.bucket, one.key))
    width, height = one.size or (None, None)
    pictures = {"legacy_png_512": one.picture} if one.picture else None
    return {"id": one.id, "s3_key": one.key, "thumbs_s3_key": pictures, "s3_bucket": project.bucket, "width": width,
            "height": height, "excluded_from_mapper": one.excluded}
