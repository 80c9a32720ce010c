"""The contract of the Descartes Labs catalog is honest, and whole: examples, handlers, paths, what is only assumed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import jsonschema
import pytest
from sandbox_process import ROOT

from sandbox.contract import FOLDER, Contract, NoRoute, WrongMethod, broken_answer
from sandbox.descarteslabs.handlers import operation
from sandbox.schema import validator, without_assumed

CONTRACT = Contract(FOLDER / "descarteslabs.openapi.yaml")
CATALOG = "/metadata/v1/catalog/products"
HARVEST = CATALOG + "/acme:harvest"


def examples() -> Iterator[tuple[str, Any, Any]]:
    """Every example of a request or an answer with its schema."""
    reader = CONTRACT.reader
    for template, item in CONTRACT.document["paths"].items():
        for method, node in item.items():
            if method not in ("get", "put", "post", "delete", "patch", "head"):
                continue
            bodies = [("request", reader.resolve(node.get("requestBody", {})), False)]
            bodies += [(status, reader.resolve(one), True) for status, one in node["responses"].items()]
            for label, body, strict in bodies:
                for media in body.get("content", {}).values():
                    found = [media["example"]] if "example" in media else []
                    found += [one["value"] for one in media.get("examples", {}).values()]
                    for example in found:
                        yield f"{method} {template} {label}", reader.read(media["schema"], strict), example


def test_examples_keep_to_their_schemas() -> None:
    problems, count = [], 0
    for name, schema, example in examples():
        count += 1
        problems += [f"{name} {one.json_path}: {one.message}" for one in validator(schema).iter_errors(example)]
    assert problems == []
    assert count > 100


def test_every_operation_has_a_handler_and_every_handler_an_operation() -> None:
    assert len(CONTRACT.operations) == 46
    storage = {one.id for one in CONTRACT.operations.values() if one.in_storage}
    assert storage == {"putSignedFile"}
    assert CONTRACT.operations["putSignedFile"].keys_begin == "descarteslabs/"
    assert set(operation.handlers) == set(CONTRACT.operations) - storage


def test_schemas_are_valid_json_schema() -> None:
    for one in CONTRACT.operations.values():
        for rule in one.responses.values():
            if rule.schema is not None:
                jsonschema.Draft202012Validator.check_schema(rule.schema)


def test_the_contract_names_no_place_of_this_machine() -> None:
    text = (ROOT / "sandbox/contract/descarteslabs.openapi.yaml").read_text("utf-8")
    assert "/work/" not in text and "/home/" not in text


@pytest.mark.parametrize(("method", "path", "wanted"), [
    ("POST", "/token", "refreshToken"), ("POST", CATALOG, "addProduct"), ("PATCH", HARVEST, "changeProduct"),
    ("GET", CATALOG + "/deletion_tasks/node-a:482113", "productDeletionStatus"),
    ("GET", HARVEST + "/bands/red", "getBand"), ("PATCH", HARVEST + "/bands/acme:harvest:red", "changeBand"),
    ("POST", HARVEST + "/images/upload/a.tif", "createUpload"), ("POST", HARVEST + "/uploads", "listUploads"),
    ("GET", HARVEST + "/uploads/a.tif", "getUpload"), ("GET", "/metadata/v1/bands/all/acme:harvest", "bandsOfProduct"),
    ("GET", "/metadata/v1/bands/derived/derived:ndvi", "getDerivedBand"),
    ("GET", "/metadata/v1/bands/acme:harvest:red", "getFlatBand"),
    ("GET", "/storage/v1/products/get/acme:harvest/a.tif", "getObject"),
    ("HEAD", "/storage/v1/products/get/acme:harvest/a.tif", "headObject"),
    ("DELETE", "/storage/v1/data/deep/in/a.txt", "deleteObject"), ("GET", "/storage/v1/data/list", "listObjects"),
    ("POST", "/raster/v2/npz", "rasterArray"), ("POST", "/raster/v1/npz", "rasterArrayV1")])
def test_paths(method: str, path: str, wanted: str) -> None:
    assert CONTRACT.route(method, path)[0].id == wanted


@pytest.mark.parametrize(("method", "path"), [
    ("GET", CATALOG + "/a/b"), ("GET", "/token"), ("POST", "/raster/v3/npz"), ("PUT", "/metadata/v1/search"),
    ("GET", HARVEST + "/images/a/b")])
def test_paths_that_are_not_there(method: str, path: str) -> None:
    with pytest.raises((NoRoute, WrongMethod)):
        CONTRACT.route(method, path)


def test_answers_hold_nothing_that_the_contract_does_not_know() -> None:
    one = CONTRACT.operations["getFlatProduct"]
    assert broken_answer(one, 200, {"id": "acme:harvest", "title": "Harvest"}) is None
    assert broken_answer(one, 200, {"id": "acme:harvest", "colour": "red"}) is not None
    assert broken_answer(one, 418, {"errors": []}) is not None


def test_what_is_only_assumed_is_dropped() -> None:
    errors = {"errors": [{"status": "404", "title": "Not found", "detail": "It was not found."}]}
    derived = {"id": "derived:ndvi", "name": "ndvi", "bands": ["nir", "red"], "type": "derived"}
    kept = {"id": "derived:ndvi", "bands": ["nir", "red"]}
    for name, status, answer, left in (("getProduct", 404, errors, {}), ("getDerivedBand", 200, derived, kept),
                                       ("refreshToken", 401, {"error": "invalid_grant"}, {})):
        rule = CONTRACT.operations[name].responses[status]
        assert rule.schema is not None and broken_answer(CONTRACT.operations[name], status, answer) is None
        assert without_assumed(answer, rule.schema) == left
