"""Shapes as they are drawn: areas and coordinates against geodesics (pyproj) and analytic truth."""

from __future__ import annotations

import math
from typing import Any

import pytest
from imagery_hub.core.geometry import area_km2, to_platform
from imagery_hub.core.geometry.drawn import circle, distance_m, rectangle, seen
from imagery_hub.core.geometry.reproject import world_width
from imagery_hub.core.problems import Problem
from pyproj import Geod, Transformer
from qgis.core import QgsCoordinateReferenceSystem, QgsGeometry, QgsPointXY, QgsRectangle
from shapely.geometry import Point, shape

pytestmark = pytest.mark.usefixtures("qgis_app")
GEOD = Geod(ellps="WGS84")
HALF = 20037508.342789244
#: Map systems with a place (longitude, latitude) that is drawn in them.
PLACES = [
    ("EPSG:4326", 7.5, 46.5),
    ("EPSG:4326", 179.99, -17.0),
    ("EPSG:3857", 7.5, 46.5),
    ("EPSG:3857", -179.99, 65.0),
    ("EPSG:32632", 7.5, 46.5),
    ("EPSG:3035", 7.5, 46.5),
    ("EPSG:3995", 30.0, 89.999),
    ("EPSG:3995", -179.9, 72.0),
    ("EPSG:3031", 120.0, -89.99),
    ("EPSG:3832", 178.0, 0.5),
]


def _crs(name: str) -> QgsCoordinateReferenceSystem:
    return QgsCoordinateReferenceSystem(name)


def _on_map(name: str, longitude: float, latitude: float) -> QgsPointXY:
    if name == "EPSG:4326":
        return QgsPointXY(longitude, latitude)
    return QgsPointXY(*Transformer.from_crs(4326, name, always_xy=True).transform(longitude, latitude))


def _area(value: dict[str, Any]) -> float:
    """Geodesic square kilometres of GeoJSON. Sides along a meridian or round the pole are exact in it."""
    parts = [value["coordinates"]] if value["type"] == "Polygon" else value["coordinates"]
    polygons = [shape({"type": "Polygon", "coordinates": one}) for one in parts]
    return sum(abs(GEOD.geometry_area_perimeter(one)[0]) for one in polygons) / 1e6


@pytest.mark.parametrize(("name", "longitude", "latitude"), PLACES)
@pytest.mark.parametrize("radius", [25.0, 5_000.0])
def test_a_circle_has_its_radius_on_the_ground(name: str, longitude: float, latitude: float, radius: float) -> None:
    centre = _on_map(name, longitude, latitude)
    made = circle(centre, radius, _crs(name))
    back = Transformer.from_crs(name, 4326, always_xy=True)
    for place in made.asPolygon()[0]:
        if name == "EPSG:4326" and abs(place.y()) == 90:
            continue
        reached = (place.x(), place.y()) if name == "EPSG:4326" else back.transform(place.x(), place.y())
        assert GEOD.inv(longitude, latitude, *reached)[2] == pytest.approx(radius, rel=1e-6, abs=1e-3)
    assert area_km2(made, _crs(name)) == pytest.approx(math.pi * radius**2 / 1e6, rel=5e-4)
    value = to_platform(made, _crs(name))
    assert _area(value) == pytest.approx(math.pi * radius**2 / 1e6, rel=5e-4)
    assert distance_m(centre, made.asPolygon()[0][0], _crs(name)) == pytest.approx(radius, rel=1e-6, abs=1e-3)


def test_a_circle_across_180_goes_on_where_the_map_does_and_is_cut_for_the_platform() -> None:
    for name, longitude, width in (("EPSG:4326", 179.99, 360.0), ("EPSG:4326", 180.5, 360.0),
                                   ("EPSG:3857", 179.99, 2 * HALF)):
        centre = QgsPointXY(longitude, 10) if name == "EPSG:4326" else _on_map(name, longitude, 10)
        made = circle(centre, 100_000, _crs(name))
        assert made.boundingBox().width() < width / 100
        assert made.boundingBox().center().x() == pytest.approx(centre.x(), rel=1e-6)
        value = to_platform(made, _crs(name))
        assert value["type"] == "MultiPolygon"
        assert shape(value).contains(Point(179.999, 10)) and shape(value).contains(Point(-179.999, 10))
        assert _area(value) == pytest.approx(math.pi * 1e10 / 1e6, rel=5e-4)


def test_a_circle_whose_corner_is_at_180_but_for_rounding() -> None:
    made = circle(QgsPointXY(20037508.0, -750_000), 250_000, _crs("EPSG:3857"))
    value = shape(to_platform(made, _crs("EPSG:3857")))
    assert value.is_valid and value.bounds[1] > -9 and value.bounds[3] < -4
    assert _area(to_platform(made, _crs("EPSG:3857"))) == pytest.approx(math.pi * 250**2, rel=5e-4)


def test_a_circle_round_a_pole() -> None:
    cap = math.pi * 300_000**2 / 1e6
    for name, latitude in (("EPSG:4326", 89), ("EPSG:4326", -89), ("EPSG:3995", 89), ("EPSG:3031", -89)):
        made = circle(_on_map(name, 40, latitude), 300_000, _crs(name))
        value = shape(to_platform(made, _crs(name)))
        sign = math.copysign(1, latitude)
        assert all(value.contains(Point(one, sign * 89.9)) for one in (-170, -60, 0, 110, 179))
        assert value.is_valid and not value.contains(Point(0, sign * 80))
        assert area_km2(made, _crs(name)) == pytest.approx(cap, rel=1e-3)
    with pytest.raises(Problem, match="cannot show"):
        circle(_on_map("EPSG:3857", 40, 84), 1_000_000, _crs("EPSG:3857"))


def test_a_rectangle_is_upright_on_a_map_that_is_turned() -> None:
    plain = rectangle(QgsPointXY(0, 0), QgsPointXY(4, 3))
    assert plain.boundingBox() == QgsRectangle(0, 0, 4, 3)
    assert rectangle(QgsPointXY(0, 0), QgsPointXY(-4, 3), square=True).boundingBox() == QgsRectangle(-4, 0, 0, 4)
    angle = math.radians(30)
    across = (math.cos(angle), math.sin(angle))
    far = QgsPointXY(4 * across[0] - 3 * across[1], 4 * across[1] + 3 * across[0])
    turned = rectangle(QgsPointXY(0, 0), far, angle)
    assert turned.area() == pytest.approx(12)
    assert turned.asPolygon()[0][1].x() == pytest.approx(4 * across[0])
    assert turned.asPolygon()[0][2].distance(far) == pytest.approx(0, abs=1e-9)


@pytest.mark.parametrize("name", ["EPSG:3995", "EPSG:32632", "EPSG:3857", "EPSG:2056"])
def test_a_large_rectangle_is_measured_as_the_map_shows_it(name: str) -> None:
    """The witness adds up small cells, whose geodesic sides lie on the map's straight ones."""
    x, y = (0.0, 0.0) if name == "EPSG:3995" else tuple(_on_map(name, 8.0, 46.5))
    size, cells = 400_000.0, 40
    back = Transformer.from_crs(name, 4326, always_xy=True)
    step = size / cells
    expected = 0.0
    for row in range(cells):
        for column in range(cells):
            left, low = x + column * step - size / 2, y + row * step - size / 2
            corners = [(left, low), (left + step, low), (left + step, low + step), (left, low + step)]
            ring = [back.transform(*one) for one in corners]
            expected += abs(GEOD.polygon_area_perimeter(*zip(*ring, strict=True))[0]) / 1e6
    box = rectangle(QgsPointXY(x - size / 2, y - size / 2), QgsPointXY(x + size / 2, y + size / 2))
    assert area_km2(box, _crs(name)) == pytest.approx(expected, rel=1e-5)


@pytest.mark.parametrize(("west", "east"), [(-100, 100), (-170, 190), (-60, 120.5), (170, 195), (-190, -170)])
@pytest.mark.parametrize("name", ["EPSG:4326", "EPSG:3857"])
def test_what_a_wide_map_shows_is_not_taken_for_the_rest_of_the_globe(name: str, west: float, east: float) -> None:
    factor = 1 if name == "EPSG:4326" else HALF / 180
    top = 50 if name == "EPSG:4326" else _on_map(name, 0, 50).y()
    corners = [QgsPointXY(one * factor, y) for one, y in ((west, -top), (east, -top), (east, top), (west, top))]
    made = seen(corners, _crs(name))
    value = shape(to_platform(made, _crs(name)))
    assert value.is_valid and value.area == pytest.approx((east - west) * 100, rel=1e-6)
    for share in (0.01, 0.48, 0.99):
        longitude = (west + share * (east - west) + 180) % 360 - 180
        assert value.contains(Point(longitude, 0))
    assert value.bounds[0] >= -180 and value.bounds[2] <= 180
    band = 2 * math.pi * GEOD.a**2 * (_authalic(50) - _authalic(-50)) * (east - west) / 360 / 1e6
    assert area_km2(made, _crs(name)) == pytest.approx(band, rel=3e-6)


def _authalic(latitude: float) -> float:
    """Half of the function q by which areas of zones of an ellipsoid are told (Snyder, 3-12)."""
    e = math.sqrt(GEOD.es)
    s = math.sin(math.radians(latitude))
    return (1 - GEOD.es) * (s / (1 - GEOD.es * s * s) + math.atanh(e * s) / e) / 2


def test_a_map_shows_the_earth_at_most_once_and_no_further_than_the_poles() -> None:
    corners = [QgsPointXY(x, y) for x, y in ((-400, -200), (500, -200), (500, 200), (-400, 200))]
    made = seen(corners, _crs("EPSG:4326"))
    assert made.boundingBox() == QgsRectangle(-180, -90, 180, 90)
    earth = 2 * math.pi * GEOD.a**2 * (_authalic(90) - _authalic(-90)) / 1e6
    assert area_km2(made, _crs("EPSG:4326")) == pytest.approx(earth, rel=1e-6) == pytest.approx(510_065_622, rel=1e-6)
    far = [QgsPointXY(x + 1000, y) for x, y in ((0, 0), (10, 0), (10, 10), (0, 10))]
    value = shape(to_platform(seen(far, _crs("EPSG:4326")), _crs("EPSG:4326")))
    assert value.bounds == pytest.approx((-80, 0, -70, 10))


def test_only_maps_that_repeat_themselves_have_a_width() -> None:
    assert world_width(_crs("EPSG:4326")) == 360
    assert world_width(_crs("EPSG:3857")) == pytest.approx(2 * HALF)
    assert [world_width(_crs(name)) for name in ("EPSG:32632", "EPSG:3995", "EPSG:2056")] == [0, 0, 0]
    assert world_width(QgsCoordinateReferenceSystem()) == 0


@pytest.mark.parametrize("text", ["POLYGON EMPTY", "POLYGON((0 0,0 0,0 0,0 0))"])
def test_nothing_has_no_area(text: str) -> None:
    assert area_km2(QgsGeometry.fromWkt(text), _crs("EPSG:3857")) == 0


def test_a_line_across_180_has_no_area() -> None:
    assert area_km2(QgsGeometry.fromWkt("POLYGON((179 0,181 1,179 0))"), _crs("EPSG:4326")) == 0
