"""Outlines with fewer corners: the same ones, in the same order, of nearly the same area."""

from __future__ import annotations

import math

import pytest
from imagery_hub.core.geometry.corners import fewer
from imagery_hub.core.problems import Problem
from qgis.core import QgsApplication, QgsGeometry, QgsPointXY


def circle(corners: int, radius: float = 50.0) -> list[tuple[float, float, float]]:
    steps = (2 * math.pi * number / corners for number in range(corners))
    return [(412630 + radius * math.cos(one), 5231866 + radius * math.sin(one), 500 + one) for one in steps]


def test_a_short_outline_stays_as_it_is(qgis_app: QgsApplication) -> None:
    found = fewer(circle(100), 100)
    assert (found.corners, found.tolerance, found.changed) == (list(range(100)), 0.0, 0.0)


@pytest.mark.parametrize("most", [1000, 60])
def test_a_long_outline_keeps_its_shape_with_the_corners_that_matter(qgis_app: QgsApplication, most: int) -> None:
    ring = circle(20_000)
    found = fewer(ring, most)
    assert most / 3 < len(found.corners) <= most
    assert found.corners == sorted(set(found.corners))
    kept = QgsGeometry.fromPolygonXY([[QgsPointXY(*ring[one][:2]) for one in found.corners]])
    truth = math.pi * 50**2
    assert abs(kept.area() - truth) / truth <= found.changed + 1e-6
    assert found.changed < 12 / most
    assert found.tolerance < 5 * 50 * (math.pi / most) ** 2  # the height of a segment of so many corners


def test_an_outline_that_crosses_itself_is_told(qgis_app: QgsApplication) -> None:
    ring = [(0, 0), (10, 10), (10, 0), (0, 10), *((-1 - one / 100, 5) for one in range(20))]
    with pytest.raises(Problem, match="crosses itself"):
        fewer(ring, 10)


def test_a_comb_that_needs_its_teeth_cannot_lose_them_all(qgis_app: QgsApplication) -> None:
    ring = [(0.0, 0.0)]
    for tooth in range(200):
        ring += [(tooth + 0.1, 0.0), (tooth + 0.5, 10.0), (tooth + 0.9, 0.0)]
    ring += [(200.0, 0.0), (200.0, -1.0), (0.0, -1.0)]
    found = fewer(ring, 50)
    assert len(found.corners) <= 50 and found.changed > 0.3
