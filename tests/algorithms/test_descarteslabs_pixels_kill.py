"""“Fetch pixels” killed at seeded moments and run again: the file is whole or as it was, and nothing lies beside it."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from analytic_images import write_image
from killing import KILLED, killed_at_20_moments
from osgeo import gdal
from sandbox_descarteslabs import CatalogCalls, environment
from sandbox_process import ROOT, SandboxProcess

ROWS, COLUMNS = 300, 400
TRUTH = random.Random(5).randbytes(ROWS * COLUMNS * 2)
FILE, ARCHIVE, BLOCKS = range(3)

pytestmark = pytest.mark.timeout(1500)


@pytest.fixture
def image(run_descarteslabs: Any, catalog: CatalogCalls, tmp_path: Path) -> str:
    import numpy as np

    product = catalog.product("killed")
    catalog.band(product)
    file = write_image(tmp_path / "june.tif", np.frombuffer(TRUTH, "uint16").reshape(ROWS, COLUMNS, 1))
    made: str = run_descarteslabs("uploadimages", PRODUCT=product, FILES=[str(file)])["IMAGE_IDS"]
    return made


class Fetching:
    """The algorithm in a process of its own."""

    def __init__(self, sandbox: SandboxProcess, image: str, way: int, target: Path) -> None:
        self.values = json.dumps({"IMAGE": image, "WAY": way, "OUTPUT": str(target)})
        self.environment = {**os.environ, **environment(sandbox), "QT_QPA_PLATFORM": "offscreen",
                            "QGIS_CUSTOM_CONFIG_PATH": str(target.parent.parent / "config")}

    def run(self, seconds: float | None) -> tuple[float, bool]:
        """How long it worked, and whether it was killed after so many seconds of its work."""
        program = str(ROOT / "tests" / "support" / "algorithm_process.py")
        process = subprocess.Popen(
            [sys.executable, program, str(ROOT), "descarteslabs_fetchpixels", self.values], env=self.environment,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )
        assert process.stdout is not None and process.stdout.readline() == "begun\n"
        begun = time.monotonic()
        if seconds is not None:
            time.sleep(seconds)
            process.kill()
        _, errors = process.communicate(timeout=90)
        assert process.returncode in (0, KILLED), errors
        return time.monotonic() - begun, process.returncode == KILLED


def pixels(path: Path) -> bytes:
    image = gdal.Open(str(path))
    return bytes(image.GetRasterBand(1).ReadRaster())


def test_killed_at_20_seeded_moments(sandbox: SandboxProcess, image: str, tmp_path: Path) -> None:
    sandbox.fault(kind="slow_answer", path="^/raster/", bytes_per_second=400_000, count=0)
    moments = random.Random(11)
    left = 0

    def run(number: int, seconds: float | None) -> tuple[float, bool]:
        nonlocal left
        target = tmp_path / str(number) / "pixels.tif"
        target.parent.mkdir()
        target.write_bytes(b"as it was")
        fetching = Fetching(sandbox, image, moments.choice((FILE, ARCHIVE, BLOCKS)), target)
        ended = fetching.run(seconds)
        assert target.read_bytes() == b"as it was" or pixels(target) == TRUTH
        left += len([one for one in target.parent.iterdir() if one.is_dir()])
        fetching.run(None)
        assert pixels(target) == TRUTH
        assert [one.name for one in target.parent.iterdir() if one.is_dir()] == []
        return ended

    killed_at_20_moments(31, run)
    assert left, "no run was killed while it had something half done"


def test_a_run_at_work_keeps_what_it_has(sandbox: SandboxProcess, image: str, run_descarteslabs: Any, tmp_path: Path
                                         ) -> None:
    """Only what nobody works at is removed."""
    from imagery_hub.core.folder_beside import folder_beside

    target = tmp_path / "there" / "pixels.tif"
    target.parent.mkdir()
    with folder_beside(target) as mine:
        (mine / "half").write_text("mine")
        run_descarteslabs("fetchpixels", IMAGE=image, OUTPUT=str(target))
        assert (mine / "half").read_text() == "mine"
    assert not mine.exists()
    assert pixels(target) == TRUTH
