"""From the object map to polygons on disk."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import TextIO

import shapely
from osgeo import gdal, ogr

from .detection import ObjectMap
from .placement import to_lonlat
from .records import ClassResult

SIMPLIFY = 0.75
"""Pixels that a simplified edge may lie off the pixels' staircase."""

FEATURE = '{"type":"Feature","properties":{},"geometry":{"type":"Polygon","coordinates":'

PRECISION = 9
"""Decimals of a degree: a tenth of a millimetre."""


class PolygonFiles:
    """Writes polygons as they come, to a bare MultiPolygon and to a FeatureCollection with one feature per line."""

    def __init__(self, folder: Path, name: str, class_id: str | None) -> None:
        self._class_id = class_id
        self._bare_path = folder / f"{name}.multipolygon.json"
        self._collection_path = folder / f"{name}.geojson"
        self._bare: TextIO = self._bare_path.open("w", encoding="ascii")
        self._collection: TextIO = self._collection_path.open("w", encoding="ascii")
        self._count = 0

    def __enter__(self) -> PolygonFiles:
        self._bare.write('{"type":"MultiPolygon","coordinates":[')
        self._collection.write('{"type":"FeatureCollection","features":[')
        return self

    def add(self, coordinates: str) -> None:
        """Adds a polygon by its GeoJSON coordinates."""
        comma = "," if self._count else ""
        self._bare.write(comma + "\n" + coordinates)
        self._collection.write(f"{comma}\n{FEATURE}{coordinates}}}}}")
        self._count += 1

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._bare.write("\n]}\n")
        self._collection.write("\n]}\n")
        self._bare.close()
        self._collection.close()

    def result(self) -> ClassResult:
        """What was written."""
        return ClassResult(self._class_id, self._bare_path, self._collection_path, self._count)


def write_polygons(
    objects: ObjectMap, model_classes: list[str], classes: list[str], folder: Path, boxes: bool, smallest: float
) -> list[ClassResult]:
    """Turns the object map into files, one pair per class in the order of ``classes`` and one pair for all together.

    ``boxes``: oriented rectangles instead of outlines. ``smallest``: in pixels; smaller shapes are left out. Of an
    object in several pieces the largest piece counts, in a segmentation every region does. Holes below ``smallest`` are
    filled.
    """
    dataset = gdal.Open(str(objects.path))
    transform = dataset.GetGeoTransform()
    pixel = abs(transform[1] * transform[5] - transform[2] * transform[4])
    transformation = to_lonlat(dataset)
    pieces = folder / "pieces.fgb"
    _polygonize(dataset, pieces)
    largest = _largest_pieces(pieces)
    with ExitStack() as stack:
        files = {
            class_id: stack.enter_context(PolygonFiles(folder, f"class-{index}", class_id))
            for index, class_id in enumerate(classes)
        }
        merged = stack.enter_context(PolygonFiles(folder, "merged", None))
        for place, number, shape in _read_pieces(pieces):
            if shape.GetArea() < smallest * pixel or (not objects.regions and largest[number][1] != place):
                continue
            own = files.get(model_classes[objects.class_of[number]])
            if own is None:
                continue
            shape = _without_holes(shape, smallest * pixel)
            coordinates = _coordinates(shape, pixel**0.5, boxes, transformation)
            own.add(coordinates)
            merged.add(coordinates)
    dataset = None
    pieces.unlink()
    return [*(one.result() for one in files.values()), merged.result()]


def _polygonize(dataset: gdal.Dataset, path: Path) -> None:
    target = ogr.GetDriverByName("FlatGeobuf").CreateDataSource(str(path))
    layer = target.CreateLayer("pieces", dataset.GetSpatialRef(), ogr.wkbPolygon, ["SPATIAL_INDEX=NO"])
    layer.CreateField(ogr.FieldDefn("number", ogr.OFTInteger))
    band = dataset.GetRasterBand(1)
    gdal.Polygonize(band, band, layer, 0)


def _read_pieces(path: Path) -> Iterator[tuple[int, int, ogr.Geometry]]:
    if not path.stat().st_size:
        return  # where nothing was found GDAL writes no byte of a FlatGeobuf
    source = ogr.Open(str(path))
    for place, feature in enumerate(source.GetLayer(0)):
        yield place, feature.GetField(0), feature.GetGeometryRef()


def _largest_pieces(path: Path) -> dict[int, tuple[float, int]]:
    """Per object the area and the place of its largest piece."""
    largest: dict[int, tuple[float, int]] = {}
    for place, number, shape in _read_pieces(path):
        area = shape.GetArea()
        if number not in largest or area > largest[number][0]:
            largest[number] = (area, place)
    return largest


def _without_holes(shape: ogr.Geometry, smallest: float) -> ogr.Geometry:
    """The polygon with only those holes that are at least ``smallest`` in area."""
    result = ogr.Geometry(ogr.wkbPolygon)
    for index, ring in enumerate(shape):
        if index == 0 or abs(ring.GetArea()) >= smallest:
            result.AddGeometry(ring)
    return result


def _coordinates(shape: ogr.Geometry, pixel: float, boxes: bool, transformation: object) -> str:
    """GeoJSON coordinates in longitude and latitude of a shape in the raster's coordinate system."""
    if boxes:
        rectangle = shapely.oriented_envelope(shapely.from_wkb(bytes(shape.ExportToWkb())))
        result = ogr.CreateGeometryFromWkb(shapely.to_wkb(rectangle))
    else:
        result = shape.SimplifyPreserveTopology(SIMPLIFY * pixel)
        if result is None or result.IsEmpty():
            result = shape.Clone()
    result.Transform(transformation)
    text = result.ExportToJson([f"COORDINATE_PRECISION={PRECISION}"])
    return text[text.index("[") : text.rindex("]") + 1].replace(" ", "")
