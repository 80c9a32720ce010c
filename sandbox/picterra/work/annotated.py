"""A training raster with its annotations, looked at window by window."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from osgeo import gdal, ogr

from ...raster_pixels import Window
from . import features, labels
from .features import View
from .geojson import read_polygons
from .labels import Labels
from .placement import open_placed
from .records import TrainingRaster

TILE = 512
MOST_WINDOWS = 48


@dataclass
class Annotated:
    """A raster and its annotations in the raster's own coordinate system. ``outlines``: shape and class number from
    1."""

    dataset: gdal.Dataset
    outlines: list[tuple[ogr.Geometry, int]]
    training: list[ogr.Geometry]
    testing: list[ogr.Geometry]
    validation: list[ogr.Geometry]
    ranges: np.ndarray

    def pixel_area(self) -> float:
        """Area of a pixel in square units of the coordinate system."""
        _, dx, rx, _, ry, dy = self.dataset.GetGeoTransform()
        return abs(dx * dy - rx * ry)

    def within(self, areas: list[ogr.Geometry]) -> list[tuple[ogr.Geometry, int]]:
        """The outlines whose middle lies in one of the areas."""
        return [pair for pair in self.outlines if any(area.Contains(pair[0].Centroid()) for area in areas)]

    def windows(self, areas: list[ogr.Geometry], view: View) -> list[Window]:
        """Windows in reduced pixels that cover the areas, no larger than a tile; an even choice when very many."""
        inverse = gdal.InvGeoTransform(labels.reduced_transform(self.dataset.GetGeoTransform(), view.factor))
        width, height = features.reduced_size(self.dataset, view)
        result: list[Window] = []
        for area in areas:
            left, right, bottom, top = area.GetEnvelope()
            corners = [gdal.ApplyGeoTransform(inverse, x, y) for x in (left, right) for y in (bottom, top)]
            x0, y0 = (max(0, math.floor(min(corner[axis] for corner in corners) + 1e-6)) for axis in (0, 1))
            x1 = min(width, math.ceil(max(corner[0] for corner in corners) - 1e-6))
            y1 = min(height, math.ceil(max(corner[1] for corner in corners) - 1e-6))
            result += [
                (x, y, min(TILE, x1 - x), min(TILE, y1 - y)) for y in range(y0, y1, TILE) for x in range(x0, x1, TILE)
            ]
        if len(result) > MOST_WINDOWS:
            result = [result[int(index)] for index in np.linspace(0, len(result) - 1, MOST_WINDOWS)]
        return result

    def look(self, window: Window, view: View) -> np.ndarray:
        """The features of a window, computed with its surroundings."""
        return features_around(self.dataset, window, view, self.ranges, math.ceil(features.REACH * view.diameter))[0]

    def label(self, window: Window, view: View, areas: list[ogr.Geometry]) -> Labels:
        """What the pixels of a window are, as far as the areas reach."""
        return labels.label(self.dataset, window, view, self.outlines, areas)


def features_around(
    dataset: gdal.Dataset, window: Window, view: View, ranges: np.ndarray, halo: int
) -> tuple[np.ndarray, np.ndarray]:
    """Features and data mask of a reduced window, with ``halo`` pixels of surroundings looked at but cut off."""
    padded, inner = widen(dataset, window, view, halo)
    picture, valid = features.read(dataset, padded, view, ranges)
    return features.compute(picture, view)[inner], valid[inner]


def widen(dataset: gdal.Dataset, window: Window, view: View, halo: int) -> tuple[Window, tuple[slice, slice]]:
    """The window with its surroundings, as far as the raster reaches, and where the window lies in it."""
    left, top, width, height = window
    all_columns, all_rows = features.reduced_size(dataset, view)
    x0, y0 = max(0, left - halo), max(0, top - halo)
    x1, y1 = min(all_columns, left + width + halo), min(all_rows, top + height + halo)
    return (x0, y0, x1 - x0, y1 - y0), (slice(top - y0, top - y0 + height), slice(left - x0, left - x0 + width))


def load(rasters: list[TrainingRaster], classes: list[str]) -> Iterator[Annotated]:
    """Opens rasters with their annotations; class numbers follow the order of ``classes``."""
    for raster in rasters:
        dataset = open_placed(raster.raster_path)
        reference = dataset.GetSpatialRef()
        outlines = [
            (shape, classes.index(class_id) + 1)
            for class_id, path in raster.outlines.items()
            for shape in read_polygons(path, reference)
        ]
        yield Annotated(
            dataset,
            outlines,
            list(read_polygons(raster.training_areas, reference)),
            list(read_polygons(raster.testing_areas, reference)),
            list(read_polygons(raster.validation_areas, reference)),
            features.stretch(dataset),
        )
