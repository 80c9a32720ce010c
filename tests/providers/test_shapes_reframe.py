"""Taking a MultiPolygon apart bytewise gives what a JSON parser gives."""

from __future__ import annotations

import csv
import io
import json
import random
import tracemalloc
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from imagery_hub.providers.errors import InputProblem
from imagery_hub.providers.shapes.reframe import (
    JsonSequence,
    WktTable,
    columns_of,
    needs_reframing,
    rows,
    write_sequence,
)
from imagery_hub.providers.shapes.scan import Scanner
from shapely import wkt

number = st.one_of(st.integers(-180, 180), st.floats(-180, 180, allow_nan=False).map(lambda value: round(value, 9)))
position = st.lists(number, min_size=2, max_size=3)
ring = st.lists(position, min_size=1, max_size=6)
polygon = st.lists(ring, min_size=1, max_size=3)
text = st.text(st.characters(codec="utf-8"), max_size=12)
properties = st.dictionaries(text, st.one_of(text, st.integers(), st.none(), st.lists(text, max_size=2)), max_size=3)
feature = st.builds(
    lambda kind, many, values, first: _feature(kind, many, values, first),
    st.sampled_from(["Polygon", "MultiPolygon"]),
    st.lists(polygon, min_size=1, max_size=4),
    properties,
    st.booleans(),
)
spacing = st.sampled_from([{}, {"separators": (",", ":")}, {"indent": 1}, {"indent": "\t"}])


def _feature(kind: str, many: list[Any], values: dict[str, Any], properties_first: bool) -> dict[str, Any]:
    coordinates = many[0] if kind == "Polygon" else many
    geometry = {"type": kind, "coordinates": coordinates}
    ordered = {"properties": values, "geometry": geometry} if properties_first else None
    return {"type": "Feature", **(ordered or {"geometry": geometry, "properties": values})}


def _parts(one: dict[str, Any]) -> list[Any]:
    geometry = one["geometry"]
    return [geometry["coordinates"]] if geometry["type"] == "Polygon" else geometry["coordinates"]


def _lines(path: Path, chunk: int = 1 << 20) -> list[dict[str, Any]]:
    return [json.loads(line) for line in b"".join(rows(path, JsonSequence(), chunk)).splitlines()]


def _write(path: Path, value: Any, **how: Any) -> Path:
    path.write_text(json.dumps(value, **how), encoding="utf-8")
    return path


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(features=st.lists(feature, max_size=4), how=spacing, ascii_only=st.booleans(), chunk=st.integers(1, 90))
def test_any_collection_at_any_chunk_size_gives_what_json_gives(
    tmp_path: Path, features: list[Any], how: dict[str, Any], ascii_only: bool, chunk: int
) -> None:
    path = _write(
        tmp_path / "any.geojson", {"type": "FeatureCollection", "features": features}, ensure_ascii=ascii_only, **how
    )
    expected = [(one["properties"], part) for one in features for part in _parts(one)]
    found = [(line["properties"], line["geometry"]["coordinates"]) for line in _lines(path, chunk)]
    assert found == expected


@pytest.mark.parametrize("chunk", [1, 2, 3, 7, 64, 1 << 20])
def test_bare_geometry_with_its_type_before_or_after(tmp_path: Path, chunk: int) -> None:
    coordinates = [[[[0, 0], [1, 0], [1, 1], [0, 0]]], [[[5, 5], [6.5e0, 5], [6, -6.25], [5, 5]]]]
    before = _write(tmp_path / "a.json", {"type": "MultiPolygon", "coordinates": coordinates})
    after = _write(tmp_path / "b.json", {"coordinates": coordinates, "type": "MultiPolygon"}, indent=2)
    for path in (before, after):
        assert [line["geometry"]["coordinates"] for line in _lines(path, chunk)] == coordinates
        assert all(line["geometry"]["type"] == "Polygon" for line in _lines(path, chunk))


@pytest.mark.parametrize("chunk", [1, 5, 1 << 20])
def test_empty_parts_are_left_out(tmp_path: Path, chunk: int) -> None:
    whole = [[[0, 0], [1, 0], [1, 1], [0, 0]]]
    for coordinates in ([], [[]], [[[]]], [[], whole], [whole, []], [whole, [], [[]], whole], [[[]], [whole[0], []]]):
        path = _write(tmp_path / "empty.json", {"type": "MultiPolygon", "coordinates": coordinates})
        expected = [whole for one in coordinates if any(one)]
        assert [line["geometry"]["coordinates"] for line in _lines(path, chunk)] == expected


def test_members_named_like_ours_in_properties_do_not_mislead(tmp_path: Path) -> None:
    values = {"coordinates": [1, 2], "geometry": {"type": "x", "coordinates": '"]}'}, "features": ["\\", '"}']}
    one = _feature("MultiPolygon", [[[[0, 0], [1, 0], [1, 1], [0, 0]]]], values, False)
    collection = {"type": "FeatureCollection", "bbox": [0, 0, 1, 1], "name": 'a "b" {c', "features": [one]}
    path = _write(tmp_path / "tricky.json", collection)
    assert [line["properties"] for line in _lines(path, 3)] == [values]


def test_wkt_table_is_read_by_an_independent_parser(tmp_path: Path) -> None:
    name = 'say "tree", line\nbreak é'
    hole = [[[0, 0], [9, 0], [9, 9], [0, 9], [0, 0]], [[1, 1], [2, 1], [2, 2], [1, 1]]]
    plain = [[[20.125, -3.5], [21, -3.5], [21, -2], [20.125, -3.5]]]
    path = _write(
        tmp_path / "r.json",
        {
            "type": "FeatureCollection",
            "features": [_feature("MultiPolygon", [hole, plain], {"class_name": name}, True)],
        },
    )
    for chunk in (1, 4, 50, 1 << 20):
        table = b"".join(rows(path, WktTable(["class_name"]), chunk)).decode()
        found = list(csv.DictReader(io.StringIO(table, newline="")))
        assert [row["class_name"] for row in found] == ['say "tree", line break é'] * 2
        shapes = [wkt.loads(row["WKT"]) for row in found]
        assert [shape.area for shape in shapes] == [81 - 0.5, 0.875 * 1.5 / 2]
        assert len(shapes[0].interiors) == 1


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        ('{"type": "MultiPolygon", "coordinates": [[[[0, 0], [1, 0]', "geojson_cut"),
        ('{"type": "FeatureCollection", "features": [', "geojson_cut"),
        ('{"type": "MultiPolygon", "coordinates": [[[[0, NaN], [1, 0], [1, 1], [0, 0]]]]}', "geojson_number"),
        ('{"type": "MultiPolygon", "coordinates": [[[0, 0], [1, 0], [1, 1], [0, 0]]]}', "geojson_broken"),
        ('{"type": "FeatureCollection", "features": [{"type": "Feature"} {"type": "Feature"}]}', "geojson_broken"),
        ("[1, 2]", "geojson_broken"),
        ("", "geojson_cut"),
        ('{"type": "GeometryCollection", "geometries": []}', "geojson_kind"),
        ("<html>busy</html>", "geojson_broken"),
    ],
)
@pytest.mark.parametrize("chunk", [1, 1 << 20])
def test_what_is_wrong_is_named(tmp_path: Path, content: str, problem: str, chunk: int) -> None:
    path = tmp_path / "wrong.json"
    path.write_text(content)
    with pytest.raises(InputProblem) as caught:
        list(rows(path, JsonSequence(), chunk))
    assert caught.value.facts["problem"] == problem


def test_memory_stays_flat_whatever_the_size(tmp_path: Path) -> None:
    path = tmp_path / "big.json"
    rnd = random.Random(7)
    with open(path, "w") as file:
        file.write('{"type": "Feature", "properties": {"class_name": "roof"}, "geometry": ')
        file.write('{"type": "MultiPolygon", "coordinates": [')
        for index in range(120_000):
            x, y = rnd.uniform(-170, 170), rnd.uniform(-80, 80)
            file.write((", " if index else "") + f"[[[{x}, {y}], [{x + 1}, {y}], [{x}, {y + 1}], [{x}, {y}]]]")
        file.write("]}}")
    assert path.stat().st_size > 16e6
    tracemalloc.start()
    with open(tmp_path / "big.seq", "wb") as target:
        written = write_sequence(path, target)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert written == (tmp_path / "big.seq").stat().st_size
    with open(tmp_path / "big.seq", "rb") as lines:
        assert sum(1 for _ in lines) == 120_000
    assert peak < 16e6
    assert needs_reframing(path)
    assert columns_of(path) == ["class_name"]


def test_small_files_are_left_to_gdal(tmp_path: Path) -> None:
    path = _write(tmp_path / "s.json", _feature("MultiPolygon", [[[[0, 0], [1, 0], [1, 1], [0, 0]]]], {"a": 1}, True))
    assert not needs_reframing(path)


def test_scanner_gives_offsets_ids_and_features_without_geometry(tmp_path: Path) -> None:
    text = '\ufeff{"type":"FeatureCollection","features":[' \
        '{"type":"Feature","id":"a7","geometry":null,"properties":null},' \
        '{"type":"Feature","id":3,"geometry":{"type":"Point","coordinates":[1, 2]},"properties":{"n":1}}]}'
    path = tmp_path / "p.json"
    path.write_text(text, encoding="utf-8")
    with open(path, "rb") as file:
        nothing, point = Scanner(file, 2).pieces()
    assert (nothing.kind, nothing.id, nothing.properties) == ("", "a7", {})
    assert (point.kind, point.id, point.properties) == ("Point", 3, {"n": 1})
    assert path.read_bytes()[point.start:point.end] == b"[1, 2]"
