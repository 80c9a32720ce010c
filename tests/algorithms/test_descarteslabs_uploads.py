"""Uploads into the Descartes Labs catalog by algorithm: what was sent is read back by plain HTTP and GDAL."""

from __future__ import annotations

import time
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from analytic_images import write_image
from descarteslabs_calls import DescartesCalls
from osgeo import gdal
from sandbox_descarteslabs import CatalogCalls


@pytest.fixture
def product(catalog: CatalogCalls, request: pytest.FixtureRequest) -> str:
    return catalog.two_bands(request.node.name)


def pixels(first: int = 0) -> np.ndarray:
    return (np.arange(40 * 30 * 2).reshape(40, 30, 2) + first).astype("uint16")


def test_files_become_images(run_descarteslabs: Any, catalog: CatalogCalls, product: str, tmp_path: Path) -> None:
    files = [write_image(tmp_path / f"{name}.tif", pixels(first)) for name, first in (("a", 0), ("b", 500))]
    sent = run_descarteslabs("uploadimages", PRODUCT=product, FILES=[str(one) for one in files],
                             ACQUIRED="2021-06-14T10:00:00Z", CLOUD_FRACTION=0.1, OUTPUT="TEMPORARY_OUTPUT")
    assert sent["IMAGE_IDS"] == f"{product}:a,{product}:b" and sent["FAILED"] == 0
    assert {one["status"] for one in sent["OUTPUT"].getFeatures()} == {"SUCCESS"}
    found = catalog.catalog(f"products/{product}/images/b")
    assert found["acquired"].startswith("2021-06-14T10:00:00") and found["cloud_fraction"] == 0.1
    assert str(tmp_path) not in str(found), "where the files lie here is nobody's business"
    assert np.array_equal(catalog.stored(product, "b.tif"), pixels(500))
    listed = run_descarteslabs("listuploads", PRODUCT=product, STATUS="SUCCESS")
    assert set(listed["UPLOAD_IDS"].split(",")) == {"a.tif", "b.tif"}
    assert run_descarteslabs("listuploads", PRODUCT=product, STATUS="FAILURE")["COUNT"] == 0
    assert run_descarteslabs("listuploads", PRODUCT=product, CREATED="2099-01-01T00:00:00Z")["COUNT"] == 0
    assert run_descarteslabs("listuploads", PRODUCT=product, UPDATED="2099-01-01T00:00:00Z")["COUNT"] == 0
    assert run_descarteslabs("listuploads", PRODUCT=product, UPDATED="2001-01-01T00:00:00Z")["COUNT"] == 2
    told = run_descarteslabs("getupload", UPLOAD=f"{product}/a.tif")
    assert told["STATUS"] == "SUCCESS" and told["LOGS"]


def test_a_jpeg_2000_file_becomes_an_image(
    run_descarteslabs: Any, catalog: CatalogCalls, product: str, tmp_path: Path
) -> None:
    file = write_image(tmp_path / "plain.tif", pixels())
    packed = gdal.Translate(str(tmp_path / "june.jp2"), str(file), format="JP2OpenJPEG",
                            creationOptions=["REVERSIBLE=YES", "QUALITY=100"])
    del packed
    sent = run_descarteslabs("uploadimages", PRODUCT=product, FILES=[str(tmp_path / "june.jp2")])
    assert sent["IMAGE_IDS"] == f"{product}:june" and sent["FAILED"] == 0
    assert np.array_equal(catalog.stored(product, "june.jp2"), pixels())
    run_descarteslabs("fetchpixels", IMAGE=f"{product}:june", OUTPUT=str(tmp_path / "back.tif"))
    assert np.array_equal(np.moveaxis(gdal.Open(str(tmp_path / "back.tif")).ReadAsArray(), 0, 2), pixels())


def test_the_same_name_again_replaces_and_is_waited_for(
    run_descarteslabs: Any, catalog: CatalogCalls, product: str, tmp_path: Path
) -> None:
    file = tmp_path / "a.tif"
    for first in (0, 900):
        write_image(file, pixels(first))
        run_descarteslabs("uploadimages", PRODUCT=product, FILES=[str(file)])
        assert np.array_equal(catalog.stored(product, "a.tif"), pixels(first))


def test_a_file_that_cannot_be_read_is_told_with_its_log(
    run_descarteslabs: Any, product: str, tmp_path: Path
) -> None:
    one_band = write_image(tmp_path / "one.tif", pixels()[..., :1])
    words = run_descarteslabs.fails("uploadimages", PRODUCT=product, FILES=[str(one_band)])
    assert "could not read what was sent" in words and "exception" in words
    assert any("Traceback" in one for one in run_descarteslabs.messages)
    told = run_descarteslabs("getupload", UPLOAD=f"{product}/one.tif")
    assert told["STATUS"] == "FAILURE" and "Traceback" in told["STACKTRACE"]


def test_one_that_was_not_waited_for_is_followed(
    run_descarteslabs: Any, catalog: CatalogCalls, product: str, tmp_path: Path
) -> None:
    catalog.sandbox.control("POST", "descarteslabs/uploads/trouble", {"names": "slow*", "seconds": 1.5})
    file = write_image(tmp_path / "slow.tif", pixels())
    sent = run_descarteslabs("uploadimages", PRODUCT=product, FILES=[str(file)], WAIT=False)
    assert (sent["UPLOAD_IDS"], sent["IMAGE_IDS"]) == ("slow.tif", "")
    assert "slow.tif" not in run_descarteslabs("listuploads", PRODUCT=product)["UPLOAD_IDS"], "it is being read"
    told = run_descarteslabs("getupload", UPLOAD=f"{product}/slow.tif", WAIT=True)
    assert (told["UPLOAD_ID"], told["STATUS"]) == ("slow.tif", "SUCCESS")
    assert catalog.there(f"products/{product}/images/slow")


def test_two_files_become_one_image(
    run_descarteslabs: Any, catalog: CatalogCalls, tmp_path: Path
) -> None:
    product = catalog.product("together")
    catalog.band(product, "red", 1, srcfile=0)
    catalog.band(product, "nir", 1, srcfile=1)
    files = [write_image(tmp_path / f"{name}.tif", pixels()[..., at:at + 1]) for at, name in enumerate(("r", "n"))]
    given = {"PRODUCT": product, "FILES": [str(one) for one in files], "TOGETHER": True}
    assert "need its id" in run_descarteslabs.refused("uploadimages", **given)
    sent = run_descarteslabs("uploadimages", **given, IMAGE_ID="both")
    assert sent["IMAGE_IDS"] == f"{product}:both"
    assert len(catalog.catalog(f"products/{product}/images/both")["files"]) == 2


def test_uploads_are_listed_by_when_they_came_and_by_when_they_were_read(
    run_descarteslabs: Any, catalog: CatalogCalls, tmp_path: Path
) -> None:
    product = catalog.product("moments")
    catalog.band(product)
    calls, file = DescartesCalls(catalog.sandbox), write_image(tmp_path / "a.tif", np.ones((9, 9, 1), "uint16"))
    calls.upload(product, "early.tif", file)
    calls.result(product, "early.tif")
    catalog.sandbox.control("POST", "descarteslabs/uploads/trouble", {"names": "slow.tif", "seconds": 1800})
    calls.upload(product, "slow.tif", file)
    catalog.sandbox.advance(1800)
    calls.result(product, "slow.tif")
    between = datetime.fromtimestamp(time.time() + 900, timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
    for given, expected in (({}, "slow.tif,early.tif"), ({"UPDATED": between}, "slow.tif"), ({"CREATED": between}, "")):
        assert run_descarteslabs("listuploads", PRODUCT=product, **given)["UPLOAD_IDS"] == expected, given
