"""Blocks, insights, workflows, jobs and tasks of the sandbox's Pixxel: prices, states, and what the blocks found."""

from __future__ import annotations

import io
import zipfile
from datetime import date
from pathlib import Path
from typing import Any

import numpy
import pytest
from osgeo import gdal
from sandbox_pixxel import CROPS, ITEM, TD2, WATER, PixxelCalls
from sandbox_process import SandboxProcess

from sandbox.pixxel.work import ground

gdal.UseExceptions()
EARLIER = "TD2_000812_20230615_L2A_20240402_01002031"
PLOT = {"type": "Polygon", "coordinates": [[[75.61, 14.42], [75.65, 14.42], [75.65, 14.45], [75.61, 14.45],
                                            [75.61, 14.42]]]}


@pytest.fixture
def calls(sandbox: SandboxProcess) -> PixxelCalls:
    return PixxelCalls(sandbox)


@pytest.fixture
def aoi(calls: PixxelCalls) -> str:
    number = calls.post("v0/aois", {
        "name": "Fields", "description": "", "satellite_id": TD2, "provider": "pixxel", "project_id": CROPS,
        "geometry": PLOT, "item_ids": [ITEM, EARLIER]})["aoi_id"]
    calls.until(lambda: calls.get(f"v0/aoi/{number}")["status"], lambda one: one == "success")
    return str(number)


def asset(calls: PixxelCalls, aoi: str, place: int = 1) -> dict[str, Any]:
    found: dict[str, Any] = calls.get(f"v0/aois/{aoi}/assets")["assets"][place]
    return found


def threshold(calls: PixxelCalls, aoi: str, **members: Any) -> dict[str, Any]:
    return {"name": "Green", "project_id": CROPS, "block": {"name": "index-threshold", "version": "1.0.0"}, "input": [
        {"name": "input_image", "format": "raster", "type": "url", "stac_url": asset(calls, aoi)["path"],
         "asset_source": {"id": asset(calls, aoi)["id"], "type": "raw_mosaic"}},
        {"name": "expression", "value": "(B027-B015)/(B027+B015)"}, {"name": "threshold", "value": "0.6"}], **members}


def finished(calls: PixxelCalls, aoi: str, number: str, status: str = "completed") -> dict[str, Any]:
    found: dict[str, Any] = calls.until(lambda: calls.get(f"v0/aoi/{aoi}/insights", id=number)["insights"][0],
                                        lambda one: one["status"] in ("completed", "failed"))
    assert found["status"] == status, found["err_msg"]
    return found


def bundle(calls: PixxelCalls, path: str, folder: Path, body: Any = None) -> dict[str, Path]:
    first = calls.put(path, body)
    assert (first["status"], first["signed_url"]) == ("pending", "")
    ready = calls.until(lambda: calls.put(path, body), lambda one: bool(one["signed_url"]))
    assert ready["status"] == "ready"
    with zipfile.ZipFile(io.BytesIO(calls.fetched(ready["signed_url"]).content)) as archive:
        archive.extractall(folder)
        return {name: folder / name for name in archive.namelist()}


def kinds(path: Path, day: date) -> Any:
    raster = gdal.Open(str(path))
    west, size, _, north, _, _ = raster.GetGeoTransform()
    x, y = numpy.meshgrid(west + (numpy.arange(raster.RasterXSize) + 0.5) * size,
                          north - (numpy.arange(raster.RasterYSize) + 0.5) * size)
    return ground.materials(32643, x, y, day.toordinal())


def test_blocks_are_listed_by_mode_name_and_version(calls: PixxelCalls) -> None:
    def names(path: str, **query: Any) -> list[str]:
        return [f"{one['spec']['name']} {one['spec']['version']}" for one in calls.get(path, **query)["blocks"]]
    insight = ["kmeans 1.0.0", "kmeans 1.1.0", "index-threshold 1.0.0", "spectral-change 2.0.0"]
    assert names("v0/blocks", mode="insight") == names("v0/blocks/insights") == insight
    assert names("v0/blocks/workflows")[-1] == "scene 1.0.0" and len(names("v0/blocks")) == 5
    assert names("v0/blocks/insights", name="kmeans", version="1.1.0") == ["kmeans 1.1.0"]
    assert names("v0/blocks/kmeans") == ["kmeans 1.0.0", "kmeans 1.1.0"]
    one = calls.get("v0/blocks/kmeans/versions/1.1.0")
    assert one["price"] == 3 and [each["name"] for each in one["spec"]["inputs"]] == ["input_image", "classes"]
    assert all("value" not in each for each in one["spec"]["inputs"])
    calls.error(404, "GET", "v0/blocks/nothing")
    calls.error(404, "GET", "v0/blocks/kmeans/versions/9.0.0")
    calls.error(400, "GET", "v0/blocks", params={"mode": "both"})


def test_an_insight_marks_the_known_crops(sandbox: SandboxProcess, calls: PixxelCalls, aoi: str,
                                          tmp_path: Path) -> None:
    before = sandbox.control("GET", "pixxel")["tokens"]
    price = calls.request("POST", f"v0/aoi/{aoi}/insights", json=threshold(calls, aoi, estimate=True))
    assert (price.status_code, price.json()) == (200, {"estimate": 2})
    assert calls.get(f"v0/aoi/{aoi}/insights")["insights"] == []
    answer = calls.request("POST", f"v0/aoi/{aoi}/insights", json=threshold(calls, aoi, metadata={"a": "b"}))
    assert answer.status_code == 201
    one = finished(calls, aoi, answer.json()["id"])
    assert sandbox.control("GET", "pixxel")["tokens"] == before - 2
    assert (one["progress"], one["cost"], one["metadata"], one["deleted_at"]) == (100, 2, {"a": "b"}, None)
    path = f"v0/aoi/{aoi}/insights/{one['id']}/download"
    found = bundle(calls, path, tmp_path)
    assert set(found) == {"input_image.tif", "mask_image.tif"}
    mask = gdal.Open(str(found["mask_image.tif"])).ReadAsArray()
    seen = mask != 255
    crops = kinds(found["mask_image.tif"], date(2024, 1, 17)) == ground.MATERIALS.index("crop")
    assert seen.sum() > 10000 and ((mask == 1)[seen] == crops[seen]).all()
    area = next(each for each in one["output"] if each["name"] == "area_in_sq_m")
    assert isinstance(area["value"], str) and float(area["value"]) == pytest.approx(float((mask == 1).sum()) * 400)
    assert set(bundle(calls, path, tmp_path / "b", {"outputs": ["mask_image"]})) == {"mask_image.tif"}
    calls.error(400, "PUT", path, json={"outputs": ["nothing"]})


def test_classes_part_the_known_materials(calls: PixxelCalls, aoi: str, tmp_path: Path) -> None:
    body = {"block": {"string": "kmeans", "version": "1.1.0"}, "input": [
        {"name": "input_image", "asset_source": {"id": asset(calls, aoi)["id"], "type": "raw_mosaic"}},
        {"name": "classes", "value": "6"}]}
    one = finished(calls, aoi, calls.post(f"v0/aoi/{aoi}/insights", body)["id"])
    found = bundle(calls, f"v0/aoi/{aoi}/insights/{one['id']}/download", tmp_path, {"outputs": ["classes_image"]})
    classes = gdal.Open(str(found["classes_image.tif"])).ReadAsArray()
    truth = kinds(found["classes_image.tif"], date(2024, 1, 17))
    assert set(numpy.unique(classes)) == set(range(7))
    for number in range(1, 7):
        counts = numpy.bincount(truth[classes == number])
        assert counts.max() / counts.sum() > 0.95


def test_change_between_two_days_is_found(calls: PixxelCalls, aoi: str, tmp_path: Path) -> None:
    body = {"block": {"name": "spectral-change", "version": "2.0.0"}, "input": [
        {"name": "before", "stac_url": asset(calls, aoi, 0)["path"]},
        {"name": "after", "stac_url": asset(calls, aoi, 1)["path"]}, {"name": "threshold", "value": "10"}]}
    one = finished(calls, aoi, calls.post(f"v0/aoi/{aoi}/insights", body)["id"])
    found = bundle(calls, f"v0/aoi/{aoi}/insights/{one['id']}/download", tmp_path, {"outputs": ["change_image"]})
    path = found["change_image.tif"]
    angle = gdal.Open(str(path)).ReadAsArray()
    changed = kinds(path, date(2024, 1, 17)) != kinds(path, date(2023, 6, 15))
    clear = angle >= 0
    assert changed[clear].any() and not changed[clear].all()
    cover = 0.02
    assert ((angle > 10) == changed)[clear].mean() > 1 - cover


@pytest.mark.parametrize("members", [
    {"block": {"name": "kmeans", "version": "1.0.0"}}, {"input": []}, {"project_id": WATER},
    {"input": [{"name": "input_image", "stac_url": "https://x.invalid/a.tif"}, {"name": "expression", "value": "B001"},
               {"name": "threshold", "value": "1"}]},
    {"block": {"name": "index-threshold"}},
    {"input": [{"name": "input_image", "value": ""}, {"name": "threshold", "value": 5}]}])
def test_wrong_insights(calls: PixxelCalls, aoi: str, members: dict[str, Any]) -> None:
    calls.error(400, "POST", f"v0/aoi/{aoi}/insights", json=threshold(calls, aoi, **members))
    assert calls.get(f"v0/aoi/{aoi}/insights")["insights"] == []


def test_insights_fail_with_words_and_give_tokens_back(sandbox: SandboxProcess, calls: PixxelCalls, aoi: str) -> None:
    before = sandbox.control("GET", "pixxel")["tokens"]
    body = threshold(calls, aoi)
    body["input"][1]["value"] = "B099/2"
    one = finished(calls, aoi, calls.post(f"v0/aoi/{aoi}/insights", body)["id"], "failed")
    assert one["err_msg"] == "The image has no band B099."
    assert sandbox.control("GET", "pixxel")["tokens"] == before
    calls.error(400, "PUT", f"v0/aoi/{aoi}/insights/{one['id']}/download")
    sandbox.control("POST", "pixxel/tokens", {"balance": 0})
    assert calls.error(403, "POST", f"v0/aoi/{aoi}/insights", json=threshold(calls, aoi))["code"] == (
        "insufficient_tokens")


def test_insights_are_listed_and_deleted(sandbox: SandboxProcess, calls: PixxelCalls, aoi: str) -> None:
    sandbox.settings(pixxel_run_seconds=60.0)
    number = calls.post(f"v0/aoi/{aoi}/insights", threshold(calls, aoi))["id"]
    path = f"v0/aoi/{aoi}/insights"
    assert calls.get(path, status="running")["insights"][0]["progress"] == 0
    calls.error(400, "PUT", f"{path}/{number}/download")
    sandbox.advance(61)
    one = finished(calls, aoi, number)
    assert calls.get(path, created_on=one["created_at"])["insights"] == [one]
    assert calls.get(path, created_on="2020-01-01T00:00:00Z")["insights"] == []
    calls.error(400, "DELETE", f"{path}/{number}")
    calls.error(400, "DELETE", f"{path}/{number}", params={"project_id": WATER})
    answer = calls.request("DELETE", f"{path}/{number}", params={"project_id": CROPS})
    assert (answer.status_code, answer.content) == (200, b"")
    assert calls.get(path)["insights"] == []
    calls.error(404, "DELETE", f"{path}/{number}", params={"project_id": CROPS})


def workflow(calls: PixxelCalls, name: str = "Crop vigour") -> str:
    rows = calls.get("v0/workflows", name=name)["workflows"]
    return str(rows[0]["id"])


def test_workflows_are_listed_shown_and_priced(sandbox: SandboxProcess, calls: PixxelCalls) -> None:
    whole = calls.get("v0/workflows")
    assert whole["pagination"] == {"limit": 50, "offset": 0, "total": 3}
    assert [one["name"] for one in calls.get("v0/workflows", project_id=WATER)["workflows"]] == ["Open water"]
    number = workflow(calls)
    one = calls.get(f"v0/workflows/{number}", project_id=CROPS)
    assert one["val_errors"] == [] and len(one["spec"]["components"]) == 3
    assert calls.get(f"v0/workflows/{number}/estimate") == {"estimated_cost": one["estimated_cost"]} == {
        "estimated_cost": 8}
    calls.error(400, "GET", f"v0/workflows/{number}")
    calls.error(400, "GET", f"v0/workflows/{number}", params={"project_id": WATER})
    calls.error(404, "GET", f"v0/workflows/{CROPS}", params={"project_id": CROPS})
    second = PixxelCalls(sandbox, sandbox.ready["pixxel"]["second_key"])
    second.error(403, "GET", f"v0/workflows/{number}/estimate")


def test_a_job_runs_its_tasks_in_order(sandbox: SandboxProcess, calls: PixxelCalls, tmp_path: Path) -> None:
    number, before = workflow(calls), sandbox.control("GET", "pixxel")["tokens"]
    answer = calls.request("POST", f"v0/workflows/{number}/jobs", params={"project_id": CROPS})
    assert answer.status_code == 200
    first = answer.json()
    assert (first["status"], first["progress"], first["finished_at"]) == ("running", "0", "")
    assert [one["status"] for one in first["tasks"]] == ["running", "pending", "pending"]
    path = f"v0/workflows/{number}/jobs/{first['id']}"
    done = calls.until(lambda: calls.get(path), lambda one: one["status"] != "running")
    assert (done["status"], done["progress"], done["cost"]) == ("completed", "100", 8)
    assert sandbox.control("GET", "pixxel")["tokens"] == before - 8
    assert [one["depends_on"] for one in done["tasks"]] == [[], ["scene"], ["scene"]]
    vigour = done["tasks"][1]
    assert vigour["block_info"]["name"] == "index-threshold" and len(vigour["info_logs"]) == 2
    found = bundle(calls, f"{path}/tasks/{vigour['id']}/download", tmp_path)
    mask = gdal.Open(str(found["mask_image.tif"])).ReadAsArray()
    crops = kinds(found["mask_image.tif"], date(2024, 1, 17)) == ground.MATERIALS.index("crop")
    assert ((mask == 1) == crops)[mask != 255].all()
    whole = bundle(calls, f"{path}/download", tmp_path / "all")
    assert set(whole) == {"scene/image.tif", "vigour/mask_image.tif", "zones/classes_image.tif"}
    assert calls.put(f"{path}/download")["workflowId"] == number
    listed = calls.get(f"v0/workflows/{number}/jobs", status="completed")["jobs"]
    assert [one["id"] for one in listed] == [first["id"]] and "tasks" not in listed[0]
    assert calls.get(f"v0/workflows/{number}/jobs", created_on="2020-01-01T00:00:00Z")["jobs"] == []


def test_jobs_that_fail_tell_why(sandbox: SandboxProcess, calls: PixxelCalls) -> None:
    half = calls.post(f"v0/workflows/{workflow(calls, 'Half a graph')}/jobs", project_id=CROPS)
    assert half["status"] == "failed" and half["val_errors"][0]["component_name"] == "vigour" and half["cost"] == 0
    before = sandbox.control("GET", "pixxel")["tokens"]
    sandbox.control("POST", "pixxel/fail", {"kind": "job", "words": "No room."})
    number = workflow(calls)
    one = calls.post(f"v0/workflows/{number}/jobs", project_id=CROPS)
    path = f"v0/workflows/{number}/jobs/{one['id']}"
    calls.error(400, "PUT", f"{path}/download")
    done = calls.until(lambda: calls.get(path), lambda each: each["status"] != "running")
    assert done["status"] == "failed" and done["tasks"][0]["err_msg"] == "No room."
    assert sandbox.control("GET", "pixxel")["tokens"] == before
    calls.error(400, "PUT", f"{path}/tasks/{done['tasks'][0]['id']}/download")
    calls.error(404, "PUT", f"{path}/tasks/{CROPS}/download")
    calls.error(404, "GET", f"v0/workflows/{workflow(calls, 'Open water')}/jobs/{one['id']}")
    calls.error(400, "POST", f"v0/workflows/{number}/jobs", params={"project_id": WATER})
