"""The metadata and storage services by plain HTTP (sections 11 and 13)."""

from __future__ import annotations

import json
from typing import Any

import pytest
import requests
from descarteslabs_calls import CATALOG, DescartesCalls
from sandbox_process import SandboxProcess

META = "metadata/v1/"
STORE = "storage/v1/"


@pytest.fixture
def dl(sandbox: SandboxProcess) -> DescartesCalls:
    return DescartesCalls(sandbox)


@pytest.fixture
def product(dl: DescartesCalls) -> str:
    """A product with six images, one month and one degree apart."""
    found = dl.product()
    for number in range(1, 7):
        west = 8 + number
        square = [[[west, 45], [west + 0.5, 45], [west + 0.5, 45.5], [west, 45.5], [west, 45]]]
        dl.image(found, f"i{number}", acquired=f"2021-0{number}-15T06:00:00Z", cloud_fraction=number / 10,
                 fill_fraction=1 - number / 10, sat_id="RX-4" if number % 2 else "RX-5", file_sizes=[100 * number],
                 raster_size=[10, number], geometry={"type": "Polygon", "coordinates": square},
                 extra_properties={"flight": number, "pilot": f"pilot {number}"})
    return found


def keys(dl: DescartesCalls, product: str, **members: Any) -> list[str]:
    """Keys of what a search finds, in its order."""
    return [one["key"] for one in dl.sent("POST", META + "search", {"products": [product], **members})]


@pytest.mark.parametrize(("members", "wanted"), [
    ({}, "123456"), ({"sort_order": "desc"}, "654321"), ({"sort_field": "fill_fraction"}, "654321"),
    ({"sat_ids": ["RX-4"]}, "135"), ({"start_datetime": "2021-03-15T06:00:00Z", "end_datetime": "2021-05-15T06:00:00Z"},
                                     "34"),
    ({"start_datetime": "2021-05-15T08:00:00+02:00"}, "56"), ({"cloud_fraction": 0.2}, "12"),
    ({"fill_fraction": 0.75}, "12"), ({"storage_state": "remote"}, ""), ({"storage_state": "available"}, "123456"),
    ({"geom": "POINT(10.2 45.2)"}, "2"), ({"geom": json.dumps({"type": "Point", "coordinates": [10.2, 45.2]})}, "2"),
    ({"geom": json.dumps({"type": "Feature", "properties": {}, "geometry": {
        "type": "LineString", "coordinates": [[9.2, 45.2], [11.2, 45.2]]}})}, "123"),
    ({"query_expr": {"and": [{"range": {"cloud_fraction": {"gt": 0.1, "lte": 0.3}}}]}}, "23"),
    ({"query_expr": {"or": [{"eq": {"flight": 1}}, {"eq": {"flight": 6}}]}}, "16"),
    ({"query_expr": {"and": [{"ne": {"sat_id": "RX-4"}}, {"like": {"pilot": "%4"}}]}}, "4"),
    ({"query_expr": {"range": {"acquired": {"gte": "2021-06-01"}}}}, "6"),
    ({"query_expr": {"range": {"pilot": {"gt": 3}}}}, ""), ({"query_expr": {"range": {"none": {"lt": 3}}}}, ""),
    ({"limit": 2}, "12")])
def test_searches(dl: DescartesCalls, product: str, members: dict[str, Any], wanted: str) -> None:
    assert keys(dl, product, **members) == [f"i{one}" for one in wanted]


def test_pages_end_with_an_empty_header(dl: DescartesCalls, product: str) -> None:
    found: list[str] = []
    token, pages = "", 0
    while True:
        body = {"products": [product], "limit": 4, **({"continuation_token": token} if token else {})}
        answer = dl.request("POST", META + "search", json=body)
        found += [one["key"] for one in answer.json()]
        token, pages = answer.headers["x-continuation-token"], pages + 1
        if not token:
            break
    assert (found, pages) == ([f"i{one}" for one in range(1, 7)], 2)


def test_further_pages_are_of_the_same_search(dl: DescartesCalls, product: str) -> None:
    body = {"products": [product], "limit": 2}
    first = dl.request("POST", META + "search", json=body)
    dl.image(product, "i0", acquired="2020-01-01")
    dl.sent("DELETE", f"{CATALOG}products/{product}/images/i3")
    body["continuation_token"] = first.headers["x-continuation-token"]
    assert [one["key"] for one in dl.sent("POST", META + "search", body)] == ["i4"]
    assert keys(dl, product, limit=2) == ["i0", "i1"]


def test_the_order_at_random_is_the_same_for_a_seed(dl: DescartesCalls, product: str) -> None:
    first = keys(dl, product, random_seed=7)
    assert keys(dl, product, random_seed=7) == first and sorted(first) == [f"i{one}" for one in range(1, 7)]
    assert any(keys(dl, product, random_seed=one) != first for one in range(8, 12))


def test_only_the_fields_asked_for(dl: DescartesCalls, product: str) -> None:
    ask = {"products": [product], "limit": 1}
    whole = dl.sent("POST", META + "search", ask)[0]
    assert (whole["type"], whole["id"], whole["properties"]["product"]) == ("Feature", f"{product}:i1", product)
    assert dl.sent("POST", META + "search", {**ask, "fields": []}) == [{"id": f"{product}:i1"}]
    assert set(dl.sent("POST", META + "search", {**ask, "fields": ["geometry"]})[0]) == {
        "id", "type", "geometry", "properties"}
    assert dl.sent("POST", META + "search", {**ask, "fields": ["key", "acquired"]}) == [
        {"id": f"{product}:i1", "key": "i1", "properties": {"acquired": "2021-01-15T06:00:00Z"}}]


@pytest.mark.parametrize("body", [
    {}, {"products": []}, {"products": ["acme:harvest"], "geom": "here"}, {"products": ["acme:harvest"], "limit": 0},
    {"products": ["acme:harvest"], "limit": 10001}, {"products": ["acme:harvest"], "date": "birthday"},
    {"products": ["acme:harvest"], "query_expr": {"near": {"a": 1}}}, {"products": ["acme:harvest"], "geom": ""
                                                                       "{\"type\": \"Polygon\"}"},
    {"products": ["acme:harvest"], "query_expr": {"range": {"a": {"about": 1}}}},
    {"products": ["acme:harvest"], "start_datetime": "soon"}])
def test_searches_that_are_refused(dl: DescartesCalls, product: str, body: dict[str, Any]) -> None:
    assert dl.refused("POST", META + "search", body)[0] == 400


def test_nobody_finds_what_is_not_for_them(dl: DescartesCalls, product: str, sandbox: SandboxProcess) -> None:
    other = DescartesCalls(sandbox, "other")
    assert keys(other, product) == [] and other.sent("GET", META + "products") == []
    assert other.refused("GET", META + f"get/{product}:i1")[0] == 404


def test_summaries(dl: DescartesCalls, product: str) -> None:
    assert dl.sent("POST", META + "summary", {"products": [product]}) == {
        "count": 6, "bytes": 2100, "products": [product]}
    found = dl.sent("POST", META + "summary", {"products": [product], "interval": "quarter", "pixels": True,
                                               "cloud_fraction": 0.4})
    assert (found["count"], found["pixels"]) == (4, 100)
    assert found["items"] == [
        {"date": "2021-01-01T00:00:00.000Z", "timestamp": 1609459200, "count": 3, "bytes": 600, "pixels": 60},
        {"date": "2021-04-01T00:00:00.000Z", "timestamp": 1617235200, "count": 1, "bytes": 400, "pixels": 40}]
    weeks = dl.sent("POST", META + "summary", {"products": [product], "interval": "week"})["items"]
    assert weeks[0]["date"] == "2021-01-11T00:00:00.000Z" and len(weeks) == 6
    assert len(dl.sent("POST", META + "summary", {"products": [product], "interval": "y"})["items"]) == 1
    assert dl.refused("POST", META + "summary", {"products": [product], "interval": "decade"})[0] == 400


def test_images_by_their_ids(dl: DescartesCalls, product: str) -> None:
    ids = [f"{product}:i3", f"{product}:none", f"{product}:i1"]
    found = dl.sent("POST", META + "batch/images", {"ids": ids, "ignore_not_found": True, "fields": ["acquired"]})
    assert found == [{"id": ids[0], "acquired": "2021-03-15T06:00:00Z"},
                     {"id": ids[2], "acquired": "2021-01-15T06:00:00Z"}]
    assert dl.refused("POST", META + "batch/images", {"ids": ids})[0] == 404


def test_products_by_owner_text_and_bands(dl: DescartesCalls, sandbox: SandboxProcess) -> None:
    for name in ("one", "two", "three"):
        dl.product(name, read=["org:acme"], description=f"Number {name}")
    dl.band("acme:two")
    colleague = DescartesCalls(sandbox, "colleague")
    colleague.product("theirs")

    def ids(**members: Any) -> list[str]:
        return [one["id"] for one in dl.sent("POST", META + "products/search", members)]

    assert ids(owner=dl.ready["subject"], limit=1000) == ["acme:one", "acme:three", "acme:two"]
    assert ids(owner=dl.ready["user"]) == []
    assert ids() == ["acme:one", "acme:theirs", "acme:three", "acme:two"]
    assert ids(text="number T") == ["acme:three", "acme:two"] and ids(bands=["red"]) == ["acme:two"]
    first = dl.request("POST", META + "products/search", json={"limit": 3})
    token = first.headers["X-Continuation-Token"]
    last = dl.request("POST", META + "products/search", json={"limit": 3, "continuation_token": token})
    assert [one["id"] for one in last.json()] == ["acme:two"] and "X-Continuation-Token" not in last.headers


def test_bands_by_product_wavelength_and_owner(dl: DescartesCalls) -> None:
    product = dl.product()
    dl.band(product, wavelength_center=665, wavelength_fwhm=30, wavelength_unit="nm")
    dl.band(product, name="nir", srcband=2, wavelength_min=780, wavelength_max=900, wavelength_unit="nm")

    def names(**members: Any) -> list[str]:
        return [one["name"] for one in dl.sent("POST", META + "bands/search", members)]

    assert names(products=[product]) == ["nir", "red"] and names(owner=dl.ready["subject"]) == ["nir", "red"]
    assert names(wavelength=670) == ["red"] and names(wavelength=850) == ["nir"] and names(wavelength=700) == []
    assert names(limit=1, offset=1) == ["red"] and names(products=["acme:none"]) == []
    assert dl.sent("GET", META + "bands/all/acme:none") == {}
    assert dl.sent("GET", META + f"bands/{product}:red")["read"] == []
    assert dl.refused("GET", META + f"bands/{product}:blue")[0] == 404
    assert [one["id"] for one in dl.sent("POST", META + "bands/derived/search", {
        "bands": ["red", "nir"], "require_bands": True})] == ["derived:ndvi"]


# ---------------------------------------------------------------------- storage
def put(dl: DescartesCalls, key: str, content: bytes) -> None:
    address = dl.request("GET", STORE + f"data/new_resumable_url/{key}").text
    assert requests.put(address, data=content, timeout=60).status_code == 200


def test_files_of_ones_own(dl: DescartesCalls, sandbox: SandboxProcess) -> None:
    put(dl, "deep/down/a.txt", b"one")
    put(dl, "deep/down/a.txt", b"two!")
    put(dl, "b.txt", b"three")
    answer = dl.request("GET", STORE + "data/get/deep/down/a.txt")
    assert (answer.content, answer.headers["Content-Type"]) == (b"two!", "application/octet-stream")
    head = dl.request("HEAD", STORE + "data/get/deep/down/a.txt")
    assert (head.status_code, head.content, head.headers["Content-Length"]) == (200, b"", "4")
    assert dl.request("HEAD", STORE + "data/get/none").status_code == 404
    assert dl.sent("GET", STORE + "data/list") == ["b.txt", "deep/down/a.txt"]
    assert dl.sent("GET", STORE + "data/list", params={"prefix": "deep"}) == ["deep/down/a.txt"]
    signed = dl.request("GET", STORE + "data/get_signed_url/deep/down/a.txt").text
    part = requests.get(signed, headers={"Range": "bytes=1-2"}, timeout=60)
    assert (part.status_code, part.content) == (206, b"wo")
    other = DescartesCalls(sandbox, "other")
    assert other.refused("GET", STORE + "data/get/b.txt")[0] == 404 and other.sent("GET", STORE + "data/list") == []
    assert dl.request("DELETE", STORE + "data/b.txt").status_code == 204
    assert dl.refused("DELETE", STORE + "data/b.txt")[0] == 404
    dl.sandbox.control("POST", "clock", {"advance": 901})
    assert requests.get(signed, timeout=60).status_code == 403


@pytest.mark.parametrize("key", ["a/%2E%2E", "x" * 600, "a b/\u00e4.txt", "a:b"])
def test_odd_keys(dl: DescartesCalls, key: str) -> None:
    put(dl, key, b"odd")
    assert dl.request("GET", STORE + f"data/get/{key}").content == b"odd"
    assert len(dl.sent("GET", STORE + "data/list")) == 1


def test_a_long_list_in_pages(dl: DescartesCalls) -> None:
    for number in range(1003):
        address = dl.request("GET", STORE + f"tmp/new_resumable_url/f {number:04}").text
        requests.put(address, data=b"x", timeout=60)
    first = dl.request("GET", STORE + "tmp/list")
    assert len(first.json()) == 1000
    last = dl.request("GET", STORE + "tmp/list", headers={"X-NEXT": first.headers["X-NEXT"]})
    assert last.json() == ["f 1000", "f 1001", "f 1002"] and "X-NEXT" not in last.headers


def test_what_storage_refuses(dl: DescartesCalls) -> None:
    for kind in ("products", "logs"):
        assert dl.refused("GET", STORE + f"{kind}/new_resumable_url/a")[0] == 403
        assert dl.refused("DELETE", STORE + f"{kind}/a")[0] == 403
    assert dl.refused("GET", STORE + "attic/get/a")[0] == 404 and dl.refused("GET", STORE + "attic/list")[0] == 400
    assert dl.refused("GET", STORE + "data/get_signed_url/none")[0] == 404


@pytest.mark.needs_assumed("descarteslabs D01")
def test_trouble_on_demand_reaches_every_service(dl: DescartesCalls) -> None:
    dl.sandbox.control("POST", "faults", {"kind": "status", "status": 503, "operation": "getProduct",
                                          "retry_after": 1})
    answer = dl.request("GET", CATALOG + "products/acme:harvest")
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "1")
    assert answer.json()["errors"][0]["status"] == "503"
    dl.sandbox.control("POST", "faults", {"kind": "status", "status": 503, "operation": "putSignedFile"})
    address = dl.request("GET", STORE + "data/new_resumable_url/a").text
    assert requests.put(address, data=b"x", timeout=60).status_code == 503
    assert requests.put(address, data=b"x", timeout=60).status_code == 200
    dl.sandbox.control("POST", "faults", {"kind": "revoke_key", "operation": "listProductIds"})
    assert dl.request("GET", META + "products").status_code == 401
    assert dl.request("GET", META + "products").status_code == 401
    dl.log_in()
    assert dl.sent("GET", META + "products") == []
