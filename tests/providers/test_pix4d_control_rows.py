"""Refusals of the sandbox's PIX4D traced to their rows: what the platform really sends, read by the real client."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from imagery_hub.providers.http.retry import RetryPolicy
from imagery_hub.providers.pix4d.client import Hosts, Pix4dClient, connect_client
from imagery_hub.providers.pix4d.flows import control_points
from imagery_hub.providers.pix4d.flows.refused_rows import RowsRefused
from imagery_hub.providers.work import Work
from pix4d_flight import test_flight
from pix4d_project import StoredProject
from sandbox_process import SandboxProcess


@pytest.fixture
def api(sandbox: SandboxProcess) -> Iterator[Pix4dClient]:
    ready = sandbox.ready["pix4d"]
    hosts = Hosts(ready["root"], ready["root"], ready["root"])
    made = connect_client(ready["client_id"], ready["client_secret"], hosts, retry=RetryPolicy(first=0.02, longest=0.1))
    yield made
    made.close()


@pytest.fixture
def project(sandbox: SandboxProcess) -> StoredProject:
    made = StoredProject(sandbox)
    made.calls.sent("PATCH", f"{made.path}processing_options/", json={"output_cs_horizontal": 32632})
    return made


def gcp(name: str, **members: object) -> dict[str, object]:
    return {"name": name, "point_type": "GCP", "x": 1.5, "y": 2.5, "z": 3.5, **members}


@pytest.mark.needs_assumed("pix4d A10")
def test_messages_come_with_the_rows_that_they_are_about(api: Pix4dClient, project: StoredProject) -> None:
    rows = [gcp("A"), gcp("B", point_type="CP"), gcp("x" * 201)]
    with pytest.raises(RowsRefused) as caught:
        control_points.register_gcps(api, str(project.id), rows, Work())
    found = {one.index: one.words for one in caught.value.rows}
    assert list(found) == [1, 2] and "point_type" in found[1] and "name" in found[2]
    assert api.gcps.list(str(project.id)) == []


def test_both_documented_refusals_of_marks_name_their_rows(api: Pix4dClient, project: StoredProject) -> None:
    keys = project.store(test_flight().photos[:2], "it's [[odd]], 'quoted'")
    project.register(keys)
    control_points.register_gcps(api, str(project.id), [gcp("A"), gcp("B")], Work())
    first = [{"gcp": "A", "photo": keys[0], "x": 1.5, "y": 2.5}]
    assert len(control_points.register_marks(api, str(project.id), first, Work())) == 1
    new = {"gcp": "B", "photo": keys[1], "x": 1.5, "y": 2.5}
    with pytest.raises(RowsRefused) as there:
        control_points.register_marks(api, str(project.id), [new, *first], Work())
    assert [(one.index, one.problem) for one in there.value.rows] == [(1, "mark_there")]
    with pytest.raises(RowsRefused) as unknown:
        control_points.register_marks(api, str(project.id), [new, {**new, "gcp": "Z"}, {**new, "photo": "?"}], Work())
    assert [(one.index, one.problem) for one in unknown.value.rows] == [(1, "point_unknown"), (2, "photo_unknown")]


def test_five_thousand_points_and_marks_are_one_call_each(
    api: Pix4dClient, sandbox: SandboxProcess, project: StoredProject
) -> None:
    (key,) = project.store(test_flight().photos[:1])
    project.register([key])
    before = sandbox.last_entry()
    names = [f"P{number}" for number in range(5000)]
    assert control_points.register_gcps(api, str(project.id), [gcp(name) for name in names], Work()) == names
    marks = [{"gcp": name, "photo": key, "x": 1.5, "y": 2.5} for name in names]
    assert len(control_points.register_marks(api, str(project.id), marks, Work())) == 5000
    sent = [one["operation"] for one in sandbox.log(after=before) if one["method"] == "POST"]
    assert sorted(sent) == ["getToken", "registerGcps", "registerMarks"]
