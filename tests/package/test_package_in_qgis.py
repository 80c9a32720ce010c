"""The package in a fresh profile of the real QGIS, with the system's Python packages only."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest

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
