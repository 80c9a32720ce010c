"""Pixels, OPF planes, WKT and the antimeridian; witnesses are the notes' check value, pyproj and shapely."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from imagery_hub.providers.errors import InputProblem
from imagery_hub.providers.shapes import antimeridian, opf, pixels, wkt
from pyproj import Transformer
from shapely import wkt as witness
from shapely.geometry import Point, mapping, shape

SQUARE = [[0, 0], [4, 0], [4, 4], [0, 4], [0, 0]]
HOLE = [[1, 1], [2, 1], [2, 2], [1, 2], [1, 1]]


def test_pixels_meet_the_check_value_of_the_notes() -> None:
    assert pixels.to_pixel(0.0013653, -0.00097539) == pytest.approx((1520, 1086), abs=0.3)


def test_pixels_agree_with_proj() -> None:
    to_metres = Transformer.from_crs(4326, 3857, always_xy=True)
    for x, y in ((0, 0), (1520, 1086), (40000.5, 123.25)):
        longitude, latitude = pixels.to_place(x, y)
        assert to_metres.transform(longitude, latitude) == pytest.approx((x * 0.1, -y * 0.1), abs=1e-6)
        assert pixels.to_pixel(longitude, latitude) == pytest.approx((x, y), abs=1e-5)


@pytest.mark.parametrize("kind", ["MultiPolygon", "Polygon", "FeatureCollection"])
def test_results_of_any_kind_become_pixels(tmp_path: Path, kind: str) -> None:
    ring = [list(pixels.to_place(x, y)) for x, y in ((10, 20), (30, 20), (30, 50), (10, 20))]
    polygon = {"type": "Polygon", "coordinates": [ring]}
    multi = {"type": "MultiPolygon", "coordinates": [[ring]]}
    feature = {"type": "Feature", "properties": {}, "geometry": multi}
    content = {"Polygon": polygon, "MultiPolygon": multi}.get(kind, {"type": kind, "features": [feature]})
    path = tmp_path / "r.json"
    path.write_text(json.dumps(content))
    ((found,),) = pixels.nongeo_result_to_pixel(path)
    assert [pytest.approx(one, abs=1e-4) for one in found] == [(10, 20), (30, 20), (30, 50), (10, 20)]


def test_region_of_interest_as_the_notes_print_it() -> None:
    area = opf.region_of_interest({"type": "MultiPolygon", "coordinates": [[SQUARE, HOLE]]}, 120.0)
    assert area["thickness"] == 120.0
    assert area["plane"]["outer_boundary"] == [0, 1, 2, 3]
    assert area["plane"]["inner_boundaries"] == [[4, 5, 6, 7]]
    assert area["plane"]["vertices3d"][5] == [2, 1, 0]
    assert "normal_vector" not in area["plane"]
    assert opf.from_plane(area["plane"]) == {"type": "Polygon", "coordinates": [SQUARE, HOLE]}


def test_closed_planes_are_read_and_wrong_ones_named() -> None:
    plane: dict[str, Any] = {"vertices3d": [[0, 0, 5], [1, 0, 5], [1, 1, 5]], "outer_boundary": [0, 1, 2, 0]}
    assert opf.from_plane(plane)["coordinates"] == [[[0, 0], [1, 0], [1, 1], [0, 0]]]
    for wrong, problem in (([0, 1, 3], "plane_index"), ([0, 1, 0], "ring_short"), ([0, 1, -1], "plane_index")):
        with pytest.raises(InputProblem, match=problem):
            opf.from_plane({**plane, "outer_boundary": wrong})
    with pytest.raises(InputProblem, match="one_polygon"):
        opf.region_of_interest({"type": "MultiPolygon", "coordinates": [[SQUARE], [SQUARE]]})
    with pytest.raises(InputProblem, match="wrong_kind"):
        opf.region_of_interest({"type": "LineString", "coordinates": SQUARE})


GEOMETRIES = [
    "POINT (1.5 -2)",
    "POINT Z (1 2 3)",
    "MULTIPOINT ((1 2), (3 4))",
    "MULTIPOINT (1 2, 3 4)",
    "LINESTRING (1e-7 2, 3 4)",
    "POLYGON ((0 0, 4 0, 4 4, 0 0), (1 0.5, 2 0.5, 2 1, 1 0.5))",
    "MULTIPOLYGON (((0 0, 4 0, 4 4, 0 0)), ((9 9, 9.5 9, 9.5 9.5, 9 9)))",
    "POLYGON EMPTY",
]


@pytest.mark.parametrize("text", GEOMETRIES)
def test_wkt_is_read_and_written_as_shapely_does(text: str) -> None:
    expected = witness.loads(text)
    found = wkt.from_wkt(text)
    assert shape(found).equals(expected) or (expected.is_empty and not found["coordinates"])
    assert witness.loads(wkt.to_wkt(json.loads(json.dumps(mapping(expected))))).equals_exact(expected, 0)


@pytest.mark.parametrize("text", ["", "POLYGON", "POLYGON (0 0, 1 1)", "CIRCLE (1 2)", "POINT (1 2", "POINT (x y)"])
def test_what_is_no_wkt_is_refused(text: str) -> None:
    with pytest.raises(InputProblem, match="wkt"):
        wkt.from_wkt(text)


@given(west=st.floats(150, 179.9), width=st.floats(1, 60), south=st.floats(-60, 50), beyond=st.booleans())
def test_a_box_across_180_is_cut_without_loss(west: float, width: float, south: float, beyond: bool) -> None:
    east = west + width
    ring = [[west, south], [east, south], [east, south + 10], [west, south + 10], [west, south]]
    given_ring = ring if beyond else [[x - 360 if x > 180 else x, y] for x, y in ring]
    geometry = {"type": "Polygon", "coordinates": [given_ring]}
    cut = antimeridian.split(geometry)
    shapes = shape(cut)
    assert shapes.area == pytest.approx(width * 10)
    assert shapes.bounds[0] >= -180 and shapes.bounds[2] <= 180
    assert cut["type"] == ("MultiPolygon" if east > 180 else "Polygon")
    if east > 180.5 and west < 179.5:
        whole = shape(antimeridian.joined(cut))
        assert whole.geom_type == "Polygon"
        assert whole.bounds == pytest.approx((west, south, east, south + 10))


def test_holes_are_cut_along() -> None:
    outer = [[170, 0], [-170, 0], [-170, 20], [170, 20], [170, 0]]
    hole = [[178, 5], [-178, 5], [-178, 10], [178, 10], [178, 5]]
    cut = antimeridian.split({"type": "Polygon", "coordinates": [outer, hole]})
    assert shape(cut).area == pytest.approx(20 * 20 - 4 * 5)
    assert not shape(cut).contains(Point(179, 7))
    assert shape(cut).contains(Point(-175, 7))


@pytest.mark.parametrize("sign", [1, -1])
def test_a_ring_round_a_pole_holds_the_pole(sign: int) -> None:
    ring = [[longitude, sign * 70] for longitude in (-170, -80, 10, 100, -170)]
    cut = antimeridian.split({"type": "Polygon", "coordinates": [ring]})
    assert shape(cut).contains(Point(33, sign * 85))
    assert not shape(cut).contains(Point(33, sign * 60))
    assert shape(cut).area == pytest.approx(360 * 20)
    assert shape(cut).is_valid


def test_what_does_not_cross_is_left_alone() -> None:
    world = [[-180, -90], [180, -90], [180, 90], [-180, 90], [-180, -90]]
    west = [[-180, -10], [-170, -10], [-170, 10], [-180, -10]]
    east = [[170, 0], [180, 0], [180, 9], [170, 0]]
    for ring in (world, SQUARE, west, east):
        geometry = {"type": "Polygon", "coordinates": [ring]}
        assert antimeridian.split(geometry) is geometry


def test_boxes() -> None:
    assert antimeridian.split_box(170, -5, -170, 5) == [(170, -5, 180.0, 5), (-180.0, -5, -170, 5)]
    assert antimeridian.split_box(-5, -5, 5, 5) == [(-5, -5, 5, 5)]
