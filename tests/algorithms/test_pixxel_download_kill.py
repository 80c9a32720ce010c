"""A bundle of Pixxel's catalog that is fetched by a process that is killed, and by the list of jobs to the end."""

from __future__ import annotations

import hashlib
import json
import time
from pathlib import Path

import pytest
from job_processes import JobProcesses
from sandbox_pixxel import PixxelCalls
from sandbox_process import SandboxProcess

BUNDLE, BLOBS = "pixxel_downloadcatalog", "^/blob/"
RATE = 1_500_000
RING = [[75.58, 14.40], [75.78, 14.40], [75.78, 14.56], [75.58, 14.56], [75.58, 14.40]]
PIECE, MANY = 16 << 20, 8

pytestmark = pytest.mark.timeout(600)


def sent(sandbox: SandboxProcess, after: int) -> int:
    """How many bytes of bundles the storage has given."""
    return sum(one["bytes_out"] for one in sandbox.log(after=after) if one["path"].startswith("/blob/"))


def test_killed_in_the_middle_the_job_goes_on_there(
    sandbox: SandboxProcess, pixxel: PixxelCalls, tmp_path: Path
) -> None:
    area = {"type": "Polygon", "coordinates": [RING]}
    entries = pixxel.sandbox.control("POST", "pixxel/catalogs", {"count": MANY, "area": area})["catalogs"]
    made = pixxel.post("v0/catalogs/download", {"catalog_ids": entries})["id"]
    ready = pixxel.until(lambda: pixxel.get(f"v0/catalogs/download/{made}"), lambda one: bool(one["signed_url"]))
    whole = pixxel.fetched(ready["signed_url"]).content
    assert len(whole) > PIECE + (4 << 20), "or all of it is one piece"
    processes, target, begun = JobProcesses(sandbox, tmp_path), tmp_path / "bundle.zip", sandbox.last_entry()
    given = json.dumps({"CATALOGS": ",".join(entries), "OUTPUT": str(target), "LOAD": False})
    sandbox.fault(kind="slow_answer", path=BLOBS, bytes_per_second=RATE, count=0)
    there = processes.kill_under_way(BUNDLE, given)
    sandbox.clear_faults()
    time.sleep(2)  # its connections are at their end in the sandbox too, and in its log
    before = sandbox.last_entry()
    (found,) = processes.finish(BUNDLE, given, set())
    assert found["OUTPUT"] == str(target)
    assert hashlib.sha256(target.read_bytes()).digest() == hashlib.sha256(whole).digest()
    assert 0 < sent(sandbox, before) < len(whole) - there // 2
    assert sum(one["operation"] == "createCatalogDownload" for one in sandbox.log(after=begun)) == 1, "packed once"
    assert [one.name for one in tmp_path.glob("*.part")] == []
    processes.store.close()
