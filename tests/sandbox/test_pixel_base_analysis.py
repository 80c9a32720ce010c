"""Background jobs and groups, analysis and seeding of the sandbox's Geodata Pixel."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from osgeo import gdal
from sandbox_pixel import PixelCalls
from sandbox_process import SandboxProcess

SERVICES = "analysis/services/"


@pytest.fixture
def calls(sandbox: SandboxProcess) -> PixelCalls:
    return PixelCalls(sandbox, "creator")


def picture(path: Path, pixels: np.ndarray) -> str:
    """A GeoTIFF of bands by rows by columns."""
    bands, rows, columns = pixels.shape
    kind = gdal.GDT_Byte if pixels.dtype == np.uint8 else gdal.GDT_Float32
    dataset = gdal.GetDriverByName("GTiff").Create(str(path), columns, rows, bands, kind)
    dataset.SetGeoTransform((262000, 1, 0, 6649000, 0, -1))
    dataset.WriteArray(pixels)
    dataset.FlushCache()
    return str(path)


def until(look: Callable[[], Any], wanted: Callable[[Any], bool]) -> Any:
    """What ``look`` gives once it is as wanted."""
    end = time.monotonic() + 60
    while not wanted(found := look()):
        assert time.monotonic() < end, found
        time.sleep(0.02)
    return found


def service(calls: PixelCalls, module: str = "image_quality", **config: Any) -> dict[str, Any]:
    return calls.post(SERVICES, {"name": "Quality", "module_name": module, "config": config})


def task(calls: PixelCalls, made: dict[str, Any], **params: Any) -> str:
    """The path of a new task."""
    number = calls.post(f"{SERVICES}{made['id']}/tasks/", {"name": "May", "params": params})["id"]
    return f"{SERVICES}{made['id']}/tasks/{number}"


def status(calls: PixelCalls, path: str) -> dict[str, Any]:
    (one,) = calls.get(path.rpartition("/")[0] + "/", ids=path.rpartition("/")[2])
    return one


def seeded(sandbox: SandboxProcess, place: str, kind: str, file: str, name: str) -> int:
    body = {"collection": int(place.split("/")[1]), "file": file, "name": name}
    return sandbox.control("POST", f"pixel/{kind}", body)["first"]


def test_blurred_images_are_found_and_tagged(sandbox: SandboxProcess, calls: PixelCalls, tmp_path: Path) -> None:
    place = calls.collection(calls.project(), "image")
    board = np.indices((200, 200)).sum(axis=0) // 2 % 2 * 255
    ramp = np.tile(np.linspace(0, 255, 200), (200, 1))
    sharp = seeded(sandbox, place, "images", picture(tmp_path / "sharp.tif", board[None].astype(np.uint8)), "sharp")
    blurred = seeded(sandbox, place, "images", picture(tmp_path / "dull.tif", ramp[None].astype(np.uint8)), "dull")
    assert {one["name"] for one in calls.get("analysis/modules/")} == {"image_quality", "raster_statistics"}
    path = task(calls, service(calls, tag="check"), data_collection_id=int(place.split("/")[1]))
    assert calls.post(path + "/run")["status"] in ("SCHEDULED", "RUNNING")
    until(lambda: status(calls, path)["status"], lambda one: one in ("SUCCESS", "FAILED"))
    assert status(calls, path)["status"] == "SUCCESS"
    kept = {one["id"]: one for one in sandbox.control("GET", "pixel/objects/images")}
    # Laplacian of a chequer board of single cells of 2 by 2: four neighbours, two of them of the other colour.
    wanted = np.var(board[:-2, 1:-1] + board[2:, 1:-1] + board[1:-1, :-2] + board[1:-1, 2:] - 4 * board[1:-1, 1:-1])
    assert kept[sharp]["json_metadata"]["sharpness"] == pytest.approx(wanted, abs=0.01)
    assert (kept[sharp]["tags"], kept[blurred]["tags"]) == ([], ["check"])


def test_statistics_of_rasters_are_those_of_their_pixels(sandbox: SandboxProcess, calls: PixelCalls,
                                                         tmp_path: Path) -> None:
    place = calls.collection(calls.project(), "DTM")
    heights = np.random.default_rng(5).normal(400, 30, (1, 50, 60)).astype(np.float32)
    raster = seeded(sandbox, place, "rasters", picture(tmp_path / "dtm.tif", heights), "dtm")
    path = task(calls, service(calls, "raster_statistics", digits=2), data_collection_id=int(place.split("/")[1]))
    calls.post(path + "/run")
    assert until(lambda: status(calls, path)["status"], lambda one: one not in ("SCHEDULED", "RUNNING")) == "SUCCESS"
    found = sandbox.control("GET", "pixel/objects/rasters")[0]
    assert found["id"] == raster
    for name, value in (("min", heights.min()), ("max", heights.max()), ("mean", heights.mean()),
                        ("deviation", heights.std())):
        assert found["json_metadata"][f"band_1_{name}"] == pytest.approx(float(value), abs=0.011)


def test_a_file_that_cannot_be_read_fails_its_task(sandbox: SandboxProcess, calls: PixelCalls, tmp_path: Path) -> None:
    place = calls.collection(calls.project(), "image")
    (tmp_path / "x.jpg").write_text("no image")
    seeded(sandbox, place, "images", str(tmp_path / "x.jpg"), "x")
    path = task(calls, service(calls), data_collection_id=int(place.split("/")[1]))
    calls.post(path + "/run")
    assert until(lambda: status(calls, path)["status"], lambda one: one not in ("SCHEDULED", "RUNNING")) == "FAILED"


def test_a_task_is_revoked_run_again_and_deleted(sandbox: SandboxProcess, calls: PixelCalls, tmp_path: Path) -> None:
    place = calls.collection(calls.project(), "image")
    image = seeded(sandbox, place, "images", picture(tmp_path / "a.tif", np.zeros((1, 9, 9), np.uint8)), "a")
    made = service(calls)
    path = task(calls, made, data_collection_id=int(place.split("/")[1]), ids=[image])
    sandbox.settings(job_seconds=600.0)
    calls.post(path + "/run")
    assert calls.request("POST", path + "/run").status_code == 409
    assert calls.post(path + "/revoke")["status"] == "REVOKED"
    assert calls.request("POST", path + "/revoke").status_code == 409
    assert [one["status"] for one in calls.get(f"{SERVICES}{made['id']}/tasks/", status="REVOKED")] == ["REVOKED"]
    sandbox.settings(job_seconds=0.0)
    calls.post(path + "/run")
    sandbox.advance(601)
    calls.log_in()
    assert until(lambda: status(calls, path)["status"], lambda one: one not in ("SCHEDULED", "RUNNING")) == "SUCCESS"
    calls.sent("DELETE", path)
    assert calls.get(f"{SERVICES}{made['id']}/tasks/") == []
    assert calls.request("POST", path + "/run").status_code == 404
    defects = sandbox.control("GET", "pixel/jobs")["defects"]
    assert defects == []


def test_services_are_listed_changed_and_deleted(calls: PixelCalls) -> None:
    first, second = service(calls, threshold=80.0), service(calls, "raster_statistics")
    listed = calls.get(SERVICES)
    assert [one["id"] for one in listed] == [first["id"], second["id"]]
    changed = calls.sent("PATCH", f"{SERVICES}{first['id']}", json={"enabled": False, "config": {"tag": "dull"}})
    kept = calls.get(SERVICES, enabled="false")
    assert [one["id"] for one in kept] == [first["id"]]
    assert changed.get("config", {"threshold": 80.0, "tag": "dull"}) == {"threshold": 80.0, "tag": "dull"}
    place = calls.collection(calls.project(), "image")
    path = task(calls, first, data_collection_id=int(place.split("/")[1]))
    assert calls.request("POST", path + "/run").status_code == 409
    calls.sent("DELETE", f"{SERVICES}{first['id']}")
    assert [one["id"] for one in calls.get(SERVICES)] == [second["id"]]
    assert calls.request("GET", f"{SERVICES}{first['id']}/tasks/").status_code == 404


@pytest.mark.parametrize("body", [
    {"name": "x", "module_name": "crack_detection", "config": {}}, {"name": "x", "module_name": "image_quality"},
    {"name": "x", "module_name": "image_quality", "config": {"depth": 1}},
    {"name": "x", "module_name": "image_quality", "config": {"threshold": "high"}}])
def test_services_that_are_refused(calls: PixelCalls, body: dict[str, Any]) -> None:
    assert calls.request("POST", SERVICES, json=body).status_code == 422


def test_tasks_that_are_refused(calls: PixelCalls) -> None:
    made, place = service(calls), calls.collection(calls.project(), "RGB")
    for params, code in (({}, 422), ({"data_collection_id": "5"}, 422), ({"data_collection_id": 99999}, 404),
                         ({"data_collection_id": int(place.split("/")[1])}, 422)):
        answer = calls.request("POST", f"{SERVICES}{made['id']}/tasks/", json={"params": params})
        assert answer.status_code == code, params


# ---------------------------------------------------------------- seeding and jobs
def test_a_hundred_thousand_images_are_there_at_once(sandbox: SandboxProcess, calls: PixelCalls) -> None:
    project = calls.project()
    place = calls.collection(project, "image")
    number = int(place.split("/")[1])
    made = sandbox.control("POST", "pixel/images", {"collection": number, "count": 100_000})
    assert made["count"] == 100_000
    last = calls.read(place, "images/?offset=99998&limit=1000")
    assert [one["name"] for one in last] == ["seed_099998", "seed_099999"]
    assert calls.read(place, f"images/?ids={made['first']},{made['first'] + 99_999}")[1]["name"] == "seed_099999"
    for one in sandbox.control("GET", "pixel/objects/images", limit=500):
        assert 10.6 <= one["location"][0] <= 10.9 and 59.85 <= one["location"][1] <= 59.98
    other = calls.collection(project, "image", "other")
    assert calls.read(other, f"images/?ids={made['first']}") == []


def test_a_job_and_a_group_that_are_not_there(calls: PixelCalls) -> None:
    assert calls.request("GET", "jobs/1").status_code == 404
    assert calls.request("GET", "jobs/groups/1").status_code == 404


def test_a_group_is_never_complete_at_the_first_look(sandbox: SandboxProcess) -> None:
    calls = PixelCalls(sandbox, "creator")
    place = calls.collection(calls.project(), "RGB")
    group = calls.post(f"projects/{place.replace('/', '/data_collections/')}/rasters/optimized/run",
                       {"retry_failed": False})["group_job"]["group_id"]
    looks = [calls.get(f"jobs/groups/{group}") for _ in range(3)]
    assert [one["completed"] for one in looks] == [False, True, True]
    assert all(one["total_jobs"] >= 1 for one in looks)
    assert (looks[0]["success_count"], looks[2]["success_count"]) == (0, looks[2]["total_jobs"])
