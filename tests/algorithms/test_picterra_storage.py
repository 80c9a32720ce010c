"""Storage behind Picterra that fails for good: the sentence says which failure it is, nothing half done stays under a
name that means more, and the job or the next run brings what was wanted, once."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from failure_words import whole_sentences
from imagery_hub.providers.http.retry import RetryPolicy
from picterra_scenes import RED, Scene, detected, trained
from sandbox_images import boxes, plain_image
from sandbox_picterra import PicterraCalls
from sandbox_process import SandboxProcess

pytestmark = pytest.mark.usefixtures("without_pauses", "in_haste")
TROUBLE: dict[str, tuple[dict[str, Any], str]] = {
    "429": ({"kind": "status", "status": 429, "retry_after": 0}, "asks to slow down"),
    "500": ({"kind": "status", "status": 500}, "has a fault of its own"),
    "502": ({"kind": "status", "status": 502}, "has a fault of its own"),
    "503": ({"kind": "status", "status": 503}, "has a fault of its own"),
    "cut": ({"kind": "cut"}, "was cut"),
}


@pytest.fixture
def in_haste(monkeypatch: pytest.MonkeyPatch) -> None:
    """Threads that move files try as often as always, at once."""
    pause = RetryPolicy.pause
    monkeypatch.setattr(RetryPolicy, "pause", lambda *given: None if pause(*given) is None else 0.01)


@pytest.fixture
def scene(run: Any, calls: PicterraCalls, tmp_path: Path) -> Scene:
    return trained(calls, tmp_path)


@pytest.mark.parametrize("trouble", TROUBLE)
@pytest.mark.parametrize("called", ["downloadraster", "downloadresult", "downloadvectorlayer", "downloadresultfile"])
def test_what_cannot_be_fetched(
    run: Any, sandbox: SandboxProcess, calls: PicterraCalls, scene: Scene, tmp_path: Path, called: str, trouble: str
) -> None:
    folder, detection = tmp_path / "to", detected(calls, scene)
    folder.mkdir()
    (only,) = calls.get(f"operations/{detection}/")["results"]["by_class"]
    given, ending = {
        "downloadraster": ({"RASTER": scene.raster}, "tif"), "downloadresult": ({"OPERATION": detection}, "gpkg"),
        "downloadvectorlayer": ({"VECTOR_LAYER": only["result"]["vector_layer_id"]}, "gpkg"),
        "downloadresultfile": ({"OPERATION": detection}, "geojson"),
    }[called]
    target, (fault, sentence) = folder / f"back.{ending}", TROUBLE[trouble]
    sandbox.fault(operation="getBlob", count=0, **fault)
    words = run.fails(called, **given, OUTPUT=str(target))
    assert whole_sentences(words) and sentence in words, words
    assert list(folder.iterdir()) == []
    sandbox.clear_faults()
    run(called, **given, OUTPUT=str(target))
    assert list(folder.iterdir()) == [target] and target.stat().st_size > 0


@pytest.mark.parametrize("trouble", TROUBLE)
def test_a_raster_that_cannot_be_sent_is_there_once_when_it_is_continued(
    run: Any, sandbox: SandboxProcess, calls: PicterraCalls, tmp_path: Path, trouble: str
) -> None:
    image, (fault, sentence) = plain_image(tmp_path / "meadow.tif"), TROUBLE[trouble]
    sandbox.fault(operation="putBlob", count=0, **fault)
    words = run.fails("uploadraster", INPUT=str(image), NAME="Meadow")
    assert whole_sentences(words) and sentence in words, words
    assert sandbox.control("GET", "picterra/rasters") == [], "none without its bytes"
    sandbox.clear_faults()
    run("imageryhub:resumejob", JOB=run("imageryhub:listjobs")["JOB_IDS"].split(",")[0])
    (there,) = calls.get("rasters/")["results"]
    assert (there["name"], there["status"]) == ("Meadow", "ready")
    address = calls.get(f"rasters/{there['id']}/download/")["download_url"]
    assert calls.session.get(address, timeout=60).content == image.read_bytes()


@pytest.mark.parametrize("trouble", TROUBLE)
def test_a_layer_that_cannot_be_sent_is_there_once_when_it_is_continued(
    run: Any, sandbox: SandboxProcess, calls: PicterraCalls, scene: Scene, tmp_path: Path, trouble: str
) -> None:
    shapes, (fault, sentence) = tmp_path / "plots.geojson", TROUBLE[trouble]
    shapes.write_bytes(boxes(RED))
    layers = f"rasters/{scene.raster}/vector_layers/"
    before = {one["id"] for one in calls.get(layers)["results"]}
    sandbox.fault(operation="putBlob", count=0, **fault)
    words = run.fails("uploadvectorlayer", RASTER=scene.raster, INPUT=str(shapes), NAME="Plots")
    assert whole_sentences(words) and sentence in words, words
    assert {one["id"] for one in calls.get(layers)["results"]} == before
    sandbox.clear_faults()
    run("imageryhub:resumejob", JOB=run("imageryhub:listjobs")["JOB_IDS"].split(",")[0])
    (made,) = [one for one in calls.get(layers)["results"] if one["id"] not in before]
    assert (made["name"], made["count"]) == ("Plots", len(RED))
