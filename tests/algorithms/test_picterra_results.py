"""Running a detector and fetching what it found, in every form and both generations; GDAL is the witness."""

from __future__ import annotations

import csv
import json
import math
import stat
from pathlib import Path
from typing import Any

import pytest
from imagery_hub.core.jobs.store import job_store
from imagery_hub.core.layers import provenance
from osgeo import ogr, osr
from picterra_scenes import BLUE, FAR_RED, RED, Scene, annotated, detected, trained
from qgis.core import QgsFeature, QgsGeometry, QgsVectorLayer
from sandbox_images import box_polygon, boxes, lonlat
from sandbox_picterra import PicterraCalls
from sandbox_process import SandboxProcess

OBJECTS = len(RED) + len(FAR_RED)


@pytest.fixture
def scene(run: Any, calls: PicterraCalls, tmp_path: Path) -> Scene:
    return trained(calls, tmp_path)


@pytest.fixture
def operation(calls: PicterraCalls, scene: Scene) -> str:
    return detected(calls, scene)


def shapes_of(path: Path, only: str | None = None) -> list[ogr.Geometry]:
    """The polygons of a file, or those that fit a condition, by OGR."""
    source = ogr.Open(str(path))
    source.GetLayer(0).SetAttributeFilter(only)
    found = [feature.GetGeometryRef().Clone() for feature in source.GetLayer(0)]
    return [part.Clone() for shape in found for part in (shape if shape.GetGeometryCount() and
            ogr.GT_Flatten(shape.GetGeometryType()) == ogr.wkbMultiPolygon else [shape])]


def covers(shapes: list[ogr.Geometry], box: tuple[int, int, int, int]) -> bool:
    """Whether a shape lies on the box of pixels by at least 0.6 of their union."""
    truth = ogr.CreateGeometryFromJson(json.dumps(box_polygon(box)))
    return any(one.Intersection(truth).Area() / one.Union(truth).Area() > 0.6 for one in shapes)


def test_the_charge_is_shown_and_has_to_be_confirmed(run: Any, sandbox: SandboxProcess, scene: Scene) -> None:
    before, jobs = sandbox.last_entry(), len(job_store().all())
    words = run.fails("rundetector", DETECTOR=scene.detector, RASTER=scene.raster, LOCAL_RASTER=str(scene.image))
    assert "Nothing was run" in words
    assert "0.05 megapixels" in words
    assert "10.00 megapixels are charged" in words
    assert not [entry for entry in sandbox.log(after=before) if entry["operation"] == "runDetector"]
    assert len(job_store().all()) == jobs, "what was not confirmed is no job that could be continued"


def test_the_charge_is_estimated_without_running(run: Any, scene: Scene, tmp_path: Path) -> None:
    exact = run("estimatecharge", RASTER=scene.raster, LOCAL_RASTER=str(scene.image))
    assert exact["MEGAPIXELS"] == pytest.approx(240 * 200 / 1e6)
    assert exact["CHARGED_MEGAPIXELS"] == 10
    areas = tmp_path / "areas.geojson"
    areas.write_bytes(boxes([(0, 0, 100, 100), (50, 0, 150, 100), (200, 0, 500, 100)]))
    inside = run("estimatecharge", RASTER=scene.raster, LOCAL_RASTER=str(scene.image), DETECTION_AREAS=str(areas))
    assert inside["MEGAPIXELS"] == pytest.approx((150 * 100 + 40 * 100) / 1e6, rel=1e-4)
    assert any("The area has 0.02 megapixels; 10.00 megapixels are charged" in message for message in run.messages)


def test_run_and_download_a_layer(run: Any, calls: PicterraCalls, scene: Scene, tmp_path: Path) -> None:
    ran = run("rundetector", DETECTOR=scene.detector, RASTER=scene.raster, CONFIRM=True)
    assert calls.get(f"operations/{ran['OPERATION_ID']}/")["status"] == "success"
    assert (ran["DETECTOR_ID"], ran["RASTER_ID"]) == (scene.detector, scene.raster)
    target = tmp_path / "found.gpkg"
    result = run("downloadresult", OPERATION=ran["OPERATION_ID"], OUTPUT=str(target))
    shapes = shapes_of(target)
    assert result["COUNT"] == len(shapes) == OBJECTS
    assert all(covers(shapes, box) for box in [*RED, *FAR_RED])
    assert not any(covers(shapes, box) for box in BLUE)
    assert result["CLASS_NAMES"] == "squares"
    truth = sum((right - left) * (bottom - top) / 4 for left, top, right, bottom in [*RED, *FAR_RED])
    assert result["AREA"] == pytest.approx(truth, rel=0.25)
    layer = QgsVectorLayer(str(target), "opened again", "ogr")
    assert layer.renderer().categories()[0].value() == "squares"
    origin = provenance.read(layer)
    assert (origin.platform, origin.kind) == ("picterra", "detections")
    assert origin.ids == {"operation": ran["OPERATION_ID"], "raster": scene.raster, "detector": scene.detector}


@pytest.mark.needs_assumed("A24")
def test_detections_have_the_colour_of_their_class(
    run: Any, calls: PicterraCalls, scene: Scene, operation: str, tmp_path: Path
) -> None:
    target = tmp_path / "found.gpkg"
    run("downloadresult", OPERATION=operation, OUTPUT=str(target))
    layer = QgsVectorLayer(str(target), "opened again", "ogr")
    color = calls.get(f"detectors/{scene.detector}/")["classes"][0]["color"]
    assert layer.renderer().categories()[0].symbol().symbolLayer(0).strokeColor().name() == color


def test_a_flatgeobuf_keeps_its_style_beside_it(run: Any, operation: str, tmp_path: Path) -> None:
    target = tmp_path / "found.fgb"
    assert run("downloadresult", OPERATION=operation, OUTPUT=str(target))["COUNT"] == OBJECTS
    layer = QgsVectorLayer(str(target), "opened again", "ogr")
    assert layer.featureCount() == OBJECTS
    assert layer.renderer().categories()[0].value() == "squares"


def test_each_class_of_a_detector_is_counted_and_lies_where_it_was_found(
    run: Any, sandbox: SandboxProcess, calls: PicterraCalls, tmp_path: Path
) -> None:
    scene = annotated(calls, tmp_path)
    second = sandbox.control("POST", f"picterra/detectors/{scene.detector}/classes", {"name": "ponds"})["id"]
    for kind, body, areas in (("training_area", None, [(0, 0, 190, 130)]), ("outline", {"class_id": second}, BLUE)):
        assert calls.annotate(scene.detector, scene.raster, kind, boxes(areas), body)["status"] == "success"
    calls.succeed(calls.post(f"detectors/{scene.detector}/train/"))
    operation, target = detected(calls, scene), tmp_path / "found.gpkg"
    result = run("downloadresult", OPERATION=operation, OUTPUT=str(target))
    assert (result["CLASS_NAMES"], result["CLASS_COUNTS"]) == ("squares\nponds", f"{OBJECTS},{len(BLUE)}")
    assert result["COUNT"] == OBJECTS + len(BLUE)
    for name, there, elsewhere in (("squares", [*RED, *FAR_RED], BLUE), ("ponds", BLUE, [*RED, *FAR_RED])):
        shapes = shapes_of(target, f"class_name = '{name}'")
        assert len(shapes) == len(there)
        assert all(covers(shapes, box) for box in there) and not any(covers(shapes, box) for box in elsewhere)
    layer = QgsVectorLayer(str(target), "opened again", "ogr")
    assert {"squares", "ponds"} <= {one.value() for one in layer.renderer().categories()}
    own = calls.get(f"operations/{operation}/")["results"]["by_class"][1]["result"]["vector_layer_id"]
    alone = run("downloadvectorlayer", VECTOR_LAYER=own, OUTPUT=str(tmp_path / "ponds.gpkg"))
    assert (alone["CLASS_NAMES"], alone["CLASS_COUNTS"]) == ("ponds", str(len(BLUE)))
    assert all(covers(shapes_of(tmp_path / "ponds.gpkg"), box) for box in BLUE)


@pytest.mark.parametrize("way", [0, 1, 2])
@pytest.mark.parametrize("style", ["both", "url", "vector_layer_id"])
def test_both_generations_give_the_same_layer(
    run: Any, sandbox: SandboxProcess, calls: PicterraCalls, scene: Scene, tmp_path: Path, way: int, style: str
) -> None:
    sandbox.settings(result_style=style)
    operation = detected(calls, scene)
    target = tmp_path / "found.gpkg"
    if (way, style) in ((1, "vector_layer_id"), (2, "url")):
        assert "lacks" in run.fails("downloadresult", OPERATION=operation, OUTPUT=str(target), WAY=way)
        assert not target.exists()
        return
    assert run("downloadresult", OPERATION=operation, OUTPUT=str(target), WAY=way)["COUNT"] == OBJECTS
    assert all(covers(shapes_of(target), box) for box in [*RED, *FAR_RED])


@pytest.mark.parametrize("way", [1, 2])
def test_result_as_the_vendors_feature_collection(
    run: Any, calls: PicterraCalls, sandbox: SandboxProcess, scene: Scene, tmp_path: Path, way: int
) -> None:
    sandbox.control("POST", f"picterra/detectors/{scene.detector}/classes", {"name": 'second "class"'})
    operation = detected(calls, scene)
    target = tmp_path / "found.geojson"
    result = run("downloadresultfile", OPERATION=operation, OUTPUT=str(target), WAY=way)
    content = json.loads(target.read_bytes())
    assert content["type"] == "FeatureCollection"
    assert [feature["properties"] for feature in content["features"]] == [
        {"class_name": "squares"}, {"class_name": 'second "class"'}]
    assert [feature["geometry"]["type"] for feature in content["features"]] == ["MultiPolygon"] * 2
    assert [len(feature["geometry"]["coordinates"]) for feature in content["features"]] == [OBJECTS, 0]
    assert result["CLASS_NAMES"] == 'squares\nsecond "class"'
    assert all(covers(shapes_of(target), box) for box in [*RED, *FAR_RED])


def test_merged_result_is_what_the_platform_gives(
    run: Any, calls: PicterraCalls, operation: str, tmp_path: Path
) -> None:
    target = tmp_path / "merged.geojson"
    run("downloadresultfile", OPERATION=operation, OUTPUT=str(target), FORM=1)
    address = calls.get(f"operations/{operation}/")["results"]["url"]
    assert target.read_bytes() == calls.session.get(address, timeout=60).content
    assert json.loads(target.read_bytes())["type"] == "MultiPolygon"


@pytest.mark.parametrize("way", [0, 1, 2])
@pytest.mark.parametrize("style", ["both", "url", "vector_layer_id"])
def test_addresses_go_to_a_private_file_and_nowhere_else(
    run: Any, sandbox: SandboxProcess, calls: PicterraCalls, scene: Scene, tmp_path: Path, way: int, style: str
) -> None:
    sandbox.control("POST", f"picterra/detectors/{scene.detector}/classes", {"name": "second"})
    sandbox.settings(result_style=style)
    operation, target = detected(calls, scene), tmp_path / "addresses.csv"
    if (way, style) in ((1, "vector_layer_id"), (2, "url")):
        assert "lacks" in run.fails("writeresultaddresses", OPERATION=operation, OUTPUT=str(target), WAY=way)
        assert not target.exists()
        return
    result = run("writeresultaddresses", OPERATION=operation, OUTPUT=str(target), WAY=way)
    with target.open(newline="", encoding="utf-8") as source:
        rows = list(csv.DictReader(source))
    merged = calls.get(f"operations/{operation}/")["results"].get("url")
    names = ["squares", "second", *([""] if merged else [])]
    assert ([row["class_name"] for row in rows], result["COUNT"]) == (names, len(names))
    counts = []
    for row in rows:
        content = calls.session.get(row["address"], timeout=60).json()
        if content["type"] == "FeatureCollection":
            counts.append(len(content["features"]))
        else:
            counts.append(len(content["coordinates"]))
        assert not any(row["address"] in message for message in run.messages)
        assert row["address"] not in json.dumps(result)
    assert counts == [OBJECTS, 0, *([OBJECTS] if merged else [])]
    assert stat.S_IMODE(target.stat().st_mode) == 0o600


def test_get_operation_tells_outcomes_and_no_addresses(
    run: Any, calls: PicterraCalls, scene: Scene, operation: str
) -> None:
    found = run("getoperation", OPERATION=operation)
    told = calls.get(f"operations/{operation}/")
    assert (found["STATUS"], found["RASTER_ID"], found["DETECTOR_ID"]) == ("success", scene.raster, scene.detector)
    assert found["CLASS_NAMES"] == "squares"
    assert found["VECTOR_LAYER_IDS"] == told["results"]["by_class"][0]["result"]["vector_layer_id"]
    assert (found["SCORE"], found["TOTAL_ANNOTATIONS_COUNT"]) == (None, None), "those of a training"
    assert "http" not in json.dumps(found)


@pytest.mark.needs_assumed("Operation.type", "A15")
def test_get_operation_tells_of_one_that_runs_and_of_one_that_failed(
    run: Any, sandbox: SandboxProcess, calls: PicterraCalls, scene: Scene
) -> None:
    folder = calls.post("folders/", {"name": "Orchards"})["id"]
    slot = calls.post("rasters/upload/file/", {"name": "torn", "multispectral": False, "folder_id": folder})
    assert calls.put(slot["upload_url"], b"no image") == 200
    failed = calls.post(f"rasters/{slot['raster_id']}/commit/")["operation_id"]
    told = calls.wait({"operation_id": failed})
    found = run("getoperation", OPERATION=failed)
    assert (found["TYPE"], found["STATUS"], found["FOLDER_ID"]) == (told["type"], "failed", folder)
    assert (found["RASTER_ID"], found["DETECTOR_ID"]) == (slot["raster_id"], "")
    assert found["TYPE"] and found["ERROR"] and found["ERROR"] in told["errors"].values()
    sandbox.settings(job_seconds=600.0)
    started = calls.post(f"detectors/{scene.detector}/run/", {"raster_id": scene.raster})["operation_id"]
    found, told = run("getoperation", OPERATION=started), calls.get(f"operations/{started}/")
    home = calls.get(f"rasters/{scene.raster}/")["folder_id"]
    assert home and home != folder
    assert (found["TYPE"], found["STATUS"], found["FOLDER_ID"]) == (told["type"], "running", home)
    assert (found["RASTER_ID"], found["DETECTOR_ID"]) == (scene.raster, scene.detector)
    assert found["TYPE"] and (found["ERROR"], found["CLASS_NAMES"], found["VECTOR_LAYER_IDS"]) == ("", "", "")


@pytest.mark.needs_assumed("A1", "A22")
def test_a_detection_that_cannot_run_is_told_in_the_platforms_words(
    run: Any, calls: PicterraCalls, scene: Scene
) -> None:
    untrained = calls.detector("new")
    words = run.fails("rundetector", DETECTOR=untrained, RASTER=scene.raster, CONFIRM=True)
    assert "The platform says" in words


def test_vector_layers(
    run: Any, calls: PicterraCalls, sandbox: SandboxProcess, scene: Scene, operation: str, tmp_path: Path
) -> None:
    made = calls.get(f"operations/{operation}/")["results"]["by_class"][0]["result"]["vector_layer_id"]
    path = f"vector_layers/{scene.raster}/upload/"
    own = calls.upload(path, boxes(RED), {"name": "plots", "color": "#aa5500"})["results"]["vector_layer_id"]
    assert set(run("listvectorlayers", RASTER=scene.raster)["VECTOR_LAYER_IDS"].split(",")) == {made, own}
    assert run("listvectorlayers", RASTER=scene.raster, SEARCH="plot")["VECTOR_LAYER_IDS"] == own
    table = run("listvectorlayers", RASTER=scene.raster, DETECTOR=scene.detector, OUTPUT="memory:")
    assert (table["VECTOR_LAYER_IDS"], next(table["OUTPUT"].getFeatures())["count"]) == (made, OBJECTS)
    run("editvectorlayer", VECTOR_LAYER=own, NAME="checked", COLOR="#227744")
    found = run("getvectorlayer", VECTOR_LAYER=own)
    assert (found["NAME"], found["COLOR"], found["SHAPES"], found["RASTER_ID"]) == (
        "checked", "#227744", len(RED), scene.raster)
    sandbox.settings(features_per_part=2)
    for way in (0, 1, 2):
        target = tmp_path / f"layer-{way}.gpkg"
        result = run("downloadvectorlayer", VECTOR_LAYER=own, OUTPUT=str(target), WAY=way)
        assert (result["COUNT"], result["CLASS_NAMES"]) == (len(RED), "checked")
        assert all(covers(shapes_of(target), box) for box in RED)
    assert "Confirm" in run.refused("deletevectorlayer", VECTOR_LAYER=own)
    run("deletevectorlayer", VECTOR_LAYER=own, CONFIRM=True)
    assert run("listvectorlayers", RASTER=scene.raster)["VECTOR_LAYER_IDS"] == made


def test_another_kind_of_file_is_refused(run: Any) -> None:
    assert ".gpkg or .fgb" in run.refused("downloadresult", OPERATION="o", OUTPUT="/tmp/found.shp")  # noqa: S108


def test_pixels_of_an_image_without_georeference(run: Any) -> None:
    layer = QgsVectorLayer("Polygon?crs=EPSG:4326&field=name:string", "found", "memory")
    feature = QgsFeature(layer.fields())
    feature.setAttributes(["whole image"])
    right, bottom = 0.0013653, -0.00097539
    feature.setGeometry(QgsGeometry.fromWkt(f"Polygon((0 0, {right} 0, {right} {bottom}, 0 {bottom}, 0 0))"))
    layer.dataProvider().addFeature(feature)
    for shown, sign in ((False, 1), (True, -1)):
        result = run("resulttopixels", INPUT=layer, AS_SHOWN=shown, OUTPUT="memory:")
        moved = next(result["OUTPUT"].getFeatures())
        box = moved.geometry().boundingBox()
        far = box.yMaximum() if sign > 0 else box.yMinimum()
        assert (round(box.xMaximum()), round(far)) == (1520, sign * 1086)
        assert (moved["name"], result["COUNT"]) == ("whole image", 1)


def test_pixels_agree_with_proj() -> None:
    from imagery_hub.algorithms.picterra.pixels import in_pixels

    degrees, metres = osr.SpatialReference(), osr.SpatialReference()
    degrees.ImportFromEPSG(4326)
    metres.ImportFromEPSG(3857)
    degrees.SetAxisMappingStrategy(osr.OAMS_TRADITIONAL_GIS_ORDER)
    turn = osr.CoordinateTransformation(degrees, metres)
    ring = [(0.001, -0.002), (0.004, -0.002), (0.004, -0.005), (0.001, -0.002)]
    text = ", ".join(f"{x} {y}" for x, y in ring)
    found = in_pixels(QgsGeometry.fromWkt(f"Polygon(({text}))")).asMultiPolygon()[0][0]
    for point, corner in zip(found, ring):
        east, north, _ = turn.TransformPoint(*corner)
        assert math.hypot(point.x() - east / 0.1, point.y() + north / 0.1) < 1e-6
    assert lonlat(0, 0)[0] == pytest.approx(9, abs=0.1)
