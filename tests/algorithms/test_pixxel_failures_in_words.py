"""Every algorithm of Pixxel, in every kind of failure: it ends with a whole sentence and tells no secret."""

from __future__ import annotations

import re
import socket
from collections.abc import Iterator
from typing import Any

import failure_words
import pytest
from drawn_layers import layer
from failure_words import OPTIONAL, whole_sentences
from pixel_logins import logins
from pixxel_workspace import Workspace
from qgis.core import QgsGeometry, QgsProcessingAlgorithm, QgsProcessingProvider
from sandbox_pixxel import PixxelCalls
from sandbox_process import SandboxProcess

pytestmark = pytest.mark.usefixtures("without_pauses")
#: What can open something: keys and signed addresses.
SECRETS = re.compile(r"[?&](?:token|sig\w*|X-\w+-\w+)=|Bearer|eyJ|marker-secret|sandbox-pixxel-key")
API = "^/(ping|v0/)"
BUNDLES = {f"pixxel_download{one}" for one in ("assets", "catalog", "insight", "job")}
#: What each sends that makes, changes or removes something, and what comes of it.
CHANGES = {
    "createaoi": "createAoi", "createaois": "createAoi", "createindex": "createIndex",
    "createvisualization": "createVisualization", "createinsight": "createInsight", "createstore": "createStore",
    "deletestore": "deleteStore", "deleteinsight": "deleteInsight", "editlegend": "updateLegend",
    "resetlegend": "rollbackLegend", "orderarchive": "createOrder", "ordertasking": "createOrder",
    "deliver": "createDeliveries", "runworkflow": "createJob", "downloadcatalog": "createCatalogDownload",
    "downloadassets": "createAoiDownload",
}
COSTLY = ("createinsight", "orderarchive", "ordertasking", "deliver", "runworkflow")
#: Are asked for a price first, by the same request.
PRICED = ("createInsight", "createOrder")
WKT = "POLYGON((75.62 14.43, 75.64 14.43, 75.64 14.45, 75.62 14.45, 75.62 14.43))"


class Attempts(failure_words.Attempts):
    """In a workspace that has one of each kind."""

    def __init__(self, run: Any, provider: QgsProcessingProvider, space: Workspace) -> None:
        super().__init__(run, provider, space.folder, last=("deleteinsight", "deletestore"))
        self.space = space

    def outcome(self, algorithm: QgsProcessingAlgorithm) -> str:
        words = super().outcome(algorithm)
        assert [one for one in (words, *self.run.messages) if SECRETS.search(one)] == [], algorithm.name()
        return words

    def parameters(self, algorithm: QgsProcessingAlgorithm) -> Iterator[tuple[str, Any]]:
        also = self.space.also.get(algorithm.name().partition("_")[2], {})
        for one in algorithm.parameterDefinitions():
            name = one.name()
            if name in also:
                yield name, also[name]
            elif one.isDestination():
                yield name, self.destination(algorithm, one, ".zip")
            elif one.type() == "source" and not one.flags() & OPTIONAL:
                yield name, layer([QgsGeometry.fromWkt(WKT)], "EPSG:4326")
            elif not one.flags() & OPTIONAL and name in self.space.values:
                yield name, self.space.values[name]


@pytest.fixture
def attempts(run_pixxel: Any, imagery_hub: QgsProcessingProvider, pixxel: PixxelCalls, tmp_path: Any
             ) -> Iterator[Attempts]:
    with logins() as keep:
        yield Attempts(run_pixxel, imagery_hub, Workspace(run_pixxel, pixxel, tmp_path, keep))


def test_all_work_where_nothing_is_wrong(attempts: Attempts) -> None:
    """Or the failures below would prove nothing."""
    assert len(attempts.algorithms) >= 53
    assert {name: words for name, words in attempts.all().items() if words} == {}


def test_a_key_that_is_not_taken(attempts: Attempts, monkeypatch: pytest.MonkeyPatch) -> None:
    """The platform answers as to a key that may not do it."""
    monkeypatch.setenv("PIXXEL_API_KEY", "marker-secret-not-the-key")
    told = attempts.all()
    named = "with the key from the environment variable PIXXEL_API_KEY"
    assert {name: words for name, words in told.items() if named not in words} == {"pixxel_ping": ""}, "it needs no key"


def test_requests_that_are_refused(attempts: Attempts, sandbox: SandboxProcess) -> None:
    for status, sentence in ((400, "refused the request"), (401, "did not accept the key"),
                             (403, "does not allow this"), (404, "does not know|not there"),
                             (409, "contradicts|already"), (422, "refused"),
                             (500, "has a fault of its own"), (503, "has a fault of its own")):
        sandbox.fault(kind="status", path=API, status=status, count=0)
        told = attempts.all()
        assert {name: words for name, words in told.items() if not re.search(sentence, words)} == {}, status
        sandbox.clear_faults()


@pytest.mark.parametrize("seconds", [2, 4000, None])
def test_requests_that_come_too_fast(attempts: Attempts, sandbox: SandboxProcess, seconds: int | None) -> None:
    """The platform says how long to wait, longer than anybody waits, or nothing."""
    sandbox.fault(kind="status", path=API, status=429, retry_after=seconds, count=0)
    told = attempts.all()
    assert {name: words for name, words in told.items() if "asks to slow down" not in words} == {}


def test_answers_that_do_not_arrive(attempts: Attempts, sandbox: SandboxProcess) -> None:
    for trouble in ({"kind": "cut"}, {"kind": "cut_answer"}, {"kind": "truncate"}, {"kind": "malformed"}):
        sandbox.fault(path=API, count=0, **trouble)
        assert {name for name, words in attempts.all().items() if not words} == set(), trouble
        sandbox.clear_faults()


def test_a_host_that_is_not_there(attempts: Attempts, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    monkeypatch.setenv("PIXXEL_BASE_URL", f"http://127.0.0.1:{port}/")
    told = attempts.all()
    assert {name: words for name, words in told.items() if "Nothing answers at" not in words} == {}


@pytest.mark.parametrize("trouble", [
    {"kind": "status", "status": 500}, {"kind": "status", "status": 409}, {"kind": "cut"},
    {"kind": "malformed", "body": "{}"}, {"kind": "lost", "status": 500}, {"kind": "lost_cut"}])
def test_what_changes_something_fails_after_what_it_read_before(
    attempts: Attempts, sandbox: SandboxProcess, trouble: dict[str, Any]
) -> None:
    """What costs is sent once. Where it was done and not told, it is found; else it is asked."""
    by_name = {one.name().partition("_")[2]: one for one in attempts.algorithms}
    for name, operation in CHANGES.items():
        priced, begun = operation in PRICED, sandbox.last_entry()
        sandbox.fault(operation=operation, after=int(priced), count=0, **trouble)
        words = attempts.outcome(by_name[name])
        sandbox.clear_faults()
        assert not words or whole_sentences(words), (name, words)
        sent = sum(one["operation"] == operation for one in sandbox.log(after=begun))
        assert sent > int(priced), name
        if name in COSTLY:
            assert sent == 1 + int(priced), name
            done, told = trouble["kind"] in ("lost", "lost_cut", "malformed"), trouble.get("status") == 409
            assert bool(words) != done, (name, words)
            assert ("it is not known whether" in words) == (not done and not told), (name, words)


@pytest.mark.parametrize("body", ["{}", "[]", "null", '"words"', "[null]", "[{}]"])
def test_answers_that_lack_everything(attempts: Attempts, sandbox: SandboxProcess, body: str) -> None:
    """What can do without works, what cannot says so."""
    sandbox.fault(kind="malformed", path=API, body=body, count=0)
    told = attempts.all()
    assert told["pixxel_getaoi"] and told["pixxel_downloadcatalog"]


def test_a_storage_that_gives_nothing(
    attempts: Attempts, sandbox: SandboxProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nor to those that wait as they are asked to, in threads of their own."""
    from imagery_hub.providers.http.retry import RetryPolicy

    pause = RetryPolicy.pause
    monkeypatch.setattr(RetryPolicy, "pause", lambda *given: None if pause(*given) is None else 0.01)
    attempts.algorithms = [one for one in attempts.algorithms if one.name() in BUNDLES]
    for trouble in ({"kind": "status", "status": 403}, {"kind": "status", "status": 500}, {"kind": "cut"},
                    {"kind": "status", "status": 404}, {"kind": "cut_answer"}, {"kind": "expired"}):
        sandbox.fault(path="^/blob/", count=0, **trouble)
        assert {name for name, words in attempts.all().items() if words} == BUNDLES, trouble
        sandbox.clear_faults()
