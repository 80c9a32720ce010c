"""How many objects of each class a layer holds, counted by GDAL in the file itself."""

from __future__ import annotations

from array import array
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy
from osgeo import gdal

from .gdal_calls import Name, must, query, sql

#: The fields that every result has beside what its features carry.
CLASS_NAME, CLASS_ID, AREA = "class_name", "class_id", "area_m2"
LOOK_AFTER = 10_000


@dataclass(frozen=True)
class ClassCount:
    """How many objects of a class were found, and the sum of their areas in square metres."""

    name: str
    count: int
    area_m2: float


def count_in(dataset: Any, table: str) -> list[ClassCount]:
    """The classes of a table of an open dataset, in the order of their first objects."""
    statement = (
        "SELECT COALESCE({name}, ''), COUNT(*), COALESCE(SUM({area}), 0) FROM {table} GROUP BY 1 ORDER BY MIN({order})"
    )
    is_database = dataset.GetDriver().ShortName == "GPKG"
    order, dialect = (Name("fid"), "") if is_database else (Name("rowid"), "SQLITE")
    filled = sql(statement, name=Name(CLASS_NAME), area=Name(AREA), table=Name(table), order=order)
    return [ClassCount(str(name), int(count), float(area)) for name, count, area in query(dataset, filled, dialect)]


def count_in_file(path: Path, table: str = "") -> list[ClassCount]:
    """The classes of a GeoPackage or FlatGeobuf that this plugin made. Not for the main thread.

    Raises ``GdalFailed`` when the file cannot be read or lacks the fields.
    """
    dataset = must(lambda: gdal.OpenEx(str(path), gdal.OF_VECTOR | gdal.OF_READONLY), "open")
    name = table or must(lambda: dataset.GetLayer(0), "layer").GetName()
    return count_in(dataset, name)


def ids_in_file(path: Path, table: str, condition: str, cancelled: Callable[[], bool]) -> array[int]:
    """The ids of the objects that a condition lets through, ascending. Not for the main thread.

    ``cancelled`` is looked at from time to time; then only the ids so far are given.
    """
    dataset = must(lambda: gdal.OpenEx(str(path), gdal.OF_VECTOR | gdal.OF_READONLY), "open")
    layer = must(lambda: dataset.GetLayerByName(table) if table else dataset.GetLayer(0), "layer")
    definition = layer.GetLayerDefn()
    fields = [definition.GetFieldDefn(index).GetName() for index in range(definition.GetFieldCount())]
    if condition:
        must(lambda: layer.SetAttributeFilter(condition) == 0 or None, "filter")
    else:
        layer.SetIgnoredFields([*fields, "OGR_GEOMETRY"])
    found = array("q")
    for feature in layer:
        found.append(feature.GetFID())
        if len(found) % LOOK_AFTER == 0 and cancelled():
            break
    numpy.asarray(found).sort()  # in place, and unlike Python's own it does not hold up the other threads
    return found
