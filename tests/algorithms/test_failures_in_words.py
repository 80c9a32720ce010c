"""Every algorithm that talks to Picterra, in every kind of failure: it ends with a whole sentence.

Also part of the run in which the sandbox drops what is only assumed: there an answer says no more than its status.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import failure_words
import pytest
from drawn_layers import boxes_layer, layer, utm_point
from failure_words import OPTIONAL, UNKNOWN, whole_sentences
from picterra_scenes import RED, detected, trained
from qgis.core import QgsProcessing, QgsProcessingAlgorithm, QgsProcessingProvider
from sandbox_images import boxes
from sandbox_picterra import PicterraCalls
from sandbox_process import SandboxProcess

IDS = ("DETECTOR", "RASTER", "RASTERS", "FOLDER", "OPERATION", "UPLOAD", "VECTOR_LAYER", "TOOL", "SOURCE", "RESOURCE")
# What removes something comes last, or the others would find nothing.
#: Of whose answers only the status is read: what they did is done, although the rest does not arrive.
BY_STATUS = {
    "picterra_addrasterstodetector", "picterra_deletedetector", "picterra_deleteraster", "picterra_deletevectorlayer",
    "picterra_editdetector", "picterra_editraster", "picterra_editvectorlayer", "picterra_removedetectionareas",
}
#: What costs and is sent first of all: without an answer it is not known whether it was begun.
IN_DOUBT = {"picterra_traindetector", "picterra_recommenddataset", "picterra_runadvancedtool"}
DOUBT = "it is not known whether the platform took it"
REMOVING = ("removedetectionareas", "deletevectorlayer", "deletedetector", "deleteraster")


class Attempts(failure_words.Attempts):
    """With ``values`` by the names of parameters."""

    def __init__(self, run: Any, provider: QgsProcessingProvider, values: dict[str, Any], folder: Path) -> None:
        super().__init__(run, provider, folder, last=REMOVING)
        self.values = values

    def parameters(self, algorithm: QgsProcessingAlgorithm) -> Iterator[tuple[str, Any]]:
        for one in algorithm.parameterDefinitions():
            name, kind = one.name(), one.type()
            if name in self.values and kind != "raster":
                yield name, self.values[name]
            elif one.isDestination():
                yield name, self.destination(algorithm, one)
            elif kind == "source" and not one.flags() & OPTIONAL:
                points = QgsProcessing.SourceType.TypeVectorPoint in one.dataTypes()
                yield name, self.values["points" if points else "areas"]
            elif kind in ("raster", "multilayer") and not one.flags() & OPTIONAL:
                yield name, self.values["image"] if kind == "raster" else [self.values["image"]]


@pytest.fixture
def attempts(
    run: Any, imagery_hub: QgsProcessingProvider, sandbox: SandboxProcess, calls: PicterraCalls, tmp_path: Path
) -> Iterator[Attempts]:
    """On a platform that holds one of each kind."""
    scene = trained(calls, tmp_path)
    folder = calls.post("folders/", {"name": "f"})["id"]
    plots = calls.upload(f"vector_layers/{scene.raster}/upload/", boxes(RED), {"name": "plots"})
    yield Attempts(run, imagery_hub, {
        "DETECTOR": scene.detector, "RASTER": scene.raster, "RASTERS": scene.raster, "FOLDER": folder,
        "OPERATION": detected(calls, scene), "VECTOR_LAYER": plots["results"]["vector_layer_id"],
        "UPLOAD": calls.post(f"rasters/{scene.raster}/detection_areas/upload/file/")["upload_id"],
        "TOOL": sandbox.ready["picterra"]["tool_id"], "SOURCE": sandbox.ready["picterra"]["source_id"],
        "RESOURCE": folder, "GRANTS": ["user", calls.get("users/me/")["user_id"], "viewer"],
        "NAME": "a name", "TEXT_FIELD": "note", "CONFIRM": True, "image": str(scene.image),
        "areas": boxes_layer(RED), "points": layer([utm_point(10, 20)], kind="Point"),
    }, tmp_path)
    # The outputs that are made of signed addresses, and say so to their user, would be found by the hunt for secrets.
    for private in ("writeresultaddresses_OUTPUT", "getoperation_FILE", "runadvancedtool_FILE"):
        (tmp_path / f"picterra_{private}.txt").unlink(missing_ok=True)


def test_all_work_where_nothing_is_wrong(attempts: Attempts) -> None:
    """Or the failures below would prove nothing."""
    assert len(attempts.algorithms) >= 44
    assert {name: words for name, words in attempts.all().items() if words} == {}


def test_a_key_that_is_not_taken(attempts: Attempts, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PICTERRA_API_KEY", "marker-secret-not-the-key")
    told = attempts.all()
    named = re.compile("did not accept the key.* environment variable PICTERRA_API_KEY")
    assert {name: words for name, words in told.items() if not named.search(words)} == {}
    assert not any("marker-secret" in words for words in told.values())


def test_a_key_that_is_not_taken_and_called_forbidden(
    attempts: Attempts, sandbox: SandboxProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    sandbox.settings(bad_key_status=403)
    monkeypatch.setenv("PICTERRA_API_KEY", "marker-secret-not-the-key")
    told = attempts.all()
    named = re.compile("with the key from the environment variable PICTERRA_API_KEY. Look whether the key is right")
    assert {name: words for name, words in told.items() if not named.search(words)} == {}
    assert not any("marker-secret" in words for words in told.values())


@pytest.mark.parametrize(("status", "sentence"), [
    (400, "refused the request"), (403, "does not allow this"), (404, "does not know"), (409, "contradicts"),
    (500, "has a fault of its own"), (502, "has a fault of its own"), (503, "has a fault of its own"),
])
def test_requests_that_are_refused(
    attempts: Attempts, sandbox: SandboxProcess, without_pauses: None, status: int, sentence: str
) -> None:
    sandbox.fault(kind="status", path="^/public/", status=status, count=0)
    told = attempts.all()
    asked = {name for name, words in told.items() if DOUBT in words}
    assert asked == (IN_DOUBT if status >= 500 else set())
    assert {name: words for name, words in told.items() if name not in asked and sentence not in words} == {}


@pytest.mark.parametrize("seconds", [2, 4000, None])
def test_requests_that_come_too_fast(
    attempts: Attempts, sandbox: SandboxProcess, without_pauses: None, seconds: int | None
) -> None:
    """The platform says how long to wait, longer than anybody waits, or nothing."""
    sandbox.fault(kind="status", path="^/public/", status=429, retry_after=seconds, count=0)
    told = attempts.all()
    assert {name: words for name, words in told.items() if "asks to slow down" not in words} == {}


@pytest.mark.parametrize(("kind", "sentence"), [
    ("cut", "was cut"), ("cut_answer", "was cut"), ("truncate", "was cut|cannot be read|not JSON"),
    ("malformed", "cannot be read|not JSON"),
])
def test_answers_that_do_not_arrive(
    attempts: Attempts, sandbox: SandboxProcess, without_pauses: None, kind: str, sentence: str
) -> None:
    sandbox.fault(kind=kind, path="^/public/", count=0)
    told = attempts.all()
    fine = set() if kind == "cut" else BY_STATUS
    assert {name for name, words in told.items() if not words} == fine
    asked = {name for name, words in told.items() if DOUBT in words}
    assert asked == IN_DOUBT
    odd = {name: words for name, words in told.items() if words and not re.search(sentence, words)}
    assert set(odd) == asked, odd


def test_things_that_the_platform_does_not_know(attempts: Attempts) -> None:
    """Lists with an unknown filter are empty; everything else says so."""
    attempts.values.update(dict.fromkeys(IDS, UNKNOWN))
    told = attempts.all()
    without_ids = {name for name, words in told.items() if not words}
    assert without_ids == {
        "picterra_createdetector", "picterra_createfolder", "picterra_getuser", "picterra_listdetectors",
        "picterra_listfolders", "picterra_listrasters"}


@pytest.mark.parametrize("errors", ['{"status": "failed", "errors": {}}', '{"status": "failed"}',
                                    '{"status": "failed", "errors": null, "results": null, "metadata": null}'])
def test_work_that_fails_without_a_word(attempts: Attempts, sandbox: SandboxProcess, errors: str) -> None:
    sandbox.fault(kind="malformed", operation="getOperation", body=errors, count=0)
    told = {}
    for one in attempts.algorithms:
        before = sandbox.last_entry()
        words = attempts.outcome(one)
        if sandbox.log(after=before, operation="getOperation"):
            told[one.name()] = words
    assert told.pop("picterra_getoperation") == ""
    assert len(told) >= 14
    assert {name: words for name, words in told.items() if not (words and whole_sentences(words))} == {}


@pytest.mark.parametrize("body", ["{}", "[]", "null", '"words"', '{"results": null, "count": null, "next": null}'])
def test_answers_that_lack_everything(
    attempts: Attempts, sandbox: SandboxProcess, without_pauses: None, body: str
) -> None:
    """What can do without works, what cannot says so."""
    sandbox.fault(kind="malformed", path="^/public/", body=body, count=0)
    assert attempts.all()["picterra_uploadraster"]
