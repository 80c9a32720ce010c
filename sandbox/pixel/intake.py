"""Uploads from the announced file to the object that it becomes (sections 9 and 10)."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Sequence
from fnmatch import fnmatchcase
from typing import Any

from ..located import unprocessable
from ..platform import Call
from ..presigned import Deposit
from .records import CAMERA, Collection, Image, PointCloud, Raster, Task, UploadJob
from .work.records import Accepted, Area, ImageFacts, PointCloudFacts, RasterFacts, Rejected, Sent
from .work.records import Task as Work
from .work.validate import validate
from .world import World

KINDS = {"image": "image", "point_cloud": "point_cloud", "raster": "raster", "RGB": "raster", "DTM": "raster",
         "DSM": "raster"}
"""What the files of a data collection become, by its type."""
LONGEST_NAME = 200
FAILED, MOVED = "failed", "validated_and_moved"
"""The two ends of an upload job (A13)."""


# ---------------------------------------------------------------------- announced
def check_files(collection: Collection, files: Sequence[dict[str, Any]]) -> None:
    """422 for names that could not be told apart or kept, digests that are none, and members of another kind."""
    seen: set[str] = set()
    for at, one in enumerate(files):
        _check_name(one["name"], seen, ("files", at, "name"))
        beside = {one["name"]}
        for number, support in enumerate(one.get("support_files") or ()):
            _check_name(support["name"], beside, ("files", at, "support_files", number, "name"))
            _check_digest(support["md5"], ("files", at, "support_files", number, "md5"))
        if "md5" in one:
            _check_digest(one["md5"], ("files", at, "md5"))
        numbers = sorted(part["part_number"] for part in one.get("parts", ()))
        if numbers != list(range(1, len(numbers) + 1)):
            raise unprocessable("Part numbers must be 1, 2, 3 and so on", "files", at, "parts", given=numbers)
        for number, part in enumerate(one.get("parts", ())):
            _check_digest(part["md5"], ("files", at, "parts", number, "md5"))
        kind = ((one.get("metadata") or {}).get("fields") or {}).get("fields_type")
        if kind is not None and kind != KINDS[collection.type]:
            raise unprocessable(f"Expected fields of type {KINDS[collection.type]}, found {kind}",
                                "files", at, "metadata", "fields", "fields_type", given=kind)


def _check_name(name: str, seen: set[str], place: tuple[str | int, ...]) -> None:
    if name in ("", ".", "..") or set(name) & set("/\\\0") or len(name.encode("utf-8")) > LONGEST_NAME:
        raise unprocessable("Not the name of a file", *place, given=name)
    if name in seen:
        raise unprocessable("Names of files must differ", *place, given=name)
    seen.add(name)


def _check_digest(digest: str, place: tuple[str | int, ...]) -> None:
    try:
        good = len(base64.b64decode(digest, validate=True)) == 16
    except (binascii.Error, ValueError):
        good = False
    if not good:
        raise unprocessable("Expected the 16 bytes of an MD5 digest in Base64", *place, given=digest)


def open_job(world: World, collection: Collection, given: dict[str, Any]) -> UploadJob:
    """A job for one file that is to come."""
    presigned = world.presigned
    deposit = presigned.open(given["md5"]) if "md5" in given else presigned.open_parts(
        [(one["part_number"], one["md5"], one["content_length"]) for one in given["parts"]])
    support = {one["name"]: presigned.open(one["md5"]) for one in given.get("support_files") or ()}
    return world.state.upload_jobs.add(UploadJob(world.new_id(), collection.id, given["name"], deposit,
                                                 world.clock.now(), given.get("metadata") or {}, support))


# ---------------------------------------------------------------------- shown
def status(job: UploadJob) -> str:
    """Where a job is now (A13)."""
    work = job.task.job if job.task is not None else None
    if work is None or work.future is None or job.status in (FAILED, MOVED):
        return job.status
    if work.future.done():
        return "validated"
    return "validating" if work.future.running() else "submitted"


def shown(world: World, job: UploadJob) -> dict[str, Any]:
    """A job without the places to send to."""
    return {"id": job.id, "name": job.name, "status": status(job), "detail": job.detail, "result": job.result,
            "data_collection_id": job.collection, "created_at": world.clock.moment(job.created)}


def with_targets(world: World, call: Call, job: UploadJob) -> dict[str, Any]:
    """A fresh job with the places to send to (A11)."""
    found = shown(world, job)
    if job.deposit.parts:
        found["upload_parts"] = world.part_targets(job.deposit, call.host)
    else:
        found["url"], found["upload_fields"] = world.form(job.deposit, call.host)
    found["support_files"] = []
    for name, deposit in job.support.items():
        url, members = world.form(deposit, call.host)
        found["support_files"].append({"name": name, "url": url, "upload_fields": members})
    return found


# ---------------------------------------------------------------------- finished
def submit(world: World, collection: Collection, job: UploadJob) -> Task:
    """Begin to validate what was uploaded; what is missing then fails the job (A16)."""
    trouble = next((one for one in world.notes.get("upload_trouble", ()) if _hits(one, job.name)), {})
    location = ((job.metadata.get("fields") or {}).get("location") or {}).get("coordinates")
    settings = world.settings
    work = Work(
        KINDS[collection.type], world.folder / f"object-{job.id}", _sent(world, job.name, job.deposit),
        Area(world.state.projects[collection.project].area["coordinates"], settings.pixel_area_within),
        tuple(_sent(world, name, deposit) for name, deposit in job.support.items()),
        {name: value for name, value in (collection.rules or {}).items() if value is not None},
        (location[0], location[1]) if location else None, settings.pixel_read_all, trouble.get("detail", ""),
        settings.pixel_smallest_part)

    def still() -> None:
        if collection.id not in world.state.collections:
            raise Rejected("The data collection was deleted")

    def finish(found: Accepted) -> dict[str, Any]:
        number = _become(world, collection, job, found)
        job.status, job.result = MOVED, {"resource_name": work.kind, "resource_id": number}
        return job.result

    def fail(words: str) -> None:
        job.status, job.detail = FAILED, words

    job.status = "submitted"
    job.task = world.start("validate_upload", work=validate, arguments=(work,), finish=finish, fail=fail, still=still,
                           seconds=trouble.get("seconds"))
    return job.task


def _hits(trouble: dict[str, Any], name: str) -> bool:
    """Whether it is this file's turn; a trouble with ``times`` is over after so many files."""
    if not fnmatchcase(name, trouble["names"]) or trouble.get("times", 1) <= 0:
        return False
    if "times" in trouble:
        trouble["times"] -= 1
    return True


def _sent(world: World, name: str, deposit: Deposit) -> Sent:
    world.presigned.close(deposit)
    return Sent(name, deposit.path if deposit.stored else None, tuple(deposit.missing),
                tuple(one.length for one in deposit.parts.values()))


def _become(world: World, collection: Collection, job: UploadJob, found: Accepted) -> int:
    """Make the object out of the file's facts and of what was given at upload, which comes first."""
    fields = dict(job.metadata.get("fields") or {})
    facts = found.facts
    common: dict[str, Any] = {
        "name": fields.get("name") or found.path.stem, "file_name": job.name, "file_size": found.size,
        "file": found.path, "json_metadata": {name: value for name, value in
                                              (job.metadata.get("json_metadata") or {}).items() if value is not None}}
    number, now, taken = world.new_id(), world.clock.now(), fields.get("capture_date")
    if isinstance(facts, ImageFacts):
        given = fields.get("location")
        world.state.images.add(Image(
            number, collection.id, created=now, capture_date=taken or facts.capture_date,
            location=tuple(given["coordinates"]) if given else facts.location, image_type=fields.get("image_type"),
            camera={**facts.camera, **{name: fields[name] for name in CAMERA if name in fields}}, exif=facts.exif,
            **common))
    elif isinstance(facts, RasterFacts):
        world.state.rasters.add(Raster(
            number, collection.id, created=now, capture_date=taken, format=facts.format, data_type=facts.data_type,
            num_bands=facts.num_bands, srid=facts.srid, cell_size=facts.cell_size, width=facts.width,
            height=facts.height, footprint=_polygon(facts.footprint),
            support=[found.path.with_name(name) for name in job.support], **common))
    else:
        world.state.clouds.add(_cloud(number, collection, facts, created=now, capture_date=taken, **common))
    return number


def _cloud(number: int, collection: Collection, facts: PointCloudFacts, **common: Any) -> PointCloud:
    return PointCloud(number, collection.id, format=facts.format, point_record_format=facts.point_record_format,
                      version_major=facts.version_major, version_minor=facts.version_minor,
                      footprint=_polygon(facts.footprint), **common)


def _polygon(ring: list[list[float]]) -> dict[str, Any]:
    return {"type": "Polygon", "coordinates": [ring]}
