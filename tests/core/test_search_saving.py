"""“Save…” in the Search dock: which algorithm is opened for one connection, so that no filter is lost."""

from __future__ import annotations

import time
from typing import Any

import pytest
from imagery_hub.algorithms.everywhere.search import SearchEverywhere
from imagery_hub.core.search import Lane
from imagery_hub.providers.search import Query
from imagery_hub.ui.search.actions import SEARCH_EVERYWHERE, saving
from qgis.PyQt.QtCore import QDate, Qt


def lane(platform: str, **filters: Any) -> Lane:
    def run(*_: Any) -> Any:
        raise AssertionError("Nothing is asked here.")

    return Lane(platform, "Work", Query(**filters), run, lambda *_: None)


@pytest.mark.parametrize(("platform", "filters", "algorithm"), [
    ("pixxel", {"max_cloud": 20}, "pixxel_searcharchive"),
    ("pixel", {"text": "pier", "tag": "crack"}, "pixel_search"),
    ("picterra", {"text": "o", "max_cloud": 5}, "picterra_listrasters"),
])
def test_the_platforms_own_algorithm_where_it_has_all_filters(
    platform: str, filters: dict[str, Any], algorithm: str
) -> None:
    name, parameters = saving(lane(platform, **filters))
    assert (name, parameters["CONNECTION"]) == (algorithm, "Work")


@pytest.mark.parametrize(("platform", "filters", "kept"), [
    ("pixxel", {"further": {"on": "catalog"}}, {"FILTERS": '{"pixxel": {"on": "catalog"}}'}),
    ("pixxel", {"further": {"on": "scenes"}, "max_cloud": 0}, {"FILTERS": '{"pixxel": {"on": "scenes"}}', "CLOUD": 0}),
    ("pixxel", {"text": "field"}, {"TEXT": "field"}),
    ("pixxel", {"tag": "May"}, {"TAG": "May"}),
    ("pixel", {"max_cloud": 30, "text": "pier"}, {"CLOUD": 30, "TEXT": "pier"}),
    ("pixel", {"tag": "new, crack"}, {"TAG": "new, crack"}),
    ("pix4d", {"text": "quarry"}, {"TEXT": "quarry"}),
])
def test_the_search_of_all_platforms_where_a_filter_would_be_lost(
    platform: str, filters: dict[str, Any], kept: dict[str, Any]
) -> None:
    name, parameters = saving(lane(platform, **filters))
    assert name == SEARCH_EVERYWHERE == SearchEverywhere().name()
    assert parameters == {"CONNECTIONS": "Work", "MAXIMUM": 0, "SECONDS": 3600, "WITHOUT_PLACE": False, **kept}
    definition = SearchEverywhere()
    definition.initAlgorithm()
    assert definition.parameterDefinition("SECONDS").maximum() == parameters["SECONDS"]


@pytest.mark.parametrize(("filters", "names"), [
    ({}, ("START", "END")),
    ({"text": "field"}, ("FROM", "TO")),
])
def test_days_are_those_of_the_dock_in_any_time_zone(
    filters: dict[str, Any], names: tuple[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A dialog's field drops the zone of a moment and takes its hours for local ones."""
    days = {"captured_after": "2024-05-31T22:00:00Z", "captured_before": "2024-06-01T21:59:59Z"}
    monkeypatch.setenv("TZ", "Europe/Oslo")
    time.tzset()
    try:
        _, parameters = saving(lane("pixxel", **filters, **days))
        for name, moment in zip(names, days.values()):
            shown = parameters[name]
            assert shown.timeSpec() == Qt.TimeSpec.LocalTime
            assert shown.toUTC().toString(Qt.DateFormat.ISODate) == moment
            assert shown.date() == QDate(2024, 6, 1)
    finally:
        monkeypatch.undo()
        time.tzset()
