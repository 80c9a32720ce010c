"""Control points, options and the life cycle of processing in the sandbox's PIX4D, by plain HTTP."""

from __future__ import annotations

from typing import Any

import pytest
from pix4d_flight import test_flight
from pix4d_project import StoredProject
from sandbox_pix4d import PROJECTS, Pix4dCalls

from sandbox.pix4d.work.records import REASONS

SQUARE = {"plane": {"vertices3d": [[9.1, 48.7, 0], [9.2, 48.7, 0], [9.2, 48.8, 0]], "outer_boundary": [0, 1, 2]},
          "thickness": 80.5}


@pytest.fixture
def calls(sandbox) -> Pix4dCalls:
    return Pix4dCalls(sandbox)


@pytest.fixture
def project(sandbox, calls: Pix4dCalls) -> StoredProject:
    """With a system of the results in its options."""
    made = StoredProject(sandbox, calls)
    good(made, "PATCH", "processing_options/", {"output_cs_horizontal": 32632})
    return made


@pytest.fixture
def photos(project: StoredProject) -> list[str]:
    keys = project.store(test_flight().photos[:7])
    project.register(keys)
    return keys


def gcp(name: str, **members: Any) -> dict[str, Any]:
    return {"name": name, "x": 412633.4, "y": 5231871.0, "z": 512.3, **members}


def state(project: StoredProject) -> dict[str, Any]:
    return project.calls.get(project.path)


def refused(project: StoredProject, method: str, path: str, body: Any = None, status: int = 400) -> Any:
    answer = project.calls.request(method, project.path + path, json=body)
    assert answer.status_code == status, f"{answer.status_code} {answer.text}"
    return answer.json()


def good(project: StoredProject, method: str, path: str, body: Any = None, status: int = 0) -> Any:
    answer = project.calls.request(method, project.path + path, json=body)
    fine = answer.status_code == status if status else answer.status_code < 300
    assert fine, f"{answer.status_code} {answer.text}"
    return answer.json()


def listed(project: StoredProject, kind: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = project.calls.get(f"{project.path}{kind}/")[kind + "s"]
    return found


# ---------------------------------------------------------------------- control points
@pytest.mark.needs_assumed("pix4d Detail")
def test_points_need_a_system_of_the_results(sandbox) -> None:
    bare = StoredProject(sandbox)
    assert "coordinate system" in refused(bare, "POST", "gcp/register/", {"gcps": [gcp("A")]})["detail"]
    assert bare.calls.get(f"{bare.path}gcp/") == {"gcps": []}


def test_points_are_registered_changed_and_deleted(project: StoredProject) -> None:
    body = {"gcps": [gcp("A", xy_accuracy=0.02), gcp("P-1", point_type="CHECKPOINT")]}
    made = good(project, "POST", "gcp/register/", body, 201)["gcps"]
    assert [(one["name"], one["point_type"], one["project"]) for one in made] == [
        ("A", "GCP", project.id), ("P-1", "CHECKPOINT", project.id)]
    assert listed(project, "gcp") == made
    changed = good(project, "PATCH", "gcp/A/", {"z": 1.5, "name": "A2"}, 200)
    assert changed == {**made[0], "z": 1.5, "name": "A2"}
    for method in ("PATCH", "DELETE"):  # the trap of the name's pattern
        refused(project, method, "gcp/P-1/", {"z": 1.0} if method == "PATCH" else None, 404)
    assert project.calls.request("DELETE", f"{project.path}gcp/A2/").status_code == 204
    refused(project, "DELETE", "gcp/A2/", status=404)
    assert [one["name"] for one in listed(project, "gcp")] == ["P-1"]


@pytest.mark.needs_assumed("pix4d Detail")
def test_one_duplicate_keeps_a_batch_out(project: StoredProject) -> None:
    good(project, "POST", "gcp/register", {"gcps": [gcp("A")]}, 201)  # the guide's spelling
    good(project, "POST", "mtp/", {"mtps": [{"name": "T"}]}, 201)
    for names in (["B", "A"], ["B", "T"], ["B", "C", "C"]):
        words = refused(project, "POST", "gcp/register/", {"gcps": [gcp(name) for name in names]})["detail"]
        assert f"'{names[-1]}'" in words and "'B'" not in words
    refused(project, "POST", "mtp/", {"mtps": [{"name": "B"}, {"name": "A"}]})
    assert len(listed(project, "gcp")) == len(listed(project, "mtp")) == 1


@pytest.mark.needs_assumed("pix4d FieldErrors")
@pytest.mark.parametrize("body", [
    {}, {"gcps": [{"name": "A", "x": 1, "y": 2}]}, {"gcps": [gcp("A", point_type="CP")]}, {"gcps": [gcp("")]},
    {"gcps": [gcp("x" * 201)]}, {"gcps": [gcp("A", x="east")]},
])
def test_points_of_a_wrong_form_are_refused(project: StoredProject, body: Any) -> None:
    assert refused(project, "POST", "gcp/register/", body)
    assert listed(project, "gcp") == []


@pytest.mark.needs_assumed("pix4d A10")
def test_what_is_wrong_with_rows_is_told_in_their_order(project: StoredProject) -> None:
    rows = [gcp("A"), gcp("B", point_type="CP"), {"name": "C", "x": 1.0, "y": 2.0}]
    told = refused(project, "POST", "gcp/register/", {"gcps": rows})
    assert [list(one) for one in told["gcps"]] == [[], ["point_type"], ["z"]]
    assert refused(project, "POST", "gcp/register/", {"gcps": "A"})["gcps"]
    assert refused(project, "POST", "mtp/", {"mtps": [{"name": "T"}, {}]}) == {
        "mtps": [{}, {"name": ["This field is required."]}]}


def test_tie_points_are_addressed_by_number(project: StoredProject) -> None:
    made = good(project, "POST", "mtp/", {"mtps": [{"name": "T", "is_checkpoint": True}]}, 201)["mtps"][0]
    assert (made["x"], made["y"], made["z"], made["is_checkpoint"]) == (None, None, None, True)
    assert good(project, "PATCH", f"mtp/{made['id']}/", {"is_checkpoint": False})["is_checkpoint"] is False
    refused(project, "PATCH", "mtp/T/", {"is_checkpoint": True}, 404)
    assert project.calls.request("DELETE", f"{project.path}mtp/{made['id']}/").status_code == 204
    refused(project, "DELETE", f"mtp/{made['id']}/", status=404)


def test_marks_are_refused_with_two_documented_bodies(project: StoredProject, photos: list[str]) -> None:
    good(project, "POST", "gcp/register/", {"gcps": [gcp("A")]})
    good(project, "POST", "mtp/", {"mtps": [{"name": "T"}]})
    first = [{"gcp": "A", "photo": photos[0], "x": 210.4, "y": 77.9}, {"gcp": "T", "photo": photos[0], "x": 1, "y": 2}]
    made = good(project, "POST", "mark/register/", {"marks": first}, 201)["marks"]
    assert [(one["gcp"], one["photo"], one["x"]) for one in made] == [("A", photos[0], 210.4), ("T", photos[0], 1.0)]
    new = {"gcp": "A", "photo": photos[1], "x": 5, "y": 5}
    unknown = [new, first[0], {**new, "photo": photos[0] + "x"}, {**new, "gcp": "Z"}]
    assert refused(project, "POST", "mark/register/", {"marks": unknown}) == {"photos": [photos[0] + "x"],
                                                                              "gcps": ["Z"]}
    words = refused(project, "POST", "mark/register/", {"marks": [new, first[0]]})["detail"]
    assert words == f"Attempt to create existing mark(s): [['{photos[0]}', 'A']]"
    refused(project, "POST", "mark/register/", {"marks": [{**new, "x": -1}]})
    assert len(listed(project, "mark")) == 2


def test_marks_are_moved_and_go_with_their_point(project: StoredProject, photos: list[str]) -> None:
    good(project, "POST", "gcp/register/", {"gcps": [gcp("A"), gcp("B")]})
    marks = [{"gcp": name, "photo": photos[0], "x": 1, "y": 2} for name in ("A", "B")]
    made = good(project, "POST", "mark/register/", {"marks": marks})["marks"]
    moved = good(project, "PATCH", f"mark/{made[0]['id']}/", {"x": 3.5, "gcp": "B", "photo": photos[1]})
    assert (moved["x"], moved["y"], moved["gcp"], moved["photo"]) == (3.5, 2.0, "A", photos[0])
    project.calls.request("DELETE", f"{project.path}gcp/A/")
    assert [one["gcp"] for one in listed(project, "mark")] == ["B"]
    assert project.calls.request("DELETE", f"{project.path}mark/{made[1]['id']}/").status_code == 204
    refused(project, "DELETE", f"mark/{made[1]['id']}/", status=404)


def test_another_organization_sees_nothing(sandbox, project: StoredProject) -> None:
    other = Pix4dCalls(sandbox, second=True)
    for path in ("gcp/", "mtp/", "mark/", "processing_options/"):
        assert other.request("GET", project.path + path).status_code == 404
    assert other.request("POST", project.path + "start_processing/", json={}).status_code == 404


# ---------------------------------------------------------------------- options
def test_overwriting_drops_the_region_and_changing_keeps_it(project: StoredProject) -> None:
    path = f"{project.path}processing_options/"
    good(project, "PATCH", "processing_options/", {"area": SQUARE})
    assert good(project, "PATCH", "processing_options/", {"tags": ["oblique", "rtk"]})["area"] == SQUARE
    stored = project.calls.get(path)
    assert (stored["tags"], stored["output_cs_horizontal"]) == (["oblique", "rtk"], 32632)
    for method in ("POST", "PUT"):
        good(project, "PATCH", "processing_options/", {"area": SQUARE})
        few = {"outputs": ["ortho", "dsm"], "formats": {"point_cloud": ["laz"]}}
        stored = good(project, method, "processing_options/", few)
        assert (stored["area"], stored["tags"], stored["outputs"]) == (None, None, ["ortho", "dsm"])
    good(project, "PATCH", "processing_options/", {"area": SQUARE})
    assert good(project, "PATCH", "processing_options/", {"area": None})["area"] is None


@pytest.mark.needs_assumed("pix4d FieldErrors")
@pytest.mark.parametrize("options", [
    {"tags": ["nadir", "oblique"]}, {"tags": ["flat"]}, {"tags": ["fast"]}, {"outputs": ["contours"]},
    {"formats": {"mesh": ["las"]}}, {"output_cs_horizontal": 42}, {"output_cs_geoid": "x" * 51},
    {"area": {"thickness": 5}}, {"area": {"plane": {"vertices3d": [[9, 48]] * 3, "outer_boundary": [0, 1, 2]}}},
    {"area": {"plane": {**SQUARE["plane"], "outer_boundary": [0, 1, 3]}}},
])
def test_options_that_contradict_themselves_are_refused(project: StoredProject, options: Any) -> None:
    before = project.calls.get(project.path + "processing_options/")
    assert refused(project, "PATCH", "processing_options/", options)
    assert project.calls.get(project.path + "processing_options/") == before


def test_retired_members_are_accepted_and_mean_nothing(project: StoredProject, photos: list[str]) -> None:
    stored = good(project, "POST", "processing_options/", {"standard_template": "ag-rgb"})
    assert stored["standard_template"] == "ag-rgb"


@pytest.mark.needs_assumed("pix4d A68", "pix4d A35")
@pytest.mark.parametrize("path", [f"{PROJECTS}validate_wkt/", "project/api/v3/validate_wkt/"])
def test_well_known_text_is_checked(calls: Pix4dCalls, path: str) -> None:
    text = 'LOCAL_CS["site",UNIT["metre",1]]'
    assert calls.post(path, {"wkt_string": text}) == {"wkt_string": text}
    answer = calls.request("POST", path, json={"wkt_string": "PROJCS["})
    assert (answer.status_code, list(answer.json())) == (400, ["wkt_string"])


# ---------------------------------------------------------------------- processing
@pytest.mark.needs_assumed("pix4d Detail")
def test_a_start_without_photos_is_refused(project: StoredProject) -> None:
    assert "no registered image" in refused(project, "POST", "start_processing/")["detail"]
    assert state(project)["public_status"] == "CREATED"


@pytest.mark.needs_assumed("pix4d Detail")
def test_points_without_a_system_are_refused_at_the_start(project: StoredProject, photos: list[str]) -> None:
    good(project, "POST", "gcp/register/", {"gcps": [gcp("A")]})
    assert "coordinate system" in refused(project, "POST", "start_processing/", {"tags": ["nadir"]})["detail"]


@pytest.mark.needs_assumed("pix4d Detail")
def test_more_photos_than_the_licence_allows_are_refused(sandbox, project: StoredProject, photos: list[str]) -> None:
    sandbox.control("POST", f"pix4d/accounts/{sandbox.ready['pix4d']['client_id']}", {"photos": 6})
    assert "6 images" in refused(project, "POST", "start_processing/")["detail"]


@pytest.mark.needs_assumed("pix4d Detail")
@pytest.mark.parametrize("code", sorted(REASONS))
def test_every_error_code_can_be_provoked(sandbox, project: StoredProject, photos: list[str], code: int) -> None:
    sandbox.settings(job_seconds=30.0)
    sandbox.control("POST", f"pix4d/projects/{project.id}", {"failure": code})
    answer = good(project, "POST", "start_processing/?send_email=false", {}, 200)
    assert answer == {"estimated_time": 30.0}
    running = state(project)
    assert (running["public_status"], running["error_code"], running["error_reason"]) == ("PROCESSING", None, "")
    assert running["last_datetime_processing_started"] and running["last_datetime_processing_ended"] is None
    assert "already" in refused(project, "POST", "start_processing/")["detail"]
    assert refused(project, "POST", "inputs/bulk_register/", {"input_file_keys": photos})
    sandbox.advance(31)
    ended = state(project)
    assert (ended["public_status"], ended["error_code"], ended["error_reason"]) == ("ERROR", code, REASONS[code])
    assert ended["last_datetime_processing_ended"] > running["last_datetime_processing_started"]
    assert sandbox.control("GET", f"pix4d/projects/{project.id}")["notes"]["starts"] == [{"send_email": False}]


def test_a_project_that_is_paid_with_credits_is_accepted_without_an_estimate(
    sandbox, project: StoredProject, photos: list[str]
) -> None:
    sandbox.control("POST", f"pix4d/accounts/{sandbox.ready['pix4d']['client_id']}", {"credits": True})
    sandbox.control("POST", f"pix4d/projects/{project.id}", {"failure": 10001})
    answer = project.calls.request("POST", f"{project.path}start_processing/")
    assert (answer.status_code, answer.content) == (202, b"")


def test_options_of_the_start_overwrite_the_stored_ones(sandbox, project: StoredProject, photos: list[str]) -> None:
    sandbox.control("POST", f"pix4d/projects/{project.id}", {"failure": 10001})
    good(project, "PATCH", "processing_options/", {"area": SQUARE})
    good(project, "POST", "start_processing/", {})
    assert project.calls.get(project.path + "processing_options/")["area"] == SQUARE
    good(project, "POST", "start_processing/", {"tags": ["oblique"]})
    stored = project.calls.get(project.path + "processing_options/")
    assert (stored["tags"], stored["area"]) == (["oblique"], None)


@pytest.mark.parametrize("options", [{"output_cs_vertical": 5728}, {"output_cs_geoid": "EGM96"},
                                     {"output_cs_geoid_height": 12.5}])
def test_an_output_system_without_a_horizontal_part_fails(
    project: StoredProject, photos: list[str], options: Any
) -> None:
    good(project, "POST", "start_processing/", options)
    assert state(project)["error_code"] == 10613


def test_a_project_that_is_deleted_while_it_is_processed_is_gone(
    sandbox, project: StoredProject, photos: list[str]
) -> None:
    sandbox.settings(job_seconds=30.0)
    good(project, "POST", "start_processing/")
    answer = project.calls.request("DELETE", project.path)
    assert answer.status_code == 204
    sandbox.advance(31)
    assert project.calls.request("GET", project.path).status_code == 404
    assert sandbox.control("GET", "pix4d/jobs")["defects"] == []
