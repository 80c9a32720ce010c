"""The contract of Pixxel is honest, and whole: examples, handlers, paths, what is only assumed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import jsonschema
import pytest
from sandbox_pixxel import CROPS, FIELDS, TD2, PixxelCalls
from sandbox_process import ROOT, SandboxProcess

from sandbox.contract import FOLDER, Contract, NoRoute, WrongMethod, broken_answer
from sandbox.pixxel.handlers import operation
from sandbox.schema import validator, without_assumed

CONTRACT = Contract(FOLDER / "pixxel.openapi.yaml")


def examples() -> Iterator[tuple[str, Any, Any]]:
    """Every example of a request or an answer with its schema."""
    reader = CONTRACT.reader
    for template, item in CONTRACT.document["paths"].items():
        for method, node in item.items():
            bodies = [("request", reader.resolve(node.get("requestBody", {})), False)]
            bodies += [(status, reader.resolve(one), True) for status, one in node["responses"].items()]
            for label, body, strict in bodies:
                for media in body.get("content", {}).values():
                    if "example" in media:
                        yield f"{method} {template} {label}", reader.read(media["schema"], strict), media["example"]


def test_examples_keep_to_their_schemas() -> None:
    problems, count = [], 0
    for name, schema, example in examples():
        count += 1
        problems += [f"{name} {one.json_path}: {one.message}" for one in validator(schema).iter_errors(example)]
    assert problems == []
    assert count > 200


def test_every_operation_has_a_handler_and_every_handler_an_operation() -> None:
    assert len(CONTRACT.operations) == 57
    assert set(operation.handlers) == set(CONTRACT.operations)


def test_schemas_are_valid_json_schema() -> None:
    for one in CONTRACT.operations.values():
        for rule in one.responses.values():
            if rule.schema is not None:
                jsonschema.Draft202012Validator.check_schema(rule.schema)


def test_the_contract_names_no_place_of_this_machine() -> None:
    text = (ROOT / "sandbox/contract/pixxel.openapi.yaml").read_text("utf-8")
    assert "/work/" not in text and "/home/" not in text


@pytest.mark.parametrize(("method", "path", "wanted"), [
    ("GET", "/v0/catalogs/deliveries", "listDeliveries"), ("POST", "/v0/catalogs/search", "searchCatalogs"),
    ("POST", "/v0/catalogs/download", "createCatalogDownload"), ("GET", "/v0/catalogs/abc", "getCatalog"),
    ("GET", "/v0/blocks/insights", "listInsightBlocks"), ("GET", "/v0/blocks/kmeans", "listBlockVersions"),
    ("GET", "/v0/aoi/abc", "getAoi"), ("GET", "/v0/aois/abc/assets", "listAssets"), ("GET", "/ping", "ping")])
def test_paths(method: str, path: str, wanted: str) -> None:
    assert CONTRACT.route(method, path)[0].id == wanted


@pytest.mark.parametrize(("method", "path"), [
    ("GET", "/v0/aois/abc"), ("GET", "/v0/aoi"), ("POST", "/v0/aois/abc/insights"), ("GET", "/v0/projects/"),
    ("POST", "/v0/projects"), ("DELETE", "/v0/orders/abc"), ("GET", "/v0/indices/abc")])
def test_paths_that_are_not_there(method: str, path: str) -> None:
    with pytest.raises((NoRoute, WrongMethod)):
        CONTRACT.route(method, path)


def test_what_is_only_assumed_is_dropped() -> None:
    answer = {"items": {}, "pagination": {"limit": 1, "skip": 0, "total": 2, "next_token": "abc"}}
    rule = CONTRACT.operations["searchImages"].responses[200]
    assert broken_answer(CONTRACT.operations["searchImages"], 200, answer) is None
    assert rule.schema is not None
    assert without_assumed(answer, rule.schema)["pagination"] == {"limit": 1, "skip": 0, "total": 2}
    aoi = {"aoi_id": "x", "images": {"a": {"date": "2024-01-17"}}}
    rule = CONTRACT.operations["getAoi"].responses[200]
    assert rule.schema is not None and without_assumed(aoi, rule.schema) == {"aoi_id": "x"}


def test_a_cursor_is_not_shown_where_nothing_assumed_is(sandbox: SandboxProcess) -> None:
    sandbox.settings(drop_assumed=True)
    answer = sandbox.session.post(sandbox.ready["pixxel"]["root"] + "v0/search", json={
        "start_date": "2024-01-01T00:00:00Z", "end_date": "2024-12-31T00:00:00Z", "limit": 2, "geometry": FIELDS,
        "satellites": [{"collection_id": "pixxel-td-l2a", "satellite_id": TD2}]},
        headers={"Authorization": sandbox.ready["pixxel"]["api_key"]}, timeout=60)
    assert answer.json()["pagination"]["total"] > 2 and "next_token" not in answer.json()["pagination"]


@pytest.mark.parametrize(("method", "path"), [
    ("GET", "v0/projects?page_num=x"), ("GET", "v0/projects/nobody"), ("GET", "v0/reports?tz=Nowhere/At_all"),
    ("POST", f"v0/aois/{CROPS}/visualizations/{CROPS}/png"),
])
def test_errors_without_a_known_shape_are_dropped(
    sandbox: SandboxProcess, method: str, path: str
) -> None:
    """P05: these operations declare errors without the envelope."""
    calls = PixxelCalls(sandbox)
    assert calls.request(method, path, json={}).json()["error"]["message"]
    sandbox.settings(drop_assumed=True)
    del calls.session.headers["X-Sandbox-Whole"]
    answer = calls.request(method, path, json={})
    assert answer.status_code in (400, 404) and answer.json() == {}


def test_what_is_wrong_with_an_order_loses_its_list_only(sandbox: SandboxProcess) -> None:
    """P13."""
    calls = PixxelCalls(sandbox)
    whole = calls.error(400, "POST", "v0/orders", json={"dry_run": True, "order_items": []})
    assert [set(one) for one in whole["details"]] == [{"field", "issue"}]
    sandbox.settings(drop_assumed=True)
    del calls.session.headers["X-Sandbox-Whole"]
    left = calls.error(400, "POST", "v0/orders", json={"dry_run": True, "order_items": []})
    assert left == {name: value for name, value in whole.items() if name != "details"}
