"""Every algorithm of the Descartes Labs catalog, in every kind of failure: it ends with a whole sentence and tells no
secret."""

from __future__ import annotations

import re
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import failure_words
import numpy as np
import pytest
from analytic_images import write_image
from failure_words import OPTIONAL, whole_sentences
from qgis.core import QgsFeature, QgsProcessingAlgorithm, QgsProcessingProvider, QgsVectorLayer
from sandbox_descarteslabs import CatalogCalls
from sandbox_process import SandboxProcess

pytestmark = pytest.mark.usefixtures("without_pauses")
#: What can open something: tokens and signed addresses.
SECRETS = re.compile(r"[?&](?:token|sig\w*|X-\w+-\w+)=|Bearer|eyJ|marker-secret|sandbox-dl-refresh-token")
API = "^/(metadata|storage|raster)/"
#: Take signed addresses.
STORED = {f"descarteslabs_{one}" for one in ("downloadstored", "layertoproduct", "uploadarray", "uploadimages",
                                             "uploadstored")}
#: Are answered with nothing that could be cut.
WITHOUT_BODY = {f"descarteslabs_remove{one}" for one in ("bands", "images", "stored")}
#: What each sends that adds, changes or removes something.
CHANGES = {
    "addproduct": "addProduct", "changeproduct": "changeProduct", "replaceproduct": "replaceProduct",
    "addband": "addBand", "changeband": "changeBand", "replaceband": "replaceBand", "addimage": "addImage",
    "addimages": "addImage", "changeimage": "changeImage", "replaceimage": "replaceImage",
    "uploadimages": "createUpload", "uploadarray": "createUpload", "uploadstored": "signedUploadUrl",
    "layertoproduct": "addBand", "removebands": "removeBand", "removeimages": "removeImage",
    "removestored": "deleteObject", "removeproduct": "removeProduct",
}
#: Find what was done and not told.
FOUND = ("addproduct", "addband", "addimage", "removebands", "removeimages", "removestored")
#: Goes on behind what is refused, and tells of each.
ROW_BY_ROW = "descarteslabs_addimages"
BAND = {"SRCBAND": 1, "DTYPE": "UInt16", "DATA_RANGE": "0,10000", "TYPE": "spectral"}


class Attempts(failure_words.Attempts):
    """In a product of each kind of thing; those that remove have things of their own."""

    def __init__(self, run: Any, provider: QgsProcessingProvider, catalog: CatalogCalls, folder: Path) -> None:
        super().__init__(run, provider, folder)
        self.file = write_image(folder / "june.tif", np.ones((20, 30, 1), "uint16"))
        product = catalog.product("harvest")
        band, gone = catalog.band(product), catalog.band(product, "gone", 2)
        may = write_image(folder / "may.tif", np.ones((20, 30, 2), "uint16"))
        run("uploadimages", PRODUCT=product, FILES=[str(may)])
        catalog.sent("DELETE", f"metadata/v1/catalog/products/{product}/bands/gone")
        catalog.band(product, "gone", 1)
        doomed = catalog.product("doomed")
        catalog.band(doomed)
        for name in ("july", "august"):
            catalog.sent("POST", f"metadata/v1/catalog/products/{product}/images",
                         json={"id": name, "storage_state": "remote"})
        task = run("removeproduct", PRODUCT=catalog.product("ended"), CONFIRM="Ended", CASCADE=True)["TASK_ID"]
        note = folder / "note.txt"
        note.write_text("dry")
        for key in ("note", "gone"):
            run("uploadstored", INPUT=str(note), KEY=key)
        rows = QgsVectorLayer("None?field=id:string", "rows", "memory")
        row = QgsFeature(rows.fields())
        row.setAttributes(["april"])
        rows.dataProvider().addFeature(row)
        self.values: dict[str, Any] = {
            "PRODUCT": product, "BAND": band, "IMAGE": f"{product}:may", "UPLOAD": f"{product}/may.tif",
            "OBJECT": "data/note", "TASK": task, "CONFIRM": True, "TITLE": "Harvest", "DESCRIPTION": "Fields",
            "INPUT": str(self.file), **BAND,
        }
        self.also: dict[str, dict[str, Any]] = {
            "addproduct": {"ID": "new"}, "addband": {"NAME": "nir"}, "addimage": {"ID": "march"},
            "addimages": {"INPUT": rows},
            "changeproduct": {"NOTES": "wet"}, "changeband": {"DESCRIPTION": "red light"},
            "changeimage": {"SAT_ID": "RX-5"}, "replaceimage": {"IMAGE": f"{product}:july", "STORAGE_STATE": "remote"},
            "removebands": {"BAND": gone}, "removeimages": {"IMAGE": f"{product}:august"},
            "removeproduct": {"PRODUCT": doomed, "CONFIRM": "Doomed", "CASCADE": True},
            "removestored": {"OBJECT": "data/gone"}, "layertoproduct": {"ID": "layer", "SEND": True},
            "listbands": {"PRODUCT": product}, "listderivedbands": {}, "listproducts": {},
            "uploadarray": {"IMAGE_ID": "array", "INPUT": str(self.file)},
            "uploadimages": {"FILES": [str(self.file)]},
            "uploadstored": {"INPUT": str(note), "KEY": "another", "TYPE": "data"}, "liststored": {"TYPE": "data"},
            "searchimages": {"PRODUCT": product}, "summariseimages": {"PRODUCT": product},
        }

    def outcome(self, algorithm: QgsProcessingAlgorithm) -> str:
        words = super().outcome(algorithm)
        assert [one for one in (words, *self.run.messages) if SECRETS.search(one)] == [], algorithm.name()
        return words

    def parameters(self, algorithm: QgsProcessingAlgorithm) -> Iterator[tuple[str, Any]]:
        also = self.also.get(algorithm.name().partition("_")[2], {})
        for one in algorithm.parameterDefinitions():
            name = one.name()
            if name in also:
                yield name, also[name]
            elif one.isDestination():
                yield name, self.destination(algorithm, one)
            elif not one.flags() & OPTIONAL and name in self.values:
                yield name, self.values[name]


@pytest.fixture
def attempts(run_descarteslabs: Any, imagery_hub: QgsProcessingProvider, catalog: CatalogCalls, tmp_path: Path
             ) -> Attempts:
    return Attempts(run_descarteslabs, imagery_hub, catalog, tmp_path)


def test_all_work_where_nothing_is_wrong(attempts: Attempts) -> None:
    """Or the failures below would prove nothing."""
    assert len(attempts.algorithms) >= 32
    assert {name: words for name, words in attempts.all().items() if words} == {}


def test_a_token_that_is_not_taken(attempts: Attempts, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DESCARTESLABS_REFRESH_TOKEN", "marker-secret-not-the-token")
    told = attempts.all()
    assert {name: words for name, words in told.items() if "DESCARTESLABS_REFRESH_TOKEN" not in words} == {}


def test_a_login_that_does_not_work(attempts: Attempts, sandbox: SandboxProcess) -> None:
    for trouble in ({"kind": "status", "status": 500}, {"kind": "cut"}, {"kind": "malformed"},
                    {"kind": "malformed", "body": "{}"}, {"kind": "truncate"}, {"kind": "status", "status": 404},
                    {"kind": "status", "status": 429, "retry_after": 2}):
        sandbox.fault(path="^/token", count=0, **trouble)
        assert {name for name, words in attempts.all().items() if not words} == set(), trouble
        sandbox.clear_faults()


def test_requests_that_are_refused(attempts: Attempts, sandbox: SandboxProcess) -> None:
    for status, sentence in ((400, "refused the request"), (401, "DESCARTESLABS_REFRESH_TOKEN"),
                             (403, "does not allow this"), (404, "does not know|not there"),
                             (409, "contradicts|already"), (422, "refused"),
                             (500, "has a fault of its own"), (503, "has a fault of its own")):
        sandbox.fault(kind="status", path=API, status=status, count=0)
        told = attempts.all()
        row_by_row = {ROW_BY_ROW} if status in (400, 422) else set()
        assert {name for name, words in told.items() if not re.search(sentence, words)} == row_by_row, (status, told)
        sandbox.clear_faults()


@pytest.mark.parametrize("trouble", [
    {"kind": "status", "status": 500}, {"kind": "status", "status": 409}, {"kind": "cut"},
    {"kind": "malformed", "body": "{}"}, {"kind": "lost", "status": 500}, {"kind": "lost_cut"}])
def test_what_changes_something_fails_after_what_it_read_before(
    attempts: Attempts, sandbox: SandboxProcess, trouble: dict[str, Any]
) -> None:
    by_name = {one.name().partition("_")[2]: one for one in attempts.algorithms}
    for name, operation in CHANGES.items():
        begun = sandbox.last_entry()
        sandbox.fault(operation=operation, count=0, **trouble)
        words = attempts.outcome(by_name[name])
        sandbox.clear_faults()
        assert not words or whole_sentences(words), (name, words)
        assert any(one["operation"] == operation for one in sandbox.log(after=begun)), name
        if name in FOUND and trouble["kind"] != "malformed":  # which would answer so again
            assert bool(words) == (trouble["kind"] in ("status", "cut")), (name, words)


def test_a_row_that_is_refused(attempts: Attempts, sandbox: SandboxProcess) -> None:
    (one,) = (one for one in attempts.algorithms if one.name() == ROW_BY_ROW)
    for trouble in ({}, {"words": "Too cold."}):
        sandbox.fault(kind="status", path=API, method="POST", status=422, **trouble)
        assert attempts.outcome(one) == ""
        (told,) = (words for words in attempts.run.messages if words.startswith("april: "))
        assert whole_sentences(told.partition(": ")[2])
        sandbox.clear_faults()


@pytest.mark.parametrize("seconds", [2, 4000, None])
def test_requests_that_come_too_fast(attempts: Attempts, sandbox: SandboxProcess, seconds: int | None) -> None:
    """The server says how long to wait, longer than anybody waits, or nothing."""
    sandbox.fault(kind="status", path=API, status=429, retry_after=seconds, count=0)
    told = attempts.all()
    assert {name: words for name, words in told.items() if "asks to slow down" not in words} == {}


def test_answers_that_do_not_arrive(attempts: Attempts, sandbox: SandboxProcess) -> None:
    for trouble in ({"kind": "cut"}, {"kind": "cut_answer"}, {"kind": "truncate"}, {"kind": "malformed"}):
        sandbox.fault(path=API, count=0, **trouble)
        assert {name for name, words in attempts.all().items() if not words} <= WITHOUT_BODY, trouble
        sandbox.clear_faults()


def test_a_host_that_is_not_there(attempts: Attempts, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    monkeypatch.setenv("DESCARTESLABS_URL", f"http://127.0.0.1:{port}/")
    told = attempts.all()
    assert {name: words for name, words in told.items() if "Nothing answers at" not in words} == {}


@pytest.mark.parametrize("body", [
    "{}", "[]", "null", '"words"', "[null]", "[{}]", '{"data": null}', '{"data": [null]}', '{"data": {}}'])
def test_answers_that_lack_everything(attempts: Attempts, sandbox: SandboxProcess, body: str) -> None:
    """What can do without works, what cannot says so."""
    sandbox.fault(kind="malformed", path=API, body=body, count=0)
    told = attempts.all()
    assert told["descarteslabs_getproduct"] and told["descarteslabs_fetchpixels"]


def test_a_storage_that_takes_and_gives_nothing(
    attempts: Attempts, sandbox: SandboxProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nor to those that wait as they are asked to, in threads of their own."""
    from imagery_hub.providers.http.retry import RetryPolicy

    pause = RetryPolicy.pause
    monkeypatch.setattr(RetryPolicy, "pause", lambda *given: None if pause(*given) is None else 0.01)
    attempts.algorithms = [one for one in attempts.algorithms if one.name() in STORED]
    for trouble in ({"kind": "status", "status": 403}, {"kind": "status", "status": 500}, {"kind": "cut"},
                    {"kind": "status", "status": 404}, {"kind": "expired"}):
        sandbox.fault(path="^/blob/", count=0, **trouble)
        assert {name for name, words in attempts.all().items() if words} == STORED, trouble
        sandbox.clear_faults()
    sandbox.fault(path="^/blob/", method="GET", kind="cut_answer", count=0)
    assert attempts.all()["descarteslabs_downloadstored"]
