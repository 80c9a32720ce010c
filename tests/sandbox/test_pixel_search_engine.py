"""The search of the sandbox's Pixel: every operator against plain Python over the same rows, areas against shapely."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator
from datetime import datetime, timezone
from typing import Any

import pytest
import shapely

from sandbox.errors import Refusal
from sandbox.pixel.search.database import SearchDatabase
from sandbox.pixel.search.filters import DEEPEST

Row = dict[str, Any]
AREA = "POLYGON((10.6 59.85, 10.7 59.95, 10.9 59.9, 10.8 59.82, 10.6 59.85))"


def _rows() -> list[Row]:
    chance = random.Random(5)
    rows: list[Row] = []
    for number in range(1, 301):
        metadata: dict[str, Any] = {}
        if number % 2:
            metadata["inspection type"] = chance.choice(["bridge - annual", "Årlig", "tunnel_3", "10%"])
        if number % 3:
            metadata["span"] = chance.choice([1, 2.5, 7, "7"])
        rows.append({
            "id": number, "name": f"Pier {chance.choice(['north', 'SØR', 'vest'])} {number:03d}",
            "location": {"type": "Point", "coordinates": [chance.uniform(10.5, 11), chance.uniform(59.8, 60)]},
            "capture_date": None if number % 7 == 0 else f"2025-05-{1 + number % 28:02d}T12:00:00",
            "cam_heading": None if number % 5 == 0 else float(number), "project_id": number % 4,
            "project_name": f"Ring road {number % 4}", "data_collection_name": "Spring flight",
            "tags": [["crack"], ["crack", "new"], []][number % 3], "json_metadata": metadata,
            "created_at": f"2025-03-{1 + number % 20:02d}T09:15:27Z"})
    return rows


ROWS = _rows()


@pytest.fixture
def base() -> Iterator[SearchDatabase]:
    """A database with 300 images, and nothing else."""
    made = SearchDatabase()
    made.fill("images", ROWS)
    yield made
    made.close()


def ids(base: SearchDatabase, **asked: Any) -> list[int]:
    """What is found, all of it."""
    found = base.query("images", {"out_fields": ["id"], "limit": 1000, **asked})
    assert found.total == len(found.results)
    return [one["id"] for one in found.results]


def of(field: str) -> Callable[[Row], Any]:
    """A member of a row, of its metadata too."""
    if field.startswith("json_metadata."):
        return lambda row: row["json_metadata"].get(field.removeprefix("json_metadata."))
    return lambda row: row.get(field)


def moment(text: str | None) -> datetime | None:
    """UTC without a zone."""
    if text is None:
        return None
    read = datetime.fromisoformat(text.replace("Z", "+00:00"))
    return read if read.tzinfo else read.replace(tzinfo=timezone.utc)


ORDER: dict[str, Callable[[Any, Any], bool]] = {
    "==": lambda a, b: a == b, "!=": lambda a, b: a != b, "<": lambda a, b: a < b, "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b, ">=": lambda a, b: a >= b,
}


@pytest.mark.parametrize("operator", ORDER)
@pytest.mark.parametrize(("field", "value"), [
    ("id", 150), ("cam_heading", 99.5), ("name", "Pier north 100"), ("json_metadata.span", 2.5),
    ("json_metadata.inspection type", "bridge - annual"), ("json_metadata.span", "7"),
])
def test_comparisons(base: SearchDatabase, operator: str, field: str, value: Any) -> None:
    def alike(found: Any) -> bool:
        return isinstance(found, str) == isinstance(value, str)

    wanted = [row["id"] for row in ROWS if of(field)(row) is not None and alike(of(field)(row))
              and ORDER[operator](of(field)(row), value)]
    assert ids(base, filter={operator: [{"var": field}, value]}) == wanted


@pytest.mark.parametrize("operator", ORDER)
@pytest.mark.parametrize(("field", "value"), [
    ("capture_date", "2025-05-12T14:00:00+02:00"), ("created_at", "2025-03-10T09:15:27"),
])
def test_times_are_compared_as_moments(base: SearchDatabase, operator: str, field: str, value: str) -> None:
    wanted = [row["id"] for row in ROWS if row[field] is not None
              and ORDER[operator](moment(row[field]), moment(value))]
    assert ids(base, filter={operator: [{"var": field}, value]}) == wanted
    assert wanted


@pytest.mark.parametrize(("pattern", "expression"), [
    ("%sør%", ".*sør.*"), ("pier%1__", "pier.*1.."), ("Pier north 001", "pier north 001"), ("%.%", ".*[.].*"),
])
def test_patterns_know_all_letters(base: SearchDatabase, pattern: str, expression: str) -> None:
    wanted = [row["id"] for row in ROWS if re.fullmatch(expression, row["name"], re.IGNORECASE)]
    assert ids(base, filter={"~": [{"var": "name"}, pattern]}) == wanted
    assert ids(base, filter={"!~": [{"var": "name"}, pattern]}) == [
        row["id"] for row in ROWS if row["id"] not in wanted]


def test_patterns_in_the_metadata_skip_what_is_no_text(base: SearchDatabase) -> None:
    field = "json_metadata.inspection type"
    assert ids(base, filter={"~": [{"var": field}, "årl%"]}) == [
        row["id"] for row in ROWS if of(field)(row) == "Årlig"]
    assert ids(base, filter={"~": [{"var": field}, "10\\%"]}) == [row["id"] for row in ROWS if of(field)(row) == "10%"]
    assert ids(base, filter={"~": [{"var": "json_metadata.span"}, "%"]}) == [
        row["id"] for row in ROWS if of("json_metadata.span")(row) == "7"]


def test_contains(base: SearchDatabase) -> None:
    new = [row["id"] for row in ROWS if "new" in row["tags"]]
    assert ids(base, filter={"contains": [{"var": "tags"}, "new"]}) == new
    assert ids(base, filter={"!contains": [{"var": "tags"}, "new"]}) == [
        row["id"] for row in ROWS if row["id"] not in new]
    assert ids(base, filter={"contains": [{"var": "tags"}, "ne"]}) == []
    assert ids(base, filter={"contains": [{"var": "name"}, "SØR 1"]}) == [
        row["id"] for row in ROWS if "SØR 1" in row["name"]]
    assert ids(base, filter={"in": [{"var": "tags"}, ["new", "rust"]]}) == new
    assert ids(base, filter={"==": [{"var": "tags"}, None]}) == [row["id"] for row in ROWS if not row["tags"]]


def test_lists_and_null(base: SearchDatabase) -> None:
    chosen = [3, 10, 11, 9999]
    assert ids(base, filter={"in": [{"var": "id"}, chosen]}) == [3, 10, 11]
    assert ids(base, filter={"!in": [{"var": "id"}, chosen]}) == [
        row["id"] for row in ROWS if row["id"] not in chosen]
    assert ids(base, filter={"==": [{"var": "cam_heading"}, None]}) == list(range(5, 301, 5))
    assert ids(base, filter={"in": [{"var": "cam_heading"}, [None, 1, 2]]}) == [1, 2, *range(5, 301, 5)]
    assert ids(base, filter={"!=": [{"var": "json_metadata.span"}, None]}) == [
        row["id"] for row in ROWS if "span" in row["json_metadata"]]


def test_groups_within_groups(base: SearchDatabase) -> None:
    asked = {"or": [{"and": [{"<": [{"var": "id"}, 100]}, {"or": [{"==": [{"var": "project_id"}, 1]},
                                                               {"contains": [{"var": "tags"}, "new"]}]}]},
                    {">=": [{"var": "id"}, 290]}]}
    assert ids(base, filter=asked) == [
        row["id"] for row in ROWS
        if (row["id"] < 100 and (row["project_id"] == 1 or "new" in row["tags"])) or row["id"] >= 290]


def test_areas_are_those_of_shapely(base: SearchDatabase) -> None:
    area = shapely.from_wkt(AREA)
    wanted = [row["id"] for row in ROWS if area.intersects(shapely.Point(row["location"]["coordinates"]))]
    assert 0 < len(wanted) < 200
    assert ids(base, intersects=AREA) == wanted
    point = ROWS[4]["location"]["coordinates"]
    assert ids(base, intersects=f"POINT({point[0]} {point[1]})") == [5]


def test_text_filter_and_area_are_required_together(base: SearchDatabase) -> None:
    area = shapely.from_wkt(AREA)
    found = ids(base, search="sør", filter={"<": [{"var": "id"}, 200]}, intersects=AREA)
    assert found == [row["id"] for row in ROWS if "SØR" in row["name"] and row["id"] < 200
                     and area.intersects(shapely.Point(row["location"]["coordinates"]))]
    assert ids(base, search="TUNNEL_3") == [
        row["id"] for row in ROWS if "tunnel_3" in row["json_metadata"].values()]


def test_sorting_puts_absent_values_last(base: SearchDatabase) -> None:
    found = base.query("images", {"sort": [{"field": "cam_heading"}], "limit": 1000, "out_fields": ["cam_heading"]})
    headings = [one["cam_heading"] for one in found.results]
    known = sorted(row["cam_heading"] for row in ROWS if row["cam_heading"] is not None)
    assert headings == known + [None] * 60
    down = ids(base, sort=[{"field": "project_id", "direction": "desc"}, {"field": "json_metadata.span"}])
    assert [ROWS[one - 1]["project_id"] for one in down] == sorted((r["project_id"] for r in ROWS), reverse=True)


def test_pages_do_not_overlap(base: SearchDatabase) -> None:
    seen: list[int] = []
    for offset in range(0, 301, 50):
        page = base.query("images", {"sort": [{"field": "project_id"}], "out_fields": ["id"], "limit": 50,
                                     "offset": offset})
        assert page.total == 300
        seen += [one["id"] for one in page.results]
    assert sorted(seen) == list(range(1, 301))
    assert base.query("images", {"limit": 0}).results == []


def test_distinct_compares_what_is_returned_and_counts_after_it(base: SearchDatabase) -> None:
    found = base.query("images", {"out_fields": ["project_name", "tags"], "distinct": True, "limit": 5,
                                  "sort": [{"field": "project_name", "direction": "desc"}]})
    pairs = {(row["project_name"], tuple(row["tags"])) for row in ROWS}
    assert found.total == len(pairs) == 12
    assert [one["project_name"] for one in found.results] == ["Ring road 3"] * 3 + ["Ring road 2"] * 2
    assert {(one["project_name"], tuple(one["tags"])) for one in found.results} <= pairs


def test_without_a_choice_all_members_come(base: SearchDatabase) -> None:
    found = base.query("images", {"filter": {"==": [{"var": "id"}, 12]}}).results[0]
    assert {name: found[name] for name in ROWS[11]} == ROWS[11]


def test_what_can_be_filtered_by_holds_the_keys_that_are_there(base: SearchDatabase) -> None:
    names = base.filterable("images")
    assert "json_metadata.inspection type" in names
    assert "json_metadata.span" in names
    assert "location" not in names
    assert "json_metadata" not in names
    assert not [one for one in base.filterable("projects") if one.startswith("json_metadata")]


DEEP: Any = {"==": [{"var": "id"}, 1]}
for _ in range(DEEPEST + 1):
    DEEP = {"and": [DEEP]}


@pytest.mark.parametrize("asked", [
    {}, {"not": []}, {"==": [1, {"var": "id"}]}, {"==": [{"var": "id"}]}, {"==": [{"var": "id"}, True]},
    {"==": [{"var": "id"}, [1]]}, {"in": [{"var": "id"}, 1]}, {"in": [{"var": "id"}, []]},
    {"==": [{"var": "id"}, {"a": 1}]}, {"==": [{"var": "id"}, 1], "!=": [{"var": "id"}, 1]}, {"and": {}}, DEEP,
    {"in": [{"var": "id"}, [[1]]]},
])
def test_a_filter_that_breaks_the_grammar_is_unprocessable(base: SearchDatabase, asked: Any) -> None:
    with pytest.raises(Refusal) as caught:
        ids(base, filter=asked)
    assert caught.value.status == 422


@pytest.mark.parametrize("asked", [
    {"filter": {"==": [{"var": "nothing"}, 1]}}, {"filter": {"==": [{"var": "location"}, "x"]}},
    {"filter": {"==": [{"var": "id"}, "one"]}}, {"filter": {"<": [{"var": "created_at"}, "soon"]}},
    {"filter": {"<": [{"var": "created_at"}, 5]}}, {"filter": {"~": [{"var": "id"}, "1%"]}},
    {"filter": {"==": [{"var": "tags"}, "new"]}}, {"filter": {"<": [{"var": "id"}, None]}},
    {"filter": {"==": [{"var": "name"}, 4]}}, {"out_fields": ["id", "secret"]}, {"sort": [{"field": "location"}]},
    {"filter": {"==": [{"var": "id) OR (1"}, 1]}}, {"out_fields": ["id FROM sqlite_master --"]},
])
def test_unknown_fields_and_unfit_values_are_refused(base: SearchDatabase, asked: Row) -> None:
    with pytest.raises(Refusal) as caught:
        base.query("images", asked)
    assert caught.value.status == 400


@pytest.mark.parametrize("area", ["POLYGON((0 0, 1 1))", "here", "POINT EMPTY",
                                  "POLYGON((0 0, 1 1, 0 1, 1 0, 0 0))"])
def test_a_broken_area_is_unprocessable(base: SearchDatabase, area: str) -> None:
    with pytest.raises(Refusal) as caught:
        ids(base, intersects=area)
    assert caught.value.status == 422


def test_collections_have_no_place(base: SearchDatabase) -> None:
    with pytest.raises(Refusal) as caught:
        base.query("data_collections", {"intersects": AREA})
    assert caught.value.status == 400


def test_filled_again_nothing_old_is_left(base: SearchDatabase) -> None:
    base.fill("images", ROWS[:3])
    assert ids(base) == [1, 2, 3]
    assert set(ids(base, intersects="POLYGON((10 59, 12 59, 12 61, 10 61, 10 59))")) == {1, 2, 3}

