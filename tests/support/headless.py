"""The plugin in ``qgis_process``, in a profile of its own."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from sandbox_process import ROOT


def qgis_process(
    folder: Path, variables: Mapping[str, str], *arguments: str, seconds: float = 90, before: Sequence[str] = ()
) -> subprocess.CompletedProcess[str]:
    """Run it with these variables beside those of the test; the profile is made in ``folder``. The libraries that the
    package brings along are those of the environment. ``before`` is a command that runs it."""
    program = shutil.which("qgis_process.bin") or shutil.which("qgis_process")
    assert program is not None
    (packages,) = (ROOT / ".venv" / "lib").glob("python3*/site-packages")
    profile = folder / "config" / "profiles" / "default"
    (profile / "python" / "plugins").mkdir(parents=True)
    (profile / "python" / "plugins" / "imagery_hub").symlink_to(ROOT)
    (profile / "QGIS").mkdir()
    (profile / "QGIS" / "QGIS3.ini").write_text("[PythonPlugins]\nimagery_hub=true\n")
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "QGIS_CUSTOM_CONFIG_PATH": str(folder / "config"),
                   "PYTHONPATH": str(packages), **variables}
    return subprocess.run([*before, program, *arguments], env=environment, stdin=subprocess.DEVNULL,
                          capture_output=True, text=True, timeout=seconds)
