"""Results on images without georeference, back in pixels (Picterra's notes, section 9.12).

The platform puts such an image with its upper left corner at longitude 0, latitude 0, with pixels of 0.1 m in
EPSG:3857. Pixels are counted from the upper left corner, x to the right and y down.
"""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

from ..errors import InputProblem
from .geojson import read_small

RADIUS = 6378137.0
PIXEL = 0.1

Pixel = tuple[float, float]


def to_pixel(longitude: float, latitude: float) -> Pixel:
    """The pixel coordinates of a place."""
    x = RADIUS * math.radians(longitude) / PIXEL
    y = -RADIUS * math.log(math.tan(math.pi / 4 + math.radians(latitude) / 2)) / PIXEL
    return x, y


def to_place(x: float, y: float) -> tuple[float, float]:
    """Longitude and latitude of pixel coordinates: what annotations on such an image are sent in."""
    longitude = math.degrees(x * PIXEL / RADIUS)
    latitude = math.degrees(2 * math.atan(math.exp(-y * PIXEL / RADIUS)) - math.pi / 2)
    return longitude, latitude


def nongeo_result_to_pixel(path: Path, most: int = 1 << 30) -> list[list[list[Pixel]]]:
    """The polygons of a result file (MultiPolygon, Polygon or FeatureCollection), each a list of rings of (x, y).

    Raises :class:`InputProblem` for other geometry and for what is no GeoJSON. All polygons are held in memory.
    """
    found: list[list[list[Pixel]]] = []
    for feature in read_small(path, most)["features"]:
        geometry: dict[str, Any] = feature.get("geometry") or {"type": "MultiPolygon", "coordinates": []}
        if geometry["type"] not in ("Polygon", "MultiPolygon"):
            raise InputProblem("geojson_kind", kind=str(geometry["type"]))
        many = [geometry["coordinates"]] if geometry["type"] == "Polygon" else geometry["coordinates"]
        found += [[[to_pixel(place[0], place[1]) for place in ring] for ring in polygon] for polygon in many]
    return found
