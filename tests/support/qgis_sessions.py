"""Real QGIS programs, one after the other, in one profile."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

from sandbox_process import ROOT

SUPPORT = ROOT / "tests" / "support"
RUN = ROOT / "tools" / "real_qgis" / "run.sh"


class QgisSessions:
    """``folder`` holds what they share; ``environment`` comes to that of the test. The scripts are in tests/support."""

    def __init__(self, folder: Path, **environment: str) -> None:
        self.folder = folder
        self.profiles = folder / "config"
        packages = next((ROOT / ".venv" / "lib").glob("python3*/site-packages"))
        pictures = Path(os.environ.get("PICTURES") or ROOT / "build" / "pictures")
        pictures.mkdir(parents=True, exist_ok=True)
        self.environment = {
            **os.environ, "PROFILES": str(self.profiles), "WORK": str(folder), "PYTHONPATH": f"{packages}:{SUPPORT}",
            "PICTURES": str(pictures), "QGIS_LIMIT": "300", **environment,
        }

    def start(self, script: str, **more: str) -> subprocess.Popen[str]:
        """Start one; its profile stays for the next."""
        return subprocess.Popen(
            [str(RUN), str(SUPPORT / script)], env={**self.environment, **more}, text=True,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        )
