"""Photos on this computer as points and coverage, and packed. The truth is that of a virtual flight."""

from __future__ import annotations

import json
import math
import zipfile
from pathlib import Path
from typing import Any

import pytest
from imagery_hub.core.photos.look import marker_property
from osgeo import gdal, osr
from photo_files import Shot, flight, jpeg
from pix4d_flight import test_flight
from qgis.core import (
    QgsExpressionContextUtils,
    QgsFeature,
    QgsGeometry,
    QgsProject,
    QgsRenderContext,
    QgsVectorLayer,
)

from sandbox.pix4d.work.photo_facts import read_facts

GROUND = 560.0


def rows(layer: Any) -> list[Any]:
    found = layer if isinstance(layer, QgsVectorLayer) else QgsVectorLayer(str(layer), "found", "ogr")
    assert found.isValid()
    return list(found.getFeatures())


def written(folder: Path, name: str) -> str:
    return str(folder / f"{name}.gpkg")


def test_positions_headings_and_altitudes_of_a_flight(run_pix4d: Any, tmp_path: Path) -> None:
    folder = test_flight().photos[0].parent
    found = run_pix4d("photostopoints", PHOTO_FOLDER=str(folder), OUTPUT=written(tmp_path, "points"))
    assert (found["COUNT"], found["LOCATED"], found["MISSING"]) == (len(test_flight().photos),) * 2 + (0,)
    by_name = {row["name"]: row for row in rows(found["OUTPUT"])}
    assert len(by_name) == len(test_flight().photos)
    for photo in test_flight().photos:
        facts, row = read_facts(photo), by_name[photo.name]
        place = row.geometry().constGet()
        assert (place.x(), place.y(), place.z()) == pytest.approx(facts.place, abs=1e-6)
        assert row["altitude"] == pytest.approx(facts.place[2])
        assert row["heading"] == pytest.approx(facts.attitude[0] % 360.0, abs=0.01)
        assert row["pitch"] == pytest.approx(facts.attitude[1], abs=0.01)
        assert (row["width"], row["height_pixels"]) == (600, 450)


def test_arrows_point_where_the_camera_did(run_pix4d: Any, tmp_path: Path) -> None:
    """Of the style that is kept in the GeoPackage, and of the layer that Processing puts on the map."""
    flight(tmp_path / "a", 3, yaw=40.0)
    jpeg(tmp_path / "a" / "DJI_0009.JPG", Shot(47.2, 7.8, 500.0))
    found = run_pix4d("photostopoints", PHOTO_FOLDER=str(tmp_path / "a"), OUTPUT=written(tmp_path, "points"))
    kept = QgsVectorLayer(found["OUTPUT"], "kept", "ogr")
    opened = run_and_load("imageryhub:pix4d_photostopoints", PHOTO_FOLDER=str(tmp_path / "a"), OUTPUT="memory:")
    for layer in (kept, opened):
        context = QgsRenderContext()
        context.expressionContext().appendScope(QgsExpressionContextUtils.layerScope(layer))
        turned = {}
        for row in layer.getFeatures():
            context.expressionContext().setFeature(row)
            marker = layer.renderer().symbol().symbolLayer(0)
            values = {
                name: marker.dataDefinedProperties().property(key).value(context.expressionContext())[0]
                for name, key in (("shape", marker_property("Name")), ("angle", marker_property("Angle")))}
            turned[row["name"]] = (values["shape"], values["angle"])
        assert turned == {**{f"DJI_000{number}.JPG": ("arrow", 40.0) for number in (1, 2, 3)},
                          "DJI_0009.JPG": ("circle", 0)}


def run_and_load(name: str, **parameters: Any) -> QgsVectorLayer:
    import processing

    found = processing.runAndLoadResults(name, parameters)
    return next(layer for layer in QgsProject.instance().mapLayers().values()
                if layer.id() == found["OUTPUT"] or layer.source() == found["OUTPUT"])


def test_photos_without_position_are_listed(run_pix4d: Any, tmp_path: Path) -> None:
    photos = flight(tmp_path / "a", 7)
    jpeg(photos[2], Shot())
    (tmp_path / "a" / "broken.jpg").write_text("no photo")
    found = run_pix4d("photostopoints", PHOTO_FOLDER=str(tmp_path / "a"), OUTPUT=written(tmp_path, "points"),
                      WITHOUT_POSITION=written(tmp_path, "without"))
    assert (found["COUNT"], found["LOCATED"], found["MISSING"]) == (8, 6, 2)
    assert {row["name"]: row["reason"] for row in rows(found["WITHOUT_POSITION"])} == {
        "DJI_0003.JPG": "no position", "broken.jpg": "not readable as a photo"}
    assert any("2 of 8 photos do not say" in words for words in run_pix4d.messages)


def test_single_photos_and_no_subfolders(run_pix4d: Any, tmp_path: Path) -> None:
    flight(tmp_path / "a", 2)
    deep = flight(tmp_path / "a" / "deep", 3)
    found = run_pix4d("photostopoints", PHOTO_FOLDER=str(tmp_path / "a"), SUBFOLDERS=False,
                      PHOTO_FILES=[str(deep[1])], OUTPUT=written(tmp_path, "points"))
    assert {row["name"] for row in rows(found["OUTPUT"])} == {"DJI_0001.JPG", "DJI_0002.JPG", "deep/DJI_0002.JPG"}


def test_the_outline_covers_what_the_camera_saw(run_pix4d: Any, tmp_path: Path) -> None:
    """The truth: corners of photos projected to the mean height of the terrain by the camera of the flight."""
    flown = test_flight()
    terrain = gdal.Open(str(flown.terrain)).ReadAsArray()
    ground = float((terrain if terrain.ndim == 2 else terrain[0]).mean())
    found = run_pix4d("photocoverage", PHOTO_FOLDER=str(flown.photos[0].parent), GROUND=ground,
                      OUTPUT=written(tmp_path, "cover"), FOOTPRINTS=written(tmp_path, "single"))
    assert found["COUNT"] == len(flown.photos)
    single = {row["name"]: row.geometry() for row in rows(found["FOOTPRINTS"])}
    (cover,) = rows(found["OUTPUT"])
    assert cover["photos"] == len(flown.photos)
    facts = read_facts(flown.photos[0])
    above = facts.place[2] - ground
    across, along = (above * side / facts.focal for side in (facts.width, facts.height))
    metres = osr.SpatialReference()
    metres.ImportFromEPSG(32632)
    degrees = osr.SpatialReference()
    degrees.ImportFromEPSG(4326)
    degrees.SetAxisMappingStrategy(osr.OAMS_TRADITIONAL_GIS_ORDER)
    change = osr.CoordinateTransformation(degrees, metres)
    ring = [change.TransformPoint(point.x(), point.y()) for point in single[flown.photos[0].name].asPolygon()[0]]
    sides = sorted(math.dist(one[:2], other[:2]) for one, other in zip(ring, ring[1:]))
    assert sides == pytest.approx(sorted([along, along, across, across]), rel=0.05)
    assert found["AREA_M2"] == pytest.approx(cover["area_m2"])
    assert across * along < found["AREA_M2"] < across * along * len(flown.photos)
    assert all(cover.geometry().buffer(1e-7, 2).contains(shape) for shape in single.values())


def test_coverage_needs_a_height(run_pix4d: Any, tmp_path: Path) -> None:
    jpeg(tmp_path / "a.jpg", Shot(47.2, 7.8, 560.0))
    words = run_pix4d.fails("photocoverage", PHOTO_FOLDER=str(tmp_path), OUTPUT="memory:")
    assert "Give the height of the ground" in words


@pytest.mark.parametrize(
    ("called", "more"),
    [("photostopoints", {"OUTPUT": "memory:"}), ("photocoverage", {"OUTPUT": "memory:"}), ("packphotos", {})],
)
def test_a_choice_that_is_no_photo(run_pix4d: Any, tmp_path: Path, called: str, more: dict[str, str]) -> None:
    more = {**more, **({"ARCHIVE": str(tmp_path / "a.zip")} if called == "packphotos" else {})}
    (tmp_path / "empty").mkdir()
    (tmp_path / "notes.txt").write_text("x")
    assert "no folder" in run_pix4d.refused(called, PHOTO_FOLDER=str(tmp_path / "none"), **more)
    assert "no photos" in run_pix4d.refused(called, PHOTO_FOLDER=str(tmp_path / "empty"), **more)
    assert "none of the kinds" in run_pix4d.refused(called, PHOTO_FILES=[str(tmp_path / "notes.txt")], **more)
    assert "Choose a folder with photos" in run_pix4d.refused(called, **more)


def test_photos_are_packed_with_manifest_and_control_points(run_pix4d: Any, tmp_path: Path) -> None:
    photos = [*flight(tmp_path / "a", 5), *flight(tmp_path / "a" / "strip2", 2)]
    (tmp_path / "app.log").write_text("log")
    points = {
        "format": "application/opf-input-control-points+json", "version": "0.2", "mtps": [],
        "gcps": [{"id": "P1", "is_checkpoint": False, "marks": [
            {"photo": "strip2/DJI_0001.JPG", "position_px": [3.0, 4.0], "accuracy": 1.0}],
            "geolocation": {"crs": {"definition": "EPSG:32632"}, "coordinates": [1.0, 2.0, 3.0],
                            "sigmas": [0.1, 0.1, 0.1]}}]}
    (tmp_path / "points.json").write_text(json.dumps(points))
    found = run_pix4d("packphotos", PHOTO_FOLDER=str(tmp_path / "a"), CONTROL_POINTS=str(tmp_path / "points.json"),
                      LOG_FILES=[str(tmp_path / "app.log")], ARCHIVE=str(tmp_path / "all.zip"))
    assert found["COUNT"] == 7
    with zipfile.ZipFile(found["ARCHIVE"]) as made:
        names = [path.relative_to(tmp_path / "a").as_posix() for path in photos]
        assert json.loads(made.read("manifest.json")) == {
            "inputs": sorted(names), "log_files": ["logs/app.log"],
            "input_control_points": "input_control_points.json"}
        assert json.loads(made.read("input_control_points.json")) == points
        assert made.read("strip2/DJI_0002.JPG") == photos[-1].read_bytes()
        assert sorted(made.namelist()) == sorted([*names, "logs/app.log", "manifest.json", "input_control_points.json"])
    words = run_pix4d.refused("packphotos", PHOTO_FOLDER=str(tmp_path / "a"), SUBFOLDERS=False,
                              CONTROL_POINTS=str(tmp_path / "points.json"), ARCHIVE=str(tmp_path / "all.zip"))
    assert "is marked in strip2/DJI_0001.JPG, which is not among the photos" in words


def test_control_points_from_layers_go_into_the_archive(run_pix4d: Any, tmp_path: Path) -> None:
    """Swiss coordinates: OPF wants them in the order of the axes, east first there."""
    flight(tmp_path / "a", 6)
    gcps = made_layer("PointZ?crs=EPSG:2056&field=name:string&field=point_type:string&field=xy_accuracy:double", [
        (["P1", "GCP", 0.01], "POINT Z (2607511.1 1228843.6 512.3)"),
        (["P2", "CHECKPOINT", None], "POINT Z (2607520.0 1228850.0 513.0)")])
    marks = made_layer("None?field=point:string&field=photo:string&field=x:double&field=y:double", [
        (["P1", "DJI_0001.JPG", 12.5, 30.25], ""), (["P1", "DJI_0002.JPG", 14.0, 31.0], ""),
        (["T1", "DJI_0002.JPG", 1.0, 2.0], "")])
    given = {"PHOTO_FOLDER": str(tmp_path / "a"), "GCPS": gcps, "MARKS": marks, "ARCHIVE": str(tmp_path / "all.zip")}
    assert "T1" in run_pix4d.fails("packphotos", **given)
    found = run_pix4d("packphotos", **given, GCP_VERTICAL_CRS="5728", TIE_POINTS=True)
    with zipfile.ZipFile(found["ARCHIVE"]) as made:
        points = json.loads(made.read("input_control_points.json"))
    first, second = points["gcps"]
    assert (first["id"], second["is_checkpoint"]) == ("P1", True)
    assert first["geolocation"] == {"crs": {"definition": "EPSG:2056+5728"},
                                    "coordinates": [2607511.1, 1228843.6, 512.3], "sigmas": [0.01, 0.01, 0.03]}
    assert [(mark["photo"], mark["position_px"]) for mark in first["marks"]] == [
        ("DJI_0001.JPG", [12.5, 30.25]), ("DJI_0002.JPG", [14.0, 31.0])]
    assert [one["id"] for one in points["mtps"]] == ["T1"]


def test_control_points_that_pix4d_would_not_take(run_pix4d: Any, tmp_path: Path) -> None:
    flight(tmp_path / "a", 6)
    given = {"PHOTO_FOLDER": str(tmp_path / "a"), "ARCHIVE": str(tmp_path / "all.zip")}
    degrees = made_layer("PointZ?crs=EPSG:4326&field=name:string", [(["P1"], "POINT Z (7 47 512)")])
    assert "counts in degrees" in run_pix4d.refused("packphotos", **given, GCPS=degrees)
    metres = made_layer("PointZ?crs=EPSG:32632&field=name:string", [(["P1"], "POINT Z (400000 5000000 512)")])
    outside = made_layer("None?field=point:string&field=photo:string&field=x:double&field=y:double", [
        (["P1", "DJI_0001.JPG", 5000.0, 3.0], "")])
    assert "outside of the photo" in run_pix4d.fails("packphotos", **given, GCPS=metres, MARKS=outside)
    assert "without control points" in run_pix4d.refused("packphotos", **given, MARKS=outside)
    assert not (tmp_path / "all.zip").exists()


def made_layer(uri: str, rows_of_it: list[tuple[list[Any], str]]) -> QgsVectorLayer:
    layer = QgsVectorLayer(uri, "made", "memory")
    for values, place in rows_of_it:
        feature = QgsFeature(layer.fields())
        feature.setAttributes(values)
        if place:
            feature.setGeometry(QgsGeometry.fromWkt(place))
        assert layer.dataProvider().addFeature(feature)
    QgsProject.instance().addMapLayer(layer)
    return layer


def test_a_photo_without_altitude_has_none(run_pix4d: Any, tmp_path: Path) -> None:
    """Not sea level."""
    (tmp_path / "a").mkdir()
    jpeg(tmp_path / "a" / "DJI_0001.JPG", Shot(47.2, 7.8))
    found = run_pix4d("photostopoints", PHOTO_FOLDER=str(tmp_path / "a"), OUTPUT="memory:")
    (row,) = list(found["OUTPUT"].getFeatures())
    assert math.isnan(row.geometry().constGet().z())
