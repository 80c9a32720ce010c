"""From registered photos to outputs in the storage of the sandbox's PIX4D: real runs, their true failures, archives."""

from __future__ import annotations

import json
import time
import zipfile
from pathlib import Path
from typing import Any

import pytest
from osgeo import gdal
from pix4d_flight import test_flight
from pix4d_project import StoredProject
from sandbox_pix4d import Pix4dCalls
from sandbox_process import SandboxProcess

QUICK = {"tags": ["quarter-scale"], "outputs": ["dsm"]}
FEW = 9
PATIENCE = 100.0
SAID: set[str] = set()
"""What a project said of itself while it was processed."""


@pytest.fixture
def calls(sandbox: SandboxProcess) -> Pix4dCalls:
    return Pix4dCalls(sandbox)


@pytest.fixture
def project(sandbox: SandboxProcess, calls: Pix4dCalls) -> StoredProject:
    """With the terrain under the flight as an extra file."""
    made = StoredProject(sandbox, calls)
    (key,) = made.store([test_flight().terrain])
    calls.post(f"{made.path}extras/", {"file_key": key})
    return made


def photos(project: StoredProject, count: int = FEW) -> list[str]:
    keys = project.store(test_flight().photos[:count])
    project.register(keys)
    return keys


def ended(project: StoredProject, **options: Any) -> dict[str, Any]:
    """The project after one processing."""
    project.calls.post(f"{project.path}start_processing/", {**QUICK, **options})
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        found: dict[str, Any] = project.calls.get(project.path)
        if found["public_status"] != "PROCESSING":
            assert project.sandbox.control("GET", "pix4d/jobs")["defects"] == []
            return found
        SAID.add(found["display_detailed_status"])
        time.sleep(0.1)
    raise AssertionError("Processing did not end.")


def outputs(project: StoredProject) -> dict[str, Any]:
    found = project.calls.get(f"{project.path}outputs/")["outputs"]
    return {one["output_type"]: one for one in found}


def log(project: StoredProject) -> str:
    """What the log of the last processing says, which is among the outputs whatever came of it."""
    key = outputs(project)["mapper_log"]["s3_key"]
    return (project.folder / key.removeprefix(project.base + "/")).read_text("utf-8")


def test_photos_become_a_surface_model_in_the_storage(project: StoredProject) -> None:
    photos(project)
    found = ended(project)
    assert (found["public_status"], found["error_code"], found["error_reason"]) == ("DONE", None, "")
    assert found["last_datetime_processing_ended"] > found["last_datetime_processing_started"]
    assert found["coordinate_system"] == "" and found["crs"]["definition"] == "EPSG:32632"
    model = outputs(project)["dsm"]
    assert model["availability"] == "done" and model["s3_key"].startswith(project.base + "/")
    raster = gdal.Open(str(project.folder / model["s3_key"].removeprefix(project.base + "/")))
    assert "32632" in raster.GetProjection() and raster.RasterXSize > 50
    assert not [one for one in project.folder.parents[3].glob("pix4d/*") if one.is_dir()]
    assert any(words.endswith("%)") for words in SAID), SAID
    again = ended(project)
    assert again["public_status"] == "DONE" and again["last_datetime_processing_started"] > found[
        "last_datetime_processing_started"]
    assert len(outputs(project)) == len({one["output_id"] for one in outputs(project).values()})


def test_the_system_of_the_options_counts_and_the_region_cuts(project: StoredProject) -> None:
    photos(project)
    whole = ended(project, output_cs_horizontal=25832)
    assert whole["crs"]["definition"] == "EPSG:25832"
    model = project.folder / outputs(project)["dsm"]["s3_key"].removeprefix(project.base + "/")
    before = gdal.Open(str(model)).RasterXSize
    (south, west), (north, east) = (whole["outputs"]["map"]["bounds"][corner] for corner in ("sw", "ne"))
    middle = (west + east) / 2
    ring = [[west, south, 0], [middle, south, 0], [middle, north, 0], [west, north, 0]]
    ended(project, output_cs_horizontal=25832, area={"plane": {"vertices3d": ring, "outer_boundary": [0, 1, 2, 3]}})
    assert gdal.Open(str(model)).RasterXSize < before * 0.75


@pytest.mark.parametrize(("members", "options", "code"), [
    ({}, {"output_cs_horizontal": 4326}, 10612),
    ({}, {"output_cs_horizontal": 2263, "output_cs_vertical": 5773, "output_cs_geoid_height": 1.0}, 10611),
    ({}, {"output_cs_horizontal": 25832, "output_cs_geoid": "EGM96"}, 10614),
    ({"coordinate_system": "EPSG:25832", "coordinate_system_geoid_height": 47.5}, {}, 10614),
    ({}, {"output_cs_horizontal": 25832, "output_cs_vertical": 5783, "output_cs_geoid": "EGM96",
          "output_cs_geoid_height": 1.0}, 10615),
])
def test_an_output_system_that_cannot_be_used_fails_with_its_code(
    sandbox: SandboxProcess, calls: Pix4dCalls, members: dict[str, Any], options: dict[str, Any], code: int
) -> None:
    project = StoredProject(sandbox, calls, calls.project(**members)["id"])
    photos(project)
    found = ended(project, **options)
    assert (found["public_status"], found["error_code"]) == ("ERROR", code)


def test_too_few_photos_cannot_be_oriented(sandbox: SandboxProcess, project: StoredProject) -> None:
    photos(project, 5)
    assert ended(project)["error_code"] == 10201
    assert "Failed (10201)" in log(project)
    sandbox.settings(pix4d_fewest_photos=4)
    assert ended(project)["public_status"] == "DONE"
    assert "Failed" not in log(project)


def test_photos_that_were_left_out_are_not_processed(project: StoredProject) -> None:
    photos(project, 8)
    first = project.photos()[0]
    project.calls.sent("PATCH", f"{project.path}photos/{first['id']}/", json={"excluded_from_mapper": True})
    assert ended(project)["public_status"] == "DONE"
    assert project.seen()["notes"]["processing"]["used"] == 7


def test_a_photo_whose_file_is_gone_is_no_defect_of_the_sandbox(project: StoredProject) -> None:
    for one in photos(project):
        (project.folder / one.removeprefix(project.base + "/")).unlink()
    assert ended(project)["public_status"] == "ERROR"


# ---------------------------------------------------------------------- archives
GCP = {"id": "G1", "is_checkpoint": False, "marks": [],
       "geolocation": {"crs": {"definition": "EPSG:32632"}, "coordinates": [500000.0, 5400000.0, 400.0],
                       "sigmas": [0.02, 0.02, 0.03]}}
POINTS = {"format": "application/opf-input-control-points+json", "version": "0.2", "gcps": [GCP], "mtps": []}


def archive(folder: Path, manifest: Any = None, control: Any = None, count: int = FEW, left: int = 0) -> Path:
    """A ZIP of photos; the last ``left`` are in the manifest only."""
    path = folder / "photos.zip"
    images = test_flight().photos[:count]
    named: dict[str, Any] = {"inputs": [f"strip/{one.name}" for one in images]}
    if control is not None:
        named["input_control_points"] = "input_control_points.json"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as made:
        for one in images[:count - left]:
            made.write(one, f"strip/{one.name}")
        if control is not None:
            made.writestr("input_control_points.json", json.dumps(control))
        if manifest != "none":
            made.writestr("manifest.json", manifest if isinstance(manifest, str) else json.dumps(manifest or named))
    return path


def test_an_archive_is_opened_by_processing(project: StoredProject, tmp_path: Path) -> None:
    name = f"strip/{test_flight().photos[1].name}"
    control = {**POINTS, "gcps": [{**GCP, "marks": [{"photo": name, "position_px": [10.5, 20.5], "accuracy": 1.0}]}],
               "mtps": [{"id": "M1", "is_checkpoint": True, "marks": []}]}
    answer = project.register(project.store([archive(tmp_path, control=control)]))
    assert (answer["nb_images_registered"], answer["extra_files_registered"], project.photos()) == (0, 1, [])
    found = ended(project)
    assert (found["public_status"], found["coordinate_system"]) == ("DONE", "EPSG:32632")
    assert len(project.photos()) == FEW
    (point,) = project.calls.get(f"{project.path}gcp/")["gcps"]
    assert (point["name"], point["x"], point["y"]) == ("G1", 500000.0, 5400000.0)
    assert [one["name"] for one in project.calls.get(f"{project.path}mtp/")["mtps"]] == ["M1"]
    (mark,) = project.calls.get(f"{project.path}mark/")["marks"]
    assert (mark["gcp"], mark["photo"], mark["x"]) == ("G1", project.key(name), 10.5)
    assert ended(project)["public_status"] == "DONE"
    assert len(project.photos()) == FEW and len(project.calls.get(f"{project.path}gcp/")["gcps"]) == 1


@pytest.mark.parametrize("manifest", ["none", "{", "[]", {"inputs": []}, {"inputs": "a.jpg"}, {"inputs": ["../a.jpg"]},
                                      {"inputs": ["/etc/passwd"]}, {"inputs": ["strip/missing.jpg"]},
                                      {"inputs": ["strip/a.jpg"], "log_files": ["gone.json"]}])
def test_each_violation_of_the_manifest_ends_in_an_error_and_not_in_a_failed_registration(
    project: StoredProject, tmp_path: Path, manifest: Any
) -> None:
    assert project.register(project.store([archive(tmp_path, manifest)]))["extra_files_registered"] == 1
    found = ended(project)
    assert (found["public_status"], found["error_code"]) == ("ERROR", 10601)
    assert project.photos() == []
    assert "Failed (10601)" in log(project)


@pytest.mark.parametrize("control", [
    {**POINTS, "version": "1.0"}, {**POINTS, "gcps": [GCP, GCP]},
    {**POINTS, "gcps": [GCP, {**GCP, "id": "G2", "geolocation": {**GCP["geolocation"],
                                                               "crs": {"definition": "EPSG:25832"}}}]},
    {**POINTS, "gcps": [{**GCP, "geolocation": {**GCP["geolocation"], "crs": {"definition": "PROJCS[]"}}}]},
    {**POINTS, "gcps": [{**GCP, "geolocation": {**GCP["geolocation"], "coordinates": [1.0, 2.0]}}]},
    {**POINTS, "gcps": [{**GCP, "geolocation": {**GCP["geolocation"], "crs": {"definition": "EPSG:32632",
                                                                          "geoid": "EGM96"}}}]},
    {**POINTS, "gcps": [{**GCP, "marks": [{"photo": "gone.jpg", "position_px": [1, 2]}]}]},
    {**POINTS, "gcps": [{**GCP, "id": 7}]}, [],
])
def test_control_points_of_an_archive_are_checked(project: StoredProject, tmp_path: Path, control: Any) -> None:
    project.register(project.store([archive(tmp_path, control=control, count=3)]))
    assert ended(project)["error_code"] == 10601


def test_control_points_of_an_archive_exclude_a_system_of_the_project(
    sandbox: SandboxProcess, calls: Pix4dCalls, tmp_path: Path
) -> None:
    project = StoredProject(sandbox, calls, calls.project(coordinate_system="EPSG:32632")["id"])
    project.register(project.store([archive(tmp_path, control=POINTS)]))
    assert ended(project)["error_code"] == 10601


def test_coordinates_of_an_archive_follow_the_axes_of_their_system(tmp_path: Path) -> None:
    """Unlike those of the API: OPF has the order of the system, which for EPSG:31467 is north first."""
    from sandbox.pix4d.archive_inputs import open_archive

    place = {"crs": {"definition": "EPSG:31467"}, "coordinates": [5400000.0, 3500000.0, 400.0], "sigmas": [1, 1, 2]}
    control = {**POINTS, "gcps": [{**GCP, "geolocation": place}]}
    opened = open_archive(archive(tmp_path, control=control, count=2), tmp_path / "out")
    assert opened.points[0].position == (3500000.0, 5400000.0, 400.0)
    assert (opened.definition, len(opened.photos)) == ("EPSG:31467", 2)
    assert sorted(one.name for one in (tmp_path / "out" / "strip").iterdir()) == [
        one.name for one in test_flight().photos[:2]]
