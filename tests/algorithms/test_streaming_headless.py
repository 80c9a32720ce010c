"""A raster as tiles by qgis_process: nothing of the address in what it prints, writes or leaves in its profile."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from headless import qgis_process
from qgis.core import QgsProject
from sandbox_images import plain_image
from sandbox_picterra import PicterraCalls
from sandbox_process import PICTERRA_KEY, SandboxProcess


def test_headless_it_leaves_a_definition_and_no_address(
    sandbox: SandboxProcess, calls: PicterraCalls, tmp_path: Path, qgis_new_project: None
) -> None:
    raster = calls.upload_raster(plain_image(tmp_path / "a.tif"), name="meadow")
    project, definition = tmp_path / "project.qgs", tmp_path / "meadow.qlr"
    assert QgsProject.instance().write(str(project))
    done = qgis_process(
        tmp_path, {"PICTERRA_API_KEY": PICTERRA_KEY, "PICTERRA_BASE_URL": sandbox.address},
        "--json", "run", "imageryhub:picterra_streamraster", f"--PROJECT_PATH={project}", "--",
        f"RASTER={raster}", f"DEFINITION={definition}")
    assert done.returncode == 0, done.stdout + done.stderr
    results: dict[str, Any] = json.loads(done.stdout[done.stdout.index("{"):])["results"]
    assert (results["RASTER_ID"], results["NAME"], results["DEFINITION"]) == (raster, "meadow", str(definition))
    assert results["REFERENCE"].startswith(f"imageryhub:picterra//raster/{raster}/tiles")
    assert f"imageryhub:picterra//raster/{raster}/tiles" in unquote(definition.read_text("utf-8"))
    token = calls.get(f"rasters/{raster}/")["tms_url"].split("/")[4].encode()
    kept = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert {project, definition} <= set(kept)
    assert not [path for path in kept if token in path.read_bytes()]
    assert token.decode() not in done.stdout + done.stderr
