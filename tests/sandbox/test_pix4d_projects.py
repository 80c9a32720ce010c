"""Projects and sites of the sandbox's PIX4D, by plain HTTP."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from sandbox_pix4d import GROUPS, PROJECTS, Pix4dCalls
from sandbox_process import SandboxProcess


@pytest.fixture
def calls(sandbox: SandboxProcess) -> Pix4dCalls:
    return Pix4dCalls(sandbox)


@pytest.fixture
def other(sandbox: SandboxProcess) -> Pix4dCalls:
    return Pix4dCalls(sandbox, second=True)


def status(calls: Pix4dCalls, method: str, path: str, body: Any = None) -> int:
    return calls.request(method, path, json=body).status_code


# ---------------------------------------------------------------------- projects
def test_only_a_name_is_needed(calls: Pix4dCalls) -> None:
    made = calls.post(PROJECTS, {"name": "Quarry"})
    found = calls.get(f"{PROJECTS}{made['id']}/")
    assert (found["public_status"], found["project_type"], found["error_code"], found["error_reason"]) == (
        "CREATED", "pro", None, "")
    assert (found["image_count"], found["crs"], found["coordinate_system"]) == (0, None, "")
    assert found["s3_base_path"].endswith(f"/project-{made['id']}")
    assert found["owner_uuid"] == calls.organization


def test_every_member_can_be_given(sandbox: SandboxProcess, calls: Pix4dCalls) -> None:
    folder = calls.folder("Switzerland")
    made = calls.post(PROJECTS, {
        "name": "Quarry", "project_type": "inspection", "acquisition_date": "2026-03-04T08:15:00+01:00",
        "billing_model": "ENGINE_CLOUD", "parent_type": "folder", "parent_uuid": folder,
        "owner_uuid": calls.organization, "owner_type": "ORG_GRP", "processing_email_notification": False,
        "coordinate_system": "EPSG:2056+5728", "coordinate_system_geoid_height": 49.5,
        "coordinate_system_extensions": {"ext": 1}})
    assert made["crs"] == {"definition": "EPSG:2056+5728", "geoid_height": 49.5, "extensions": {"ext": 1}}
    assert (made["billing_model"], made["project_type"], made["parent_uuid"]) == ("ENGINE_CLOUD", "inspection", folder)
    seen = sandbox.control("GET", f"pix4d/projects/{made['id']}")
    assert (seen["email"], seen["parent"], seen["billing_model"]) == (False, ["folder", folder], "ENGINE_CLOUD")


def test_a_form_is_taken_for_json(calls: Pix4dCalls) -> None:
    form = {"name": "Quarry", "coordinate_system_geoid_height": "49.5", "processing_email_notification": "false"}
    made = calls.sent("POST", PROJECTS, data=form)
    assert (made["name"], made["processing_email_notification"]) == ("Quarry", False)
    path = f"{PROJECTS}{made['id']}/processing_options/"
    assert calls.sent("PATCH", path, data={"tags": '["nadir"]', "output_cs_horizontal": "32632"})["tags"] == ["nadir"]
    assert calls.request("PATCH", path, data={"tags": "nadir"}).status_code == 400


@pytest.mark.parametrize("name", ["", "a/b", "-a", "a ", "x" * 101, "a\\b"])
def test_names_that_are_refused(calls: Pix4dCalls, name: str) -> None:
    assert status(calls, "POST", PROJECTS, {"name": name}) == 400


@pytest.mark.parametrize(("definition", "wanted"), [
    ("EPSG:4326", 400), ("EPSG:99999", 400), ("rubbish", 400), ("EPSG:2056+6360", 400), ("EPSG:32632", 201),
    ("EPSG:2056+5728", 201), ("EPSG:2056+EPSG:5728", 201), ("ARBITRARY_METERS", 201), ("ARBITRARY_US_FEET", 201)])
def test_systems_that_are_taken_and_refused(calls: Pix4dCalls, definition: str, wanted: int) -> None:
    assert status(calls, "POST", PROJECTS, {"name": "x", "coordinate_system": definition}) == wanted
    body = {"name": "x", "project_group_type": "bim", "coordinate_system": definition}
    assert status(calls, "POST", GROUPS, body) == wanted


@pytest.mark.parametrize("members", [
    {"billing_model": "CRANE"}, {"billing_model": "FREE"}, {"project_type": "toy"},
    {"acquisition_date": "yesterday"}, {"parent_type": "folder"}, {"project_group_id": 3},
    {"parent_type": "folder", "parent_uuid": "5c1e0b7e-3f54-4d0a-9a51-7d2f6a9c4e10"},
    {"parent_type": "folder", "parent_uuid": "Switzerland"}])
def test_members_that_are_refused(calls: Pix4dCalls, members: dict[str, Any]) -> None:
    assert status(calls, "POST", PROJECTS, {"name": "x", **members}) == 400
    assert calls.get(PROJECTS)["count"] == 0


def test_a_project_in_a_site_takes_over_its_system(calls: Pix4dCalls) -> None:
    site = calls.site("Pit", coordinate_system="EPSG:2056")
    place = {"parent_type": "project_group", "parent_uuid": site["uuid"]}
    assert calls.project("one", **place)["coordinate_system"] == "EPSG:2056"
    assert calls.project("two", coordinate_system="EPSG:32632", **place)["coordinate_system"] == "EPSG:32632"
    found = calls.get(PROJECTS, project_group_id=site["id"])["results"]
    assert [one["name"] for one in found] == ["two", "one"]
    assert calls.get(f"{GROUPS}{site['id']}/")["project_count"] == 2


def test_what_can_be_changed(calls: Pix4dCalls) -> None:
    made = calls.project("Quarry")
    path = f"{PROJECTS}{made['id']}/"
    changes = {"display_name": "Quarry north", "is_geolocalized": True, "acquisition_date": "2026-01-02T03:04:05Z",
               "never_delete": True, "min_zoom": 3, "max_zoom": 21, "coordinate_system": "EPSG:32632"}
    changed = calls.sent("PATCH", path, json={**changes, "name": "ignored"})
    assert {name: changed[name] for name in changes} == changes
    assert changed["name"] == "Quarry"
    assert calls.get(path) == changed
    for body in ({"display_name": ""}, {"display_name": "x" * 101}, {"coordinate_system": "EPSG:4326"},
                 {"min_zoom": 2**31}, {"public_share_token": "unknown"}):
        assert status(calls, "PATCH", path, body) == 400
    assert calls.get(path) == changed
    assert calls.sent("PATCH", path, json={"coordinate_system": None})["crs"] is None


def test_a_project_goes_into_a_site_and_out(calls: Pix4dCalls) -> None:
    site, made = calls.site(), calls.project()
    path = f"{PROJECTS}{made['id']}/"
    assert calls.sent("PATCH", path, json={"project_group_id": site["id"]})["project_group_id"] == site["id"]
    assert calls.sent("PATCH", path, json={"project_group_id": None})["project_group_id"] is None
    assert status(calls, "PATCH", path, {"project_group_id": 1}) == 400


def test_two_serializers(calls: Pix4dCalls) -> None:
    made = calls.project()
    path = f"{PROJECTS}{made['id']}/"
    simple, detailed = calls.get(path, serializer="simple"), calls.get(path)
    assert set(simple) < set(detailed) and "crs" not in simple
    assert calls.get(PROJECTS)["results"] == [simple]
    assert calls.get(PROJECTS, serializer="detailed")["results"] == [detailed]
    assert calls.request("GET", path, params={"serializer": "long"}).status_code == 400
    assert calls.get(f"{PROJECTS}{made['id']}/")["uuid"] == detailed["uuid"]


def test_filters_take_several_values(sandbox: SandboxProcess, calls: Pix4dCalls) -> None:
    numbers = [calls.project(name)["id"] for name in ("a", "b", "c")]
    for number, state in zip(numbers, ("DONE", "ERROR", "CREATED")):
        sandbox.control("POST", f"pix4d/projects/{number}", {"status": state})

    def found(**query: Any) -> list[str]:
        return [one["name"] for one in calls.get(PROJECTS, **query)["results"]]

    assert found() == ["c", "b", "a"]
    assert found(public_status=["DONE", "ERROR"]) == ["b", "a"]
    assert found(public_status_exclude=["DONE"]) == ["c", "b"]
    assert found(id=numbers[:1]) == ["a"]
    assert found(id_exclude=numbers[:1]) == ["c", "b"]
    assert found(name=["a", "c"]) == ["c", "a"]
    assert found(display_name_exclude="b") == ["c", "a"]
    assert found(is_demo="true") == []
    assert found(is_demo="false") == ["c", "b", "a"]
    assert calls.request("GET", PROJECTS, params={"public_status": "FAILED"}).status_code == 400


def test_pages(sandbox: SandboxProcess, calls: Pix4dCalls) -> None:
    sandbox.control("POST", "pix4d/projects", {"count": 1203})
    seen, page = [], calls.get(PROJECTS, page_size=500)
    assert page["previous"] is None
    while True:
        seen += [one["id"] for one in page["results"]]
        if page["next"] is None:
            break
        page = calls.get(page["next"])
    assert len(seen) == len(set(seen)) == page["count"] == 1203
    assert len(calls.get(PROJECTS)["results"]) == 20
    assert len(calls.get(PROJECTS, page_size=9999)["results"]) == 500
    for number in ("0", "4", "x"):
        assert calls.request("GET", PROJECTS, params={"page": number, "page_size": 500}).status_code == 404


def test_a_deleted_project_is_gone_with_its_files(sandbox: SandboxProcess, calls: Pix4dCalls) -> None:
    made = calls.project()
    folder = Path(sandbox.control("GET", f"pix4d/projects/{made['id']}")["folder"])
    folder.mkdir(parents=True)
    (folder / "a.jpg").write_bytes(b"x")
    path = f"{PROJECTS}{made['id']}/"
    assert status(calls, "DELETE", path) == 204
    assert not folder.exists()
    assert status(calls, "GET", path) == status(calls, "DELETE", path) == 404


def test_another_organization_sees_nothing(calls: Pix4dCalls, other: Pix4dCalls) -> None:
    made, site = calls.project(), calls.site()
    for method, path in (("GET", PROJECTS), ("PATCH", PROJECTS), ("DELETE", PROJECTS)):
        assert status(other, method, f"{path}{made['id']}/", {}) == 404
        assert status(other, method, f"{GROUPS}{site['id']}/", {}) == 404
    assert other.get(PROJECTS)["count"] == other.get(GROUPS)["count"] == 0
    place = {"parent_type": "organization", "parent_uuid": calls.organization}
    assert status(other, "POST", PROJECTS, {"name": "x", **place}) == 403
    assert calls.get(f"{PROJECTS}{made['id']}/")["id"] == made["id"]


def test_a_reader_reads_only(sandbox: SandboxProcess, calls: Pix4dCalls, other: Pix4dCalls) -> None:
    made = calls.post(PROJECTS, {"name": "Quarry"})
    uuid = calls.get(f"{PROJECTS}{made['id']}/")["uuid"]
    sandbox.control("POST", "pix4d/roles", {"email": "mats.visser@example.org", "place": ["project", uuid],
                                            "role": "READER"})
    path = f"{PROJECTS}{made['id']}/"
    assert other.get(path)["id"] == made["id"]
    assert [one["id"] for one in other.get(PROJECTS)["results"]] == [made["id"]]
    assert status(other, "PATCH", path, {"display_name": "x"}) == status(other, "DELETE", path) == 403


# ---------------------------------------------------------------------- sites
def test_sites(calls: Pix4dCalls) -> None:
    pit, road = calls.site("Pit"), calls.site("road", coordinate_system="EPSG:2056")
    assert [one["name"] for one in calls.get(GROUPS)["results"]] == ["road", "Pit"]
    assert [one["name"] for one in calls.get(GROUPS, ordering="name")["results"]] == ["Pit", "road"]
    assert [one["name"] for one in calls.get(GROUPS, ordering="-name")["results"]] == ["road", "Pit"]
    assert [one["id"] for one in calls.get(GROUPS, search="ROA")["results"]] == [road["id"]]
    path = f"{GROUPS}{pit['id']}/"
    changed = calls.sent("PATCH", path, json={"name": "Pit 2", "coordinate_system": "EPSG:2056"})
    assert (changed["name"], changed["crs"]["definition"]) == ("Pit 2", "EPSG:2056")
    assert calls.get(path) == changed
    assert status(calls, "PATCH", path, {"project_group_type": "toy"}) == 400
    assert status(calls, "POST", GROUPS, {"name": "x"}) == 400


def test_the_projects_of_a_site_over_time(calls: Pix4dCalls) -> None:
    site = calls.site()
    place = {"parent_type": "project_group", "parent_uuid": site["uuid"]}
    for name, day in (("new", "2026-03-04T00:00:00Z"), ("old", "2025-03-04T00:00:00Z")):
        calls.project(name, acquisition_date=day, **place)
    found = calls.get(f"{GROUPS}{site['id']}/")
    assert (found["latest_project_date"], found["project_status_count"]) == ("2026-03-04T00:00:00Z", {"CREATED": 2})
    listed = calls.get(found["project_list_url"])["results"]
    assert sorted(one["acquisition_date"] for one in listed) == ["2025-03-04T00:00:00Z", "2026-03-04T00:00:00Z"]
    assert calls.get(found["latest_project_url"])["id"] == found["latest_project_id"]


@pytest.mark.needs_assumed("pix4d A53")
def test_projects_stay_when_their_site_goes(calls: Pix4dCalls) -> None:
    site = calls.site()
    made = calls.project("Quarry", parent_type="project_group", parent_uuid=site["uuid"])
    assert status(calls, "DELETE", f"{GROUPS}{site['id']}/") == 204
    assert calls.names("organization", calls.organization) == ["Quarry"]
    assert calls.get(f"{PROJECTS}{made['id']}/")["project_group_id"] is None
