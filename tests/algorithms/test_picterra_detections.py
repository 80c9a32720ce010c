"""Detections whose outcome depends on what was chosen: an earlier raster beside it, detection areas, the kind of
detector, and images without a place on the earth. The truth is in the pixels of the images."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import shapely
from analytic_images import annotation, disc, ring_of, touching_discs
from drawn_layers import boxes_layer, layer
from osgeo import ogr, osr
from picterra_scenes import BLUE, FAR_RED, RED, WINDOW, Scene, trained
from qgis.core import QgsGeometry, QgsProcessingContext, QgsVectorLayer
from sandbox_images import Box, box_polygon, squares_image
from sandbox_picterra import PicterraCalls
from sandbox_process import SandboxProcess


@pytest.fixture
def scene(run: Any, calls: PicterraCalls, tmp_path: Path) -> Scene:
    return trained(calls, tmp_path)


def found(run: Any, target: Path, **parameters: Any) -> list[Any]:
    """What “Run detector” and “Download detection result” bring, as shapes in longitude and latitude, by OGR."""
    operation = run("rundetector", **parameters, CONFIRM=True)["OPERATION_ID"]
    count = run("downloadresult", OPERATION=operation, OUTPUT=str(target))["COUNT"]
    degrees = osr.SpatialReference()
    degrees.ImportFromEPSG(4326)
    degrees.SetAxisMappingStrategy(osr.OAMS_TRADITIONAL_GIS_ORDER)
    shapes = []
    source = ogr.Open(str(target))
    for feature in source.GetLayer(0):
        geometry = feature.GetGeometryRef()
        geometry.TransformTo(degrees)
        shapes.append(shapely.from_wkb(bytes(geometry.ExportToWkb())))
    assert count == len(shapes)
    return shapes


def overlap(one: Any, other: Any) -> float:
    return float(one.intersection(other).area / one.union(other).area)


def are(shapes: list[Any], boxes: list[Box]) -> bool:
    """Whether these boxes of pixels were found, and nothing else."""
    truths = [shapely.from_geojson(json.dumps(box_polygon(one))) for one in boxes]
    return len(shapes) == len(boxes) and all(max(overlap(one, truth) for one in shapes) > 0.6 for truth in truths)


def test_an_earlier_raster_leaves_what_has_changed(
    run: Any, calls: PicterraCalls, scene: Scene, sandbox: SandboxProcess, tmp_path: Path
) -> None:
    earlier = calls.upload_raster(squares_image(tmp_path / "earlier.tif", [*RED[1:], *FAR_RED], BLUE))
    here = {"DETECTOR": scene.detector, "RASTER": scene.raster}
    assert are(found(run, tmp_path / "changed.gpkg", **here, SECOND_RASTER=earlier), RED[:1])
    assert are(found(run, tmp_path / "all.gpkg", **here), [*RED, *FAR_RED])
    assert found(run, tmp_path / "same.gpkg", **here, SECOND_RASTER=scene.raster) == []


def test_detection_areas_are_set_only_when_that_is_asked_for(
    run: Any, scene: Scene, sandbox: SandboxProcess, tmp_path: Path
) -> None:
    here = {"DETECTOR": scene.detector, "RASTER": scene.raster, "DETECTION_AREAS": boxes_layer([WINDOW])}

    def areas() -> Any:
        return sandbox.control("GET", f"picterra/rasters/{scene.raster}")["detection_areas"]

    assert are(found(run, tmp_path / "counted.gpkg", **here), [*RED, *FAR_RED])
    assert areas() is None, "they only served to count the pixels"
    assert are(found(run, tmp_path / "within.gpkg", **here, SET_AREAS=True), RED)
    (there,) = areas()["geojson"]["features"]
    truth = shapely.from_geojson(json.dumps(box_polygon(WINDOW)))
    assert overlap(shapely.from_geojson(json.dumps(there["geometry"])), truth) > 0.99
    words = run.refused("rundetector", DETECTOR=scene.detector, RASTER=scene.raster, SET_AREAS=True, CONFIRM=True)
    assert "no detection areas are chosen" in words


def test_areas_that_are_refused_leave_nothing_charged(run: Any, scene: Scene, sandbox: SandboxProcess) -> None:
    before = sandbox.last_entry()
    words = run.fails("rundetector", DETECTOR=scene.detector, RASTER=scene.raster, SET_AREAS=True, CONFIRM=True,
                      DETECTION_AREAS=boxes_layer([(5000, 5000, 5010, 5010)]))
    assert "outside the raster" in words
    assert not [one for one in sandbox.log(after=before) if one["operation"] == "runDetector"]


@pytest.mark.parametrize("emptied", [False, True], ids=["moved", "emptied"])
@pytest.mark.parametrize("local", [False, True], ids=["by the platform's record", "by the copy here"])
def test_a_detection_that_is_paid_is_followed_when_its_areas_have_gone(
    run: Any, scene: Scene, sandbox: SandboxProcess, tmp_path: Path, local: bool, emptied: bool
) -> None:
    areas = tmp_path / "areas.geojson"
    areas.write_text(json.dumps(box_polygon(WINDOW)))
    given = {"DETECTOR": scene.detector, "RASTER": scene.raster, "DETECTION_AREAS": str(areas), "SET_AREAS": True,
             **({"LOCAL_RASTER": str(scene.image)} if local else {})}
    before = sandbox.last_entry()
    there = {name: given[name] for name in ("RASTER", "DETECTION_AREAS", "LOCAL_RASTER") if name in given}
    cost = run("estimatecharge", **there)
    sandbox.fault(operation="getOperation", kind="status", status=403, since="runDetector")
    run.fails("rundetector", **given, CONFIRM=True)
    assert [one["operation"] for one in sandbox.log(after=before)].count("runDetector") == 1
    areas.write_text('{"type": "FeatureCollection", "features": []}' if emptied else
                     json.dumps(box_polygon((5000, 5000, 5010, 5010))))
    run.context = QgsProcessingContext()  # the other one holds the file as it was
    if emptied:
        assert run.refused("estimatecharge", **there)
    else:
        assert "outside the raster" in run.fails("estimatecharge", **there)
    if local:
        scene.image.unlink()
    job = run("imageryhub:listjobs")["JOB_IDS"].split(",")[0]
    resumed = json.loads(run("imageryhub:resumejob", JOB=job)["RESULTS"])
    assert resumed["OPERATION_ID"]
    told = ("MEGAPIXELS", "CHARGED_MEGAPIXELS", "LEAST_CHARGED", "MOST_CHARGED", "CHARGE")
    assert [resumed[name] for name in told] == [cost[name] for name in told], "as it was told when it was paid"
    assert [one["operation"] for one in sandbox.log(after=before)].count("runDetector") == 1, "and paid once"


def test_a_detector_that_counts_separates_what_one_that_segments_joins(run: Any, tmp_path: Path) -> None:
    image = tmp_path / "discs.tif"
    places = touching_discs(image)
    window = annotation(tmp_path / "window.geojson", [ring_of((0, 0, 300, 300))])
    discs = annotation(tmp_path / "discs.geojson", [disc(*one) for one in places if one[0] + one[2] < 300])
    raster = run("uploadraster", INPUT=str(image))["RASTER_ID"]
    counts = {}
    for kind in ("count", "segmentation"):
        detector = run("createdetector", NAME=kind, DETECTION_TYPE=kind)["DETECTOR_ID"]
        run("addrasterstodetector", DETECTOR=detector, RASTERS=raster)
        for annotated, file in (("training_area", window), ("outline", discs)):
            run("setannotations", DETECTOR=detector, RASTER=raster, KIND=annotated, INPUT=str(file), CONFIRM=True)
        run("traindetector", DETECTOR=detector)
        counts[kind] = len(found(run, tmp_path / f"{kind}.gpkg", DETECTOR=detector, RASTER=raster))
    assert 43 <= counts["count"] <= 47
    assert counts["segmentation"] <= 9


def test_what_is_found_in_an_image_without_a_place_comes_back_to_its_pixels(run: Any, tmp_path: Path) -> None:
    """Annotated where the platform shows it, at 0/0 with pixels of 0.1 m; compared in pixels, by Shapely."""
    image = squares_image(tmp_path / "photo.tif", [*RED, *FAR_RED], BLUE, placed=False)

    def drawn(boxes: list[Box]) -> QgsVectorLayer:
        shapes = [shapely.box(left / 10, -bottom / 10, right / 10, -top / 10) for left, top, right, bottom in boxes]
        return layer([QgsGeometry.fromWkt(one.wkt) for one in shapes], "EPSG:3857")

    raster = run("uploadraster", INPUT=str(image))["RASTER_ID"]
    detector = run("createdetector", NAME="squares")["DETECTOR_ID"]
    run("addrasterstodetector", DETECTOR=detector, RASTERS=raster)
    for kind, boxes in (("training_area", [WINDOW]), ("outline", RED)):
        run("setannotations", DETECTOR=detector, RASTER=raster, KIND=kind, INPUT=drawn(boxes), CONFIRM=True)
    run("traindetector", DETECTOR=detector)
    assert len(found(run, tmp_path / "found.gpkg", DETECTOR=detector, RASTER=raster)) == len(RED) + len(FAR_RED)
    for shown in (False, True):
        moved = run("resulttopixels", INPUT=str(tmp_path / "found.gpkg"), AS_SHOWN=shown, OUTPUT="memory:")["OUTPUT"]
        shapes = [shapely.from_wkt(one.geometry().asWkt()) for one in moved.getFeatures()]
        assert len(shapes) == len(RED) + len(FAR_RED)
        for left, top, right, bottom in [*RED, *FAR_RED]:
            truth = shapely.box(left, -bottom, right, -top) if shown else shapely.box(left, top, right, bottom)
            assert max(overlap(one, truth) for one in shapes) > 0.75
            best = max(shapes, key=lambda one: overlap(one, truth))
            assert best.centroid.distance(truth.centroid) < 1, "to the pixel"
