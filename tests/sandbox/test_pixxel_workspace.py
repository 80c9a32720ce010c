"""Keys, projects, satellites and bandsets of the sandbox's Pixxel."""

from __future__ import annotations

import pytest
import requests
from sandbox_pixxel import CROPS, FOREIGN, TD2, WATER, PixxelCalls
from sandbox_process import SandboxProcess


@pytest.fixture
def calls(sandbox: SandboxProcess) -> PixxelCalls:
    return PixxelCalls(sandbox)


def test_ping_needs_no_key(sandbox: SandboxProcess) -> None:
    answer = requests.get(sandbox.ready["pixxel"]["root"] + "ping", timeout=60)
    assert (answer.status_code, answer.json()) == (200, "pong")


@pytest.mark.parametrize(("header", "status", "code"), [
    (None, 403, "forbidden"), ("sandbox-pixxel-key", 200, ""), ("Bearer sandbox-pixxel-key", 200, ""),
    ("bearer  sandbox-pixxel-key", 200, ""), ("Basic abc", 401, "unauthorized"), ("Bearer", 401, "unauthorized"),
    ("", 401, "unauthorized"), ("nobody", 403, "forbidden"), ("Bearer nobody", 403, "forbidden"),
    ("sandbox-pixxel-expired-key", 403, "forbidden")], ids=range(10))  # a key in a name would get into logs
def test_keys_are_taken_bare_and_after_bearer(sandbox: SandboxProcess, header: str | None, status: int,
                                              code: str) -> None:
    headers = {"Authorization": header} if header is not None else {}
    answer = requests.get(sandbox.ready["pixxel"]["root"] + "v0/projects", headers=headers, timeout=60)
    assert answer.status_code == status
    assert answer.json().get("error", {}).get("code", "") == code


def test_a_sandbox_that_takes_one_spelling_refuses_the_other(sandbox: SandboxProcess, calls: PixxelCalls) -> None:
    sandbox.settings(pixxel_key_form="bearer")
    assert calls.error(401, "GET", "v0/projects")["code"] == "unauthorized"
    calls.session.headers["Authorization"] = "Bearer " + calls.ready["api_key"]
    assert calls.get("v0/projects")["count"] == 2
    sandbox.settings(pixxel_key_form="bare")
    calls.error(401, "GET", "v0/projects")


def test_a_revoked_key_is_refused(sandbox: SandboxProcess, calls: PixxelCalls) -> None:
    sandbox.control("POST", "pixxel/keys", {"key": calls.ready["api_key"], "revoked": True})
    assert calls.error(403, "GET", "v0/projects")["code"] == "forbidden"
    sandbox.reset()
    assert calls.get("v0/projects")["count"] == 2


def test_projects_are_listed_by_pages_and_shown(sandbox: SandboxProcess, calls: PixxelCalls) -> None:
    both = calls.get("v0/projects")
    assert [one["id"] for one in both["projects"]] == [CROPS, WATER]
    assert both["projects"][0]["members_count"] == 3
    second = calls.get("v0/projects", page_num=2, page_size=1)
    assert (second["count"], [one["id"] for one in second["projects"]]) == (2, [WATER])
    shown = calls.get(f"v0/projects/{WATER}")["project"]
    assert shown["title"] == "Fjord water" and "members_count" not in shown
    assert calls.error(403, "GET", f"v0/projects/{FOREIGN}")["code"] == "forbidden"
    assert calls.error(404, "GET", "v0/projects/00000000-0000-4000-8000-000000000000")["code"] == "not_found"
    assert calls.error(400, "GET", "v0/projects/crops")["code"] == "bad_request"
    assert calls.error(400, "GET", "v0/projects", params={"page_num": 0})["details"][0]["field"] == "page_num"
    assert calls.error(400, "GET", "v0/projects", params={"page_size": "many"})["code"] == "bad_request"


def test_a_key_sees_its_own_projects_only(sandbox: SandboxProcess) -> None:
    second = PixxelCalls(sandbox, sandbox.ready["pixxel"]["second_key"])
    assert [one["id"] for one in second.get("v0/projects")["projects"]] == [WATER]
    second.error(403, "GET", f"v0/projects/{CROPS}")


def test_satellites_tell_their_bands(calls: PixxelCalls) -> None:
    satellites = {one["id"]: one for one in calls.get("v0/satellites")["satellites"]}
    own = satellites[TD2]
    assert own["name"] == "Pixxel-TD2" and len(own["bands"]) == 31
    assert own["bands"][16] == {"name": "B017", "wavelength": 690.0, "scale": 2e-5, "offset": 0,
                                "spatial_resolution": 10}
    assert own["rgb_composite"] == {"red": "B015", "green": "B008", "blue": "B003"}
    assert {each["provider"] for one in satellites.values() for each in one["collections"]} == {"pixxel", "planetary"}
    sets = calls.get("v0/bandsets")["bandsets"]
    assert [one["captures"] for one in sets] == [2, 1, 1]
    assert sets[0]["bands"][0] == {"name": "B001", "wavelength": 450.0}


@pytest.mark.needs_assumed("pixxel P05", "pixxel P06")
def test_trouble_that_is_asked_for_comes_in_the_envelope(sandbox: SandboxProcess, calls: PixxelCalls) -> None:
    sandbox.fault(kind="status", status=429, retry_after=2, operation="listProjects")
    answer = calls.request("GET", "v0/projects")
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "2")
    assert answer.json()["error"]["code"] == "rate_limited"
    assert calls.get("v0/projects")["count"] == 2
    sandbox.fault(kind="status", status=503, operation="listProjects")
    assert calls.error(503, "GET", "v0/projects")["code"] == "internal_error"


def test_what_is_no_json_or_no_path_is_told(calls: PixxelCalls) -> None:
    wrong = {"Content-Type": "application/json"}
    assert calls.error(400, "POST", "v0/orders", data=b"{", headers=wrong)["code"] == "bad_request"
    assert calls.error(415, "POST", "v0/orders", data=b"a=b", headers={"Content-Type": "text/plain"})
    assert calls.error(404, "GET", "v0/nothing")["code"] == "not_found"
    assert calls.error(405, "DELETE", "v0/projects")["code"] == "bad_request"
