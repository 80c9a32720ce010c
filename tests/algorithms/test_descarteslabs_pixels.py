"""Pixels and stored objects of the Descartes Labs catalog by algorithm; what was uploaded is what comes back."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from analytic_images import LEFT, PIXEL, TOP, write_image
from descarteslabs_calls import environment as vendor_environment
from osgeo import gdal
from qgis.core import (
    QgsMultiBandColorRenderer,
    QgsPalettedRasterRenderer,
    QgsRasterLayer,
    QgsSingleBandGrayRenderer,
)
from sandbox_descarteslabs import CatalogCalls

PIXELS = (np.arange(40 * 30 * 3).reshape(40, 30, 3) + 1).astype("uint16")


@pytest.fixture
def image(run_descarteslabs: Any, catalog: CatalogCalls, request: pytest.FixtureRequest, tmp_path: Path) -> str:
    product = catalog.product(request.node.name.replace("[", "_").replace("]", "")[:60])
    for number, name in enumerate(("blue", "red", "nir"), 1):
        catalog.band(product, name, number, default_range=[10 * number, 1000 * number], nodata=0)
    file = write_image(tmp_path / "june.tif", PIXELS)
    made: str = run_descarteslabs("uploadimages", PRODUCT=product, FILES=[str(file)])["IMAGE_IDS"]
    return made


@pytest.mark.parametrize("way", [0, 1, 2])
def test_what_was_sent_comes_back(run_descarteslabs: Any, image: str, tmp_path: Path, way: int) -> None:
    target = tmp_path / "back.tif"
    run_descarteslabs("fetchpixels", IMAGE=image, BANDS="red,nir", WAY=way, OUTPUT=str(target))
    dataset = gdal.Open(str(target))
    assert np.array_equal(np.moveaxis(dataset.ReadAsArray(), 0, 2), PIXELS[..., 1:])
    assert dataset.GetGeoTransform() == pytest.approx((LEFT, PIXEL, 0, TOP, 0, -PIXEL))
    assert "32617" in dataset.GetSpatialRef().GetAuthorityCode(None)


def test_an_extent_and_a_size_are_kept(run_descarteslabs: Any, image: str, tmp_path: Path) -> None:
    target = tmp_path / "part.tif"
    box = f"{LEFT + 1},{LEFT + 2},{TOP - 3},{TOP - 1} [EPSG:32617]"
    run_descarteslabs("fetchpixels", IMAGE=image, BANDS="blue", EXTENT=box, OUTPUT=str(target))
    assert np.array_equal(gdal.Open(str(target)).ReadAsArray(), PIXELS[10:30, 10:20, 0])
    run_descarteslabs("fetchpixels", IMAGE=image, BANDS="blue", WIDTH=15, HEIGHT=20, OUTPUT=str(target))
    small = gdal.Open(str(target))
    assert (small.RasterXSize, small.RasterYSize) == (15, 20)
    assert "but not both" in run_descarteslabs.refused(
        "fetchpixels", IMAGE=image, WIDTH=1, HEIGHT=1, RESOLUTION=3, OUTPUT=str(target))


def test_the_layer_is_shown_by_the_default_range(run_descarteslabs: Any, image: str, tmp_path: Path) -> None:
    one, three = tmp_path / "one.tif", tmp_path / "three.tif"
    run_descarteslabs("fetchpixels", IMAGE=image, BANDS="nir", OUTPUT=str(one))
    layer = QgsRasterLayer(str(one), "one")
    layer.loadDefaultStyle()
    grey = layer.renderer()
    assert isinstance(grey, QgsSingleBandGrayRenderer)
    assert (grey.contrastEnhancement().minimumValue(), grey.contrastEnhancement().maximumValue()) == (30, 3000)
    run_descarteslabs("fetchpixels", IMAGE=image, OUTPUT=str(three))
    layer = QgsRasterLayer(str(three), "three")
    layer.loadDefaultStyle()
    colours = layer.renderer()
    assert isinstance(colours, QgsMultiBandColorRenderer)
    assert colours.greenContrastEnhancement().maximumValue() == 2000


def test_classes_have_their_colours(run_descarteslabs: Any, catalog: CatalogCalls, tmp_path: Path) -> None:
    product = catalog.product("cover")
    catalog.band(product, "cover", 1, dtype="Byte", data_range=[0, 255], type="class", color="Palette",
                 colormap=[[0, 0, 0, 255], [255, 0, 10, 255]])
    file = write_image(tmp_path / "c.tif", (np.arange(100).reshape(10, 10, 1) % 2).astype("uint8"))
    made = run_descarteslabs("uploadimages", PRODUCT=product, FILES=[str(file)])["IMAGE_IDS"]
    run_descarteslabs("fetchpixels", IMAGE=made, OUTPUT=str(tmp_path / "back.tif"))
    layer = QgsRasterLayer(str(tmp_path / "back.tif"), "back")
    layer.loadDefaultStyle()
    classes = layer.renderer()
    assert isinstance(classes, QgsPalettedRasterRenderer)
    assert [one.color.getRgb() for one in classes.classes()] == [(0, 0, 0, 255), (255, 0, 10, 255)]


@pytest.mark.parametrize("direct", [False, True])
def test_the_file_of_an_image_is_downloaded(
    run_descarteslabs: Any, image: str, tmp_path: Path, direct: bool
) -> None:
    product = image.rpartition(":")[0]
    target = tmp_path / "stored.tif"
    listed = run_descarteslabs("liststored", TYPE="products", PREFIX=f"{product}/")
    assert listed["OBJECTS"] == f"products/{product}/june.tif"
    got = run_descarteslabs("downloadstored", OBJECT=listed["OBJECTS"], DIRECT=direct, FILE=str(target))
    assert got["BYTES"] == target.stat().st_size
    assert np.array_equal(np.moveaxis(gdal.Open(str(target)).ReadAsArray(), 0, 2), PIXELS)


def test_own_objects_are_put_and_removed(run_descarteslabs: Any, catalog: CatalogCalls, tmp_path: Path) -> None:
    file = tmp_path / "note.txt"
    file.write_bytes(b"dry summer")
    named = run_descarteslabs("uploadstored", INPUT=str(file), KEY="notes/june.txt")["OBJECT"]
    assert named == "data/notes/june.txt"
    assert catalog.request("GET", "storage/v1/data/get/notes/june.txt").content == b"dry summer"
    assert "would be removed" in run_descarteslabs.refused("removestored", OBJECT=named)
    run_descarteslabs("removestored", OBJECT=named, CONFIRM=True)
    assert catalog.request("GET", "storage/v1/data/get/notes/june.txt").status_code == 404
    assert "no stored object" in run_descarteslabs.refused("downloadstored", OBJECT="june", FILE=str(file))


@pytest.mark.parametrize("way", [0, 1, 2])
def test_of_several_images_the_later_ones_lie_on_top(
    run_descarteslabs: Any, catalog: CatalogCalls, tmp_path: Path, way: int
) -> None:
    product = catalog.product(f"layers{way}")
    catalog.band(product, "red", 1)
    values = {name: np.full((10, 10, 1), value, "uint16") for name, value in (("low", 100), ("high", 900))}
    files = [str(write_image(tmp_path / f"{name}.tif", one)) for name, one in values.items()]
    run_descarteslabs("uploadimages", PRODUCT=product, FILES=files)
    for below, above in (("low", "high"), ("high", "low")):
        target = tmp_path / f"{above}_on_top.tif"
        run_descarteslabs("fetchpixels", IMAGE=f"{product}:{below},{product}:{above}", BANDS="red", WAY=way,
                          OUTPUT=str(target))
        assert np.array_equal(gdal.Open(str(target)).ReadAsArray(), values[above][..., 0])


def test_each_service_is_where_its_variable_says(
    run_descarteslabs: Any, catalog: CatalogCalls, image: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DESCARTESLABS_URL", "http://127.0.0.1:9/")  # nobody is there: each has to be named
    for name, value in vendor_environment(catalog.sandbox).items():
        monkeypatch.setenv(name, value)
    before = run_descarteslabs.sandbox.last_entry()
    product = image.rpartition(":")[0]
    run_descarteslabs("fetchpixels", IMAGE=image, BANDS="red", OUTPUT=str(tmp_path / "back.tif"))
    assert np.array_equal(gdal.Open(str(tmp_path / "back.tif")).ReadAsArray(), PIXELS[..., 1])
    assert product in run_descarteslabs("listproducts")["PRODUCT_IDS"].split(",")
    assert run_descarteslabs("getproduct", PRODUCT=product)["PRODUCT_ID"] == product
    run_descarteslabs("liststored")
    paths = [one["path"] for one in run_descarteslabs.sandbox.log(after=before)]
    for service in ("/token", "/raster/", "/metadata/v1/catalog/", "/metadata/v1/products", "/storage/v1/"):
        assert any(service in path for path in paths), service
