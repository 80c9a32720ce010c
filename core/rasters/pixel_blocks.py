"""Arrays of pixels that came over the network, as GeoTIFF."""

from __future__ import annotations

import json
import math
import zipfile
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy
from osgeo import gdal

from ..layers.gdal_calls import GdalFailed, gdal_errors, must
from ..problems import Problem
from ..translation import tr

KINDS = {"uint8": "Byte", "int8": "Int16", "uint16": "UInt16", "int16": "Int16", "uint32": "UInt32", "int32": "Int32",
         "float32": "Float32", "float64": "Float64"}
OPTIONS = ["TILED=YES", "COMPRESS=DEFLATE", "BIGTIFF=IF_SAFER"]


class BlockWriter:
    """Writes blocks of an array with masks into a new GeoTIFF. ``metadata`` as the raster service tells it."""

    def __init__(self, target: Path, metadata: Mapping[str, Any], shape: tuple[int, int, int], dtype: str) -> None:
        if dtype not in KINDS or 0 in shape:
            raise Problem(tr("The server sent pixels of a kind that cannot be kept: {kind}.").format(kind=dtype))
        self._dtype = numpy.dtype(dtype)
        bands, rows, columns = shape
        kind = gdal.GetDataTypeByName(KINDS[dtype])
        with gdal_errors():
            self._dataset = gdal.GetDriverByName("GTiff").Create(str(target), columns, rows, bands, kind, OPTIONS)
            _place(self._dataset, metadata)
            told = metadata.get("bands")
            about = told if isinstance(told, list) else []
            self._none = [self._describe(number, about[number] if number < len(about) else {})
                          for number in range(bands)]

    def _describe(self, number: int, about: Any) -> float | None:
        """Give a band its name, and the value that means nothing; it is made one of the type's own."""
        band = self._dataset.GetRasterBand(number + 1)
        known = about if isinstance(about, Mapping) else {}
        if known.get("description"):
            band.SetDescription(str(known["description"]))
        none = known.get("noDataValue")
        if not isinstance(none, (int, float)) or isinstance(none, bool):
            none = math.nan if self._dtype.kind == "f" else 0
        band.SetNoDataValue(float(none))
        return float(none)

    def write(self, offset: tuple[int, int, int], shape: tuple[int, int, int], pixels: bytes, mask: bytes) -> None:
        """One block."""
        try:
            values = numpy.frombuffer(pixels, self._dtype.newbyteorder("<")).reshape(shape).astype(self._dtype)
            hidden = numpy.frombuffer(mask, "uint8").reshape(shape) != 0
        except ValueError:
            raise Problem(tr("The server sent pixels that do not fit their own description. Try again.")) from None
        self.fill(offset, values, hidden)

    def fill(self, offset: tuple[int, int, int], values: Any, hidden: Any = None) -> None:
        """One block as arrays of bands, rows and columns."""
        with gdal_errors():
            for number, plane in enumerate(values):
                kept = plane if hidden is None else numpy.where(
                    hidden[number], numpy.asarray(self._none[offset[0] + number]).astype(self._dtype), plane)
                band = self._dataset.GetRasterBand(offset[0] + number + 1)
                band.WriteArray(kept.astype("int16") if self._dtype.name == "int8" else kept, offset[2], offset[1])

    def close(self) -> None:
        """The file is whole afterwards."""
        with gdal_errors():
            self._dataset.FlushCache()
        self._dataset = None


def write_archive(source: Path, target: Path) -> None:
    """A NumPy archive with ``data`` (rows, columns and bands last, or two dimensions) and ``metadata`` as GeoTIFF."""
    try:
        with numpy.load(str(source), allow_pickle=False) as archive:
            data, told = archive["data"], archive["metadata"]
        metadata = json.loads(bytes(told.tobytes()).rstrip(b"\0").decode("utf-8"))
    except (OSError, ValueError, KeyError, AttributeError, EOFError, zipfile.BadZipFile, zlib.error):
        metadata = None
    if not isinstance(metadata, dict) or data.ndim not in (2, 3):
        raise Problem(tr("The server sent an archive that cannot be read. Try again, or choose another way to ask."))
    bands = len(metadata.get("bands") or []) or 1
    cube = data[numpy.newaxis] if data.ndim == 2 else data if data.shape[0] == bands else numpy.moveaxis(data, 2, 0)
    writer = BlockWriter(target, metadata, cube.shape, cube.dtype.name)
    writer.fill((0, 0, 0), cube)
    writer.close()


def require_image(path: Path) -> None:
    """:class:`Problem` for a file that GDAL cannot open."""
    try:
        must(lambda: gdal.OpenEx(str(path), gdal.OF_RASTER), "open")
    except GdalFailed:
        words = tr("The server sent a file that is no image with pixels. Try again, or choose another way to ask.")
        raise Problem(words) from None


def _place(dataset: Any, metadata: Mapping[str, Any]) -> None:
    transform, system = metadata.get("geoTransform"), metadata.get("coordinateSystem")
    if isinstance(transform, list) and len(transform) == 6:
        dataset.SetGeoTransform([float(one) for one in transform])
    if isinstance(system, Mapping) and system.get("wkt"):
        dataset.SetProjection(str(system["wkt"]))
