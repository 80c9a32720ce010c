"""QGIS processes that run jobs of one profile, killed where they are told to, and their jobs taken up by others."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from all_platforms import environment
from imagery_hub.core.jobs import JobStore, State
from sandbox_process import ROOT, SandboxProcess

KILLED = -9
PATIENCE = 90


class JobProcesses:
    """They share a profile, and a folder for temporary files: ``temporary``."""

    def __init__(self, sandbox: SandboxProcess, folder: Path) -> None:
        self.temporary = folder / "between"
        self.temporary.mkdir()
        profile = folder / "config" / "profiles" / "default"
        profile.mkdir(parents=True)
        self.environment = {**os.environ, **environment(sandbox), "QT_QPA_PLATFORM": "offscreen",
                            "QGIS_CUSTOM_CONFIG_PATH": str(folder / "config"), "TMPDIR": str(self.temporary)}
        self.store = JobStore(profile / "imagery_hub" / "jobs.sqlite")

    def start(self, algorithm: str, given: str, die: str = "") -> subprocess.Popen[str]:
        """As in ``algorithm_process``."""
        return subprocess.Popen(
            [sys.executable, str(ROOT / "tests" / "support" / "algorithm_process.py"), str(ROOT), algorithm, given],
            env={**self.environment, "DIE": die}, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )

    def run(self, algorithm: str, given: str, die: str = "") -> dict[str, Any]:
        """What it gave; nothing when it was killed, which one that has fewer changes this time is not."""
        process = self.start(algorithm, given, die)
        try:
            out, errors = process.communicate(timeout=PATIENCE)
        except subprocess.TimeoutExpired:
            process.kill()
            raise
        assert process.returncode in (0, KILLED if die else 0), out + errors
        return {} if process.returncode else dict(json.loads(out.splitlines()[-1]))

    def finish(self, algorithm: str, given: str, before: set[str]) -> list[dict[str, Any]]:
        """Take up what a killed process left: the job that was not there before, unless it was done already, or run it
        anew when it had not come to that. The results of the jobs that were taken up."""
        jobs = {one.id: one.state for one in self.store.all() if one.id not in before}
        assert len(jobs) < 2
        if not jobs:
            self.run(algorithm, given)
        return [self.run("resumejob", json.dumps({"JOB": job}))["results"]
                for job, state in jobs.items() if state is not State.DONE]

    def jobs(self) -> set[str]:
        return {one.id for one in self.store.all()}

    def kill_under_way(self, algorithm: str, given: str) -> int:
        """Kill it once something has arrived; how much it knew to be on disk."""
        process = self.start(algorithm, given)
        try:
            until = time.monotonic() + PATIENCE
            while (there := self._arrived()) == 0:
                assert time.monotonic() < until and process.poll() is None
                time.sleep(0.05)
        finally:
            process.kill()
            process.communicate()
        return there

    def _arrived(self) -> int:
        """How much of its file the only job knows to be on disk."""
        for job in self.jobs():
            journal = self.store.journal(job)
            states = [journal.read(name) for name in journal.names() if name.endswith("transfer/state")]
            journal.close()
            return sum(end - start for one in states if one is not None for start, end in one.value["have"])
        return 0
