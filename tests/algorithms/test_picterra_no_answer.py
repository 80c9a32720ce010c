"""A platform that never answers, and storage that takes no address however often a fresh one is asked for: the run ends
with a sentence that says what to do, nothing stays behind, and it works once the trouble is over."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from failure_words import whole_sentences
from imagery_hub.providers.http.retry import RetryPolicy
from imagery_hub.providers.http.routing import RoutedSession
from imagery_hub.providers.transfer import TransferEngine
from imagery_hub.providers.work import Work
from picterra_scenes import RED, Scene, detected, trained
from sandbox_images import boxes, plain_image
from sandbox_picterra import PicterraCalls
from sandbox_process import SandboxProcess

pytestmark = pytest.mark.usefixtures("without_pauses")
SILENT = "127.0.0.1 did not answer in time. Try again in a while."
EXPIRED = "The address for the transfer expired before the transfer ended. Start it again."
DOUBT = "it is not known whether the platform took it. Look on the platform: when the result is there, use it"
ATTEMPTS = RetryPolicy().attempts
ADDRESSES = 3
"""The first one, and two fresh ones."""
SHORT, NEVER = 0.7, 30.0
"""Seconds that are waited, and after which the platform would answer, for which no test waits."""


@pytest.fixture
def impatient() -> Iterator[Callable[[], None]]:
    """Answers, bytes of storage and jobs are waited for less than a second, and as often as always, until it is
    called."""
    usual = TransferEngine.__init__

    def hurried(engine: TransferEngine, *given: Any, **named: Any) -> None:
        usual(engine, *given, **named)
        engine.stall_seconds = engine.answer_seconds = SHORT
        engine.retry = RetryPolicy(first=0.01)

    with pytest.MonkeyPatch.context() as changes:
        changes.setitem(RoutedSession.send.__kwdefaults__, "read_seconds", SHORT)
        changes.setattr(TransferEngine, "__init__", hurried)
        changes.setattr(Work.follow, "__defaults__", (1.0, None, math.inf, False))
        yield changes.undo


@pytest.fixture
def scene(run: Any, calls: PicterraCalls, tmp_path: Path) -> Scene:
    return trained(calls, tmp_path)


@pytest.fixture
def target(tmp_path: Path) -> Path:
    """An empty folder to write to."""
    (tmp_path / "to").mkdir()
    return tmp_path / "to"


def readings(calls: PicterraCalls, scene: Scene, target: Path) -> dict[str, dict[str, Any]]:
    """Parameters by the algorithms that make a file of something on the platform."""
    detection = detected(calls, scene)
    (only,) = calls.get(f"operations/{detection}/")["results"]["by_class"]
    layer = only["result"]["vector_layer_id"]
    return {
        "listrasters": {"OUTPUT": str(target / "list.gpkg")},
        "downloadraster": {"RASTER": scene.raster, "OUTPUT": str(target / "back.tif")},
        "downloadresult": {"OPERATION": detection, "OUTPUT": str(target / "found.gpkg")},
        "downloadvectorlayer": {"VECTOR_LAYER": layer, "OUTPUT": str(target / "layer.gpkg")},
        "downloadresultfile": {"OPERATION": detection, "FORM": 1, "OUTPUT": str(target / "merged.geojson")},
    }


@pytest.mark.parametrize(("called", "silent"), [
    ("listrasters", "listRasters"), ("downloadraster", "getRasterDownloadUrl"), ("downloadresult", "getOperation"),
    ("downloadvectorlayer", "getVectorLayer"), ("downloadresultfile", "getOperation"),
    ("downloadraster", "getBlob"), ("downloadresult", "getBlob"), ("downloadresultfile", "getBlob"),
])
def test_what_is_read_from_a_platform_that_never_answers(
    run: Any, sandbox: SandboxProcess, calls: PicterraCalls, scene: Scene, target: Path,
    impatient: Callable[[], None], called: str, silent: str,
) -> None:
    given = readings(calls, scene, target)[called]
    sandbox.fault(operation=silent, kind="delay", seconds=NEVER, count=0)
    before = sandbox.last_entry()
    words = run.fails(called, **given)
    assert (whole_sentences(words), SILENT in words) == (True, True), words
    assert len(sandbox.log(after=before, operation=silent)) == ATTEMPTS
    assert list(target.iterdir()) == []
    sandbox.clear_faults()
    impatient()
    run(called, **given)
    assert [str(one) for one in target.iterdir()] == [given["OUTPUT"]]


@pytest.mark.parametrize(("silent", "left"), [
    ("startRasterUpload", []), ("putBlob", []), ("commitRaster", ["new"]), ("getOperation", ["new"]),
])
def test_a_raster_for_a_platform_that_never_answers_is_there_once_when_it_is_continued(
    run: Any, sandbox: SandboxProcess, calls: PicterraCalls, tmp_path: Path, impatient: Callable[[], None], silent: str,
    left: list[str],
) -> None:
    image = plain_image(tmp_path / "meadow.tif")
    sandbox.fault(operation=silent, kind="delay", seconds=NEVER, count=0)
    words = run.fails("uploadraster", INPUT=str(image), NAME="new")
    assert (whole_sentences(words), SILENT in words) == (True, True), words
    assert [one["name"] for one in sandbox.control("GET", "picterra/rasters")] == left, "nothing without its bytes"
    sandbox.clear_faults()
    impatient()
    run("imageryhub:resumejob", JOB=run("imageryhub:listjobs")["JOB_IDS"].split(",")[0])
    (there,) = calls.get("rasters/")["results"]
    assert (there["name"], there["status"]) == ("new", "ready")
    address = calls.get(f"rasters/{there['id']}/download/")["download_url"]
    assert calls.session.get(address, timeout=60).content == image.read_bytes()


@pytest.mark.parametrize(("called", "more"), [
    ("downloadraster", {}), ("downloadresult", {"WAY": 1}), ("downloadresult", {"WAY": 2}),
    ("downloadvectorlayer", {"WAY": 1}), ("downloadvectorlayer", {"WAY": 2}), ("downloadresultfile", {}),
])
def test_storage_that_takes_no_address_to_read(
    run: Any, sandbox: SandboxProcess, calls: PicterraCalls, scene: Scene, target: Path, called: str,
    more: dict[str, Any],
) -> None:
    given = {**readings(calls, scene, target)[called], **more}
    sandbox.fault(operation="getBlob", kind="expired", count=0)
    before = sandbox.last_entry()
    words = run.fails(called, **given)
    assert (whole_sentences(words), EXPIRED in words) == (True, True), words
    assert len(sandbox.log(after=before, operation="getBlob")) == ADDRESSES
    assert list(target.iterdir()) == []
    sandbox.clear_faults()
    run(called, **given)
    assert [str(one) for one in target.iterdir()] == [given["OUTPUT"]]


@pytest.mark.parametrize("called", ["uploadraster", "uploadvectorlayer", "setdetectionareas"])
def test_storage_that_takes_no_address_to_write(
    run: Any, sandbox: SandboxProcess, calls: PicterraCalls, scene: Scene, tmp_path: Path, called: str
) -> None:
    areas = tmp_path / "areas.geojson"
    areas.write_bytes(boxes(RED))
    given = {
        "uploadraster": {"INPUT": str(scene.image)},
        "uploadvectorlayer": {"RASTER": scene.raster, "INPUT": str(areas)},
        "setdetectionareas": {"RASTER": scene.raster, "INPUT": str(areas), "CONFIRM": True},
    }[called]
    held = [sandbox.control("GET", f"picterra/{one}") for one in ("", f"rasters/{scene.raster}")]
    sandbox.fault(operation="putBlob", kind="expired", count=0)
    before = sandbox.last_entry()
    words = run.fails(called, **given)
    assert (whole_sentences(words), EXPIRED in words) == (True, True), words
    assert len(sandbox.log(after=before, operation="putBlob")) == ADDRESSES
    assert held == [sandbox.control("GET", f"picterra/{one}") for one in ("", f"rasters/{scene.raster}")]
    sandbox.clear_faults()
    run(called, **given)


def test_a_start_that_costs_and_is_not_answered_is_asked_about_and_never_sent_again(
    run: Any, sandbox: SandboxProcess, scene: Scene, impatient: Callable[[], None]
) -> None:
    sandbox.fault(operation="runDetector", kind="delay", seconds=NEVER, count=0)
    before = sandbox.last_entry()
    words = run.fails("rundetector", DETECTOR=scene.detector, RASTER=scene.raster, CONFIRM=True)
    assert (whole_sentences(words), DOUBT in words, "Try again" in words) == (True, True, False), words
    sandbox.clear_faults()
    impatient()
    job = run("imageryhub:listjobs")["JOB_IDS"].split(",")[0]
    assert DOUBT in run.fails("imageryhub:resumejob", JOB=job)
    assert len(sandbox.log(after=before, operation="runDetector")) == 1
