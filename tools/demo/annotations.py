"""What a careful person draws before the demo: training areas, outlines, and the ground truth of the other half.

The tile's crowns come as boxes in pixels (columns image_path, xmin, ymin, xmax, ymax, label). West of the middle they
are outlined, round inside their boxes, as crowns are; the boxes of the east are only compared with. A crown belongs to
the half that holds its middle. Where the box of an eastern crown reaches over the middle the training area leaves it
out, since inside a training area every object has to be outlined.
"""

from __future__ import annotations

import csv
import math
from dataclasses import dataclass
from pathlib import Path

from osgeo import gdal, ogr

gdal.UseExceptions()
ogr.UseExceptions()

Box = tuple[float, float, float, float]
"""Left, top, right, bottom in pixels."""
CORNERS = 32
TRAINING_AREAS, OUTLINES, GROUND_TRUTH, HALVES = "training_areas", "outlines", "ground_truth", "halves"


@dataclass(frozen=True)
class Drawn:
    """The GeoPackage with the layers, and how many crowns are in each half."""

    path: Path
    west: int
    east: int

    def layer(self, name: str) -> str:
        """A layer as Processing takes it."""
        return f"{self.path}|layername={name}"


def draw(image: Path, crowns: Path, target: Path) -> Drawn:
    """Write the layers, and the two halves of the tile for the map (west first), in the image's reference system."""
    tile = gdal.Open(str(image))
    with crowns.open(encoding="utf-8", newline="") as lines:
        boxes = [_box(row) for row in csv.DictReader(lines)]
    middle = tile.RasterXSize / 2
    west = [box for box in boxes if (box[0] + box[2]) / 2 < middle]
    east = [box for box in boxes if (box[0] + box[2]) / 2 >= middle]
    place = _Placer(tile.GetGeoTransform())
    window = place.box((0, 0, middle, tile.RasterYSize))
    for box in east:
        window = window.Difference(place.box(box))
    target.unlink(missing_ok=True)
    halves = [(0, 0, middle, tile.RasterYSize), (middle, 0, tile.RasterXSize, tile.RasterYSize)]
    dataset = ogr.GetDriverByName("GPKG").CreateDataSource(str(target))
    for name, shapes in (
        (TRAINING_AREAS, [window]),
        (OUTLINES, [place.ellipse(box) for box in west]),
        (GROUND_TRUTH, [place.box(box) for box in east]),
        (HALVES, [place.box(half) for half in halves]),
    ):
        layer = dataset.CreateLayer(name, tile.GetSpatialRef(), ogr.wkbPolygon)
        for shape in shapes:
            feature = ogr.Feature(layer.GetLayerDefn())
            feature.SetGeometry(shape)
            layer.CreateFeature(feature)
    return Drawn(target, len(west), len(east))


def _box(row: dict[str, str]) -> Box:
    return float(row["xmin"]), float(row["ymin"]), float(row["xmax"]), float(row["ymax"])


class _Placer:
    """From pixels to the image's coordinates."""

    def __init__(self, transform: tuple[float, ...]) -> None:
        self._transform = list(transform)

    def box(self, box: Box) -> ogr.Geometry:
        """A box."""
        left, top, right, bottom = box
        return self._polygon([(left, top), (left, bottom), (right, bottom), (right, top)])

    def ellipse(self, box: Box) -> ogr.Geometry:
        """The ellipse inside a box."""
        left, top, right, bottom = box
        column, row = (left + right) / 2, (top + bottom) / 2
        wide, high = (right - left) / 2, (bottom - top) / 2
        turns = [2 * math.pi * corner / CORNERS for corner in range(CORNERS)]
        return self._polygon([(column + wide * math.cos(turn), row + high * math.sin(turn)) for turn in turns])

    def _polygon(self, corners: list[tuple[float, float]]) -> ogr.Geometry:
        ring = ogr.Geometry(ogr.wkbLinearRing)
        for corner in [*corners, corners[0]]:
            ring.AddPoint_2D(*gdal.ApplyGeoTransform(self._transform, *corner))
        polygon = ogr.Geometry(ogr.wkbPolygon)
        polygon.AddGeometry(ring)
        return polygon
