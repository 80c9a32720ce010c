"""Images, rasters and point clouds edited, moved, deleted, read and downloaded; the witness is plain HTTP."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from photo_files import Shot, jpeg
from pyproj import Transformer
from qgis.core import QgsVectorLayer
from sandbox_pixel import PixelCalls, path_of
from sandbox_process import SandboxProcess

KINDS = {
    "image": ("images", "images", "IMAGES"), "raster": ("rasters", "rasters", "RASTERS"),
    "point_cloud": ("point_clouds", "pointclouds", "POINT_CLOUDS"),
}


def seed(pixel: PixelCalls, place: str, kind: str = "image", count: int = 3, **members: Any) -> list[int]:
    body = {"collection": place.split("/")[1], "count": count, **members}
    first = pixel.sandbox.control("POST", f"pixel/{KINDS[kind][0]}", body)["first"]
    return list(range(first, first + count))


def read(pixel: PixelCalls, place: str, kind: str, identity: int) -> Any:
    return pixel.read(place, f"{KINDS[kind][0]}/{identity}")


@pytest.fixture
def flight(pixel: PixelCalls) -> str:
    return pixel.collection(pixel.project(), name="Spring flight")


@pytest.mark.parametrize("kind", KINDS)
def test_several_are_edited_alike(run_pixel: Any, pixel: PixelCalls, kind: str) -> None:
    place = pixel.collection(pixel.project(), kind)
    ids = seed(pixel, place, kind, tags=["new"], metadata={"severity": 2, "note": "a"})
    called = {"image": "editimage", "raster": "editraster", "point_cloud": "editpointcloud"}[kind]
    found = run_pixel(called, COLLECTION=place, **{KINDS[kind][2]: f"{ids[0]},{ids[1]}"}, ADD_TAGS="crack,wet",
                      REMOVE_TAGS="new", METADATA='{"severity": 3, "note": null, "crew": "B"}')
    assert (found[f"{kind.upper()}_IDS"], found["COUNT"]) == (f"{ids[0]},{ids[1]}", 2)
    for identity in ids[:2]:
        now = read(pixel, place, kind, identity)
        assert now["tags"] == ["crack", "wet"]
        assert {key: now["json_metadata"].get(key) for key in ("severity", "note", "crew")} == {
            "severity": 3, "note": None, "crew": "B"}
    assert read(pixel, place, kind, ids[2])["tags"] == ["new"]


def test_an_image_gets_its_place_and_camera(run_pixel: Any, pixel: PixelCalls, flight: str) -> None:
    first = seed(pixel, flight)[0]
    run_pixel("editimage", COLLECTION=flight, IMAGES=str(first), NAME="pier", LOCATION="262063,6651151 [EPSG:25833]",
              CAM_HEADING=181.5, IMAGE_TYPE="Oblique", CAPTURE_DATE="2025-05-12T10:00:00Z")
    now = read(pixel, flight, "image", first)
    assert (now["name"], now["image_type"]) == ("pier", "Oblique")
    assert now["capture_date"].startswith("2025-05-12T10:00:00")
    truth = Transformer.from_crs(25833, 4326, always_xy=True).transform(262063, 6651151)
    assert now["location"]["coordinates"] == pytest.approx(list(truth), abs=1e-8)
    camera = pixel.read(flight, f"images/{first}/metadata")
    assert (camera["cam_heading"], camera["hfov"]) == (181.5, 70.0)


@pytest.mark.parametrize(("parameters", "words"), [
    ({}, "Nothing"), ({"METADATA": "{"}, "metadata"), ({"METADATA": '{"a": [1]}'}, "metadata"),
    ({"METADATA": '{"a": true}'}, "metadata"), ({"NAME": "x", "IMAGES": "1,2"}, "one name"),
    ({"NAME": "x", "IMAGES": "one"}, "no number"), ({"NAME": "x", "IMAGES": ""}, "empty"),
    ({"NAME": "x", "CAPTURE_DATE": "soon"}, "no date"),
])
def test_what_cannot_be_changed_is_refused(run_pixel: Any, parameters: dict[str, Any], words: str) -> None:
    found = run_pixel.refused("editimage", **{"COLLECTION": "1/2", "IMAGES": "1", **parameters})
    assert words.lower() in found.lower()


@pytest.mark.parametrize("kind", KINDS)
def test_they_move_and_go(run_pixel: Any, pixel: PixelCalls, sandbox: SandboxProcess, kind: str) -> None:
    project = pixel.project()
    place, other = pixel.collection(project, kind, name="From"), pixel.collection(project, kind, name="To")
    ids = seed(pixel, place, kind)
    several = {KINDS[kind][2]: f"{ids[0]},{ids[1]}"}
    assert run_pixel(f"move{KINDS[kind][1]}", COLLECTION=place, INTO=other, **several)["COUNT"] == 2
    assert [one["id"] for one in pixel.read(other, f"{KINDS[kind][0]}/")] == ids[:2]
    words = run_pixel.fails(f"delete{KINDS[kind][1]}", COLLECTION=other, CONFIRM="seed_000000", **several)
    assert "“To”" in words
    assert len(pixel.read(other, f"{KINDS[kind][0]}/")) == 2
    run_pixel(f"delete{KINDS[kind][1]}", COLLECTION=other, CONFIRM="To", **several)
    assert pixel.read(other, f"{KINDS[kind][0]}/") == []
    one = {KINDS[kind][2]: str(ids[2])}
    run_pixel(f"delete{KINDS[kind][1]}", COLLECTION=place, CONFIRM="seed_000002", **one)
    assert pixel.read(place, f"{KINDS[kind][0]}/") == []


def test_a_move_whose_answer_was_lost_is_looked_for(
    run_pixel: Any, pixel: PixelCalls, sandbox: SandboxProcess, flight: str
) -> None:
    other = pixel.collection(flight.split("/")[0])
    ids = seed(pixel, flight)
    sandbox.fault(operation="moveImage", kind="lost", status=502)
    before = sandbox.last_entry()
    run_pixel("moveimages", COLLECTION=flight, INTO=other, IMAGES=",".join(map(str, ids)))
    assert [one["id"] for one in pixel.read(other, "images/")] == ids
    assert len(sandbox.log(operation="moveImage", after=before)) == 3


@pytest.mark.needs_assumed("pixel A4")
def test_a_raster_that_does_not_fit_stays(run_pixel: Any, pixel: PixelCalls) -> None:
    project = pixel.project()
    place, other = pixel.collection(project, "RGB"), pixel.collection(project, "DTM")
    ids = seed(pixel, place, "raster", 1)
    assert "data_type" in run_pixel.fails("moverasters", COLLECTION=place, INTO=other, RASTERS=str(ids[0]))
    assert len(pixel.read(place, "rasters/")) == 1
    assert "already" in run_pixel.refused("moverasters", COLLECTION=place, INTO=place, RASTERS=str(ids[0]))


@pytest.mark.needs_assumed("pixel Image.capture_date", "pixel Raster.footprint")
def test_one_is_read_for_models(run_pixel: Any, pixel: PixelCalls, flight: str) -> None:
    first = seed(pixel, flight, tags=["a,b", "c"])[0]
    found = run_pixel("getimage", COLLECTION=flight, IMAGE=str(first))
    truth = read(pixel, flight, "image", first)
    assert (found["NAME"], found["CAPTURE_DATE"]) == (truth["name"], truth["capture_date"])
    assert [found["LONGITUDE"], found["LATITUDE"]] == truth["location"]["coordinates"]
    assert json.loads(found["TAGS"]) == ["a,b", "c"]
    assert json.loads(found["JSON_METADATA"]) == {"strip": 0}
    sheets = pixel.collection(flight.split("/")[0], "RGB")
    one = seed(pixel, sheets, "raster")[0]
    raster = run_pixel("getraster", COLLECTION=sheets, RASTER=str(one))
    assert (raster["FORMAT"], raster["NUM_BANDS"], raster["SRID"], raster["DOWNLOADABLE"]) == ("GTiff", 3, 25833, 0)
    assert raster["FOOTPRINT"].startswith("MultiPolygon")
    clouds = pixel.collection(flight.split("/")[0], "point_cloud")
    cloud = seed(pixel, clouds, "point_cloud")[0]
    assert run_pixel("getpointcloud", COLLECTION=clouds, POINT_CLOUD=str(cloud))["FORMAT"] == "LAZ"
    listed = run_pixel("listpointclouds", COLLECTION=clouds, FORMAT="LAZ", OUTPUT="memory:")
    assert listed["COUNT"] == 3
    assert run_pixel("listpointclouds", COLLECTION=clouds, FORMAT="LAS", OUTPUT="memory:")["COUNT"] == 0


@pytest.mark.needs_assumed("pixel ImageMetadata")
def test_camera_and_exif_are_listed(run_pixel: Any, pixel: PixelCalls, flight: str, tmp_path: Path) -> None:
    ids = seed(pixel, flight)
    table = str(tmp_path / "tags.gpkg")
    found = run_pixel("imagemetadata", COLLECTION=flight, IMAGES=str(ids[1]), OUTPUT=table)
    rows = {row["tag"]: row["value"] for row in QgsVectorLayer(table, "t", "ogr").getFeatures()}
    told = pixel.read(flight, f"images/{ids[1]}/metadata")
    assert {name: float(value) for name, value in rows.items()} == {
        name: value for name, value in told.items() if name not in ("image_id", "exif") and value is not None}
    assert found["COUNT"] == len(rows)


@pytest.mark.needs_assumed("pixel Image.download_url")
def test_files_come_under_their_own_names(
    run_pixel: Any, pixel: PixelCalls, flight: str, tmp_path: Path
) -> None:
    photo = tmp_path / "photo.jpg"
    jpeg(photo, Shot(59.9, 10.7, 100.0))
    with_file = [*seed(pixel, flight, count=2, file=str(photo)), *seed(pixel, flight, count=1, file=str(photo))]
    without = seed(pixel, flight, count=2, name="bare")
    table = str(tmp_path / "files.gpkg")
    (tmp_path / "files").mkdir()
    own = tmp_path / "files" / "seed_000001.jpg"
    own.write_bytes(b"mine")
    found = run_pixel("downloadfiles", COLLECTION=flight, FOLDER=str(tmp_path / "files"), OUTPUT=table)
    assert own.read_bytes() == b"mine"
    own.unlink()
    assert (found["COUNT"], found["WITHOUT_ADDRESS"]) == (3, 2)
    assert found["IDS"] == ",".join(map(str, with_file))
    names = sorted(one.name for one in (tmp_path / "files").iterdir())
    assert names == sorted(["seed_000000.jpg", f"seed_000001-{with_file[1]}.jpg", f"seed_000000-{with_file[2]}.jpg"])
    assert all(Path(one).read_bytes() == photo.read_bytes() for one in found["FILES"].split("\n"))
    outcomes = {row["id"]: row["outcome"] for row in QgsVectorLayer(table, "t", "ogr").getFeatures()}
    assert {one for one, words in outcomes.items() if words == "no address"} == set(map(str, without))
    assert any("published ArcGIS service" in one for one in run_pixel.messages)


@pytest.mark.needs_assumed("pixel Raster.download_url")
def test_chosen_rasters_only_and_a_file_that_is_gone(
    run_pixel: Any, pixel: PixelCalls, tmp_path: Path
) -> None:
    place = pixel.collection(pixel.project(), "raster")
    file = tmp_path / "sheet.tif"
    file.write_bytes(bytes(range(256)) * 4096)
    ids = seed(pixel, place, "raster", 3, file=str(file))
    pixel.sent("DELETE", path_of(place, f"rasters/{ids[2]}"))
    found = run_pixel("downloadfiles", COLLECTION=place, RASTERS=f"{ids[0]},{ids[2]}", FOLDER=str(tmp_path / "out"))
    assert found["IDS"] == str(ids[0])
    assert Path(found["FILES"]).read_bytes() == file.read_bytes()
    assert any(str(ids[2]) in one for one in run_pixel.messages)


@pytest.mark.needs_assumed("pixel Image.download_url")
def test_an_address_that_expired_is_asked_for_anew(
    run_pixel: Any, pixel: PixelCalls, sandbox: SandboxProcess, flight: str, tmp_path: Path
) -> None:
    photo = tmp_path / "photo.jpg"
    jpeg(photo, Shot(59.9, 10.7, 100.0))
    seed(pixel, flight, count=1, file=str(photo))
    sandbox.fault(method="GET", path="/blob/", kind="expired")
    found = run_pixel("downloadfiles", COLLECTION=flight, FOLDER=str(tmp_path / "files"))
    assert Path(found["FILES"]).read_bytes() == photo.read_bytes()


def test_two_sorts_at_once_are_refused(run_pixel: Any, tmp_path: Path) -> None:
    words = run_pixel.refused("downloadfiles", COLLECTION="1/2", IMAGES="1", RASTERS="2", FOLDER=str(tmp_path))
    assert "one sort" in words
