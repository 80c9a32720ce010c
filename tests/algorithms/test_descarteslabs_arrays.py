"""Arrays into the Descartes Labs catalog by algorithm, of layers and of NumPy: what was sent is read back."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from analytic_images import LEFT, PIXEL, TOP, write_image
from osgeo import osr
from qgis.core import QgsRasterLayer
from sandbox_descarteslabs import CatalogCalls

PIXELS = (np.arange(40 * 30 * 2).reshape(40, 30, 2) + 7).astype("uint16")
PLACE = [500000, 10, 0, 6600000, 0, -10]


@pytest.fixture
def product(catalog: CatalogCalls, request: pytest.FixtureRequest) -> str:
    return catalog.two_bands(request.node.name)


@pytest.fixture
def layer(tmp_path: Path) -> str:
    """A raster that lies somewhere."""
    return str(write_image(tmp_path / "layer.tif", PIXELS))


@pytest.fixture
def meta() -> dict[str, Any]:
    """The metadata of a raster call."""
    system = osr.SpatialReference()
    system.ImportFromEPSG(32633)
    return {"geoTransform": PLACE, "coordinateSystem": {"wkt": system.ExportToWkt()}}


def saved(path: Path, array: np.ndarray) -> str:
    np.save(path, array)
    return str(path)


def test_a_layer_becomes_an_image_as_array(
    run_descarteslabs: Any, catalog: CatalogCalls, product: str, layer: str
) -> None:
    sent = run_descarteslabs("uploadarray", PRODUCT=product, INPUT=layer, IMAGE_ID="june", OVERVIEWS="2,4",
                             RESAMPLER="average")
    assert sent["IMAGE_IDS"] == f"{product}:june" and sent["UPLOAD_IDS"] == "june.tif"
    assert np.array_equal(catalog.stored(product, "june.tif"), PIXELS)
    found = catalog.catalog(f"products/{product}/images/june")
    assert found["geotrans"] == [LEFT, PIXEL, 0, TOP, 0, -PIXEL]
    assert "more than 16" in run_descarteslabs.refused(
        "uploadarray", PRODUCT=product, INPUT=layer, IMAGE_ID="x", OVERVIEWS=",".join(["2"] * 17))


def test_a_layer_without_a_place_takes_it_from_a_raster_call(
    run_descarteslabs: Any, catalog: CatalogCalls, product: str, meta: dict[str, Any], tmp_path: Path
) -> None:
    file = write_image(tmp_path / "bare.tif", PIXELS, georeferenced=False)
    given = {"PRODUCT": product, "INPUT": str(file), "IMAGE_ID": "placed"}
    assert "no place on the earth" in run_descarteslabs.fails("uploadarray", **given)
    run_descarteslabs("uploadarray", **given, RASTER_META=meta)
    assert catalog.catalog(f"products/{product}/images/placed")["geotrans"] == PLACE


@pytest.mark.parametrize("order", ["C", "F"])
def test_an_array_of_numpy_has_the_place_of_the_layer_that_it_was_made_of(
    run_descarteslabs: Any, catalog: CatalogCalls, product: str, layer: str, tmp_path: Path, order: str
) -> None:
    array = np.asarray(PIXELS * 3, order=order)
    sent = run_descarteslabs("uploadarray", PRODUCT=product, ARRAY=saved(tmp_path / "index.npy", array), INPUT=layer,
                             IMAGE_ID="june")
    assert sent["IMAGE_IDS"] == f"{product}:june" and sent["FAILED"] == 0
    assert np.array_equal(catalog.stored(product, "june.tif"), array)
    assert catalog.catalog(f"products/{product}/images/june")["geotrans"] == [LEFT, PIXEL, 0, TOP, 0, -PIXEL]
    assert (tmp_path / "index.npy").is_file()


def test_an_array_of_numpy_takes_its_place_from_a_raster_call(
    run_descarteslabs: Any, catalog: CatalogCalls, product: str, meta: dict[str, Any], tmp_path: Path
) -> None:
    run_descarteslabs("uploadarray", PRODUCT=product, ARRAY=saved(tmp_path / "x.npy", PIXELS), IMAGE_ID="june",
                      RASTER_META=meta)
    assert np.array_equal(catalog.stored(product, "june.tif"), PIXELS)
    assert catalog.catalog(f"products/{product}/images/june")["geotrans"] == PLACE


@pytest.mark.parametrize(("array", "words"), [
    (PIXELS[:20], "has 20 rows and 30 columns, but the layer has 40 and 30"),
    (np.moveaxis(PIXELS, 2, 0), "has its bands first"),
    (PIXELS[0, 0], "has the shape (2,)"),
    (PIXELS[0, 0, 0], "has the shape ()"),
    (PIXELS[None], "has the shape (1, 40, 30, 2)"),
    (PIXELS[:0], "has the shape (0, 30, 2)"),
    (PIXELS.astype("complex64"), "has a data type that is not taken"),
    (PIXELS.astype(object), "is no whole array"),
], ids=["other size", "bands first", "one row", "one number", "four dimensions", "empty", "complex", "objects"])
def test_an_array_that_does_not_fit_is_named_before_anything_is_sent(
    run_descarteslabs: Any, catalog: CatalogCalls, product: str, layer: str, tmp_path: Path, array: np.ndarray,
    words: str,
) -> None:
    before = catalog.sandbox.last_entry()
    file = saved(tmp_path / "odd.npy", array)
    told = run_descarteslabs.refused("uploadarray", PRODUCT=product, ARRAY=file, INPUT=layer, IMAGE_ID="june")
    assert f"odd.npy {words}" in told
    assert not catalog.sandbox.log(after=before)


@pytest.mark.parametrize("kind", ["another size", "no file"])
def test_with_the_metadata_of_a_call_nothing_is_asked_of_the_layer(
    run_descarteslabs: Any, catalog: CatalogCalls, product: str, layer: str, meta: dict[str, Any], tmp_path: Path,
    kind: str,
) -> None:
    """The menu of a layer fills it in."""
    tiles = QgsRasterLayer("type=xyz&url=http://127.0.0.1:1/{z}/{x}/{y}.png&zmax=3", "Tiles", "wms")
    run_descarteslabs("uploadarray", PRODUCT=product, ARRAY=saved(tmp_path / "x.npy", PIXELS[:20]),
                      INPUT=layer if kind == "another size" else tiles, IMAGE_ID="june", RASTER_META=meta)
    assert catalog.catalog(f"products/{product}/images/june")["geotrans"] == PLACE


def header(shape: str, kind: str = "'<u2'") -> bytes:
    """The beginning of a file, in the form that :func:`numpy.save` writes."""
    words = f"{{'descr': {kind}, 'fortran_order': False, 'shape': {shape}, }}".ljust(117).encode() + b"\n"
    return b"\x93NUMPY\x01\x00" + len(words).to_bytes(2, "little") + words


@pytest.mark.parametrize("content", [
    b"", b"rows, columns", b"\x93NUMPY", header("(40, 30)"), header("(40, 30"), header("(9" + 30 * "9" + ", 30)"),
    header("(40, 30)", "'nothing'"),
], ids=["empty", "text", "cut at once", "without values", "open bracket", "too large", "unknown type"])
def test_a_file_that_is_no_array_is_named(
    run_descarteslabs: Any, product: str, layer: str, tmp_path: Path, content: bytes
) -> None:
    (tmp_path / "odd.npy").write_bytes(content)
    given = {"PRODUCT": product, "ARRAY": str(tmp_path / "odd.npy"), "INPUT": layer, "IMAGE_ID": "june"}
    assert "odd.npy is no whole array" in run_descarteslabs.refused("uploadarray", **given)


def test_there_has_to_be_something_to_send_and_a_place(
    run_descarteslabs: Any, product: str, layer: str, tmp_path: Path
) -> None:
    given = {"PRODUCT": product, "IMAGE_ID": "june"}
    told = run_descarteslabs.refused("uploadarray", **given)
    assert "There is nothing to send." in told and "place" not in told
    file = saved(tmp_path / "x.npy", PIXELS)
    assert "does not tell its place" in run_descarteslabs.refused("uploadarray", **given, ARRAY=file)
    gone = str(tmp_path / "gone.npy")
    assert "There is no file gone.npy." in run_descarteslabs.refused("uploadarray", **given, INPUT=layer, ARRAY=gone)
