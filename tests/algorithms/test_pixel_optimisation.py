"""Optimised copies of rasters and point clouds by algorithms; the sandbox's own state and files are the witness."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from imagery_hub.algorithms.pixel.optimisation import _reason
from osgeo import gdal
from osgeo_utils.samples.validate_cloud_optimized_geotiff import validate
from pixel_files import point_cloud, raster
from pixel_sending import send
from sandbox_pixel import PixelCalls
from sandbox_process import SandboxProcess


def rgb(pixel: PixelCalls, tmp_path: Path, count: int = 2, bands: int = 3) -> tuple[str, list[int]]:
    """A data collection of orthophotos, and the ids of its rasters."""
    place = pixel.collection(pixel.project(), "RGB", raster_info={"num_bands": bands})
    files = [raster(tmp_path / f"ortho_{number}.tif", bands=bands, size=(300, 280)) for number in range(count)]
    return place, sorted(send(pixel, place, files).values())


def copies(pixel: PixelCalls, place: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = pixel.read(place, "rasters/optimized/")
    return found


@pytest.mark.needs_assumed("pixel OptimizedRaster.raster_id")
def test_all_rasters_of_a_collection(
        run_pixel: Any, pixel: PixelCalls, sandbox: SandboxProcess, tmp_path: Path) -> None:
    place, rasters = rgb(pixel, tmp_path)
    found = run_pixel("optimiserasters", COLLECTION=place)
    assert found["COLLECTION_ID"] == place
    assert sorted(found["RASTER_IDS"].split(",")) == sorted(map(str, rasters))
    assert (found["COUNT"], found["FAILED"]) == (2, 0)
    assert [(one["status"], one["profile"]) for one in copies(pixel, place)] == [("completed", "rgb")] * 2
    assert found["OPTIMISED_IDS"] == ",".join(str(one["id"]) for one in copies(pixel, place))
    files = sandbox.control("GET", "pixel/optimisation")
    assert all(validate(file, full_check=True)[1] == [] for file in files.values())


@pytest.mark.needs_assumed("pixel OptimizedRaster.raster_id")
def test_chosen_ones_with_options_of_their_own(run_pixel: Any, pixel: PixelCalls, tmp_path: Path) -> None:
    place, rasters = rgb(pixel, tmp_path)
    found = run_pixel("optimiserasters", COLLECTION=place, RASTERS=str(rasters[1]), NEARBLACK=True,
                      NEARBLACK_COLOR="12", NEARBLACK_ALGORITHM="floodfill", OVERVIEW_RESAMPLING="cubic_spline",
                      PROFILE="rgb")
    assert found["RASTER_IDS"] == str(rasters[1])
    assert copies(pixel, place)[0]["creation_options"] == {
        "nearblack_options": {"enabled": True, "color": 12, "algorithm": "floodfill"},
        "overview_resampling": "cubic_spline"}


def test_a_terrain_model_takes_its_own_profile(run_pixel: Any, pixel: PixelCalls, tmp_path: Path) -> None:
    place = pixel.collection(pixel.project(), "DTM")
    send(pixel, place, [raster(tmp_path / "dtm.tif", data_type="float32", bands=1)])
    run_pixel("optimiserasters", COLLECTION=place)
    assert [one["profile"] for one in copies(pixel, place)] == ["terrain"]


@pytest.mark.needs_assumed("pixel OptimizedRaster.status")
def test_what_is_ready_is_not_made_again(run_pixel: Any, pixel: PixelCalls, sandbox: SandboxProcess,
                                         tmp_path: Path) -> None:
    place, _ = rgb(pixel, tmp_path)
    run_pixel("optimiserasters", COLLECTION=place)
    before = sandbox.last_entry()
    found = run_pixel("optimiserasters", COLLECTION=place)
    assert found["COUNT"] == 2
    assert any("2 copies were there already" in one for one in run_pixel.messages)
    assert not [one for one in sandbox.log(after=before) if one["operation"] == "runOptimizedRasters"]


def test_an_empty_collection_sends_no_run_for_all(run_pixel: Any, pixel: PixelCalls, sandbox: SandboxProcess) -> None:
    place = pixel.collection(pixel.project(), "RGB")
    before = sandbox.last_entry()
    found = run_pixel("optimiserasters", COLLECTION=place)
    assert (found["COUNT"], found["OPTIMISED_IDS"]) == (0, "")
    assert any("nothing to optimise" in one for one in run_pixel.messages)
    assert not [one for one in sandbox.log(after=before) if one["operation"] == "runOptimizedRasters"]


@pytest.mark.needs_assumed("pixel OptimizedRaster.status", "pixel OptimizedRaster.detail")
def test_failures_are_told_one_by_one_and_tried_again(run_pixel: Any, pixel: PixelCalls, sandbox: SandboxProcess,
                                                      tmp_path: Path) -> None:
    place, rasters = rgb(pixel, tmp_path)
    sandbox.control("POST", "pixel/optimisation", {"fails": [rasters[0]]})
    found = run_pixel("optimiserasters", COLLECTION=place)
    assert (found["COUNT"], found["FAILED"]) == (1, 1)
    assert any(f"of {rasters[0]} could not be made" in one and "out of memory" in one for one in run_pixel.messages)
    assert run_pixel("optimiserasters", COLLECTION=place, RETRY_FAILED=False)["FAILED"] == 1
    sandbox.control("POST", "pixel/optimisation", {"fails": []})
    assert run_pixel("optimiserasters", COLLECTION=place)["FAILED"] == 0


@pytest.mark.needs_assumed("pixel OptimizedRaster.detail")
def test_when_none_can_be_made_it_fails(run_pixel: Any, pixel: PixelCalls, sandbox: SandboxProcess,
                                        tmp_path: Path) -> None:
    place, rasters = rgb(pixel, tmp_path)
    sandbox.control("POST", "pixel/optimisation", {"fails": rasters})
    words = run_pixel.fails("optimiserasters", COLLECTION=place)
    assert words.startswith("None of the 2 copies")
    assert "out of memory" in words


def test_a_failure_without_a_reason_is_told_in_a_sentence() -> None:
    assert _reason("") == _reason(None) == "The platform does not say why."
    assert _reason("Out of\nmemory.") == "The platform says: “Out of memory.”"


@pytest.mark.parametrize(("parameters", "words"), [
    ({"NEARBLACK": True, "PROFILE": "terrain"}, "orthophotos only"),
    ({"NEARBLACK": True, "NEARBLACK_COLOR": "blue"}, "not a colour of the collar"),
    ({"NEARBLACK": True, "NEARBLACK_COLOR": "256"}, "not a colour of the collar"),
    ({"PROFILE": "satellite"}, "not allowed"),
    ({"COLLECTION": "seven"}, "not a data collection"),
    ({"COLLECTION": ""}, "is empty"),
])
def test_wrong_values_are_refused_before_anything_is_sent(
        run_pixel: Any, parameters: dict[str, Any], words: str) -> None:
    assert words in run_pixel.refused("optimiserasters", **{"COLLECTION": "10/6", **parameters})


@pytest.mark.needs_assumed("pixel DataCollection.raster_info")
@pytest.mark.parametrize(("kind", "bands", "parameters", "words"), [
    ("RGB", 4, {"NEARBLACK": True}, "have 4"),
    ("DTM", 1, {"NEARBLACK": True}, "profile is “terrain”"),
    ("DSM", 1, {"PROFILE": "rgb"}, "does not go with"),
    ("image", 0, {}, "type “image”"),
])
def test_what_the_collection_does_not_allow_is_explained(
        run_pixel: Any, pixel: PixelCalls, kind: str, bands: int, parameters: dict[str, Any], words: str) -> None:
    rules = {"raster_info": {"num_bands": bands}} if bands else {}
    place = pixel.collection(pixel.project(), kind, **rules)
    assert words in run_pixel.fails("optimiserasters", COLLECTION=place, **parameters)


@pytest.mark.needs_assumed("pixel A4")
def test_a_tenant_without_the_plugin_is_told_so(run_pixel: Any, pixel: PixelCalls, sandbox: SandboxProcess) -> None:
    sandbox.control("POST", "pixel/plugins", {"optimized_raster": False})
    place = pixel.collection(pixel.project(), "RGB")
    assert "plugin “optimized_raster”" in run_pixel.fails("optimiserasters", COLLECTION=place)


# ---------------------------------------------------------------------- listed and deleted
@pytest.mark.needs_assumed("pixel OptimizedRaster.creation_options")
def test_copies_are_listed_with_their_options(run_pixel: Any, pixel: PixelCalls, sandbox: SandboxProcess,
                                              tmp_path: Path) -> None:
    place, rasters = rgb(pixel, tmp_path)
    sandbox.control("POST", "pixel/optimisation", {"fails": [rasters[0]]})
    run_pixel("optimiserasters", COLLECTION=place, NEARBLACK=True)
    found = run_pixel("listoptimised", COLLECTION=place, OUTPUT="TEMPORARY_OUTPUT")
    rows = [dict(zip(one.fields().names(), one.attributes())) for one in found["OUTPUT"].getFeatures()]
    assert [(one["raster_id"], one["status"], one["nearblack"], one["overview_resampling"]) for one in rows] == \
        [(rasters[0], "failed", True, "average"), (rasters[1], "completed", True, "average")]
    assert rows[0]["detail"] == "The optimisation ran out of memory"
    assert run_pixel("listoptimised", COLLECTION=place, STATES=[4])["COUNT"] == 1


@pytest.mark.needs_assumed("pixel OptimizedRaster.raster_id")
def test_copies_are_deleted_and_their_rasters_stay(run_pixel: Any, pixel: PixelCalls, tmp_path: Path) -> None:
    place, rasters = rgb(pixel, tmp_path)
    run_pixel("optimiserasters", COLLECTION=place, RASTERS=str(rasters[0]))
    name = pixel.read(place)["name"]
    assert "is empty" in run_pixel.refused("deleteoptimised", COLLECTION=place, RASTERS=str(rasters[0]))
    assert name in run_pixel.fails("deleteoptimised", COLLECTION=place, RASTERS=str(rasters[0]), CONFIRM="Other")
    assert len(copies(pixel, place)) == 1
    found = run_pixel("deleteoptimised", COLLECTION=place, RASTERS=",".join(map(str, rasters)), CONFIRM=name)
    assert (found["DELETED_IDS"], found["COUNT"]) == (str(rasters[0]), 1)
    assert any(f"{rasters[1]} has no optimised copy" in one for one in run_pixel.messages)
    assert copies(pixel, place) == []
    assert len(pixel.read(place, "rasters/")) == 2


@pytest.mark.needs_assumed("pixel OptimizedPointCloud.point_cloud_id")
def test_point_clouds(run_pixel: Any, pixel: PixelCalls, tmp_path: Path) -> None:
    place = pixel.collection(pixel.project(), "point_cloud")
    clouds = sorted(send(pixel, place, [point_cloud(tmp_path / f"{name}.laz") for name in "ab"]).values())
    found = run_pixel("optimisepointclouds", COLLECTION=place, POINT_CLOUDS=str(clouds[0]))
    assert (found["POINT_CLOUD_IDS"], found["COUNT"]) == (str(clouds[0]), 1)
    assert run_pixel("optimisepointclouds", COLLECTION=place)["COUNT"] == 2
    assert run_pixel("listoptimised", COLLECTION=place)["COUNT"] == 2
    name = pixel.read(place)["name"]
    assert run_pixel("deleteoptimised", COLLECTION=place, POINT_CLOUDS=str(clouds[1]), CONFIRM=name)["COUNT"] == 1
    left = pixel.read(place, "point_clouds/optimized/")
    assert [(one["point_cloud_id"], one["status"]) for one in left] == [(clouds[0], "completed")]
    other = pixel.collection(pixel.project(), "RGB")
    assert "Choose one of point clouds" in run_pixel.fails("optimisepointclouds", COLLECTION=other)


def test_a_copy_shows_the_raster_that_was_sent(run_pixel: Any, pixel: PixelCalls, sandbox: SandboxProcess,
                                               tmp_path: Path) -> None:
    place, _ = rgb(pixel, tmp_path, 1)
    run_pixel("optimiserasters", COLLECTION=place)
    made = gdal.Open(next(iter(sandbox.control("GET", "pixel/optimisation").values())))
    sent = gdal.Open(str(tmp_path / "ortho_0.tif"))
    assert made.GetGeoTransform() == pytest.approx(sent.GetGeoTransform())
    assert abs(made.ReadAsArray().astype(float) - sent.ReadAsArray()).mean() < 12
