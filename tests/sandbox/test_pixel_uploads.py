"""Uploads to the sandbox's Geodata Pixel: what becomes of them, and what the platform says about bad ones."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest
from osgeo import gdal
from pixel_files import INSIDE, OUTSIDE, photo, point_cloud, raster, world_file
from pixel_uploads import Uploads, cut, described, digest, post_form, put_part
from sandbox_pixel import PixelCalls, path_of
from sandbox_process import SandboxProcess


@pytest.fixture
def calls(sandbox: SandboxProcess) -> PixelCalls:
    return PixelCalls(sandbox)


@pytest.fixture
def project(calls: PixelCalls) -> str:
    return calls.project()


@pytest.fixture
def photos(calls: PixelCalls, project: str) -> str:
    return calls.collection(project)


def state(calls: PixelCalls) -> dict[str, Any]:
    """What the control interface counts."""
    found: dict[str, Any] = calls.sandbox.control("GET", "pixel/")
    return found


# ---------------------------------------------------------------------- what gets in
def test_photos_become_images(calls: PixelCalls, photos: str, tmp_path: Path) -> None:
    uploads = Uploads(calls, photos)
    paths = [photo(tmp_path / f"pier_{number}.jpg", (10.7 + number / 100, 59.9), seed=number) for number in range(5)]
    jobs = uploads.announce([described(one) for one in paths])
    assert {(one["status"], one["detail"], one["result"]) for one in jobs.values()} == {("lobby", None, None)}
    for one in paths:
        uploads.send(jobs[one.name], one)
    for job in uploads.finish(*(one["id"] for one in jobs.values())):
        assert (job["status"], job["detail"]) == ("validated_and_moved", None)
        assert job["result"]["resource_name"] == "image"
        image = calls.read(photos, f"images/{job['result']['resource_id']}")
        number = int(job["name"][5])
        assert (image["name"], image["file_name"]) == (f"pier_{number}", job["name"])
        assert image["location"]["coordinates"] == pytest.approx([10.7 + number / 100, 59.9], abs=1e-6)
        assert image["file_size"] == paths[number].stat().st_size
        assert image["capture_date"] == "2026-03-04T09:15:01"
        content = calls.session.get(image["download_url"], headers={"Authorization": None}, timeout=60).content
        assert content == paths[number].read_bytes()
    assert state(calls)["images"] == 5 and state(calls)["deposits"] == 0
    assert calls.sandbox.control("GET", "pixel/jobs") == {"running": 0, "defects": []}


def test_what_is_given_at_upload_comes_first(calls: PixelCalls, photos: str, tmp_path: Path) -> None:
    job = Uploads(calls, photos).bring(
        photo(tmp_path / "a.jpg", OUTSIDE, heading=10.0),
        fields={"fields_type": "image", "name": "North pier", "cam_heading": 181.5, "hfov": 70, "image_type": "Oblique",
                "location": {"type": "Point", "coordinates": [*INSIDE, 12.5]}, "capture_date": "2024-05-01T12:00:00"},
        json_metadata={"inspection_type": "bridge", "severity": 2, "note": None})
    image = calls.read(photos, f"images/{job['result']['resource_id']}")
    assert (image["name"], image["image_type"]) == ("North pier", "Oblique")
    assert image["location"]["coordinates"] == [*INSIDE, 12.5]
    assert image["capture_date"] == "2024-05-01T12:00:00"
    assert image["json_metadata"] == {"inspection_type": "bridge", "severity": 2}
    metadata = calls.read(photos, f"images/{image['id']}/metadata")
    assert (metadata["cam_heading"], metadata["hfov"]) == (181.5, 70)


def test_a_raster_in_parts_with_its_support_files(calls: PixelCalls, project: str, tmp_path: Path) -> None:
    calls.sandbox.settings(pixel_smallest_part=1000)
    rules = {"srid": 25833, "cell_size": [0.5, 0.5]}
    place = calls.collection(project, "RGB", raster_info=rules)
    path = raster(tmp_path / "ortho.tif", srid=None, corner=None)
    beside = [tmp_path / "ortho.tif.aux.xml", world_file(tmp_path / "ortho.tfw")]
    beside[0].write_text("<PAMDataset><Metadata><MDI key='flight'>F-0512</MDI></Metadata></PAMDataset>", "utf-8")
    uploads = Uploads(calls, place)
    job = uploads.announce([cut(path, 1500, beside)])["ortho.tif"]
    assert [one["part_number"] for one in job["upload_parts"]] == [1, 2, 3]
    uploads.send(job, path, beside)
    done = uploads.finish(job["id"])[0]
    assert (done["status"], done["detail"]) == ("validated_and_moved", None)
    found = calls.read(place, f"rasters/{done['result']['resource_id']}")
    assert (found["format"], found["data_type"], found["num_bands"], found["srid"]) == ("GTiff", "uint8", 3, 25833)
    assert (found["cell_size"], found["width"], found["height"]) == ([0.5, 0.5], 40, 30)
    kept = next(calls.sandbox.folder.glob("data/pixel/*/ortho.tif"))
    assert kept.read_bytes() == path.read_bytes()
    assert gdal.Open(str(kept)).GetMetadataItem("flight") == "F-0512"
    calls.sent("DELETE", path_of(place, f"rasters/{found['id']}"))
    assert not kept.parent.exists()


def test_one_file_is_reported_by_itself(calls: PixelCalls, photos: str, tmp_path: Path) -> None:
    uploads, path = Uploads(calls, photos), photo(tmp_path / "a.png")
    job = uploads.announce([described(path)])["a.png"]
    uploads.send(job, path)
    answer = calls.put(f"{uploads.path}{job['id']}/uploadFinished")
    assert answer["upload_job"]["status"] in ("submitted", "validating")
    while not (seen := calls.get(f"jobs/{answer['job']['job_id']}"))["completed"]:
        time.sleep(0.05)
    assert seen["status"] == "completed"
    assert uploads.read(job["id"])[0]["status"] == "validated_and_moved"


def test_two_hundred_jobs_come_in_any_order(calls: PixelCalls, photos: str, tmp_path: Path) -> None:
    path = photo(tmp_path / "a.jpg")
    files = [{**described(path), "name": f"{number:03d}.jpg"} for number in range(200)]
    jobs = calls.post(path_of(photos, "upload_jobs/"), {"files": files})
    names = [one["name"] for one in jobs]
    assert names != sorted(names) and sorted(names) == [one["name"] for one in files]
    too_many = calls.request("POST", path_of(photos, "upload_jobs/"),
                             json={"files": [*files, {**described(path), "name": "200.jpg"}]})
    assert too_many.status_code == 422


# ---------------------------------------------------------------------- what does not
def test_one_bad_file_does_not_harm_its_neighbours(calls: PixelCalls, photos: str, tmp_path: Path) -> None:
    calls.sandbox.control("POST", "pixel/uploads/trouble", {"names": "far.jpg", "seconds": 500.0})
    uploads = Uploads(calls, photos)
    paths = [photo(tmp_path / "good.jpg"), photo(tmp_path / "nowhere.jpg", None), photo(tmp_path / "far.jpg", OUTSIDE),
             tmp_path / "text.jpg"]
    paths[3].write_text("no photo", "utf-8")
    jobs = uploads.announce([described(one) for one in paths])
    for one in paths:
        uploads.send(jobs[one.name], one)
    group = calls.put(uploads.path + "multiple_uploadFinished",
                      {"job_ids": [one["id"] for one in jobs.values()]})["group_job"]
    assert (group["total_jobs"], group["completed"]) == (4, False)
    assert not calls.get(f"jobs/groups/{group['group_id']}")["completed"]
    calls.sandbox.advance(501)
    calls.log_in()
    while not (seen := calls.get(f"jobs/groups/{group['group_id']}"))["completed"]:
        time.sleep(0.05)
    assert (seen["success_count"], seen["failed_count"]) == (1, 3)
    details = {one["name"]: (one["status"], one["detail"], one["result"]) for one in uploads.read()}
    assert details["good.jpg"][:2] == ("validated_and_moved", None)
    assert details["nowhere.jpg"] == ("failed", "The image has no location and none was given", None)
    assert details["far.jpg"][1].startswith("Expected a location inside the project's area of interest, found longi")
    assert details["text.jpg"][1].endswith("found a file of another kind")
    assert len(calls.read(photos, "images/")) == 1
    assert len(list(calls.sandbox.folder.glob("data/pixel/object-*"))) == 1


def test_rules_are_held_against_rasters(calls: PixelCalls, project: str, tmp_path: Path) -> None:
    place = calls.collection(project, "DTM")
    job = Uploads(calls, place).bring(raster(tmp_path / "a.tif", data_type="float64", bands=1))
    assert (job["status"], job["detail"]) == ("failed", "Expected data type float32, found float64")
    good = Uploads(calls, place).bring(raster(tmp_path / "b.tif", data_type="float32", bands=1))
    assert good["result"]["resource_name"] == "raster"


def test_bytes_that_are_not_those_announced(calls: PixelCalls, photos: str, tmp_path: Path) -> None:
    calls.sandbox.settings(pixel_smallest_part=1000)
    uploads, path = Uploads(calls, photos), photo(tmp_path / "a.jpg")
    job = uploads.announce([described(path)])["a.jpg"]
    refused = post_form(job, path.read_bytes() + b"more")
    assert (refused.status_code, "BadDigest" in refused.text) == (400, True)
    assert uploads.finish(job["id"])[0]["detail"] == "Expected the bytes of a.jpg with its digest, found none"
    job = uploads.announce([cut(path, 1000)])["a.jpg"]
    content = path.read_bytes()
    for part in job["upload_parts"]:
        start = (part["part_number"] - 1) * 1000
        if part["part_number"] != 2:
            assert put_part(part, content[start:start + 1000]).status_code == 200
    assert uploads.finish(job["id"])[0]["detail"] == (
        "Expected all parts of a.jpg with their digests, found none of part 2")
    calls.sandbox.settings(pixel_smallest_part=5 * 1024 * 1024)
    job = uploads.announce([cut(path, 1000)])["a.jpg"]
    uploads.send(job, path)
    assert uploads.finish(job["id"])[0]["detail"] == (
        "Expected parts of at least 5242880 bytes, found 1000 in a.jpg")
    late = post_form(uploads.announce([described(path)])["a.jpg"], path.read_bytes())
    assert late.status_code == 204


def test_presigned_targets_end(calls: PixelCalls, photos: str, tmp_path: Path) -> None:
    uploads, path = Uploads(calls, photos), photo(tmp_path / "a.jpg")
    job = uploads.announce([described(path)])["a.jpg"]
    calls.sandbox.advance(3601)
    assert post_form(job, path.read_bytes()).status_code == 403
    calls.log_in()
    assert uploads.read(job["id"])[0]["status"] == "lobby"


@pytest.mark.parametrize("change", [
    {"name": "../a.jpg"}, {"name": ""}, {"name": "a/b.jpg"}, {"name": "ø" * 101}, {"md5": "d41d8cd98f00b204"},
    {"md5": "d41d8cd98f00b204e9800998ecf8427e"}, {"support_files": [{"name": "a.jpg", "md5": digest(b"")}]},
    {"metadata": {"fields": {"fields_type": "raster"}}},
    {"metadata": {"json_metadata": {"nested": {"no": 1}}}}])
def test_what_cannot_be_announced(calls: PixelCalls, photos: str, change: dict[str, Any]) -> None:
    file = {"name": "a.jpg", "md5": digest(b"a"), **change}
    answer = calls.request("POST", path_of(photos, "upload_jobs/"), json={"files": [file]})
    assert answer.status_code == 422, answer.text
    assert answer.json()["detail"][0]["loc"][:2] == ["body", "files"]
    assert state(calls)["deposits"] == 0


def test_names_differ_in_one_call_but_not_for_ever(calls: PixelCalls, photos: str, tmp_path: Path) -> None:
    path = photo(tmp_path / "a.jpg")
    twice = calls.request("POST", path_of(photos, "upload_jobs/"), json={"files": [described(path)] * 2})
    assert twice.status_code == 422
    for _ in range(2):
        assert Uploads(calls, photos).bring(path)["status"] == "validated_and_moved"
    assert [one["file_name"] for one in calls.read(photos, "images/")] == ["a.jpg", "a.jpg"]


def test_parts_are_numbered_from_one(calls: PixelCalls, photos: str) -> None:
    for numbers in ((2,), (1, 3), (1, 1)):
        parts = [{"part_number": number, "md5": digest(b"a"), "content_length": 1} for number in numbers]
        answer = calls.request("POST", path_of(photos, "upload_jobs/multipart"),
                               json={"files": [{"name": "a.jpg", "parts": parts}]})
        assert answer.status_code == 422
    assert state(calls)["deposits"] == 0


def test_jobs_are_reported_once_and_in_their_place(calls: PixelCalls, project: str, photos: str,
                                                   tmp_path: Path) -> None:
    uploads, path = Uploads(calls, photos), photo(tmp_path / "a.jpg")
    job = uploads.announce([described(path)])["a.jpg"]
    other = calls.collection(project)
    finish = {"json": {"job_ids": [job["id"]]}}
    assert calls.request("PUT", path_of(other, "upload_jobs/multiple_uploadFinished"), **finish).status_code == 404
    both = {"json": {"job_ids": [job["id"], 999999]}}
    assert calls.request("PUT", uploads.path + "multiple_uploadFinished", **both).status_code == 404
    assert uploads.read(job["id"])[0]["status"] == "lobby"
    uploads.send(job, path)
    uploads.finish(job["id"])
    assert calls.request("PUT", uploads.path + "multiple_uploadFinished", **finish).status_code == 409
    assert calls.request("PUT", f"{uploads.path}{job['id']}/uploadFinished").status_code == 409


def test_viewers_upload_nothing(sandbox: SandboxProcess, photos: str) -> None:
    viewer = PixelCalls(sandbox, "viewer")
    answer = viewer.request("POST", path_of(photos, "upload_jobs/"),
                            json={"files": [{"name": "a.jpg", "md5": digest(b"a")}]})
    assert answer.status_code == 403
    assert viewer.read(photos, "upload_jobs/") == []


# ---------------------------------------------------------------------- trouble on demand
def test_chosen_files_fail_and_take_their_time(calls: PixelCalls, photos: str, tmp_path: Path) -> None:
    calls.sandbox.control("POST", "pixel/uploads/trouble", {"names": "bad*", "detail": "The disk is full", "times": 1})
    calls.sandbox.control("POST", "pixel/uploads/trouble", {"names": "slow*", "seconds": 500.0})
    uploads = Uploads(calls, photos)
    bad, slow = photo(tmp_path / "bad.jpg"), photo(tmp_path / "slow.jpg")
    assert uploads.bring(bad)["detail"] == "The disk is full"
    assert uploads.bring(bad)["status"] == "validated_and_moved"
    job = uploads.announce([described(slow)])["slow.jpg"]
    uploads.send(job, slow)
    calls.put(f"{uploads.path}{job['id']}/uploadFinished")
    seen = set()
    while "validated" not in seen:
        seen.add(uploads.read(job["id"])[0]["status"])
        time.sleep(0.02)
    assert seen <= {"submitted", "validating", "validated"}
    calls.sandbox.advance(501)
    calls.log_in()
    assert uploads.read(job["id"])[0]["status"] == "validated_and_moved"
    assert calls.sandbox.control("DELETE", "pixel/uploads/trouble") == {"ended": 2}


# ---------------------------------------------------------------------- point clouds
def test_point_clouds_live_their_life(calls: PixelCalls, project: str, tmp_path: Path) -> None:
    place, second = (calls.collection(project, "point_cloud", name) for name in ("one", "two"))
    found = []
    for name, form, version in (("strip_07.laz", 6, "1.4"), ("strip_08.las", 3, "1.2")):
        job = Uploads(calls, place).bring(point_cloud(tmp_path / name, form, version), json_metadata={"flight": 3})
        assert job["result"]["resource_name"] == "point_cloud", job
        found.append(calls.read(place, f"point_clouds/{job['result']['resource_id']}"))
    laz, las = found
    assert {name: laz[name] for name in ("name", "format", "point_record_format", "version_minor", "json_metadata")} \
        == {"name": "strip_07", "format": "LAZ", "point_record_format": 6, "version_minor": 4,
            "json_metadata": {"flight": 3}}
    assert calls.read(place, "point_clouds/") == [laz, las]
    queries: list[tuple[dict[str, Any], list[Any]]] = [
        ({"format": "LAS"}, [las]), ({"point_record_format": 6}, [laz]), ({"version_minor": 2}, [las]),
        ({"version_major": 1, "name": "STRIP"}, [laz, las]), ({"ids": las["id"]}, [las])]
    for query, wanted in queries:
        assert calls.get(path_of(place, "point_clouds/"), **query) == wanted
    changed = calls.put(path_of(place, f"point_clouds/{las['id']}"), {
        "add_tags": ["strip"], "json_metadata": {"flight": None, "crew": "B"},
        "fields": {"fields_type": "point_cloud", "name": "Strip 8"}})
    assert (changed["name"], changed["tags"], changed["json_metadata"]) == ("Strip 8", ["strip"], {"crew": "B"})
    move = path_of(place, f"point_clouds/{las['id']}/move")
    assert calls.request("POST", move, json={"new_data_collection_id": int(calls.collection(project).split("/")[1])}
                         ).status_code == 422
    moved = calls.post(move, {"new_data_collection_id": int(second.split("/")[1])})
    assert moved == {**changed, "data_collection_id": int(second.split("/")[1])}
    assert [one["id"] for one in calls.read(second, "point_clouds/")] == [las["id"]]
    assert calls.sent("DELETE", path_of(place, f"point_clouds/{laz['id']}"))["id"] == laz["id"]
    assert not calls.there(path_of(place, f"point_clouds/{laz['id']}"))
    assert len(list(calls.sandbox.folder.glob("data/pixel/object-*"))) == 1
