"""Tokens of the sandbox's Geodata Pixel, roles, users and plugins."""

from __future__ import annotations

import base64
import json
import uuid
from typing import Any

import pytest
import requests
from sandbox_pixel import OSLO, PixelCalls, name_of
from sandbox_process import SandboxProcess

PROJECT = {"name": "Bridges", "description": "", "area_of_interest": OSLO}


@pytest.fixture
def form(sandbox: SandboxProcess) -> dict[str, str]:
    ready = sandbox.ready["pixel"]
    return {"client_id": "frontend", "username": ready["username"], "password": ready["password"],
            "scope": "openid email profile", "grant_type": "password"}


def ask(sandbox: SandboxProcess, form: dict[str, str], realm: str = "Fjord") -> requests.Response:
    return requests.post(f"{sandbox.address}/realms/{realm}/protocol/openid-connect/token", data=form, timeout=30,
                         allow_redirects=False)


def test_a_token_by_password_and_one_by_refresh_token(sandbox: SandboxProcess, form: dict[str, str]) -> None:
    first = ask(sandbox, form).json()
    assert (first["token_type"], first["expires_in"], first["refresh_expires_in"]) == ("Bearer", 300, 1800)
    claims = first["access_token"].split(".")[1]
    assert json.loads(base64.urlsafe_b64decode(claims + "=="))["preferred_username"] == form["username"]
    second = ask(sandbox, {"client_id": "frontend", "grant_type": "refresh_token",
                           "refresh_token": first["refresh_token"]}).json()
    assert second["access_token"] != first["access_token"]
    for token in (first["access_token"], second["access_token"]):
        found = requests.get(sandbox.ready["pixel"]["root"] + "/users/me", timeout=30,
                             headers={"Authorization": f"Bearer {token}"})
        assert found.json()["username"] == form["username"]
    shown = json.dumps(sandbox.log(operation="getToken"))
    assert form["password"] not in shown and first["refresh_token"] not in shown


@pytest.mark.parametrize(("change", "status", "error"), [
    ({"password": "wrong"}, 401, "invalid_grant"), ({"username": "nobody@fjord.example"}, 401, "invalid_grant"),
    ({"client_id": "plugin"}, 401, "invalid_client"), ({"grant_type": "client_credentials"}, 400,
                                                       "unsupported_grant_type"),
    ({"grant_type": "refresh_token", "refresh_token": "none"}, 400, "invalid_grant")])
def test_a_request_for_a_token_that_is_refused(sandbox: SandboxProcess, form: dict[str, str], change: dict[str, str],
                                               status: int, error: str) -> None:
    answer = ask(sandbox, {**form, **change})
    assert (answer.status_code, answer.json()["error"]) == (status, error)


@pytest.mark.parametrize("realm", ["fjord", "FJORD", "Sea"])
def test_a_realm_in_any_other_spelling_is_not_there(sandbox: SandboxProcess, form: dict[str, str], realm: str) -> None:
    assert ask(sandbox, form, realm).status_code == 404


def test_the_identity_server_is_not_below_the_tenant(sandbox: SandboxProcess, form: dict[str, str]) -> None:
    token = "/realms/Fjord/protocol/openid-connect/token"
    assert requests.post(sandbox.ready["pixel"]["root"] + token, data=form, timeout=30).status_code == 404
    assert requests.get(sandbox.address + "/projects/", timeout=30).status_code == 404
    assert requests.get(sandbox.address + "/Fjord/projects/", timeout=30).status_code == 404


def test_a_disabled_account_can_neither_log_in_nor_go_on(sandbox: SandboxProcess, form: dict[str, str]) -> None:
    calls = PixelCalls(sandbox, "viewer")
    sandbox.control("POST", "pixel/users/viewer", {"enabled": False})
    assert calls.request("GET", "users/me").status_code == 401
    answer = ask(sandbox, {**form, "username": name_of("viewer")})
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_grant")


def test_tokens_end_by_the_clock(sandbox: SandboxProcess, form: dict[str, str]) -> None:
    given = ask(sandbox, form).json()
    again = {"client_id": "frontend", "grant_type": "refresh_token", "refresh_token": given["refresh_token"]}
    headers = {"Authorization": f"Bearer {given['access_token']}"}
    me = sandbox.ready["pixel"]["root"] + "/users/me"
    sandbox.advance(301)
    assert requests.get(me, headers=headers, timeout=30).status_code == 401
    assert ask(sandbox, again).status_code == 200
    sandbox.advance(1500)
    assert ask(sandbox, again).status_code == 400


def test_tokens_are_ended_on_request(sandbox: SandboxProcess, form: dict[str, str]) -> None:
    calls, given = PixelCalls(sandbox), ask(sandbox, form).json()
    again = {"client_id": "frontend", "grant_type": "refresh_token", "refresh_token": given["refresh_token"]}
    sandbox.control("POST", "pixel/tokens/expire")
    assert calls.request("GET", "users/me").status_code == 401
    assert ask(sandbox, again).status_code == 200
    sandbox.control("POST", "pixel/tokens/expire", {"refresh": True})
    assert ask(sandbox, again).status_code == 400
    calls.log_in()
    sandbox.fault(kind="revoke_key", operation="listProjects")
    assert calls.request("GET", "projects/").status_code == 401
    assert calls.request("GET", "projects/").status_code == 401


def test_without_a_token_and_with_a_refresh_token_in_its_place(sandbox: SandboxProcess, form: dict[str, str]) -> None:
    me, given = sandbox.ready["pixel"]["root"] + "/users/me", ask(sandbox, form).json()
    assert requests.get(me, timeout=30).json() == {"detail": "Not authenticated"}
    for token in ("nonsense", given["refresh_token"]):
        assert requests.get(me, timeout=30, headers={"Authorization": f"Bearer {token}"}).status_code == 401


def test_every_answer_repeats_the_request_id(sandbox: SandboxProcess) -> None:
    calls, number = PixelCalls(sandbox), str(uuid.uuid4())
    sandbox.fault(kind="status", operation="listPlugins", status=503)
    for path, status in (("users/me", 200), ("projects/1", 404), ("nothing", 404), ("plugins/", 503)):
        answer = calls.request("GET", path, headers={"X-Request-ID": number})
        assert (answer.status_code, answer.headers["X-Request-ID"]) == (status, number)
    assert uuid.UUID(calls.request("GET", "users/me").headers["X-Request-ID"])


@pytest.mark.needs_assumed("pixel A1")
@pytest.mark.parametrize(("user", "makes", "publishes"), [("viewer", 403, 403), ("creator", 200, 403),
                                                          ("superuser", 200, 200)])
def test_what_each_role_may_do(sandbox: SandboxProcess, user: str, makes: int, publishes: int) -> None:
    calls = PixelCalls(sandbox, user)
    assert calls.request("GET", "projects/").status_code == 200
    assert calls.request("POST", "projects/", json=PROJECT).status_code == makes
    someone = {"first_name": "Per", "last_name": "Dahl", "email": "per.dahl@fjord.example", "password": "p" * 12,
               "user_type": "viewer"}
    assert calls.request("POST", "users/oidc/", json=someone).status_code == publishes
    refused = calls.request("DELETE", "arcgis_services/Image/1").status_code
    assert refused == (404 if publishes == 200 else 403)
    assert calls.request("POST", "search/", json={"on": "images"}).status_code == 200


def test_users_are_made_and_changed(sandbox: SandboxProcess, form: dict[str, str]) -> None:
    calls = PixelCalls(sandbox)
    given = {"first_name": "Per", "last_name": "Dahl", "email": "per.dahl@fjord.example", "password": "first-password",
             "user_type": "viewer"}
    made = calls.post("users/oidc/", given)
    assert (made["username"], made["user_type"], made["enabled"]) == (given["email"], "viewer", True)
    assert "password" not in made
    assert calls.request("POST", "users/oidc/", json=given).status_code == 409
    changed = calls.put(f"users/oidc/{made['id']}/", {"user_type": "creator", "password": "second-password"})
    assert (changed["user_type"], changed["first_name"]) == ("creator", "Per")
    login = {**form, "username": given["email"]}
    assert ask(sandbox, {**login, "password": "first-password"}).status_code == 401
    assert ask(sandbox, {**login, "password": "second-password"}).status_code == 200
    calls.put(f"users/oidc/{made['id']}/", {"enabled": False})
    assert ask(sandbox, {**login, "password": "second-password"}).status_code == 400
    assert calls.request("PUT", "users/oidc/9999/", json={"enabled": True}).status_code == 404
    assert calls.request("PUT", f"users/oidc/{made['id']}", json={"enabled": True}).status_code == 404


def test_me_with_the_projects(sandbox: SandboxProcess) -> None:
    calls = PixelCalls(sandbox)
    project = calls.project("Tunnels")
    assert "projects" not in calls.get("users/me")
    assert [str(one["id"]) for one in calls.get("users/me", extended="true")["projects"]] == [project]


@pytest.mark.needs_assumed("pixel A20")
def test_plugins_are_listed_also_those_switched_off(sandbox: SandboxProcess) -> None:
    calls = PixelCalls(sandbox)
    sandbox.control("POST", "pixel/plugins", {"image_service": False})
    assert {one["name"]: one["enabled"] for one in calls.get("plugins/")} == {
        "optimized_raster": True, "image_service": False}
    sandbox.control("POST", "pixel/plugins", {"image_service": None})
    assert [one["name"] for one in calls.get("plugins/")] == ["optimized_raster"]


@pytest.mark.parametrize("path", ["projects", "plugins", "users/me/", "projects/deleted/", "search/info/",
                                  "arcgis_services/gdo-users/"])
def test_slashes_are_exact_and_nothing_redirects(sandbox: SandboxProcess, path: str) -> None:
    answer = PixelCalls(sandbox).request("GET", path)
    assert (answer.status_code, "Location" in answer.headers) == (404, False)


def test_a_body_on_a_get_is_ignored(sandbox: SandboxProcess) -> None:
    calls: Any = PixelCalls(sandbox)
    assert calls.sent("GET", "projects/", json={}) == []
