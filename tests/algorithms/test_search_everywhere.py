"""Imagery of all platforms in one layer; those that are slow, refuse or are cut hold nobody up and are named."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from placed_images import upload_placed
from qgis.core import QgsFeature, QgsGeometry, QgsProcessingUtils, QgsVectorLayer
from sandbox_descarteslabs import CatalogCalls
from sandbox_descarteslabs import environment as catalog_environment
from sandbox_picterra import PicterraCalls
from sandbox_pix4d import Pix4dCalls
from sandbox_pix4d import environment as pix4d_environment
from sandbox_pixel import PixelCalls
from sandbox_pixel import environment as pixel_environment
from sandbox_pixxel import SHAPE, PixxelCalls
from sandbox_pixxel import environment as pixxel_environment
from sandbox_process import SandboxProcess

FIELDS = "POLYGON((75.61 14.42, 75.74 14.42, 75.74 14.53, 75.61 14.53, 75.61 14.42))"
OSLO = "POLYGON((10.4 59.7, 11.0 59.7, 11.0 60.1, 10.4 60.1, 10.4 59.7))"
NORWAY = {"type": "Polygon", "coordinates": [[[10.4, 59.7], [11, 59.7], [11, 60.1], [10.4, 60.1], [10.4, 59.7]]]}
COLUMNS = ["platform", "connection", "kind", "id", "name", "datetime", "cloud_cover", "covered", "tag", "state",
           "quick_look"]
EVERYWHERE = "imageryhub:searcheverywhere"
SCENES = 20


@pytest.fixture
def all_platforms(
    run: Any, sandbox: SandboxProcess, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, calls: PicterraCalls,
    pixel: PixelCalls, catalog: CatalogCalls,
) -> Iterator[dict[str, set[str]]]:
    """Five platforms in the environment; what three of them hold in the areas, by the names of the platforms."""
    for environment in (pixel_environment, pixxel_environment, pix4d_environment, catalog_environment):
        variables = environment(sandbox)
        for name, value in variables.items():
            monkeypatch.setenv(name, value)
    upload_placed(calls, tmp_path, "field", 75.65, 14.45)
    upload_placed(calls, tmp_path, "elsewhere", 30, 45)
    collection = pixel.collection(pixel.project(), "RGB", name="Sheets")
    pixel.sandbox.control("POST", "pixel/rasters", {"collection": collection.split("/")[1], "count": 5, "name": "s"})
    product = catalog.product(f"seen{time.time_ns()}")
    for name, west, cloud in (("near", 75.6, 0.1), ("cloudy", 75.6, 0.9), ("far", 20.0, 0.1)):
        ring = [[west, 14.4], [west + 0.5, 14.4], [west + 0.5, 14.9], [west, 14.9], [west, 14.4]]
        catalog.sent("POST", f"metadata/v1/catalog/products/{product}/images", json={
            "id": name, "storage_state": "remote", "acquired": "2024-01-15T10:00:00Z", "cloud_fraction": cloud,
            "geometry": {"type": "Polygon", "coordinates": [ring]}})
    project = Pix4dCalls(sandbox).project("survey", acquisition_date="2024-01-20T09:00:00Z")
    sandbox.control("POST", f"pix4d/projects/{project['id']}",
                    {"status": "DONE", "bounds": [75.66, 14.46, 75.70, 14.50]})
    yield {
        "Picterra": {"field"}, "PIX4D cloud": {"survey"},
        "Geodata Pixel": {str(one["name"]) for one in pixel.read(collection, "rasters/")},
        "Descartes Labs catalog": {"near", "cloudy"},
    }
    sandbox.clear_faults()


def areas(*texts: str) -> QgsVectorLayer:
    layer = QgsVectorLayer("Polygon?crs=EPSG:4326", "areas", "memory")
    for text in texts:
        feature = QgsFeature()
        feature.setGeometry(QgsGeometry.fromWkt(text))
        layer.dataProvider().addFeature(feature)
    return layer


def layer_of(run: Any, result: dict[str, Any], name: str = "OUTPUT") -> QgsVectorLayer:
    given = result[name]
    layer = given if isinstance(given, QgsVectorLayer) else QgsProcessingUtils.mapLayerFromString(given, run.context)
    assert isinstance(layer, QgsVectorLayer) and layer.isValid()
    return layer


def names_by_platform(layer: QgsVectorLayer) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for one in layer.getFeatures():
        found.setdefault(one["platform"], set()).add(one["name"])
    return found


def states(layer: QgsVectorLayer) -> dict[str, str]:
    return {one["platform"]: one["state"] for one in layer.getFeatures()}


@pytest.mark.needs_assumed("RasterInList.footprint")
def test_all_platforms_give_one_layer(
    run: Any, pixxel: PixxelCalls, all_platforms: dict[str, set[str]], tmp_path: Path
) -> None:
    both = {"type": "MultiPolygon", "coordinates": [SHAPE["coordinates"], NORWAY["coordinates"]]}
    body = {"intersects": both, "limit": SCENES, "offset": 0,
            "sortby": [{"field": "properties->>'datetime'", "direction": "desc"}]}
    scenes = {one["id"]: one for one in pixxel.post("v0/archives/search", body)["features"]}
    found = run(EVERYWHERE, AREA=areas(FIELDS, OSLO), MAXIMUM=SCENES, OUTPUT=str(tmp_path / "found.gpkg"),
                REPORT="memory:")
    layer = QgsVectorLayer(found["OUTPUT"].partition("|")[0], "found", "ogr")
    assert [one for one in layer.fields().names() if one != "fid"] == COLUMNS
    names = names_by_platform(layer)
    assert names["Picterra"] == all_platforms["Picterra"]
    assert names["Geodata Pixel"] == all_platforms["Geodata Pixel"]
    assert names["PIX4D cloud"] == all_platforms["PIX4D cloud"]
    assert names["Descartes Labs catalog"] == all_platforms["Descartes Labs catalog"]
    assert {one["id"].partition("/")[2] for one in layer.getFeatures() if one["platform"] == "Pixxel"} == set(scenes)
    assert len(scenes) == SCENES
    for one in layer.getFeatures():
        if one["platform"] == "Pixxel":
            scene = scenes[one["id"].partition("/")[2]]["properties"]
            assert one["datetime"].toUTC().toString("yyyy-MM-ddTHH:mm:ss") == scene["datetime"][:19].replace(" ", "T")
            assert one["cloud_cover"] == pytest.approx(scene["eo:cloud_cover"])
            assert 0 < one["covered"] <= 100
        assert one["connection"] == ""
        assert one.geometry().intersects(QgsGeometry.fromWkt(FIELDS)) or one.geometry().intersects(
            QgsGeometry.fromWkt(OSLO))
    assert found["COUNT"] == layer.featureCount() and found["MISSING"] == ""
    told = states(layer_of(run, found, "REPORT"))
    assert told == {
        "Picterra": "answered", "Geodata Pixel": "answered", "Pixxel": "more", "PIX4D cloud": "answered",
        "Descartes Labs catalog": "answered"}
    layer.loadDefaultStyle()
    assert layer.temporalProperties().isActive() and layer.temporalProperties().startField() == "datetime"
    assert "quick_look" in layer.mapTipTemplate()


def test_who_is_slow_refuses_or_is_cut_holds_nobody_up(
    run: Any, sandbox: SandboxProcess, all_platforms: dict[str, set[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PICTERRA_API_KEY", "a-key-that-nobody-knows")
    sandbox.fault(kind="delay", operation="searchArchive", seconds=40, count=0)
    found = run(EVERYWHERE, CONNECTIONS="picterra,pixxel,pixel", SECONDS=15, OUTPUT="memory:", REPORT="memory:")
    assert names_by_platform(layer_of(run, found)) == {"Geodata Pixel": all_platforms["Geodata Pixel"]}
    assert states(layer_of(run, found, "REPORT")) == {
        "Picterra": "failed", "Pixxel": "too slow", "Geodata Pixel": "answered"}
    assert found["MISSING"] == "Picterra (environment), Pixxel (environment)"
    assert any("Picterra (environment) failed" in one and "PICTERRA_API_KEY" in one for one in run.messages)
    assert any("Pixxel (environment) was too slow" in one for one in run.messages)
    assert not any("a-key-that-nobody-knows" in one for one in run.messages)


def test_a_cut_connection_is_named_and_the_others_are_there(
    run: Any, sandbox: SandboxProcess, all_platforms: dict[str, set[str]], without_pauses: None
) -> None:
    sandbox.fault(kind="cut", operation="search", count=0)
    found = run(EVERYWHERE, CONNECTIONS="pixel,picterra", SECONDS=30, OUTPUT="memory:", REPORT="memory:")
    assert names_by_platform(layer_of(run, found)) == {"Picterra": {"field", "elsewhere"}}
    assert states(layer_of(run, found, "REPORT")) == {"Picterra": "answered", "Geodata Pixel": "failed"}
    assert found["MISSING"] == "Geodata Pixel (environment)"


def test_when_nobody_answers_it_fails_and_names_all(
    run: Any, all_platforms: dict[str, set[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PICTERRA_API_KEY", "a-key-that-nobody-knows")
    monkeypatch.setenv("PIXXEL_API_KEY", "another-key-that-nobody-knows")
    words = run.fails(EVERYWHERE, CONNECTIONS="picterra,pixxel", OUTPUT="memory:")
    assert "Picterra (environment) failed" in words and "Pixxel (environment) failed" in words


def test_time_cloud_and_text_narrow_all(run: Any, pixxel: PixxelCalls, all_platforms: dict[str, set[str]]) -> None:
    one = run(EVERYWHERE, TEXT="field", CONNECTIONS="picterra, pixel", OUTPUT="memory:")
    assert names_by_platform(layer_of(run, one)) == {"Picterra": {"field"}}
    when = {"FROM": "2024-01-01T00:00:00Z", "TO": "2024-02-01T00:00:00Z"}
    some = run(EVERYWHERE, AREA_TEXT=f"CRS=EPSG:4326;{FIELDS}", CONNECTIONS="pixxel", MAXIMUM=0, CLOUD=20, **when,
               OUTPUT="memory:")
    body = {"intersects": SHAPE, "limit": 1000, "offset": 0,
            "datetime": f"{when['FROM']}/{when['TO']}"}
    truth = {
        scene["id"] for scene in pixxel.post("v0/archives/search", body)["features"]
        if scene["properties"].get("eo:cloud_cover", 100) <= 20
    }
    assert truth
    assert {row["id"].partition("/")[2] for row in layer_of(run, some).getFeatures()} == truth
    few = run(EVERYWHERE, AREA_TEXT=f"CRS=EPSG:4326;{FIELDS}", CONNECTIONS="descarteslabs", CLOUD=20, **when,
              OUTPUT="memory:")
    (image,) = layer_of(run, few).getFeatures()
    assert (image["name"], image["cloud_cover"]) == ("near", pytest.approx(10))
    assert image["datetime"].toUTC().toString("yyyy-MM-ddTHH:mm:ss") == "2024-01-15T10:00:00"
    later = run(EVERYWHERE, CONNECTIONS="descarteslabs", FROM="2024-02-01T00:00:00Z", OUTPUT="memory:")
    assert later["COUNT"] == 0


def test_filters_of_single_platforms_and_tags(
    run: Any, pixel: PixelCalls, all_platforms: dict[str, set[str]]
) -> None:
    collection = pixel.collection(pixel.project(), name="North")
    pixel.sandbox.control("POST", "pixel/images", {"collection": collection.split("/")[1], "count": 4, "name": "n"})
    images = run(EVERYWHERE, CONNECTIONS="pixel", FILTERS='{"pixel": {"on": "images"}}', OUTPUT="memory:")
    rows = list(layer_of(run, images).getFeatures())
    assert {one["name"] for one in rows} == {str(one["name"]) for one in pixel.read(collection, "images/")}
    assert len(rows) == 4 and {one["kind"] for one in rows} == {"found.image"}
    assert run(EVERYWHERE, CONNECTIONS="picterra", TAG="spring", OUTPUT="memory:")["COUNT"] == 0
    for wrong in ("catalog", "[]", '{"nobody": {}}', '{"pixxel": "catalog"}', '{"pixxel": {"on": 1}}'):
        assert "cannot be read" in run.refused(EVERYWHERE, FILTERS=wrong, OUTPUT="memory:")


def test_a_raster_of_pixel_with_its_clouds_in_the_metadata_stays(
    run: Any, pixel: PixelCalls, all_platforms: dict[str, set[str]]
) -> None:
    """As “Send item to platform” leaves it; one of which nothing is known is left out."""
    collection = pixel.collection(pixel.project(), "RGB", name="Sent")
    for name, cloud in (("clear", 12), ("cloudy", 80)):
        pixel.sandbox.control("POST", "pixel/rasters", {
            "collection": collection.split("/")[1], "name": name, "metadata": {"cloud_cover": cloud}})
    found = run(EVERYWHERE, CONNECTIONS="pixel", CLOUD=20, OUTPUT="memory:")
    (row,) = layer_of(run, found).getFeatures()
    assert row["name"].startswith("clear") and row["cloud_cover"] == 12


def test_quick_looks_lie_in_a_folder(
    run: Any, all_platforms: dict[str, set[str]], tmp_path: Path
) -> None:
    found = run(EVERYWHERE, CONNECTIONS="pixxel", MAXIMUM=3, PICTURES=str(tmp_path / "looks"), OUTPUT="memory:")
    rows = list(layer_of(run, found).getFeatures())
    assert len(rows) == 3
    kept = {row["quick_look"] for row in rows if row["quick_look"]}
    assert kept == {path.as_posix() for path in (tmp_path / "looks").iterdir()}
    assert kept


def test_what_cannot_be_asked_is_said_before(run: Any) -> None:
    assert "no connection named “nobody”" in run.refused(EVERYWHERE, CONNECTIONS="nobody", OUTPUT="memory:")
    words = run.refused(EVERYWHERE, FROM="2024-02-01T00:00:00Z", TO="2024-01-01T00:00:00Z", OUTPUT="memory:")
    assert "ends before" in words


@pytest.mark.needs_assumed("RasterInList.footprint")
def test_one_range_of_time_narrows_every_platform(
    run: Any, sandbox: SandboxProcess, calls: PicterraCalls, pixel: PixelCalls, pixxel: PixxelCalls,
    catalog: CatalogCalls, all_platforms: dict[str, set[str]], tmp_path: Path,
) -> None:
    """On each there is an item of March 2024 and one of May."""
    collection = pixel.collection(pixel.project(area_of_interest=SHAPE), "RGB", name="Dated").split("/")[1]
    product, surveys = catalog.product(f"dated{time.time_ns()}"), Pix4dCalls(sandbox)
    for name, day in (("march", "2024-03-10T10:00:00"), ("may", "2024-05-10T10:00:00")):
        upload_placed(calls, tmp_path, name, 75.65, 14.45, captured_at=f"{day}Z")
        pixel.sandbox.control("POST", "pixel/rasters", {
            "collection": collection, "count": 1, "name": name, "capture_date": day})
        project = surveys.project(name, acquisition_date=f"{day}Z")
        sandbox.control("POST", f"pix4d/projects/{project['id']}",
                        {"status": "DONE", "bounds": [75.66, 14.46, 75.70, 14.50]})
        ring = [[75.6, 14.4], [76.1, 14.4], [76.1, 14.9], [75.6, 14.9], [75.6, 14.4]]
        catalog.sent("POST", f"metadata/v1/catalog/products/{product}/images", json={
            "id": name, "storage_state": "remote", "acquired": f"{day}Z",
            "geometry": {"type": "Polygon", "coordinates": [ring]}})
    begin, end = "2024-03-01T00:00:00Z", "2024-04-01T00:00:00Z"
    found = run(EVERYWHERE, AREA_TEXT=f"CRS=EPSG:4326;{FIELDS}", FROM=begin, TO=end, MAXIMUM=0, OUTPUT="memory:")
    layer = layer_of(run, found)
    names = {platform: {one.partition("_")[0] for one in some} for platform, some in names_by_platform(layer).items()}
    scenes = pixxel.post("v0/archives/search", {
        "intersects": SHAPE, "limit": 1000, "offset": 0, "datetime": f"{begin}/{end}"})["features"]
    assert scenes
    assert {row["id"].partition("/")[2] for row in layer.getFeatures() if row["platform"] == "Pixxel"} == {
        one["id"] for one in scenes}
    assert {platform: some for platform, some in names.items() if platform != "Pixxel"} == dict.fromkeys(
        ("Picterra", "PIX4D cloud", "Geodata Pixel", "Descartes Labs catalog"), {"march"})
    assert all("2024-03" in row["datetime"].toUTC().toString("yyyy-MM-dd") for row in layer.getFeatures())
