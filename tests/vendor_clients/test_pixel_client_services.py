"""Geodata Pixel's own client, both flavours: attachments, search, harvest services and ArcGIS services."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest
from pixel_client_process import PixelClientCalls, model, path
from pixel_files import photo, raster
from sandbox_pixel import PixelCalls
from sandbox_process import SandboxProcess
from vendor_client_process import VendorError


@pytest.fixture
def calls(sandbox: SandboxProcess) -> PixelCalls:
    """The platform seen without the client."""
    return PixelCalls(sandbox)


def kept(sandbox: SandboxProcess, kind: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = sandbox.control("GET", f"pixel/objects/{kind}", limit=1000)
    return found


def numbers(place: str) -> dict[str, int]:
    """The client's arguments for a data collection that is written ``project/collection``."""
    project, collection = place.split("/")
    return {"project_id": int(project), "data_collection_id": int(collection)}


def test_attachments(pixel: PixelClientCalls, sandbox: SandboxProcess, calls: PixelCalls, tmp_path: Path) -> None:
    project = int(calls.project())
    collection = int(calls.collection(str(project)).split("/")[1])
    plan, notes = tmp_path / "plan.pdf", tmp_path / "notes.txt"
    plan.write_bytes(b"%PDF-1.4 plan")
    notes.write_text("windy")
    here = {"resource_type": "project", "resource_id": project}
    made = pixel.call("add_attachments", **here, files=[path(notes), model(
        "PixelAttachmentUpload", file=str(plan), name="Flight plan", description="Approved")])
    by_name = {one["name"]: one for one in made}
    assert {name: one["status"] for name, one in by_name.items()} == {"notes.txt": "Completed",
                                                                      "Flight plan": "Completed"}
    stored = {one["name"]: Path(one["file"]).read_bytes() for one in kept(sandbox, "attachments")}
    assert stored == {"notes.txt": b"windy", "Flight plan": b"%PDF-1.4 plan"}
    assert len(pixel.call("list_attachments", **here, status="Completed")) == 2
    assert pixel.call("list_attachments", **here, status="Pending") == []
    pixel.call("move_attachment", **here, attachment_id=by_name["Flight plan"]["id"],
               new_resource_type="data_collection", new_resource_id=collection)
    there = {"resource_type": "data_collection", "resource_id": collection}
    assert [one["name"] for one in pixel.call("list_attachments", **there)] == ["Flight plan"]
    pixel.call("delete_attachment", **there, attachment_id=by_name["Flight plan"]["id"])
    assert [one["name"] for one in kept(sandbox, "attachments")] == ["notes.txt"]


def test_search(pixel: PixelClientCalls, sandbox: SandboxProcess, calls: PixelCalls) -> None:
    place = calls.collection(calls.project("Ring road"), "image", "Spring flight")
    collection = int(place.split("/")[1])
    sandbox.control("POST", "pixel/images", {"collection": collection, "count": 9, "name": "pier",
                                             "metadata": {"inspection_type": "bridge - annual"}})
    sandbox.control("POST", "pixel/images", {"collection": collection, "count": 4, "name": "crack", "tags": ["bad"]})
    info = pixel.call("search_info", on="images")
    assert "json_metadata.inspection_type" in info["filterable"]
    query = {"on": "images", "filter": {"and": [{"==": [{"var": "project_name"}, "Ring road"]},
                                                {"~": [{"var": "json_metadata.inspection_type"}, "%annual%"]}]},
             "out_fields": ["id", "name"], "sort": [{"field": "name", "direction": "desc"}], "limit": 4}
    found = pixel.call("search", search_query=query)
    assert (found["count"], found["total_count"]) == (4, 9)
    assert [one["name"] for one in found["results"]] == [f"pier_{number:06d}" for number in (8, 7, 6, 5)]
    names = [one["name"] for one in pixel.call("paginate_search", search_query=query, page_size=2)]
    assert names == [f"pier_{number:06d}" for number in range(8, -1, -1)]
    tagged = pixel.call("search", search_query=model("SearchQuery", on="images", search="crack", filter={
        "contains": [{"var": "tags"}, "bad"]}))
    assert tagged["total_count"] == 4
    nowhere = pixel.call("search", search_query=model(
        "SearchQuery", on="images", intersects="POLYGON((1 1, 1 2, 2 2, 2 1, 1 1))"))
    assert (nowhere["count"], nowhere["results"]) == (0, [])
    with pytest.raises(VendorError, match="Bad request 400"):
        pixel.call("search", search_query=model("SearchQuery", on="images", filter={"==": [{"var": "colour"}, "red"]}))


def test_harvest_services(pixel: PixelClientCalls, sandbox: SandboxProcess, calls: PixelCalls) -> None:
    here, source = numbers(calls.collection(calls.project())), sandbox.control("GET", "pixel/source")
    auth = {"credentials": {"username": source["username"], "password": source["password"],
                            "token_url": sandbox.address + source["token_url"]}}
    made = pixel.call("create_harvest_service", **here, create_input=model(
        "HarvestServiceCreateInput", name="Road photos", description="From the portal",
        url=sandbox.address + source["layer"], auth=auth, where_clause="reviewed = 1", field_mappings={
            "maps": [{"model": "Image", "field_name": "location", "external_field": "geometry"},
                     {"model": "Image", "field_name": "name", "external_field": "photo_title"}],
            "extra_fields": ["road_number", "camera"]}))["id"]
    service = {**here, "service_id": made}
    assert [one["id"] for one in pixel.call("list_harvest_services", **here, name="road", limit=5)] == [made]
    pixel.call("update_harvest_service", **service, update_input=model(
        "HarvestServiceUpdateInput", name="Photos", field_mappings={
            "maps": [{"operation": "add", "model": "ImageMetadata", "field_name": "cam_heading",
                      "external_field": "compass"},
                     {"operation": "update", "model": "Image", "field_name": "name", "external_field": "caption"}],
            "add_extra_fields": ["weather"], "remove_extra_fields": ["camera"]}))
    assert pixel.call("get_harvest_service", **service)["name"] == "Photos"
    pixel.call("start_harvest_service", **service)
    wanted = {one["caption"]: one for one in source["rows"] if one["reviewed"] == 1}
    end = time.monotonic() + 60
    tasks: list[dict[str, Any]] = []
    while not tasks or any(one["status"] in ("pending", "submitted", "in_progress") for one in tasks):
        assert time.monotonic() < end
        time.sleep(0.05)
        tasks = kept(sandbox, "harvest_tasks")
    images = kept(sandbox, "images")
    assert images, tasks
    assert {one["name"] for one in images} <= set(wanted)
    for one in images:
        row = wanted[one["name"]]
        assert one["camera"]["cam_heading"] == row["compass"]
        assert one["json_metadata"] == {"road_number": row["road_number"], "weather": row["weather"]}
    asked = model("HarvestTaskListParams", status="completed", get_new=True, limit=100)
    assert len(pixel.call("get_harvest_service_tasks", **service, params=asked)) == len(images)
    assert pixel.call("get_harvest_service_tasks", **service, params=asked) == []
    if kept(sandbox, "harvest")[0]["running"]:
        pixel.call("stop_harvest_service", **service)
    else:
        pixel.call("start_harvest_service", **service)
        pixel.call("stop_harvest_service", **service)
    pixel.call("delete_harvest_service", **service)
    assert kept(sandbox, "harvest") == []


def test_an_image_service(pixel: PixelClientCalls, sandbox: SandboxProcess, calls: PixelCalls, tmp_path: Path) -> None:
    here = numbers(calls.collection(calls.project(), "RGB"))
    pixel.call("upload_raster", **here, file_path=path(raster(tmp_path / "a.tif", size=(300, 300))))
    assert "fjordkart_les" in pixel.call("list_gdo_users")
    given = model("ArcgisServiceCreateInput", name="Ortho", description="May",
                  data_collection_ids=[here["data_collection_id"]], options={
                      "gdo_users": ["fjordkart_les"], "image_service_options": {
                          "default_service_srid": 25833, "wms_options": {"enable": True, "title": "Ortho WMS"}}})
    with pytest.raises(VendorError, match="Bad request 400"):
        pixel.call("create_arcgis_service", service_type="Image", create_input=given)
    pixel.call("optimize_rasters", **here, profile="rgb")
    made = pixel.call("create_arcgis_service", service_type="Image", create_input=given)
    service = {"service_type": "Image", "service_id": made["id"]}
    assert (made["url"], made["options"]["gdo_users"]) == (None, ["fjordkart_les"])
    assert [one["id"] for one in pixel.call("list_arcgis_services", service_type="Image", name="ORT")] == [made["id"]]
    started = pixel.call("start_arcgis_service", **service)
    assert started["arcgis_service"]["url"].endswith("/ImageServer")
    assert pixel.call("start_arcgis_service", **service)["job"] is None
    pixel.call("refresh_arcgis_service", **service, refresh_data=True)
    pixel.call("update_arcgis_service", **service, update_input=model(
        "ArcgisServiceUpdateInput", name="Orthophoto", options={"image_service_options": {
            "default_service_srid": 25833}}))
    found = pixel.call("get_arcgis_service", **service)
    assert (found["name"], found["options"].get("gdo_users")) == ("Orthophoto", None)
    pixel.call("stop_arcgis_service", **service)
    assert kept(sandbox, "services")[0]["status"] == "stopped"
    pixel.call("delete_arcgis_service", **service)
    assert pixel.call("list_arcgis_services", service_type="Image") == []


def test_a_feature_service(pixel: PixelClientCalls, sandbox: SandboxProcess, calls: PixelCalls, tmp_path: Path) -> None:
    here = numbers(calls.collection(calls.project()))
    pixel.call("upload_image", **here, file_path=path(photo(tmp_path / "a.jpg", heading=90.0)))
    made = pixel.call("create_arcgis_service", service_type="Feature", create_input=model(
        "ArcgisServiceCreateInput", name="Photos", description="May", data_collection_ids=[here["data_collection_id"]],
        options={"feature_service_options": {
            "image_layer": {"include_fields": ["name"], "enable_oriented_imagery": True},
            "project_layer": {"include_fields": ["name", "description"]}}}))
    started = pixel.call("start_arcgis_service", service_type="Feature", service_id=made["id"])
    answer = calls.session.get(started["arcgis_service"]["url"] + "?f=json", timeout=60)
    assert [one["id"] for one in answer.json()["layers"]] == [0, 1]
