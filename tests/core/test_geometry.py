"""Shapes to platforms and back; witnesses are pyproj and analytic areas."""

from __future__ import annotations

import json
import math
import re
from pathlib import Path
from typing import Any

import pytest
from imagery_hub.core import geometry as module
from imagery_hub.core.geometry import (
    FeatureExport,
    area_km2,
    charged_megapixels,
    export_features,
    findings,
    from_platform,
    megapixels,
    pixel_area_m2,
    repaired,
    reprojected,
    sentence,
    to_platform,
)
from imagery_hub.core.problems import Problem
from imagery_hub.providers.errors import Cancelled
from imagery_hub.providers.shapes.validity import Finding
from pyproj import Geod, Transformer
from qgis.core import QgsCoordinateReferenceSystem, QgsFeature, QgsGeometry, QgsRectangle, QgsVectorLayer
from shapely.geometry import Point, shape

pytestmark = pytest.mark.usefixtures("qgis_app")
WGS84 = QgsCoordinateReferenceSystem("EPSG:4326")
GEOD = Geod(ellps="WGS84")


def _crs(name: str) -> QgsCoordinateReferenceSystem:
    return QgsCoordinateReferenceSystem(name)


def _geodesic_km2(value: dict[str, Any]) -> float:
    return abs(GEOD.geometry_area_perimeter(shape(value))[0]) / 1e6


@pytest.mark.parametrize("name", ["EPSG:32632", "EPSG:3857", "EPSG:3035", "EPSG:2056"])
def test_long_sides_stay_where_they_were_drawn(name: str) -> None:
    back = Transformer.from_crs(4326, name, always_xy=True)
    x, y = back.transform(7.5, 46.5)
    box = QgsGeometry.fromRect(QgsRectangle(x, y, x + 80_000, y + 60_000))
    value = to_platform(box, _crs(name))
    (ring,) = value["coordinates"]
    projected = [back.transform(*place) for place in ring]
    worst = max(
        min(abs(px - x), abs(px - x - 80_000), abs(py - y), abs(py - y - 60_000)) for px, py in projected
    )
    assert worst < 0.01
    middles = [
        back.transform((a[0] + b[0]) / 2, (a[1] + b[1]) / 2) for a, b in zip(ring, ring[1:], strict=False)
    ]
    away = max(min(abs(px - x), abs(px - x - 80_000), abs(py - y), abs(py - y - 60_000)) for px, py in middles)
    assert away < 0.25
    assert len(ring) < 1100
    again = from_platform(value, _crs(name))
    assert again.symDifference(box).area() / box.area() < 1e-5


def test_small_areas_get_no_needless_corners() -> None:
    box = QgsGeometry.fromRect(QgsRectangle(400_000, 5_200_000, 400_100, 5_200_100))
    assert len(to_platform(box, _crs("EPSG:32632"))["coordinates"][0]) == 5
    many = QgsGeometry.fromWkt("MULTIPOLYGON(((400000 5200000,400050 5200000,400050 5200050,400000 5200000)),"
                               "((600000 5300000,600050 5300000,600050 5300050,600000 5300000)))")
    assert [len(one[0]) for one in to_platform(many, _crs("EPSG:32632"))["coordinates"]] == [4, 4]


def test_a_canvas_across_180_is_cut(qgis_new_project: None) -> None:
    half = 20037508.342789244
    box = QgsGeometry.fromRect(QgsRectangle(half - 1_000_000, -500_000, half + 1_000_000, 500_000))
    value = to_platform(box, _crs("EPSG:3857"))
    cut = shape(value)
    assert value["type"] == "MultiPolygon" and len(value["coordinates"]) == 2
    assert cut.bounds[0] == pytest.approx(-180) and cut.bounds[2] == pytest.approx(180)
    assert cut.contains(Point(179, 0)) and cut.contains(Point(-179, 0)) and not cut.contains(Point(0, 0))
    expected = 2 * math.degrees(1_000_000 / 6378137) * 2 * math.degrees(math.atan(math.sinh(500_000 / 6378137)))
    assert cut.area == pytest.approx(expected, rel=1e-6)


def test_a_hole_across_180_stays_a_hole() -> None:
    text = "POLYGON((170 0,-170 0,-170 20,170 20,170 0),(178 5,-178 5,-178 10,178 10,178 5))"
    cut = shape(to_platform(QgsGeometry.fromWkt(text), WGS84))
    assert cut.area == pytest.approx(20 * 20 - 4 * 5)


@pytest.mark.parametrize(("name", "sign"), [("EPSG:3031", -1), ("EPSG:3413", 1)])
def test_a_square_round_a_pole_holds_the_pole(name: str, sign: int) -> None:
    box = QgsGeometry.fromRect(QgsRectangle(-1e6, -1e6, 1e6, 1e6))
    cut = shape(to_platform(box, _crs(name)))
    for longitude in (-179, -90, 0, 45, 179):
        assert cut.contains(Point(longitude, sign * 89)) and not cut.contains(Point(longitude, sign * 70))
    assert cut.is_valid and cut.bounds[0] >= -180 and cut.bounds[2] <= 180


def test_heights_curves_and_empty_shapes() -> None:
    high = QgsGeometry.fromWkt("PolygonZ((7 46 500,7.1 46 500,7.1 46.1 500,7 46 500))")
    assert to_platform(high, WGS84)["coordinates"][0][0] == [7, 46]
    circle = QgsGeometry.fromWkt("CURVEPOLYGON(CIRCULARSTRING(7 46,7.1 46.1,7 46.2,6.9 46.1,7 46))")
    assert shape(to_platform(circle, WGS84)).area == pytest.approx(math.pi * 0.01, rel=1e-3)
    assert reprojected(QgsGeometry(), _crs("EPSG:3857"), WGS84).isEmpty()


def test_what_cannot_be_transformed_is_said() -> None:
    box = QgsGeometry.fromRect(QgsRectangle(7, 46, 8, 47))
    with pytest.raises(Problem, match="reference system"):
        to_platform(box, QgsCoordinateReferenceSystem())
    with pytest.raises(Problem, match="outside|no coordinates"):
        to_platform(QgsGeometry.fromRect(QgsRectangle(1e30, 1e30, 2e30, 2e30)), _crs("EPSG:32632"))
    with pytest.raises(Problem):
        from_platform({"type": "Nonsense"})


def test_areas_agree_with_geodesics() -> None:
    cell = {"type": "Polygon", "coordinates": [[[7, 46], [7.01, 46], [7.01, 46.01], [7, 46.01], [7, 46]]]}
    assert area_km2(from_platform(cell), WGS84) == pytest.approx(_geodesic_km2(cell), rel=1e-6)
    mercator = from_platform(cell, _crs("EPSG:3857"))
    assert area_km2(mercator, _crs("EPSG:3857")) == pytest.approx(_geodesic_km2(cell), rel=1e-5)


def test_pixels_of_an_area_and_the_least_charge() -> None:
    utm = QgsRectangle(400_000, 5_200_000, 400_040, 5_200_040)
    assert pixel_area_m2(utm, 400, 400, _crs("EPSG:32632")) == pytest.approx(0.01, rel=1e-3)
    box = from_platform(
        {"type": "Polygon", "coordinates": [[[7, 60], [7.001, 60], [7.001, 60.001], [7, 60.001], [7, 60]]]},
        _crs("EPSG:3857"),
    ).boundingBox()
    size = 0.1 * 0.1
    ground = pixel_area_m2(box, round(box.width() / 0.1), round(box.height() / 0.1), _crs("EPSG:3857"))
    assert ground == pytest.approx(size * math.cos(math.radians(60)) ** 2, rel=1e-2)
    assert megapixels(1600, 0.01) == pytest.approx(0.16)
    assert charged_megapixels(0.16) == 10 and charged_megapixels(12.5) == 12.5
    with pytest.raises(ValueError, match="pixel"):
        pixel_area_m2(utm, 0, 5, WGS84)


BOW_TIE = "POLYGON((0 0,2 2,2 0,0 2,0 0))"


@pytest.mark.parametrize(
    ("text", "problem", "place"),
    [
        (BOW_TIE, "self_crossing", (1, 1)),
        ("POLYGON((0 0,4 0,4 4,0 4,0 0),(8 8,9 8,9 9,8 8))", "hole_outside", None),
        ("LINESTRING(0 0,1 1)", "wrong_kind", None),
        ("POLYGON EMPTY", "empty_geometry", None),
    ],
)
def test_problems_have_names_places_and_sentences(text: str, problem: str, place: Any) -> None:
    (found, *_) = findings(QgsGeometry.fromWkt(text), "17")
    assert found.problem == problem
    if place:
        assert found.place == pytest.approx(place)
        assert "1.000000, 1.000000" in sentence(found)
    assert "17" in sentence(found) and "{" not in sentence(found) and "?" not in sentence(found)


def test_repairing_keeps_the_area_that_is_there() -> None:
    made = repaired(QgsGeometry.fromWkt(BOW_TIE))
    assert findings(made) == [] and made.area() == pytest.approx(2)
    assert repaired(QgsGeometry.fromWkt("POLYGON((0 0,1 1,2 2,0 0))")).isEmpty()
    assert findings(QgsGeometry.fromWkt("POLYGON((0 0,2 0,2 2,0 0))")) == []
    assert findings(QgsGeometry())[0].problem == "no_geometry"


def test_every_finding_has_a_sentence_of_its_own() -> None:
    from imagery_hub.core.geometry.words import templates

    texts = templates()
    for problem, text in texts.items():
        facts = dict.fromkeys(re.findall(r"{(\w+)}", text), "x")
        facts.pop("place", None)
        said = sentence(Finding(problem, "f1", (1.0, 2.0), facts))
        assert "?" not in said and "{" not in said and said.rstrip().endswith(".")


def _layer(shapes: list[str], kind: str = "Polygon", crs: str = "EPSG:32632") -> QgsVectorLayer:
    layer = QgsVectorLayer(f"{kind}?crs={crs}&field=name:string&field=when:datetime", "l", "memory")
    features = []
    for index, text in enumerate(shapes):
        one = QgsFeature(layer.fields())
        one.setAttributes([f"n{index}", None])
        one.setGeometry(QgsGeometry.fromWkt(text) if text else QgsGeometry())
        features.append(one)
    layer.dataProvider().addFeatures(features)
    return layer


def _box(x: float, y: float, size: float = 100) -> str:
    return f"POLYGON(({x} {y},{x + size} {y},{x + size} {y + size},{x} {y + size},{x} {y}))"


def test_features_become_a_file_in_longitude_and_latitude(tmp_path: Path) -> None:
    layer = _layer([_box(400_000, 5_200_000), _box(400_200, 5_200_000)])
    target = tmp_path / "a.geojson"
    assert export_features(layer, target, FeatureExport(fields=["name", "when"])) == 2
    value = json.loads(target.read_text())
    assert [one["properties"] for one in value["features"]] == [{"name": f"n{i}", "when": None} for i in (0, 1)]
    witness = Transformer.from_crs("EPSG:32632", 4326, always_xy=True).transform(400_000, 5_200_000)
    corners = value["features"][0]["geometry"]["coordinates"][0]
    if value["features"][0]["geometry"]["type"] == "MultiPolygon":
        corners = corners[0]
    assert min(math.dist(one, witness) for one in corners) < 1e-9
    assert [one.name for one in tmp_path.iterdir()] == ["a.geojson"]


def test_features_that_cannot_be_sent_are_named_and_nothing_is_written(tmp_path: Path) -> None:
    crossing = "POLYGON((400000 5200000,400100 5200100,400100 5200000,400000 5200100,400000 5200000))"
    layer = _layer([_box(400_000, 5_200_000), crossing, "", _box(700_000, 5_200_000)])
    footprint = to_platform(QgsGeometry.fromWkt(_box(399_000, 5_199_000, 5000)), _crs("EPSG:32632"))
    with pytest.raises(Problem) as caught:
        export_features(layer, tmp_path / "a.geojson", FeatureExport(footprint=footprint))
    lines = str(caught.value).splitlines()
    assert len(lines) == 3
    assert lines[0].startswith("Feature 2:") and "crosses itself" in lines[0] and "400050.0" in lines[0]
    assert lines[1].startswith("Feature 3:") and "no geometry" in lines[1]
    assert lines[2].startswith("Feature 4:") and "outside the raster" in lines[2]
    assert list(tmp_path.iterdir()) == []


def test_lines_and_nothing_are_refused_and_points_are_taken_where_wanted(tmp_path: Path) -> None:
    with pytest.raises(Problem, match="Polygon"):
        export_features(_layer(["LINESTRING(0 0,1 1)"], "LineString"), tmp_path / "l.geojson")
    with pytest.raises(Problem, match="no shape"):
        export_features(_layer([]), tmp_path / "n.geojson")
    points = _layer(["POINT(7 46)"], "Point", "EPSG:4326")
    assert export_features(points, tmp_path / "p.geojson", FeatureExport(kinds=["Point"])) == 1
    with pytest.raises(Cancelled):
        export_features(points, tmp_path / "c.geojson", FeatureExport(kinds=["Point"]), cancelled=lambda: True)
    assert [one.name for one in tmp_path.iterdir()] == ["p.geojson"]


def test_it_works_where_shapely_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    from imagery_hub.providers.errors import MissingLibrary

    def missing() -> None:
        raise MissingLibrary("shapely")

    monkeypatch.setattr("imagery_hub.providers.shapes.engine.shapely", missing)
    monkeypatch.setattr("imagery_hub.providers.shapes.antimeridian.shapely", missing)
    monkeypatch.setattr("imagery_hub.providers.shapes.validity.shapely", missing)
    assert findings(QgsGeometry.fromWkt(BOW_TIE))[0].problem == "self_crossing"
    assert to_platform(QgsGeometry.fromWkt("POLYGON((179 0,-179 0,-179 1,179 0))"), WGS84)["type"] == "MultiPolygon"
    assert module.sentences([]) == ""


def test_each_kind_of_finding_is_known() -> None:
    from imagery_hub.core.geometry.words import templates
    from imagery_hub.providers.shapes import geojson, validity

    text = "".join(Path(one.__file__).read_text("utf-8") for one in (geojson, validity))
    problems = set(re.findall(r'(?:Finding|InputProblem)\("(\w+)"', text)) | set(validity._KEYS.values())
    assert len(problems) > 15
    assert problems <= set(templates())
