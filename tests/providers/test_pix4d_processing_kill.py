"""The process killed in the middle of control points and of a start, and the same job run again: each thing once."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from pix4d_flight import test_flight
from pix4d_project import StoredProject
from sandbox_process import ROOT, SandboxProcess

PROCESS = Path(__file__).parents[1] / "support" / "pix4d_control_process.py"
KILLED = -9
SEED = 20270


@pytest.fixture
def project(sandbox: SandboxProcess) -> StoredProject:
    made = StoredProject(sandbox)
    made.calls.sent("PATCH", f"{made.path}processing_options/", json={"output_cs_horizontal": 32632})
    made.register(made.store(test_flight().photos[:3]))
    return made


class Job:
    """A job that is run, and run again, with one journal."""

    def __init__(self, project: StoredProject, folder: Path, task: str) -> None:
        ready = json.dumps({**project.sandbox.ready["pix4d"], "storage": ""})
        photos = [one["s3_key"] for one in project.photos()]
        self.arguments = [sys.executable, str(PROCESS), str(ROOT), task, ready, str(folder / "journal.sqlite"),
                          str(project.id), *photos]

    def start(self, die: str = "") -> subprocess.Popen[bytes]:
        environment = {**os.environ, "DIE": die}
        return subprocess.Popen(self.arguments, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment)

    def run(self, die: str = "") -> tuple[int, dict[str, Any], str]:
        """Exit code, what it gave, and its last words."""
        process = self.start(die)
        out, errors = process.communicate(timeout=60)
        return process.returncode, json.loads(out) if out else {}, errors.decode()

    def finish(self) -> Any:
        """Run to the end and give the result."""
        code, given, words = self.run()
        assert code == 0, words
        return given["result"]


def listed(project: StoredProject, kind: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = project.calls.get(f"{project.path}{kind}/")[f"{kind}s"]
    return found


def points(project: StoredProject) -> None:
    rows = [{"name": name, "x": 5.5, "y": 6.5, "z": 7.5} for name in "ABCD"]
    project.calls.post(f"{project.path}gcp/register/", {"gcps": rows})


def fail_soon(project: StoredProject) -> None:
    """The next processing ends with a code after a moment: enough to be followed."""
    project.sandbox.settings(job_seconds=0.4)
    project.sandbox.control("POST", f"pix4d/projects/{project.id}", {"failure": 10402})


def started(project: StoredProject) -> int:
    return len(project.seen()["notes"].get("starts", []))


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("number", [1, 2])
def test_points_are_registered_once(project: StoredProject, tmp_path: Path, when: str, number: int) -> None:
    job = Job(project, tmp_path, "register")
    assert job.run(f"{when} {number}")[0] == KILLED
    assert job.finish() == ["A", "B", "C"]
    assert [one["name"] for one in listed(project, "gcp")] == ["A", "B", "C"]


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("number", [1, 2])
def test_marks_are_registered_once(project: StoredProject, tmp_path: Path, when: str, number: int) -> None:
    points(project)
    job = Job(project, tmp_path, "marks")
    assert job.run(f"{when} {number}")[0] == KILLED
    assert job.finish() == [str(one["id"]) for one in listed(project, "mark")]
    assert len(listed(project, "mark")) == 3


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("number", [1, 2, 3, 5])
def test_points_are_deleted_to_the_end(project: StoredProject, tmp_path: Path, when: str, number: int) -> None:
    points(project)
    job = Job(project, tmp_path, "delete")
    assert job.run(f"{when} {number}")[0] == KILLED
    assert job.finish() == ["A", "B", "C"]
    assert [one["name"] for one in listed(project, "gcp")] == ["D"]


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("number", [1, 2, 3])
def test_processing_is_started_once(project: StoredProject, tmp_path: Path, when: str, number: int) -> None:
    fail_soon(project)
    job = Job(project, tmp_path, "process")
    assert job.run(f"{when} {number}")[0] == KILLED
    assert started(project) <= 1
    assert job.finish() == "10402"
    assert started(project) == 1


@pytest.mark.timeout(1500)
def test_processing_is_started_once_whenever_it_is_killed(sandbox: SandboxProcess, tmp_path: Path) -> None:
    """Twenty seeded moments within the time that a run takes here now; one that ended before its moment is no kill."""
    moments = random.Random(SEED)
    lasts, kills = 0.0, 0
    for number in range(61):
        project = StoredProject(sandbox)
        project.register(project.store(test_flight().photos[:3]))
        fail_soon(project)
        folder = tmp_path / str(number)
        folder.mkdir()
        job = Job(project, folder, "process")
        begun, process = time.monotonic(), job.start()
        if number:
            time.sleep(lasts * moments.uniform(0.1, 0.95))
            process.kill()
        process.communicate(timeout=60)
        if process.returncode == KILLED:
            kills += 1
        else:
            lasts = min(lasts or 60, time.monotonic() - begun)
        assert job.finish() == "10402"
        assert started(project) == 1
        if kills == 20:
            return
    pytest.fail(f"Only {kills} of 60 runs were still under way when they were to be killed.")
