"""What readers see, and the operator's own catalog."""

from __future__ import annotations

from typing import Any

import pytest
from sandbox_descarteslabs import CatalogCalls

BAND = {"NAME": "red", "SRCBAND": 1, "DTYPE": "Byte", "DATA_RANGE": "0,255", "TYPE": "spectral"}


def test_readers_see_the_same(run_descarteslabs: Any, catalog: CatalogCalls) -> None:
    product = catalog.product("seen", sensor="RX-4")
    band = catalog.band(product)
    run_descarteslabs("addimage", PRODUCT=product, ID="june", SAT_ID="RX-4")
    for called, name, value, output in (
        ("getproduct", "PRODUCT", product, "SENSOR"), ("getband", "BAND", band, "DTYPE"),
        ("getimage", "IMAGE", f"{product}:june", "SAT_ID"),
    ):
        own = run_descarteslabs(called, **{name: value})
        seen = run_descarteslabs(called, **{name: value}, AS_READER=True)
        assert seen[output] == own[output] and own[output]


def test_only_staff_add_to_the_operators_catalog(
    run_descarteslabs: Any, catalog: CatalogCalls, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = {"ID": "landsat:corecheck", "TITLE": "Core", "DESCRIPTION": "x", "CORE": True}
    run_descarteslabs.fails("addproduct", **given)
    monkeypatch.setenv("DESCARTESLABS_CLIENT_ID", "sandbox-dl-staff-client")
    monkeypatch.setenv("DESCARTESLABS_REFRESH_TOKEN", "sandbox-dl-staff-refresh-token")
    product = run_descarteslabs("addproduct", **given)["PRODUCT_ID"]
    band = run_descarteslabs("addband", PRODUCT=product, **BAND, CORE=True)["BAND_ID"]
    image = run_descarteslabs("addimage", PRODUCT=product, ID="june", CORE=True)["IMAGE_ID"]
    assert (band, image) == (f"{product}:red", f"{product}:june")
    assert run_descarteslabs("getproduct", PRODUCT=product)["OWNER_TYPE"] == "core"
    found = [f"products/{product}", f"products/{product}/bands/red", f"products/{product}/images/june"]
    assert [catalog.catalog(one)["id"] for one in found] == [product, band, image]
