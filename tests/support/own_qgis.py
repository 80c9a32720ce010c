"""A QGIS in a process of its own, for what may end it and for settings that threads read only once."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import imagery_hub


def in_a_qgis_of_its_own(script: str, *arguments: str, profile: Path | None = None) -> Any:
    """What a script prints last, as JSON; an end by a signal is a failure of the test, not of the run."""
    places = [str(Path(imagery_hub.__path__[0]).parent), os.environ.get("PYTHONPATH", "")]
    surroundings = {**os.environ, "PYTHONPATH": os.pathsep.join(places), "QT_QPA_PLATFORM": "offscreen"}
    if profile is not None:
        surroundings["QGIS_CUSTOM_CONFIG_PATH"] = str(profile)
    done = subprocess.run(
        [sys.executable, "-c", script, *arguments], env=surroundings, capture_output=True, timeout=100
    )
    lines = done.stdout.decode().splitlines()
    assert lines, f"ended with {done.returncode}: {done.stderr.decode()[-2000:]}"
    return json.loads(lines[-1])
