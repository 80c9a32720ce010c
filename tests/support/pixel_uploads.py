"""Uploads to the sandbox's Geodata Pixel request by request, as section 9 of the notes has them."""

from __future__ import annotations

import base64
import hashlib
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import requests
from sandbox_pixel import PixelCalls, path_of

PENDING = ("lobby", "submitted", "validating", "validated")


def digest(content: bytes) -> str:
    """MD5 in Base64."""
    return base64.b64encode(hashlib.md5(content, usedforsecurity=False).digest()).decode("ascii")


def described(path: Path, support: Sequence[Path] = (), **metadata: Any) -> dict[str, Any]:
    """A file as the creation call wants it."""
    found: dict[str, Any] = {"name": path.name, "md5": digest(path.read_bytes())}
    if support:
        found["support_files"] = [{"name": one.name, "md5": digest(one.read_bytes())} for one in support]
    if metadata:
        found["metadata"] = metadata
    return found


def cut(path: Path, size: int, support: Sequence[Path] = (), **metadata: Any) -> dict[str, Any]:
    """A file in parts as the creation call wants it."""
    content = path.read_bytes()
    pieces = [content[start:start + size] for start in range(0, len(content), size)]
    found = described(path, support, **metadata)
    del found["md5"]
    found["parts"] = [{"part_number": number, "md5": digest(one), "content_length": len(one)}
                      for number, one in enumerate(pieces, 1)]
    return found


def post_form(target: Mapping[str, Any], content: bytes) -> requests.Response:
    """Send a file to its presigned form, as the vendor's client does: ``url`` and ``upload_fields``."""
    return requests.post(target["url"], data=target["upload_fields"],
                         files={"file": ("upload", content, "application/octet-stream")}, timeout=60)


def put_part(target: Mapping[str, Any], content: bytes) -> requests.Response:
    """Send one part: ``url`` and ``headers``."""
    return requests.put(target["url"], data=content, headers=target["headers"], timeout=60)


class Uploads:
    """Those into one data collection, written ``project/collection``."""

    def __init__(self, calls: PixelCalls, place: str) -> None:
        self.calls = calls
        self.path = path_of(place, "upload_jobs/")

    def announce(self, files: Sequence[dict[str, Any]]) -> dict[str, dict[str, Any]]:
        """Create jobs in one call, by the names of their files."""
        below = "multipart" if "parts" in files[0] else ""
        jobs = self.calls.post(self.path + below, {"files": list(files)})
        assert len(jobs) == len(files)
        return {one["name"]: one for one in jobs}

    def send(self, job: dict[str, Any], path: Path, support: Sequence[Path] = ()) -> None:
        """Send a file, whole or in its parts, and what belongs to it."""
        content = path.read_bytes()
        if job.get("upload_parts"):
            for part in sorted(job["upload_parts"], key=lambda one: one["part_number"]):
                length = int(part["headers"]["Content-Length"])
                assert put_part(part, content[:length]).status_code == 200
                content = content[length:]
            assert not content
        else:
            assert post_form(job, content).status_code == 204
        for one, target in zip(sorted(support), sorted(job["support_files"], key=lambda each: each["name"])):
            assert one.name == target["name"]
            assert post_form(target, one.read_bytes()).status_code == 204

    def finish(self, *ids: int) -> list[dict[str, Any]]:
        """Report the end and wait; the upload jobs in the order of their ids."""
        group = self.calls.put(self.path + "multiple_uploadFinished", {"job_ids": list(ids)})["group_job"]["group_id"]
        while not self.calls.get(f"jobs/groups/{group}")["completed"]:
            time.sleep(0.05)
        return self.read(*ids)

    def read(self, *ids: int) -> list[dict[str, Any]]:
        """Upload jobs as they are now."""
        query = {"ids": ",".join(map(str, ids)), "limit": len(ids)} if ids else {}
        found: list[dict[str, Any]] = self.calls.get(self.path, **query)
        return found

    def bring(self, path: Path, support: Sequence[Path] = (), **metadata: Any) -> dict[str, Any]:
        """Upload one file from beginning to end; its upload job."""
        job = self.announce([described(path, support, **metadata)])[path.name]
        self.send(job, path, support)
        return self.finish(job["id"])[0]
