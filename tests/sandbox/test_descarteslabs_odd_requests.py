"""Every operation of the sandbox's Descartes Labs is asked odd things: none may break it or its contract."""

from __future__ import annotations

import copy
import io
from collections.abc import Iterator
from typing import Any

import numpy
import pytest
from descarteslabs_calls import DescartesCalls
from sandbox_process import SandboxProcess

from sandbox.contract import FOLDER, Contract

CONTRACT = Contract(FOLDER / "descarteslabs.openapi.yaml")
ODD: tuple[Any, ...] = (None, "", "x" * 3000, "\u0000", -1, 0, 10**30, 1.5e308, True, [], {}, [None], ["x"], [-1], [[]],
                        {"x": 1}, {"type": "Polygon", "coordinates": [[[0, 0]] * 4]})
TEXTS = ("", "x", "-1", "99999999999999999999999", "\u0000", "\u00e4", "true", "..", "None")
LAST = ("removeProduct",)


class Place:
    """A product of the staff with a band, an image with pixels and a file, and the values of all path members."""

    def __init__(self, sandbox: SandboxProcess) -> None:
        self.calls = calls = DescartesCalls(sandbox, "staff")
        product = calls.product()
        self.keep(product)
        target = io.BytesIO()
        numpy.save(target, numpy.ones((4, 4), "uint16"))
        calls.upload(product, "one", target.getvalue(), geotrans=[500000, 10, 0, 5000000, 0, -10], proj4="EPSG:32632",
                     process_controls={"upload_type": "ndarray"})
        calls.result(product, "one.tif")
        self.values = {"product_id": product, "name": "red", "image_id": "one", "upload_id": "one.tif",
                       "band_id": f"{product}:red", "storage_type": "products", "key": f"{product}/one.tif",
                       "task": "node-a:1"}

    def keep(self, product: str) -> None:
        """See that the band is there."""
        if self.calls.request("GET", f"metadata/v1/catalog/products/{product}/bands/red").status_code == 404:
            self.calls.band(product)

    def path(self, template: str) -> str:
        """The template with its members filled in."""
        values = dict(self.values)
        if "/catalog/" not in template:
            values["image_id"] = f"{values['product_id']}:one"
        return template.format(**values).lstrip("/")


@pytest.fixture
def place(sandbox: SandboxProcess) -> Place:
    return Place(sandbox)


def odd(value: Any) -> Iterator[Any]:
    """The value with one part, however deep, that is odd or missing."""
    if isinstance(value, dict):
        for name in value:
            yield {key: one for key, one in value.items() if key != name}
            for one in ODD:
                yield {**copy.deepcopy(value), name: one}
            for inner in odd(value[name]):
                yield {**value, name: inner}
    elif isinstance(value, list) and value:
        for inner in odd(value[0]):
            yield [inner, *value[1:]]
        yield from ([one, *value[1:]] for one in ODD)


def real(value: Any, place: Place) -> Any:
    """An example that names what is there."""
    if isinstance(value, dict):
        return {name: real(one, place) for name, one in value.items()}
    if isinstance(value, list):
        return [real(one, place) for one in value]
    if isinstance(value, str) and value.startswith("acme:harvest"):
        return value.replace("acme:harvest", place.values["product_id"]).replace("fields_2021_06_14", "one")
    return value


def examples(operation_id: str) -> list[Any]:
    """The examples of a body."""
    node = next(one for item in CONTRACT.document["paths"].values() for one in item.values()
                if isinstance(one, dict) and one.get("operationId") == operation_id)
    media = CONTRACT.reader.resolve(node.get("requestBody", {})).get("content", {}).get("application/json", {})
    found = [one["value"] for one in media.get("examples", {}).values()]
    return found + ([media["example"]] if "example" in media else [])


def ordered() -> list[Any]:
    known = [one for one in CONTRACT.operations.values() if not one.in_storage]
    return sorted(known, key=lambda one: (one.id in LAST, one.method == "DELETE", one.id))


def test_odd_requests_are_answered_within_the_contract(place: Place) -> None:
    count, broken = 0, []
    for one in ordered():
        place.keep(place.values["product_id"])
        path = place.path(one.template)
        given = [real(example, place) for example in examples(one.id)]
        if one.template.startswith("/raster/"):
            small = {"outputBounds": [500000, 4999960, 500040, 5000000], "bands": ["red"], "resolution": 10}
            given = [{**example, **small} for example in given]
        if one.id in ("searchImages", "summarizeImages"):
            given.append({"products": [place.values["product_id"]], "geom": "POINT (9 45)", "sat_ids": ["RX-4"],
                          "start_datetime": "2021-01-01", "query_expr": {"or": [{"eq": {"sat_id": "RX-4"}}]},
                          "random_seed": 3, "fields": ["key"], "interval": "day", "cloud_fraction": 0.5})
        asked: list[dict[str, Any]] = [{"json": body} for example in given for body in (example, *odd(example))]
        asked += [{"params": {name: text}} for name in one.query_rules for text in TEXTS]
        for options in asked or [{}]:
            answer = place.calls.request(one.method, path, **options)
            count += 1
            if answer.status_code >= 500:
                broken.append(f"{one.id} {options}: {answer.text[:300]}")
    assert broken == [], "\n".join(broken)
    assert count > 1500


@pytest.mark.parametrize("body", [
    b"", b"{", b"[]", b"null", b"3", b"\xff\xfe", b'{"id": NaN}', pytest.param(b'{"a":' * 2000, id="nested")])
def test_bodies_that_are_no_json(place: Place, body: bytes) -> None:
    for one in ordered():
        if one.body is not None:
            answer = place.calls.request(one.method, place.path(one.template), data=body,
                                         headers={"Content-Type": "application/json"})
            assert answer.status_code < 500, f"{one.id}: {answer.text}"


def test_odd_paths(place: Place) -> None:
    for one in ordered():
        for name in one.path_rules:
            for text in ("x", "-1", ":", "a:b", "9" * 3000, "..%2f..", "%00", "\u00e4", "%25"):
                path = one.template.replace("{" + name + "}", text)
                answer = place.calls.request(one.method, place.path(path),
                                             json={} if one.body is not None else None)
                assert answer.status_code < 500, f"{one.id} {name}={text}: {answer.text}"
