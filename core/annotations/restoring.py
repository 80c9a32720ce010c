"""What makes the rows of a file those of an earlier copy of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from qgis.core import QgsFeature, QgsGeometry, QgsVectorLayer

from .fields import COLUMNS, ID, RECORD, SHOWN, plain

_SAID = [one.name for one in COLUMNS]


@dataclass
class Difference:
    """By row of the file: cells by column number, and shapes. ``gone`` are rows to delete, ``back`` features to add,
    with the file's columns."""

    cells: dict[int, dict[int, Any]] = field(default_factory=dict)
    shapes: dict[int, QgsGeometry] = field(default_factory=dict)
    gone: list[int] = field(default_factory=list)
    back: list[QgsFeature] = field(default_factory=list)


def difference(now: Path, earlier: Path, kind: str) -> Difference:
    """Rows belong together by their annotation. What a row came from stays what it is now, so that a push sees the
    earlier state as a change; an annotation that has no row any more becomes a new one. Not for the main thread."""
    here, there = _open(now, kind), _open(earlier, kind)
    made = Difference()
    rows: dict[str, QgsFeature] = {}
    for one in _features(here):
        if plain(one[ID]) is None or str(one[ID]) in rows:  # drawn since then, or copied
            made.gone.append(one.id())
        else:
            rows[str(one[ID])] = one
    fields = here.fields()
    for old in _features(there):
        row = rows.pop(str(old[ID]), None) if plain(old[ID]) is not None else None
        if row is None:
            made.back.append(_new(old, here))
            continue
        cells = {fields.lookupField(name): old[name] for name in _SAID if plain(old[name]) != plain(row[name])}
        if cells:
            made.cells[row.id()] = cells
        if bytes(old.geometry().asWkb()) != bytes(row.geometry().asWkb()):
            made.shapes[row.id()] = old.geometry()
    made.gone += [one.id() for one in rows.values()]
    return made


def _new(old: QgsFeature, layer: QgsVectorLayer) -> QgsFeature:
    made = QgsFeature(layer.fields())
    made.setGeometry(old.geometry())
    for name in layer.fields().names():
        if name not in (ID, RECORD, "fid", *SHOWN):
            made.setAttribute(name, old[name])
    return made


def _features(layer: QgsVectorLayer) -> Iterator[QgsFeature]:
    return iter(layer.getFeatures())


def _open(file: Path, kind: str) -> QgsVectorLayer:
    return QgsVectorLayer(f"{file}|layername={kind}", kind, "ogr")
