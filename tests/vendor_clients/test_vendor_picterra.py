"""The vendor's own client, both generations and unchanged, over its whole public surface; each effect is looked up."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sandbox_images import box_polygon, boxes, lonlat, plain_image, squares_image
from sandbox_picterra import PicterraCalls
from sandbox_process import SandboxProcess
from vendor_client_process import VendorClient, VendorError

Seen = Callable[[str], Any]
SEED = pytest.mark.parametrize("vendor", ["2.0.0"], indirect=True)
CURRENT = pytest.mark.parametrize("vendor", ["4.0.0"], indirect=True)

RED = [(20, 20, 36, 36), (60, 24, 76, 40), (24, 70, 40, 86), (150, 30, 166, 46), (190, 120, 206, 136)]
BLUE = [(90, 60, 106, 76), (120, 140, 136, 156), (200, 60, 216, 76)]
LEARN_HERE = (0, 0, 110, 110)


@pytest.fixture
def raster(vendor: VendorClient, tmp_path: Path) -> str:
    return vendor.call("upload_raster", filename=str(plain_image(tmp_path / "meadow.tif")), name="meadow")


def collection(some: list[tuple[int, int, int, int]]) -> dict[str, Any]:
    return json.loads(boxes(some))


def test_upload_raster(vendor: VendorClient, seen: Seen, tmp_path: Path, picterra: PicterraCalls) -> None:
    image = plain_image(tmp_path / "meadow.tif")
    folder = picterra.post("folders/", {"name": "Orchards"})["id"]
    raster = vendor.call("upload_raster", filename=str(image), name="June", folder_id=folder,
                         captured_at="2024-06-02T11:41:00+02:00", identity_key="flight-0193", multispectral=False,
                         cloud_coverage=4, user_tag="campaign")
    there = seen(f"rasters/{raster}")
    assert (there["name"], there["folder_id"], there["status"]) == ("June", folder, "ready")
    assert (there["captured_at"], there["identity_key"]) == ("2024-06-02T09:41:00.000000Z", "flight-0193")
    assert (there["cloud_coverage"], there["user_tag"], there["multispectral"]) == (4, "campaign", False)
    assert there["file"]["size"] == image.stat().st_size


def test_an_empty_file_is_sent_chunked_and_fails_on_the_platform(vendor: VendorClient, tmp_path: Path,
                                                                 seen: Seen) -> None:
    empty = tmp_path / "empty.tif"
    empty.touch()
    with pytest.raises(VendorError, match="failed"):
        vendor.call("upload_raster", filename=str(empty), name="nothing")
    assert [one["status"] for one in seen("rasters")] == ["failed"]


def test_get_edit_and_delete_raster(vendor: VendorClient, raster: str, seen: Seen) -> None:
    assert vendor.call("get_raster", raster_id=raster)["name"] == "meadow"
    assert vendor.call("edit_raster", raster_id=raster, name="field", user_tag="t", cloud_coverage=0) == raster
    there = seen(f"rasters/{raster}")
    assert (there["name"], there["user_tag"], there["cloud_coverage"]) == ("field", "t", 0)
    vendor.call("delete_raster", raster_id=raster)
    assert seen("rasters") == []


def test_edit_bands_of_a_multispectral_raster(vendor: VendorClient, tmp_path: Path, seen: Seen) -> None:
    raster = vendor.call("upload_raster", filename=str(plain_image(tmp_path / "a.tif")), name="a", multispectral=True)
    bands = {"ranges": [[0, 128]] * 3, "display_bands": [{"type": "multiband", "name": "default", "bands": [2, 1, 0]}]}
    vendor.call("edit_raster", raster_id=raster, multispectral_band_specification=bands)
    assert seen(f"rasters/{raster}")["band_specification"] == bands


def test_list_rasters_by_pages_and_filters(vendor: VendorClient, sandbox: SandboxProcess, seen: Seen) -> None:
    sandbox.control("POST", "picterra/rasters", {"count": 45, "name": "strip"})
    page = vendor.call("list_rasters")
    names = [one["name"] for one in page["items"]]
    while (page := vendor.turn(page, "next")) is not None:
        names += [one["name"] for one in page["items"]]
    assert names == [f"strip {number:05d}" for number in range(45, 0, -1)]
    filtered = vendor.call("list_rasters", search_string="0004", max_cloud_coverage=42, has_vector_layers=False,
                           captured_before="2020-01-02T23:00:00+00:00", captured_after="2020-01-02T16:30:00Z")
    assert [one["name"] for one in filtered["items"]] == ["strip 00043", "strip 00042"]
    assert vendor.call("list_rasters", user_tag="none")["items"] == []
    third = vendor.call("list_rasters", page_number=3, folder_id=seen("")["folders"][0])
    assert len(third["items"]) == 5
    with pytest.raises(VendorError) as caught:
        vendor.call("list_rasters", page_number=4)
    assert caught.value.kind == "APIError"


def test_download_raster(vendor: VendorClient, raster: str, file: Path, tmp_path: Path) -> None:
    vendor.call("download_raster_to_file", raster_id=raster, filename=str(file))
    assert file.read_bytes() == (tmp_path / "meadow.tif").read_bytes()


def test_detection_areas(vendor: VendorClient, raster: str, seen: Seen, tmp_path: Path) -> None:
    areas = tmp_path / "areas.geojson"
    areas.write_bytes(boxes([(2, 2, 20, 20), (30, 5, 40, 40)]))
    vendor.call("set_raster_detection_areas_from_file", raster_id=raster, filename=str(areas))
    there = seen(f"rasters/{raster}")["detection_areas"]
    assert (there["count"], there["geojson"]) == (2, json.loads(areas.read_bytes()))
    vendor.call("remove_raster_detection_areas", raster_id=raster)
    assert seen(f"rasters/{raster}")["detection_areas"] is None


def test_create_list_edit_and_delete_detectors(vendor: VendorClient, seen: Seen, sandbox: SandboxProcess) -> None:
    detector = vendor.call("create_detector", name="apple trees", detection_type="segmentation", output_type="bbox",
                           training_steps=1200, backbone="resnet18", tile_size=352, background_sample_ratio=0.5)
    vendor.call("create_detector")
    sandbox.control("POST", f"picterra/detectors/{detector}/tag", {"user_tag": "fruit"})
    assert [one["id"] for one in vendor.call("list_detectors", search_string=" APPLE ")["items"]] == [detector]
    tagged = vendor.call("list_detectors", user_tag="fruit", is_shared=False)
    assert [one["id"] for one in tagged["items"]] == [detector]
    assert vendor.call("list_detectors", is_shared=True, page_number=1)["items"] == []
    vendor.call("edit_detector", detector_id=detector, name="pears", training_steps=2000)
    there = seen(f"detectors/{detector}")
    assert there["name"] == "pears"
    assert there["configuration"] == {"detection_type": "segmentation", "output_type": "bbox", "training_steps": 2000,
                                      "backbone": "resnet18", "tile_size": 352, "background_sample_ratio": 0.5}
    vendor.call("delete_detector", detector_id=detector)
    assert detector not in seen("")["detectors"]


@pytest.mark.needs_assumed("A1", "ValidationError")
def test_refusals_reach_the_caller_in_words(vendor: VendorClient) -> None:
    with pytest.raises(VendorError, match="Must be between 500 and 40000"):
        vendor.call("create_detector", training_steps=1)
    with pytest.raises(VendorError, match="multiple of 32"):
        vendor.call("create_detector", tile_size=333)


def test_folder_detectors(vendor: VendorClient, picterra: PicterraCalls, sandbox: SandboxProcess) -> None:
    folder = picterra.post("folders/", {"name": "Orchards"})["id"]
    detector = vendor.call("create_detector", name="apple trees")
    sandbox.control("POST", f"picterra/folders/{folder}/detectors", {"detector_id": detector})
    assert vendor.call("list_folder_detectors", folder_id=folder)["items"] == [
        {"id": detector, "name": "apple trees", "is_runnable": False, "user_tag": ""}]


def test_markers(vendor: VendorClient, raster: str, seen: Seen) -> None:
    detector = vendor.call("create_detector", name="hedges")
    vendor.call("add_raster_to_detector", raster_id=raster, detector_id=detector)
    longitude, latitude = lonlat(10, 10)
    first = vendor.call("create_marker", raster_id=raster, detector_id=None, lng=longitude, lat=latitude, text="here")
    second = vendor.call("create_marker", raster_id=raster, detector_id=detector, lng=longitude, lat=latitude, text="x")
    assert [one["id"] for one in vendor.call("list_raster_markers", raster_id=raster)["items"]] == [
        second["id"], first["id"]]
    assert [(one["text"], one["detector_id"], one["marker"]["coordinates"]) for one in seen("markers")] == [
        ("here", None, [longitude, latitude]), ("x", detector, [longitude, latitude])]


def test_vector_layers(vendor: VendorClient, raster: str, seen: Seen, tmp_path: Path, file: Path,
                       sandbox: SandboxProcess) -> None:
    sandbox.settings(features_per_part=2)
    layer_file = tmp_path / "plots.geojson"
    some = [(number * 8, 4, number * 8 + 5, 20) for number in range(5)]
    layer_file.write_bytes(boxes(some))
    layer = vendor.call("upload_vector_layer", raster_id=raster, filename=str(layer_file), name="plots",
                        color="#aa5500")
    assert [(one["name"], one["count"]) for one in vendor.call(
        "list_raster_vector_layers", raster_id=raster, search="PLO", page_number=1)["items"]] == [("plots", 5)]
    assert vendor.call("list_raster_vector_layers", raster_id=raster, detector_id="none")["items"] == []
    vendor.call("edit_vector_layer", vector_layer_id=layer, name="fields", color="#227744")
    there = seen(f"layers/{layer}")
    assert (there["name"], there["color"], there["count"], there["parts"]) == ("fields", "#227744", 5, 3)
    file.touch()
    vendor.call("download_vector_layer_to_file", vector_layer_id=layer, filename=str(file))
    got = json.loads(file.read_bytes())
    assert got["type"] == "FeatureCollection"
    for feature, box in zip(got["features"], some, strict=True):
        flat = [value for point in feature["geometry"]["coordinates"][0] for value in point]
        wanted = [value for point in box_polygon(box)["coordinates"][0] for value in point]  # type: ignore[index]
        assert flat == pytest.approx(wanted, abs=1e-12)
    vendor.call("delete_vector_layer", vector_layer_id=layer)
    assert seen("")["layers"] == []


def test_import_from_a_remote_source(vendor: VendorClient, picterra: PicterraCalls, sandbox: SandboxProcess,
                                     tmp_path: Path, seen: Seen) -> None:
    folder = picterra.post("folders/", {"name": "Imports"})["id"]
    area = tmp_path / "area.geojson"
    area.write_bytes(boxes([(0, 0, 200, 150)]))
    raster = vendor.call("import_raster_from_remote_source", raster_name="valley", folder_id=folder,
                         source_id=sandbox.ready["picterra"]["source_id"], aoi_filename=str(area))
    there = seen(f"rasters/{raster}")
    assert (there["name"], there["folder_id"], there["status"]) == ("valley", folder, "ready")
    west, south, east, north = there["report"]["footprint"]["bbox"]
    assert west <= lonlat(0, 0)[0] and north >= lonlat(0, 0)[1] - 1e-9 and east > west and north > south


def test_a_detector_learns_what_was_outlined(vendor: VendorClient, tmp_path: Path, seen: Seen, file: Path) -> None:
    image = squares_image(tmp_path / "squares.tif", RED, BLUE)
    raster = vendor.call("upload_raster", filename=str(image), name="squares", multispectral=False)
    detector = vendor.call("create_detector", name="red squares")
    vendor.call("add_raster_to_detector", raster_id=raster, detector_id=detector)
    vendor.call("set_annotations", detector_id=detector, raster_id=raster, annotation_type="training_area",
                annotations=collection([LEARN_HERE]))
    vendor.call("set_annotations", detector_id=detector, raster_id=raster, annotation_type="outline",
                annotations=collection(RED[:3]))
    training = seen(f"detectors/{detector}")["training"][raster]
    assert training["training_area"]["count"] == 1
    assert [one["count"] for one in training["outline"].values()] == [3]
    trained = vendor.call("train_detector", detector_id=detector)
    assert trained["results"]["stats"]["training_annotations_count"] == 3
    assert seen(f"detectors/{detector}")["is_runnable"] is True
    assert vendor.call("run_dataset_recommendation", detector_id=detector)["status"] == "success"
    operation = vendor.call("run_detector", detector_id=detector, raster_id=raster)
    results = vendor.call("get_operation_results", operation_id=operation)
    assert [one["class"]["name"] for one in results["by_class"]] == ["red squares"]
    vendor.call("download_result_to_feature_collection", operation_id=operation, filename=str(file))
    got = json.loads(file.read_bytes())
    assert [one["properties"] for one in got["features"]] == [{"class_name": "red squares"}]
    assert len(got["features"][0]["geometry"]["coordinates"]) == len(RED)
    vendor.call("download_result_to_file", operation_id=operation, filename=str(file))
    merged = json.loads(file.read_bytes())
    assert (merged["type"], len(merged["coordinates"])) == ("MultiPolygon", len(RED))
    layer = seen(f"layers/{results['by_class'][0]['result']['vector_layer_id']}")
    assert (layer["count"], layer["detector_id"], layer["raster_id"]) == (len(RED), detector, raster)


@SEED
def test_addresses_of_results(vendor: VendorClient, raster: str, file: Path, sandbox: SandboxProcess) -> None:
    detector = vendor.call("create_detector", name="trees")
    sandbox.control("POST", "picterra/prepared", {"polygons": 7})
    operation = vendor.call("run_detector", detector_id=detector, raster_id=raster)
    address = vendor.call("get_operation_results_url", operation_id=operation)
    assert address.startswith(sandbox.ready["blobs"])
    vendor.call("download_operation_results_to_file", operation_id=operation, filename=str(file))
    assert file.read_text("utf-8").partition("?")[0] == address.partition("?")[0]


@SEED
def test_advanced_tool(vendor: VendorClient, sandbox: SandboxProcess) -> None:
    tool = sandbox.ready["picterra"]["tool_id"]
    done = vendor.call("run_advanced_tool", tool_id=tool, inputs={"layer": "1"}, outputs={"name": "buffered"})
    assert done["results"] == {"inputs": {"layer": "1"}, "outputs": {"name": "buffered"}}
    with pytest.raises(VendorError):
        vendor.call("run_advanced_tool", tool_id="other", inputs={}, outputs={})


@CURRENT
def test_identity_folders_and_grants(vendor: VendorClient, seen: Seen, picterra: PicterraCalls) -> None:
    accounts = {one["name"]: one for one in seen("")["accounts"]}
    assert vendor.call("get_user_info")["user_id"] == accounts["first"]["user_id"]
    folder = vendor.call("create_folder", name="Orchards 2024")
    assert [one["name"] for one in picterra.get("folders/")["results"]] == ["Orchards 2024"]
    grants = {"grants": [{"grantee": {"type": "user", "id": accounts["second"]["user_id"]}, "role": "viewer"}]}
    assert vendor.call("set_authorization_grants", kind="folder", resource_id=folder, grants_data=grants) == grants
    assert vendor.call("get_authorization_grants", kind="folder", resource_id=folder) == grants


@CURRENT
def test_rasters_and_classes_of_a_detector(vendor: VendorClient, raster: str, seen: Seen,
                                           sandbox: SandboxProcess) -> None:
    detector = vendor.call("create_detector", name="trees")
    second = sandbox.control("POST", f"picterra/detectors/{detector}/classes", {"name": "stumps"})
    assert [one["name"] for one in vendor.call("get_detector", detector_id=detector)["classes"]] == ["trees", "stumps"]
    vendor.call("add_raster_to_detector", raster_id=raster, detector_id=detector)
    assert [one["id"] for one in vendor.call("list_detector_rasters", detector_id=detector)["items"]] == [raster]
    vendor.call("set_annotations", detector_id=detector, raster_id=raster, annotation_type="outline",
                annotations=collection([(4, 4, 9, 9)]), class_id=second["id"])
    outlines = seen(f"detectors/{detector}")["training"][raster]["outline"]
    assert {class_id: one["count"] for class_id, one in outlines.items()} == {second["id"]: 1}


@CURRENT
def test_pages_can_be_turned_back(vendor: VendorClient, sandbox: SandboxProcess) -> None:
    sandbox.control("POST", "picterra/rasters", {"count": 25})
    first = vendor.call("list_rasters")
    assert vendor.turn(first, "previous") is None
    again = vendor.turn(vendor.turn(first, "next"), "previous")
    assert again["items"] == first["items"]


def test_pixels_of_an_image_without_georeference(vendor: VendorClient, file: Path) -> None:
    """The check value of section 9.12: the lower right corner of an image of 1520 x 1086 pixels."""
    ring = [[0.0, 0.0], [0.0013653, 0.0], [0.0013653, -0.00097539], [0.0, 0.0]]
    file.write_text(json.dumps({"type": "Polygon", "coordinates": [ring]}), "utf-8")
    x, y = vendor.nongeo(file)[0][0][2]
    assert (round(x), round(y)) == (1520, 1086)


def test_a_busy_platform_is_asked_again(vendor: VendorClient, sandbox: SandboxProcess) -> None:
    sandbox.fault(kind="status", operation="listDetectors", status=429, retry_after=1)
    assert vendor.call("list_detectors")["items"] == []
    assert [one["status"] for one in sandbox.log(operation="listDetectors", actor="vendor_client")][-2:] == [429, 200]


def test_a_wrong_key_is_an_error(vendor: VendorClient, sandbox: SandboxProcess) -> None:
    with VendorClient(vendor.generation, sandbox, key="wrong") as stranger, pytest.raises(VendorError) as caught:
        stranger.call("list_rasters")
    assert caught.value.kind == "APIError"
    assert vendor.call("list_rasters")["items"] == []


@pytest.mark.needs_assumed("A1", "ErrorDetail")
def test_words_of_the_platform_reach_the_caller(vendor: VendorClient) -> None:
    with pytest.raises(VendorError, match="Nothing here under that id"):
        vendor.call("get_raster", raster_id="unknown")


def test_nothing_that_is_only_assumed_is_needed(vendor: VendorClient, sandbox: SandboxProcess, tmp_path: Path,
                                               file: Path) -> None:
    sandbox.settings(drop_assumed=True)
    raster = vendor.call("upload_raster", filename=str(plain_image(tmp_path / "a.tif")), name="a")
    assert [one["id"] for one in vendor.call("list_rasters")["items"]] == [raster]
    detector = vendor.call("create_detector", name="trees")
    sandbox.control("POST", "picterra/prepared", {"polygons": 12})
    operation = vendor.call("run_detector", detector_id=detector, raster_id=raster)
    vendor.call("download_result_to_feature_collection", operation_id=operation, filename=str(file))
    assert len(json.loads(file.read_bytes())["features"][0]["geometry"]["coordinates"]) == 12
    assert "type" not in vendor.call("get_raster", raster_id=raster)


def test_the_key_was_never_sent_to_storage(sandbox: SandboxProcess) -> None:
    assert sandbox.log(flag="api-key-sent-to-storage", actor="vendor_client") == []


def test_every_public_method_was_exercised(vendor: VendorClient) -> None:
    """Run this file as a whole: the calls of all tests above are counted."""
    surface = vendor.surface()
    assert len(surface) == {"2.0.0": 32, "4.0.0": 35}[vendor.generation]
    assert sorted(set(surface) - vendor.called) == []
    assert vendor.page_surface() == {"2.0.0": ["next"], "4.0.0": ["next", "previous"]}[vendor.generation]
