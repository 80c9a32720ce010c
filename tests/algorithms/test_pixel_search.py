"""The search as an algorithm: what comes is compared with plain requests and plain Python over the lists."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from qgis.core import QgsFeature, QgsGeometry, QgsProject, QgsVectorLayer, QgsWkbTypes
from sandbox_pixel import PixelCalls
from sandbox_process import SandboxProcess

BOX = "POLYGON((10.6 59.85, 10.75 59.85, 10.75 59.91, 10.6 59.91, 10.6 59.85))"


@pytest.fixture
def tenant(pixel: PixelCalls) -> dict[str, str]:
    """Two collections of images and one of rasters in one project."""
    project = pixel.project()
    places = {
        "north": pixel.collection(project, name="North"), "south": pixel.collection(project, name="South"),
        "sheets": pixel.collection(project, "RGB", name="Sheets"),
    }
    for name, what, count, tags in (
        ("north", "images", 40, ["crack", "new"]), ("south", "images", 30, ["new"]), ("sheets", "rasters", 16, []),
    ):
        pixel.sandbox.control("POST", f"pixel/{what}", {
            "collection": places[name].split("/")[1], "count": count, "name": name, "tags": tags,
            "metadata": {"inspection_type": f"bridge - {name}"}})
    return places


def rows(path: Any) -> list[dict[str, Any]]:
    layer = QgsVectorLayer(str(path), "found", "ogr")
    assert layer.isValid()
    names = layer.fields().names()
    return [{**dict(zip(names, row.attributes())), "shape": row.geometry()} for row in layer.getFeatures()]


def listed(pixel: PixelCalls, *places: str) -> list[Any]:
    return [one for place in places for one in pixel.read(place, "images/")]


def area_layer(wkt: str, crs: str = "EPSG:4326") -> QgsVectorLayer:
    layer = QgsVectorLayer(f"Polygon?crs={crs}", "area", "memory")
    feature = QgsFeature()
    feature.setGeometry(QgsGeometry.fromWkt(wkt))
    layer.dataProvider().addFeature(feature)
    return layer


def test_everything_is_found_with_all_its_fields(
    run_pixel: Any, pixel: PixelCalls, tenant: dict[str, str], tmp_path: Path
) -> None:
    found = run_pixel("search", ON="images", OUTPUT=str(tmp_path / "found.gpkg"))
    truth = {one["id"]: one for one in listed(pixel, tenant["north"], tenant["south"])}
    assert (found["COUNT"], found["TOTAL"]) == (70, 70)
    assert sorted(map(int, found["IDS"].split(","))) == sorted(truth)
    for row in rows(found["OUTPUT"]):
        one = truth[row["id"]]
        point = row["shape"].asPoint()
        assert [point.x(), point.y()] == pytest.approx(one["location"]["coordinates"])
        assert (row["name"], row["tags"]) == (one["name"], ", ".join(one["tags"]))
        assert row["json_metadata.inspection_type"] == one["json_metadata"]["inspection_type"]
        assert (row["project_id"], row["data_collection_id"]) == (one["project_id"], one["data_collection_id"])


def test_text_filter_tags_and_area_all_have_to_fit(
    run_pixel: Any, pixel: PixelCalls, tenant: dict[str, str]
) -> None:
    given = json.dumps({"and": [{"~": [{"var": "name"}, "NORTH%"]}, {">=": [{"var": "json_metadata.strip"}, 0]}]})
    found = run_pixel(
        "search", ON="images", TEXT="Bridge", FILTER=given, TAGS="crack,new", AREA=area_layer(BOX), OUTPUT="memory:"
    )
    box = QgsGeometry.fromWkt(BOX)
    wanted = [
        str(one["id"]) for one in listed(pixel, tenant["north"])
        if box.intersects(QgsGeometry.fromWkt("POINT({} {})".format(*one["location"]["coordinates"])))
    ]
    assert 0 < len(wanted) < 40
    assert found["IDS"].split(",") == wanted


def test_the_area_may_be_in_any_system_and_of_several_polygons(run_pixel: Any, tenant: dict[str, str]) -> None:
    import processing

    plain = run_pixel("search", ON="images", AREA=area_layer(BOX), OUTPUT="memory:")["IDS"]
    metres = processing.run("native:reprojectlayer", {
        "INPUT": area_layer(BOX), "TARGET_CRS": "EPSG:25833", "OUTPUT": "memory:"})["OUTPUT"]
    assert run_pixel("search", ON="images", AREA=metres, OUTPUT="memory:")["IDS"] == plain
    text = run_pixel("search", ON="images", AREA_TEXT=f"CRS=EPSG:4326;{BOX}", OUTPUT="memory:")
    assert text["IDS"] == plain
    both = area_layer(BOX)
    feature = QgsFeature()
    feature.setGeometry(QgsGeometry.fromWkt("POLYGON((10.6 59.9, 10.9 59.9, 10.9 59.98, 10.6 59.98, 10.6 59.9))"))
    both.dataProvider().addFeature(feature)
    assert len(run_pixel("search", ON="images", AREA=both, OUTPUT="memory:")["IDS"].split(",")) > len(plain.split(","))


def test_order_fields_and_distinct(
    run_pixel: Any, tenant: dict[str, str], tmp_path: Path
) -> None:
    found = run_pixel("search", ON="images", OUT_FIELDS="data_collection_name,tags", DISTINCT=True,
                      SORT="data_collection_name desc", OUTPUT=str(tmp_path / "distinct.gpkg"))
    assert [(row["data_collection_name"], row["tags"]) for row in rows(found["OUTPUT"])] == [
        ("South", "new"), ("North", "crack, new")]
    assert (found["COUNT"], found["TOTAL"], found["IDS"]) == (2, 2, "")
    assert QgsVectorLayer(found["OUTPUT"], "t", "ogr").wkbType() == QgsWkbTypes.Type.NoGeometry
    ordered = run_pixel("search", ON="images", OUT_FIELDS="id,name", SORT="name desc, id", MAXIMUM=3,
                        OUTPUT=str(tmp_path / "ordered.gpkg"))
    assert [row["name"] for row in rows(ordered["OUTPUT"])] == ["south_000029", "south_000028", "south_000027"]
    assert (ordered["COUNT"], ordered["TOTAL"]) == (3, 70)


@pytest.mark.parametrize(("on", "count", "shape"), [
    ("rasters", 16, QgsWkbTypes.Type.MultiPolygon), ("projects", 1, QgsWkbTypes.Type.MultiPolygon),
    ("data_collections", 3, QgsWkbTypes.Type.NoGeometry), ("point_clouds", 0, QgsWkbTypes.Type.MultiPolygon),
])
def test_all_sorts_of_things(
    run_pixel: Any, tenant: dict[str, str], tmp_path: Path, on: str, count: int, shape: Any
) -> None:
    found = run_pixel("search", ON=on, OUTPUT=str(tmp_path / "found.gpkg"))
    assert found["COUNT"] == count
    layer = QgsVectorLayer(found["OUTPUT"], "found", "ogr")
    assert layer.wkbType() == shape
    assert all(not row["shape"].isEmpty() for row in rows(found["OUTPUT"]) if shape != QgsWkbTypes.Type.NoGeometry)


def test_pages_are_put_together(run_pixel: Any, pixel: PixelCalls, sandbox: SandboxProcess) -> None:
    place = pixel.collection(pixel.project())
    sandbox.control("POST", "pixel/images", {"collection": place.split("/")[1], "count": 1700})
    before = sandbox.last_entry()
    found = run_pixel("search", ON="images", OUT_FIELDS="id", OUTPUT="memory:")
    assert len(set(found["IDS"].split(","))) == 1700
    assert len(sandbox.log(operation="search", after=before)) == 4


def test_what_was_found_can_be_edited_and_pushed_back(
    run_pixel: Any, pixel: PixelCalls, tenant: dict[str, str], tmp_path: Path
) -> None:
    found = run_pixel("search", ON="images", TAGS="crack", OUTPUT=str(tmp_path / "found.gpkg"))
    layer = QgsVectorLayer(found["OUTPUT"], "found", "ogr")
    QgsProject.instance().addMapLayer(layer)
    row = next(layer.getFeatures())
    layer.startEditing()
    layer.changeAttributeValue(row.id(), layer.fields().indexOf("json_metadata.inspection_type"), "tunnel")
    assert layer.commitChanges()
    assert run_pixel("pushmetadata", INPUT=layer, CONFIRM=True)["CHANGED"] == 1
    now = pixel.read(tenant["north"], f"images/{row['id']}")
    assert now["json_metadata"] == {"strip": 0, "inspection_type": "tunnel"}
    assert now["tags"] == ["crack", "new"]


@pytest.mark.parametrize(("asked", "words"), [
    ({"FILTER": "{"}, "JSON"), ({"FILTER": '{"not": []}'}, "not"), ({"ON": "cars"}, "cars"),
    ({"ON": "data_collections", "AREA": "area"}, "Data collections have no place"),
    ({"AREA": "area", "AREA_TEXT": BOX}, "given twice"), ({"AREA_TEXT": "CRS=EPSG:4326;"}, "no polygon"),
])
def test_what_cannot_be_asked_is_refused_before(run_pixel: Any, asked: dict[str, Any], words: str) -> None:
    if asked.get("AREA") == "area":
        asked = {**asked, "AREA": area_layer(BOX)}
    assert words in run_pixel.refused("search", **{"ON": "images", "OUTPUT": "memory:", **asked})


@pytest.mark.parametrize(("asked", "words"), [
    ({"FILTER": '{"==": [{"var": "speed"}, 1]}'}, "speed"), ({"OUT_FIELDS": "id,speed"}, "speed"),
    ({"SORT": "speed desc"}, "speed"), ({"ON": "projects", "FILTER": '{"==": [{"var": "json_metadata.a"}, 1]}'},
                                        "json_metadata.a"),
])
def test_fields_are_compared_with_what_the_platform_knows(
    run_pixel: Any, sandbox: SandboxProcess, tenant: dict[str, str], asked: dict[str, Any], words: str
) -> None:
    before = sandbox.last_entry()
    assert words in run_pixel.fails("search", **{"ON": "images", "OUTPUT": "memory:", **asked})
    assert not sandbox.log(operation="search", after=before)


def test_the_fields_are_listed(run_pixel: Any, pixel: PixelCalls, tenant: dict[str, str], tmp_path: Path) -> None:
    found = run_pixel("searchinfo", ON="images", OUTPUT=str(tmp_path / "fields.gpkg"))
    truth = pixel.get("search/info", on="images")
    told = {row["name"]: row for row in rows(found["OUTPUT"])}
    assert {name for name, row in told.items() if row["filterable"]} == set(truth["filterable"])
    assert {name: row["type"] for name, row in told.items() if row["returned"]} == {
        one["name"]: one["type"] for one in truth["out_fields"]}
    assert (found["TEXT_SEARCH"], found["SPATIAL_SEARCH"]) == (1, 1)
    assert run_pixel("searchinfo", ON="data_collections", OUTPUT="memory:")["SPATIAL_SEARCH"] == 0
