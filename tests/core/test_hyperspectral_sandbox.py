"""Bundles, indices and styles as the sandbox's Pixxel makes them, read by the plugin and held against the ground."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from imagery_hub.core.layers import bundle, hyperspectral, sld, spectra
from osgeo import gdal
from qgis.core import QgsMultiBandColorRenderer, QgsRasterLayer
from qgis.PyQt.QtCore import QDate
from qgis.PyQt.QtGui import QColor

from sandbox.pixxel.work import ground, index
from sandbox.pixxel.work.cube import Recipe
from sandbox.pixxel.work.product import Product, products

pytestmark = pytest.mark.usefixtures("qgis_app")
SCENE = "TD2_000812_20240117_L2A_20240402_01002031"
WAVES = tuple(450.0 + 15 * number for number in range(31))
BANDS = tuple((f"B{number + 1:03d}", wave, 8.0) for number, wave in enumerate(WAVES))
RING = [[75.61, 14.42], [75.63, 14.42], [75.63, 14.44], [75.61, 14.44], [75.61, 14.42]]


@pytest.fixture
def unpacked(tmp_path: Path) -> bundle.Bundle:
    area = json.dumps({"type": "Polygon", "coordinates": [RING]})
    recipe = Recipe((area,), 10.0, BANDS, date(2024, 1, 17).toordinal())
    item = {"id": SCENE, "properties": {"datetime": "2024-01-17T05:30:00Z"}}
    products(tmp_path / "bundle.zip", [Product(SCENE, recipe, item)])
    return bundle.unpack(tmp_path / "bundle.zip", tmp_path / "out")


def test_profiles_are_those_of_what_lies_there(unpacked: bundle.Bundle) -> None:
    assert (len(unpacked.images), len(unpacked.masks), len(unpacked.shapes)) == (1, 1, 2)
    (layer,) = bundle.layers(unpacked)
    assert layer.bandName(1).endswith("B001 (450 nm)") and layer.bandName(31).endswith("B031 (900 nm)")
    renderer = layer.renderer()
    shown = [WAVES[one - 1] for one in (renderer.redBand(), renderer.greenBand(), renderer.blueBand())]
    assert shown == [645.0, 555.0, 465.0]
    found = set()
    data = gdal.Open(layer.source())
    left, size, _, top, _, down = data.GetGeoTransform()
    epsg = layer.crs().postgisSrid()
    for column in range(8, data.RasterXSize - 8, 25):
        x, y = left + (column + 0.5) * size, top + (100 + 0.5) * down
        profile = spectra.read(layer.source(), x, y)
        at = np.array([[x]]), np.array([[y]])
        material = ground.MATERIALS[int(ground.materials(epsg, *at, date(2024, 1, 17).toordinal())[0, 0])]
        factor = float(ground.brightness(epsg, *at)[0, 0])
        truth = [value * factor for value in ground.spectrum(material, list(WAVES))]
        assert profile.is_reflectance and list(profile.values) == pytest.approx(truth, abs=2e-5)
        found.add(material)
    assert len(found) > 1, "one material would prove little"


def test_a_scene_is_on_the_day_of_its_capture(unpacked: bundle.Bundle) -> None:
    (layer,) = bundle.layers(unpacked)
    moment = layer.temporalProperties().fixedTemporalRange()
    assert layer.temporalProperties().isActive() and moment.begin().date() == QDate(2024, 1, 17)
    assert layer.metadata().title() == SCENE


@pytest.mark.parametrize(("name", "wanted"), [
    (SCENE, "2024-01-17"), ("ndvi_2024_01_17", "2024-01-17"), ("000812_20249999_20230102", "2023-01-02"), ("x", "")])
def test_days_in_names(name: str, wanted: str) -> None:
    assert hyperspectral.captured(name) == wanted


def test_an_index_is_coloured_by_its_style_as_in_the_platforms_own_picture(
        unpacked: bundle.Bundle, tmp_path: Path) -> None:
    target = tmp_path / "ndvi.tif"
    made = index.compute(unpacked.images[0], target, "(B025-B015)/(B025+B015)", "index", (-1, 1))
    legend = index.bins(made["min"], made["max"], "rdylgn")
    layer = QgsRasterLayer(str(target), "ndvi", "gdal")
    sld.apply(layer, index.sld("NDVI", legend, "index"))
    values = index.values_of(target)
    block = layer.renderer().block(1, layer.extent(), layer.width(), layer.height())
    seen = 0
    for row in range(3, layer.height(), 17):
        for column in range(3, layer.width(), 17):
            color, value = QColor.fromRgba(block.color(row, column)), values[row, column]
            if np.isnan(value):
                assert color.alpha() == 0
                continue
            edges = [one for one in legend if abs(value - one["max"]) < 1e-6 or abs(value - one["min"]) < 1e-6]
            wanted = next(one["color"] for one in legend if value <= one["max"] + 1e-9)
            assert color.name() == wanted or edges
            seen += 1
    assert seen > 50


def test_a_rendered_picture_keeps_its_channels_and_its_brightness(unpacked: bundle.Bundle, tmp_path: Path) -> None:
    folder = tmp_path / "rendered"
    folder.mkdir()
    target = folder / "natural_2024_01_17.tif"
    index.compute(unpacked.images[0], target, "B014,B008,B002", "composite", (0, 20000))
    before = gdal.Open(str(target)).ReadAsArray()
    (layer,) = bundle.layers(bundle.sort([target]))
    sld.apply(layer, index.sld("Natural", [], "composite"))
    renderer = layer.renderer()
    assert isinstance(renderer, QgsMultiBandColorRenderer)
    assert (renderer.redBand(), renderer.greenBand(), renderer.blueBand()) == (1, 2, 3)
    color = QColor.fromRgba(renderer.block(1, layer.extent(), layer.width(), layer.height()).color(100, 60))
    assert [color.red(), color.green(), color.blue()] == list(before[:, 100, 60])
    assert gdal.Open(str(target)).GetRasterBand(1).GetDescription() == "", "nothing is made up"
