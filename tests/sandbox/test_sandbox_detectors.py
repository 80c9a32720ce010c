"""Detectors, annotations, training and running (sections 9.4 to 9.6), learning from the pixels included."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import requests
from sandbox_images import Box, boxes, lonlat, plain_image, squares_image
from sandbox_picterra import PicterraCalls
from sandbox_process import SandboxProcess
from shapely.geometry import Polygon, box, shape

RED: list[Box] = [(20, 20, 36, 36), (60, 24, 76, 40), (24, 70, 40, 86), (150, 30, 166, 46), (190, 120, 206, 136)]
BLUE: list[Box] = [(90, 60, 106, 76), (54, 84, 70, 100), (120, 140, 136, 156), (200, 60, 216, 76), (30, 150, 46, 166)]
LEARN_HERE: Box = (0, 0, 112, 112)


@pytest.fixture
def squares(picterra: PicterraCalls, tmp_path: Path) -> str:
    return picterra.upload_raster(squares_image(tmp_path / "squares.tif", RED, BLUE))


@pytest.fixture
def pair(picterra: PicterraCalls, squares: str) -> tuple[str, str]:
    """A detector with a raster in its training set."""
    detector = picterra.detector("squares")
    picterra.post(f"detectors/{detector}/training_rasters/", {"raster_id": squares})
    return detector, squares


def teach(picterra: PicterraCalls, detector: str, raster: str, outlined: list[Box]) -> dict[str, Any]:
    """Annotate, train, and return the finished training."""
    assert picterra.annotate(detector, raster, "training_area", boxes([LEARN_HERE]))["status"] == "success"
    assert picterra.annotate(detector, raster, "outline", boxes(outlined))["status"] == "success"
    return picterra.succeed(picterra.post(f"detectors/{detector}/train/"))


def run(picterra: PicterraCalls, detector: str, raster: str) -> dict[str, Any]:
    return picterra.succeed(picterra.post(f"detectors/{detector}/run/", {"raster_id": raster}))["results"]


def polygons(address: str) -> list[Polygon]:
    got = json.loads(requests.get(address, timeout=30).content)
    assert got["type"] == "MultiPolygon"
    return [Polygon(one[0], one[1:]) for one in got["coordinates"]]


def outline(some: Box) -> Polygon:
    west, north = lonlat(some[0], some[1])
    east, south = lonlat(some[2], some[3])
    return box(west, south, east, north)


def found(some: Box, among: list[Polygon]) -> bool:
    true = outline(some)
    return any(one.intersection(true).area / one.union(true).area > 0.6 for one in among)


# ------------------------------------------------------------------ learning
@pytest.mark.parametrize(("wanted", "other"), [(RED, BLUE), (BLUE, RED)], ids=["red", "blue"])
def test_it_finds_the_colour_that_was_outlined_and_not_the_other(picterra: PicterraCalls, pair: tuple[str, str],
                                                                 wanted: list[Box], other: list[Box]) -> None:
    detector, raster = pair
    inside = [one for one in wanted if one[2] <= LEARN_HERE[2] and one[3] <= LEARN_HERE[3]]
    teach(picterra, detector, raster, inside)
    among = polygons(run(picterra, detector, raster)["by_class"][0]["result"]["url"])
    assert [one for one in wanted if not found(one, among)] == []
    assert [one for one in other if any(each.intersects(outline(one).buffer(-1e-6)) for each in among)] == []
    assert len(among) == len(wanted)


def test_detection_areas_restrict_a_run(picterra: PicterraCalls, pair: tuple[str, str]) -> None:
    detector, raster = pair
    teach(picterra, detector, raster, RED[:3])
    picterra.upload(f"rasters/{raster}/detection_areas/upload/file/", boxes([(120, 0, 240, 100)]))
    among = polygons(run(picterra, detector, raster)["url"])
    assert len(among) == 1 and found(RED[3], among)
    picterra.change("DELETE", f"rasters/{raster}/detection_areas/")
    assert len(polygons(run(picterra, detector, raster)["url"])) == len(RED)


def test_bounding_boxes_are_polygons(picterra: PicterraCalls, pair: tuple[str, str]) -> None:
    detector, raster = pair
    picterra.change("PUT", f"detectors/{detector}/", {"configuration": {"output_type": "bbox"}})
    teach(picterra, detector, raster, RED[:3])
    among = polygons(run(picterra, detector, raster)["url"])
    assert len(among) == len(RED)
    assert {len(one.exterior.coords) for one in among} == {5}


def test_results_of_both_generations_agree(picterra: PicterraCalls, pair: tuple[str, str],
                                           sandbox: SandboxProcess) -> None:
    detector, raster = pair
    empty = sandbox.control("POST", f"picterra/detectors/{detector}/classes", {"name": "never seen"})
    teach(picterra, detector, raster, RED[:3])
    results = run(picterra, detector, raster)
    record = picterra.get(f"detectors/{detector}/")
    assert [one["class"] for one in results["by_class"]] == record["classes"]
    for one in results["by_class"]:
        layer = picterra.get(f"vector_layers/{one['result']['vector_layer_id']}/")
        assert (layer["name"], layer["color"], layer["detector_id"]) == (
            one["class"]["name"], one["class"]["color"], detector)
        download = picterra.succeed(picterra.post(f"vector_layers/{layer['id']}/download/"))["results"]
        collection = json.loads(requests.get(download["download_url"], timeout=30).content)
        shapes = [shape(each["geometry"]) for each in collection["features"]]
        assert shapes == polygons(one["result"]["url"])
        assert layer["count"] == len(shapes) == (0 if one["class"]["id"] == empty["id"] else len(RED))
    assert len(polygons(results["url"])) == len(RED)
    assert [one["id"] for one in picterra.get(f"rasters/{raster}/vector_layers/", detector=detector)["results"]] == [
        one["result"]["vector_layer_id"] for one in reversed(results["by_class"])]


def test_training_tells_score_and_counts(picterra: PicterraCalls, pair: tuple[str, str]) -> None:
    detector, raster = pair
    first = teach(picterra, detector, raster, RED[:3])
    assert first["results"]["score"] is None
    picterra.annotate(detector, raster, "validation_area", boxes([(140, 10, 240, 190)]))
    picterra.annotate(detector, raster, "testing_area", boxes([(1, 120, 40, 190)]))
    picterra.annotate(detector, raster, "outline", boxes(RED))
    results = picterra.succeed(picterra.post(f"detectors/{detector}/train/"))["results"]
    assert 50 < results["score"] <= 100
    assert results["stats"] == {
        "rasters_count": 1, "training_areas_count": 1, "assessment_areas_count": 1, "validation_areas_count": 1,
        "total_annotations_count": 5, "training_annotations_count": 3, "validation_annotations_count": 2}


@pytest.mark.parametrize("style", ["url", "vector_layer_id"])
def test_results_of_one_generation_only(picterra: PicterraCalls, pair: tuple[str, str], sandbox: SandboxProcess,
                                        style: str) -> None:
    sandbox.settings(result_style=style)
    sandbox.control("POST", "picterra/prepared", {"polygons": 3})
    detector, raster = pair
    assert [list(one["result"]) for one in run(picterra, detector, raster)["by_class"]] == [[style]]


# ------------------------------------------------------------------ what must be there first
def test_a_training_needs_an_area_and_an_outline(picterra: PicterraCalls, pair: tuple[str, str]) -> None:
    detector, raster = pair
    path = f"detectors/{detector}/train/"
    assert "training area" in picterra.request("POST", path).text
    picterra.annotate(detector, raster, "training_area", boxes([LEARN_HERE]))
    answer = picterra.request("POST", path)
    assert (answer.status_code, "outline" in answer.text) == (400, True)
    picterra.annotate(detector, raster, "outline", boxes([BLUE[2]]))
    operation = picterra.wait(picterra.post(path))
    assert (operation["status"], operation["errors"]["message"]) == (
        "failed", "No outline lies inside a training area of a raster; there is nothing to learn from.")
    assert picterra.get(f"detectors/{detector}/")["is_runnable"] is False


def test_a_run_needs_a_trained_detector_and_a_ready_raster(picterra: PicterraCalls, pair: tuple[str, str]) -> None:
    detector, raster = pair
    path = f"detectors/{detector}/run/"
    assert picterra.request("POST", path, json={"raster_id": raster}).json() == {
        "non_field_errors": ["This detector is not trained."]}
    assert picterra.request("POST", f"detectors/{detector}/dataset_recommendation/").status_code == 400
    teach(picterra, detector, raster, RED[:3])
    assert [one["id"] for one in picterra.get("detectors/", is_runnable="True")["results"]] == [detector]
    waiting = picterra.post("rasters/upload/file/", {"name": "x"})["raster_id"]
    assert picterra.request("POST", path, json={"raster_id": waiting}).json() == {
        "raster_id": ["This raster is not ready."]}
    assert picterra.request("POST", path, json={"raster_id": "none"}).status_code == 400
    assert picterra.request("POST", path, json={"raster_id": raster, "secondary_raster_id": "none"}).status_code == 400
    picterra.succeed(picterra.post(path, {"raster_id": raster, "secondary_raster_id": raster}))
    done = picterra.succeed(picterra.post(f"detectors/{detector}/dataset_recommendation/"))
    assert (done["type"], done["results"]) == ("dataset_recommendation", None)


def test_a_second_raster_leaves_what_has_changed(
    picterra: PicterraCalls, pair: tuple[str, str], tmp_path: Path
) -> None:
    detector, raster = pair
    teach(picterra, detector, raster, RED[:3])
    earlier = picterra.upload_raster(squares_image(tmp_path / "earlier.tif", RED[1:], []))
    path = f"detectors/{detector}/run/"

    def counted(*rasters: str) -> int:
        body = dict(zip(("raster_id", "secondary_raster_id"), rasters))
        results = picterra.succeed(picterra.post(path, body))["results"]
        (one,) = results["by_class"]
        return int(picterra.get(f"vector_layers/{one['result']['vector_layer_id']}/")["count"])

    assert counted(raster) == len(RED)
    assert counted(raster, earlier) == 1
    assert counted(raster, raster) == counted(earlier, raster) == 0


# ------------------------------------------------------------------ annotations
def test_annotations_replace_each_other_per_type_and_class(picterra: PicterraCalls, pair: tuple[str, str],
                                                           sandbox: SandboxProcess) -> None:
    detector, raster = pair
    first = picterra.get(f"detectors/{detector}/")["classes"][0]["id"]
    second = sandbox.control("POST", f"picterra/detectors/{detector}/classes", {"name": "b"})["id"]

    def counts() -> dict[str, int]:
        outlines = sandbox.control("GET", f"picterra/detectors/{detector}")["training"][raster]["outline"]
        return {class_id: one["count"] for class_id, one in outlines.items()}

    picterra.annotate(detector, raster, "outline", boxes(RED), {"class_id": first})
    picterra.annotate(detector, raster, "outline", boxes(BLUE[:2]), {"class_id": second})
    assert counts() == {first: 5, second: 2}
    picterra.annotate(detector, raster, "outline", boxes(BLUE[:1]), {"class_id": second})
    assert counts() == {first: 5, second: 1}
    picterra.annotate(detector, raster, "outline", boxes(RED[:2]), {})
    assert counts() == {first: 2}
    picterra.annotate(detector, raster, "outline", boxes([]))
    assert counts() == {first: 0}


@pytest.mark.parametrize(("kind", "class_id", "status"), [("outline", "none", 400), ("training_area", "own", 400),
                                                          ("outline", None, 500), ("outline", "own", 201)])
def test_classes_of_annotations(picterra: PicterraCalls, pair: tuple[str, str], kind: str, class_id: str | None,
                                status: int) -> None:
    detector, raster = pair
    if class_id == "own":
        class_id = picterra.get(f"detectors/{detector}/")["classes"][0]["id"]
    path = f"detectors/{detector}/training_rasters/{raster}/{kind}/upload/bulk/"
    slot = picterra.post(path)
    picterra.put(slot["upload_url"], boxes(RED))
    answer = picterra.request("POST", f"{path}{slot['upload_id']}/commit/", json={"class_id": class_id})
    assert answer.status_code == status


def test_annotations_need_a_raster_of_the_training_set(picterra: PicterraCalls, squares: str) -> None:
    detector = picterra.detector()
    path = f"detectors/{detector}/training_rasters/{squares}"
    assert picterra.request("POST", f"{path}/outline/upload/bulk/").status_code == 404
    assert picterra.request("POST", f"{path}/markers/", json={
        "marker": {"type": "Point", "coordinates": [7, 46]}, "text": "x"}).status_code == 404
    for _ in range(2):
        assert picterra.post(f"detectors/{detector}/training_rasters/", {"raster_id": squares}) is None
    assert [one["id"] for one in picterra.get(f"detectors/{detector}/training_rasters/")["results"]] == [squares]
    answer = picterra.request("POST", f"detectors/{detector}/training_rasters/", json={"raster_id": "none"})
    assert (answer.status_code, list(answer.json())) == (400, ["raster_id"])


# ------------------------------------------------------------------ records
@pytest.mark.parametrize(("configuration", "field"), [
    ({"training_steps": 499}, "training_steps"), ({"training_steps": 40001}, "training_steps"),
    ({"detection_type": "circles"}, "detection_type"), ({"output_type": "line"}, "output_type"),
    ({"backbone": "resnet101"}, "backbone"), ({"background_sample_ratio": 1.1}, "background_sample_ratio"),
    ({"tile_size": 100}, "tile_size"), ({"tile_size": 1056}, "tile_size"),
    ({"training_steps": "many"}, "training_steps")])
def test_settings_outside_their_values(picterra: PicterraCalls, configuration: dict[str, Any], field: str) -> None:
    answer = picterra.request("POST", "detectors/", json={"name": "x", "configuration": configuration})
    assert (answer.status_code, list(answer.json())) == (400, [field])


def test_a_new_detector_has_one_class_of_its_name(picterra: PicterraCalls) -> None:
    record = picterra.get(f"detectors/{picterra.detector('apple trees')}/")
    assert [one["name"] for one in record["classes"]] == ["apple trees"]
    assert record["configuration"] == {"detection_type": "count", "output_type": "polygon", "training_steps": 500,
                                       "backbone": "resnet34", "tile_size": 256, "background_sample_ratio": 0.25}
    unnamed = picterra.post("detectors/", {"configuration": {"background_sample_ratio": 0}})["id"]
    record = picterra.get(f"detectors/{unnamed}/")
    assert (record["name"], record["configuration"]["background_sample_ratio"]) == ("New detector", 0)


def test_deleting_a_detector_keeps_its_layers(picterra: PicterraCalls, pair: tuple[str, str],
                                              sandbox: SandboxProcess) -> None:
    detector, raster = pair
    teach(picterra, detector, raster, RED[:3])
    run(picterra, detector, raster)
    picterra.change("DELETE", f"detectors/{detector}/")
    assert picterra.request("GET", f"detectors/{detector}/").status_code == 404
    assert picterra.get(f"rasters/{raster}/vector_layers/")["count"] == 1
    folder = Path(sandbox.ready["folder"]) / "picterra"
    assert [one for name in ("models", "annotations") for one in (folder / name).glob("*")] == []


# ------------------------------------------------------------------ prepared results
def test_prepared_results(picterra: PicterraCalls, tmp_path: Path, sandbox: SandboxProcess) -> None:
    raster = picterra.upload_raster(plain_image(tmp_path / "a.tif"))
    detector = picterra.detector("many")
    sandbox.control("POST", "picterra/prepared", {"polygons": 2500, "vertices": 6})
    results = run(picterra, detector, raster)
    among = polygons(results["url"])
    assert len(among) == 2500
    assert all(one.is_valid and len(one.exterior.coords) == 7 for one in among)
    layer = picterra.get(f"vector_layers/{results['by_class'][0]['result']['vector_layer_id']}/")
    assert (layer["count"], len(layer["geojson_urls"])) == (2500, 3)
    footprint = shape(picterra.get(f"rasters/{raster}/")["footprint"]).envelope
    assert all(footprint.contains(one) for one in among)


def test_a_prepared_file_becomes_the_result(picterra: PicterraCalls, tmp_path: Path, sandbox: SandboxProcess) -> None:
    raster, detector = picterra.upload_raster(plain_image(tmp_path / "a.tif")), picterra.detector("given")
    coordinates = [[[list(point) for point in outline(one).exterior.coords]] for one in RED]
    given = tmp_path / "given.geojson"
    given.write_text(json.dumps({"type": "MultiPolygon", "coordinates": coordinates}), "utf-8")
    sandbox.control("POST", "picterra/prepared", {"classes": {"given": {"multipolygon": str(given)}}})
    results = run(picterra, detector, raster)
    assert polygons(results["by_class"][0]["result"]["url"]) == [outline(one) for one in RED]
    assert picterra.get(f"vector_layers/{results['by_class'][0]['result']['vector_layer_id']}/")["count"] == len(RED)
