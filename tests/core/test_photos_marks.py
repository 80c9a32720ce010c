"""Marks while they are worked on: changes are told apart, undone, and survive what others did meanwhile."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from imagery_hub.core.photos import mark_drafts
from imagery_hub.core.photos.marks import Changes, Key, Mark, Marks
from qgis.core import QgsApplication

A1, A2, B1 = Key("A", "1"), Key("A", "2"), Key("B", "1")
STEPS = st.lists(st.tuples(st.sampled_from([A1, A2, B1]), st.one_of(st.none(), st.integers(0, 3))), max_size=12)


def known() -> Marks:
    return Marks({A1: Mark(10, 20, "7"), B1: Mark(30, 40, "8")})


def test_added_moved_and_removed_are_told_apart(qgis_app: QgsApplication) -> None:
    marks = known()
    marks.place(A2, 1, 2)
    marks.place(A1, 11, 20)
    marks.remove(B1)
    assert marks.changes() == Changes({A2: Mark(1, 2)}, {A1: Mark(11, 20, "7")}, {B1: Mark(30, 40, "8")})
    assert marks.changes().count == 3
    assert marks.of_point("A") == {"1": Mark(11, 20, "7"), "2": Mark(1, 2)}
    assert marks.of_photo("1") == {"A": Mark(11, 20, "7")}


def test_a_mark_put_back_is_the_one_that_was_there(qgis_app: QgsApplication) -> None:
    marks = known()
    marks.remove(A1)
    marks.place(A1, 10, 20)
    assert marks.changes() == Changes()
    marks.place(A1, 12, 20)
    assert marks.changes().moved == {A1: Mark(12, 20, "7")}


@given(STEPS)
def test_undo_leads_back_to_the_beginning(qgis_app: QgsApplication, steps: list[tuple[Key, int | None]]) -> None:
    marks = known()
    for key, value in steps:
        if value is None:
            marks.remove(key)
        else:
            marks.place(key, value, value)
    after = marks.changes()
    while marks.undo_stack.canUndo():
        marks.undo_stack.undo()
    assert marks.changes() == Changes()
    while marks.undo_stack.canRedo():
        marks.undo_stack.redo()
    assert marks.changes() == after


@given(STEPS)
def test_what_is_sent_leaves_no_change(qgis_app: QgsApplication, steps: list[tuple[Key, int | None]]) -> None:
    marks = known()
    for key, value in steps:
        if value is None:
            marks.remove(key)
        else:
            marks.place(key, value, value)
    marks.sent(marks.changes())
    assert marks.changes() == Changes()


def test_what_others_did_meanwhile_and_what_is_not_sent_yet_stand_beside_each_other(qgis_app: QgsApplication) -> None:
    marks = known()
    told: list[tuple[str, str]] = []
    marks.changed.connect(lambda point, photo: told.append((point, photo)))
    marks.place(A1, 99, 99)
    marks.place(A2, 5, 5)
    marks.remove(B1)
    other = Key("C", "3")
    marks.adopt({A1: Mark(10, 20, "7"), A2: Mark(6, 6, "9"), other: Mark(1, 1, "10")})
    assert marks.changes() == Changes({}, {A1: Mark(99, 99, "7"), A2: Mark(5, 5, "9")}, {})
    assert marks.at(other) == Mark(1, 1, "10")
    assert not marks.undo_stack.canUndo()
    assert told[-1] == ("", "")


@pytest.fixture
def profile(qgis_app: QgsApplication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(mark_drafts, "_path", lambda connection, project: tmp_path / "marks" / f"{project}.json")
    return tmp_path / "marks"


def test_what_was_not_sent_is_there_again(profile: Path) -> None:
    marks = known()
    marks.place(A2, 1.25, 2)
    marks.place(A1, 11, 20)
    marks.remove(B1)
    mark_drafts.keep("Firm", "7", marks.changes())
    again = known()
    assert again.bring_back(*mark_drafts.kept("Firm", "7")) == 3
    assert again.changes() == marks.changes()
    assert not again.undo_stack.canUndo()
    mark_drafts.keep("Firm", "7", Changes())
    assert mark_drafts.kept("Firm", "7") == ({}, frozenset())
    assert list(profile.iterdir()) == []


def test_what_was_sent_by_others_meanwhile_is_no_change_any_more(profile: Path) -> None:
    marks = known()
    marks.place(A2, 1, 2)
    marks.remove(B1)
    mark_drafts.keep("Firm", "7", marks.changes())
    again = Marks({A1: Mark(10, 20, "7"), A2: Mark(1, 2, "9")})
    assert again.bring_back(*mark_drafts.kept("Firm", "7")) == 0


def test_what_was_changed_while_others_were_sent_is_kept(profile: Path) -> None:
    marks = known()
    marks.place(A1, 11, 20)
    marks.place(A2, 1.25, 2)
    sent = marks.changes()
    marks.place(A2, 3, 4)
    marks.remove(B1)
    mark_drafts.keep("Firm", "7", marks.changes())
    mark_drafts.sent("Firm", "7", sent)
    assert mark_drafts.kept("Firm", "7") == ({A2: Mark(3, 4)}, frozenset({B1}))
    marks.sent(sent)
    mark_drafts.sent("Firm", "7", marks.changes())
    assert list(profile.iterdir()) == []


@pytest.mark.parametrize("text", ["", "[]", "{\"placed\": [[1]], \"removed\": []}", "\x00"])
def test_a_damaged_file_is_as_none(text: str, profile: Path) -> None:
    profile.mkdir()
    (profile / "7.json").write_text(text)
    assert mark_drafts.kept("Firm", "7") == ({}, frozenset())


def test_projects_of_one_number_at_two_connections_are_two(qgis_app: QgsApplication) -> None:
    assert mark_drafts._path("North", "7") != mark_drafts._path("South", "7")
    assert mark_drafts._path("../North", "/7").parent.name == "marks"
