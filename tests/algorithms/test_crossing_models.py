"""The shipped models that cross platforms, by ``qgis_process`` against one sandbox that is all of them. What arrived is
read back by plain HTTP and GDAL, and held against the land and the images that were there before."""

from __future__ import annotations

import gc
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pixel_files
import pytest
import requests
import sandbox_pixel
from all_platforms import environment
from headless import qgis_process
from imagery_hub.core import connections
from imagery_hub.core.connections import Connection
from imagery_hub.core.platforms import PLATFORMS
from osgeo import gdal
from picterra_scenes import BLUE, FAR_RED, RED, trained
from pix4d_annotations import AnnotationCalls
from pix4d_stored_results import Results
from pixxel_land import AREA, BOUNDS, Land, water_detector
from qgis.core import (
    QgsApplication,
    QgsProcessing,
    QgsProcessingContext,
    QgsProcessingModelAlgorithm,
    QgsProcessingParameterDefinition,
    QgsProcessingProvider,
    QgsVectorLayer,
)
from sandbox_descarteslabs import CatalogCalls
from sandbox_images import EAST, NORTH, PIXEL, squares_image
from sandbox_picterra import PicterraCalls
from sandbox_pix4d import Pix4dCalls
from sandbox_pixel import PixelCalls
from sandbox_pixxel import PixxelCalls
from sandbox_process import SandboxProcess

SCENE, ORTHO, SEARCH = "imageryhub:pixxelscenetopixel", "imageryhub:pix4dorthotoannotations", \
    "imageryhub:pixelsearchtoproduct"
ALL = (SCENE, ORTHO, SEARCH)
CLASS = "squares"
"""Of the detector of :func:`trained`, whose only class is named like itself."""


def run_headless(sandbox: SandboxProcess, folder: Path, model: str, **given: Any) -> dict[str, Any]:
    """Run by ``qgis_process``, as at night; its outputs."""
    names = [f"{name.replace('__', ':')}={value}" for name, value in given.items()]
    done = qgis_process(folder, environment(sandbox), "--json", "run", model, "--", *names, seconds=280)
    assert done.returncode == 0, done.stdout + done.stderr
    results: dict[str, Any] = json.loads(done.stdout[done.stdout.index("{"):])["results"]
    return results


@pytest.fixture
def saved(
    sandbox: SandboxProcess, imagery_hub: QgsProcessingProvider, qgis_processing: None, monkeypatch: pytest.MonkeyPatch
) -> Iterator[dict[str, str]]:
    """A saved connection to each platform, as the models' parameters, and none in the environment."""
    assert QgsApplication.authManager().setMasterPassword("test-master", True)
    known, given = environment(sandbox), {}
    for key, platform in PLATFORMS.items():
        options = {one.name: known[one.variable] for one in platform.options if one.variable in known}
        login = {one.name: known[one.variable] for one in platform.secrets}
        connections.save(Connection(f"My {key}", key, known[platform.address_variable], options), login)
        given[f"{key.upper()}_CONNECTION"] = f"My {key}"
    for name in known:
        monkeypatch.delenv(name, raising=False)
    yield given
    for name in given.values():
        connections.remove(name)
    gc.collect()


def run_here(model: str, saved: dict[str, str], **given: Any) -> dict[str, Any]:
    """Run in this QGIS with saved connections; its outputs."""
    import processing

    algorithm = QgsApplication.processingRegistry().createAlgorithmById(model)
    own = {name: value for name, value in saved.items() if algorithm.parameterDefinition(name) is not None}
    assert len(own) == 2 + (model == SCENE)
    values = {name.replace("__", ":"): value for name, value in {**own, **given}.items()}
    results: dict[str, Any] = processing.run(model, values, context=QgsProcessingContext())
    return results


def fetched(address: str, name: str) -> str:
    """A file of the platform in GDAL's memory."""
    answer = requests.get(address, timeout=60)
    assert answer.status_code == 200, answer.text[:200]
    gdal.FileFromMemBuffer(f"/vsimem/{name}", answer.content)
    return f"/vsimem/{name}"


# ---------------------------------------------------------------------- from Pixxel by Picterra to Pixel
def test_a_scene_becomes_a_picture_with_its_lakes(
    sandbox: SandboxProcess, pixxel: PixxelCalls, calls: PicterraCalls, pixel: PixelCalls, tmp_path: Path
) -> None:
    entries = sandbox.control("POST", "pixxel/catalogs", {"count": 30, "area": AREA})["catalogs"]
    told = {one: pixxel.get(f"v0/catalogs/{one}")["details"] for one in entries}
    whole = [one for one in entries if told[one]["bbox"] == BOUNDS]
    entry = min(whole, key=lambda one: told[one]["properties"]["eo:cloud_cover"])
    scene, land = told[entry], Land(told[entry])
    place = pixel.collection(pixel.project(area_of_interest=AREA), "RGB", raster_info={"srid": land.epsg})
    run_headless(sandbox, tmp_path, SCENE, CATALOG=entry, DETECTOR=water_detector(calls, tmp_path), COLLECTION=place,
                 CONFIRM=True, result__Detections=tmp_path / "lakes.gpkg")

    (sent,) = [one for one in calls.get("rasters/")["results"] if one["name"] == scene["id"]]
    assert sent["captured_at"][:19] == scene["properties"]["datetime"][:19].replace(" ", "T")
    (kept,) = pixel.read(place, "rasters/")
    kept = pixel.read(place, f"rasters/{kept['id']}")
    assert kept["name"] == scene["id"]
    assert kept["capture_date"][:19] == scene["properties"]["datetime"][:19].replace(" ", "T")
    assert round(kept["json_metadata"]["cloud_cover"]) == round(scene["properties"]["eo:cloud_cover"])
    assert kept["tags"] == [scene["properties"]["platform"]]
    picture = gdal.Open(fetched(kept["download_url"], "picture.tif"))
    assert picture.GetGeoTransform() == land.transform
    difference = np.abs(picture.ReadAsArray().astype(int) - land.picture())
    assert difference.max() <= 1, "three bands of the scene, scaled the same way"

    owner = {"resource_type": "data_collection", "resource_id": place.split("/")[1]}
    (attached,) = pixel.get("attachments/", **owner)
    assert attached["name"] == f"{scene['id']}.gpkg" and attached["status"] == "Completed"
    lakes = land.burnt(fetched(attached["download_url"], "lakes.gpkg"))
    truth = land.water()
    assert truth.mean() > 0.1
    assert (lakes & truth).sum() / (lakes | truth).sum() > 0.85


# ---------------------------------------------------------------------- from PIX4D by Picterra to PIX4D
def test_what_is_found_in_an_orthomosaic_becomes_annotations(
    sandbox: SandboxProcess, calls: PicterraCalls, pix4d: Pix4dCalls, tmp_path: Path
) -> None:
    annotations = AnnotationCalls(sandbox)
    project = Results(sandbox, number=annotations.project("EPSG:32632"))
    squares = [*RED[:2], *FAR_RED]
    project.give(squares_image(tmp_path / "ortho.tif", squares, BLUE), "ortho")
    before = annotations.made(project.id, {"geometry": {"type": "Point", "coordinates": [EAST, NORTH, 1.0]},
                                           "properties": {"name": "gate"}})
    (tmp_path / "learned").mkdir()
    scene = trained(calls, tmp_path / "learned")
    run_headless(sandbox, tmp_path, ORTHO, PROJECT=project.id, DETECTOR=scene.detector, CONFIRM=True,
                 result__Detections=tmp_path / "found.gpkg")

    (sent,) = [one for one in calls.get("rasters/")["results"] if one["id"] != scene.raster]
    assert sent["name"].endswith(" ortho")
    found = annotations.all(project.id)
    assert set(before) < set(found)
    new = [one for name, one in found.items() if name not in before]
    assert {one["geometry"]["type"] for one in new} == {"Polygon"}
    assert {one["properties"]["name"] for one in new} == {CLASS}
    assert len(new) == len(squares)
    for box in squares:
        assert max(overlap(one["geometry"]["coordinates"][0], box) for one in new) > 0.7


def heights(path: Path, at: Callable[[float, float], float]) -> Path:
    """A surface under the squares, by a formula of metres to the east and to the south."""
    columns, rows = 240, 200
    made = gdal.GetDriverByName("GTiff").Create(str(path), columns, rows, 1, gdal.GDT_Float32)
    made.SetGeoTransform((EAST, PIXEL, 0, NORTH, 0, -PIXEL))
    made.SetSpatialRef(pixel_files.system(32632))
    x, y = np.meshgrid((np.arange(columns) + 0.5) * PIXEL, (np.arange(rows) + 0.5) * PIXEL)
    made.GetRasterBand(1).WriteArray(at(x, y).astype(np.float32))
    made.FlushCache()
    return path


def test_another_output_goes_by_a_folder_and_what_is_found_lies_on_the_surface(
    sandbox: SandboxProcess, calls: PicterraCalls, pix4d: Pix4dCalls, saved: dict[str, str], tmp_path: Path
) -> None:
    """With saved connections. The orthomosaic shows nothing that the detector knows."""
    annotations = AnnotationCalls(sandbox)
    project = Results(sandbox, number=annotations.project("EPSG:32632"))
    project.give(squares_image(tmp_path / "ortho.tif", [], BLUE), "ortho")
    project.give(squares_image(tmp_path / "rgb.tif", FAR_RED, BLUE), "ortho_rgb", "more")
    folder = calls.post("folders/", {"name": "Surveys"})["id"]
    surface = heights(tmp_path / "dsm.tif", lambda x, y: 300 + x / 10 + y / 20)
    (tmp_path / "learned").mkdir()
    run_here(ORTHO, saved, PROJECT=str(project.id), DETECTOR=trained(calls, tmp_path / "learned").detector,
             FOLDER=folder, RESULT="ortho_rgb", SURFACE=str(surface), CONFIRM=True,
             result__Detections=str(tmp_path / "found.gpkg"), push__Outcome=str(tmp_path / "outcome.gpkg"))

    (sent,) = calls.get("rasters/", folder=folder)["results"]
    assert sent["name"].endswith(" ortho_rgb")
    found = list(annotations.all(project.id).values())
    assert len(found) == len(FAR_RED)
    for one in found:
        assert one["properties"]["name"] == CLASS
        for x, y, z in one["geometry"]["coordinates"][0]:
            assert z == pytest.approx(300 + (x - EAST) / 10 + (NORTH - y) / 20, abs=0.1)


def overlap(ring: list[list[float]], box: tuple[int, int, int, int]) -> float:
    """How much a ring in EPSG:32632 and a square of the image share, of what both cover."""
    from shapely.geometry import Polygon

    left, top, right, bottom = box
    corners = [(EAST + x * PIXEL, NORTH - y * PIXEL) for x, y in
               ((left, top), (right, top), (right, bottom), (left, bottom))]
    one, other = Polygon([point[:2] for point in ring]).buffer(0), Polygon(corners)
    return float(one.intersection(other).area / one.union(other).area)


# ---------------------------------------------------------------------- from Pixel to the catalog
def given_rasters(pixel: PixelCalls, folder: Path) -> dict[str, tuple[Path, dict[str, Any]]]:
    """Three rasters in two data collections, two of them of spring; by their crew the file and what Pixel tells."""
    project, made = pixel.project(), {}
    places = [pixel.collection(project, "RGB", name=name) for name in ("North", "South")]
    for number, (crew, place, tag) in enumerate((("A", 0, "spring"), ("B", 1, "spring"), ("C", 1, "autumn"))):
        (folder / crew).mkdir()
        corner = (pixel_files.EAST + 100 * number, pixel_files.NORTH)
        file = pixel_files.raster(folder / crew / "sheet.tif", corner=corner)
        raster = pixel.sandbox.control("POST", "pixel/rasters", {
            "collection": places[place].split("/")[1], "file": str(file), "tags": [tag], "metadata": {"crew": crew}})
        made[crew] = file, pixel.read(places[place], f"rasters/{raster['first']}")
    return made


@pytest.mark.needs_assumed("pixel Raster.download_url")
def test_what_a_search_finds_becomes_a_product(
    sandbox: SandboxProcess, pixel: PixelCalls, catalog: CatalogCalls, tmp_path: Path
) -> None:
    given = given_rasters(pixel, tmp_path)
    results = run_headless(sandbox, tmp_path, SEARCH, TAGS="spring", PRODUCT="sheets", TITLE="Sheets of spring",
                           search__Found=tmp_path / "found.gpkg", images__Images=tmp_path / "images.gpkg")
    assert [QgsVectorLayer(results[name]).featureCount() for name in ("search:Found", "images:Images")] == [2, 2]
    product = catalog.product("other").partition(":")[0] + ":sheets"
    assert catalog.catalog(f"products/{product}")["title"] == "Sheets of spring"
    bands = catalog.sent("POST", "metadata/v1/bands/search", json={"products": [product]})
    assert sorted((one["srcband"], one["dtype"]) for one in bands) == [(1, "Byte"), (2, "Byte"), (3, "Byte")]
    names = [one["key"] for one in catalog.sent("POST", "metadata/v1/search", json={"products": [product]})]
    images = {one["extra_properties"]["crew"]: one for one in
              (catalog.catalog(f"products/{product}/images/{name}") for name in names)}
    assert set(images) == {"A", "B"}, "both, although their files have the same name"
    for name in "AB":
        path, told = given[name]
        assert images[name]["acquired"][:19] == told["capture_date"][:19]
        assert images[name]["extra_properties"]["tags"] == "spring"
        file = Path(images[name]["files"][0]).name
        gdal.FileFromMemBuffer("/vsimem/stored.tif",
                               catalog.request("GET", f"storage/v1/products/get/{product}/{file}").content)
        arrived, truth = gdal.Open("/vsimem/stored.tif"), gdal.Open(str(path))
        assert arrived.GetGeoTransform() == truth.GetGeoTransform()
        assert np.array_equal(arrived.ReadAsArray(), truth.ReadAsArray())
        gdal.Unlink("/vsimem/stored.tif")


@pytest.mark.needs_assumed("pixel Raster.download_url")
def test_a_search_is_narrowed_by_area_text_and_filter(
    sandbox: SandboxProcess, pixel: PixelCalls, catalog: CatalogCalls, saved: dict[str, str], tmp_path: Path
) -> None:
    """With saved connections. Each raster but the first fails one of the three."""
    far = {"type": "Polygon", "coordinates": [[[5, 60], [5.1, 60], [5.1, 60.1], [5, 60.1], [5, 60]]]}
    file = pixel_files.raster(tmp_path / "sheet.tif")
    for crew, project, area, name in (("A", "Bridges", sandbox_pixel.OSLO, "river"), ("B", "Bridges", far, "river"),
                                      ("C", "Bridges", sandbox_pixel.OSLO, "road"),
                                      ("D", "Tunnels", sandbox_pixel.OSLO, "river")):
        place = pixel.collection(pixel.project(project, area_of_interest=area), "RGB")
        sandbox.control("POST", "pixel/rasters", {"collection": place.split("/")[1], "file": str(file), "name": name,
                                                  "metadata": {"crew": crew}})
    (tmp_path / "area.geojson").write_text(json.dumps({"type": "Feature", "properties": {}, "geometry": {
        "type": "Polygon", "coordinates": [[[10.7, 59.9], [10.8, 59.9], [10.8, 59.95], [10.7, 59.9]]]}}))
    run_here(SEARCH, saved, AREA=str(tmp_path / "area.geojson"), TEXT="river", PRODUCT="narrowed",
             FILTER=json.dumps({"==": [{"var": "project_name"}, "Bridges"]}),
             search__Found=str(tmp_path / "found.gpkg"), images__Images=str(tmp_path / "images.gpkg"))
    product = catalog.product("other").partition(":")[0] + ":narrowed"
    (image,) = catalog.sent("POST", "metadata/v1/search", json={"products": [product]})
    assert catalog.catalog(f"products/{product}/images/{image['key']}")["extra_properties"]["crew"] == "A"


def test_a_search_that_finds_nothing_or_no_files_says_so_and_adds_nothing(
    run_pixel: Any, run_descarteslabs: Any, pixel: PixelCalls, catalog: CatalogCalls
) -> None:
    own_namespace = catalog.product("other").partition(":")[0]
    place = pixel.collection(pixel.project(), "RGB")
    pixel.sandbox.control("POST", "pixel/rasters", {"collection": place.split("/")[1], "tags": ["summer"]})
    for tag, words in (("winter", "No raster of Pixel is like that"), ("summer", "Pixel gives no address")):
        run_pixel.context = QgsProcessingContext()  # QGIS 3.44 runs no model anew in that of its failure
        told = run_pixel.fails(SEARCH, TAGS=tag, PRODUCT="nothing", **{
            "search:Found": QgsProcessing.TEMPORARY_OUTPUT, "images:Images": QgsProcessing.TEMPORARY_OUTPUT})
        assert words in " ".join([told, *run_pixel.messages])
        assert not catalog.there("products/" + own_namespace + ":nothing")


# ---------------------------------------------------------------------- before the first step, and in dialogs
@pytest.mark.parametrize(("model", "given", "words"), [
    (SCENE, {"CATALOG": "c", "DETECTOR": "d", "COLLECTION": "10/6"}, "Tick “Confirm"),
    (SCENE, {"CATALOG": "c", "DETECTOR": "d", "COLLECTION": "six", "CONFIRM": True}, "not a data collection"),
    (SCENE, {"CATALOG": " ", "DETECTOR": "d", "COLLECTION": "10/6", "CONFIRM": True}, "“Catalog entry” is empty"),
    (SCENE, {"CATALOG": "c", "DETECTOR": "d", "COLLECTION": "10/6", "CONFIRM": True, "BANDS": "1, 2"}, "three bands"),
    (ORTHO, {"PROJECT": "12", "DETECTOR": "d"}, "Tick “Confirm"),
    (ORTHO, {"PROJECT": "12", "DETECTOR": "", "CONFIRM": True}, "“Detector” is empty"),
    (SEARCH, {"PRODUCT": "two words"}, "two words"),
])
def test_what_a_later_step_would_refuse_is_refused_first(
    run: Any, model: str, given: dict[str, Any], words: str
) -> None:
    assert words in run.refused(model, **given)


def test_they_are_whole_and_told_as_steps_of_all_platforms(run: Any) -> None:
    registry = QgsApplication.processingRegistry()
    for name in ALL:
        model = registry.createAlgorithmById(name)
        assert isinstance(model, QgsProcessingModelAlgorithm)
        assert model.canExecute() == (True, "") and model.validate() == (True, [])
        assert all(step.algorithm() is not None for step in model.childAlgorithms().values())
        assert (model.group(), model.groupId()) == ("All platforms", "everywhere")
        assert model.displayName() != model.name() and model.shortHelpString()
        for one in model.parameterDefinitions():
            if not one.flags() & QgsProcessingParameterDefinition.Flag.FlagHidden:
                assert one.description() and model.helpContent()[one.name()].endswith("."), one.name()
        assert all(step.description() for step in model.childAlgorithms().values())


def test_their_dialogs_list_what_each_platform_has(run: Any) -> None:
    from imagery_hub.algorithms.parameters import lister_of

    found = {}
    for name in ALL:
        model = QgsApplication.processingRegistry().createAlgorithmById(name)
        for one in model.parameterDefinitions():
            widget = one.metadata().get("widget_wrapper", {})
            if one.name().endswith("_CONNECTION"):
                assert widget["platform"] == one.name().removesuffix("_CONNECTION").lower()
            elif widget.get("lister"):
                assert model.parameterDefinition(widget["connection"]) is not None
                found[one.name()] = lister_of(one).__name__
    assert found == {
        "CATALOG": "catalogs", "DETECTOR": "trained_detectors", "COLLECTION": "raster_collections",
        "PROJECT": "projects", "RESULT": "outputs", "FOLDER": "folders",
    }
