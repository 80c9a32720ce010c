"""Bands of the Descartes Labs catalog by algorithm, read back by plain HTTP."""

from __future__ import annotations

from typing import Any

import pytest
from sandbox_descarteslabs import CatalogCalls

BAND = {"NAME": "red", "SRCBAND": 1, "DTYPE": "UInt16", "DATA_RANGE": "0,10000", "TYPE": "spectral"}


def test_a_band_is_added_with_every_sort_of_property(run_descarteslabs: Any, catalog: CatalogCalls) -> None:
    product = catalog.product("bandadd")
    made = run_descarteslabs(
        "addband", PRODUCT=product, **BAND, NODATA=0, DEFAULT_RANGE="100, 4000", PHYSICAL_RANGE="0,1", COLOR="Red",
        RESOLUTION=3, RESOLUTION_UNIT="meters", WAVELENGTH_CENTER=660, WAVELENGTH_UNIT="nm", DESCRIPTION="a band")
    assert made["BAND_ID"] == f"{product}:red"
    found = catalog.catalog(f"products/{product}/bands/red")
    expected = {"srcband": 1, "dtype": "UInt16", "data_range": [0, 10000], "type": "spectral", "nodata": 0,
                "default_range": [100, 4000], "physical_range": [0, 1], "color": "Red", "resolution": 3,
                "resolution_unit": "meters", "wavelength_center": 660, "wavelength_unit": "nm",
                "description": "a band"}
    assert {name: found[name] for name in expected} == expected


def test_a_class_band_has_its_colours(run_descarteslabs: Any, catalog: CatalogCalls) -> None:
    product = catalog.product("classes")
    run_descarteslabs("addband", PRODUCT=product, NAME="cover", SRCBAND=1, DTYPE="Byte", DATA_RANGE="0,255",
                      TYPE="class", COLOR="Palette", COLORMAP="0 0 0 255; 255 0 10 255")
    assert catalog.catalog(f"products/{product}/bands/cover")["colormap"] == [[0, 0, 0, 255], [255, 0, 10, 255]]


@pytest.mark.parametrize(("given", "words"), [
    ({"DATA_RANGE": "5,1"}, "data_range"),
    ({"DATA_RANGE": "0,70000"}, "beyond what UInt16 can hold"),
    ({"RESOLUTION": 3}, "“resolution_unit” is missing"),
    ({"WAVELENGTH_CENTER": 660}, "“wavelength_unit” is missing"),
    ({"RESOLUTION": 0, "RESOLUTION_UNIT": "meters"}, "resolution"),
    ({"NODATA": -9999}, "“nodata” is beyond what UInt16 can hold"),
    ({"TYPE": "mask", "COLOR": "Red"}, "Give Alpha"),
    ({"TYPE": "mask"}, "Give Alpha"),
    ({"COLORMAP_NAME": "viridis"}, "Give Palette"),
    ({"COLORMAP": "0 0 0 255; 255 0 10 255"}, "Give Palette"),
    ({"DTYPE": "Int8", "DATA_RANGE": "0,1"}, "“Int8” does not fit"),
    ({"COLOR": "Palette", "COLORMAP": [[0, 0, 0, 255]] * 65537}, "65537"),
    ({"DTYPE": "Byte", "DATA_RANGE": "0,1", "COLOR": "Palette", "COLORMAP": [[0, 0, 0, 255]] * 257}, "257"),
    ({"COLORMAP_NAME": "viridis", "COLOR": "Red"}, "Give Palette"),
    ({"DTYPE": "CFloat32"}, "“CFloat32” does not fit"),
    ({"COLORMAP": "1 2 3"}, "colormap"),
    ({"COLORMAP": "1 2 3 256"}, "255"),
])
def test_what_cannot_be_a_band_is_said_before(run_descarteslabs: Any, given: dict[str, Any], words: str) -> None:
    assert words in run_descarteslabs.refused("addband", **{"PRODUCT": "acme:x", **BAND, **given})


def test_bands_change_are_replaced_and_go(run_descarteslabs: Any, catalog: CatalogCalls) -> None:
    product = catalog.product("bandchange")
    band = catalog.band(product, "nir", description="old", name_common="nir")
    run_descarteslabs("changeband", BAND=band, DESCRIPTION="new")
    found = catalog.catalog(f"products/{product}/bands/nir")
    assert (found["description"], found["name_common"]) == ("new", "nir")
    assert run_descarteslabs("getband", BAND=band)["DTYPE"] == "UInt16"
    run_descarteslabs("replaceband", BAND=band, SRCBAND=2, DTYPE="Byte", DATA_RANGE="0,255", TYPE="other")
    found = catalog.catalog(f"products/{product}/bands/nir")
    assert (found["srcband"], found["dtype"]) == (2, "Byte") and not found.get("name_common")
    assert "removed for good" in run_descarteslabs.refused("removebands", BAND=band)
    run_descarteslabs("removebands", BAND=band, CONFIRM=True)
    assert not catalog.there(f"products/{product}/bands/nir")


@pytest.mark.parametrize(("given", "words"), [
    ({"DATA_RANGE": "-1,9"}, "beyond what UInt16 can hold"),
    ({"NODATA": 70000}, "beyond what UInt16 can hold"),
    ({"DTYPE": "Byte"}, "beyond what Byte can hold"),
    ({"TYPE": "mask"}, "Give Alpha"),
    ({"COLORMAP_NAME": "magma"}, "Give Palette"),
    ({"RESOLUTION": 3}, "“resolution_unit” is missing"),
])
def test_a_change_is_held_against_what_is_there(
    run_descarteslabs: Any, catalog: CatalogCalls, given: dict[str, Any], words: str
) -> None:
    band = catalog.band(catalog.product("bandheld"), "blue", color="Blue")
    before = run_descarteslabs.sandbox.last_entry()
    assert words in run_descarteslabs.fails("changeband", BAND=band, **given)
    assert not run_descarteslabs.sandbox.log(operation="changeBand", after=before)


def test_a_change_may_rest_on_what_is_there(run_descarteslabs: Any, catalog: CatalogCalls) -> None:
    product = catalog.product("bandrests")
    band = catalog.band(product, "cover", color="Palette", resolution=3, resolution_unit="meters")
    run_descarteslabs("changeband", BAND=band, COLORMAP_NAME="magma", RESOLUTION=5)
    found = catalog.catalog(f"products/{product}/bands/cover")
    assert (found["colormap_name"], found["resolution"], found["resolution_unit"]) == ("magma", 5, "meters")


def test_bands_are_listed(run_descarteslabs: Any, catalog: CatalogCalls) -> None:
    product = catalog.product("bandlist")
    bands = {catalog.band(product, "red", 1, wavelength_center=660, wavelength_min=630, wavelength_max=690,
                          wavelength_unit="nm"), catalog.band(product, "blue", 2)}
    listed = run_descarteslabs("listbands", PRODUCT=product)
    assert bands <= set(listed["BAND_IDS"].split(","))
    assert bands <= set(run_descarteslabs("listbands")["BAND_IDS"].split(","))
    assert f"{product}:red" in run_descarteslabs("listbands", PRODUCT=product, WAVELENGTH=660)["BAND_IDS"].split(",")
    derived = run_descarteslabs("listderivedbands")
    assert "derived:ndvi" in derived["BAND_IDS"].split(",")
    assert run_descarteslabs("listderivedbands", BAND="derived:ndvi")["BAND_IDS"] == "derived:ndvi"
