"""Annotations by the flows on the sandbox: listed, created once each, overwritten, removed, whatever happens."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from imagery_hub.providers.errors import Cancelled, PlatformError
from imagery_hub.providers.http.retry import RetryPolicy
from imagery_hub.providers.journal import MemoryJournal, SqliteJournal
from imagery_hub.providers.pix4d.client import Hosts, Pix4dClient, connect_client
from imagery_hub.providers.pix4d.flows.annotation_creation import Done, batches
from imagery_hub.providers.pix4d.flows.annotation_list import AnnotationList, digest, fetch, members
from imagery_hub.providers.pix4d.flows.annotation_plan import Local, Plan, plan
from imagery_hub.providers.pix4d.flows.annotation_push import CREATED, Pushed, push
from imagery_hub.providers.pix4d.flows.annotations import remove, remove_all
from imagery_hub.providers.work import Work
from pix4d_annotations import AnnotationCalls, point
from sandbox_process import SandboxProcess


@pytest.fixture
def api(sandbox: SandboxProcess) -> Iterator[Pix4dClient]:
    root, ready = sandbox.address + "/", sandbox.ready["pix4d"]
    client = connect_client(ready["client_id"], ready["client_secret"], Hosts(root, root, root),
                            retry=RetryPolicy(attempts=2, first=0.01))
    yield client
    client.close()


@pytest.fixture
def calls(sandbox: SandboxProcess) -> AnnotationCalls:
    return AnnotationCalls(sandbox)


@pytest.fixture
def project(calls: AnnotationCalls) -> int:
    return calls.project()


def quick(**options: Any) -> Work:
    return Work(pause=lambda seconds: None, **options)


def drawn(project: int, number: int, **members: Any) -> Local:
    body: Any = {"entity_type": "Project", "entity_id": project, **point(number, **members)}
    return Local(f"point/{number}", body)


class Desk:
    """Rows of layers against a project: pulled, edited, pushed."""

    def __init__(self, api: Pix4dClient, project: int, folder: Path, work: Work | None = None) -> None:
        self.api, self.project, self.folder = api, project, folder
        self.work = work or quick()
        self.rows: dict[str, Local] = {}
        self.came: dict[str, str] = {}

    def listed(self) -> AnnotationList:
        return fetch(self.api, str(self.project), self.folder / "list.jsonl", self.work)

    def pull(self) -> None:
        records = list(self.listed().records())
        self.rows = {one["id"]: Local(one["id"], copy.deepcopy(one), one) for one in records}
        self.came = {one["id"]: digest(one) for one in records}

    def plan(self) -> Plan:
        return plan(self.rows.values(), self.came, self.listed())

    def push(self, found: Plan | None = None, **options: Any) -> Pushed:
        return push(self.api, str(self.project), found or self.plan(), self.folder, self.work, **options)


@pytest.fixture
def desk(api: Pix4dClient, project: int, tmp_path: Path) -> Desk:
    return Desk(api, project, tmp_path)


@pytest.mark.parametrize("form", ["key", "address"])
def test_thousands_are_listed_whole(
    sandbox: SandboxProcess, calls: AnnotationCalls, desk: Desk, form: str
) -> None:
    sandbox.settings(pix4d_annotation_next=form)
    made = calls.made(desk.project, *(point(number) for number in range(1203)))
    there = desk.listed()
    assert there.ids == made
    assert there.get(made[700])["properties"]["name"] == "point 700"  # type: ignore[index]
    assert [one["id"] for one in there.records()] == made
    assert not list(desk.folder.glob("*.part"))


def test_three_thousand_are_created_once_each_in_batches_of_a_hundred(
    sandbox: SandboxProcess, calls: AnnotationCalls, desk: Desk
) -> None:
    desk.rows = {str(number): drawn(desk.project, number) for number in range(3000)}
    first = sandbox.last_entry()
    told: list[Done] = []
    pushed = desk.push(told=lambda what, done: told.extend(done) if what == CREATED else None)
    assert len(pushed.created) == len(told) == 3000
    assert not pushed.refused
    asked = [one for one in sandbox.log(after=first) if one["operation"] == "createAnnotations"]
    assert len(asked) == 30
    there = calls.all(desk.project)
    assert {one.key: there[one.identity]["properties"]["name"] for one in told} == {
        f"point/{number}": f"point {number}" for number in range(3000)}


def test_large_ones_are_sent_in_smaller_batches(project: int) -> None:
    large = [drawn(project, number, properties={"description": "x" * 300_000}) for number in range(40)]
    sizes = [len(one) for one in batches(large)]
    assert sum(sizes) == 40
    assert max(sizes) == 13


def test_a_batch_that_one_item_spoils_is_halved_until_that_is_found(
    sandbox: SandboxProcess, calls: AnnotationCalls, desk: Desk
) -> None:
    sandbox.settings(pix4d_partial_status=400)
    rows = [drawn(desk.project, number) for number in range(30)]
    rows[17] = drawn(desk.project, 17, properties={"color": "red"})
    desk.rows = {one.key: one for one in rows}
    pushed = desk.push()
    (refused,) = pushed.refused
    assert refused.key == "point/17"
    assert refused.words
    assert len(calls.all(desk.project)) == 29


@pytest.mark.needs_assumed("pix4d A56")
def test_what_is_refused_is_told_with_its_row_and_the_rest_is_there(calls: AnnotationCalls, desk: Desk) -> None:
    rows = [drawn(desk.project, number) for number in range(5)]
    rows[2] = drawn(desk.project, 2, properties={"color": "red"})
    desk.rows = {one.key: one for one in rows}
    (refused,) = desk.push().refused
    assert (refused.key, refused.words) == ("point/2", "color must be #RRGGBBAA")
    assert len(calls.all(desk.project)) == 4


def test_a_push_of_everything_at_once(calls: AnnotationCalls, desk: Desk) -> None:
    one, two, three = calls.made(desk.project, *(
        point(number, tags=["a"], extension={"k": number}, attachments=[{"h": 1}],
              properties={"camera_position": [1, 2], "volume": {"cut": 1}, "visible": False}) for number in range(3)))
    desk.pull()
    before = calls.all(desk.project)
    body = copy.deepcopy(desk.rows[one].body)
    body["properties"]["name"] = "heap"
    desk.rows[one] = Local(one, body, desk.rows[one].base)
    del desk.rows[two]
    desk.rows["new"] = drawn(desk.project, 9)
    pushed = desk.push()
    assert [len(some) for some in (pushed.created, pushed.changed, pushed.removed)] == [1, 1, 1]
    after = calls.all(desk.project)
    assert set(after) == {one, three, pushed.created[0].identity}
    assert after[three] == before[three]
    wanted = {**before[one], "properties": {**before[one]["properties"], "name": "heap"}}
    assert {**after[one], "modified": ""} == {**wanted, "modified": ""}
    desk.rows = {**{row.identity: Local(row.identity, record, record) for row in desk.rows.values()
                    if row.identity and (record := after[row.identity])}}  # type: ignore[arg-type]
    assert not desk.plan().any


def test_a_change_made_elsewhere_survives_the_push_and_is_told(calls: AnnotationCalls, desk: Desk) -> None:
    one, two = calls.made(desk.project, point(1), point(2))
    desk.pull()
    theirs = calls.all(desk.project)
    calls.put(one, desk.project, {**{name: theirs[one][name] for name in ("geometry", "properties")}, "tags": ["seen"]})
    calls.put(two, desk.project, {**{name: theirs[two][name] for name in ("geometry", "properties")}, "tags": ["seen"]})
    body = copy.deepcopy(desk.rows[one].body)
    body["properties"]["name"] = "heap"
    desk.rows[one] = Local(one, body, desk.rows[one].base)
    found = desk.plan()
    assert [local.key for local, _ in found.changed_elsewhere] == [two]
    desk.push(found)
    after = calls.all(desk.project)
    assert (after[one]["properties"]["name"], after[one]["tags"]) == ("heap", ["seen"])
    assert after[two]["tags"] == ["seen"]


@pytest.mark.parametrize("trouble", [
    {"kind": "cut"},
    {"kind": "lost", "status": 503},
    {"kind": "lost_cut"},
    {"kind": "truncate"},
    {"kind": "malformed"},
    {"kind": "status", "status": 503},
    {"kind": "status", "status": 429, "retry_after": 0},
], ids=lambda trouble: "-".join(str(one) for one in trouble.values()))
def test_a_batch_without_an_answer_is_looked_for_first(
    sandbox: SandboxProcess, calls: AnnotationCalls, desk: Desk, trouble: dict[str, Any]
) -> None:
    """Many of them look the same."""
    desk.rows = {str(number): Local(str(number), drawn(desk.project, number % 7).body) for number in range(150)}
    sandbox.fault(operation="createAnnotations", count=1, **trouble)
    pushed = desk.push()
    assert len(calls.all(desk.project)) == 150
    assert len({one.identity for one in pushed.created}) == 150


def test_stopped_and_taken_up_each_is_there_once(calls: AnnotationCalls, desk: Desk, tmp_path: Path) -> None:
    """Between the batches; the journal is that of the job."""
    desk.rows = {str(number): drawn(desk.project, number) for number in range(450)}
    journal, told = MemoryJournal(), []

    def stop(what: str, done: Sequence[Done]) -> None:
        told.extend(done)

    desk.work = quick(journal=journal, cancelled=lambda: len(told) >= 200)
    with pytest.raises(Cancelled):
        desk.push(told=stop)
    assert len(calls.all(desk.project)) == 200
    desk.work = quick(journal=journal)
    pushed = desk.push()
    assert len(pushed.created) == 450
    assert len(calls.all(desk.project)) == 450


def test_a_new_push_finds_what_an_earlier_one_made(calls: AnnotationCalls, desk: Desk) -> None:
    """Without its journal, as when the layers did not learn of their ids."""
    desk.rows = {str(number): drawn(desk.project, number) for number in range(120)}
    first = {one.key: one.identity for one in desk.push().created}
    again = desk.plan()
    assert not again.any
    assert {local.key: record["id"] for local, record in again.adopted} == first


def test_deleting_is_told_for_each_and_what_is_gone_already_counts(calls: AnnotationCalls, desk: Desk) -> None:
    made = calls.made(desk.project, *(point(number) for number in range(250)))
    calls.call("DELETE", made[3] + "/")
    done = remove(desk.api, made[:240], desk.work)
    assert [one.identity for one in done] == made[:240]
    assert list(calls.all(desk.project)) == made[240:]


@pytest.mark.parametrize("status", [405, 411])
def test_where_a_delete_loses_its_body_they_are_deleted_one_by_one(
    sandbox: SandboxProcess, calls: AnnotationCalls, desk: Desk, status: int
) -> None:
    made = calls.made(desk.project, *(point(number) for number in range(5)))
    sandbox.fault(kind="status", operation="deleteAnnotations", status=status, count=1)
    assert len(remove(desk.api, made[:4], desk.work)) == 4
    assert list(calls.all(desk.project)) == made[4:]


@pytest.mark.parametrize("hidden", ["", "deleteAllAnnotations"])
def test_all_are_deleted_whether_or_not_the_path_for_it_is_known(
    sandbox: SandboxProcess, calls: AnnotationCalls, desk: Desk, hidden: str
) -> None:
    sandbox.settings(pix4d_hidden=hidden)
    other = calls.project()
    for each in (desk.project, other):
        calls.made(each, *(point(number) for number in range(130)))
    assert remove_all(desk.api, str(desk.project), desk.folder, desk.work) == 130
    assert (len(calls.all(desk.project)), len(calls.all(other))) == (0, 130)


def test_another_organization_s_project_is_refused(sandbox: SandboxProcess, desk: Desk) -> None:
    other = AnnotationCalls(sandbox, second=True)
    desk.project = other.project()
    with pytest.raises(PlatformError):
        desk.listed()


EDIT = st.tuples(st.sampled_from(["mine", "theirs"]), st.integers(0, 5),
                 st.sampled_from(["name", "tags", "move", "delete", "add"]), st.integers(0, 2))


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(EDIT, max_size=8))
def test_after_a_push_both_sides_are_as_an_oracle_says(
    calls: AnnotationCalls, api: Pix4dClient, tmp_path: Path, edits: list[tuple[str, int, str, int]]
) -> None:
    """Six annotations, edited here and elsewhere at will; then a push in which this side wins."""
    project = calls.project()
    desk = Desk(api, project, tmp_path)
    made = calls.made(project, *(point(number, tags=["t"]) for number in range(6)))
    desk.pull()
    base = calls.all(project)
    mine: dict[str, Any] = {one: copy.deepcopy(base[one]) for one in made}
    theirs: dict[str, Any] = copy.deepcopy(mine)
    news: dict[str, int] = {"mine": 0, "theirs": 0}
    for side, which, what, value in edits:
        state = mine if side == "mine" else theirs
        one = made[which]
        if what == "add":
            news[side] += 1
        elif what == "delete":
            state.pop(one, None)
        elif one in state and what == "name":
            state[one]["properties"]["name"] = f"n{value}"
        elif one in state and what == "tags":
            state[one]["tags"] = [f"t{value}"]
        elif one in state:
            state[one]["geometry"]["coordinates"] = [float(value), 1.0, 2.0]
    for one in made:
        if one not in theirs:
            calls.call("DELETE", one + "/")
        elif theirs[one] != base[one]:
            calls.put(one, project, {name: theirs[one][name] for name in ("geometry", "properties", "tags")})
    calls.made(project, *(point(1000 + number) for number in range(news["theirs"])))
    desk.rows = {one: Local(one, mine[one], base[one]) for one in mine}  # type: ignore[arg-type]
    desk.rows |= {f"new{number}": drawn(project, 2000 + number) for number in range(news["mine"])}
    found = desk.plan()
    found.win()
    assert not desk.push(found).refused
    after = {one: members(record) for one, record in calls.all(project).items()}  # type: ignore[arg-type]
    again = 0
    for one in made:
        b, m, t = (members(state[one]) if one in state else None for state in (base, mine, theirs))
        if m is None:  # deleted here: this side wins
            assert one not in after
        elif t is None:
            again += m != b  # changed here, deleted there: made again
            assert one not in after
        else:
            assert after[one] == {name: value for name in {*b, *m, *t} if (
                value := m.get(name) if m.get(name) != b.get(name) else t.get(name)) is not None}
    assert len(after) == len([one for one in made if one in after]) + news["mine"] + news["theirs"] + again


def test_the_journal_on_disk_holds_what_a_resumed_push_needs(
    calls: AnnotationCalls, desk: Desk, tmp_path: Path
) -> None:
    desk.work = quick(journal=SqliteJournal(tmp_path / "journal.sqlite", "job"))
    desk.rows = {str(number): drawn(desk.project, number) for number in range(120)}
    desk.push()
    desk.work = quick(journal=SqliteJournal(tmp_path / "journal.sqlite", "job"))
    found = Plan(added=list(desk.rows.values()))  # as if the list were still that of the beginning
    assert len(desk.push(found).created) == 120
    assert len(calls.all(desk.project)) == 120
