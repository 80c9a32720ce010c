"""Looks of rasters: what is seen where a value is known."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from imagery_hub.core.layers import raster_look
from osgeo import gdal, osr
from qgis.core import (
    QgsApplication,
    QgsHillshadeRenderer,
    QgsRasterLayer,
    QgsRectangle,
    QgsSingleBandPseudoColorRenderer,
)
from qgis.PyQt.QtGui import QColor

SIZE = 200


def raster(folder: Path, values: np.ndarray) -> QgsRasterLayer:
    """A raster of one band, one metre to a pixel, -9999 where there is nothing."""
    path = folder / "values.tif"
    data = gdal.GetDriverByName("GTiff").Create(str(path), values.shape[1], values.shape[0], 1, gdal.GDT_Float32)
    system = osr.SpatialReference()
    system.ImportFromEPSG(32632)
    data.SetProjection(system.ExportToWkt())
    data.SetGeoTransform((400000, 1, 0, 5200000, 0, -1))
    data.GetRasterBand(1).SetNoDataValue(-9999)
    data.GetRasterBand(1).WriteArray(values)
    del data
    layer = QgsRasterLayer(str(path), "values", "gdal")
    assert layer.isValid()
    return layer


def colour(layer: QgsRasterLayer, column: int, row: int) -> QColor:
    block = layer.renderer().block(1, QgsRectangle(layer.extent()), SIZE, SIZE)
    return QColor.fromRgba(block.color(row, column))


def slope() -> np.ndarray:
    values = np.tile(np.linspace(400, 500, SIZE, dtype="float32"), (SIZE, 1))
    values[:10] = -9999
    return values


def test_heights_go_from_the_lowest_colour_to_the_highest(qgis_app: QgsApplication, tmp_path: Path) -> None:
    layer = raster(tmp_path, slope())
    raster_look.show(layer, "heights")
    renderer = layer.renderer()
    assert isinstance(renderer, QgsSingleBandPseudoColorRenderer)
    assert (renderer.classificationMin(), renderer.classificationMax()) == pytest.approx((402, 498), abs=1)
    assert colour(layer, 0, 100).name() == raster_look.HEIGHTS[0]
    assert colour(layer, SIZE - 1, 100).name() == raster_look.HEIGHTS[-1]
    assert block_is_empty(layer, 100, 5)


def block_is_empty(layer: QgsRasterLayer, column: int, row: int) -> bool:
    return layer.renderer().block(1, layer.extent(), SIZE, SIZE).color(row, column) >> 24 == 0


def test_the_same_index_has_the_same_colour_in_every_raster(qgis_app: QgsApplication, tmp_path: Path) -> None:
    seen = []
    for name, top in (("a", 0.95), ("b", 0.5)):
        (tmp_path / name).mkdir()
        layer = raster(tmp_path / name, np.tile(np.linspace(-0.2, top, SIZE, dtype="float32"), (SIZE, 1)))
        raster_look.show(layer, "index")
        column = round((0.4 + 0.2) / (top + 0.2) * (SIZE - 1))
        seen.append(colour(layer, column, 50))
    first, second = seen
    assert abs(first.red() - second.red()) <= 3 and abs(first.green() - second.green()) <= 3
    assert first.green() > first.blue()


def test_a_hillshade_is_brighter_towards_the_light(qgis_app: QgsApplication, tmp_path: Path) -> None:
    rows, columns = np.mgrid[0:SIZE, 0:SIZE].astype("float32")
    cone = 60 - np.hypot(rows - 100, columns - 100).astype("float32")
    layer = raster(tmp_path, cone)
    raster_look.show(layer, "hillshade")
    assert isinstance(layer.renderer(), QgsHillshadeRenderer)
    assert colour(layer, 70, 70).value() > colour(layer, 130, 130).value()


def test_reflectance_is_stretched_to_what_is_there(qgis_app: QgsApplication, tmp_path: Path) -> None:
    layer = raster(tmp_path, np.tile(np.linspace(0.02, 0.3, SIZE, dtype="float32"), (SIZE, 1)))
    raster_look.show(layer, "reflectance")
    assert colour(layer, 0, 100).value() == 0 and colour(layer, SIZE - 1, 100).value() == 255


def test_a_raster_without_values_and_a_flat_one_are_shown(qgis_app: QgsApplication, tmp_path: Path) -> None:
    for name, values in (("empty", -9999.0), ("flat", 412.0)):
        (tmp_path / name).mkdir()
        layer = raster(tmp_path / name, np.full((SIZE, SIZE), values, dtype="float32"))
        raster_look.show(layer, "heights")
        assert layer.renderer().classificationMin() < layer.renderer().classificationMax()
