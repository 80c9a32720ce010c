"""Access, share tokens and the pages that they open in the sandbox's PIX4D."""

from __future__ import annotations

from typing import Any

import pytest
import requests
from sandbox_pix4d import ACCESS, PROJECTS, TOKENS, Pix4dCalls
from sandbox_process import SandboxProcess

NOBODY = "5c1e0b7e-3f54-4d0a-9a51-7d2f6a9c4e10"


@pytest.fixture
def calls(sandbox: SandboxProcess) -> Pix4dCalls:
    return Pix4dCalls(sandbox)


@pytest.fixture
def other(sandbox: SandboxProcess) -> Pix4dCalls:
    return Pix4dCalls(sandbox, second=True)


def status(calls: Pix4dCalls, method: str, path: str, body: Any = None) -> int:
    return calls.request(method, path, json=body).status_code


# ---------------------------------------------------------------------- access
def members(calls: Pix4dCalls, place: str, **query: Any) -> list[tuple[str, str, str]]:
    return [(one["first_name"], one["role"], one["access_type"])
            for one in calls.get(f"{ACCESS}{place}/", **query)["results"]]


@pytest.fixture
def folder(calls: Pix4dCalls) -> str:
    return "folder/" + calls.folder("Alps")


def test_members_and_their_roles(calls: Pix4dCalls, folder: str) -> None:
    top = f"organization/{calls.organization}"
    assert members(calls, top) == [("Ivo", "MANAGER", "DIRECT"), ("Lena", "EDITOR", "DIRECT"),
                                   ("Nora", "OWNER", "DIRECT")]
    assert members(calls, folder)[0] == ("Ivo", "MANAGER", "ORGANIZATION")
    assert members(calls, top, name="COSTA") == [("Lena", "EDITOR", "DIRECT")]
    assert [one[0] for one in members(calls, top, role=["OWNER", "EDITOR"])] == ["Lena", "Nora"]
    assert calls.get(f"{ACCESS}{top}/", page_size=2)["count"] == 3
    assert calls.request("GET", f"{ACCESS}{top}/", params={"role": "KING"}).status_code == 400
    mine = calls.get(f"{ACCESS}{folder}/details/")
    assert (mine["role"], mine["access_type"], mine["resource_type"]) == ("OWNER", "ORGANIZATION", "folder")


def test_roles_that_can_be_given(calls: Pix4dCalls, folder: str) -> None:
    top = f"organization/{calls.organization}"
    assert calls.get(f"{ACCESS}{top}/assignable_roles/")["roles"] == ["OWNER", "MANAGER", "EDITOR", "READER"]
    path = f"{ACCESS}{folder}/assignable_roles/"
    assert calls.get(path)["roles"] == ["MANAGER", "EDITOR", "READER"]
    lena = next(one["accessor_uuid"] for one in calls.get(f"{ACCESS}{top}/")["results"] if one["role"] == "EDITOR")
    assert calls.get(path, assignee_uuid=lena)["roles"] == ["MANAGER", "EDITOR"]


def test_inviting_and_removing(sandbox: SandboxProcess, calls: Pix4dCalls, other: Pix4dCalls, folder: str) -> None:
    path = f"{ACCESS}{folder}/invitations/"
    body = {"invitees": ["guest@example.com", "Mats.Visser@example.org"], "role": "READER", "resource_name": "Alps",
            "redirect_url": "https://cloud.pix4d.com/"}
    answer = calls.request("POST", path, json=body)
    assert answer.status_code == 201
    invited, member = answer.json()
    assert (invited["email"], invited["invitation_status"]) == ("guest@example.com", "pending")
    assert (member["first_name"], member["access_type"]) == ("Mats", "DIRECT")
    assert [one["uuid"] for one in calls.get(path)["results"]] == [invited["uuid"]]
    assert calls.get(path, name="guest", role="OWNER")["count"] == 0
    assert other.names("folder", folder.partition("/")[2]) == []
    again = calls.post(path, {**body, "role": "EDITOR"})
    assert [one["role"] for one in again] == ["EDITOR", "EDITOR"]
    assert [again[0]["uuid"], again[1]["accessrole_uuid"]] == [invited["uuid"], member["accessrole_uuid"]]
    sandbox.advance(31 * 24 * 3600)
    calls, other = Pix4dCalls(sandbox), Pix4dCalls(sandbox, second=True)
    assert calls.get(path)["count"] == 0
    membership = f"{ACCESS}{folder}/memberships/{member['accessrole_uuid']}/"
    assert status(other, "DELETE", membership) == 403
    assert status(calls, "DELETE", membership) == 204
    assert not other.there(f"common/api/v4/drive/{folder}/")


@pytest.mark.parametrize("change", [
    {"invitees": []}, {"invitees": ["nobody"]}, {"invitees": [f"a{number}@example.com" for number in range(501)]},
    {"role": "KING"}, {"role": "OWNER"}, {"redirect_url": "http://cloud.pix4d.com/"},
    {"redirect_url": "https://example.com/pix4d.com"}])
def test_invitations_that_are_refused(calls: Pix4dCalls, folder: str, change: dict[str, Any]) -> None:
    body = {"invitees": ["guest@example.com"], "role": "READER", **change}
    assert status(calls, "POST", f"{ACCESS}{folder}/invitations/", body) == 400
    assert calls.get(f"{ACCESS}{folder}/invitations/")["count"] == 0


def test_removals_that_are_refused(calls: Pix4dCalls, folder: str) -> None:
    top = f"organization/{calls.organization}"
    roles = {one["role"]: one["accessrole_uuid"] for one in calls.get(f"{ACCESS}{top}/")["results"]}
    assert status(calls, "DELETE", f"{ACCESS}{top}/memberships/{roles['OWNER']}/") == 403
    assert status(calls, "DELETE", f"{ACCESS}{top}/memberships/{NOBODY}/") == 403
    assert status(calls, "DELETE", f"{ACCESS}{folder}/memberships/{roles['EDITOR']}/") == 400
    assert status(calls, "DELETE", f"{ACCESS}{top}/memberships/{roles['EDITOR']}/") == 204
    assert [one[0] for one in members(calls, top)] == ["Ivo", "Nora"]


def test_a_resource_that_is_not_there_is_forbidden(calls: Pix4dCalls, other: Pix4dCalls, folder: str) -> None:
    for below in ("", "details/", "assignable_roles/", "invitations/"):
        assert status(calls, "GET", f"{ACCESS}folder/{NOBODY}/{below}") == 403
        assert status(other, "GET", f"{ACCESS}{folder}/{below}") == 403
    body = {"invitees": ["guest@example.com"], "role": "READER"}
    assert status(other, "POST", f"{ACCESS}{folder}/invitations/", body) == 403


# ---------------------------------------------------------------------- share tokens
@pytest.fixture
def project(calls: Pix4dCalls) -> dict[str, Any]:
    return calls.project("Quarry")


def share(calls: Pix4dCalls, project: dict[str, Any], **members: Any) -> dict[str, Any]:
    answer = calls.request("POST", TOKENS, json={"type": "Project", "type_id": project["id"], **members})
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    return made


def test_a_token_writes_unless_told_otherwise(calls: Pix4dCalls, project: dict[str, Any]) -> None:
    assert share(calls, project)["write"] is True
    made = share(calls, project, write=False)
    assert (made["write"], made["enabled"], made["type_id"]) == (False, True, project["id"])


def test_tokens_are_listed_changed_and_deleted(calls: Pix4dCalls, other: Pix4dCalls, project: dict[str, Any]) -> None:
    first, second = share(calls, project), share(calls, project, write=False, enabled=False)
    query = {"type": "Project", "type_id": project["id"]}
    assert calls.get(TOKENS, **query)["results"] == [first, second]
    assert calls.get(TOKENS, enabled="false", **query)["results"] == [second]
    assert calls.get(TOKENS, write="true", owner_uuid=calls.organization)["results"] == [first]
    assert calls.request("GET", TOKENS).status_code == 400
    path = f"{TOKENS}{first['token']}/"
    assert calls.get(path) == {**first, "created_by": calls.get("common/api/v3/me/")["uuid"]}
    assert calls.sent("PATCH", path, json={"enabled": False, "write": False})["enabled"] is False
    calls.sent("PATCH", TOKENS, json={**query, "enabled": True})
    assert [one["enabled"] for one in calls.get(TOKENS, **query)["results"]] == [True, True]
    for method in ("GET", "PATCH", "DELETE"):
        assert status(other, method, path, {}) == 404
    assert other.get(TOKENS, **query)["count"] == 0
    assert status(calls, "DELETE", path) == 204
    assert status(calls, "GET", path) == status(calls, "DELETE", path) == 404
    for body in ({"type": "Project", "type_id": 1}, {"type": "Folder", "type_id": project["id"]}, {"type": "Project"}):
        assert status(calls, "POST", TOKENS, body) == 400


def test_a_share_token_opens_a_project_to_others(sandbox: SandboxProcess, calls: Pix4dCalls, other: Pix4dCalls,
                                                 project: dict[str, Any]) -> None:
    token = share(calls, project, write=False)["token"]
    path = f"{PROJECTS}{project['id']}/"
    for below in ("", "outputs/", "s3_credentials/"):
        assert not other.there(path + below)
        assert other.request("GET", path + below, params={"shareToken": token}).status_code == 200
    calls.sent("PATCH", f"{TOKENS}{token}/", json={"enabled": False})
    assert other.request("GET", path, params={"shareToken": token}).status_code == 403
    assert all(token not in one["path"] for one in sandbox.log(operation="getProject"))


# ---------------------------------------------------------------------- pages
REFERER = {"Referer": "http://localhost:8080/page.html"}


def opened(sandbox: SandboxProcess, path: str, token: str, headers: dict[str, str] | None = None,
           **query: str) -> requests.Response:
    return requests.get(sandbox.ready["pix4d"]["root"] + path, params={"shareToken": token, **query},
                        headers=REFERER if headers is None else headers, timeout=30)


def test_pages_of_a_dataset(sandbox: SandboxProcess, calls: Pix4dCalls, project: dict[str, Any]) -> None:
    token, path = share(calls, project, write=False)["token"], f"cloud/default/dataset/{project['id']}"
    plain = opened(sandbox, path, token)
    assert plain.status_code == 200 and plain.headers["Content-Type"].startswith("text/html")
    shown = opened(sandbox, path + "/model", token, lang="ja", theme="light").text
    assert 'lang="ja"' in shown and 'data-view="model"' in shown and 'data-theme="light"' in shown
    for headers in ({}, {"Referer": "https://example.com/"}, {"Referer": "https://localhost.example.com/"}):
        assert opened(sandbox, path, token, headers).status_code == 403
    assert opened(sandbox, path, NOBODY).status_code == 403
    assert opened(sandbox, path, token, lang="xx").status_code == 403
    assert opened(sandbox, path + "/street", token).status_code == 404
    public = opened(sandbox, f"dataset/{project['id']}/map", token, {})
    assert public.status_code == 200 and "Quarry" in public.text
    calls.sent("PATCH", f"{TOKENS}{token}/", json={"enabled": False})
    assert opened(sandbox, path, token).status_code == 403
    assert opened(sandbox, f"dataset/{project['id']}/map", token, {}).status_code == 403


def test_pages_of_a_site(sandbox: SandboxProcess, calls: Pix4dCalls, project: dict[str, Any]) -> None:
    site = calls.site("Pit")
    inside = calls.project("inside", parent_type="project_group", parent_uuid=site["uuid"])
    token = calls.post(TOKENS, {"type": "ProjectGroup", "type_id": site["id"], "write": False})["token"]
    path = f"cloud/default/site/{site['id']}/dataset/"
    for below in ("", "/map", "/model"):
        assert opened(sandbox, f"{path}{inside['id']}{below}", token).status_code == 200
        assert opened(sandbox, f"{path}{project['id']}{below}", token).status_code == 403
    assert opened(sandbox, f"cloud/default/site/1/dataset/{inside['id']}", token).status_code == 403
