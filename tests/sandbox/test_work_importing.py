"""The remote import's picture: where it lies, that it repeats, and that it holds an image."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from osgeo import gdal, ogr, osr

from sandbox.picterra.work.importing import render_area
from sandbox.picterra.work.rasters import inspect

TRIANGLE = [[7.44, 46.94], [7.4415, 46.94], [7.4415, 46.941], [7.44, 46.94]]


def area(path: Path, *rings: list[list[float]]) -> Path:
    features = [
        {"type": "Feature", "properties": {}, "geometry": {"type": "Polygon", "coordinates": [ring]}} for ring in rings
    ]
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    return path


def test_the_picture_covers_the_area_and_nothing_else(tmp_path: Path) -> None:
    place = tmp_path / "out.tif"
    render_area(area(tmp_path / "aoi.json", TRIANGLE), place)
    report = inspect(place)
    assert (report.valid, report.georeferenced, report.bands) == (True, True, 4)
    assert report.footprint is not None
    west, south, east, north = report.footprint["bbox"]
    slack = 1e-9  # a tenth of a millimetre
    assert west <= 7.44 + slack and south <= 46.94 + slack and east >= 7.4415 - slack and north >= 46.941 - slack
    dataset = gdal.Open(str(place))
    opaque = dataset.GetRasterBand(4).ReadAsArray() == 255
    pixel = dataset.GetGeoTransform()[1]
    triangle = ogr.CreateGeometryFromJson(json.dumps({"type": "Polygon", "coordinates": [TRIANGLE]}))
    degrees, utm = osr.SpatialReference(), osr.SpatialReference()
    degrees.ImportFromEPSG(4326)
    utm.ImportFromEPSG(32632)
    for reference in (degrees, utm):
        reference.SetAxisMappingStrategy(osr.OAMS_TRADITIONAL_GIS_ORDER)
    triangle.Transform(osr.CoordinateTransformation(degrees, utm))
    assert opaque.sum() * pixel**2 == pytest.approx(triangle.GetArea(), rel=0.01)
    assert dataset.GetRasterBand(2).ReadAsArray()[opaque].std() > 10


def test_the_same_area_gives_the_same_picture_and_another_another(tmp_path: Path) -> None:
    pictures = []
    moved = [[x + 0.01, y] for x, y in TRIANGLE]
    for index, ring in enumerate((TRIANGLE, TRIANGLE, moved)):
        render_area(area(tmp_path / "aoi.json", ring), tmp_path / f"{index}.tif")
        pictures.append(gdal.Open(str(tmp_path / f"{index}.tif")).ReadAsArray()[:3, :500, :500])
    assert np.array_equal(pictures[0], pictures[1])
    assert not np.array_equal(pictures[0], pictures[2])


def test_a_large_area_gets_coarser_pixels(tmp_path: Path) -> None:
    render_area(area(tmp_path / "aoi.json", [[-70, -40], [-69, -40], [-69, -39], [-70, -40]]), tmp_path / "out.tif")
    report = inspect(tmp_path / "out.tif")
    assert report.valid
    assert max(report.width, report.height) <= 1000


def test_no_area(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="no polygon"):
        render_area(area(tmp_path / "aoi.json"), tmp_path / "out.tif")
