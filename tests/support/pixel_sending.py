"""Files put into a data collection by plain HTTP, one form each, independent of the plugin."""

from __future__ import annotations

import base64
import hashlib
import time
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import requests
from sandbox_pixel import PixelCalls, path_of

PATIENCE = 60.0


def md5(content: bytes) -> str:
    """A digest as the platform wants it: Base64 of its 16 bytes."""
    return base64.b64encode(hashlib.md5(content, usedforsecurity=False).digest()).decode()


def fill(target: Mapping[str, Any], content: bytes, fields: str = "upload_fields") -> requests.Response:
    """Send bytes with a presigned form: its members first, the part ``file`` last, no token."""
    members = {name: (None, value) for name, value in target[fields].items()}
    return requests.post(target["url"], files={**members, "file": ("upload", content)}, timeout=60)


def send(calls: PixelCalls, place: str, paths: Iterable[Path], support: Mapping[str, Iterable[Path]] | None = None,
         **metadata: Any) -> dict[str, int]:
    """Upload files and wait; the ids of what became of them, by file name. ``support`` by the name of the main file."""
    files = {path.name: path for path in paths}
    beside = {name: {one.name: one for one in more} for name, more in (support or {}).items()}
    body = {"files": [
        {"name": name, "md5": md5(path.read_bytes()), **({"metadata": metadata} if metadata else {}),
         **({"support_files": [{"name": each, "md5": md5(one.read_bytes())} for each, one in beside[name].items()]}
            if name in beside else {})} for name, path in files.items()]}
    jobs = calls.post(path_of(place, "upload_jobs/"), body)
    for job in jobs:
        answers = [fill(job, files[job["name"]].read_bytes())]
        answers += [fill(one, beside[job["name"]][one["name"]].read_bytes()) for one in job.get("support_files") or ()]
        assert all(one.status_code == 204 for one in answers), [one.text for one in answers]
    started = calls.put(path_of(place, "upload_jobs/multiple_uploadFinished"), {"job_ids": [job["id"] for job in jobs]})
    group_ended(calls, started["group_job"]["group_id"])
    ended = calls.read(place, f"upload_jobs/?ids={','.join(str(job['id']) for job in jobs)}")
    failed = {one["name"]: one["detail"] for one in ended if one["status"] != "validated_and_moved"}
    assert not failed, failed
    return {one["name"]: one["result"]["resource_id"] for one in ended}


def group_ended(calls: PixelCalls, group: int) -> dict[str, Any]:
    """The state of a job group when all of it has ended."""
    limit = time.monotonic() + PATIENCE
    while time.monotonic() < limit:
        found: dict[str, Any] = calls.get(f"jobs/groups/{group}")
        if found["completed"]:
            return found
        time.sleep(0.05)
    raise AssertionError(f"Job group {group} has not ended.")
