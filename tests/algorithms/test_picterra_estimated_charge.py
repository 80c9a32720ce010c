"""What a detection is charged for without a copy of the raster here: by footprint and zoom level, as the platform tells
them. Held against the image's own pixels, and against its corners in Web Mercator by PROJ."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from drawn_layers import CROSSED, boxes_layer, layer, utm_box
from imagery_hub.core.jobs.store import job_store
from qgis.core import QgsFeatureRequest, QgsGeometry
from sandbox_images import lonlat, tile_megapixels, write_image
from sandbox_picterra import PicterraCalls

COLUMNS, ROWS = 6000, 4000
TRUTH = COLUMNS * ROWS / 1e6
LON, LAT = lonlat(30, 30)
SWAPPED = QgsGeometry.fromWkt(
    f"Polygon(({LAT} {LON}, {LAT + 0.0001} {LON}, {LAT + 0.0001} {LON + 0.0001}, {LAT} {LON}))")
INVALID_SHAPES = {
    "counted": QgsFeatureRequest.InvalidGeometryCheck.GeometryNoCheck,
    "left out": QgsFeatureRequest.InvalidGeometryCheck.GeometrySkipInvalid,
    "end the run": QgsFeatureRequest.InvalidGeometryCheck.GeometryAbortOnInvalid,
}
"""What Processing can be set to do with them."""


@pytest.fixture
def raster(run: Any, calls: PicterraCalls, tmp_path: Path) -> str:
    return calls.upload_raster(write_image(tmp_path / "large.tif", np.full((1, ROWS, COLUMNS), 90, np.uint8)))


def test_a_charge_without_a_copy_is_told_with_its_bounds(run: Any, calls: PicterraCalls, raster: str) -> None:
    found = run("estimatecharge", RASTER=raster)
    expected = tile_megapixels(COLUMNS, ROWS, calls.get(f"rasters/{raster}/")["tiles_max_zoom"])
    assert expected > 12, "or the minimum of 10 would hide a wrong figure"
    assert found["MEGAPIXELS"] == found["CHARGED_MEGAPIXELS"] == pytest.approx(expected, rel=0.01)
    assert found["LEAST_CHARGED"] == pytest.approx(max(10, expected / 4), rel=0.01)
    assert found["MOST_CHARGED"] == pytest.approx(4 * expected, rel=0.01)
    assert found["LEAST_CHARGED"] < TRUTH < found["MOST_CHARGED"]
    low, high = f"{found['LEAST_CHARGED']:.2f}", f"{found['MOST_CHARGED']:.2f}"
    assert f"{low} to {high} megapixels may be charged" in found["CHARGE"]
    assert "estimated from the zoom levels" in found["CHARGE"]
    assert found["CHARGE"] in run.messages


def test_only_the_part_of_the_areas_on_the_raster_is_charged_once(
    run: Any, calls: PicterraCalls, raster: str
) -> None:
    zoom = calls.get(f"rasters/{raster}/")["tiles_max_zoom"]
    areas = boxes_layer([(0, 0, 3000, ROWS), (1000, 100, 2000, 300), (-5000, 0, 0, ROWS)])
    found = run("estimatecharge", RASTER=raster, DETECTION_AREAS=areas)
    assert found["MEGAPIXELS"] == pytest.approx(tile_megapixels(3000, ROWS, zoom), rel=0.01)
    assert found["LEAST_CHARGED"] <= found["CHARGED_MEGAPIXELS"] <= found["MOST_CHARGED"]


@pytest.mark.parametrize("local", [False, True], ids=["by the platform's record", "by the copy here"])
@pytest.mark.parametrize(("drawn", "words"), [
    (lambda: boxes_layer([(-5000, 0, -100, ROWS), (0, -900, 80, -800)]), ["Feature 1:", "Feature 2:", "outside the"]),
    (lambda: layer([SWAPPED], "EPSG:4326"), ["Feature 1:", "longitude and latitude look swapped"]),
], ids=["beside", "swapped"])
def test_areas_that_are_all_beside_the_raster_are_named_and_nothing_is_sent(
    run: Any, raster: str, tmp_path: Path, local: bool, drawn: Any, words: list[str]
) -> None:
    given = {"RASTER": raster, "DETECTION_AREAS": drawn()}
    if local:
        given["LOCAL_RASTER"] = str(tmp_path / "large.tif")
    before, jobs = run.sandbox.last_entry(), len(job_store().all())
    for said in (
        run.fails("estimatecharge", **given), run.fails("rundetector", DETECTOR="d", CONFIRM=True, **given)
    ):
        assert all(one in said for one in words), said
        assert "megapixels" not in said
    assert {one["operation"] for one in run.sandbox.log(after=before)} <= {"getRaster", None}
    assert len(job_store().all()) == jobs, "what did not begin is no job that could be continued"


@pytest.mark.parametrize("invalid", INVALID_SHAPES)
@pytest.mark.parametrize("local", [False, True], ids=["by the platform's record", "by the copy here"])
def test_areas_whose_outline_crosses_itself_are_named_and_nothing_is_asked(
    run: Any, raster: str, tmp_path: Path, local: bool, invalid: str
) -> None:
    given = {"RASTER": raster, "DETECTION_AREAS": layer([utm_box((0, 0, 50, 50)), CROSSED])}
    if local:
        given["LOCAL_RASTER"] = str(tmp_path / "large.tif")
    run.context.setInvalidGeometryCheck(INVALID_SHAPES[invalid])
    before, jobs = run.sandbox.last_entry(), len(job_store().all())
    for said in (
        run.fails("estimatecharge", **given),
        *(run.fails("rundetector", DETECTOR="d", CONFIRM=True, SET_AREAS=ticked, **given) for ticked in (False, True)),
    ):
        assert "Feature 2: Its outline crosses itself" in said and "vertex tool" in said, said
        assert "megapixels" not in said
    assert run.sandbox.last_entry() == before
    assert len(job_store().all()) == jobs, "what did not begin is no job that could be continued"


def test_what_is_not_confirmed_tells_the_bounds_too(run: Any, calls: PicterraCalls, raster: str) -> None:
    words = run.fails("rundetector", DETECTOR=calls.detector(), RASTER=raster)
    assert "Nothing was run" in words
    assert run("estimatecharge", RASTER=raster)["CHARGE"] in words


def test_a_copy_here_leaves_nothing_to_estimate(run: Any, raster: str, tmp_path: Path) -> None:
    exact = run("estimatecharge", RASTER=raster, LOCAL_RASTER=str(tmp_path / "large.tif"))
    for name in ("MEGAPIXELS", "CHARGED_MEGAPIXELS", "LEAST_CHARGED", "MOST_CHARGED"):
        assert exact[name] == pytest.approx(TRUTH)
    assert "estimated" not in exact["CHARGE"]


@pytest.mark.needs_assumed("A14")
def test_of_what_is_not_known_the_least_is_told(run: Any, calls: PicterraCalls) -> None:
    slot = calls.post("rasters/upload/file/", {"name": "on its way", "multispectral": False})
    found = run("estimatecharge", RASTER=slot["raster_id"])
    assert (found["MEGAPIXELS"], found["CHARGED_MEGAPIXELS"]) == (None, 10)
    assert (found["LEAST_CHARGED"], found["MOST_CHARGED"]) == (10, None)
    assert found["CHARGE"] == "The size of the image is not known; at least 10 megapixels are charged."


def test_a_file_is_measured_before_it_is_uploaded(run: Any, tmp_path: Path) -> None:
    image = write_image(tmp_path / "large.tif", np.full((1, 3000, 4000), 90, np.uint8))
    before = run.sandbox.last_entry()
    assert run("estimatecharge", LOCAL_RASTER=str(image))["CHARGED_MEGAPIXELS"] == 12
    assert not [entry for entry in run.sandbox.log(after=before) if entry["operation"]]
    assert "“Raster” is empty" in run.refused("estimatecharge")
    assert "“Raster” is empty" in run.refused("rundetector", DETECTOR="d", LOCAL_RASTER=str(image), CONFIRM=True)
