"""Trouble on demand does what it says."""

from __future__ import annotations

import json
import threading
import time
from pathlib import Path

import pytest
import requests
from sandbox_images import plain_image
from sandbox_picterra import PicterraCalls
from sandbox_process import SandboxProcess


def test_status_with_retry_after_hits_once(sandbox: SandboxProcess, picterra: PicterraCalls) -> None:
    sandbox.fault(kind="status", operation="listFolders", status=429, retry_after=3)
    first, second = picterra.request("GET", "folders/"), picterra.request("GET", "folders/")
    assert (first.status_code, first.headers["Retry-After"], second.status_code) == (429, "3", 200)


@pytest.mark.parametrize("status", [500, 502, 503])
def test_server_errors_do_not_carry_out_the_request(sandbox: SandboxProcess, picterra: PicterraCalls,
                                                    status: int) -> None:
    sandbox.fault(kind="status", operation="createFolder", status=status)
    assert picterra.request("POST", "folders/", json={"name": "a"}).status_code == status
    assert picterra.get("folders/")["count"] == 0


def test_a_lost_answer_leaves_the_effect(sandbox: SandboxProcess, picterra: PicterraCalls) -> None:
    sandbox.fault(kind="lost", operation="createFolder", status=502)
    assert picterra.request("POST", "folders/", json={"name": "a"}).status_code == 502
    assert [one["name"] for one in picterra.get("folders/")["results"]] == ["a"]


@pytest.mark.parametrize(("kind", "folders"), [("cut", 0), ("lost_cut", 1)])
def test_a_cut_connection(sandbox: SandboxProcess, picterra: PicterraCalls, kind: str, folders: int) -> None:
    sandbox.fault(kind=kind, operation="createFolder")
    with pytest.raises(requests.ConnectionError):
        picterra.request("POST", "folders/", json={"name": "a"})
    assert picterra.get("folders/")["count"] == folders
    assert [one["flags"] for one in sandbox.log(operation="createFolder")][-1] == [f"fault-{kind}", "cut"]


def test_the_answer_is_cut_in_the_middle(sandbox: SandboxProcess, picterra: PicterraCalls, tmp_path: Path) -> None:
    image = plain_image(tmp_path / "a.tif", 400, 400)
    raster = picterra.upload_raster(image)
    address = picterra.get(f"rasters/{raster}/download/")["download_url"]
    sandbox.fault(kind="cut_answer", operation="getBlob", fraction=0.25)
    got = b""
    with (pytest.raises((requests.exceptions.ChunkedEncodingError, requests.ConnectionError)),
          requests.get(address, stream=True, timeout=30) as answer):
        assert answer.headers["Content-Length"] == str(image.stat().st_size)
        for piece in answer.iter_content(1000):
            got += piece
    assert 0 < len(got) <= image.stat().st_size / 4
    assert image.read_bytes().startswith(got)


def test_truncated_and_malformed_json(sandbox: SandboxProcess, picterra: PicterraCalls) -> None:
    sandbox.fault(kind="truncate", operation="getUserInfo")
    sandbox.fault(kind="malformed", operation="listFolders")
    truncated = picterra.request("GET", "users/me/")
    malformed = picterra.request("GET", "folders/")
    whole = picterra.request("GET", "users/me/")
    assert truncated.status_code == malformed.status_code == 200
    assert whole.text.startswith(truncated.text) and len(truncated.text) == len(whole.text) // 2
    for answer in (truncated, malformed):
        with pytest.raises(json.JSONDecodeError):
            json.loads(answer.text)


def test_an_upload_is_cut(sandbox: SandboxProcess, picterra: PicterraCalls) -> None:
    slot = picterra.post("rasters/upload/file/", {"name": "one"})
    sandbox.fault(kind="cut_upload", operation="putBlob", bytes=100_000)
    with pytest.raises(requests.ConnectionError):
        picterra.put(slot["upload_url"], b"x" * 50_000_000)
    assert sandbox.control("GET", "storage")["files"] == []
    assert picterra.put(slot["upload_url"], b"x" * 1000) == 200


def test_an_address_can_be_made_to_expire(sandbox: SandboxProcess, picterra: PicterraCalls) -> None:
    slot = picterra.post("rasters/upload/file/", {"name": "one"})
    sandbox.fault(kind="expired", operation="putBlob")
    assert picterra.put(slot["upload_url"], b"x") == 403
    assert picterra.put(slot["upload_url"], b"x") == 200


def test_a_key_is_revoked_in_the_middle(sandbox: SandboxProcess, picterra: PicterraCalls) -> None:
    sandbox.fault(kind="revoke_key", operation="listFolders", after=1)
    assert [picterra.request("GET", "folders/").status_code for _ in range(3)] == [200, 401, 401]
    assert picterra.request("GET", "users/me/").status_code == 401
    sandbox.control("POST", "picterra/keys", {"key": picterra.key, "revoked": False})
    assert picterra.request("GET", "users/me/").status_code == 200


def test_slow_answers_and_delays_do_not_hold_up_others(sandbox: SandboxProcess, picterra: PicterraCalls) -> None:
    sandbox.fault(kind="slow_answer", operation="getUserInfo", bytes_per_second=100)
    sandbox.fault(kind="delay", operation="listDetectors", seconds=1.5)
    done, before = list[str](), sandbox.last_entry()

    def call(path: str) -> None:
        answer = PicterraCalls(sandbox).request("GET", path)
        done.append(path if answer.status_code == 200 and answer.json() else "bad")

    threads = [threading.Thread(target=call, args=(path,)) for path in ("users/me/", "detectors/")]
    for one in threads:
        one.start()
    deadline = time.monotonic() + 10
    while not sandbox.log(operation="listDetectors", after=before) and time.monotonic() < deadline:
        time.sleep(0.01)
    call("folders/")
    assert done[0] == "folders/"
    for one in threads:
        one.join()
    assert sorted(done) == ["detectors/", "folders/", "users/me/"]


def test_after_and_count_and_path(sandbox: SandboxProcess, picterra: PicterraCalls) -> None:
    sandbox.fault(kind="status", path="/folders/$", method="GET", status=503, after=1, count=2)
    assert [picterra.request("GET", "folders/").status_code for _ in range(5)] == [200, 503, 503, 200, 200]
    assert picterra.request("GET", "detectors/").status_code == 200
    assert sandbox.control("GET", "faults")["faults"][0]["hits"] == 2


def test_trouble_that_waits_for_another_request(sandbox: SandboxProcess, picterra: PicterraCalls) -> None:
    sandbox.fault(operation="listFolders", kind="status", status=503, since="createFolder", count=0)
    assert picterra.get("folders/")["count"] == 0
    picterra.post("folders/", {"name": "f"})
    assert [picterra.request("GET", "folders/").status_code for _ in range(2)] == [503, 503]


def test_faults_are_switched_off(sandbox: SandboxProcess, picterra: PicterraCalls) -> None:
    sandbox.fault(kind="status", status=503, count=0)
    assert picterra.request("GET", "folders/").status_code == 503
    sandbox.clear_faults()
    assert picterra.request("GET", "folders/").status_code == 200


@pytest.mark.parametrize("description", [{"kind": "flood"}, {"kind": "cut", "color": "red"},
                                         {"kind": "cut", "path": "("}])
def test_a_wrong_description_is_refused(sandbox: SandboxProcess, description: dict[str, str]) -> None:
    with pytest.raises(RuntimeError, match="400"):
        sandbox.fault(**description)


@pytest.mark.parametrize("kind", ["lost", "lost_cut"])
def test_an_upload_arrives_and_its_answer_is_lost(sandbox: SandboxProcess, picterra: PicterraCalls, kind: str) -> None:
    slot = picterra.post("rasters/upload/file/", {"name": "one"})
    sandbox.fault(kind=kind, operation="putBlob", status=502)
    if kind == "lost":
        assert picterra.put(slot["upload_url"], b"content") == 502
    else:
        with pytest.raises(requests.ConnectionError):
            picterra.put(slot["upload_url"], b"content")
    assert [(one["stored"], one["size"]) for one in sandbox.control("GET", "storage")["slots"]] == [(True, 7)]
    assert picterra.put(slot["upload_url"], b"content") == 403


def test_a_download_ends_early_as_if_it_were_whole(sandbox: SandboxProcess, picterra: PicterraCalls,
                                                   tmp_path: Path) -> None:
    image = plain_image(tmp_path / "a.tif", 400, 400)
    address = picterra.get(f"rasters/{picterra.upload_raster(image)}/download/")["download_url"]
    sandbox.fault(kind="truncate", operation="getBlob", fraction=0.5)
    answer = requests.get(address, timeout=30)
    assert answer.status_code == 200
    assert answer.content == image.read_bytes()[:image.stat().st_size // 2]


def test_a_slow_upload_arrives_whole(sandbox: SandboxProcess, picterra: PicterraCalls) -> None:
    slot = picterra.post("rasters/upload/file/", {"name": "one"})
    sandbox.fault(kind="slow_upload", operation="putBlob", bytes_per_second=200_000)
    assert picterra.put(slot["upload_url"], b"x" * 100_000) == 200
    entry = sandbox.log(operation="putBlob")[-1]
    assert (entry["bytes_in"], entry["flags"]) == (100_000, ["fault-slow_upload"])
