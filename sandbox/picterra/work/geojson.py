"""Validates uploaded GeoJSON and reads its polygons, both as a stream: memory stays flat however large the file."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import numpy as np
import shapely
from osgeo import gdal, ogr, osr

from .placement import crs
from .records import GeoJsonReport

BATCH = 5000


def check(path: Path | str) -> GeoJsonReport:
    """Is this a FeatureCollection of Polygons or MultiPolygons in longitude and latitude (A19)?

    Never raises for what is in the file: an unusable one answers ``valid=False`` with a sentence that names the
    problem and the number of the feature, counted from 1. A collection without features is valid.
    """
    path = Path(path)
    if not path.is_file():
        return GeoJsonReport(False, "No file was uploaded.")
    if path.stat().st_size == 0:
        return GeoJsonReport(False, "The file is empty.")
    gdal.SetThreadLocalConfigOption("OGR_GEOMETRY_ACCEPT_UNCLOSED_RING", "YES")
    gdal.PushErrorHandler("CPLQuietErrorHandler")
    try:
        message, polygons = _check_stream(path)
    except RuntimeError as error:
        if "not recognized" in str(error):
            return GeoJsonReport(False, "The file is not GeoJSON; a FeatureCollection is needed.")
        words = str(error).replace(str(path), "the file").replace(path.name, "the file").strip()
        return GeoJsonReport(False, f"The file is not complete, valid GeoJSON: {words or 'it cannot be parsed.'}")
    finally:
        gdal.PopErrorHandler()
        gdal.SetThreadLocalConfigOption("OGR_GEOMETRY_ACCEPT_UNCLOSED_RING", None)
    return GeoJsonReport(not message, message, polygons)


def read_polygons(path: Path | str | None, target: osr.SpatialReference) -> Iterator[ogr.Geometry]:
    """The single polygons of a checked file in the coordinate system ``target``; none for a path that is None.

    Also reads a bare Polygon or MultiPolygon, which is what the platform's own results are.
    """
    if path is None:
        return
    transformation = osr.CoordinateTransformation(crs(4326), target)
    dataset = gdal.OpenEx(str(path), gdal.OF_VECTOR | gdal.OF_VERBOSE_ERROR, allowed_drivers=["GeoJSON"])
    for feature in dataset.GetLayer(0):
        geometry = feature.GetGeometryRef()
        if geometry is None or geometry.IsEmpty():
            continue
        geometry = geometry.Clone()
        geometry.FlattenTo2D()
        geometry.Transform(transformation)
        parts = [geometry] if geometry.GetGeometryType() == ogr.wkbPolygon else list(geometry)
        for part in parts:
            yield part.Clone()


def _check_stream(path: Path) -> tuple[str, int]:
    dataset = gdal.OpenEx(
        str(path),
        gdal.OF_VECTOR | gdal.OF_VERBOSE_ERROR,
        allowed_drivers=["GeoJSON"],
        open_options=["NATIVE_DATA=YES"],
    )
    layer = dataset.GetLayer(0)
    # GDAL keeps the members of the outermost object only when that object is a FeatureCollection.
    if not layer.GetMetadata("NATIVE_DATA"):
        return "The file holds a single geometry or feature; a FeatureCollection is needed.", 0
    reference = layer.GetSpatialRef()
    # GDAL takes positions with heights for WGS 84's three-dimensional twin, EPSG:4979.
    if reference is not None and not any(
        reference.IsSame(crs(code), ["IGNORE_DATA_AXIS_TO_SRS_AXIS_MAPPING=YES", "CRITERION=EQUIVALENT"])
        for code in (4326, 4979)
    ):
        return (
            f"The coordinates are in {reference.GetName()}; longitude and latitude in WGS 84 are needed.",
            0,
        )
    polygons, number, features = 0, 0, iter(layer)
    while batch := list(islice(features, BATCH)):
        encoded: list[bytes] = []
        for offset, feature in enumerate(batch, start=1):
            geometry = feature.GetGeometryRef()
            message = _wrong_type(geometry)
            if message:
                return f"Feature {number + offset}: {message}", 0
            polygons += 1 if ogr.GT_Flatten(geometry.GetGeometryType()) == ogr.wkbPolygon else len(list(geometry))
            encoded.append(bytes(geometry.ExportToIsoWkb()))
        message = _wrong_coordinates(encoded, number)
        if message:
            return message, 0
        number += len(batch)
    return "", polygons


def _wrong_type(geometry: ogr.Geometry | None) -> str:
    if geometry is None or geometry.IsEmpty():
        return "it has no usable geometry; a Polygon or MultiPolygon is needed."
    if ogr.GT_Flatten(geometry.GetGeometryType()) not in (ogr.wkbPolygon, ogr.wkbMultiPolygon):
        name = geometry.GetGeometryName().title()
        return f"it is a {name}; a Polygon or MultiPolygon is needed."
    return ""


def _wrong_coordinates(encoded: list[bytes], before: int) -> str:
    """The first trouble in a batch of polygons: numbers that are none, rings, places off the earth."""
    geometries = shapely.from_wkb(np.array(encoded, dtype=object), on_invalid="ignore")
    for index in np.nonzero(geometries == np.array(None))[0]:
        return f"Feature {before + int(index) + 1}: {_wrong_ring(encoded[index])}"
    coordinates, owners = shapely.get_coordinates(geometries, return_index=True)
    for condition, words in (
        (~np.isfinite(coordinates).all(axis=1), "a coordinate is not a number."),
        (np.abs(coordinates[:, 0]) > 180, "a longitude lies outside -180 to 180. Are the coordinates in degrees?"),
        (np.abs(coordinates[:, 1]) > 90, "a latitude lies outside -90 to 90. Are longitude and latitude swapped?"),
        (shapely.area(geometries)[owners] == 0, "it has no area; a ring needs four positions or more."),
    ):
        found = np.nonzero(condition)[0]
        if found.size:
            return f"Feature {before + int(owners[found[0]]) + 1}: {words}"
    return ""


def _wrong_ring(encoded: bytes) -> str:
    """Why GEOS would not build a polygon. A ring that holds NaN never looks closed, so numbers are looked at first."""
    geometry = ogr.CreateGeometryFromWkb(encoded)
    parts = [geometry] if geometry.GetGeometryName() == "POLYGON" else list(geometry)
    for ring in (ring for part in parts for ring in part):
        if not np.isfinite(np.array(ring.GetPoints(), dtype=float)).all():
            return "a coordinate is not a number."
    return "a ring is not closed or has fewer than four positions."
