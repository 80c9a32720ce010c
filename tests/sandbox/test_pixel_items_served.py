"""Images and rasters of the sandbox's Pixel, and the search over them, by plain HTTP."""

from __future__ import annotations

from pathlib import Path

import pytest
import requests
from sandbox_pixel import PixelCalls, path_of
from sandbox_process import SandboxProcess


@pytest.fixture
def pixel(sandbox: SandboxProcess) -> PixelCalls:
    """The superuser of the tenant."""
    return PixelCalls(sandbox)


@pytest.fixture
def flight(pixel: PixelCalls) -> tuple[str, list[int]]:
    """The path of a collection with twelve images, and their ids."""
    place = pixel.collection(pixel.project(), name="Spring flight")
    body = {"collection": place.split("/")[1], "count": 12, "tags": ["new"], "metadata": {"severity": 2}}
    first = pixel.sandbox.control("POST", "pixel/images", body)["first"]
    return path_of(place), list(range(first, first + 12))


def test_lists_are_cut_exactly_and_filtered(pixel: PixelCalls, flight: tuple[str, list[int]]) -> None:
    path, ids = flight
    assert [one["id"] for one in pixel.get(f"{path}/images/")] == ids
    assert [one["id"] for one in pixel.get(f"{path}/images/", offset=5, limit=3)] == ids[5:8]
    assert pixel.get(f"{path}/images/", offset=12, limit=3) == []
    assert [one["id"] for one in pixel.get(f"{path}/images/", ids=f"{ids[3]},{ids[1]},9")] == [ids[1], ids[3]]
    assert pixel.get(f"{path}/images/", ids="", limit=0) == []
    assert len(pixel.get(f"{path}/images/", name="SEED_00001")) == 2
    assert pixel.get(f"{path}/images/", tags="new,rust") == []
    assert pixel.request("GET", f"{path}/images/", params={"limit": 1001}).status_code == 422


def test_the_longer_form_tells_of_the_camera(pixel: PixelCalls, flight: tuple[str, list[int]]) -> None:
    path, ids = flight
    short = pixel.get(f"{path}/images/", limit=2)[1]
    long = pixel.get(f"{path}/images/", limit=2, extended="true")[1]
    told = pixel.get(f"{path}/images/{ids[1]}/metadata")
    assert "metadata" not in short
    assert long["metadata"]["cam_heading"] == told["cam_heading"] == 1.0
    assert told["image_id"] == ids[1]
    assert told["exif"] is None


def test_only_what_is_in_the_body_changes(pixel: PixelCalls, flight: tuple[str, list[int]]) -> None:
    path, ids = flight
    place = {"type": "Point", "coordinates": [10.75, 59.9]}
    changed = pixel.sent("PUT", f"{path}/images/{ids[0]}", json={
        "add_tags": ["crack"], "remove_tags": ["new"], "json_metadata": {"severity": None, "note": "wet"},
        "fields": {"fields_type": "image", "cam_pitch": 88.0, "location": place}})
    assert changed["tags"] == ["crack"]
    assert changed["json_metadata"] == {"strip": 0, "note": "wet"}
    assert changed["location"] == place
    assert changed["name"] == "seed_000000"
    assert pixel.get(f"{path}/images/{ids[0]}/metadata")["hfov"] == 70.0
    assert pixel.get(f"{path}/images/{ids[0]}/metadata")["cam_pitch"] == 88.0
    assert pixel.get(f"{path}/images/{ids[1]}")["tags"] == ["new"]


@pytest.mark.parametrize("body", [
    {}, {"fields": {"cam_pitch": 1}}, {"fields": {"fields_type": "raster"}}, {"json_metadata": {"a": [1]}},
    {"fields": {"fields_type": "image", "cam_pitch": None}},
    {"fields": {"fields_type": "image", "location": {"type": "Point", "coordinates": [200, 0]}}},
])
def test_what_does_not_fit_is_unprocessable(pixel: PixelCalls, flight: tuple[str, list[int]], body: object) -> None:
    path, ids = flight
    assert pixel.request("PUT", f"{path}/images/{ids[0]}", json=body).status_code == 422


def test_images_move_and_go_for_good(pixel: PixelCalls, flight: tuple[str, list[int]]) -> None:
    path, ids = flight
    project = pixel.project(name="Other")
    target, rgb = (int(pixel.collection(project, kind).split("/")[1]) for kind in ("image", "raster"))
    to = {"new_project_id": project, "new_data_collection_id": target}
    moved = pixel.sent("PUT", f"{path}/images/{ids[0]}/move", params=to)
    assert (moved["project_id"], moved["data_collection_id"]) == (int(project), target)
    assert pixel.request("GET", f"{path}/images/{ids[0]}").status_code == 404
    wrong = {"new_project_id": project, "new_data_collection_id": rgb}
    assert pixel.request("PUT", f"{path}/images/{ids[1]}/move", params=wrong).status_code == 409
    elsewhere = {"new_project_id": path.split("/")[1], "new_data_collection_id": target}
    assert pixel.request("PUT", f"{path}/images/{ids[1]}/move", params=elsewhere).status_code == 404
    assert pixel.sent("DELETE", f"{path}/images/{ids[1]}")["id"] == ids[1]
    assert pixel.request("GET", f"{path}/images/{ids[1]}").status_code == 404
    assert len(pixel.get(f"{path}/images/")) == 10


def test_rasters_move_where_they_fit(pixel: PixelCalls) -> None:
    project = pixel.project()
    source = pixel.collection(project, "raster")
    fine = pixel.collection(project, "RGB", raster_info={"cell_size": [1.0, 1.0]})
    coarse = pixel.collection(project, "RGB", raster_info={"cell_size": [2.0, 2.0]})
    first = pixel.sandbox.control("POST", "pixel/rasters", {"collection": source.split("/")[1], "count": 3})["first"]
    to = {"new_project_id": project, "new_data_collection_id": coarse.split("/")[1]}
    refused = pixel.request("PUT", path_of(source, f"rasters/{first}/move"), params=to)
    assert refused.status_code == 409
    assert "cell_size" in refused.json()["detail"]
    to["new_data_collection_id"] = fine.split("/")[1]
    moved = pixel.put(path_of(source, f"rasters/{first}/move"), **to)
    assert f"{project}/{moved['data_collection_id']}" == fine
    assert [one["id"] for one in pixel.get(path_of(source, "rasters/"), format="GTiff")] == [first + 1, first + 2]
    assert pixel.get(path_of(source, "rasters/"), format="JPEG") == []


def test_a_viewer_reads_and_searches_only(sandbox: SandboxProcess, flight: tuple[str, list[int]]) -> None:
    path, ids = flight
    viewer = PixelCalls(sandbox, "viewer")
    assert len(viewer.get(f"{path}/images/")) == 12
    assert viewer.sent("POST", "search/", json={"on": "images"})["total_count"] == 12
    assert viewer.request("DELETE", f"{path}/images/{ids[0]}").status_code == 403


def test_the_search_follows_every_change(pixel: PixelCalls, flight: tuple[str, list[int]]) -> None:
    path, ids = flight
    asked = {"on": "images", "filter": {"~": [{"var": "name"}, "SEED%4"]},
             "out_fields": ["id", "name", "project_name", "tags"]}
    assert pixel.sent("POST", "search/", json=asked) == {"count": 1, "total_count": 1, "results": [
        {"id": ids[4], "name": "seed_000004", "project_name": "Ring road bridges 2025", "tags": ["new"]}]}
    pixel.sent("PUT", f"{path}/images/{ids[4]}", json={"fields": {"fields_type": "image", "name": "pier"}})
    assert pixel.sent("POST", "search/", json=asked)["total_count"] == 0
    pixel.sent("DELETE", path)
    assert pixel.sent("POST", "search/", json={"on": "images"})["total_count"] == 0
    pixel.sent("POST", f"{path}/restore")
    assert pixel.sent("POST", "search/", json={"on": "images", "limit": 5})["total_count"] == 12


def test_what_can_be_searched_is_told(pixel: PixelCalls, flight: tuple[str, list[int]]) -> None:
    told = pixel.get("search/info", on="images")
    assert {"project_name", "tags", "json_metadata.severity", "json_metadata.strip"} <= set(told["filterable"])
    assert {"name": "location", "type": "GEOMETRY"} in told["out_fields"]
    assert not pixel.get("search/info", on="data_collections")["supports_spatial_query"]
    assert pixel.request("GET", "search/info", params={"on": "cars"}).status_code == 422


@pytest.mark.parametrize(("body", "status"), [
    ({"on": "cars"}, 422), ({}, 422), ({"on": "images", "filter": {"not": []}}, 422),
    ({"on": "images", "filter": {"==": [{"var": "speed"}, 1]}}, 400),
    ({"on": "data_collections", "intersects": "POINT(1 1)"}, 400), ({"on": "images", "intersects": "here"}, 422),
    ({"on": "images", "limit": 5000}, 422), ({"on": "images", "sort": [{"field": "name", "direction": "up"}]}, 422),
])
def test_broken_searches_are_refused(pixel: PixelCalls, body: object, status: int) -> None:
    assert pixel.request("POST", "search/", json=body).status_code == status


def test_all_subjects_answer(pixel: PixelCalls, flight: tuple[str, list[int]]) -> None:
    counts = {on: pixel.sent("POST", "search/", json={"on": on})["total_count"]
              for on in ("images", "rasters", "point_clouds", "projects", "data_collections")}
    assert counts == {"images": 12, "rasters": 0, "point_clouds": 0, "projects": 1, "data_collections": 1}
    found = pixel.sent("POST", "search/", json={"on": "projects", "intersects": "POINT(10.7 59.9)"})["results"]
    assert found[0]["area_of_interest"]["type"] == "Polygon"


def test_a_stored_file_can_be_fetched_for_a_quarter_of_an_hour(
        sandbox: SandboxProcess, pixel: PixelCalls, tmp_path: Path) -> None:
    place = pixel.collection(pixel.project(), "raster")
    file = tmp_path / "sheet.tif"
    file.write_bytes(b"some bytes")
    body = {"collection": place.split("/")[1], "file": str(file)}
    number = sandbox.control("POST", "pixel/rasters", body)["first"]
    assert pixel.read(place, "rasters/")[0]["download_url"] is None
    address = pixel.read(place, f"rasters/{number}")["download_url"]
    assert requests.get(address, timeout=60).content == b"some bytes"
    sandbox.advance(901)
    assert requests.get(address, timeout=60).status_code == 403
