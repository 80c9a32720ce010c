"""Harvest services of the sandbox's Pixel by plain HTTP: they read the sandbox's own feature layer (section 16.1)."""

from __future__ import annotations

from typing import Any

import pytest
from pixel_services import wait
from sandbox_pixel import PixelCalls, path_of
from sandbox_process import SandboxProcess

MAPS = [{"model": "Image", "field_name": "name", "external_field": "photo_title"},
        {"model": "Image", "field_name": "location", "external_field": "geometry"},
        {"model": "Image", "field_name": "capture_date", "external_field": "shot_on"},
        {"model": "ImageMetadata", "field_name": "cam_heading", "external_field": "compass"}]


@pytest.fixture
def calls(sandbox: SandboxProcess) -> PixelCalls:
    return PixelCalls(sandbox)


@pytest.fixture
def source(sandbox: SandboxProcess) -> Any:
    return sandbox.control("GET", "pixel/source")


@pytest.fixture
def place(calls: PixelCalls) -> str:
    return calls.collection(calls.project())


def create(calls: PixelCalls, place: str, source: Any, **members: Any) -> Any:
    credentials = {name: source[name] for name in ("username", "password")}
    body = {"name": "Road photos", "description": "Of the portal", "url": calls.sandbox.address + source["layer"],
            "auth": {"credentials": credentials}, "field_mappings": {"maps": MAPS, "extra_fields": ["road_number"]},
            **members}
    return calls.post(path_of(place, "harvest_services/"), body)


def harvested(calls: PixelCalls, place: str, service: int) -> list[Any]:
    """The tasks when a run has ended."""
    path = path_of(place, f"harvest_services/{service}")
    assert calls.post(f"{path}/start")["running"]
    wait(lambda: not calls.get(path)["running"])
    return calls.get(path + "/")


def test_features_become_images(calls: PixelCalls, place: str, source: Any) -> None:
    one = create(calls, place, source, where_clause="reviewed = 1")
    assert (one["auth_type"], one["running"], one["last_run_at"]) == ("credentials", False, None)
    assert source["password"] not in str(one)
    tasks = harvested(calls, place, one["id"])
    wanted = {row["OBJECTID"]: row for row in source["rows"] if row["reviewed"]}
    assert sorted(int(task["external_id"]) for task in tasks) == sorted(wanted)
    failed = {int(task["external_id"]): task["detail"] for task in tasks if task["status"] == "failed"}
    assert set(failed) == {source["broken"], source["without_photo"]}
    assert failed[source["without_photo"]] == "Feature 13 has no attachment"
    done = {task["result"]["resource_id"]: wanted[int(task["external_id"])] for task in tasks
            if task["status"] == "completed"}
    images = {image["id"]: image for image in calls.read(place, "images/?extended=true")}
    assert set(images) == set(done)
    for number, row in done.items():
        image = images[number]
        assert image["name"] == row["photo_title"]
        assert image["location"]["coordinates"][:2] == pytest.approx(row["geometry"]["coordinates"])
        assert image["json_metadata"] == {"road_number": row["road_number"]}
        assert calls.read(place, f"images/{number}/metadata")["cam_heading"] == row["compass"]


def test_features_outside_the_project_are_refused(calls: PixelCalls, place: str, source: Any) -> None:
    tasks = harvested(calls, place, create(calls, place, source, where_clause=f"OBJECTID = {source['outside']}")["id"])
    assert "inside the project's area of interest" in tasks[0]["detail"]


def test_only_what_is_new_is_taken_again(calls: PixelCalls, sandbox: SandboxProcess, place: str, source: Any) -> None:
    one = create(calls, place, source, where_clause="OBJECTID <= 2 OR OBJECTID > 14")
    assert len(harvested(calls, place, one["id"])) == 2
    path = path_of(place, f"harvest_services/{one['id']}/")
    assert len(calls.get(path, get_new="true")) == 2
    assert calls.get(path, get_new="true") == []
    added = sandbox.control("POST", "pixel/source", {"more": 2})["added"]
    assert len(harvested(calls, place, one["id"])) == 4
    new = calls.get(path + "tasks/", get_new="true", status="completed")
    assert sorted(int(task["external_id"]) for task in new) == added
    assert len(calls.read(place, "images/")) == 4


@pytest.mark.parametrize(("members", "words"), [
    ({"auth": {"credentials": {"username": "harvester", "password": "wrong"}}}, "Unable to generate token"),
    ({"auth": {"api_key": {"api_key": "wrong"}}}, "Invalid Token"),
    ({"where_clause": "colour = 1"}, "not understood"),
    ({"url": "http://192.0.2.1/rest/services/X/FeatureServer/0"}, "this machine only"),
    ({"field_mappings": {"maps": [{"model": "Image", "field_name": "name", "external_field": "colour"}]}},
     "no field colour"),
])
def test_what_the_source_refuses_is_told(calls: PixelCalls, place: str, source: Any, members: Any, words: str) -> None:
    tasks = harvested(calls, place, create(calls, place, source, **members)["id"])
    assert [task["status"] for task in tasks] == ["failed"]
    assert words in tasks[0]["detail"]


def test_a_key_opens_the_source_too(calls: PixelCalls, place: str, source: Any) -> None:
    key = {"api_key": {"api_key": source["api_key"], "api_key_item_id": source["api_key_item_id"]}}
    one = create(calls, place, source, auth=key, where_clause="OBJECTID = 1")
    assert one["auth_type"] == "api_key"
    assert [task["status"] for task in harvested(calls, place, one["id"])] == ["completed"]


def test_mappings_change_by_operations(calls: PixelCalls, place: str, source: Any) -> None:
    one = create(calls, place, source)
    path = path_of(place, f"harvest_services/{one['id']}")
    changed = calls.put(path, {"where_clause": "1=1", "field_mappings": {
        "maps": [{"operation": "add", "model": "ImageMetadata", "field_name": "hfov", "external_field": "view_angle"},
                 {"operation": "update", "model": "Image", "field_name": "name", "external_field": "caption"},
                 {"operation": "remove", "model": "Image", "field_name": "capture_date"}],
        "add_extra_fields": ["weather"], "remove_extra_fields": ["road_number"]}})
    mapped = {row["field_name"]: row["external_field"] for row in changed["field_mappings"]["maps"]}
    assert mapped == {"name": "caption", "location": "geometry", "cam_heading": "compass", "hfov": "view_angle"}
    assert changed["field_mappings"]["extra_fields"] == ["weather"]
    wrong = {"maps": [{"operation": "remove", "model": "Image", "field_name": "capture_date"}]}
    assert calls.request("PUT", path, json={"field_mappings": wrong}).status_code == 422


def test_a_run_can_be_stopped(calls: PixelCalls, sandbox: SandboxProcess, place: str, source: Any) -> None:
    path = path_of(place, f"harvest_services/{create(calls, place, source)['id']}")
    assert calls.request("POST", f"{path}/stop").status_code == 409
    sandbox.control("POST", "settings", {"job_seconds": 3600.0})
    calls.post(f"{path}/start")
    assert calls.request("POST", f"{path}/start").status_code == 409
    stopped = calls.post(f"{path}/stop")
    assert not stopped["running"]
    assert stopped["last_run_at"] is not None
    sandbox.control("POST", "clock", {"advance": 7200})
    calls.log_in()
    assert calls.read(place, "images/") == []
    assert calls.sent("DELETE", path)["detail"] == "Deleted"
    assert not calls.there(path)


def test_services_belong_to_images(calls: PixelCalls, source: Any) -> None:
    place = calls.collection(calls.project(), "RGB")
    answer = calls.request("POST", path_of(place, "harvest_services/"), json={
        "name": "S", "description": "D", "url": "http://127.0.0.1/", "auth": {"api_key": {"api_key": "k"}}})
    assert answer.status_code == 422
