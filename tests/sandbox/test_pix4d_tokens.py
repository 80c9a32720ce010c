"""Tokens of the sandbox's PIX4D, and the shapes of its refusals."""

from __future__ import annotations

from typing import Any

import pytest
import requests
from sandbox_pix4d import PROJECTS, Pix4dCalls
from sandbox_process import SandboxProcess

ME = "common/api/v3/me/"
LIST = "v1/annotations/?entity_type=Project&entity_id=1"


@pytest.fixture
def form(sandbox: SandboxProcess) -> dict[str, str]:
    ready = sandbox.ready["pix4d"]
    return {"grant_type": "client_credentials", "client_id": ready["client_id"],
            "client_secret": ready["client_secret"], "token_format": "jwt"}


def ask(sandbox: SandboxProcess, **options: Any) -> requests.Response:
    return requests.post(sandbox.ready["pix4d"]["root"] + "oauth2/token/", timeout=30, **options)


def test_a_token_in_all_three_ways(sandbox: SandboxProcess, form: dict[str, str]) -> None:
    multipart = {name: (None, value) for name, value in form.items()}
    for answer in (ask(sandbox, data=form), ask(sandbox, files=multipart), ask(sandbox, params=form)):
        assert answer.status_code == 200, answer.text
        body = answer.json()
        assert (body["token_type"], body["expires_in"]) == ("Bearer", 172800)
        found = requests.get(sandbox.ready["pix4d"]["root"] + ME, timeout=30,
                             headers={"Authorization": f"Bearer {body['access_token']}"})
        assert found.json()["email"] == "nora.keller@example.org"
    paths = [one["path"] for one in sandbox.log(operation="getToken")]
    assert paths and all(form["client_secret"] not in path for path in paths)


@pytest.mark.needs_assumed("pix4d A01")
@pytest.mark.parametrize(("change", "status", "error"), [
    ({"client_secret": "wrong"}, 401, "invalid_client"), ({"client_id": "nobody"}, 401, "invalid_client"),
    ({"grant_type": "password"}, 400, "unsupported_grant_type"), ({"grant_type": ""}, 400, "invalid_request"),
    ({"client_secret": ""}, 400, "invalid_request")])
def test_a_request_for_a_token_that_is_refused(sandbox: SandboxProcess, form: dict[str, str], change: dict[str, str],
                                               status: int, error: str) -> None:
    answer = ask(sandbox, data={**form, **change})
    assert (answer.status_code, answer.json()) == (status, {"error": error})


def test_a_token_ends_by_the_clock(sandbox: SandboxProcess) -> None:
    sandbox.settings(pix4d_token_seconds=600.0)
    calls = Pix4dCalls(sandbox)
    assert calls.there(ME)
    sandbox.advance(601)
    assert calls.request("GET", ME).status_code == 401
    assert Pix4dCalls(sandbox).there(ME)


def test_tokens_can_be_ended_and_accounts_revoked(sandbox: SandboxProcess, form: dict[str, str]) -> None:
    calls = Pix4dCalls(sandbox)
    sandbox.control("POST", "pix4d/tokens/expire")
    assert not calls.there(ME)
    calls = Pix4dCalls(sandbox)
    sandbox.fault(kind="revoke_key", operation="getCurrentUser")
    assert not calls.there(ME)
    assert ask(sandbox, data=form).status_code == 401


@pytest.mark.needs_assumed("pix4d A02", "pix4d A11")
def test_refusals_have_the_shape_of_their_family(sandbox: SandboxProcess) -> None:
    root = sandbox.ready["pix4d"]["root"]
    bare = requests.get(root + ME, timeout=30)
    assert (bare.status_code, bare.headers["WWW-Authenticate"]) == (401, "Bearer")
    assert set(bare.json()) == {"detail"}
    assert requests.get(root + LIST, timeout=30).json() == {"message": "Unauthorized"}
    calls = Pix4dCalls(sandbox)
    assert set(calls.request("GET", PROJECTS + "1/").json()) == {"detail"}
    assert calls.request("GET", "v1/nothing/").json() == {"title": "404 Not Found"}
    assert calls.request("POST", PROJECTS, json={}).json() == {"name": ["This field is required."]}
    wrong = calls.request("GET", "v1/annotations/").json()
    assert wrong["title"] == "Validation Error" and "entity_id" in wrong["errors"]
    page = calls.request("GET", "cloud/default/dataset/1")
    assert page.status_code == 403 and page.headers["Content-Type"].startswith("text/html")


def test_trouble_has_the_shape_of_its_family(sandbox: SandboxProcess) -> None:
    calls = Pix4dCalls(sandbox)
    for operation, path in (("getCurrentUser", ME), ("listAnnotations", LIST)):
        sandbox.fault(kind="status", operation=operation, status=429, retry_after=7)
        answer = calls.request("GET", path)
        assert (answer.status_code, answer.headers["Retry-After"]) == (429, "7")
        assert set(answer.json()) <= {"detail", "message"}
    sandbox.fault(kind="status", operation="createProject", status=503)
    assert calls.request("POST", PROJECTS, json={"name": "x"}).status_code == 503
    assert calls.get(PROJECTS)["count"] == 0
    sandbox.fault(kind="lost", operation="createProject", status=502)
    assert calls.request("POST", PROJECTS, json={"name": "x"}).status_code == 502
    assert calls.get(PROJECTS)["count"] == 1


def test_throttling_is_answered_within_the_contract(sandbox: SandboxProcess) -> None:
    calls = Pix4dCalls(sandbox)
    sandbox.settings(throttle_requests=3)
    statuses = [calls.request("GET", path).status_code for path in (ME, PROJECTS, ME, ME, LIST)]
    assert statuses == [200, 200, 200, 429, 429]


@pytest.mark.needs_assumed("pix4d A03")
def test_the_final_slash_is_needed(sandbox: SandboxProcess) -> None:
    calls = Pix4dCalls(sandbox)
    assert calls.request("GET", PROJECTS.rstrip("/")).status_code == 404
    assert calls.request("POST", PROJECTS.rstrip("/"), json={"name": "x"}).status_code == 404
    assert calls.get(PROJECTS)["count"] == 0


@pytest.mark.needs_assumed("pix4d A66")
def test_a_path_that_was_guessed_wrongly(sandbox: SandboxProcess) -> None:
    calls = Pix4dCalls(sandbox)
    sandbox.settings(pix4d_hidden="getCurrentUser getSeveralS3Credentials")
    assert calls.request("GET", ME).status_code == 404
    assert calls.there("common/api/v3/user/")


def test_who_am_i(sandbox: SandboxProcess) -> None:
    for second, name in ((False, "Alpine Survey Co-op"), (True, "Lowland Mapping")):
        me = Pix4dCalls(sandbox, second).get(ME)
        assert me["default_organization"] == sandbox.control("GET", "pix4d")["organizations"][name]
        assert me["license_per_solution_summary"]["pro"] == "OK"
