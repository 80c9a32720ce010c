"""Photos into a project of PIX4D and what becomes of them there, by algorithms; plain HTTP is the witness."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path
from typing import Any

import pytest
from photo_files import flight
from pix4d_flight import test_flight
from pix4d_project import StoredProject
from qgis.core import QgsProject, QgsVectorLayer
from sandbox_pix4d import Pix4dCalls
from sandbox_process import SandboxProcess

from sandbox.pix4d.work.photo_facts import read_facts


@pytest.fixture
def project(sandbox: SandboxProcess, pix4d: Pix4dCalls) -> StoredProject:
    return StoredProject(sandbox, pix4d)


def table(found: Any) -> list[dict[str, Any]]:
    layer = found if isinstance(found, QgsVectorLayer) else QgsProject.instance().mapLayer(str(found)) or (
        QgsVectorLayer(str(found), "table", "ogr"))
    return [row.attributeMap() for row in layer.getFeatures()]


def test_a_folder_of_photos_becomes_a_project(run_pix4d: Any, sandbox: SandboxProcess, pix4d: Pix4dCalls) -> None:
    folder = test_flight().photos[0].parent
    site = pix4d.site("Pit")
    found = run_pix4d(
        "createproject", NAME="Quarry 2026-03", PHOTO_FOLDER=str(folder), CRS="EPSG:32632", VERTICAL_CRS="5773",
        GEOID_HEIGHT=47.5, PROJECT_TYPE="bim", BILLING_MODEL="ENGINE_CLOUD", ACQUISITION_DATE="2026-03-04T09:00:00Z",
        SITE=str(site["id"]), EMAIL=True)
    made = StoredProject(sandbox, pix4d, int(found["PROJECT_ID"]))
    seen = pix4d.get(made.path)
    assert (seen["name"], seen["project_type"], seen["project_group_id"]) == ("Quarry 2026-03", "bim", site["id"])
    assert seen["crs"] == {"definition": "EPSG:32632+5773", "geoid_height": 47.5, "extensions": None}
    assert seen["acquisition_date"].startswith("2026-03-04T09:00:00")
    assert (made.seen()["billing_model"], made.seen()["email"]) == ("ENGINE_CLOUD", True)
    assert (seen["public_status"], seen["image_count"]) == ("UPLOADED", len(test_flight().photos))
    assert made.stored() == {path.name: path.read_bytes() for path in test_flight().photos}
    assert found["COUNT"] == len(test_flight().photos)
    ids = [str(one["id"]) for one in made.photos(ordering="id", page_size=100)]
    assert sorted(found["PHOTO_IDS"].split(",")) == ids
    assert f"{len(ids)} photos, {len(ids)} of them with a position." in run_pix4d.messages


def test_a_project_without_photos_in_an_arbitrary_system(run_pix4d: Any, pix4d: Pix4dCalls) -> None:
    found = run_pix4d("createproject", NAME="Model", ARBITRARY_CRS=2)
    seen = pix4d.get(f"project/api/v3/projects/{found['PROJECT_ID']}/")
    assert (seen["coordinate_system"], seen["image_count"], seen["public_status"]) == ("ARBITRARY_FEET", 0, "CREATED")
    assert (found["PHOTO_IDS"], found["COUNT"]) == ("", 0)


def test_an_owner_and_extensions_of_the_system(run_pix4d: Any, pix4d: Pix4dCalls) -> None:
    more = '{"survey_grid": {"rotation": 12.5}}'
    found = run_pix4d("createproject", NAME="Quarry", CRS="EPSG:32632", CRS_EXTENSIONS=more, OWNER=pix4d.organization)
    seen = pix4d.get(f"project/api/v3/projects/{found['PROJECT_ID']}/")
    assert seen["crs"] == {"definition": "EPSG:32632", "geoid_height": None,
                           "extensions": {"survey_grid": {"rotation": 12.5}}}
    assert seen["owner_uuid"] == pix4d.organization
    stranger = "5c1e0b7e-3f54-4d0a-9a51-7d2f6a9c4e10"
    assert "refused the request" in run_pix4d.fails("createproject", NAME="Quarry", OWNER=stranger)
    assert "not JSON" in run_pix4d.refused("createproject", NAME="Quarry", CRS_EXTENSIONS="{rotation")


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"NAME": "a/b"}, "no slash"),
        ({"NAME": "-a"}, "does not begin with a dash"),
        ({"NAME": "n" * 101}, "at most 100"),
        ({"NAME": " "}, "has no name"),
        ({"CRS": "EPSG:4326"}, "counts in degrees"),
        ({"CRS": "EPSG:2263", "VERTICAL_CRS": "5773"}, "different units"),
        ({"CRS": "EPSG:32632", "VERTICAL_CRS": "4326"}, "not a vertical"),
        ({"VERTICAL_CRS": "5773"}, "without a horizontal one"),
        ({"CRS": "EPSG:32632", "ARBITRARY_CRS": 1}, "one of them only"),
        ({"CRS": "EPSG:32632", "GEOID_HEIGHT": 40.0}, "no vertical part"),
        ({"PROJECT_TYPE": "mine"}, "is not allowed"),
        ({"BILLING_MODEL": "FREE"}, "is not allowed"),
        ({"ACQUISITION_DATE": "yesterday"}, "no date"),
        ({"STORAGE_FOLDER": "a//b"}, "no subfolder"),
    ],
)
def test_what_pix4d_would_not_take_is_told_first(run_pix4d: Any, given: dict[str, Any], words: str) -> None:
    assert words in run_pix4d.refused("createproject", **{"NAME": "Survey", **given})


def test_a_billing_model_that_the_account_lacks(run_pix4d: Any, sandbox: SandboxProcess) -> None:
    assert "refused the request" in run_pix4d.fails("createproject", NAME="Survey", BILLING_MODEL="INSPECT")
    assert sandbox.control("GET", "pix4d/")["projects"] == []


def test_too_many_photos_are_told_before_anything_is_sent(
    run_pix4d: Any, project: StoredProject, tmp_path: Path
) -> None:
    photo = flight(tmp_path, 1)[0]
    for number in range(4000):
        (tmp_path / f"{number:04d}.jpg").hardlink_to(photo)
    for called, more in (("createproject", {"NAME": "Survey"}), ("uploadphotos", {"PROJECT": str(project.id)})):
        words = run_pix4d.refused(called, PHOTO_FOLDER=str(tmp_path), **more)
        assert "There are 4001 photos. PIX4D processes at most 4000 in one project" in words


def test_photos_go_into_a_project_that_is_there(run_pix4d: Any, project: StoredProject, tmp_path: Path) -> None:
    photos = flight(tmp_path / "a", 3)
    found = run_pix4d("uploadphotos", PROJECT=str(project.id), PHOTO_FOLDER=str(tmp_path / "a"))
    assert (found["COUNT"], found["PROJECT_ID"]) == (3, str(project.id))
    assert any("needs at least 6" in words for words in run_pix4d.messages)
    again = run_pix4d("uploadphotos", PROJECT=str(project.id), PHOTO_FOLDER=str(tmp_path / "a"),
                      PHOTO_FILES=[str(flight(tmp_path / "b", 4)[3])])
    assert again["COUNT"] == 1
    assert any("had 3 of the photos already" in words for words in run_pix4d.messages)
    other = flight(tmp_path / "c", 1, latitude=40.0)
    other[0].write_bytes(other[0].read_bytes() + b"longer")
    words = run_pix4d.fails("uploadphotos", PROJECT=str(project.id), PHOTO_FOLDER=str(tmp_path / "c"))
    assert "other photos of these names: DJI_0001.JPG" in words
    second = run_pix4d("uploadphotos", PROJECT=str(project.id), PHOTO_FOLDER=str(tmp_path / "c"),
                       STORAGE_FOLDER="second flight/")
    assert second["COUNT"] == 1
    assert project.names() == ["DJI_0001.JPG", "DJI_0002.JPG", "DJI_0003.JPG", "DJI_0004.JPG",
                               "second flight/DJI_0001.JPG"]
    assert project.stored()["DJI_0001.JPG"] == photos[0].read_bytes()


def test_a_project_that_was_started_is_told(run_pix4d: Any, project: StoredProject, tmp_path: Path) -> None:
    """Whether it is still at it or has come to an end."""
    there = project.register(project.store(test_flight().photos[:7]))["nb_images_registered"]
    project.calls.post(f"{project.path}start_processing/")
    flight(tmp_path, 6)
    words = run_pix4d.fails("uploadphotos", PROJECT=str(project.id), PHOTO_FOLDER=str(tmp_path))
    assert "was started already; from then on PIX4D takes no more photos" in words
    assert len(project.photos()) == there
    assert not any(name.startswith("DJI_") for name in project.stored())


@pytest.mark.parametrize("chosen", ["folder", "files"])
def test_a_stopped_upload_is_continued(
    run_pix4d: Any, project: StoredProject, sandbox: SandboxProcess, tmp_path: Path, chosen: str
) -> None:
    """By its id alone, as from the list of jobs."""
    photos = flight(tmp_path, 30)
    given = {"PHOTO_FOLDER": str(tmp_path)} if chosen == "folder" else {"PHOTO_FILES": [str(one) for one in photos]}
    sandbox.fault(kind="status", operation="bulkRegisterInputs", status=403, count=1)
    run_pix4d.fails("uploadphotos", PROJECT=str(project.id), **given)
    assert len(project.stored()) == 30
    before = sandbox.last_entry()
    job = run_pix4d("imageryhub:listjobs")["JOB_IDS"].split(",")[0]
    results = json.loads(run_pix4d("imageryhub:resumejob", JOB=job)["RESULTS"])
    assert results["COUNT"] == 30
    assert len(project.photos(page_size=50)) == 30
    assert [one["operation"] for one in sandbox.log(after=before) if one["actor"] == "algorithms"] == [
        "getToken", "getProjectS3Credentials", "bulkRegisterInputs"]


def test_photos_are_listed_left_out_and_deleted(run_pix4d: Any, project: StoredProject) -> None:
    ids = [str(one["id"]) for one in project.register(project.store(test_flight().photos[:4]))["images"]]
    chosen = {"PROJECT": str(project.id), "PHOTOS": ",".join(ids[1:3])}
    assert run_pix4d("excludephotos", **chosen)["COUNT"] == 2
    found = run_pix4d("listphotos", PROJECT=str(project.id), OUTPUT="memory:")
    assert found["PHOTO_IDS"].split(",") == ids
    assert [(row["name"], row["excluded"], row["width"]) for row in table(found["OUTPUT"])] == [
        (photo.name, number in (1, 2), 600) for number, photo in enumerate(test_flight().photos[:4])]
    assert run_pix4d("listphotos", PROJECT=str(project.id), WHICH=2)["PHOTO_IDS"].split(",") == ids[1:3]
    assert run_pix4d("listphotos", PROJECT=str(project.id), WHICH=1)["COUNT"] == 2
    run_pix4d("excludephotos", **{**chosen, "EXCLUDED": False})
    assert run_pix4d("listphotos", PROJECT=str(project.id), WHICH=1)["COUNT"] == 4
    one = run_pix4d("getphoto", PROJECT=str(project.id), PHOTOS=ids[0])
    assert (one["NAME"], one["WIDTH"], one["HEIGHT"], one["EXCLUDED"]) == (test_flight().photos[0].name, 600, 450, 0)
    assert "Tick" in run_pix4d.refused("deletephotos", **chosen)
    assert run_pix4d("deletephotos", **chosen, CONFIRM=True)["PHOTO_IDS"] == chosen["PHOTOS"]
    assert [str(one["id"]) for one in project.photos()] == [ids[0], ids[3]]
    assert len(project.stored()) == 2


def test_ids_of_photos_are_numbers(run_pix4d: Any) -> None:
    for called in ("excludephotos", "deletephotos", "phototags", "getphoto", "deletedepthmaps"):
        assert "is no id of a photo" in run_pix4d.refused(called, PROJECT="1", PHOTOS="DJI_0001.JPG", CONFIRM=True)
    for called in ("excludephotos", "deletephotos"):
        assert "No photo is chosen" in run_pix4d.refused(called, PROJECT="1", PHOTOS=" , ", CONFIRM=True)
    assert "Give one photo" in run_pix4d.refused("getphoto", PROJECT="1", PHOTOS="1,2")


def test_exif_and_xmp_as_a_table(run_pix4d: Any, project: StoredProject) -> None:
    photos = test_flight().photos[:2]
    ids = [str(one["id"]) for one in project.register(project.store(photos))["images"]]
    found = run_pix4d("phototags", PROJECT=str(project.id), OUTPUT="memory:")
    rows = {(row["id"], row["kind"], row["tag"]): row["value"] for row in table(found["OUTPUT"])}
    for photo_id, photo in zip(ids, photos):
        facts = read_facts(photo)
        assert float(rows[photo_id, "EXIF", "GPSLongitude"]) == pytest.approx(facts.place[0])
        assert rows[photo_id, "EXIF", "Model"] == facts.model
        assert float(rows[photo_id, "XMP", "yaw"]) == facts.attitude[0]
    only = run_pix4d("phototags", PROJECT=str(project.id), PHOTOS=ids[1])
    assert set(only["PHOTO_IDS"].split(",")) == {ids[1]}


def test_an_archive_goes_into_a_project(run_pix4d: Any, project: StoredProject, tmp_path: Path) -> None:
    flight(tmp_path / "a", 6)
    packed = run_pix4d("packphotos", PHOTO_FOLDER=str(tmp_path / "a"), ARCHIVE=str(tmp_path / "capture.zip"))
    found = run_pix4d("uploadarchive", PROJECT=str(project.id), ARCHIVE=packed["ARCHIVE"])
    assert found["FILE_KEY"] == project.key("capture.zip")
    assert project.stored() == {"capture.zip": (tmp_path / "capture.zip").read_bytes()}
    assert project.seen()["notes"]["registered"] == {"capture.zip": 1}
    assert run_pix4d("listextras", PROJECT=str(project.id))["FILE_KEYS"] == project.key("capture.zip")
    with zipfile.ZipFile(tmp_path / "bad.zip", "w") as bad:
        bad.writestr("manifest.json", json.dumps({"inputs": ["a.jpg"]}))
    words = run_pix4d.refused("uploadarchive", PROJECT=str(project.id), ARCHIVE=str(tmp_path / "bad.zip"))
    assert "names a.jpg, which is not in the archive" in words


def test_extra_files(run_pix4d: Any, project: StoredProject, tmp_path: Path) -> None:
    for name in ("mask.png", "old.p4d"):
        (tmp_path / name).write_bytes(b"x")
    found = run_pix4d("uploadextras", PROJECT=str(project.id), FILES=[str(tmp_path / "mask.png")])
    assert (found["FILE_KEYS"], found["COUNT"]) == (project.key("mask.png"), 1)
    listed = run_pix4d("listextras", PROJECT=str(project.id), OUTPUT="memory:")
    assert [(row["id"], row["name"]) for row in table(listed["OUTPUT"])] == [(project.key("mask.png"), "mask.png")]
    assert project.key("mask.png") in str(project.calls.get(f"{project.path}extras/"))
    words = run_pix4d.refused("uploadextras", PROJECT=str(project.id), FILES=[str(tmp_path / "old.p4d")])
    assert "does not process .p4d files any more" in words


def test_photos_with_depth_maps(run_pix4d: Any, project: StoredProject, tmp_path: Path) -> None:
    for number in range(1, 4):
        flight(tmp_path / "photos", 3)
        for kind in ("depth", "conf"):
            (tmp_path / kind).mkdir(exist_ok=True)
            if number < 3:
                (tmp_path / kind / f"{kind}_DJI_{number:04d}.tiff").write_bytes(f"{kind}{number}".encode())
    found = run_pix4d("uploaddepthmaps", PROJECT=str(project.id), PHOTO_FOLDER=str(tmp_path / "photos"),
                      DEPTH_FOLDER=str(tmp_path / "depth"), CONFIDENCE_FOLDER=str(tmp_path / "conf"))
    assert (found["COUNT"], found["WITH_DEPTH"]) == (3, 2)
    listed = run_pix4d("listdepthmaps", PROJECT=str(project.id), OUTPUT="memory:")
    ids = [str(one["id"]) for one in project.photos()]
    assert [(row["photo"], row["depth_map"]) for row in table(listed["OUTPUT"])] == [
        (ids[0], project.key("depth/depth_DJI_0001.tiff")), (ids[1], project.key("depth/depth_DJI_0002.tiff"))]
    run_pix4d("deletedepthmaps", PROJECT=str(project.id), PHOTOS=ids[0], CONFIRM=True)
    assert run_pix4d("listdepthmaps", PROJECT=str(project.id))["COUNT"] == 1
    assert "DJI_0001" not in (left := str(project.calls.get(f"{project.path}depth_data/"))) and "DJI_0002" in left
    assert "confidence/conf_DJI_0001.tiff" not in project.stored()
    (tmp_path / "conf" / "conf_DJI_0009.tiff").write_bytes(b"x")
    words = run_pix4d.refused(
        "uploaddepthmaps", PROJECT="1", PHOTO_FOLDER=str(tmp_path / "photos"), DEPTH_FOLDER=str(tmp_path / "depth"),
        CONFIDENCE_FOLDER=str(tmp_path / "conf"))
    assert "conf_DJI_0009.tiff belongs to none of the photos" in words


def test_inputs_come_back(run_pix4d: Any, project: StoredProject, tmp_path: Path) -> None:
    photos = test_flight().photos[:3]
    project.register(project.store(photos))
    found = run_pix4d("downloadinputs", PROJECT=str(project.id), ARCHIVE=str(tmp_path / "back.zip"))
    with zipfile.ZipFile(found["ARCHIVE"]) as back:
        assert {name: back.read(name) for name in back.namelist()} == {path.name: path.read_bytes() for path in photos}
