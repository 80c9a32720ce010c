"""The rows of a layer or table as control points, each looked at before anything is sent.

A text file of coordinates is a table without geometry to QGIS; so is a spreadsheet. What is wrong is told by row.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsCoordinateTransform,
    QgsCoordinateTransformContext,
    QgsCsException,
    QgsFeature,
    QgsFeatureSource,
    QgsPointXY,
    QgsWkbTypes,
)

from ..crs_rules import definition_of, map_crs
from ..problems import Problem
from ..translation import tr
from .axes import AxisOrder, flipped
from .names import is_plain, rewritten

MOST_PROBLEMS = 12
#: Names of columns that are found by themselves, in small letters; the first that is there counts.
USUAL: dict[str, tuple[str, ...]] = {
    "name": ("name", "gcp", "point", "label", "id", "point_id", "nr", "no", "field_1"),
    "x": ("x", "easting", "east", "e", "field_2"),
    "y": ("y", "northing", "north", "n", "field_3"),
    "z": ("z", "height", "elevation", "altitude", "h", "field_4"),
    "kind": ("point_type", "type", "kind"),
    "xy_accuracy": ("xy_accuracy", "accuracy_xy", "accuracy_horizontal", "horizontal_accuracy", "sxy"),
    "z_accuracy": ("z_accuracy", "accuracy_z", "accuracy_vertical", "vertical_accuracy", "sz"),
}
CHECKPOINTS = ("checkpoint", "check", "check point", "chk", "cp")
CONTROL = ("", "gcp", "3d gcp", "control", "control point")

Point = dict[str, Any]
"""As in the API: ``name``, ``point_type``, ``x``, ``y``, ``z``, ``xy_accuracy``, ``z_accuracy``."""


@dataclass(frozen=True)
class Columns:
    """Which field holds what; empty for none. Without ``x`` and ``y`` a point's place is its geometry."""

    name: str = ""
    x: str = ""
    y: str = ""
    z: str = ""
    kind: str = ""
    xy_accuracy: str = ""
    z_accuracy: str = ""


@dataclass(frozen=True)
class Wanted:
    """``definition`` is the project's system. ``table_crs`` that of coordinates in columns, the project's when it is
    not valid; ``order`` how they are given. ``rename`` True: names that could not be changed later are made plain."""

    definition: str
    table_crs: QgsCoordinateReferenceSystem = field(default_factory=QgsCoordinateReferenceSystem)
    order: AxisOrder = AxisOrder.EAST_FIRST
    rename: bool = False
    context: QgsCoordinateTransformContext = field(default_factory=QgsCoordinateTransformContext)


@dataclass(frozen=True)
class RowProblem:
    """``row`` counts from 1, ``feature`` is the id of the feature; ``words`` a whole sentence that names the row."""

    row: int
    feature: int
    words: str


@dataclass
class Found:
    """The points with the ids of their features, which names were rewritten (old and new), and what is wrong."""

    points: list[Point] = field(default_factory=list)
    features: list[int] = field(default_factory=list)
    renamed: list[tuple[str, str]] = field(default_factory=list)
    problems: list[RowProblem] = field(default_factory=list)


def completed(columns: Columns, source: QgsFeatureSource) -> Columns:
    """The columns with those that were left empty found by their usual names. Places stay the geometry where there is
    one."""
    by_name = {one.lower(): one for one in reversed(source.fields().names())}
    made = {}
    for what, usual in USUAL.items():
        given = getattr(columns, what)
        wanted = not (what in ("x", "y") and has_places(source))
        made[what] = given or (next((by_name[one] for one in usual if one in by_name), "") if wanted else "")
    return Columns(**made)


def has_places(source: QgsFeatureSource) -> bool:
    """Whether the rows are points on the map."""
    return bool(QgsWkbTypes.geometryType(source.wkbType()) == QgsWkbTypes.GeometryType.PointGeometry)


def column_problems(columns: Columns, source: QgsFeatureSource) -> Iterator[str]:
    """What is wrong with the columns as a whole; cheap."""
    known = source.fields()
    for name in (columns.name, columns.x, columns.y, columns.z, columns.kind, columns.xy_accuracy, columns.z_accuracy):
        if name and known.lookupField(name) < 0:
            yield tr("The layer has no field “{field}”. Choose a field of the layer.").format(field=name)
    if not columns.name:
        yield tr("Nothing tells the names of the points. Choose the field with the names.")
    if bool(columns.x) != bool(columns.y):
        yield tr("Only one of the two fields with coordinates is chosen. Choose both.")
    elif not columns.x and not has_places(source):
        yield tr("The table has no points on the map. Choose the fields that hold their coordinates.")
    if not columns.z and not QgsWkbTypes.hasZ(source.wkbType()):
        yield tr("Nothing tells the heights of the points. Choose the field with the heights.")


def read_points(source: QgsFeatureSource, columns: Columns, wanted: Wanted) -> Found:
    """All rows. Raises :class:`Problem` that names the rows which cannot be sent; nothing is left out silently."""
    found = look_at_points(source, columns, wanted)
    if found.problems:
        raise Problem(told([one.words for one in found.problems]))
    return found


def look_at_points(source: QgsFeatureSource, columns: Columns, wanted: Wanted) -> Found:
    """All rows, those that cannot be sent under ``problems``. Raises :class:`Problem` when there are none."""
    place = _Places(source, columns, wanted)
    found, rows = Found(), []
    number = 0
    for number, feature in enumerate(source.getFeatures(), 1):
        name = text_of(feature, columns.name)
        try:
            found.points.append(_point(feature, columns, place, name))
        except ValueError as error:
            words = tr("Row {number} (“{name}”): {problem}").format(number=number, name=name, problem=error)
            found.problems.append(RowProblem(number, feature.id(), words))
            continue
        found.features.append(feature.id())
        rows.append(number)
    if not number:
        raise Problem(tr("There are no points in the layer. Give at least one."))
    _look_at_names(found, rows, wanted.rename)
    return found


def _look_at_names(found: Found, rows: list[int], rename: bool) -> None:
    """Rewrite names, or say which could not be changed later; and which stand twice."""
    names = [one["name"] for one in found.points]
    if rename:
        for one, name in zip(found.points, rewritten(names)):
            if one["name"] != name:
                found.renamed.append((one["name"], name))
                one["name"] = name
    else:
        found.problems += [RowProblem(row, feature, _odd_name(name))
                           for row, feature, name in zip(rows, found.features, names) if not is_plain(name)]
    final = Counter(one["name"] for one in found.points)
    twice = tr("The name “{name}” stands {count} times. Give each point a name of its own.")
    found.problems += [
        RowProblem(row, feature, twice.format(name=one["name"], count=final[one["name"]]))
        for row, feature, one in zip(rows, found.features, found.points) if final[one["name"]] > 1
    ]


def told(problems: list[str]) -> str:
    """The first of many problems, and how many there are."""
    problems = list(dict.fromkeys(problems))
    left = len(problems) - MOST_PROBLEMS
    shown = problems[:MOST_PROBLEMS]
    return "\n".join([*shown, tr("And {count} more.").format(count=left)] if left > 0 else shown)


def _odd_name(name: str) -> str:
    return tr(
        "The name “{name}” holds more than letters, digits and underscores: PIX4D could never change or delete that"
        " point. Rename it, or tick that names are rewritten."
    ).format(name=name)


def _point(feature: QgsFeature, columns: Columns, places: _Places, name: str) -> Point:
    if not name:
        raise ValueError(tr("the name is empty."))
    kind = text_of(feature, columns.kind).lower()
    if kind not in (*CHECKPOINTS, *CONTROL):
        raise ValueError(tr("“{kind}” is no type of point. Give GCP or CHECKPOINT.").format(kind=kind))
    x, y = places.of(feature)
    height = number_of(feature, columns.z) if columns.z else _height(feature)
    if height is None:
        raise ValueError(tr("the height is missing."))
    made: Point = {"name": name, "point_type": "CHECKPOINT" if kind in CHECKPOINTS else "GCP", "x": x, "y": y,
                   "z": height}
    for member in ("xy_accuracy", "z_accuracy"):
        column = getattr(columns, member)
        value = number_of(feature, column) if column else None
        if value is not None and value <= 0:
            raise ValueError(tr("an accuracy has to be greater than 0."))
        made[member] = value
    return made


class _Places:
    """Where the rows lie, in the project's system: east-like, north-like."""

    def __init__(self, source: QgsFeatureSource, columns: Columns, wanted: Wanted) -> None:
        self._columns = columns
        target = map_crs(wanted.definition)
        own = wanted.table_crs if columns.x else source.sourceCrs()
        self._flip = False
        if columns.x:
            self._flip = flipped(definition_of(own) if own.isValid() else wanted.definition, wanted.order)
        self._transform = QgsCoordinateTransform()
        if own.isValid() and target.isValid() and own != target:
            self._transform = QgsCoordinateTransform(own, target, wanted.context)

    def of(self, feature: QgsFeature) -> tuple[float, float]:
        if self._columns.x:
            pair = [number_of(feature, self._columns.x), number_of(feature, self._columns.y)]
            if pair[0] is None or pair[1] is None:
                raise ValueError(tr("a coordinate is missing."))
            x, y = (pair[1], pair[0]) if self._flip else (pair[0], pair[1])
        else:
            shape = feature.geometry()
            if shape.isEmpty():
                raise ValueError(tr("it has no place on the map."))
            if shape.constGet().nCoordinates() > 1:
                raise ValueError(tr("it has several places on the map. Split it into single points."))
            first = next(shape.vertices())
            x, y = first.x(), first.y()
        try:
            moved = self._transform.transform(QgsPointXY(x, y))
        except QgsCsException as error:
            raise ValueError(tr("it lies outside of what the project's system can be used for.")) from error
        if not (math.isfinite(moved.x()) and math.isfinite(moved.y())):
            raise ValueError(tr("it lies outside of what the project's system can be used for."))
        return moved.x(), moved.y()


def _height(feature: QgsFeature) -> float | None:
    shape = feature.geometry()
    height = float(next(shape.vertices()).z()) if not shape.isEmpty() else math.nan
    return height if math.isfinite(height) else None


def text_of(feature: QgsFeature, column: str) -> str:
    """A cell as text; empty for none. Whole numbers come without a point."""
    value = feature[column] if column else None
    if value is None or (hasattr(value, "isNull") and value.isNull()):
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()


def number_of(feature: QgsFeature, column: str) -> float | None:
    """A number, also from a text with a comma for the point; None when it is not given."""
    text = text_of(feature, column)
    if not text:
        return None
    if text.count(",") == 1 and "." not in text:
        text = text.replace(",", ".")
    try:
        number = float(text)
    except ValueError:
        raise ValueError(tr("“{text}” is not a number.").format(text=text)) from None
    if not math.isfinite(number):
        raise ValueError(tr("“{text}” is not a number.").format(text=text))
    return number
