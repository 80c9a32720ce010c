"""The annotation service: outcomes for each, pages by key, overwriting, deleting, who may, and how it refuses."""

from __future__ import annotations

from typing import Any

import pytest
from pix4d_annotations import AnnotationCalls, point
from sandbox_process import SandboxProcess

CIRCLE = {"geometry": {"type": "Circle", "coordinates": [1.0, 2.0, 3.0], "radius": 6.5}}
RING = [[0, 0], [5, 0], [5, 5], [0, 0]]


@pytest.fixture
def calls(sandbox: SandboxProcess) -> AnnotationCalls:
    return AnnotationCalls(sandbox)


@pytest.fixture
def project(calls: AnnotationCalls) -> int:
    return calls.project()


@pytest.mark.needs_assumed("pix4d A57")
def test_what_is_created_is_listed_with_all_that_it_said(calls: AnnotationCalls, project: int) -> None:
    whole = {**CIRCLE, "properties": {"name": "Tank", "visible": False, "camera_position": [1.5, 2, 3],
                                      "volume": {"cut": 1.25}, "color_fill": "#11223344", "later": {"a": [1]}},
             "tags": ["a", "b"], "attachments": [{"href": "x.jpg"}], "extension": {"k": "v"}, "version": "1.2"}
    (identity,) = calls.made(project, whole)
    assert identity.startswith(f"Project_{project}_")
    (found,) = calls.page(project)["results"]
    assert found["id"] == identity
    assert {name: found[name] for name in whole} == whole
    assert found["created"] == found["modified"]


def test_what_is_left_out_has_its_default(calls: AnnotationCalls, project: int) -> None:
    calls.made(project, {"geometry": {"type": "Point", "coordinates": [1, 2]}})
    (found,) = calls.page(project)["results"]
    assert (found["version"], found["tags"], found["attachments"], found["extension"]) == ("1.0", [], [], {})


@pytest.mark.parametrize("form", ["key", "address"])
def test_the_list_goes_on_by_key(sandbox: SandboxProcess, calls: AnnotationCalls, project: int, form: str) -> None:
    sandbox.settings(pix4d_annotation_next=form)
    made = calls.made(project, *(point(number) for number in range(7)))
    pages = [calls.page(project, page_size=3)]
    while "next" in pages[-1]:
        assert pages[-1]["next"].startswith("http") == (form == "address")
        key = pages[-1]["next"].partition("last_key=")[2] or pages[-1]["next"]
        pages.append(calls.page(project, page_size=3, last_key=key))
    assert [[one["id"] for one in page["results"]] for page in pages] == [made[:3], made[3:6], made[6:]]


def test_a_key_of_one_that_was_deleted_meanwhile_still_leads_on(calls: AnnotationCalls, project: int) -> None:
    made = calls.made(project, *(point(number) for number in range(4)))
    key = calls.page(project, page_size=2)["next"]
    calls.call("DELETE", made[1] + "/")
    assert [one["id"] for one in calls.page(project, last_key=key)["results"]] == made[2:]


def test_thousands_come_in_pages_of_five_hundred_at_most(calls: AnnotationCalls, project: int) -> None:
    made = calls.made(project, *(point(number) for number in range(1201)))
    assert len(calls.page(project, page_size=5000)["results"]) == 500
    assert list(calls.all(project)) == made


BAD = [
    {"geometry": {"type": "Point", "coordinates": []}},
    {"geometry": {"type": "LineString", "coordinates": [[1, 2]]}},
    {"geometry": {"type": "Polygon", "coordinates": [[[0, 0], [5, 0], [5, 5]]]}},
    {"geometry": {"type": "Polygon", "coordinates": [[[0, 0], [5, 0], [5, 5], [0, 1]]]}},
    {"geometry": {"type": "Circle", "coordinates": [1, 2], "radius": 0}},
    point(properties={"color": "red"}),
]


@pytest.mark.needs_assumed("pix4d A56")
@pytest.mark.parametrize("bad", BAD)
def test_one_that_is_wrong_does_not_keep_the_others(
    calls: AnnotationCalls, project: int, bad: dict[str, Any]
) -> None:
    answer = calls.create(project, point(1), bad, point(2))
    if answer.status_code == 400:  # its form alone breaks the contract
        assert answer.json()["title"] == "Validation Error"
        assert calls.all(project) == {}
        return
    first, second, third = answer.json()["annotations"]
    assert (first["success"], third["success"]) == (True, True)
    assert second["success"] is False
    assert second["annotation_id"] is None
    assert second["error"]
    assert len(calls.all(project)) == 2


def test_all_may_be_refused_for_one(sandbox: SandboxProcess, calls: AnnotationCalls, project: int) -> None:
    """The other reading of A56."""
    sandbox.settings(pix4d_partial_status=400)
    answer = calls.create(project, point(1), point(2, properties={"color": "red"}))
    assert answer.status_code == 400
    assert list(answer.json()["errors"]["annotations"]) == ["1"]
    assert calls.all(project) == {}


def test_a_batch_can_be_too_long(sandbox: SandboxProcess, calls: AnnotationCalls, project: int) -> None:
    sandbox.settings(pix4d_annotation_batch=2)
    assert calls.create(project, point(1), point(2), point(3)).status_code == 400
    assert calls.create(project, point(1), point(2)).status_code == 201


def test_degrees_are_looked_at_where_they_are_meant(
    sandbox: SandboxProcess, calls: AnnotationCalls, project: int
) -> None:
    sandbox.settings(pix4d_annotation_degrees=True)
    here = {"geometry": {"type": "Point", "coordinates": [8.5, 47.3]}}
    outcomes = calls.create(project, point(1), here).json()["annotations"]
    assert [one["success"] for one in outcomes] == [False, True]


def test_overwriting_loses_what_is_left_out(calls: AnnotationCalls, project: int) -> None:
    (identity,) = calls.made(project, point(1, tags=["a"], extension={"k": 1}))
    answer = calls.put(identity, project, {"geometry": {"type": "Polygon", "coordinates": [RING]}})
    assert answer.status_code == 200
    found = calls.all(project)[identity]
    assert found == answer.json()
    assert (found["tags"], found["extension"], found["properties"]) == ([], {}, {})
    assert found["modified"] > found["created"]


def test_overwriting_is_refused_for_what_is_not_there_and_what_is_wrong(calls: AnnotationCalls, project: int) -> None:
    (identity,) = calls.made(project, point(1))
    gone = identity[:-1] + ("0" if identity[-1] != "0" else "1")
    answer = calls.put(gone, project, point(2))
    assert (answer.status_code, answer.json()) == (404, {"title": "404 Not Found"})
    assert calls.put(identity, project, {}).json()["errors"]["geometry"]
    assert calls.put(identity, project, BAD[1]).status_code == 400
    assert calls.put(identity, project + 1, point(2)).status_code == 400
    assert calls.all(project)[identity]["properties"]["name"] == "point 1"


def test_some_are_deleted_each_with_its_outcome(calls: AnnotationCalls, project: int) -> None:
    made = calls.made(project, *(point(number) for number in range(4)))
    gone = made[0][:-4] + "0000"
    answer = calls.call("DELETE", body={"annotations": [made[0], gone, made[2]]})
    assert answer.status_code == 200
    assert [(one["annotation_id"], one["success"]) for one in answer.json()["annotations"]] == [
        (made[0], True), (gone, False), (made[2], True)]
    assert list(calls.all(project)) == [made[1], made[3]]


def test_one_is_deleted(calls: AnnotationCalls, project: int) -> None:
    (identity,) = calls.made(project, point(1))
    assert calls.call("DELETE", identity + "/").status_code == 204
    again = calls.call("DELETE", identity + "/")
    assert (again.status_code, again.json()) == (404, {"title": "404 Not Found"})


def test_an_id_of_another_kind_is_refused_in_the_documented_words(calls: AnnotationCalls, project: int) -> None:
    (identity,) = calls.made(project, point(1))
    answer = calls.call("DELETE", identity.replace("Project", "site") + "/")
    assert (answer.status_code, answer.json()) == (400, {"title": "'site' is not a valid EntityType"})


@pytest.mark.parametrize("path", ["all/", ""])
def test_all_of_an_entity_are_deleted(calls: AnnotationCalls, path: str) -> None:
    project, other = calls.project(), calls.project()
    for each in (project, other):
        calls.made(each, point(1), point(2))
    assert calls.call("DELETE", path, entity_type="Project", entity_id=project).status_code == 204
    assert (len(calls.all(project)), len(calls.all(other))) == (0, 2)


@pytest.mark.parametrize("query", [{}, {"entity_type": "Project"}, {"entity_id": 7, "entity_type": "site"}])
def test_all_of_nothing_is_refused(calls: AnnotationCalls, project: int, query: dict[str, Any]) -> None:
    calls.made(project, point(1))
    answer = calls.call("DELETE", "all/", **query)
    assert answer.status_code == 400
    assert answer.json()["title"] == "Validation Error"
    assert len(calls.all(project)) == 1


def test_another_organization_sees_and_changes_nothing(
    sandbox: SandboxProcess, calls: AnnotationCalls, project: int
) -> None:
    (identity,) = calls.made(project, point(1))
    other = AnnotationCalls(sandbox, second=True)
    assert other.call("GET", entity_type="Project", entity_id=project).status_code == 401
    assert other.create(project, point(2)).json()["annotations"][0]["success"] is False
    assert other.put(identity, project, point(3)).status_code == 401
    assert other.call("DELETE", identity + "/").status_code == 401
    assert other.call("DELETE", body={"annotations": [identity]}).json()["annotations"][0]["success"] is False
    assert other.call("DELETE", "all/", entity_type="Project", entity_id=project).status_code == 401
    assert list(calls.all(project)) == [identity]


@pytest.mark.needs_assumed("pix4d A11")
def test_without_a_token_there_is_the_gateway_s_answer(sandbox: SandboxProcess, project: int) -> None:
    nobody = AnnotationCalls(sandbox, share="0" * 32)
    answer = nobody.call("GET", entity_type="Project", entity_id=project)
    assert (answer.status_code, answer.json()) == (401, {"message": "Unauthorized"})
