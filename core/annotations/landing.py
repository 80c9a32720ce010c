"""What the platform has now, noted in the rows of the layers' files: after a push, and for what changed elsewhere.

A row that was edited since it was read keeps the edit: then only where it came from is noted, and not even that where
the platform's has more than what was sent, since the row would seem to take that back. Nothing here is for the main
thread; layers that show the files are told to read them again by who calls.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from qgis.core import QgsFeature, QgsFeatureRequest, QgsGeometry, QgsVectorLayer

from ...providers.pix4d.flows.annotation_list import AnnotationList, members
from ...providers.pix4d.flows.annotation_plan import Local, Plan
from ...providers.pix4d.project_records import Annotation
from ..problems import Problem
from ..translation import tr
from . import rows
from .fields import ID, NAMES, RECORD, cells_of
from .files import Table, forget, note
from .shapes import CIRCLE, POLYGON, kind_of, shape_of


@dataclass(frozen=True)
class Place:
    """A layer's file by the key of its rows (``prefix``)."""

    prefix: str
    table: Table

    def row(self, key: str) -> int | None:
        """The number of the row in this table; None for a row of another one, and for a part of a row."""
        number = key[len(self.prefix):] if key.startswith(self.prefix) else ""
        return int(number) if number.isdigit() else None


@dataclass(frozen=True)
class Landed:
    """A row as it was read, and what the platform has of it now."""

    local: Local
    record: Annotation


def land(places: Sequence[Place], landed: Iterable[Landed], target: rows.Target) -> None:
    """Note in the rows what the platform has of them."""
    wanted = list(landed)
    for place in places:
        mine = {row: one for one in wanted if (row := place.row(one.local.key)) is not None}
        if mine:
            _land(place, mine, target)


def _land(place: Place, landed: Mapping[int, Landed], target: rows.Target) -> None:
    layer = _open(place.table)
    fields = layer.fields()
    request = QgsFeatureRequest().setFilterFids(list(landed))
    now = rows.read(layer.getFeatures(request), fields, layer.crs(), target, place.prefix)
    same = {place.row(one.key) for one in now.good if landed[place.row(one.key) or 0].local.body == one.body}
    attributes: dict[int, dict[int, Any]] = {}
    shapes: dict[int, QgsGeometry] = {}
    there = {feature.id() for feature in layer.getFeatures(request)}
    for row, one in landed.items():
        if row not in there or (row not in same and members(one.record) != members(one.local.body)):
            continue
        cells = cells_of(one.record)
        attributes[row] = {fields.lookupField(name): cells[name] for name in (NAMES if row in same else (ID, RECORD))}
        shape = shape_of(one.record["geometry"]) if row in same else None
        if shape is not None:
            shapes[row] = shape
    _changed(layer, layer.dataProvider().changeFeatures(attributes, shapes) if attributes else True)
    del layer  # its file is written by GDAL next
    note(place.table.path, place.table.kind, [landed[row].record for row in attributes])


def take_over(
    places: Sequence[Place], plan: Plan, now: AnnotationList, target: rows.Target, conflicts: bool = False
) -> None:
    """Bring into the rows what was changed, added and removed elsewhere; with ``conflicts`` also where both sides
    changed the same."""
    changed = [Landed(local, record) for local, record in [*plan.changed_elsewhere, *plan.current]]
    gone = list(plan.removed_elsewhere)
    new = list(plan.added_elsewhere)
    for one in plan.conflicts if conflicts else ():
        if one.theirs is None and one.local is not None:
            gone.append(one.local)
        elif one.local is None:
            new.append(one.identity)
        elif one.theirs is not None:
            changed.append(Landed(one.local, one.theirs))
    misfits = [one for one in changed if not _fits(places, one)]
    gone += [one.local for one in misfits]
    new += [one.local.identity for one in misfits]
    land(places, [one for one in changed if one not in misfits], target)
    for place in places:
        rows_gone = {row: one for one in gone if (row := place.row(one.key)) is not None}
        if rows_gone:
            layer = _open(place.table)
            _changed(layer, layer.dataProvider().deleteFeatures(list(rows_gone)))
            del layer
            forget(place.table.path, [one.identity for one in rows_gone.values()])
    _add(places, (record for record in map(now.get, new) if record is not None))


def _fits(places: Sequence[Place], one: Landed) -> bool:
    """Whether the shape that it has now can stay in its table; a table of circles holds polygons too."""
    kinds = [place.table.kind for place in places if place.row(one.local.key) is not None]
    kind = kind_of(one.record.get("geometry"))
    return all(held == kind or (held, kind) == (CIRCLE, POLYGON) for held in kinds)


def _add(places: Sequence[Place], records: Iterable[Annotation]) -> None:
    tables = {place.table.kind: place.table for place in reversed(places)}
    sorted_by_kind: dict[str, list[Annotation]] = {}
    for record in records:
        sorted_by_kind.setdefault(kind_of(record.get("geometry")), []).append(record)
    for kind, some in sorted_by_kind.items():
        shapes = [shape_of(record["geometry"]) for record in some] if kind in tables else []
        if not any(shapes):
            continue
        layer = _open(tables[kind])
        features = [_feature(layer, record, shape) for record, shape in zip(some, shapes) if shape is not None]
        fine, _ = layer.dataProvider().addFeatures(features)
        _changed(layer, fine)
        del layer
        note(tables[kind].path, kind, [record for record, shape in zip(some, shapes) if shape is not None])


def _feature(layer: QgsVectorLayer, record: Annotation, shape: QgsGeometry) -> QgsFeature:
    made = QgsFeature(layer.fields())
    made.setGeometry(shape)
    for name, value in cells_of(record).items():
        made.setAttribute(name, value)
    return made


def drop(places: Sequence[Place], keys: Iterable[str], ids: Iterable[str]) -> None:
    """Delete rows whose annotations were deleted, and note that these are no more."""
    wanted = list(keys)
    for place in places:
        numbers = [row for row in map(place.row, wanted) if row is not None]
        if numbers:
            layer = _open(place.table)
            _changed(layer, layer.dataProvider().deleteFeatures(numbers))
            del layer
    forget_all(places, ids)


def forget_all(places: Sequence[Place], ids: Iterable[str]) -> None:
    """Note in all files that annotations are no more."""
    gone = list(ids)
    for path in dict.fromkeys(place.table.path for place in places) if gone else ():
        forget(path, gone)


def _open(table: Table) -> QgsVectorLayer:
    layer = QgsVectorLayer(f"{table.path}|layername={table.kind}", table.kind, "ogr")
    _changed(layer, layer.isValid())
    return layer


def _changed(layer: QgsVectorLayer, fine: bool) -> None:
    if not fine:
        raise Problem(
            tr("The platform took the changes, but {file} could not be written. Get the annotations anew.").format(
                file=layer.name())
        )
