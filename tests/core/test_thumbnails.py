"""Small pictures of rasters: the right tiles in the right place, forgotten when their session is closed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from imagery_hub.core import background, sessions, thumbnails, tile_pictures
from imagery_hub.core.quick_looks import SIDE
from imagery_hub.providers.capabilities import Entry, Tiles
from imagery_hub.providers.http.tiles import address
from osgeo import osr
from pictured_platforms import COLOURS, colours, quarters
from pix4d_flight import test_flight
from pix4d_project import StoredProject
from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtGui import QColor, QImage
from sandbox_picterra import PicterraCalls
from sandbox_pix4d import environment
from sandbox_process import PICTERRA_KEY, SandboxProcess

pytestmark = pytest.mark.usefixtures("qgis_app")


def test_pixels_are_those_of_web_mercator() -> None:
    transform = osr.CoordinateTransformation(reference(4326), reference(3857))
    for extent in ((8.0, 46.0, 9.0, 47.0), (-70.5, -33.6, -70.2, -33.1), (-180.0, -85.0, 180.0, 85.0)):
        for zoom in (0, 6, 14):
            left, top, right, bottom = tile_pictures.pixels(extent, zoom)
            whole = 2 * 20037508.342789244
            for (x, y), (longitude, latitude) in (((left, top), (extent[0], extent[3])),
                                                  ((right, bottom), (extent[2], extent[1]))):
                east, north, _ = transform.TransformPoint(longitude, latitude)
                size = 256 * 2**zoom
                assert x == pytest.approx((east / whole + 0.5) * size, abs=0.01)
                assert y == pytest.approx((0.5 - north / whole) * size, abs=0.01)


def reference(code: int) -> Any:
    found = osr.SpatialReference()
    found.ImportFromEPSG(code)
    found.SetAxisMappingStrategy(osr.OAMS_TRADITIONAL_GIS_ORDER)
    return found


def test_the_level_fits_the_picture() -> None:
    for zoom in ((0, 20), None):
        level = tile_pictures.best_zoom((8.0, 46.0, 8.01, 46.01), zoom, SIDE)
        left, top, right, bottom = tile_pictures.pixels((8.0, 46.0, 8.01, 46.01), level)
        assert SIDE <= max(right - left, bottom - top) < 2 * SIDE
    assert tile_pictures.best_zoom((8.0, 46.0, 8.01, 46.01), (3, 5), SIDE) == 5
    assert tile_pictures.best_zoom((-170.0, -80.0, 170.0, 80.0), (9, 12), SIDE) == 9


def test_no_more_than_the_middle_of_what_is_too_much() -> None:
    assert tile_pictures.middle((0.0, 0.0, 10_000.0, 500.0)) == (4616.0, 0.0, 5384.0, 500.0)


def test_rows_are_counted_as_the_address_says() -> None:
    assert address(Tiles("http://a/{z}/{x}/{y}.png", from_south=False), 3, 5, 1) == "http://a/3/5/1.png"
    assert address(Tiles("http://a/{z}/{x}/{y}.png", from_south=True), 3, 5, 1) == "http://a/3/5/6.png"
    assert address(Tiles("http://a/{z}/{x}/{-y}.png", from_south=False), 3, 5, 1) == "http://a/3/5/6.png"


def test_a_picture_of_a_raster(
    sandbox: SandboxProcess, tmp_path: Path, qtbot: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PICTERRA_API_KEY", PICTERRA_KEY)
    monkeypatch.setenv("PICTERRA_BASE_URL", sandbox.address)
    calls = PicterraCalls(sandbox)
    raster = calls.upload_raster(quarters(tmp_path / "quarters.tif"), name="quarters")
    sandbox.control("POST", "picterra/rasters", {"count": 1, "name": "no file"})
    empty = next(one["id"] for one in calls.get("rasters/", page_number=1)["results"] if one["id"] != raster)
    entry = Entry("raster", raster, "quarters")
    heard: list[QImage] = []
    failures: list[Exception] = []
    before = sandbox.last_entry()
    thumbnails.thumbnails().of("picterra", "", entry, (), heard.append, failures.append)
    qtbot.waitUntil(lambda: bool(heard) or bool(failures), timeout=20_000)
    assert failures == []
    (image,) = heard
    assert max(image.width(), image.height()) == SIDE
    assert colours(image) == COLOURS
    asked = sandbox.log(after=before)
    assert {one["operation"] for one in asked} == {"getRaster", "getTile"}
    assert not [one for one in asked if one.get("flags")]
    assert thumbnails.thumbnails().of("picterra", "", entry, (), heard.append, failures.append) is None
    assert heard[1] is image
    assert len(sandbox.log(after=before)) == len(asked)
    sessions.sessions().log_out("picterra", "")
    sessions.sessions().log_in("picterra", "")
    thumbnails.thumbnails().of("picterra", "", entry, (), heard.append, failures.append)
    qtbot.waitUntil(lambda: len(heard) == 3, timeout=20_000)
    assert len(sandbox.log(after=before)) == 2 * len(asked)
    thumbnails.thumbnails().of("picterra", "", Entry("raster", empty, ""), (), heard.append, failures.append)
    qtbot.waitUntil(lambda: len(heard) == 4 or bool(failures), timeout=20_000)
    assert heard[3].isNull()
    thumbnails.close()
    sessions.close()
    background.close()


def test_a_picture_that_the_platform_made(
    sandbox: SandboxProcess, qtbot: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of a photo of PIX4D; before there is one, nothing is remembered."""
    for name, value in environment(sandbox).items():
        monkeypatch.setenv(name, value)
    project, photo = StoredProject(sandbox), test_flight().photos[0]
    number = project.register(project.store([photo]))["images"][0]["id"]
    entry, above = Entry("photo", str(number), photo.name), (Entry("project", str(project.id), "Quarry"),)
    heard: list[QImage] = []
    failures: list[Exception] = []
    before = sandbox.last_entry()
    shown = thumbnails.thumbnails()
    shown.of("pix4d", "", entry, above, heard.append, failures.append)
    qtbot.waitUntil(lambda: bool(heard) or bool(failures), timeout=20_000)
    assert failures == []
    (image,) = heard
    assert (image.width(), image.height()) == (SIDE, 165)
    expected = QImage(str(photo)).scaled(1, 1, transformMode=Qt.TransformationMode.SmoothTransformation)
    found = image.scaled(1, 1, transformMode=Qt.TransformationMode.SmoothTransformation)
    for part in ("red", "green", "blue"):
        one, other = getattr(QColor(found.pixel(0, 0)), part)(), getattr(QColor(expected.pixel(0, 0)), part)()
        assert abs(one - other) <= 4
    assert shown.of("pix4d", "", entry, above, heard.append, failures.append) is None
    asked = {one["operation"] for one in sandbox.log(after=before)}
    assert asked == {"getToken", "getPhoto", "getProjectS3Credentials"}
    (picture,) = project.store([photo], "post_processing")
    project.calls.post(f"{project.path}outputs/", {"output": picture, "output_type": "project_thumb"})
    whole = Entry("project", str(project.id), "Quarry", "DONE")
    shown.of("pix4d", "", whole, (), heard.append, failures.append)
    qtbot.waitUntil(lambda: len(heard) == 3 or bool(failures), timeout=20_000)
    assert failures == []
    assert heard[2].size() == image.size()
    asked_of_none = sandbox.last_entry()
    shown.of("pix4d", "", Entry("photo", "1", "none"), (), heard.append, failures.append)
    qtbot.waitUntil(lambda: len(heard) == 4 or bool(failures), timeout=20_000)
    assert heard[3].isNull()
    assert sandbox.last_entry() == asked_of_none
    thumbnails.close()
    sessions.close()
    background.close()
