"""What a search found as rows of a layer: a column for each field, places as shapes, keys of the metadata as columns of
their own."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from qgis.core import QgsGeometry, QgsPointXY, QgsWkbTypes

from ...providers.pixel.flows.spool import NUMBER
from ...providers.pixel.items import MEMBER, METADATA, TAGS, kept, tags_text
from ..layers.footprints import shape_of
from .columns import RECORD, Column

_PLACES = ("GEOMETRY", "GEOGRAPHY", "POINT", "POLYGON")
_REALS = ("FLOAT", "REAL", "DOUBLE", "NUMERIC", "DECIMAL")
_KNOWN_PLACES = ("location", "footprint", "area_of_interest")


@dataclass(frozen=True)
class Layout:
    """How rows look. ``place``: the field that holds the shape, empty for a table; ``item``: image or raster where the
    rows can be pushed back."""

    columns: list[Column]
    geometry: int
    place: str
    item: str

    def values(self, row: Mapping[str, Any]) -> list[Any]:
        """The cells of a row."""
        metadata = row.get(METADATA)
        free = metadata if isinstance(metadata, Mapping) else {}
        found = []
        for one in self.columns:
            if one.name == RECORD:
                found.append(kept(row, self.item))
            elif one.name == TAGS[0]:
                found.append(tags_text(row.get(one.name) or ()))
            else:
                found.append(_cell(free.get(one.key) if one.key else row.get(one.name), one.kind))
        return found

    def shape(self, row: Mapping[str, Any]) -> QgsGeometry:
        """Where it is, in WGS 84; empty where that is not told."""
        place = row.get(self.place) if self.place else None
        if self.geometry != QgsWkbTypes.Type.Point:
            return shape_of(place)
        coordinates = place.get("coordinates") if isinstance(place, Mapping) else None
        try:
            return QgsGeometry.fromPointXY(QgsPointXY(float(coordinates[0]), float(coordinates[1])))
        except (TypeError, ValueError, IndexError):
            return QgsGeometry()


def layout(on: str, fields: Sequence[tuple[str, str]], keys: Mapping[str, str], item: str = "") -> Layout:
    """Columns for fields (name and the platform's word for their type) and for keys of the metadata."""
    place = next((name for name, sort in fields if _is_place(name, sort)), "")
    columns: list[Column] = []
    taken: set[str] = set()

    def add(column: Column) -> None:
        if column.name.lower() not in taken:  # files do not tell apart names that differ in case only
            taken.add(column.name.lower())
            columns.append(column)

    for name, sort in fields:
        if name == place:
            continue
        if name == METADATA:
            for key, kind in keys.items():
                add(Column(MEMBER + key, "real" if kind == NUMBER else "text", key))
        else:
            add(Column(name, _kind(sort)))
    pushed = item if any(name == "id" for name, _ in fields) else ""
    if pushed:
        add(Column(RECORD, "text"))
    shape = QgsWkbTypes.Type.NoGeometry
    if place:
        shape = QgsWkbTypes.Type.Point if on == "images" else QgsWkbTypes.Type.MultiPolygon
    return Layout(columns, shape, place, pushed)


def _is_place(name: str, sort: str) -> bool:
    return sort.upper().startswith(_PLACES) or name in _KNOWN_PLACES


def _kind(sort: str) -> str:
    upper = sort.upper()
    if "INT" in upper:
        return "long"
    return "real" if upper.startswith(_REALS) else "boolean" if upper.startswith("BOOL") else "text"


def _cell(value: Any, kind: str) -> Any:
    if value is None:
        return None
    if kind in ("long", "real"):
        return value if isinstance(value, (int, float)) and not isinstance(value, bool) else None
    if kind == "boolean":
        return value if isinstance(value, bool) else None
    return json.dumps(value, ensure_ascii=False) if isinstance(value, (list, dict)) else str(value)
