"""Every operation of the sandbox's Pixxel is asked odd things: none may break it or its contract."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any

import pytest
from sandbox_pixxel import CROPS, FIELDS, ITEM, TD2, PixxelCalls
from sandbox_process import SandboxProcess

from sandbox.contract import FOLDER, Contract

CONTRACT = Contract(FOLDER / "pixxel.openapi.yaml")
ODD: tuple[Any, ...] = (None, "", " ", "x" * 2000, "\u0000", -1, 0, 10**30, 1.5e308, True, [], {}, [None], ["x"], [-1],
                        [[]], [{}], {"x": 1}, {"type": "Polygon", "coordinates": [[[0, 0]] * 4]})
TEXTS = ("", "x", "-1", "0", "1,x", "1,,2", "99999999999999999999999", "\u0000", "\u00e4", "true", "..", "a/b", "None",
         "1e400", "nan", "9999-12-31T23:59:59Z", "0001-01-01", "../..")
ENOUGH = 5


class Place:
    """A workspace with some of everything, and the values of all path parameters for it."""

    def __init__(self, sandbox: SandboxProcess) -> None:
        self.calls = calls = PixxelCalls(sandbox)
        aoi = calls.post("v0/aois", {"name": "Odd", "description": "", "satellite_id": TD2, "provider": "pixxel",
                                     "project_id": CROPS, "geometry": FIELDS, "item_ids": [ITEM]})["aoi_id"]
        calls.until(lambda: calls.get(f"v0/aoi/{aoi}")["status"], lambda one: one == "success")
        index = calls.get("v0/indices", satellite_id=TD2)["indices"][0]["id"]
        picture = calls.post(f"v0/aois/{aoi}/visualizations", {"index_id": index})["id"]
        asset = calls.get(f"v0/aois/{aoi}/assets")["assets"][0]
        insight = calls.post(f"v0/aoi/{aoi}/insights", {
            "block": {"name": "kmeans", "version": "1.0.0"}, "input": [
                {"name": "input_image", "stac_url": asset["path"]}, {"name": "classes", "value": "2"}]})["id"]
        flow = calls.get("v0/workflows", project_id=CROPS)["workflows"][0]["id"]
        job = calls.post(f"v0/workflows/{flow}/jobs", project_id=CROPS)
        entry = sandbox.control("POST", "pixxel/catalogs", {"area": FIELDS})["catalogs"][0]
        download = calls.post("v0/catalogs/download", {"catalog_ids": [entry]})["id"]
        bundle = calls.post(f"v0/aois/{aoi}/downloads", {"asset_ids": [asset["id"]]})["download_id"]
        path = f"v0/aois/{aoi}/visualizations"
        calls.until(lambda: calls.get(path)["visualization"][0]["status"], lambda one: one == "success")
        self.values = {"aoi_id": aoi, "visualization_id": picture, "insight_id": insight, "workflow_id": flow,
                       "job_id": job["id"], "task_id": job["tasks"][0]["id"], "cid": "pixxel-td-l2a",
                       "name": "kmeans", "version": "1.0.0", "id": entry, "bundle": bundle, "download": download}
        self.real = {"aoi_id": aoi, "index_id": index, "project_id": CROPS, "catalog_ids": [entry], "item_ids": [ITEM],
                     "asset_ids": [asset["id"]], "dates": ["2024_01_17"], "date": "2024_01_17", "satellite_id": TD2}

    def path(self, template: str) -> str:
        """The template with its parameters filled in."""
        number = self.values["bundle" if "/aois/" in template else "download"]
        known = {"/v0/projects/{id}": CROPS, "/v0/archives/collections/{cid}/items/{id}": ITEM}
        return template.format(**{**self.values, "download_id": number,
                                  "id": known.get(template, self.values["id"])}).lstrip("/")

    def body(self, example: Any) -> Any:
        """An example with what is there in place of what its author invented."""
        if isinstance(example, dict):
            return {name: self.real.get(name, self.body(one)) for name, one in example.items()}
        return [self.body(one) for one in example] if isinstance(example, list) else example


def odd(value: Any, depth: int = 0) -> Iterator[Any]:
    """The value with one part, however deep, that is odd or missing."""
    if depth > ENOUGH:
        return
    if isinstance(value, dict):
        for name in value:
            yield {key: one for key, one in value.items() if key != name}
            for one in ODD:
                yield {**copy.deepcopy(value), name: one}
            for inner in odd(value[name], depth + 1):
                yield {**value, name: inner}
    elif isinstance(value, list) and value:
        for inner in odd(value[0], depth + 1):
            yield [inner, *value[1:]]
        yield from ([one, *value[1:]] for one in ODD)


def example(operation_id: str) -> Any:
    """The example of a body."""
    node = next(one for item in CONTRACT.document["paths"].values() for one in item.values()
                if one["operationId"] == operation_id)
    return CONTRACT.reader.resolve(node.get("requestBody", {})).get("content", {}).get("application/json", {}).get(
        "example")


@pytest.mark.timeout(300)
def test_odd_requests_are_answered_within_the_contract(sandbox: SandboxProcess) -> None:
    place = Place(sandbox)
    calls, count, broken = place.calls, 0, []
    for one in sorted(CONTRACT.operations.values(), key=lambda each: (each.method == "DELETE", each.id)):
        path, needed = place.path(one.template), dict.fromkeys(one.query_needed, CROPS)
        asked: list[dict[str, Any]] = [{"params": needed}]
        given = example(one.id)
        if given is not None:
            given = place.body(given)
            asked += [{"json": body, "params": needed} for body in (given, *odd(given))]
        asked += [{"params": {**needed, name: text}} for name in one.query_rules for text in TEXTS]
        for options in asked:
            answer = calls.request(one.method, path, **options)
            count += 1
            if answer.status_code >= 500 or answer.status_code not in one.responses:
                broken.append(f"{one.method} {path} {str(options)[:300]}: {answer.status_code} {answer.text[-600:]}")
        assert len(broken) < 10, "\n".join(broken)
    for name in place.values:
        for text in ("x", "..%2f..", "%00", "0" * 400, CROPS):
            for one in CONTRACT.operations.values():
                if "{" + name + "}" in one.template and one.method == "GET":
                    path = place.path(one.template.replace("{" + name + "}", text))
                    answer = calls.request("GET", path, params=dict.fromkeys(one.query_needed, CROPS))
                    count += 1
                    if answer.status_code >= 500:
                        broken.append(f"GET {path}: {answer.text[-600:]}")
    assert broken == []
    assert count > 2000
    assert sandbox.control("GET", "pixxel/jobs")["defects"] == []
