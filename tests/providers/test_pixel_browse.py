"""Geodata Pixel as a tree, against the sandbox: every branch, page by page, searched."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timezone

import pytest
from imagery_hub.providers.capabilities import Branch, Entry
from imagery_hub.providers.http.network import EnvironmentNetwork
from imagery_hub.providers.pixel.client import answers
from imagery_hub.providers.pixel.flows import browse
from imagery_hub.providers.pixel.flows.lifecycle import days_left
from imagery_hub.providers.pixel.provider import Pixel, connect
from imagery_hub.providers.work import Work
from sandbox_pixel import OSLO, PixelCalls, environment, path_of
from sandbox_process import SandboxProcess


@pytest.fixture
def platform(sandbox: SandboxProcess) -> Iterator[Pixel]:
    given = environment(sandbox)
    secrets = {"username": given["PIXEL_USERNAME"], "password": given["PIXEL_PASSWORD"]}
    options = {"tenant": given["PIXEL_TENANT"], "login": given["PIXEL_AUTH_SERVER_URL"]}
    opened = connect(given["PIXEL_API_URL"], secrets, options, EnvironmentNetwork())
    yield opened
    opened.close()


@pytest.fixture
def calls(sandbox: SandboxProcess) -> PixelCalls:
    return PixelCalls(sandbox)


def below(platform: Pixel, entry: Entry, *above: Entry, search: str = "") -> list[Entry]:
    """All pages."""
    found: list[Entry] = []
    begin = ""
    while True:
        page = platform.children(Branch(entry, above, search), begin, Work())
        found += page.entries
        begin = page.following
        if not begin:
            return found


def root(kind: str) -> Entry:
    return Entry(kind, "", "")


def names(entries: Sequence[Entry]) -> list[str]:
    return [one.name for one in entries]


def kinds(entries: Sequence[Entry]) -> list[str]:
    return [one.kind for one in entries]


# ---------------------------------------------------------------------- projects
@pytest.mark.needs_assumed("pixel A6")
def test_projects_stand_in_each_other(platform: Pixel, calls: PixelCalls) -> None:
    outer = calls.project("Outer", tags=["a", "b"])
    inner = calls.project("Inner", parent_project_id=int(outer))
    place = calls.collection(outer, "RGB")
    top = below(platform, root("projects"))
    assert [(one.id, one.name) for one in top] == [(outer, "Outer")]
    assert top[0].details["tags"] == "a, b" and top[0].footprint == OSLO
    inside = below(platform, top[0])
    assert kinds(inside) == ["project", "collection.raster.RGB", "attachments", "deleted_collections"]
    assert [one.id for one in inside] == [inner, place, f"project/{outer}", outer]
    assert '"num_bands": 3' in inside[1].details["rules"]


def test_a_search_finds_projects_at_any_depth(platform: Pixel, calls: PixelCalls) -> None:
    outer = calls.project("Outer")
    calls.project("Inner bridge", parent_project_id=int(outer))
    assert names(below(platform, root("projects"), search="bridge")) == ["Inner bridge"]
    calls.collection(outer, name="Spring")
    calls.collection(outer, name="Autumn")
    assert names(below(platform, Entry("project", outer, "Outer"), search="spr")) == ["Spring"]


def test_projects_come_page_by_page(platform: Pixel, sandbox: SandboxProcess) -> None:
    sandbox.control("POST", "pixel/projects", {"count": 250})
    first = platform.children(Branch(root("projects")), "", Work())
    assert (len(first.entries), first.following) == (answers.PAGE_SIZE, str(answers.PAGE_SIZE))
    assert len({one.id for one in below(platform, root("projects"))}) == 250


def test_collections_come_page_by_page_and_headings_once(
    platform: Pixel, calls: PixelCalls, sandbox: SandboxProcess
) -> None:
    project = calls.project()
    sandbox.control("POST", "pixel/collections", {"project": int(project), "count": 120})
    inside = below(platform, Entry("project", project, ""))
    assert kinds(inside).count("collection.image") == 120 and kinds(inside)[-2:] == ["attachments",
                                                                                    "deleted_collections"]


@pytest.mark.parametrize(("collection_type", "headings"), [
    ("image", ["images", "harvests", "upload_jobs", "attachments"]),
    ("RGB", ["rasters", "optimized_rasters", "upload_jobs", "attachments"]),
    ("DTM", ["rasters", "optimized_rasters", "upload_jobs", "attachments"]),
    ("raster", ["rasters", "optimized_rasters", "upload_jobs", "attachments"]),
    ("point_cloud", ["point_clouds", "optimized_clouds", "upload_jobs", "attachments"]),
])
def test_what_a_collection_holds_depends_on_its_type(
    platform: Pixel, calls: PixelCalls, collection_type: str, headings: list[str]
) -> None:
    place = calls.collection(calls.project(), collection_type)
    entry = Entry(browse.collection_kind(collection_type), place, "")
    inside = below(platform, entry)
    assert kinds(inside) == headings
    assert [one.id for one in inside] == [place] * 3 + [f"data_collection/{place.split('/')[1]}"]
    assert [below(platform, one, entry) for one in inside] == [[], [], [], []]


# ---------------------------------------------------------------------- what was deleted
@pytest.mark.needs_assumed("pixel A6")
def test_what_was_deleted_tells_the_days_that_are_left(
    platform: Pixel, calls: PixelCalls, sandbox: SandboxProcess
) -> None:
    project, other = calls.project("Kept"), calls.project("Gone")
    place = calls.collection(project, name="Old")
    calls.sent("DELETE", path_of(place))
    calls.sent("DELETE", f"projects/{other}")
    gone = below(platform, root("deleted_projects"))
    assert [(one.kind, one.id, one.name, one.state) for one in gone] == [("deleted_project", other, "Gone", "60")]
    old = below(platform, Entry("deleted_collections", project, ""))
    assert [(one.kind, one.id, one.state) for one in old] == [("deleted_collection", place, "60")]
    assert names(below(platform, root("projects"))) == ["Kept"]


@pytest.mark.parametrize(("deleted_at", "left"), [
    ("2025-01-01T00:00:00Z", 60), ("2024-12-31T23:59:59", 60), ("2024-12-31T00:00:00", 59),
    ("2024-11-03T00:00:00Z", 1), ("2024-11-02T00:00:01+00:00", 1), ("2024-11-02T00:00:00Z", 0),
    ("2023-01-01T00:00:00Z", 0), ("", None), (None, None), ("yesterday", None),
])
def test_begun_days_count(deleted_at: str | None, left: int | None) -> None:
    assert days_left(deleted_at, datetime(2025, 1, 1, tzinfo=timezone.utc)) == left


# ---------------------------------------------------------------------- the rest
@pytest.mark.needs_assumed("pixel Plugin.enabled")
def test_the_tenant_tells_role_and_plugins(platform: Pixel, sandbox: SandboxProcess) -> None:
    sandbox.control("POST", "pixel/plugins", {"image_service": False})
    found = below(platform, root("tenant"))
    assert kinds(found)[0] == "user" and found[0].state in ("superuser", "")
    assert {one.name: one.state for one in found[1:]} == {"optimized_raster": "on", "image_service": "off"}


def test_services_of_both_types_stand_under_one_heading(
    platform: Pixel, calls: PixelCalls, sandbox: SandboxProcess
) -> None:
    place = calls.collection(calls.project())
    collection = int(place.split("/")[1])
    body = {"name": "Photos", "description": "", "data_collection_ids": [collection],
            "options": {"gdo_users": ["fjordkart_les"], "feature_service_options": {"image_layer": {}}}}
    made = calls.post("arcgis_services/Feature/", body)
    found = below(platform, root("services"))
    assert [(one.kind, one.id, one.name) for one in found] == [("service.feature", f"Feature/{made['id']}", "Photos")]
    assert found[0].details["gdo_users"] == "fjordkart_les"
    assert below(platform, root("services"), search="nothing") == []


def test_analysis_services_hold_their_tasks(platform: Pixel, calls: PixelCalls) -> None:
    module = calls.get("analysis/modules/")[0]["name"]
    service = calls.post("analysis/services/", {"name": "Blur", "module_name": module, "config": {}})
    collection = int(calls.collection(calls.project()).split("/")[1])
    body = {"name": "First", "params": {"data_collection_id": collection}}
    task = calls.post(f"analysis/services/{service['id']}/tasks/", body)
    found = below(platform, root("analyses"))
    assert [(one.kind, one.id) for one in found] == [("analysis_service", str(service["id"]))]
    tasks = below(platform, found[0])
    assert [(one.kind, one.id, one.state) for one in tasks] == [("analysis_task", str(task["id"]), "PENDING")]


def test_attachments_are_those_of_their_owner(platform: Pixel, calls: PixelCalls) -> None:
    project = calls.project()
    body = {"files": [{"name": "plan.pdf", "description": "May", "md5": "1B2M2Y8AsgTpgAmY7PhCfg=="}]}
    calls.post("attachments/", body, resource_type="project", resource_id=project)
    found = below(platform, Entry("attachments", f"project/{project}", ""))
    assert [(one.kind, one.name, one.state) for one in found] == [("attachment", "plan.pdf", "Pending")]
    assert below(platform, Entry("attachments", "elsewhere/1", "")) == []


def test_a_harvest_service_is_in_its_collection(platform: Pixel, calls: PixelCalls) -> None:
    place = calls.collection(calls.project())
    body = {"name": "Import", "description": "", "url": "http://127.0.0.1:1/FeatureServer/0",
            "auth": {"api_key": {"api_key": "not-a-real-key"}}}
    made = calls.post(path_of(place, "harvest_services/"), body)
    collection = Entry("collection.image", place, "")
    heading = Entry("harvests", place, "")
    found = below(platform, heading, collection)
    assert [(one.kind, one.id, one.name) for one in found] == [("harvest", str(made["id"]), "Import")]
    assert "not-a-real-key" not in str(found)
    assert below(platform, found[0], collection, heading) == []


def test_leaves_hold_nothing_and_the_tenant_has_a_page(platform: Pixel) -> None:
    assert below(platform, Entry("raster", "1", "")) == []
    assert platform.page(Entry("project", "1", "")) == ""  # the sandbox is not the vendor
    assert platform.searches(root("projects")) and not platform.searches(root("tenant"))
