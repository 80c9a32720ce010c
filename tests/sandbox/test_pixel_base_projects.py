"""Projects and data collections of the sandbox's Geodata Pixel: rules, lists, moves, soft deletion by the clock."""

from __future__ import annotations

from typing import Any

import pytest
from sandbox_pixel import OSLO, PixelCalls
from sandbox_process import SandboxProcess

DAY = 24 * 3600
RULES = {"RGB": {"format": "GTiff", "data_type": "uint8", "num_bands": 3},
         "DTM": {"format": "GTiff", "data_type": "float32", "num_bands": 1},
         "DSM": {"format": "GTiff", "data_type": "float64", "num_bands": 1}}


@pytest.fixture
def calls(sandbox: SandboxProcess) -> PixelCalls:
    return PixelCalls(sandbox, "creator")


@pytest.fixture
def project(calls: PixelCalls) -> str:
    return calls.project("Bridges")


def make(calls: PixelCalls, project: str, **members: Any) -> Any:
    body = {"name": "May", "description": "", **members}
    return calls.request("POST", f"projects/{project}/data_collections/", json=body)


def test_a_project_is_made_changed_and_shown(sandbox: SandboxProcess, calls: PixelCalls) -> None:
    made = calls.post("projects/", {"name": "Bridges", "description": "2025", "area_of_interest": OSLO,
                                    "tags": ["inspection", "2025", "inspection"]})
    assert (made["name"], made["tags"], made["parent_project_id"]) == ("Bridges", ["inspection", "2025"], None)
    assert (made["updated_at"], made["deleted_at"]) == (None, None)
    changed = calls.put(f"projects/{made['id']}", {"name": "Ring road", "add_tags": ["2026"], "remove_tags": ["2025"]})
    assert (changed["name"], changed["tags"]) == ("Ring road", ["inspection", "2026"])
    assert (changed["description"], changed["area_of_interest"]) == ("2025", OSLO)
    assert calls.get(f"projects/{made['id']}") == changed
    child = calls.project("Pier", parent_project_id=made["id"])
    collection = make(calls, made["id"], data_collection_type="image").json()
    whole = calls.get(f"projects/{made['id']}", extended="true")
    assert [one["id"] for one in whole["data_collections"]] == [collection["id"]]
    assert [str(one["id"]) for one in whole["child_projects"]] == [child]


@pytest.mark.needs_assumed("pixel A4")
@pytest.mark.parametrize(("body", "place"), [
    ({"name": "x", "description": ""}, ["body", "area_of_interest"]),
    ({"name": 5, "description": "", "area_of_interest": OSLO}, ["body", "name"]),
    ({"name": "x", "description": "", "area_of_interest": {"type": "Point", "coordinates": [[[1, 1]] * 4]}},
     ["body", "area_of_interest", "type"]),
    ({"name": "x", "description": "", "area_of_interest": {"type": "Polygon", "coordinates": [
        [[1, 1], [2, 1], [2, 2], [1, 2]]]}}, ["body", "area_of_interest"]),
    ({"name": "x", "description": "", "area_of_interest": {"type": "Polygon", "coordinates": [
        [[262000, 6649000], [262001, 6649000], [262001, 6649001], [262000, 6649000]]]}}, ["body", "area_of_interest"])])
def test_what_does_not_fit_is_told_with_its_place(calls: PixelCalls, body: dict[str, Any], place: list[str]) -> None:
    answer = calls.request("POST", "projects/", json=body)
    assert answer.status_code == 422
    assert [one["loc"] for one in answer.json()["detail"]] == [place]
    assert calls.request("PUT", f"projects/{calls.project()}", json={}).status_code == 422


@pytest.mark.needs_assumed("pixel A2", "pixel A3")
def test_lists_are_filtered_and_paged(sandbox: SandboxProcess, calls: PixelCalls) -> None:
    made = sandbox.control("POST", "pixel/projects", {"count": 205, "name": "Survey"})["projects"]
    tagged = sandbox.control("POST", "pixel/projects", {"count": 2, "name": "Road", "tags": ["a", "b"]})["projects"]
    assert [one["id"] for one in calls.get("projects/")] == made[:100]
    assert [one["id"] for one in calls.get("projects/", limit=1000)] == made + tagged
    assert [one["id"] for one in calls.get("projects/", limit=7, offset=198)] == made[198:205]
    assert [one["id"] for one in calls.get("projects/", ids=f"{made[4]},{tagged[0]},99999")] == [made[4], tagged[0]]
    assert [one["id"] for one in calls.get("projects/", tags="b,a")] == tagged
    assert calls.get("projects/", tags="a,c") == []
    assert len(calls.get("projects/", name="ROAD")) == 2
    assert calls.get("projects/", ids="", limit=0) == []
    assert calls.request("GET", "projects/", params={"limit": 1001}).status_code == 422
    assert calls.request("GET", "projects/", params={"offset": -1}).status_code == 422
    assert calls.request("GET", "projects/", params={"ids": "a"}).status_code == 422


def test_a_project_moves_but_never_below_itself(calls: PixelCalls) -> None:
    top, middle = calls.project("top"), calls.project("middle")
    low = calls.project("low", parent_project_id=int(middle))
    assert calls.put(f"projects/{middle}/move", new_parent_id=top)["parent_project_id"] == int(top)
    assert calls.request("PUT", f"projects/{top}/move", params={"new_parent_id": low}).status_code == 409
    assert calls.put(f"projects/{middle}/move", new_parent_id=-1)["parent_project_id"] is None
    assert calls.request("PUT", f"projects/{low}/move", params={"new_parent_id": 9999}).status_code == 404
    assert calls.request("PUT", f"projects/{low}/move").status_code == 422


@pytest.mark.parametrize(("kind", "rules"), [
    *RULES.items(), ("RGB", {**RULES["RGB"], "num_bands": 4, "format": "JPEG", "srid": 25833, "cell_size": [0.1, 0.1]}),
    ("raster", None), ("raster", {"format": "PDF"}), ("image", None), ("point_cloud", None)])
def test_rules_that_fit_the_type(calls: PixelCalls, project: str, kind: str, rules: dict[str, Any] | None) -> None:
    answer = make(calls, project, data_collection_type=kind, **({"raster_info": rules} if rules else {}))
    assert answer.status_code == 200, answer.text
    assert (answer.json()["data_collection_type"], answer.json()["raster_info"]) == (kind, rules)


@pytest.mark.needs_assumed("pixel A7")
@pytest.mark.parametrize(("kind", "rules"), [
    *[(kind, {name: value for name, value in rules.items() if name != left})
      for kind, rules in RULES.items() for left in rules],
    ("RGB", {**RULES["RGB"], "data_type": "uint16"}), ("RGB", {**RULES["RGB"], "num_bands": 1}),
    ("RGB", {**RULES["RGB"], "format": "PNG"}), ("DTM", {**RULES["DTM"], "format": "JPEG"}),
    ("DTM", {**RULES["DTM"], "data_type": "uint8"}), ("DSM", {**RULES["DSM"], "num_bands": 3}), ("RGB", None),
    ("raster", {"format": "ECW"}), ("raster", {"cell_size": [0.1]}), ("raster", {"cell_size": [0, 1]}),
    ("image", {"srid": 25833}), ("point_cloud", {"format": "GTiff"}), ("rgb", RULES["RGB"])])
def test_rules_that_do_not_fit_the_type(calls: PixelCalls, project: str, kind: str,
                                        rules: dict[str, Any] | None) -> None:
    answer = make(calls, project, data_collection_type=kind, **({"raster_info": rules} if rules else {}))
    assert answer.status_code == 422
    assert calls.get(f"projects/{project}/data_collections/") == []


def test_data_collections_are_listed_changed_and_moved(calls: PixelCalls, project: str) -> None:
    other = calls.project("Tunnels")
    image = make(calls, project, data_collection_type="image", tags=["spring"]).json()
    raster = make(calls, project, data_collection_type="RGB", raster_info=RULES["RGB"]).json()
    here = f"projects/{project}/data_collections/"
    assert [one["id"] for one in calls.get(here)] == [image["id"], raster["id"]]
    assert [one["id"] for one in calls.get(here, data_collection_type="RGB")] == [raster["id"]]
    assert calls.request("GET", here, params={"data_collection_type": "rgb"}).status_code == 422
    changed = calls.put(f"{here}{image['id']}", {"description": "oblique", "add_tags": ["2025"]})
    assert (changed["description"], changed["tags"], changed["name"]) == ("oblique", ["spring", "2025"], "May")
    moved = calls.put(f"{here}{image['id']}/move", new_project_id=other)
    assert moved["project_id"] == int(other)
    assert not calls.there(f"{here}{image['id']}")
    assert calls.there(f"projects/{other}/data_collections/{image['id']}")


@pytest.mark.needs_assumed("pixel A19")
def test_a_data_collection_is_deleted_and_restored(calls: PixelCalls, project: str) -> None:
    one = make(calls, project, data_collection_type="image").json()
    here = f"projects/{project}/data_collections/"
    assert calls.request("POST", f"{here}{one['id']}/restore").status_code == 409
    assert calls.sent("DELETE", f"{here}{one['id']}")["id"] == one["id"]
    assert (calls.get(here), calls.there(f"{here}{one['id']}")) == ([], False)
    assert calls.request("DELETE", f"{here}{one['id']}").status_code == 404
    deleted = calls.get(f"{here}deleted")
    assert [each["id"] for each in deleted] == [one["id"]] and deleted[0]["deleted_at"]
    assert calls.post(f"{here}{one['id']}/restore")["deleted_at"] is None
    assert calls.get(f"{here}deleted") == [] and len(calls.get(here)) == 1


@pytest.mark.needs_assumed("pixel A19")
def test_a_deleted_project_hides_what_is_in_it_without_marking_it(calls: PixelCalls, project: str) -> None:
    child = calls.project("Pier", parent_project_id=int(project))
    one = make(calls, child, data_collection_type="image").json()
    calls.sent("DELETE", f"projects/{project}")
    assert calls.get("projects/") == []
    assert [str(each["id"]) for each in calls.get("projects/deleted")] == [project]
    assert not calls.there(f"projects/{child}")
    assert not calls.there(f"projects/{child}/data_collections/{one['id']}")
    assert calls.request("POST", f"projects/{child}/restore").status_code == 404
    calls.post(f"projects/{project}/restore")
    assert calls.request("POST", f"projects/{project}/restore").status_code == 409
    assert calls.there(f"projects/{child}/data_collections/{one['id']}")


def test_after_sixty_days_nothing_can_be_restored(sandbox: SandboxProcess, project: str) -> None:
    calls = PixelCalls(sandbox)
    place = f"projects/{project}/data_collections/{make(calls, project, data_collection_type='image').json()['id']}"
    kept = calls.project("Kept")
    collection = make(calls, kept, data_collection_type="image").json()["id"]
    sandbox.control("POST", "pixel/images", {"collection": collection, "count": 3})
    calls.sent("DELETE", f"projects/{project}")
    sandbox.advance(59 * DAY)
    calls.log_in()
    calls.post(f"projects/{project}/restore")
    assert calls.there(place)
    calls.sent("DELETE", place)
    calls.sent("DELETE", f"projects/{kept}/data_collections/{collection}")
    sandbox.advance(60 * DAY + 1)
    calls.log_in()
    assert calls.get(f"projects/{project}/data_collections/deleted") == []
    assert calls.request("POST", f"{place}/restore").status_code == 404
    found = sandbox.control("GET", "pixel")
    assert (found["projects"], found["collections"], found["images"]) == (2, 0, 0)


def test_what_is_under_another_parent_is_not_there(calls: PixelCalls, project: str) -> None:
    other = calls.project("Tunnels")
    one = make(calls, project, data_collection_type="image").json()
    for method in ("GET", "DELETE"):
        answer = calls.request(method, f"projects/{other}/data_collections/{one['id']}")
        assert (answer.status_code, "detail" in answer.json()) == (404, True)
    assert calls.request("GET", "projects/abc").status_code == 404
