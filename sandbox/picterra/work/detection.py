"""Looking at a whole raster, block by block, and writing down which pixel belongs to which object."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from osgeo import gdal, ogr

from ...raster_pixels import Window
from . import features, labels, segmentation
from .annotated import features_around, widen
from .model import Model

BLOCK = 512


@dataclass
class ObjectMap:
    """An image on disk with the number of the object at every pixel (0: none), and each object's class index.

    In a segmentation (``regions``) there is one "object" per class, in any number of pieces.
    """

    path: Path
    regions: bool
    class_of: dict[int, int] = field(default_factory=dict)


def map_objects(
    model: Model, dataset: gdal.Dataset, areas: list[ogr.Geometry] | None, kind: str, path: Path
) -> ObjectMap:
    """Detects in the areas (None: everywhere) and writes the object map to ``path``.

    Memory holds one block with its surroundings. An object that crosses blocks is the same in both, as it is known by
    the place of its peak, and both blocks see the peak and everything that moved it.
    """
    view = model.view
    width, height = features.reduced_size(dataset, view)
    target = gdal.GetDriverByName("GTiff").Create(
        str(path), width, height, 1, gdal.GDT_Int32, ["TILED=YES", "COMPRESS=DEFLATE", "ZLEVEL=1", "BIGTIFF=IF_SAFER"]
    )
    target.SetGeoTransform(labels.reduced_transform(dataset.GetGeoTransform(), view.factor))
    target.SetSpatialRef(dataset.GetSpatialRef())
    result = ObjectMap(path, kind == "segmentation")
    numbers: dict[int, int] = {}
    ranges = features.stretch(dataset)
    reach = math.ceil((model.rules.widest + 2 * features.REACH) * view.diameter) if kind == "count" else 8
    for top in range(0, height, BLOCK):
        for left in range(0, width, BLOCK):
            window = (left, top, min(BLOCK, width - left), min(BLOCK, height - top))
            wanted = _wanted(dataset, window, model, areas)
            if not wanted.any():
                continue
            padded, inner = widen(dataset, window, view, reach)
            halo = math.ceil(features.REACH * view.diameter)
            seen, valid = features_around(dataset, padded, view, ranges, halo)
            membership, centrality = model.predict(seen)
            membership = membership * valid[..., None]
            if result.regions:
                found = segmentation.regions(membership, model.rules, view.diameter)
                result.class_of.update((n + 1, n) for n in range(len(model.classes)))
            else:
                found, peaks = segmentation.instances(membership, centrality, model.rules, view.diameter)
                found = _name(found, peaks, padded, width, numbers, result.class_of)
            target.GetRasterBand(1).WriteArray(np.where(wanted & valid[inner], found[inner], 0), left, top)
    target.FlushCache()
    return result


def _wanted(dataset: gdal.Dataset, window: Window, model: Model, areas: list[ogr.Geometry] | None) -> np.ndarray:
    if areas is None:
        return np.ones((window[3], window[2]), dtype=bool)
    return labels.burn(dataset, window, model.view, [(area, 1) for area in areas]) > 0


def _name(
    found: np.ndarray,
    peaks: np.ndarray,
    window: Window,
    width: int,
    numbers: dict[int, int],
    class_of: dict[int, int],
) -> np.ndarray:
    """Replaces the labels of one block by numbers that hold for the whole raster."""
    names = np.zeros(len(peaks) + 1, dtype=np.int32)
    for index, (row, column, class_index) in enumerate(peaks, start=1):
        place = int(row + window[1]) * width + int(column + window[0])
        number = numbers.setdefault(place, len(numbers) + 1)
        class_of[number] = int(class_index)
        names[index] = number
    return names[found]
