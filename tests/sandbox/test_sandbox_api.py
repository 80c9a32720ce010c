"""Conventions of the API: keys, pages, errors, paths (sections 2 to 5 of the notes)."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from sandbox_picterra import PicterraCalls
from sandbox_process import SandboxProcess


@pytest.mark.parametrize("status", [401, 403])
def test_a_wrong_key(sandbox: SandboxProcess, status: int) -> None:
    sandbox.settings(bad_key_status=status)
    for key in ("", "wrong"):
        answer = PicterraCalls(sandbox, key).request("GET", "users/me/")
        assert (answer.status_code, answer.json()) == (status, {"detail": "No valid API key was supplied."})


def test_header_names_are_case_insensitive(picterra: PicterraCalls) -> None:
    answer = requests.get(picterra.root + "users/me/", headers={"x-api-key": picterra.key}, timeout=30)
    assert answer.json()["organization_name"] == "Alpine Survey Co-op"


def test_other_accounts_see_nothing(picterra: PicterraCalls, second: PicterraCalls) -> None:
    folder, detector = picterra.post("folders/", {"name": "f"})["id"], picterra.detector()
    raster = picterra.post("rasters/upload/file/", {"name": "r", "folder_id": folder})["raster_id"]
    for path in (f"folders/{folder}/", f"detectors/{detector}/", f"rasters/{raster}/",
                 f"authorization/grants/folder/{folder}/"):
        assert picterra.request("GET", path).status_code == 200
        assert second.request("GET", path).status_code == 404
    assert second.get("folders/")["count"] == second.get("detectors/")["count"] == 0


def test_what_is_shared_can_be_seen_and_not_changed(picterra: PicterraCalls, second: PicterraCalls,
                                                    sandbox: SandboxProcess) -> None:
    me = {one["name"]: one for one in sandbox.control("GET", "picterra")["accounts"]}
    detector = picterra.detector("shared")
    own = second.detector("own")

    def share(kind: str, grantee: str, role: str) -> None:
        grants = {"grants": [{"grantee": {"type": kind, "id": grantee}, "role": role}]}
        assert picterra.post(f"authorization/grants/detector/{detector}/", grants) == grants
        assert picterra.get(f"authorization/grants/detector/{detector}/") == grants

    share("user", me["second"]["user_id"], "viewer")
    assert [one["id"] for one in second.get("detectors/")["results"]] == [own, detector]
    assert [one["id"] for one in second.get("detectors/", is_shared="True")["results"]] == [detector]
    assert [one["id"] for one in second.get("detectors/", is_shared="False")["results"]] == [own]
    body = {"name": "mine", "configuration": {}}
    answer = second.request("PUT", f"detectors/{detector}/", json=body)
    assert (answer.status_code, list(answer.json())) == (403, ["detail"])
    share("organization", me["second"]["organization_id"], "editor")
    second.change("PUT", f"detectors/{detector}/", body)
    assert picterra.get(f"detectors/{detector}/")["name"] == "mine"


def test_the_plan_forbids_settings(second: PicterraCalls) -> None:
    body = {"configuration": {"training_steps": 800, "backbone": "resnet18"}}
    answer = second.request("POST", "detectors/", json=body)
    assert (answer.status_code, answer.json()) == (403, {
        "detail": "Your plan does not allow changing backbone, training_steps."})
    detector = second.detector(training_steps=500, detection_type="segmentation")
    answer = second.request("PUT", f"detectors/{detector}/", json={"configuration": {"tile_size": 512}})
    assert answer.status_code == 403
    assert second.get(f"detectors/{detector}/")["configuration"]["tile_size"] == 256


# ------------------------------------------------------------------ pages
def test_pages(picterra: PicterraCalls, sandbox: SandboxProcess) -> None:
    sandbox.control("POST", "picterra/rasters", {"count": 41})
    page: dict[str, Any] | None = picterra.get("rasters/", page_number=1, search="raster", page_size=7)
    names, before = [], None
    while page is not None:
        assert (page["count"], page["page_size"]) == (41, 20)
        names += [one["name"] for one in page["results"]]
        if page["previous"] is not None:
            assert picterra.get(page["previous"])["results"][0]["name"] == before
        before = page["results"][0]["name"]
        if page["next"] is None:
            break
        parts = urlsplit(page["next"])
        assert f"{parts.scheme}://{parts.netloc}" == sandbox.address
        assert parse_qs(parts.query)["search"] == ["raster"]
        page = picterra.get(page["next"])
    assert names == [f"raster {number:05d}" for number in range(41, 0, -1)]


def test_the_next_address_follows_the_host_header(picterra: PicterraCalls, sandbox: SandboxProcess) -> None:
    sandbox.control("POST", "picterra/rasters", {"count": 21})
    answer = picterra.request("GET", "rasters/", headers={"Host": "imagery.example:1234"})
    assert answer.json()["next"].startswith("http://imagery.example:1234/public/api/v2/rasters/?")


def test_filters_are_kept_encoded(picterra: PicterraCalls, sandbox: SandboxProcess) -> None:
    sandbox.control("POST", "picterra/rasters", {"count": 25, "name": "a+b & c"})
    page = picterra.get("rasters/", search="a+b & c", captured_after="2019-01-01T00:00:00+02:00")
    assert page["count"] == picterra.get(page["next"])["count"] == 25


@pytest.mark.parametrize(("number", "status"), [("1", 200), ("2", 200), ("3", 404), ("0", 404), ("-1", 404),
                                                ("x", 404), ("1.5", 404), ("", 200)])
def test_page_numbers(picterra: PicterraCalls, sandbox: SandboxProcess, number: str, status: int) -> None:
    sandbox.settings(page_size=2)
    for name in "abc":
        picterra.post("folders/", {"name": name})
    assert picterra.request("GET", "folders/", params={"page_number": number}).status_code == status


def test_an_empty_list_has_one_page(picterra: PicterraCalls) -> None:
    assert picterra.get("detectors/", page_number=1) == {"count": 0, "next": None, "previous": None, "page_size": 20,
                                                         "results": []}
    assert picterra.request("GET", "detectors/?page_number=2").status_code == 404


def test_a_list_shows_what_was_changed_in_between(picterra: PicterraCalls) -> None:
    first = picterra.detector("a")
    assert picterra.get("detectors/", search="a")["count"] == 1
    picterra.change("PUT", f"detectors/{first}/", {"name": "b", "configuration": {}})
    assert picterra.get("detectors/", search="a")["count"] == 0


# ------------------------------------------------------------------ paths and bodies
def test_a_missing_slash(picterra: PicterraCalls) -> None:
    answer = picterra.request("GET", "folders?search=x%20y")
    assert (answer.status_code, answer.headers["Location"]) == (301, picterra.root + "folders/?search=x%20y")
    assert picterra.request("POST", "folders", json={"name": "x"}).status_code == 404


def test_doubled_slashes_count_as_one(picterra: PicterraCalls) -> None:
    assert picterra.request("GET", "folders//").status_code == 200


@pytest.mark.parametrize(("method", "path", "status"), [
    ("GET", "nothing/", 404), ("DELETE", "folders/", 405), ("PATCH", "detectors/x/", 405), ("GET", "rasters/x/", 404),
    ("POST", "detectors/x/training_rasters/y/circle/upload/bulk/", 404),
    ("GET", "authorization/grants/raster/x/", 404)])
def test_unknown_paths_and_methods(picterra: PicterraCalls, method: str, path: str, status: int) -> None:
    answer = picterra.request(method, path)
    assert (answer.status_code, list(answer.json())) == (status, ["detail"])


@pytest.mark.parametrize(("media_type", "body", "status"), [
    ("application/x-www-form-urlencoded", "name=x", 415), ("application/json", "{name", 400),
    ("application/json", "[]", 400), ("application/json", "", 400),
    ("application/json; charset=utf-8", '{"name": "é"}', 201)])
def test_bodies(picterra: PicterraCalls, media_type: str, body: str, status: int) -> None:
    answer = picterra.request("POST", "folders/", data=body.encode(), headers={"Content-Type": media_type})
    assert answer.status_code == status


def test_unknown_fields_are_ignored(picterra: PicterraCalls) -> None:
    body = {"name": "x", "configuration": {"colour": 3, "training_steps": 600}, "shape": []}
    detector = picterra.post("detectors/", body)["id"]
    assert "colour" not in picterra.get(f"detectors/{detector}/")["configuration"]


def test_a_null_makes_the_server_fail_where_it_is_known_to(picterra: PicterraCalls) -> None:
    detector = picterra.detector()
    body = {"raster_id": "x", "secondary_raster_id": None}
    assert picterra.request("POST", f"detectors/{detector}/run/", json=body).status_code == 500


# ------------------------------------------------------------------ throttle, assumed members
def test_throttling(sandbox: SandboxProcess, picterra: PicterraCalls, second: PicterraCalls) -> None:
    sandbox.settings(throttle_requests=3)
    assert [picterra.request("GET", "folders/").status_code for _ in range(4)] == [200, 200, 200, 429]
    answer = picterra.request("POST", "folders/", json={"name": "x"})
    assert answer.status_code == 429 and 1 <= int(answer.headers["Retry-After"]) <= 60
    assert second.request("GET", "folders/").status_code == 200
    sandbox.advance(61)
    assert picterra.get("folders/")["count"] == 0


def test_nothing_assumed_is_left_when_it_is_dropped(sandbox: SandboxProcess, picterra: PicterraCalls,
                                                    second: PicterraCalls) -> None:
    sandbox.settings(drop_assumed=True, throttle_requests=30)
    for calls in (picterra, second):
        del calls.session.headers["X-Sandbox-Whole"]
    sandbox.control("POST", "picterra/rasters", {"count": 1})
    raster = picterra.get("rasters/")["results"][0]
    assert sorted(raster) == ["folder_id", "id", "name", "status"]
    record = picterra.get(f"rasters/{raster['id']}/")
    assert not {"type", "cloud_coverage", "user_tag"} & set(record) and "footprint" in record
    picterra.detector()
    assert sorted(picterra.get("detectors/")["results"][0]) == ["configuration", "id", "name"]
    assert picterra.request("GET", "rasters/x/").json() == {}
    assert picterra.request("POST", "detectors/", json={"configuration": {"tile_size": 1}}).json() == {}
    while (answer := second.request("GET", "folders/")).status_code == 200:
        continue
    assert (answer.status_code, answer.json(), "Retry-After" in answer.headers) == (429, {}, False)


# ------------------------------------------------------------------ the log
def test_the_log_names_operation_actor_account_and_test(
    sandbox: SandboxProcess, picterra: PicterraCalls, request: pytest.FixtureRequest
) -> None:
    test = request.node.nodeid
    before = sandbox.last_entry()
    sandbox.actor("algorithms")
    picterra.post("folders/", {"name": "x"})
    sandbox.actor(None)
    picterra.request("GET", "folders/none/")
    first, second = sandbox.log(after=before)
    assert (first["operation"], first["status"], first["actor"], first["test"], first["account"], first["method"]) == (
        "createFolder", 201, "algorithms", test, "first", "POST")
    assert first["bytes_in"] == len(b'{"name": "x"}') and first["bytes_out"] > 0 and first["seconds"] > 0
    assert (second["operation"], second["status"], second["actor"], second["test"]) == ("getFolder", 404, None, test)
    assert [one["operation"] for one in sandbox.log(after=before, status=404)] == ["getFolder"]
    assert sandbox.log(actor="algorithms", test=test, after=before) == [first]
    assert picterra.key not in str(sandbox.log())


def test_an_unknown_actor_is_refused(sandbox: SandboxProcess) -> None:
    with pytest.raises(RuntimeError, match="actor must be"):
        sandbox.actor("somebody")
