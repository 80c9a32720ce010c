"""The contract file is honest, and the sandbox keeps to it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml
from sandbox_process import ROOT

from sandbox.contract import FOLDER, Contract, Operations, broken_answer
from sandbox.picterra.handlers import operation
from sandbox.platform import Answer
from sandbox.schema import without_assumed

CONTRACT = Contract(FOLDER / "picterra.openapi.yaml")
STORAGE = {"putBlob", "getBlob"}


def examples() -> Iterator[tuple[str, Any, Any]]:
    """Every example of a JSON request or answer with its schema."""
    reader = CONTRACT.reader
    for template, item in CONTRACT.document["paths"].items():
        for method, node in item.items():
            if method not in ("get", "put", "post", "delete"):
                continue
            bodies = [("request", reader.resolve(node.get("requestBody", {})), False)]
            bodies += [(status, reader.resolve(one), True) for status, one in node["responses"].items()]
            for label, body, strict in bodies:
                media = body.get("content", {}).get("application/json", {})
                schema = reader.read(media["schema"], strict) if "schema" in media else None
                found = [media["example"]] if "example" in media else []
                found += [one["value"] for one in media.get("examples", {}).values()]
                for number, example in enumerate(found):
                    yield f"{method} {template} {label} {number}", schema, example


@pytest.mark.parametrize(("schema", "example"), [pytest.param(schema, example, id=name)
                                                  for name, schema, example in examples()])
def test_example_keeps_to_its_schema(schema: Any, example: Any) -> None:
    from sandbox.schema import validator

    assert schema is not None
    errors = [f"{one.json_path}: {one.message}" for one in validator(schema).iter_errors(example)]
    assert errors == []


def test_examples_are_found() -> None:
    assert len(list(examples())) > 150


def test_every_operation_has_a_handler_and_every_handler_an_operation() -> None:
    assert len(CONTRACT.operations) == 46
    assert set(operation.handlers) == set(CONTRACT.operations) - STORAGE


def test_literal_paths_come_before_parameters() -> None:
    assert CONTRACT.route("POST", "/rasters/import/")[0].id == "startRasterImport"
    assert CONTRACT.route("POST", "/rasters/upload/file/")[0].id == "startRasterUpload"
    found, values = CONTRACT.route("GET", "/rasters/import/")
    assert (found.id, values) == ("getRaster", {"raster_id": "import"})


def _assumed(schema: Any, path: str = "") -> Iterator[str]:
    for name, member in schema.get("properties", {}).items():
        if member.get("x-assumed"):
            assert name not in schema.get("required", ()), f"{path}.{name} is assumed and required"
            yield f"{path}.{name}"
        yield from _assumed(member, f"{path}.{name}")
    if "items" in schema:
        yield from _assumed(schema["items"], path + "[]")


def test_assumed_members_are_never_required_and_are_all_dropped() -> None:
    found: set[str] = set()
    for one in CONTRACT.operations.values():
        for status, rule in one.responses.items():
            if rule.schema is not None and status < 300:
                found |= {f"{one.id}{path}" for path in _assumed(rule.schema)}
    assert {"getRaster.type", "getRaster.user_tag", "getRaster.cloud_coverage", "listRasters.results[].footprint",
            "createRasterMarker.text", "getOperation.type", "getOperation.results.expiration",
            "getOperation.errors.message", "getOperation.results.by_class[].class.color",
            "listDetectors.results[].classes", "getDetector.user_tag",
            "listRasterVectorLayers.results[].geojson_urls"} <= found
    rule = CONTRACT.operations["getOperation"].responses[200]
    answer = {"type": "detection", "status": "success", "metadata": {"raster_id": "r"}, "errors": None, "results": {
        "url": "http://x/y", "expiration": "2024-06-03T13:00:05Z",
        "by_class": [{"class": {"id": "1", "name": "tree", "color": "#33aa55"}, "result": {"vector_layer_id": "v"}}]}}
    assert rule.schema is not None
    assert without_assumed(answer, rule.schema) == {
        "status": "success", "metadata": {"raster_id": "r"}, "errors": None, "results": {
            "url": "http://x/y", "by_class": [{"class": {"name": "tree"}, "result": {"vector_layer_id": "v"}}]}}


@pytest.mark.parametrize(("operation_id", "status", "body", "words"), [
    ("getFolder", 200, {"id": "1"}, "name"),
    ("getFolder", 200, {"id": "1", "name": "x", "colour": "red"}, "colour"),
    ("getFolder", 200, {"id": "1", "name": "x", "created_at": "yesterday"}, "created_at"),
    ("getFolder", 418, {}, "418"),
    ("deleteRaster", 204, {"id": "1"}, "without a body"),
    ("getRaster", 200, {"id": "1", "name": "x", "status": "done"}, "status"),
])
def test_an_answer_that_breaks_the_contract_is_noticed(operation_id: str, status: int, body: Any, words: str) -> None:
    problem = broken_answer(CONTRACT.operations[operation_id], status, body)
    assert problem is not None and words in problem


def test_an_answer_that_keeps_to_the_contract_is_let_through() -> None:
    assert broken_answer(CONTRACT.operations["getFolder"], 200, {"id": "1", "name": "x"}) is None
    assert broken_answer(CONTRACT.operations["deleteRaster"], 204, None) is None


def test_an_operation_has_one_handler() -> None:
    operations = Operations()
    operations("one")(lambda: None)
    with pytest.raises(ValueError, match="two handlers"):
        operations("one")(lambda: None)


def test_schemas_are_valid_json_schema() -> None:
    for one in CONTRACT.operations.values():
        for rule in one.responses.values():
            if rule.schema is not None:
                jsonschema.Draft202012Validator.check_schema(rule.schema)


def test_the_contract_names_no_place_of_this_machine() -> None:
    text = (ROOT / "sandbox/contract/picterra.openapi.yaml").read_text("utf-8")
    assert yaml.safe_load(text)["openapi"].startswith("3.0")
    assert "/work/" not in text and "/home/" not in text


# ------------------------------------------------------------------ the server holds itself to it
class Probe:
    """An application around one handler that can be replaced, and a way to ask it."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        from sandbox.application import Application
        from sandbox.blobs import BlobStore
        from sandbox.clock import Clock
        from sandbox.faults import Faults
        from sandbox.jobs import Pool
        from sandbox.log import RequestLog
        from sandbox.object_storage import ObjectStorage
        from sandbox.picterra.platform import Picterra
        from sandbox.platform import Services
        from sandbox.settings import Settings

        clock = Clock()
        self.services = Services(folder, Settings(), clock, RequestLog(), Faults(), BlobStore(folder / "b", clock),
                                 Pool(), ObjectStorage(folder / "s", clock))
        self._monkeypatch = monkeypatch
        self._application = Application(self.services, [Picterra(self.services)])

    def handle(self, operation_id: str, handler: Any) -> None:
        self._monkeypatch.setitem(operation.handlers, operation_id, handler)

    def ask(self, path: str) -> tuple[int, Any]:
        sent: list[dict[str, Any]] = []

        async def receive() -> dict[str, Any]:
            return {"type": "http.request", "body": b"", "more_body": False}

        async def send(message: dict[str, Any]) -> None:
            sent.append(message)

        path = "/public/api/v2" + path
        scope = {"type": "http", "method": "GET", "path": path, "raw_path": path.encode(), "query_string": b"",
                 "scheme": "http", "headers": [(b"host", b"x"), (b"x-api-key", b"sandbox-picterra-key")]}
        asyncio.run(self._application(scope, receive, send))
        return sent[0]["status"], json.loads(sent[1]["body"])


@pytest.fixture
def probe(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Probe:
    return Probe(tmp_path, monkeypatch)


def test_the_server_answers_500_instead_of_a_broken_answer(probe: Probe, capsys: pytest.CaptureFixture[str]) -> None:
    probe.handle("getUserInfo", lambda world, call: Answer(200, {"user": 3}))
    status, body = probe.ask("/users/me/")
    assert status == 500 and "would break the contract" in body["detail"] and "'user'" in body["detail"]
    entry = list(probe.services.log.select())[-1]
    assert (entry["flags"], entry["operation"], entry["status"]) == (["contract-broken"], "getUserInfo", 500)
    assert "Contract broken" in capsys.readouterr().err
    probe.services.use(probe.services.settings.changed({"check_answers": False}))
    assert probe.ask("/users/me/") == (200, {"user": 3})


def test_a_handler_that_breaks_is_seen(probe: Probe, capsys: pytest.CaptureFixture[str]) -> None:
    def broken(world: Any, call: Any) -> Answer:
        raise ZeroDivisionError("by nought")

    probe.handle("getUserInfo", broken)
    status, body = probe.ask("/users/me/")
    assert status == 500 and "by nought" in body["detail"]
    assert list(probe.services.log.select())[-1]["flags"] == ["handler-failed"]
    assert "ZeroDivisionError" in capsys.readouterr().err


def test_an_operation_that_is_not_written_answers_501(probe: Probe, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(operation.handlers, "getUserInfo")
    assert probe.ask("/users/me/") == (501, {"detail": "getUserInfo is not written yet."})
