"""Checking and writing GeoJSON: wrong type, NaN, swapped axes, other systems, crossings, each by name and place."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest
from imagery_hub.providers.errors import InputProblem
from imagery_hub.providers.shapes import geojson
from imagery_hub.providers.shapes.geojson import check, feature, read_small, write_features

GOOD = [[[7.0, 46.0], [7.1, 46.0], [7.1, 46.1], [7.0, 46.0]]]
BOW_TIE = [[[7.0, 46.0], [7.1, 46.1], [7.1, 46.0], [7.0, 46.1], [7.0, 46.0]]]


def _polygon(coordinates: Any, identity: Any = None) -> dict[str, Any]:
    return feature({"type": "Polygon", "coordinates": coordinates}, identity=identity)


def _file(tmp_path: Path, *features: Any, **members: Any) -> Path:
    path = tmp_path / "given.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", **members, "features": list(features)}))
    return path


def test_a_good_file_has_no_findings(tmp_path: Path) -> None:
    crs = {"type": "name", "properties": {"name": "urn:ogc:def:crs:OGC:1.3:CRS84"}}
    assert check(_file(tmp_path, _polygon(GOOD), crs=crs)) == []
    assert check(_file(tmp_path, _polygon(GOOD)), within=[6.9, 45.9, 7.2, 46.2]) == []


@pytest.mark.parametrize(
    ("one", "problem", "place"),
    [
        (feature({"type": "LineString", "coordinates": [[7, 46], [7.1, 46]]}, identity="f9"), "wrong_kind", None),
        (feature(None, identity="f9"), "no_geometry", None),
        (_polygon([], "f9"), "empty_geometry", None),
        (_polygon([[[7, float("nan")], [8, 46], [8, 47], [7, 46]]], "f9"), "geojson_number", None),
        (_polygon([[[7, None], [8, 46], [8, 47], [7, 46]]], "f9"), "geojson_number", None),
        (_polygon([[[46, 107], [46, 107.1], [46.1, 107.1], [46, 107]]], "f9"), "swapped_axes", (46.0, 107.1)),
        (_polygon([[[398000, 5100000], [398100, 5100000], [398100, 5100100], [398000, 51e5]]], "f9"), "metres", None),
        (_polygon(BOW_TIE, "f9"), "self_crossing", (7.05, 46.05)),
        (_polygon([[[7, 46], [7.1, 46], [7.1, 46.1]]], "f9"), "ring_open", (7.0, 46.0)),
        (_polygon([[[7, 46], [7.1, 46], [7, 46]]], "f9"), "ring_short", (7.0, 46.0)),
    ],
)
def test_each_mistake_is_named_with_its_feature(tmp_path: Path, one: Any, problem: str, place: Any) -> None:
    findings = check(_file(tmp_path, _polygon(GOOD), one))
    assert [(found.problem, found.feature) for found in findings] == [(problem, "f9")]
    if place:
        assert findings[0].place == pytest.approx(place)


def test_places_are_compared_with_the_raster(tmp_path: Path) -> None:
    inside, swapped, away = GOOD, [[[y, x] for x, y in GOOD[0]]], [[[9, 9], [9.1, 9], [9.1, 9.1], [9, 9]]]
    around = [[[0, 0], [20, 0], [20, 60], [0, 60], [0, 0]]]
    path = _file(tmp_path, *(_polygon(one) for one in (inside, swapped, away, around)))
    findings = check(path, within=[6.9, 45.9, 7.2, 46.2])
    assert [(found.problem, found.feature) for found in findings] == [("swapped_axes", "2"), ("outside", "3")]


def test_another_reference_system_is_named(tmp_path: Path) -> None:
    crs = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::32632"}}
    (finding,) = check(_file(tmp_path, _polygon(GOOD), crs=crs))
    assert (finding.problem, finding.facts["crs"]) == ("other_crs", "urn:ogc:def:crs:EPSG::32632")


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        ('{"type": "FeatureCollection", "features": []}', "no_features"),
        ('{"type": "FeatureCollection", "features": [{', "geojson_cut"),
        ('{"type": "GeometryCollection", "geometries": []}', "geojson_kind"),
        ("no json", "geojson_broken"),
    ],
)
def test_files_that_are_no_collection(tmp_path: Path, content: str, problem: str) -> None:
    path = tmp_path / "x.json"
    path.write_text(content)
    assert [found.problem for found in check(path)] == [problem]


def test_findings_are_limited(tmp_path: Path) -> None:
    assert len(check(_file(tmp_path, *[_polygon(BOW_TIE)] * 50), most=7)) == 7


def test_what_is_written_is_read_back(tmp_path: Path) -> None:
    features = [_polygon(GOOD, "ä"), feature({"type": "Point", "coordinates": [1, 2]}, {"text": 'a"b'})]
    target = tmp_path / "w.json"
    with open(target, "wb") as file:
        assert write_features(file, iter(features)) == 2
    assert read_small(target)["features"] == features
    with pytest.raises(InputProblem, match="NaN"):
        write_features(io.BytesIO(), [_polygon([[[float("nan"), 1]]])])
    with pytest.raises(InputProblem, match="geojson_large"):
        read_small(target, most=10)


def test_without_shapely_the_other_checks_still_work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("imagery_hub.providers.shapes.validity.has_shapely", lambda: False)
    assert check(_file(tmp_path, _polygon(BOW_TIE))) == []
    assert [found.problem for found in check(_file(tmp_path, _polygon([[[7, 46], [8, 46]]])))] == ["ring_short"]


def test_as_collection_takes_geometries_and_features() -> None:
    point = {"type": "Point", "coordinates": [1, 2]}
    assert geojson.as_collection(point) == geojson.as_collection(feature(point))
    with pytest.raises(InputProblem):
        geojson.as_collection({"type": "Topology"})
