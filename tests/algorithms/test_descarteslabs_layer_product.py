"""A layer becomes a product: what is derived is what GDAL and the style tell, and is shown before it is sent."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
from analytic_images import write_image
from osgeo import gdal
from qgis.core import QgsContrastEnhancement, QgsRasterLayer, QgsSingleBandGrayRenderer
from sandbox_descarteslabs import CatalogCalls


def spectral_file(path: Path) -> Path:
    pixels = np.random.default_rng(7).integers(100, 4000, (40, 30, 2)).astype("uint16")
    write_image(path, pixels)
    dataset = gdal.Open(str(path), gdal.GA_Update)
    for number, (name, length) in enumerate((("Red edge", 705), ("NIR", 842)), 1):
        band = dataset.GetRasterBand(number)
        band.SetDescription(name)
        band.SetMetadataItem("wavelength", str(length))
        band.SetMetadataItem("wavelength_units", "Nanometers")
        band.SetNoDataValue(0)
    dataset.FlushCache()
    return path


def test_bands_are_shown_before_anything_is_sent(
    run_descarteslabs: Any, catalog: CatalogCalls, tmp_path: Path
) -> None:
    file = spectral_file(tmp_path / "june.tif")
    layer = QgsRasterLayer(str(file), "June flight")
    renderer = QgsSingleBandGrayRenderer(layer.dataProvider(), 2)
    stretch = QgsContrastEnhancement(layer.dataProvider().dataType(2))
    stretch.setMinimumValue(200)
    stretch.setMaximumValue(3000)
    renderer.setContrastEnhancement(stretch)
    layer.setRenderer(renderer)
    before = run_descarteslabs.sandbox.last_entry()
    told = run_descarteslabs("layertoproduct", INPUT=layer, ID="june")
    assert told["PRODUCT_ID"] == "" and run_descarteslabs.sandbox.last_entry() == before
    red, nir = json.loads(told["BANDS_JSON"])
    assert (red["name"], nir["name"]) == ("red_edge", "nir")
    assert (red["srcband"], red["dtype"], red["data_range"], red["nodata"]) == (1, "UInt16", [0, 65535], 0)
    assert (red["type"], red["wavelength_center"], red["wavelength_unit"]) == ("spectral", 705, "nm")
    assert (red["resolution"], red["resolution_unit"]) == (0.1, "meters")
    assert nir["default_range"] == [200, 3000]
    assert any("red_edge: srcband 1, dtype UInt16" in one for one in run_descarteslabs.messages)

    made = run_descarteslabs("layertoproduct", INPUT=layer, ID="june", SEND=True)
    product = made["PRODUCT_ID"]
    assert catalog.catalog(f"products/{product}")["title"] == "June flight"
    found = catalog.catalog(f"products/{product}/bands/nir")
    assert {name: found[name] for name in nir} == nir
    assert made["BAND_IDS"] == f"{product}:red_edge,{product}:nir" and made["IMAGE_IDS"] == f"{product}:june"


def test_a_palette_becomes_a_colour_map(run_descarteslabs: Any, catalog: CatalogCalls, tmp_path: Path) -> None:
    file = write_image(tmp_path / "cover.tif", (np.arange(100).reshape(10, 10, 1) % 3).astype("uint8"))
    dataset = gdal.Open(str(file), gdal.GA_Update)
    table = gdal.ColorTable()
    colours = [(0, 0, 0, 255), (255, 0, 0, 255), (0, 128, 0, 255)]
    for value, colour in enumerate(colours):
        table.SetColorEntry(value, colour)
    dataset.GetRasterBand(1).SetColorTable(table)
    dataset.FlushCache()
    del dataset
    made = run_descarteslabs("layertoproduct", INPUT=str(file), ID="palette", SEND=True, UPLOAD=False)
    found = catalog.catalog(f"products/{made['PRODUCT_ID']}/bands/band_1")
    assert (found["type"], found["color"]) == ("class", "Palette")
    assert [tuple(one) for one in found["colormap"][:3]] == colours


def test_floats_have_the_range_that_is_there(run_descarteslabs: Any, tmp_path: Path) -> None:
    values = np.linspace(-1.5, 2.5, 400).reshape(20, 20, 1).astype("float32")
    file = write_image(tmp_path / "dem.tif", values)
    band, = json.loads(run_descarteslabs("layertoproduct", INPUT=str(file), ID="dem")["BANDS_JSON"])
    assert (band["dtype"], band["type"], band["data_range"]) == ("Float32", "other", [-1.5, 2.5])
    low, high = band["default_range"]
    assert -1.5 <= low < high <= 2.5


def test_signed_bytes_are_refused_before_there_is_a_product(
    run_descarteslabs: Any, catalog: CatalogCalls, tmp_path: Path
) -> None:
    """The catalog has no such bands (notes, section 12.3)."""
    values = np.arange(100).reshape(10, 10, 1).astype("uint8")
    if hasattr(gdal, "GDT_Int8"):  # since GDAL 3.7, which does not take the option
        file = write_image(tmp_path / "signed.tif", values.astype("int8"))
    else:
        file = write_image(tmp_path / "signed.tif", values, creation=["PIXELTYPE=SIGNEDBYTE"])
    before = run_descarteslabs.sandbox.last_entry()
    words = run_descarteslabs.fails("layertoproduct", INPUT=str(file), ID="signed", SEND=True)
    assert "of the type Int8" in words and "Int16" in words
    assert not run_descarteslabs.sandbox.log(operation="addProduct", after=before)


def test_no_data_that_the_type_cannot_hold_is_left_out(run_descarteslabs: Any, tmp_path: Path) -> None:
    file = write_image(tmp_path / "a.tif", np.arange(100).reshape(10, 10, 1).astype("uint8"))
    dataset = gdal.Open(str(file), gdal.GA_Update)
    dataset.GetRasterBand(1).SetNoDataValue(-9999)
    del dataset
    band, = json.loads(run_descarteslabs("layertoproduct", INPUT=str(file), ID="a")["BANDS_JSON"])
    assert "nodata" not in band


def test_corrected_bands_are_checked_and_sent(run_descarteslabs: Any, catalog: CatalogCalls, tmp_path: Path) -> None:
    file = spectral_file(tmp_path / "june.tif")
    bands = json.loads(run_descarteslabs("layertoproduct", INPUT=str(file), ID="x")["BANDS_JSON"])
    bands[0]["name"] = "edge"
    wrong = [{**bands[0], "data_range": [0, 70000]}]
    assert "beyond what UInt16" in run_descarteslabs.refused(
        "layertoproduct", INPUT=str(file), ID="corrected", BANDS=wrong)
    made = run_descarteslabs("layertoproduct", INPUT=str(file), ID="corrected", BANDS=bands, SEND=True, UPLOAD=False)
    assert catalog.there(f"products/{made['PRODUCT_ID']}/bands/edge")
