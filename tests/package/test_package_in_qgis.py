"""The package in a fresh profile of the real QGIS, with the system's Python packages only."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest
from sandbox_images import plain_image
from sandbox_picterra import PicterraCalls
from sandbox_process import PICTERRA_KEY, SandboxProcess

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def surroundings() -> dict[str, str]:
    """The test's own environment without anything that leads to the test's own Python packages."""
    mine = ("PYTHON", "VIRTUAL_ENV", "PYTEST")
    return {name: value for name, value in os.environ.items() if not name.startswith(mine)}


def test_it_loads_in_the_program(package: Path, tmp_path: Path, surroundings: dict[str, str]) -> None:
    facts_file = tmp_path / "facts.json"
    done = subprocess.run(
        [str(ROOT / "tools/real_qgis/run.sh"), str(Path(__file__).with_name("look_at_plugin.py"))],
        env={**surroundings, "PLUGIN": str(package), "FACTS": str(facts_file), "QGIS_LIMIT": "90"},
        capture_output=True, text=True, timeout=110, stdin=subprocess.DEVNULL,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    facts = json.loads(facts_file.read_text("utf-8"))
    assert facts["loaded"]
    assert "/python/plugins/imagery_hub/" in facts["from"]
    assert facts["algorithms"]
    assert facts["icon"]
    assert "imagery_hub" not in facts["message"]
    assert "imagery_hub._vendor.botocore" not in facts["heavy"]
    assert "shapely" not in facts["heavy"]
    assert facts["unloaded"]
    assert facts["provider_gone"]


def test_every_dock_opens_and_unloading_leaves_nothing(
    package: Path, tmp_path: Path, surroundings: dict[str, str], sandbox: SandboxProcess
) -> None:
    PicterraCalls(sandbox).upload_raster(plain_image(tmp_path / "plain.tif"), name="Orchard")
    facts_file, pictures = tmp_path / "facts.json", ROOT / "build" / "pictures"
    pictures.mkdir(parents=True, exist_ok=True)
    (packages,) = (ROOT / ".venv" / "lib").glob("python3*/site-packages")
    done = subprocess.run(
        [str(ROOT / "tools/real_qgis/run.sh"), str(Path(__file__).with_name("use_package.py"))],
        env={**surroundings, "PLUGIN": str(package), "FACTS": str(facts_file), "QGIS_LIMIT": "90",
             "PACKAGES": str(packages), "SUPPORT": str(ROOT / "tests" / "support"), "PICTURES": str(pictures),
             "PICTERRA_API_KEY": PICTERRA_KEY, "PICTERRA_BASE_URL": sandbox.address},
        capture_output=True, text=True, timeout=110, stdin=subprocess.DEVNULL,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    facts = json.loads(facts_file.read_text("utf-8"))
    assert "/python/plugins/imagery_hub/" in facts["from"]
    docks = ("Hub", "Search", "Jobs", "Results", "Annotations", "Marks", "Spectra")
    names = {f"imageryHub{name}Dock" for name in docks}
    assert facts["docks"] == dict.fromkeys(names, True)
    assert facts["rasters"] == ["Orchard"]
    assert facts["bad"] == [] and facts["bad_later"] == [] and facts["logged"] == []
    assert "Imagery Hub" in facts["browser"]
    kinds = {one.partition(" ")[0] for one in facts["before"]}
    assert {"action", "menu", "dock", "widget", "browser", "processing", "module"} <= kinds, "they can be found"
    assert facts["unloaded"]
    assert facts["behind"] == []


def test_qgis_process_lists_its_algorithms(package: Path, tmp_path: Path, surroundings: dict[str, str]) -> None:
    subprocess.run([str(ROOT / "tools/real_qgis/make_profile.sh"), str(tmp_path), str(package)], check=True)
    done = subprocess.run(
        ["qgis_process.bin", "--json", "list"], capture_output=True, text=True, timeout=110, stdin=subprocess.DEVNULL,
        env={**surroundings, "QT_QPA_PLATFORM": "offscreen", "QGIS_CUSTOM_CONFIG_PATH": str(tmp_path)},
    )
    assert done.returncode == 0, done.stderr
    provider = json.loads(done.stdout)["providers"]["imageryhub"]
    assert provider["is_active"]
    assert "imageryhub:picterra_uploadraster" in provider["algorithms"]
