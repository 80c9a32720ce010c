"""Whatever is pulled is shown on the day of its capture: on the map, and when its file is opened again."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pixel_files
import pytest
from picterra_scenes import detected, trained
from pix4d_annotations import AnnotationCalls, point
from pix4d_stored_results import Results
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
from sandbox_pixxel import PixxelCalls
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


# ---------------------------------------------------------------------- Pixxel
def test_scenes_and_bundles_of_pixxel(run_pixxel: Any, pixxel: PixxelCalls, tmp_path: Path) -> None:
    entry = pixxel.sandbox.control("POST", "pixxel/catalogs", {"count": 1})["catalogs"][0]
    when = pixxel.get(f"v0/catalogs/{entry}")["details"]["properties"]["datetime"][:10]
    got = run_pixxel("downloadcatalog", CATALOGS=entry, OUTPUT=str(tmp_path / "bundle.zip"))
    assert on_its_day(got["IMAGE"], when, DAY)
    found = str(tmp_path / "scenes.gpkg")
    run_pixxel("searchcatalog", IDS=entry, OUTPUT=found)
    assert on_its_day(found, when, DAY)


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
