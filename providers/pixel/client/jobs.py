"""Uploads' jobs, and the platform's own jobs and job groups (notes, section 9)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, cast

from ...errors import Kind, ServerFault
from ...http.answers import Page, is_identity, record
from ...http.session import HttpSession
from ..paths import PATHS
from ..places import Identity, Place, numbers
from ..records import Finished, Job, JobGroup, ListFilters, NewFile, UploadJob
from .answers import PAGE_SIZE, listed, pages

FILES_AT_ONCE = 200
"""More are refused (section 9)."""


class UploadJobs:
    """Operations on upload jobs: one for each main file."""

    def __init__(self, http: HttpSession) -> None:
        self._http = http

    def list(
        self, place: Place, filters: ListFilters | None = None, offset: int = 0, size: int = PAGE_SIZE
    ) -> Iterator[Page[UploadJob]]:
        """``listUploadJobs``, from an offset on."""
        return pages(self._http, PATHS["listUploadJobs"], UploadJob, filters, offset, size, **place.values)

    def create(self, place: Place, files: Sequence[NewFile]) -> Sequence[UploadJob]:
        """``createUploadJobs``: for at most ``FILES_AT_ONCE`` files in one piece each. The order of the answer is free:
        what belongs together has the same name."""
        return self._created("createUploadJobs", place, files)

    def create_multipart(self, place: Place, files: Sequence[NewFile]) -> Sequence[UploadJob]:
        """``createMultipartUploadJobs``: the same for files in parts."""
        return self._created("createMultipartUploadJobs", place, files)

    def _created(self, operation: str, place: Place, files: Sequence[NewFile]) -> Sequence[UploadJob]:
        return listed(self._http.json(PATHS[operation], body={"files": [*files]}, **place.values), UploadJob)

    def finished(self, place: Place, upload_job_id: str) -> Finished:
        """``uploadFinished``: gives the job to follow (``Jobs.get``)."""
        answer = self._http.json(PATHS["uploadFinished"], upload_job_id=upload_job_id, **place.values)
        told = answer.get("upload_job") if isinstance(answer, dict) else None
        jobs = [cast(UploadJob, told)] if isinstance(told, dict) else []
        return {"follow": job_of(answer), "upload_jobs": jobs}

    def several_finished(self, place: Place, upload_job_ids: Sequence[Identity]) -> Finished:
        """``multipleUploadFinished``: gives the job group to follow (``Jobs.group``)."""
        body = {"job_ids": numbers(upload_job_ids)}
        answer = self._http.json(PATHS["multipleUploadFinished"], body=body, **place.values)
        group = group_of(answer)
        told = answer.get("upload_jobs")
        return {"follow": group, "upload_jobs": listed(told, UploadJob) if isinstance(told, list) else []}


class Jobs:
    """Operations on the platform's own jobs; identities are opaque."""

    def __init__(self, http: HttpSession) -> None:
        self._http = http

    def get(self, job_id: str) -> Job:
        """``getJob``."""
        return record(self._http.json(PATHS["getJob"], job_id=job_id), Job)

    def group(self, group_id: str) -> JobGroup:
        """``getJobGroup``."""
        return record(self._http.json(PATHS["getJobGroup"], group_id=group_id), JobGroup)


def job_of(answer: Any) -> str:
    """The job that an answer names. Raises :class:`ServerFault` when it names none."""
    return _named(answer, "job", "job_id")


def group_of(answer: Any) -> str:
    """The job group that an answer names. Raises :class:`ServerFault` when it names none."""
    return _named(answer, "group_job", "group_id")


def _named(answer: Any, member: str, identity: str) -> str:
    inner = answer.get(member) if isinstance(answer, dict) else None
    found = inner.get(identity) if isinstance(inner, dict) else None
    if not is_identity(found):
        raise ServerFault(Kind.BAD_ANSWER, facts={"reason": "missing_member", "member": f"{member}.{identity}"})
    return str(found)
