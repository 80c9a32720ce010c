"""Inputs, photos, extras and depth data of the sandbox's PIX4D by plain HTTP."""

from __future__ import annotations

import io
import time
import zipfile
from pathlib import Path
from typing import Any

import pytest
import requests
from osgeo import gdal
from pix4d_flight import test_flight
from pix4d_project import StoredProject
from sandbox_pix4d import Pix4dCalls

from sandbox.pix4d.work.photo_facts import read_facts


@pytest.fixture
def calls(sandbox) -> Pix4dCalls:
    return Pix4dCalls(sandbox)


@pytest.fixture
def project(sandbox, calls: Pix4dCalls) -> StoredProject:
    return StoredProject(sandbox, calls)


def status(project: StoredProject) -> str:
    return str(project.seen()["status"])


def test_photos_are_registered_with_their_ids(project: StoredProject) -> None:
    keys = project.store(test_flight().photos[:4])
    assert status(project) == "CREATED"
    answer = project.register(keys)
    assert answer["nb_images_registered"] == 4
    assert [one["s3_key"] for one in answer["images"]] == keys
    assert status(project) == "UPLOADED"
    assert [one["id"] for one in project.photos()] == [one["id"] for one in answer["images"]]
    assert [one["width"] for one in project.photos()] == [600] * 4
    fetched = requests.get(answer["images"][2]["temp_url"], timeout=60)
    assert fetched.content == test_flight().photos[2].read_bytes()


def test_registering_again_counts_but_makes_no_second_photo(project: StoredProject) -> None:
    keys = project.store(test_flight().photos[:3])
    first = project.register(keys)
    again = project.register([*keys, keys[0]])
    assert again["nb_images_registered"] == 4
    assert len(project.photos()) == 3
    assert {one["id"] for one in again["images"]} == {one["id"] for one in first["images"]}


def test_a_key_of_another_project_refuses_the_whole_call(project: StoredProject, calls: Pix4dCalls, sandbox) -> None:
    foreign = StoredProject(sandbox, calls).store(test_flight().photos[:1])
    keys = project.store(test_flight().photos[:2])
    refused = calls.request("POST", f"{project.path}inputs/bulk_register/", json={"input_file_keys": [*keys, *foreign]})
    assert refused.status_code == 400
    assert foreign[0] in refused.json()["input_file_keys"][0]
    assert project.photos() == []


def test_nothing_is_registered_once_processing_was_started(project: StoredProject, calls: Pix4dCalls, sandbox) -> None:
    keys = project.store(test_flight().photos[:8])
    project.register(keys[:7])
    calls.sent("POST", f"{project.path}start_processing/", params={"send_email": "false"})
    refused = calls.request("POST", f"{project.path}inputs/bulk_register/", json={"input_file_keys": keys})
    assert refused.status_code == 400
    assert "started" in refused.json()["detail"]
    assert len(project.photos()) == 7


def test_501_photos_are_registered_but_not_named(project: StoredProject) -> None:
    photo = test_flight().photos[0]
    keys = project.store([photo])
    for number in range(1, 501):
        (project.folder / f"{number:04d}.jpg").hardlink_to(project.folder / photo.name)
        keys.append(project.key(f"{number:04d}.jpg"))
    answer = project.register(keys)
    assert (answer["nb_images_registered"], answer["images"]) == (501, [])
    page = project.calls.get(f"{project.path}photos/", page_size=500)
    assert (page["count"], len(page["results"])) == (501, 500)


def test_photos_are_found_sorted_and_left_out(project: StoredProject, calls: Pix4dCalls) -> None:
    keys = project.store(reversed(test_flight().photos[:3]))
    ids = [one["id"] for one in project.register(keys)["images"]]
    assert [one["id"] for one in project.photos()] == ids[::-1]
    assert [one["id"] for one in project.photos(ordering="id")] == ids
    assert [one["id"] for one in project.photos(photo_ids=f"{ids[0]},{ids[2]}", ordering="id")] == [ids[0], ids[2]]
    one = f"{project.path}photos/{ids[1]}/"
    for excluded in (True, False, None):
        assert calls.sent("PATCH", one, json={"excluded_from_mapper": excluded})["excluded_from_mapper"] is excluded
    assert calls.get(one)["s3_key"] == keys[1]
    assert calls.request("GET", f"{project.path}photos/9/").status_code == 404


def test_a_small_picture_is_there_later(project: StoredProject, calls: Pix4dCalls, tmp_path: Path) -> None:
    (tmp_path / "broken.jpg").write_bytes(b"no image")
    photo = test_flight().photos[0]
    ids = [one["id"] for one in project.register(project.store([photo, tmp_path / "broken.jpg"]))["images"]]
    assert [one["thumbs_s3_key"] for one in project.photos()] == [None, None]
    key = calls.get(f"{project.path}photos/{ids[0]}/")["thumbs_s3_key"]["legacy_png_512"]
    made = gdal.Open(str(project.folder.parents[1] / key))
    assert (made.RasterXSize, made.RasterYSize, made.GetDriver().ShortName) == (512, 384, "PNG")
    expected = gdal.Open(str(photo)).ReadAsArray().mean(axis=(1, 2))
    assert made.ReadAsArray()[:3].mean(axis=(1, 2)) == pytest.approx(expected, abs=3)
    assert calls.get(f"{project.path}photos/{ids[1]}/")["thumbs_s3_key"] is None
    made = None
    assert calls.request("DELETE", f"{project.path}inputs/{ids[0]}/").status_code == 204
    assert not (project.folder.parents[1] / key).exists()


def test_exif_and_xmp_of_the_uploaded_file(project: StoredProject, calls: Pix4dCalls) -> None:
    photo = test_flight().photos[5]
    one = project.register(project.store([photo]))["images"][0]
    facts = read_facts(photo)
    exif = calls.get(f"{project.path}photos/{one['id']}/exif/")["exif"]
    assert (exif["GPSLongitude"], exif["GPSLatitude"], exif["GPSAltitude"]) == facts.place
    assert float(exif["FocalLength"]) == facts.focal_millimetres
    xmp = calls.get(f"{project.path}photos/{one['id']}/xmp/")["xmp"]
    assert tuple(float(xmp[angle]) for angle in ("yaw", "pitch", "roll")) == facts.attitude


def test_a_photo_without_exif(project: StoredProject, calls: Pix4dCalls, tmp_path: Path) -> None:
    gdal.GetDriverByName("GTiff").Create(str(tmp_path / "plain.tif"), 30, 20, 3)
    one = project.register(project.store([tmp_path / "plain.tif"]))["images"][0]
    assert calls.get(f"{project.path}photos/{one['id']}/xmp/") == {"xmp": {}}
    assert not any(name.startswith("GPS") for name in calls.get(f"{project.path}photos/{one['id']}/exif/")["exif"])
    assert [project.photos()[0][side] for side in ("width", "height")] == [30, 20]


def test_deleting_an_input_deletes_its_object(project: StoredProject, calls: Pix4dCalls) -> None:
    photos = test_flight().photos[:2]
    ids = [one["id"] for one in project.register(project.store(photos))["images"]]
    assert calls.request("DELETE", f"{project.path}inputs/{ids[0]}/").status_code == 204
    assert [one["id"] for one in project.photos()] == [ids[1]]
    assert [path.name for path in project.folder.iterdir()] == [photos[1].name]
    assert calls.request("DELETE", f"{project.path}inputs/{ids[0]}/").status_code == 404


def test_depth_data_with_both_files(project: StoredProject, calls: Pix4dCalls, tmp_path: Path) -> None:
    maps = [tmp_path / name for name in ("d1.tiff", "c1.tiff", "d2.tiff")]
    for path in maps:
        path.write_bytes(b"x")
    photos, depth = project.store(test_flight().photos[:2]), project.store(maps)
    body = {"inputs": [{"photo": photos[0], "depth_map": depth[0], "depth_map_confidence": depth[1]},
                       {"photo": photos[1], "depth_map": depth[2]}]}
    answer = calls.post(f"{project.path}inputs/bulk_register/", body)
    assert (answer["nb_images_registered"], answer["nb_depth_data_registered"]) == (2, 2)
    listed: list[dict[str, Any]] = calls.get(f"{project.path}depth_data/")["depth_data"]
    first = answer["images"][0]["id"]
    assert [(one["photo"], one["depth_map"]) for one in listed] == [(first, depth[0])]
    assert calls.request("DELETE", f"{project.path}photos/{first}/depth_data/").status_code == 204
    assert calls.get(f"{project.path}depth_data/")["depth_data"] == []
    assert not (project.folder / "d1.tiff").exists()
    assert (project.folder / "d2.tiff").exists()
    assert len(project.photos()) == 2


def test_extras_and_their_envelopes(project: StoredProject, calls: Pix4dCalls, sandbox, tmp_path: Path) -> None:
    (tmp_path / "mask.png").write_bytes(b"x")
    key = project.store([tmp_path / "mask.png"])[0]
    assert calls.post(f"{project.path}extras/", {"file_key": key}) == {"file_key": key}
    assert calls.get(f"{project.path}extras/") == {"extras": [{"file_key": key}]}
    for form, answer in (("bare", [{"file_key": key}]), ("results", {"results": [{"file_key": key}]}),
                         ("single", {"file_key": key})):
        sandbox.settings(pix4d_lists=form, check_answers=False)  # the contract has the first form only
        assert calls.get(f"{project.path}extras/") == answer
    for wrong in (project.key("none.png"), "elsewhere/mask.png"):
        assert calls.request("POST", f"{project.path}extras/", json={"file_key": wrong}).status_code == 400


def test_an_archive_of_photos_counts_as_an_extra(project: StoredProject, tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "capture.zip", "w") as made:
        made.write(test_flight().photos[0], "a.jpg")
    answer = project.register(project.store([tmp_path / "capture.zip"]))
    assert (answer["nb_images_registered"], answer["extra_files_registered"], answer["images"]) == (0, 1, [])
    assert status(project) == "UPLOADED"


def test_the_archive_of_inputs_is_made_first(project: StoredProject, calls: Pix4dCalls, sandbox) -> None:
    sandbox.settings(pix4d_archive_seconds=500.0)
    photos = test_flight().photos[:2]
    project.register([*project.store(photos[:1]), *project.store(photos[1:], "strip 2")])
    asked = f"{project.path}inputs/zip/"
    assert [calls.request("GET", asked).status_code for _ in range(3)] == [202] * 3
    sandbox.advance(600)
    for _ in range(1200):
        answer = calls.request("GET", asked)
        if answer.status_code == 200:
            break
        time.sleep(0.05)
    else:
        pytest.fail("The archive was not made.")
    with zipfile.ZipFile(io.BytesIO(requests.get(answer.json()["url"], timeout=60).content)) as made:
        assert sorted(made.namelist()) == [photos[0].name, f"strip 2/{photos[1].name}"]
        assert made.read(photos[0].name) == photos[0].read_bytes()
    project.register(project.store(test_flight().photos[2:3]))
    assert calls.request("GET", asked).status_code == 202


def test_another_organization_sees_nothing(project: StoredProject, sandbox) -> None:
    project.register(project.store(test_flight().photos[:1]))
    stranger = Pix4dCalls(sandbox, second=True)
    for path in ("photos/", "extras/", "depth_data/", "inputs/zip/"):
        assert stranger.request("GET", project.path + path).status_code == 404
