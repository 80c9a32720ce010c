"""What a push of edited rows sends, member by member."""

from __future__ import annotations

from typing import Any

import pytest
from imagery_hub.providers.pixel.flows.metadata_plan import Plan, Row, compare, touched
from imagery_hub.providers.pixel.items import (
    IMAGE,
    kept,
    kept_item,
    members_of,
    metadata_value,
    rebased,
    same,
    tags_in,
    tags_text,
)
from imagery_hub.providers.pixel.places import Place

PLACE = Place("10", "5")
CAME: dict[str, Any] = {
    "id": 7, "name": "pier", "location": {"type": "Point", "coordinates": [10.7, 59.9, 12.0]}, "tags": ["new", "wet"],
    "capture_date": "2025-05-01T12:00:00", "json_metadata": {"severity": 2, "note": "a"},
    "metadata": {"cam_heading": 10.0, "hfov": None},
}


def row(base: Any = CAME, **cells: Any) -> Row:
    """As it came, but for these cells; ``m_severity`` is a key of the metadata."""
    known = members_of(CAME, IMAGE) if base is not None else {}
    for name, value in cells.items():
        member = ("tags", "") if name == "tags" else (
            ("json_metadata", name[2:]) if name.startswith("m_") else ("fields", name))
        known[member] = value
    return Row("1", "7", PLACE, known, base)


def planned(one: Row, theirs: Any = CAME) -> Plan:
    made = Plan()
    compare(one, theirs, IMAGE, made)
    return made


def body(one: Row, theirs: Any = CAME) -> Any:
    made = planned(one, theirs)
    assert not made.conflicts
    assert len(made.changed) == 1
    return made.changed[0].changes


def test_a_row_as_it_came_changes_nothing() -> None:
    assert touched(row(), IMAGE) == []
    assert planned(row()).unchanged == 1


def test_an_answer_that_is_silent_is_no_change_of_the_other_side() -> None:
    silent = {"id": 7, "name": "pier"}
    changed = row(m_severity=3, cam_heading=11.0, tags=["new", "dry"])
    assert body(changed, silent) == {"json_metadata": {"severity": 3}, "fields": {
        "fields_type": "image", "cam_heading": 11.0}, "add_tags": ["dry"], "remove_tags": ["wet"]}
    assert planned(row(m_severity=3), {**silent, "json_metadata": {}}).conflicts


def test_what_is_kept_in_a_layer_reads_as_what_came() -> None:
    assert members_of(kept_item(kept(CAME, IMAGE)), IMAGE) == members_of(CAME, IMAGE)
    assert kept_item("no json") is None
    assert kept_item(None) is None


@pytest.mark.parametrize(("cells", "sent"), [
    ({"name": "pillar"}, {"fields": {"fields_type": "image", "name": "pillar"}}),
    ({"cam_heading": 11.5}, {"fields": {"fields_type": "image", "cam_heading": 11.5}}),
    ({"hfov": 60.0}, {"fields": {"fields_type": "image", "hfov": 60.0}}),
    ({"m_severity": 3.0}, {"json_metadata": {"severity": 3}}),
    ({"m_severity": "4"}, {"json_metadata": {"severity": 4}}),
    ({"m_note": None}, {"json_metadata": {"note": None}}),
    ({"m_fresh": "x"}, {"json_metadata": {"fresh": "x"}}),
    ({"tags": ["wet", "crack"]}, {"add_tags": ["crack"], "remove_tags": ["new"]}),
    ({"tags": []}, {"remove_tags": ["new", "wet"]}),
    ({"location": {"type": "Point", "coordinates": [10.8, 59.9, 12.0]}},
     {"fields": {"fields_type": "image", "location": {"type": "Point", "coordinates": [10.8, 59.9, 12.0]}}}),
])
def test_only_what_was_touched_is_sent(cells: dict[str, Any], sent: Any) -> None:
    assert body(row(**cells)) == sent


def test_others_changes_survive() -> None:
    theirs = {**CAME, "name": "theirs", "tags": ["wet", "checked"], "json_metadata": {"severity": 9, "note": "a"}}
    assert body(row(m_note="b", tags=["new", "wet", "crack"]), theirs) == {
        "json_metadata": {"note": "b"}, "add_tags": ["crack"]}


def test_the_same_change_on_both_sides_is_none() -> None:
    assert planned(row(name="x"), {**CAME, "name": "x"}).unchanged == 1


def test_a_member_that_both_changed_is_a_conflict_and_the_rest_goes() -> None:
    made = planned(row(name="mine", cam_heading=99.0), {**CAME, "name": "theirs"})
    assert [one.members for one in made.conflicts] == [(("fields", "name"),)]
    assert [one.changes for one in made.changed] == [{"fields": {"fields_type": "image", "cam_heading": 99.0}}]
    made.win()
    assert not made.conflicts
    assert made.changed[1].changes == {"fields": {"fields_type": "image", "name": "mine"}}


def test_what_the_layer_was_never_told_is_no_conflict() -> None:
    """A list without cameras: the heading that is there now may have been there all the time."""
    bare = {name: value for name, value in CAME.items() if name != "metadata"}
    made = planned(row(bare, cam_heading=99.0), CAME)
    assert not made.conflicts
    assert made.changed[0].changes == {"fields": {"fields_type": "image", "cam_heading": 99.0}}
    nothing = kept_item(kept({**CAME, "capture_date": None}, IMAGE))
    theirs = {**CAME, "capture_date": "2025-06-01T00:00:00"}
    made = planned(row(nothing, capture_date="2025-07-01T00:00:00"), theirs)
    assert [one.members for one in made.conflicts] == [(("fields", "capture_date"),)]


def test_what_cannot_be_emptied_is_told() -> None:
    made = planned(row(cam_heading=None, name="x"))
    assert [member for _, member in made.emptied] == [("fields", "cam_heading")]
    assert made.changed[0].changes == {"fields": {"fields_type": "image", "name": "x"}}


def test_what_is_gone_is_missing() -> None:
    assert len(planned(row(name="x"), None).missing) == 1


def test_rows_that_did_not_come_from_here_say_what_they_say() -> None:
    assert touched(row(None, name=None, tags=[]), IMAGE) == []
    assert body(row(None, name="pier", cam_heading=5.0, tags=["wet", "crack"], m_severity=2)) == {
        "fields": {"fields_type": "image", "cam_heading": 5.0}, "add_tags": ["crack"]}


def test_after_a_push_the_row_is_as_it_came() -> None:
    edited = row(name="x", tags=["wet", "crack"], m_severity=5, m_note=None)
    base = rebased(CAME, body(edited))
    again = Row("1", "7", PLACE, edited.cells, base)
    assert touched(again, IMAGE) == []


@pytest.mark.parametrize(("value", "cell"), [(True, "True"), (False, "False"), ({"a": 1}, None), ([1, 2], None)])
def test_what_no_cell_can_hold_survives(value: Any, cell: Any) -> None:
    """Lists, objects, true and false in the free metadata, which other clients may have put there."""
    came = {**CAME, "json_metadata": {**CAME["json_metadata"], "odd": value}}
    assert touched(row(came, m_odd=cell), IMAGE) == []
    edited = planned(row(came, m_odd=cell, m_severity=3), came)
    assert edited.changed[0].changes == {"json_metadata": {"severity": 3}}


def test_what_no_cell_can_hold_can_be_written_over() -> None:
    came = {**CAME, "json_metadata": {**CAME["json_metadata"], "odd": True}}
    assert body(row(came, m_odd="no more"), came) == {"json_metadata": {"odd": "no more"}}
    assert body(row(came, m_odd=None), came) == {"json_metadata": {"odd": None}}


@pytest.mark.parametrize("tags", [[], ["a"], ["a b", "c"], ["a,b", "c"], ["[x]"], ['"q"'], [" edge "]])
def test_tags_survive_their_cell(tags: list[str]) -> None:
    assert tags_in(tags_text(tags)) == tags


@pytest.mark.parametrize(("first", "second", "wanted"), [
    (None, "", True), ([], None, True), (1, 1.0, True), ("1", 1, False), (["a", "b"], ["b", "a"], True),
    ({"coordinates": [1, 2]}, {"coordinates": [1, 2, 30]}, True),
    ({"coordinates": [1, 2]}, {"coordinates": [1, 2.000001]}, False), (0, None, False),
])
def test_sameness(first: Any, second: Any, wanted: bool) -> None:
    assert same(first, second) is wanted
    assert same(second, first) is wanted


@pytest.mark.parametrize(("cell", "before", "value"), [
    ("7", 2, 7), ("7,5", 2, 7.5), ("x", 2, "x"), ("7", "a", "7"), (7.0, 2, 7), (7.0, 2.5, 7.0), (True, None, 1),
    ("", 2, None),
])
def test_cells_become_values_of_the_metadata(cell: Any, before: Any, value: Any) -> None:
    found = metadata_value(cell, before)
    assert found == value
    assert type(found) is type(value)
