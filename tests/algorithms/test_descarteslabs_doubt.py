"""Lost answers: there is one product, band and image whatever happens in between, and none is adopted that differs."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from analytic_images import write_image
from imagery_hub.core.platforms import PLATFORMS
from sandbox_descarteslabs import CatalogCalls


@pytest.fixture(autouse=True)
def without_trouble(catalog: CatalogCalls) -> Any:
    yield
    catalog.sandbox.clear_faults()


def test_a_product_whose_answer_was_lost_is_found_again(run_descarteslabs: Any, catalog: CatalogCalls) -> None:
    catalog.sandbox.fault(operation="addProduct", kind="lost_cut")
    made = run_descarteslabs("addproduct", ID="lost", TITLE="Lost", DESCRIPTION="and found",
                             START_DATETIME="2021-06-01T00:00:00Z")
    assert catalog.catalog(f"products/{made['PRODUCT_ID']}")["title"] == "Lost"


def test_a_band_whose_answer_was_lost_is_found_again(run_descarteslabs: Any, catalog: CatalogCalls) -> None:
    product = catalog.product("lostband")
    catalog.sandbox.fault(operation="addBand", kind="lost_cut")
    made = run_descarteslabs("addband", PRODUCT=product, NAME="red", SRCBAND=1, DTYPE="Byte", DATA_RANGE="0,255",
                             TYPE="spectral")
    assert made["BAND_ID"] == f"{product}:red" and catalog.there(f"products/{product}/bands/red")


def test_a_taken_id_is_refused_and_what_is_there_stays(run_descarteslabs: Any, catalog: CatalogCalls) -> None:
    product = catalog.product("taken")
    run_descarteslabs.fails("addproduct", ID="taken", TITLE="Other", DESCRIPTION="x")
    assert catalog.catalog(f"products/{product}")["title"] == "Taken"


def test_storage_that_refuses_once_gets_the_file_at_a_fresh_address(
    run_descarteslabs: Any, catalog: CatalogCalls, tmp_path: Path
) -> None:
    product = catalog.product("refused")
    catalog.band(product)
    file = write_image(tmp_path / "a.tif", np.ones((9, 9, 1), "uint16"))
    catalog.sandbox.fault(operation="putSignedFile", kind="status", status=503)
    assert run_descarteslabs("uploadimages", PRODUCT=product, FILES=[str(file)])["IMAGE_IDS"] == f"{product}:a"


def test_an_ended_token_is_renewed(run_descarteslabs: Any, catalog: CatalogCalls) -> None:
    catalog.sandbox.fault(operation="searchProducts", kind="status", status=401)
    run_descarteslabs("listproducts")


def test_a_wrong_token_is_told_by_its_variable(
    run_descarteslabs: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DESCARTESLABS_REFRESH_TOKEN", "wrong-and-secret")
    words = run_descarteslabs.fails("listproducts")
    assert "DESCARTESLABS_REFRESH_TOKEN" in words and "wrong-and-secret" not in words


def test_a_token_file_spares_the_secrets(
    run_descarteslabs: Any, catalog: CatalogCalls, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    product = catalog.product("fromfile")
    file = tmp_path / "token_info.json"
    file.write_text(json.dumps({one: catalog.ready[one] for one in ("client_id", "refresh_token")}))
    for name in ("CLIENT_ID", "REFRESH_TOKEN"):
        monkeypatch.delenv(f"DESCARTESLABS_{name}")
    run_descarteslabs.fails("listproducts")
    assert any("DESCARTESLABS_CLIENT_ID" in one for one in run_descarteslabs.messages)
    monkeypatch.setenv("DESCARTESLABS_TOKEN_INFO_PATH", str(file))
    assert product in run_descarteslabs("listproducts")["PRODUCT_IDS"].split(",")


def test_it_is_offered_for_private_servers() -> None:
    assert PLATFORMS["descarteslabs"].offered_as == "Descartes Labs catalog (private or sandbox server)"
    assert PLATFORMS["picterra"].offered_as == "Picterra"
