"""Several real processes share the job store: killed ones leave their job to exactly one other."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from imagery_hub.core.jobs import JobStore, State

ROOT = Path(__file__).resolve().parents[2]
SCRIPT = ROOT / "tests" / "support" / "job_process.py"


class Shared:
    """A profile that several processes use."""

    def __init__(self, folder: Path) -> None:
        self.profile = folder / "config" / "profiles" / "default"
        self.trace = folder / "trace.txt"
        self.profile.mkdir(parents=True)
        self.environment = {
            **os.environ, "QT_QPA_PLATFORM": "offscreen", "QGIS_CUSTOM_CONFIG_PATH": str(folder / "config")
        }
        self.store = JobStore(self.profile / "imagery_hub" / "jobs.sqlite")

    def start(self, job: str, seconds: float) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, str(SCRIPT), str(self.trace), job, str(seconds)],
            env=self.environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
        )

    def steps(self) -> list[str]:
        return self.trace.read_text().split() if self.trace.exists() else []

    def wait_for(self, steps: list[str]) -> None:
        end = time.monotonic() + 60
        while self.steps() != steps:
            assert time.monotonic() < end, self.steps()
            time.sleep(0.02)

    def killed_in_the_middle(self) -> str:
        """Start a job, kill its process after the first step, and give the job's id."""
        process = self.start("new", 600)
        self.wait_for(["first"])
        time.sleep(0.1)
        process.send_signal(signal.SIGKILL)
        process.wait()
        assert process.stdout is not None
        process.stdout.close()
        (record,) = self.store.all()
        assert record.state is State.RUNNING
        return record.id


def outcome(process: subprocess.Popen[str]) -> str:
    output, _ = process.communicate(timeout=90)
    return output.strip().splitlines()[-1]


@pytest.fixture
def shared(tmp_path: Path) -> Any:
    shared = Shared(tmp_path)
    yield shared
    shared.store.close()


def test_a_killed_job_is_taken_up_by_exactly_one_of_three(shared: Shared) -> None:
    job = shared.killed_in_the_middle()
    outcomes = sorted(outcome(process) for process in [shared.start(job, 2) for _ in range(3)])
    assert outcomes[0] == "done"
    assert len(outcomes) == 3
    for refused in outcomes[1:]:
        assert "Another run is working on the job" in refused or "is done already" in refused
    assert shared.steps() == ["first", "second"]
    assert shared.store.get(job).state is State.DONE


def test_a_job_under_way_is_refused_to_others(shared: Shared) -> None:
    working = shared.start("new", 600)
    shared.wait_for(["first"])
    (record,) = shared.store.all()
    try:
        assert "Another run is working on the job “Slow”" in outcome(shared.start(record.id, 0))
        assert not shared.store.claim(record.id)
        assert shared.store.pause_abandoned() == []
    finally:
        working.kill()
        outcome_or_nothing = working.communicate()
    assert outcome_or_nothing[0] == ""
    assert shared.store.pause_abandoned() == [record.id]
    assert shared.store.get(record.id).state is State.PAUSED


def test_qgis_process_lists_what_another_process_left(shared: Shared, tmp_path: Path) -> None:
    program = shutil.which("qgis_process.bin") or shutil.which("qgis_process")
    assert program is not None
    job = shared.killed_in_the_middle()
    (shared.profile / "python" / "plugins").mkdir(parents=True)
    (shared.profile / "python" / "plugins" / "imagery_hub").symlink_to(ROOT)
    (shared.profile / "QGIS").mkdir(exist_ok=True)
    (shared.profile / "QGIS" / "QGIS3.ini").write_text("[PythonPlugins]\nimagery_hub=true\n")
    result = subprocess.run(
        [program, "--json", "run", "imageryhub:listjobs", "--", "OUTPUT=" + str(tmp_path / "jobs.csv")],
        env=shared.environment, capture_output=True, text=True, timeout=90,
    )
    assert result.returncode == 0, result.stdout + result.stderr
    answer = json.loads(result.stdout[result.stdout.index("{"):])
    assert answer["results"]["JOB_IDS"] == job
    table = (tmp_path / "jobs.csv").read_text()
    assert f"{job},jobprocess:slow,Slow,paused," in table.replace('"', "")
