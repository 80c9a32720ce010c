"""Volumes against solids whose volume is known by geometry."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from osgeo import gdal, osr

from sandbox.pix4d.work.volumes import VolumeRefused, measure

LEFT, TOP, CELL, GROUND = 412600.0, 5231900.0, 0.2, 500.0
CENTRE = (LEFT + 40.0, TOP - 40.0)
Shape = Callable[[np.ndarray, np.ndarray], np.ndarray]


def model(path: Path, shape: Shape, epsg: int = 32632, cell: float = CELL, size: int = 400) -> Path:
    """A cloud-optimised surface model of ``shape``: heights by metres east and north of the centre."""
    steps = (np.arange(size) + 0.5) * cell - size * cell / 2
    east, north = np.meshgrid(steps, -steps)
    dataset = gdal.GetDriverByName("MEM").Create("", size, size, 1, gdal.GDT_Float32)
    reference = osr.SpatialReference()
    reference.ImportFromEPSG(epsg)
    dataset.SetSpatialRef(reference)
    dataset.SetGeoTransform((CENTRE[0] - size * cell / 2, cell, 0, CENTRE[1] + size * cell / 2, 0, -cell))
    dataset.GetRasterBand(1).SetNoDataValue(-10000)
    dataset.GetRasterBand(1).WriteArray(np.nan_to_num(shape(east, north), nan=-10000))
    gdal.GetDriverByName("COG").CreateCopy(str(path), dataset, options=["BLOCKSIZE=128"]).FlushCache()
    return path


def cone(east: np.ndarray, north: np.ndarray) -> np.ndarray:
    """Radius 20, height 10."""
    return GROUND + np.maximum(0.0, 10.0 - np.hypot(east, north) / 2)


def pyramid(east: np.ndarray, north: np.ndarray) -> np.ndarray:
    """A square of 40 by 40, height 12."""
    return GROUND + np.maximum(0.0, 12.0 * (1 - np.maximum(abs(east), abs(north)) / 20))


def pit(east: np.ndarray, north: np.ndarray) -> np.ndarray:
    """A cone upside down: radius 15, depth 6."""
    return GROUND - np.maximum(0.0, 6.0 - np.hypot(east, north) * 6 / 15)


def slope(east: np.ndarray, north: np.ndarray) -> np.ndarray:
    """A plane."""
    return GROUND + 0.1 * east - 0.05 * north


def square(half: float, height: Callable[[float, float], float] = lambda e, n: GROUND) -> list[list[float]]:
    """A square around the centre."""
    corners = [(-half, -half), (half, -half), (half, half), (-half, half)]
    return [[CENTRE[0] + e, CENTRE[1] + n, height(e, n)] for e, n in corners]


def circle(radius: float, corners: int = 64) -> list[list[float]]:
    """A circle around the centre at the ground's height."""
    angles = np.linspace(0, 2 * math.pi, corners, endpoint=False)
    return [[CENTRE[0] + radius * math.cos(a), CENTRE[1] + radius * math.sin(a), GROUND] for a in angles]


@pytest.mark.parametrize("base", ["average", "fitPlane", "triangulated", "highest", "lowest", "custom"])
@pytest.mark.parametrize(("shape", "cut", "fill"), [
    (cone, math.pi * 20**2 * 10 / 3, 0.0),
    (pyramid, 40 * 40 * 12 / 3, 0.0),
    (pit, 0.0, math.pi * 15**2 * 6 / 3),
])  # fmt: skip
def test_solids_come_back_within_half_a_percent(tmp_path: Path, shape: Shape, cut: float, fill: float,
                                                base: str) -> None:
    dsm = model(tmp_path / "dsm.tif", shape)
    for ring in (square(25), circle(30), [*square(25), square(25)[0]]):
        found = measure(dsm, ring, base, GROUND if base == "custom" else None)
        assert found.cut == pytest.approx(cut, rel=0.005, abs=0.01)
        assert found.fill == pytest.approx(fill, rel=0.005, abs=0.01)
        assert found.unit == "m"


def test_vertices_without_height_do_for_a_custom_base(tmp_path: Path) -> None:
    dsm = model(tmp_path / "dsm.tif", lambda e, n: np.full_like(e, GROUND))
    ring = [place[:2] for place in square(7.77)]
    found = measure(dsm, ring, "custom", GROUND - 2)
    assert found.cut == pytest.approx(15.54**2 * 2, rel=0.005)
    assert found.fill == 0
    # A47: 1.5 x pixel size x area.
    assert found.cut_error == pytest.approx(1.5 * CELL * 15.54**2, rel=0.01)
    assert found.fill_error == 0


def test_bases_differ_as_they_should(tmp_path: Path) -> None:
    dsm = model(tmp_path / "dsm.tif", slope)
    ring = square(20, lambda e, n: float(slope(np.array(e), np.array(n))))
    area = 40.0 * 40.0
    for base in ("fitPlane", "triangulated"):
        found = measure(dsm, ring, base)
        assert found.cut + found.fill < 0.002 * area
    # The corners' heights: GROUND -1, +3, +1, -3; the extremes are 3 away from the mean.
    assert measure(dsm, ring, "lowest").cut == pytest.approx(3 * area, rel=0.005)
    assert measure(dsm, ring, "highest").fill == pytest.approx(3 * area, rel=0.005)
    average = measure(dsm, ring, "average")
    assert average.cut == pytest.approx(average.fill, rel=0.01)
    # Mean of |0.1 e - 0.05 n| over the square, by a fine sum.
    steps = (np.arange(2000) + 0.5) / 50 - 20
    east, north = np.meshgrid(steps, steps)
    assert average.cut == pytest.approx(np.abs(0.1 * east - 0.05 * north).mean() * area / 2, rel=0.005)


def test_a_net_of_vertices_is_no_plane(tmp_path: Path) -> None:
    dsm = model(tmp_path / "dsm.tif", lambda e, n: np.full_like(e, GROUND))
    ring = [[CENTRE[0] - 10, CENTRE[1] - 10, GROUND - 3], [CENTRE[0] + 10, CENTRE[1] - 10, GROUND],
            [CENTRE[0] + 11, CENTRE[1] + 11, GROUND], [CENTRE[0] - 10, CENTRE[1] + 10, GROUND]]
    # Delaunay's diagonal joins the other two corners, so one triangle is flat and one falls by 3 at its corner.
    assert measure(dsm, ring, "triangulated").cut == pytest.approx(20 * 20 / 2 * 3 / 3, rel=0.005)


def test_both_parts_of_a_wave(tmp_path: Path) -> None:
    dsm = model(tmp_path / "dsm.tif", lambda e, n: GROUND + 3 * np.sin(e * math.pi / 10))
    found = measure(dsm, square(20), "custom", GROUND)
    half = 40 * 40 / 2 * 3 * 2 / math.pi
    assert found.cut == pytest.approx(half, rel=0.005)
    assert found.fill == pytest.approx(half, rel=0.005)
    assert found.cut_error == pytest.approx(1.5 * CELL * 800, rel=0.01)


@pytest.mark.parametrize(("epsg", "unit", "metres"), [(2225, "ydUS", 1200 / 3937), (2222, "yd", 0.3048)])
def test_feet_give_cubic_yards(tmp_path: Path, epsg: int, unit: str, metres: float) -> None:
    dsm = model(tmp_path / "dsm.tif", cone, epsg=epsg)
    feet = math.pi * 20**2 * 10 / 3
    natural = measure(dsm, square(25), "average")
    assert natural.unit == unit
    assert natural.cut == pytest.approx(feet / 27, rel=0.005)
    assert measure(dsm, square(25), "average", units="m").cut == pytest.approx(feet * metres**3, rel=0.005)


def test_yards_are_given_for_metres_when_asked(tmp_path: Path) -> None:
    dsm = model(tmp_path / "dsm.tif", pyramid)
    found = [measure(dsm, square(25), "average", units=unit).cut for unit in ("m", "yd", "ydUS")]
    assert found[0] / found[1] == pytest.approx(0.764554857984, rel=1e-9)
    assert found[0] / found[2] == pytest.approx((3600 / 3937) ** 3, rel=1e-9)


def test_cells_without_height_are_not_counted(tmp_path: Path) -> None:
    def holed(east: np.ndarray, north: np.ndarray) -> np.ndarray:
        return np.where(east < 0, np.nan, GROUND + 1)

    found = measure(model(tmp_path / "dsm.tif", holed), square(10), "custom", GROUND)
    assert found.cut == pytest.approx(10 * 20, rel=0.005)


def test_refusals(tmp_path: Path) -> None:
    def holed(east: np.ndarray, north: np.ndarray) -> np.ndarray:
        return np.where(np.hypot(east, north) < 20, np.nan, GROUND)

    dsm = model(tmp_path / "dsm.tif", holed)
    with pytest.raises(VolumeRefused, match="^Invalid Polygon$"):
        measure(dsm, square(10), "average")
    with pytest.raises(VolumeRefused, match="^Invalid Polygon$"):
        measure(dsm, [[LEFT, TOP, 1.0], [LEFT + 1, TOP - 1, 1.0], [LEFT + 2, TOP - 2, 1.0]], "average")
    far = [[x + 500, y, z] for x, y, z in square(10)]
    with pytest.raises(VolumeRefused, match="^The polygon doesn't overlap the dataset$"):
        measure(dsm, far, "average")


def test_a_coarser_overview_is_read_for_much_and_none_for_too_much(tmp_path: Path) -> None:
    dsm = model(tmp_path / "dsm.tif", cone)
    fine, coarse = (measure(dsm, square(25), "average", most_cells=cells) for cells in (10**6, 20_000))
    assert coarse.cut == pytest.approx(fine.cut, rel=0.005)
    assert coarse.cut_error > 1.9 * fine.cut_error
    with pytest.raises(VolumeRefused, match="^Too much data requested$"):
        measure(dsm, square(25), "average", most_cells=1000)
