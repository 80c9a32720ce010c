"""The area that a detection is charged for, held against areas known by arithmetic."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from imagery_hub.algorithms.picterra.charge import by_file
from osgeo import gdal, osr
from qgis.core import QgsFeature, QgsFeatureSource, QgsGeometry, QgsProcessingContext, QgsVectorLayer


def image(path: Path, georeferenced: bool) -> Path:
    """1000 x 800 pixels, of 0.5 m in UTM 32N where georeferenced."""
    dataset = gdal.GetDriverByName("GTiff").Create(str(path), 1000, 800, 1)
    if georeferenced:
        system = osr.SpatialReference()
        system.ImportFromEPSG(32632)
        dataset.SetProjection(system.ExportToWkt())
        dataset.SetGeoTransform((500000, 0.5, 0, 5200000, 0, -0.5))
    dataset.FlushCache()
    return path


def areas(crs: str, wkt: str) -> tuple[QgsVectorLayer, QgsFeatureSource]:
    layer = QgsVectorLayer(f"Polygon?crs={crs}", "areas", "memory")
    feature = QgsFeature()
    feature.setGeometry(QgsGeometry.fromWkt(wkt))
    layer.dataProvider().addFeatures([feature])
    return layer, layer.dataProvider()


@pytest.mark.parametrize(
    ("georeferenced", "crs", "wkt"),
    [
        # 100 x 50 m of 0.5 m pixels, and 20 x 10 m of the 0.1 m pixels by which the platform places images at 0/0
        (True, "EPSG:32632", "POLYGON((500010 5199990,500110 5199990,500110 5199940,500010 5199940,500010 5199990))"),
        (False, "EPSG:3857", "POLYGON((1 -1,21 -1,21 -11,1 -11,1 -1))"),
    ],
    ids=["georeferenced", "without georeference"],
)
def test_detection_areas_are_counted_in_the_pixels_of_the_image(
    qgis_new_project: None, tmp_path: Path, georeferenced: bool, crs: str, wkt: str
) -> None:
    layer, source = areas(crs, wkt)
    assert layer.featureCount() == 1
    path = image(tmp_path / "image.tif", georeferenced)
    assert by_file(path, source, QgsProcessingContext()).megapixels == pytest.approx(0.02, rel=1e-3)
    assert by_file(path, None, QgsProcessingContext()).megapixels == pytest.approx(0.8)


SYSTEM = osr.SpatialReference()
SYSTEM.ImportFromEPSG(32632)
CORNERS = [
    gdal.GCP(500000 + column / 2, 5200000 - row / 2, 0, column, row) for column in (0, 1000) for row in (0, 800)
]


@pytest.mark.parametrize("place", ["control points", "control points and a system", "only on the platform"])
def test_areas_on_a_file_that_does_not_tell_its_place_are_not_counted_and_not_refused(
    qgis_new_project: None, tmp_path: Path, place: str
) -> None:
    layer, source = areas("EPSG:32632", "POLYGON((500010 5199990,500110 5199990,500110 5199940,500010 5199990))")
    assert layer.featureCount() == 1
    path = image(tmp_path / "image.tif", False)
    if place != "only on the platform":
        path = tmp_path / "image.vrt"
        made = gdal.GetDriverByName("VRT").CreateCopy(str(path), gdal.Open(str(tmp_path / "image.tif")))
        made.SetGCPs(CORNERS, SYSTEM.ExportToWkt())
        if place == "control points and a system":
            made.SetProjection(SYSTEM.ExportToWkt())
        made = None
        assert gdal.Open(str(path)).GetGCPCount() == 4
    found = by_file(path, source, QgsProcessingContext())
    assert (found.megapixels, found.charged, found.least, found.most) == (None, 10, 10, 10)
    assert found.sentence().startswith("The file does not tell where its pixels lie")
    large = replace(found, whole=2000.5)
    assert (large.least, large.most) == (10, 2000.5)
    assert "at least 10 and at most 2000.50 megapixels are charged" in large.sentence()
    assert by_file(path, None, QgsProcessingContext()).megapixels == pytest.approx(0.8)
