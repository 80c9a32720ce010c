"""Result files of a platform to one GeoPackage or FlatGeobuf, by GDAL.

Everything is done in the calling thread, which may be any; GDAL gives the interpreter's lock back while it works. The
target appears whole or not at all. Memory does not grow with the number of polygons.
"""

from __future__ import annotations

import os
import uuid
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from osgeo import gdal, ogr, osr

from ...providers.errors import FULL, Cancelled, InputProblem, Kind, TransferFailed
from ...providers.shapes.reframe import WktTable, columns_of, needs_reframing, rows
from ..problems import Problem
from ..translation import tr
from .class_counts import AREA, CLASS_ID, CLASS_NAME, ClassCount, count_in
from .gdal_calls import GdalFailed, Name, must, query, sql, statement, thread_options

GEOMETRY = "geom"
#: EASE-Grid 2.0 keeps areas on the ellipsoid: the plane area there is the area on WGS 84 in square metres.
EQUAL_AREA = 6933
PART_BYTES = 8 << 20
SLICE = 100_000
_WRITING = {
    "OGR_CSV_MAX_LINE_SIZE": "2000000000",
    # The file is thrown away when anything fails: nothing has to survive a crash.
    "OGR_SQLITE_SYNCHRONOUS": "OFF",
    "OGR_SQLITE_JOURNAL": "OFF",
}


@dataclass(frozen=True)
class ResultFile:
    """One file as the platform gave it; the class where the file itself does not name it."""

    path: Path
    class_name: str = ""
    class_id: str = ""


@dataclass(frozen=True)
class Converted:
    """The finished layer. ``classes`` also names those of which nothing was found, when they were given."""

    path: Path
    layer: str
    count: int
    classes: list[ClassCount] = field(default_factory=list)


@dataclass
class Steering:
    """How far, and whether to stop. ``report`` gets 0 to 1."""

    report: Callable[[float], None] = lambda fraction: None
    cancelled: Callable[[], bool] = lambda: False

    def at(self, fraction: float) -> None:
        """Say how far, or raise :class:`Cancelled`."""
        if self.cancelled():
            raise Cancelled
        self.report(fraction)


def convert(
    files: Sequence[ResultFile], target: Path, layer: str = "detections", steering: Steering | None = None
) -> Converted:
    """Polygons of all files as one layer, EPSG:4326, with class, class id and area on the ellipsoid.

    ``target`` ends in ``.gpkg`` or ``.fgb``; a GeoPackage's ``fid`` is the id, in a FlatGeobuf it is the field ``id``.
    Attributes that the features carry are kept. Raises :class:`Cancelled`, ``TransferFailed`` of kind ``DISK``, or
    :class:`Problem` for a file that is no GeoJSON or is damaged.
    """
    steering = steering or Steering()
    work = target.with_name(f".{uuid.uuid4().hex}.part.gpkg")
    final = work if target.suffix.lower() != ".fgb" else work.with_suffix(".fgb")
    try:
        with thread_options(_WRITING):
            converted = _fill(files, work, layer, target, steering)
            if final is not work:
                _flat(work, final, layer, steering)
        os.replace(final, target)
    except OSError as error:
        raise _disk(target, error.errno in FULL) from error
    except GdalFailed as error:
        if steering.cancelled():
            raise Cancelled from error
        if error.is_disk:
            raise _disk(target, error.is_full) from error
        raise Problem(
            tr("The result could not be made into a layer; GDAL says: {words}").format(words=str(error)[:300])
        ) from error
    finally:
        for left in {work, final, work.with_name(work.name + "-journal"), work.with_name(work.name + "-wal")}:
            left.unlink(missing_ok=True)
    steering.report(1.0)
    return converted


def _fill(files: Sequence[ResultFile], work: Path, layer: str, target: Path, steering: Steering) -> Converted:
    dataset = must(lambda: gdal.GetDriverByName("GPKG").Create(str(work), 0, 0, 0, gdal.GDT_Unknown), "create")
    _make_layer(dataset, layer)
    total = sum(one.path.stat().st_size for one in files) or 1
    done = 0
    for one in files:
        size = one.path.stat().st_size
        low, high = 0.8 * done / total, 0.8 * (done + size) / total
        inner = Steering(_within(steering.report, low, high), steering.cancelled)
        before = _last_fid(dataset, layer)
        _append(dataset, one, layer, inner)
        _complete(dataset, one, layer, before)
        done += size
    _areas(dataset, layer, steering)
    steering.at(0.93)
    query(dataset, sql("SELECT CreateSpatialIndex({layer}, {geometry})", layer=layer, geometry=GEOMETRY))
    classes = _count(dataset, layer, files)
    must(lambda: dataset.FlushCache() or True, "flush")
    must(lambda: _close(dataset), "close")
    return Converted(target, layer, sum(one.count for one in classes), classes)


def _make_layer(dataset: Any, layer: str) -> None:
    srs = osr.SpatialReference()
    srs.ImportFromEPSG(4326)
    srs.SetAxisMappingStrategy(osr.OAMS_TRADITIONAL_GIS_ORDER)
    made = must(
        lambda: dataset.CreateLayer(
            layer, srs, ogr.wkbPolygon, [f"GEOMETRY_NAME={GEOMETRY}", "FID=fid", "SPATIAL_INDEX=NO"]
        ),
        "create layer",
    )
    for name, kind in ((CLASS_NAME, ogr.OFTString), (CLASS_ID, ogr.OFTString), (AREA, ogr.OFTReal)):
        made.CreateField(ogr.FieldDefn(name, kind))


def _append(dataset: Any, one: ResultFile, layer: str, steering: Steering) -> None:
    try:
        if needs_reframing(one.path):
            _append_parts(dataset, one.path, layer, steering)
            return
    except InputProblem as error:
        raise Problem(
            tr("The result {file} is damaged or is no GeoJSON. Fetch it from the platform again.").format(
                file=one.path.name
            )
        ) from error
    source = _open(str(one.path), "GeoJSON", [])
    if source is None:
        raise Problem(
            tr("The result {file} is damaged or is no GeoJSON. Fetch it from the platform again.").format(
                file=one.path.name
            )
        )
    _translate(dataset, source, layer, steering)


def _append_parts(dataset: Any, path: Path, layer: str, steering: Steering) -> None:
    """A huge MultiPolygon as tables of WKT in memory, a part at a time."""
    framing = WktTable(columns_of(path) or [CLASS_NAME])  # GDAL takes a table of one column for no table
    size = path.stat().st_size
    name = f"/vsimem/{uuid.uuid4().hex}.csv"
    options = ["GEOM_POSSIBLE_NAMES=WKT", "KEEP_GEOM_COLUMNS=NO", "AUTODETECT_TYPE=NO"]
    done = 0
    for part in _parts(rows(path, framing), framing.header()):
        steering.at(min(1.0, done / size))
        if part == framing.header():
            continue
        gdal.FileFromMemBuffer(name, part)
        try:
            _translate(dataset, must(lambda: _open(name, "CSV", options), "table"), layer, Steering())
        finally:
            gdal.Unlink(name)
        done += len(part)


def _parts(blocks: Iterator[bytes], header: bytes) -> Iterator[bytes]:
    """Blocks of rows put together to whole rows, each part with its header. A row is a line."""
    waiting: list[bytes] = []
    size = 0
    for block in blocks:
        waiting.append(block)
        size += len(block)
        if size >= PART_BYTES and b"\n" in block:
            whole, _, rest = b"".join(waiting).rpartition(b"\n")
            yield whole + b"\n"
            waiting, size = [header, rest], len(rest)
    yield b"".join(waiting)


def _open(path: str, driver: str, options: list[str]) -> Any:
    return must(
        lambda: gdal.OpenEx(path, gdal.OF_VECTOR, allowed_drivers=[driver], open_options=options), f"open {driver}"
    )


def _translate(dataset: Any, source: Any, layer: str, steering: Steering) -> None:
    def progress(fraction: float, message: str, data: object) -> int:
        steering.report(fraction)
        return 0 if steering.cancelled() else 1

    options = gdal.VectorTranslateOptions(
        options=["-append", "-addfields", "-nln", layer, "-nlt", "POLYGON", "-dim", "XY", "-explodecollections"]
        + ["-gt", str(SLICE)],
        callback=progress,
    )
    must(lambda: gdal.VectorTranslate(dataset, source, options=options), "translate")


def _last_fid(dataset: Any, layer: str) -> int:
    return int(query(dataset, sql("SELECT COALESCE(MAX(fid), 0) FROM {table}", table=Name(layer)))[0][0])


def _complete(dataset: Any, one: ResultFile, layer: str, before: int) -> None:
    """Take out what has no shape; fill in the class where the file did not name it."""
    table, geometry = Name(layer), Name(GEOMETRY)
    empty = "DELETE FROM {table} WHERE fid > {before} AND ({geometry} IS NULL OR ST_IsEmpty({geometry}))"
    statement(dataset, sql(empty, table=table, before=before, geometry=geometry))
    fill = "UPDATE {table} SET {name} = {value} WHERE fid > {before} AND COALESCE({name}, '') = ''"
    for name, value in ((CLASS_NAME, one.class_name), (CLASS_ID, one.class_id)):
        if value:
            statement(dataset, sql(fill, table=table, name=Name(name), value=value, before=before))


def _areas(dataset: Any, layer: str, steering: Steering) -> None:
    last = _last_fid(dataset, layer)
    names = {"table": Name(layer), "area": Name(AREA), "geometry": Name(GEOMETRY)}
    fill = (
        "UPDATE {table} SET {area} = ST_Area(ST_Transform({geometry}, {crs})) WHERE fid > {start} AND fid <= {end}"
    )
    for start in range(0, last, SLICE):
        steering.at(0.8 + 0.13 * start / last)
        statement(dataset, sql(fill, crs=EQUAL_AREA, start=start, end=start + SLICE, **names))


def _count(dataset: Any, layer: str, files: Sequence[ResultFile]) -> list[ClassCount]:
    classes = count_in(dataset, layer)
    known = {one.name for one in classes}
    given = dict.fromkeys(one.class_name for one in files if one.class_name)
    return classes + [ClassCount(name, 0, 0.0) for name in given if name not in known]


def _flat(work: Path, final: Path, layer: str, steering: Steering) -> None:
    source = _open(str(work), "GPKG", [])
    kept = {f"field{number}": Name(one) for number, one in enumerate(_field_names(source, layer)) if one != "id"}
    columns = ", ".join(["fid + 0 AS id", *(f"{{{one}}}" for one in kept), "{geometry}"])
    template = " ".join(["SELECT", columns, "FROM {table}"])
    chosen = sql(template, geometry=Name(GEOMETRY), table=Name(layer), **kept)
    options = gdal.VectorTranslateOptions(
        format="FlatGeobuf",
        options=["-sql", chosen, "-nln", layer],
        callback=lambda fraction, message, data: 0 if steering.cancelled() else 1,
    )
    made = must(lambda: gdal.VectorTranslate(str(final), source, options=options), "translate")
    must(lambda: _close(made), "close")


def _field_names(dataset: Any, layer: str) -> list[str]:
    definition = dataset.GetLayerByName(layer).GetLayerDefn()
    return [definition.GetFieldDefn(index).GetName() for index in range(definition.GetFieldCount())]


def _close(dataset: Any) -> bool:
    """Close by hand: errors of the last writing are heard here and not somewhere later."""
    dataset.__swig_destroy__(dataset)
    dataset.this = None
    return True


def _within(report: Callable[[float], None], low: float, high: float) -> Callable[[float], None]:
    return lambda fraction: report(low + (high - low) * fraction)


def _disk(target: Path, full: bool) -> TransferFailed:
    return TransferFailed(Kind.DISK, facts={"file": target.name, **({"reason": "full"} if full else {})})
