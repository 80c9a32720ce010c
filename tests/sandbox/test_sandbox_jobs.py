"""Jobs and the clock; imports, markers, tools (sections 7, 9.9 and 9.10)."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from picterra_scenes import trained
from sandbox_images import boxes, lonlat
from sandbox_picterra import PicterraCalls
from sandbox_process import SandboxProcess

from sandbox.clock import Clock
from sandbox.picterra.world import World


def start_upload(picterra: PicterraCalls, image: Path) -> tuple[str, dict[str, Any]]:
    slot = picterra.post("rasters/upload/file/", {"name": "one"})
    picterra.put(slot["upload_url"], image.read_bytes())
    return slot["raster_id"], picterra.post(f"rasters/{slot['raster_id']}/commit/")


def test_a_job_waits_for_the_clock(sandbox: SandboxProcess, picterra: PicterraCalls, image: Path) -> None:
    sandbox.settings(job_seconds=1000.0, poll_interval=7.5)
    raster, started = start_upload(picterra, image)
    assert started["poll_interval"] == 7.5
    path = f"operations/{started['operation_id']}/"
    folder = picterra.get(f"rasters/{raster}/")["folder_id"]
    for seconds in (0, 500, 400):
        sandbox.advance(seconds)
        assert picterra.get(path) == {"type": "raster_upload", "status": "running", "results": None, "errors": None,
                                      "metadata": {"raster_id": raster, "folder_id": folder}}
        assert picterra.get(f"rasters/{raster}/")["status"] == "processing"
    sandbox.advance(200)
    assert picterra.succeed(started)["status"] == "success"
    assert picterra.get(f"rasters/{raster}/")["status"] == "ready"


def test_a_job_waits_for_its_work_too(sandbox: SandboxProcess, picterra: PicterraCalls, image: Path) -> None:
    sandbox.settings(job_seconds=1000.0)
    _, started = start_upload(picterra, image)
    sandbox.control("POST", "clock", {"factor": 1e6})
    assert picterra.succeed(started)["status"] == "success"


def test_operations_belong_to_their_account_and_stay(picterra: PicterraCalls, second: PicterraCalls,
                                                     sandbox: SandboxProcess, image: Path) -> None:
    raster, started = start_upload(picterra, image)
    done = picterra.succeed(started)
    path = f"operations/{started['operation_id']}/"
    assert second.request("GET", path).status_code == 404
    picterra.change("DELETE", f"rasters/{raster}/")
    sandbox.advance(30 * 86400)
    assert picterra.get(path) == done
    assert picterra.request("GET", "operations/none/").status_code == 404


def test_a_raster_deleted_in_the_middle(sandbox: SandboxProcess, picterra: PicterraCalls, image: Path) -> None:
    sandbox.settings(job_seconds=1000.0)
    raster, started = start_upload(picterra, image)
    picterra.change("DELETE", f"rasters/{raster}/")
    sandbox.advance(1001)
    assert picterra.wait(started)["errors"] == {"message": "The raster was deleted."}


@pytest.mark.parametrize(("deleted", "words"), [("rasters", "The raster was deleted."),
                                                ("detectors", "The detector was deleted.")])
@pytest.mark.parametrize("start", ["train", "run"])
def test_what_is_deleted_under_a_job_is_named(
    sandbox: SandboxProcess, picterra: PicterraCalls, tmp_path: Path, start: str, deleted: str, words: str
) -> None:
    """Whether the work has read it before or not."""
    scene = trained(picterra, tmp_path)
    sandbox.settings(job_seconds=1000.0)
    body = {"raster_id": scene.raster} if start == "run" else None
    started = picterra.post(f"detectors/{scene.detector}/{start}/", body)
    picterra.change("DELETE", f"{deleted}/{scene.raster if deleted == 'rasters' else scene.detector}/")
    sandbox.advance(1001)
    assert picterra.wait(started)["errors"] == {"message": words}


def test_what_was_replaced_stays_while_a_job_may_read_it(tmp_path: Path) -> None:
    jobs = SimpleNamespace(running=1)
    world = World(None, None, jobs)
    (tmp_path / "old").touch()
    world.replaced(tmp_path / "old")
    assert (tmp_path / "old").exists()
    jobs.running = 0
    world.replaced(tmp_path / "old")
    assert not (tmp_path / "old").exists()


def test_several_jobs_run_side_by_side(picterra: PicterraCalls, image: Path) -> None:
    started = [start_upload(picterra, image)[1] for _ in range(6)]
    assert [picterra.wait(one)["status"] for one in started] == ["success"] * 6
    assert picterra.get("rasters/")["count"] == 6


# ------------------------------------------------------------------ the clock itself
def test_the_clock_jumps_and_hurries_and_never_goes_back() -> None:
    clock = Clock()
    before = clock.now()
    clock.advance(3600)
    assert 3600 <= clock.now() - before < 3700
    clock.hurry(1000)
    moment = clock.now()
    while clock.now() - moment < 5:
        continue
    clock.hurry(1)
    assert clock.now() >= moment + 5
    for wrong in (lambda: clock.advance(-1), lambda: clock.hurry(0)):
        with pytest.raises(ValueError, match="clock|factor"):
            wrong()
    clock.reset()
    assert clock.now() - before < 3600
    assert clock.moment(0) == "1970-01-01T00:00:00.000000Z"


@pytest.mark.parametrize("body", [{}, {"back": 1}, {"advance": -1}, {"factor": 0}])
def test_wrong_calls_of_the_clock(sandbox: SandboxProcess, body: dict[str, int]) -> None:
    with pytest.raises(RuntimeError, match="400"):
        sandbox.control("POST", "clock", body)


# ------------------------------------------------------------------ settings and reset
@pytest.mark.parametrize("body", [{"page": 2}, {"page_size": "many"}, {"drop_assumed": 1}, {"page_size": True}])
def test_wrong_settings(sandbox: SandboxProcess, body: dict[str, Any]) -> None:
    with pytest.raises(RuntimeError, match="400"):
        sandbox.settings(**body)


def test_reset_empties_everything_but_the_log(sandbox: SandboxProcess, picterra: PicterraCalls, image: Path) -> None:
    picterra.upload_raster(image)
    sandbox.settings(page_size=3)
    sandbox.fault(kind="status", count=0)
    sandbox.advance(86400)
    before = sandbox.last_entry()
    sandbox.reset()
    assert picterra.get("rasters/") == {"count": 0, "next": None, "previous": None, "page_size": 20, "results": []}
    assert sandbox.control("GET", "storage") == {"slots": [], "objects": [], "files": []}
    assert [one for one in (Path(sandbox.ready["folder"]) / "picterra").rglob("*") if one.is_file()] == []
    assert sandbox.last_entry() == before + 1
    assert sandbox.log(operation="commitRaster") != []


def test_the_control_interface_says_what_it_has(sandbox: SandboxProcess) -> None:
    with pytest.raises(RuntimeError, match="GET faults"):
        sandbox.control("GET", "nothing")


# ------------------------------------------------------------------ imports, markers, tools
def test_an_import_appears_at_success(picterra: PicterraCalls, sandbox: SandboxProcess) -> None:
    sandbox.settings(job_seconds=1000.0)
    folder = picterra.post("folders/", {"name": "f"})["id"]
    slot = picterra.post("rasters/import/")
    picterra.put(slot["upload_url"], boxes([(0, 0, 200, 200)]))
    started = picterra.post(f"rasters/import/{slot['upload_id']}/commit/", {
        "method": "streaming", "source_id": sandbox.ready["picterra"]["source_id"], "folder_id": folder, "name": "v"})
    assert picterra.get(f"operations/{started['operation_id']}/")["metadata"] == {"folder_id": folder}
    assert picterra.get("rasters/")["count"] == 0
    sandbox.advance(1001)
    raster = picterra.succeed(started)["metadata"]["raster_id"]
    record = picterra.get(f"rasters/{raster}/")
    assert (record["type"], record["name"], record["folder_id"], record["status"]) == ("wms", "v", folder, "ready")
    west, south, east, north = record["footprint"]["bbox"]
    middle = lonlat(100, 100)
    assert west < middle[0] < east and south < middle[1] < north


@pytest.mark.parametrize(("change", "field"), [
    ({"source_id": "x"}, "source_id"), ({"method": "download"}, "method"), ({"folder_id": "x"}, "folder_id"),
    ({"name": " "}, "name"), ({"name": None}, "name")])
def test_wrong_imports_are_refused(picterra: PicterraCalls, sandbox: SandboxProcess, change: dict[str, Any],
                                   field: str) -> None:
    body = {"method": "streaming", "source_id": sandbox.ready["picterra"]["source_id"], "name": "v",
            "folder_id": picterra.post("folders/", {"name": "f"})["id"], **change}
    slot = picterra.post("rasters/import/")
    answer = picterra.request("POST", f"rasters/import/{slot['upload_id']}/commit/", json=body)
    assert (answer.status_code, list(answer.json())) == (400, [field])


@pytest.mark.parametrize("area", [boxes([]), b"nothing", b""])
def test_an_import_needs_an_area(picterra: PicterraCalls, sandbox: SandboxProcess, area: bytes) -> None:
    folder = picterra.post("folders/", {"name": "f"})["id"]
    slot = picterra.post("rasters/import/")
    picterra.put(slot["upload_url"], area)
    operation = picterra.wait(picterra.post(f"rasters/import/{slot['upload_id']}/commit/", {
        "method": "streaming", "source_id": sandbox.ready["picterra"]["source_id"], "folder_id": folder, "name": "v"}))
    assert operation["status"] == "failed" and "area of interest" in operation["errors"]["message"]
    assert "raster_id" not in operation["metadata"] and picterra.get("rasters/")["count"] == 0


def test_markers(picterra: PicterraCalls, image: Path) -> None:
    raster, detector = picterra.upload_raster(image), picterra.detector()
    picterra.post(f"detectors/{detector}/training_rasters/", {"raster_id": raster})
    body = {"marker": {"type": "Point", "coordinates": [7.5, 46.5]}, "text": "a hedge"}
    first = picterra.post(f"rasters/{raster}/markers/", body)
    second = picterra.post(f"detectors/{detector}/training_rasters/{raster}/markers/", body)
    assert (first["marker"], first["text"], first["raster_id"], first["detector_id"]) == (
        body["marker"], "a hedge", raster, None)
    assert second["detector_id"] == detector
    assert picterra.get(f"rasters/{raster}/markers/")["results"] == [second, first]
    for wrong in ({"marker": {"type": "Point", "coordinates": [46.5, 107.5]}, "text": "x"}, {"text": "x"},
                  {"marker": {"type": "LineString", "coordinates": [[1, 2]]}, "text": "x"}):
        answer = picterra.request("POST", f"rasters/{raster}/markers/", data=json.dumps(wrong))
        assert answer.status_code == 400


def test_the_tool_echoes(picterra: PicterraCalls, sandbox: SandboxProcess) -> None:
    body = {"inputs": {"url": "not an address"}, "outputs": {"name": "x"}}
    done = picterra.succeed(picterra.post(f"advanced_tools/{sandbox.ready['picterra']['tool_id']}/run/", body))
    assert (done["type"], done["results"]) == ("advanced_tool", body)
    assert picterra.request("POST", "advanced_tools/x/run/", json=body).status_code == 404
