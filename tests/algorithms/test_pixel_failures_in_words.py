"""Every algorithm of Geodata Pixel, in every kind of failure: it ends with a whole sentence and tells no secret.

Also part of the run in which the sandbox drops what is only assumed.
"""

from __future__ import annotations

import re
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import failure_words
import pytest
from drawn_layers import layer
from failure_words import OPTIONAL, whole_sentences
from pixel_files import photo
from pixel_logins import logins
from pixel_tenant import Tenant
from qgis.core import (
    QgsFeature,
    QgsGeometry,
    QgsProcessing,
    QgsProcessingAlgorithm,
    QgsProcessingProvider,
    QgsVectorLayer,
)
from sandbox_pixel import PixelCalls
from sandbox_process import SandboxProcess

pytestmark = pytest.mark.usefixtures("without_pauses")
API = "^/fjord/"
REFUSED, SICK = ({"kind": "status", "status": status} for status in (403, 500))
#: Asks the source of a harvest alone.
ELSEWHERE = {"pixel_listsourcefields"}
BESIDE = {f"pixel_{one}" for one in ("addservice", "createharvestservice", "listsourcefields")}
STORED = {f"pixel_{one}" for one in (
    "addattachments", "downloadattachments", "downloadfiles", "uploadimages", "uploadpointclouds", "uploadrasters")}
AREA = "POLYGON((10.6 59.85, 10.9 59.85, 10.9 59.98, 10.6 59.98, 10.6 59.85))"
#: An address with what opens it, a token.
SECRETS = re.compile(r"://[^/\s]*:[^/\s]*@|[?&](?:token|sig\w*|X-\w+-\w+|password)=|Bearer|eyJ|marker-secret")


class Attempts(failure_words.Attempts):
    """On a tenant that has one of each kind."""

    def __init__(self, run: Any, provider: QgsProcessingProvider, tenant: Tenant) -> None:
        super().__init__(run, provider, tenant.folder)
        self.tenant = tenant
        self.photo = str(photo(tenant.folder / "upload.jpg"))

    def outcome(self, algorithm: QgsProcessingAlgorithm) -> str:
        words = super().outcome(algorithm)
        assert [one for one in (words, *self.run.messages) if SECRETS.search(one)] == [], algorithm.name()
        return words

    def parameters(self, algorithm: QgsProcessingAlgorithm) -> Iterator[tuple[str, Any]]:
        also = self.tenant.also.get(algorithm.name().partition("_")[2], {})
        for one in algorithm.parameterDefinitions():
            name = one.name()
            if name in also:
                yield name, also[name]
            elif one.isDestination():
                yield name, self.destination(algorithm, one)
            elif one.flags() & OPTIONAL and not (name == "GDO_USERS" and "create" in algorithm.name()):
                if name == "FILES" or (name == "PROJECT" and "attachment" in algorithm.name()):
                    yield name, [self.photo] if name == "FILES" else self.tenant.project
            elif one.type() == "source":
                yield name, self.rows(one)
            elif name in self.tenant.values:
                yield name, self.tenant.values[name]

    def rows(self, parameter: Any) -> QgsVectorLayer:
        """An area, a file that failed before, or an image with another name."""
        if QgsProcessing.SourceType.TypeVectorPolygon in parameter.dataTypes():
            return layer([QgsGeometry.fromWkt(AREA)], "EPSG:4326")
        again = {"file": self.tenant.also["uploadrasters"]["FILES"][0], "kind": "raster", "support_files": "[]",
                 "fields": "{}", "json_metadata": "{}"}
        changed = {"id": self.tenant.values["IMAGE"], "name": "pier"}
        cells = again if parameter.name() == "TABLE" else changed
        made = QgsVectorLayer("None?" + "&".join(f"field={name}:string" for name in cells), "rows", "memory")
        row = QgsFeature(made.fields())
        row.setAttributes(list(cells.values()))
        made.dataProvider().addFeature(row)
        return made


@pytest.fixture
def attempts(run_pixel: Any, imagery_hub: QgsProcessingProvider, pixel: PixelCalls, tmp_path: Path
             ) -> Iterator[Attempts]:
    with logins() as keep:
        yield Attempts(run_pixel, imagery_hub, Tenant(pixel, tmp_path, keep))


@pytest.mark.needs_assumed("pixel AnalysisService.name")
def test_all_work_where_nothing_is_wrong(attempts: Attempts) -> None:
    """Or the failures below would prove nothing."""
    assert len(attempts.algorithms) >= 89
    assert {name: words for name, words in attempts.all().items() if words} == {}


def test_a_password_that_is_not_taken(attempts: Attempts, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PIXEL_PASSWORD", "marker-secret-not-the-password")
    named = re.compile("did not accept.*PIXEL_PASSWORD", re.DOTALL)
    assert {name for name, words in attempts.all().items() if not named.search(words)} == ELSEWHERE


def test_a_login_that_does_not_work(attempts: Attempts, sandbox: SandboxProcess) -> None:
    for trouble in ({"kind": "status", "status": 500}, {"kind": "cut"}, {"kind": "malformed"},
                    {"kind": "malformed", "body": "{}"}, {"kind": "truncate"}, {"kind": "status", "status": 404}):
        sandbox.fault(path="^/realms/", count=0, **trouble)
        assert {name for name, words in attempts.all().items() if not words} == ELSEWHERE, trouble
        sandbox.clear_faults()


def test_requests_that_are_refused(attempts: Attempts, sandbox: SandboxProcess) -> None:
    for status, sentence in ((400, "refused the request"), (403, "does not allow this"),
                             (404, "does not know|They are not there"), (409, "contradicts"), (422, "refused"),
                             (500, "has a fault of its own")):
        sandbox.fault(kind="status", path=API, status=status, count=0)
        others = {name: words for name, words in attempts.all().items() if not re.search(sentence, words)}
        assert set(others) == ELSEWHERE, others
        sandbox.clear_faults()


def test_answers_that_do_not_arrive(attempts: Attempts, sandbox: SandboxProcess) -> None:
    for trouble in ({"kind": "cut"}, {"kind": "cut_answer"}, {"kind": "truncate"}, {"kind": "malformed"}):
        sandbox.fault(path=API, count=0, **trouble)
        assert {name for name, words in attempts.all().items() if not words} == ELSEWHERE, trouble
        sandbox.clear_faults()


@pytest.mark.parametrize("variable", ["PIXEL_API_URL", "PIXEL_AUTH_SERVER_URL"])
def test_a_host_that_is_not_there(attempts: Attempts, monkeypatch: pytest.MonkeyPatch, variable: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    monkeypatch.setenv(variable, f"http://127.0.0.1:{port}" + ("/fjord" if variable == "PIXEL_API_URL" else ""))
    told = attempts.all()
    assert {name for name, words in told.items() if "Nothing answers at" not in words} == ELSEWHERE


@pytest.mark.needs_assumed("pixel AnalysisService.name")
def test_what_changes_something_is_refused(attempts: Attempts, sandbox: SandboxProcess) -> None:
    """After what it read before."""
    changing = re.compile(r"pixel_(add(?!raster|service)|create|delete|edit|move|optimise|push|refresh|restore|retry"
                          r"|revoke|run|start|stop|update|upload)")
    attempts.algorithms = [one for one in attempts.algorithms if changing.match(one.name())]
    assert len(attempts.algorithms) >= 52
    for trouble, sentence in ((SICK, "has a fault of its own"), ({"kind": "cut"}, "was cut")):
        for method in ("POST", "PUT", "PATCH", "DELETE"):
            sandbox.fault(path=API, method=method, count=0, **trouble)
        told = attempts.all()
        # There is no copy to be deleted yet, and no harvest to be stopped.
        assert {name for name, words in told.items() if sentence not in words} == {
            "pixel_deleteoptimised", "pixel_stopharvestservice"}, told
        sandbox.clear_faults()


@pytest.mark.parametrize("body", ["{}", "[]"])
def test_changes_that_are_answered_with_nothing(attempts: Attempts, sandbox: SandboxProcess, body: str) -> None:
    """They are done: what can find that out works, what cannot says so."""
    for method in ("POST", "PUT", "PATCH", "DELETE"):
        sandbox.fault(path=API, kind="malformed", body=body, method=method, count=0)
    told = attempts.all()
    assert told["pixel_search"] and not told["pixel_addattachments"]


def test_answers_that_lack_everything(attempts: Attempts, sandbox: SandboxProcess) -> None:
    """What can do without works, what cannot says so."""
    for body in ("{}", "[]", "null", '"words"', "[null]", "[{}]"):
        sandbox.fault(kind="malformed", path=API, body=body, count=0)
        told = attempts.all()
        assert told["pixel_uploadrasters"] and told["pixel_search"], body
        sandbox.clear_faults()


def test_servers_beside_the_platform(attempts: Attempts, sandbox: SandboxProcess) -> None:
    """The one that services are shown from, and the source of a harvest."""
    attempts.algorithms = [one for one in attempts.algorithms if one.name() in BESIDE]
    for trouble in (REFUSED, SICK, {"kind": "cut"}, {"kind": "malformed"}, {"kind": "malformed", "body": "{}"}):
        sandbox.fault(path="^/(arcgis|portal)/", count=0, **trouble)
        assert {name for name, words in attempts.all().items() if words} == BESIDE, trouble
        sandbox.clear_faults()


@pytest.mark.needs_assumed("pixel Attachment.download_url", "pixel Raster.download_url")
def test_a_storage_that_takes_and_gives_nothing(attempts: Attempts, sandbox: SandboxProcess) -> None:
    """Uploads list the files that failed."""
    sandbox.fault(path="^/(_storage|blob)/", count=0, **REFUSED)
    for one in (one for one in attempts.algorithms if one.name() in STORED):
        words = attempts.outcome(one)
        listed = "1 of 1 files failed. The table says why." in attempts.run.messages
        assert listed if "upload" in one.name() else whole_sentences(words), (one.name(), words)
