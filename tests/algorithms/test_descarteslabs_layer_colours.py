"""Colour maps of the bands that a layer becomes: read back by plain HTTP, and the pixels that are fetched again look as
the layer did."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from analytic_images import write_image
from qgis.core import (
    QgsColorRampShader,
    QgsGradientColorRamp,
    QgsPalettedRasterRenderer,
    QgsRasterLayer,
    QgsRasterShader,
    QgsSingleBandPseudoColorRenderer,
    QgsStyle,
)
from qgis.PyQt.QtGui import QColor
from sandbox_descarteslabs import CatalogCalls

RISING = np.linspace(0, 250, 30 * 20).reshape(20, 30, 1)
WHITE_TO_RED = QgsGradientColorRamp(QColor(255, 255, 255), QColor(200, 0, 0))
INTERPOLATED, DISCRETE, EXACT = (
    QgsColorRampShader.Type.Interpolated, QgsColorRampShader.Type.Discrete, QgsColorRampShader.Type.Exact)


def layer_of(path: Path, pixels: Any) -> QgsRasterLayer:
    layer = QgsRasterLayer(str(write_image(path, pixels)), "June")
    assert layer.isValid()
    return layer


def pseudocolour(
    layer: QgsRasterLayer, ramp: Any, low: float, high: float, kind: Any = INTERPOLATED, classes: int = 5
) -> QgsRasterLayer:
    """Shown as QGIS's symbology does it: a ramp in so many equal steps, or with 0 in its own."""
    modes = QgsColorRampShader.ClassificationMode
    function = QgsColorRampShader(low, high, ramp.clone(), kind, modes.EqualInterval if classes else modes.Continuous)
    function.classifyColorRamp(classes, 1, layer.extent(), layer.dataProvider())
    shader = QgsRasterShader(low, high)
    shader.setRasterShaderFunction(function)
    renderer = QgsSingleBandPseudoColorRenderer(layer.dataProvider(), 1, shader)
    renderer.setClassificationMin(low)
    renderer.setClassificationMax(high)
    layer.setRenderer(renderer)
    return layer


def look(layer: QgsRasterLayer) -> Any:
    """The colours on the map: rows x columns x red, green, blue, opacity."""
    block = layer.renderer().block(1, layer.extent(), layer.width(), layer.height())
    return np.array([[QColor.fromRgba(block.color(row, column)).getRgb() for column in range(layer.width())]
                     for row in range(layer.height())])


def there_and_back(run: Any, layer: QgsRasterLayer, folder: Path) -> tuple[str, QgsRasterLayer]:
    """The id of the product that the layer became, and its pixels as a layer again."""
    made = run("layertoproduct", INPUT=layer, ID="colours", SEND=True)
    target = folder / "back.tif"
    run("fetchpixels", IMAGE=made["IMAGE_IDS"], OUTPUT=str(target))
    back = QgsRasterLayer(str(target), "back")
    back.loadDefaultStyle()
    return made["PRODUCT_ID"], back


@pytest.mark.parametrize("name", ["plasma", "magma", "viridis", "inferno"])
@pytest.mark.parametrize("dtype", ["uint8", "float32"])
def test_a_ramp_that_the_catalog_knows_is_said_by_its_name(
    run_descarteslabs: Any, catalog: CatalogCalls, tmp_path: Path, name: str, dtype: str
) -> None:
    ramp = QgsStyle.defaultStyle().colorRamp(name.title())
    layer = pseudocolour(layer_of(tmp_path / "a.tif", RISING.astype(dtype)), ramp, 20, 220, classes=0)
    product, back = there_and_back(run_descarteslabs, layer, tmp_path)
    found = catalog.catalog(f"products/{product}/bands/band_1")
    assert (found["colormap_name"], found["color"], found["type"]) == (name, "Palette", "other")
    assert found["default_range"] == [20, 220] and "colormap" not in found
    assert np.abs(look(layer).astype(int) - look(back)).max() <= 1


def test_five_colours_of_a_known_ramp_are_enough_and_a_turned_one_is_another(
    run_descarteslabs: Any, tmp_path: Path
) -> None:
    viridis = QgsStyle.defaultStyle().colorRamp("Viridis")
    layer = layer_of(tmp_path / "a.tif", RISING.astype("uint8"))
    assert bands(run_descarteslabs, pseudocolour(layer, viridis, 0, 250))[0]["colormap_name"] == "viridis"
    turned = viridis.clone()
    turned.invert()
    band, = bands(run_descarteslabs, pseudocolour(layer, turned, 0, 250))
    assert "colormap_name" not in band and band["colormap"][0] == [253, 231, 37, 255]
    band, = bands(run_descarteslabs, pseudocolour(layer, viridis, 0, 250, DISCRETE))
    assert "colormap_name" not in band and len(band["colormap"]) == 251


def bands(run: Any, layer: QgsRasterLayer) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(run("layertoproduct", INPUT=layer, ID="x")["BANDS_JSON"])
    return found


@pytest.mark.parametrize("kind", [INTERPOLATED, DISCRETE])
@pytest.mark.parametrize(("dtype", "factor"), [("uint8", 1), ("uint16", 40), ("int16", 10)])
def test_another_ramp_is_a_row_for_each_value(
    run_descarteslabs: Any, catalog: CatalogCalls, tmp_path: Path, dtype: str, factor: int, kind: Any
) -> None:
    layer = layer_of(tmp_path / "a.tif", (RISING * factor).astype(dtype))
    pseudocolour(layer, WHITE_TO_RED, 50 * factor, 200 * factor, kind)
    product, back = there_and_back(run_descarteslabs, layer, tmp_path)
    found = catalog.catalog(f"products/{product}/bands/band_1")
    assert found["color"] == "Palette" and "colormap_name" not in found
    assert len(found["colormap"]) == 250 * factor + 1
    assert found["default_range"] == [50 * factor, 200 * factor]
    assert np.array_equal(look(layer), look(back))


def test_a_ramp_for_what_has_no_rows_is_left_out(run_descarteslabs: Any, tmp_path: Path) -> None:
    fractions = pseudocolour(layer_of(tmp_path / "a.tif", RISING.astype("float32")), WHITE_TO_RED, 20, 220)
    below = pseudocolour(layer_of(tmp_path / "b.tif", (RISING - 100).astype("int16")), WHITE_TO_RED, -50, 50)
    for layer, limits in ((fractions, [20, 220]), (below, [-50, 50])):
        band, = bands(run_descarteslabs, layer)
        assert band["default_range"] == limits and not {"colormap", "colormap_name"} & set(band)
        assert band.get("color") != "Palette"


@pytest.mark.parametrize("dtype", ["uint8", "uint16", "int16", "uint32", "int32"])
@pytest.mark.parametrize("exact", [False, True])
def test_classes_of_whole_numbers_have_their_colours(
    run_descarteslabs: Any, catalog: CatalogCalls, tmp_path: Path, dtype: str, exact: bool
) -> None:
    layer = layer_of(tmp_path / "a.tif", (np.arange(200).reshape(10, 20, 1) % 3 + 1).astype(dtype))
    colours = {1: (10, 20, 30, 255), 2: (200, 100, 0, 255), 3: (0, 150, 50, 255)}
    if exact:
        function = QgsColorRampShader(1, 3, None, EXACT)
        function.setColorRampItemList(
            [QgsColorRampShader.ColorRampItem(value, QColor(*one)) for value, one in colours.items()])
        shader = QgsRasterShader(1, 3)
        shader.setRasterShaderFunction(function)
        layer.setRenderer(QgsSingleBandPseudoColorRenderer(layer.dataProvider(), 1, shader))
    else:
        layer.setRenderer(QgsPalettedRasterRenderer(layer.dataProvider(), 1, [
            QgsPalettedRasterRenderer.Class(value, QColor(*one)) for value, one in colours.items()]))
    product, back = there_and_back(run_descarteslabs, layer, tmp_path)
    found = catalog.catalog(f"products/{product}/bands/band_1")
    assert (found["type"], found["color"]) == ("class", "Palette")
    assert found["colormap"] == [[0, 0, 0, 255], *map(list, colours.values())]
    assert np.array_equal(look(layer), look(back))
