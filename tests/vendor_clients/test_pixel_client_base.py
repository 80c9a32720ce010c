"""Geodata Pixel's own client, both flavours and unchanged: the user, plugins, projects, data collections, analysis."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest
from pixel_client_process import PixelClientCalls, PixelClientProcess, model
from pixel_files import photo
from sandbox_pixel import OSLO, RULES, PixelCalls
from sandbox_process import SandboxProcess
from vendor_client_process import VendorError

DAY = 24 * 3600


@pytest.fixture
def seen(sandbox: SandboxProcess) -> PixelCalls:
    """The platform seen without the client."""
    return PixelCalls(sandbox)


@pytest.fixture
def project(pixel: PixelClientCalls) -> int:
    found: int = make_project(pixel)["id"]
    return found


def make_project(pixel: PixelClientCalls, name: str = "Bridges", **members: Any) -> Any:
    return pixel.call("create_project", name=name, description="Annual", area_of_interest=model("Polygon", **OSLO),
                      **members)


def kept(sandbox: SandboxProcess, kind: str, number: int) -> dict[str, Any]:
    """What the platform keeps, also where nothing that is only assumed is told."""
    return {one["id"]: one for one in sandbox.control("GET", f"pixel/objects/{kind}", limit=1000)}[number]


def test_who_am_i(pixel: PixelClientCalls, project: int) -> None:
    assert pixel.call("me")["username"] == "superuser@fjord.example"
    assert pixel.call("me", extended=True)["username"] == "superuser@fjord.example"
    assert pixel.entered() == "superuser@fjord.example"


def test_plugins(pixel: PixelClientCalls) -> None:
    assert [one["name"] for one in pixel.call("get_plugins")] == ["optimized_raster", "image_service"]


def test_users_are_made_and_changed(pixel: PixelClientCalls, sandbox: SandboxProcess) -> None:
    pixel.call("create_oidc_user", create_input=model(
        "OIDCUserCreateInput", first_name="Per", last_name="Dahl", email="per.dahl@fjord.example",
        password="a-password", user_type="viewer"))
    users = sandbox.control("GET", "pixel")["users"]
    number = users["per.dahl@fjord.example"]["id"]
    pixel.call("update_oidc_user", user_id=number, update_input=model("OIDCUserUpdateInput", user_type="creator",
                                                                      enabled=False))
    assert sandbox.control("GET", "pixel")["users"]["per.dahl@fjord.example"] == {
        "id": number, "role": "creator", "enabled": False}
    pixel.call("update_oidc_user", user_id=number, update_input=model("OIDCUserUpdateInput", last_name="Dale"))
    assert sandbox.control("GET", "pixel")["users"]["per.dahl@fjord.example"]["enabled"], "as the notes warn"


def test_projects(pixel: PixelClientCalls, sandbox: SandboxProcess, project: int) -> None:
    child = make_project(pixel, "Pier", parent_project_id=project, tags=["a", "b"])["id"]
    assert [one["id"] for one in pixel.call("list_projects")] == [project, child]
    assert [one["id"] for one in pixel.call("list_projects", params=model("ListParams", tags=["a", "b"]))] == [child]
    assert [one["id"] for one in pixel.call("list_projects", ids=[project], limit=1)] == [project]
    pixel.call("update_project", project_id=child, name="North pier", add_tags=["c"], remove_tags=["a"])
    assert (kept(sandbox, "projects", child)["name"], kept(sandbox, "projects", child)["tags"]) == (
        "North pier", ["b", "c"])
    assert pixel.call("get_project", project_id=child)["name"] == "North pier"
    assert pixel.call("get_project", project_id=project, extended=True)["data_collections"] == []
    pixel.call("move_project", project_id=child)
    assert kept(sandbox, "projects", child)["parent"] is None
    pixel.call("move_project", project_id=child, new_parent_project_id=project)
    assert kept(sandbox, "projects", child)["parent"] == project


def test_projects_are_deleted_and_restored(pixel: PixelClientCalls, seen: PixelCalls, project: int) -> None:
    pixel.call("delete_project", project_id=project)
    assert pixel.call("list_projects") == []
    assert [one["id"] for one in pixel.call("list_deleted_projects", name="bridge")] == [project]
    assert pixel.call("restore_project", project_id=project)["id"] == project
    assert seen.there(f"projects/{project}")
    with pytest.raises(VendorError, match="Bad request 409"):
        pixel.call("restore_project", project_id=project)


def test_data_collections(pixel: PixelClientCalls, sandbox: SandboxProcess, project: int) -> None:
    made = pixel.call("create_data_collection", project_id=project, name="May", description="", tags=["o"],
                      data_collection_type="DTM", raster_info=model("RasterInfo", **RULES["DTM"],
                                                                    cell_size=[0.5, 0.5], srid=25833))["id"]
    image = pixel.call("create_data_collection", project_id=project, name="Photos", description="",
                       data_collection_type="image")["id"]
    assert kept(sandbox, "collections", made)["rules"] == {**RULES["DTM"], "cell_size": [0.5, 0.5], "srid": 25833}
    found = pixel.call("list_data_collections", project_id=project, data_collection_type="image")
    assert [one["id"] for one in found] == [image]
    pixel.call("update_data_collection", project_id=project, data_collection_id=made, description="Bare earth",
               add_tags=["p"])
    assert kept(sandbox, "collections", made)["description"] == "Bare earth"
    assert pixel.call("get_data_collection", project_id=project, data_collection_id=made)["name"] == "May"
    other = make_project(pixel, "Tunnels")["id"]
    pixel.call("move_data_collection", project_id=project, data_collection_id=made, new_project_id=other)
    assert [one["id"] for one in pixel.call("list_data_collections", project_id=other)] == [made]
    here = {"project_id": other, "data_collection_id": made}
    pixel.call("delete_data_collection", **here)
    assert [one["id"] for one in pixel.call("list_deleted_data_collections", project_id=other)] == [made]
    assert pixel.call("restore_data_collection", **here)["id"] == made


@pytest.mark.needs_assumed("pixel A7")
def test_rules_that_do_not_fit_are_refused(pixel: PixelClientCalls, project: int) -> None:
    with pytest.raises(VendorError, match="raster_info") as caught:
        pixel.call("create_data_collection", project_id=project, name="May", description="",
                   data_collection_type="RGB")
    assert (caught.value.kind, "Bad request 422" in caught.value.text) == ("PixelBadRequestError", True)


def test_a_token_that_ends_is_renewed_unnoticed(pixel: PixelClientCalls, sandbox: SandboxProcess,
                                                project: int) -> None:
    sandbox.control("POST", "pixel/tokens/expire")
    before = sandbox.last_entry()
    assert pixel.call("get_project", project_id=project)["id"] == project
    assert [one["status"] for one in sandbox.log(after=before, operation="getProject")] == [401, 200]
    sandbox.advance(6 * 60)
    assert [one["id"] for one in pixel.call("list_projects")] == [project]


def test_a_wrong_password_and_a_missing_object(pixel: PixelClientCalls, sandbox: SandboxProcess) -> None:
    with pytest.raises(VendorError, match="Bad request 404"):
        pixel.call("get_project", project_id=9999)
    with PixelClientProcess(sandbox, PIXEL_PASSWORD="wrong") as stranger, pytest.raises(VendorError) as caught:
        stranger.flavours[pixel.flavour].call("me")
    assert caught.value.kind == "HTTPStatusError"


def test_analysis(pixel: PixelClientCalls, sandbox: SandboxProcess, project: int, tmp_path: Path) -> None:
    collection = pixel.call("create_data_collection", project_id=project, name="Photos", description="",
                            data_collection_type="image")["id"]
    image = sandbox.control("POST", "pixel/images", {"collection": collection, "file": str(photo(tmp_path / "a.jpg"))})
    assert len(pixel.call("list_analysis_modules")) == 2
    service = pixel.call("create_analysis_service", create_input=model(
        "AnalysisServiceCreateUpdateInput", name="Quality", module_name="image_quality", config={"threshold": 1e9}))
    pixel.call("patch_analysis_service", service_id=service["id"],
               patch_input=model("AnalysisServicePatchInput", config={"tag": "dull"}))
    assert [one["id"] for one in pixel.call("list_analysis_services", enabled=True)] == [service["id"]]
    here = {"service_id": service["id"]}
    task = pixel.call("create_analysis_task", **here, params=model(
        "AnalysisTaskCreateInput", name="May", params={"data_collection_id": collection}))
    other = pixel.call("create_analysis_task", **here, params=model(
        "AnalysisTaskCreateInput", params={"data_collection_id": collection}))
    pixel.call("run_analysis_task", **here, task_id=task["id"])
    end = time.monotonic() + 60
    while not pixel.call("list_analysis_tasks", **here, status="SUCCESS"):
        assert time.monotonic() < end
        time.sleep(0.05)
    assert kept(sandbox, "images", image["first"])["tags"] == ["dull"]
    assert pixel.call("revoke_analysis_task", **here, task_id=other["id"])["status"] == "REVOKED"
    assert pixel.call("delete_analysis_task", **here, task_id=other["id"]) is True
    assert [one["id"] for one in pixel.call("list_analysis_tasks", **here)] == [task["id"]]
    assert pixel.call("delete_analysis_service", **here) is True
    assert pixel.call("list_analysis_services") == []
