"""The process killed in the middle of results, and the same job run again: everything is there, once."""

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
from pix4d_stored_results import Results
from sandbox_process import ROOT, SandboxProcess

PROCESS = Path(__file__).parents[1] / "support" / "pix4d_results_process.py"
KILLED = -9
SEED = 20271


class Job:
    """A job that is run, and run again, with one journal."""

    def __init__(self, project: Results, journal: Path, task: str, folder: Path) -> None:
        ready = json.dumps(project.sandbox.ready["pix4d"])
        self.arguments = [sys.executable, str(PROCESS), str(ROOT), task, ready, str(journal), str(project.id),
                          str(folder)]

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


@pytest.fixture
def project(sandbox: SandboxProcess) -> Results:
    return Results(sandbox)


def files(folder: Path, count: int = 2) -> dict[str, bytes]:
    """Files called after types of outputs of which nothing is made."""
    folder.mkdir()
    kinds = ("dtm", "quality_report", "mapper_log")[:count]
    contents = {kind: f"{kind} ".encode() * 500 for kind in kinds}
    for kind, content in contents.items():
        (folder / f"{kind}.txt").write_bytes(content)
    return contents


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("number", [1, 3, 4, 5])
def test_outputs_are_registered_once(project: Results, tmp_path: Path, when: str, number: int) -> None:
    contents = files(tmp_path / "files")
    job = Job(project, tmp_path / "journal", "register", tmp_path / "files")
    assert job.run(f"{when} {number}")[0] in (KILLED, 0)
    assert job.finish() == ["dtm", "quality_report"]
    assert set(project.outputs()) == set(contents)
    assert sorted(project.stored().values()) == sorted(contents.values()), "each is stored once"


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("number", [1, 2, 3, 5])
def test_outputs_are_deleted_to_the_end(project: Results, tmp_path: Path, when: str, number: int) -> None:
    for kind in files(tmp_path / "files", 3):
        project.give(tmp_path / "files" / f"{kind}.txt", kind)
    job = Job(project, tmp_path / "journal", "delete", tmp_path / "files")
    assert job.run(f"{when} {number}")[0] == KILLED
    assert job.finish() == ["dtm", "quality_report"]
    assert set(project.outputs()) == {"mapper_log"}


@pytest.mark.timeout(1500)
def test_results_come_whole_whenever_it_is_killed(project: Results, tmp_path: Path) -> None:
    """Twenty seeded moments within the time that a run takes here now; one that ended before its moment is no kill."""
    contents = files(tmp_path / "files", 3)
    for kind in contents:
        project.give(tmp_path / "files" / f"{kind}.txt", kind)
    moments = random.Random(SEED)
    lasts, kills = 0.0, 0
    for number in range(61):
        folder = tmp_path / str(number)
        folder.mkdir()
        job = Job(project, tmp_path / f"journal {number}", "fetch", folder)
        begun, process = time.monotonic(), job.start()
        if number:
            time.sleep(lasts * moments.uniform(0.1, 0.95))
            process.kill()
        process.communicate(timeout=60)
        if process.returncode == KILLED:
            kills += 1
        else:
            lasts = min(lasts or 60, time.monotonic() - begun)
        job.finish()
        assert {path.stem: path.read_bytes() for path in folder.iterdir()} == contents
        if kills == 20:
            return
    pytest.fail(f"Only {kills} of 60 runs were still under way when they were to be killed.")
