"""Tiles against GDAL's own reading of the raster and against Web Mercator's definition."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
from analytic_images import write_image
from osgeo import gdal

from sandbox.picterra import tiles
from sandbox.picterra.work.rasters import inspect

SIGNATURE = b"\x89PNG\r\n\x1a\n"


def tile_at(longitude: float, latitude: float, zoom: int) -> tuple[int, int]:
    """The usual formula of slippy maps."""
    count = 2**zoom
    y = (1 - math.asinh(math.tan(math.radians(latitude))) / math.pi) / 2
    return int((longitude + 180) / 360 * count), int(y * count)


def pixels_of(png: bytes) -> np.ndarray:
    gdal.FileFromMemBuffer("/vsimem/test-tile.png", png)
    content = gdal.Open("/vsimem/test-tile.png").ReadAsArray()
    gdal.Unlink("/vsimem/test-tile.png")
    return content


def middle_of(path: Path) -> tuple[float, float, int, int]:
    report = inspect(path)
    assert report.footprint is not None
    west, south, east, north = report.footprint["bbox"]
    return (west + east) / 2, (south + north) / 2, report.min_zoom, report.max_zoom


def test_colours_arrive_and_the_outside_is_transparent(tmp_path: Path) -> None:
    pixels = np.zeros((400, 400, 3), dtype=np.uint8)
    pixels[:] = (10, 120, 230)
    path = write_image(tmp_path / "a.tif", pixels)
    longitude, latitude, low, high = middle_of(path)
    inside = tiles.render(path, high, *tile_at(longitude, latitude, high))
    assert inside is not None and inside.startswith(SIGNATURE)
    content = pixels_of(inside)
    assert content.shape == (4, 256, 256)
    opaque = content[3] == 255
    assert {tuple(pixel) for pixel in content[:3, opaque].T} == {(10, 120, 230)}
    overview = tiles.render(path, low - 2, *tile_at(longitude, latitude, low - 2))
    assert overview is not None
    area = (pixels_of(overview)[3] > 0).sum()
    pixel = 2 * math.pi * 6378137 / 256 / 2 ** (low - 2) * math.cos(math.radians(latitude))
    assert 0.8 < area * pixel**2 / 40.0**2 < 1.25


def test_tiles_beside_the_raster_and_tiles_that_do_not_exist(tmp_path: Path) -> None:
    path = write_image(tmp_path / "a.tif", np.full((50, 50, 3), 9, dtype=np.uint8))
    longitude, latitude, _, high = middle_of(path)
    x, y = tile_at(longitude, latitude, high)
    assert tiles.render(path, high, x + 5, y) is None
    assert tiles.render(path, high, -1, y) is None
    assert tiles.render(path, 3, 8, 0) is None
    assert tiles.render(path, -1, 0, 0) is None


def test_an_unplaced_image_hangs_from_the_origin(tmp_path: Path) -> None:
    pixels = np.zeros((256, 256, 3), dtype=np.uint8)
    pixels[:128, :128] = (255, 0, 0)
    pixels[128:, 128:] = (0, 0, 255)
    path = write_image(tmp_path / "a.tif", pixels, georeferenced=False)
    zoom = 20  # one tile is 38.2 m, the image 25.6 m wide
    content = pixels_of(tiles.render(path, zoom, 2 ** (zoom - 1), 2 ** (zoom - 1)) or b"")
    assert tuple(content[:, 20, 20]) == (255, 0, 0, 255)
    assert tuple(content[:, 150, 150]) == (0, 0, 255, 255)
    assert content[3, 180, 20] == content[3, 20, 180] == 0
    assert tiles.render(path, zoom, 2 ** (zoom - 1) - 1, 2 ** (zoom - 1)) is None


def test_sixteen_bits_are_stretched_and_one_band_is_grey(tmp_path: Path) -> None:
    ramp = np.tile(np.linspace(1000, 9000, 400), (400, 1))[..., None].astype(np.uint16)
    path = write_image(tmp_path / "a.tif", ramp)
    longitude, latitude, low, _ = middle_of(path)
    content = pixels_of(tiles.render(path, low, *tile_at(longitude, latitude, low)) or b"")
    grey = content[0][content[-1] == 255]
    assert grey.min() < 30 and grey.max() > 225


def test_overviews_are_built_for_large_rasters_only(tmp_path: Path) -> None:
    small = write_image(tmp_path / "small.tif", np.zeros((100, 100, 3), dtype=np.uint8))
    large = write_image(tmp_path / "large.tif", np.full((3000, 3000, 3), 77, dtype=np.uint8))
    for path, expected in ((small, 0), (large, 4)):
        tiles.build_overviews(path)
        assert gdal.Open(str(path)).GetRasterBand(1).GetOverviewCount() == expected
    longitude, latitude, low, _ = middle_of(large)
    content = pixels_of(tiles.render(large, low, *tile_at(longitude, latitude, low)) or b"")
    assert set(content[0][content[3] == 255]) == {77}
