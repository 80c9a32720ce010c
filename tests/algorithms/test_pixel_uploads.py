"""Uploads to Geodata Pixel as algorithms: check, fit, send, retry, list."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pixel_files
import pytest
from imagery_hub.providers.pixel.flows import upload_block
from osgeo import gdal, osr
from pixel_batch import Stored, md5, photos
from qgis.core import (
    Qgis,
    QgsCoordinateTransformContext,
    QgsFeature,
    QgsGeometry,
    QgsPointXY,
    QgsProject,
    QgsRenderContext,
    QgsVectorFileWriter,
    QgsVectorLayer,
)
from sandbox_pixel import PixelCalls
from sandbox_process import SandboxProcess


@pytest.fixture
def images(pixel: PixelCalls) -> str:
    return pixel.collection(pixel.project())


@pytest.fixture
def rgb(pixel: PixelCalls) -> str:
    return pixel.collection(pixel.project(), "RGB", raster_info={"srid": 25833, "cell_size": [0.5, 0.5]})


def rows(source: Any) -> list[dict[str, Any]]:
    layer = source if isinstance(source, QgsVectorLayer) else QgsVectorLayer(source, "result", "ogr")
    assert layer.isValid()
    return [dict(zip(layer.fields().names(), feature.attributes())) for feature in layer.getFeatures()]


def table(name: str, columns: list[str], values: list[list[Any]], kind: str = "None",
          places: list[tuple[float, float]] | None = None) -> QgsVectorLayer:
    source = f"{kind}{'&' if '?' in kind else '?'}" + "&".join(f"field={one}" for one in columns)
    layer = QgsVectorLayer(source, name, "memory")
    for number, row in enumerate(values):
        feature = QgsFeature(layer.fields())
        feature.setAttributes(row)
        if places:
            feature.setGeometry(QgsGeometry.fromPointXY(QgsPointXY(*places[number])))
        layer.dataProvider().addFeature(feature)
    return layer


def degrees(east: float, north: float) -> tuple[float, float]:
    """Longitude and latitude of a place in EPSG:25833, by PROJ."""
    change = osr.CoordinateTransformation(pixel_files.system(25833), pixel_files.system(4326))
    return change.TransformPoint(east, north)[:2]


def mixed(folder: Path) -> dict[str, Path]:
    """A raster that fits, some that can be made to fit, some that cannot."""
    folder.mkdir()
    return {
        "good": pixel_files.raster(folder / "good.tif"),
        "coarse": pixel_files.raster(folder / "coarse.tif", cell=(1.0, 1.0)),
        "deep": pixel_files.raster(folder / "deep.tif", data_type="uint16"),
        "picture": pixel_files.raster(folder / "picture.jpg", "JPEG", srid=25832, corner=(597500.0, 6642500.0)),
        "away": pixel_files.raster(folder / "away.tif", corner=(400000.0, 6649000.0)),
        "broken": Path(folder, "broken.tif"),
    }


# ---------------------------------------------------------------------- rasters
@pytest.mark.needs_assumed("pixel A6")
def test_the_check_says_what_is_wrong_with_each_raster(run_pixel: Any, rgb: str, tmp_path: Path) -> None:
    files = mixed(tmp_path / "in")
    files["broken"].write_bytes(b"II*\0 and nothing more")
    result = run_pixel("checkrasters", COLLECTION=rgb, FOLDER=str(tmp_path / "in"), OUTPUT=str(tmp_path / "out.gpkg"))
    found = {row["name"]: row for row in rows(result["OUTPUT"])}
    assert (result["COUNT"], result["REFUSED_COUNT"], result["UNSOLVED_COUNT"]) == (6, 5, 2)
    assert {name: bool(row["fits"]) for name, row in found.items()} == {
        path.name: kind == "good" for kind, path in files.items()}
    assert "cells measure 1 × 1" in found["coarse.tif"]["problems"]
    assert "gdalwarp" in found["coarse.tif"]["steps"] and "-tr 0.5 0.5" in found["coarse.tif"]["steps"]
    assert "uint16" in found["deep.tif"]["problems"] and "gdal_translate" in found["deep.tif"]["steps"]
    assert all(word in found["picture.jpg"]["problems"] for word in ("JPEG", "EPSG:25832"))
    assert "outside the area" in found["away.tif"]["unsolved"]
    assert "GDAL cannot read it" in found["broken.tif"]["unsolved"]
    shapes = {feature["name"]: feature.geometry().isEmpty()
              for feature in QgsVectorLayer(result["OUTPUT"], "out", "ogr").getFeatures()}
    assert [name for name, empty in shapes.items() if empty] == ["broken.tif"]


@pytest.mark.needs_assumed("pixel A6")
def test_a_proposal_runs_as_it_stands_in_the_table(run_pixel: Any, rgb: str, tmp_path: Path) -> None:
    import processing

    path = pixel_files.raster(tmp_path / "coarse.tif", cell=(1.0, 1.0))
    result = run_pixel("checkrasters", COLLECTION=rgb, FILES=[str(path)], OUTPUT="TEMPORARY_OUTPUT")
    row = rows(result["OUTPUT"])[0]
    assert row["algorithm"] == "gdal:warpreproject"
    parameters = json.loads(row["parameters"])
    assert not {"-of", "-r"} & set(parameters["EXTRA"].split()), "QGIS gives them too, and GDAL 3.9 takes them once"
    made = processing.run(row["algorithm"], parameters)["OUTPUT"]
    assert run_pixel("checkrasters", COLLECTION=rgb, FILES=[made], OUTPUT="TEMPORARY_OUTPUT")["REFUSED_COUNT"] == 0


@pytest.mark.needs_assumed("pixel A6")
def test_fitted_rasters_are_taken_as_a_folder(
    run_pixel: Any, pixel: PixelCalls, rgb: str, tmp_path: Path
) -> None:
    files = mixed(tmp_path / "in")
    before = {kind: path.read_bytes() for kind, path in files.items() if path.exists()}
    files["broken"].write_bytes(b"no raster")
    fitted = run_pixel("fitrasters", COLLECTION=rgb, FOLDER=str(tmp_path / "in"), FITTED=str(tmp_path / "fitted"),
                       UNSOLVED=str(tmp_path / "left.gpkg"))
    assert (fitted["COUNT"], fitted["CHANGED_COUNT"], fitted["UNSOLVED_COUNT"]) == (4, 3, 2)
    assert {row["name"] for row in rows(fitted["UNSOLVED"])} == {"away.tif", "broken.tif"}
    sent = run_pixel("uploadrasters", COLLECTION=rgb, FOLDER=fitted["FITTED"], FAILED="TEMPORARY_OUTPUT")
    assert (sent["COUNT"], sent["FAILED_COUNT"]) == (4, 0)
    assert len(Stored(pixel, rgb, "rasters").listed()) == 4
    assert {kind: files[kind].read_bytes() for kind in before} == before, "the files given stay as they are"
    again = run_pixel("fitrasters", COLLECTION=rgb, FOLDER=str(tmp_path / "in"), FITTED=str(tmp_path / "fitted"))
    assert again["COUNT"] == 4
    assert {kind: files[kind].read_bytes() for kind in before} == before


def test_rasters_are_never_written_over_themselves(run_pixel: Any, rgb: str, tmp_path: Path) -> None:
    good, bad = pixel_files.raster(tmp_path / "good.tif"), pixel_files.raster(tmp_path / "bad.tif", data_type="uint16")
    before = good.read_bytes(), bad.read_bytes()
    assert "Choose another folder" in run_pixel.refused("fitrasters", COLLECTION=rgb, FOLDER=str(tmp_path),
                                                        FITTED=str(tmp_path))
    assert "written over itself" in run_pixel.fails("fitrasters", COLLECTION=rgb, FILES=[str(good), str(bad)],
                                                    FITTED=str(tmp_path))
    assert (good.read_bytes(), bad.read_bytes()) == before


@pytest.mark.needs_assumed("pixel A6", "pixel A10")
def test_rasters_with_their_support_files_and_metadata_of_a_table(
    run_pixel: Any, pixel: PixelCalls, rgb: str, tmp_path: Path
) -> None:
    first = pixel_files.raster(tmp_path / "first.tif")
    second = pixel_files.raster(tmp_path / "second.tif", srid=None, corner=None)
    pixel_files.world_file(tmp_path / "second.tfw")
    about = table("about", ["picture", "name", "contractor", "gsd:double", "capture_date", "empty"],
                  [["FIRST.TIF", "Ortho 7", "Nordfly", 0.5, "2025-05-12T00:00:00", None]])
    result = run_pixel("uploadrasters", COLLECTION=rgb, FOLDER=str(tmp_path), TABLE=about, FILE_FIELD="picture",
                       METADATA=["client", "Fjordkart", "flight", "7"], FAILED="TEMPORARY_OUTPUT")
    assert result["COUNT"] == 2 and result["COLLECTION"] == rgb
    found = [pixel.read(rgb, f"rasters/{one}") for one in result["RASTER_IDS"].split(",")]
    assert [one["name"] for one in found] == ["Ortho 7", "second"]
    assert found[0]["json_metadata"] == {"client": "Fjordkart", "flight": 7, "contractor": "Nordfly", "gsd": 0.5}
    assert found[0]["capture_date"].startswith("2025-05-12")
    assert found[1]["json_metadata"] == {"client": "Fjordkart", "flight": 7}
    assert any("says nothing of 1 of 2 files" in one for one in run_pixel.messages)
    assert Stored(pixel, rgb, "rasters").digests() == {
        path.name: [md5(path.read_bytes())] for path in (first, second)}


@pytest.mark.needs_assumed("pixel A10")
def test_large_rasters_go_in_parts_and_layers_may_be_given(
    run_pixel: Any, pixel: PixelCalls, rgb: str, sandbox: SandboxProcess, tmp_path: Path
) -> None:
    from qgis.core import QgsRasterLayer

    path = pixel_files.raster(tmp_path / "large.tif", size=(2000, 1000))
    layer = QgsRasterLayer(str(path), "large one")
    QgsProject.instance().addMapLayer(layer)
    before = sandbox.last_entry()
    result = run_pixel("uploadrasters", COLLECTION=rgb, FILES=[layer], PARTS_FROM=5, PART_SIZE=5,
                       FAILED="TEMPORARY_OUTPUT")
    assert result["COUNT"] == 1
    operations = [one["operation"] for one in sandbox.log(after=before)]
    assert operations.count("putPresignedPart") == 2 and "createMultipartUploadJobs" in operations
    assert Stored(pixel, rgb, "rasters").digests() == {"large.tif": [md5(path.read_bytes())]}


@pytest.mark.needs_assumed("pixel A6")
def test_what_would_be_refused_is_left_out_or_nothing_is_sent(
    run_pixel: Any, pixel: PixelCalls, rgb: str, sandbox: SandboxProcess, tmp_path: Path
) -> None:
    mixed(tmp_path / "in")
    (tmp_path / "in" / "broken.tif").write_bytes(b"no raster")
    words = run_pixel.fails("uploadrasters", COLLECTION=rgb, FOLDER=str(tmp_path / "in"), CHECK=1)
    assert "Nothing was sent, since 5 of 6 files would be refused." in words
    assert pixel.read(rgb, "upload_jobs/") == []
    result = run_pixel("uploadrasters", COLLECTION=rgb, FOLDER=str(tmp_path / "in"), FAILED="TEMPORARY_OUTPUT")
    assert (result["COUNT"], result["FAILED_COUNT"]) == (1, 5)
    assert [one["name"] for one in pixel.read(rgb, "upload_jobs/")] == ["good.tif"]
    reasons = {row["name"]: row["reason"] for row in rows(result["FAILED"])}
    assert "uint16" in reasons["deep.tif"] and len(reasons) == 5


# ---------------------------------------------------------------------- images
@pytest.mark.needs_assumed("pixel A6")
def test_images_are_looked_at_on_the_map_first(
    run_pixel: Any, images: str, sandbox: SandboxProcess, tmp_path: Path
) -> None:
    folder = tmp_path / "in"
    photos(folder, 2)
    pixel_files.photo(folder / "far.png", place=pixel_files.OUTSIDE, heading=90.0)
    for name in ("drawn.jpg", "nowhere.webp"):
        pixel_files.photo(folder / name, place=None)
    (folder / "text.jpg").write_text("no image")
    points = table("points", ["file"], [["drawn"]], "Point?crs=EPSG:4326", [(10.75, 59.91)])
    before = sandbox.last_entry()
    result = run_pixel("checkimages", COLLECTION=images, FOLDER=str(folder), TABLE=points, FILE_FIELD="file",
                       OUTPUT=str(tmp_path / "places.gpkg"), WITHOUT_POSITION=str(tmp_path / "without.gpkg"))
    assert [result[f"{name}COUNT"] for name in ("", "INSIDE_", "OUTSIDE_", "WITHOUT_")] == [6, 3, 1, 2]
    states = {row["name"]: (row["state"], bool(row["given"])) for row in rows(result["OUTPUT"])}
    assert states == {"pier_0000.jpg": ("inside", False), "pier_0001.jpg": ("inside", False),
                      "far.png": ("outside", False), "drawn.jpg": ("inside", True)}
    assert {row["name"] for row in rows(result["WITHOUT_POSITION"])} == {"nowhere.webp", "text.jpg"}
    layer = QgsVectorLayer(result["OUTPUT"], "places", "ogr")
    layer.loadDefaultStyle()
    context = QgsRenderContext()
    renderer = layer.renderer()
    renderer.startRender(context, layer.fields())
    colours = {}
    for feature in layer.getFeatures():
        context.expressionContext().setFeature(feature)
        colours[feature["name"]] = renderer.symbolForFeature(feature, context).color().name()
    renderer.stopRender(context)
    assert colours == {"pier_0000.jpg": "#33a02c", "pier_0001.jpg": "#33a02c", "far.png": "#e31a1c",
                       "drawn.jpg": "#1f78b4"}
    assert {one["method"] for one in sandbox.log(after=before) if one["operation"] != "getToken"} == {"GET"}


@pytest.mark.needs_assumed("pixel A6")
def test_images_take_places_and_metadata_from_a_layer(
    run_pixel: Any, pixel: PixelCalls, images: str, tmp_path: Path
) -> None:
    folder = tmp_path / "in"
    placed = photos(folder, 1)[0]
    pixel_files.photo(folder / "drawn.jpg", place=None)
    pixel_files.photo(folder / "far.jpg", place=pixel_files.OUTSIDE)
    points = table("points", ["file", "severity:int", "cam_heading:double"],
                   [["drawn.jpg", 3, 12.5], [placed.name, 4, None]], "Point?crs=EPSG:25833",
                   [(262000.0, 6649000.0), (262100.0, 6649100.0)])
    result = run_pixel("uploadimages", COLLECTION=images, FOLDER=str(folder), TABLE=points, FILE_FIELD="file",
                       FAILED="TEMPORARY_OUTPUT")
    assert (result["COUNT"], result["FAILED_COUNT"]) == (2, 1)
    assert "outside the area" in rows(result["FAILED"])[0]["reason"]
    found = {one["file_name"]: one for one in (pixel.read(images, f"images/{number}")
                                               for number in result["IMAGE_IDS"].split(","))}
    assert found["drawn.jpg"]["location"]["coordinates"] == pytest.approx(degrees(262000.0, 6649000.0), abs=1e-7)
    assert found["drawn.jpg"]["json_metadata"] == {"severity": 3}
    assert found[placed.name]["location"]["coordinates"] == pytest.approx(pixel_files.INSIDE, abs=1e-6)
    assert pixel.read(images, f"images/{found['drawn.jpg']['id']}/metadata")["cam_heading"] == 12.5


@pytest.mark.needs_assumed("pixel Image.location")
def test_images_are_placed_by_hand(run_pixel: Any, pixel: PixelCalls, images: str, tmp_path: Path) -> None:
    """In the layer of those without a position, with QGIS's own tool that gives a row its point."""
    folder = tmp_path / "in"
    folder.mkdir()
    for name in ("left.jpg", "right.jpg", "nowhere.jpg"):
        pixel_files.photo(folder / name, place=None)
    given = {"COLLECTION": images, "FOLDER": str(folder)}
    found = run_pixel("checkimages", OUTPUT="memory:", WITHOUT_POSITION=str(tmp_path / "without.gpkg"), **given)
    layer = QgsVectorLayer(found["WITHOUT_POSITION"], "without", "ogr")
    assert (layer.featureCount(), layer.crs().authid()) == (3, "EPSG:4326")
    wanted = {"left.jpg": (10.71, 59.9), "right.jpg": (10.73, 59.91)}
    assert layer.startEditing()
    for row in [one for one in layer.getFeatures() if one["name"] in wanted]:
        assert row.geometry().isEmpty()
        layer.selectByIds([row.id()])
        assert layer.addPartV2([QgsPointXY(*wanted[row["name"]])]) == Qgis.GeometryOperationResult.Success
    assert layer.commitChanges()
    made = run_pixel("uploadimages", TABLE=layer, FILE_FIELD="file", COLUMNS=["file"], FAILED="TEMPORARY_OUTPUT",
                     **given)
    assert (made["COUNT"], made["FAILED_COUNT"]) == (2, 1)
    there = [pixel.read(images, f"images/{number}") for number in made["IMAGE_IDS"].split(",")]
    assert {one["file_name"]: tuple(one["location"]["coordinates"]) for one in there} == wanted
    assert {one["name"] for one in there} == {"left", "right"}
    assert all(not one["json_metadata"] for one in there)


@pytest.mark.needs_assumed("pixel A6", "pixel A10")
def test_failures_alone_are_sent_again(run_pixel: Any, pixel: PixelCalls, images: str, tmp_path: Path,
                                       sandbox: SandboxProcess) -> None:
    paths = photos(tmp_path / "in", 30)
    whole = paths[7].read_bytes()
    paths[7].write_bytes(whole[:200])
    sandbox.control("POST", "pixel/uploads/trouble", {"names": "pier_0011.jpg", "detail": "The disk is full"})
    first = run_pixel("uploadimages", COLLECTION=images, FOLDER=str(tmp_path / "in"), CHECK=2,
                      METADATA=["inspection", "annual"], FAILED=str(tmp_path / "failed.gpkg"))
    assert (first["COUNT"], first["FAILED_COUNT"]) == (28, 2)
    reasons = {row["name"]: row["reason"] for row in rows(first["FAILED"])}
    assert set(reasons) == {"pier_0007.jpg", "pier_0011.jpg"}
    assert reasons["pier_0011.jpg"] == "The platform says: “The disk is full”"
    listed = run_pixel("listuploadjobs", COLLECTION=images, FAILED_ONLY=True, OUTPUT="TEMPORARY_OUTPUT")
    assert {row["name"] for row in rows(listed["OUTPUT"])} == set(reasons) and listed["COUNT"] == 2
    sandbox.control("DELETE", "pixel/uploads/trouble")
    paths[7].write_bytes(whole)
    second = run_pixel("retryuploads", COLLECTION=images, TABLE=first["FAILED"], FAILED="TEMPORARY_OUTPUT")
    assert (second["COUNT"], second["FAILED_COUNT"]) == (2, 0)
    assert Stored(pixel, images).digests() == {path.name: [md5(path.read_bytes())] for path in paths}
    again = [pixel.read(images, f"images/{number}") for number in second["IDS"].split(",")]
    assert {one["file_name"] for one in again} == set(reasons)
    assert [one["json_metadata"] for one in again] == [{"inspection": "annual"}] * 2
    everything = run_pixel("listuploadjobs", COLLECTION=images, NAME="0007", OUTPUT="TEMPORARY_OUTPUT")
    assert everything["COUNT"] == 2


def test_what_arrived_late_is_not_sent_twice(run_pixel: Any, pixel: PixelCalls, images: str, tmp_path: Path,
                                             sandbox: SandboxProcess, monkeypatch: pytest.MonkeyPatch) -> None:
    """The platform took longer than it was waited for: what became of a file is asked before it is sent again."""
    paths = photos(tmp_path / "in", 3)
    sandbox.control("POST", "pixel/uploads/trouble", {"names": "pier_0001.jpg", "seconds": 900})
    monkeypatch.setattr(upload_block, "follow_group", lambda *_: {})
    monkeypatch.setattr(upload_block, "STILL_SECONDS", 0.0)
    first = run_pixel("uploadimages", COLLECTION=images, FOLDER=str(tmp_path / "in"), FAILED=str(tmp_path / "f.gpkg"))
    waiting = {row["name"]: row["reason"] for row in rows(first["FAILED"])}
    assert "pier_0001.jpg" in waiting
    assert "had not finished looking at it" in waiting["pier_0001.jpg"]
    second = run_pixel("retryuploads", COLLECTION=images, TABLE=first["FAILED"], FAILED=str(tmp_path / "g.gpkg"))
    assert [row["name"] for row in rows(second["FAILED"])] == ["pier_0001.jpg"]
    sandbox.advance(1000)
    before = sandbox.last_entry()
    third = run_pixel("retryuploads", COLLECTION=images, TABLE=second["FAILED"], FAILED="TEMPORARY_OUTPUT")
    assert (third["COUNT"], third["FAILED_COUNT"]) == (1, 0)
    assert not sandbox.log(operation="createUploadJobs", after=before)
    assert Stored(pixel, images).digests() == {path.name: [md5(path.read_bytes())] for path in paths}


def test_one_bad_file_among_a_thousand(run_pixel: Any, pixel: PixelCalls, images: str, tmp_path: Path) -> None:
    """Sent as it is, so that the platform is the one that finds it."""
    paths = photos(tmp_path / "in", 1000)
    paths[613].write_bytes(paths[613].read_bytes()[:300])
    result = run_pixel("uploadimages", COLLECTION=images, FOLDER=str(tmp_path / "in"), CHECK=2,
                       FAILED="TEMPORARY_OUTPUT")
    assert (result["COUNT"], result["FAILED_COUNT"]) == (999, 1)
    assert [row["name"] for row in rows(result["FAILED"])] == [paths[613].name]
    ids = dict(zip((path.stem for number, path in enumerate(paths) if number != 613),
                   map(int, result["IMAGE_IDS"].split(","))))
    assert {one["name"]: one["id"] for one in Stored(pixel, images).listed()} == ids


@pytest.mark.parametrize("chosen", ["folder", "files"])
def test_a_stopped_upload_is_continued(
    run_pixel: Any, pixel: PixelCalls, images: str, sandbox: SandboxProcess, tmp_path: Path, chosen: str
) -> None:
    """By its id alone, as from the list of jobs."""
    paths = photos(tmp_path / "in", 30)
    given = {"FOLDER": str(tmp_path / "in")} if chosen == "folder" else {"FILES": [str(path) for path in paths]}
    about = table("about", ["file", "severity:int"], [[path.stem, number] for number, path in enumerate(paths)])
    kept = str(tmp_path / "about.gpkg")
    QgsVectorFileWriter.writeAsVectorFormatV3(about, kept, QgsCoordinateTransformContext(),
                                              QgsVectorFileWriter.SaveVectorOptions())
    sandbox.fault(kind="status", operation="multipleUploadFinished", status=403, count=1)
    run_pixel.fails("uploadimages", COLLECTION=images, TABLE=kept, FILE_FIELD="file",
                    FAILED=str(tmp_path / "failed.gpkg"), **given)
    before = sandbox.last_entry()
    job = run_pixel("imageryhub:listjobs")["JOB_IDS"].split(",")[0]
    results = json.loads(run_pixel("imageryhub:resumejob", JOB=job)["RESULTS"])
    assert (results["COUNT"], results["FAILED_COUNT"]) == (30, 0)
    operations = [one["operation"] for one in sandbox.log(after=before) if one["actor"] == "algorithms"]
    assert "multipleUploadFinished" in operations
    assert not {"createUploadJobs", "postPresignedForm"} & set(operations), "nothing is sent a second time"
    found = {one["name"]: pixel.read(images, f"images/{one['id']}") for one in Stored(pixel, images).listed()}
    assert {name: one["json_metadata"] for name, one in found.items()} == {
        path.stem: {"severity": number} for number, path in enumerate(paths)}


# ---------------------------------------------------------------------- point clouds
def test_point_clouds(run_pixel: Any, pixel: PixelCalls, tmp_path: Path) -> None:
    place = pixel.collection(pixel.project(), "point_cloud")
    pixel_files.point_cloud(tmp_path / "strip.laz")
    pixel_files.point_cloud(tmp_path / "old.las", 3, "1.2")
    (tmp_path / "text.las").write_text("LASF, but no more")
    result = run_pixel("uploadpointclouds", COLLECTION=place, FOLDER=str(tmp_path), FAILED="TEMPORARY_OUTPUT")
    assert (result["COUNT"], result["FAILED_COUNT"]) == (2, 1)
    assert "no header of LAS" in rows(result["FAILED"])[0]["reason"]
    assert {one["name"] for one in pixel.read(place, "point_clouds/")} == {"strip", "old"}


# ---------------------------------------------------------------------- sentences
def test_what_cannot_be_is_refused_before_anything_is_sent(run_pixel: Any, images: str, tmp_path: Path) -> None:
    photos(tmp_path / "in", 1)
    (tmp_path / "none").mkdir()
    folder = str(tmp_path / "in")
    about = table("about", ["file"], [["a"]])
    assert "“Data collection” is empty" in run_pixel.refused("uploadimages", COLLECTION="", FOLDER=folder)
    assert "not a data collection" in run_pixel.refused("uploadimages", COLLECTION="6", FOLDER=folder)
    assert "Choose a folder" in run_pixel.refused("uploadimages", COLLECTION=images)
    assert "There is no folder" in run_pixel.refused("uploadimages", COLLECTION=images, FOLDER="/not/there")
    assert "There are no such files" in run_pixel.refused("uploadimages", COLLECTION=images,
                                                          FOLDER=str(tmp_path / "none"))
    assert "is not there" in run_pixel.refused("uploadpointclouds", COLLECTION=images,
                                               FILES=[str(tmp_path / "a.laz")])
    assert "Choose the column" in run_pixel.refused("uploadimages", COLLECTION=images, FOLDER=folder, TABLE=about)
    assert "stand twice" in run_pixel.refused("uploadimages", COLLECTION=images, FOLDER=folder,
                                              METADATA=["a", "1", "a", "2"])
    assert "not a table of failed uploads" in run_pixel.refused("retryuploads", COLLECTION=images, TABLE=about)


def test_a_collection_of_another_type_is_named(run_pixel: Any, images: str, tmp_path: Path) -> None:
    path = pixel_files.raster(tmp_path / "a.tif")
    words = run_pixel.fails("uploadrasters", COLLECTION=images, FILES=[str(path)])
    assert "is of the type “image”" in words and "RGB" in words


def test_rows_that_are_not_clear_are_named(run_pixel: Any, images: str, tmp_path: Path) -> None:
    for card in "ab":
        photos(tmp_path / card, 1, prefix="DJI")
    twice = table("twice", ["file"], [["a/DJI_0000.jpg"], ["a/dji_0000"]])
    unclear = table("unclear", ["file"], [["DJI_0000.jpg"]])
    wrong = table("wrong", ["file", "cam_heading"], [["a/DJI_0000.jpg", "north"]])
    for layer, words in ((twice, "Two rows of the table are about"), (unclear, "2 of the files are called so"),
                         (wrong, "which is no number")):
        assert words in run_pixel.fails("uploadimages", COLLECTION=images, FOLDER=str(tmp_path), TABLE=layer,
                                        FILE_FIELD="file")


@pytest.mark.needs_assumed("pixel A6")
def test_without_a_table_for_failures_nothing_uploaded_is_a_failure(
    run_pixel: Any, images: str, tmp_path: Path
) -> None:
    path = pixel_files.photo(tmp_path / "far.jpg", place=pixel_files.OUTSIDE)
    words = run_pixel.fails("uploadimages", COLLECTION=images, FILES=[str(path)])
    assert "None of the files was uploaded. far.jpg: It was taken outside" in words


@pytest.mark.needs_assumed("pixel A6")
def test_the_check_is_held_against_the_rules_that_the_platform_tells(run_pixel: Any, rgb: str, tmp_path: Path) -> None:
    path = pixel_files.raster(tmp_path / "a.tif", corner=(400000.0, 6649000.0))
    result = run_pixel("checkrasters", COLLECTION=rgb, FILES=[str(path)], OUTPUT="TEMPORARY_OUTPUT")
    assert result["REFUSED_COUNT"] == 1 and not any("does not tell" in one for one in run_pixel.messages)


def test_what_the_platform_does_not_tell_is_said(
    run_pixel: Any, rgb: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Rules and area are assumed members: without them the rules of the type hold, and the platform judges the rest."""
    from imagery_hub.providers.pixel.client.collections import Collections
    from imagery_hub.providers.pixel.client.projects import Projects

    for owner, member in ((Collections, "raster_info"), (Projects, "area_of_interest")):
        real = owner.get
        monkeypatch.setattr(owner, "get", lambda self, *of, real=real, member=member: {
            name: value for name, value in real(self, *of).items() if name != member})
    away = pixel_files.raster(tmp_path / "away.tif", corner=(400000.0, 6649000.0))
    world = pixel_files.raster(tmp_path / "world.tif", srid=None, corner=None)
    pixel_files.world_file(tmp_path / "world.tfw")
    deep = pixel_files.raster(tmp_path / "deep.tif", data_type="uint16")
    result = run_pixel("uploadrasters", COLLECTION=rgb, FILES=[str(away), str(world), str(deep)],
                       FAILED="TEMPORARY_OUTPUT")
    assert any("does not tell the rules" in one for one in run_pixel.messages)
    assert any("is not known, so that places were not checked" in one for one in run_pixel.messages)
    reasons = {row["name"]: (row["status"], row["reason"]) for row in rows(result["FAILED"])}
    assert result["COUNT"] == 1 and set(reasons) == {"away.tif", "deep.tif"}
    assert reasons["away.tif"][0] == "failed" and "area of interest" in reasons["away.tif"][1]
    assert reasons["deep.tif"][0] == "left out"


def test_gdal_is_left_as_it_was(run_pixel: Any, rgb: str, tmp_path: Path) -> None:
    """Checks and steps change nothing of GDAL for the rest of the program."""
    path = pixel_files.raster(tmp_path / "a.tif", data_type="uint16")
    before = gdal.GetUseExceptions()
    run_pixel("fitrasters", COLLECTION=rgb, FILES=[str(path)], FITTED=str(tmp_path / "fitted"))
    assert gdal.GetUseExceptions() == before
