"""Holds an uploaded raster against the rules of its collection and the area of its project."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

from osgeo import gdal, osr

from ...raster_pixels import damage_in, words_of
from .places import check_outline, from_code, from_wkt, ring_of, srid_of
from .records import RasterFacts, Rejected, Task

gdal.UseExceptions()
osr.UseExceptions()

FORMATS = ("GTiff", "JPEG", "PNG", "WEBP", "MRF", "PDF")
"""Those that lists can be filtered by (section 4). Others stay shut: a VRT, for one, could name any file."""
DATA_TYPES = {"Byte": "uint8", "Int8": "int8", "CInt16": "complex_int16", "CInt32": "complex_int32",
              "CFloat32": "complex64", "CFloat64": "complex128"}
"""GDAL's names of data types where they are not those of the rules in other case."""
TOLERANCE = 1e-6
"""Relative, of cell sizes (A14)."""


def inspect(path: Path, task: Task) -> RasterFacts:
    """Raises :class:`Rejected` with the first rule that is broken: those that need no place come first."""
    dataset = _open(path)
    facts = {"format": dataset.GetDriver().ShortName, "data_type": _data_type(dataset),
             "num_bands": dataset.RasterCount}
    for member, words in (("format", "format"), ("data_type", "data type"), ("num_bands", "number of bands")):
        _expect(words, task.rules.get(member), facts[member])
    system, srid = _system(dataset, path, task)
    _expect("SRID", task.rules.get("srid"), srid)
    transform = dataset.GetGeoTransform(can_return_null=True)
    if transform is None:
        raise Rejected("Expected a position in the file or in a world file, found none")
    cell_size = (math.hypot(transform[1], transform[4]), math.hypot(transform[2], transform[5]))
    _expect_cells(task.rules.get("cell_size"), cell_size)
    ring = ring_of(_corners(dataset, transform), system)
    check_outline(task.area, ring)
    damage = damage_in(dataset, path) if task.read_all else ""
    if damage:
        raise Rejected(f"The file is damaged or incomplete: {damage}")
    return RasterFacts(**facts, srid=srid, cell_size=cell_size, width=dataset.RasterXSize,
                       height=dataset.RasterYSize, footprint=ring)


def _open(path: Path) -> gdal.Dataset:
    try:
        return gdal.OpenEx(str(path), gdal.OF_RASTER | gdal.OF_VERBOSE_ERROR, allowed_drivers=FORMATS)
    except RuntimeError as error:
        if "not recognized" in str(error):
            raise Rejected(f"Expected a raster of one of the formats {', '.join(FORMATS)}, "
                           "found a file of another kind") from error
        raise Rejected(f"The file is damaged or incomplete: {words_of(error, path)}") from error


def _data_type(dataset: gdal.Dataset) -> str:
    if dataset.RasterCount == 0:
        raise Rejected("Expected a raster with bands, found one without")
    name = gdal.GetDataTypeName(dataset.GetRasterBand(1).DataType)
    return DATA_TYPES.get(name, name.lower())


def _expect(words: str, expected: object, found: object) -> None:
    if expected is not None and expected != found:
        raise Rejected(f"Expected {words} {expected}, found {'none' if found is None else found}")


def _expect_cells(expected: Any, found: tuple[float, float]) -> None:
    if expected is None:
        return
    if any(not math.isclose(wanted, one, rel_tol=TOLERANCE) for wanted, one in zip(expected, found)):
        raise Rejected(f"Expected cell size {expected[0]:.10g} x {expected[1]:.10g}, "
                       f"found {found[0]:.10g} x {found[1]:.10g}")


def _system(dataset: gdal.Dataset, path: Path, task: Task) -> tuple[osr.SpatialReference, int | None]:
    """The system of the file, of a support file, or with a world file that of the rule (A14)."""
    try:
        own = dataset.GetSpatialRef()
    except RuntimeError as error:
        raise Rejected(f"Expected a coordinate system that can be used, found: {words_of(error, path)}") from error
    system = own or _projection_file(path, task)
    if system is not None:
        return system, srid_of(system)
    rule = task.rules.get("srid")
    if rule is not None and _has_world_file(path, task):
        return from_code(rule), rule
    raise Rejected("Expected a coordinate system in the file or in a support file, found none")


def _has_world_file(path: Path, task: Task) -> bool:
    """Whether a world file came along: ``.wld``, ``.tfw`` or ``.tifw`` for a ``.tif``."""
    kind = path.suffix.lower()[1:]
    endings = {".wld", f".{kind[:1]}{kind[-1:]}w", f".{kind}w"}
    return any(Path(one.name).suffix.lower() in endings for one in task.support)


def _projection_file(path: Path, task: Task) -> osr.SpatialReference | None:
    """The system in a ``.prj`` file that came along."""
    for one in task.support:
        if Path(one.name).suffix.lower() == ".prj":
            return read_projection(path.with_name(one.name))
    return None


def read_projection(path: Path) -> osr.SpatialReference:
    """The system that a ``.prj`` file holds as WKT of any dialect. Raises :class:`Rejected`."""
    try:
        system = from_wkt(path.read_text("utf-8", "replace"))
        if not system.GetAuthorityCode(None):
            system.MorphFromESRI()
    except RuntimeError as error:
        raise Rejected(f"Expected a coordinate system in {path.name}, found something else") from error
    return system


def _corners(dataset: gdal.Dataset, transform: tuple[float, ...]) -> list[tuple[float, float]]:
    right, bottom = dataset.RasterXSize, dataset.RasterYSize
    return [(transform[0] + column * transform[1] + row * transform[2],
             transform[3] + column * transform[4] + row * transform[5])
            for column, row in ((0, 0), (0, bottom), (right, bottom), (right, 0))]
