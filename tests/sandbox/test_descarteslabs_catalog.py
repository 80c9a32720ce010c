"""Products, bands, images and who may do what with them, by plain HTTP (sections 2 to 7 of the notes)."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest
from descarteslabs_calls import CATALOG, RED, DescartesCalls
from sandbox_process import SandboxProcess

PRODUCTS = CATALOG + "products"


@pytest.fixture
def dl(sandbox: SandboxProcess) -> DescartesCalls:
    return DescartesCalls(sandbox)


# ---------------------------------------------------------------------- tokens
def test_a_token_tells_who_it_is_for_and_ends(dl: DescartesCalls) -> None:
    answer = dl.token(dl.account["client_id"], dl.account["refresh_token"]).json()
    middle = answer["access_token"].split(".")[1]
    claims = json.loads(base64.urlsafe_b64decode(middle + "=" * (-len(middle) % 4)))
    assert (claims["aud"], claims["org"], claims["sub"]) == ("sandbox-dl-client", "acme", dl.ready["subject"])
    assert claims["exp"] - claims["iat"] == 3600
    dl.product()
    dl.sandbox.control("POST", "clock", {"advance": 3601})
    assert dl.refused("GET", f"{PRODUCTS}/acme:harvest")[0] == 401
    dl.log_in()
    assert dl.sent("GET", f"{PRODUCTS}/acme:harvest")["data"]["id"] == "acme:harvest"


def test_what_gets_no_token(dl: DescartesCalls) -> None:
    wrong = dl.token("sandbox-dl-client", "nonsense")
    assert (wrong.status_code, wrong.json()) == (401, {"error": "invalid_grant"})
    other = dl.token("sandbox-dl-client", dl.account["refresh_token"], grant_type="password")
    assert other.status_code == 400 and "error" in other.json()
    assert dl.token("sandbox-dl-client", dl.account["refresh_token"], grant_type=(
        "urn:ietf:params:oauth:grant-type:jwt-bearer")).json() == {"error": "unsupported_grant_type"}


def test_the_client_of_old_gets_an_id_token(dl: DescartesCalls) -> None:
    legacy = dl.ready["accounts"]["legacy"]
    answer = dl.token(legacy["client_id"], legacy["refresh_token"], target=legacy["client_id"], api_type="app",
                      scope="openid name groups org email", grant_type="urn:ietf:params:oauth:grant-type:jwt-bearer")
    assert answer.status_code == 200 and set(answer.json()) == {"id_token"}
    dl.session.headers["Authorization"] = f"Bearer {answer.json()['id_token']}"
    assert dl.product() == "acme:harvest"


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer a.b.c", "Basic eA==", "Bearer ä"])
def test_no_token_no_answer(dl: DescartesCalls, header: str) -> None:
    dl.session.headers["Authorization"] = header.encode("utf-8") if header else ""
    assert dl.refused("GET", "metadata/v1/products")[0] == 401


def test_a_token_with_other_claims_is_refused(dl: DescartesCalls) -> None:
    head, claims, signature = str(dl.session.headers["Authorization"]).removeprefix("Bearer ").split(".")
    read = json.loads(base64.urlsafe_b64decode(claims + "=" * (-len(claims) % 4)))
    forged = base64.urlsafe_b64encode(json.dumps({**read, "org": "rivals"}).encode()).rstrip(b"=").decode()
    dl.session.headers["Authorization"] = f"Bearer {head}.{forged}.{signature}"
    assert dl.refused("GET", "metadata/v1/products")[0] == 401


# ---------------------------------------------------------------------- products
def test_a_product_is_made_changed_replaced_and_removed(dl: DescartesCalls) -> None:
    body = {"id": "harvest", "title": "Harvest", "description": "Fields", "sensor": "RX-4", "read": ["org:acme"],
            "start_datetime": "2021-06-01", "resolution": "3 m"}
    made = dl.sent("POST", PRODUCTS, body)["data"]
    assert (made["id"], made["type"], made["meta"]["owner_type"]) == ("acme:harvest", "product", "user")
    attributes = made["attributes"]
    assert (attributes["start_date"], attributes["end_date"]) == ("2021-06-01T00:00:00Z", None)
    assert attributes["owners"] == ["org:acme", f"user:{dl.ready['user']}"]
    assert (attributes["read"], attributes["writers"], attributes["tags"]) == (["org:acme"], [], [])
    path = f"{PRODUCTS}/{made['id']}"
    changed = dl.sent("PATCH", path, {"title": "Harvests", "end_datetime": "2021-07-01T12:00:00+02:00"})["data"]
    assert (changed["attributes"]["title"], changed["attributes"]["sensor"]) == ("Harvests", "RX-4")
    assert changed["attributes"]["end_date"] == "2021-07-01T10:00:00Z"
    assert changed["meta"]["modified"] > made["meta"]["modified"]
    replaced = dl.sent("PUT", path, {"title": "New", "description": "All new"})["data"]["attributes"]
    assert (replaced["sensor"], replaced["start_date"], replaced["read"]) == ("", None, [])
    assert replaced["owners"] == attributes["owners"]
    assert dl.sent("GET", path)["data"]["attributes"] == replaced
    answer = dl.request("DELETE", path, params={"cascade": "False"})
    assert (answer.status_code, answer.content, answer.headers["Content-Type"]) == (204, b"", "text/plain")
    assert dl.refused("GET", path)[0] == 404


@pytest.mark.parametrize(("members", "words"), [
    ({"read": ["acme"]}, "read"), ({"writers": ["org:"]}, "writers"), ({"id": "a b"}, "id"), ({"id": "a/b"}, "id"),
    ({"colour": "red"}, "colour"), ({"start_datetime": "soon"}, "start_datetime"), ({"title": 3}, "title"),
    ({"start_datetime": "2021-06-02", "end_datetime": "2021-06-01"}, "end_datetime"), ({"nbits": 8}, "nbits")])
def test_products_that_are_refused(dl: DescartesCalls, members: dict[str, Any], words: str) -> None:
    body = {"id": "harvest", "title": "Harvest", "description": "Fields", **members}
    status, told = dl.refused("POST", PRODUCTS, body)
    assert status == 400 and words in told
    assert dl.sent("GET", "metadata/v1/products") == []


def test_ids_and_their_namespaces(dl: DescartesCalls, sandbox: SandboxProcess) -> None:
    assert dl.product("acme:one") == "acme:one"
    own = f"{dl.ready['user']}:two"
    assert dl.product(own) == own
    body = {"id": "rivals:three", "title": "x", "description": "y"}
    assert dl.refused("POST", PRODUCTS, body)[0] == 403
    assert dl.refused("POST", PRODUCTS, {**body, "id": "one"})[0] == 409
    other = DescartesCalls(sandbox, "other")
    assert other.product("one") == f"{other.account['namespace']}:one" and len(other.account["namespace"]) == 40


def test_who_sees_and_changes_a_product(dl: DescartesCalls, sandbox: SandboxProcess) -> None:
    colleague, other = DescartesCalls(sandbox, "colleague"), DescartesCalls(sandbox, "other")
    product = dl.product()
    dl.band(product)
    path = f"{PRODUCTS}/{product}"
    assert colleague.sent("PATCH", path, {"notes": "Mine too"})["data"]["attributes"]["notes"] == "Mine too"
    assert other.refused("GET", path)[0] == 404
    dl.sent("PATCH", path, {"read": [f"user:{other.account['namespace']}"]})
    assert other.sent("GET", path)["data"]["id"] == product
    assert other.refused("PATCH", path, {"notes": "x"})[0] == 403
    assert other.refused("GET", f"{path}/bands/red")[0] == 404
    dl.sent("PATCH", path + "?set_global_permissions=true", {"read": ["email:other@acme.example"]})
    assert other.sent("GET", f"{path}/bands/red")["data"]["id"] == "acme:harvest:red"
    assert other.refused("DELETE", f"{path}/bands/red")[0] == 403


def test_a_cascade_takes_bands_and_images_along(dl: DescartesCalls) -> None:
    product = dl.product()
    dl.band(product)
    dl.image(product, "one")
    path = f"{PRODUCTS}/{product}"
    status, words = dl.refused("DELETE", path)
    assert status == 400 and "cascade" in words
    answer = dl.request("DELETE", path, params={"cascade": "True"})
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "application/json")
    task = f"{PRODUCTS}/deletion_tasks/{answer.json()['deletion_task']}"
    running = dl.sent("GET", task)
    assert (running["completed"], running["response"], running["task"]["total"]) == (False, None, 2)
    assert dl.refused("GET", path)[0] == 404
    assert dl.sent("GET", "metadata/v1/get/acme:harvest:one")["key"] == "one"
    dl.sandbox.control("POST", "clock", {"advance": 2})
    done = dl.sent("GET", task)
    assert (done["completed"], done["task"], done["response"]["deleted"]) == (True, None, 2)
    assert dl.refused("GET", "metadata/v1/get/acme:harvest:one")[0] == 404
    assert dl.sent("POST", "metadata/v1/bands/search", {}) == []
    dl.sandbox.control("POST", "clock", {"advance": 3700})
    dl.log_in()
    assert dl.refused("GET", task)[0] == 404


def test_a_product_that_is_made_again_keeps_its_new_bands(dl: DescartesCalls) -> None:
    product = dl.product()
    dl.band(product)
    dl.sent("DELETE", f"{PRODUCTS}/{product}?cascade=true")
    dl.product()
    dl.band(product, name="nir", srcband=2)
    dl.sandbox.control("POST", "clock", {"advance": 2})
    assert [one["name"] for one in dl.sent("POST", "metadata/v1/bands/search", {})] == ["nir"]


# ---------------------------------------------------------------------- bands
def test_a_band_is_made_changed_replaced_and_removed(dl: DescartesCalls) -> None:
    product = dl.product()
    dl.band(product)
    path = f"{PRODUCTS}/{product}/bands/red"
    one = dl.sent("GET", path)["data"]["attributes"]
    assert (one["nbits"], one["srcfile"], one["jpx_layer"], one["tags"]) == (16, 0, 0, [])
    changed = dl.sent("PATCH", f"{PRODUCTS}/{product}/bands/{product}:red", {"dtype": "Float32", "nodata": -1})
    assert (changed["data"]["attributes"]["nbits"], changed["data"]["attributes"]["color"]) == (32, "Red")
    replaced = dl.sent("PUT", path, {"srcband": 2, "dtype": "Byte", "data_range": [0, 255], "type": "class"})
    assert replaced["data"]["attributes"]["srcband"] == 2 and "nodata" not in replaced["data"]["attributes"]
    assert dl.refused("POST", f"{PRODUCTS}/{product}/bands", RED)[0] == 409
    assert dl.request("DELETE", path).status_code == 204
    assert dl.refused("GET", path)[0] == 404


@pytest.mark.parametrize(("members", "words"), [
    ({"srcband": 0}, "srcband"), ({"dtype": "UInt12"}, "dtype"), ({"data_range": [5, 1]}, "data_range"),
    ({"data_range": [0, 70000]}, "data_range"), ({"data_range": [0]}, "data_range"), ({"type": "derived"}, "type"),
    ({"type": "mask"}, "color"), ({"colormap_name": "viridis"}, "color"), ({"color": "Lightness"}, "color"),
    ({"colormap_name": "rainbow", "color": "Palette"}, "colormap_name"), ({"resolution": 3}, "resolution_unit"),
    ({"resolution": 3, "resolution_unit": "m"}, "resolution_unit"), ({"wavelength_center": 665}, "wavelength_unit"),
    ({"nbits": 16}, "nbits"), ({"colormap": [[0, 0, 0, 256]], "color": "Palette"}, "colormap"),
    ({"dtype": "Byte", "data_range": [0, 255], "default_range": [0, 255], "color": "Palette",
      "colormap": [[0, 0, 0, 255]] * 257}, "colormap")])
def test_bands_that_are_refused(dl: DescartesCalls, members: dict[str, Any], words: str) -> None:
    product = dl.product()
    status, told = dl.refused("POST", f"{PRODUCTS}/{product}/bands", {**RED, **members})
    assert status == 400 and words in told


def test_a_change_is_checked_with_what_was_there(dl: DescartesCalls) -> None:
    product = dl.product()
    dl.band(product, resolution=3, resolution_unit="meters")
    path = f"{PRODUCTS}/{product}/bands/red"
    assert dl.refused("PATCH", path, {"dtype": "Byte"})[0] == 400
    assert dl.sent("GET", path)["data"]["attributes"]["dtype"] == "UInt16"


# ---------------------------------------------------------------------- images
def test_an_image_is_made_changed_replaced_and_removed(dl: DescartesCalls) -> None:
    product = dl.product()
    square = {"type": "Polygon", "coordinates": [[[9, 45], [9.1, 45], [9.1, 45.1], [9, 45.1], [9, 45]]]}
    dl.image(product, "one:a", acquired="2021-06-14", geometry=json.dumps(square), bucket="b", directory="d",
             files=["a.tif", "b.tif"], extra_properties={"flight": 17}, cloud_fraction=0.1)
    path = f"{PRODUCTS}/{product}/images/one:a"
    one = dl.sent("GET", path)["data"]
    assert one["id"] == "acme:harvest:one:a" and one["attributes"]["geometry"] == square
    assert (one["attributes"]["bucket"], one["attributes"]["directory"]) == (["b", "b"], ["d", "d"])
    assert one["attributes"]["acquired"] == "2021-06-14T00:00:00Z"
    assert dl.sent("PATCH", path, {"sat_id": "RX-4"})["data"]["attributes"]["extra_properties"] == {"flight": 17}
    replaced = dl.sent("PUT", path, {"storage_state": "remote"})["data"]["attributes"]
    assert replaced == {"product": "acme:harvest", "storage_state": "remote"}
    assert dl.sent("GET", "metadata/v1/get/acme:harvest:one:a")["key"] == "one:a"
    assert dl.request("DELETE", path).status_code == 204
    assert dl.refused("GET", path)[0] == 404


@pytest.mark.parametrize(("members", "words"), [
    ({"storage_state": "remote", "files": ["a.tif"]}, "files"), ({"storage_state": "lost"}, "storage_state"),
    ({"extra_properties": {str(one): one for one in range(51)}}, "extra_properties"),
    ({"extra_properties": {"a": [1]}}, "a: [1]"), ({"geometry": "{}"}, "geometry"),
    ({"geometry": {"type": "Polygon"}}, "geometry"), ({"cloud_fraction": 1.5}, "cloud_fraction"),
    ({"geotrans": [1, 2, 3]}, "geotrans"), ({"acquired": "yesterday"}, "acquired"), ({"bpp": [8]}, "bpp"),
    ({"raster_size": [0, 4]}, "raster_size")])
def test_images_that_are_refused(dl: DescartesCalls, members: dict[str, Any], words: str) -> None:
    product = dl.product()
    status, told = dl.refused("POST", f"{PRODUCTS}/{product}/images", {"id": "one", **members})
    assert status == 400 and words in told


# ---------------------------------------------------------------------- the vendor's own, and records of old
def test_only_staff_makes_core_products(dl: DescartesCalls, sandbox: SandboxProcess) -> None:
    body = {"id": "survey:reference", "title": "Reference", "description": "Survey"}
    assert dl.refused("POST", CATALOG + "core/products", body)[0] == 403
    staff = DescartesCalls(sandbox, "staff")
    made = staff.sent("POST", CATALOG + "core/products", body)["data"]
    assert (made["id"], made["meta"]["owner_type"]) == ("survey:reference", "core")
    assert staff.sent("POST", CATALOG + "core/products/survey:reference/bands", RED)["data"]["id"].endswith(":red")
    staff.sent("POST", CATALOG + "core/products/survey:reference/images", {"id": "one"})
    assert dl.sent("GET", f"{PRODUCTS}/survey:reference/images/one")["data"]["type"] == "image"
    assert dl.refused("PATCH", f"{PRODUCTS}/survey:reference", {"notes": "x"})[0] == 403


def test_bands_of_old_are_shown_and_never_taken(dl: DescartesCalls) -> None:
    dl.sandbox.control("POST", "descarteslabs/products", {
        "id": "acme:old", "title": "Old", "description": "Kept", "bands": [
            {"name": "cover", "type": "classification", "resolution": 10, "resolution_unit": "m"}]})
    one = dl.sent("GET", f"{PRODUCTS}/acme:old/bands/cover")["data"]["attributes"]
    assert (one["type"], one["resolution_unit"]) == ("classification", "m")
