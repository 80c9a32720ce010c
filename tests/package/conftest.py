"""The package, built once from this tree, and unpacked as the plugin manager would."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def packaging() -> str:
    """What it says when the package is built."""
    done = subprocess.run([sys.executable, "-m", "tools.package"], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="session")
def package(packaging: str) -> Path:
    """dist/imagery_hub.zip, fresh."""
    return ROOT / "dist" / "imagery_hub.zip"


@pytest.fixture(scope="session")
def plugins(package: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A plugins folder with the package unpacked in it."""
    folder = tmp_path_factory.mktemp("plugins")
    with zipfile.ZipFile(package) as archive:
        archive.extractall(folder)
    return folder
