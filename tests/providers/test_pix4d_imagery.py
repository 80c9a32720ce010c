"""Where a processed project of PIX4D lies, of what the platform tells and of what it should not."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from imagery_hub.providers.http.answers import Page
from imagery_hub.providers.pix4d.flows import imagery
from imagery_hub.providers.search import Query
from imagery_hub.providers.work import Work

BOUNDS = {"map": {"bounds": {"sw": [14.46, 75.66], "ne": [14.5, 75.7]}}}


def test_bounds_become_a_footprint_longitude_first() -> None:
    found = imagery.footprint(BOUNDS)
    assert found is not None and found["type"] == "Polygon"
    assert found["coordinates"] == [[[75.66, 14.46], [75.7, 14.46], [75.7, 14.5], [75.66, 14.5], [75.66, 14.46]]]


@pytest.mark.parametrize("outputs", [
    None, [], {}, {"map": None}, {"map": {"bounds": []}}, {"map": {"bounds": {"sw": [0, 0], "ne": [0, 0]}}},
    {"map": {"bounds": {"sw": [14.5, 75.7], "ne": [14.4, 75.6]}}}, {"map": {"bounds": {"sw": "ab", "ne": "cd"}}},
    {"map": {"bounds": {"sw": [True, False], "ne": [1, 1]}}}, {"map": {"bounds": {"sw": [14.4], "ne": [14.5, 75.7]}}},
    {"map": {"bounds": {"sw": [float("nan"), 1], "ne": [2, 3]}}}, {"map": {"bounds": {"sw": [95, 1], "ne": [96, 3]}}},
    {"map": {"bounds": {"sw": {"lat": 1, "lng": 2}, "ne": [2, 3]}}},
])
def test_what_is_no_bounds_is_not_known(outputs: Any) -> None:
    assert imagery.footprint(outputs) is None


def test_only_processed_projects_are_found_page_by_page() -> None:
    asked: list[tuple[Any, int]] = []
    rows = [{"id": 1, "display_name": "Field", "public_status": "DONE", "outputs": BOUNDS,
             "acquisition_date": "2024-02-20T09:00:00Z"},
            {"id": 2, "display_name": "Empty", "public_status": "CREATED"}]

    def listed(filters: Any, number: int) -> Any:
        asked.append((filters, number))
        return iter([Page(rows, 2, last=number == 2)])

    api: Any = SimpleNamespace(projects=SimpleNamespace(list=listed))
    api.during = lambda work: api
    first = imagery.page(api, Query(), "", Work())
    assert [one.entry.name for one in first.hits] == ["Field"] and first.following == "2"
    assert first.hits[0].captured == "2024-02-20T09:00:00Z" and first.hits[0].entry.footprint is not None
    assert first.total is None  # the platform did not filter
    assert imagery.page(api, Query(), first.following, Work()).following == ""
    assert asked[0] == ({"serializer": "detailed", "public_status": ["DONE"]}, 1) and asked[1][1] == 2
