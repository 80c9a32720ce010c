"""A GeoPackage of annotations: a table for each kind of shape, and one that tells which annotations came with it.

What came and is no row any more was removed by the user; what never came was added elsewhere.
"""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from osgeo import gdal, ogr, osr
from qgis.core import QgsCoordinateReferenceSystem, QgsGeometry, QgsProviderRegistry, QgsVectorLayer

from ...providers.pix4d.flows.annotation_list import digest
from ...providers.pix4d.project_records import Annotation
from ..layers import provenance
from ..layers.gdal_calls import GdalFailed, Name, closed, must, query, sql, statement
from ..problems import Problem
from ..translation import tr
from .fields import COLUMNS, ID, NAMES, RECORD, cells_of
from .shapes import CIRCLE, KINDS, LINE, POINT, POLYGON, kind_of, shape_of

CAME = "annotations_that_came"
#: How many rows are deleted by a statement.
AT_ONCE = 500
_OGR = {
    POINT: ogr.wkbPoint25D,
    LINE: ogr.wkbLineString25D,
    POLYGON: ogr.wkbPolygon25D,
    CIRCLE: ogr.wkbCurvePolygonZ,
}
_YES_OR_NO = {one.name for one in COLUMNS if one.yes_or_no}


@dataclass
class Made:
    """How many of each kind were written, and how many are of shapes that no layer can hold."""

    counts: dict[str, int] = field(default_factory=dict)
    left_out: int = 0

    @property
    def count(self) -> int:
        """All that were written."""
        return sum(self.counts.values())


def make(
    path: Path,
    records: Iterable[Annotation],
    crs: QgsCoordinateReferenceSystem,
    origins: Mapping[str, provenance.Provenance],
) -> Made:
    """Write the file, which appears whole or not at all. ``crs`` is that of the coordinates, not valid for an arbitrary
    one. ``origins`` are by kind: others get no table. Not for the main thread. Raises :class:`Problem` while it is open
    somewhere: another file in its place would be read with the old one's changes."""
    if path.with_name(path.name + "-wal").exists():
        raise Problem(tr("{file} is open. Remove its layer from the project, or choose another file.").format(
            file=path.name))
    part = path.with_name(f".{uuid.uuid4().hex}.part.gpkg")
    made = Made(dict.fromkeys(origins, 0))
    try:
        driver = gdal.GetDriverByName("GPKG")
        dataset = must(lambda: driver.Create(str(part), 0, 0, 0, gdal.GDT_Unknown), "create")
        tables = {kind: _table(dataset, kind, crs) for kind in origins}
        came = _came_table(dataset)
        must(lambda: dataset.StartTransaction() == ogr.OGRERR_NONE or None, "begin")
        for record in records:
            kind, shape = kind_of(record.get("geometry")), shape_of(record.get("geometry") or {})
            if shape is None:
                made.left_out += 1
            if shape is None or kind not in tables:
                continue
            _add(tables[kind], record, shape)
            _came(came, record, kind)
            made.counts[kind] += 1
        must(lambda: dataset.CommitTransaction() == ogr.OGRERR_NONE or None, "commit")
        for kind, table in tables.items():
            table.SetMetadataItem(provenance.ITEM, origins[kind].text())
        must(lambda: dataset.FlushCache() or True, "write")
        must(lambda: closed(dataset), "close")
        os.replace(part, path)
    finally:
        part.unlink(missing_ok=True)
    return made


def _table(dataset: Any, kind: str, crs: QgsCoordinateReferenceSystem) -> Any:
    system = osr.SpatialReference()
    if crs.isValid():
        system.SetFromUserInput(crs.authid() or crs.toWkt(QgsCoordinateReferenceSystem.WktVariant.WKT_PREFERRED))
        system.SetAxisMappingStrategy(osr.OAMS_TRADITIONAL_GIS_ORDER)
    else:  # a plane somewhere: without any system QGIS would take the numbers for degrees
        system.SetLocalCS("Arbitrary")
        system.SetLinearUnits("metre", 1.0)
    options = ["GEOMETRY_NAME=geom", "FID=fid"]
    table = must(lambda: dataset.CreateLayer(kind, system, _OGR[kind], options), "table")
    for name in NAMES:
        column = ogr.FieldDefn(name, ogr.OFTInteger if name in _YES_OR_NO else ogr.OFTString)
        if name in _YES_OR_NO:
            column.SetSubType(ogr.OFSTBoolean)
        table.CreateField(column)
    return table


def _came_table(dataset: Any) -> Any:
    table = must(lambda: dataset.CreateLayer(CAME, None, ogr.wkbNone, ["FID=fid"]), "table")
    for name in (ID, "kind", "digest"):
        table.CreateField(ogr.FieldDefn(name, ogr.OFTString))
    return table


def _add(table: Any, record: Annotation, shape: QgsGeometry) -> None:
    feature = ogr.Feature(table.GetLayerDefn())
    for name, value in cells_of(record).items():
        if value is not None:
            feature.SetField(name, value)
    feature.SetGeometryDirectly(ogr.CreateGeometryFromWkb(bytes(shape.asWkb())))
    must(lambda: table.CreateFeature(feature) == ogr.OGRERR_NONE or None, "row")


@dataclass(frozen=True)
class Table:
    """Where a layer of annotations is kept."""

    path: Path
    kind: str


def table_of(layer: QgsVectorLayer) -> Table | None:
    """The table of a file of ours that a layer shows; None for any other layer."""
    if layer.providerType() != "ogr" or layer.fields().lookupField(RECORD) < 0:
        return None
    parts = QgsProviderRegistry.instance().decodeUri("ogr", layer.source())
    path, name = Path(str(parts.get("path") or "")), str(parts.get("layerName") or "")
    if path.suffix.lower() != ".gpkg" or not path.is_file():
        return None
    name = name or _first(path)
    return Table(path, name) if name in KINDS else None


def _first(path: Path) -> str:
    """The table that QGIS shows when none is named."""
    try:
        dataset = must(lambda: gdal.OpenEx(str(path), gdal.OF_VECTOR, allowed_drivers=["GPKG"]), "open")
        return str(must(lambda: dataset.GetLayer(0), "table").GetName())
    except GdalFailed:
        return ""


def came(table: Table) -> dict[str, str]:
    """Of each annotation that came with the table: its digest, by its id. Nothing where that is not known."""
    wanted = sql("SELECT {id}, digest FROM {came} WHERE kind = {kind}", id=Name(ID), came=Name(CAME), kind=table.kind)
    dataset = must(lambda: gdal.OpenEx(str(table.path), gdal.OF_VECTOR, allowed_drivers=["GPKG"]), "open")
    try:
        return {str(identity): str(said) for identity, said in query(dataset, wanted)}
    except GdalFailed:
        return {}


def note(path: Path, kind: str, records: Iterable[Annotation]) -> None:
    """Note that annotations came, or came anew, with a kind's table. Not for the main thread."""
    some = list(records)
    with _rows(path) as (dataset, rows):
        _forget(dataset, [str(record["id"]) for record in some])
        for record in some:
            _came(rows, record, kind)


def forget(path: Path, ids: Iterable[str]) -> None:
    """Note that annotations are no more. Not for the main thread."""
    with _rows(path) as (dataset, _):
        _forget(dataset, list(ids))


@contextmanager
def _rows(path: Path) -> Iterator[tuple[Any, Any]]:
    """The file and the table of what came, for some changes that are written together."""
    dataset = must(lambda: gdal.OpenEx(str(path), gdal.OF_VECTOR | gdal.OF_UPDATE, allowed_drivers=["GPKG"]), "open")
    rows = must(lambda: dataset.GetLayerByName(CAME), "table")
    must(lambda: dataset.StartTransaction() == ogr.OGRERR_NONE or None, "begin")
    yield dataset, rows
    must(lambda: dataset.CommitTransaction() == ogr.OGRERR_NONE or None, "commit")
    must(lambda: closed(dataset), "close")


def _came(rows: Any, record: Annotation, kind: str) -> None:
    row = ogr.Feature(rows.GetLayerDefn())
    for name, value in ((ID, record["id"]), ("kind", kind), ("digest", digest(record))):
        row.SetField(name, value)
    must(lambda: rows.CreateFeature(row) == ogr.OGRERR_NONE or None, "row")


def _forget(dataset: Any, ids: Sequence[str]) -> None:
    """Many at once: each statement reads the whole table."""
    wanted = sql("DELETE FROM {came} WHERE {column} IN ", came=Name(CAME), column=Name(ID))
    for start in range(0, len(ids), AT_ONCE):
        names = ", ".join(sql("{id}", id=one) for one in ids[start:start + AT_ONCE])
        statement(dataset, f"{wanted}({names})")
