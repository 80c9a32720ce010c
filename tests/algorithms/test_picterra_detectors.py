"""Folders, detectors and their training sets by algorithm, read back by plain HTTP."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from picterra_scenes import RED, annotated, trained
from sandbox_images import plain_image
from sandbox_picterra import PicterraCalls
from sandbox_process import SandboxProcess


def test_folders(run: Any, sandbox: SandboxProcess, calls: PicterraCalls) -> None:
    folder = run("createfolder", NAME=" Orchards 2024 ")["FOLDER_ID"]
    assert calls.get(f"folders/{folder}/")["name"] == "Orchards 2024"
    other = calls.post("folders/", {"name": "elsewhere"})["id"]
    assert run("listfolders")["FOLDER_IDS"] == f"{other},{folder}"
    assert run("listfolders", SEARCH="orch")["FOLDER_IDS"] == folder
    found = run("getfolder", FOLDER=folder)
    assert (found["NAME"], found["CREATED_AT"]) == ("Orchards 2024", calls.get(f"folders/{folder}/")["created_at"])
    detector = calls.detector("trees")
    sandbox.control("POST", f"picterra/folders/{folder}/detectors", {"detector_id": detector})
    table = run("listfolderdetectors", FOLDER=folder, OUTPUT="memory:")
    assert table["DETECTOR_IDS"] == detector
    assert next(table["OUTPUT"].getFeatures())["is_runnable"] is False
    assert "is empty" in run.refused("createfolder", NAME="  ")


def test_a_detector_is_created_with_all_its_settings(run: Any, calls: PicterraCalls) -> None:
    detector = run(
        "createdetector", NAME="nets", DETECTION_TYPE="segmentation", OUTPUT_TYPE="polygon", TRAINING_STEPS=1200,
        BACKBONE="resnet18", TILE_SIZE=352, BACKGROUND_SAMPLE_RATIO=0.5,
    )["DETECTOR_ID"]
    found = calls.get(f"detectors/{detector}/")
    assert found["name"] == "nets"
    assert found["configuration"] == {
        "detection_type": "segmentation", "output_type": "polygon", "training_steps": 1200, "backbone": "resnet18",
        "tile_size": 352, "background_sample_ratio": 0.5}


def test_defaults_are_the_platforms(run: Any, calls: PicterraCalls) -> None:
    detector = run("createdetector", NAME="trees")["DETECTOR_ID"]
    assert calls.get(f"detectors/{detector}/")["configuration"] == {
        "detection_type": "count", "output_type": "polygon", "training_steps": 500, "backbone": "resnet34",
        "tile_size": 256, "background_sample_ratio": 0.25}


def test_editing_changes_only_what_is_given_and_can_set_zero(run: Any, calls: PicterraCalls) -> None:
    detector = calls.detector("trees", training_steps=700, backbone="resnet50")
    run("editdetector", DETECTOR=detector, BACKGROUND_SAMPLE_RATIO=0)
    found = calls.get(f"detectors/{detector}/")
    assert (found["name"], found["configuration"]["background_sample_ratio"]) == ("trees", 0)
    assert (found["configuration"]["training_steps"], found["configuration"]["backbone"]) == (700, "resnet50")
    run("editdetector", DETECTOR=detector, NAME="trees v2", OUTPUT_TYPE="bbox")
    found = calls.get(f"detectors/{detector}/")
    assert (found["name"], found["configuration"]["output_type"]) == ("trees v2", "bbox")


def test_all_settings_of_a_detector_can_be_edited(run: Any, calls: PicterraCalls) -> None:
    detector = calls.detector("trees")
    run("editdetector", DETECTOR=detector, NAME="nets", DETECTION_TYPE="segmentation", OUTPUT_TYPE="bbox",
        TRAINING_STEPS=1200, BACKBONE="resnet18", TILE_SIZE=352, BACKGROUND_SAMPLE_RATIO=0.5)
    found = calls.get(f"detectors/{detector}/")
    assert found["name"] == "nets"
    assert found["configuration"] == {
        "detection_type": "segmentation", "output_type": "bbox", "training_steps": 1200, "backbone": "resnet18",
        "tile_size": 352, "background_sample_ratio": 0.5}


@pytest.mark.parametrize(("settings", "words"), [
    ({"TRAINING_STEPS": 499}, "500 to 40000"),
    ({"TRAINING_STEPS": 40001}, "500 to 40000"),
    ({"TILE_SIZE": 250}, "multiple of 32"),
    ({"BACKGROUND_SAMPLE_RATIO": 1.5}, "0 to 1"),
    ({"BACKBONE": "resnet101"}, "resnet18, resnet34, resnet50"),
    ({"DETECTION_TYPE": "counting"}, "count, segmentation"),
    ({"OUTPUT_TYPE": "circle"}, "polygon, bbox"),
])
def test_settings_are_checked_before_anything_is_sent(run: Any, settings: dict[str, Any], words: str) -> None:
    assert words in run.refused("createdetector", NAME="trees", **settings)
    assert words in run.refused("editdetector", DETECTOR="d", **settings)


@pytest.fixture
def small_plan(run: Any, sandbox: SandboxProcess, monkeypatch: pytest.MonkeyPatch) -> PicterraCalls:
    """An account whose plan forbids a setting; the algorithms use its key."""
    account = {"name": "small", "key": "marker-secret-small-plan", "forbidden": ["training_steps"]}
    sandbox.control("POST", "picterra/accounts", account)
    monkeypatch.setenv("PICTERRA_API_KEY", "marker-secret-small-plan")
    return PicterraCalls(sandbox, "marker-secret-small-plan")


def test_the_plans_refusal_is_told(run: Any, small_plan: PicterraCalls) -> None:
    assert "does not allow" in run.fails("createdetector", NAME="trees", TRAINING_STEPS=2000)
    assert small_plan.get("detectors/")["count"] == 0
    detector = run("createdetector", NAME="trees")["DETECTOR_ID"]
    before = small_plan.get(f"detectors/{detector}/")
    assert "does not allow" in run.fails("editdetector", DETECTOR=detector, NAME="nets", TRAINING_STEPS=2000)
    assert small_plan.get(f"detectors/{detector}/") == before


@pytest.mark.needs_assumed("A1", "ErrorDetail")
def test_the_plans_refusal_is_told_in_the_platforms_words(run: Any, small_plan: PicterraCalls) -> None:
    body = {"name": "trees", "configuration": {"training_steps": 2000}}
    answer = small_plan.request("POST", "detectors/", json=body)
    assert answer.json()["detail"] in run.fails("createdetector", NAME="trees", TRAINING_STEPS=2000)


def test_list_and_get_detectors(run: Any, sandbox: SandboxProcess, calls: PicterraCalls) -> None:
    trees, nets = calls.detector("apple trees"), calls.detector("hail nets")
    sandbox.control("POST", f"picterra/detectors/{nets}/tag", {"user_tag": "fruit"})
    assert run("listdetectors")["DETECTOR_IDS"] == f"{nets},{trees}"
    assert run("listdetectors", SEARCH="APPLE")["DETECTOR_IDS"] == trees
    assert run("listdetectors", USER_TAG="fruit")["DETECTOR_IDS"] == nets
    assert run("listdetectors", IS_SHARED=1)["COUNT"] == 0
    assert run("listdetectors", IS_SHARED=2)["COUNT"] == 2
    assert run("listdetectors", IS_RUNNABLE=1)["COUNT"] == 0
    assert run("listdetectors", IS_RUNNABLE=2)["COUNT"] == 2
    other = PicterraCalls(sandbox, sandbox.ready["picterra"]["second_key"])
    lent = other.detector("pear trees")
    grants = [{"grantee": {"type": "user", "id": calls.get("users/me/")["user_id"]}, "role": "viewer"}]
    other.post(f"authorization/grants/detector/{lent}/", {"grants": grants})
    assert run("listdetectors", IS_SHARED=1)["DETECTOR_IDS"] == lent
    assert run("listdetectors", IS_SHARED=2)["DETECTOR_IDS"] == f"{nets},{trees}"
    table = run("listdetectors", OUTPUT="memory:", SEARCH="nets")["OUTPUT"]
    row = next(table.getFeatures())
    assert (row["name"], row["training_steps"]) == ("hail nets", 500)
    sandbox.control("POST", f"picterra/detectors/{trees}/classes", {"name": "stump"})
    found = run("getdetector", DETECTOR=trees)
    assert found["CLASS_IDS"].split(",") == [one["id"] for one in calls.get(f"detectors/{trees}/")["classes"]]
    assert found["CLASS_NAMES"].split("\n")[1] == "stump"
    colors = found["CLASS_COLORS"].split(",")
    assert colors == [one["color"] for one in calls.get(f"detectors/{trees}/")["classes"]]
    assert all(re.fullmatch("#[0-9a-f]{6}", one) for one in colors)
    assert (found["NAME"], found["IS_RUNNABLE"], found["TILE_SIZE"]) == ("apple trees", False, 256)


@pytest.mark.needs_assumed("DetectorInList.user_tag")
def test_a_detectors_tag_is_listed(run: Any, sandbox: SandboxProcess, calls: PicterraCalls) -> None:
    sandbox.control("POST", f"picterra/detectors/{calls.detector()}/tag", {"user_tag": "fruit"})
    table = run("listdetectors", OUTPUT="memory:")["OUTPUT"]
    assert [row["user_tag"] for row in table.getFeatures()] == ["fruit"]


def test_delete_detector(run: Any, calls: PicterraCalls) -> None:
    detector = calls.detector()
    assert "Confirm" in run.refused("deletedetector", DETECTOR=detector)
    run("deletedetector", DETECTOR=detector, CONFIRM=True)
    assert calls.request("GET", f"detectors/{detector}/").status_code == 404


def test_rasters_are_put_into_the_training_set(run: Any, calls: PicterraCalls, tmp_path: Path) -> None:
    image = plain_image(tmp_path / "a.tif")
    detector, one, two = calls.detector(), calls.upload_raster(image), calls.upload_raster(image)
    result = run("addrasterstodetector", DETECTOR=detector, RASTERS=f"{one}, {two},{one}")
    assert (result["RASTER_IDS"], result["COUNT"]) == (f"{one},{two}", 2)
    assert {raster["id"] for raster in calls.get(f"detectors/{detector}/training_rasters/")["results"]} == {one, two}
    assert set(run("listtrainingrasters", DETECTOR=detector)["RASTER_IDS"].split(",")) == {one, two}


def test_training_gives_score_and_statistics(run: Any, calls: PicterraCalls, tmp_path: Path) -> None:
    detector = annotated(calls, tmp_path).detector
    result = run("traindetector", DETECTOR=detector)
    assert calls.get(f"detectors/{detector}/")["is_runnable"] is True
    results = calls.get(f"operations/{result['OPERATION_ID']}/")["results"]
    assert result["SCORE"] == results["score"]
    assert result["TRAINING_AREAS_COUNT"] == results["stats"]["training_areas_count"] == 1
    assert result["TOTAL_ANNOTATIONS_COUNT"] == len(RED)
    assert any("score" in message.lower() for message in run.messages)


def test_a_training_that_ended_elsewhere_is_read_by_its_operation(
    run: Any, calls: PicterraCalls, tmp_path: Path
) -> None:
    started = calls.post(f"detectors/{annotated(calls, tmp_path).detector}/train/")
    results = calls.succeed(started)["results"]
    found = run("getoperation", OPERATION=started["operation_id"])
    assert (found["STATUS"], found["SCORE"]) == ("success", results["score"])
    assert {name: found[name.upper()] for name in results["stats"]} == results["stats"]
    assert (found["TOTAL_ANNOTATIONS_COUNT"], found["TRAINING_AREAS_COUNT"]) == (len(RED), 1)
    assert len(results["stats"]) == 7


@pytest.mark.needs_assumed("A1", "A20")
def test_training_without_annotations_is_refused_in_the_platforms_words(run: Any, calls: PicterraCalls) -> None:
    words = run.fails("traindetector", DETECTOR=calls.detector())
    assert "The platform says" in words


def test_recommendation_says_where_it_can_be_seen(
    run: Any, sandbox: SandboxProcess, calls: PicterraCalls, tmp_path: Path
) -> None:
    detector = trained(calls, tmp_path).detector
    result = run("recommenddataset", DETECTOR=detector)
    assert result["LINK"] == f"{sandbox.address}/modes/training/detectors/{detector}"
    assert calls.get(f"operations/{result['OPERATION_ID']}/")["status"] == "success"
    assert any(result["LINK"] in message for message in run.messages)
