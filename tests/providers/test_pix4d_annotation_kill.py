"""The process killed in the middle of a push of annotations, and the same job run again: each is there once."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from killing import KILLED, killed_at_20_moments
from pix4d_annotations import AnnotationCalls
from sandbox_process import ROOT, SandboxProcess

PROCESS = Path(__file__).parents[1] / "support" / "pix4d_annotation_process.py"
SEED = 20261
COUNT = 330
"""Four batches; every fiftieth looks the same."""


class Push:
    """A push that is run, and run again, with one journal."""

    def __init__(self, sandbox: SandboxProcess, folder: Path) -> None:
        self.calls = AnnotationCalls(sandbox)
        self.project = self.calls.project()
        ready = sandbox.ready["pix4d"]
        self.arguments = [sys.executable, str(PROCESS), str(ROOT), sandbox.address, ready["client_id"],
                          ready["client_secret"], str(self.project), str(COUNT), str(folder)]

    def start(self, die: str = "") -> subprocess.Popen[bytes]:
        environment = {name: value for name, value in os.environ.items() if name != "DIE"}
        environment |= {"DIE": die} if die else {}
        return subprocess.Popen(self.arguments, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment)

    def run(self, die: str = "") -> tuple[int, dict[str, Any]]:
        process = self.start(die)
        out, errors = process.communicate(timeout=90)
        assert process.returncode in (0, KILLED), errors.decode()
        return process.returncode, json.loads(out) if out else {}

    def finish(self) -> None:
        """Run to the end: each row has an annotation of its own, and there is no other."""
        code, given = self.run()
        assert code == 0
        assert len(set(given["ids"])) == COUNT
        assert set(self.calls.all(self.project)) == set(given["ids"])


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("number", range(1, 9))
def test_killed_at_each_note_of_a_push(sandbox: SandboxProcess, tmp_path: Path, when: str, number: int) -> None:
    push = Push(sandbox, tmp_path)
    code, given = push.run(f"{when} {number}")
    assert code == KILLED or given["notes"] < number
    push.finish()


@pytest.mark.timeout(1500)
def test_killed_at_20_seeded_moments(sandbox: SandboxProcess, tmp_path: Path) -> None:
    """A slow platform gives it time to be in the middle of something."""
    def run(number: int, seconds: float | None) -> tuple[float, bool]:
        folder = tmp_path / str(number)
        folder.mkdir()
        push = Push(sandbox, folder)
        sandbox.fault(kind="delay", operation="createAnnotations", seconds=0.15, count=0)
        begun, process = time.monotonic(), push.start()
        if seconds is not None:
            time.sleep(seconds)
            process.kill()
        process.communicate(timeout=90)
        took = time.monotonic() - begun
        sandbox.clear_faults()
        push.finish()
        return took, process.returncode == KILLED

    killed_at_20_moments(SEED, run)
