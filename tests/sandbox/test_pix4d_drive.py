"""The drive of the sandbox's PIX4D: levels, search, the way up, moving, folders."""

from __future__ import annotations

from typing import Any

import pytest
from sandbox_pix4d import DRIVE, FOLDERS, GROUPS, PROJECTS, Pix4dCalls
from sandbox_process import SandboxProcess

NOBODY = "5c1e0b7e-3f54-4d0a-9a51-7d2f6a9c4e10"


@pytest.fixture
def calls(sandbox: SandboxProcess) -> Pix4dCalls:
    return Pix4dCalls(sandbox)


@pytest.fixture
def other(sandbox: SandboxProcess) -> Pix4dCalls:
    return Pix4dCalls(sandbox, second=True)


@pytest.fixture
def top(calls: Pix4dCalls) -> str:
    return calls.organization


def status(calls: Pix4dCalls, method: str, path: str, body: Any = None) -> int:
    return calls.request(method, path, json=body).status_code


def uuid_of(calls: Pix4dCalls, made: dict[str, Any]) -> str:
    return str(calls.get(f"{PROJECTS}{made['id']}/")["uuid"])


def move(calls: Pix4dCalls, target: tuple[str, str], *nodes: tuple[str, str], owner: str = "") -> int:
    return status(calls, "PUT", DRIVE + "move_batch/", {
        "owner_uuid": owner or calls.organization, "target_type": target[0], "target_uuid": target[1],
        "source_nodes": [{"type": kind, "uuid": uuid} for kind, uuid in nodes]})


def test_one_level(sandbox: SandboxProcess, calls: Pix4dCalls, top: str) -> None:
    folder = calls.folder("Alps")
    calls.folder("inside", folder)
    site = calls.site("Pit")
    sandbox.advance(5)
    project = calls.project("Beach")
    calls.project("deep", parent_type="project_group", parent_uuid=site["uuid"])
    path = f"{DRIVE}organization/{top}/"
    found = calls.get(path)["results"]
    assert [(one["name"], one["type"]) for one in found] == [
        ("Alps", "folder"), ("Beach", "project"), ("Pit", "project_group")]
    assert [one["legacy_id"] for one in found[1:]] == [project["id"], site["id"]]
    assert all(one["metadata"] is None for one in found)
    assert calls.names("organization", top, ordering="-name") == ["Pit", "Beach", "Alps"]
    assert calls.names("organization", top, ordering="-date")[0] == "Beach"
    assert calls.names("organization", top, ordering="date")[-1] == "Beach"
    assert calls.names("organization", top, include_projects="false") == ["Alps", "Pit"]
    assert calls.names("organization", top, include_project_groups="false") == ["Alps", "Beach"]
    assert calls.names("folder", folder) == ["inside"]
    full = {one["name"]: one["metadata"] for one in calls.get(path, full_metadata="true")["results"]}
    assert full["Beach"]["id"] == project["id"] and full["Pit"]["id"] == site["id"]
    assert calls.request("GET", path, params={"full_metadata": "maybe"}).status_code == 400
    assert calls.request("GET", path, params={"ordering": "size"}).status_code == 400
    assert not calls.there(f"{DRIVE}project_group/{site['uuid']}/")


def test_thousands_are_paged(sandbox: SandboxProcess, calls: Pix4dCalls, top: str) -> None:
    folder = calls.folder("many")
    sandbox.control("POST", "pix4d/projects", {"count": 2500, "parent": ["folder", folder]})
    seen, page = [], calls.get(f"{DRIVE}folder/{folder}/", page_size=500)
    while True:
        seen += [one["name"] for one in page["results"]]
        if page["next"] is None:
            break
        page = calls.get(page["next"])
    assert seen == [f"Survey {number:05d}" for number in range(2500)]
    assert calls.get(f"{DRIVE}organization/{top}/search/", q="SURVEY 0012")["count"] == 10


def test_search_at_any_depth(calls: Pix4dCalls, top: str) -> None:
    outer = calls.folder("Quarries")
    inner = calls.folder("Old quarries", outer)
    calls.project("quarry one", parent_type="folder", parent_uuid=inner)
    site = calls.site("Site")
    calls.project("Quarry two", parent_type="project_group", parent_uuid=site["uuid"])
    path = f"{DRIVE}organization/{top}/search/"

    def found(**query: Any) -> list[str]:
        return [one["name"] for one in calls.get(path, **query)["results"]]

    assert found(q="QUARR") == ["Old quarries", "Quarries", "quarry one", "Quarry two"]
    assert found(q="quarry", exclude_grouped_projects="true") == ["quarry one"]
    assert found(q="quarr", include_projects="false", ordering="-name") == ["Quarries", "Old quarries"]
    assert found(q="nothing") == []
    assert calls.request("GET", path).status_code == 400
    made = calls.project("other")
    calls.sent("PATCH", f"{PROJECTS}{made['id']}/", json={"display_name": "Quarry three"})
    assert "Quarry three" in found(q="quarry th")


def test_the_way_up(calls: Pix4dCalls, top: str) -> None:
    folders = [calls.folder("one")]
    for name in ("two", "three"):
        folders.append(calls.folder(name, folders[-1]))
    project = calls.project("deep", parent_type="folder", parent_uuid=folders[-1])
    path = f"{DRIVE}project/{uuid_of(calls, project)}/path/"
    found = calls.get(path)
    assert [one["name"] for one in found["path"]] == ["deep", "three", "two"]
    assert found["owner"] == {"type": "organization", "uuid": top, "name": "Alpine Survey Co-op"}
    assert found["more_ancestors"] is True
    whole = calls.get(path, max_path_items=9)
    assert [one["name"] for one in whole["path"]] == ["deep", "three", "two", "one"]
    assert whole["more_ancestors"] is False
    assert calls.request("GET", path, params={"max_path_items": 0}).status_code == 400
    assert calls.get(f"{DRIVE}organization/{top}/path/")["path"] == []


def test_what_is_not_there_and_what_is_others(calls: Pix4dCalls, other: Pix4dCalls, top: str) -> None:
    folder = calls.folder("Alps")
    for below in ("", "path/", "search/?q=a"):
        assert status(calls, "GET", f"{DRIVE}organization/{NOBODY}/{below}") == 404
        assert status(other, "GET", f"{DRIVE}organization/{top}/{below}") == 403
    assert status(other, "GET", f"{DRIVE}folder/{folder}/") == 403
    assert status(calls, "GET", f"{DRIVE}planet/{top}/") == 404


def test_without_the_root_one_sees_the_places_that_are_open(sandbox: SandboxProcess, calls: Pix4dCalls,
                                                            other: Pix4dCalls, top: str) -> None:
    folder = calls.folder("shared")
    inner = calls.folder("inner", folder)
    calls.folder("closed")
    project = calls.project("also")
    for place in (["folder", folder], ["folder", inner], ["project", uuid_of(calls, project)]):
        sandbox.control("POST", "pix4d/roles", {"email": "mats.visser@example.org", "place": place, "role": "EDITOR"})
    assert other.names("organization", top) == ["also", "shared"]
    assert other.names("folder", folder) == ["inner"]
    assert [one["name"] for one in other.get(f"{DRIVE}folder/{inner}/path/")["path"]] == ["inner", "shared"]
    assert [one["name"] for one in other.get(f"{DRIVE}organization/{top}/search/", q="e")["results"]] == [
        "inner", "shared"]


# ---------------------------------------------------------------------- folders
def test_folders(calls: Pix4dCalls, other: Pix4dCalls, top: str) -> None:
    made = calls.request("POST", FOLDERS, json={"name": "Alps", "parent_type": "organization", "parent_uuid": top})
    assert made.status_code == 201 and set(made.json()) == {"uuid", "name"}
    path = f"{FOLDERS}{made.json()['uuid']}/"
    assert calls.sent("PATCH", path, json={"name": "Alps 2"}) == {"name": "Alps 2"}
    assert calls.names("organization", top) == ["Alps 2"]
    for name in ("", " ", "x" * 256):
        assert status(calls, "PATCH", path, {"name": name}) == 400
        body = {"name": name, "parent_type": "organization", "parent_uuid": top}
        assert status(calls, "POST", FOLDERS, body) == 400
    assert status(other, "PATCH", path, {"name": "x"}) == status(other, "DELETE", path) == 403
    body = {"name": "x", "parent_type": "organization", "parent_uuid": top}
    assert status(other, "POST", FOLDERS, body) == 403
    assert status(calls, "POST", FOLDERS, {**body, "parent_uuid": NOBODY}) == 400
    assert status(calls, "PATCH", f"{FOLDERS}{NOBODY}/", {"name": "x"}) == 403
    assert status(calls, "DELETE", f"{FOLDERS}{NOBODY}/") == 404


def test_a_deleted_folder_takes_everything_below_along(calls: Pix4dCalls, top: str) -> None:
    outer = calls.folder("outer")
    inner = calls.folder("inner", outer)
    site = calls.site("site", parent_type="folder", parent_uuid=inner)
    projects = [calls.project("in folder", parent_type="folder", parent_uuid=inner),
                calls.project("in site", parent_type="project_group", parent_uuid=site["uuid"])]
    stays = calls.project("stays")
    assert status(calls, "DELETE", f"{FOLDERS}{outer}/") == 204
    assert [calls.there(f"{PROJECTS}{one['id']}/") for one in (*projects, stays)] == [False, False, True]
    assert not calls.there(f"{GROUPS}{site['id']}/") and not calls.there(f"{DRIVE}folder/{inner}/")
    assert calls.names("organization", top) == ["stays"]


# ---------------------------------------------------------------------- moving
def test_a_project_goes_into_a_site_and_back(calls: Pix4dCalls, top: str) -> None:
    site, made = calls.site("Pit"), calls.project("Quarry")
    node, path = ("project", uuid_of(calls, made)), f"{DRIVE}project/{uuid_of(calls, made)}/path/"
    assert move(calls, ("project_group", site["uuid"]), node) == 204
    assert [one["name"] for one in calls.get(path)["path"]] == ["Quarry", "Pit"]
    assert calls.get(f"{PROJECTS}{made['id']}/")["project_group_id"] == site["id"]
    assert move(calls, ("organization", top), node) == 204
    assert [one["name"] for one in calls.get(path)["path"]] == ["Quarry"]


def test_several_kinds_move_together(calls: Pix4dCalls, top: str) -> None:
    target, folder, site, made = calls.folder("target"), calls.folder("a"), calls.site("b"), calls.project("c")
    assert move(calls, ("folder", target), ("folder", folder), ("project_group", site["uuid"]),
                ("project", uuid_of(calls, made))) == 204
    assert calls.names("folder", target) == ["a", "b", "c"]
    assert calls.names("organization", top) == ["target"]


@pytest.mark.needs_assumed("pix4d A55")
def test_moves_that_are_refused(calls: Pix4dCalls, other: Pix4dCalls, top: str) -> None:
    outer, site, second = calls.folder("outer"), calls.site("site"), calls.site("second")
    inner, made = calls.folder("inner", outer), calls.project("made")
    node = ("project", uuid_of(calls, made))
    assert move(calls, ("folder", inner), ("folder", outer)) == 400
    assert move(calls, ("folder", outer), ("folder", outer)) == 400
    assert move(calls, ("project_group", site["uuid"]), ("project_group", second["uuid"])) == 400
    assert move(calls, ("project_group", site["uuid"]), ("folder", outer)) == 400
    assert move(calls, ("folder", outer), node, node) == 400
    assert move(calls, ("organization", top), ("folder", inner), node) == 400
    assert move(calls, ("folder", outer)) == 400
    assert move(calls, ("folder", outer), node, owner=other.organization) == 400
    assert move(calls, ("folder", NOBODY), node) == move(calls, ("folder", outer), ("project", NOBODY)) == 404
    assert move(calls, ("organization", other.organization), node) == 403
    assert move(other, ("folder", outer), node, owner=top) == 403
    assert calls.names("organization", top) == ["made", "outer", "second", "site"]
