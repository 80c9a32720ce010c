"""What the plugin's algorithms wrote, read back by the vendor's own client, both generations.

Shapes are compared by shapely, places are computed by GDAL. The clients cannot read annotations and detection areas:
there they train and run, and what is stored is looked up on the platform.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from drawn_layers import boxes_layer, layer, utm_box, utm_point
from osgeo import gdal
from picterra_scenes import BLUE, FAR_RED, RED, WINDOW, Scene, annotated, trained
from qgis.PyQt.QtCore import QDateTime, Qt
from sandbox_images import boxes, lonlat, plain_image, squares_image, write_image
from sandbox_picterra import PicterraCalls
from sandbox_process import SandboxProcess
from shape_witness import NEAR, covers, polygons_in, polygons_of, same, truth
from vendor_client_process import VendorClient, VendorError

CURRENT = pytest.mark.parametrize("vendor", ["4.0.0"], indirect=True)
Found = Callable[..., list[str]]


def moment(text: str) -> QDateTime:
    return QDateTime.fromString(text, Qt.DateFormat.ISODate)


def instant(text: str) -> datetime:
    return datetime.strptime(text, "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=timezone.utc)


def five_bands(path: Path) -> Path:
    return write_image(path, np.random.default_rng(3).integers(0, 255, (5, 40, 60)).astype(np.uint8))


@pytest.fixture
def found(vendor: VendorClient) -> Found:
    """Ids of the rasters that the vendor's client lists under some filters."""
    return lambda **filters: [one["id"] for one in vendor.call("list_rasters", **filters)["items"]]


@pytest.fixture
def raster(run: Any, vendor: VendorClient, tmp_path: Path) -> str:
    return run("uploadraster", INPUT=str(plain_image(tmp_path / "meadow.tif")))["RASTER_ID"]


@pytest.fixture
def scene(vendor: VendorClient, calls: PicterraCalls, tmp_path: Path) -> Scene:
    return trained(calls, tmp_path)


@pytest.fixture
def detections(vendor: VendorClient, tmp_path: Path) -> Callable[[str], list[Any]]:
    """The shapes that the vendor's client downloads of an operation."""
    def shapes(operation: str) -> list[Any]:
        file = tmp_path / f"vendor-{operation}.geojson"
        file.touch()
        vendor.call("download_result_to_feature_collection", operation_id=operation, filename=str(file))
        return polygons_of(file)

    return shapes


def test_an_uploaded_raster_with_all_its_details_and_bands(
    run: Any, vendor: VendorClient, found: Found, tmp_path: Path
) -> None:
    image = five_bands(tmp_path / "valley.tif")
    folder = run("createfolder", NAME="Orchards")["FOLDER_ID"]
    raster = run("uploadraster", INPUT=str(image), NAME="valley <June>", FOLDER=folder, IDENTITY_KEY="flight-0193",
                 CAPTURED_AT=moment("2024-06-02T11:41:00+02:00"), CLOUD_COVERAGE=4, USER_TAG="campaign",
                 MULTISPECTRAL=True)["RASTER_ID"]
    record = vendor.call("get_raster", raster_id=raster)
    assert (record["id"], record["name"], record["status"], record["folder_id"]) == (
        raster, "valley <June>", "ready", folder)
    assert (record["identity_key"], record["multispectral"]) == ("flight-0193", True)
    assert instant(record["captured_at"]) == datetime(2024, 6, 2, 9, 41, tzinfo=timezone.utc)
    assert same(polygons_in(record["footprint"]), truth([(0, 0, 60, 40)]), 5e-7)
    for filters in ({"folder_id": folder}, {"search_string": "<june>"}, {"user_tag": "campaign"},
                    {"max_cloud_coverage": 4}, {"captured_before": "2024-06-02T09:41:01Z"},
                    {"captured_after": "2024-06-02T09:40:59Z"}):
        assert found(**filters) == [raster]
    for filters in ({"folder_id": raster}, {"user_tag": "camp"}, {"max_cloud_coverage": 3},
                    {"captured_before": "2024-06-02T09:40:59Z"}, {"captured_after": "2024-06-02T09:41:01Z"}):
        assert found(**filters) == []
    back = tmp_path / "back.tif"
    vendor.call("download_raster_to_file", raster_id=raster, filename=str(back))
    assert back.read_bytes() == image.read_bytes()
    read, wrote = gdal.Open(str(back)), gdal.Open(str(image))
    assert (read.RasterCount, read.GetGeoTransform()) == (5, wrote.GetGeoTransform())
    assert np.array_equal(read.ReadAsArray(), wrote.ReadAsArray())


def test_several_uploads(run: Any, vendor: VendorClient, found: Found, tmp_path: Path) -> None:
    images = [plain_image(tmp_path / f"{name}.tif", 20 + number) for number, name in enumerate(("one", "two"))]
    ids = run("uploadrasters", INPUTS=[str(one) for one in images], MULTISPECTRAL=False)["RASTER_IDS"].split(",")
    assert found() == ids[::-1]
    for identity, image in zip(ids, images):
        record = vendor.call("get_raster", raster_id=identity)
        assert (record["name"], record["multispectral"]) == (image.stem, False)
        back = tmp_path / "back.tif"
        vendor.call("download_raster_to_file", raster_id=identity, filename=str(back))
        assert back.read_bytes() == image.read_bytes()


def test_an_edited_and_a_deleted_raster(
    run: Any, vendor: VendorClient, found: Found, sandbox: SandboxProcess, tmp_path: Path
) -> None:
    raster = run("uploadraster", INPUT=str(five_bands(tmp_path / "a.tif")), USER_TAG="old")["RASTER_ID"]
    folder = run("createfolder", NAME="elsewhere")["FOLDER_ID"]
    run("editraster", RASTER=raster, NAME="b", FOLDER=folder, CAPTURED_AT=moment("2023-01-05T00:00:00Z"),
        IDENTITY_KEY="k", CLOUD_COVERAGE=0, USER_TAG="new", BAND_RANGES=[0, 100] * 5, DISPLAY_BANDS="5,3,1")
    record = vendor.call("get_raster", raster_id=raster)
    assert (record["name"], record["folder_id"], record["identity_key"]) == ("b", folder, "k")
    assert instant(record["captured_at"]) == datetime(2023, 1, 5, tzinfo=timezone.utc)
    assert found(user_tag="new", max_cloud_coverage=0) == [raster]
    assert found(user_tag="old") == []
    # The vendor's client writes band specifications and never reads them.
    by_plugin = sandbox.control("GET", f"picterra/rasters/{raster}")["band_specification"]
    vendor.call("edit_raster", raster_id=raster, multispectral_band_specification={
        "ranges": [[0, 100]] * 5, "display_bands": [{"type": "multiband", "name": "default", "bands": [4, 2, 0]}]})
    assert sandbox.control("GET", f"picterra/rasters/{raster}")["band_specification"] == by_plugin
    run("deleteraster", RASTER=raster, CONFIRM=True)
    assert found() == []
    with pytest.raises(VendorError):
        vendor.call("get_raster", raster_id=raster)


def test_annotations_of_all_four_kinds(
    run: Any, vendor: VendorClient, sandbox: SandboxProcess, tmp_path: Path, detections: Callable[[str], list[Any]]
) -> None:
    raster = run("uploadraster", INPUT=str(squares_image(tmp_path / "s.tif", [*RED, *FAR_RED], BLUE)))["RASTER_ID"]
    detector = run("createdetector", NAME="red squares")["DETECTOR_ID"]
    run("addrasterstodetector", DETECTOR=detector, RASTERS=raster)
    drawn = {"outline": [*RED, *FAR_RED], "training_area": [WINDOW], "validation_area": [(140, 50, 230, 180)],
             "testing_area": [(0, 130, 60, 190), (70, 130, 100, 190)]}
    for kind, areas in drawn.items():
        run("setannotations", DETECTOR=detector, RASTER=raster, KIND=kind, INPUT=boxes_layer(areas),
            CONFIRM=True)
    stored = sandbox.control("GET", f"picterra/detectors/{detector}")["training"][raster]
    for kind, areas in drawn.items():
        (content,) = stored[kind].values() if kind == "outline" else [stored[kind]]
        assert same(polygons_in(content["geojson"]), truth(areas))
    stats = vendor.call("train_detector", detector_id=detector)["results"]["stats"]
    assert stats == {
        "rasters_count": 1, "training_areas_count": 1, "validation_areas_count": 1, "assessment_areas_count": 2,
        "total_annotations_count": 5, "training_annotations_count": 3, "validation_annotations_count": 2}
    shapes = detections(vendor.call("run_detector", detector_id=detector, raster_id=raster))
    assert len(shapes) == 5
    assert all(covers(shapes, box) for box in drawn["outline"])


def test_detection_areas(
    run: Any, vendor: VendorClient, scene: Scene, detections: Callable[[str], list[Any]]
) -> None:
    run("setdetectionareas", RASTER=scene.raster, INPUT=boxes_layer([WINDOW]), CONFIRM=True)
    within = detections(vendor.call("run_detector", detector_id=scene.detector, raster_id=scene.raster))
    (area,) = truth([WINDOW])
    assert len(within) == len(RED)
    assert all(covers(within, box) for box in RED)
    assert all(one.difference(area).area < NEAR * NEAR for one in within)
    run("removedetectionareas", RASTER=scene.raster, CONFIRM=True)
    everywhere = detections(vendor.call("run_detector", detector_id=scene.detector, raster_id=scene.raster))
    assert len(everywhere) == len([*RED, *FAR_RED])


def test_a_vector_layer_from_another_reference_system(
    run: Any, vendor: VendorClient, raster: str, sandbox: SandboxProcess, tmp_path: Path
) -> None:
    sandbox.settings(features_per_part=2)
    drawn = [(number * 8, 4, number * 8 + 5, 20) for number in range(5)]
    made = run("uploadvectorlayer", RASTER=raster, INPUT=boxes_layer(drawn), NAME="plots", COLOR="#aa5500")
    identity = made["VECTOR_LAYER_ID"]

    def listed() -> list[tuple[Any, ...]]:
        some = vendor.call("list_raster_vector_layers", raster_id=raster)["items"]
        return [(one["id"], one["name"], one["count"]) for one in some]

    assert listed() == [(identity, "plots", 5)]
    file = tmp_path / "vendor.geojson"
    file.touch()
    vendor.call("download_vector_layer_to_file", vector_layer_id=identity, filename=str(file))
    assert same(polygons_of(file), truth(drawn))
    run("editvectorlayer", VECTOR_LAYER=identity, NAME="fields")
    assert listed() == [(identity, "fields", 5)]
    run("deletevectorlayer", VECTOR_LAYER=identity, CONFIRM=True)
    assert listed() == []


@pytest.mark.needs_assumed("VectorLayerInList.color")
def test_the_colour_of_a_layer(run: Any, vendor: VendorClient, raster: str) -> None:
    made = run("uploadvectorlayer", RASTER=raster, INPUT=boxes_layer([(0, 4, 5, 20)]), NAME="plots",
               COLOR="#aa5500")

    def told() -> list[tuple[str, str]]:
        some = vendor.call("list_raster_vector_layers", raster_id=raster)["items"]
        return [(one["name"], one["color"]) for one in some]

    assert told() == [("plots", "#aa5500")]
    run("editvectorlayer", VECTOR_LAYER=made["VECTOR_LAYER_ID"], COLOR="#227744")
    assert told() == [("plots", "#227744")]
    run("editvectorlayer", VECTOR_LAYER=made["VECTOR_LAYER_ID"], NAME="fields")
    assert told() == [("fields", "#227744")]


@pytest.fixture
def pinned(run: Any, vendor: VendorClient, raster: str) -> tuple[str, list[str]]:
    """A detector, and markers pinned by the plugin: two to the raster, two to the raster within the detector."""
    detector = run("createdetector", NAME="hedges")["DETECTOR_ID"]
    run("addrasterstodetector", DETECTOR=detector, RASTERS=raster)
    points = layer([utm_point(10, 20), utm_point(30, 40)], kind="Point")
    made = [run("createmarkers", RASTER=raster, INPUT=points, TEXT_FIELD="note", **more)["MARKER_IDS"].split(",")
            for more in ({}, {"DETECTOR": detector})]
    return detector, [one for some in made for one in some]


def test_markers(vendor: VendorClient, raster: str, pinned: tuple[str, list[str]]) -> None:
    listed = vendor.call("list_raster_markers", raster_id=raster)["items"]
    assert [one["id"] for one in listed] == pinned[1][::-1]


@pytest.mark.needs_assumed("A25", "Marker.marker", "Marker.text", "Marker.detector_id")
def test_places_and_texts_of_markers(vendor: VendorClient, raster: str, pinned: tuple[str, list[str]]) -> None:
    there = {one["id"]: one for one in vendor.call("list_raster_markers", raster_id=raster)["items"]}
    detector, ids = pinned
    for identity, place, text, owner in zip(
        ids, [(10, 20), (30, 40)] * 2, ["note 0", "note 1"] * 2, [None, None, detector, detector]
    ):
        assert (there[identity]["text"], there[identity]["detector_id"]) == (text, owner)
        assert there[identity]["marker"]["coordinates"] == pytest.approx(lonlat(*place), abs=NEAR)


def test_a_detector_created_edited_and_deleted(run: Any, vendor: VendorClient) -> None:
    settings = {"DETECTION_TYPE": "segmentation", "OUTPUT_TYPE": "bbox", "TRAINING_STEPS": 1200,
                "BACKBONE": "resnet18", "TILE_SIZE": 352, "BACKGROUND_SAMPLE_RATIO": 0.5}
    expected: dict[str, Any] = {name.lower(): value for name, value in settings.items()}
    detector = run("createdetector", NAME="hail nets", **settings)["DETECTOR_ID"]
    run("createdetector", NAME="apple trees")

    def listed() -> list[tuple[Any, ...]]:
        some = vendor.call("list_detectors", search_string=" NETS ")["items"]
        return [(one["id"], one["name"], one["configuration"]) for one in some]

    assert listed() == [(detector, "hail nets", expected)]
    run("editdetector", DETECTOR=detector, NAME="bird nets", TRAINING_STEPS=2000, BACKGROUND_SAMPLE_RATIO=0)
    changed = {**expected, "training_steps": 2000, "background_sample_ratio": 0}
    assert listed() == [(detector, "bird nets", changed)]
    run("deletedetector", DETECTOR=detector, CONFIRM=True)
    assert listed() == []


@CURRENT
def test_training_set_folder_and_grants(run: Any, vendor: VendorClient, calls: PicterraCalls, tmp_path: Path) -> None:
    detector = run("createdetector", NAME="trees")["DETECTOR_ID"]
    assert vendor.call("get_detector", detector_id=detector)["name"] == "trees"
    image = plain_image(tmp_path / "a.tif")
    ids = [calls.upload_raster(image) for _ in range(2)]
    run("addrasterstodetector", DETECTOR=detector, RASTERS=",".join(ids))
    assert {one["id"] for one in vendor.call("list_detector_rasters", detector_id=detector)["items"]} == set(ids)
    folder = run("createfolder", NAME="shared")["FOLDER_ID"]
    user = vendor.call("get_user_info")
    assert run("getuser")["USER_ID"] == user["user_id"]
    table = ["organization", user["organization_id"], "viewer", "user", user["user_id"], "editor"]
    run("setgrants", KIND="folder", RESOURCE=folder, GRANTS=table, CONFIRM=True)
    grants = vendor.call("get_authorization_grants", kind="folder", resource_id=folder)["grants"]
    assert sorted((one["grantee"]["type"], one["grantee"]["id"], one["role"]) for one in grants) == [
        tuple(table[:3]), tuple(table[3:])]


def test_a_detection_of_the_plugin(
    run: Any, vendor: VendorClient, scene: Scene, detections: Callable[[str], list[Any]], tmp_path: Path
) -> None:
    operation = run("rundetector", DETECTOR=scene.detector, RASTER=scene.raster, CONFIRM=True)["OPERATION_ID"]
    results = vendor.call("get_operation_results", operation_id=operation)
    assert [one["class"]["name"] for one in results["by_class"]] == ["squares"]
    layer_file = tmp_path / "found.gpkg"
    run("downloadresult", OPERATION=operation, OUTPUT=str(layer_file))
    shapes = detections(operation)
    assert len(shapes) == len([*RED, *FAR_RED])
    assert all(covers(shapes, box) for box in [*RED, *FAR_RED])
    assert not any(covers(shapes, box, 0) for box in BLUE)
    assert same(polygons_of(layer_file), shapes)


def test_a_training_of_the_plugin(run: Any, vendor: VendorClient, calls: PicterraCalls, tmp_path: Path) -> None:
    scene = annotated(calls, tmp_path)
    for kind, areas in (("outline", [*RED, *FAR_RED]), ("validation_area", [(140, 50, 230, 180)])):
        assert calls.annotate(scene.detector, scene.raster, kind, boxes(areas))["status"] == "success"
    trained_by_plugin = run("traindetector", DETECTOR=scene.detector)
    results = vendor.call("get_operation_results", operation_id=trained_by_plugin["OPERATION_ID"])
    assert 0 < results["score"] == trained_by_plugin["SCORE"]
    assert results["stats"]["validation_annotations_count"] == len(FAR_RED)
    for name, count in results["stats"].items():
        assert trained_by_plugin[name.upper()] == count


def test_an_import_from_a_remote_source(run: Any, vendor: VendorClient, sandbox: SandboxProcess) -> None:
    folder = run("createfolder", NAME="imports")["FOLDER_ID"]
    raster = run("importraster", INPUT=layer([utm_box((0, 0, 40, 30))]), NAME="valley", FOLDER=folder, CONFIRM=True,
                 SOURCE=sandbox.ready["picterra"]["source_id"])["RASTER_ID"]
    record = vendor.call("get_raster", raster_id=raster)
    assert (record["name"], record["folder_id"], record["status"]) == ("valley", folder, "ready")
    (area,) = truth([(0, 0, 40, 30)])
    (footprint,) = polygons_in(record["footprint"])
    assert footprint.buffer(1e-6).contains(area)


def test_an_advanced_tool(run: Any, vendor: VendorClient, sandbox: SandboxProcess) -> None:
    tool = sandbox.ready["picterra"]["tool_id"]
    operation = run("runadvancedtool", TOOL=tool, INPUTS=["layer", '"1"'], OUTPUTS=["name", "n"], CONFIRM=True)
    results = vendor.call("get_operation_results", operation_id=operation["OPERATION_ID"])
    assert results == {"inputs": {"layer": "1"}, "outputs": {"name": "n"}}
