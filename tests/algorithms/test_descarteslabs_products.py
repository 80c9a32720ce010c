"""Products of the Descartes Labs catalog by algorithm, read back by plain HTTP."""

from __future__ import annotations

import time
from typing import Any

import pytest
from descarteslabs_calls import DescartesCalls
from sandbox_descarteslabs import CatalogCalls


def test_a_product_is_added_with_its_properties(run_descarteslabs: Any, catalog: CatalogCalls) -> None:
    made = run_descarteslabs(
        "addproduct", ID="harvest", TITLE="Harvest", DESCRIPTION="June", READ="org:acme, email:a@b.example",
        START_DATETIME="2021-06-01T00:00:00Z", SPECTRAL_BANDS=4, NATIVE_BANDS="blue,red", RESOLUTION="3 m",
        NOTES="dry")
    found = catalog.catalog(f"products/{made['PRODUCT_ID']}")
    assert found["id"].endswith(":harvest") and found["title"] == "Harvest" and found["description"] == "June"
    assert found["read"] == ["org:acme", "email:a@b.example"] and found["spectral_bands"] == 4
    assert found["native_bands"] == ["blue", "red"] and found["resolution"] == "3 m" and found["notes"] == "dry"
    assert found["start_date"].startswith("2021-06-01")


@pytest.mark.parametrize(("given", "words"), [
    ({"READ": "acme"}, "org:"),
    ({"ID": "har vest"}, "cannot be an id"),
    ({"START_DATETIME": "2022-01-01T00:00:00Z", "END_DATETIME": "2021-01-01T00:00:00Z"}, "before it begins"),
    ({"TITLE": " "}, "“Title” is empty"),
    ({"START_DATETIME": "in June"}, "which is no date"),
])
def test_what_cannot_be_a_product_is_said_before(run_descarteslabs: Any, given: dict[str, Any], words: str) -> None:
    assert words in run_descarteslabs.refused("addproduct", **{"ID": "x", "TITLE": "x", "DESCRIPTION": "x", **given})


def test_own_products_are_listed(run_descarteslabs: Any, catalog: CatalogCalls) -> None:
    ids = {catalog.product("meadows"), catalog.product("orchards")}
    listed = run_descarteslabs("listproducts", OUTPUT="TEMPORARY_OUTPUT")
    assert {one.split(":")[0] for one in ids} == {listed["NAMESPACE"]}
    assert ids <= set(listed["PRODUCT_IDS"].split(","))
    rows = {one["id"]: one["title"] for one in listed["OUTPUT"].getFeatures()}
    assert {rows[one] for one in ids} == {"Meadows", "Orchards"}
    assert ids <= set(run_descarteslabs("listproducts", WHICH=1)["PRODUCT_IDS"].split(","))
    assert ids <= set(run_descarteslabs("listproducts", WHICH=2)["PRODUCT_IDS"].split(","))


def test_a_change_leaves_the_rest_and_a_replacement_does_not(run_descarteslabs: Any, catalog: CatalogCalls) -> None:
    product = catalog.product("change", sensor="RX-4", notes="old")
    run_descarteslabs("changeproduct", PRODUCT=product, NOTES="new")
    found = catalog.catalog(f"products/{product}")
    assert (found["notes"], found["sensor"], found["title"]) == ("new", "RX-4", "Change")
    run_descarteslabs("replaceproduct", PRODUCT=product, TITLE="T", DESCRIPTION="D")
    found = catalog.catalog(f"products/{product}")
    assert (found["title"], found["description"], found["sensor"], found["notes"]) == ("T", "D", "", "")
    assert "Nothing is to be changed" in run_descarteslabs.refused("changeproduct", PRODUCT=product)


def test_one_date_is_held_against_the_other_that_is_there(run_descarteslabs: Any, catalog: CatalogCalls) -> None:
    product = catalog.product("dates", start_datetime="2021-06-01", end_datetime="2021-06-30")
    before = run_descarteslabs.sandbox.last_entry()
    for given in ({"END_DATETIME": "2021-05-01T00:00:00Z"}, {"START_DATETIME": "2021-07-01T00:00:00Z"}):
        assert "before it begins" in run_descarteslabs.fails("changeproduct", PRODUCT=product, **given)
    assert not run_descarteslabs.sandbox.log(operation="changeProduct", after=before)
    run_descarteslabs("changeproduct", PRODUCT=product, END_DATETIME="2021-07-01T00:00:00Z")
    assert catalog.catalog(f"products/{product}")["end_date"].startswith("2021-07-01")


@pytest.mark.parametrize(("called", "needed"), [
    ("changeproduct", {}), ("replaceproduct", {"TITLE": "Access", "DESCRIPTION": "June"}),
])
def test_access_goes_to_bands_only_when_confirmed(
    run_descarteslabs: Any, catalog: CatalogCalls, called: str, needed: dict[str, Any]
) -> None:
    product = catalog.product("access")
    catalog.band(product, "red")
    other = DescartesCalls(catalog.sandbox, "other")

    def seen_by_the_other(path: str) -> bool:
        return bool(other.request("GET", f"metadata/v1/catalog/products/{product}{path}").status_code == 200)

    given = {"PRODUCT": product, **needed, "READ": "org:acme, email:other@acme.example"}
    assert not seen_by_the_other("") and not seen_by_the_other("/bands/red")
    run_descarteslabs(called, **given)
    assert seen_by_the_other("") and not seen_by_the_other("/bands/red"), "the product's own list only"
    given["SET_GLOBAL_PERMISSIONS"] = True
    assert "overwritten" in run_descarteslabs.refused(called, **given)
    run_descarteslabs(called, **given, CONFIRM=True)
    assert catalog.catalog(f"products/{product}")["read"] == ["org:acme", "email:other@acme.example"]
    deadline = time.monotonic() + 20  # it goes on in the background
    while not seen_by_the_other("/bands/red"):
        assert time.monotonic() < deadline
        time.sleep(0.1)


def test_a_product_is_read(run_descarteslabs: Any, catalog: CatalogCalls) -> None:
    product = catalog.product("get", sensor="RX-4", read=["org:acme"])
    found = run_descarteslabs("getproduct", PRODUCT=product)
    assert (found["PRODUCT_ID"], found["SENSOR"], found["READ"]) == (product, "RX-4", "org:acme")
    assert '"sensor": "RX-4"' in found["PROPERTIES"]
