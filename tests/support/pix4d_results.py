"""Rasters and polygons whose truth is known."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from osgeo import gdal, osr
from qgis.core import NULL, QgsFeature, QgsGeometry, QgsVectorLayer

EAST, NORTH, GROUND = 412600.0, 5231900.0, 500.0
"""The upper left corner of all rasters here, in EPSG:32632, and the height of flat ground."""

Height = Callable[[np.ndarray, np.ndarray], np.ndarray]


def surface(path: Path, height: Height | None = None, cells: int = 800, cell: float = 0.25, epsg: int = 32632) -> Path:
    """A surface model: flat ground and what ``height`` adds to it, by metres east and south of the corner."""
    along = (np.arange(cells) + 0.5) * cell
    x, y = np.meshgrid(along, along)
    values = np.full((cells, cells), GROUND, np.float32)
    if height is not None:
        values += height(x, y).astype(np.float32)
    return _write(path, [values], cell, gdal.GDT_Float32, epsg, -9999.0)


def orthomosaic(path: Path, colour: tuple[int, int, int], cells: int = 400, cell: float = 0.5) -> Path:
    """An image of one colour with an opaque band."""
    bands = [np.full((cells, cells), value, np.uint8) for value in (*colour, 255)]
    return _write(path, bands, cell, gdal.GDT_Byte, 32632, None)


def _write(path: Path, bands: list[np.ndarray], cell: float, kind: int, epsg: int, nothing: float | None) -> Path:
    rows, columns = bands[0].shape
    dataset = gdal.GetDriverByName("GTiff").Create(str(path), columns, rows, len(bands), kind)
    system = osr.SpatialReference()
    system.ImportFromEPSG(epsg)
    dataset.SetProjection(system.ExportToWkt())
    dataset.SetGeoTransform([EAST, cell, 0, NORTH, 0, -cell])
    for number, values in enumerate(bands, 1):
        dataset.GetRasterBand(number).WriteArray(values)
        if nothing is not None:
            dataset.GetRasterBand(number).SetNoDataValue(nothing)
    dataset = None
    return path


def cone(x: float, y: float, radius: float, height: float) -> Height:
    """A cone (a pit for a negative height); its volume is pi r2 h / 3."""
    return lambda a, b: height * np.clip(1 - np.hypot(a - x, b - y) / radius, 0, 1)


def pyramid(x: float, y: float, side: float, height: float) -> Height:
    """A square pyramid; its volume is a2 h / 3."""
    return lambda a, b: height * np.clip(1 - 2 * np.maximum(abs(a - x), abs(b - y)) / side, 0, 1)


def circle(x: float, y: float, radius: float, corners: int = 90) -> list[tuple[float, float]]:
    """Places around a point, by metres east and south of the corner."""
    steps = (2 * math.pi * number / corners for number in range(corners))
    return [(x + radius * math.cos(one), y + radius * math.sin(one)) for one in steps]


def polygons(*rings: list[tuple[float, float]], crs: str = "EPSG:32632", names: str = "") -> QgsVectorLayer:
    """A layer of these rings, given by metres east and south of the corner. Its fields are ``name`` and ``level``."""
    layer = QgsVectorLayer(f"Polygon?crs={crs}&field=name:string&field=level:double", "piles", "memory")
    for number, ring in enumerate(rings):
        text = ", ".join(f"{EAST + x!r} {NORTH - y!r}" for x, y in (*ring, ring[0]))
        add(layer, f"Polygon (({text}))", f"pile {number}", GROUND + number)
    return layer


def add(layer: QgsVectorLayer, wkt: str, name: str, base: float = GROUND) -> None:
    """One more feature."""
    feature = QgsFeature(layer.fields())
    feature.setAttributes([name, base])
    feature.setGeometry(QgsGeometry.fromWkt(wkt))
    assert layer.dataProvider().addFeatures([feature])[0]


def attributes(layer: QgsVectorLayer) -> list[dict[str, Any]]:
    """The rows of a layer; what is not there is None."""
    return [{name: None if value == NULL else value for name, value in zip(one.fields().names(), one.attributes())}
            for one in layer.getFeatures()]
