"""Waiting for the platform's own jobs and job groups (notes, section 9.5)."""

from __future__ import annotations

from ...work import Work
from ..client import PixelClient
from ..records import Job, JobGroup

PAUSE, LONGEST_PAUSE = 3.0, 15.0
"""Seconds between two looks: the first comes after a tenth of the pause, and the pauses grow from there."""


def follow_group(
    api: PixelClient, group_id: str, work: Work, message: str = "pixel_jobs", pause: float = PAUSE,
    longest: float = LONGEST_PAUSE,
) -> JobGroup:
    """Wait until all jobs of a group have ended, well or badly, and give the group. One that is complete at the first
    look is as good as any other."""
    api = api.during(work)

    def read() -> JobGroup:
        group = api.jobs.group(group_id)
        done = (group.get("success_count") or 0) + (group.get("failed_count") or 0)
        total = group.get("total_jobs") or 0
        work.progress(done / total if total else None, message, done=str(done), total=str(total))
        return group

    return work.follow(read, lambda group: group.get("completed") is True, pause, longest=longest)


def follow_job(
    api: PixelClient, job_id: str, work: Work, message: str = "pixel_job", pause: float = PAUSE,
    longest: float = LONGEST_PAUSE,
) -> Job:
    """Wait until a job has ended, well or badly, and give it."""
    api = api.during(work)

    def read() -> Job:
        work.progress(None, message)
        return api.jobs.get(job_id)

    return work.follow(read, lambda job: job.get("completed") is True, pause, longest=longest)
