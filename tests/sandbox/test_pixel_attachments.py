"""Attachments over HTTP (section 15): announced, filled, completed, listed by state, moved, deleted."""

from __future__ import annotations

from typing import Any

import pytest
import requests
from pixel_sending import fill, md5
from sandbox_pixel import PixelCalls
from sandbox_process import SandboxProcess

PLAN, NOTE = b"%PDF-1.4 the plan of the flight", b"windy"


@pytest.fixture
def calls(sandbox: SandboxProcess) -> PixelCalls:
    return PixelCalls(sandbox)


def announced(calls: PixelCalls, owner: dict[str, Any], files: dict[str, bytes]) -> dict[str, Any]:
    body = {"files": [{"name": name, "description": f"About {name}", "md5": md5(content)}
                      for name, content in files.items()]}
    return {one["name"]: one for one in calls.post("attachments/", body, **owner)}


def owner(kind: str, number: object) -> dict[str, Any]:
    return {"resource_type": kind, "resource_id": number}


def complete(calls: PixelCalls, of: dict[str, Any], number: int, status: str = "Completed") -> requests.Response:
    return calls.request("PUT", "attachments/update", params={**of, "attachment_id": number, "status": status})


def test_a_file_goes_in_and_comes_out_unchanged(calls: PixelCalls) -> None:
    of = owner("project", calls.project())
    one = announced(calls, of, {"plan.pdf": PLAN})["plan.pdf"]
    assert (one["status"], one["description"], one["download_url"]) == ("Pending", "About plan.pdf", None)
    assert fill(one["upload_file_params"], PLAN, "fields").status_code == 204
    done = complete(calls, of, one["id"]).json()
    assert (done["status"], done["upload_file_params"]) == ("Completed", None)
    assert requests.get(done["download_url"], timeout=30).content == PLAN
    assert complete(calls, of, one["id"]).json()["status"] == "Completed"
    assert complete(calls, of, one["id"], "Pending").status_code == 409


def test_they_are_listed_by_state_and_by_owner(calls: PixelCalls) -> None:
    project = calls.project()
    place = calls.collection(project)
    of, other = owner("project", project), owner("data_collection", place.split("/")[1])
    made = announced(calls, of, {"plan.pdf": PLAN, "note.txt": NOTE})
    announced(calls, other, {"plan.pdf": PLAN})
    fill(made["plan.pdf"]["upload_file_params"], PLAN, "fields")
    complete(calls, of, made["plan.pdf"]["id"])
    assert [one["name"] for one in calls.get("attachments/", **of)] == ["plan.pdf", "note.txt"]
    assert [one["name"] for one in calls.get("attachments/", **of, status="Completed")] == ["plan.pdf"]
    pending = calls.get("attachments/", **of, status="Pending")
    assert [one["name"] for one in pending] == ["note.txt"]
    assert fill(pending[0]["upload_file_params"], NOTE, "fields").status_code == 204


@pytest.mark.parametrize(("sent", "status"), [(None, 409), (b"another plan", 409)])
def test_without_the_bytes_that_were_announced_none_is_completed(
        calls: PixelCalls, sent: bytes | None, status: int) -> None:
    of = owner("project", calls.project())
    one = announced(calls, of, {"plan.pdf": PLAN})["plan.pdf"]
    if sent is not None:
        answer = fill(one["upload_file_params"], sent, "fields")
        assert answer.status_code == 400
        assert "BadDigest" in answer.text
    assert complete(calls, of, one["id"]).status_code == status


def test_one_is_moved_and_deleted_for_good(calls: PixelCalls) -> None:
    project = calls.project()
    here, there = owner("project", project), owner("data_collection", calls.collection(project).split("/")[1])
    one = announced(calls, here, {"plan.pdf": PLAN})["plan.pdf"]
    fill(one["upload_file_params"], PLAN, "fields")
    address = complete(calls, here, one["id"]).json()["download_url"]
    moved = calls.put("attachments/move", **here, attachment_id=one["id"], new_resource_type="data_collection",
                      new_resource_id=there["resource_id"])
    assert (moved["resource_type"], moved["resource_id"]) == ("data_collection", int(there["resource_id"]))
    assert calls.get("attachments/", **here) == []
    gone = calls.request("DELETE", "attachments/", params={**here, "attachment_id": one["id"]})
    assert gone.status_code == 404
    assert calls.sent("DELETE", "attachments/", params={**there, "attachment_id": one["id"]})["id"] == one["id"]
    assert calls.get("attachments/", **there) == []
    assert requests.get(address, timeout=30).status_code == 404


def test_names_must_differ_and_the_owner_be_there(calls: PixelCalls) -> None:
    file = {"name": "a", "description": "", "md5": md5(PLAN)}
    of = owner("project", calls.project())
    twice = calls.request("POST", "attachments/", params=of, json={"files": [file, file]})
    assert twice.status_code == 422
    assert calls.request("POST", "attachments/", params=owner("image", 4), json={"files": [file]}).status_code == 404
    assert calls.request("GET", "attachments/", params=owner("raster", 4)).status_code == 422


def test_they_go_with_what_they_belong_to(calls: PixelCalls, sandbox: SandboxProcess) -> None:
    project = calls.project()
    announced(calls, owner("project", project), {"plan.pdf": PLAN})
    calls.sent("DELETE", f"projects/{project}")
    assert calls.request("GET", "attachments/", params=owner("project", project)).status_code == 404
    sandbox.advance(61 * 24 * 3600)
    calls.log_in()
    calls.get("projects/")
    assert sandbox.control("GET", "pixel")["attachments"] == 0


def test_a_viewer_only_looks(calls: PixelCalls, sandbox: SandboxProcess) -> None:
    of = owner("project", calls.project())
    viewer = PixelCalls(sandbox, "viewer")
    assert viewer.get("attachments/", **of) == []
    body = {"files": [{"name": "a", "description": "", "md5": md5(PLAN)}]}
    assert viewer.request("POST", "attachments/", params=of, json=body).status_code == 403
