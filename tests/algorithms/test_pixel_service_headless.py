"""A limited ArcGIS service by ``qgis_process``: the login from the authentication database, the layers as a file."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from headless import qgis_process
from pixel_services import GDO, image_options, optimised, slope, started
from sandbox_pixel import PixelCalls, environment
from sandbox_process import SandboxProcess

KEEP = f"""
import sys
from qgis.core import QgsApplication, QgsAuthMethodConfig
application = QgsApplication([], False, sys.argv[1])
application.initQgis()
manager = QgsApplication.authManager()
manager.init(QgsApplication.pluginPath(), sys.argv[1] + "/qgis-auth.db")
assert manager.setMasterPassword("headless-master", True)
config = QgsAuthMethodConfig("Basic")
config.setName("GDO user")
config.setConfig("username", "{GDO[0]}")
config.setConfig("password", "{GDO[1]}")
manager.storeAuthenticationConfig(config)
print(config.id(), flush=True)
"""


@pytest.mark.parametrize("unlocked", [True, False])
def test_layers_are_written_without_a_secret(
    sandbox: SandboxProcess, pixel: PixelCalls, tmp_path: Path, unlocked: bool
) -> None:
    place = optimised(pixel, "DTM", slope(tmp_path / "dtm.tif"))
    service = started(pixel, "Image", place, image_options([GDO[0]]), "Oslo terrain")
    profile = tmp_path / "config" / "profiles" / "default"
    profile.mkdir(parents=True)
    made = subprocess.run(["/usr/bin/python3", "-c", KEEP, str(profile)], capture_output=True, text=True, timeout=60,
                          check=True)
    password, file = tmp_path / "password", tmp_path / "terrain.qlr"
    password.write_text("headless-master\n")
    variables = {**environment(sandbox), **({"QGIS_AUTH_PASSWORD_FILE": str(password)} if unlocked else {})}
    done = qgis_process(tmp_path, variables, "run", "imageryhub:pixel_addservice", "--",
                        f"SERVICE=Image/{service['id']}", f"LOGIN={made.stdout.split()[-1]}",
                        "FUNCTIONS=Hillshade,Aspect", f"DEFINITION={file}")
    told = done.stdout + done.stderr
    assert GDO[1] not in told
    if not unlocked:
        assert done.returncode != 0
        assert "QGIS_AUTH_PASSWORD_FILE" in told
        return
    assert done.returncode == 0, told
    text = file.read_text("utf-8")
    assert "Oslo terrain: Hillshade" in text
    assert "Oslo terrain: Aspect" in text
    assert text.count("authcfg") >= 2
    issued = sandbox.control("GET", "issued")["secrets"]
    assert issued
    for secret in (GDO[1], *issued):
        assert secret not in text
        assert secret not in told
