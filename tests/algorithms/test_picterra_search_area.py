"""Rasters listed by area: the platform cannot look for one, so that footprints are compared here."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from placed_images import upload_placed, upload_unplaced
from qgis.core import QgsCoordinateReferenceSystem, QgsGeometry, QgsRectangle, QgsReferencedRectangle
from sandbox_picterra import PicterraCalls

pytestmark = pytest.mark.needs_assumed("RasterInList.footprint")


def names(run: Any, calls: PicterraCalls, **filters: Any) -> set[str]:
    table = run("listrasters", OUTPUT="memory:", **filters)["OUTPUT"]
    return {feature["name"] for feature in table.getFeatures()}


def test_rasters_are_listed_by_area(run: Any, calls: PicterraCalls, tmp_path: Path) -> None:
    upload_placed(calls, tmp_path, "here", 10, 45)
    upload_placed(calls, tmp_path, "there", 30, 45)
    upload_unplaced(calls, tmp_path, "nowhere")
    area = "CRS=EPSG:4326;POLYGON ((10.5 45.5, 11.5 45.5, 11.5 46.5, 10.5 46.5, 10.5 45.5))"
    assert names(run, calls) == {"here", "there", "nowhere"}
    assert names(run, calls, AREA=area) == {"here"}
    assert names(run, calls, AREA=area, WITHOUT_PLACE=True) == {"here", "nowhere"}
    assert names(run, calls, AREA=area, SEARCH="there") == set()
    outputs = run("listrasters", AREA=area)
    assert outputs["COUNT"] == 1


def test_the_area_may_be_in_any_reference_system(run: Any, calls: PicterraCalls, tmp_path: Path) -> None:
    upload_placed(calls, tmp_path, "here", 10, 45)
    upload_placed(calls, tmp_path, "there", 30, 45)
    box = QgsGeometry.fromRect(QgsRectangle(1113195, 5621521, 1224514, 5700582))  # 10 to 11 degrees, about 45 to 45.5
    assert names(run, calls, AREA=f"CRS=EPSG:3857;{box.asWkt()}") == {"here"}
    rectangle = QgsReferencedRectangle(box.boundingBox(), QgsCoordinateReferenceSystem("EPSG:3857"))
    assert names(run, calls, AREA=rectangle) == {"here"}


def test_a_raster_across_longitude_180_is_found_from_both_sides(run: Any, calls: PicterraCalls, tmp_path: Path) -> None:
    upload_placed(calls, tmp_path, "across", 100000, 100000, 200000, epsg=32601)
    upload_placed(calls, tmp_path, "far", 0, 0)
    west = "POLYGON ((-180 0, -179.5 0, -179.5 2, -180 2, -180 0))"
    east = "POLYGON ((179.5 0, 180 0, 180 2, 179.5 2, 179.5 0))"
    beyond = "POLYGON ((179.8 0, 180.2 0, 180.2 2, 179.8 2, 179.8 0))"
    for area in (west, east, beyond):
        assert names(run, calls, AREA=area) == {"across"}
    assert names(run, calls, AREA="POLYGON ((-5 -5, 5 -5, 5 5, -5 5, -5 -5))") == {"far"}
    table = run("listrasters", SEARCH="across", OUTPUT="memory:")["OUTPUT"]
    (shape,) = [feature.geometry() for feature in table.getFeatures()]
    assert shape.isGeosValid()
    assert len(shape.asMultiPolygon()) == 2


def test_an_area_that_is_no_polygon_is_refused(run: Any) -> None:
    assert "no polygon" in run.refused("listrasters", AREA="LINESTRING (0 0, 1 1)")
    metres = "POLYGON ((1113195 5621521, 1224514 5621521, 1224514 5700582, 1113195 5621521))"
    assert "not in degrees" in run.refused("listrasters", AREA=metres)
