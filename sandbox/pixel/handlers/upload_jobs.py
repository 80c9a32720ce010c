"""Upload jobs: announced, listed, reported as finished (section 9). What becomes of them is :mod:`..intake`'s."""

from __future__ import annotations

from typing import Any

from ...errors import detail, not_found
from ...platform import Answer, Call
from .. import answers, intake
from ..records import Collection, UploadJob
from ..registry import control, operation
from ..world import World


@operation("listUploadJobs")
def list_upload_jobs(world: World, call: Call) -> Answer:
    """All of a data collection, abandoned ones too."""
    table = world.state.upload_jobs
    found = world.rows(call, table.of(world.collection(call).id), by_id=table)
    return Answer(200, [intake.shown(world, one) for one in found])


@operation("createUploadJobs")
def create_upload_jobs(world: World, call: Call) -> Answer:
    """One job per file, each sent as a form."""
    return _create(world, call)


@operation("createMultipartUploadJobs")
def create_multipart_upload_jobs(world: World, call: Call) -> Answer:
    """One job per file, each sent in parts; support files are sent as forms."""
    return _create(world, call)


def _create(world: World, call: Call) -> Answer:
    """All of a call or none. The answer's order is free (section 9.2): here the last file comes first, so that pairing
    by position is noticed."""
    collection, files = world.collection(call), call.body["files"]
    intake.check_files(collection, files)
    jobs = [intake.open_job(world, collection, one) for one in files]
    return Answer(200, [intake.with_targets(world, call, one) for one in reversed(jobs)])


@operation("uploadFinished")
def upload_finished(world: World, call: Call) -> Answer:
    """The bytes of one file are in place."""
    collection = world.collection(call)
    job = _fresh(world, collection, int(call.path["upload_job_id"]))
    task = intake.submit(world, collection, job)
    return Answer(200, {"job": answers.job_ref(task), "upload_job": _submitted(world, job)})


@operation("multipleUploadFinished")
def multiple_upload_finished(world: World, call: Call) -> Answer:
    """The bytes of several files are in place: all jobs are begun, or none."""
    collection = world.collection(call)
    jobs = [_fresh(world, collection, number) for number in dict.fromkeys(call.body["job_ids"])]
    group = world.group([intake.submit(world, collection, one) for one in jobs])
    return Answer(200, {"group_job": answers.group_ref(group), "upload_jobs": [_submitted(world, one) for one in jobs]})


def _fresh(world: World, collection: Collection, number: int) -> UploadJob:
    """A job that was not reported before; 404 when it is not there, 409 when it was."""
    job = world.state.upload_jobs.get(number)
    if job is None or job.collection != collection.id:
        raise not_found(f"Upload job {number} was not found in data collection {collection.id}")
    if job.status != "lobby":
        raise detail(409, f"Upload job {number} was reported as finished before")
    return job


def _submitted(world: World, job: UploadJob) -> dict[str, Any]:
    return {**intake.shown(world, job), "status": "submitted"}


@control("POST uploads/trouble")
def trouble(world: World, query: dict[str, str], body: dict[str, Any]) -> dict[str, Any]:
    """``{"names": "pier_*.jpg", "detail"?: "...", "seconds"?: 5.0, "times"?: 1}``: from now on files whose name fits
    are rejected with those words, or take at least that long on the sandbox's clock; so many files at most."""
    if set(body) - {"names", "detail", "seconds", "times"} or not isinstance(body.get("names"), str):
        raise ValueError("Give names, and some of detail, seconds, times.")
    known = world.notes.setdefault("upload_trouble", [])
    known.append(dict(body))
    return {"troubles": len(known)}


@control("DELETE uploads/trouble")
def no_trouble(world: World, query: dict[str, str], body: dict[str, Any]) -> dict[str, Any]:
    """No more of that."""
    return {"ended": len(world.notes.pop("upload_trouble", []))}
