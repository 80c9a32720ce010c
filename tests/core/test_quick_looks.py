"""The quick look of an image that a search found, on every platform, as the dock asks for it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from imagery_hub.core import background, sessions, thumbnails
from imagery_hub.core.rasters import small_picture
from imagery_hub.providers.search import Hit, Query
from imagery_hub.ui.nodes.description import kind_of
from osgeo import gdal
from pictured_platforms import COLOURS, PLATFORMS, colours, environment, quarters
from qgis.PyQt.QtCore import QBuffer, QIODevice
from qgis.PyQt.QtGui import QImage
from sandbox_process import SandboxProcess

pytestmark = pytest.mark.usefixtures("qgis_app")
ASSUMED = {"pixel": [pytest.mark.needs_assumed("pixel Raster.download_url")]}


@pytest.fixture
def connected(sandbox: SandboxProcess, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for name, value in environment(sandbox).items():
        monkeypatch.setenv(name, value)
    yield
    thumbnails.close()
    sessions.close()
    background.close()


def hit_of(platform: str, text: str, query: Query, qtbot: Any) -> Hit:
    """The one hit with this name."""
    hits: list[Hit] = []
    failures: list[Exception] = []

    def search(opened: Any, work: Any) -> list[Hit]:
        found, begin = [], ""
        while True:
            page = opened.search(query, begin, work)
            found += page.hits
            begin = page.following
            if not begin:
                return [one for one in found if text in one.entry.name]

    sessions.sessions().run(platform, "", search, hits.extend, failures.append)
    qtbot.waitUntil(lambda: bool(hits) or bool(failures), timeout=60_000)
    assert failures == []
    return hits[0]


@pytest.mark.parametrize("name", [pytest.param(one, marks=ASSUMED.get(one, ())) for one in PLATFORMS])
def test_the_dock_shows_a_quick_look(
    name: str, connected: None, sandbox: SandboxProcess, tmp_path: Path, qtbot: Any
) -> None:
    there = PLATFORMS[name](sandbox, tmp_path)
    hit = hit_of(there.platform, there.text, there.query, qtbot)
    kind = kind_of(there.platform, hit.entry.kind)
    assert kind.pictured or kind.imagery  # or the dock does not ask
    heard: list[QImage] = []
    failures: list[Exception] = []
    before = sandbox.last_entry()
    thumbnails.thumbnails().of(there.platform, "", hit.entry, (), heard.append, failures.append)
    qtbot.waitUntil(lambda: bool(heard) or bool(failures), timeout=60_000)
    assert failures == []
    assert not [one for one in sandbox.log(after=before) if one.get("flags")]
    assert max(heard[0].width(), heard[0].height()) == 220
    assert there.looks(png(heard[0]))


def png(image: QImage) -> bytes:
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    assert image.save(buffer, "PNG")
    return bytes(buffer.data())


@pytest.mark.parametrize("driver", ["COG", "GTiff"])
def test_a_large_file_is_read_by_its_overviews_only(
    driver: str, qgis_app: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One without any would come whole over the network."""
    path = quarters(tmp_path / "large.tif", driver, 1024)
    monkeypatch.setattr(small_picture, "MOST", 512 * 512)
    image = small_picture.of(str(path), 220)
    assert image.isNull() if driver == "GTiff" else colours(image) == COLOURS


def test_what_is_no_raster_gives_no_picture(qgis_app: Any, tmp_path: Path) -> None:
    (tmp_path / "words.tif").write_text("no raster")
    assert small_picture.of(str(tmp_path / "words.tif"), 220).isNull()
    assert small_picture.of(str(tmp_path / "nothing.tif"), 220).isNull()


def test_heights_are_stretched_and_what_is_missing_is_clear(qgis_app: Any, tmp_path: Path) -> None:
    heights = gdal.GetDriverByName("GTiff").Create(str(tmp_path / "heights.tif"), 100, 50, 1, gdal.GDT_Float32)
    band = heights.GetRasterBand(1)
    band.SetNoDataValue(-9999)
    band.WriteArray(np.where(np.arange(100) < 50, -9999, np.arange(100) + 400.0)[None, :].repeat(50, 0))
    del band, heights
    image = small_picture.of(str(tmp_path / "heights.tif"), 50)
    assert (image.width(), image.height()) == (50, 25)
    assert image.pixelColor(5, 10).alpha() == 0
    shades = [image.pixelColor(x, 10).red() for x in (27, 37, 47)]
    assert shades[0] < 30 and 100 < shades[1] < 155 and shades[2] > 225


def test_classes_have_their_colours(qgis_app: Any, tmp_path: Path) -> None:
    classes = gdal.GetDriverByName("GTiff").Create(str(tmp_path / "classes.tif"), 20, 10, 1, gdal.GDT_Byte)
    table = gdal.ColorTable()
    table.SetColorEntry(0, (200, 10, 20, 255))
    table.SetColorEntry(7, (10, 20, 200, 255))
    classes.GetRasterBand(1).SetColorTable(table)
    classes.GetRasterBand(1).WriteArray(np.where(np.arange(20) < 10, 0, 7)[None, :].repeat(10, 0).astype("uint8"))
    del classes
    image = small_picture.of(str(tmp_path / "classes.tif"), 220)
    assert [image.pixelColor(x, 5).name() for x in (2, 17)] == ["#c80a14", "#0a14c8"]
