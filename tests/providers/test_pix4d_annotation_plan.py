"""Which annotations a push adds, changes and removes, and what it leaves as somebody else made it."""

from __future__ import annotations

import copy
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from imagery_hub.providers.errors import Cancelled
from imagery_hub.providers.pix4d.flows.annotation_list import AnnotationList, digest, members
from imagery_hub.providers.pix4d.flows.annotation_plan import Local, Plan, plan

PROJECT = 7


def annotation(number: int, **changes: Any) -> dict[str, Any]:
    """One as the platform lists it."""
    properties = {"name": f"pile {number}", "description": "toe", "color": "#FF880080", "visible": True,
                  "camera_position": [1.5, 2.5, 3.5], "volume": {"cut": 12.5}, **changes.pop("properties", {})}
    return {
        "id": f"Project_{PROJECT}_{number:08d}-0000-4000-8000-000000000000",
        "entity_type": "Project", "entity_id": PROJECT,
        "geometry": {"type": "Point", "coordinates": [412630.1 + number, 5231866.2, 509.1]},
        "properties": {name: value for name, value in properties.items() if value is not None},
        "extension": {"source": "drone"}, "attachments": [{"href": "a.jpg"}], "tags": ["toe", "north"],
        "version": "1.0", "created": "2026-03-05T07:05:39Z", "modified": "2026-03-05T07:05:39Z", **changes,
    }


def listed(tmp_path: Path, records: Sequence[dict[str, Any]]) -> AnnotationList:
    file = tmp_path / "list.jsonl"
    file.write_text("".join(json.dumps(one) + "\n" for one in records), "utf-8")
    return AnnotationList(file)


def row(record: dict[str, Any], key: str = "1", **properties: Any) -> Local:
    """A row that came as ``record``; some of its properties were changed in the layer."""
    body = copy.deepcopy(record)
    body["properties"].update(properties)
    return Local(key, body, record)


def drawn(key: str, x: float = 1.0) -> Local:
    geometry = {"type": "Point", "coordinates": [x, 2.0]}
    return Local(key, {"entity_type": "Project", "entity_id": PROJECT, "geometry": geometry,
                       "properties": {"name": "new"}})


def came(*records: dict[str, Any]) -> dict[str, str]:
    return {one["id"]: digest(one) for one in records}


def test_nothing_touched_changes_nothing(tmp_path: Path) -> None:
    one = annotation(1)
    found = plan([row(one)], came(one), listed(tmp_path, [one]))
    assert found.unchanged == 1
    assert not found.any
    assert not found.conflicts


def test_what_was_not_touched_survives_a_change(tmp_path: Path) -> None:
    """Somebody set a tag and a camera meanwhile; here only the name was changed."""
    one = annotation(1)
    theirs = annotation(1, tags=["toe", "checked"], properties={"camera_position": [9.0, 9.0, 9.0]})
    found = plan([row(one, name="heap")], came(one), listed(tmp_path, [theirs]))
    (change,) = found.changed
    assert change.whole["properties"] == {**theirs["properties"], "name": "heap"}
    for name in ("tags", "attachments", "extension", "geometry", "version", "entity_type", "entity_id"):
        assert change.whole[name] == theirs[name]
    assert not {"id", "created", "modified"} & set(change.whole)


@pytest.mark.parametrize("nothing", [None, "", []])
def test_properties_that_the_platform_has_none_of_can_be_given(nothing: Any, tmp_path: Path) -> None:
    one = {**annotation(1), "properties": nothing}
    local = Local("1", {**one, "properties": {"name": "pile"}}, one)
    (change,) = plan([local], came(one), listed(tmp_path, [one])).changed
    assert change.whole["properties"] == {"name": "pile"}


def test_a_member_that_was_emptied_here_goes(tmp_path: Path) -> None:
    one = annotation(1)
    found = plan([row(one, description="")], came(one), listed(tmp_path, [one]))
    assert "description" not in found.changed[0].whole["properties"]
    assert found.changed[0].whole["properties"]["volume"] == {"cut": 12.5}


def test_only_the_same_member_changed_on_both_sides_is_a_conflict(tmp_path: Path) -> None:
    one, theirs = annotation(1), annotation(1, properties={"name": "theirs"})
    found = plan([row(one, name="mine")], came(one), listed(tmp_path, [theirs]))
    assert [each.members for each in found.conflicts] == [(("properties", "name"),)]
    assert not found.any
    found.win()
    assert found.changed[0].whole["properties"]["name"] == "mine"
    assert not found.conflicts


def test_the_same_change_on_both_sides_is_none(tmp_path: Path) -> None:
    one, theirs = annotation(1), annotation(1, properties={"name": "both"})
    found = plan([row(one, name="both")], came(one), listed(tmp_path, [theirs]))
    assert (found.unchanged, found.any, found.conflicts) == (1, False, [])
    assert [theirs for _, theirs in found.current] == [theirs]


def test_changes_elsewhere_are_told_and_left(tmp_path: Path) -> None:
    one, two, three = annotation(1), annotation(2), annotation(3)
    theirs = annotation(1, properties={"name": "theirs"})
    found = plan([row(one, "1"), row(two, "2")], came(one, two), listed(tmp_path, [theirs, three]))
    assert found.added_elsewhere == [three["id"]]
    assert [(local.key, record) for local, record in found.changed_elsewhere] == [("1", theirs)]
    assert [local.key for local in found.removed_elsewhere] == ["2"]
    assert not found.any


def test_a_row_that_is_gone_is_removed_only_if_it_came_with_the_layer(tmp_path: Path) -> None:
    one, two = annotation(1), annotation(2)
    found = plan([], came(one), listed(tmp_path, [one, two]))
    assert found.removed == [one["id"]]
    assert found.added_elsewhere == [two["id"]]


@pytest.mark.parametrize("mine", [True, False])
def test_removed_here_and_changed_there_is_a_conflict(tmp_path: Path, mine: bool) -> None:
    one, theirs = annotation(1), annotation(1, properties={"name": "theirs"})
    found = plan([], came(one), listed(tmp_path, [theirs]))
    assert found.removed == []
    assert [(each.identity, each.local) for each in found.conflicts] == [(one["id"], None)]
    if mine:
        found.win()
        assert found.removed == [one["id"]]


def test_changed_here_and_removed_there_is_a_conflict(tmp_path: Path) -> None:
    one = annotation(1)
    found = plan([row(one, name="mine")], came(one), listed(tmp_path, []))
    assert [each.theirs for each in found.conflicts] == [None]
    assert not found.any
    found.win()
    assert found.added[0].body["properties"]["name"] == "mine"
    assert "id" not in found.added[0].body


def test_a_copied_row_is_another_annotation(tmp_path: Path) -> None:
    one = annotation(1)
    found = plan([row(one, "1"), row(one, "2")], came(one), listed(tmp_path, [one]))
    assert [local.key for local in found.added] == ["2"]
    assert found.unchanged == 1


def test_what_an_earlier_push_created_is_not_created_again(tmp_path: Path) -> None:
    """Two rows look the same, and one of them is on the platform already."""
    there = {**drawn("x").body, "id": annotation(5)["id"], "version": "1.0", "tags": [], "extension": {}}
    found = plan([drawn("1"), drawn("2"), drawn("3", 4.0)], {}, listed(tmp_path, [there]))
    assert [local.key for local, _ in found.adopted] == ["1"]
    assert [local.key for local in found.added] == ["2", "3"]


def test_it_can_be_stopped(tmp_path: Path) -> None:
    with pytest.raises(Cancelled):
        plan([drawn("1")], {}, listed(tmp_path, []), lambda: True)


VALUES: dict[str, st.SearchStrategy[Any]] = {
    "name": st.sampled_from(["a", "b", "c", ""]),
    "color": st.sampled_from(["#FF000080", "#00FF0080", None]),
    "visible": st.sampled_from([True, False, None]),
    "camera_position": st.sampled_from([[1.0], [2.0], []]),
}
STATE = st.fixed_dictionaries(
    {"properties": st.fixed_dictionaries({}, optional=VALUES), "tags": st.sampled_from([[], ["x"], ["y"]])}
)


def whole(state: dict[str, Any]) -> dict[str, Any]:
    return {**annotation(1), **copy.deepcopy(state)}


@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(base=STATE, mine=STATE, theirs=STATE)
def test_each_member_ends_as_the_side_that_touched_it_left_it(
    tmp_path: Path, base: dict[str, Any], mine: dict[str, Any], theirs: dict[str, Any]
) -> None:
    first, here, there = whole(base), whole(mine), whole(theirs)
    found: Plan = plan([Local("1", here, first)], came(first), listed(tmp_path, [there]))
    b, m, t = members(first), members(here), members(there)
    names = {*b, *m, *t}
    clash = {n for n in names if m.get(n) != b.get(n) and t.get(n) != b.get(n) and m.get(n) != t.get(n)}
    wanted = {n: m.get(n) if m.get(n) != b.get(n) else t.get(n) for n in names}
    wanted = {n: v for n, v in wanted.items() if v is not None}
    if clash:
        assert set(found.conflicts[0].members) == clash
        assert not found.changed
        found.win()
    written = found.changed[0].whole if found.changed else there
    assert members(written) == wanted
