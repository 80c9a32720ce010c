"""Orthomosaic, surface and terrain model of the test flight against the land that was flown over."""

from __future__ import annotations

import zipfile

import numpy as np
import pytest
from osgeo import gdal, ogr
from osgeo_utils.samples.validate_cloud_optimized_geotiff import validate
from pix4d_processed import displacement, ground, inside_building, on_land, read, results
from scipy.ndimage import map_coordinates

from sandbox.pix4d.work.scene import NORTH, WEST

CELL = 0.1
"""Metres that a pixel of the photos and of the true orthoimage shows."""


def test_the_orthomosaic_lies_where_the_orthoimage_does() -> None:
    values, x, y, there = read(results().path("ortho_cloud_optimized"))
    truth = gdal.Open(str(results().flight.orthoimage)).ReadAsArray()[:3].astype(float)
    rows, columns = (NORTH - y) / CELL - 0.5, (x - WEST) / CELL - 0.5
    wanted = np.stack([map_coordinates(band, [rows, columns], order=1) for band in truth])
    # Around buildings photos see walls that an orthoimage does not have.
    good = there & on_land(x, y) & ~inside_building(x, y, -3)
    assert np.corrcoef(wanted[:, good].ravel(), values[:3, good].ravel())[0, 1] > 0.99
    cell = abs(x[0, 1] - x[0, 0])
    assert cell == pytest.approx(CELL, rel=0.15)
    off = [displacement(wanted[:, top:top + 128, left:left + 128].mean(axis=0),
                        values[:3, top:top + 128, left:left + 128].mean(axis=0))
           for top in range(0, x.shape[0] - 128, 128) for left in range(0, x.shape[1] - 128, 128)
           if good[top:top + 128, left:left + 128].all()]
    assert len(off) > 25
    assert np.sqrt(np.mean(np.sum(np.square(off), axis=1))) < 0.15
    assert np.abs(off).max() < 0.5


def test_the_surface_has_the_lands_heights_and_roofs() -> None:
    values, x, y, there = read(results().path("dsm"))
    open_ground = there & on_land(x, y) & ~inside_building(x, y, -2) & ~_lower_building(x, y, -2)
    error = values[0][open_ground] - ground(x, y)[open_ground]
    assert np.sqrt(np.mean(error**2)) < 1.5 * CELL
    assert abs(np.median(error)) < 0.02
    # Roofs are matched in windows of more than a metre, so that their edges are round.
    roof = inside_building(x, y, 2.5)
    assert there[roof].all()
    assert values[0][roof] - ground(x, y)[roof] == pytest.approx(8, abs=0.5)
    assert there[on_land(x, y, 12)].mean() > 0.98


def test_the_terrain_goes_on_below_the_roofs() -> None:
    values, x, y, there = read(results().path("dtm"))
    everywhere = there & on_land(x, y)
    error = values[0] - ground(x, y)
    assert np.sqrt(np.mean(error[everywhere] ** 2)) < 0.2
    for roof in (inside_building(x, y, 0), _lower_building(x, y, 0)):
        # The roofs are five and eight metres high.
        assert np.sqrt(np.mean(error[roof] ** 2)) < 0.5
        assert np.abs(error[roof]).max() < 2


def _lower_building(x: np.ndarray, y: np.ndarray, margin: float) -> np.ndarray:
    return np.asarray((np.abs(x - WEST - 60) < 7 - margin) & (np.abs(y - NORTH + 40) < 5 - margin))


@pytest.mark.parametrize("output_type", ["ortho_cloud_optimized", "dsm_cloud_optimized"])
def test_cloud_optimised_by_gdals_own_judge(output_type: str) -> None:
    warnings, errors, _ = validate(str(results().path(output_type)), full_check=True)
    assert errors == []
    assert warnings == []
    dataset = gdal.Open(str(results().path(output_type)))
    assert dataset.GetRasterBand(1).GetOverviewCount() >= 1
    assert dataset.GetSpatialRef().GetAuthorityCode(None) == "32632"
    assert dataset.GetMetadataItem("LAYOUT", "IMAGE_STRUCTURE") == "COG"


def test_opaque_and_transparent() -> None:
    clear, plain = gdal.Open(str(results().path("ortho"))), gdal.Open(str(results().path("ortho_rgb")))
    assert (clear.RasterCount, plain.RasterCount) == (4, 3)
    assert clear.GetRasterBand(4).GetColorInterpretation() == gdal.GCI_AlphaBand
    assert clear.GetRasterBand(1).GetOverviewCount() >= 1
    alpha = clear.GetRasterBand(4).ReadAsArray()
    assert set(np.unique(alpha)) == {0, 255}
    bounds = results().processed.bounds
    assert bounds[0] < 7.8464 < bounds[2] and bounds[1] < 47.2342 < bounds[3]


@pytest.mark.parametrize(("output_type", "endings"), [
    ("ortho_rgba_bundle", {"tif", "tfw", "prj"}), ("ortho_rgb_bundle", {"tif", "tfw", "prj"}),
    ("dsm_bundle", {"tif", "tfw", "prj"}), ("dtm_bundle", {"tif", "tfw", "prj"}),
    ("contour_files_bundle", {"shp", "shx", "dbf", "prj", "dxf"}),
])  # fmt: skip
def test_bundles(output_type: str, endings: set[str]) -> None:
    with zipfile.ZipFile(results().path(output_type)) as archive:
        assert archive.testzip() is None
        names = archive.namelist()
        assert {name.rpartition(".")[2] for name in names} == endings
        assert all("/" not in name for name in names)
        world = next((name for name in names if name.endswith(".tfw")), None)
        if world is not None:
            lines = [float(line) for line in archive.read(world).decode().split()]
            transform = gdal.Open(str(results().path(output_type.removesuffix("_bundle").replace("rgba", "").rstrip("_"
                                      )))).GetGeoTransform()
            assert lines[4:] == pytest.approx([transform[0] + transform[1] / 2, transform[3] + transform[5] / 2])


def test_contours_lie_at_their_heights() -> None:
    source = ogr.Open(f"/vsizip/{results().path('contour_files_bundle')}")
    layer = source.GetLayerByName("Quarry_north_contours")
    assert layer.GetFeatureCount() > 5
    off = []
    for feature in layer:
        places = np.array(feature.GetGeometryRef().GetPoints())[:, :2]
        places = places[on_land(*places.T) & ~inside_building(*places.T, -3) & ~_lower_building(*places.T, -3)]
        off += list(ground(*places.T) - feature.GetField("ELEVATION"))
    assert np.sqrt(np.mean(np.square(off))) < 0.3


@pytest.mark.parametrize("output_type", ["ortho_thumb", "dsm_thumb", "dsm_preview", "project_thumb"])
def test_pictures(output_type: str) -> None:
    picture = gdal.Open(str(results().path(output_type)))
    assert picture.GetDriver().ShortName == "PNG"
    assert 100 < picture.RasterXSize <= 1024
    assert picture.ReadAsArray().std() > 5
