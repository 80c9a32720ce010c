"""Annotations as features of a GeoPackage: what nobody touched comes back as it was, a circle stays a circle."""

from __future__ import annotations

import copy
import json
import math
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from imagery_hub.core.annotations import files, looks, rows, shapes
from imagery_hub.core.annotations.fields import ID, RECORD, WrongCell, body_of, cells_of
from imagery_hub.core.layers import provenance
from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsCoordinateTransform,
    QgsCoordinateTransformContext,
    QgsFeature,
    QgsGeometry,
    QgsPoint,
    QgsProject,
    QgsRenderContext,
    QgsVectorLayer,
)

PROJECT = 7
UTM = "EPSG:32632"
RING = [[412630.1, 5231866.2, 509.1], [412655.8, 5231868.0, 509.3], [412652.2, 5231840.7, 508.8],
        [412630.1, 5231866.2, 509.1]]
HOLE = [[412640.0, 5231860.0, 509.0], [412642.0, 5231860.0, 509.0], [412641.0, 5231858.0, 509.0],
        [412640.0, 5231860.0, 509.0]]
SHAPES: dict[str, dict[str, Any]] = {
    "point": {"type": "Point", "coordinates": [412633.4, 5231871.0, 512.3]},
    "flat point": {"type": "Point", "coordinates": [412633.4, 5231871.0]},
    "line": {"type": "LineString", "coordinates": RING[:3]},
    "partly flat line": {"type": "LineString", "coordinates": [RING[0], RING[1][:2]]},
    "polygon": {"type": "Polygon", "coordinates": [RING, HOLE]},
    "open polygon": {"type": "Polygon", "coordinates": [RING[:3]]},
    "circle": {"type": "Circle", "coordinates": [412633.4, 5231871.0, 512.3], "radius": 6.5},
    "flat circle": {"type": "Circle", "coordinates": [412633.4, 5231871.0], "radius": 0.1},
}


def record(number: int, geometry: dict[str, Any], **members: Any) -> dict[str, Any]:
    return {
        "id": f"Project_{PROJECT}_{number:08d}-0000-4000-8000-000000000000", "entity_type": "Project",
        "entity_id": PROJECT, "geometry": geometry,
        "properties": {"name": f"pile {number}", "color": "#FF880080", "visible": False, "camera_position": [1, 2.5],
                       "volume": {"cut": 3.25}, "something new": {"a": [1]}},
        "tags": ["toe, north", "b"], "attachments": [{"href": "a.jpg"}], "extension": {"source": "x"},
        "version": "1.0", "created": "2026-03-05T07:05:39Z", "modified": "2026-03-05T07:05:39Z", **members,
    }


def written(path: Path, records: list[dict[str, Any]], crs: str = UTM) -> files.Made:
    origins = {kind: provenance.made("pix4d", "", kind, {"project": str(PROJECT)}) for kind in files.KINDS}
    return files.make(path, records, QgsCoordinateReferenceSystem(crs), origins)  # type: ignore[arg-type]


def layer_of(path: Path, kind: str) -> QgsVectorLayer:
    layer = QgsVectorLayer(f"{path}|layername={kind}", kind, "ogr")
    assert layer.isValid()
    return layer


def target(crs: str = UTM, project: int = PROJECT) -> rows.Target:
    return rows.Target(str(project), QgsCoordinateReferenceSystem(crs), QgsCoordinateTransformContext())


def read(layer: QgsVectorLayer, wanted: rows.Target | None = None) -> rows.Rows:
    return rows.read(layer.getFeatures(), layer.fields(), layer.crs(), wanted or target(), f"{layer.name()}/")


def bodies(path: Path, crs: str = UTM) -> list[Any]:
    found = [one for kind in files.KINDS for one in read(layer_of(path, kind), target(crs)).good]
    return sorted((one.body for one in found), key=lambda body: body["id"])


@pytest.mark.parametrize("crs", [UTM, "EPSG:2056", "EPSG:4326", ""])
def test_what_nobody_touched_comes_back_as_it_was(tmp_path: Path, crs: str) -> None:
    sent = [record(number, geometry) for number, geometry in enumerate(SHAPES.values())]
    made = written(tmp_path / "a.gpkg", sent, crs)
    assert (made.counts, made.left_out) == ({"point": 2, "line": 2, "polygon": 2, "circle": 2}, 0)
    assert bodies(tmp_path / "a.gpkg", crs) == sent
    came = {identity for kind in files.KINDS for identity in files.came(files.Table(tmp_path / "a.gpkg", kind))}
    assert came == {one["id"] for one in sent}


def test_shapes_that_no_layer_holds_are_counted(tmp_path: Path) -> None:
    strange = [{"type": "Sphere", "coordinates": [1, 2, 3]}, {"type": "Point", "coordinates": ["a", 2]},
               {"type": "Point", "coordinates": [1e400, 2]}, {"type": "LineString", "coordinates": [[1, 2]]},
               {"type": "Circle", "coordinates": [1, 2]}, {"type": "Polygon", "coordinates": []}, {}]
    made = written(tmp_path / "a.gpkg", [record(number, one) for number, one in enumerate(strange)])
    assert (made.count, made.left_out) == (0, len(strange))


NUMBER = st.floats(-1e7, 1e7, allow_nan=False).map(lambda value: round(value, 3))
PLACE = st.one_of(st.tuples(NUMBER, NUMBER), st.tuples(NUMBER, NUMBER, NUMBER)).map(list)
TEXT = st.text(st.characters(blacklist_categories=("Cs", "Cc")), max_size=12)
JSON = st.recursive(st.none() | st.booleans() | st.integers(-9, 9) | TEXT, lambda inner: st.lists(inner, max_size=2)
                    | st.dictionaries(TEXT, inner, max_size=2), max_leaves=4)
GEOMETRY = st.one_of(
    PLACE.map(lambda place: {"type": "Point", "coordinates": place}),
    st.lists(PLACE, min_size=2, max_size=5).map(lambda line: {"type": "LineString", "coordinates": line}),
    st.lists(PLACE, min_size=3, max_size=5).map(lambda ring: {"type": "Polygon", "coordinates": [[*ring, ring[0]]]}),
    st.tuples(PLACE, st.floats(0.001, 1e5)).map(
        lambda one: {"type": "Circle", "coordinates": one[0], "radius": one[1]}),
)
RECORD_OF_ANY = st.fixed_dictionaries(
    {"geometry": GEOMETRY},
    optional={
        "properties": st.fixed_dictionaries({}, optional={
            "name": TEXT, "description": TEXT, "color": TEXT, "color_fill": st.none(), "visible": st.booleans(),
            "camera_position": JSON, "volume": JSON, "later": JSON}),
        "tags": st.lists(TEXT, max_size=3), "attachments": JSON, "extension": JSON, "version": st.just("2.1"),
        "unknown member": JSON,
    },
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(RECORD_OF_ANY, min_size=1, max_size=6))
@example([{"geometry": SHAPES["point"], "tags": [""], "properties": {"name": " ", "description": "\u00a0"}}])
def test_whatever_the_platform_says_survives_the_file(tmp_path: Path, given_records: list[dict[str, Any]]) -> None:
    sent = [{**record(number, one["geometry"]), **one} for number, one in enumerate(given_records)]
    path = tmp_path / "any.gpkg"
    path.unlink(missing_ok=True)
    made = written(path, copy.deepcopy(sent))
    assert made.left_out == 0
    assert bodies(path) == sent


@settings(max_examples=150)
@given(st.floats(-180, 1e7), st.floats(-90, 1e7), st.floats(1e-4, 1e5))
def test_a_circle_is_known_again(x: float, y: float, radius: float) -> None:
    made = shapes.circle(QgsPoint(x, y, 5.0), radius)
    (found,) = shapes.geometries_of(made)
    assert found["type"] == "Circle"
    assert found["radius"] == pytest.approx(radius, rel=1e-3, abs=1e-7)
    assert found["coordinates"] == pytest.approx([x, y, 5.0], abs=1e-7)


@pytest.mark.parametrize(("text", "kind"), [
    ("CurvePolygon(CircularString(0 0, 1 1, 2 0, 1 -1, 0 0))", "Circle"),
    ("CurvePolygon(CircularString(0 0, 2 0, 0 0))", "Circle"),
    ("CurvePolygon(CompoundCurve(CircularString(0 0, 1 1, 2 0), CircularString(2 0, 1 -1, 0 0)))", "Circle"),
    ("CurvePolygon(CircularString(0 0, 1 1.2, 2 0, 1 -1, 0 0))", "Polygon"),
    ("CurvePolygon(CompoundCurve(CircularString(0 0, 1 1, 2 0),(2 0, 0 0)))", "Polygon"),
    ("CurvePolygon(CircularString(0 0, 1 1, 2 0, 1 1, 0 0))", "Polygon"),
    ("CurvePolygon(CircularString(0 0, 1 1, 2 0, 1 -1, 0 0), (0.9 0, 1 0.1, 1.1 0, 0.9 0))", "Polygon"),
])
def test_only_a_whole_circle_is_one(text: str, kind: str) -> None:
    (found,) = shapes.geometries_of(QgsGeometry.fromWkt(text))
    assert found["type"] == kind
    if kind == "Circle":
        assert (found["coordinates"], found["radius"]) == ([1.0, 0.0], 1.0)


def edited(path: Path, kind: str, changes: dict[str, Any], shape: QgsGeometry | None = None) -> rows.Rows:
    """The only row of a kind with other cells, as the layer's editing would leave it."""
    layer = layer_of(path, kind)
    row = next(layer.getFeatures())
    fields = {layer.fields().lookupField(name): value for name, value in changes.items()}
    assert layer.dataProvider().changeAttributeValues({row.id(): fields})
    if shape is not None:
        assert layer.dataProvider().changeGeometryValues({row.id(): shape})
    return read(layer)


@pytest.mark.parametrize(("column", "cell", "member", "value"), [
    ("name", "heap", "name", "heap"),
    ("name", None, "name", None),
    ("color", "#ff0000", "color", "#FF0000FF"),
    ("color_fill", "00ff0080", "color_fill", "#00FF0080"),
    ("visible", True, "visible", True),
    ("camera_position", "[9, 8]", "camera_position", [9, 8]),
    ("volume", '{"fill": 1}', "volume", {"fill": 1}),
])
def test_a_cell_changes_its_member_only(tmp_path: Path, column: str, cell: Any, member: str, value: Any) -> None:
    one = record(1, SHAPES["polygon"])
    written(tmp_path / "a.gpkg", [one])
    (found,) = edited(tmp_path / "a.gpkg", "polygon", {column: cell}).good
    wanted = copy.deepcopy(one)
    wanted["properties"][member] = value
    if value is None:
        del wanted["properties"][member]
    assert found.body == wanted
    assert found.base == one


def test_tags_are_split_once_they_were_edited(tmp_path: Path) -> None:
    written(tmp_path / "a.gpkg", [record(1, SHAPES["point"])])
    (found,) = edited(tmp_path / "a.gpkg", "point", {"tags": "one,  two ,"}).good
    assert found.body["tags"] == ["one", "two"]


@pytest.mark.parametrize(("column", "cell"), [("color", "red"), ("camera_position", "{}"), ("extension", "[")])
def test_a_cell_that_cannot_be_sent_is_told_with_its_row(tmp_path: Path, column: str, cell: str) -> None:
    written(tmp_path / "a.gpkg", [record(1, SHAPES["point"])])
    found = edited(tmp_path / "a.gpkg", "point", {column: cell})
    assert found.good == []
    ((key, words),) = [(one.key, one.words) for one in found.wrong]
    assert key == "point/1"
    assert cell in words


def test_a_moved_circle_is_still_one_and_keeps_the_rest(tmp_path: Path) -> None:
    one = record(1, SHAPES["circle"])
    written(tmp_path / "a.gpkg", [one])
    moved = shapes.circle(QgsPoint(412700.0, 5231900.0, 512.3), 12.5)
    (found,) = edited(tmp_path / "a.gpkg", "circle", {}, moved).good
    geometry = {"type": "Circle", "coordinates": [412700.0, 5231900.0, 512.3], "radius": 12.5}
    assert found.body == {**one, "geometry": geometry}


def test_a_row_of_another_project_is_a_new_annotation(tmp_path: Path) -> None:
    one = record(1, SHAPES["point"])
    written(tmp_path / "a.gpkg", [one])
    (found,) = read(layer_of(tmp_path / "a.gpkg", "point"), target(project=8)).good
    assert found.base is None
    assert found.body["entity_id"] == 8
    assert not {"id", "created", "modified"} & set(found.body)
    assert found.body["properties"] == one["properties"]


def drawn(kind: str, wkt: str, crs: str = UTM, cells: dict[str, Any] | None = None) -> QgsVectorLayer:
    columns = "".join(f"&field={name}:{'double' if isinstance(value, float) else 'string'}"
                      for name, value in (cells or {}).items())
    layer = QgsVectorLayer(f"{kind}?crs={crs}{columns}", "drawn", "memory")
    row = QgsFeature(layer.fields())
    row.setGeometry(QgsGeometry.fromWkt(wkt))
    row.setAttributes(list((cells or {}).values()))
    assert layer.dataProvider().addFeatures([row])[0]
    return layer


@pytest.mark.parametrize(("heights", "sent"), [([0.0, 0.0], []), ([0.0, 7.5], [0.0, 7.5])])
def test_what_was_drawn_at_height_zero_has_no_height(
    tmp_path: Path, heights: list[float], sent: list[float]
) -> None:
    """QGIS's tools give every corner the height 0."""
    written(tmp_path / "a.gpkg", [])
    layer = layer_of(tmp_path / "a.gpkg", "line")
    feature = QgsFeature(layer.fields())
    feature.setGeometry(QgsGeometry.fromWkt(f"LineStringZ(1 2 {heights[0]}, 3 4 {heights[1]})"))
    assert layer.dataProvider().addFeatures([feature])[0]
    (found,) = read(layer).good
    assert [place[2:] for place in found.body["geometry"]["coordinates"]] == (
        [[height] for height in sent] if sent else [[], []])


def test_any_layer_can_be_sent() -> None:
    (found,) = read(drawn("Point", "Point(3 4)", cells={"name": "a", "other": "b"})).good
    assert found.body == {"entity_type": "Project", "entity_id": PROJECT, "properties": {"name": "a"},
                          "geometry": {"type": "Point", "coordinates": [3.0, 4.0]}}


def test_points_with_a_radius_are_circles() -> None:
    (found,) = read(drawn("PointZ", "PointZ(3 4 5)", cells={"radius": 2.5})).good
    assert found.body["geometry"] == {"type": "Circle", "coordinates": [3.0, 4.0, 5.0], "radius": 2.5}


def test_parts_become_annotations_of_their_own() -> None:
    found = read(drawn("MultiPoint", "MultiPoint((1 2),(3 4))")).good
    assert [(one.key, one.body["geometry"]["coordinates"]) for one in found] == [
        ("drawn/1/0", [1.0, 2.0]), ("drawn/1/1", [3.0, 4.0])]


def test_a_row_without_a_shape_is_told() -> None:
    found = read(drawn("Point", "Point EMPTY"))
    assert not found.good
    assert "no shape" in found.wrong[0].words


@pytest.mark.parametrize("source", ["EPSG:4326", "EPSG:3857"])
def test_another_system_is_taken_to_the_project_s(source: str) -> None:
    """GDAL's transformation is the witness; heights stay."""
    way = QgsCoordinateTransform(QgsCoordinateReferenceSystem(UTM), QgsCoordinateReferenceSystem(source),
                                 QgsCoordinateTransformContext())
    place = way.transform(412633.4, 5231871.0)
    (found,) = read(drawn("PointZ", f"PointZ({place.x()!r} {place.y()!r} 77)", source)).good
    assert found.body["geometry"]["coordinates"] == pytest.approx([412633.4, 5231871.0, 77.0], abs=1e-4)


def test_a_circle_from_the_web_map_has_its_size_on_the_ground() -> None:
    way = QgsCoordinateTransform(QgsCoordinateReferenceSystem(UTM), QgsCoordinateReferenceSystem("EPSG:3857"),
                                 QgsCoordinateTransformContext())
    place = way.transform(412633.4, 5231871.0)
    drawn_circle = shapes.circle(QgsPoint(place.x(), place.y()), 100.0).asWkt(9)
    (found,) = read(drawn("CurvePolygon", drawn_circle, "EPSG:3857")).good
    latitude = 47.232
    assert found.body["geometry"]["type"] == "Circle"
    assert found.body["geometry"]["radius"] == pytest.approx(100 * math.cos(math.radians(latitude)), rel=2e-3)


def test_a_copy_in_another_system_is_known_for_untouched(tmp_path: Path) -> None:
    """As QGIS exports it: every corner comes back with the small errors of two transformations."""
    sent = [record(number, SHAPES[name]) for number, name in enumerate(["point", "line", "polygon"])]
    written(tmp_path / "a.gpkg", sent)
    there, here = QgsCoordinateReferenceSystem("EPSG:4326"), QgsCoordinateReferenceSystem(UTM)
    way = QgsCoordinateTransform(here, there, QgsCoordinateTransformContext())
    for kind, wanted in zip(("point", "line", "polygon"), sent):
        layer = layer_of(tmp_path / "a.gpkg", kind)
        row = next(layer.getFeatures())
        shape = row.geometry()
        shape.transform(way)
        row.setGeometry(shape)
        (found,) = rows.read([row], layer.fields(), there, target(), "x/").good
        assert found.body == wanted


@pytest.mark.parametrize("kind", files.KINDS)
def test_they_are_drawn_in_their_own_colours(tmp_path: Path, kind: str) -> None:
    one = record(1, SHAPES[kind])
    one["properties"].update(color="#11223344", color_fill="#55667788")
    written(tmp_path / "a.gpkg", [one])
    layer = layer_of(tmp_path / "a.gpkg", kind)
    looks.dress(layer, kind)
    symbol = layer.renderer().symbol()
    context = QgsRenderContext()
    context.expressionContext().appendScopes([])
    context.expressionContext().setFeature(next(layer.getFeatures()))
    context.expressionContext().setFields(layer.fields())
    seen = set()
    for number in range(symbol.symbolLayerCount()):
        properties = symbol.symbolLayer(number).dataDefinedProperties()
        for key in properties.propertyKeys():
            color, fine = properties.property(key).valueAsColor(context.expressionContext())
            assert fine
            seen.add((color.red(), color.green(), color.blue(), color.alpha()))
    fills = {(0x55, 0x66, 0x77, 0x88)} if kind in ("polygon", "circle") else set()
    assert seen == {(0x11, 0x22, 0x33, 0x44)} | fills


def test_the_record_is_hidden_and_what_the_platform_writes_is_read_only(tmp_path: Path) -> None:
    written(tmp_path / "a.gpkg", [record(1, SHAPES["point"])])
    layer = layer_of(tmp_path / "a.gpkg", "point")
    looks.dress(layer, "point")
    hidden = {one.name for one in layer.attributeTableConfig().columns() if one.hidden}
    assert {RECORD, "fid"} <= hidden
    assert layer.editFormConfig().readOnly(layer.fields().lookupField(ID))
    assert not layer.editFormConfig().readOnly(layer.fields().lookupField("name"))


def test_cells_are_texts_and_a_row_without_columns_says_what_came() -> None:
    one = record(1, SHAPES["point"])
    cells = cells_of(one)
    assert cells["tags"] == "toe, north, b"
    assert json.loads(cells["camera_position"]) == [1, 2.5]
    assert body_of({}, one) == one
    with pytest.raises(WrongCell):
        body_of({"extension": "7"}, one)


def test_only_tables_of_ours_are_written_to(tmp_path: Path) -> None:
    written(tmp_path / "a.gpkg", [])
    assert files.table_of(layer_of(tmp_path / "a.gpkg", "line")) == files.Table(tmp_path / "a.gpkg", "line")
    memory = QgsVectorLayer("Point?field=platform_record:string", "line", "memory")
    assert files.table_of(memory) is None
    QgsProject.instance().removeAllMapLayers()
