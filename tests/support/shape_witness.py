"""Shapes compared by shapely and read by GDAL or the standard library, independent of the plugin and of the clients."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from osgeo import ogr
from sandbox_images import Box, box_polygon
from shapely import from_wkb
from shapely.geometry import Polygon, shape
from shapely.geometry.base import BaseGeometry

NEAR = 1e-9
"""Degrees; a tenth of a millimetre."""


def polygons_in(content: Mapping[str, Any]) -> list[Polygon]:
    """The single polygons of a GeoJSON FeatureCollection, Feature or geometry, in their order."""
    if content["type"] == "FeatureCollection":
        return [one for feature in content["features"] for one in polygons_in(feature)]
    if content["type"] == "Feature":
        return polygons_in(content["geometry"])
    return _parts(shape(content))


def polygons_of(path: Path) -> list[Polygon]:
    """The single polygons of a file: GeoJSON by the standard library, anything else by GDAL."""
    if path.suffix == ".geojson":
        return polygons_in(json.loads(path.read_bytes()))
    source = ogr.Open(str(path))
    return [one for feature in source.GetLayer(0)
            for one in _parts(from_wkb(bytes(feature.GetGeometryRef().ExportToWkb())))]


def _parts(geometry: BaseGeometry) -> list[Polygon]:
    return list(getattr(geometry, "geoms", [geometry]))


def truth(boxes: Iterable[Box]) -> list[Polygon]:
    """Boxes of pixels of the images of sandbox_images.py in longitude and latitude, by GDAL."""
    return [shape(box_polygon(one)) for one in boxes]


def overlap(one: Polygon, other: Polygon) -> float:
    """Intersection over union."""
    return float(one.intersection(other).area / one.union(other).area)


def same(found: Sequence[Polygon], expected: Sequence[Polygon], near: float = NEAR) -> bool:
    """Whether there are as many, and each of one lies on one of the other, no boundary further off than ``near``."""
    waiting = list(expected)
    for one in found:
        match = next((other for other in waiting if one.hausdorff_distance(other) <= near), None)
        if match is None:
            return False
        waiting.remove(match)
    return not waiting


def covers(found: Iterable[Polygon], box: Box, least: float = 0.6) -> bool:
    """Whether one of the polygons lies on the box of pixels by at least ``least`` of their union."""
    (wanted,) = truth([box])
    return any(overlap(one, wanted) > least for one in found)
