"""The process killed in the middle of a flow, and the same job run again: bytes identical, exactly one raster."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from killing import KILLED, killed_at_20_moments
from sandbox_images import boxes, plain_image, squares_image
from sandbox_picterra import PicterraCalls
from sandbox_process import ROOT, SandboxProcess

PROCESS = Path(__file__).parents[1] / "support" / "picterra_process.py"
SEED = 20260
IMPORT_BEGUN = 10
"""The note of an import that says that it is about to be started."""


class Job:
    """A job that is run, and run again, with one journal."""

    def __init__(self, sandbox: SandboxProcess, folder: Path, task: str, file: Path, *ids: str) -> None:
        journal = folder / "journal.sqlite"
        self.arguments = [sys.executable, str(PROCESS), str(ROOT), task, sandbox.address, str(journal), str(file), *ids]

    def start(self, die: str = "") -> subprocess.Popen[bytes]:
        environment = {**os.environ, "DIE": die} if die else {k: v for k, v in os.environ.items() if k != "DIE"}
        return subprocess.Popen(self.arguments, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment)

    def run(self, die: str = "") -> tuple[int, dict[str, Any], str]:
        """Exit code, what it gave, and its last words."""
        process = self.start(die)
        out, errors = process.communicate(timeout=60)
        return process.returncode, json.loads(out) if out else {}, errors.decode()

    def finish(self) -> dict[str, Any]:
        """Run to the end."""
        code, given, words = self.run()
        assert code == 0, words
        return given


def the_only_raster(sandbox: SandboxProcess, calls: PicterraCalls, image: Path) -> str:
    """The one raster that the platform lists; everything else that it holds is an unused slot without a file."""
    listed = calls.get("rasters/")["results"]
    assert len(listed) == 1
    found = sandbox.control("GET", f"picterra/rasters/{listed[0]['id']}")
    assert (found["status"], found["name"]) == ("ready", "killed")
    assert found["file"]["sha256"] == hashlib.sha256(image.read_bytes()).hexdigest()
    others = [one for one in sandbox.control("GET", "picterra/rasters") if one["id"] != listed[0]["id"]]
    assert not any(one["committed"] for one in others)
    assert len(others) <= 1
    return str(listed[0]["id"])


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("number", range(1, 10))
def test_killed_at_each_note_of_an_upload(
    sandbox: SandboxProcess, tmp_path: Path, when: str, number: int
) -> None:
    image, calls = plain_image(tmp_path / "a.tif", 300, 300), PicterraCalls(sandbox)
    job = Job(sandbox, tmp_path, "upload", image)
    code, given, words = job.run(f"{when} {number}")
    assert code in (0, KILLED), words
    assert code == KILLED or given["notes"] < number
    given = job.finish()
    assert given["result"] == the_only_raster(sandbox, calls, image)


def test_the_notes_cover_the_whole_upload(sandbox: SandboxProcess, tmp_path: Path) -> None:
    job = Job(sandbox, tmp_path, "upload", plain_image(tmp_path / "a.tif"))
    assert job.finish()["notes"] <= 9


def end(job: Job, seconds: float | None) -> tuple[float, bool]:
    """Start the job, and kill it after so many seconds."""
    begun = time.monotonic()
    process = job.start()
    if seconds is not None:
        time.sleep(seconds)
        process.kill()
    process.communicate(timeout=60)
    return time.monotonic() - begun, process.returncode == KILLED


@pytest.mark.timeout(1500)
def test_killed_at_20_seeded_moments_of_an_upload(sandbox: SandboxProcess, tmp_path: Path) -> None:
    image, calls = plain_image(tmp_path / "a.tif", 900, 700), PicterraCalls(sandbox)

    def run(number: int, seconds: float | None) -> tuple[float, bool]:
        sandbox.reset()
        sandbox.fault(kind="slow_upload", operation="putBlob", bytes_per_second=3_000_000, count=0)
        sandbox.settings(job_seconds=0.3)
        folder = tmp_path / str(number)
        folder.mkdir()
        job = Job(sandbox, folder, "upload", image)
        ended = end(job, seconds)
        sandbox.clear_faults()
        assert job.finish()["result"] == the_only_raster(sandbox, calls, image)
        return ended

    killed_at_20_moments(SEED, run)


@pytest.mark.timeout(1500)
def test_killed_at_20_seeded_moments_of_a_download(sandbox: SandboxProcess, tmp_path: Path) -> None:
    image, calls = plain_image(tmp_path / "a.tif", 1200, 900), PicterraCalls(sandbox)
    raster = calls.upload_raster(image)

    def run(number: int, seconds: float | None) -> tuple[float, bool]:
        folder = tmp_path / str(number)
        folder.mkdir()
        job = Job(sandbox, folder, "download", folder / "back.tif", raster)
        sandbox.fault(kind="slow_answer", operation="getBlob", bytes_per_second=1_500_000, count=0)
        ended = end(job, seconds)
        sandbox.clear_faults()
        job.finish()
        assert (folder / "back.tif").read_bytes() == image.read_bytes()
        assert not list(folder.glob("*.part"))
        return ended

    killed_at_20_moments(SEED + 1, run)


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("number", range(1, 12))
def test_killed_at_each_note_of_a_vector_layer(
    sandbox: SandboxProcess, tmp_path: Path, when: str, number: int
) -> None:
    calls = PicterraCalls(sandbox)
    raster = calls.upload_raster(plain_image(tmp_path / "a.tif"))
    polygons = tmp_path / "plots.geojson"
    polygons.write_bytes(boxes([(2, 2, 20, 20), (22, 22, 40, 40)]))
    job = Job(sandbox, tmp_path, "layer", polygons, raster)
    assert job.run(f"{when} {number}")[0] in (0, KILLED)
    given = job.finish()
    listed = calls.get(f"rasters/{raster}/vector_layers/")["results"]
    assert [one["id"] for one in listed] == [given["result"]]
    assert listed[0]["count"] == 2


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("number", range(1, 12))
def test_killed_at_each_note_of_an_import(sandbox: SandboxProcess, tmp_path: Path, when: str, number: int) -> None:
    """A server may charge for an import: one that was begun is found, or asked about, and never sent again."""
    calls, area = PicterraCalls(sandbox), tmp_path / "area.geojson"
    area.write_bytes(boxes([(0, 0, 40, 40)]))
    folder = calls.post("folders/", {"name": "imported"})["id"]
    before = sandbox.last_entry()
    job = Job(sandbox, tmp_path, "import", area, sandbox.ready["picterra"]["source_id"], folder)
    code, given, words = job.run(f"{when} {number}")
    assert code in (0, KILLED), words
    assert code == KILLED or given["notes"] < number
    code, given, words = job.run()
    sent = len(sandbox.log(after=before, operation="commitRasterImport"))
    if sent:
        assert (code, sent) == (0, 1), words
        listed = calls.get("rasters/")["results"]
        assert [(one["id"], one["name"]) for one in listed] == [(given["result"], "killed")]
    else:  # killed after it had noted that it would send it, and before it did
        assert "OpenQuestion" in words
        assert sandbox.control("GET", "picterra/rasters") == []
        assert (when, number) == ("after", IMPORT_BEGUN)


def test_the_notes_cover_the_whole_import(sandbox: SandboxProcess, tmp_path: Path) -> None:
    area = tmp_path / "area.geojson"
    area.write_bytes(boxes([(0, 0, 40, 40)]))
    folder = PicterraCalls(sandbox).post("folders/", {"name": "imported"})["id"]
    job = Job(sandbox, tmp_path, "import", area, sandbox.ready["picterra"]["source_id"], folder)
    assert job.finish()["notes"] == IMPORT_BEGUN + 1 == 11


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("number", range(1, 10))
def test_killed_at_each_note_of_detection_areas(
    sandbox: SandboxProcess, tmp_path: Path, when: str, number: int
) -> None:
    calls, areas = PicterraCalls(sandbox), tmp_path / "areas.geojson"
    raster = calls.upload_raster(plain_image(tmp_path / "a.tif"))
    areas.write_bytes(boxes([(2, 2, 20, 20), (22, 22, 40, 40)]))
    job = Job(sandbox, tmp_path, "areas", areas, raster)
    code, given, words = job.run(f"{when} {number}")
    assert code in (0, KILLED), words
    assert code == KILLED or given["notes"] < number
    upload = job.finish()["result"]
    found = sandbox.control("GET", f"picterra/rasters/{raster}")["detection_areas"]
    assert found["geojson"] == json.loads(areas.read_bytes())
    assert calls.get(f"rasters/{raster}/detection_areas/upload/{upload}/")["status"] == "ready"


def test_the_notes_cover_all_of_detection_areas(sandbox: SandboxProcess, tmp_path: Path) -> None:
    areas = tmp_path / "areas.geojson"
    areas.write_bytes(boxes([(2, 2, 20, 20)]))
    raster = PicterraCalls(sandbox).upload_raster(plain_image(tmp_path / "a.tif"))
    assert Job(sandbox, tmp_path, "areas", areas, raster).finish()["notes"] <= 9


@pytest.mark.parametrize(("die", "open_question"), [("before 1", False), ("after 1", True), ("before 2", True),
                                                    ("after 2", False)])
def test_a_detection_is_never_started_twice(
    sandbox: SandboxProcess, tmp_path: Path, die: str, open_question: bool
) -> None:
    calls = PicterraCalls(sandbox)
    red = [(20, 20, 40, 40), (60, 30, 80, 50)]
    raster = calls.upload_raster(squares_image(tmp_path / "a.tif", red, []))
    detector = calls.detector()
    calls.post(f"detectors/{detector}/training_rasters/", {"raster_id": raster})
    calls.annotate(detector, raster, "training_area", boxes([(0, 0, 100, 100)]))
    calls.annotate(detector, raster, "outline", boxes(red))
    calls.succeed(calls.post(f"detectors/{detector}/train/"))
    before = sandbox.last_entry()
    job = Job(sandbox, tmp_path, "detect", tmp_path / "none", detector, raster)
    assert job.run(die)[0] == KILLED
    code, given, words = job.run()
    started = [entry for entry in sandbox.log(after=before) if entry["operation"] == "runDetector"]
    if open_question:
        assert "OpenQuestion" in words
        assert code != 0
    else:
        assert calls.get(f"operations/{given['result']}/")["status"] == "success"
    assert len(started) == (0 if die == "after 1" else 1)
