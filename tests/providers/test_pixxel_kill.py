"""The process killed in the middle of a download from Pixxel's catalog, and the same job run again: the same bytes,
packed once."""

from __future__ import annotations

import hashlib
import json
import zipfile
from pathlib import Path

import pytest
from killing import KILLED, Job, killed_at_20_moments
from sandbox_pixxel import PixxelCalls
from sandbox_process import SandboxProcess

SEED = 20281
AT_ONCE = 8 << 17
"""Bytes that can be on their way or not yet noted when the process is killed: ``pixxel_process.py`` asks for four
ranges of 128 KiB at a time."""
BLOBS = "^/blob/"
RING = [[75.61, 14.42], [75.67, 14.42], [75.66, 14.46], [75.61, 14.45], [75.61, 14.42]]
AREA = {"type": "Polygon", "coordinates": [RING]}


class Entry:
    """A catalog entry, and what the platform gives for it by plain HTTP."""

    def __init__(self, sandbox: SandboxProcess) -> None:
        self.sandbox = sandbox
        calls = PixxelCalls(sandbox)
        (self.id,) = sandbox.control("POST", "pixxel/catalogs", {"count": 1, "area": AREA})["catalogs"]
        made = calls.post("v0/catalogs/download", {"catalog_ids": [self.id]})["id"]
        ready = calls.until(lambda: calls.get(f"v0/catalogs/download/{made}"), lambda one: bool(one["signed_url"]))
        self.bytes = calls.fetched(ready["signed_url"]).content
        assert len(self.bytes) > 2_000_000

    def job(self, folder: Path) -> Job:
        """A download with a journal of its own."""
        folder.mkdir(exist_ok=True)
        ready = json.dumps(self.sandbox.ready["pixxel"])
        return Job("pixxel_process.py", ready, folder / "journal", folder / "back.zip", self.id)

    def check(self, folder: Path, after: int, packed: tuple[int, ...]) -> int:
        """The bytes are the platform's, and it packed them so often. Gives how many it sent."""
        assert hashlib.sha256((folder / "back.zip").read_bytes()).digest() == hashlib.sha256(self.bytes).digest()
        with zipfile.ZipFile(folder / "back.zip") as archive:
            assert archive.testzip() is None
        assert sorted(one.name for one in folder.iterdir() if one.suffix == ".part") == []
        log = self.sandbox.log(after=after)
        assert sum(one["operation"] == "createCatalogDownload" for one in log) in packed
        return sum(one["bytes_out"] for one in log if one["path"].startswith("/blob/"))


@pytest.fixture
def entry(sandbox: SandboxProcess) -> Entry:
    return Entry(sandbox)


@pytest.mark.parametrize("when", ["before", "after"])
def test_killed_at_each_note(entry: Entry, tmp_path: Path, when: str) -> None:
    """Between the request for a bundle and the note of its id nobody can tell whether it is made: then another one."""
    for number in range(1, 100):
        folder, begun = tmp_path / str(number), entry.sandbox.last_entry()
        job = entry.job(folder)
        code, given = job.run(f"{when} {number}")
        assert code == KILLED or given["notes"] < number
        job.finish()
        entry.check(folder, begun, (1, 2) if number <= 2 else (1,))
        if code == 0:
            break
    assert number > 4


@pytest.mark.timeout(600)
def test_killed_at_20_seeded_moments(entry: Entry, tmp_path: Path) -> None:
    entry.sandbox.settings(pixxel_bundle_seconds=0.2)

    def run(number: int, seconds: float | None) -> tuple[float, bool]:
        folder, begun = tmp_path / str(number), entry.sandbox.last_entry()
        job = entry.job(folder)
        entry.sandbox.fault(kind="slow_answer", path=BLOBS, bytes_per_second=len(entry.bytes) // 12, count=0)
        ended = job.end_after(seconds)
        entry.sandbox.clear_faults()
        job.finish()
        sent = entry.check(folder, begun, (1, 2))
        assert len(entry.bytes) <= sent <= len(entry.bytes) + AT_ONCE
        return ended

    killed_at_20_moments(SEED, run)
