"""Where a place is in a photo: against the camera that took the virtual photos, and against plain trigonometry."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from imagery_hub.core.photos import reading
from imagery_hub.core.photos.reading import Photo
from imagery_hub.core.photos.sight import MARGIN, sight, sights
from osgeo import gdal
from pix4d_flight import test_flight
from qgis.core import QgsApplication

from sandbox.pix4d.work.camera import Camera, rotation
from sandbox.pix4d.work.geodesy import LocalSystem
from sandbox.pix4d.work.photo_facts import read_facts
from sandbox.pix4d.work.terrain import geographic, reference, transformed

LEVEL = Photo(Path("a.jpg"), 400, 300, 8.0, 47.0, 600.0, 100.0, 0.0, -90.0, 0.0, focal_pixels=200.0)
METRES_NORTH = 1 / 111_177.0
"""Degrees of latitude per metre at 47 degrees north."""


def places() -> tuple[np.ndarray, list[float]]:
    """Nine places inside the virtual land: longitude and latitude, and the true heights above the ellipsoid."""
    terrain = gdal.Open(str(test_flight().terrain))
    left, cell, _, top, _, down = terrain.GetGeoTransform()
    heights = terrain.GetRasterBand(1).ReadAsArray()
    steps = [(0.3 + 0.2 * across, 0.3 + 0.2 * along) for across in range(3) for along in range(3)]
    cells = [(int(x * terrain.RasterXSize), int(y * terrain.RasterYSize)) for x, y in steps]
    corners = [[left + (column + 0.5) * cell, top + (row + 0.5) * down] for column, row in cells]
    found = transformed(reference(terrain.GetProjection()), geographic(), np.array(corners))
    return found[:, :2], [float(heights[row, column]) for column, row in cells]


def test_a_place_is_where_the_camera_saw_it(qgis_app: QgsApplication) -> None:
    ground, heights = places()
    compared = 0
    for path in test_flight().photos[::5]:
        photo, facts = reading.read(path), read_facts(path)
        assert photo is not None and facts.place is not None and facts.attitude is not None and facts.focal
        local = LocalSystem(*facts.place)
        camera = Camera(np.zeros(3), rotation(*facts.attitude), facts.focal, facts.width, facts.height, facts.centre)
        columns, rows, seen = camera.project(local.from_geodetic(np.column_stack([ground, heights])))
        for (longitude, latitude), height, column, row, inside in zip(ground, heights, columns, rows, seen):
            found = sight(photo, longitude, latitude, height)
            assert found is not None
            if inside:
                assert (found.x, found.y) == (pytest.approx(column, abs=1.0), pytest.approx(row, abs=1.0))
                compared += 1
            assert inside == (found.off <= 1) or abs(found.off - 1) < 0.01
    assert compared >= 10


def test_right_and_down_are_counted_from_the_top_left_corner(qgis_app: QgsApplication) -> None:
    north = sight(LEVEL, 8.0, 47.0 + 30 * METRES_NORTH)
    assert north is not None
    assert (north.x, north.y) == (pytest.approx(200, abs=0.1), pytest.approx(150 - 60, abs=0.1))
    assert north.off == pytest.approx(60 / 150, abs=0.001)
    turned = sight(replace(LEVEL, yaw=90.0), 8.0, 47.0 + 30 * METRES_NORTH)
    assert turned is not None
    assert (turned.x, turned.y) == (pytest.approx(200 - 60, abs=0.1), pytest.approx(150, abs=0.1))


def test_a_higher_place_is_farther_from_the_middle(qgis_app: QgsApplication) -> None:
    low = sight(LEVEL, 8.0, 47.0 + 30 * METRES_NORTH, ground=500.0)
    high = sight(LEVEL, 8.0, 47.0 + 30 * METRES_NORTH, ground=540.0)
    assert low is not None and high is not None
    assert high.off == pytest.approx(low.off / 0.6, rel=0.001)


def test_without_heading_only_the_distance_is_known(qgis_app: QgsApplication) -> None:
    found = sight(replace(LEVEL, yaw=None), 8.0, 47.0 + 30 * METRES_NORTH)
    assert found is not None and (found.x, found.y) == (None, None)
    assert found.off == pytest.approx(60 / 150, abs=0.001)
    assert sight(replace(LEVEL, yaw=None, pitch=-45.0), 8.0, 47.0) is None


def test_what_lies_behind_the_camera_is_not_seen(qgis_app: QgsApplication) -> None:
    horizon = replace(LEVEL, pitch=0.0)
    assert sight(horizon, 8.0, 47.0 - 500 * METRES_NORTH) is None
    assert sight(horizon, 8.0, 47.0 + 500 * METRES_NORTH) is not None


@pytest.mark.parametrize("missing", ["longitude", "focal_pixels", "height"])
def test_a_photo_that_says_too_little_is_left_out(missing: str, qgis_app: QgsApplication) -> None:
    assert sight(replace(LEVEL, **{missing: None}), 8.0, 47.0) is None


def test_the_photo_above_the_place_comes_first(qgis_app: QgsApplication) -> None:
    row = [replace(LEVEL, path=Path(f"{metres}.jpg"), latitude=47.0 + metres * METRES_NORTH)
           for metres in (300, 80, 40, 0, -20)]
    found = sights(row, 8.0, 47.0)
    assert [one.photo.path.name for one in found] == ["0.jpg", "-20.jpg", "40.jpg", "80.jpg"]
    assert 1 < found[-1].off <= 1 + MARGIN
    assert all(math.isclose(one.x or 0, 200, abs_tol=0.1) for one in found)
