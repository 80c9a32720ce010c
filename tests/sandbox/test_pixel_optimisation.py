"""Optimised copies over HTTP (section 14): what is registered, made, refused, deleted. The copies themselves are held
against truth in test_pixel_work_optimise and test_pixel_work_copc."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import laspy
import pytest
from osgeo import gdal
from osgeo_utils.samples.validate_cloud_optimized_geotiff import validate
from pixel_files import point_cloud, raster
from pixel_sending import group_ended, send
from sandbox_pixel import PixelCalls, path_of
from sandbox_process import SandboxProcess

PLAIN = {"nearblack_options": {"enabled": False, "color": "black", "algorithm": "twopasses"},
         "overview_resampling": "average"}
NEARBLACK = {"nearblack_options": {"enabled": True, "color": "black", "algorithm": "floodfill"}}


@pytest.fixture
def calls(sandbox: SandboxProcess) -> PixelCalls:
    return PixelCalls(sandbox)


def rgb(calls: PixelCalls, tmp_path: Path, count: int = 2, bands: int = 3) -> tuple[str, list[int]]:
    """A collection of orthophotos and the ids of its rasters."""
    place = calls.collection(calls.project(), "RGB", raster_info={"num_bands": bands})
    files = [raster(tmp_path / f"ortho_{number}.tif", bands=bands, size=(700, 600)) for number in range(count)]
    return place, sorted(send(calls, place, files).values())


def register(calls: PixelCalls, place: str, options: Any = None, **body: Any) -> Any:
    return calls.post(path_of(place, "rasters/optimized/"), {"creation_options": options or PLAIN, **body})


def run(calls: PixelCalls, place: str, kind: str = "rasters", **body: Any) -> Any:
    started = calls.post(path_of(place, f"{kind}/optimized/run"), {"retry_failed": False, **body})
    return group_ended(calls, started["group_job"]["group_id"])


def refused(calls: PixelCalls, place: str, options: Any = None, **body: Any) -> tuple[int, str]:
    answer = calls.request("POST", path_of(place, "rasters/optimized/"),
                           json={"creation_options": options or PLAIN, **body})
    return answer.status_code, answer.json()["detail"]


def test_copies_are_registered_made_and_valid(calls: PixelCalls, sandbox: SandboxProcess, tmp_path: Path) -> None:
    place, rasters = rgb(calls, tmp_path)
    copies = register(calls, place)
    assert [(one["raster_id"], one["profile"], one["status"]) for one in copies] == \
        [(number, "rgb", "pending") for number in rasters]
    assert calls.read(place, "rasters/optimized/") == copies
    ids = [one["id"] for one in copies]
    group = run(calls, place, optimized_raster_ids=ids)
    assert (group["total_jobs"], group["success_count"], group["failed_count"]) == (2, 2, 0)
    listed = calls.read(place, f"rasters/optimized/?ids={ids[1]}&limit=1")
    assert [(one["id"], one["status"], one["creation_options"]) for one in listed] == [(ids[1], "completed", PLAIN)]
    for file in sandbox.control("GET", "pixel/optimisation").values():
        assert validate(file, full_check=True)[1] == []
        dataset = gdal.Open(file)
        assert (dataset.RasterXSize, dataset.RasterYSize, dataset.RasterCount) == (700, 600, 3)
        assert dataset.GetMetadataItem("COMPRESSION", "IMAGE_STRUCTURE") == "YCbCr JPEG"


def test_the_first_look_at_a_group_never_says_completed(calls: PixelCalls, tmp_path: Path) -> None:
    place, _ = rgb(calls, tmp_path, 1)
    ids = [one["id"] for one in register(calls, place)]
    run(calls, place, optimized_raster_ids=ids)
    again = calls.post(path_of(place, "rasters/optimized/run"), {"retry_failed": False, "optimized_raster_ids": ids})
    first = calls.get(f"jobs/groups/{again['group_job']['group_id']}")
    assert first["completed"] is False
    assert first["total_jobs"] == 1
    assert group_ended(calls, again["group_job"]["group_id"])["success_count"] == 1


def test_asked_twice_the_same_copy_is_given(calls: PixelCalls, tmp_path: Path) -> None:
    place, rasters = rgb(calls, tmp_path)
    first = register(calls, place, raster_ids=rasters[:1], profile="rgb")
    both = register(calls, place)
    assert both[0] == first[0]
    assert len(calls.read(place, "rasters/optimized/")) == 2


def test_without_ids_only_those_that_wait_are_made(calls: PixelCalls, tmp_path: Path) -> None:
    place, rasters = rgb(calls, tmp_path)
    run(calls, place, optimized_raster_ids=[one["id"] for one in register(calls, place, raster_ids=rasters[:1])])
    register(calls, place)
    assert run(calls, place)["total_jobs"] == 1
    assert {one["status"] for one in calls.read(place, "rasters/optimized/")} == {"completed"}


def test_an_empty_collection_makes_nothing(calls: PixelCalls) -> None:
    place = calls.collection(calls.project(), "RGB")
    assert register(calls, place) == []
    assert run(calls, place)["failed_count"] == 0
    assert calls.read(place, "rasters/optimized/?ids=&limit=0") == []


def test_what_failed_is_made_again_only_when_that_is_asked_for(
        calls: PixelCalls, sandbox: SandboxProcess, tmp_path: Path) -> None:
    place, rasters = rgb(calls, tmp_path)
    sandbox.control("POST", "pixel/optimisation", {"fails": [rasters[0]]})
    ids = [one["id"] for one in register(calls, place)]
    group = run(calls, place, optimized_raster_ids=ids)
    assert (group["success_count"], group["failed_count"]) == (1, 1)
    failed = calls.read(place, "rasters/optimized/")[0]
    assert (failed["status"], failed["detail"]) == ("failed", "The optimisation ran out of memory")
    sandbox.control("POST", "pixel/optimisation", {"fails": []})
    assert run(calls, place, optimized_raster_ids=ids)["failed_count"] == 1
    assert run(calls, place, optimized_raster_ids=ids, retry_failed=True)["failed_count"] == 0
    assert len(sandbox.control("GET", "pixel/optimisation")) == 2


@pytest.mark.parametrize(("kind", "bands", "options", "profile", "words"), [
    ("RGB", 4, NEARBLACK, "rgb", "cannot be used with alpha"),
    ("DTM", 1, NEARBLACK, "terrain", "needs a compressed format"),
    ("RGB", 3, PLAIN, "terrain", "does not fit"),
    ("DSM", 1, PLAIN, "rgb", "does not fit"),
    ("RGB", 3, PLAIN, "satellite", "does not fit"),
])
def test_what_cannot_be_optimised_so_is_refused(
        calls: PixelCalls, tmp_path: Path, kind: str, bands: int, options: Any, profile: str, words: str) -> None:
    place = calls.collection(calls.project(), kind, raster_info={"num_bands": bands})
    file = raster(tmp_path / "a.tif", data_type="uint8" if kind == "RGB" else "float32", bands=bands)
    send(calls, place, [file])
    status, said = refused(calls, place, options, profile=profile)
    assert status == 400
    assert words in said
    assert calls.read(place, "rasters/optimized/") == []


def test_rasters_of_others_and_tenants_without_the_plugin_are_refused(
        calls: PixelCalls, sandbox: SandboxProcess, tmp_path: Path) -> None:
    place, rasters = rgb(calls, tmp_path, 1)
    elsewhere = calls.collection(calls.project(), "RGB")
    assert refused(calls, elsewhere, raster_ids=rasters)[0] == 404
    sandbox.control("POST", "pixel/plugins", {"optimized_raster": False})
    assert refused(calls, place) == (403, "This operation needs the plugin 'optimized_raster'")


def test_a_viewer_only_looks(calls: PixelCalls, sandbox: SandboxProcess, tmp_path: Path) -> None:
    place, _ = rgb(calls, tmp_path, 1)
    viewer = PixelCalls(sandbox, "viewer")
    assert viewer.read(place, "rasters/optimized/") == []
    assert refused(viewer, place)[0] == 403


def test_copies_are_deleted_by_profile_and_with_their_raster(
        calls: PixelCalls, sandbox: SandboxProcess, tmp_path: Path) -> None:
    place, rasters = rgb(calls, tmp_path)
    register(calls, place)
    run(calls, place)
    gone = calls.sent("DELETE", path_of(place, f"rasters/{rasters[0]}/optimized?profile=terrain"))
    assert gone == []
    gone = calls.sent("DELETE", path_of(place, f"rasters/{rasters[0]}/optimized?profile=rgb"))
    assert [one["raster_id"] for one in gone] == [rasters[0]]
    assert len(sandbox.control("GET", "pixel/optimisation")) == 1
    assert [one["raster_id"] for one in calls.read(place, "rasters/optimized/")] == [rasters[1]]


def test_a_copy_that_is_deleted_while_it_is_made_does_not_come_back(
        calls: PixelCalls, sandbox: SandboxProcess, tmp_path: Path) -> None:
    place, rasters = rgb(calls, tmp_path, 1)
    register(calls, place)
    sandbox.settings(job_seconds=60.0)
    started = calls.post(path_of(place, "rasters/optimized/run"), {"retry_failed": False})
    calls.sent("DELETE", path_of(place, f"rasters/{rasters[0]}/optimized"))
    sandbox.advance(61)
    assert group_ended(calls, started["group_job"]["group_id"])["failed_count"] == 1
    assert calls.read(place, "rasters/optimized/") == []


# ---------------------------------------------------------------------- point clouds
def test_point_clouds_become_copc(calls: PixelCalls, sandbox: SandboxProcess, tmp_path: Path) -> None:
    place = calls.collection(calls.project(), "point_cloud")
    files = [point_cloud(tmp_path / f"strip_{number}.laz") for number in range(2)]
    clouds = sorted(send(calls, place, files).values())
    copies = calls.post(path_of(place, "point_clouds/optimized/"), {"point_cloud_ids": clouds[:1]})
    assert [(one["point_cloud_id"], one["status"]) for one in copies] == [(clouds[0], "pending")]
    assert run(calls, place, "point_clouds", point_cloud_ids=[copies[0]["id"]])["success_count"] == 1
    everyone = calls.post(path_of(place, "point_clouds/optimized/"), {})
    assert everyone[0]["id"] == copies[0]["id"]
    assert len(calls.read(place, "point_clouds/optimized/?status=completed")) == 1
    assert len(calls.read(place, "point_clouds/optimized/?format=LAS")) == 0
    file = sandbox.control("GET", "pixel/optimisation")[str(copies[0]["id"])]
    with laspy.CopcReader.open(file) as reader:
        assert len(reader.query()) == len(laspy.read(str(files[0])))
    calls.sent("DELETE", path_of(place, f"point_clouds/{clouds[0]}/optimized"))
    assert calls.request("DELETE", path_of(place, f"point_clouds/{clouds[0]}/optimized")).status_code == 404
    assert [one["point_cloud_id"] for one in calls.read(place, "point_clouds/optimized/")] == [clouds[1]]
