"""Rasters: upload, records, filters, editing, deleting (sections 9.1 to 9.3 and 9.13 of the notes)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import requests
from osgeo import gdal
from sandbox_images import EAST, NORTH, PIXEL, box_polygon, boxes, lonlat, plain_image, write_image
from sandbox_picterra import PicterraCalls
from sandbox_process import SandboxProcess


def test_before_its_commit_a_raster_can_be_read_but_is_not_listed(picterra: PicterraCalls) -> None:
    raster = picterra.post("rasters/upload/file/", {"name": "one"})["raster_id"]
    assert picterra.get(f"rasters/{raster}/")["status"] == "processing"
    assert picterra.get("rasters/")["count"] == 0


def test_the_default_folder_is_made_once(picterra: PicterraCalls) -> None:
    rasters = [picterra.post("rasters/upload/file/", {"name": name})["raster_id"] for name in ("one", "two")]
    folders = {picterra.get(f"rasters/{one}/")["folder_id"] for one in rasters}
    assert [(one["id"], one["name"]) for one in picterra.get("folders/")["results"]] == [
        (folders.pop(), "Picterra API Project")]
    assert folders == set()


def test_a_ready_raster_says_where_it_lies(picterra: PicterraCalls, tmp_path: Path) -> None:
    image = plain_image(tmp_path / "a.tif", 200, 100)
    record = picterra.get(f"rasters/{picterra.upload_raster(image, captured_at='2024-06-02T11:41+02:00')}/")
    west, south, east, north = record["footprint"]["bbox"]
    assert (west, north) == pytest.approx(lonlat(0, 0), abs=1e-5)
    assert (east, south) == pytest.approx(lonlat(200, 100), abs=1e-5)
    assert record["captured_at"] == "2024-06-02T09:41:00.000000Z"
    assert (record["type"], record["status"]) == ("file", "ready")
    assert record["tms_url"].endswith("/tms/{z}/{x}/{y}")


def test_an_image_without_georeference_lies_at_the_origin(picterra: PicterraCalls, tmp_path: Path) -> None:
    import numpy as np

    image = write_image(tmp_path / "photo.tif", np.full((3, 1086, 1520), 90, np.uint8), placed=False)
    west, south, east, north = picterra.get(f"rasters/{picterra.upload_raster(image)}/")["footprint"]["bbox"]
    assert (west, north) == pytest.approx((0, 0), abs=1e-12)
    assert (east, south) == pytest.approx((0.0013653, -0.00097539), abs=1e-6)


@pytest.mark.parametrize("content", [b"", b"This is no image.", b"II*\x00 cut off"])
def test_a_file_that_is_no_image_fails(picterra: PicterraCalls, content: bytes) -> None:
    slot = picterra.post("rasters/upload/file/", {"name": "one"})
    picterra.put(slot["upload_url"], content)
    operation = picterra.wait(picterra.post(f"rasters/{slot['raster_id']}/commit/"))
    assert (operation["status"], operation["results"]) == ("failed", None)
    assert operation["errors"]["message"]
    assert picterra.get(f"rasters/{slot['raster_id']}/")["status"] == "failed"


def test_a_damaged_tiff_fails(picterra: PicterraCalls, tmp_path: Path) -> None:
    image = plain_image(tmp_path / "a.tif", 300, 300)
    image.write_bytes(image.read_bytes()[:20_000])
    slot = picterra.post("rasters/upload/file/", {"name": "one"})
    picterra.put(slot["upload_url"], image.read_bytes())
    assert picterra.wait(picterra.post(f"rasters/{slot['raster_id']}/commit/"))["status"] == "failed"


def test_a_commit_without_a_file_fails_later_and_a_second_commit_at_once(picterra: PicterraCalls) -> None:
    raster = picterra.post("rasters/upload/file/", {"name": "one"})["raster_id"]
    started = picterra.post(f"rasters/{raster}/commit/")
    assert picterra.wait(started)["errors"]["message"] == "No file was uploaded."
    assert picterra.request("POST", f"rasters/{raster}/commit/").status_code == 400


@pytest.mark.parametrize(("body", "field"), [
    ({"cloud_coverage": 101}, "cloud_coverage"), ({"name": 5}, "name"), ({"folder_id": "none"}, "folder_id"),
    ({"captured_at": "yesterday"}, "captured_at"), ({"captured_at": "2024-13-01T00:00:00Z"}, "captured_at"),
    ({"multispectral": "yes"}, "multispectral"), ({"cloud_coverage": None}, "cloud_coverage")])
def test_wrong_fields_are_named(picterra: PicterraCalls, body: dict[str, Any], field: str) -> None:
    answer = picterra.request("POST", "rasters/upload/file/", json={"name": "one", **body})
    assert (answer.status_code, list(answer.json())) == (400, [field])


def test_filters(picterra: PicterraCalls, image: Path) -> None:
    folder = picterra.post("folders/", {"name": "f"})["id"]
    first = picterra.upload_raster(image, name="North Field", folder_id=folder, cloud_coverage=10, user_tag="a",
                                   captured_at="2024-06-01T00:00:00Z")
    second = picterra.upload_raster(image, name="south field", cloud_coverage=60, user_tag="ab",
                                    captured_at="2024-06-02T00:00:00Z")
    third = picterra.upload_raster(image, name="meadow")
    picterra.upload(f"vector_layers/{first}/upload/", boxes([(1, 1, 5, 5)]))

    def found(**query: Any) -> list[str]:
        return [one["id"] for one in picterra.get("rasters/", page_number=1, **query)["results"]]

    assert found() == [third, second, first]
    assert found(search="") == [third, second, first]
    assert found(search="FIELD") == [second, first]
    assert found(folder=folder) == [first]
    assert found(user_tag="a") == [first]
    assert found(max_cloud_coverage=60) == [second, first]
    assert found(max_cloud_coverage=59) == [first]
    assert found(captured_before="2024-06-01T00:00:00Z") == [first]
    assert found(captured_after="2024-06-01T02:00:00+02:00") == [second, first]
    assert found(captured_after="2024-06-01T00:00:01Z") == [second]
    assert found(has_vector_layers="True") == found(has_vector_layers="true") == [first]
    assert found(has_vector_layers="False") == [third, second]
    assert found(unknown="x", page_size=1) == [third, second, first]


@pytest.mark.parametrize("query", [{"max_cloud_coverage": "many"}, {"max_cloud_coverage": 101},
                                   {"captured_after": "today"}, {"has_vector_layers": "maybe"}])
def test_wrong_filters_are_refused(picterra: PicterraCalls, query: dict[str, Any]) -> None:
    answer = picterra.request("GET", "rasters/", params=query)
    assert (answer.status_code, list(answer.json())) == (400, list(query))


def test_edit_changes_only_what_is_sent(picterra: PicterraCalls, image: Path) -> None:
    raster = picterra.upload_raster(image, user_tag="t", cloud_coverage=3)
    folder = picterra.post("folders/", {"name": "new"})["id"]
    picterra.change("PUT", f"rasters/{raster}/", {"folder_id": folder, "captured_at": "2024-01-01T00:00Z"})
    record = picterra.get(f"rasters/{raster}/")
    assert (record["folder_id"], record["captured_at"]) == (folder, "2024-01-01T00:00:00.000000Z")
    assert (record["name"], record["user_tag"], record["cloud_coverage"]) == ("meadow", "t", 3)
    assert picterra.request("PUT", f"rasters/{raster}/", json={"folder_id": "none"}).status_code == 400
    assert picterra.request("PUT", f"rasters/{raster}/", json={"name": " "}).status_code == 400


@pytest.mark.parametrize(("specification", "good"), [
    ({"ranges": [[0, 255]] * 3, "vizbands": [0, 1, 2]}, True),
    ({"ranges": [[0, 255]] * 2}, False),
    ({"ranges": [[0, 255]] * 3, "vizbands": [3]}, False),
    ({"ranges": [[9, 1]] * 3}, False),
    ({"vizbands": [0]}, False),
    ({"ranges": [[0, 255]] * 3, "display_bands": [{"type": "multiband", "name": "x", "bands": [0, 5]}]}, False)])
def test_band_specifications(picterra: PicterraCalls, image: Path, sandbox: SandboxProcess,
                             specification: dict[str, Any], good: bool) -> None:
    raster = picterra.upload_raster(image, multispectral=True)
    answer = picterra.request("PUT", f"rasters/{raster}/", json={"multispectral_band_specification": specification})
    assert answer.status_code == (204 if good else 400)
    kept = sandbox.control("GET", f"picterra/rasters/{raster}")["band_specification"]
    assert kept == (specification if good else None)


def test_deleting_takes_everything_along(picterra: PicterraCalls, image: Path, sandbox: SandboxProcess) -> None:
    raster, detector = picterra.upload_raster(image), picterra.detector()
    picterra.post(f"detectors/{detector}/training_rasters/", {"raster_id": raster})
    picterra.annotate(detector, raster, "outline", boxes([(1, 1, 5, 5)]))
    picterra.upload(f"vector_layers/{raster}/upload/", boxes([(1, 1, 5, 5)]))
    picterra.upload(f"rasters/{raster}/detection_areas/upload/file/", boxes([(1, 1, 5, 5)]))
    picterra.post(f"rasters/{raster}/markers/", {"marker": {"type": "Point", "coordinates": [7, 46]}, "text": "x"})
    address = picterra.get(f"rasters/{raster}/download/")["download_url"]
    picterra.change("DELETE", f"rasters/{raster}/")
    assert picterra.request("GET", f"rasters/{raster}/").status_code == 404
    assert requests.get(address, timeout=30).status_code == 404
    there = sandbox.control("GET", "picterra")
    assert (there["rasters"], there["layers"], there["markers"]) == (0, [], [])
    assert sandbox.control("GET", f"picterra/detectors/{detector}")["training"] == {}
    left = [one for one in (Path(sandbox.ready["folder"]) / "picterra").rglob("*") if one.is_file()]
    assert left == []


def test_detection_areas_replace_each_other(picterra: PicterraCalls, image: Path, sandbox: SandboxProcess) -> None:
    raster = picterra.upload_raster(image)
    for some in ([(1, 1, 5, 5), (8, 8, 12, 12)], [(2, 2, 9, 9)]):
        picterra.upload(f"rasters/{raster}/detection_areas/upload/file/", boxes(some))
    there = sandbox.control("GET", f"picterra/rasters/{raster}")["detection_areas"]
    assert (there["count"], there["geojson"]) == (1, json.loads(boxes([(2, 2, 9, 9)])))


def test_the_legacy_status_of_detection_areas(picterra: PicterraCalls, image: Path) -> None:
    raster = picterra.upload_raster(image)
    slot = picterra.post(f"rasters/{raster}/detection_areas/upload/file/")
    path = f"rasters/{raster}/detection_areas/upload/{slot['upload_id']}/"
    assert picterra.get(path) == {"status": "processing"}
    picterra.put(slot["upload_url"], b"{}")
    picterra.wait(picterra.post(path + "commit/"))
    assert picterra.get(path) == {"status": "failed"}


@pytest.mark.parametrize(("geojson", "words"), [
    (b"", "empty"), (b"{not json", "GeoJSON"), (json.dumps(box_polygon((1, 1, 5, 5))).encode(), "FeatureCollection"),
    (boxes([(1, 1, 5, 5)]).replace(b"Polygon", b"LineString"), ""),
    (boxes([(1, 1, 5, 5)])[:-20], "GeoJSON")])
def test_unusable_geojson_fails_with_words(picterra: PicterraCalls, image: Path, geojson: bytes, words: str) -> None:
    raster = picterra.upload_raster(image)
    operation = picterra.upload(f"rasters/{raster}/detection_areas/upload/file/", geojson)
    assert operation["status"] == "failed"
    assert operation["errors"]["message"].startswith("The file of detection areas cannot be used.")
    assert words in operation["errors"]["message"]


def test_tiles_in_both_row_orders(picterra: PicterraCalls, tmp_path: Path, sandbox: SandboxProcess) -> None:
    """The tile that holds the image's middle, found by the usual formula, shows its colour; its neighbour is 404."""
    import math

    record = picterra.get(f"rasters/{picterra.upload_raster(plain_image(tmp_path / 'a.tif', 400, 400))}/")
    zoom = record["tiles_max_zoom"]
    longitude, latitude = lonlat(200, 200)
    column = int((longitude + 180) / 360 * 2 ** zoom)
    row = int((1 - math.asinh(math.tan(math.radians(latitude))) / math.pi) / 2 * 2 ** zoom)
    tms = record["tms_url"].format(z=zoom, x=column, y=2 ** zoom - 1 - row)
    xyz = record["tms_url"].replace("/tms/", "/xyz/").format(z=zoom, x=column, y=row)
    first, second = requests.get(tms, timeout=30), requests.get(xyz, timeout=30)
    assert (first.status_code, first.headers["Content-Type"]) == (200, "image/png")
    assert first.content == second.content
    gdal.FileFromMemBuffer("/vsimem/tile.png", first.content)
    pixels = gdal.Open("/vsimem/tile.png").ReadAsArray()
    gdal.Unlink("/vsimem/tile.png")
    assert pixels.shape == (4, 256, 256)
    assert set(pixels[0][pixels[3] == 255].tolist()) == {120}
    assert requests.get(tms.replace(f"/{column}/", f"/{column + 9}/"), timeout=30).status_code == 404
    token = record["tms_url"].split("/")[4]
    assert token not in str(sandbox.log(operation="getTile"))


def test_names_are_data(picterra: PicterraCalls, image: Path) -> None:
    for name in ("../../x", "<b>bold</b>", "Ünï çødé 図形 🌲", "x" * 5000, "a'; DROP TABLE rasters; --", "100%25 {id}"):
        raster = picterra.upload_raster(image, name=name)
        assert picterra.get(f"rasters/{raster}/")["name"] == name


def test_the_place_of_test_images() -> None:
    assert (EAST, NORTH, PIXEL) == (500000, 5200000, 0.5)
    assert lonlat(0, 0)[0] == pytest.approx(9.0, abs=1e-9)
