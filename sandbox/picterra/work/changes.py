"""What is in one image and not in another one of the same place: what a detector of changes finds."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path

import numpy as np
import shapely

from .records import ClassResult
from .shapes import PolygonFiles

SAME_OBJECT = 0.3
"""Overlap (IoU) from which on an object of one image is that of the other: images do not lie on each other exactly."""


def only_in_first(
    first: Sequence[ClassResult], second: Sequence[ClassResult], folder: Path
) -> list[ClassResult]:
    """The objects of ``first`` that have no counterpart of their class in ``second``, as files in ``folder``.

    Both are answers of :func:`.detector.detect` for the same classes, the merged one last; so is what is given. The
    images may have different coordinate systems and sizes: the objects are in longitude and latitude.
    """
    folder.mkdir(parents=True, exist_ok=True)
    by_class = {one.class_id: one for one in second}
    with ExitStack() as stack:
        merged = stack.enter_context(PolygonFiles(folder, "merged", None))
        files = []
        for index, one in enumerate(one for one in first if one.class_id is not None):
            own = stack.enter_context(PolygonFiles(folder, f"class-{index}", one.class_id))
            files.append(own)
            for coordinates in _new(one, by_class[one.class_id]):
                own.add(coordinates)
                merged.add(coordinates)
    return [*(one.result() for one in files), merged.result()]


def _new(one: ClassResult, other: ClassResult) -> Iterator[str]:
    earlier = np.array([shape for shape, _ in _objects(other)], dtype=object)
    tree = shapely.STRtree(earlier)
    for shape, coordinates in _objects(one):
        near = earlier[tree.query(shape)]
        common = shapely.area(shapely.intersection(near, shape))
        overlap = common / (shapely.area(near) + shape.area - common)
        if not (overlap >= SAME_OBJECT).any():
            yield coordinates


def _objects(one: ClassResult) -> Iterator[tuple[shapely.Polygon, str]]:
    """Each object as a shape, repaired where its outline touches itself, and as it is written."""
    with one.featurecollection_path.open(encoding="ascii") as lines:
        for line in lines:
            text = line.strip().rstrip(",")
            if text.startswith('{"type":"Feature",'):
                geometry = json.loads(text)["geometry"]
                shape = shapely.from_geojson(json.dumps(geometry))
                yield shapely.make_valid(shape), json.dumps(geometry["coordinates"], separators=(",", ":"))
