"""What is accepted as an upload of polygons, and how the trouble is named."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from sandbox.picterra.work.geojson import check, read_polygons
from sandbox.picterra.work.placement import crs

RING = [[7.44, 46.94], [7.45, 46.94], [7.45, 46.95], [7.44, 46.94]]
POLYGON = {"type": "Polygon", "coordinates": [RING]}
MULTIPOLYGON = {"type": "MultiPolygon", "coordinates": [[RING], [RING]]}


def collection(*geometries: Any, **members: Any) -> str:
    features = [{"type": "Feature", "properties": {}, "geometry": geometry} for geometry in geometries]
    return json.dumps({"type": "FeatureCollection", **members, "features": features})


def changed(position: list[Any]) -> dict[str, Any]:
    return {"type": "Polygon", "coordinates": [[RING[0], RING[1], position, RING[0]]]}


@pytest.mark.parametrize(
    ("text", "polygons"),
    [
        (collection(POLYGON), 1),
        (collection(POLYGON, MULTIPOLYGON), 3),
        (collection(), 0),
        (collection({"type": "Polygon", "coordinates": [[[*p, 5.0] for p in RING]]}), 1),
        (collection(POLYGON, crs={"type": "name", "properties": {"name": "urn:ogc:def:crs:OGC:1.3:CRS84"}}), 1),
        ("\ufeff" + collection(POLYGON), 1),
        ('{"features":[{"geometry":' + json.dumps(POLYGON) + ',"type":"Feature"}],"type":"FeatureCollection"}', 1),
    ],
)
def test_accepted(tmp_path: Path, text: str, polygons: int) -> None:
    place = tmp_path / "file"
    place.write_text(text)
    report = check(place)
    assert (report.valid, report.message, report.polygons) == (True, "", polygons)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "empty"),
        ("hello", "not GeoJSON"),
        ("[1, 2]", "not GeoJSON"),
        ('{"type":"Topology","objects":{},"arcs":[]}', "not GeoJSON"),
        (collection(POLYGON)[:-20], "not complete"),
        (collection(POLYGON) + "rubbish", "not complete"),
        ('{"type":"FeatureCollection"}', "not complete"),
        (json.dumps(POLYGON), "FeatureCollection is needed"),
        (json.dumps(MULTIPOLYGON), "FeatureCollection is needed"),
        (json.dumps({"type": "Feature", "properties": {}, "geometry": POLYGON}), "FeatureCollection is needed"),
        (collection(POLYGON, {"type": "LineString", "coordinates": RING}), "Feature 2: it is a Linestring"),
        (collection({"type": "Point", "coordinates": RING[0]}), "Feature 1: it is a Point"),
        (collection({"type": "GeometryCollection", "geometries": [POLYGON]}), "Feature 1: it is a Geometrycollection"),
        (collection(POLYGON, POLYGON, None), "Feature 3: it has no usable geometry"),
        (collection({"type": "Polygon", "coordinates": []}), "no usable geometry"),
        (collection({"type": "Polygon", "coordinates": RING}), "no usable geometry"),
        (collection(changed([float("nan"), 46.95])), "not a number"),
        (collection(changed([7.45, float("inf")])), "not a number"),
        (collection(changed(["a", 46.95])), "not complete, valid GeoJSON"),
        (collection(changed([None, 46.95])), "no usable geometry"),
        (collection(changed([187.45, 46.95])), "longitude"),
        (collection(changed([7.45, 97.0])), "swapped"),
        (collection(changed([404000.0, 3285000.0])), "degrees"),
        (collection({"type": "Polygon", "coordinates": [[*RING[:3], [7.44, 46.945]]]}), "not closed"),
        (collection({"type": "Polygon", "coordinates": [[RING[0], RING[1], RING[0]]]}), "no area"),
        (collection(POLYGON, crs={"type": "name", "properties": {"name": "EPSG:32632"}}), "UTM zone 32N"),
    ],
)
def test_refused_with_the_reason(tmp_path: Path, text: str, words: str) -> None:
    place = tmp_path / "secret-name"
    place.write_text(text)
    report = check(place)
    assert (report.valid, report.polygons) == (False, 0)
    assert words in report.message
    assert "secret-name" not in report.message


def test_the_number_of_a_late_feature(tmp_path: Path) -> None:
    place = tmp_path / "file"
    place.write_text(collection(*[POLYGON] * 7000, changed([7.45, 97.0]), POLYGON))
    assert "Feature 7001:" in check(place).message


def test_reading_polygons_in_another_coordinate_system(tmp_path: Path) -> None:
    place = tmp_path / "file"
    place.write_text(collection(POLYGON, MULTIPOLYGON))
    shapes = list(read_polygons(place, crs(3857)))
    assert len(shapes) == 3
    # x = R * longitude in radians; the witness is the definition of Web Mercator.
    assert shapes[0].GetEnvelope()[0] == pytest.approx(6378137 * 7.44 * 3.141592653589793 / 180)
    place.write_text(json.dumps(MULTIPOLYGON))
    assert len(list(read_polygons(place, crs(4326)))) == 2
    assert list(read_polygons(None, crs(4326))) == []
