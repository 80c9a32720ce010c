"""How far parts of an area lie from each other; the witness is pyproj."""

from __future__ import annotations

from typing import Any

import pytest
from imagery_hub.core.geometry.apart import widest_gap_m
from pyproj import Geod

GEOD = Geod(ellps="WGS84")


def square(west: float, south: float, size: float = 0.1) -> list[list[list[float]]]:
    east, north = west + size, south + size
    return [[[west, south], [east, south], [east, north], [west, north], [west, south]]]


def polygon(west: float, south: float) -> dict[str, Any]:
    return {"type": "Polygon", "coordinates": square(west, south)}


def metres(*ends: float) -> float:
    return float(GEOD.inv(*ends)[2])


def test_one_part_and_parts_that_touch_have_no_gap() -> None:
    assert widest_gap_m([polygon(75.6, 14.4)]) == 0
    assert widest_gap_m([polygon(75.6, 14.4), polygon(75.65, 14.45), polygon(75.7, 14.5)]) == 0


@pytest.mark.parametrize("south", [0.0, 60.0, -70.0])
def test_the_gap_is_that_of_the_nearest_boundaries(south: float) -> None:
    found = widest_gap_m([polygon(10.0, south), polygon(12.1, south)])
    nearer = south + 0.1 if south >= 0 else south  # the meridians are nearest on the side of the pole
    assert found == pytest.approx(metres(10.1, nearer, 12.1, nearer), rel=1e-4)
    assert widest_gap_m([polygon(10.0, south), polygon(10.0, south + 1.1)]) == pytest.approx(
        metres(10.0, south + 0.1, 10.0, south + 1.1), rel=1e-5)


def test_parts_are_reached_over_others_wherever_they_stand() -> None:
    ends, middle = [polygon(10.0, 0.0), polygon(12.2, 0.0)], polygon(11.1, 0.0)
    assert widest_gap_m([*ends, middle]) == pytest.approx(widest_gap_m([ends[0], middle]), rel=1e-5)
    assert widest_gap_m(ends) > 2 * widest_gap_m([*ends, middle])


def test_longitude_180_is_no_border() -> None:
    found = widest_gap_m([polygon(179.5, 0.0), polygon(-179.5, 0.0)])
    assert found == pytest.approx(metres(179.6, 0.1, -179.5, 0.1), rel=1e-4)
