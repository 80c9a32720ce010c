"""Annotations as pixels: what a window of a raster should be seen as."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from osgeo import gdal, ogr
from scipy import ndimage

from ...raster_pixels import Window
from .features import View


@dataclass(frozen=True)
class Labels:
    """Pixels of one window. ``classes``: class number from 1, 0 is background; ``objects``: number of the outline,
    from 1; ``centrality``: 1 in the middle of an outline, 0 at its edge; ``area``: where annotations are complete."""

    classes: np.ndarray
    objects: np.ndarray
    centrality: np.ndarray
    area: np.ndarray


def burn(
    dataset: gdal.Dataset, window: Window, view: View, shapes: list[tuple[ogr.Geometry, int]]
) -> np.ndarray:
    """Rasterizes shapes (in the raster's coordinate system, with the number to write) over a reduced window. Later
    shapes cover earlier ones."""
    left, top, width, height = window
    origin = dataset.GetGeoTransform()
    target = gdal.GetDriverByName("MEM").Create("", width, height, 1, gdal.GDT_Int32)
    target.SetGeoTransform(reduced_transform(origin, view.factor, left, top))
    target.SetSpatialRef(dataset.GetSpatialRef())
    memory = ogr.GetDriverByName("Memory").CreateDataSource("")
    layer = memory.CreateLayer("shapes", dataset.GetSpatialRef(), ogr.wkbUnknown)
    layer.CreateField(ogr.FieldDefn("number", ogr.OFTInteger))
    for shape, number in shapes:
        feature = ogr.Feature(layer.GetLayerDefn())
        feature.SetField("number", number)
        feature.SetGeometry(shape)
        layer.CreateFeature(feature)
    gdal.RasterizeLayer(target, [1], layer, options=["ATTRIBUTE=number"])
    return target.ReadAsArray()


def reduced_transform(origin: tuple[float, ...], factor: int, left: int = 0, top: int = 0) -> tuple[float, ...]:
    """The geotransform of a window of the reduced image."""
    x0, dx, rx, y0, ry, dy = origin
    column, row = left * factor, top * factor
    return (
        x0 + column * dx + row * rx, dx * factor, rx * factor,
        y0 + column * ry + row * dy, ry * factor, dy * factor,
    )  # fmt: skip


def label(
    dataset: gdal.Dataset,
    window: Window,
    view: View,
    outlines: list[tuple[ogr.Geometry, int]],
    areas: list[ogr.Geometry],
) -> Labels:
    """``outlines``: shapes with their class number from 1; small ones lie on top of large ones."""
    ordered = sorted(outlines, key=lambda pair: -pair[0].GetArea())
    objects = burn(dataset, window, view, [(shape, index) for index, (shape, _) in enumerate(ordered, start=1)])
    numbers = np.array([0, *(number for _, number in ordered)], dtype=np.int32)
    area = burn(dataset, window, view, [(shape, 1) for shape in areas]) > 0
    return Labels(numbers[objects], objects, _centrality(objects), area)


def _centrality(objects: np.ndarray) -> np.ndarray:
    """Distance to the edge of the own object, divided by the largest in that object."""
    result = np.zeros(objects.shape, dtype=np.float32)
    for number, place in enumerate(ndimage.find_objects(objects), start=1):
        if place is None:
            continue
        inside = objects[place] == number
        distance = ndimage.distance_transform_edt(np.pad(inside, 1))[1:-1, 1:-1]
        result[place][inside] = (distance / distance.max())[inside]
    return result
