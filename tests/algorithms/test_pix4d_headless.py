"""A surface model as a layer definition by qgis_process: nothing secret in what it prints, writes or leaves behind."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from headless import qgis_process
from pix4d_results import cone, surface
from pix4d_stored_results import Results
from qgis.core import QgsProject
from sandbox_pix4d import environment
from sandbox_process import SandboxProcess


def test_headless_it_leaves_a_definition_and_no_secret(
    sandbox: SandboxProcess, tmp_path: Path, qgis_new_project: None
) -> None:
    stored = Results(sandbox)
    stored.give_and_wait(surface(tmp_path / "dsm.tif", cone(40, 40, 20, 10)), "dsm")
    project, definition = tmp_path / "project.qgs", tmp_path / "dsm.qlr"
    assert QgsProject.instance().write(str(project))
    done = qgis_process(
        tmp_path, environment(sandbox), "--json", "run", "imageryhub:pix4d_addoutput", f"--PROJECT_PATH={project}",
        "--", f"PROJECT={stored.id}", "RESULT=dsm", f"DEFINITION={definition}")
    assert done.returncode == 0, done.stdout + done.stderr
    results: dict[str, Any] = json.loads(done.stdout[done.stdout.index("{"):])["results"]
    assert (results["OUTPUT_TYPE"], results["DEFINITION"]) == ("dsm_cloud_optimized", str(definition))
    assert f"output/{stored.id}%3Adsm_cloud_optimized/s3" in definition.read_text("utf-8")
    secrets = [one for one in sandbox.control("GET", "issued")["secrets"] if len(one) > 8]
    assert secrets
    printed = unquote(done.stdout + done.stderr)
    kept = [path for path in tmp_path.rglob("*") if path.is_file()]
    for one in secrets:
        assert one not in printed
        assert not [path for path in kept if one.encode() in path.read_bytes()]
