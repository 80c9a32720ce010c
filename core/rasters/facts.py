"""What a raster file is, as far as rules for rasters ask for it: by its header, without reading pixels."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from osgeo import gdal, osr
from qgis.core import QgsCoordinateReferenceSystem, QgsCoordinateTransformContext, QgsGeometry, QgsPointXY

from ..geometry.reproject import on_globe
from ..layers.gdal_calls import GdalFailed, gdal_errors
from ..problems import Problem

#: GDAL's names of data types where they are not those of the rules in other case.
TYPE_NAMES = {
    "Byte": "uint8", "CInt16": "complex_int16", "CInt32": "complex_int32", "CFloat32": "complex64",
    "CFloat64": "complex128",
}
#: From this confidence on GDAL's own tools name a system that came without its code.
SURE = 90


@dataclass(frozen=True)
class RasterFacts:
    """A raster. ``data_type`` as the rules name it (``uint8``), of the first band; ``mixed`` when bands differ.

    ``srid``: EPSG code, None where the system has none; ``system``: its WKT, empty for none, ``system_file`` when only
    a ``.prj`` file tells it. ``cell_size``: width and height in units of the system, None for a raster without a place.
    ``outline``: WGS 84, cut at longitude 180; null where it is not known or not on the earth.
    ``palette``: the only band means colours of a table; ``alpha``: the number of the band that is opacity, 0 for none.
    ``world_file``: whether the place comes from a file beside it.
    """

    path: Path
    format: str
    data_type: str
    num_bands: int
    width: int
    height: int
    mixed: bool = False
    srid: int | None = None
    system: str = field(default="", repr=False)
    system_file: bool = False
    cell_size: tuple[float, float] | None = None
    world_file: bool = False
    outline: QgsGeometry = field(default_factory=QgsGeometry, repr=False, compare=False)
    palette: bool = False
    alpha: int = 0

    @property
    def name(self) -> str:
        """The name of the file."""
        return self.path.name


def read_facts(path: Path, beside: Iterable[Path] = (), assumed_srid: int | None = None) -> RasterFacts | None:
    """The facts of a raster file; None when GDAL cannot read it as one. ``beside``: its support files.
    ``assumed_srid``: the system by which the outline of one with a world file, but without a system, is found."""
    try:
        with gdal_errors():
            dataset = gdal.OpenEx(str(path), gdal.OF_RASTER | gdal.OF_READONLY)
            if dataset is None or dataset.RasterCount == 0:
                return None
            return _facts(path, dataset, list(beside), assumed_srid)
    except GdalFailed:
        return None


def _facts(path: Path, dataset: Any, beside: list[Path], assumed_srid: int | None) -> RasterFacts:
    bands = [dataset.GetRasterBand(number + 1) for number in range(dataset.RasterCount)]
    types = [band.DataType for band in bands]
    colours = [band.GetColorInterpretation() for band in bands]
    system = dataset.GetSpatialRef()
    own = system is not None
    if system is None:
        system = next((found for one in beside if (found := _projection_file(one)) is not None), None)
    transform = dataset.GetGeoTransform(can_return_null=True)
    world_file = any(is_world_file(one, path) for one in beside)
    return RasterFacts(
        path, dataset.GetDriver().ShortName, type_name(types[0]), len(bands), dataset.RasterXSize,
        dataset.RasterYSize, len(set(types)) > 1, None if system is None else srid_of(system),
        "" if system is None else system.ExportToWkt(["FORMAT=WKT2_2019"]), system is not None and not own,
        None if transform is None else _cell_size(transform), world_file,
        _outline(dataset, transform, system or (_from_code(assumed_srid) if world_file else None)),
        len(bands) == 1 and colours[0] == gdal.GCI_PaletteIndex and bands[0].GetColorTable() is not None,
        colours.index(gdal.GCI_AlphaBand) + 1 if gdal.GCI_AlphaBand in colours else 0,
    )


def type_name(number: int) -> str:
    """A data type of GDAL as the rules name it."""
    name = str(gdal.GetDataTypeName(number))
    return TYPE_NAMES.get(name, name.lower())


def type_number(name: str) -> int | None:
    """The data type of GDAL behind a name of the rules; None where this GDAL has none."""
    names = [one for one in dir(gdal) if one.startswith("GDT_") and one not in ("GDT_Unknown", "GDT_TypeCount")]
    return {type_name(number): number for number in (getattr(gdal, one) for one in names)}.get(name)


def is_world_file(path: Path, of: Path) -> bool:
    """Whether this is the world file of a raster: ``.wld``, or for a ``.tif`` ``.tfw`` or ``.tifw``."""
    kind = of.suffix.lower()[1:]
    return path.suffix.lower() in {".wld", f".{kind[:1]}{kind[-1:]}w", f".{kind}w"}


def srid_of(system: Any) -> int | None:
    """The EPSG code of a system, or of its horizontal part; None for one that has none."""
    for part in (None, "PROJCS" if system.IsProjected() else "GEOGCS"):
        if system.GetAuthorityName(part) == "EPSG":
            return int(system.GetAuthorityCode(part))
    matches = system.FindMatches() or []
    codes = [one.GetAuthorityCode(None) for one, sure in matches if sure >= SURE and _is_epsg(one)]
    return int(codes[0]) if codes else None


def _is_epsg(system: Any) -> bool:
    return bool(system.GetAuthorityName(None) == "EPSG")


def _projection_file(path: Path) -> Any:
    """The system in a ``.prj`` file; None for another file or one without."""
    if path.suffix.lower() != ".prj":
        return None
    system = osr.SpatialReference()
    try:
        if system.ImportFromWkt(path.read_text("utf-8", "replace")) != 0:
            return None
        if not system.GetAuthorityCode(None):
            system.MorphFromESRI()
    except (RuntimeError, OSError):
        return None
    return system


def _from_code(code: int | None) -> Any:
    """The system of an EPSG code; None for one that there is not."""
    system = osr.SpatialReference()
    try:
        return system if code is not None and system.ImportFromEPSG(code) == 0 else None
    except RuntimeError:
        return None


def _cell_size(transform: tuple[float, ...]) -> tuple[float, float]:
    return math.hypot(transform[1], transform[4]), math.hypot(transform[2], transform[5])


def _outline(dataset: Any, transform: Any, system: Any) -> QgsGeometry:
    if transform is None or system is None:
        return QgsGeometry()
    place: Callable[[int, int], QgsPointXY] = lambda column, row: QgsPointXY(  # noqa: E731 - short and used here only
        transform[0] + column * transform[1] + row * transform[2],
        transform[3] + column * transform[4] + row * transform[5],
    )
    right, bottom = dataset.RasterXSize, dataset.RasterYSize
    corners = [place(*corner) for corner in ((0, 0), (0, bottom), (right, bottom), (right, 0))]
    plain = system.Clone()
    if plain.IsCompound():
        plain.StripVertical()
    crs = QgsCoordinateReferenceSystem.fromWkt(plain.ExportToWkt(["FORMAT=WKT2_2019"]))
    try:
        return on_globe(QgsGeometry.fromPolygonXY([[*corners, corners[0]]]), crs, QgsCoordinateTransformContext())
    except Problem:
        return QgsGeometry()
