"""Folders, sites and projects of PIX4D's drive by algorithm, read back by plain HTTP."""

from __future__ import annotations

from typing import Any

from imagery_hub.core.jobs import job_store
from sandbox_pix4d import DRIVE, FOLDERS, GROUPS, PROJECTS, Pix4dCalls
from sandbox_process import SandboxProcess


def rows(table: dict[str, Any]) -> list[dict[str, Any]]:
    return [dict(zip(one.fields().names(), one.attributes())) for one in table["OUTPUT"].getFeatures()]


def parent(pix4d: Pix4dCalls, kind: str, uuid: str) -> str:
    """The uuid of what it lies in."""
    path = pix4d.get(f"{DRIVE}{kind}/{uuid}/path/")
    return str(path["path"][1]["uuid"] if len(path["path"]) > 1 else path["owner"]["uuid"])


def test_who_am_i(run_pix4d: Any, pix4d: Pix4dCalls) -> None:
    me = pix4d.get("common/api/v3/me/")
    found = run_pix4d("getuser")
    assert found["USER_ID"] == me["uuid"]
    assert found["NAME"] == f"{me['first_name']} {me['last_name']}"
    assert found["ORGANIZATION_ID"] == me["default_organization"]
    assert found["EMAIL"] == me["email"]


def test_folders_are_made_renamed_and_deleted_by_name(run_pix4d: Any, pix4d: Pix4dCalls) -> None:
    outer = run_pix4d("createfolder", NAME=" 2026 ")["FOLDER_ID"]
    inner = run_pix4d("createfolder", NAME="Quarries", DRIVE_FOLDER=outer)["FOLDER_ID"]
    assert pix4d.names("organization", pix4d.organization) == ["2026"]
    assert pix4d.names("folder", outer) == ["Quarries"]
    run_pix4d("renamefolder", FOLDER=inner, NAME="Pits")
    assert pix4d.names("folder", outer) == ["Pits"]
    project = pix4d.project("Kept or not", parent_type="folder", parent_uuid=inner)
    words = run_pix4d.fails("deletefolder", FOLDER=outer, CONFIRM="Pits")
    assert "It is called “2026”, and “Pits” was typed" in words
    assert pix4d.there(f"{PROJECTS}{project['id']}/")
    assert run_pix4d("deletefolder", FOLDER=outer, CONFIRM="2026")["FOLDER_ID"] == outer
    assert pix4d.names("organization", pix4d.organization) == []
    assert not pix4d.there(f"{PROJECTS}{project['id']}/")
    assert "is empty" in run_pix4d.refused("createfolder", NAME=" ")
    assert "at most 255" in run_pix4d.refused("renamefolder", FOLDER=inner, NAME="x" * 256)


def test_a_job_is_called_by_what_it_makes(run_pix4d: Any, pix4d: Pix4dCalls) -> None:
    folder = pix4d.folder("2026")
    run_pix4d("createfolder", NAME="Quarries", DRIVE_FOLDER=folder)
    run_pix4d("createsite", NAME="Pit", DRIVE_FOLDER=folder)
    assert {one.about for one in job_store().all()[:2]} == {"Quarries", "Pit"}


def test_a_folder_that_is_gone_is_said(run_pix4d: Any, pix4d: Pix4dCalls) -> None:
    folder = pix4d.folder("Short")
    pix4d.sent("DELETE", f"{FOLDERS}{folder}/")
    assert "does not" in run_pix4d.fails("deletefolder", FOLDER=folder, CONFIRM="Short")


def test_the_drive_as_a_table(run_pix4d: Any, pix4d: Pix4dCalls) -> None:
    folder = pix4d.folder("Archive")
    site, project = pix4d.site("Pit"), pix4d.project("Quarry north")
    deep = pix4d.project("Quarry south", parent_type="folder", parent_uuid=folder)
    table = run_pix4d("listdrive", ORDERING="name", OUTPUT="memory:")
    assert [(one["name"], one["type"]) for one in rows(table)] == [
        ("Archive", "folder"), ("Pit", "project_group"), ("Quarry north", "project")]
    assert table["UUIDS"].split(",") == [folder, site["uuid"], project["uuid"]]
    assert table["COUNT"] == 3
    assert run_pix4d("listdrive", PROJECTS=False, SITES=False)["UUIDS"] == folder
    assert [one["legacy_id"] for one in rows(run_pix4d("listdrive", FOLDER=folder, OUTPUT="memory:"))] == [deep["id"]]
    found = run_pix4d("listdrive", SEARCH="QUARRY", ORDERING="-name", DETAILS=True, OUTPUT="memory:")
    assert [(one["name"], one["public_status"]) for one in rows(found)] == [
        ("Quarry south", "CREATED"), ("Quarry north", "CREATED")]
    assert run_pix4d("listdrive", MAXIMUM=2)["COUNT"] == 2


def test_thousands_come_page_by_page(run_pix4d: Any, sandbox: SandboxProcess) -> None:
    sandbox.control("POST", "pix4d/projects", {"count": 730})
    before = sandbox.last_entry()
    assert run_pix4d("listdrive", MAXIMUM=150)["COUNT"] == 150
    assert len(sandbox.log(operation="listDrive", after=before)) == 2
    assert run_pix4d("listprojects")["COUNT"] == 730


def test_moving(run_pix4d: Any, pix4d: Pix4dCalls) -> None:
    folder, other = pix4d.folder("From"), pix4d.folder("To")
    site = pix4d.site("Pit")
    first = pix4d.project("One", parent_type="folder", parent_uuid=folder)
    second = pix4d.project("Two")
    both = f"{first['id']},{second['id']}"
    assert run_pix4d("moveindrive", PROJECTS=both, TO_SITE=str(site["id"]))["COUNT"] == 2
    assert {parent(pix4d, "project", one["uuid"]) for one in (first, second)} == {site["uuid"]}
    assert run_pix4d("getsite", SITE=str(site["id"]))["COUNT"] == 2
    assert run_pix4d("moveindrive", PROJECTS=both, TO_SITE=str(site["id"]))["COUNT"] == 0
    assert run_pix4d("moveindrive", SITES=str(site["id"]), FOLDERS=other, TO_FOLDER=folder)["COUNT"] == 2
    assert parent(pix4d, "project_group", site["uuid"]) == folder
    place = run_pix4d("getdrivepath", PROJECT=str(first["id"]))
    assert place["WAY"].endswith(" / From / Pit / One")
    assert (place["PARENT_TYPE"], place["PARENT_UUID"]) == ("project_group", site["uuid"])
    assert place["OWNER_UUID"] == pix4d.organization
    assert run_pix4d("moveindrive", FOLDERS=folder)["COUNT"] == 0
    assert run_pix4d("moveindrive", FOLDERS=other)["COUNT"] == 1
    assert parent(pix4d, "folder", other) == pix4d.organization
    assert "Only projects" in run_pix4d.refused("moveindrive", SITES="1", TO_SITE="2")
    assert "into itself" in run_pix4d.refused("moveindrive", FOLDERS=folder, TO_FOLDER=folder)
    assert "Give projects" in run_pix4d.refused("moveindrive")


def test_sites(run_pix4d: Any, pix4d: Pix4dCalls) -> None:
    folder = pix4d.folder("Coast")
    site = run_pix4d("createsite", NAME="Harbour", CRS="EPSG:2056", VERTICAL_CRS="5728", DRIVE_FOLDER=folder)["SITE_ID"]
    found = pix4d.get(f"{GROUPS}{site}/")
    assert (found["name"], found["project_group_type"]) == ("Harbour", "bim")
    assert found["coordinate_system"] == "EPSG:2056+5728"
    assert parent(pix4d, "project_group", found["uuid"]) == folder
    run_pix4d("editsite", SITE=site, NAME="Old harbour")
    assert pix4d.get(f"{GROUPS}{site}/")["name"] == "Old harbour"
    pix4d.site("Pit")
    assert run_pix4d("listsites", SEARCH="harbour")["SITE_IDS"] == site
    assert [one["name"] for one in rows(run_pix4d("listsites", ORDERING="-name", OUTPUT="memory:"))] == [
        "Pit", "Old harbour"]
    late = pix4d.project("Late", parent_type="project_group", parent_uuid=found["uuid"],
                         acquisition_date="2026-05-01T00:00:00Z")
    early = pix4d.project("Early", parent_type="project_group", parent_uuid=found["uuid"],
                          acquisition_date="2025-05-01T00:00:00Z")
    assert run_pix4d("getsite", SITE=site)["PROJECT_IDS"] == f"{early['id']},{late['id']}"
    assert run_pix4d("listprojects", SITE=site)["COUNT"] == 2
    assert "It is called “Old harbour”" in run_pix4d.fails("deletesite", SITE=site, CONFIRM="Harbour")
    run_pix4d("deletesite", SITE=site, CONFIRM="Old  harbour")
    assert not pix4d.there(f"{GROUPS}{site}/")
    assert "degrees" in run_pix4d.refused("createsite", NAME="Atlas", CRS="EPSG:4326")
    assert "Nothing is to be changed" in run_pix4d.refused("editsite", SITE=site)


def test_projects_settings(run_pix4d: Any, pix4d: Pix4dCalls) -> None:
    project = str(pix4d.project("Quarry")["id"])
    run_pix4d("editproject", PROJECT=project, NAME="Quarry 2026", NEVER_DELETE="yes", CRS="EPSG:32632",
              ACQUISITION_DATE="2026-03-01T10:00:00Z")
    found = pix4d.get(f"{PROJECTS}{project}/")
    assert (found["display_name"], found["never_delete"]) == ("Quarry 2026", True)
    assert found["coordinate_system"] == "EPSG:32632"
    assert found["acquisition_date"].startswith("2026-03-01T10:00:00")
    run_pix4d("editproject", PROJECT=project, NEVER_DELETE="no")
    found = pix4d.get(f"{PROJECTS}{project}/")
    assert (found["display_name"], found["never_delete"]) == ("Quarry 2026", False)
    one = run_pix4d("getproject", PROJECT=project)
    assert (one["NAME"], one["STATUS"], one["SYSTEM"]) == ("Quarry 2026", "CREATED", "EPSG:32632")
    assert (one["PHOTOS"], one["ERROR_CODE"], one["UUID"]) == (0, "", found["uuid"])
    assert "Nothing is to be changed" in run_pix4d.refused("editproject", PROJECT=project)
    assert "yes, no" in run_pix4d.refused("editproject", PROJECT=project, NEVER_DELETE="maybe")


def test_the_rarer_settings_of_a_project(run_pix4d: Any, pix4d: Pix4dCalls) -> None:
    before = pix4d.get(f"{PROJECTS}{pix4d.project('Quarry')['id']}/")
    project = str(before["id"])
    place = before["s3_base_path"].rpartition("/")[0] + "/elsewhere"
    run_pix4d("editproject", PROJECT=project, GEOLOCALIZED="no", CRS="EPSG:32632", VERTICAL_CRS="5773",
              GEOID_HEIGHT=47.5, CRS_EXTENSIONS='{"grid": 3}', STORAGE_FOLDER=f"/{place}/", OWNER=before["owner_uuid"])
    found = pix4d.get(f"{PROJECTS}{project}/")
    assert (found["is_geolocalized"], found["s3_base_path"]) == (False, place)
    assert found["crs"] == {"definition": "EPSG:32632+5773", "geoid_height": 47.5, "extensions": {"grid": 3}}
    assert "vertical" in run_pix4d.refused("editproject", PROJECT=project, CRS="EPSG:32632", VERTICAL_CRS="4326")
    words = run_pix4d.fails("editproject", PROJECT=project, OWNER="5c1e0b7e-3f54-4d0a-9a51-7d2f6a9c4e10")
    assert "does not allow this" in words


def test_projects_are_listed_by_state_and_name(run_pix4d: Any, pix4d: Pix4dCalls, sandbox: SandboxProcess) -> None:
    first, second = pix4d.project("One"), pix4d.project("Two")
    sandbox.control("POST", f"pix4d/projects/{second['id']}", {"status": "DONE"})
    assert run_pix4d("listprojects", STATES=[3])["PROJECT_IDS"] == str(second["id"])
    everyone = {str(first["id"]), str(second["id"])}
    assert {*run_pix4d("listprojects")["PROJECT_IDS"].split(",")} >= everyone
    assert {*run_pix4d("listprojects", STATES=[])["PROJECT_IDS"].split(",")} >= everyone
    assert run_pix4d("listprojects", NAME="One")["PROJECT_IDS"] == str(first["id"])
    assert run_pix4d("listprojects", STATES=[4])["COUNT"] == 0


def test_a_project_is_deleted_by_its_name_only(run_pix4d: Any, pix4d: Pix4dCalls) -> None:
    project = str(pix4d.project("Quarry")["id"])
    assert "It is called “Quarry”" in run_pix4d.fails("deleteproject", PROJECT=project, CONFIRM="quarry")
    assert pix4d.there(f"{PROJECTS}{project}/")
    assert "is empty" in run_pix4d.refused("deleteproject", PROJECT=project)
    run_pix4d("deleteproject", PROJECT=project, CONFIRM="Quarry")
    assert not pix4d.there(f"{PROJECTS}{project}/")


def test_a_deletion_whose_answer_was_lost_is_found_to_be_done(
    run_pix4d: Any, pix4d: Pix4dCalls, sandbox: SandboxProcess
) -> None:
    project = str(pix4d.project("Quarry")["id"])
    sandbox.fault(kind="lost_cut", operation="deleteProject")
    run_pix4d("deleteproject", PROJECT=project, CONFIRM="Quarry")
    assert not pix4d.there(f"{PROJECTS}{project}/")


def test_storage_is_told_without_its_keys(run_pix4d: Any, pix4d: Pix4dCalls) -> None:
    project, site = pix4d.project("Quarry"), pix4d.site("Pit")
    one = run_pix4d("checkstorage", PROJECTS=str(project["id"]))
    assert (one["BUCKET"], one["FOLDER"]) == (project["bucket_name"], project["s3_base_path"])
    assert 0 < one["SECONDS"] <= 12 * 3600
    assert run_pix4d("checkstorage", SITES=str(site["id"]))["BUCKET"]
    both = run_pix4d("checkstorage", PROJECTS=str(project["id"]), SITES=str(site["id"]))
    assert both["BUCKET"] == ""  # several are told neither bucket nor folder
    assert "at once" in run_pix4d.refused("checkstorage", PROJECTS=",".join(map(str, range(11))))
