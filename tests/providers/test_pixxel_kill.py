"""The process killed in the middle of a download from Pixxel, and the same job run again: the same bytes, packed once.

Of the catalog and of assets a bundle is made and has an id of its own, of insights and jobs looking makes it."""

from __future__ import annotations

import hashlib
import json
import statistics
import time
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pixxel_desk as desk
import pytest
from imagery_hub.providers.journal import SqliteJournal
from imagery_hub.providers.transfer.ranges import total
from imagery_hub.providers.work import Work
from killing import KILLED, Job, killed_at_20_moments
from sandbox_pixxel import PixxelCalls
from sandbox_process import SandboxProcess

SEED = 20281
AT_ONCE = 8 << 17
"""Bytes that are on their way or not yet noted when the process is killed, where the disk is not slow:
``pixxel_process.py`` asks for four ranges of 128 KiB at a time, and notes those that a flush of the file has brought to
the disk. While a flush takes long, more arrive."""
BLOBS = "^/blob/"
ANSWERED = 0.5
"""Seconds after which the sandbox has begun all requests of a process that is no more: it begins the next one of a
connection when it has ended its slow answer to the one before."""
FETCHED = "transfer"
"""The step of a job that notes what of a file is there."""
RING = [[75.61, 14.42], [75.67, 14.42], [75.66, 14.46], [75.61, 14.45], [75.61, 14.42]]
AREA = {"type": "Polygon", "coordinates": [RING]}


class Bundled:
    """Something that is fetched as a bundle: ``what`` and ``given`` as ``pixxel_process.py`` takes them, and the bytes
    that the platform gives for it by plain HTTP. ``asks`` is the operation by which it is packed."""

    asks = ""

    def __init__(self, sandbox: SandboxProcess, what: str, given: list[Any], read: Callable[[], Any]) -> None:
        self.sandbox, self.what, self.given = sandbox, what, given
        ready = PixxelCalls(sandbox).until(read, lambda one: bool(one["signed_url"]))
        self.bytes = PixxelCalls(sandbox).fetched(ready["signed_url"]).content
        assert len(self.bytes) > AT_ONCE, "or all of it could be fetched a second time unnoticed"

    def job(self, folder: Path) -> Job:
        """A download with a journal of its own."""
        folder.mkdir(exist_ok=True)
        ready = json.dumps(self.sandbox.ready["pixxel"])
        return Job("pixxel_process.py", ready, folder / "journal", folder / "back.zip", self.what,
                   json.dumps(self.given))

    def check(self, folder: Path, after: int, packed: tuple[int, ...]) -> int:
        """The bytes are the platform's, and it packed them so often. Gives how many it sent."""
        assert hashlib.sha256((folder / "back.zip").read_bytes()).digest() == hashlib.sha256(self.bytes).digest()
        with zipfile.ZipFile(folder / "back.zip") as archive:
            assert archive.testzip() is None
        assert sorted(one.name for one in folder.iterdir() if one.suffix == ".part") == []
        log = self.sandbox.log(after=after)
        assert not self.asks or sum(one["operation"] == self.asks for one in log) in packed
        return self.sent(after)

    def sent(self, after: int) -> int:
        """How many bytes of files the platform sent since."""
        return sum(one["bytes_out"] for one in self.sandbox.log(after=after) if one["path"].startswith("/blob/"))

    def ended_after(self, seconds: float | None, folder: Path) -> tuple[float, bool, int]:
        """A job that is killed after so many seconds (None: not at all), and run again to its end, which fetches what
        was not noted and nothing else. Gives how long the first run took, whether it was killed in its middle, and how
        many bytes were fetched twice."""
        job, begun = self.job(folder), self.sandbox.last_entry()
        self.sandbox.fault(kind="slow_answer", path=BLOBS, bytes_per_second=len(self.bytes) // 12, count=0)
        took, was_killed = job.end_after(seconds)
        self.sandbox.clear_faults()
        time.sleep(ANSWERED)
        noted, again = noted_bytes(folder), self.sandbox.last_entry()
        job.finish()
        assert self.sent(again) == (len(self.bytes) - noted if was_killed else 0)
        return took, was_killed, self.check(folder, begun, (1, 2)) - len(self.bytes)


def noted_bytes(folder: Path) -> int:
    """How many bytes of the file the journal of the job says are there."""
    work = Work(SqliteJournal(folder / "journal", "job"))
    noted = {name.rpartition(FETCHED)[1:]: work.noted(name) for name in work.steps()}
    whole, state = noted.get((FETCHED, "")), noted.get((FETCHED, "/state"))
    if whole is not None and whole.done:
        return int(whole.value["size"])
    if state is None or not state.done or not list(folder.glob("*.part")):
        return 0
    return total([(start, end) for start, end in state.value["have"]])


class Entry(Bundled):
    """A catalog entry."""

    asks = "createCatalogDownload"

    def __init__(self, sandbox: SandboxProcess) -> None:
        calls = PixxelCalls(sandbox)
        found = sandbox.control("POST", "pixxel/catalogs", {"count": 1, "area": AREA})["catalogs"]
        made = calls.post("v0/catalogs/download", {"catalog_ids": found})["id"]
        super().__init__(sandbox, "catalog", [{"catalog_ids": found}],
                         lambda: calls.get(f"v0/catalogs/download/{made}"))


@pytest.fixture
def entry(sandbox: SandboxProcess) -> Entry:
    return Entry(sandbox)


def insight(sandbox: SandboxProcess) -> Bundled:
    """Input and result of an insight."""
    calls = PixxelCalls(sandbox)
    aoi = desk.make_aoi(calls)
    made = desk.make_insight(calls, aoi)
    return Bundled(sandbox, "insight", [aoi, made, [], []],
                   lambda: calls.put(f"v0/aoi/{aoi}/insights/{made}/download", {}))


def job(sandbox: SandboxProcess) -> Bundled:
    """All results of a run of a workflow."""
    calls = PixxelCalls(sandbox)
    flow = desk.sound_workflow(calls)["id"]
    made = desk.make_job(calls, flow)["id"]
    return Bundled(sandbox, "job", [flow, made, ""], lambda: calls.put(f"v0/workflows/{flow}/jobs/{made}/download"))


def assets(sandbox: SandboxProcess) -> Bundled:
    """An asset of an area."""
    calls = PixxelCalls(sandbox)
    aoi = desk.make_aoi(calls)
    ids = [desk.mosaic(calls, aoi)["id"]]
    made = calls.post(f"v0/aois/{aoi}/downloads", {"asset_ids": ids})["download_id"]
    found = Bundled(sandbox, "assets", [aoi, ids], lambda: calls.get(f"v0/aois/{aoi}/downloads/{made}"))
    found.asks = "createAoiDownload"
    return found


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


def fetched_twice(bundled: Bundled, seed: int, parent: Path) -> list[int]:
    """Kill jobs at 20 moments; how many bytes each fetched twice."""
    twice: list[int] = []

    def run(number: int, seconds: float | None) -> tuple[float, bool]:
        took, was_killed, bytes_twice = bundled.ended_after(seconds, parent / str(number))
        if was_killed:
            twice.append(bytes_twice)
        return took, was_killed

    killed_at_20_moments(seed, run)
    return twice


@pytest.mark.timeout(1500)
def test_killed_at_20_seeded_moments(entry: Entry, tmp_path: Path) -> None:
    entry.sandbox.settings(pixxel_bundle_seconds=0.2)
    twice = fetched_twice(entry, SEED, tmp_path)
    assert min(twice) >= 0
    assert statistics.median(twice) <= AT_ONCE


@pytest.mark.timeout(1500)
@pytest.mark.parametrize("make", [assets, insight, job], ids=lambda one: one.__name__)
def test_what_was_made_is_fetched_once_whenever_it_is_killed(
    sandbox: SandboxProcess, tmp_path: Path, make: Callable[[SandboxProcess], Bundled]
) -> None:
    bundled = make(sandbox)
    packed = sandbox.control("GET", "pixxel/")["bundles"]
    twice = fetched_twice(bundled, SEED + len(make.__name__), tmp_path)
    assert min(twice) >= 0
    assert statistics.median(twice) <= AT_ONCE
    if not bundled.asks:
        assert sandbox.control("GET", "pixxel/")["bundles"] == packed, "nothing is packed again"
