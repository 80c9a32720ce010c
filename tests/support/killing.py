"""Processes that are killed in the middle of a job, and the same job run again with the same journal."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sandbox_process import ROOT

KILLED = -9
MOMENTS = 20
PATIENCE = 90


class Job:
    """A job that is run, and run again; ``process`` is the name of its program in tests/support, which is given the
    repository's root and the arguments."""

    def __init__(self, process: str, *arguments: object) -> None:
        self.command = [sys.executable, str(Path(__file__).with_name(process)), str(ROOT), *map(str, arguments)]

    def start(self, die: str = "") -> subprocess.Popen[bytes]:
        """``die``: as in ``killed_at_notes``."""
        environment = {**os.environ, "DIE": die}
        return subprocess.Popen(self.command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment)

    def run(self, die: str = "") -> tuple[int, dict[str, Any]]:
        """Exit code and what it gave; it ends by itself or is killed, nothing else."""
        process = self.start(die)
        out, errors = process.communicate(timeout=PATIENCE)
        assert process.returncode in (0, KILLED), errors.decode()
        return process.returncode, json.loads(out) if out else {}

    def finish(self) -> dict[str, Any]:
        """Run to the end."""
        code, given = self.run()
        assert code == 0
        return given

    def end_after(self, seconds: float | None) -> tuple[float, bool]:
        """Start it, and kill it after so many seconds (None: let it end). Gives how long it took and whether it was
        killed in its middle."""
        begun = time.monotonic()
        process = self.start()
        if seconds is not None:
            time.sleep(seconds)
            process.kill()
        _, errors = process.communicate(timeout=PATIENCE)
        assert process.returncode in (0, KILLED), errors.decode()
        return time.monotonic() - begun, process.returncode == KILLED


def killed_at_20_moments(seed: int, run: Callable[[int, float | None], tuple[float, bool]]) -> None:
    """``run(number, seconds)`` runs a job of its own, kills it after so many seconds (None: lets it end), finishes it
    and checks the outcome; it gives how long the first run took and whether it was killed in its middle.

    The moments lie within the time that a run takes on this machine now. One that ended before its moment is no kill:
    another moment is taken for it, within the time that this one took.
    """
    moments = random.Random(seed)
    lasts, _ = run(0, None)
    kills = 0
    for number in range(1, 3 * MOMENTS + 1):
        took, was_killed = run(number, lasts * moments.uniform(0.1, 0.95))
        kills += was_killed
        lasts = lasts if was_killed else min(lasts, took)
        if kills == MOMENTS:
            return
    pytest.fail(f"Only {kills} of {3 * MOMENTS} runs were still under way when they were to be killed.")
