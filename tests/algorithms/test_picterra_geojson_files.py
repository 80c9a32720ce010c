"""Files of polygons that algorithms are given by their paths. What is wrong with them is told, also where OGR passes
over it, and nothing is sent."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import shapely
from picterra_scenes import RED, Scene, annotated
from sandbox_images import EAST, NORTH, PIXEL, box_polygon, boxes, lonlat
from sandbox_picterra import PicterraCalls
from sandbox_process import SandboxProcess

LON, LAT = lonlat(30, 30)
GOOD = boxes(RED).decode()


@pytest.fixture
def scene(run: Any, calls: PicterraCalls, tmp_path: Path) -> Scene:
    return annotated(calls, tmp_path)


def file_of(*geometries: Any, **members: Any) -> str:
    features = [{"type": "Feature", "properties": {}, "geometry": one} for one in geometries]
    return json.dumps({"type": "FeatureCollection", **members, "features": features})


def crs(code: int) -> dict[str, Any]:
    return {"type": "name", "properties": {"name": f"urn:ogc:def:crs:EPSG::{code}"}}


def swapped(box: tuple[int, int, int, int]) -> dict[str, Any]:
    polygon: Any = box_polygon(box)
    return {"type": "Polygon", "coordinates": [[[y, x] for x, y in ring] for ring in polygon["coordinates"]]}


POINT = {"type": "Point", "coordinates": [LON, LAT]}
UTM = {"type": "Polygon", "coordinates": [[
    [EAST + column * PIXEL, NORTH - row * PIXEL] for column, row in ((10, 10), (10, 50), (50, 50), (50, 10), (10, 10))
]]}
WRONG = {
    "cut short": (GOOD[:-300], "ends in the middle"),
    "cut after its features": (GOOD.rstrip("}"), "ends in the middle"),
    "points": (file_of(POINT), "Feature 1: "),
    "a point among polygons": (file_of(box_polygon(RED[0]), POINT), "Feature "),
    "a point before polygons": (file_of(POINT, box_polygon(RED[0])), "Feature 1: "),
    "not a number": (GOOD.replace(f"{lonlat(20, 20)[1]}", "NaN", 1), "Feature "),
    "null for a number": (GOOD.replace(f"{lonlat(20, 20)[1]}", "null", 1), "no geometry"),
    "swapped axes": (file_of(swapped(RED[0])), "look swapped"),
    "metres": (file_of(UTM), "looks like metres"),
    "an unknown system": (file_of(UTM, crs=crs(999999)), "EPSG::999999"),
    "another kind of JSON": (json.dumps({"type": "Topology", "objects": {}}), "Topology"),
    "a list": ("[1, 2]", "GeoJSON"),
    "a collection in a feature": (
        file_of({"type": "GeometryCollection", "geometries": [box_polygon(RED[0])]}), "GeometryCollection"),
    "no features": (file_of(), "is no shape in it"),
}


@pytest.mark.parametrize(("content", "words"), WRONG.values(), ids=WRONG)
def test_what_is_wrong_with_a_file_is_told_and_nothing_is_sent(
    run: Any, sandbox: SandboxProcess, scene: Scene, tmp_path: Path, content: str, words: str
) -> None:
    path = tmp_path / "polygons.geojson"
    path.write_text(content, "utf-8")
    before = sandbox.last_entry()
    for called, parameters in (
        ("setannotations", {"DETECTOR": scene.detector, "CONFIRM": True}),
        ("setdetectionareas", {"CONFIRM": True}),
        ("uploadvectorlayer", {}),
    ):
        told = run.fails(called, RASTER=scene.raster, INPUT=str(path), **parameters)
        assert words in told, called
    assert {one["operation"] for one in sandbox.log(after=before) if one["operation"]} <= {"getRaster"}


@pytest.mark.parametrize("content", [file_of(UTM, crs=crs(32632)), file_of(box_polygon((10, 10, 50, 50)))],
                         ids=["a system that is named", "longitude and latitude"])
def test_a_right_file_arrives_in_its_place(
    run: Any, sandbox: SandboxProcess, scene: Scene, tmp_path: Path, content: str
) -> None:
    path = tmp_path / "polygons.geojson"
    path.write_text(content, "utf-8")
    made = run("uploadvectorlayer", RASTER=scene.raster, INPUT=str(path))["VECTOR_LAYER_ID"]
    (there,) = sandbox.control("GET", f"picterra/layers/{made}")["geojson"]["features"]
    found = shapely.from_geojson(json.dumps(there["geometry"]))
    truth = shapely.from_geojson(json.dumps(box_polygon((10, 10, 50, 50))))
    assert found.symmetric_difference(truth).area < 1e-4 * truth.area
