"""The page about notebooks: its code, run as it stands beside the unpacked package, without QGIS."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

from picterra_scenes import trained
from sandbox_picterra import PicterraCalls
from sandbox_process import PICTERRA_KEY, SandboxProcess

PAGE = Path(__file__).resolve().parents[2] / "docs" / "user" / "notebook.md"
#: QGIS is on the system's path, where the program would find it.
WITHOUT_QGIS = "import sys\nsys.modules['qgis'] = sys.modules['osgeo'] = None\n"

ONCE = {"startRasterUpload", "commitRaster", "runDetector"}


def test_its_code_runs_and_does_nothing_twice(plugins: Path, sandbox: SandboxProcess, tmp_path: Path) -> None:
    calls = PicterraCalls(sandbox)
    scene = trained(calls, tmp_path)
    program = tmp_path / "notebook.py"
    blocks = re.findall(r"```python\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)
    assert len(blocks) == 4
    program.write_text(WITHOUT_QGIS + "\n".join(blocks), "utf-8")
    (tmp_path / "plugins").symlink_to(plugins)
    (tmp_path / "orchard.tif").write_bytes(scene.image.read_bytes())
    before = {one["id"] for one in calls.get("rasters/")["results"]}

    def run() -> str:
        environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
        done = subprocess.run(
            [sys.executable, str(program)], cwd=tmp_path, capture_output=True, text=True, timeout=120,
            env={**environment, "PICTERRA_API_KEY": PICTERRA_KEY, "PICTERRA_BASE_URL": sandbox.address,
                 "DETECTOR": scene.detector, "PYTHONDONTWRITEBYTECODE": "1"},  # other tests look at what is unpacked
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def asked(after: int) -> set[str]:
        return {one["operation"] for one in sandbox.log(after=after)} & ONCE

    begun = sandbox.last_entry()
    said = run()
    assert asked(begun) == ONCE
    assert "Connected to Alpine Survey Co-op" in said and f"{scene.raster} " in said
    (made,) = {one["id"] for one in calls.get("rasters/")["results"]} - before
    assert f"Raster {made}" in said and "class-0.geojson" in said and "404" in said
    begun = sandbox.last_entry()
    assert f"Raster {made}" in run(), "a second run takes up the first"
    assert asked(begun) == set()
