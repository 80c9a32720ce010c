"""Control points: registered once whatever happens on the way, and refusals traced to their rows."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from imagery_hub.providers.errors import ConnectionFailed, InputProblem, Kind, Refused, ServerFault
from imagery_hub.providers.journal import MemoryJournal
from imagery_hub.providers.pix4d.flows import control_points, refused_rows
from imagery_hub.providers.pix4d.flows.refused_rows import RowsRefused
from imagery_hub.providers.work import Work

Members = dict[str, Any]


class Pretended:
    """One kind of control point as the platform keeps it, and what is to go wrong: the next call of a kind."""

    def __init__(self, identity: str) -> None:
        self.there: list[Members] = []
        self.calls: list[str] = []
        self.fail_before: list[Exception] = []
        self.fail_after: list[Exception] = []
        self.identity = identity

    def list(self, project: str) -> list[Members]:
        return [dict(one) for one in self.there]

    def register(self, project: str, items: Any) -> list[Members]:
        self.calls.append("register")
        if self.fail_before:
            raise self.fail_before.pop(0)
        made = [{"id": len(self.there) + number + 1, **one} for number, one in enumerate(items)]
        self.there += made
        if self.fail_after:
            raise self.fail_after.pop(0)
        return made

    def delete(self, project: str, identity: str) -> None:
        self.calls.append(f"delete {identity}")
        left = [one for one in self.there if str(one[self.identity]) != identity]
        if len(left) == len(self.there):
            raise Refused(Kind.NOT_FOUND, status=404)
        self.there = left
        if self.fail_after:
            raise self.fail_after.pop(0)


class Api(SimpleNamespace):
    """What the flows ask of a client."""

    def __init__(self, system: str = "EPSG:32632") -> None:
        options = SimpleNamespace(get=lambda project: {})
        projects = SimpleNamespace(get=lambda project: {"id": 7, "coordinate_system": system})
        super().__init__(gcps=Pretended("name"), mtps=Pretended("id"), marks=Pretended("id"), options=options,
                         projects=projects)

    def during(self, work: Work) -> Api:
        return self


@pytest.fixture
def api() -> Api:
    return Api()


def work(journal: MemoryJournal | None = None) -> Work:
    return Work(journal, pause=lambda seconds: None)


def gcp(name: str, x: float = 400000.25) -> Members:
    return {"name": name, "point_type": "GCP", "x": x, "y": 5100000.5, "z": 500.125}


def mark(photo: str, point: str) -> Members:
    return {"photo": photo, "gcp": point, "x": 10.5, "y": 20.25}


LOST = ConnectionFailed(Kind.INTERRUPTED, facts={"host": "cloud"})
GATEWAY = ServerFault(Kind.SERVER_FAULT, status=504)


def test_points_are_registered_in_one_call(api: Api) -> None:
    assert control_points.register_gcps(api, "7", [gcp("A"), gcp("B")], work()) == ["A", "B"]
    assert control_points.register_mtps(api, "7", [{"name": "T"}], work()) == ["1"]
    assert control_points.register_marks(api, "7", [mark("1.jpg", "A"), mark("1.jpg", "T")], work()) == ["1", "2"]
    assert [one.calls for one in (api.gcps, api.mtps, api.marks)] == [["register"]] * 3


def test_points_need_a_system() -> None:
    bare = Api("")
    with pytest.raises(InputProblem) as caught:
        control_points.register_gcps(bare, "7", [gcp("A")], work())
    assert caught.value.facts["problem"] == "gcp_needs_system"
    assert bare.gcps.calls == []


def test_the_options_system_counts_before_the_projects(api: Api) -> None:
    api.options.get = lambda project: {"output_cs_horizontal": 2056, "output_cs_vertical": 5728,
                                       "output_cs_geoid_height": 12.5}
    assert control_points.system_of(api, "7") == ("EPSG:2056+5728", 12.5)
    api.options.get = lambda project: {}
    api.projects.get = lambda project: {"crs": {"definition": "EPSG:6677", "geoid_height": 1.5}}
    assert control_points.system_of(api, "7") == ("EPSG:6677", 1.5)
    api.projects.get = lambda project: {"crs": None, "coordinate_system": ""}
    assert control_points.system_of(api, "7") == ("", None)


@pytest.mark.parametrize("failure", [LOST, GATEWAY], ids=["cut", "504"])
def test_a_registration_whose_answer_was_lost_is_recognised(api: Api, failure: Exception) -> None:
    for kind, rows, flow in (
        (api.gcps, [gcp("A"), gcp("B")], control_points.register_gcps),
        (api.marks, [mark("1.jpg", "A"), mark("2.jpg", "A")], control_points.register_marks),
        (api.mtps, [{"name": "T"}], control_points.register_mtps),
    ):
        kind.fail_after = [failure]
        assert len(flow(api, "7", rows, work())) == len(rows)
        assert kind.calls == ["register"] and len(kind.there) == len(rows)


@pytest.mark.parametrize("failure", [LOST, GATEWAY], ids=["cut", "504"])
def test_a_registration_that_took_no_effect_is_sent_again(api: Api, failure: Exception) -> None:
    api.gcps.fail_before = [failure]
    assert control_points.register_gcps(api, "7", [gcp("A")], work()) == ["A"]
    assert api.gcps.calls == ["register", "register"] and len(api.gcps.there) == 1


def test_a_late_first_try_is_not_taken_for_a_foreign_point(api: Api) -> None:
    """The first call arrives after the second was sent: the names are there by our own doing."""
    rows = [gcp("A")]

    def late(project: str, items: Any) -> list[Members]:
        api.gcps.calls.append("register")
        if len(api.gcps.calls) == 1:
            raise LOST
        api.gcps.there = [{"id": 1, **rows[0]}]
        raise Refused(Kind.REFUSED, status=400, words="taken", answer={"detail": "taken"})

    api.gcps.register = late
    assert control_points.register_gcps(api, "7", rows, work()) == ["A"]


def test_a_killed_run_is_taken_up_without_registering_twice(api: Api) -> None:
    journal = MemoryJournal()

    class Killed(BaseException):
        """Ends the process."""

    register = api.gcps.register

    def killed(project: str, items: Any) -> Any:
        register(project, items)
        raise Killed

    api.gcps.register = killed
    with pytest.raises(Killed):
        control_points.register_gcps(api, "7", [gcp("A")], work(journal))
    api.gcps.register = register
    assert control_points.register_gcps(api, "7", [gcp("A")], work(journal)) == ["A"]
    assert api.gcps.calls == ["register"]


def test_names_that_are_taken_are_named_before_anything_is_sent(api: Api) -> None:
    api.gcps.there, api.mtps.there = [{"id": 1, **gcp("B")}], [{"id": 2, "name": "T"}]
    rows = [gcp("A"), gcp("B"), gcp("T"), gcp("C"), gcp("C")]
    with pytest.raises(RowsRefused) as caught:
        control_points.register_gcps(api, "7", rows, work())
    assert [(one.index, one.problem) for one in caught.value.rows] == [(n, "name_taken") for n in (1, 2, 3, 4)]
    assert caught.value.facts["names"] == "B, T, C"
    assert api.gcps.calls == []


def test_names_that_were_taken_meanwhile_are_found_by_looking(api: Api) -> None:
    """What the platform says of them is not documented."""
    def taken(project: str, items: Any) -> Any:
        api.mtps.there = [{"id": 5, "name": "B"}]
        raise Refused(Kind.REFUSED, status=400, words="no", answer={"detail": "no"})

    api.gcps.register = taken
    with pytest.raises(RowsRefused) as caught:
        control_points.register_gcps(api, "7", [gcp("A"), gcp("B")], work())
    assert [(one.index, one.words) for one in caught.value.rows] == [(1, "no")]


@pytest.mark.parametrize(("answer", "rows"), [
    ({"gcps": [{}, {"x": ["Too far."], "y": ["Too far."]}]}, [(1, "x: Too far.; y: Too far.")]),
    ({"gcps": [{"name": ["Odd."]}, {"z": ["High."]}]}, [(0, "name: Odd."), (1, "z: High.")]),
])
def test_messages_in_the_order_of_the_rows_are_kept_with_their_rows(
    api: Api, answer: Any, rows: list[tuple[int, str]]
) -> None:
    api.gcps.fail_before = [Refused(Kind.REFUSED, status=400, words="words", answer=answer)]
    with pytest.raises(RowsRefused) as caught:
        control_points.register_gcps(api, "7", [gcp("A"), gcp("B")], work())
    assert [(one.index, one.words) for one in caught.value.rows] == rows
    assert caught.value.facts["problem"] == "rows_refused"


@pytest.mark.parametrize("answer", [None, {}, {"gcps": [{}]}, {"gcps": "?"}, {"detail": "No."}, ["x"],
                                    {"gcps": [{}, {}]}])
def test_a_refusal_that_names_no_row_stays_what_it_is(api: Api, answer: Any) -> None:
    for kind, flow, rows in ((api.gcps, control_points.register_gcps, [gcp("A"), gcp("B")]),
                             (api.marks, control_points.register_marks, [mark("1", "A"), mark("2", "A")])):
        kind.fail_before = [Refused(Kind.REFUSED, status=400, words="No.", answer=answer)]
        with pytest.raises(Refused) as caught:
            flow(api, "7", rows, work())
        assert caught.value.words == "No."


def test_marks_of_unknown_photos_and_points_are_traced(api: Api) -> None:
    answer = {"photos": ["9.jpg"], "gcps": ["Z"]}
    api.marks.fail_before = [Refused(Kind.REFUSED, status=400, answer=answer)]
    rows = [mark("1.jpg", "A"), mark("9.jpg", "A"), mark("1.jpg", "Z"), mark("9.jpg", "Z")]
    with pytest.raises(RowsRefused) as caught:
        control_points.register_marks(api, "7", rows, work())
    assert [(one.index, one.problem, one.words) for one in caught.value.rows] == [
        (1, "photo_unknown", "9.jpg"), (2, "point_unknown", "Z"), (3, "photo_unknown", "9.jpg")]
    assert (caught.value.facts["photos"], caught.value.facts["points"]) == ("9.jpg", "Z")


def test_marks_that_are_there_are_traced(api: Api) -> None:
    odd = "user-1/it's [[odd]].jpg"
    answer = {"detail": f"Attempt to create existing mark(s): {[[odd, 'A'], ['2.jpg', 'B']]}"}
    api.marks.fail_before = [Refused(Kind.REFUSED, status=400, words="Attempt", answer=answer)]
    with pytest.raises(RowsRefused) as caught:
        control_points.register_marks(api, "7", [mark("1.jpg", "A"), mark(odd, "A"), mark("2.jpg", "B")], work())
    assert [one.index for one in caught.value.rows] == [1, 2]
    assert {one.problem for one in caught.value.rows} == {"mark_there"}


@pytest.mark.parametrize("detail", ["", "[[", "[['a']]", "[[1, 2]]", "[['a', 'b'], 'c']", "[[__import__('os'), 'a']]",
                                    "[" * 5000 + "]" * 5000])
def test_a_detail_that_is_no_list_of_marks_is_only_read(detail: str) -> None:
    assert refused_rows.pairs_in(detail) <= {("a", "b")}


def test_deleting_begins_only_when_all_are_there(api: Api) -> None:
    api.gcps.there = [{"id": 1, **gcp("A")}, {"id": 2, **gcp("B")}]
    with pytest.raises(InputProblem) as caught:
        control_points.delete_gcps(api, "7", ["A", "Q"], work())
    assert caught.value.facts == {"problem": "points_unknown", "names": "Q"}
    assert api.gcps.calls == []
    assert control_points.delete_gcps(api, "7", ["A", "B"], work()) == ["A", "B"]
    assert api.gcps.there == []


@pytest.mark.parametrize(("kind", "flow"), [
    ("mtps", control_points.delete_mtps), ("marks", control_points.delete_marks),
])
def test_a_deletion_whose_answer_was_lost_is_not_taken_for_a_failure(
    api: Api, kind: str, flow: Callable[..., list[str]]
) -> None:
    pretended = getattr(api, kind)
    pretended.there = [{"id": 4}, {"id": 5}]
    pretended.fail_after = [LOST]
    assert flow(api, "7", ["4", "5"], work()) == ["4", "5"]
    assert pretended.there == []


def test_a_deletion_is_taken_up_after_a_kill(api: Api) -> None:
    journal = MemoryJournal()
    api.gcps.there = [{"id": 1, **gcp("A")}, {"id": 2, **gcp("B")}]
    api.gcps.fail_after = [KeyboardInterrupt()]  # type: ignore[list-item]
    with pytest.raises(KeyboardInterrupt):
        control_points.delete_gcps(api, "7", ["A", "B"], work(journal))
    assert control_points.delete_gcps(api, "7", ["A", "B"], work(journal)) == ["A", "B"]
    assert api.gcps.there == []


def test_a_renamed_point_whose_answer_was_lost_is_found_by_its_new_name(api: Api) -> None:
    api.gcps.there = [{"id": 1, **gcp("A")}]
    calls: list[str] = []

    def update(project: str, name: str, changes: Members) -> Members:
        calls.append(name)
        found = [one for one in api.gcps.there if one["name"] == name]
        if not found:
            raise Refused(Kind.NOT_FOUND, status=404)
        found[0].update(changes)
        raise LOST

    api.gcps.update = update
    assert control_points.change_gcp(api, "7", "A", {"name": "A2"}, work()) == "A2"
    assert calls == ["A", "A"]
    with pytest.raises(Refused):
        control_points.change_gcp(api, "7", "never there", {"name": "A2"}, work())
