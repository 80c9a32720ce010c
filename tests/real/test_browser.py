"""The platforms in QGIS's Browser panel, in the real program, by mouse and keyboard."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import hands
import pytest
from browser_panel import ROOT, BrowserPanel
from farm import FARM, farm
from qgis.PyQt.QtTest import QTest
from qgis.utils import reloadPlugin
from sandbox_images import squares_image
from sandbox_picterra import PicterraCalls
from sandbox_process import SandboxProcess


@pytest.fixture
def platform(sandbox: SandboxProcess) -> Iterator[SandboxProcess]:
    with farm(sandbox) as ready:
        ready.actor("docks", "browser")
        yield ready


def test_a_tree_that_is_fetched_as_it_is_opened(platform: SandboxProcess, tmp_path: Path) -> None:
    image = squares_image(tmp_path / "a.tif", [], [])
    calls = PicterraCalls(platform)
    for name in ("North field", "South field"):
        calls.upload_raster(image, name=name)
    calls.detector("Trees")
    panel = BrowserPanel()
    assert panel.expand(ROOT) == [FARM]
    assert panel.expand(ROOT, FARM) == ["Folders", "All rasters", "Detectors"]
    assert panel.expand(ROOT, FARM, "All rasters") == ["South field", "North field"]
    assert panel.expand(ROOT, FARM, "Detectors") == ["Trees (not trained)"]
    print(panel.expand(ROOT, FARM, "All rasters", "South field"))
    hands.keep_picture("browser_tree")


def test_reloading_ten_times_with_the_tree_open(platform: SandboxProcess, tmp_path: Path) -> None:
    calls = PicterraCalls(platform)
    calls.upload_raster(squares_image(tmp_path / "a.tif", [], []), name="North field")
    for _ in range(10):
        panel = BrowserPanel()
        panel.expand(ROOT)
        panel.expand(ROOT, FARM)
        panel.expand(ROOT, FARM, "All rasters")
        assert reloadPlugin("imagery_hub") is not False
        QTest.qWait(200)
    assert panel.below().count(ROOT) == 1
    hands.keep_picture("browser_reloaded")
