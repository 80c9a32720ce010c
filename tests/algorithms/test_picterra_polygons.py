"""Layers of QGIS to the platform: annotations, detection areas, vector layers, areas of interest, markers.

What arrived is read in the sandbox's own state; where it has to lie is computed by GDAL's projections.
"""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

import pytest
from drawn_layers import CROSSED, layer, utm_box, utm_point
from osgeo import ogr
from picterra_scenes import RED, WINDOW, Scene, annotated, trained
from qgis.core import QgsGeometry
from sandbox_images import EAST, NORTH, PIXEL, Box, box_polygon, boxes, lonlat, plain_image
from sandbox_picterra import PicterraCalls
from sandbox_process import SandboxProcess


def same_shapes(found: dict[str, Any], expected: list[Box]) -> bool:
    """Whether a FeatureCollection holds just these boxes, to a hundredth of their size."""
    shapes = [ogr.CreateGeometryFromJson(json.dumps(one["geometry"])) for one in found["features"]]
    truths = [ogr.CreateGeometryFromJson(json.dumps(box_polygon(one))) for one in expected]
    return len(shapes) == len(truths) and all(
        any(shape.Intersection(truth).Area() / shape.Union(truth).Area() > 0.99 for shape in shapes)
        for truth in truths)


@pytest.fixture
def scene(run: Any, calls: PicterraCalls, tmp_path: Path) -> Scene:
    return annotated(calls, tmp_path)


@pytest.mark.parametrize("kind", ["outline", "training_area", "validation_area", "testing_area"])
def test_all_four_kinds_of_annotations_replace_what_was_there(
    run: Any, sandbox: SandboxProcess, scene: Scene, kind: str
) -> None:
    for shapes in ([(10, 10, 30, 30), (50, 50, 60, 70)], [(5, 5, 100, 100)]):
        result = run("setannotations", DETECTOR=scene.detector, RASTER=scene.raster, KIND=kind,
                     INPUT=layer([utm_box(one) for one in shapes]), CONFIRM=True)
        assert (result["COUNT"], result["DETECTOR_ID"], result["RASTER_ID"]) == (
            len(shapes), scene.detector, scene.raster)
        there = sandbox.control("GET", f"picterra/detectors/{scene.detector}")["training"][scene.raster][kind]
        found = next(iter(there.values())) if kind == "outline" else there
        assert same_shapes(found["geojson"], shapes)


def test_annotations_are_replaced_only_when_that_is_confirmed(run: Any, sandbox: SandboxProcess, scene: Scene) -> None:
    given = {"DETECTOR": scene.detector, "RASTER": scene.raster, "KIND": "outline"}
    words = run.refused("setannotations", INPUT=layer([utm_box((10, 10, 30, 30))]), **given)
    assert "would be replaced, also those that were made elsewhere" in words
    assert "Tick “Confirm" in words
    assert "is empty" in run.refused("setannotations", INPUT=layer([]), CONFIRM=True, **given)
    assert run("setannotations", INPUT=layer([]), EMPTY=True, CONFIRM=True, **given)["COUNT"] == 0
    training = sandbox.control("GET", f"picterra/detectors/{scene.detector}")["training"][scene.raster]
    (left,) = training["outline"].values()
    assert left["geojson"]["features"] == []


def test_outlines_of_a_class_leave_the_other_class_alone(run: Any, sandbox: SandboxProcess, scene: Scene) -> None:
    path = f"picterra/detectors/{scene.detector}"
    second = sandbox.control("POST", f"{path}/classes", {"name": "stump"})
    identity = second.get("class_id", second.get("id"))
    run("setannotations", DETECTOR=scene.detector, RASTER=scene.raster, CLASS=identity,
        INPUT=layer([utm_box((10, 10, 30, 30))]), CONFIRM=True)
    outlines = sandbox.control("GET", path)["training"][scene.raster]["outline"]
    assert same_shapes(outlines[identity]["geojson"], [(10, 10, 30, 30)])
    others = [found for name, found in outlines.items() if name != identity]
    assert same_shapes(others[0]["geojson"], RED)
    words = run.refused("setannotations", DETECTOR="d", RASTER="r", KIND="testing_area", CLASS=identity,
                        INPUT=layer([utm_box(WINDOW)]))
    assert "Only outlines" in words


LON, LAT = lonlat(30, 30)
SWAPPED = QgsGeometry.fromWkt(
    f"Polygon(({LAT} {LON}, {LAT + 0.0001} {LON}, {LAT + 0.0001} {LON + 0.0001}, {LAT} {LON}))")


@pytest.mark.parametrize(("shapes", "crs", "words"), [
    ([CROSSED], "EPSG:32632", "crosses itself"),
    ([QgsGeometry()], "EPSG:32632", "no geometry"),
    ([QgsGeometry.fromWkt("Polygon EMPTY")], "EPSG:32632", "empty"),
    ([utm_box((5000, 5000, 5010, 5010))], "EPSG:32632", "outside the raster"),
    ([utm_box(RED[0])], "EPSG:4326", "looks like metres"),
    ([utm_box(RED[0])], "EPSG:32633", "outside the raster"),
    ([SWAPPED], "EPSG:4326", "swapped"),
    ([utm_box(RED[0]), QgsGeometry.fromWkt("Polygon((nan 1, 2 2, 3 1, nan 1))")], "EPSG:32632", "Feature 2"),
])
def test_wrong_shapes_are_named_and_nothing_is_sent(
    run: Any, sandbox: SandboxProcess, scene: Scene, shapes: list[QgsGeometry], crs: str, words: str
) -> None:
    before = sandbox.last_entry()
    for called, parameters in (
        ("setannotations", {"DETECTOR": scene.detector, "RASTER": scene.raster, "CONFIRM": True}),
        ("setdetectionareas", {"RASTER": scene.raster, "CONFIRM": True}),
        ("uploadvectorlayer", {"RASTER": scene.raster}),
    ):
        assert words in run.fails(called, INPUT=layer(shapes, crs), **parameters)
    sent = [entry["operation"] for entry in sandbox.log(after=before) if entry["operation"]]
    assert set(sent) <= {"getRaster"}


@pytest.mark.parametrize(("shapes", "crs", "words"), [
    ([CROSSED], "EPSG:32632", "crosses itself"),
    ([QgsGeometry.fromWkt("Polygon EMPTY")], "EPSG:32632", "empty"),
    ([utm_box(RED[0])], "EPSG:4326", "looks like metres"),
    ([], "EPSG:32632", "is empty"),
])
def test_nothing_is_imported_for_an_area_that_is_wrong(
    run: Any, sandbox: SandboxProcess, calls: PicterraCalls, shapes: list[QgsGeometry], crs: str, words: str
) -> None:
    given = {"SOURCE": sandbox.control("GET", "picterra/")["source_id"], "NAME": "valley", "CONFIRM": True,
             "FOLDER": calls.post("folders/", {"name": "imported"})["id"]}
    before = sandbox.last_entry()
    assert words in run.fails("importraster", INPUT=layer(shapes, crs), **given)
    assert [entry["operation"] for entry in sandbox.log(after=before) if entry["operation"]] == []


@pytest.mark.parametrize("called", ["setannotations", "setdetectionareas", "uploadvectorlayer"])
def test_a_stop_ends_the_look_at_the_raster(run: Any, sandbox: SandboxProcess, scene: Scene, called: str) -> None:
    """On which the shapes have to lie."""
    sandbox.fault(operation="getRaster", kind="delay", seconds=40)
    before, begun = sandbox.last_entry(), time.monotonic()
    run.stop_after(1.0)
    given = {"DETECTOR": scene.detector, "RASTER": scene.raster, "CONFIRM": True, "INPUT": layer([utm_box(RED[0])])}
    if called == "uploadvectorlayer":
        del given["CONFIRM"]
    if called != "setannotations":
        del given["DETECTOR"]
    words = run.fails(called, **given)
    assert time.monotonic() - begun < 20
    assert words.startswith("Stopped as asked")
    assert {one["operation"] for one in sandbox.log(after=before)} <= {"getRaster", None}


def test_lines_empty_layers_and_layers_nowhere_are_refused(run: Any) -> None:
    lines = layer([QgsGeometry.fromWkt("LineString(0 0, 1 1)")], kind="LineString")
    assert "is of type Line" in run.refused("setdetectionareas", RASTER="r", INPUT=lines)
    assert "is empty" in run.refused("uploadvectorlayer", RASTER="r", INPUT=layer([]))
    nowhere = layer([utm_box(RED[0])], crs="")
    assert "no coordinate reference system" in run.refused(
        "setannotations", DETECTOR="d", RASTER="r", INPUT=nowhere)


def test_detection_areas_are_set_told_and_removed(run: Any, sandbox: SandboxProcess, scene: Scene) -> None:
    areas = [(10, 10, 60, 60)]
    drawn = layer([utm_box(one) for one in areas])
    assert "would be replaced" in run.refused("setdetectionareas", RASTER=scene.raster, INPUT=drawn)
    result = run("setdetectionareas", RASTER=scene.raster, INPUT=drawn, CONFIRM=True)
    state = sandbox.control("GET", f"picterra/rasters/{scene.raster}")["detection_areas"]
    assert same_shapes(state["geojson"], areas)
    assert run("getdetectionareasupload", RASTER=scene.raster, UPLOAD=result["UPLOAD_ID"])["STATUS"] == "ready"
    assert "Confirm" in run.refused("removedetectionareas", RASTER=scene.raster)
    run("removedetectionareas", RASTER=scene.raster, CONFIRM=True)
    assert sandbox.control("GET", f"picterra/rasters/{scene.raster}")["detection_areas"] is None


def test_a_vector_layer_arrives_with_name_and_colour(run: Any, sandbox: SandboxProcess, scene: Scene) -> None:
    result = run("uploadvectorlayer", RASTER=scene.raster, INPUT=layer([utm_box(one) for one in RED]),
                 NAME="plots", COLOR="#aa5500")
    found = sandbox.control("GET", f"picterra/layers/{result['VECTOR_LAYER_ID']}")
    assert (found["name"], found["color"], found["raster_id"]) == ("plots", "#aa5500", scene.raster)
    assert same_shapes(found["geojson"], RED)
    assert result["COUNT"] == len(RED)


def test_remote_import_makes_a_raster_of_the_area(run: Any, sandbox: SandboxProcess, calls: PicterraCalls) -> None:
    folder = calls.post("folders/", {"name": "imported"})["id"]
    source = sandbox.control("GET", "picterra/")["source_id"]
    area = layer([utm_box((0, 0, 40, 40))])
    assert "Confirm" in run.refused("importraster", INPUT=area, SOURCE=source, FOLDER=folder, NAME="valley")
    raster = run("importraster", INPUT=area, SOURCE=source, FOLDER=folder, NAME="valley", CONFIRM=True)["RASTER_ID"]
    found = calls.get(f"rasters/{raster}/")
    assert (found["name"], found["folder_id"], found["status"]) == ("valley", folder, "ready")
    metres = layer([utm_box((0, 0, 40, 40))], "EPSG:4326")
    assert "looks like metres" in run.fails(
        "importraster", INPUT=metres, SOURCE=source, FOLDER=folder, NAME="v", CONFIRM=True)
    words = run.fails("importraster", INPUT=area, SOURCE="unknown", FOLDER=folder, NAME="v", CONFIRM=True)
    assert "refused the request" in words


def test_markers_on_a_raster_and_within_a_detector(run: Any, sandbox: SandboxProcess, scene: Scene) -> None:
    points = layer(
        [QgsGeometry.fromWkt(f"Point({EAST + 10 * PIXEL} {NORTH - 20 * PIXEL})"),
         QgsGeometry.fromWkt(f"Point({EAST + 30 * PIXEL} {NORTH - 40 * PIXEL})")], kind="Point")
    result = run("createmarkers", RASTER=scene.raster, INPUT=points, TEXT_FIELD="note")
    there = {one["id"]: one for one in sandbox.control("GET", "picterra/markers")}
    ids = result["MARKER_IDS"].split(",")
    assert [there[one]["text"] for one in ids] == ["note 0", "note 1"]
    assert there[ids[0]]["marker"]["coordinates"] == pytest.approx(lonlat(10, 20), abs=1e-8)
    within = run("createmarkers", RASTER=scene.raster, DETECTOR=scene.detector, INPUT=points, TEXT_FIELD="note")
    there = {one["id"]: one for one in sandbox.control("GET", "picterra/markers")}
    assert {there[one]["detector_id"] for one in within["MARKER_IDS"].split(",")} == {scene.detector}
    assert run("listmarkers", RASTER=scene.raster, OUTPUT="memory:")["COUNT"] == 4


@pytest.mark.needs_assumed("A25", "Marker.marker")
def test_markers_are_listed_in_their_places(run: Any, calls: PicterraCalls, scene: Scene) -> None:
    marker = {"marker": {"type": "Point", "coordinates": lonlat(10, 20)}, "text": "here"}
    calls.post(f"rasters/{scene.raster}/markers/", marker)
    (row,) = run("listmarkers", RASTER=scene.raster, OUTPUT="memory:")["OUTPUT"].getFeatures()
    place = row.geometry().asPoint()
    assert (place.x(), place.y()) == pytest.approx(lonlat(10, 20), abs=1e-8)


@pytest.mark.parametrize(("place", "crs", "words"), [
    (utm_point(5000, 5000), "EPSG:32632", "Feature 2: It lies outside the raster"),
    (utm_point(10, 20), "EPSG:32633", "Feature 2: It lies outside the raster"),
    (utm_point(10, 20), "EPSG:4326", "Feature 2: 500005.0, 5199990.0 is no longitude and latitude"),
    (QgsGeometry.fromWkt(f"Point({lonlat(10, 20)[1]} {lonlat(10, 20)[0]})"), "EPSG:4326", "look swapped"),
    (QgsGeometry.fromWkt("Point(200 10)"), "EPSG:4326", "Feature 2: "),
], ids=["beside the raster", "wrong zone", "metres", "swapped", "off the globe"])
def test_a_marker_off_the_raster_is_named_and_none_is_created(
    run: Any, sandbox: SandboxProcess, scene: Scene, place: QgsGeometry, crs: str, words: str
) -> None:
    right = QgsGeometry.fromWkt("Point({} {})".format(*lonlat(10, 20))) if crs == "EPSG:4326" else utm_point(10, 20)
    points = layer([right if crs != "EPSG:32633" else QgsGeometry(), place], crs, "Point")
    before = sandbox.last_entry()
    given = {"RASTER": scene.raster, "INPUT": points, "TEXT_FIELD": "note"}
    assert words in run.fails("createmarkers", **given)
    assert words in run.fails("createmarkers", **given, DETECTOR=scene.detector)
    assert {one["operation"] for one in sandbox.log(after=before) if one["operation"]} == {"getRaster"}


def test_a_polygon_that_only_touches_the_raster_is_outside(run: Any, scene: Scene) -> None:
    """Beside the western edge of the footprint, to the last decimal; and across it by a metre."""
    (west, north), (east, south) = lonlat(0, 0), lonlat(0, 200)
    for reach, fits in ((0.0, False), (1e-5, True)):
        beside = QgsGeometry.fromWkt(
            f"Polygon(({west - 0.001} {north}, {west + reach} {north}, {east + reach} {south}, {west - 0.001} {south},"
            f" {west - 0.001} {north}))")
        given = {"RASTER": scene.raster, "INPUT": layer([beside], "EPSG:4326")}
        if fits:
            assert run("uploadvectorlayer", **given)["COUNT"] == 1
        else:
            assert "outside the raster" in run.fails("uploadvectorlayer", **given)


def test_markers_need_points(run: Any) -> None:
    areas = layer([utm_box(WINDOW)])
    assert "is of type Polygon" in run.refused("createmarkers", RASTER="r", INPUT=areas, TEXT_FIELD="note")


def test_account_and_grants(run: Any, calls: PicterraCalls) -> None:
    told = calls.get("users/me/")
    found = run("getuser")
    assert (found["USER_ID"], found["ORGANIZATION_NAME"]) == (told["user_id"], told["organization_name"])
    for kind, resource in (("folder", calls.post("folders/", {"name": "f"})["id"]), ("detector", calls.detector())):
        table = ["organization", told["organization_id"], "viewer", "user", told["user_id"], "editor"]
        assert "Confirm" in run.refused("setgrants", KIND=kind, RESOURCE=resource, GRANTS=table)
        assert run("setgrants", KIND=kind, RESOURCE=resource, GRANTS=table, CONFIRM=True)["COUNT"] == 2
        there = calls.get(f"authorization/grants/{kind}/{resource}/")["grants"]
        assert {(one["grantee"]["type"], one["grantee"]["id"], one["role"]) for one in there} == {
            tuple(table[:3]), tuple(table[3:])}
        assert set(run("getgrants", KIND=kind, RESOURCE=resource)["GRANTEE_IDS"].split(",")) == {table[1], table[4]}
    words = run.refused("setgrants", KIND="folder", RESOURCE="f", GRANTS=["group", "x", "viewer"], CONFIRM=True)
    assert "not for “group”" in words


def test_training_and_running_on_what_was_drawn_here(run: Any, calls: PicterraCalls, tmp_path: Path) -> None:
    scene = trained(calls, tmp_path)
    plain = calls.upload_raster(plain_image(tmp_path / "plain.tif"))
    assert calls.request("POST", f"detectors/{scene.detector}/training_rasters/{plain}/outline/upload/bulk/"
                         ).status_code == 404
    words = run.fails("setannotations", DETECTOR=scene.detector, RASTER=plain, CONFIRM=True,
                      INPUT=layer([utm_box((1, 1, 9, 9))]))
    assert "does not know" in words
    assert boxes(RED)
