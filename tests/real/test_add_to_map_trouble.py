"""Entries that do not come onto the map at the first try: refusals, cuts, stops, and the plugin leaving meanwhile."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import hands
import numpy as np
import pytest
from browser_panel import ROOT, BrowserPanel
from connected import FARM, farm, layers, names, press, running, told
from imagery_hub.ui.add_to_map.target import FOLDER
from qgis.core import QgsSettings
from qgis.PyQt.QtTest import QTest
from qgis.PyQt.QtWidgets import QPushButton, QToolButton
from qgis.utils import iface, reloadPlugin
from sandbox_images import squares_image, write_image
from sandbox_picterra import PicterraCalls
from sandbox_process import SandboxProcess

RASTERS = (ROOT, FARM, "All rasters")


@pytest.fixture
def platform(sandbox: SandboxProcess, tmp_path: Path) -> Iterator[SandboxProcess]:
    """The folder for downloads was chosen before."""
    with farm(sandbox) as ready:
        (tmp_path / "downloads").mkdir()
        QgsSettings().setValue(FOLDER, str(tmp_path / "downloads"))
        ready.actor("docks")
        yield ready


@pytest.fixture
def calls(platform: SandboxProcess) -> PicterraCalls:
    return PicterraCalls(platform)


@pytest.fixture
def image(tmp_path: Path) -> Path:
    return squares_image(tmp_path / "a.tif", [(20, 20, 40, 40)], [])


@pytest.fixture
def large(tmp_path: Path) -> Path:
    """Three megabytes that cannot be packed."""
    return write_image(tmp_path / "l.tif", np.random.default_rng(3).integers(0, 255, (3, 1000, 1000), np.uint8))


def opened() -> BrowserPanel:
    """The Browser with the rasters open."""
    panel = BrowserPanel()
    for depth in (1, 2, 3):
        panel.expand(*RASTERS[:depth])
    return panel


def files(folder: Path) -> list[str]:
    return sorted(one.name for one in (folder / "downloads").iterdir())


def test_too_many_requests_are_waited_for(platform: SandboxProcess, calls: PicterraCalls, image: Path) -> None:
    calls.upload_raster(image, name="Orchard")
    panel = opened()
    platform.fault(kind="status", status=429, retry_after=1, path="rasters/[^/]+/$", count=2)
    panel.double_click(*RASTERS, "Orchard")
    told("“Orchard” is on the map.")
    assert names() == ["Orchard"]


def test_a_refusal_is_told_with_a_way_on(platform: SandboxProcess, calls: PicterraCalls, image: Path) -> None:
    calls.upload_raster(image, name="Orchard")
    panel = opened()
    platform.fault(kind="status", status=404, path="rasters/[^/]+/$", count=1)
    panel.double_click(*RASTERS, "Orchard")
    item = told("“Orchard” was not added.")
    hands.keep_picture("add_refused")
    assert layers() == []
    press(item, "imageryHubAddOnceMore")
    told("“Orchard” is on the map.")
    assert names() == ["Orchard"]


def test_a_slow_answer_can_be_waited_for_or_not(
    platform: SandboxProcess, calls: PicterraCalls, image: Path
) -> None:
    calls.upload_raster(image, name="Orchard")
    panel = opened()
    platform.fault(kind="delay", seconds=8, path="rasters/[^/]+/$", count=1)
    panel.double_click(*RASTERS, "Orchard")
    item = told("Asking the platform for “Orchard”…")
    hands.keep_picture("add_asking")
    press(item, "imageryHubCancelAdding")
    QTest.qWait(8500)
    assert layers() == [] and iface.messageBar().currentItem() is None
    platform.clear_faults()
    platform.fault(kind="delay", seconds=6, path="rasters/[^/]+/$", count=1)
    panel.double_click(*RASTERS, "Orchard")
    told("Asking the platform for “Orchard”…")
    told("“Orchard” is on the map.")


def test_a_cut_download_goes_on(platform: SandboxProcess, calls: PicterraCalls, large: Path, tmp_path: Path) -> None:
    platform.settings(tile_addresses="none")
    calls.upload_raster(large, name="Field")
    panel = opened()
    platform.fault(kind="cut_answer", fraction=0.5, path="^/blob/", method="GET", count=1)
    panel.double_click(*RASTERS, "Field")
    told("“Field” is on the map.")
    assert [one["hits"] for one in platform.control("GET", "faults")["faults"]] == [1]
    assert (tmp_path / "downloads" / "Field.tif").read_bytes() == large.read_bytes()
    assert files(tmp_path) == ["Field.tif"]


def test_the_platform_is_gone(own_sandbox: SandboxProcess, image: Path) -> None:
    with farm(own_sandbox):
        PicterraCalls(own_sandbox).upload_raster(image, name="Orchard")
        panel = opened()
        own_sandbox.stop()
        panel.double_click(*RASTERS, "Orchard")
        item = told("“Orchard” was not added.", 60)
        assert "127.0.0.1" in item.text() and layers() == []
        assert item.findChild(QPushButton, "imageryHubAddOnceMore").isVisible()


def test_a_stopped_download_leaves_the_map_alone(
    platform: SandboxProcess, calls: PicterraCalls, large: Path, tmp_path: Path
) -> None:
    """Stopped by the button of the message that shows its progress."""
    slow_download(platform, calls, large)
    bar = iface.messageBar()
    stop = hands.wait_for(
        lambda: next((one for one in bar.findChildren((QPushButton, QToolButton))
                      if one.isVisible() and "Cancel" in f"{one.text()} {one.toolTip()}"), None), "the button"
    )
    hands.keep_picture("add_progress")
    hands.click(stop)
    hands.wait_for(lambda: not running(), "the download to end")
    QTest.qWait(500)
    assert layers() == [] and "Field.tif" not in files(tmp_path)
    item = bar.currentItem()
    assert item is None or "was not added" not in item.text()


def test_leaving_in_the_middle_of_a_download(
    platform: SandboxProcess, calls: PicterraCalls, large: Path, tmp_path: Path
) -> None:
    slow_download(platform, calls, large)
    assert reloadPlugin("imagery_hub") is not False
    platform.clear_faults()
    QTest.qWait(1500)
    assert layers() == [] and "Field.tif" not in files(tmp_path)
    panel = opened()
    panel.double_click(*RASTERS, "Field")
    told("“Field” is on the map.")


def slow_download(platform: SandboxProcess, calls: PicterraCalls, large: Path) -> None:
    """A double click, and the download on its way."""
    platform.settings(tile_addresses="none")
    calls.upload_raster(large, name="Field")
    panel = opened()
    platform.fault(kind="slow_answer", bytes_per_second=100_000, path="^/blob/", method="GET", count=0)
    panel.double_click(*RASTERS, "Field")
    hands.wait_for(running, "the download to begin")
    QTest.qWait(1500)
