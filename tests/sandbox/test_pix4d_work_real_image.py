"""Photos flown over a real orthoimage on hills: the sandbox must find the hills in what the photos show."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import numpy as np
import pytest
from osgeo import gdal
from pix4d_flight import test_flight
from pix4d_processed import Results, displacement, read, run
from scipy.ndimage import map_coordinates

from sandbox.pix4d.work.photo_files import Lens
from sandbox.pix4d.work.terrain import reference
from sandbox.pix4d.work.virtual_flight import FlightPlan, World, fly

ROOT = Path(__file__).resolve().parents[2]
GROUND = 25.0


def hills(east: np.ndarray, north: np.ndarray) -> np.ndarray:
    """Heights above the ellipsoid by metres from the image's upper left corner."""
    return GROUND + 0.8 * np.sin(east / 5.0) * np.cos(north / 7.0) + 0.05 * east


@pytest.fixture(scope="module")
def image() -> Path:
    """A real tile of 40 by 40 metres."""
    specification = importlib.util.spec_from_file_location("fetch_neon", ROOT / "tools" / "fetch_neon.py")
    assert specification is not None and specification.loader is not None
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    return Path(module.fetch()) / "OSBS_029.tif"


@pytest.fixture(scope="module")
def corner(image: Path) -> tuple[float, float]:
    transform = gdal.Open(str(image)).GetGeoTransform()
    return transform[0], transform[3]


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory, image: Path, corner: tuple[float, float]) -> Results:
    folder = tmp_path_factory.mktemp("real")
    source = gdal.Open(str(image))
    cell = 0.25
    columns, rows = round(source.RasterXSize * 0.1 / cell), round(source.RasterYSize * 0.1 / cell)
    terrain = gdal.GetDriverByName("GTiff").Create(str(folder / "terrain.tif"), columns, rows, 1, gdal.GDT_Float32)
    terrain.SetSpatialRef(reference(source.GetSpatialRef()))
    terrain.SetGeoTransform((corner[0], cell, 0, corner[1], 0, -cell))
    terrain.GetRasterBand(1).WriteArray(hills(*np.meshgrid((np.arange(columns) + 0.5) * cell,
                                                           -(np.arange(rows) + 0.5) * cell)))
    del terrain  # closed, so that all of it is written
    plan = FlightPlan(height=12, overlap=0.7, sidelap=0.6, lens=Lens(8.8, 13.2, 320, 240))
    photos = fly(World(image, folder / "terrain.tif"), plan, folder / "photos")
    assert len(photos) > 20
    return run(folder, photos, test_flight(), outputs=("ortho", "dsm"))


def test_the_hills_are_found(found: Results, corner: tuple[float, float]) -> None:
    values, x, y, there = read(found.path("dsm"))
    east, north = x - corner[0], y - corner[1]
    good = there & (np.abs(east - 20) < 16) & (np.abs(north + 20) < 16)
    assert good.sum() > 50_000
    error = values[0][good] - hills(east, north)[good]
    assert np.sqrt(np.mean(error**2)) < 0.1
    assert np.std(hills(east, north)[good]) > 0.6


def test_the_image_is_made_again(found: Results, image: Path, corner: tuple[float, float]) -> None:
    values, x, y, there = read(found.path("ortho_cloud_optimized"))
    truth = gdal.Open(str(image)).ReadAsArray()[:3].astype(float)
    places = [(corner[1] - y) / 0.1 - 0.5, (x - corner[0]) / 0.1 - 0.5]
    wanted = np.stack([map_coordinates(band, places, order=1) for band in truth])
    good = there & (np.abs(x - corner[0] - 20) < 17) & (np.abs(y - corner[1] + 20) < 17)
    assert np.corrcoef(wanted[:, good].ravel(), values[:3, good].ravel())[0, 1] > 0.97
    off = [displacement(wanted[:, top:top + 128, left:left + 128].mean(axis=0),
                        values[:3, top:top + 128, left:left + 128].mean(axis=0))
           for top in range(0, x.shape[0] - 128, 128) for left in range(0, x.shape[1] - 128, 128)
           if good[top:top + 128, left:left + 128].all()]
    assert len(off) > 6
    # The image has cells of ten centimetres, the orthomosaic of half as much.
    cell = x[0, 1] - x[0, 0]
    assert np.sqrt(np.mean(np.sum(np.square(off), axis=1))) * cell < 0.03
