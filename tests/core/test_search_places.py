"""Footprints compared with an area, wherever on the globe; what has no place is counted and never silently dropped."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from imagery_hub.core.layers.footprints import SearchArea, shape_of
from imagery_hub.core.search import Sieve
from imagery_hub.providers.capabilities import Entry
from imagery_hub.providers.search import AREA, NARROWING, Hit, Query
from qgis.core import QgsGeometry, QgsWkbTypes

pytestmark = pytest.mark.usefixtures("qgis_app")

NOTHING: frozenset[str] = frozenset()


def box(west: float, south: float, east: float, north: float) -> dict[str, Any]:
    return {"type": "Polygon",
            "coordinates": [[[west, south], [east, south], [east, north], [west, north], [west, south]]]}


def hit(name: str, footprint: Mapping[str, Any] | None = None, **known: Any) -> Hit:
    return Hit(Entry("raster", name, name, "ready", {}, footprint), **known)


def kept(sieve: Sieve, *hits: Hit) -> dict[str, float | None]:
    return {one.hit.entry.id: one.covered for one in sieve.sift(hits)}


def wkt_area(wkt: str) -> SearchArea:
    return SearchArea(QgsGeometry.fromWkt(wkt))


def test_what_lies_in_the_area_is_kept_with_the_share_that_it_covers() -> None:
    sieve = Sieve(Query(area=box(10, 0, 12, 1)), NOTHING)
    found = kept(sieve, hit("half", box(11, -1, 20, 2)), hit("all", box(0, -5, 20, 5)), hit("away", box(30, 0, 31, 1)),
                 hit("beside", box(12, 0, 13, 1)), hit("corner", box(12, 1, 13, 2)))
    assert set(found) == {"half", "all"}
    assert found["all"] == pytest.approx(1)
    assert found["half"] == pytest.approx(0.5, abs=1e-6)
    assert (sieve.elsewhere, sieve.unplaced) == (3, 0)


def test_the_share_is_one_of_the_ground_and_not_of_degrees() -> None:
    """The band from 60 to 75 degrees north has sin 75 - sin 60 over sin 75 of what reaches from 0 to 75 degrees (on the
    sphere, within a percent of the ellipsoid)."""
    covered = wkt_area("Polygon ((0 0, 1 0, 1 75, 0 75, 0 0))").covered(shape_of(box(0, 60, 1, 75)))
    assert covered == pytest.approx((0.9659258 - 0.8660254) / 0.9659258, rel=0.01)


@pytest.mark.parametrize("footprint", [
    box(179, 0, -179, 1),
    box(179, 0, 181, 1),
    box(-181, 0, -179, 1),
    {"type": "MultiPolygon", "coordinates": [box(179, 0, 180, 1)["coordinates"], box(-180, 0, -179, 1)["coordinates"]]},
])
def test_a_footprint_across_longitude_180_lies_on_both_sides_however_it_was_written(footprint: dict[str, Any]) -> None:
    shape = shape_of(footprint)
    assert shape.isGeosValid()
    assert sorted(round(part.boundingBox().xMinimum(), 6) for part in shape.asGeometryCollection()) == [-180, 179]
    found = {name: kept(Sieve(Query(area=area), NOTHING), hit("across", footprint)) for name, area in {
        "west": box(-180, 0, -179.5, 1), "east": box(179.5, 0, 180, 1), "far": box(0, 0, 1, 1),
        "around": {"type": "MultiPolygon", "coordinates": [box(178, 0, 180, 1)["coordinates"],
                                                            box(-180, 0, -178, 1)["coordinates"]]},
    }.items()}
    assert found["west"]["across"] == pytest.approx(1)
    assert found["east"]["across"] == pytest.approx(1)
    assert found["around"]["across"] == pytest.approx(0.5, abs=1e-6)
    assert found["far"] == {}


def test_an_area_drawn_across_longitude_180_finds_both_sides() -> None:
    area = wkt_area("Polygon ((175 -5, 185 -5, 185 5, 175 5, 175 -5))")
    assert area.covered(shape_of(box(-179, 0, -178, 1))) is not None
    assert area.covered(shape_of(box(176, 0, 177, 1))) is not None
    assert area.covered(shape_of(box(-170, 0, -169, 1))) is None


def test_a_damaged_footprint_is_repaired_and_compared() -> None:
    bow = {"type": "Polygon", "coordinates": [[[0, 0], [2, 2], [2, 0], [0, 2], [0, 0]]]}
    assert 0 < (wkt_area("Polygon ((0 0, 2 0, 2 2, 0 2, 0 0))").covered(shape_of(bow)) or 0) < 1
    assert wkt_area("Polygon ((0.9 1.5, 1.1 1.5, 1.1 2, 0.9 2, 0.9 1.5))").covered(shape_of(bow)) is None


def test_an_area_that_crosses_itself_is_repaired() -> None:
    area = wkt_area("Polygon ((0 0, 2 2, 2 0, 0 2, 0 0))")
    assert area.covered(shape_of(box(0, 0.9, 0.2, 1.1))) == pytest.approx(0.02, rel=0.01)


@pytest.mark.parametrize("footprint", [
    None, {}, "POLYGON", {"type": "Polygon"}, {"type": "Polygon", "coordinates": []},
    {"type": "Polygon", "coordinates": [[[0, 0], [1, 1]]]}, {"type": "Point", "coordinates": [1, 2]},
    {"type": "Polygon", "coordinates": [[["a", 0], [1, 1], [2, 0], ["a", 0]]]}, {"type": "Polygon", "coordinates": 5},
    {"type": "Polygon", "coordinates": [[[0], [1, 1], [2, 0], [0]]]},
    {"type": "Polygon", "coordinates": [[[float("nan"), 0], [1, 1], [2, 0], [float("nan"), 0]]]},
])
def test_what_is_no_footprint_is_a_place_that_is_not_known(footprint: Any) -> None:
    shape = shape_of(footprint)
    assert shape.isNull()
    left_out = Sieve(Query(area=box(0, 0, 1, 1)), NOTHING)
    assert kept(left_out, hit("lost", footprint)) == {}
    assert (left_out.unplaced, left_out.elsewhere) == (1, 0)
    asked_for = Sieve(Query(area=box(0, 0, 1, 1), without_place=True), NOTHING)
    assert kept(asked_for, hit("lost", footprint)) == {"lost": None}
    assert kept(Sieve(Query(), NOTHING), hit("lost", footprint)) == {"lost": None}


def test_what_the_platform_cannot_narrow_is_narrowed_here() -> None:
    query = Query(captured_after="2024-01-01T00:00:00Z", captured_before="2024-01-31T23:59:59Z", max_cloud=20,
                  text="ORCH", tag="fruit")
    good = {"captured": "2024-01-31T23:00:00Z", "cloud": 20.0, "tag": "fruit"}
    hits = [hit("Orchard", **good), hit("Meadow", **good), hit("Orchard 2", **{**good, "cloud": 20.5}),
            hit("Orchard 3", **{**good, "cloud": None}), hit("Orchard 4", **{**good, "tag": "fruits"}),
            hit("Orchard 5", **{**good, "captured": "2024-02-01T00:00:00Z"}),
            hit("Orchard 6", **{**good, "captured": ""}),
            hit("Orchard 7", **{**good, "captured": "2024-02-01T00:30:00+02:00"})]
    assert set(kept(Sieve(query, NOTHING), *hits)) == {"Orchard", "Orchard 7"}
    assert len(kept(Sieve(query, frozenset(NARROWING)), *hits)) == len(hits)


def test_a_platform_that_narrows_by_area_itself_is_believed() -> None:
    sieve = Sieve(Query(area=box(0, 0, 2, 1)), frozenset({AREA}))
    assert kept(sieve, hit("in", box(0, 0, 1, 1)), hit("its own idea", box(5, 5, 6, 6)), hit("no place")) == {
        "in": pytest.approx(0.5), "its own idea": None, "no place": None}


def test_footprints_are_multipolygons_for_the_map() -> None:
    assert shape_of(box(0, 0, 1, 1)).wkbType() == QgsWkbTypes.Type.MultiPolygon
    assert shape_of(box(179, 0, -179, 1)).wkbType() == QgsWkbTypes.Type.MultiPolygon
