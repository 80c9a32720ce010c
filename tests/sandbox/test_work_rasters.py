"""Inspection of images against what GDAL and arithmetic say."""

from __future__ import annotations

import math
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from analytic_images import LEFT, PIXEL, TOP, write_image
from osgeo import gdal, osr

from sandbox.picterra.work.rasters import inspect

PATTERN = np.random.default_rng(1).integers(0, 255, (300, 500, 3), dtype=np.uint8)


def test_a_georeferenced_image(tmp_path: Path) -> None:
    report = inspect(write_image(tmp_path / "a.tif", PATTERN))
    assert (report.valid, report.message) == (True, "")
    assert (report.width, report.height, report.bands, report.data_type) == (500, 300, 3, "Byte")
    assert report.georeferenced
    assert report.footprint is not None
    ring = report.footprint["coordinates"][0]
    assert ring[0] == ring[-1]
    utm, degrees = osr.SpatialReference(), osr.SpatialReference()
    utm.ImportFromEPSG(32617)
    degrees.ImportFromEPSG(4326)
    back = osr.CoordinateTransformation(degrees, utm)  # latitude first, as the authority says
    corners = {tuple(round(value, 3) for value in back.TransformPoint(y, x)[:2]) for x, y in ring}
    right, bottom = LEFT + 500 * PIXEL, TOP - 300 * PIXEL
    assert corners == {(LEFT, TOP), (LEFT, bottom), (right, bottom), (right, TOP)}
    xs, ys = [p[0] for p in ring], [p[1] for p in ring]
    assert report.footprint["bbox"] == [min(xs), min(ys), max(xs), max(ys)]


def test_zoom_levels_show_the_whole_and_every_pixel(tmp_path: Path) -> None:
    report = inspect(write_image(tmp_path / "a.tif", PATTERN))
    assert report.footprint is not None
    stretch = 1 / math.cos(math.radians(report.footprint["bbox"][1]))
    world = 2 * math.pi * 6378137
    assert world / 256 / 2**report.max_zoom <= PIXEL * stretch * 1.02
    assert world / 256 / 2 ** (report.max_zoom - 1) > PIXEL * stretch
    assert world / 2**report.min_zoom >= 500 * PIXEL * stretch * 0.98


def test_an_image_without_georeference_lies_at_the_origin(tmp_path: Path) -> None:
    pixels = np.zeros((1086, 1520, 1), dtype=np.uint8)
    report = inspect(write_image(tmp_path / "a.tif", pixels, georeferenced=False))
    assert report.valid and not report.georeferenced
    assert report.footprint is not None
    # The check value of the API notes, section 9.12.
    west, south, east, north = report.footprint["bbox"]
    assert (west, north) == (0, 0)
    assert east == pytest.approx(0.0013653, abs=2e-7)
    assert south == pytest.approx(-0.00097539, abs=2e-7)


@pytest.mark.parametrize("driver", ["PNG", "JPEG"])
def test_pictures(tmp_path: Path, driver: str) -> None:
    source = gdal.Open(str(write_image(tmp_path / "a.tif", PATTERN, georeferenced=False)))
    place = tmp_path / "picture"
    gdal.GetDriverByName(driver).CreateCopy(str(place), source)
    report = inspect(place)
    assert (report.valid, report.width, report.height, report.bands) == (True, 500, 300, 3)


@pytest.mark.parametrize("kind", ["GTiff", "PNG", "JPEG"])
@pytest.mark.parametrize("share", [0.99, 0.5, 0.05])
def test_truncated_images(tmp_path: Path, kind: str, share: float) -> None:
    source = gdal.Open(str(write_image(tmp_path / "a.tif", PATTERN, georeferenced=False)))
    place = tmp_path / "cut"
    gdal.GetDriverByName(kind).CreateCopy(str(place), source)
    content = place.read_bytes()
    place.write_bytes(content[: int(share * len(content))])
    report = inspect(place)
    assert not report.valid
    assert report.message.startswith("The ")
    assert str(tmp_path) not in report.message and "cut" not in report.message


def test_a_damaged_compressed_block(tmp_path: Path) -> None:
    place = write_image(tmp_path / "a.tif", PATTERN, creation=["COMPRESS=DEFLATE", "TILED=YES"])
    content = bytearray(place.read_bytes())
    middle = len(content) // 2
    content[middle : middle + 2000] = bytes(2000)
    place.write_bytes(content)
    report = inspect(place)
    assert (report.valid, "damaged or incomplete" in report.message) == (False, True)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "empty"),
        (b"just text, no picture at all", "not an image"),
        (b"<VRTDataset rasterXSize='1' rasterYSize='1'></VRTDataset>", "not an image"),
        (b"II*\x00", "incomplete"),
    ],
)
def test_files_that_are_no_images(tmp_path: Path, content: bytes, words: str) -> None:
    place = tmp_path / "file"
    place.write_bytes(content)
    report = inspect(place)
    assert not report.valid
    assert words in report.message


def test_a_missing_file(tmp_path: Path) -> None:
    assert inspect(tmp_path / "none").message == "No file was uploaded."


def test_a_place_off_the_earth(tmp_path: Path) -> None:
    place = write_image(tmp_path / "a.tif", PATTERN)
    dataset = gdal.Open(str(place), gdal.GA_Update)
    dataset.SetGeoTransform((1e9, 1e6, 0, 1e9, 0, -1e6))
    dataset = None
    report = inspect(place)
    assert (report.valid, "coordinate system" in report.message) == (False, True)


def test_a_large_image_needs_little_memory(tmp_path: Path) -> None:
    place = tmp_path / "large.tif"
    options = ["TILED=YES", "SPARSE_OK=YES"]
    gdal.GetDriverByName("GTiff").Create(str(place), 20000, 20000, 3, gdal.GDT_Byte, options).FlushCache()
    program = (
        "import resource, sys\n"
        "from osgeo import gdal\n"
        "gdal.SetCacheMax(32 * 2**20)\n"
        "from sandbox.picterra.work.rasters import inspect\n"
        "before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss\n"
        "assert inspect(sys.argv[1]).valid\n"
        "print((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024)\n"
    )
    root = Path(__file__).resolve().parents[2]
    command = [sys.executable, "-c", program, str(place)]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, check=True)
    assert float(done.stdout) < 120
