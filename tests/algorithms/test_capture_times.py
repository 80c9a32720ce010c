"""Whatever is pulled is shown on the day of its capture: on the map, and when its file is opened again."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pixel_files
import pytest
from picterra_scenes import detected, trained
from pix4d_annotations import AnnotationCalls, point
from pix4d_results import circle, cone, polygons, surface
from pix4d_stored_results import Results
from pixxel_workspace import SMALL, TIME
from placed_images import upload_placed
from qgis.core import (
    QgsDateTimeRange,
    QgsMapLayer,
    QgsProcessingOutputLayerDefinition,
    QgsProcessingUtils,
    QgsProject,
    QgsRasterLayer,
    QgsVectorLayer,
    QgsVectorLayerTemporalContext,
)
from qgis.PyQt.QtCore import QDateTime, Qt
from sandbox_descarteslabs import CatalogCalls
from sandbox_picterra import PicterraCalls
from sandbox_pix4d import Pix4dCalls
from sandbox_pixel import PixelCalls
from sandbox_pixxel import TD2, PixxelCalls
from sandbox_process import SandboxProcess

DAY, ANOTHER = "2024-06-02", "2024-06-03"
CAPTURED = f"{DAY}T09:41:00Z"


def day(text: str) -> QgsDateTimeRange:
    begin = QDateTime.fromString(f"{text}T00:00:00Z", Qt.DateFormat.ISODate)
    return QgsDateTimeRange(begin, begin.addSecs(86399))


def shown(layer: QgsMapLayer, text: str) -> bool:
    """Whether anything of a layer is shown on a day."""
    properties = layer.temporalProperties()
    assert properties.isActive(), layer.name()
    if not isinstance(layer, QgsVectorLayer) or not properties.isVisibleInTemporalRange(day(text)):
        return bool(properties.isVisibleInTemporalRange(day(text)))
    context = QgsVectorLayerTemporalContext()
    context.setLayer(layer)
    layer.setSubsetString("")
    words = properties.createFilterString(context, day(text))
    return any(True for _ in layer.getFeatures(words)) if words else True


def opened(path: str) -> QgsMapLayer:
    """A file as QGIS opens it."""
    file = path.partition("|")[0]
    layer: QgsMapLayer = QgsVectorLayer(file, "opened", "ogr")
    if not layer.isValid():
        layer = QgsRasterLayer(file, "opened", "gdal")
    assert layer.isValid(), path
    layer.loadDefaultStyle()
    return layer


def on_its_day(path: str, text: str = DAY, other: str = ANOTHER) -> bool:
    layer = opened(path)
    return shown(layer, text) and not shown(layer, other)


def on_the_map(run: Any, target: str) -> QgsMapLayer:
    """The layer as Processing opens it, which loads no style of its own."""
    details = run.context.layersToLoadOnCompletion()[target]
    layer = QgsProcessingUtils.mapLayerFromString(target, run.context)
    details.postProcessor().postProcessLayer(layer, run.context, None)
    return layer


# ---------------------------------------------------------------------- Picterra
def test_rasters_of_picterra_and_what_was_found_in_them(run: Any, calls: PicterraCalls, tmp_path: Path) -> None:
    scene = trained(calls, tmp_path)
    run("editraster", RASTER=scene.raster, CAPTURED_AT=CAPTURED)
    target = str(tmp_path / "back.tif")
    run("downloadraster", RASTER=scene.raster, OUTPUT=QgsProcessingOutputLayerDefinition(target, QgsProject.instance()))
    assert on_its_day(target)
    layer = on_the_map(run, target)
    assert shown(layer, DAY) and not shown(layer, ANOTHER)
    found = str(tmp_path / "found.gpkg")
    run("downloadresult", OPERATION=detected(calls, scene), OUTPUT=found)
    assert on_its_day(found)
    (own, *_) = [one["id"] for one in calls.get(f"rasters/{scene.raster}/vector_layers/")["results"]]
    drawn = str(tmp_path / "drawn.gpkg")
    run("downloadvectorlayer", VECTOR_LAYER=own, OUTPUT=drawn)
    assert on_its_day(drawn)
    markers = str(tmp_path / "markers.gpkg")
    run("listmarkers", RASTER=scene.raster, OUTPUT=markers)
    layer = opened(markers)
    time = layer.temporalProperties()
    assert time.isActive() and time.fixedTemporalRange().begin().toString("yyyy-MM-dd") == DAY


@pytest.mark.needs_assumed("RasterInList.captured_at")
def test_footprints_of_picterra_each_on_its_day(run: Any, calls: PicterraCalls, tmp_path: Path) -> None:
    upload_placed(calls, tmp_path, "June", 10, 45, captured_at=CAPTURED)
    listed = str(tmp_path / "rasters.gpkg")
    run("listrasters", SEARCH="June", OUTPUT=QgsProcessingOutputLayerDefinition(listed, QgsProject.instance()))
    assert on_its_day(listed)
    layer = on_the_map(run, listed)
    assert shown(layer, DAY) and not shown(layer, ANOTHER)


# ---------------------------------------------------------------------- PIX4D
@pytest.mark.needs_assumed("pix4d A57")
def test_annotations_and_results_of_pix4d(
    run_pix4d: Any, sandbox: SandboxProcess, pix4d: Pix4dCalls, tmp_path: Path
) -> None:
    project = pix4d.project("Quarry", coordinate_system="EPSG:32632", acquisition_date=CAPTURED)
    AnnotationCalls(sandbox).made(int(project["id"]), point())
    target = str(tmp_path / "points.gpkg")
    run_pix4d("getannotations", PROJECT=project["id"], POINTS=target, LINES=None, POLYGONS=None, CIRCLES=None)
    assert on_its_day(target)
    made = Results(sandbox)
    made.calls.sent("PATCH", made.path, json={"acquisition_date": CAPTURED})
    made.give(pixel_files.raster(tmp_path / "ortho.tif"), "ortho")
    found = run_pix4d("downloadoutput", PROJECT=made.id, RESULT="ortho", LOAD=True, OUTPUT=str(tmp_path / "ortho2.tif"))
    assert found
    layers = list(run_pix4d.context.temporaryLayerStore().mapLayers().values())
    assert layers and all(shown(one, DAY) and not shown(one, ANOTHER) for one in layers)


def test_results_of_pix4d_are_dated_without_the_map(run_pix4d: Any, sandbox: SandboxProcess, tmp_path: Path) -> None:
    made = Results(sandbox)
    made.calls.sent("PATCH", made.path, json={"acquisition_date": CAPTURED})
    made.give(pixel_files.raster(tmp_path / "ortho.tif"), "ortho")
    cameras = tmp_path / "cameras.txt"
    cameras.write_text("imageName X Y Z Omega Phi Kappa\nphoto.jpg 500000 5200000 300 0 0 0\n", "utf-8")
    made.give(cameras, "calibrated_external_camera_parameters")
    one = str(tmp_path / "one.tif")
    run_pix4d("downloadoutput", PROJECT=made.id, RESULT="ortho", LOAD=False, OUTPUT=one)
    assert on_its_day(one)
    folder = tmp_path / "all"
    run_pix4d("downloadresults", PROJECT=made.id, LOAD=False, FOLDER=str(folder))
    assert on_its_day(str(folder / "ortho.tif"))
    assert not list(folder.glob("*.gpkg")), "what is only text stays text"
    again = tmp_path / "again"
    run_pix4d("downloadresults", PROJECT=made.id, LOAD=True, FOLDER=str(again))
    (points,) = again.glob("*.gpkg")
    layer = opened(str(points))
    assert shown(layer, DAY) and not shown(layer, ANOTHER)


def test_measured_volumes_are_of_the_flights_day(run_pix4d: Any, sandbox: SandboxProcess, tmp_path: Path) -> None:
    made = Results(sandbox)
    made.calls.sent("PATCH", made.path, json={"acquisition_date": CAPTURED})
    made.give_and_wait(surface(tmp_path / "dsm.tif", cone(40, 40, 20, 10)), "dsm")
    target = str(tmp_path / "measured.gpkg")
    run_pix4d("measurevolumes", PROJECT=made.id, INPUT=polygons(circle(40, 40, 25)), OUTPUT=target)
    assert on_its_day(target)


def test_a_project_of_pix4d_is_not_dated_by_the_day_it_was_made_on(
    run_pix4d: Any, sandbox: SandboxProcess, pix4d: Pix4dCalls, tmp_path: Path
) -> None:
    site = pix4d.site("Pit")
    project = pix4d.project("Flight", parent_type="project_group", parent_uuid=site["uuid"])
    made = Results(sandbox, pix4d, project["id"])
    sandbox.control("POST", f"pix4d/projects/{made.id}", {"acquired": ""})
    assert pix4d.get(made.path)["create_date"] and "acquisition_date" not in pix4d.get(made.path)
    made.give_and_wait(pixel_files.raster(tmp_path / "ortho.tif"), "ortho")
    target = str(tmp_path / "back.tif")
    run_pix4d("downloadoutput", PROJECT=made.id, RESULT="ortho", LOAD=True, OUTPUT=target)
    layers = list(run_pix4d.context.temporaryLayerStore().mapLayers().values())
    assert layers and not any(one.temporalProperties().isActive() for one in [*layers, opened(target)])
    run_pix4d.fails("addsite", SITE=site["id"])
    assert "Left out, as its date of capture is not known: Flight" in run_pix4d.messages


# ---------------------------------------------------------------------- Geodata Pixel
@pytest.mark.needs_assumed("pixel Image.capture_date", "pixel Raster.capture_date")
def test_images_and_rasters_of_pixel(run_pixel: Any, pixel: PixelCalls, tmp_path: Path) -> None:
    """Their days begin at midnight, which QGIS easily takes for the day before."""
    project = pixel.project()
    for kind, what in (("image", "images"), ("RGB", "rasters")):
        place = pixel.collection(project, kind)
        pixel.sandbox.control("POST", f"pixel/{what}", {"collection": place.split("/")[1], "count": 1, "name": what})
        (one,) = pixel.read(place, f"{what}/")
        when = str(one["capture_date"])[:10]
        target = str(tmp_path / f"{what}.gpkg")
        run_pixel(f"{what}tolayer", COLLECTION=place, OUTPUT=target)
        assert on_its_day(target, when, DAY), what


@pytest.mark.needs_assumed("pixel Raster.download_url", "pixel Raster.capture_date")
def test_downloaded_rasters_of_pixel(run_pixel: Any, pixel: PixelCalls, tmp_path: Path) -> None:
    place = pixel.collection(pixel.project(), "RGB")
    file = pixel_files.raster(tmp_path / "sheet.tif")
    made = {"collection": place.split("/")[1], "count": 2, "name": "sheet", "file": str(file)}
    pixel.sandbox.control("POST", "pixel/rasters", made)
    days = {str(one["id"]): str(one["capture_date"])[:10] for one in pixel.read(place, "rasters/")}
    assert len(set(days.values())) == 2
    found = run_pixel("downloadfiles", COLLECTION=place, FOLDER=str(tmp_path / "out"))
    for identity, path in zip(found["IDS"].split(","), found["FILES"].split("\n")):
        assert on_its_day(path, days[identity], DAY)


# ---------------------------------------------------------------------- Pixxel
def test_scenes_and_bundles_of_pixxel(run_pixxel: Any, pixxel: PixxelCalls, tmp_path: Path) -> None:
    entry = pixxel.sandbox.control("POST", "pixxel/catalogs", {"count": 1})["catalogs"][0]
    when = pixxel.get(f"v0/catalogs/{entry}")["details"]["properties"]["datetime"][:10]
    got = run_pixxel("downloadcatalog", CATALOGS=entry, OUTPUT=str(tmp_path / "bundle.zip"))
    assert on_its_day(got["IMAGE"], when, DAY)
    found = str(tmp_path / "scenes.gpkg")
    assert run_pixxel("searchcatalog", CATALOGS=entry, OUTPUT=found)["CATALOG_IDS"] == entry
    assert on_its_day(found, when, DAY)


def test_assets_and_insights_of_pixxel(run_pixxel: Any, pixxel: PixxelCalls, tmp_path: Path) -> None:
    """Also where no name in the bundle tells a day."""
    project = str(pixxel.get("v0/projects")["projects"][0]["id"])
    found = run_pixxel("searchscenes", SATELLITE=TD2, COLLECTIONS="pixxel-td-l2a", AREA_TEXT=SMALL, **TIME)["ITEM_IDS"]
    by_day = {one.split("_")[2]: one for one in found.split(",")}
    aoi = run_pixxel("createaoi", PROJECT=project, NAME="Dated plots", AREA_TEXT=SMALL, SATELLITE=TD2,
                     ITEMS=",".join(by_day[one] for one in sorted(by_day)[:4]), **TIME)["AOI_ID"]
    mosaics = [one for one in pixxel.get(f"v0/aois/{aoi}/assets", limit=100)["assets"]
               if one["asset_type"] == "mosaic" and one["status"] == "success"][:2]
    assert len({one["date"] for one in mosaics}) == 2
    listed = str(tmp_path / "assets.gpkg")
    run_pixxel("listassets", AOI=aoi, TYPE="mosaic", OUTPUT=listed)
    assert all(on_its_day(listed, one["date"], DAY) for one in mosaics)
    for number, one in enumerate(mosaics):
        pixxel.sandbox.control("POST", "pixxel/states", {"table": "assets", "id": one["id"], "name": f"Plot {number}"})
    ids = [str(one["id"]) for one in mosaics]
    got = run_pixxel("downloadassets", AOI=aoi, ASSETS=",".join(ids), OUTPUT=str(tmp_path / "assets.zip"))
    for path in got["FILES"].split("\n"):
        (one,) = [each for number, each in enumerate(mosaics) if Path(path).stem in (f"Plot {number}",
                                                                                     f"Plot_{number}")]
        assert on_its_day(path, one["date"], DAY)
    common = {"PROJECT": project, "AOI": aoi, "CONFIRM": True}
    of_one = run_pixxel("createinsight", BLOCK="kmeans/1.1.0", **common,
                        INPUT_VALUES=["input_image", ids[0], "classes", "2"])["INSIGHT_ID"]
    got = run_pixxel("downloadinsight", AOI=aoi, INSIGHT=of_one, OUTPUT=str(tmp_path / "classes.zip"))
    assert len(got["FILES"].split("\n")) == 2
    assert all(on_its_day(path, mosaics[0]["date"], mosaics[1]["date"]) for path in got["FILES"].split("\n"))
    of_two = run_pixxel("createinsight", BLOCK="spectral-change/2.0.0", **common,
                        INPUT_VALUES=["before", ids[0], "after", ids[1], "threshold", "5"])["INSIGHT_ID"]
    got = run_pixxel("downloadinsight", AOI=aoi, INSIGHT=of_two, OUTPUT=str(tmp_path / "change.zip"))
    files = {Path(path).stem: path for path in got["FILES"].split("\n")}
    assert on_its_day(files["before"], mosaics[0]["date"], mosaics[1]["date"])
    assert on_its_day(files["after"], mosaics[1]["date"], mosaics[0]["date"])
    assert not opened(files["change_image"]).temporalProperties().isActive(), "it is of two days"
    for raster, dated in ((f"{of_one}/classes_image", True), (f"{of_two}/change_image", False)):
        cells = ["before", raster, "after", raster, "threshold", "5"]
        of_it = run_pixxel("createinsight", BLOCK="spectral-change/2.0.0", **common, INPUT_VALUES=cells)["INSIGHT_ID"]
        got = run_pixxel("downloadinsight", AOI=aoi, INSIGHT=of_it, OUTPUTS="change_image",
                         OUTPUT=str(tmp_path / f"of {of_it}.zip"))
        if dated:
            assert on_its_day(got["IMAGE"], mosaics[0]["date"], mosaics[1]["date"])
        else:
            assert not opened(got["IMAGE"]).temporalProperties().isActive(), "so is what was made of it"


def test_jobs_of_pixxel(run_pixxel: Any, pixxel: PixxelCalls, tmp_path: Path) -> None:
    project = str(pixxel.get("v0/projects")["projects"][0]["id"])
    flows = [one["id"] for one in pixxel.get("v0/workflows", project_id=project)["workflows"]]
    flow = next(one for one in flows if not pixxel.get(f"v0/workflows/{one}", project_id=project)["val_errors"])
    job = run_pixxel("runworkflow", PROJECT=project, WORKFLOW=flow, CONFIRM=True)["JOB_ID"]
    tasks = pixxel.get(f"v0/workflows/{flow}/jobs/{job}")["tasks"]
    (scene,) = {one["value"] for task in tasks for one in task["inputs"] if one["name"] == "item_id"}
    when = f"{scene.split('_')[2][:4]}-{scene.split('_')[2][4:6]}-{scene.split('_')[2][6:]}"
    got = run_pixxel("downloadjob", WORKFLOW=flow, JOB_ID=job, OUTPUT=str(tmp_path / "job.zip"))
    assert got["FILES"] and all(on_its_day(path, when, DAY) for path in got["FILES"].split("\n"))


# ---------------------------------------------------------------------- Descartes Labs catalog
def test_images_and_pixels_of_the_catalog(run_descarteslabs: Any, catalog: CatalogCalls, tmp_path: Path) -> None:
    product = catalog.product("dated")
    for number in (1, 2, 3):
        catalog.band(product, f"b{number}", number, dtype="Byte", data_range=[0, 255])
    files = [str(pixel_files.raster(tmp_path / f"{name}.tif")) for name in ("june", "july")]
    ids = run_descarteslabs("uploadimages", PRODUCT=product, FILES=files)["IMAGE_IDS"].split(",")
    for one, when in zip(ids, (CAPTURED, f"{ANOTHER}T10:00:00Z")):
        name = one.removeprefix(f"{product}:")
        catalog.sent("PATCH", f"metadata/v1/catalog/products/{product}/images/{name}", json={"acquired": when})
    target = str(tmp_path / "pixels.tif")
    run_descarteslabs("fetchpixels", IMAGE=ids[0], OUTPUT=target)
    assert on_its_day(target)
    both = str(tmp_path / "both.tif")
    run_descarteslabs("fetchpixels", IMAGE=",".join(ids), OUTPUT=both)
    assert not opened(both).temporalProperties().isActive()  # of several days it would be shown on one of them
    listed = str(tmp_path / "images.gpkg")
    run_descarteslabs("searchimages", PRODUCT=product, OUTPUT=listed)
    layer = opened(listed)
    assert shown(layer, DAY) and shown(layer, ANOTHER) and not shown(layer, "2024-06-04")
