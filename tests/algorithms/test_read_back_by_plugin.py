"""What the vendor's own client wrote, both generations, read back by the plugin's algorithms.

Shapes are compared by shapely, places are computed by GDAL.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from osgeo import gdal
from picterra_scenes import BLUE, FAR_RED, RED, WINDOW, Scene, annotated, trained
from qgis.core import QgsFeature, QgsVectorLayer
from sandbox_images import boxes, lonlat, plain_image, squares_image, write_image
from sandbox_picterra import PicterraCalls
from sandbox_process import SandboxProcess
from shape_witness import NEAR, covers, polygons_in, polygons_of, same, truth
from shapely import from_wkt
from shapely.geometry import mapping
from vendor_client_process import VendorClient

CURRENT = pytest.mark.parametrize("vendor", ["4.0.0"], indirect=True)
RED_EVERYWHERE = [*RED, *FAR_RED]


def rows(layer: QgsVectorLayer) -> dict[str, QgsFeature]:
    return {one["id"]: one for one in layer.getFeatures()}


@pytest.fixture
def raster(vendor: VendorClient, tmp_path: Path) -> str:
    return vendor.call("upload_raster", filename=str(plain_image(tmp_path / "meadow.tif")), name="meadow")


@pytest.fixture
def scene(vendor: VendorClient, calls: PicterraCalls, tmp_path: Path) -> Scene:
    return trained(calls, tmp_path)


@pytest.fixture
def valley(vendor: VendorClient, calls: PicterraCalls, tmp_path: Path) -> tuple[str, str, Path]:
    """A raster with everything that can be said of one, its folder and its file."""
    image = write_image(tmp_path / "v.tif", np.random.default_rng(3).integers(0, 255, (5, 40, 60)).astype(np.uint8))
    folder = calls.post("folders/", {"name": "Orchards"})["id"]
    raster = vendor.call("upload_raster", filename=str(image), name="valley <June>", folder_id=folder,
                         captured_at="2024-06-02T11:41:00+02:00", identity_key="flight-0193", multispectral=True,
                         cloud_coverage=4, user_tag="campaign")
    return raster, folder, image


def test_an_uploaded_raster(run: Any, vendor: VendorClient, valley: tuple[str, str, Path], tmp_path: Path) -> None:
    raster, folder, image = valley
    found = run("getraster", RASTER=raster)
    assert (found["NAME"], found["STATUS"], found["FOLDER_ID"]) == ("valley <June>", "ready", folder)
    assert (found["IDENTITY_KEY"], found["MULTISPECTRAL"]) == ("flight-0193", True)
    assert found["CAPTURED_AT"].startswith("2024-06-02T09:41:00")
    assert same(polygons_in(mapping(from_wkt(found["FOOTPRINT"]))), truth([(0, 0, 60, 40)]), 5e-7)
    for filters in ({"FOLDER": folder}, {"SEARCH": "<june>"}, {"USER_TAG": "campaign"}, {"MAX_CLOUD_COVERAGE": 4},
                    {"CAPTURED_BEFORE": "2024-06-02T09:41:01Z"}, {"CAPTURED_AFTER": "2024-06-02T09:40:59Z"}):
        assert run("listrasters", **filters)["RASTER_IDS"] == raster
    for filters in ({"USER_TAG": "camp"}, {"MAX_CLOUD_COVERAGE": 3}, {"CAPTURED_AFTER": "2024-06-02T09:41:01Z"}):
        assert run("listrasters", **filters)["COUNT"] == 0
    row = rows(run("listrasters", OUTPUT="memory:")["OUTPUT"])[raster]
    assert (row["name"], row["status"], row["folder_id"]) == ("valley <June>", "ready", folder)
    back = Path(run("downloadraster", RASTER=raster, OUTPUT=str(tmp_path / "back.tif"))["OUTPUT"])
    assert back.read_bytes() == image.read_bytes()
    read, wrote = gdal.Open(str(back)), gdal.Open(str(image))
    assert (read.RasterCount, read.GetGeoTransform()) == (5, wrote.GetGeoTransform())
    assert np.array_equal(read.ReadAsArray(), wrote.ReadAsArray())


@pytest.mark.needs_assumed(
    "A36", "Raster.cloud_coverage", "Raster.user_tag", "RasterInList.user_tag", "RasterInList.footprint")
def test_cloud_tag_and_footprint_of_an_uploaded_raster(run: Any, valley: tuple[str, str, Path]) -> None:
    raster = valley[0]
    found = run("getraster", RASTER=raster)
    assert (found["CLOUD_COVERAGE"], found["USER_TAG"]) == (4, "campaign")
    row = rows(run("listrasters", OUTPUT="memory:")["OUTPUT"])[raster]
    assert row["user_tag"] == "campaign"
    assert same(polygons_in(json.loads(row.geometry().asJson(17))), truth([(0, 0, 60, 40)]), 5e-7)


def test_an_edited_and_a_deleted_raster(run: Any, vendor: VendorClient, raster: str, calls: PicterraCalls) -> None:
    folder = calls.post("folders/", {"name": "elsewhere"})["id"]
    vendor.call("edit_raster", raster_id=raster, name="field", folder_id=folder, identity_key="k", user_tag="t",
                captured_at="2023-01-05T00:00:00Z", cloud_coverage=9)
    found = run("getraster", RASTER=raster)
    assert (found["NAME"], found["FOLDER_ID"], found["IDENTITY_KEY"]) == ("field", folder, "k")
    assert found["CAPTURED_AT"].startswith("2023-01-05T00:00:00")
    assert run("listrasters", USER_TAG="t", MAX_CLOUD_COVERAGE=9)["RASTER_IDS"] == raster
    vendor.call("delete_raster", raster_id=raster)
    assert run("listrasters")["COUNT"] == 0
    assert "does not know" in run.fails("getraster", RASTER=raster)


def test_annotations_of_all_four_kinds(run: Any, vendor: VendorClient, tmp_path: Path) -> None:
    image = squares_image(tmp_path / "s.tif", RED_EVERYWHERE, BLUE)
    raster = vendor.call("upload_raster", filename=str(image), name="squares", multispectral=False)
    detector = vendor.call("create_detector", name="red squares")
    vendor.call("add_raster_to_detector", raster_id=raster, detector_id=detector)
    assert run("listtrainingrasters", DETECTOR=detector)["RASTER_IDS"] == raster
    for kind, areas in (("outline", RED_EVERYWHERE), ("training_area", [WINDOW]),
                        ("validation_area", [(140, 50, 230, 180)]), ("testing_area", [(0, 130, 60, 190)])):
        vendor.call("set_annotations", detector_id=detector, raster_id=raster, annotation_type=kind,
                    annotations=json.loads(boxes(areas)))
    stats = run("traindetector", DETECTOR=detector)
    assert {name: stats[name] for name in stats if name.endswith("_COUNT")} == {
        "RASTERS_COUNT": 1, "TRAINING_AREAS_COUNT": 1, "VALIDATION_AREAS_COUNT": 1, "ASSESSMENT_AREAS_COUNT": 1,
        "TOTAL_ANNOTATIONS_COUNT": 5, "TRAINING_ANNOTATIONS_COUNT": 3, "VALIDATION_ANNOTATIONS_COUNT": 2}
    operation = run("rundetector", DETECTOR=detector, RASTER=raster, CONFIRM=True)["OPERATION_ID"]
    target = tmp_path / "found.gpkg"
    assert run("downloadresult", OPERATION=operation, OUTPUT=str(target))["COUNT"] == len(RED_EVERYWHERE)
    assert all(covers(polygons_of(target), box) for box in RED_EVERYWHERE)


def test_detection_areas(run: Any, vendor: VendorClient, scene: Scene, tmp_path: Path) -> None:
    areas = tmp_path / "areas.geojson"
    areas.write_bytes(boxes([WINDOW]))
    vendor.call("set_raster_detection_areas_from_file", raster_id=scene.raster, filename=str(areas))
    (area,) = truth([WINDOW])
    for number, expected in enumerate((RED, RED_EVERYWHERE)):
        operation = run("rundetector", DETECTOR=scene.detector, RASTER=scene.raster, CONFIRM=True)["OPERATION_ID"]
        target = tmp_path / f"found-{number}.gpkg"
        assert run("downloadresult", OPERATION=operation, OUTPUT=str(target))["COUNT"] == len(expected)
        found = polygons_of(target)
        assert all(covers(found, box) for box in expected)
        if number == 0:
            assert all(one.difference(area).area < NEAR * NEAR for one in found)
            vendor.call("remove_raster_detection_areas", raster_id=scene.raster)


@pytest.mark.parametrize("way", [0, 1, 2])
def test_a_vector_layer(
    run: Any, vendor: VendorClient, raster: str, sandbox: SandboxProcess, tmp_path: Path, way: int
) -> None:
    sandbox.settings(features_per_part=2)
    drawn = [(number * 8, 4, number * 8 + 5, 20) for number in range(5)]
    file = tmp_path / "plots.geojson"
    file.write_bytes(boxes(drawn))
    identity = vendor.call("upload_vector_layer", raster_id=raster, filename=str(file), name="plots", color="#aa5500")
    assert run("listvectorlayers", RASTER=raster)["VECTOR_LAYER_IDS"] == identity
    target = tmp_path / "plots.gpkg"
    result = run("downloadvectorlayer", VECTOR_LAYER=identity, OUTPUT=str(target), WAY=way)
    assert (result["COUNT"], result["CLASS_NAMES"]) == (5, "plots")
    assert same(polygons_of(target), truth(drawn))
    vendor.call("edit_vector_layer", vector_layer_id=identity, name="fields", color="#227744")
    found = run("getvectorlayer", VECTOR_LAYER=identity)
    assert (found["NAME"], found["SHAPES"], found["RASTER_ID"]) == ("fields", 5, raster)
    vendor.call("delete_vector_layer", vector_layer_id=identity)
    assert run("listvectorlayers", RASTER=raster)["COUNT"] == 0


@pytest.fixture
def pinned(vendor: VendorClient, raster: str) -> tuple[str, list[str]]:
    """A detector, and markers: one on the raster, one on the raster within the detector."""
    detector = vendor.call("create_detector", name="hedges")
    vendor.call("add_raster_to_detector", raster_id=raster, detector_id=detector)
    (east, north), (other_east, other_north) = lonlat(10, 20), lonlat(30, 40)
    some = [vendor.call("create_marker", raster_id=raster, detector_id=None, lng=east, lat=north, text="här <b>"),
            vendor.call("create_marker", raster_id=raster, detector_id=detector, lng=other_east, lat=other_north,
                        text="日本")]
    return detector, [one["id"] for one in some]


def test_markers(run: Any, raster: str, pinned: tuple[str, list[str]]) -> None:
    assert run("listmarkers", RASTER=raster)["MARKER_IDS"].split(",") == pinned[1][::-1]


@pytest.mark.needs_assumed("A25", "Marker.marker", "Marker.text", "Marker.detector_id")
def test_places_and_texts_of_markers(run: Any, raster: str, pinned: tuple[str, list[str]]) -> None:
    there = rows(run("listmarkers", RASTER=raster, OUTPUT="memory:")["OUTPUT"])
    detector, (first, second) = pinned
    assert [(there[one]["text"], there[one]["detector_id"] or "") for one in (first, second)] == [
        ("här <b>", ""), ("日本", detector)]
    for identity, place in ((first, (10, 20)), (second, (30, 40))):
        point = there[identity].geometry().asPoint()
        assert (point.x(), point.y()) == pytest.approx(lonlat(*place), abs=NEAR)


def test_a_detector_created_edited_and_deleted(run: Any, vendor: VendorClient) -> None:
    settings = {"detection_type": "segmentation", "output_type": "bbox", "training_steps": 1200,
                "backbone": "resnet18", "tile_size": 352, "background_sample_ratio": 0.5}
    detector = vendor.call("create_detector", name="hail nets", **settings)
    vendor.call("create_detector", name="apple trees")
    assert run("listdetectors", SEARCH="NETS")["DETECTOR_IDS"] == detector
    for changes in ({}, {"name": "bird nets", "training_steps": 2000}):
        if changes:
            vendor.call("edit_detector", detector_id=detector, **changes)
        expected = {"name": "hail nets", **settings, **changes}
        found = run("getdetector", DETECTOR=detector)
        assert {name: found[name.upper()] for name in expected} == expected
        row = rows(run("listdetectors", OUTPUT="memory:")["OUTPUT"])[detector]
        assert {name: row[name] for name in expected} == expected
    vendor.call("delete_detector", detector_id=detector)
    assert run("listdetectors", SEARCH="nets")["COUNT"] == 0


@CURRENT
def test_folder_and_grants(run: Any, vendor: VendorClient) -> None:
    folder = vendor.call("create_folder", name="Orchards 2024")
    assert run("listfolders", SEARCH="orchards")["FOLDER_IDS"] == folder
    user = vendor.call("get_user_info")["user_id"]
    vendor.call("set_authorization_grants", kind="folder", resource_id=folder, grants_data={
        "grants": [{"grantee": {"type": "user", "id": user}, "role": "viewer"}]})
    assert run("getgrants", KIND="folder", RESOURCE=folder)["GRANTEE_IDS"] == user


@pytest.mark.parametrize("style", ["both", "url", "vector_layer_id"])
def test_a_detection_of_the_vendors_client(
    run: Any, vendor: VendorClient, scene: Scene, sandbox: SandboxProcess, tmp_path: Path, style: str
) -> None:
    operation = vendor.call("run_detector", detector_id=scene.detector, raster_id=scene.raster)
    by_vendor, by_plugin, layer = (tmp_path / name for name in ("vendor.geojson", "plugin.geojson", "found.gpkg"))
    by_vendor.touch()
    vendor.call("download_result_to_feature_collection", operation_id=operation, filename=str(by_vendor))
    sandbox.settings(result_style=style)
    run("downloadresultfile", OPERATION=operation, OUTPUT=str(by_plugin))
    assert same(polygons_of(by_plugin), polygons_of(by_vendor), 0)
    contents = [json.loads(one.read_bytes()) for one in (by_vendor, by_plugin)]
    assert [[one["properties"] for one in content["features"]] for content in contents] == [
        [{"class_name": "squares"}]] * 2
    assert run("downloadresult", OPERATION=operation, OUTPUT=str(layer))["COUNT"] == len(RED_EVERYWHERE)
    assert same(polygons_of(layer), polygons_of(by_vendor))
    assert all(covers(polygons_of(layer), box) for box in RED_EVERYWHERE)
    assert run("getoperation", OPERATION=operation)["RASTER_ID"] == scene.raster


def test_the_merged_file_of_a_detection(run: Any, vendor: VendorClient, scene: Scene, tmp_path: Path) -> None:
    operation = vendor.call("run_detector", detector_id=scene.detector, raster_id=scene.raster)
    by_vendor, by_plugin = tmp_path / "vendor.geojson", tmp_path / "plugin.geojson"
    by_vendor.touch()
    vendor.call("download_result_to_file", operation_id=operation, filename=str(by_vendor))
    run("downloadresultfile", OPERATION=operation, OUTPUT=str(by_plugin), FORM=1)
    assert by_plugin.read_bytes() == by_vendor.read_bytes()


def test_a_training_of_the_vendors_client(
    run: Any, vendor: VendorClient, calls: PicterraCalls, tmp_path: Path
) -> None:
    detector = annotated(calls, tmp_path).detector
    assert run("listdetectors", IS_RUNNABLE=1)["COUNT"] == 0
    vendor.call("train_detector", detector_id=detector)
    assert run("listdetectors", IS_RUNNABLE=1)["DETECTOR_IDS"] == detector


def test_an_import_from_a_remote_source(
    run: Any, vendor: VendorClient, calls: PicterraCalls, sandbox: SandboxProcess, tmp_path: Path
) -> None:
    folder = calls.post("folders/", {"name": "imports"})["id"]
    area = tmp_path / "area.geojson"
    area.write_bytes(boxes([(0, 0, 40, 30)]))
    raster = vendor.call("import_raster_from_remote_source", raster_name="valley", folder_id=folder,
                         source_id=sandbox.ready["picterra"]["source_id"], aoi_filename=str(area))
    found = run("getraster", RASTER=raster)
    assert (found["NAME"], found["FOLDER_ID"], found["STATUS"]) == ("valley", folder, "ready")
    assert from_wkt(found["FOOTPRINT"]).buffer(1e-6).contains(truth([(0, 0, 40, 30)])[0])


def test_pixels_of_an_image_without_georeference(run: Any, vendor: VendorClient, tmp_path: Path) -> None:
    rings = [[[0.0, 0.0], [0.0013653, 0.0], [0.0013653, -0.00097539], [0.0, -0.00097539], [0.0, 0.0]]]
    file = tmp_path / "result.geojson"
    file.write_text(json.dumps({"type": "FeatureCollection", "features": [
        {"type": "Feature", "properties": {}, "geometry": {"type": "Polygon", "coordinates": rings}}]}), "utf-8")
    by_vendor = vendor.nongeo(file)[0][0]
    result = run("resulttopixels", INPUT=str(file), AS_SHOWN=False, OUTPUT="memory:")
    (moved,) = result["OUTPUT"].getFeatures()
    assert same(polygons_in(json.loads(moved.geometry().asJson(17))),
                polygons_in({"type": "Polygon", "coordinates": [by_vendor]}), 1e-6)
