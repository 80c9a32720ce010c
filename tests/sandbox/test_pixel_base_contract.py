"""The contract of Geodata Pixel is honest, and whole: examples, handlers, exact slashes, what is only assumed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import jsonschema
import pytest
from sandbox_process import ROOT

from sandbox.contract import FOLDER, Contract, NoRoute, WrongMethod, broken_answer
from sandbox.pixel.handlers import operation
from sandbox.schema import validator, without_assumed

CONTRACT = Contract(FOLDER / "pixel.openapi.yaml")
COLLECTION = "/projects/10/data_collections/6/"


def examples() -> Iterator[tuple[str, Any, Any]]:
    """Every example of a request, an answer or a schema with its schema."""
    reader = CONTRACT.reader
    for template, item in CONTRACT.document["paths"].items():
        for method, node in item.items():
            if method not in ("get", "put", "post", "delete", "patch"):
                continue
            bodies = [("request", reader.resolve(node.get("requestBody", {})), False)]
            bodies += [(status, reader.resolve(one), True) for status, one in node["responses"].items()]
            for label, body, strict in bodies:
                for media in body.get("content", {}).values():
                    found = [media["example"]] if "example" in media else []
                    found += [one["value"] for one in media.get("examples", {}).values()]
                    for example in found:
                        yield f"{method} {template} {label}", reader.read(media["schema"], strict), example
    for name, schema in CONTRACT.document["components"]["schemas"].items():
        if "example" in schema:
            yield name, reader.read(schema, strict=True), schema["example"]


def test_examples_keep_to_their_schemas() -> None:
    problems, count = [], 0
    for name, schema, example in examples():
        count += 1
        problems += [f"{name} {one.json_path}: {one.message}" for one in validator(schema).iter_errors(example)]
    assert problems == []
    assert count > 300


def test_every_operation_has_a_handler_and_every_handler_an_operation() -> None:
    assert len(CONTRACT.operations) == 89
    storage = {one.id for one in CONTRACT.operations.values() if one.in_storage}
    assert storage == {"postPresignedForm", "putPresignedPart"}
    assert set(operation.handlers) == set(CONTRACT.operations) - storage


def test_schemas_are_valid_json_schema() -> None:
    for one in CONTRACT.operations.values():
        for rule in one.responses.values():
            if rule.schema is not None:
                jsonschema.Draft202012Validator.check_schema(rule.schema)


def test_answers_hold_nothing_that_the_contract_does_not_know() -> None:
    one = CONTRACT.operations["getProject"]
    assert broken_answer(one, 200, {"id": 10, "name": "Bridges"}) is None
    assert broken_answer(one, 200, {"id": 10, "name": "Bridges", "colour": "red"}) is not None
    assert broken_answer(one, 200, {"id": 10}) is not None
    assert broken_answer(one, 418, {"detail": "No"}) is not None


def test_the_contract_names_no_place_of_this_machine() -> None:
    text = (ROOT / "sandbox/contract/pixel.openapi.yaml").read_text("utf-8")
    assert "/work/" not in text and "/home/" not in text


@pytest.mark.parametrize(("method", "path", "wanted"), [
    ("GET", "/projects/", "listProjects"), ("GET", "/projects/10", "getProject"),
    ("GET", "/projects/deleted", "listDeletedProjects"),
    ("GET", "/projects/10/data_collections/deleted", "listDeletedDataCollections"),
    ("POST", COLLECTION + "upload_jobs/multipart", "createMultipartUploadJobs"),
    ("PUT", COLLECTION + "upload_jobs/multiple_uploadFinished", "multipleUploadFinished"),
    ("PUT", COLLECTION + "upload_jobs/901/uploadFinished", "uploadFinished"),
    ("POST", COLLECTION + "rasters/optimized/run", "runOptimizedRasters"),
    ("GET", COLLECTION + "rasters/optimized/", "listOptimizedRasters"),
    ("DELETE", COLLECTION + "rasters/101/optimized", "deleteOptimizedRasters"),
    ("GET", COLLECTION + "harvest_services/12", "getHarvestService"),
    ("GET", COLLECTION + "harvest_services/12/", "listHarvestTasks"),
    ("GET", "/arcgis_services/gdo-users", "listGdoUsers"), ("GET", "/arcgis_services/Image/4", "getArcgisService"),
    ("PUT", "/users/oidc/43/", "updateOidcUser"), ("GET", "/jobs/groups/7100", "getJobGroup"),
    ("GET", "/search/info", "searchInfo")])
def test_paths(method: str, path: str, wanted: str) -> None:
    assert CONTRACT.route(method, path)[0].id == wanted


@pytest.mark.parametrize(("method", "path"), [
    ("GET", "/projects"), ("GET", "/projects/10/"), ("GET", "/projects/deleted/"), ("POST", "/search"),
    ("PUT", "/users/oidc/43"), ("GET", "/arcgis_services/image/"), ("POST", COLLECTION + "upload_jobs"),
    ("POST", COLLECTION + "upload_jobs/multipart/"), ("GET", "/projects/x"), ("GET", "/_storage/form")])
def test_paths_that_are_not_there(method: str, path: str) -> None:
    with pytest.raises((NoRoute, WrongMethod)):
        CONTRACT.route(method, path)


def _stripped(operation_id: str, status: int, answer: Any) -> Any:
    rule = CONTRACT.operations[operation_id].responses[status]
    assert rule.schema is not None
    assert broken_answer(CONTRACT.operations[operation_id], status, answer) is None
    return without_assumed(answer, rule.schema)


def _example(name: str) -> Any:
    return CONTRACT.document["components"]["schemas"][name]["example"]


@pytest.mark.parametrize(("operation_id", "status", "schema", "left"), [
    ("getProject", 200, "Project", {"id", "name"}), ("getImage", 200, "Image", {"id", "name"}),
    ("getRaster", 200, "Raster", {"id", "name"}), ("getMe", 200, "User", {"username", "email"}),
    ("getDataCollection", 200, "DataCollection", {"id", "name", "data_collection_type"}),
    ("getProject", 404, "Error", set()), ("createProject", 422, "ValidationError", set()),
    ("deleteImage", 200, "DeletionReceipt", set()), ("getImageMetadata", 200, "ImageMetadata", set()),
    ("getHarvestService", 200, "HarvestService", {"id", "name"}),
    ("getArcgisService", 200, "ArcGISService", {"id", "name", "options", "url"})])
def test_what_is_only_assumed_is_dropped(operation_id: str, status: int, schema: str, left: set[str]) -> None:
    assert set(_stripped(operation_id, status, _example(schema))) == left


def test_what_the_vendors_client_reads_stays() -> None:
    for operation_id, schema in (("uploadFinished", "UploadFinished"), ("multipleUploadFinished",
                                                                        "MultipleUploadFinished")):
        stripped = _stripped(operation_id, 200, _example(schema))
        assert stripped.get("job", {}).get("job_id") or stripped["group_job"]["group_id"]
    group = _example("GroupJob")
    assert _stripped("getJobGroup", 200, group) == {name: group[name] for name in (
        "total_jobs", "success_count", "failed_count", "completed")}
