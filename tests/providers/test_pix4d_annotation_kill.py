"""The process killed in the middle of a push of annotations, and the same job run again: each is there once."""

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
from pix4d_annotations import AnnotationCalls
from sandbox_process import ROOT, SandboxProcess

PROCESS = Path(__file__).parents[1] / "support" / "pix4d_annotation_process.py"
KILLED = -9
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


@pytest.mark.parametrize("moment", range(20))
def test_killed_at_any_moment(sandbox: SandboxProcess, tmp_path: Path, moment: int) -> None:
    """A slow platform gives it time to be in the middle of something."""
    push = Push(sandbox, tmp_path)
    sandbox.fault(kind="delay", operation="createAnnotations", seconds=0.15, count=0)
    process = push.start()
    chance = random.Random(SEED + moment)
    time.sleep(0.6 + chance.random() * 0.9)
    process.kill()
    process.communicate(timeout=30)
    sandbox.clear_faults()
    push.finish()
